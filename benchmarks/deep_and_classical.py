"""Five ways to learn from a table, on the same splits and with the same number of tries.

    python benchmarks/deep_and_classical.py [--splits 10]

Each rival of dlpath.rivals has four settings; each is fitted to the first rows of a split, chosen by the next, and
judged on the rest. Tables: breast cancer, wine, and digits with fewer and fewer rows to learn from. What is said is the
mean share of rows right, in per cent, and the lead over the forest with its 95 % interval over the splits. Written to
benchmarks/results/deep_and_classical.{json,md} after each task.
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
import sklearn  # noqa: E402
from scipy.stats import t as student  # noqa: E402
from tqdm import tqdm  # noqa: E402

from dlpath.data import breast_cancer, digits, wine  # noqa: E402
from dlpath.rivals import choose, rivals  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tools.notebooks import commit  # noqa: E402

RESULTS = Path(__file__).parent / "results"


def tasks():
    """Name, table, and how many rows to learn from and to choose by."""
    yield "breast cancer", breast_cancer(), (300, 100)
    yield "wine", wine(), (80, 40)
    for rows in (800, 200, 50):
        yield f"digits, {rows} rows", digits(), (rows, 400)


def judged(table, sizes, k):
    """Per cent right on the rest of split k, {rival: …}."""
    order = np.random.default_rng(k).permutation(len(table.X))
    fit, validation, rest = np.split(order, np.cumsum(sizes))
    X, y = table.X, table.y
    models = rivals(seed=k).items()
    chosen = {name: choose(tries, (X[fit], y[fit]), (X[validation], y[validation]))[1] for name, tries in models}
    return {name: 100 * np.mean(model.predict(X[rest]) == y[rest]) for name, model in chosen.items()}


def interval(lead):
    """Mean, and half the width of the 95 % interval."""
    return lead.mean(), student.ppf(0.975, len(lead) - 1) * lead.std(ddof=1) / np.sqrt(len(lead))


def written(results):
    """The table as Markdown; a lead is bold where its interval leaves out 0."""
    names = list(next(iter(results.values())))
    yield "| table | " + " | ".join(names) + " |"
    yield "|---|" + "--:|" * len(names)
    for task, found in results.items():
        yield f"| {task} | " + " | ".join(f"{np.mean(found[name]):.1f}" for name in names) + " |"
    yield ""
    others = [name for name in names if name != "forest"]
    yield "| lead over the forest | " + " | ".join(others) + " |"
    yield "|---|" + "--:|" * len(others)
    for task, found in results.items():
        leads = [interval(np.array(found[name]) - np.array(found["forest"])) for name in others]
        yield f"| {task} | " + " | ".join(f"{mean:+.1f} ± {half:.1f}".replace("-", "−") for mean, half in leads) + " |"


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else ():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--splits", type=int, default=10)
    splits = parser.parse_args().splits
    setting = {
        "date": datetime.date.today().isoformat(),
        "commit": commit(),
        "processor": processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "sklearn": sklearn.__version__,
        "splits": splits,
    }
    results = {}
    for task, *rest in tqdm([*tasks()]):
        runs = [judged(*rest, k) for k in range(splits)]
        results[task] = {name: [one[name] for one in runs] for name in runs[0]}
        store(setting, results)


def store(setting, results):
    text = json.dumps({"setting": setting, "results": results}, indent=1) + "\n"
    RESULTS.joinpath("deep_and_classical.json").write_text(text, encoding="utf-8")
    foot = (
        f"{setting['date']}, commit {setting['commit']}; {setting['processor']}, one thread; "
        f"scikit-learn {sklearn.__version__}, {setting['splits']} splits; ± is a 95 % interval."
    )
    text = "\n".join([*written(results), "", foot]) + "\n"
    RESULTS.joinpath("deep_and_classical.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
