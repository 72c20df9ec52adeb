"""Where a formula and its fast way stand side by side, they are equal to the last bit or nearly so."""

import numpy as np
import pytest

from dlpath.layers import Layer
from dlpath.linear.in_numpy import linear, linear_backward, linear_backward_into

rng = np.random.default_rng(5)
N, D, K = 4, 6, 3


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_linear_backward_into_equals_linear_backward(dtype):
    X, W, b, dZ = (rng.normal(size=s).astype(dtype) for s in [(N, D), (K, D), (K,), (N, K)])
    _, cache = linear(X, W, b)
    dW, db = np.full((K, D), np.nan, dtype), np.full(K, np.nan, dtype)
    dX = linear_backward_into(dZ, cache, dW, db)
    for fast, formula in zip((dX, dW, db), linear_backward(dZ, cache), strict=True):
        assert fast.dtype == dtype
        np.testing.assert_array_equal(fast, formula)
    assert linear_backward_into(dZ, cache, dW, db, input_gradient=False) is None


@pytest.mark.parametrize(("name", "shape"), [("dZ", (N, K + 1)), ("dW", (D, K)), ("db", (K, 1))])
def test_linear_backward_into_names_the_wrong_shape(name, shape):
    arrays = {"dZ": np.ones((N, K)), "dW": np.ones((K, D)), "db": np.ones(K)} | {name: np.ones(shape)}
    _, cache = linear(np.ones((N, D)), np.ones((K, D)), np.ones(K))
    with pytest.raises(ValueError, match=r"linear_backward_into: \w+ has shape"):
        linear_backward_into(arrays["dZ"], cache, arrays["dW"], arrays["db"])


def test_a_layer_with_into_equals_a_layer_without():
    X, W, b, dZ = (rng.normal(size=s) for s in [(N, D), (K, D), (K,), (N, K)])
    plain = Layer(linear, linear_backward, W=W, b=b)
    fast = Layer(linear, linear_backward, into=linear_backward_into, W=W, b=b)
    for layer in (plain, fast):
        layer(X)
    np.testing.assert_array_equal(plain.backward(dZ), fast.backward(dZ))
    for name in ("W", "b"):
        np.testing.assert_array_equal(plain.grads[name], fast.grads[name])
