"""Metrics: counted by hand, held equal to scikit-learn's and statsmodels'."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sklearn_metrics
from statsmodels.stats.proportion import proportion_confint

from dlpath.metrics import accuracy, confusion_matrix, precision_recall_f1, wilson_interval
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
    from scipy.stats import norm

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
