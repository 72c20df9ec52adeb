"""Preparing a table in NumPy. What is learned from rows (m, s, means of categories) is an argument everywhere else."""

import numpy as np

from dlpath.checks import check_some
from dlpath.preparation.shapes import check_categories, check_columns, check_fold


def moments(X):
    """Mean and standard deviation of each column [eq-preparation-moments]: (N, D) -> (D,), (D,).

    The deviation divides by N. A constant column gets s = 1, as in scikit-learn. Raises ValueError without rows.
    """
    check_some("moments", X)
    m, s = X.mean(axis=0), X.std(axis=0)
    still = np.all(X[0] == X, axis=0)  # rounding may leave a constant column a deviation of 1e-17
    return m, np.where(still | (s == 0), 1, s)


def standardized(X, m, s):
    """(x − m) / s, column by column [eq-preparation-standardized]: (N, D) -> (N, D).

    Raises ValueError unless m and s are (D,).
    """
    check_columns("standardized", X, m, s)
    return (X - m) / s


def fold_scale(W, b, m, s):
    """The weights for raw rows that say the same [eq-preparation-fold]: W (K, D), b (K,) -> W (K, D), b (K,).

    Raises ValueError unless the shapes fit.
    """
    check_fold("fold_scale", W, b, m, s)
    return W / s, b - W @ (m / s)


def one_hot(categories, K):
    """A 1 in the column of the category [eq-preparation-one-hot]: whole numbers (N,) -> (N, K).

    A category that is not 0 … K − 1 raises ValueError.
    """
    check_categories("one_hot", categories, K)
    return (np.asarray(categories)[:, None] == np.arange(K)).astype(float)
