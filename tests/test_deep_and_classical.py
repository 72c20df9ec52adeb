"""Deep and classical: cuts see the order alone, cosines make the kernel, five rivals get equal tries; the record."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import t as student
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.tree import DecisionTreeClassifier

from dlpath.exercises.deep_and_classical import best_split, cosines, gini
from dlpath.parity import assert_close
from dlpath.rivals import Network, choose, rivals

ROOT = Path(__file__).parents[1]
RECORD = json.loads((ROOT / "benchmarks/results/deep_and_classical.json").read_text(encoding="utf-8"))["results"]


@pytest.mark.equation("eq-classical-gini")
def test_gini_counts_pairs_that_differ():
    r"""[eq-classical-gini] \begin{aligned}
    G &= \frac{N_l}{N}\,2p_l(1-p_l)\\
    &\quad+\frac{N_r}{N}\,2p_r(1-p_r) ,
    \end{aligned}
    """
    left, right = [0, 0, 1], [1, 1, 0, 1, 1]
    differ = [sum(a != b for a in side for b in side) / len(side) ** 2 for side in (left, right)]
    assert_close(gini(np.array(left), np.array(right)), (3 * differ[0] + 5 * differ[1]) / 8)


@pytest.mark.equation("eq-classical-order")
@pytest.mark.parametrize("g", [np.exp, np.cbrt, lambda x: 5 * x - 3], ids=["exp", "cube root", "line"])
def test_a_stretched_column_has_the_same_cut(g):
    r"""[eq-classical-order] \begin{aligned}
    &\{n: x_n\le t\}\\
    &\quad=\{n: g(x_n)\le g(t)\} .
    \end{aligned}
    """
    rng = np.random.default_rng(4)
    x, y = rng.normal(size=30), rng.integers(0, 2, 30)
    t, mixed = best_split(x, y)
    t_new, mixed_new = best_split(g(x), y)
    left = {n for n in range(30) if x[n] <= t}
    assert {n for n in range(30) if g(x)[n] <= g(t)} == left
    assert {n for n in range(30) if g(x)[n] <= t_new} == left
    assert mixed == mixed_new


def test_the_best_split_is_scikit_learns():
    for k in range(5):
        rng = np.random.default_rng(k)
        x = rng.normal(size=40)
        y = (x + rng.normal(size=40) > 0.3).astype(int)
        stump = DecisionTreeClassifier(max_depth=1).fit(x[:, None], y).tree_
        sides = stump.weighted_n_node_samples[1:] @ stump.impurity[1:] / 40
        t, mixed = best_split(x, y)
        assert_close(mixed, sides)
        assert_close(t, stump.threshold[0], rtol=1e-5)


@pytest.mark.equation("eq-classical-cosines")
def test_the_mean_of_the_cosines_is_the_kernel():
    r"""[eq-classical-cosines] \begin{aligned}
    &\operatorname E\bigl[2\cos(w\cdot x+b)\cos(w\cdot z+b)\bigr]\\
    &\quad=e^{-\gamma\lVert x-z\rVert^2} .
    \end{aligned}
    """
    rng, gamma = np.random.default_rng(2), 0.2
    X = rng.normal(size=(4, 3))
    # the mean over b by eight even steps, over w by Gauss and Hermite: 20 nodes in each of three directions
    nodes, weights = np.polynomial.hermite_e.hermegauss(20)
    W = math.sqrt(2 * gamma) * np.stack(np.meshgrid(nodes, nodes, nodes), axis=-1).reshape(-1, 3)
    weight = np.prod(np.stack(np.meshgrid(weights, weights, weights), axis=-1).reshape(-1, 3), axis=1)
    weight = weight / weight.sum()
    mean = np.zeros((4, 4))
    for b in np.arange(8) * 2 * np.pi / 8:
        A = cosines(X, W, np.full(len(W), b)) * np.sqrt(len(W) * weight)
        mean += A @ A.T / 8
    expected = [[math.exp(-gamma * sum((p - q) ** 2 for p, q in zip(x, z, strict=True))) for z in X] for x in X]
    assert_close(mean, np.array(expected), rtol=1e-6, atol=1e-8)
    assert_close(np.array(expected), rbf_kernel(X, gamma=gamma))


def test_every_rival_has_four_tries():
    assert {name: len(models) for name, models in rivals(0).items()} == dict.fromkeys(
        ("logistic", "SVM", "forest", "boosting", "network"), 4
    )


def test_the_setting_is_chosen_by_the_validation():
    class Always:
        def __init__(self, label):
            self.label = label

        def fit(self, X, y):
            self.fitted = True
            return self

        def predict(self, X):
            return np.full(len(X), self.label)

    models = [Always(label) for label in (2, 1, 0, 1)]
    best, model = choose(models, (np.zeros((3, 1)), np.zeros(3)), (np.zeros((3, 1)), np.array([1, 1, 0])))
    assert best == 1  # of two equal ones the first
    assert model is models[1]
    assert all(one.fitted for one in models)


def test_the_network_learns_from_its_seed_alone():
    rng = np.random.default_rng(1)
    X = rng.normal(size=(90, 3)) * [1, 100, 0] + 7  # a column of other units, and one that never changes
    y = np.array(["no", "yes"])[(X[:, 0] > 7).astype(int)]
    one, again, other = (Network(0.01, 20, seed).fit(X, y) for seed in (0, 0, 1))
    assert np.mean(one.predict(X) == y) > 0.9
    assert (one.model.theta == again.model.theta).all()
    assert (one.model.theta != other.model.theta).any()


def test_the_record_has_ten_splits_of_every_rival():
    for found in RECORD.values():
        assert list(found) == ["logistic", "SVM", "forest", "boosting", "network"]
        assert {len(values) for values in found.values()} == {10}


def test_the_chapter_quotes_the_recorded_table():
    notebook = json.loads((ROOT / "notebooks/2-core-concepts/deep_and_classical.ipynb").read_text(encoding="utf-8"))
    text = "".join("".join(cell["source"]) + "\n" for cell in notebook["cells"])
    record = (ROOT / "benchmarks/results/deep_and_classical.md").read_text(encoding="utf-8")
    for name in RECORD["wine"]:
        assert str(tuple(round(float(np.mean(RECORD[f"digits, {n} rows"][name])), 1) for n in (50, 200, 800))) in text
    rows = [line for line in record.splitlines() if line.startswith(("| breast cancer |", "| wine |", "| digits"))]
    assert len(rows) >= 6
    assert not [row for row in rows if row not in text]


def test_what_the_chapter_says_about_the_recorded_table():
    def lead(task, name, than="forest"):
        gain = np.array(RECORD[task][name]) - np.array(RECORD[task][than])
        half = student.ppf(0.975, len(gain) - 1) * gain.std(ddof=1) / math.sqrt(len(gain))
        return gain.mean() - half, gain.mean() + half

    mean = {task: {name: np.mean(values) for name, values in found.items()} for task, found in RECORD.items()}
    assert all(max(found, key=found.get) not in ("forest", "boosting") for found in mean.values())
    assert all(lead("breast cancer", name)[0] > 0 for name in ("logistic", "SVM", "network"))
    assert lead("breast cancer", "boosting")[0] < 0 < lead("breast cancer", "boosting")[1]
    assert all(lead("wine", name)[1] > 0 for name in ("logistic", "SVM", "boosting", "network"))
    assert lead("digits, 800 rows", "logistic")[1] < 0
    assert mean["digits, 800 rows"]["SVM"] > mean["digits, 800 rows"]["forest"]
    assert sorted(mean["digits, 50 rows"], key=mean["digits, 50 rows"].get)[:2] == ["boosting", "forest"]
    spread = {rows: np.ptp([*mean[f"digits, {rows} rows"].values()]) for rows in (50, 200, 800)}
    assert spread[50] > 2 * spread[200] > 2 * spread[800]
