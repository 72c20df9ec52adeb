"""The stack in the equality ledger: one layer and eight, with and without skips, gradients along a drawn cotangent."""

import numpy as np

from dlpath.ledger import entries as entered
from dlpath.ledger import versions
from dlpath.mlp.ledger import by_keras, by_numpy, by_torch


def entries(rng):
    for D, H, K, L, skip in [(64, 20, 10, 1, False), (64, 9, 10, 8, False), (64, 9, 10, 8, True), (5, 4, 3, 2, True)]:
        _, quantities = compared(rng, D, H, K, L, skip)
        yield from entered("Stack", ["logits", "dX", "parameters' gradients"], *zip(*quantities, strict=True))


def compared(rng, D, H, K, L, skip):
    """The three models in float64 with the same weights and biases, none zero; and logits, dX, gradients of each."""
    numpy, torch, tensorflow = versions("architecture")
    ours = numpy.Stack(D, H, K, L, skip, rng, np.float64)
    params = {name: value if value.ndim > 1 else rng.normal(size=value.shape) for name, value in ours.params.items()}
    theirs = torch.Stack(D, H, K, L, skip, dtype=torch.torch.float64).load(params)
    keras_model = tensorflow.load(tensorflow.Stack(D, H, K, L, skip, dtype="float64"), params)
    X, dZ = rng.normal(size=(11, D)), rng.normal(size=(11, K))
    values = by_numpy(ours.load(params), X, dZ), by_torch(theirs, X, dZ), by_keras(keras_model, X, dZ)
    return (ours, theirs, keras_model), list(zip(*values, strict=True))
