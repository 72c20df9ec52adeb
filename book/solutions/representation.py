"""Solutions of the blanks and the exercises on learned features, judged by the tests."""

import numpy as np


# representation-turn-hidden
def hidden(X, W, b):
    """A weighted sum and a constant for each unit, then the bend."""
    return np.maximum(0, X @ W.T + b)


# representation-turn-ridge
def ridge(A, Y, penalty):
    """The columns of Y are solved for together; N times the penalty stands on the diagonal."""
    N, H = A.shape
    return np.linalg.solve(A.T @ A + N * penalty * np.eye(H), A.T @ Y)


# representation-sixteen
def one_unit(table):
    """The four inequalities contradict each other only where the corners alternate."""
    return list(table) not in ([0, 1, 1, 0], [1, 0, 0, 1])


def one_unit_by_inequalities(table):
    """Contradiction needs both diagonals alike, and the two diagonals different."""
    none, down, up, both = table
    return not (none == both and down == up and none != down)


# representation-floors
def floors(n):
    """All units see s, the number of switches that are up; the score runs −½, ½, −½, … for s = 0, 1, 2, …"""
    W2 = np.array([[1] + [2 * (-1) ** h for h in range(1, n)]])
    return np.ones((n, n)), -np.arange(n), W2, np.array([-0.5])


def floors_by_slopes(n):
    """The wanted scores at s = 0 … n are ∓½; each weight is the change of slope at its bend."""
    scores = np.where(np.arange(n + 1) % 2, 0.5, -0.5)
    W2 = np.diff(scores, n=1, prepend=scores[0])  # slope before each s
    return np.ones((n, n)), -np.arange(n), np.diff(W2)[None], scores[:1]


# representation-shuffled
def loses(reader):
    """Only `strokes` knows which pixels are neighbours; the others are sums over all pixels, in any order."""
    return reader == "hand"


def loses_by_what_it_needs(reader):
    """Who looks at neighbours?"""
    return {"pixels": False, "chance": False, "hand": True, "teams": False}[reader]


# representation-twice
def random_features(X, X_new, H, rng):
    """The weights are drawn once, before both uses."""
    W = rng.normal(size=(H, X.shape[1]))
    return np.maximum(0, X @ W.T), np.maximum(0, X_new @ W.T)


def random_features_of_all(X, X_new, H, rng):
    """Or all images go through the layer together, and are parted afterwards."""
    A = np.maximum(0, np.vstack([X, X_new]) @ rng.normal(size=(X.shape[1], H)))
    return A[: len(X)], A[len(X) :]


# representation-product
def with_product(c):
    """(0, 0) gives b = −c, one switch adds 2c to reach +c, and both together need 2c + 2c − c + w₃ = −c."""
    return c * np.array([2, 2, -4]), -c


def with_product_solved(c):
    """Four equations for four unknowns."""
    M = np.array([[0, 0, 0, 1], [1, 0, 0, 1], [0, 1, 0, 1], [1, 1, 1, 1]])
    *w, b = np.linalg.solve(M, c * np.array([-1, 1, 1, -1]))
    return w, b
