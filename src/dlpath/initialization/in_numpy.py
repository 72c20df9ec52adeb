"""Initial weights in NumPy. `rng` is a numpy.random.Generator; one seed gives the same W in all three versions."""

import math

import numpy as np

from dlpath.initialization import spread
from dlpath.initialization.spread import he_std, pytorch_bound, xavier_std


def zeros(rng, K, D, dtype=np.float32):
    """W (K, D), all zero: for biases, and to see what goes wrong with weights. Draws nothing from rng."""
    return spread.nothing(K, D).astype(dtype)


def normal(rng, K, D, dtype=np.float32, *, std=0.01):
    """W (K, D), normal with the standard deviation std."""
    return spread.normal(rng, std, K, D).astype(dtype)


def truncated_normal(rng, K, D, dtype=np.float32, *, std=0.01):
    """W (K, D), normal, cut off at two widths, of standard deviation std: as Keras draws."""
    return spread.truncated_normal(rng, std, K, D).astype(dtype)


def xavier_uniform(rng, K, D, dtype=np.float32):
    """W (K, D), uniform in ±√3 · xavier_std: the default of Keras' Dense [eq-xavier]."""
    return spread.uniform(rng, xavier_std(K, D), K, D).astype(dtype)


def xavier_normal(rng, K, D, dtype=np.float32):
    """W (K, D), normal with xavier_std [eq-xavier]. Keras' GlorotNormal also cuts the tails off."""
    return spread.normal(rng, xavier_std(K, D), K, D).astype(dtype)


def he_uniform(rng, K, D, dtype=np.float32):
    """W (K, D), uniform in ±√3 · he_std [eq-he]."""
    return spread.uniform(rng, he_std(K, D), K, D).astype(dtype)


def he_normal(rng, K, D, dtype=np.float32):
    """W (K, D), normal with he_std [eq-he]."""
    return spread.normal(rng, he_std(K, D), K, D).astype(dtype)


def orthogonal(rng, K, D, dtype=np.float32, *, gain=1.0):
    """W (K, D), rows or columns of length gain, at right angles [eq-initialization-orthogonal]."""
    return spread.orthogonal(rng, gain, K, D).astype(dtype)


def pytorch_default(rng, K, D, dtype=np.float32):
    """W (K, D) and b (K,) as PyTorch's Linear starts: both uniform in ±1/√D [eq-initialization-pytorch]."""
    std = pytorch_bound(K, D) / math.sqrt(3)
    W, b = spread.uniform(rng, std, K, D), spread.uniform(rng, std, K, 1)[:, 0]
    return W.astype(dtype), b.astype(dtype)


def keras_default(rng, K, D, dtype=np.float32):
    """W (K, D) and b (K,) as Keras' Dense starts: xavier_uniform [eq-xavier], and zero biases."""
    return xavier_uniform(rng, K, D, dtype), np.zeros(K).astype(dtype)
