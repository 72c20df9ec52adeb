"""What a score is worth at all thresholds: ROC, the area under it, precision against recall."""

import numpy as np

from dlpath.checks import check_binary_labels, check_some
from dlpath.shapes import check_shapes


def roc_curve(y, scores):
    """False positive rate, true positive rate, thresholds: from "nobody" (threshold ∞) to "everybody".

    y : (N,) of 0 and 1    scores : (N,), larger means more likely 1. Examples with equal scores enter together.
    Returns three arrays (M + 1,) for M different scores. Raises ValueError where a class has no example.
    """
    TP, FP, thresholds = _counts("roc_curve", y, scores)
    if not TP[-1] or not FP[-1]:
        raise ValueError(f"roc_curve: needs examples of both classes, got {TP[-1]} of class 1 and {FP[-1]} of class 0")
    return FP / FP[-1], TP / TP[-1], thresholds


def roc_auc(y, scores):
    """The area under the ROC curve: how often a positive outranks a negative, ties half [eq-metrics-auc].

    Summed by trapezoids. y, scores as in roc_curve. Source: fawcett2006.
    """
    fpr, tpr, _ = roc_curve(y, scores)
    return float(np.sum(np.diff(fpr) * (tpr[1:] + tpr[:-1]) / 2))


def precision_recall_curve(y, scores):
    """Precision and recall when all scores ≥ threshold are called 1, for each different score, the highest first.

    Returns precision, recall, thresholds, three arrays (M,). Raises ValueError without an example of class 1.
    """
    TP, FP, thresholds = _counts("precision_recall_curve", y, scores)
    if not TP[-1]:
        raise ValueError("precision_recall_curve: needs examples of class 1, got none")
    TP, FP = TP[1:], FP[1:]
    return TP / (TP + FP), TP / TP[-1], thresholds[1:]


def average_precision(y, scores):
    """Σ (R_m − R_{m−1}) P_m: the mean precision at which the positives are found [eq-metrics-average-precision]."""
    precision, recall, _ = precision_recall_curve(y, scores)
    return float(np.sum(np.diff(recall, prepend=0) * precision))


def _counts(where, y, scores):
    """Positives and negatives at or above each threshold, integer arrays (M + 1,), and the thresholds, ∞ first."""
    check_shapes(where, y=(y, "N"), scores=(scores, "N"))
    check_some(where, y)
    check_binary_labels(where, y)
    scores = np.asarray(scores, dtype=np.float64)  # unsigned ones would wrap around below
    if not np.all(np.isfinite(scores)):
        raise ValueError(f"{where}: scores must be finite")
    order = np.argsort(-scores, kind="stable")
    y, scores = y[order].astype(np.int64), scores[order]
    last = np.r_[np.flatnonzero(np.diff(scores)), len(y) - 1]  # the last example of each run of equal scores
    TP = np.cumsum(y)[last]
    return np.r_[0, TP], np.r_[0, last + 1 - TP], np.r_[np.inf, scores[last]]
