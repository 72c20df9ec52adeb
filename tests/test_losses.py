"""Losses: numbers by hand, formulas one example at a time, gradients, three versions, confident mistakes."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dlpath.activations.in_numpy import sigmoid, softmax
from dlpath.losses import in_numpy as losses
from dlpath.parity import assert_close, numerical_gradient, tensorflow_vjp, torch_vjp

SETTINGS = settings(max_examples=50, deadline=None)
DLOSS = np.float64(0.7)  # not 1: a backward function that forgets its argument is caught

rng = np.random.default_rng(2)
Y_HAT, Y = rng.normal(size=(3, 4)), rng.normal(size=(3, 4))
Z_ONE, Y_ONE = rng.normal(0, 3, size=5), np.array([0.0, 1.0, 1.0, 0.0, 1.0])
Z, LABELS = rng.normal(0, 3, size=(6, 4)), np.array([3, 0, 2, 2, 1, 3])

WEIGHTS = np.array([2.0, 0.5, 3.0, 1.0])

CASES = {
    "mse": (Y_HAT, Y),
    "mae": (Y_HAT, Y),
    "huber": (3 * Y_HAT, Y),
    "binary_cross_entropy": (Z_ONE, Y_ONE),
    "cross_entropy": (Z, LABELS),
}
ALL = list(CASES)


def pair(name):
    return getattr(losses, name), getattr(losses, f"{name}_backward")


# ---- numbers by hand


def test_mse_by_hand():
    loss, cache = losses.mse(np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([[3.0, 5.0], [0.0, 0.0]]))
    assert loss == 3.5  # (4 + 9 + 0 + 1) / 4
    assert losses.mse_backward(1.0, cache).tolist() == [[-1.0, -1.5], [0.0, 0.5]]


def test_binary_cross_entropy_by_hand():
    loss, cache = losses.binary_cross_entropy(np.array([0.0, math.log(3)]), np.array([1.0, 0.0]))
    assert_close(loss, 1.5 * math.log(2))  # p is 1/2 and 3/4: (log 2 + log 4) / 2
    assert_close(losses.binary_cross_entropy_backward(1.0, cache), np.array([-0.25, 0.375]))


def test_cross_entropy_by_hand():
    logits = np.log([[1.0, 2.0, 3.0], [1.0, 1.0, 2.0]])
    loss, cache = losses.cross_entropy(logits, np.array([2, 0]))
    assert_close(loss, 1.5 * math.log(2))  # the labels have p = 1/2 and 1/4
    gradient = np.array([[1 / 12, 1 / 6, -1 / 4], [-3 / 8, 1 / 8, 1 / 4]])
    assert_close(losses.cross_entropy_backward(1.0, cache), gradient)


def test_mae_by_hand():
    loss, cache = losses.mae(np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([[3.0, 5.0], [0.0, 0.0]]))
    assert loss == 1.5  # (2 + 3 + 0 + 1) / 4
    assert losses.mae_backward(1.0, cache).tolist() == [[-0.25, -0.25], [0.0, 0.25]]


def test_huber_by_hand():
    loss, cache = losses.huber(np.array([1.0, 6.0, 0.0, -2.0]), np.array([0.0, 2.0, 0.0, 0.0]), delta=2.0)
    assert loss == 2.125  # (1/2 + 2 (4 - 1) + 0 + 4/2) / 4: the last one lies just where the two pieces meet
    assert losses.huber_backward(1.0, cache).tolist() == [0.25, 0.5, 0.0, -0.5]


def test_weighted_cross_entropy_by_hand():
    logits = np.log([[1.0, 2.0, 3.0], [1.0, 1.0, 2.0]])
    loss, cache = losses.cross_entropy(logits, np.array([2, 0]), np.array([3.0, 7.0, 1.0]))
    assert_close(loss, 1.75 * math.log(2))  # (1 · log 2 + 3 · log 4) / (1 + 3)
    gradient = np.array([[1 / 24, 1 / 12, -1 / 8], [-9 / 16, 3 / 16, 3 / 8]])
    assert_close(losses.cross_entropy_backward(1.0, cache), gradient)


def test_log_sum_exp_by_hand():
    lse, cache = losses.log_sum_exp(np.log([[1.0, 2.0, 5.0], [1.0, 1.0, 2.0]]))
    assert_close(lse, np.log([8.0, 4.0]))
    gradient = losses.log_sum_exp_backward(np.array([8.0, -4.0]), cache)
    assert_close(gradient, np.array([[1.0, 2.0, 5.0], [-1.0, -1.0, -2.0]]))


# ---- the numbered equations, one example at a time


@pytest.mark.equation("eq-mse")
def test_mse_is_its_formula():
    r"""[eq-mse] L = \frac{1}{NK} \sum_{n=1}^{N} \sum_{k=1}^{K} (\hat y_{nk} - y_{nk})^2"""
    total = 0.0
    for n in range(3):
        for k in range(4):
            total += (Y_HAT[n, k] - Y[n, k]) ** 2
    assert_close(losses.mse(Y_HAT, Y)[0], total / 12)


@pytest.mark.equation("eq-mse-gradient")
def test_mse_gradient_is_its_formula():
    r"""[eq-mse-gradient] \mathrm{d}\hat y_{nk} = \mathrm{d}L \cdot \frac{2}{NK} (\hat y_{nk} - y_{nk})"""
    gradient = np.empty((3, 4))
    for n, k in np.ndindex(3, 4):
        gradient[n, k] = 0.7 * 2 * (Y_HAT[n, k] - Y[n, k]) / 12
    assert_close(losses.mse_backward(DLOSS, losses.mse(Y_HAT, Y)[1]), gradient)


@pytest.mark.equation("eq-mae")
def test_mae_is_its_formula():
    r"""[eq-mae] L = \frac{1}{NK} \sum_{n=1}^{N} \sum_{k=1}^{K} \lvert\hat y_{nk} - y_{nk}\rvert"""
    total = 0.0
    for n, k in np.ndindex(3, 4):
        total += max(Y_HAT[n, k] - Y[n, k], Y[n, k] - Y_HAT[n, k])
    assert_close(losses.mae(Y_HAT, Y)[0], total / 12)


@pytest.mark.equation("eq-mae-gradient")
def test_mae_gradient_is_its_formula():
    r"""[eq-mae-gradient] \mathrm{d}\hat y_{nk} = \frac{\mathrm{d}L}{NK} \operatorname{sign}(\hat y_{nk} - y_{nk})"""
    gradient = np.empty((3, 4))
    for n, k in np.ndindex(3, 4):
        gradient[n, k] = 0.7 / 12 if Y_HAT[n, k] > Y[n, k] else -0.7 / 12
    assert_close(losses.mae_backward(DLOSS, losses.mae(Y_HAT, Y)[1]), gradient)


@pytest.mark.equation("eq-huber")
def test_huber_is_its_formula():
    r"""[eq-huber] h(e) = \begin{cases} \frac12 e^2 & \lvert e\rvert \le \delta \\
    \delta\,(\lvert e\rvert - \frac12\delta) & \lvert e\rvert > \delta \end{cases}"""
    for delta in (0.4, 1.0):
        total, beyond = 0.0, 0
        for n, k in np.ndindex(3, 4):
            e = abs(Y_HAT[n, k] - Y[n, k])
            beyond += e > delta
            total += e**2 / 2 if e <= delta else delta * (e - delta / 2)
        assert 0 < beyond < 12
        assert_close(losses.huber(Y_HAT, Y, delta)[0], total / 12)


@pytest.mark.equation("eq-huber-gradient")
def test_huber_gradient_is_its_formula():
    r"""[eq-huber-gradient] \mathrm{d}\hat y_{nk} = \frac{\mathrm{d}L}{NK} \max\bigl(-\delta,\,
    \min(\delta,\, \hat y_{nk} - y_{nk})\bigr)"""
    gradient = np.empty((3, 4))
    for n, k in np.ndindex(3, 4):
        e = Y_HAT[n, k] - Y[n, k]
        gradient[n, k] = 0.7 / 12 * (e if abs(e) <= 0.4 else math.copysign(0.4, e))
    assert_close(losses.huber_backward(DLOSS, losses.huber(Y_HAT, Y, 0.4)[1]), gradient)


@pytest.mark.equation("eq-log-sum-exp")
def test_log_sum_exp_is_its_formula():
    r"""[eq-log-sum-exp] \log \sum_{k} e^{z_k} = m + \log \sum_{k} e^{z_k - m}, \quad m = \max_k z_k"""
    direct = [math.log(sum(math.exp(z) for z in row)) for row in Z]
    assert_close(losses.log_sum_exp(Z)[0], np.array(direct))
    assert_close(losses.log_sum_exp(Z + 5000)[0], np.array(direct) + 5000)


@pytest.mark.equation("eq-log-sum-exp-gradient")
def test_log_sum_exp_gradient_is_its_formula():
    r"""[eq-log-sum-exp-gradient] \frac{\partial}{\partial z_k} \log \sum_{j} e^{z_j}
    = \frac{e^{z_k}}{\sum_j e^{z_j}} = p_k"""
    above = rng.normal(size=6)
    gradient = [[d * math.exp(z) / sum(map(math.exp, row)) for z in row] for row, d in zip(Z, above, strict=True)]
    assert_close(losses.log_sum_exp_backward(above, losses.log_sum_exp(Z)[1]), np.array(gradient))


@pytest.mark.equation("eq-log-sum-exp-bounds")
@pytest.mark.parametrize("scale", [0.0, 1e-3, 1.0, 50.0, 1e5])
def test_log_sum_exp_lies_between_its_bounds(scale):
    r"""[eq-log-sum-exp-bounds] \max_k z_k \;\le\; \log \sum_{k=1}^{K} e^{z_k} \;\le\; \max_k z_k + \log K"""
    for K in (1, 2, 7, 100):
        rows = np.random.default_rng(K).normal(0, scale, (20, K))
        lse, largest = losses.log_sum_exp(rows)[0], np.array([max(row) for row in rows])
        assert (lse >= largest).all()
        assert (lse <= largest + math.log(K) + 1e-9).all()
        if scale == 0.0:
            assert_close(lse, largest + math.log(K))  # all equal: the upper bound is met
        if scale == 1e5 and K > 1:
            assert_close(lse.min() - largest.min(), 0.0)  # one far above all others: the lower one


@pytest.mark.equation("eq-weighted-cross-entropy")
def test_weighted_cross_entropy_is_its_formula():
    r"""[eq-weighted-cross-entropy] L = \frac{\sum_n w_{y_n} \ell_n}{\sum_n w_{y_n}}, \quad
    \ell_n = \log \sum_{k} e^{z_{nk}} - z_{n y_n}"""
    above, below = 0.0, 0.0
    for row, label in zip(Z, LABELS, strict=True):
        above += WEIGHTS[label] * (math.log(sum(math.exp(z) for z in row)) - row[label])
        below += WEIGHTS[label]
    assert_close(losses.cross_entropy(Z, LABELS, WEIGHTS)[0], above / below)


@pytest.mark.equation("eq-weighted-cross-entropy-gradient")
def test_weighted_cross_entropy_gradient_is_its_formula():
    r"""[eq-weighted-cross-entropy-gradient] \mathrm{d}z_{nk} = \mathrm{d}L \cdot
    \frac{w_{y_n}}{\sum_m w_{y_m}}\,\bigl(p_{nk} - [\,k = y_n\,]\bigr)"""
    gradient, below = np.empty(Z.shape), sum(WEIGHTS[label] for label in LABELS)
    for n, k in np.ndindex(Z.shape):
        p = math.exp(Z[n, k]) / sum(math.exp(z) for z in Z[n])
        gradient[n, k] = 0.7 * WEIGHTS[LABELS[n]] / below * (p - (k == LABELS[n]))
    assert_close(losses.cross_entropy_backward(DLOSS, losses.cross_entropy(Z, LABELS, WEIGHTS)[1]), gradient)


@pytest.mark.equation("eq-binary-cross-entropy")
def test_binary_cross_entropy_is_its_formula():
    r"""[eq-binary-cross-entropy] L = \frac1N \sum_{n=1}^{N} \Bigl( \log\bigl(1 + e^{z_n}\bigr) - y_n z_n \Bigr)"""
    total = 0.0
    for z, y in zip(Z_ONE, Y_ONE, strict=True):
        p = 1 / (1 + math.exp(-z))
        total += -math.log(p) if y == 1 else -math.log(1 - p)
    assert_close(losses.binary_cross_entropy(Z_ONE, Y_ONE)[0], total / 5)


@pytest.mark.equation("eq-binary-cross-entropy-gradient")
def test_binary_cross_entropy_gradient_is_its_formula():
    r"""[eq-binary-cross-entropy-gradient] \mathrm{d}z_n = \mathrm{d}L \cdot \frac{\sigma(z_n) - y_n}{N}"""
    gradient = [0.7 * (1 / (1 + math.exp(-z)) - y) / 5 for z, y in zip(Z_ONE, Y_ONE, strict=True)]
    _, cache = losses.binary_cross_entropy(Z_ONE, Y_ONE)
    assert_close(losses.binary_cross_entropy_backward(DLOSS, cache), np.array(gradient))


@pytest.mark.equation("eq-cross-entropy")
def test_cross_entropy_is_its_formula():
    r"""[eq-cross-entropy] L = \frac1N \sum_{n=1}^{N} \Bigl( \log \sum_{k} e^{z_{nk}} - z_{n y_n} \Bigr)"""
    total = 0.0
    for row, label in zip(Z, LABELS, strict=True):
        total += math.log(sum(math.exp(z) for z in row)) - row[label]
    assert_close(losses.cross_entropy(Z, LABELS)[0], total / 6)


@pytest.mark.equation("eq-cross-entropy-gradient")
def test_cross_entropy_gradient_is_its_formula():
    r"""[eq-cross-entropy-gradient] \mathrm{d}z_{nk} = \mathrm{d}L \cdot \frac{p_{nk} - [\,k = y_n\,]}{N}"""
    gradient = np.empty(Z.shape)
    for n, k in np.ndindex(Z.shape):
        p = math.exp(Z[n, k]) / sum(math.exp(z) for z in Z[n])
        gradient[n, k] = 0.7 * (p - (k == LABELS[n])) / 6
    assert_close(losses.cross_entropy_backward(DLOSS, losses.cross_entropy(Z, LABELS)[1]), gradient)


# ---- gradients and the other two versions


@pytest.mark.parametrize("name", ALL)
def test_gradient_is_the_numerical_one(name):
    forward, backward = pair(name)
    prediction, target = CASES[name]
    numerical = numerical_gradient(lambda z: DLOSS * forward(z, target)[0], prediction)
    assert_close(backward(DLOSS, forward(prediction, target)[1]), numerical, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("name", ALL)
def test_three_versions_are_equal(name, versions):
    _, in_torch, in_tensorflow = versions("losses")
    forward, backward = pair(name)
    loss, cache = forward(*CASES[name])
    gradient = backward(DLOSS, cache)
    for vjp, module in [(torch_vjp, in_torch), (tensorflow_vjp, in_tensorflow)]:
        out, (theirs, _) = vjp(getattr(module, name), *CASES[name], dout=DLOSS)
        assert_close(out, loss)
        assert_close(theirs, gradient)


def settings_of(name):
    """Every reduction, and what else the loss has."""
    further = {"huber": [{}, {"delta": 0.3}], "cross_entropy": [{}, {"class_weights": np.array([4, 1, 3, 2])}]}
    return [{"reduction": r} | more for r in ("mean", "sum", "none") for more in further.get(name, [{}])]


def above(name, options):
    """A random cotangent of the shape of the loss."""
    target = CASES[name][1]
    return np.random.default_rng(8).normal(size=target.shape if options["reduction"] == "none" else None)


OPTIONS = [(name, options) for name in ALL for options in settings_of(name)]


@pytest.mark.parametrize(("name", "options"), OPTIONS)
def test_the_gradient_with_every_setting_is_the_numerical_one(name, options):
    forward, backward = pair(name)
    prediction, target = CASES[name]
    dloss = above(name, options)
    numerical = numerical_gradient(lambda z: np.sum(dloss * forward(z, target, **options)[0]), prediction)
    assert_close(backward(dloss, forward(prediction, target, **options)[1]), numerical, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(("name", "options"), OPTIONS)
def test_three_versions_are_equal_with_every_setting(name, options, versions):
    _, in_torch, in_tensorflow = versions("losses")
    forward, backward = pair(name)
    dloss = above(name, options)
    loss, cache = forward(*CASES[name], **options)
    gradient = backward(dloss, cache)
    positional = [options["class_weights"]] if "class_weights" in options else []
    named = {key: value for key, value in options.items() if key != "class_weights"}
    for vjp, module in [(torch_vjp, in_torch), (tensorflow_vjp, in_tensorflow)]:
        function = lambda *arrays, module=module: getattr(module, name)(*arrays, **named)  # noqa: E731
        out, (theirs, *_) = vjp(function, *CASES[name], *positional, dout=dloss)
        assert_close(out, loss)
        assert_close(theirs, gradient)


def test_log_sum_exp_has_the_numerical_gradient_in_three_versions(versions):
    _, in_torch, in_tensorflow = versions("losses")
    dlse = rng.normal(size=6)
    lse, cache = losses.log_sum_exp(Z)
    gradient = losses.log_sum_exp_backward(dlse, cache)
    numerical = numerical_gradient(lambda z: np.sum(dlse * losses.log_sum_exp(z)[0]), Z)
    assert_close(gradient, numerical, rtol=1e-6, atol=1e-8)
    for vjp, module in [(torch_vjp, in_torch), (tensorflow_vjp, in_tensorflow)]:
        out, (theirs,) = vjp(module.log_sum_exp, Z, dout=dlse)
        assert_close(out, lse)
        assert_close(theirs, gradient)


@pytest.mark.parametrize("name", ALL)
def test_mean_and_sum_are_those_of_the_single_losses(name):
    forward, backward = pair(name)
    each, cache = forward(*CASES[name], reduction="none")
    assert each.shape == CASES[name][1].shape
    one_by_one = backward(np.ones(each.shape), cache)
    for reduction, count in [("mean", each.size), ("sum", 1)]:
        loss, cache = forward(*CASES[name], reduction=reduction)
        assert_close(loss, each.sum() / count)
        assert_close(backward(1.0, cache), one_by_one / count)


# ---- properties


def test_huber_is_half_the_square_of_small_errors_and_the_absolute_value_of_large_ones():
    """With δ beyond all errors half of mse; divided by a tiny δ, mae."""
    assert_close(losses.huber(Y_HAT, Y, 100.0)[0], losses.mse(Y_HAT, Y)[0] / 2)
    assert_close(losses.huber(Y_HAT, Y, 1e-9)[0] / 1e-9, losses.mae(Y_HAT, Y)[0], rtol=1e-6)


def test_only_the_ratio_of_the_class_weights_counts_in_a_mean():
    plain, weighted = losses.cross_entropy(Z, LABELS)[0], losses.cross_entropy(Z, LABELS, WEIGHTS)[0]
    assert_close(losses.cross_entropy(Z, LABELS, np.full(4, 17.0))[0], plain)
    assert_close(losses.cross_entropy(Z, LABELS, 5 * WEIGHTS)[0], weighted)
    assert abs(weighted - plain) > 1e-2


def test_a_whole_weight_is_so_many_copies():
    copies = np.repeat(np.arange(6), np.array([2, 1, 3, 4])[LABELS])
    weighted = losses.cross_entropy(Z, LABELS, np.array([2.0, 1.0, 3.0, 4.0]))[0]
    assert_close(weighted, losses.cross_entropy(Z[copies], LABELS[copies])[0])


@SETTINGS
@given(z=arrays(np.float64, (3, 4), elements=st.floats(-700, 700)))
def test_log_sum_exp_is_the_cost_of_a_label_and_its_logit(z):
    each, _ = losses.cross_entropy(z, np.array([3, 0, 1]), reduction="none")
    assert_close(losses.log_sum_exp(z)[0], each + z[np.arange(3), [3, 0, 1]], atol=1e-9)


@SETTINGS
@given(
    z=arrays(np.float64, 5, elements=st.floats(-30, 30)),
    y=arrays(np.float64, 5, elements=st.sampled_from([0.0, 1.0])),
)
def test_binary_cross_entropy_is_cross_entropy_with_two_classes(z, y):
    """A sigmoid with one output is a softmax with two, (0, z)."""
    one, cache_one = losses.binary_cross_entropy(z, y)
    two, cache_two = losses.cross_entropy(np.stack([np.zeros(5), z], axis=1), y.astype(int))
    assert_close(one, two)
    gradient = losses.cross_entropy_backward(1.0, cache_two)
    assert_close(losses.binary_cross_entropy_backward(1.0, cache_one), gradient[:, 1])
    assert_close(gradient.sum(axis=1), np.zeros(5))
    assert one >= 0


@pytest.mark.parametrize("name", ALL)
def test_a_batch_twice_over_has_the_same_loss_and_half_the_gradient_each(name):
    forward, backward = pair(name)
    loss, cache = forward(*CASES[name])
    twice, cache_twice = forward(*(np.concatenate([a, a]) for a in CASES[name]))
    assert_close(twice, loss)
    assert_close(backward(1.0, cache_twice)[: len(CASES[name][0])], backward(1.0, cache) / 2)


@SETTINGS
@given(z=arrays(np.float64, (2, 3), elements=st.floats(-30, 30)), shift=st.floats(-30, 30))
def test_cross_entropy_does_not_see_a_shift_of_the_logits(z, shift):
    assert_close(losses.cross_entropy(z + shift, LABELS[2:4])[0], losses.cross_entropy(z, LABELS[2:4])[0], atol=1e-11)


def test_perfect_predictions_cost_nothing():
    assert losses.mse(Y, Y)[0] == losses.mae(Y, Y)[0] == losses.huber(Y, Y)[0] == 0
    assert (losses.mae_backward(1.0, losses.mae(Y, Y)[1]) == 0).all()
    assert losses.binary_cross_entropy(np.array([-800.0, 800.0]), np.array([0.0, 1.0]))[0] == 0
    assert losses.cross_entropy(np.eye(4) * 800, np.arange(4))[0] == 0


def test_cross_entropy_of_equal_logits_is_log_k():
    assert_close(losses.cross_entropy(np.full((2, 7), 3.0), np.array([0, 6]))[0], math.log(7))


# ---- confident mistakes, small batches, types


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_confident_mistake_costs_its_logit_and_overflows_nothing(dtype):
    z, y = np.array([1e4, -1e4], dtype), np.array([0, 1], dtype)
    loss, cache = losses.binary_cross_entropy(z, y)
    assert loss == 1e4
    assert losses.binary_cross_entropy_backward(1.0, cache).tolist() == [0.5, -0.5]
    logits = np.array([[1e4, -1e4, 0], [-1e4, -1e4, 1e4]], dtype)
    loss, cache = losses.cross_entropy(logits, np.array([1, 0]))
    assert loss == 2e4
    assert losses.cross_entropy_backward(1.0, cache).tolist() == [[0.5, -0.5, 0], [-0.5, 0, 0.5]]


def test_three_versions_agree_on_confident_mistakes(versions):
    logits, labels = np.array([[1e4, -1e4, 0.0], [-1e4, -1e4, 1e4]]), np.array([1, 0])
    _, in_torch, in_tensorflow = versions("losses")
    for vjp, module in [(torch_vjp, in_torch), (tensorflow_vjp, in_tensorflow)]:
        assert vjp(module.cross_entropy, logits, labels)[0] == 2e4
        assert vjp(module.binary_cross_entropy, np.array([1e4, -1e4]), np.array([0.0, 1.0]))[0] == 1e4


@pytest.mark.parametrize("name", ALL)
def test_batch_of_one(name):
    forward, backward = pair(name)
    prediction, target = CASES[name]
    each = [forward(prediction[n : n + 1], target[n : n + 1]) for n in range(len(target))]
    assert_close(np.mean([loss for loss, _ in each]), forward(prediction, target)[0])
    assert backward(1.0, each[0][1]).shape == prediction[:1].shape


@pytest.mark.parametrize("name", ALL)
def test_float32_stays_float32(name, versions):
    forward, backward = pair(name)
    inputs = [a.astype(np.float32) if a.dtype == np.float64 else a for a in CASES[name]]
    loss, cache = forward(*inputs)
    assert loss.dtype == backward(1.0, cache).dtype == np.float32
    _, in_torch, in_tensorflow = versions("losses")
    for vjp, module in [(torch_vjp, in_torch), (tensorflow_vjp, in_tensorflow)]:
        out, (gradient, _) = vjp(getattr(module, name), *inputs)
        assert out.dtype == gradient.dtype == np.float32
        assert_close(out, loss, rtol=1e-5)


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.int64])
def test_labels_may_be_any_integers(dtype):
    loss, cache = losses.cross_entropy(Z, LABELS.astype(dtype))
    assert_close(loss, losses.cross_entropy(Z, LABELS)[0])
    assert losses.cross_entropy_backward(1.0, cache).dtype == np.float64


def test_inputs_and_caches_are_left_alone():
    for name, inputs in CASES.items():
        forward, backward = pair(name)
        copies = [a.copy() for a in inputs]
        _, cache = forward(*copies)
        first = backward(1.0, cache)
        assert_close(backward(1.0, cache), first)  # a second backward finds the same cache
        assert all(np.array_equal(a, b) for a, b in zip(copies, inputs, strict=True))


def test_the_probabilities_behind_the_gradients_are_the_activations():
    gradient = losses.cross_entropy_backward(6.0, losses.cross_entropy(Z, LABELS)[1])
    assert_close(gradient + np.eye(4)[LABELS], softmax(Z)[0])
    gradient = losses.binary_cross_entropy_backward(5.0, losses.binary_cross_entropy(Z_ONE, Y_ONE)[1])
    assert_close(gradient + Y_ONE, sigmoid(Z_ONE)[0])


# ---- mistakes


def three_arrays(a):
    import tensorflow as tf
    import torch

    return a, torch.tensor(a), tf.constant(a)


@pytest.mark.parametrize(
    ("name", "prediction", "target", "message"),
    [
        ("mae", Y_HAT, Y[:, :1], r"mae: Y_hat has shape \(3, 4\), Y has \(3, 1\); they must be equal"),
        ("huber", Y_HAT, Y[:, :1], r"huber: Y_hat has shape \(3, 4\), Y has \(3, 1\); they must be equal"),
        ("mse", Y_HAT, Y[:, :1], r"mse: Y_hat has shape \(3, 4\), Y has \(3, 1\); they must be equal"),
        ("binary_cross_entropy", Z_ONE, Y_ONE[:1], r"y has shape \(1,\), expected \(N,\) with N = 5 \(from z\)"),
        ("binary_cross_entropy", Z_ONE[:, None], Y_ONE, r"z has shape \(5, 1\), expected \(N,\)"),
        ("cross_entropy", Z, LABELS[:5], r"labels has shape \(5,\), expected \(N,\) with N = 6 \(from Z\)"),
        ("cross_entropy", Z[0], LABELS, r"cross_entropy: Z has shape \(4,\), expected \(N, K\)"),
    ],
)
def test_wrong_shapes_are_refused_in_all_three(name, prediction, target, message, versions):
    modules = versions("losses")
    for module, z, y in zip(modules, three_arrays(prediction), three_arrays(target), strict=True):
        with pytest.raises(ValueError, match=message):
            getattr(module, name)(z, y)


@pytest.mark.parametrize(("label", "found"), [(4, r"0 … 4"), (-1, r"-1 … 3")])
def test_a_label_out_of_range_is_refused(label, found):
    labels = np.array([0, 1, 2, 3, 0, label])
    with pytest.raises(ValueError, match=rf"cross_entropy: labels must lie in 0 … 3, got {found}"):
        losses.cross_entropy(Z, labels)


def test_labels_that_are_no_integers_are_refused():
    with pytest.raises(TypeError, match="cross_entropy: labels must be integers, got float64"):
        losses.cross_entropy(Z, LABELS.astype(float))
    with pytest.raises(TypeError, match="cross_entropy: labels must be an array, got list"):
        losses.cross_entropy(Z, LABELS.tolist())


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int32, np.int64, np.float32, np.float64])
def test_binary_labels_may_have_any_type_and_take_that_of_the_logits(dtype, versions):
    z = Z_ONE.astype(np.float32)
    desired, cache = losses.binary_cross_entropy(z, Y_ONE.astype(np.float32))
    gradient = losses.binary_cross_entropy_backward(1.0, cache)
    for module, logits, y in zip(versions("losses"), three_arrays(z), three_arrays(Y_ONE.astype(dtype)), strict=True):
        out = module.binary_cross_entropy(logits, y)
        assert_close(out[0] if isinstance(out, tuple) else out, desired, rtol=1e-6)
    _, cache = losses.binary_cross_entropy(z, Y_ONE.astype(dtype))
    assert_close(losses.binary_cross_entropy_backward(np.float64(1), cache), gradient, rtol=0, atol=0)


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int32, np.int64])
def test_class_labels_may_be_any_integers_in_all_three(dtype, versions):
    desired = losses.cross_entropy(Z, LABELS)[0]
    for module, z, labels in zip(versions("losses"), three_arrays(Z), three_arrays(LABELS.astype(dtype)), strict=True):
        out = module.cross_entropy(z, labels)
        assert_close(out[0] if isinstance(out, tuple) else out, desired)


@pytest.mark.parametrize("name", ALL)
def test_a_numpy_scalar_from_above_does_not_widen_float32(name):
    forward, backward = pair(name)
    _, cache = forward(*(a.astype(np.float32) if a.dtype == np.float64 else a for a in CASES[name]))
    assert backward(np.float64(0.7), cache).dtype == np.float32


@pytest.mark.parametrize(("name", "options"), [(n, o) for n, o in OPTIONS if o["reduction"] != "mean"])
def test_float32_stays_float32_with_every_setting(name, options):
    forward, backward = pair(name)
    loss, cache = forward(*(a.astype(np.float32) if a.dtype == np.float64 else a for a in CASES[name]), **options)
    dloss = above(name, options)
    dloss = np.float64(dloss) if np.ndim(dloss) == 0 else dloss.astype(np.float32)
    assert loss.dtype == backward(dloss, cache).dtype == np.float32


@pytest.mark.parametrize("name", ALL)
def test_a_gradient_of_another_shape_than_the_single_losses_is_refused(name):
    forward, backward = pair(name)
    each, cache = forward(*CASES[name], reduction="none")
    for wrong in (1.0, np.ones(1), np.ones((*each.shape, 1))):
        with pytest.raises(ValueError, match=rf"{name}_backward: dloss has shape .*, expected .* as loss"):
            backward(wrong, cache)
    with pytest.raises(ValueError, match=r"log_sum_exp_backward: dlse has shape \(1,\), expected \(6,\) as out"):
        losses.log_sum_exp_backward(np.ones(1), losses.log_sum_exp(Z)[1])
