"""How good a classifier is, counted. Derived in the book, held equal to scikit-learn's by tests."""

import math

import numpy as np

from dlpath.checks import check_labels, check_some
from dlpath.shapes import check_shapes


def accuracy(y, y_hat):
    """The fraction of predictions that equal the label. y, y_hat : arrays (N,)."""
    check_shapes("accuracy", y=(y, "N"), y_hat=(y_hat, "N"))
    check_some("accuracy", y)
    return float(np.mean(y == y_hat))


def confusion_matrix(y, y_hat, classes):
    """Counts (K, K): counts[i, j] examples of class i were called j. y, y_hat : integer arrays (N,)."""
    check_shapes("confusion_matrix", y=(y, "N"), y_hat=(y_hat, "N"))
    check_labels("confusion_matrix", y, classes)
    check_labels("confusion_matrix", y_hat, classes)
    cells = y.astype(np.int64) * classes + y_hat.astype(np.int64)  # uint8 would overflow
    return np.bincount(cells, minlength=classes**2).reshape(classes, classes)


def precision_recall_f1(y, y_hat):
    """Precision, recall and F1 of the positive class 1; y, y_hat : arrays (N,) of 0 and 1.

    precision = TP / (TP + FP),  recall = TP / (TP + FN),  F1 = their harmonic mean; 0 where nothing was found.
    """
    (_, FP), (FN, TP) = confusion_matrix(y, y_hat, classes=2)
    precision = TP / (TP + FP) if TP + FP else 0.0
    recall = TP / (TP + FN) if TP + FN else 0.0
    f1 = 2 * TP / (2 * TP + FP + FN) if TP + FP + FN else 0.0
    return float(precision), float(recall), float(f1)


def wilson_interval(successes, N, z=1.96):
    """Interval for a proportion at about 95 % (z = 1.96). Source: wilson1927. Returns low, high."""
    if not 0 <= successes <= N or N < 1:
        raise ValueError(f"wilson_interval: needs 0 ≤ successes ≤ N and N ≥ 1, got {successes} of {N}")
    p = successes / N
    centre = (p + z**2 / (2 * N)) / (1 + z**2 / N)
    half = z / (1 + z**2 / N) * math.sqrt(p * (1 - p) / N + z**2 / (4 * N**2))
    # exact at the ends, where rounding would leave 0 … 1
    return 0.0 if successes == 0 else centre - half, 1.0 if successes == N else centre + half
