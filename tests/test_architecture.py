"""Architecture: costs against real counts, pieces against hand and grid, the stack in three versions."""

import itertools

import numpy as np
import pytest
import torch

from dlpath.architecture.counting import (
    conv_cost,
    convolution_matrix,
    count_multiplications,
    dense_cost,
    recurrent_cost,
    shared_cost,
)
from dlpath.architecture.in_numpy import Stack
from dlpath.architecture.ledger import compared
from dlpath.architecture.regions import breakpoints, folding_network, linear_regions, regions_bound
from dlpath.architecture.start import silent_probability, stack_sizes, start
from dlpath.parity import assert_close, numerical_gradient

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras' own


def random_layers(rng, widths):
    sizes = (1, *widths, 1)
    return [(rng.normal(0, np.sqrt(2 / D), (K, D)), rng.normal(size=K)) for D, K in itertools.pairwise(sizes)]


def value(layers, x):
    A = x[:, None]
    for W, b in layers[:-1]:
        A = np.maximum(A @ W.T + b, 0)
    return (A @ layers[-1][0].T + layers[-1][1])[:, 0]


# ---- what an arrangement costs


@pytest.mark.equation("eq-architecture-dense-cost")
def test_a_dense_stack_is_counted_unit_by_unit():
    r"""[eq-architecture-dense-cost]
    \begin{aligned} \lvert\theta\rvert &= \sum_{l=1}^{n} H_l\,(H_{l-1} + 1), \\
    \Pi &= \sum_{l=1}^{n} H_l\,H_{l-1} \end{aligned}"""
    sizes = (7, 5, 3, 4)
    W = [np.ones((K, D)) for D, K in itertools.pairwise(sizes)]
    stack = lambda x, *W: W[2] @ (W[1] @ (W[0] @ x))  # noqa: E731
    layers = [torch.nn.Linear(D, K) for D, K in itertools.pairwise(sizes)]
    numel = sum(p.numel() for layer in layers for p in layer.parameters())
    assert dense_cost(sizes) == (numel, count_multiplications(stack, np.ones(7), *W)) == (74, 62)


@pytest.mark.equation("eq-architecture-shared-cost")
def test_parameters_count_once_and_multiplications_at_every_place():
    r"""[eq-architecture-shared-cost] \lvert\theta\rvert = K\,(D + 1), \qquad \Pi = S\,K\,D"""
    D, K, S = 3, 5, 4
    products = sum(1 for _ in itertools.product(range(S), range(K), range(D)))
    assert shared_cost(D, K, S) == (len([*range(K * D), *range(K)]), products) == (20, 60)


def test_a_convolution_against_pytorch_and_a_count():
    from torch.utils.flop_counter import FlopCounterMode

    layer = torch.nn.Conv2d(2, 7, (3, 4))
    with FlopCounterMode(display=False) as counter:
        layer(torch.ones(1, 2, 6, 9))
    expected = sum(p.numel() for p in layer.parameters()), counter.get_total_flops() // 2
    assert conv_cost((6, 9), (3, 4), 2, 7) == expected == (175, 4032)


def test_a_convolution_counts_as_keras(versions):
    _, _, in_tensorflow = versions("architecture")
    keras = in_tensorflow.keras
    model = keras.Sequential([keras.Input((6, 9, 2)), keras.layers.Conv2D(7, (3, 4))])
    assert model.count_params() == conv_cost((6, 9), (3, 4), 2, 7)[0]


def test_a_recurrent_layer_against_pytorch_and_a_run():
    cell = torch.nn.RNN(3, 5, bias=False)  # PyTorch has two biases, one of them too many

    def run(X, U, V):
        h = np.zeros(5)
        for x in X:
            h = U @ x + V @ h
        return h

    counted = count_multiplications(run, np.ones((4, 3)), np.ones((5, 3)), np.ones((5, 5)))
    assert recurrent_cost(3, 5, 4) == (sum(p.numel() for p in cell.parameters()) + 5, counted) == (45, 160)


@pytest.mark.equation("eq-architecture-convolution")
def test_a_convolution_is_a_matrix():
    r"""[eq-architecture-convolution]
    W_{sd} = \begin{cases} w_{d-s} & 0 \le d - s < k \\ 0 & \text{otherwise} \end{cases}"""
    w, D = np.array([2.0, -1.0, 0.5]), 7
    W = [[w[d - s] if 0 <= d - s < 3 else 0.0 for d in range(D)] for s in range(D - 2)]
    assert convolution_matrix(w, D).tolist() == W
    x = np.random.default_rng(1).normal(size=D)
    by_torch = torch.nn.functional.conv1d(torch.tensor(x)[None, None], torch.tensor(w)[None, None])[0, 0]
    assert_close(convolution_matrix(w, D) @ x, by_torch.numpy())


def test_only_products_are_counted():
    assert count_multiplications(lambda a, b: a + b + a, np.ones(3), np.ones(3)) == 0
    assert count_multiplications(lambda a, b: a * b * 2.0, np.ones(3), np.ones(3)) == 6
    assert count_multiplications(lambda a: 3.0 * a, np.ones((2, 2))) == 4


# ---- pieces


@pytest.mark.equation("eq-architecture-fold")
def test_the_fold():
    r"""[eq-architecture-fold] g(x) = 2\operatorname{relu}(x) - 4\operatorname{relu}\bigl(x - \tfrac12\bigr)"""
    x = np.linspace(0, 1, 41)
    tent = 2 * np.maximum(x, 0) - 4 * np.maximum(x - 0.5, 0)
    assert_close(tent, np.where(x <= 0.5, 2 * x, 2 - 2 * x))
    y = x
    for L in (1, 2, 3, 4):
        y = np.where(y <= 0.5, 2 * y, 2 - 2 * y)
        assert_close(value(folding_network(L), x), y)


@pytest.mark.parametrize("L", [1, 2, 3, 7, 12])
def test_folds_double_the_pieces(L):
    assert_close(breakpoints(folding_network(L), 0, 1), np.arange(1, 2**L) / 2**L)
    assert linear_regions(folding_network(L), 0, 1) == 2**L


def test_pieces_by_hand():
    """relu(x) − relu(x − 1) + relu(−x − 2): flat, up, flat, and down before −2: corners −2, 0, 1."""
    W, b = np.array([[1.0], [1.0], [-1.0]]), np.array([0.0, -1.0, -2.0])
    layers = [(W, b), (np.array([[1.0, -1.0, 1.0]]), np.zeros(1))]
    assert_close(breakpoints(layers, -5, 5), np.array([-2.0, 0.0, 1.0]))
    assert linear_regions(layers, -1, 0.5) == 2
    assert linear_regions(layers, 2, 3) == 1


def test_units_that_cancel_leave_no_corner():
    layers = [(np.ones((2, 1)), np.full(2, -0.5)), (np.array([[1.0, -1.0]]), np.zeros(1))]
    assert linear_regions(layers, 0, 1) == 1


@pytest.mark.parametrize("widths", [[32], [16, 16], [8] * 4, [4] * 8, [3, 7, 2]])
def test_between_corners_it_is_straight_and_at_corners_it_bends(widths):
    for k in range(10):
        layers = random_layers(np.random.default_rng(k), widths)
        x = np.concatenate([[-3], breakpoints(layers, -3, 3), [3]])
        places = x[:-1] + np.array([[0.2], [0.4], [0.8]]) * np.diff(x)
        low, mid, high = (value(layers, p) for p in places)
        np.testing.assert_allclose(mid, low + (high - low) / 3, rtol=1e-7, atol=1e-9)
        slopes = (high - low) / (0.6 * np.diff(x))
        assert np.all(np.abs(np.diff(slopes)) > 1e-8)


@pytest.mark.equation("eq-architecture-bound")
def test_no_network_has_more_pieces_than_the_bound():
    r"""[eq-architecture-bound] \text{pieces} \;\le\; \prod_{l=1}^{L} (H_l + 1)"""
    for k, widths in itertools.product(range(20), ([5], [1, 1], [2, 2], [3, 1, 4])):
        bound = 1
        for H in widths:
            bound *= H + 1
        assert regions_bound(widths) == bound
        assert linear_regions(random_layers(np.random.default_rng(k), widths), -1e4, 1e4) <= bound
    one_layer = [(np.ones((5, 1)), -np.arange(5.0)), (np.ones((1, 5)), np.zeros(1))]
    assert linear_regions(one_layer, -9, 9) == regions_bound([5]) == 6
    assert regions_bound([4] * 40) == 5**40  # larger than 64 bits


@pytest.mark.parametrize("L", [1, 2, 3, 6])
def test_one_unit_a_layer_has_at_most_three_pieces(L):
    most = max(linear_regions(random_layers(np.random.default_rng(k), [1] * L), -1e3, 1e3) for k in range(300))
    assert most == min(L + 1, 3)


# ---- the stack


@pytest.mark.equation("eq-architecture-stack")
@pytest.mark.parametrize("skip", [False, True])
def test_the_stack_is_its_formula(skip):
    r"""[eq-architecture-stack]
    \begin{aligned} Z_1 &= X W_1^\top + b_1 \\
    Z_l &= [\,\text{skip}\,]\,Z_{l-1} + \operatorname{relu}(Z_{l-1})\,W_l^\top + b_l \\
    Z &= \operatorname{relu}(Z_L)\,W_{L+1}^\top + b_{L+1} \end{aligned}"""
    rng = np.random.default_rng(3)
    model = Stack(4, 3, 2, 3, skip, rng, np.float64)
    p = model.load({name: rng.normal(size=array.shape) for name, array in model.params.items()}).params
    X = rng.normal(size=(5, 4))
    Z = np.einsum("nd,kd->nk", X, p["W1"]) + p["b1"]
    for place in "23":
        Z = skip * Z + np.einsum("nd,kd->nk", np.where(Z > 0, Z, 0), p["W" + place]) + p["b" + place]
    assert_close(model(X), np.einsum("nd,kd->nk", np.where(Z > 0, Z, 0), p["W4"]) + p["b4"])


@pytest.mark.equation("eq-architecture-skip-derivative")
def test_a_skip_adds_the_identity():
    r"""[eq-architecture-skip-derivative]
    \frac{\partial z_l}{\partial z_{l-1}} = I + W_l\,\operatorname{diag}[\,z_{l-1} > 0\,]"""
    rng = np.random.default_rng(4)
    model = Stack(3, 3, 3, 2, True, rng, np.float64)
    block, W = model.layers[1], model.params["W2"]
    z = rng.normal(size=3)
    by_formula = np.eye(3) + W @ np.diag((z > 0).astype(float))
    by_differences = np.array([numerical_gradient(lambda z, k=k: block(z[None])[0, k], z) for k in range(3)])
    assert_close(by_differences, by_formula, rtol=1e-7, atol=1e-9)
    x, dZ = rng.normal(size=(1, 3)), rng.normal(size=(1, 3))
    z1 = model.params["W1"] @ x[0]  # the biases are zero
    z2 = z1 + W @ np.where(z1 > 0, z1, 0)
    dz2 = (model.params["W3"].T @ dZ[0]) * (z2 > 0)
    dz1 = (np.eye(3) + W @ np.diag((z1 > 0).astype(float))).T @ dz2
    model(x)
    assert_close(model.backward(dZ, input_gradient=True)[0], model.params["W1"].T @ dz1)


@pytest.mark.parametrize(("L", "skip"), [(1, False), (1, True), (3, False), (3, True)])
def test_three_versions(L, skip):
    models, quantities = compared(np.random.default_rng(5), 6, 4, 3, L, skip)
    for ours, *others in quantities:
        for other in others:
            assert_close(ours, other)
    ours, theirs, keras_model = models
    numel = sum(p.numel() for p in theirs.parameters())
    assert ours.theta.size == numel == keras_model.count_params() == dense_cost(stack_sizes(6, 4, 3, L))[0]


def test_the_gradient_of_every_parameter():
    rng = np.random.default_rng(6)
    model = Stack(4, 3, 2, 3, True, rng, np.float64)
    X, dZ = rng.normal(size=(5, 4)), rng.normal(size=(5, 2))
    model(X)
    model.backward(dZ)
    grad, kept = model.grad.copy(), model.theta.copy()

    def loss(theta):
        model.theta[:] = theta
        return np.sum(dZ * model(X))

    assert_close(grad, numerical_gradient(loss, kept), rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("skip", [False, True])
def test_equal_seeds_give_equal_first_weights(versions, skip):
    numpy, in_torch, in_tensorflow = versions("architecture")
    ours, theirs = (m.Stack(5, 4, 3, 3, skip, np.random.default_rng(7)) for m in (numpy, in_torch))
    keras_model = in_tensorflow.Stack(5, 4, 3, 3, skip, np.random.default_rng(7))
    for name, array in ours.params.items():
        assert_close(theirs.params()[name], array, rtol=1e-6)
        assert_close(in_tensorflow.params(keras_model)[name], array, rtol=1e-6)


def test_blocks_with_skips_start_smaller():
    draw = lambda rng, K, D, dtype: np.ones((K, D))  # noqa: E731
    assert [W[0, 0] for W in start(draw, None, (5, 4, 4, 4, 4, 3), True, None)] == [1, 0.5, 0.5, 0.5, 1]
    assert [W[0, 0] for W in start(draw, None, (5, 4, 4, 4, 4, 3), False, None)] == [1] * 5


@pytest.mark.equation("eq-architecture-silent")
def test_how_often_an_example_is_stopped():
    r"""[eq-architecture-silent] 1 - \bigl(1 - 2^{-H}\bigr)^{L}"""
    rng, H, L, stopped = np.random.default_rng(8), 2, 3, 0
    for _ in range(4000):
        a = rng.normal(size=5)
        for _ in range(L):
            a = np.maximum(rng.normal(size=(H, len(a))) @ a, 0)
        stopped += not a.any()
    assert abs(stopped / 4000 - silent_probability(H, L)) < 0.03  # four standard errors
    assert silent_probability(1, 2) == 0.75


# ---- errors


def test_what_is_refused(versions):
    with pytest.raises(ValueError, match="at least an input and an output"):
        dense_cost((5,))
    with pytest.raises(ValueError, match="D must be at least 1"):
        dense_cost((0, 3))
    with pytest.raises(ValueError, match="does not fit into an image"):
        conv_cost((3, 8), (4, 4), 1, 1)
    with pytest.raises(ValueError, match="does not fit into a row"):
        convolution_matrix(np.ones(4), 3)
    with pytest.raises(ValueError, match="is empty"):
        breakpoints(folding_network(1), 1, 1)
    with pytest.raises(ValueError, match="breakpoints: W has shape"):
        breakpoints([(np.ones((2, 3)), np.ones(2)), (np.ones((1, 2)), np.ones(1))], 0, 1)
    with pytest.raises(ValueError, match="breakpoints: W has shape"):
        breakpoints([(np.ones((2, 1)), np.ones(2)), (np.ones((1, 3)), np.ones(1))], 0, 1)
    with pytest.raises(ValueError, match="H must be at least 1"):
        silent_probability(0, 3)
    for module in versions("architecture"):
        with pytest.raises(ValueError, match="Stack: L must be at least 1, got 0"):
            module.Stack(3, 4, 2, 0)
        with pytest.raises(TypeError, match="Stack: H must be a whole number"):
            module.Stack(3, 4.5, 2, 1)


def test_load_refuses_alike(versions):
    numpy, in_torch, in_tensorflow = versions("architecture")
    arrays = {name: array.copy() for name, array in numpy.Stack(3, 4, 2, 1).params.items()}
    wrong = {**arrays, "W1": np.ones((3, 4))}
    loads = [
        numpy.Stack(3, 4, 2, 1).load,
        in_torch.Stack(3, 4, 2, 1).load,
        lambda a: in_tensorflow.load(in_tensorflow.Stack(3, 4, 2, 1), a),
    ]
    for load in loads:
        with pytest.raises(ValueError, match="W1 has shape"):
            load(wrong)
        with pytest.raises(ValueError, match="W2"):
            load({name: array for name, array in arrays.items() if name != "W2"})
