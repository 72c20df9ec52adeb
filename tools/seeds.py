"""Run notebooks with other seeds, and store nothing: python tools/seeds.py [--shifts 1,2,3] [PATH …]

Every `generator(k)` and `seed(k)` of dlpath.notebook is shifted by DLPATH_SEED. A cell that fails then holds for its
seed only: its error, and where it stands, are listed, and the exit status is 1. With --bands N the notebooks run at
the shifts 0 to N − 1, and each line of `expect` and `measured` is summed up: mean, range, how often it was outside its
band, and how often its cell crashed before. From these, bands are chosen.
"""

import argparse
import os
import statistics
import sys
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import notebooks
from dlpath.notebook import CLAIM


def failures(path: Path, shift: int) -> list[str]:
    """What fails in this notebook at this shift, cell by cell; what was meant to raise does not count."""
    run = notebooks.run_through(path, DLPATH_SEED=str(shift))
    found = []
    for number, cell in enumerate(run.cells, 1):
        for output in cell.get("outputs", ()):
            if output.output_type == "error" and "raises-exception" not in cell.metadata.get("tags", ()):
                found.append(f"{path}, shift {shift}, cell {number}: {output.ename}: {output.evalue}")
    return found


def claims(path: Path, shift: int) -> tuple[dict, list[int]]:
    """(cell, name, place) -> the line that expect() or measured() printed; and the cells that crashed otherwise."""
    run = notebooks.run_through(path, DLPATH_SEED=str(shift))
    found, crashed = {}, []
    for number, cell in enumerate(run.cells, 1):
        outputs = cell.get("outputs", ())
        lines = "".join(output.text for output in outputs if output.output_type == "stream").splitlines()
        for place, claim in enumerate(filter(None, map(CLAIM.fullmatch, lines))):
            found[number, claim["name"], place] = claim
        meant = "raises-exception" in cell.metadata.get("tags", ())
        error = next((output for output in outputs if output.output_type == "error"), None)
        if error and not meant and "outside its band" not in error.evalue:
            crashed.append(number)
    return found, crashed


def summary(path: Path, runs: list[tuple[dict, list[int]]]) -> str:
    """A line for each claim of the notebook, from its runs at several shifts."""
    values, bands, crashes = defaultdict(list), {}, defaultdict(int)
    for found, crashed in runs:
        for key, claim in found.items():
            values[key].append(float(claim["value"]))
            bands[key] = (claim["low"], claim["high"])
        for number in crashed:
            crashes[number] += 1
    lines = [f"{path}, {len(runs)} shifts"]
    for key, numbers in sorted(values.items()):
        cell, name, _ = key
        low, high = bands[key]
        outside = sum(not float(low) <= value <= float(high) for value in numbers) if low else 0
        band = f"   band {low} to {high}, outside {outside}" if low else "   measured"
        spread = f"mean {statistics.fmean(numbers):.4g}   range {min(numbers):.4g} to {max(numbers):.4g}"
        missing = f"   missing in {len(runs) - len(numbers)}" if len(numbers) < len(runs) else ""
        lines.append(f"  cell {cell}: {name}   {spread}{band}{missing}")
    lines += [f"  cell {number}: crashed in {count}" for number, count in sorted(crashes.items())]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", default=["notebooks"], help="notebooks, or folders of them")
    parser.add_argument("--shifts", default="1,2,3", help="the shifts to try, with commas")
    parser.add_argument("--bands", type=int, metavar="N", help="sum up the claims over the shifts 0 to N - 1")
    options = parser.parse_args()
    os.environ.pop("DLPATH_SEED", None)  # each run has its own
    paths = notebooks.find(options.paths)
    if reason := notebooks.refusal(paths):
        sys.exit(reason)
    work = failures if options.bands is None else claims
    shifts = list(map(int, options.shifts.split(","))) if options.bands is None else list(range(options.bands))
    bad = 0
    with ThreadPoolExecutor(int(os.environ.get("WORKERS", "1"))) as pool:
        for path in paths:
            runs = list(pool.map(lambda shift, path=path: work(path, shift), shifts))
            if options.bands is None:
                found = [line for lines in runs for line in lines]
                bad += len(found)
                print("\n".join(found) or f"{path}: holds at the shifts {', '.join(map(str, shifts))}", flush=True)
            else:
                print(summary(path, runs), flush=True)
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
