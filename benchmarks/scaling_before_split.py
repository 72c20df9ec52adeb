"""Standardizing before the split: what the fault that every book warns of does to the number that is reported.

    python benchmarks/scaling_before_split.py [--splits 2000]

From the 569 lumps of the breast cancer table, a table of 40, 80, 203 or 569 rows is drawn; 70 per cent learn, the rest
judge. Mean and deviation come once from the learning rows, once from all rows. What is recorded is the difference in
per cent right, before minus after the split, for each split, for an SVM, a nearest neighbour and logistic regression.
Written to benchmarks/results/scaling_before_split.{json,md}.
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
from sklearn.linear_model import LogisticRegression  # noqa: E402
from sklearn.neighbors import KNeighborsClassifier  # noqa: E402
from sklearn.svm import SVC  # noqa: E402
from tqdm import tqdm  # noqa: E402

from dlpath.data import breast_cancer  # noqa: E402
from dlpath.preparation.in_numpy import moments, standardized  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tools.notebooks import commit  # noqa: E402

RESULTS = Path(__file__).parent / "results"
SIZES = {28: 40, 56: 80, 142: 203, 398: 569}  # rows that learn: rows of the table
MODELS = {"SVM": SVC, "nearest neighbour": lambda: KNeighborsClassifier(1), "logistic": LogisticRegression}


def gains(learning, rows, k):
    """Points gained by standardizing before split k: {model: …}."""
    X, y, *_ = breast_cancer()
    table = np.random.default_rng([k, 1]).permutation(569)[:rows]
    learn, judge = np.split(table, [learning])
    found = {}
    for name, model in MODELS.items():
        right = []
        for source in (table, learn):
            ms = moments(X[source])
            fitted = model().fit(standardized(X[learn], *ms), y[learn])
            right.append(np.mean(fitted.predict(standardized(X[judge], *ms)) == y[judge]))
        found[name] = 100 * (right[0] - right[1])
    return found


def interval(values):
    """Mean, and half the width of the 95 % interval."""
    values = np.asarray(values)
    return values.mean(), student.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))


def written(results):
    """The table as Markdown."""
    names = list(next(iter(results.values())))
    yield "| rows that learn | " + " | ".join(names) + " |"
    yield "|--:|" + "--:|" * len(names)
    for learning, found in results.items():
        cells = ("{:+.2f} ± {:.2f}".format(*interval(found[name])).replace("-", "−") for name in names)
        yield f"| {learning} | " + " | ".join(cells) + " |"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--splits", type=int, default=2000)
    splits = parser.parse_args().splits
    setting = {
        "date": datetime.date.today().isoformat(),
        "commit": commit(),
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "sklearn": sklearn.__version__,
        "splits": splits,
    }
    results = {}
    for learning, rows in SIZES.items():
        runs = [gains(learning, rows, k) for k in tqdm(range(splits))]
        results[str(learning)] = {name: [round(run[name], 4) for run in runs] for name in MODELS}
    RESULTS.joinpath("scaling_before_split.json").write_text(
        json.dumps({"setting": setting, "results": results}) + "\n", encoding="utf-8"
    )
    foot = (
        f"{setting['date']}, commit {setting['commit']}; one thread; scikit-learn {sklearn.__version__}, "
        f"{splits} splits; ± is a 95 % interval."
    )
    text = "\n".join([*written(results), "", foot]) + "\n"
    RESULTS.joinpath("scaling_before_split.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
