"""The multilayer perceptron in NumPy."""

import numpy as np

from dlpath.activations.in_numpy import relu, relu_backward
from dlpath.initialization.in_numpy import xavier_uniform
from dlpath.layers import Layer, Sequential
from dlpath.linear.in_numpy import linear, linear_backward, linear_backward_into


class MLP(Sequential):
    """Z = relu(… relu(X W₁ᵀ + b₁) …) W_Lᵀ + b_L, logits [eq-mlp].

    sizes : (D, H, …, K)    rng : numpy.random.Generator for Xavier-uniform weights; biases start at zero
    `load(params)` takes over {"W1": (H, D), "b1": (H,), "W2": (K, H), …}.
    """

    def __init__(self, sizes, rng=None, dtype=np.float32):
        if len(sizes) < 2:
            raise ValueError(f"MLP: sizes needs at least an input and an output size, got {sizes}")
        rng = np.random.default_rng() if rng is None else rng
        layers = []
        for D, K in zip(sizes[:-1], sizes[1:], strict=True):
            W, b = xavier_uniform(rng, K, D, dtype), np.zeros(K, dtype)
            layers.append(Layer(linear, linear_backward, into=linear_backward_into, W=W, b=b))
            layers.append(Layer(relu, relu_backward))
        super().__init__(*layers[:-1])
