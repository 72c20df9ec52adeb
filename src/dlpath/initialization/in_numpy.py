"""Initial weights in NumPy. `rng` is a numpy.random.Generator; one seed gives the same W in all three versions."""

import numpy as np

from dlpath.initialization.spread import he_std, normal, uniform, xavier_std


def xavier_uniform(rng, K, D, dtype=np.float32):
    """W (K, D), uniform in ±√3 · xavier_std: the default of Keras' Dense [eq-xavier]."""
    return uniform(rng, xavier_std(K, D), K, D).astype(dtype)


def xavier_normal(rng, K, D, dtype=np.float32):
    """W (K, D), normal with xavier_std [eq-xavier]. Keras' GlorotNormal also cuts the tails off; this does not."""
    return normal(rng, xavier_std(K, D), K, D).astype(dtype)


def he_uniform(rng, K, D, dtype=np.float32):
    """W (K, D), uniform in ±√3 · he_std [eq-he]."""
    return uniform(rng, he_std(K, D), K, D).astype(dtype)


def he_normal(rng, K, D, dtype=np.float32):
    """W (K, D), normal with he_std [eq-he]."""
    return normal(rng, he_std(K, D), K, D).astype(dtype)
