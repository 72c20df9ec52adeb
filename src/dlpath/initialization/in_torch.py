"""Initial weights as PyTorch tensors. `rng` is a numpy.random.Generator: the same draw as in NumPy.

`torch.nn.init` has the same distributions, drawn by PyTorch's own generator; the bounds agree, the numbers cannot.
"""

import math

import torch

from dlpath.initialization import spread
from dlpath.initialization.spread import he_std, pytorch_bound, xavier_std


def zeros(rng, K, D, dtype=torch.float32):
    """W (K, D), all zero: for biases, and to see what goes wrong with weights. Draws nothing from rng."""
    return torch.from_numpy(spread.nothing(K, D)).to(dtype)


def normal(rng, K, D, dtype=torch.float32, *, std=0.01):
    """W (K, D), normal with the standard deviation std."""
    return torch.from_numpy(spread.normal(rng, std, K, D)).to(dtype)


def truncated_normal(rng, K, D, dtype=torch.float32, *, std=0.01):
    """W (K, D), normal, cut off at two widths, of standard deviation std: as Keras draws."""
    return torch.from_numpy(spread.truncated_normal(rng, std, K, D)).to(dtype)


def xavier_uniform(rng, K, D, dtype=torch.float32):
    """W (K, D), uniform in ±√3 · xavier_std: the default of Keras' Dense [eq-xavier]."""
    return torch.from_numpy(spread.uniform(rng, xavier_std(K, D), K, D)).to(dtype)


def xavier_normal(rng, K, D, dtype=torch.float32):
    """W (K, D), normal with xavier_std [eq-xavier]. Keras' GlorotNormal also cuts the tails off."""
    return torch.from_numpy(spread.normal(rng, xavier_std(K, D), K, D)).to(dtype)


def he_uniform(rng, K, D, dtype=torch.float32):
    """W (K, D), uniform in ±√3 · he_std [eq-he]."""
    return torch.from_numpy(spread.uniform(rng, he_std(K, D), K, D)).to(dtype)


def he_normal(rng, K, D, dtype=torch.float32):
    """W (K, D), normal with he_std [eq-he]."""
    return torch.from_numpy(spread.normal(rng, he_std(K, D), K, D)).to(dtype)


def orthogonal(rng, K, D, dtype=torch.float32, *, gain=1.0):
    """W (K, D), rows or columns of length gain, at right angles [eq-initialization-orthogonal]."""
    return torch.from_numpy(spread.orthogonal(rng, gain, K, D)).to(dtype)


def pytorch_default(rng, K, D, dtype=torch.float32):
    """W (K, D) and b (K,) as PyTorch's Linear starts: both uniform in ±1/√D [eq-initialization-pytorch]."""
    std = pytorch_bound(K, D) / math.sqrt(3)
    W, b = spread.uniform(rng, std, K, D), spread.uniform(rng, std, K, 1)[:, 0]
    return torch.from_numpy(W).to(dtype), torch.from_numpy(b).to(dtype)


def keras_default(rng, K, D, dtype=torch.float32):
    """W (K, D) and b (K,) as Keras' Dense starts: xavier_uniform [eq-xavier], and zero biases."""
    return xavier_uniform(rng, K, D, dtype), torch.zeros(K, dtype=dtype)
