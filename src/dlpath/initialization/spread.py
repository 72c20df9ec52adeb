"""How wide initial weights are spread, and the draws themselves: written once, for all three versions."""

import math


def xavier_std(K, D):
    """Standard deviation √(2 / (D + K)) [eq-xavier]. Source: glorot2010."""
    return math.sqrt(2 / (_size("D", D) + _size("K", K)))


def he_std(K, D):
    """Standard deviation √(2 / D) [eq-he]: ReLU silences half of the variance. Source: he2015."""
    _size("K", K)
    return math.sqrt(2 / _size("D", D))


def uniform(rng, std, K, D):
    """W (K, D), float64, uniform in ±√3 · std."""
    return rng.uniform(-math.sqrt(3) * std, math.sqrt(3) * std, (K, D))


def normal(rng, std, K, D):
    """W (K, D), float64, normal."""
    return rng.normal(0, std, (K, D))


def _size(name, size):
    if size < 1:
        raise ValueError(f"initialization: {name} must be at least 1, got {size}")
    return size
