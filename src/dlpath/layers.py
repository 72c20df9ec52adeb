"""The glue of the NumPy side, written once: a pair of functions becomes a layer, layers become a network.

All parameters of a network are views into one flat vector `theta`, all gradients into one flat `grad`,
so that an optimizer updates the whole network with a handful of array operations.
"""

import inspect

import numpy as np


class Layer:
    """A pair `f(X, **params) -> out, cache` and `f_backward(dout, cache) -> dX, *dparams`, with its parameters.

    `Layer(linear, linear_backward, W=W, b=b)` keeps the cache between the two calls. `into`, where a concept has
    it, is the backward function that writes into given arrays: `into(dout, cache, *grads, input_gradient) -> dX`.
    """

    def __init__(self, function, function_backward, into=None, **params):
        self.function, self.function_backward, self.into = function, function_backward, into
        self.params = {name: np.asarray(value) for name, value in params.items()}
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}
        self.cache = None
        self._can_skip = "input_gradient" in inspect.signature(function_backward).parameters

    def __call__(self, X):
        out, self.cache = self.function(X, **self.params)
        return out

    def backward(self, dout, input_gradient=True):
        """Write the parameters' gradients into `self.grads` and return dX."""
        if self.cache is None:
            raise RuntimeError(f"{self.function.__name__}: backward was called before forward")
        if self.into is not None:
            return self.into(dout, self.cache, *self.grads.values(), input_gradient=input_gradient)
        options = {} if input_gradient or not self._can_skip else {"input_gradient": False}
        gradients = self.function_backward(dout, self.cache, **options)
        if not self.params:
            return gradients
        dX, *dparams = gradients
        for grad, value in zip(self.grads.values(), dparams, strict=True):
            grad[...] = value
        return dX


class Loss:
    """A pair `loss(prediction, target) -> value, cache` and its backward function."""

    def __init__(self, function, function_backward):
        self.function, self.function_backward = function, function_backward
        self.cache = None

    def __call__(self, prediction, target):
        value, self.cache = self.function(prediction, target)
        return value

    def backward(self, dloss=1.0):
        """The gradient of the loss with respect to the prediction."""
        if self.cache is None:
            raise RuntimeError(f"{self.function.__name__}: backward was called before forward")
        return self.function_backward(dloss, self.cache)


class Sequential:
    """Layers one after the other, their parameters and gradients in two flat vectors, `theta` and `grad`.

    `params` and `grads` are dicts of views, named after the layer's place: W1, b1, W2, b2, …
    """

    def __init__(self, *layers):
        if not layers:
            raise ValueError("Sequential: needs at least one layer")
        if len(set(map(id, layers))) < len(layers):
            raise ValueError("Sequential: one layer stands in two places, but it keeps the cache of one call only")
        self.layers = layers
        with_params = [layer for layer in layers if layer.params]
        values = [value for layer in with_params for value in layer.params.values()]
        self.theta = np.concatenate([v.ravel() for v in values]) if values else np.empty(0)
        self.grad = np.zeros_like(self.theta)
        self.params, self.grads, start = {}, {}, 0
        for place, layer in enumerate(with_params, start=1):
            for name, value in layer.params.items():
                part = slice(start, start + value.size)
                layer.params[name] = self.params[f"{name}{place}"] = self.theta[part].reshape(value.shape)
                layer.grads[name] = self.grads[f"{name}{place}"] = self.grad[part].reshape(value.shape)
                start += value.size

    def __call__(self, X):
        for layer in self.layers:
            X = layer(X)
        return X

    def backward(self, dout, input_gradient=False):
        """Fill `grads`; returns dX if `input_gradient` is asked for (training has no use for it)."""
        first, *rest = self.layers
        for layer in reversed(rest):
            dout = layer.backward(dout)
        dX = first.backward(dout, input_gradient)
        return dX if input_gradient else None

    def load(self, params):
        """Copy parameters in, by name; raises ValueError on a missing or extra name or a wrong shape."""
        load_arrays(type(self).__name__, self.params, params)
        return self


def load_arrays(where, own, params):
    """Copy `params` into the arrays of `own`, after checking every name and shape: all or nothing."""
    if set(own) != set(params):
        raise ValueError(f"{where}: expected parameters {sorted(own)}, got {sorted(params)}")
    for name, value in params.items():
        if np.shape(value) != own[name].shape:
            raise ValueError(f"{where}: {name} has shape {np.shape(value)}, expected {own[name].shape}")
    for name, value in params.items():
        own[name][...] = value
