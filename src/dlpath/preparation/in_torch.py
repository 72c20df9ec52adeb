"""Preparing a table in PyTorch."""

import torch
import torch.nn.functional as F

from dlpath.checks import check_some
from dlpath.preparation.shapes import check_categories, check_columns, check_fold


def moments(X):
    """Mean and standard deviation of each column [eq-preparation-moments]; torch.std would divide by N − 1."""
    check_some("moments", X)
    m, s = X.mean(dim=0), X.std(dim=0, correction=0)
    still = (X[0] == X).all(dim=0)
    return m, torch.where(still | (s == 0), torch.ones_like(s), s)


def standardized(X, m, s):
    """(x − m) / s, column by column [eq-preparation-standardized]."""
    check_columns("standardized", X, m, s)
    return (X - m) / s


def fold_scale(W, b, m, s):
    """The weights for raw rows that say the same [eq-preparation-fold]."""
    check_fold("fold_scale", W, b, m, s)
    return W / s, b - W @ (m / s)


def one_hot(categories, K):
    """A 1 in the column of the category [eq-preparation-one-hot], as float64; F.one_hot gives whole numbers."""
    check_categories("one_hot", categories, K)
    return F.one_hot(categories, K).double()
