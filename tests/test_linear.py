"""The linear map: a line by hand, the equations index by index, gradients, three versions, wrong shapes."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlpath.linear.in_numpy import linear, linear_backward, linear_backward_into
from dlpath.parity import assert_close, numerical_gradient, tensorflow_vjp, torch_vjp

N, D, K, H = 4, 3, 2, 5  # four sizes, so that no axis passes for another
rng = np.random.default_rng(7)
X, W, b, dZ = (rng.normal(size=shape) for shape in [(N, D), (K, D), (K,), (N, K)])

SIZES = st.tuples(*[st.integers(1, 6)] * 3)


def draw(seed, *shapes):
    generator = np.random.default_rng(seed)
    return [generator.normal(size=shape) for shape in shapes]


# ---- numbers by hand


def test_linear_by_hand():
    Z, _ = linear(np.array([[1.0, 0, 2], [0, 3, 1]]), np.array([[1.0, -1, 2], [0, 2, -3]]), np.array([5.0, -1]))
    assert Z.tolist() == [[10, -7], [4, 2]]


def test_linear_backward_by_hand():
    cache = np.array([[1.0, 0, 2], [0, 3, 1]]), np.array([[1.0, -1, 2], [0, 2, -3]])
    dX, dW, db = linear_backward(np.array([[1.0, 2], [-1, 3]]), cache)
    assert dX.tolist() == [[1, 3, -4], [-1, 7, -11]]
    assert dW.tolist() == [[1, -3, 1], [2, 9, 7]]
    assert db.tolist() == [0, 5]


# ---- the numbered equations, index by index


@pytest.mark.equation("eq-linear-vector")
def test_one_row_is_the_vector_form():
    r"""[eq-linear-vector] \begin{aligned} z &= Wx+b,\\ z_k &= \sum_{d=1}^{D} W_{kd}\,x_d + b_k \quad\text{for }
    k=1,\dots,K . \end{aligned}
    """
    x = X[1]
    z = [sum(W[k, d] * x[d] for d in range(D)) + b[k] for k in range(K)]
    assert_close(linear(X, W, b)[0][1], np.array(z))


@pytest.mark.equation("eq-linear-batch")
def test_every_entry_of_the_batch_form():
    r"""[eq-linear-batch] \begin{aligned} Z &= X\,W^\top + b,\\ (N,K) &= (N,D)\,(D,K) + (K,). \end{aligned}"""
    Z = [[math.fsum([*(X[n, d] * W[k, d] for d in range(D)), b[k]]) for k in range(K)] for n in range(N)]
    assert_close(linear(X, W, b)[0], np.array(Z))


@pytest.mark.equation("eq-linear-dx")
def test_every_entry_of_dx():
    r"""[eq-linear-dx] \begin{aligned} \mathrm{d}X_{mj} &= \sum_{k=1}^{K} \mathrm{d}Z_{mk}\,W_{kj}, \quad\text{that
    is}\\ \mathrm{d}X &= \mathrm{d}Z\,W, \quad (N,D) = (N,K)\,(K,D). \end{aligned}
    """
    dX, _, _ = linear_backward(dZ, linear(X, W, b)[1])
    sums = [[math.fsum(dZ[m, k] * W[k, j] for k in range(K)) for j in range(D)] for m in range(N)]
    assert_close(dX, np.array(sums))


@pytest.mark.equation("eq-linear-dw")
def test_every_entry_of_dw():
    r"""[eq-linear-dw] \begin{aligned} \mathrm{d}W_{ij} &= \sum_{n=1}^{N} \mathrm{d}Z_{ni}\,X_{nj}, \quad\text{that
    is}\\ \mathrm{d}W &= \mathrm{d}Z^\top X, \quad (K,D) = (K,N)\,(N,D). \end{aligned}
    """
    _, dW, _ = linear_backward(dZ, linear(X, W, b)[1])
    sums = [[math.fsum(dZ[n, i] * X[n, j] for n in range(N)) for j in range(D)] for i in range(K)]
    assert_close(dW, np.array(sums))


@pytest.mark.equation("eq-linear-db")
def test_every_entry_of_db():
    r"""[eq-linear-db] \mathrm{d}b_i = \sum_{n=1}^{N} \mathrm{d}Z_{ni}, \quad (K,) \text{ from } (N,K)."""
    _, _, db = linear_backward(dZ, linear(X, W, b)[1])
    assert_close(db, np.array([math.fsum(dZ[n, i] for n in range(N)) for i in range(K)]))


@pytest.mark.equation("eq-linear-distance")
@pytest.mark.parametrize("seed", range(5))
def test_the_signed_distance_is_the_shortest_way_to_the_line(seed):
    r"""Search the line itself, by its slope and by golden section; compare with the formula.

    [eq-linear-distance] t = \frac{w\cdot x+b}{\lVert w\rVert}
    """
    (w, x), (c,) = draw(seed, (2, 2), (1,))

    def away(u):  # from x to the point of the line whose first coordinate is u
        return math.hypot(u - x[0], -(w[0] * u + c) / w[1] - x[1])

    low, high, part = -1e3, 1e3, (math.sqrt(5) - 1) / 2
    for _ in range(200):
        first, second = high - part * (high - low), low + part * (high - low)
        low, high = (low, second) if away(first) < away(second) else (first, high)
    z = linear(x[None], w[None], np.array([c]))[0].item()
    formula = z / math.sqrt(w[0] ** 2 + w[1] ** 2)
    assert abs(formula) == pytest.approx(away((low + high) / 2), rel=1e-6)
    assert math.copysign(1, formula) == math.copysign(1, w[0] * x[0] + w[1] * x[1] + c)


@pytest.mark.equation("eq-linear-nearest")
def test_the_nearest_average_has_the_largest_score():
    r"""[eq-linear-nearest] \begin{aligned} &\arg\min_k\, \lVert x-\mu_k\rVert^2\\ &\quad= \arg\max_k\,
    \Bigl(\mu_k\cdot x-\tfrac12\,\mu_k\cdot\mu_k\Bigr) . \end{aligned}
    """
    means, points = draw(8, (6, D), (200, D))
    offsets = np.array([-0.5 * sum(m * m for m in mean) for mean in means])
    Z, _ = linear(points, means, offsets)
    for n, point in enumerate(points):
        squares = [sum((p - m) ** 2 for p, m in zip(point, mean, strict=True)) for mean in means]
        assert int(Z[n].argmax()) == squares.index(min(squares))
    square = sum(p * p for p in points[0])
    assert_close(square - 2 * Z[0, 3], np.float64(sum((p - m) ** 2 for p, m in zip(points[0], means[3], strict=True))))


@pytest.mark.equation("eq-linear-composition")
def test_two_layers_are_the_composed_one():
    r"""[eq-linear-composition] W = W_2W_1, \qquad b = W_2b_1+b_2 ."""
    W1, b1, W2, b2 = draw(9, (H, D), (H,), (K, H), (K,))
    composed = [[sum(W2[k, h] * W1[h, d] for h in range(H)) for d in range(D)] for k in range(K)]
    shifted = [sum(W2[k, h] * b1[h] for h in range(H)) + b2[k] for k in range(K)]
    two_layers, _ = linear(linear(X, W1, b1)[0], W2, b2)
    assert_close(linear(X, np.array(composed), np.array(shifted))[0], two_layers)


@pytest.mark.equation("eq-linear-product-step")
def test_one_step_of_both_layers_moves_the_product_as_derived():
    r"""[eq-linear-product-step] \begin{aligned} &(W_2-\eta\,\mathrm{d}W\,W_1^\top)(W_1-\eta\,W_2^\top\mathrm{d}W)\\
    &\quad= W -\eta\,\bigl(W_2W_2^\top\,\mathrm{d}W+\mathrm{d}W\,W_1^\top W_1\bigr)\\ &\qquad
    +\eta^2\,\mathrm{d}W\,W_1^\top W_2^\top\,\mathrm{d}W . \end{aligned}
    """
    W1, W2 = draw(10, (H, D), (K, H))
    Hidden, cache1 = linear(X, W1, np.zeros(H))
    _, cache2 = linear(Hidden, W2, np.zeros(K))
    dHidden, dW2, _ = linear_backward(dZ, cache2)
    _, dW1, _ = linear_backward(dHidden, cache1)
    eta, dW = 0.03, np.einsum("nk,nd->kd", dZ, X)
    bracket = np.einsum("kh,jh,jd->kd", W2, W2, dW) + np.einsum("kc,hc,hd->kd", dW, W1, W1)
    last = np.einsum("kd,hd,jh,jc->kc", dW, W1, W2, dW)
    assert_close((W2 - eta * dW2) @ (W1 - eta * dW1), W2 @ W1 - eta * bracket + eta**2 * last)


# ---- properties


@given(SIZES, st.integers(0, 99), st.floats(-3, 3))
def test_the_map_without_its_bias_is_linear(sizes, seed, c):
    n, d, k = sizes
    A, B, W, b = draw(seed, (n, d), (n, d), (k, d), (k,))
    zero = np.zeros(k)
    assert_close(linear(c * A + B, W, zero)[0], c * linear(A, W, zero)[0] + linear(B, W, zero)[0], atol=1e-10)
    assert_close(linear(A, W, b)[0] - linear(B, W, b)[0], linear(A - B, W, zero)[0], atol=1e-10)


@given(SIZES, st.integers(0, 99))
def test_backward_is_the_adjoint(sizes, seed):
    """⟨dZ, change of Z⟩ = ⟨dX, change of X⟩ + ⟨dW, change of W⟩ + ⟨db, change of b⟩, to first order."""
    n, d, k = sizes
    X, W, b, dZ, VX, VW, Vb = draw(seed, (n, d), (k, d), (k,), (n, k), (n, d), (k, d), (k,))
    dX, dW, db = linear_backward(dZ, linear(X, W, b)[1])
    change = VX @ W.T + X @ VW.T + Vb
    assert np.sum(dZ * change) == pytest.approx(np.sum(dX * VX) + np.sum(dW * VW) + np.sum(db * Vb), abs=1e-9)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_type_is_kept(dtype):
    X_, W_, b_, dZ_ = (a.astype(dtype) for a in (X, W, b, dZ))
    Z, cache = linear(X_, W_, b_)
    assert Z.dtype == dtype
    assert all(gradient.dtype == dtype for gradient in linear_backward(dZ_, cache))


def test_inputs_are_left_as_they_were():
    before = [a.copy() for a in (X, W, b, dZ)]
    linear_backward(dZ, linear(X, W, b)[1])
    for array, copy in zip((X, W, b, dZ), before, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_the_input_gradient_can_be_left_out():
    _, cache = linear(X, W, b)
    dX, dW, db = linear_backward(dZ, cache, input_gradient=False)
    assert dX is None
    for left, full in zip((dW, db), linear_backward(dZ, cache)[1:], strict=True):
        np.testing.assert_array_equal(left, full)


# ---- gradients and the three versions


@pytest.mark.parametrize("place", range(3), ids=["dX", "dW", "db"])
def test_gradients_numerically(place):
    arrays = [X, W, b]

    def loss(changed):
        return np.sum(dZ * linear(*[*arrays[:place], changed, *arrays[place + 1 :]])[0])

    gradient = linear_backward(dZ, linear(X, W, b)[1])[place]
    assert_close(numerical_gradient(loss, arrays[place]), gradient, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("framework", ["torch", "tensorflow"])
def test_three_versions(framework):
    module = pytest.importorskip(f"dlpath.linear.in_{framework}")
    vjp = {"torch": torch_vjp, "tensorflow": tensorflow_vjp}[framework]
    Z, gradients = vjp(module.linear, X, W, b, dout=dZ)
    ours, cache = linear(X, W, b)
    assert_close(Z, ours)
    for theirs, mine in zip(gradients, linear_backward(dZ, cache), strict=True):
        assert_close(theirs, mine)


@pytest.mark.parametrize("leading", [(2,), (2, 6), (0,)])
def test_leading_axes_are_more_rows(leading):
    X, dZ = draw(4, (*leading, N, D), (*leading, N, K))
    Z, cache = linear(X, W, b)
    dX, dW, db = linear_backward(dZ, cache)
    flat, flat_cache = linear(X.reshape(-1, D), W, b)
    flat_dX, flat_dW, flat_db = linear_backward(dZ.reshape(-1, K), flat_cache)
    assert_close(Z, flat.reshape(*leading, N, K))
    assert_close(dX, flat_dX.reshape(X.shape))
    assert_close(dW, flat_dW)
    assert_close(db, flat_db)
    into_W, into_b = np.full((K, D), np.nan), np.full(K, np.nan)
    assert np.array_equal(linear_backward_into(dZ, cache, into_W, into_b), dX)
    assert np.array_equal(into_W, dW)
    assert np.array_equal(into_b, db)


@pytest.mark.parametrize("framework", ["torch", "tensorflow"])
def test_three_versions_with_leading_axes(framework):
    module = pytest.importorskip(f"dlpath.linear.in_{framework}")
    vjp = {"torch": torch_vjp, "tensorflow": tensorflow_vjp}[framework]
    X, dZ = draw(5, (6, 1, N, D), (6, 1, N, K))
    Z, gradients = vjp(module.linear, X, W, b, dout=dZ)
    ours, cache = linear(X, W, b)
    assert_close(Z, ours)
    for theirs, mine in zip(gradients, linear_backward(dZ, cache), strict=True):
        assert_close(theirs, mine)


# ---- wrong shapes

WRONG = {
    "bias as a column": ((N, D), (K, D), (K, 1), r"linear: b has shape (2, 1), expected (K,) with K = 2 (from W)"),
    "one bias": ((N, D), (K, D), (1,), r"linear: b has shape (1,), expected (K,) with K = 2 (from W)"),
    "a bias per example": ((N, D), (K, D), (N, 1), r"linear: b has shape (4, 1), expected (K,) with K = 2 (from W)"),
    "W turned": ((N, D), (D, K), (K,), r"linear: W has shape (3, 2), expected (K, D) with D = 3 (from X)"),
    "a single example": ((D,), (K, D), (K,), r"linear: X has shape (3,), expected (…, N, D)"),
    "W of one row, flat": ((N, D), (D,), (1,), r"linear: W has shape (3,), expected (K, D) with D = 3 (from X)"),
}


def in_framework(name, arrays):
    if name == "numpy":
        return linear, arrays
    framework = pytest.importorskip(name)
    module = pytest.importorskip(f"dlpath.linear.in_{name}")
    return module.linear, [(framework.tensor if name == "torch" else framework.constant)(a) for a in arrays]


@pytest.mark.parametrize("name", ["numpy", "torch", "tensorflow"])
@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_shape_is_named(case, name):
    *shapes, message = WRONG[case]
    function, arrays = in_framework(name, [np.ones(shape) for shape in shapes])
    with pytest.raises(ValueError) as error:  # noqa: PT011 (the whole message is compared)
        function(*arrays)
    assert str(error.value) == message


@pytest.mark.parametrize("shape", [(N, K + 1), (N + 1, K), (K, N), (N,), (1, N, K)])
def test_a_gradient_of_a_wrong_shape_is_named(shape):
    _, cache = linear(X, W, b)
    with pytest.raises(ValueError, match=r"linear_backward: dZ has shape .* expected \(…, N, K\) with "):
        linear_backward(np.ones(shape), cache)


def test_a_list_is_no_array():
    with pytest.raises(TypeError, match="linear: X must be an array, got list"):
        linear([[1.0, 2, 3]], W, b)
