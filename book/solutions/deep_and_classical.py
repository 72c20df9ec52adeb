"""Solutions of the blanks and the exercises on deep and classical learning, judged by the tests."""

import numpy as np


# deep_and_classical-turn-gini
def impurity(left, right):
    """Each side's 2p(1 − p), weighed by its share of the rows."""
    N = len(left) + len(right)
    return sum(len(side) / N * 2 * np.mean(side) * (1 - np.mean(side)) for side in (left, right))


# deep_and_classical-turn-cosines
def features(X, W, b):
    """One cosine for each row of W; the factor makes the inner product a mean of H terms."""
    H = len(W)
    return np.sqrt(2 / H) * np.cos(X @ W.T + b)


# deep_and_classical-turn-turned
def turned(W, Q):
    """XQ(WQ)ᵀ = XQQᵀWᵀ = XWᵀ."""
    return W @ Q


# deep_and_classical-moves
def moves(rival, change):
    """A tree uses order, an RBF kernel distances, a network sums w·x."""
    blind = {"forest": ("stretch", "shift"), "SVM": ("turn", "shift"), "network": ("turn",)}
    return change not in blind[rival]


def moves_by_what_it_uses(rival, change):
    """What does each change spoil, and what does each rival use?"""
    spoils = {
        "stretch": {"distances", "sums"},
        "turn": {"order"},
        "shift": {"sums"},
    }
    uses = {"forest": "order", "SVM": "distances", "network": "sums"}
    return uses[rival] in spoils[change]


# deep_and_classical-split
def cut(x, y):
    """Try every middle between two neighbours; min takes the first, which is the smallest, of equal ones."""
    values = sorted(set(x.tolist()))
    middles = [(a + b) / 2 for a, b in zip(values[:-1], values[1:], strict=True)]
    left = [np.round(impurity(y[x <= t], y[x > t]), 12) for t in middles]
    best = left.index(min(left))
    return middles[best], left[best]


def cut_by_sums(x, y):
    """Sorted once, running sums give every p without counting again."""
    order = np.argsort(x)
    x, y, N = x[order], y[order], len(x)
    sizes, ones = np.arange(1, N), np.cumsum(y)[:-1]
    p, q = ones / sizes, (y.sum() - ones) / (N - sizes)
    G = sizes / N * 2 * p * (1 - p) + (N - sizes) / N * 2 * q * (1 - q)
    G[x[1:] == x[:-1]] = np.inf  # equal values stay together
    best = int(np.round(G, 12).argmin())
    return (x[best] + x[best + 1]) / 2, G[best]


# deep_and_classical-kernel
def all_kernels(X, Z, gamma):
    """‖x − z‖² = ‖x‖² − 2x·z + ‖z‖², a column, a matrix and a row."""
    squares = np.sum(X**2, axis=1)[:, None] - 2 * X @ Z.T + np.sum(Z**2, axis=1)
    return np.exp(-gamma * squares)


def all_kernels_by_broadcasting(X, Z, gamma):
    """All differences at once: shorter, and D times as much memory."""
    return np.exp(-gamma * np.sum((X[:, None] - Z) ** 2, axis=2))


# deep_and_classical-fair
def report(validation, test):
    """Chosen by the validation, judged once by the test."""
    return test[validation.argmax()]


def report_by_sorting(validation, test):
    """The setting that comes last when sorted by validation."""
    return test[np.argsort(validation)[-1]]


# deep_and_classical-share
def share(D, p):
    """Two independent numbers of variance 1 differ by 2 in the mean square: 2D of 2(D + p)."""
    return D / (D + p)


def share_by_counting(D, p):
    """Each column adds the same to the mean squared distance, so columns can be counted."""
    return sum(1 for _ in range(D)) / (D + p)
