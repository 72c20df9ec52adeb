"""The multilayer perceptron in Keras."""

import keras
import numpy as np

from dlpath.checks import check_params
from dlpath.dense import dense_params, load_dense
from dlpath.initialization.in_tensorflow import xavier_uniform


@keras.saving.register_keras_serializable(package="dlpath")
class MLP(keras.Model):
    """Dense layers, ReLU in the hidden ones, logits at the end [eq-mlp].

    sizes : (D, H, …, K)    rng : numpy.random.Generator for Xavier-uniform weights and zero biases;
    without it Keras' own initialization stands.
    """

    def __init__(self, sizes, rng=None, dtype="float32", **kwargs):
        super().__init__(dtype=dtype, **kwargs)
        if len(sizes) < 2:
            raise ValueError(f"MLP: sizes needs at least an input and an output size, got {sizes}")
        self.sizes = tuple(sizes)
        *hidden, K = self.sizes[1:]
        self.blocks = [keras.layers.Dense(H, activation="relu", dtype=dtype) for H in hidden]
        self.blocks.append(keras.layers.Dense(K, dtype=dtype))
        self.build((None, self.sizes[0]))
        if rng is not None:
            for layer in self.blocks:
                D, K = layer.kernel.shape
                load_dense(layer, xavier_uniform(rng, K, D, dtype).numpy(), np.zeros(K))

    def build(self, input_shape):
        for layer, D in zip(self.blocks, self.sizes[:-1], strict=True):
            layer.build((None, D))
        super().build(input_shape)

    def call(self, X):
        for layer in self.blocks:
            X = layer(X)
        return X

    def params(self):
        """{"W1": …, "b1": …, "W2": …} as NumPy arrays under the book's names, W as (out, in)."""
        named = {}
        for place, layer in enumerate(self.blocks, start=1):
            named[f"W{place}"], named[f"b{place}"] = (value.numpy() for value in dense_params(layer))
        return named

    def load(self, params):
        """Copy parameters in, by name; raises ValueError on a missing or extra name or a wrong shape."""
        check_params("MLP", {name: value.shape for name, value in self.params().items()}, params)
        for place, layer in enumerate(self.blocks, start=1):
            load_dense(layer, params[f"W{place}"], params[f"b{place}"])
        return self

    def get_config(self):
        return {**super().get_config(), "sizes": self.sizes}
