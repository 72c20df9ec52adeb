"""A stack of equal hidden layers, with or without skips, in NumPy."""

import numpy as np

from dlpath.activations.in_numpy import relu, relu_backward
from dlpath.architecture.start import stack_sizes, start
from dlpath.initialization.in_numpy import he_uniform
from dlpath.layers import Layer, Residual, Sequential
from dlpath.linear.in_numpy import linear, linear_backward, linear_backward_into


class Stack(Sequential):
    """Z ← relu(Z) Wᵀ + b, with `skip` plus Z, L − 1 times between two linear maps [eq-architecture-stack].

    D, H, K : inputs, width, outputs    L : hidden layers
    rng : numpy.random.Generator for He-uniform weights, with `skip` those of the blocks over √L; biases start at zero
    `load(params)` takes over {"W1": (H, D), "b1": (H,), "W2": (H, H), …}.
    """

    def __init__(self, D, H, K, L, skip=False, rng=None, dtype=np.float32):
        rng = np.random.default_rng() if rng is None else rng
        first, *others, last = (_affine(W) for W in start(he_uniform, rng, stack_sizes(D, H, K, L), skip, dtype))
        block = Residual if skip else Sequential
        blocks = [block(_relu(), layer) for layer in others]
        super().__init__(first, *blocks, _relu(), last)

    def named(self, kind):
        """W1, b1, W2, …, whether a layer stands in a block or not."""
        layers = [part for part in self.walk() if isinstance(part, Layer) and part.params]
        return ((f"{key}{place}", layer, key) for place, layer in enumerate(layers, 1) for key in getattr(layer, kind))


def _affine(W):
    return Layer(linear, linear_backward, into=linear_backward_into, W=W, b=np.zeros(len(W), W.dtype))


def _relu():
    return Layer(relu, relu_backward)
