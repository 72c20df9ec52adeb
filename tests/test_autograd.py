"""Reverse mode on arrays: by hand, against both frameworks on random graphs, and as a witness for the derived pairs."""

import functools
import operator

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from dlpath.activations import in_numpy as activations
from dlpath.autograd.in_numpy import Tensor, numpy_vjp
from dlpath.autograd.ledger import numpy_operations, tensorflow_operations, torch_operations
from dlpath.linear.in_numpy import linear, linear_backward
from dlpath.logistic_regression.in_numpy import logistic_loss, logistic_loss_backward
from dlpath.losses import in_numpy as losses
from dlpath.mlp.in_numpy import MLP
from dlpath.parity import assert_close, numerical_gradient, tensorflow_vjp, torch_vjp

rng = np.random.default_rng(31)
X, Y = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
OPERATIONS = numpy_operations()
FRAMEWORKS = [(torch_vjp, torch_operations()), (tensorflow_vjp, tensorflow_operations())]


# ---- numbers by hand


def test_the_example_of_the_page_on_mathematical_tools():
    x = Tensor(2.0)
    u, v = 3 * x, x**2
    f = u * v
    f.backward()
    assert (f.value, u.grad, v.grad, x.grad) == (24, 4, 6, 36)


# ---- the numbered equations


@pytest.mark.equation("eq-autograd-vjp")
@pytest.mark.parametrize("f", [lambda x: x.exp() / x.exp().sum(), lambda x: x @ Y.T, lambda x: x.transpose() * 2.0])
def test_a_vjp_is_the_jacobian_applied(f):
    r"""[eq-autograd-vjp] \mathrm{d}x_i = \sum_{j=1}^{m} \mathrm{d}y_j\,\frac{\partial y_j}{\partial x_i}"""
    y = f(Tensor(X)).value
    dout, total = rng.normal(size=y.shape), np.zeros_like(X)
    for j in np.ndindex(y.shape):
        total += dout[j] * numerical_gradient(lambda x, j=j: f(Tensor(x)).value[j], X)
    assert_close(numpy_vjp(f, X, dout=dout)[1][0], total, rtol=1e-7, atol=1e-8)


@pytest.mark.equation("eq-autograd-accumulate")
def test_a_tensor_hears_from_all_that_use_it():
    r"""[eq-autograd-accumulate]
    \mathrm{d}x = \sum_{y\,:\,x\to y} \mathrm{d}y\,\frac{\partial y}{\partial x}"""
    x = Tensor(0.7)
    uses = [x * x, x.tanh(), 3 / x, x.exp()]
    total = uses[0] * uses[1] + uses[2] * uses[3]
    total.backward()
    slopes = [2 * 0.7, 1 - np.tanh(0.7) ** 2, -3 / 0.7**2, np.exp(0.7)]
    assert_close(x.grad, np.sum([y.grad * slope for y, slope in zip(uses, slopes, strict=True)]))
    assert_close(x.grad, numerical_gradient(lambda x: x * x * np.tanh(x) + 3 / x * np.exp(x), 0.7), rtol=1e-8)


@pytest.mark.equation("eq-autograd-broadcast")
def test_what_was_repeated_sums():
    r"""[eq-autograd-broadcast] \mathrm{d}b_k = \sum_{n=1}^{N} \mathrm{d}Z_{nk}"""
    dZ = rng.normal(size=(5, 4, 3))
    for shape in [(3,), (1, 3), (4, 1), (5, 1, 3), (1, 1, 1), ()]:
        b = rng.normal(size=shape)
        db = np.zeros(shape)
        for n in np.ndindex(5, 4, 3):
            place = tuple(i if size > 1 else 0 for i, size in zip(n[3 - len(shape) :], shape, strict=True))
            db[place] += dZ[n]
        assert_close(numpy_vjp(lambda b: b + np.zeros((5, 4, 3)), b, dout=dZ)[1][0], db)


@pytest.mark.equation("eq-autograd-index")
def test_what_was_taken_twice_hears_twice():
    r"""[eq-autograd-index] \mathrm{d}x_i = \sum_{m\,:\,j_m=i} \mathrm{d}y_m"""
    taken, dout = np.array([2, 0, 2, 2, 3]), rng.normal(size=(5, 3))
    dx = np.zeros_like(X)
    for m, i in enumerate(taken):
        dx[i] += dout[m]
    assert_close(numpy_vjp(lambda x: x[taken], X, dout=dout)[1][0], dx)


@pytest.mark.equation("eq-autograd-max")
def test_the_largest_share_what_arrives():
    r"""[eq-autograd-max] \mathrm{d}x_i = \frac{[\,x_i = \max_j x_j\,]}{\#\{j : x_j = \max_j x_j\}}\,\mathrm{d}y"""
    x, dout = np.array([[1.0, 3, 3, 0], [2, 2, 2, 2], [5, 1, 2, 3]]), np.array([[0.7], [-4], [3]])
    shares = np.array([[0, 0.35, 0.35, 0], [-1, -1, -1, -1], [3, 0, 0, 0]])
    assert_close(numpy_vjp(lambda x: x.max(axis=1, keepdims=True), x, dout=dout)[1][0], shares)
    for vjp, ops in FRAMEWORKS:
        assert_close(vjp(lambda x, ops=ops: ops["max"](x, (1,), True), x, dout=dout)[1][0], shares)


# ---- the chapter's equations


@pytest.mark.equation("eq-backpropagation-cost")
@pytest.mark.parametrize("L", [1, 3, 8])
def test_a_gradient_costs_three_answers_less_the_first_layers_share(L):
    r"""[eq-backpropagation-cost]
    \frac{\text{forward}+\text{backward}}{\text{forward}}
    = \frac{L+2L-1}{L} = 3-\frac1L ."""
    A, products = X, []

    def product(a, b):
        products.append(a.shape[0] * a.shape[1] * b.shape[1])
        return a @ b

    def layer(A, W):
        if isinstance(A, Tensor):
            edges = [(A, lambda dZ: product(dZ, W.value)), (W, lambda dZ: product(dZ.T, A.value))]
            return Tensor(product(A.value, W.value.T), *edges)
        return Tensor(product(A, W.value.T), (W, lambda dZ: product(dZ.T, A)))

    for _ in range(L):
        A = layer(A, Tensor(rng.normal(size=(3, 3))))
    forward = sum(products)
    A.backward(Y)
    assert sum(products) / forward == pytest.approx((L + 2 * L - 1) / L)
    assert sum(products) / forward == pytest.approx(3 - 1 / L)


def errors(h):
    """Of (f(x + h) − f(x − h)) / 2h for f = exp, all of whose derivatives are equal, at many x, in units of f."""
    x = np.linspace(0, 1, 300)
    return np.abs((np.exp(x + h) - np.exp(x - h)) / (2 * h) - np.exp(x)) / np.exp(x)


@pytest.mark.equation("eq-backpropagation-error")
def test_the_error_of_a_difference_is_of_the_size_of_its_two_parts():
    r"""[eq-backpropagation-error]
    \text{error}(h) \;\lesssim\; \frac{h^2}{6}\,\lvert f'''\rvert + \frac{u\,\lvert f\rvert}{h} ."""
    for h in 2.0 ** -np.arange(2, 40, 3):
        bound = h**2 / 6 + 2.0**-53 / h
        assert bound / 30 < errors(h).max() < 3 * bound  # exp and x + h are off by a rounding of their own


@pytest.mark.equation("eq-backpropagation-step")
def test_the_best_step_is_a_cube_root():
    r"""[eq-backpropagation-step]
    h^* = \Bigl(\frac{3\,u\,\lvert f\rvert}{\lvert f'''\rvert}\Bigr)^{1/3} ."""
    best = (3 * 2.0**-53) ** (1 / 3)
    means = [errors(best * factor).mean() for factor in (1 / 30, 1, 30)]
    assert means[1] < min(means[0], means[2]) / 10


# ---- random graphs in three versions

LEAVES = st.sampled_from([(), (3,), (1, 3), (2, 1), (2, 3), (3, 2), (4, 2, 3), (4, 1, 1), (3, 3)])
ONE = ["exp", "log", "tanh", "sigmoid", "relu", "square", "root", "neg"]
TWO = ["add", "subtract", "multiply", "divide", "matmul"]
SHAPE = ["sum", "mean", "max", "reshape", "transpose", "take", "slice"]


@st.composite
def graphs(draw):
    """(arrays, steps, dout); a step is (operation, places of its inputs, arguments). Any tensor may be used again."""
    seed = draw(st.integers(0, 2**32 - 1))
    arrays = [np.random.default_rng([seed, i]).normal(size=draw(LEAVES)) for i in range(draw(st.integers(1, 3)))]
    shapes, steps = [a.shape for a in arrays], []
    for _ in range(draw(st.integers(2, 9))):
        step = draw(steps_from(shapes))
        shapes.append(run(OPERATIONS, [Tensor(np.ones(s)) for s in shapes], [step])[-1].shape)
        steps.append(step)
    tensors = run(OPERATIONS, [Tensor(a) for a in arrays], steps)
    assume(max(np.abs(tensor.value).max() for tensor in tensors) < 1e3)  # huge numbers cancel, and rounding is left
    return arrays, steps, np.random.default_rng([seed, 9]).normal(size=tensors[-1].shape)


@st.composite
def steps_from(draw, shapes):
    places = list(range(len(shapes)))
    name = draw(st.sampled_from(ONE + TWO + SHAPE))
    if name in TWO:
        pairs = [(i, j) for i in places for j in places if fit(name, shapes[i], shapes[j])]
        return (name, draw(st.sampled_from(pairs)), ()) if pairs else ("tanh", (places[-1],), ())
    i = draw(st.sampled_from(places))
    if name in ("take", "slice") and not shapes[i]:
        return "tanh", (i,), ()
    return name, (i,), draw(arguments(name, shapes[i])) if name in SHAPE else ()


def fit(name, x, y):
    if name == "matmul" and min(len(x), len(y)) < 2:
        return False  # TensorFlow multiplies no vectors
    try:
        getattr(np, name)(np.ones(x), np.ones(y))
    except ValueError:
        return False
    return True


@st.composite
def arguments(draw, name, shape):
    axes = list(range(len(shape)))
    if name in ("sum", "mean", "max"):
        chosen = draw(st.lists(st.sampled_from(axes), unique=True, min_size=1)) if axes else ()
        return tuple(chosen), draw(st.booleans())
    if name == "reshape":
        return (draw(st.sampled_from([(-1,), (*shape, 1), (1, *shape), tuple(reversed(shape))])),)
    if name == "transpose":
        return (tuple(draw(st.permutations(axes))),)
    if name == "take":
        return (tuple(draw(st.lists(st.integers(0, shape[0] - 1), min_size=1, max_size=5))),)
    start = draw(st.integers(0, shape[-1] - 1))
    return (draw(st.sampled_from([(..., slice(start, None)), (..., start), (None, ..., slice(None, start + 1))])),)


def run(ops, tensors, steps):
    """All tensors of the graph, in a version's own operations."""
    tensors = list(tensors)
    for name, places, arguments in steps:
        tensors.append(ops[name](*(tensors[i] for i in places), *arguments))
    return tensors


@settings(max_examples=200)
@given(graphs())
def test_random_graphs_agree_with_both_frameworks(graph):
    arrays, steps, dout = graph

    def f(ops, *tensors):
        # an input that no step uses still gets a gradient, as the frameworks have none for it
        rest = [ops["sum"](t, tuple(range(len(t.shape))), False) for t in tensors]
        return run(ops, tensors, steps)[-1] + functools.reduce(operator.add, rest) * 0.5

    ours = numpy_vjp(functools.partial(f, OPERATIONS), *arrays, dout=dout)
    for vjp, ops in FRAMEWORKS:
        theirs = vjp(functools.partial(f, ops), *arrays, dout=dout)
        for array, other in zip((ours[0], *ours[1]), (theirs[0], *theirs[1]), strict=True):
            assert_close(array, other, rtol=1e-9, atol=1e-12 * (1 + np.abs(other).max()))


# ---- what random graphs do not reach


VECTORS = [((3,), (3,)), ((3,), (3, 2)), ((5, 3), (3,)), ((3,), (4, 3, 2)), ((4, 5, 3), (3,))]


@pytest.mark.parametrize("shapes", VECTORS)
def test_matmul_takes_vectors_as_numpy_does(shapes):
    x, y = (rng.normal(size=shape) for shape in shapes)
    dout = rng.normal(size=np.shape(x @ y))
    out, gradients = numpy_vjp(lambda x, y: x @ y, x, y, dout=dout)
    their_out, theirs = torch_vjp(lambda x, y: x @ y, x, y, dout=dout)
    for ours, other in zip((out, *gradients), (their_out, *theirs), strict=True):
        assert_close(ours, other)


@pytest.mark.parametrize("other", [2, 0.5, Y, Y[:1]], ids=["int", "float", "array", "row"])
@pytest.mark.parametrize("name", ["add", "sub", "mul", "truediv"])
def test_numbers_and_arrays_stand_on_either_side(name, other):
    dout = rng.normal(size=X.shape)
    operation = getattr(operator, name)
    for f in (lambda x: operation(x, other), lambda x: operation(other, x)):
        out, (dx,) = numpy_vjp(f, X, dout=dout)
        assert_close(out, f(X))
        assert_close(dx, numerical_gradient(lambda x, f=f: np.sum(dout * f(x)), X), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("index", [X > 0, ([0, 1, 1], [2, 0, 0]), (slice(None), [1, 1]), (1, None), np.array([-1, 0])])
def test_indices_of_every_kind(index):
    dout, dx = rng.normal(size=X[index].shape), np.zeros_like(X)
    for place, share in zip(np.arange(X.size).reshape(X.shape)[index].ravel(), dout.ravel(), strict=True):
        dx.flat[place] += share
    assert_close(numpy_vjp(lambda x: x[index], X, dout=dout)[1][0], dx)


@pytest.mark.parametrize("axes", [(), (1, 2, 0), (2, 0, 1), (0, 2, 1)])
def test_transposing_goes_back_the_way_it_came(axes):
    x = rng.normal(size=(2, 3, 4))
    dout = rng.normal(size=x.transpose(axes or None).shape)
    dx = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        dx[place] = dout[tuple(place[axis] for axis in (axes or (2, 1, 0)))]
    out, (ours,) = numpy_vjp(lambda x: x.transpose(*axes), x, dout=dout)
    assert_close(out, x.transpose(axes or None))
    assert_close(ours, dx)


def test_a_relu_has_the_slope_0_on_its_kink_in_all_versions():
    x, dout = np.array([-2.0, 0, 3]), np.array([0.7, -4, 3])
    for vjp, ops in [(numpy_vjp, OPERATIONS), *FRAMEWORKS]:
        assert_close(vjp(ops["relu"], x, dout=dout)[1][0], np.array([0, 0, 3.0]))


def test_powers_at_zero():
    for p, slope in [(0, 0), (1, 1), (2, 0), (3.0, 0)]:
        assert numpy_vjp(lambda x, p=p: x**p, np.zeros(()))[1][0] == slope


def test_a_sigmoid_keeps_its_tails():
    with np.errstate(all="raise", under="ignore", over="warn"):
        out, (dx,) = numpy_vjp(Tensor.sigmoid, np.array([-800.0, -40, 0, 40, 800]), dout=np.ones(5))
    assert_close(out, activations.sigmoid(np.array([-800.0, -40, 0, 40, 800]))[0])
    assert dx[1] == dx[3] == pytest.approx(np.exp(-40), rel=1e-12)


def test_float32_stays_float32():
    X32 = X.astype(np.float32)
    out, gradients = numpy_vjp(lambda x, y: ((x @ y * 2 + 0.5) ** 2 / 3).mean(axis=0).max(), X32, X32.T)
    assert {array.dtype for array in (out, *gradients)} == {np.dtype(np.float32)}


# ---- the graph


def test_a_chain_of_twenty_thousand_needs_no_recursion():
    x = y = Tensor(1.0)
    for _ in range(10_000):
        y = y + 1e-4 * x
    y.backward()
    assert x.grad == pytest.approx(2.0)


def test_many_paths_take_one_visit_each():
    x = y = Tensor(1.0)
    for _ in range(200):  # 2²⁰⁰ paths
        y = y * 0.5 + y * 0.5
    y.backward()
    assert (x.grad, len(y._order())) == (1, 601)


def test_a_second_call_starts_again():
    x = Tensor(X)
    y = (x * x).sum()
    y.backward()
    y.backward()
    assert_close(x.grad, 2 * X)
    (x * 3).sum().backward()
    assert_close(x.grad, np.full(X.shape, 3.0))


def test_constants_get_no_gradient_and_cost_no_product():
    W = Tensor(X)
    out = Y.T @ W
    assert [parent for parent, _ in out.edges] == [W]


def test_what_is_not_used_has_a_gradient_of_zero():
    assert_close(numpy_vjp(lambda x, y: (2 * x).sum(), X, Y)[1][1], np.zeros(Y.shape))


def test_an_operation_of_ones_own():
    def sine(x):
        return Tensor(np.sin(x.value), (x, lambda dy: dy * np.cos(x.value)))

    assert_close(numpy_vjp(lambda x: (sine(x) * 2).sum(), X)[1][0], 2 * np.cos(X))


# ---- the witness: the pairs that the chapters derive


def phi(x):
    """The normal distribution function, which has no operation of its own here."""
    density = np.exp(-0.5 * x.value**2) / np.sqrt(2 * np.pi)
    return Tensor(ndtr(x.value), (x, lambda dy: dy * density))


def softmax(Z):
    E = (Z - Z.max(axis=1, keepdims=True)).exp()
    return E / E.sum(axis=1, keepdims=True)


def cross_entropy(Z, labels):
    return -softmax(Z)[np.arange(len(labels)), labels].log().mean()


LABELS, Y01 = np.array([2, 0, 1, 2]), np.array([[1.0, 0, 0], [0, 1, 1], [0, 0, 1], [1, 1, 0]])
PAIRS = {  # name: (forward, backward, the same with tensors, arrays)
    "linear": (linear, linear_backward, lambda X, W, b: X @ W.transpose() + b, (X, Y[:2], Y[0, :2])),
    "sigmoid": (activations.sigmoid, activations.sigmoid_backward, lambda Z: 1 / (1 + (-Z).exp()), (X,)),
    "tanh": (activations.tanh, activations.tanh_backward, lambda Z: 2 * (2 * Z).sigmoid() - 1, (X,)),
    "relu": (activations.relu, activations.relu_backward, Tensor.relu, (X,)),
    "leaky_relu": (
        functools.partial(activations.leaky_relu, slope=0.2),
        activations.leaky_relu_backward,
        lambda Z: Z.relu() - 0.2 * (-Z).relu(),
        (X,),
    ),
    "gelu": (activations.gelu, activations.gelu_backward, lambda Z: Z * phi(Z), (X,)),
    "softmax": (activations.softmax, activations.softmax_backward, softmax, (X,)),
    "mse": (lambda X: losses.mse(X, Y), losses.mse_backward, lambda X: ((X - Y) ** 2).mean(), (X,)),
    "binary_cross_entropy": (
        lambda X: losses.binary_cross_entropy(X.ravel(), Y01.ravel()),
        lambda dloss, cache: losses.binary_cross_entropy_backward(dloss, cache).reshape(X.shape),
        lambda Z: ((1 + Z.exp()).log() - Y01 * Z).mean(),
        (X,),
    ),
    "cross_entropy": (
        lambda Z: losses.cross_entropy(Z, LABELS),
        losses.cross_entropy_backward,
        lambda Z: cross_entropy(Z, LABELS),
        (X,),
    ),
    "logistic_loss": (
        lambda W, b: logistic_loss(X, Y01[:, 0], W, b, l2=0.3),
        logistic_loss_backward,
        lambda W, b: ((1 + (X @ W[0] + b).exp()).log() - Y01[:, 0] * (X @ W[0] + b)).mean() + 0.15 * (W * W).sum(),
        (Y[:1], Y[0, :1]),
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_reverse_mode_confirms_the_derived_gradient(name):
    forward, backward, with_tensors, arrays = PAIRS[name]
    out, cache = forward(*arrays)
    dout = rng.normal(size=np.shape(out))
    derived = backward(dout, cache)
    confirmed_out, confirmed = numpy_vjp(with_tensors, *arrays, dout=dout)
    assert_close(out, confirmed_out)
    for ours, other in zip(derived if isinstance(derived, tuple) else (derived,), confirmed, strict=True):
        assert_close(ours, other, atol=1e-12)


def test_reverse_mode_confirms_a_network():
    model = MLP((3, 6, 5, 4), np.random.default_rng(1), np.float64)
    for name in ("b1", "b2", "b3"):
        model.params[name][:] = rng.normal(size=model.params[name].shape)
    labels = np.array([3, 0, 1, 3])

    def network(*params):
        A = X
        for W, b in zip(params[::2], params[1::2], strict=True):
            Z = A @ W.transpose() + b
            A = Z.relu()
        return cross_entropy(Z, labels)

    loss, cache = losses.cross_entropy(model(X), labels)
    model.backward(losses.cross_entropy_backward(1.0, cache))
    confirmed_loss, confirmed = numpy_vjp(network, *model.params.values())
    assert_close(loss, confirmed_loss)
    for name, gradient in zip(model.params, confirmed, strict=True):
        assert_close(model.grads[name], gradient)


# ---- what is refused


REFUSED = {
    "integers": (lambda: Tensor([1, 2]), TypeError, "only floating-point numbers have derivatives, got int64"),
    "an array of integers": (lambda: Tensor(X) * LABELS[:, None], TypeError, "got int64"),
    "two types": (lambda: Tensor(X) + Y.astype(np.float32), TypeError, "float32 meets float64; convert one of them"),
    "two tensors of two types": (lambda: Tensor(X) @ Tensor(Y.T.astype(np.float32)), TypeError, "float32 meets"),
    "several numbers": (lambda: Tensor(X).backward(), ValueError, r"shape (4, 3), not one number; call backward(dout)"),
    "another shape": (lambda: Tensor(X).backward(X[0]), ValueError, "dout has shape (3,), expected (4, 3)"),
    "another type": (lambda: Tensor(X).backward(X.astype(np.float32)), TypeError, "float32 meets float64"),
    "an item written": (lambda: Tensor(X).__setitem__(0, 1.0), TypeError, "a value is read-only"),
    "a value written": (lambda: Tensor(X).value.__setitem__(0, 1.0), ValueError, "read-only"),
    "a result written": (lambda: Tensor(X).exp().value.__setitem__(0, 1.0), ValueError, "read-only"),
    "a tensor as exponent": (lambda: Tensor(X) ** Tensor(Y), TypeError, "the exponent must be a number, got Tensor"),
    "NumPy's function": (lambda: np.exp(Tensor(X)), TypeError, "does not support ufuncs"),
    "the mean of nothing": (lambda: Tensor(X[:0]).mean(), ValueError, "there are no examples"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name):
    call, error, words = REFUSED[name]
    with pytest.raises(error) as caught:
        call()
    assert words in str(caught.value)


def test_nobody_can_change_what_the_way_back_needs():
    given, places = X.copy(), np.array([0, 2])
    x = Tensor(given)
    y = x[places] * given[:2]
    given[:], places[:] = 0, 1
    y.backward(Y[:2])
    expected = np.zeros_like(X)
    expected[[0, 2]] = X[:2] * Y[:2]
    assert_close(x.grad, expected)


def test_adding_in_place_makes_a_new_tensor():
    x = y = Tensor(X)
    y += 1.0
    assert y is not x
    assert_close(x.value, X)
