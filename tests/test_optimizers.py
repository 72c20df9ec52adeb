"""Optimizers: steps by hand, formulas weight by weight, the in-place classes against them, PyTorch's and Keras' own."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dlpath.layers import Loss
from dlpath.losses.in_numpy import cross_entropy, cross_entropy_backward
from dlpath.mlp.in_numpy import MLP
from dlpath.optimizers import in_numpy as optimizers
from dlpath.optimizers.in_numpy import SGD, Adam
from dlpath.parity import assert_close, largest_difference
from dlpath.training.in_numpy import train_step

SETTINGS = settings(max_examples=25, deadline=None)


def float32(x):
    return float(np.float32(x))


def some_gradients(steps, P=7, seed=3):
    """Gradients of very different sizes, with exact zeros in one place."""
    gradients = np.random.default_rng(seed).normal(size=(steps, P)) * 10.0 ** np.arange(-P + 2, 2)
    gradients[:, 2] = 0
    return gradients


# ---- steps by hand


def test_sgd_by_hand():
    assert_close(optimizers.sgd_step(np.array([1.0, -2.0]), np.array([0.5, 4.0]), lr=0.1), np.array([0.95, -2.4]))


def test_momentum_by_hand():
    w, v = optimizers.momentum_step(np.array([1.0]), np.array([2.0]), np.array([4.0]), lr=0.1, beta=0.5)
    assert_close(v, np.array([4.0]))  # 0.5 · 4 + 2
    assert_close(w, np.array([0.6]))
    assert_close(optimizers.momentum_step(1.0, 2.0, 4.0, lr=0.1)[1], 5.6)  # β is 0.9 unless it is named


def test_the_first_step_of_adam_is_lr_in_the_direction_of_the_sign():
    """m̂ / √v̂ = dw / |dw|, whatever the size of the gradient, as long as it is far above ε."""
    w, m, v = optimizers.adam_step(np.zeros(2), np.array([4.0, -300.0]), np.zeros(2), np.zeros(2), t=1, eps=0)
    assert_close(w, np.array([-0.001, 0.001]))
    assert_close(m, np.array([0.4, -30.0]))
    assert_close(v, np.array([0.016, 90.0]))


def test_two_steps_of_adam_by_hand():
    """β₁ = β₂ = ½, ε = 1, gradients 2 and 4: m = 1, 2.5 and v = 2, 9, so m̂ = 2, 10/3 and v̂ = 4, 12."""
    settings = {"lr": 0.3, "beta1": 0.5, "beta2": 0.5, "eps": 1.0}
    w, m, v = optimizers.adam_step(1.0, 2.0, 0.0, 0.0, 1, **settings)
    assert_close((w, m, v), (1 - 0.3 * 2 / 3, 1.0, 2.0))
    w, m, v = optimizers.adam_step(w, 4.0, m, v, 2, **settings)
    assert_close((w, m, v), (0.8 - 0.3 * (10 / 3) / (math.sqrt(12) + 1), 2.5, 9.0))


def test_two_steps_of_adam_epsilon_hat_by_hand():
    """The same with ε beside √v instead of √v̂; ½ is exact in float32."""
    settings = {"lr": 0.3, "beta1": 0.5, "beta2": 0.5, "eps": 1.0}
    w, m, v = optimizers.adam_epsilon_hat_step(1.0, 2.0, 0.0, 0.0, 1, **settings)
    assert_close((w, m, v), (1 - 0.3 * math.sqrt(0.5) / 0.5 * 1 / (math.sqrt(2) + 1), 1.0, 2.0))
    before = w
    w, m, v = optimizers.adam_epsilon_hat_step(w, 4.0, m, v, 2, **settings)
    assert_close((w, m, v), (before - 0.3 * math.sqrt(0.75) / 0.75 * 2.5 / (3 + 1), 2.5, 9.0))


# ---- the numbered equations, weight by weight


@pytest.mark.equation("eq-sgd")
def test_sgd_is_its_formula():
    r"""[eq-sgd] w \leftarrow w - \eta \, \mathrm{d}w"""
    w, expected = np.ones(7), [1.0] * 7
    for dw in some_gradients(5):
        w = optimizers.sgd_step(w, dw, lr=0.05)
        expected = [expected[i] - 0.05 * float(dw[i]) for i in range(7)]
    assert_close(w, np.array(expected))


@pytest.mark.equation("eq-momentum")
def test_momentum_is_its_formula():
    r"""v written out: the sum of all gradients so far, the one k steps ago with weight βᵏ.

    [eq-momentum] v \leftarrow \beta v + \mathrm{d}w, \qquad w \leftarrow w - \eta \, v
    """
    gradients, w, v, expected = some_gradients(6), np.ones(7), np.zeros(7), np.ones(7)
    for t, dw in enumerate(gradients):
        w, v = optimizers.momentum_step(w, dw, v, lr=0.05, beta=0.8)
        for i in range(7):
            expected[i] -= 0.05 * sum(0.8 ** (t - s) * gradients[s, i] for s in range(t + 1))
    assert_close(w, expected)


def adam_written_out(gradients, lr, beta1, beta2, change):
    """The moments as weighted sums of all gradients so far; `change` says what becomes of them."""
    w = np.ones(gradients.shape[1])
    for t in range(1, len(gradients) + 1):
        for i in range(len(w)):
            m = sum((1 - beta1) * beta1 ** (t - s) * gradients[s - 1, i] for s in range(1, t + 1))
            v = sum((1 - beta2) * beta2 ** (t - s) * gradients[s - 1, i] ** 2 for s in range(1, t + 1))
            w[i] -= lr * change(m, v, t)
    return w


@pytest.mark.equation("eq-adam")
def test_adam_is_its_formula():
    r"""[eq-adam] \begin{aligned} m &\leftarrow \beta_1 m + (1 - \beta_1)\, \mathrm{d}w & \hat m &= \frac{m}{1 -
        \beta_1^t} \\ v &\leftarrow \beta_2 v + (1 - \beta_2)\, \mathrm{d}w^2 & \hat v &= \frac{v}{1 - \beta_2^t} \\
        w &\leftarrow w - \eta \, \frac{\hat m}{\sqrt{\hat v} + \varepsilon} \end{aligned}
    """
    gradients = some_gradients(6)

    def change(m, v, t):
        return m / (1 - 0.7**t) / (math.sqrt(v / (1 - 0.9**t)) + 1e-3)

    w, m, v = np.ones(7), np.zeros(7), np.zeros(7)
    for t, dw in enumerate(gradients, start=1):
        w, m, v = optimizers.adam_step(w, dw, m, v, t, lr=0.02, beta1=0.7, beta2=0.9, eps=1e-3)
    assert_close(w, adam_written_out(gradients, 0.02, 0.7, 0.9, change))


@pytest.mark.equation("eq-adam-epsilon-hat")
def test_adam_epsilon_hat_is_its_formula():
    r"""[eq-adam-epsilon-hat] w \leftarrow w - \eta \, \frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t} \cdot
    \frac{m}{\sqrt{v} + \varepsilon}
    """
    gradients = some_gradients(6)

    def change(m, v, t):
        return math.sqrt(1 - float32(0.9) ** t) / (1 - float32(0.7) ** t) * m / (math.sqrt(v) + 1e-3)

    w, m, v = np.ones(7), np.zeros(7), np.zeros(7)
    for t, dw in enumerate(gradients, start=1):
        w, m, v = optimizers.adam_epsilon_hat_step(w, dw, m, v, t, lr=0.02, beta1=0.7, beta2=0.9, eps=1e-3)
    assert_close(w, adam_written_out(gradients, 0.02, 0.7, 0.9, change))


def test_defaults_are_the_published_ones():
    """lr 0.001, β 0.9 and 0.999, ε 1e-8 in the paper and 1e-7 in Keras; SGD 0.01 without momentum."""
    w, dw, m, v = 1.0, 1e-6, 2e-6, 3e-12  # a gradient so small that ε matters
    named = {"lr": 0.001, "beta1": 0.9, "beta2": 0.999}
    assert optimizers.adam_step(w, dw, m, v, 3) == optimizers.adam_step(w, dw, m, v, 3, **named, eps=1e-8)
    hat = optimizers.adam_epsilon_hat_step
    assert hat(w, dw, m, v, 3) == hat(w, dw, m, v, 3, **named, eps=1e-7)
    assert vars(SGD(np.zeros(1))).items() >= {"lr": 0.01, "beta": 0.0}.items()
    assert vars(Adam(np.zeros(1))).items() >= {**named, "eps": 1e-8, "epsilon_hat": False}.items()


# ---- the two forms of Adam


def test_the_two_forms_are_one_where_epsilon_is_zero_and_betas_are_exact_in_float32():
    forms = optimizers.adam_step, optimizers.adam_epsilon_hat_step
    ends = []
    for form in forms:
        w, m, v = np.ones(3), np.zeros(3), np.zeros(3)
        for t, dw in enumerate(np.random.default_rng(4).normal(size=(10, 3)), start=1):
            w, m, v = form(w, dw, m, v, t, beta1=0.875, beta2=0.96875, eps=0)
        ends.append(w)
    assert_close(*ends)


def test_epsilon_hat_is_the_paper_form_with_a_moving_epsilon():
    """ε̂ = ε √(1 − β₂ᵗ): at t = 1 Keras' ε of 1e-7 acts like one of 3e-6."""
    settings = {"beta1": 0.875, "beta2": 0.96875}
    for t in (1, 7, 300):
        hat = optimizers.adam_epsilon_hat_step(1.0, 1e-6, 2e-6, 3e-12, t, eps=1e-6, **settings)
        paper = optimizers.adam_step(1.0, 1e-6, 2e-6, 3e-12, t, eps=1e-6 / math.sqrt(1 - 0.96875**t), **settings)
        assert_close(hat, paper, rtol=1e-14)


# ---- the in-place classes are the functions


def run_functions(gradients, kind, **options):
    """The pure step functions, one after the other, from the same start as `run_class`."""
    w = np.linspace(-1, 1, gradients.shape[1])
    m, v = np.zeros_like(w), np.zeros_like(w)
    for t, dw in enumerate(gradients, start=1):
        if kind == "sgd":
            w = optimizers.sgd_step(w, dw, **options)
        elif kind == "momentum":
            w, v = optimizers.momentum_step(w, dw, v, **options)
        elif kind == "adam":
            w, m, v = optimizers.adam_step(w, dw, m, v, t, **options)
        else:
            w, m, v = optimizers.adam_epsilon_hat_step(w, dw, m, v, t, **options)
    return w


def run_class(gradients, cls, **options):
    theta = np.linspace(-1, 1, gradients.shape[1])
    optimizer = cls(theta, **options)
    for grad in gradients:
        optimizer.step(grad)
    assert optimizer.theta is theta  # the network's own vector
    return theta


SAME = [
    ("sgd", SGD, {"lr": 0.03}, {}),
    ("momentum", SGD, {"lr": 0.03, "beta": 0.8}, {}),
    ("adam", Adam, {"lr": 0.02, "beta1": 0.8, "beta2": 0.95, "eps": 1e-4}, {}),
    ("adam", Adam, {"eps": 1e-8}, {}),
    ("epsilon hat", Adam, {"lr": 0.02, "beta1": 0.8, "beta2": 0.95, "eps": 1e-4}, {"epsilon_hat": True}),
    ("epsilon hat", Adam, {"eps": 1e-7}, {"epsilon_hat": True}),
]


@pytest.mark.parametrize(("kind", "cls", "options", "form"), SAME)
@pytest.mark.parametrize("steps", [1, 2, 150])
def test_class_in_place_is_the_function(kind, cls, options, form, steps):
    gradients = some_gradients(steps)  # 150 steps: moments are flushed twice on the way
    assert_close(run_class(gradients, cls, **options, **form), run_functions(gradients, kind, **options), rtol=1e-12)


@SETTINGS
@given(
    gradients=arrays(np.float64, st.tuples(st.integers(1, 70), st.just(3)), elements=st.floats(-1e3, 1e3)),
    lr=st.floats(1e-4, 1.0),
    beta1=st.floats(0, 0.99),
    beta2=st.floats(0, 0.999),
)
def test_adam_in_place_is_the_function_for_any_gradients(gradients, lr, beta1, beta2):
    options = {"lr": lr, "beta1": beta1, "beta2": beta2, "eps": 1e-8}
    assert_close(run_class(gradients, Adam, **options), run_functions(gradients, "adam", **options), atol=1e-10)


def test_moments_are_flushed_every_64_steps_before_they_become_denormal():
    """After one gradient, then zeros: what is below 1e-30 is set to zero at step 64, and not earlier."""
    first = np.array([1e-29, -1e-29, 1e-26, -1e-26, 1.0])  # after 64 steps m is 1.3e-3 times that
    optimizer = Adam(np.zeros(5), eps=1e-8)
    optimizer.step(first)
    for _ in range(62):
        optimizer.step(np.zeros(5))
    assert np.count_nonzero(optimizer.m) == np.count_nonzero(optimizer.v) == 5
    optimizer.step(np.zeros(5))
    assert (optimizer.m != 0).tolist() == [False, False, True, True, True]
    assert (optimizer.v != 0).tolist() == [False, False, False, False, True]
    squares = Adam(np.zeros(2), beta1=0.0, eps=1e-8)
    for _ in range(64):
        squares.step(np.array([1e-16, 1e-14]))
    assert (squares.v != 0).tolist() == [False, True]  # 64 squares: 6e-31 and 6e-27


def test_the_flush_takes_what_is_below_1e_30_and_nothing_else():
    optimizer = Adam(np.zeros(5), beta1=0.5, beta2=0.5)
    optimizer.t = 63
    optimizer.m[:] = optimizer.v[:] = [2e-30 * 0.99, 2e-30, 2e-30 * 1.01, 2e-30, 2e-30]  # halved by the step
    optimizer.m[3:] *= -0.99, -1
    optimizer.step(np.zeros(5))
    assert (optimizer.m != 0).tolist() == [False, True, True, False, True]
    assert (optimizer.v != 0).tolist() == [False, True, True, True, True]


def test_weights_without_gradient_cost_no_denormals():
    """1500 steps without a gradient: unflushed, float32 moments would stick at 1e-45."""
    optimizer = Adam(np.ones(2, np.float32))
    optimizer.step(np.array([1e-3, 0], np.float32))
    for _ in range(1500):
        optimizer.step(np.zeros(2, np.float32))
        assert not np.any((optimizer.m != 0) & (np.abs(optimizer.m) < 1e-34))


def test_momentum_follows_a_learning_rate_that_changes():
    """w − lr · v with today's lr: the velocity knows nothing of yesterday's."""
    theta = np.zeros(1)
    optimizer = SGD(theta, lr=1.0, beta=0.5)
    optimizer.step(np.ones(1))
    optimizer.lr = 0.1
    optimizer.step(np.ones(1))
    assert_close(theta, np.array([-1.15]))  # v = 1, then 1.5


@pytest.mark.parametrize(
    ("cls", "options"), [(SGD, {}), (SGD, {"beta": 0.9}), (Adam, {}), (Adam, {"epsilon_hat": True})]
)
def test_float32_stays_float32_and_the_gradient_is_left_alone(cls, options):
    theta, grad = np.ones(4, np.float32), np.arange(4, dtype=np.float32)
    optimizer = cls(theta, **options)
    for _ in range(65):
        optimizer.step(grad)
    assert grad.tolist() == [0, 1, 2, 3]
    arrays = [value for value in vars(optimizer).values() if isinstance(value, np.ndarray)]
    assert all(a.dtype == np.float32 for a in arrays)
    assert theta[0] == 1
    assert np.all(theta[1:] < 1)


def test_step_functions_keep_float32_and_change_nothing_in_place():
    w, dw, m, v = (np.full(3, x, np.float32) for x in (1, 2, 3, 4))
    results = [
        optimizers.sgd_step(w, dw, 0.1),
        *optimizers.momentum_step(w, dw, v, 0.1),
        *optimizers.adam_step(w, dw, m, v, 1),
        *optimizers.adam_epsilon_hat_step(w, dw, m, v, 1),
    ]
    assert all(r.dtype == np.float32 for r in results)
    assert [a[0] for a in (w, dw, m, v)] == [1, 2, 3, 4]


# ---- the frameworks' own optimizers on a network

SIZES, STEPS = (6, 5, 4), (20, 100)
X = np.random.default_rng(5).normal(size=(100, 8, 6))
LABELS = np.random.default_rng(6).integers(0, 4, size=(100, 8))


def train_numpy(optimizer, **options):
    """The parameters after 20 and after 100 steps; all versions start from the same generator."""
    model, loss = MLP(SIZES, np.random.default_rng(7), np.float64), Loss(cross_entropy, cross_entropy_backward)
    optimizer, after = optimizer(model.theta, **options), {}
    for t in range(1, max(STEPS) + 1):
        train_step(model, loss, optimizer, X[t - 1], LABELS[t - 1])
        if t in STEPS:
            after[t] = {name: value.copy() for name, value in model.params.items()}
    return after


def train_torch(versions, name, **options):
    import torch

    in_torch = {concept: versions(concept)[1] for concept in ("mlp", "losses", "optimizers", "training")}
    model = in_torch["mlp"].MLP(SIZES, np.random.default_rng(7), torch.float64)
    optimizer = getattr(in_torch["optimizers"], name)(model.parameters(), **options)
    after, loss, step = {}, in_torch["losses"].cross_entropy, in_torch["training"].train_step
    for t in range(1, max(STEPS) + 1):
        step(model, loss, optimizer, torch.tensor(X[t - 1]), torch.tensor(LABELS[t - 1]))
        if t in STEPS:
            after[t] = {key: value.detach().numpy().copy() for key, value in model.params().items()}
    return after


def train_keras(versions, name, **options):
    import tensorflow as tf

    in_keras = {concept: versions(concept)[2] for concept in ("mlp", "losses", "optimizers", "training")}
    model = in_keras["mlp"].MLP(SIZES, np.random.default_rng(7), "float64")
    optimizer = getattr(in_keras["optimizers"], name)(**options)
    optimizer.build(model.trainable_variables)
    after, loss = {}, in_keras["losses"].cross_entropy
    step = tf.function(lambda x, y: in_keras["training"].train_step(model, loss, optimizer, x, y))
    for t in range(1, max(STEPS) + 1):
        step(tf.constant(X[t - 1]), tf.constant(LABELS[t - 1]))
        if t in STEPS:
            after[t] = model.params()
    return after


def drift(a, b):
    return max(largest_difference(a[name], b[name]) for name in a)


@pytest.mark.parametrize("beta", [0.0, 0.9])
def test_sgd_and_momentum_are_pytorchs(beta, versions):
    ours, theirs = train_numpy(SGD, lr=0.1, beta=beta), train_torch(versions, "SGD", lr=0.1, beta=beta)
    for t in STEPS:
        assert drift(ours[t], theirs[t]) <= 1e-12


@pytest.mark.parametrize("beta", [0.0, 0.875, float32(0.9)])
def test_sgd_and_momentum_are_keras(beta, versions, keras_float64):
    ours, theirs = train_numpy(SGD, lr=0.1, beta=beta), train_keras(versions, "SGD", lr=0.1, beta=beta)
    for t in STEPS:
        assert drift(ours[t], theirs[t]) <= 1e-12


def test_keras_rounds_the_momentum_to_float32(versions, keras_float64):
    ours, theirs = train_numpy(SGD, lr=0.1, beta=0.9), train_keras(versions, "SGD", lr=0.1, beta=0.9)
    assert 1e-10 < drift(ours[20], theirs[20]) < 1e-6


def test_adam_is_pytorchs(versions):
    ours, theirs = train_numpy(Adam, lr=0.01), train_torch(versions, "Adam", lr=0.01)
    for t in STEPS:
        assert drift(ours[t], theirs[t]) <= 1e-12


def test_adam_epsilon_hat_is_keras_and_the_paper_form_is_not(versions, keras_float64):
    keras = train_keras(versions, "Adam", lr=0.01, eps=1e-7)
    hat = train_numpy(Adam, lr=0.01, eps=1e-7, epsilon_hat=True)
    paper = train_numpy(Adam, lr=0.01, eps=1e-7)
    for t in STEPS:
        assert drift(hat[t], keras[t]) <= 1e-12
        assert drift(paper[t], keras[t]) >= 1e-8
    assert drift(paper[100], keras[100]) > drift(hat[100], keras[100]) * 1e4


def test_wrappers_name_the_same_defaults(versions):
    _, in_torch, in_tensorflow = versions("optimizers")
    import torch

    weights = [torch.zeros(1, requires_grad=True)]
    sgd, adam = in_torch.SGD(weights).param_groups[0], in_torch.Adam(weights).param_groups[0]
    assert (sgd["lr"], sgd["momentum"], sgd["dampening"], sgd["nesterov"]) == (0.01, 0.0, 0, False)
    assert (adam["lr"], adam["betas"], adam["eps"], adam["weight_decay"]) == (0.001, (0.9, 0.999), 1e-8, 0)
    sgd, adam = in_tensorflow.SGD().get_config(), in_tensorflow.Adam().get_config()
    assert (sgd["momentum"], sgd["nesterov"], adam["epsilon"], adam["amsgrad"]) == (0.0, False, 1e-7, False)
    rates = [sgd["learning_rate"], adam["learning_rate"], adam["beta_1"], adam["beta_2"]]
    assert_close(np.array(rates), np.array([0.01, 0.001, 0.9, 0.999]), rtol=1e-6)


# ---- mistakes


@pytest.mark.parametrize("cls", [SGD, Adam])
@pytest.mark.parametrize("lr", [0, -0.1, math.nan])
def test_a_learning_rate_that_is_not_positive_is_refused(cls, lr):
    with pytest.raises(ValueError, match=f"optimizer: lr must be positive, got {lr}"):
        cls(np.zeros(3), lr=lr)


@pytest.mark.parametrize(("cls", "name"), [(SGD, "beta"), (Adam, "beta1"), (Adam, "beta2")])
@pytest.mark.parametrize("beta", [-0.1, 1, 1.0])
def test_a_beta_outside_its_range_is_refused(cls, name, beta):
    with pytest.raises(ValueError, match=f"optimizer: betas must lie in 0 ≤ β < 1, got {beta}"):
        cls(np.zeros(3), **{name: beta})


@pytest.mark.parametrize("cls", [SGD, Adam])
def test_a_gradient_of_another_shape_is_refused_before_anything_moves(cls):
    theta = np.zeros(3)
    optimizer = cls(theta)
    with pytest.raises(ValueError, match=r"optimizer: grad has shape \(1,\), expected \(3,\) as theta"):
        optimizer.step(np.ones(1))  # would broadcast
    assert theta.tolist() == [0, 0, 0]
    assert getattr(optimizer, "t", 0) == 0
