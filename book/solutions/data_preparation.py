"""Solutions of the blanks and the exercises on preparing data, judged by the tests."""

import numpy as np
from scipy.stats import norm


# data_preparation-turn-robust
def robust(x, half):
    """Median for mean, median distance for deviation."""
    away = x - np.median(x)
    return away / (np.median(np.abs(away)) / half)


# data_preparation-turn-standardize
def standardize(learn, judge):
    """Both numbers of a column come from the rows that learn."""
    return (judge - learn.mean(axis=0)) / learn.std(axis=0)


# data_preparation-turn-fold
def fold(W, b, m, s):
    """W (x − m)/s + b = (W/s) x + b − W (m/s)."""
    return W / s, b - W @ (m / s)


# data_preparation-cells
def cells(c):
    """√(N − 1) > c, so N > c² + 1: the next whole number."""
    return int(np.floor(c**2)) + 2


def cells_by_counting(c):
    """Try one N after the other."""
    N = 2
    while c**2 >= N - 1:
        N += 1
    return N


# data_preparation-dummies
def dummies(categories, K):
    """All columns, without the first."""
    return np.eye(K)[categories][:, 1:]


def dummies_by_comparing(categories, K):
    """Column k asks whether the category is k + 1."""
    return (np.asarray(categories)[:, None] == np.arange(1, K)).astype(float)


# data_preparation-encode
def encode(categories, y, folds):
    """The condition on y let rows of the own fold in, and by their label."""
    t = np.zeros(len(y))
    for n in range(len(y)):
        rows = (categories == categories[n]) & (folds != folds[n])
        t[n] = np.mean(y[rows])
    return t


def encode_at_once(categories, y, folds):
    """One matrix of who may speak for whom."""
    may = (categories[:, None] == categories) & (folds[:, None] != folds)
    return may @ y / may.sum(axis=1)


# data_preparation-grouped
def grouped(groups, share, rng):
    """Shuffle the groups, and take the first of them."""
    names = rng.permutation(np.unique(groups))
    return np.isin(groups, names[: round(share * len(names))])


def grouped_by_coins(groups, share, rng):
    """One random number for each group, handed to all of its rows."""
    names, who = np.unique(groups, return_inverse=True)
    return (rng.permutation(len(names)) < share * len(names))[who]


# data_preparation-rows
def rows_until(share, D, k):
    """Φ⁻¹(share)² = g² (k/N) / (g + 5/4), solved for N."""
    q = k / D
    t = norm.isf(q / 2)
    g = 2 * t * norm.pdf(t) / q
    return k * g**2 / ((g + 5 / 4) * norm.ppf(share) ** 2)


def rows_until_by_trying(share, D, k):
    """Double N until it is too many, then halve the interval."""
    t = norm.isf(k / D / 2)
    g = 2 * t * norm.pdf(t) / (k / D)
    low, high = 1.0, 1e9
    for _ in range(100):
        N = np.sqrt(low * high)
        above = norm.cdf(g * np.sqrt(k / N) / np.sqrt(g + 1.25)) > share
        low, high = (N, high) if above else (low, N)
    return low
