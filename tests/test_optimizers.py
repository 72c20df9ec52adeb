"""Optimizers: steps by hand, formulas weight by weight, the in-place classes against them, PyTorch's and Keras' own."""

import math
import tracemalloc

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


def in_place(optimizer, gradients, **settings):
    """Where ones have come to when the class has followed the gradients."""
    theta = np.ones(gradients.shape[1])
    stepper = optimizer(theta, **settings)
    for dw in gradients:
        stepper.step(dw)
    return theta


@pytest.mark.equation("eq-sgd")
def test_sgd_is_its_formula():
    r"""[eq-sgd] w \leftarrow w - \eta \, \mathrm{d}w"""
    w, expected = np.ones(7), [1.0] * 7
    for dw in some_gradients(5):
        w = optimizers.sgd_step(w, dw, lr=0.05)
        expected = [expected[i] - 0.05 * float(dw[i]) for i in range(7)]
    assert_close(w, np.array(expected))
    assert_close(in_place(SGD, some_gradients(5), lr=0.05), np.array(expected))


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
    assert_close(in_place(SGD, gradients, lr=0.05, beta=0.8), expected)


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
    expected = adam_written_out(gradients, 0.02, 0.7, 0.9, change)
    assert_close(w, expected)
    assert_close(in_place(Adam, gradients, lr=0.02, beta1=0.7, beta2=0.9, eps=1e-3), expected)


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
    expected = adam_written_out(gradients, 0.02, 0.7, 0.9, change)
    assert_close(w, expected)
    assert_close(in_place(Adam, gradients, lr=0.02, beta1=0.7, beta2=0.9, eps=1e-3, epsilon_hat=True), expected)


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


# ---- how far a step of Adam can reach


def reach(gradients, step=optimizers.adam_step, **betas):
    """The steps in units of the learning rate, one row a step."""
    m, v, steps = np.zeros(gradients.shape[1]), np.zeros(gradients.shape[1]), []
    for t, g in enumerate(gradients, start=1):
        w, m, v = step(np.zeros(len(g)), g, m, v, t, lr=1.0, eps=1e-200, **betas)
        steps.append(np.abs(w))
    return np.array(steps)


def bound(beta1=0.9, beta2=0.999):
    return (1 - beta1) / math.sqrt(1 - beta2) / math.sqrt(1 - beta1**2 / beta2)


@pytest.mark.equation("eq-adam-step-bound")
@pytest.mark.parametrize(("beta1", "beta2"), [(0.9, 0.999), (0.9, 0.9), (0.5, 0.3), (0.0, 0.99), (0.99, 0.9999)])
def test_no_step_of_adam_is_longer_than_its_bound_and_some_come_close(beta1, beta2):
    r"""[eq-adam-step-bound] \lvert \Delta w \rvert \le \eta\, \frac{1 - \beta_1}
    {\sqrt{1 - \beta_2}\, \sqrt{1 - \beta_1^2 / \beta_2}}

    Attacked: calm, heavy tails, silence, growth and decay.
    """
    rng, shape = np.random.default_rng(9), (400, 60)
    calm, trend = rng.normal(size=shape), rng.normal(0, 0.3, size=60)
    attacks = [
        calm,
        rng.standard_cauchy(size=shape) ** 3,
        calm * (rng.random(shape) < 0.02),
        np.abs(calm) * (np.arange(400)[:, None] > rng.integers(0, 390, 60)),
        10.0 ** (trend * np.arange(400)[:, None] / 3),
    ]
    for gradients in attacks:
        assert reach(gradients, beta1=beta1, beta2=beta2).max() <= bound(beta1, beta2) * (1 + 1e-12)
    if beta1:  # the worst: after a silence, gradients that grow by β₂ / β₁ a step
        silence, loud = math.ceil(8 / (1 - beta2)), math.ceil(8 / (1 - beta1**2 / beta2))
        worst = np.zeros((silence + loud, 1))
        worst[silence:, 0] = (beta2 / beta1) ** np.arange(1.0 - loud, 1)
        assert reach(worst, beta1=beta1, beta2=beta2)[-1, 0] > 0.999 * bound(beta1, beta2)


def test_the_bound_of_adams_step_holds_from_the_first_step_on():
    """Before the limit it is smaller by √((1 − ρᵗ)(1 − β₂ᵗ)) / (1 − β₁ᵗ), ρ = β₁² / β₂; the worst case attains it."""
    beta1, beta2 = 0.9, 0.999
    ratio, t = beta1**2 / beta2, np.arange(1, 201)
    factor = np.sqrt((1 - ratio**t) * (1 - beta2**t)) / (1 - beta1**t)
    assert np.all(factor < 1)
    assert_close(reach((beta2 / beta1) ** t[:, None].astype(float))[:, 0], bound() * factor, rtol=1e-9)


@SETTINGS
@given(
    gradients=arrays(np.float64, st.tuples(st.integers(1, 60), st.just(3)), elements=st.floats(-1e6, 1e6)),
    beta1=st.floats(0, 0.99),
    gap=st.floats(0.01, 0.99),
)
def test_no_gradients_that_hypothesis_finds_make_a_longer_step(gradients, beta1, gap):
    beta2 = beta1**2 + gap * (1 - beta1**2)
    gradients = np.where(np.abs(gradients) < 1e-90, 0, gradients)  # whose squares are numbers
    with np.errstate(invalid="ignore"):
        steps = reach(gradients, beta1=beta1, beta2=min(beta2, 0.9999))
    assert np.nanmax(steps, initial=0) <= bound(beta1, min(beta2, 0.9999)) * (1 + 1e-9)


@pytest.mark.parametrize("hat", [False, True])
def test_a_constant_gradient_after_a_silence_comes_close_to_the_bound(hat):
    """3.16 rates at its first step, 6.57 some steps later, of 7.27; in place, in both forms."""
    theta, steps = np.zeros(1), []
    optimizer = Adam(theta, lr=1.0, eps=1e-20, epsilon_hat=hat)
    for g in [0.0] * 8000 + [1.0] * 60:
        before = theta[0]
        optimizer.step(np.array([g]))
        steps.append(abs(theta[0] - before))
    assert bound() == pytest.approx(7.27, abs=0.005)
    assert steps[8000] == pytest.approx(3.16, abs=0.005)
    assert max(steps) == pytest.approx(6.57, abs=0.005)


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


@pytest.mark.parametrize("size", [1e-10, 1e-14, 1e-16, 1e-20, 1e-60, 1e-140])
@pytest.mark.parametrize(("kind", "hat"), [("adam", False), ("epsilon hat", True)])
def test_adam_in_place_is_the_function_for_tiny_gradients(size, kind, hat):
    """Steady, sparse and single gradients over 200 steps, and an ε below them."""
    gradients = size * np.random.default_rng(8).normal(size=(200, 4))
    gradients[:, 1] = size
    gradients[:, 2] *= np.arange(200) % 50 == 0
    gradients[1:, 3] = 0
    options = {"lr": 0.1, "eps": size / 1e4}
    desired = run_functions(gradients, kind, **options)
    assert np.abs(desired - np.linspace(-1, 1, 4)).min() > 0.05  # they did move
    assert_close(run_class(gradients, Adam, **options, epsilon_hat=hat), desired, rtol=1e-11)


def test_adam_in_place_is_the_function_for_tiny_gradients_in_float32():
    """Where the squares are denormal in float32 and m is not: v is kept as long as m is, and no step explodes."""
    gradients = np.full((200, 2), 1e-16)
    gradients[:, 1] = 3e-19
    theta = np.zeros(2, np.float32)
    optimizer, w, m, v = Adam(theta, eps=1e-20), np.zeros(2), np.zeros(2), np.zeros(2)
    for t, g in enumerate(gradients, start=1):
        optimizer.step(g.astype(np.float32))
        w, m, v = optimizers.adam_step(w, g, m, v, t, eps=1e-20)  # in float64
        assert_close(theta, w.astype(np.float32), rtol=1e-3)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_flush_takes_m_below_its_floor_and_v_where_m_is_gone(dtype):
    floor = 1000 * np.finfo(dtype).tiny
    optimizer = Adam(np.zeros(6, dtype), beta1=0.5, beta2=0.5)
    optimizer.m[:] = 2 * floor * np.array([0.99, -0.99, 1.01, -1.01, 0, 0.9])  # halved by the step
    optimizer.v[:] = 2 * floor * np.array([0.99, 1.01, 0.9, 1.01, 0.5, 0])
    for t, m, v in [(62, [1, 1, 1, 1, 0, 1], [1, 1, 1, 1, 1, 0]), (63, [0, 0, 1, 1, 0, 0], [0, 1, 1, 1, 0, 0])]:
        again = Adam(np.zeros(6, dtype), beta1=0.5, beta2=0.5)
        again.t, again.m[:], again.v[:] = t, optimizer.m, optimizer.v
        again.step(np.zeros(6, dtype))
        assert (again.m != 0).tolist() == [bool(x) for x in m]
        assert (again.v != 0).tolist() == [bool(x) for x in v]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_weights_without_gradient_cost_no_denormals(dtype):
    """Unflushed, moments would stick at the smallest number that there is."""
    optimizer, tiny = Adam(np.ones(2, dtype), beta2=0.95), np.finfo(dtype).tiny
    optimizer.step(np.array([1e-3, 0], dtype))
    for _ in range(1500 if dtype == np.float32 else 15_000):
        optimizer.step(np.zeros(2, dtype))
        for moment in (optimizer.m, optimizer.v):
            assert not np.any((moment != 0) & (np.abs(moment) < tiny))
    assert not optimizer.m.any()
    assert not optimizer.v.any()


def test_the_flush_lets_through_what_is_not_a_number():
    optimizer = Adam(np.zeros(2))
    optimizer.t, optimizer.m[:], optimizer.v[:] = 63, [np.nan, np.inf], [1.0, np.inf]
    with np.errstate(invalid="ignore"):
        optimizer.step(np.zeros(2))
    assert np.isnan(optimizer.m[0])
    assert np.isinf(optimizer.m[1])


@pytest.mark.parametrize("cls", [SGD, Adam])
def test_a_step_allocates_nothing_that_grows_with_the_network(cls):
    """128 steps, with two flushes, on a million weights."""
    theta, grad = np.zeros(1_000_000, np.float32), np.ones(1_000_000, np.float32)
    optimizer = cls(theta, **({"beta": 0.9} if cls is SGD else {}))
    tracemalloc.start()
    for _ in range(128):
        optimizer.step(grad)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000  # NumPy's buffers for mixed types; one mask would take a million


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


def test_settings_may_be_numpy_scalars_and_float32_stays():
    w, dw, m, v = (np.full(3, x, np.float32) for x in (1, 2, 3, 4))
    wide = {"lr": np.float64(0.1), "beta1": np.float64(0.9), "beta2": np.float64(0.99), "eps": np.float64(1e-8)}
    results = [
        optimizers.sgd_step(w, dw, np.float64(0.1)),
        *optimizers.momentum_step(w, dw, v, np.float64(0.1), np.float64(0.9)),
        *optimizers.adam_step(w, dw, m, v, np.int64(3), **wide),
        *optimizers.adam_epsilon_hat_step(w, dw, m, v, np.int64(3), **wide),
    ]
    assert all(r.dtype == np.float32 for r in results)


# ---- mistakes


@pytest.mark.parametrize("cls", [SGD, Adam])
@pytest.mark.parametrize("lr", [0, -0.1, math.nan])
def test_a_learning_rate_that_is_not_positive_is_refused(cls, lr):
    with pytest.raises(ValueError, match=f"optimizer: lr must be positive and finite, got {lr}"):
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
