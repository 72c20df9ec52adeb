"""A stack of equal hidden layers, with or without skips, with Keras' functional interface."""

import keras
import numpy as np

from dlpath.architecture.start import stack_sizes, start
from dlpath.checks import check_params
from dlpath.dense import dense_params, load_dense
from dlpath.initialization.in_tensorflow import he_uniform


def Stack(D, H, K, L, skip=False, rng=None, dtype="float32"):
    """Z ← relu(Z) Wᵀ + b, with `skip` plus Z, L − 1 times between two linear maps [eq-architecture-stack].

    D, H, K : inputs, width, outputs    L : hidden layers
    rng : numpy.random.Generator for He-uniform weights, with `skip` those of the blocks over √L, and zero biases;
    without it Keras' own stand.
    Returns a keras.Model; `params` and `load` go by the book's names.
    """
    sizes = stack_sizes(D, H, K, L)
    X = keras.Input((D,), dtype=dtype)
    Z = keras.layers.Dense(H, dtype=dtype)(X)
    for _ in range(L - 1):
        F = keras.layers.Dense(H, dtype=dtype)(keras.layers.ReLU(dtype=dtype)(Z))
        Z = keras.layers.Add(dtype=dtype)([Z, F]) if skip else F
    model = keras.Model(X, keras.layers.Dense(K, dtype=dtype)(keras.layers.ReLU(dtype=dtype)(Z)))
    if rng is not None:
        for layer, W in zip(dense_layers(model), start(he_uniform, rng, sizes, skip, dtype), strict=True):
            load_dense(layer, W.numpy(), np.zeros(len(W)))
    return model


def dense_layers(model):
    """The Dense layers of a model, from input to output."""
    return [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]


def params(model):
    """{"W1": …, "b1": …, "W2": …} as NumPy arrays under the book's names, W as (out, in)."""
    named = {}
    for place, layer in enumerate(dense_layers(model), start=1):
        named[f"W{place}"], named[f"b{place}"] = (value.numpy() for value in dense_params(layer))
    return named


def load(model, arrays):
    """Copy parameters in, by name; raises ValueError on a missing or extra name or a wrong shape."""
    check_params("Stack", {name: value.shape for name, value in params(model).items()}, arrays)
    for place, layer in enumerate(dense_layers(model), start=1):
        load_dense(layer, arrays[f"W{place}"], arrays[f"b{place}"])
    return model
