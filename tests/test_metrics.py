"""Metrics: counted by hand, held equal to scikit-learn's and statsmodels'."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm
from sklearn import metrics as sklearn_metrics
from sklearn.calibration import calibration_curve as sklearn_calibration_curve
from statsmodels.stats.contingency_tables import mcnemar as statsmodels_mcnemar
from statsmodels.stats.proportion import proportion_confint

from dlpath.metrics.in_numpy import (
    accuracy,
    average_precision,
    bootstrap_interval,
    brier_score,
    calibration_curve,
    calibration_error,
    confusion_matrix,
    coverage,
    f1_macro,
    f1_micro,
    mcnemar,
    per_class,
    precision_recall_curve,
    precision_recall_f1,
    roc_auc,
    roc_curve,
    wald_interval,
    wilson_interval,
)
from dlpath.parity import assert_close

Y = np.array([0, 0, 0, 1, 1, 2, 2, 2, 2])
Y_HAT = np.array([0, 1, 0, 1, 0, 2, 1, 2, 2])
LABELS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30)
BINARY = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=1, max_size=12)


def test_confusion_matrix_by_hand():
    assert confusion_matrix(Y, Y_HAT, classes=3).tolist() == [[2, 1, 0], [1, 1, 0], [0, 1, 3]]
    assert confusion_matrix(Y[:1], Y_HAT[:1], classes=2).tolist() == [[1, 0], [0, 0]]  # classes that do not occur count


def test_accuracy_by_hand():
    assert accuracy(Y, Y_HAT) == 6 / 9
    assert accuracy(Y, Y) == 1
    assert isinstance(accuracy(Y, Y_HAT), float)


def test_precision_recall_f1_by_hand():
    """Three of four calls are right, three of five are found: F1 = 2 · ¾ · ⅗ / (¾ + ⅗) = ⅔."""
    y, y_hat = np.array([1, 1, 1, 1, 1, 0, 0]), np.array([1, 1, 1, 0, 0, 1, 0])
    assert_close(precision_recall_f1(y, y_hat), (3 / 4, 3 / 5, 2 / 3))


@pytest.mark.parametrize(
    ("y", "y_hat", "expected"),
    [
        ([0, 1], [0, 0], (0, 0, 0)),  # nothing was called
        ([0, 0], [0, 1], (0, 0, 0)),  # there was nothing to find
        ([0, 0], [0, 0], (0, 0, 0)),
        ([1, 1], [1, 1], (1, 1, 1)),
    ],
)
def test_precision_recall_f1_where_nothing_was_found(y, y_hat, expected):
    assert precision_recall_f1(np.array(y), np.array(y_hat)) == expected


@given(LABELS)
def test_counts_are_scikit_learns(pairs):
    y, y_hat = np.array(pairs).T
    C = confusion_matrix(y, y_hat, classes=4)
    assert np.array_equal(C, sklearn_metrics.confusion_matrix(y, y_hat, labels=range(4)))
    assert accuracy(y, y_hat) == sklearn_metrics.accuracy_score(y, y_hat)
    assert_close(np.trace(C) / C.sum(), accuracy(y, y_hat))


@given(BINARY)
def test_precision_recall_f1_are_scikit_learns(pairs):
    y, y_hat = np.array(pairs).T
    theirs = sklearn_metrics.precision_recall_fscore_support(y, y_hat, average="binary", zero_division=0)
    assert_close(precision_recall_f1(y, y_hat), theirs[:3])


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int64, np.uint64])
def test_small_integer_types_do_not_overflow(dtype):
    y, y_hat = np.array([99, 3], dtype), np.array([98, 3], dtype)
    C = confusion_matrix(y, y_hat, classes=100)
    assert (C[99, 98], C[3, 3], C.sum()) == (1, 1, 2)


# ---- Wilson's interval


def test_wilson_by_hand():
    """z = 2, 1 of 4: the roots of (p̂ − p)² = z² p (1 − p) / N, that is 2p² − 1.5p + 1/16 = 0."""
    low, high = wilson_interval(1, 4, z=2)
    for p in (low, high):
        assert abs(2 * p**2 - 1.5 * p + 1 / 16) < 1e-15
    assert low < 0.25 < high


@given(
    st.integers(1, 10_000).flatmap(lambda N: st.tuples(st.integers(0, N), st.just(N))), st.sampled_from([0.05, 0.01])
)
def test_wilson_is_statsmodels(case, alpha):
    successes, N = case
    theirs = proportion_confint(successes, N, alpha=alpha, method="wilson")
    assert_close(wilson_interval(successes, N, z=norm.isf(alpha / 2)), tuple(float(end) for end in theirs))


@given(st.integers(1, 10_000).flatmap(lambda N: st.tuples(st.integers(0, N), st.just(N))))
def test_wilson_stays_between_0_and_1_and_mirrors(case):
    successes, N = case
    low, high = wilson_interval(successes, N)
    assert 0 <= low <= successes / N <= high <= 1
    mirrored = wilson_interval(N - successes, N)
    assert_close((low, high), (1 - mirrored[1], 1 - mirrored[0]))


def test_wilson_is_at_95_percent_by_default():
    assert wilson_interval(970, 1000) == wilson_interval(970, 1000, z=1.96)


# ---- mistakes


@pytest.mark.parametrize("function", [accuracy, precision_recall_f1])
def test_different_lengths_are_refused(function):
    with pytest.raises(ValueError, match=r"y_hat has shape \(1,\), expected \(N,\) with N = 3 \(from y\)"):
        function(np.array([0, 1, 1]), np.array([1]))


@pytest.mark.parametrize(("label", "found"), [(3, "0 … 3"), (-1, "-1 … 2")])
def test_labels_out_of_range_are_refused(label, found):
    wrong, right = np.array([0, 2, label]), np.array([0, 2, 0])
    for y, y_hat in [(wrong, right), (right, wrong)]:
        with pytest.raises(ValueError, match=f"confusion_matrix: labels must lie in 0 … 2, got {found}"):
            confusion_matrix(y, y_hat, classes=3)


def test_labels_that_are_no_integers_are_refused():
    with pytest.raises(TypeError, match="confusion_matrix: labels must be integers, got float64"):
        confusion_matrix(Y, Y_HAT * 0.5, classes=3)
    with pytest.raises(TypeError, match="accuracy: y must be an array, got list"):
        accuracy(Y.tolist(), Y_HAT)


@pytest.mark.parametrize(("successes", "N"), [(-1, 10), (11, 10), (0, 0)])
def test_wilson_refuses_what_is_no_proportion(successes, N):
    with pytest.raises(ValueError, match=f"needs 0 ≤ successes ≤ N and N ≥ 1, got {successes} of {N}"):
        wilson_interval(successes, N)


# ---- the equations, each computed on its own


@pytest.mark.equation("eq-metrics-precision-recall")
def test_precision_goes_down_a_column_and_recall_along_a_row():
    r"""[eq-metrics-precision-recall] \begin{aligned} \mathrm{precision}_k &= \frac{\mathrm{TP}}{\mathrm{TP} + \mathrm{FP}} = \frac{M_{kk}}{\sum_i M_{ik}} \\ \mathrm{recall}_k &= \frac{\mathrm{TP}}{\mathrm{TP} + \mathrm{FN}} = \frac{M_{kk}}{\sum_j M_{kj}} \end{aligned}"""  # noqa: E501
    M = [[5, 2, 1], [0, 7, 4], [3, 3, 9]]
    precision, recall, _ = per_class(np.array(M))
    for k in range(3):
        TP = M[k][k]
        FP, FN = sum(M[i][k] for i in range(3)) - TP, sum(M[k]) - TP
        assert precision[k] == TP / (TP + FP)
        assert recall[k] == TP / (TP + FN)


@pytest.mark.equation("eq-metrics-f1")
def test_f1_is_the_harmonic_mean():
    r"""[eq-metrics-f1] F_1 = \frac{2}{\frac{1}{\mathrm{precision}} + \frac{1}{\mathrm{recall}}} = \frac{2\,\mathrm{TP}}{2\,\mathrm{TP} + \mathrm{FP} + \mathrm{FN}}"""  # noqa: E501
    M = np.array([[50, 3], [7, 4]])
    assert_close(float(per_class(M)[2][1]), 2 / (1 / (4 / 7) + 1 / (4 / 11)))
    assert_close(float(per_class(M)[2][1]), 2 * 4 / (2 * 4 + 3 + 7))


@pytest.mark.equation("eq-metrics-auc")
def test_the_area_counts_pairs():
    r"""[eq-metrics-auc] \begin{aligned} \mathrm{AUC} = \frac{1}{N_1 N_0} \sum_{i} \sum_{j} \Bigl( &[\,z_i > z_j\,] \\ &+ \tfrac12\, [\,z_i = z_j\,] \Bigr) \end{aligned}"""  # noqa: E501
    y, z = np.array([1, 0, 0, 1, 1, 0, 0]), np.array([2.0, 2.0, 1.0, 1.0, 3.0, -1.0, 4.0])
    wins = [(a > b) + 0.5 * (a == b) for a in z[y == 1] for b in z[y == 0]]
    assert_close(roc_auc(y, z), sum(wins) / (3 * 4))


@pytest.mark.equation("eq-metrics-average-precision")
def test_average_precision_by_hand():
    r"""[eq-metrics-average-precision] \mathrm{AP} = \sum_{m} \bigl( \mathrm{recall}_m - \mathrm{recall}_{m-1} \bigr)\, \mathrm{precision}_m"""  # noqa: E501
    y, z = np.array([1, 0, 1, 0, 1]), np.array([5.0, 4.0, 3.0, 3.0, 1.0])
    thresholds = [5, 4, 3, 1]
    recall = [0] + [sum(y[z >= t]) / 3 for t in thresholds]
    precision = [sum(y[z >= t]) / sum(z >= t) for t in thresholds]
    expected = sum((b - a) * p for a, b, p in zip(recall, recall[1:], precision, strict=False))
    assert_close(average_precision(y, z), float(expected))


@pytest.mark.equation("eq-metrics-wald")
def test_wald_is_its_formula():
    r"""[eq-metrics-wald] \hat p \pm c\, \sqrt{\hat p\,(1 - \hat p) / N}"""
    low, high = wald_interval(3, 20, z=1.5)
    assert_close((low, high), (0.15 - 1.5 * math.sqrt(0.15 * 0.85 / 20), 0.15 + 1.5 * math.sqrt(0.15 * 0.85 / 20)))
    assert wald_interval(20, 20) == (1, 1)


@pytest.mark.equation("eq-metrics-coverage")
def test_coverage_sums_over_all_outcomes():
    r"""[eq-metrics-coverage] \mathrm{coverage}(p) = \sum_{k=0}^{N} \binom Nk\, p^k (1-p)^{N-k}\, [\,p \in I_k\,]"""
    held, N, p = 0.0, 12, 0.83
    for k in range(N + 1):
        low, high = wilson_interval(k, N)
        held += math.comb(N, k) * p**k * (1 - p) ** (N - k) * (low <= p <= high)
    assert_close(coverage(wilson_interval, N, p), held)
    drawn = np.random.default_rng(1).binomial(50, 0.98, 20_000)
    simulated = np.mean([low <= 0.98 <= high for low, high in (wald_interval(int(k), 50) for k in drawn)])
    assert abs(coverage(wald_interval, 50, 0.98) - simulated) < 0.015


@pytest.mark.equation("eq-metrics-wilson")
def test_wilson_is_its_formula():
    r"""[eq-metrics-wilson] \frac{1}{1 + c^2/N} \Bigl( \hat p + \frac{c^2}{2N} \pm c\, \sqrt{\frac{\hat p\,(1-\hat p)}{N} + \frac{c^2}{4N^2}} \Bigr)"""  # noqa: E501
    for k, N, c in [(3, 20, 1.5), (19, 20, 1.96), (7, 9, 2.5)]:
        p = k / N
        root = c * math.sqrt(p * (1 - p) / N + c**2 / (4 * N**2))
        expected = [(p + c**2 / (2 * N) + side * root) / (1 + c**2 / N) for side in (-1, 1)]
        assert_close(wilson_interval(k, N, z=c), tuple(expected))


@pytest.mark.equation("eq-metrics-mcnemar")
def test_mcnemar_tosses_coins():
    r"""[eq-metrics-mcnemar] \min\Bigl(1,\; 2 \sum_{k=0}^{\min(b,\,c)} \binom{n}{k}\, 2^{-n} \Bigr)"""
    for b, c in [(0, 0), (1, 9), (9, 1), (5, 5), (40, 61)]:
        tail = sum(math.comb(b + c, k) for k in range(min(b, c) + 1)) / 2 ** (b + c)
        assert_close(mcnemar(b, c), min(1.0, 2 * tail))


@pytest.mark.equation("eq-metrics-calibration-error")
def test_calibration_error_by_hand():
    r"""[eq-metrics-calibration-error] \mathrm{ECE} = \sum_{b} \frac{n_b}{N}\, \lvert \mathrm{happened}_b - \mathrm{said}_b \rvert"""  # noqa: E501
    y, p = np.array([0, 1, 1, 1, 0]), np.array([0.1, 0.2, 0.7, 0.9, 1.0])
    expected = 2 / 5 * abs(1 / 2 - 0.15) + 3 / 5 * abs(2 / 3 - (0.7 + 0.9 + 1.0) / 3)
    assert_close(calibration_error(y, p, bins=2), expected)


# ---- second opinions on 500 random cases: ties, missing classes, few examples

CASES = range(500)


def random_case(number):
    """Labels, predictions and K; binary labels, tied scores and probabilities. Classes may be missing."""
    rng = np.random.default_rng([8, number])
    N, K = int(rng.integers(1, 40)), int(rng.integers(2, 6))
    y, y_hat = rng.integers(0, K, N), rng.integers(0, rng.integers(1, K + 1), N)
    binary = (rng.random(N) < rng.uniform(0, 1)).astype(int)
    scores = np.round(rng.normal(size=N), int(rng.integers(0, 3)))  # rounded: many are tied
    return y, y_hat, K, binary, scores


@pytest.mark.filterwarnings("ignore")  # scikit-learn warns where a class is missing
def test_counts_are_scikit_learns_on_500_random_cases():
    for y, y_hat, K, *_ in map(random_case, CASES):
        M = confusion_matrix(y, y_hat, K)
        assert np.array_equal(M, sklearn_metrics.confusion_matrix(y, y_hat, labels=range(K)))
        theirs = sklearn_metrics.precision_recall_fscore_support(y, y_hat, labels=range(K), zero_division=0)
        for own, other in zip(per_class(M), theirs, strict=False):
            assert np.max(np.abs(own - other)) <= 1e-12
        for own, average in ((f1_macro, "macro"), (f1_micro, "micro")):
            other = sklearn_metrics.f1_score(y, y_hat, labels=range(K), average=average, zero_division=0)
            assert abs(own(M) - other) <= 1e-12
        assert abs(f1_micro(M) - accuracy(y, y_hat)) <= 1e-12


@pytest.mark.filterwarnings("ignore")
def test_curves_are_scikit_learns_on_500_random_cases():
    compared = 0
    for _, _, _, y, z in map(random_case, CASES):
        if not y.any():
            with pytest.raises(ValueError, match="class 1"):
                average_precision(y, z)
            continue
        assert abs(average_precision(y, z) - sklearn_metrics.average_precision_score(y, z)) <= 1e-12
        ours = precision_recall_curve(y, z)
        theirs = sklearn_metrics.precision_recall_curve(
            y, z
        )  # the lowest threshold first, and a point (1, 0) at the end
        for own, other in zip(ours, (theirs[0][:-1], theirs[1][:-1], theirs[2]), strict=True):
            assert_close(own, np.asarray(other[::-1], own.dtype), rtol=0, atol=1e-12)
        if y.all():
            with pytest.raises(ValueError, match="both classes"):
                roc_auc(y, z)
            continue
        compared += 1
        assert abs(roc_auc(y, z) - sklearn_metrics.roc_auc_score(y, z)) <= 1e-12
        for own, other in zip(roc_curve(y, z), sklearn_metrics.roc_curve(y, z, drop_intermediate=False), strict=True):
            assert_close(own, np.asarray(other, own.dtype), rtol=0, atol=1e-12)
    assert compared > 350


def test_calibration_is_scikit_learns_on_500_random_cases():
    for number, (_, _, _, y, z) in zip(CASES, map(random_case, CASES), strict=True):
        p = 1 / (1 + np.exp(-z))
        assert abs(brier_score(y, p) - sklearn_metrics.brier_score_loss(y, p, pos_label=1)) <= 1e-12
        if len(set(y)) == 2:
            bins = 1 + number % 9
            happened, said = sklearn_calibration_curve(y, p, n_bins=bins)
            ours = calibration_curve(y, p, bins)
            assert np.max(np.abs(ours[0] - said)) <= 1e-12
            assert np.max(np.abs(ours[1] - happened)) <= 1e-12
            assert ours[2].sum() == len(y)


def test_tests_and_intervals_are_statsmodels_on_500_random_cases():
    for number in CASES:
        rng = np.random.default_rng([9, number])
        b, c = (int(n) for n in rng.integers(0, 60, 2))
        theirs = statsmodels_mcnemar([[5, b], [c, 7]], exact=True).pvalue
        assert abs(mcnemar(b, c) - (1.0 if b == c else theirs)) <= 1e-12
        N = int(rng.integers(1, 300))
        k = int(rng.integers(0, N + 1))
        for own, method in ((wald_interval, "normal"), (wilson_interval, "wilson")):
            low, high = own(k, N, z=norm.isf(0.025))
            theirs = proportion_confint(k, N, method=method)  # cut at 0 and 1
            assert max(abs(max(low, 0) - theirs[0]), abs(min(high, 1) - theirs[1])) <= 1e-12


def test_the_bootstrap_spreads_as_the_standard_error():
    values = np.random.default_rng(2).normal(3, 2, 400)
    low, high = bootstrap_interval(values, np.random.default_rng(3))
    assert abs((low + high) / 2 - values.mean()) < 0.02
    assert abs((high - low) / (2 * 1.96 * values.std() / 20) - 1) < 0.08
    assert bootstrap_interval(np.ones(50), np.random.default_rng(4), draws=50) == (1, 1)


def test_names_that_are_not_there_are_no_names_of_the_concept():
    import dlpath.metrics

    with pytest.raises(AttributeError):
        _ = dlpath.metrics.f2


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: roc_auc(np.array([1, 2]), np.array([0.1, 0.2])), "roc_curve: labels must be 0 or 1"),
        (lambda: roc_auc(np.array([1, 0]), np.array([0.1, np.nan])), "scores must be finite"),
        (lambda: roc_auc(np.array([1, 0]), np.array([0.1])), r"scores has shape \(1,\)"),
        (lambda: roc_curve(np.array([1, 1]), np.ones(2)), "got 2 of class 1 and 0 of class 0"),
        (lambda: brier_score(np.array([1, 0]), np.array([0.1, 1.2])), "p must lie in 0 … 1, got 0.1 … 1.2"),
        (lambda: calibration_error(np.array([1]), np.array([0.5]), bins=0), "bins must be at least 1"),
        (lambda: mcnemar(-1, 3), "b must be a whole number of at least 0, got -1"),
        (lambda: mcnemar(1, 3.5), "c must be a whole number of at least 0, got 3.5"),
        (lambda: coverage(wald_interval, 10, 1.0), "p must lie between 0 and 1"),
        (lambda: bootstrap_interval(np.ones(3), None, level=1), "level must lie between 0 and 1"),
        (lambda: per_class(np.ones((2, 3))), r"C has shape \(2, 3\)"),
        (lambda: per_class(np.array([[1, -1], [0, 1]])), "counts must not be negative"),
    ],
)
def test_what_cannot_be_judged_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_small_types_of_scores_and_counts_do_not_wrap_around():
    y, scores = np.array([1, 0, 1, 0, 1]), np.array([200, 100, 3, 0, 100])
    for dtype in (np.uint8, np.uint16, np.float32):
        assert roc_auc(y, scores.astype(dtype)) == roc_auc(y, scores.astype(float))
    assert roc_auc(y, scores > 50) == roc_auc(y, (scores > 50).astype(float))
    M = np.array([[200, 100], [100, 200]])
    assert np.array_equal(per_class(M.astype(np.uint8)), per_class(M))
    assert mcnemar(np.uint8(200), np.uint8(150)) == mcnemar(200, 150)
