"""Preparing a table: by hand, by simulation, by scikit-learn, and in three versions; the record of scaling first."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm
from scipy.stats import t as student
from sklearn.model_selection import KFold, train_test_split
from sklearn.preprocessing import OneHotEncoder, StandardScaler, TargetEncoder

from dlpath.parity import assert_close, to_numpy
from dlpath.preparation.in_numpy import fold_scale, moments, one_hot, standardized
from dlpath.preparation.rows import masked_z, out_of_fold, robust_z, selection_accuracy, stratified, tail_square

ROOT = Path(__file__).parents[1]
RECORD = json.loads((ROOT / "benchmarks/results/scaling_before_split.json").read_text(encoding="utf-8"))["results"]


@pytest.mark.equation("eq-preparation-moments")
def test_moments_are_sums():
    r"""[eq-preparation-moments] m_d=\frac1N\sum_n x_{nd},\quad s_d=\sqrt{\frac1N\sum_n(x_{nd}-m_d)^2}"""
    X = np.random.default_rng(1).normal(3, 2, (7, 4))
    m, s = moments(X)
    for d in range(4):
        mean = sum(X[:, d]) / 7
        assert_close(m[d], mean)
        assert_close(s[d], math.sqrt(sum((x - mean) ** 2 for x in X[:, d]) / 7))


@pytest.mark.equation("eq-preparation-standardized")
def test_standardized_cell_by_cell():
    r"""[eq-preparation-standardized] x'_{nd}=\frac{x_{nd}-m_d}{s_d} ."""
    X = np.array([[1.0, 10.0], [3.0, 20.0], [8.0, 60.0]])
    expected = [[(x - 4) / math.sqrt(26 / 3), (z - 30) / math.sqrt(1400 / 3)] for x, z in X]
    assert_close(standardized(X, *moments(X)), np.array(expected))
    assert_close(standardized(X, *moments(X)), StandardScaler().fit_transform(X))


def test_a_constant_column_is_divided_by_one():
    X = np.full((6, 2), 0.1)
    X[:, 1] = np.arange(6)
    assert moments(X)[1][0] == 1
    assert_close(standardized(X, *moments(X))[:, 0], np.zeros(6))
    assert_close(moments(X)[1], StandardScaler().fit(X).scale_)
    assert moments(np.array([[0.0], [1e-200]]))[1].tolist() == [1]  # its variance is too small for a number


@pytest.mark.equation("eq-preparation-fold")
def test_folded_weights_say_the_same_of_raw_rows():
    r"""[eq-preparation-fold] W_{\text{raw}}=W/s,\quad b_{\text{raw}}=b-W\,(m/s)"""
    rng = np.random.default_rng(2)
    X, W, b = rng.normal(5, 9, (6, 4)), rng.normal(size=(3, 4)), rng.normal(size=3)
    m, s = rng.normal(size=4), rng.uniform(0.1, 9, 4)
    W_raw, b_raw = fold_scale(W, b, m, s)
    assert_close(W_raw, np.array([[W[k, d] / s[d] for d in range(4)] for k in range(3)]))
    assert_close(b_raw, np.array([b[k] - sum(W[k, d] * m[d] / s[d] for d in range(4)) for k in range(3)]))
    assert_close(X @ W_raw.T + b_raw, (X - m) / s @ W.T + b)


@pytest.mark.equation("eq-preparation-masking")
@pytest.mark.parametrize("wrong", [1, 3, 10, 25, 60])
def test_how_far_off_faults_are_depends_on_their_number_alone(wrong):
    r"""[eq-preparation-masking] \frac{1-q}{\sqrt{q-q^2}}=\sqrt{\frac{1-q}{q}}"""
    for fault in (1.0, 1e9, -3.0):
        x = np.r_[np.full(wrong, fault), np.zeros(100 - wrong)]
        z = abs(fault - x.mean()) / x.std()
        assert_close(masked_z(wrong / 100), z)
    q = wrong / 100
    assert_close(masked_z(q), (1 - q) / math.sqrt(q - q**2))


@pytest.mark.equation("eq-preparation-robust")
def test_the_robust_score_by_sorting():
    r"""[eq-preparation-robust] r_n=\frac{x_n-\tilde x} {\operatorname{median}_j\lvert x_j-\tilde x\rvert\,/\,0.6745}"""
    x = np.array([4.0, 1.0, 7.0, 999.0, 5.0])
    middle = sorted(x)[2]
    away = sorted(abs(v - middle) for v in x)[2]
    assert_close(robust_z(x), (x - middle) / (away / 0.6745), rtol=1e-4)
    bell = np.random.default_rng(3).normal(2, 5, 200_001)
    assert abs(np.std(robust_z(bell)) - 1) < 0.01  # the ruler is the standard deviation


@pytest.mark.equation("eq-preparation-one-hot")
def test_one_hot_by_hand():
    r"""[eq-preparation-one-hot] h_{nk}=[\,k=c_n\,],\quad k=0,\dots,K-1 ."""
    categories = np.array([2, 0, 2, 1])
    expected = np.array([[1.0 if k == c else 0.0 for k in range(4)] for c in categories])
    assert_close(one_hot(categories, 4), expected)
    encoder = OneHotEncoder(categories=[range(4)], sparse_output=False)
    assert_close(one_hot(categories, 4), encoder.fit_transform(categories[:, None]))


@pytest.mark.equation("eq-preparation-out-of-fold")
def test_a_row_of_the_category_in_another_fold_speaks():
    r"""[eq-preparation-out-of-fold] t_n=\frac{\sum_i[\,c_i=c_n\,][\,j_i\ne j_n\,]\,y_i}
    {\sum_i[\,c_i=c_n\,][\,j_i\ne j_n\,]}
    """
    rng = np.random.default_rng(4)
    c, y, j = rng.integers(0, 3, 40), rng.normal(size=40), rng.integers(0, 4, 40)
    expected = []
    for n in range(40):
        speak = [i for i in range(40) if c[i] == c[n] and j[i] != j[n]]
        expected.append(sum(y[i] for i in speak) / len(speak))
    assert_close(out_of_fold(c, y, j), np.array(expected))


def test_no_label_goes_into_its_own_number_and_who_stands_alone_gets_the_mean():
    c, j = np.array([0, 0, 1, 1, 2]), np.array([0, 1, 0, 1, 0])
    y = np.array([1.0, 0.0, 1.0, 1.0, 5.0])
    t = out_of_fold(c, y, j)
    assert_close(t, np.array([0, 1, 1, 1, 0.5]))  # the last one has nobody: the mean of fold 1
    for n in range(5):
        changed = y.copy()
        changed[n] = 100
        assert out_of_fold(c, changed, j)[n] == t[n]


def test_target_encoder_of_scikit_learn_is_out_of_fold_too():
    rng = np.random.default_rng(5)
    c, y = rng.integers(0, 4, 60), rng.normal(size=60)
    encoder = TargetEncoder(target_type="continuous", smooth=1e-12, cv=KFold(5))
    theirs = encoder.fit_transform(c[:, None], y)[:, 0]
    assert_close(out_of_fold(c, y, np.repeat(np.arange(5), 12)), theirs, rtol=1e-8)


@pytest.mark.equation("eq-preparation-tail")
@pytest.mark.parametrize("q", [0.9, 0.1, 0.02, 1e-3])
def test_the_mean_square_of_the_tail(q):
    r"""[eq-preparation-tail] \operatorname E\bigl[z^2\mid\lvert z\rvert>t\bigr]=1+g,\quad
    g=\frac{2\,t\,\varphi(t)}{q} .
    """
    t = norm.isf(q / 2)
    square = 2 * quad(lambda z: z**2 * math.exp(-(z**2) / 2) / math.sqrt(2 * math.pi), t, np.inf)[0] / q
    assert_close(1 + tail_square(q), square, rtol=1e-6)


@pytest.mark.equation("eq-preparation-selection")
def test_the_optimism_of_a_selection_by_simulation():
    r"""[eq-preparation-selection] \Phi\left(\frac{g\sqrt{k/N}}{\sqrt{g+F/(F-1)}}\right)"""
    N, D, k, F = 200, 1000, 10, 4
    t = norm.isf(k / D / 2)
    g = 2 * t * norm.pdf(t) * D / k
    by_hand = norm.cdf(g * math.sqrt(k / N) / math.sqrt(g + F / (F - 1)))
    assert_close(selection_accuracy(N, D, k, F), by_hand)
    right = []
    for seed in range(25):
        rng = np.random.default_rng(seed)
        X, y, fold = rng.normal(size=(N, D)), np.arange(N) % 2, rng.permutation(N) % F
        gap = X[y == 1].mean(axis=0) - X[y == 0].mean(axis=0)
        X = X[:, np.argsort(-np.abs(gap))[:k]]
        for j in range(F):
            zero, one = (X[(fold != j) & (y == label)].mean(axis=0) for label in (0, 1))
            said = (X[fold == j] - (zero + one) / 2) @ (one - zero) > 0
            right += [*(said == y[fold == j])]
    assert abs(np.mean(right) - by_hand) < 0.02  # 5,000 answers


def test_a_stratified_split_keeps_the_shares():
    labels = np.repeat([0, 1, 2], [70, 20, 10])
    learn, judge = stratified(labels, 0.7, np.random.default_rng(0))
    assert sorted([*learn, *judge]) == list(range(100))
    assert np.bincount(labels[learn]).tolist() == [49, 14, 7]
    theirs, _ = train_test_split(labels, train_size=0.7, stratify=labels, random_state=0)
    assert np.bincount(theirs).tolist() == [49, 14, 7]
    other, _ = stratified(labels, 0.7, np.random.default_rng(1))
    assert set(other) != set(learn)


def test_three_versions(versions):
    _, in_torch, in_tensorflow = versions("preparation")
    rng = np.random.default_rng(6)
    X, W, b = rng.normal(3, 7, (9, 4)), rng.normal(size=(3, 4)), rng.normal(size=3)
    X[:, 2] = 0.1
    categories = rng.integers(0, 5, 8)
    for module, of in ((in_torch, in_torch.torch.tensor), (in_tensorflow, in_tensorflow.tf.constant)):
        m, s = module.moments(of(X))
        for ours, theirs in zip(moments(X), (m, s), strict=True):
            assert_close(to_numpy(theirs), ours)
        assert_close(to_numpy(module.standardized(of(X), m, s)), standardized(X, *moments(X)))
        for ours, theirs in zip(fold_scale(W, b, *moments(X)), module.fold_scale(of(W), of(b), m, s), strict=True):
            assert_close(to_numpy(theirs), ours)
        assert_close(to_numpy(module.one_hot(of(categories), 5)), one_hot(categories, 5))


def test_all_versions_refuse_alike(versions):
    for module, of in zip(versions("preparation"), kinds(versions), strict=True):
        with pytest.raises(ValueError, match="there are no examples"):
            module.moments(of(np.zeros((0, 3))))
        with pytest.raises(ValueError, match=r"m and s have shapes \(2,\) and \(3,\), expected \(3,\)"):
            module.standardized(of(np.ones((4, 3))), of(np.ones(2)), of(np.ones(3)))
        with pytest.raises(ValueError, match=r"W and b have shapes \(2, 3\) and \(3,\)"):
            module.fold_scale(of(np.ones((2, 3))), of(np.ones(3)), of(np.ones(3)), of(np.ones(3)))
        with pytest.raises(ValueError, match="categories lie between 0 and 2, got 0 to 3"):
            module.one_hot(of(np.array([0, 3])), 3)
        with pytest.raises(ValueError, match="whole numbers"):
            module.one_hot(of(np.array([0.0, 1.0])), 3)


def kinds(versions):
    _, in_torch, in_tensorflow = versions("preparation")
    return np.asarray, in_torch.torch.tensor, in_tensorflow.tf.constant


def test_what_looks_at_rows_refuses():
    for q in (0, 1, -0.1):
        with pytest.raises(ValueError, match="share"):
            masked_z(q)
        with pytest.raises(ValueError, match="share"):
            tail_square(q)
        with pytest.raises(ValueError, match="share"):
            stratified(np.arange(3), q, np.random.default_rng(0))
    with pytest.raises(ValueError, match="no deviation"):
        robust_z(np.array([1.0, 1.0, 1.0, 5.0]))
    with pytest.raises(ValueError, match="no examples"):
        robust_z(np.zeros(0))
    with pytest.raises(ValueError, match="two folds"):
        out_of_fold(np.array([0, 1]), np.ones(2), np.zeros(2))
    with pytest.raises(ValueError, match="2 categories, 3 targets"):
        out_of_fold(np.array([0, 1]), np.ones(3), np.zeros(2))
    with pytest.raises(ValueError, match="two folds"):
        selection_accuracy(10, 100, 5, folds=1)


def test_the_chapter_quotes_the_record():
    notebook = json.loads((ROOT / "notebooks/3-algorithm/data_preparation.ipynb").read_text(encoding="utf-8"))
    text = "".join("".join(cell["source"]) + "\n" for cell in notebook["cells"])
    record = (ROOT / "benchmarks/results/scaling_before_split.md").read_text(encoding="utf-8")
    rows = [line for line in record.splitlines() if line.startswith(("| 28", "| 56", "| 142", "| 398"))]
    assert len(rows) == 4
    assert not [row for row in rows if row not in text]


def test_what_the_chapter_says_about_the_record():
    def gain(n, model):
        values = np.array(RECORD[str(n)][model])
        half = student.ppf(0.975, len(values) - 1) * values.std(ddof=1) / math.sqrt(len(values))
        return values.mean(), half

    means = [gain(n, "SVM")[0] for n in (28, 56, 142, 398)]
    assert means == sorted(means, reverse=True)
    assert gain(28, "SVM")[0] - gain(28, "SVM")[1] > 0.5
    assert abs(gain(398, "SVM")[0]) < gain(398, "SVM")[1]
    assert (
        max(gain(n, model)[0] for n in (28, 56, 142, 398) for model in ("nearest neighbour", "logistic"))
        < 1 / 7 + 0.005
    )
