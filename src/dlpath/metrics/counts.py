"""What is counted at one threshold: the confusion matrix, and the shares that are read off it."""

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


def per_class(C):
    """Precision, recall and F1 of each class, three arrays (K,) [eq-metrics-precision-recall] [eq-metrics-f1].

    C : confusion matrix (K, K). A class that was never called has precision 0, one that never occurs has recall 0.
    """
    C = _square("per_class", C)
    TP, called, true = np.diag(C), C.sum(axis=0), C.sum(axis=1)
    return _share(TP, called), _share(TP, true), _share(2 * TP, called + true)


def f1_macro(C):
    """The mean of the classes' F1: every class counts alike, those without examples too. C : (K, K)."""
    return float(per_class(C)[2].mean())


def f1_micro(C):
    """F1 of the pooled counts Σ TP, Σ FP, Σ FN; with one label for each example it is the accuracy. C : (K, K)."""
    C = _square("f1_micro", C)
    TP = np.trace(C)
    return float(_share(2 * TP, 2 * C.sum()))  # Σ FP = Σ FN = C.sum() − TP


def precision_recall_f1(y, y_hat):
    """Precision, recall and F1 of the positive class 1; y, y_hat : arrays (N,) of 0 and 1.

    precision = TP / (TP + FP),  recall = TP / (TP + FN),  F1 = their harmonic mean; 0 where nothing was found.
    """
    precision, recall, f1 = per_class(confusion_matrix(y, y_hat, classes=2))
    return float(precision[1]), float(recall[1]), float(f1[1])


def _share(part, whole):
    """part / whole, and 0 where there is nothing to divide by."""
    return np.divide(part, whole, out=np.zeros(np.shape(whole)), where=np.asarray(whole) > 0)


def _square(where, C):
    check_shapes(where, C=(np.asarray(C), "K K"))
    C = np.asarray(C)
    if np.any(C < 0):
        raise ValueError(f"{where}: counts must not be negative, got {C.min()}")
    return C.astype(np.int64)  # uint8 would overflow
