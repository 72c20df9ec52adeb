"""Solutions of the blanks and the exercises on architecture, judged by the tests; two for each exercise."""

import numpy as np


# architecture-turn-count
def count(sizes):
    """For each pair of neighbours its product; biases for all but the inputs."""
    M = sum(D * K for D, K in zip(sizes[:-1], sizes[1:], strict=True))
    return M + sum(sizes[1:]), M


# architecture-turn-products
def products(side, k, C, K):
    """Places, times kernels, times numbers under a kernel."""
    places = (side - k + 1) ** 2
    return places * K * k * k * C


# architecture-turn-fold
def fold(x):
    """One unit climbs with slope 2, the other takes 4 from it in the right half."""
    return 2 * np.maximum(x, 0) - 4 * np.maximum(x - 0.5, 0)


# architecture-turn-crossings
def crossings(x, Z):
    """Where the signs differ, the share of the way is the first value over the whole drop."""
    Z = Z[:, Z[0] * Z[1] < 0]
    share = Z[0] / (Z[0] - Z[1])
    return np.sort(x[0] + share * (x[1] - x[0]))


# architecture-budget
def widest(D, K, P):
    """H (D + 1) + K (H + 1) = H (D + K + 1) + K must not be more than P."""
    return (P - K) // (D + K + 1)


def widest_by_trying(D, K, P):
    """The last width within the budget."""
    H = 0
    while (H + 1) * (D + 1) + K * (H + 2) <= P:
        H += 1
    return H


# architecture-narrow
def most_pieces(L):
    """Layer 1: flat and a ramp. A later unit is monotone, so it can cut the ramp's other end and no more."""
    return min(L + 1, 3)


def most_pieces_by_cases(L):
    """A ramp has two ends, and each can be cut once."""
    return 2 if L == 1 else 3


# architecture-tie
def kernel_gradient(dW, k):
    """The i-th number of the kernel stands on the i-th diagonal."""
    return np.array([np.trace(dW, i) for i in range(k)])


def kernel_gradient_row_by_row(dW, k):
    """Row s holds the kernel from column s on: shift each row back, and add."""
    return sum(dW[s, s : s + k] for s in range(len(dW)))


# architecture-port
def port(W, C, side):
    """The axes as they lie are (K, C, side, side); the channel goes last."""
    return W.reshape(len(W), C, side, side).transpose(0, 2, 3, 1).reshape(len(W), -1)


def port_by_places(W, C, side):
    """Number the old places, move the numbers, and look each weight up."""
    places = np.moveaxis(np.arange(C * side * side).reshape(C, side, side), 0, -1)
    return W[:, places.ravel()]


# architecture-silence
def least_width(L, p):
    """(1 − 2^(−H))^L ≥ p, solved for H and rounded up."""
    return max(1, int(np.ceil(-np.log2(1 - p ** (1 / L)))))


def least_width_by_trying(L, p):
    """The first width that is enough."""
    H = 1
    while p > (1 - 2.0**-H) ** L:
        H += 1
    return H
