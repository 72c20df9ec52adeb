"""Tables of runs for the chapter on tuning: small networks on the digits, and which test digits each gets right.

    python benchmarks/tuning.py [--draws 10]

Each draw k has its own 600 digits to learn from, its own initial weights and order of batches; 1,000 other digits are
judged. Recorded in src/dlpath/data/tuning.npz, which dlpath.tuning_runs.recorded reads (and when, in
benchmarks/results/tuning.json):
    right   (draws, 64 settings, 5 lengths, 1000) bits: random settings after 1, 2, 4, 8 and 16 epochs
    same    (draws, 50, 1000) bits: one setting, 50 initial weights and orders, 16 epochs
    widths  (draws, 9, 9): share right on a grid of rate and width; momenta (draws, 9, 9): of rate and momentum
    corners (draws, 16): share right with two values of each setting, in the middle of the halves of its range
"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"

import argparse  # noqa: E402
import datetime  # noqa: E402
import json  # noqa: E402
import platform  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

import numpy as np  # noqa: E402
from tqdm import tqdm  # noqa: E402

from dlpath.tuning import grid  # noqa: E402
from dlpath.tuning_runs import (  # noqa: E402
    CORNERS,
    GRID_MOMENTA,
    GRID_RATES,
    GRID_WIDTHS,
    RECORD,
    SAME,
    learning_curve,
    rows,
    table_settings,
)

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tools.notebooks import commit  # noqa: E402

RESULTS = Path(__file__).parent / "results"


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else ():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def on_grid(k, vary, values):
    """Share right after 16 epochs, (9, 9): a row for each rate."""
    settings = [[SAME | {"rate": rate, vary: value} for value in values] for rate in GRID_RATES]
    return [[learning_curve(rows(k), setting, k, lengths=(16,)).mean() for setting in line] for line in settings]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=10)
    draws, source = range(parser.parse_args().draws), commit()
    right, same, widths, momenta, corners = [], [], [], [], []
    for k in tqdm(draws):
        right.append([learning_curve(rows(k), setting, k) for setting in table_settings()])
        same.append([learning_curve(rows(k), SAME, 100 + i, lengths=(16,))[0] for i in range(50)])
        widths.append(on_grid(k, "width", GRID_WIDTHS))
        momenta.append(on_grid(k, "momentum", GRID_MOMENTA))
        corners.append([learning_curve(rows(k), setting, k, lengths=(16,)).mean() for setting in grid(**CORNERS)])
    packed = {"right": np.packbits(right, axis=-1), "same": np.packbits(same, axis=-1)}
    shares = {"widths": np.array(widths), "momenta": np.array(momenta), "corners": np.array(corners)}
    np.savez_compressed(RECORD, **packed, **shares)
    setting = {
        "date": datetime.date.today().isoformat(),
        "commit": source,
        "processor": processor(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "draws": len(draws),
        "settings": table_settings(),
    }
    RESULTS.joinpath("tuning.json").write_text(json.dumps({"setting": setting}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
