"""The activations in the equality ledger: ordinary numbers, both sides of overflow, exact zeros, equal logits."""

import numpy as np

from dlpath.ledger import pair


def entries(rng):
    for name in ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "softplus", "softmax"):
        for Z in inputs(rng):
            yield from pair("activations", name, ["A", "dZ"], Z, dout=rng.normal(size=Z.shape))
    for slope in (0.0, 0.3, 1.0):
        Z = rng.normal(size=(7, 5))
        yield from pair("activations", "leaky_relu", ["A", "dZ"], Z, dout=rng.normal(size=Z.shape), slope=slope)
    for alpha in (0.5, 1.7):
        Z = rng.normal(size=(4, 6))
        yield from pair("activations", "elu", ["A", "dZ"], Z, dout=rng.normal(size=Z.shape), alpha=alpha)


def inputs(rng):
    """Four batches: drawn; with ±800 in each row; all zeros; where a sigmoid is nearly 0 or 1."""
    yield rng.normal(size=(11, 64))
    yield rng.permuted(np.tile([800.0, -800.0, 0.0, 1.5], (6, 1)), axis=1)
    yield np.zeros((3, 4))
    yield rng.uniform(-40, 40, size=(9, 5))
