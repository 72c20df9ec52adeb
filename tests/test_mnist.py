"""The numbered equations of the chapter on handwritten digits, element by element, and what it derives from them."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from dlpath.layers import Layer, Loss, Sequential
from dlpath.losses.in_numpy import cross_entropy, cross_entropy_backward
from dlpath.mlp.in_numpy import MLP
from dlpath.optimizers.in_numpy import Adam, adam_epsilon_hat_step, adam_step
from dlpath.parity import assert_close

D, H, K, N = 7, 5, 4, 3
rng = np.random.default_rng(4)
X, LABELS = rng.uniform(0, 1, (N, D)), np.array([2, 0, 3])


def network(sizes=(D, H, K), seed=0, biases=True):
    """A float64 MLP; with biases that are not zero, so that a forgotten one is noticed."""
    model = MLP(sizes, np.random.default_rng(seed), np.float64)
    for name, value in model.params.items():
        if biases and name[0] == "b":
            value[...] = np.random.default_rng(seed + 1).normal(0, 0.3, value.shape)
    return model


def logits_by_loops(params, x):
    """One image through the formula of the chapter, one number at a time."""
    W1, b1, W2, b2 = params.values()
    z2 = []
    for k in range(len(b2)):
        total = b2[k]
        for j in range(len(b1)):
            inside = b1[j]
            for d in range(len(x)):
                inside += W1[j, d] * x[d]
            total += W2[k, j] * max(0.0, inside)
        z2.append(total)
    return z2


def probabilities(z):
    e = [math.exp(value) for value in z]
    return [value / sum(e) for value in e]


@pytest.mark.equation("eq-mnist-network")
def test_the_network_in_one_formula():
    r"""[eq-mnist-network] \begin{aligned} z_{2,k} ={}& b_{2,k} + \sum_{j=1}^{128} W_{2,kj}\, \max\Bigl(0, \\ &
    b_{1,j} + \sum_{d=1}^{784} W_{1,jd}\, x_d \Bigr) \end{aligned}
    """
    model = network()
    assert_close(model(X), np.array([logits_by_loops(model.params, x) for x in X]))


@pytest.mark.equation("eq-mnist-parameters")
def test_the_number_of_parameters():
    r"""[eq-mnist-parameters] \begin{aligned} &\underbrace{128 \cdot 784}_{W_1} + \underbrace{128}_{b_1} \\ &\quad +
    \underbrace{10 \cdot 128}_{W_2} + \underbrace{10}_{b_2} = 101\,770 \end{aligned}
    """
    assert MLP((784, 128, 10)).theta.size == 128 * 784 + 128 + 10 * 128 + 10 == 101_770


@pytest.mark.equation("eq-mnist-uniform-loss")
@pytest.mark.parametrize("classes", [2, 10, 1000])
def test_no_opinion_costs_log_K(classes):
    r"""[eq-mnist-uniform-loss] \begin{aligned} L = -\log \frac1K &= \log K \\ &= 2.3026 \text{ nats for } K = 10,
    \end{aligned}
    """
    labels = np.arange(6) % classes
    loss, _ = cross_entropy(np.full((6, classes), -1.7), labels)
    assert loss == pytest.approx(math.log(classes), rel=1e-12)
    assert f"{math.log(10):.4f}" == "2.3026"


@pytest.mark.equation("eq-mnist-logit-scale")
def test_the_spread_of_the_first_logits():
    r"""[eq-mnist-logit-scale] s = \lVert x \rVert \, \sigma_1 \sigma_2 \sqrt{H / 2} ."""
    x, hidden = np.random.default_rng(0).uniform(0, 9, 30), 40
    drawn = [MLP((30, hidden, 6), np.random.default_rng(seed), np.float64)(x[None]) for seed in range(3000)]
    predicted = math.sqrt(sum(value**2 for value in x)) * math.sqrt(2 / (30 + hidden)) * math.sqrt(2 / (hidden + 6))
    predicted *= math.sqrt(hidden / 2)
    assert np.std(drawn) == pytest.approx(predicted, rel=0.03)  # 18,000 numbers, not all independent
    assert abs(np.mean(drawn)) < 0.03 * predicted


@pytest.mark.equation("eq-mnist-saturated-loss")
def test_the_loss_when_logits_are_far_apart():
    r"""[eq-mnist-saturated-loss] \begin{aligned} \mathbb{E}\, L &\approx \mathbb{E} \max_k z_k - \mathbb{E}\, z_y
    \\ &= s \cdot \mathbb{E} \max(g_1, \dots, g_{K}) \\ &= 1.539\, s \text{ for } K = 10, \end{aligned}
    """
    drawn = np.random.default_rng(1).normal(size=(200_000, 10))
    largest = drawn.max(axis=1).mean()
    assert largest == pytest.approx(1.53875, abs=0.01)  # the expected largest of ten, from tables of order statistics
    s, labels = 100.0, np.arange(200_000) % 10
    loss, _ = cross_entropy(s * drawn, labels)
    assert loss == pytest.approx(1.539 * s, rel=0.01)


def test_log_sum_exp_lies_within_log_K_of_the_largest():
    for z in np.random.default_rng(2).normal(0, 3, (20, 10)):
        largest = max(z)
        lse = largest + math.log(sum(math.exp(value - largest) for value in z))
        assert largest <= lse <= largest + math.log(10)


@pytest.mark.equation("eq-mnist-homogeneous")
def test_without_biases_a_factor_passes_through():
    r"""[eq-mnist-homogeneous] \begin{aligned} &f(c\,x) = c\,f(x) \\ &\text{while all biases are zero.}
    \end{aligned}
    """
    model = network(biases=False)
    for c in (255.0, 1 / 3):
        assert_close(model(c * X), np.array([[c * z for z in logits_by_loops(model.params, x)] for x in X]))
    with_biases = network()
    assert not np.allclose(with_biases(2 * X), 2 * with_biases(X))


@pytest.mark.equation("eq-mnist-chain")
def test_the_gradient_of_the_first_weights_in_one_formula():
    r"""[eq-mnist-chain] \begin{aligned} &\frac{\partial L}{\partial W_{1,jd}} = \frac1N \sum_{n} x_{nd} \,
    [\,z_{1,nj} > 0\,] \\ &\quad \cdot \sum_{k} W_{2,kj} \bigl( p_{nk} - [\,k = y_n\,] \bigr) \end{aligned}
    """
    model, loss = network(), Loss(cross_entropy, cross_entropy_backward)
    loss(model(X), LABELS)
    model.backward(loss.backward())
    W1, b1, W2, _ = model.params.values()
    for j in range(H):
        for d in range(D):
            total = 0.0
            for n in range(N):
                p = probabilities(logits_by_loops(model.params, X[n]))
                on = b1[j] + sum(W1[j, i] * X[n, i] for i in range(D)) > 0
                total += X[n, d] * on * sum(W2[k, j] * (p[k] - (k == LABELS[n])) for k in range(K))
            assert model.grads["W1"][j, d] == pytest.approx(total / N, rel=1e-9, abs=1e-14)


@pytest.mark.equation("eq-mnist-first-step")
@pytest.mark.parametrize("g", [827.0, -1.8, 1e-3, -1e-8])
def test_adams_first_step_has_the_length_of_the_learning_rate(g):
    r"""[eq-mnist-first-step] \Delta w = - \eta\, \frac{g}{|g| + \varepsilon}"""
    expected = -0.001 * g / (abs(g) + 1e-8)
    w, _, _ = adam_step(0.5, g, 0.0, 0.0, t=1)
    assert w - 0.5 == pytest.approx(expected, rel=1e-9)
    theta = np.array([0.5])
    Adam(theta).step(np.array([g]))
    assert theta[0] - 0.5 == pytest.approx(expected, rel=1e-9)


@pytest.mark.equation("eq-mnist-reach")
def test_how_far_a_step_moves_a_hidden_value():
    r"""[eq-mnist-reach] \begin{aligned} |\Delta z_{1,j}| \le \eta \sum_{d} x_d + \eta
    = \eta\, \bigl( \lVert x \rVert_1 + 1 \bigr), \end{aligned}
    """
    rng = np.random.default_rng(5)
    x, signs = rng.uniform(0, 255, 30), rng.choice([-1.0, 1.0], 31)
    ink = 0.0
    for value in x:
        ink += value
    for gradient, attained in ((np.full(31, 3.0), True), (rng.uniform(0.1, 9, 31) * signs, False)):
        step, _, _ = adam_step(np.zeros(31), gradient, np.zeros(31), np.zeros(31), t=1)
        moved = abs(step[:30] @ x + step[30])
        assert moved <= 0.001 * (ink + 1)
        assert (moved > 0.999 * 0.001 * (ink + 1)) == attained


@pytest.mark.equation("eq-mnist-softmax-twice")
def test_the_least_loss_behind_two_softmaxes():
    r"""[eq-mnist-softmax-twice] \begin{aligned} L_{\min} &= -\log \frac{e}{e + K - 1} \\ &= \log\Bigl(1 + \frac{K -
    1}{e}\Bigr) \\ &= 1.4612 \text{ for } K = 10. \end{aligned}
    """
    from dlpath.activations.in_numpy import softmax, softmax_backward

    twice = Sequential(Layer(softmax, softmax_backward))
    sure = 60.0 * np.eye(10)  # right, and as certain as can be
    loss, _ = cross_entropy(twice(sure), np.arange(10))
    floor = -math.log(math.e / (math.e + 9))
    assert loss == pytest.approx(floor, rel=1e-12)
    assert floor == pytest.approx(math.log(1 + 9 / math.e), rel=1e-12)
    assert f"{floor:.4f}" == "1.4612"
    for seed in range(20):
        some, _ = cross_entropy(twice(np.random.default_rng(seed).normal(0, 9, (10, 10))), np.arange(10))
        assert some > floor


# ---- what the chapter derives from them


@pytest.mark.parametrize(("step", "eps"), [(adam_step, 1e-8), (adam_epsilon_hat_step, 1e-7)])
def test_raw_pixels_train_like_divided_ones_when_W1_and_its_learning_rate_are_divided(step, eps):
    c, steps = 255.0, 20
    divided, raw = network(), network()
    raw.params["W1"] /= c
    first = D * H  # where W1 ends in theta
    lr, epsilon = np.full(raw.theta.size, 0.001), np.full(raw.theta.size, eps)
    lr[:first] /= c
    epsilon[:first] *= c  # its gradients are c times as long, and epsilon is compared with them
    for model, x, rates, small in ((divided, X, 0.001, eps), (raw, c * X, lr, epsilon)):
        m, v, loss = np.zeros_like(model.theta), np.zeros_like(model.theta), Loss(cross_entropy, cross_entropy_backward)
        for t in range(1, steps + 1):
            loss(model(x), LABELS)
            model.backward(loss.backward())
            model.theta[:], m, v = step(model.theta, model.grad, m, v, t, lr=rates, eps=small)
    assert_close(c * raw.params["W1"], divided.params["W1"])
    assert_close(raw(c * X), divided(X))


def test_permuted_pixels_train_like_ordered_ones_when_W1_is_permuted_too():
    order = np.random.default_rng(6).permutation(D)
    plain, permuted = network(), network()
    permuted.params["W1"][...] = plain.params["W1"][:, order]
    for model, x in ((plain, X), (permuted, X[:, order])):
        optimizer, loss = Adam(model.theta), Loss(cross_entropy, cross_entropy_backward)
        for _ in range(20):
            loss(model(x), LABELS)
            model.backward(loss.backward())
            optimizer.step(model.grad)
    assert_close(permuted.params["W1"], plain.params["W1"][:, order])


def test_weights_of_a_pixel_without_ink_never_move():
    model, start = network(), network()
    dark = X.copy()
    dark[:, 2] = 0
    optimizer, loss = Adam(model.theta), Loss(cross_entropy, cross_entropy_backward)
    for _ in range(200):
        loss(model(dark), LABELS)
        model.backward(loss.backward())
        optimizer.step(model.grad)
    assert np.array_equal(model.params["W1"][:, 2], start.params["W1"][:, 2])
    assert not np.array_equal(model.params["W1"][:, 3], start.params["W1"][:, 3])


def test_moments_without_gradients_leave_the_ordinary_numbers_after_830_steps():
    steps = 38 * math.log(10) / math.log(1 / 0.9)
    assert round(steps) == 830
    assert 0.9 ** math.ceil(steps) < 1e-38 < 0.9 ** math.floor(steps)


def test_what_the_page_on_speed_says_about_its_table():
    text = (Path(__file__).parents[1] / "benchmarks/results/training_speed.json").read_text(encoding="utf-8")
    median = {name: np.median(found["us_per_step"]) for name, found in json.loads(text)["results"].items()}
    keras = median["Keras fit, steps_per_execution=75"] / median["Keras fit, default"]
    assert 0.5 < keras < 0.6  # "little more than half the time"
    for setting in ("", ", denormals flushed"):
        fused = median[f"PyTorch, fused Adam{setting}"] / median[f"PyTorch, plain loop{setting}"]
        assert 0.7 < fused <= 0.8  # "a fifth of a step or more"
    for version in ("plain loop", "fused Adam"):  # flushing denormals gains "next to nothing"
        flushed = median[f"PyTorch, {version}, denormals flushed"] / median[f"PyTorch, {version}"]
        assert 0.95 < flushed < 1.05
