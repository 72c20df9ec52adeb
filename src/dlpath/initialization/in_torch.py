"""Initial weights as PyTorch tensors. `rng` is a numpy.random.Generator: the same draw as in NumPy.

`torch.nn.init` has the same distributions, drawn by PyTorch's own generator; the bounds agree, the numbers cannot.
"""

import torch

from dlpath.initialization.spread import he_std, normal, uniform, xavier_std


def xavier_uniform(rng, K, D, dtype=torch.float32):
    """W (K, D), uniform in ±√3 · xavier_std [eq-xavier]."""
    return torch.from_numpy(uniform(rng, xavier_std(K, D), K, D)).to(dtype)


def xavier_normal(rng, K, D, dtype=torch.float32):
    """W (K, D), normal with xavier_std [eq-xavier]."""
    return torch.from_numpy(normal(rng, xavier_std(K, D), K, D)).to(dtype)


def he_uniform(rng, K, D, dtype=torch.float32):
    """W (K, D), uniform in ±√3 · he_std [eq-he]."""
    return torch.from_numpy(uniform(rng, he_std(K, D), K, D)).to(dtype)


def he_normal(rng, K, D, dtype=torch.float32):
    """W (K, D), normal with he_std [eq-he]."""
    return torch.from_numpy(normal(rng, he_std(K, D), K, D)).to(dtype)
