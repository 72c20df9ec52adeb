"""Initial weights in NumPy. `rng` is a numpy.random.Generator; one seed gives the same W in all three versions."""

import math

import numpy as np


def xavier_std(K, D):
    """Standard deviation √(2 / (D + K)) [eq-xavier]. Source: glorot2010."""
    return math.sqrt(2 / (_size("D", D) + _size("K", K)))


def he_std(K, D):
    """Standard deviation √(2 / D) [eq-he]: ReLU silences half of the variance. Source: he2015."""
    _size("K", K)
    return math.sqrt(2 / _size("D", D))


def xavier_uniform(rng, K, D, dtype=np.float32):
    """W (K, D), uniform in ±√3 · xavier_std: the default of Keras' Dense [eq-xavier]."""
    bound = math.sqrt(3) * xavier_std(K, D)
    return rng.uniform(-bound, bound, (K, D)).astype(dtype)


def xavier_normal(rng, K, D, dtype=np.float32):
    """W (K, D), normal with xavier_std [eq-xavier]. Keras' GlorotNormal also cuts the tails off; this does not."""
    return rng.normal(0, xavier_std(K, D), (K, D)).astype(dtype)


def he_uniform(rng, K, D, dtype=np.float32):
    """W (K, D), uniform in ±√3 · he_std [eq-he]."""
    bound = math.sqrt(3) * he_std(K, D)
    return rng.uniform(-bound, bound, (K, D)).astype(dtype)


def he_normal(rng, K, D, dtype=np.float32):
    """W (K, D), normal with he_std [eq-he]."""
    return rng.normal(0, he_std(K, D), (K, D)).astype(dtype)


def _size(name, size):
    if size < 1:
        raise ValueError(f"initialization: {name} must be at least 1, got {size}")
    return size
