"""What looks at single cells or at the split: plain NumPy, with scikit-learn as the second opinion."""

import numpy as np
from scipy.stats import norm

from dlpath.checks import check_some
from dlpath.preparation.shapes import check_categories


def masked_z(q):
    """How many deviations a share q of equal, far cells lies from the mean [eq-preparation-masking].

    Raises ValueError unless 0 < q < 1.
    """
    if not 0 < q < 1:
        raise ValueError(f"masked_z: q is a share between 0 and 1, got {q}")
    return np.sqrt((1 - q) / q)


def robust_z(x):
    """Distance from the median in median deviations [eq-preparation-robust]: (N,) -> (N,).

    The deviation is scaled to be the standard deviation of a Gaussian. Raises ValueError where it is 0 or N is.
    """
    check_some("robust_z", x)
    away = x - np.median(x)
    typical = np.median(np.abs(away)) / norm.ppf(0.75)
    if typical == 0:
        raise ValueError("robust_z: half of the cells are equal, and have no deviation to measure by")
    return away / typical


def stratified(labels, share, rng):
    """Rows to learn from and rows to judge by, each class with the same share in the first: two arrays of row numbers.

    Each class is rounded to whole rows. Raises ValueError unless 0 < share < 1.
    """
    if not 0 < share < 1:
        raise ValueError(f"stratified: share is between 0 and 1, got {share}")
    learn, judge = [], []
    for k in np.unique(labels):
        rows = rng.permutation(np.flatnonzero(labels == k))
        cut = round(share * len(rows))
        learn.append(rows[:cut])
        judge.append(rows[cut:])
    return rng.permutation(np.concatenate(learn)), rng.permutation(np.concatenate(judge))


def out_of_fold(categories, y, folds):
    """Each row's category as the mean of y over its rows in other folds [eq-preparation-out-of-fold]: (N,) -> (N,).

    Where the other folds do not have the category, it is the mean of y over those folds. Raises ValueError for
    another shape of y or folds, or if there is one fold alone.
    """
    if not len(categories) == len(y) == len(folds):
        raise ValueError(f"out_of_fold: {len(categories)} categories, {len(y)} targets, {len(folds)} folds")
    check_categories("out_of_fold", categories, np.inf)
    if len(np.unique(folds)) < 2:
        raise ValueError("out_of_fold: there must be two folds or more")
    K, t = np.max(categories) + 1, np.zeros(len(y))
    for fold in np.unique(folds):
        other = folds != fold
        total, count = np.bincount(categories[other], y[other], K), np.bincount(categories[other], minlength=K)
        mean = np.where(count > 0, total / np.maximum(count, 1), np.mean(y[other]))  # (K,)
        t[~other] = mean[categories[~other]]
    return t


def tail_square(q):
    """g = E[z² | the share q of largest |z|] − 1, z Gaussian [eq-preparation-tail]; ValueError unless 0 < q < 1."""
    if not 0 < q < 1:
        raise ValueError(f"tail_square: q is a share between 0 and 1, got {q}")
    t = norm.isf(q / 2)
    return 2 * t * norm.pdf(t) / q


def selection_accuracy(N, D, k, folds=5):
    """What cross-validation says of noise whose k best of D columns were chosen beforehand [eq-preparation-selection].

    Raises ValueError unless 0 < k < D and there are two folds or more.
    """
    if folds < 2:
        raise ValueError(f"selection_accuracy: two folds or more, got {folds}")
    g = tail_square(k / D)
    return norm.cdf(g * np.sqrt(k / N) / np.sqrt(g + folds / (folds - 1)))
