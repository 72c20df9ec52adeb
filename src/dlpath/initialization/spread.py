"""How wide initial weights are spread, and the draws themselves: written once, for all three versions.

All draws are made in float64; the versions round them to the type that is asked for.
"""

import math

import numpy as np

from dlpath.checks import check_number


def xavier_std(K, D):
    """Standard deviation √(2 / (D + K)) [eq-xavier]. Source: glorot2010."""
    return math.sqrt(2 / (_size("D", D) + _size("K", K)))


def he_std(K, D):
    """Standard deviation √(2 / D) [eq-he]: ReLU silences half of the variance. Source: he2015."""
    _size("K", K)
    return math.sqrt(2 / _size("D", D))


def pytorch_bound(K, D):
    """1/√D, to which PyTorch's linear layer draws weights and biases [eq-initialization-pytorch]."""
    _size("K", K)
    return 1 / math.sqrt(_size("D", D))


def uniform(rng, std, K, D):
    """W (K, D), float64, uniform in ±√3 · std."""
    return rng.uniform(-math.sqrt(3) * std, math.sqrt(3) * std, (K, D))


def normal(rng, std, K, D):
    """W (K, D), float64, normal. ValueError unless std is positive and finite."""
    std = check_number("initialization", "std", std)
    return rng.normal(0, std, (_size("K", K), _size("D", D)))


def truncated_normal(rng, std, K, D):
    """W (K, D), float64: a bell cut off at two of its own widths, and widened so that the rest has the spread std.

    Keras' normal initializers draw so. Numbers beyond the cut are drawn again.
    """
    std = check_number("initialization", "std", std)
    W = rng.standard_normal((_size("K", K), _size("D", D)))
    while (beyond := np.abs(W) > 2).any():
        W[beyond] = rng.standard_normal(int(beyond.sum()))
    return W * (std / TRUNCATED_STD)


# Of a standard normal number known to lie within ±2: its variance is 1 − 4 φ(2) / P(|z| < 2), by parts.
TRUNCATED_STD = math.sqrt(1 - 4 * math.exp(-2) / math.sqrt(2 * math.pi) / math.erf(math.sqrt(2)))


def orthogonal(rng, gain, K, D):
    """W (K, D), float64, with W Wᵀ or WᵀW = gain² · 1, the smaller of the two [eq-initialization-orthogonal].

    Q of a normal matrix, its columns turned until the diagonal of R is positive: without that, the signs are
    LAPACK's and not chance's. Sources: saxe2014, mezzadri2007.
    """
    gain = check_number("initialization", "gain", gain)
    G = rng.standard_normal((max(_size("K", K), _size("D", D)), min(K, D)))
    Q, R = np.linalg.qr(G)  # columns at right angles
    Q = gain * Q * np.where(np.diag(R) < 0, -1.0, 1.0)
    return Q if K >= D else Q.T


def nothing(K, D):
    """W (K, D), float64, all zero."""
    return np.zeros((_size("K", K), _size("D", D)))


def _size(name, size):
    if size < 1:
        raise ValueError(f"initialization: {name} must be at least 1, got {size}")
    return size
