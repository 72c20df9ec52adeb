"""Logistic regression: formulas against loops, the three versions against each other, the fits against strangers."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlpath.logistic_regression.in_numpy import (
    LogisticRegression,
    logistic_hessian,
    logistic_loss,
    logistic_loss_backward,
    newton_step,
    probability,
)
from dlpath.parity import assert_close, numerical_gradient, tensorflow_vjp, torch_vjp

N, D, L2 = 7, 3, 0.3


@pytest.fixture
def problem():
    """X, y, W, b with distinct sizes, and labels that no plane separates."""
    rng = np.random.default_rng(4)
    y = np.array([1.0, 0, 0, 1, 0, 1, 1])
    return rng.normal(size=(N, D)), y, rng.normal(size=(1, D)), rng.normal(size=1)


def logit(X, W, b, n):
    return sum(W[0, d] * X[n, d] for d in range(X.shape[1])) + b[0]


def sigma(z):
    return 1 / (1 + math.exp(-z))


# ---------------------------------------------------------------- by hand


def test_two_lumps_by_hand():
    X, y = np.array([[1.0], [3.0]]), np.array([0.0, 1.0])
    W, b = np.array([[math.log(2)]]), np.array([-math.log(2)])  # z = 0 and log 4, so odds 1 and 4
    np.testing.assert_allclose(probability(X, W, b), [0.5, 0.8], rtol=1e-15)
    loss, cache = logistic_loss(X, y, W, b)
    assert loss == pytest.approx((math.log(2) + math.log(1.25)) / 2, rel=1e-15)
    dW, db = logistic_loss_backward(1.0, cache)
    np.testing.assert_allclose(dW, [[(0.5 * 1 - 0.2 * 3) / 2]], rtol=1e-12)
    np.testing.assert_allclose(db, [(0.5 - 0.2) / 2], rtol=1e-12)
    H = [[(0.25 * 1 + 0.16 * 9) / 2, (0.25 * 1 + 0.16 * 3) / 2], [(0.25 * 1 + 0.16 * 3) / 2, (0.25 + 0.16) / 2]]
    np.testing.assert_allclose(logistic_hessian(X, W, b), H, rtol=1e-12)


def test_a_coin_by_hand():
    # no feature that matters: 3 heads in 12 throws; from b = 0 Newton's step is 4 (3/12 - 1/2) = -1
    X, y = np.zeros((12, 1)), np.r_[np.ones(3), np.zeros(9)]
    W, b = newton_step(X, y, np.zeros((1, 1)), np.zeros(1), l2=1.0)
    np.testing.assert_allclose((W[0, 0], b[0]), (0, -1), atol=1e-15)
    model = LogisticRegression(1)
    model.fit_newton(X, y, l2=1.0)
    assert model.b[0] == pytest.approx(math.log(3 / 9), abs=1e-12)


# ---------------------------------------------------------------- the numbered equations, element by element


@pytest.mark.equation("eq-logistic-model")
def test_the_model_is_sigmoid_of_a_line(problem):
    r"""[eq-logistic-model] p = \sigma(Wx + b) = \frac{1}{1 + e^{-(Wx + b)}}"""
    X, _, W, b = problem
    p = probability(X, W, b)
    assert p.shape == (N,)
    for n in range(N):
        assert p[n] == pytest.approx(1 / (1 + math.exp(-logit(X, W, b, n))), rel=1e-13)
        assert math.log(p[n] / (1 - p[n])) == pytest.approx(logit(X, W, b, n), rel=1e-12)  # log-odds are linear


@pytest.mark.equation("eq-logistic-loss")
def test_the_loss_is_the_mean_surprise_and_the_price(problem):
    r"""[eq-logistic-loss] \begin{aligned}
    L = {}& \frac1N \sum_{n=1}^{N} \Big[ \log\!\big(1 + e^{z_n}\big) - y_n z_n \Big] \\
    &+ \frac{\lambda}{2} \sum_{d=1}^{D} W_d^2
    \end{aligned}
    """
    X, y, W, b = problem
    loss, _ = logistic_loss(X, y, W, b, L2)
    surprise = [math.log1p(math.exp(logit(X, W, b, n))) - y[n] * logit(X, W, b, n) for n in range(N)]
    assert loss == pytest.approx(sum(surprise) / N + L2 / 2 * sum(w * w for w in W[0]), rel=1e-13)
    through_p = [-math.log(p if label else 1 - p) for p, label in zip(probability(X, W, b), y, strict=True)]
    assert logistic_loss(X, y, W, b)[0] == pytest.approx(sum(through_p) / N, rel=1e-12)


@pytest.mark.equation("eq-logistic-gradient-w", "eq-logistic-gradient-b")
def test_the_gradient_is_error_times_input(problem):
    r"""[eq-logistic-gradient-w] \frac{\partial L}{\partial W_d} = \frac1N \sum_{n=1}^{N} (p_n - y_n)\, x_{nd} + \lambda
        W_d
    [eq-logistic-gradient-b] \frac{\partial L}{\partial b} = \frac1N \sum_{n=1}^{N} (p_n - y_n)
    """
    X, y, W, b = problem
    _, cache = logistic_loss(X, y, W, b, L2)
    dW, db = logistic_loss_backward(1.0, cache)
    assert (dW.shape, db.shape) == ((1, D), (1,))
    errors = [sigma(logit(X, W, b, n)) - y[n] for n in range(N)]
    for d in range(D):
        assert dW[0, d] == pytest.approx(sum(errors[n] * X[n, d] for n in range(N)) / N + L2 * W[0, d], rel=1e-12)
    assert db[0] == pytest.approx(sum(errors) / N, rel=1e-12)


@pytest.mark.equation("eq-logistic-hessian")
def test_the_hessian_is_a_weighted_sum_of_products(problem):
    r"""[eq-logistic-hessian] H = \frac1N\, \tilde X^{\mathsf T} S\, \tilde X + \lambda\,
    \mathrm{diag}(1, \dots, 1, 0)
    """
    X, _, W, b = problem
    H = logistic_hessian(X, W, b, L2)
    rows = [[*X[n], 1.0] for n in range(N)]
    s = [sigma(logit(X, W, b, n)) * sigma(-logit(X, W, b, n)) for n in range(N)]
    for d in range(D + 1):
        for e in range(D + 1):
            entry = sum(s[n] * rows[n][d] * rows[n][e] for n in range(N)) / N + (L2 if d == e < D else 0)
            assert H[d, e] == pytest.approx(entry, rel=1e-12)


@pytest.mark.equation("eq-logistic-newton")
def test_newtons_step_solves_the_parabola(problem):
    r"""[eq-logistic-newton] \theta \leftarrow \theta - H^{-1} g"""
    X, y, W, b = problem
    W_new, b_new = newton_step(X, y, W, b, L2)
    assert (W_new.shape, b_new.shape) == ((1, D), (1,))
    rows = np.array([[*X[n], 1.0] for n in range(N)])
    theta = np.array([*W[0], b[0]])
    p = np.array([sigma(rows[n] @ theta) for n in range(N)])
    price = np.diag([L2] * D + [0.0])
    gradient = sum((p[n] - y[n]) * rows[n] for n in range(N)) / N + price @ theta
    curvature = sum(p[n] * (1 - p[n]) * np.outer(rows[n], rows[n]) for n in range(N)) / N + price
    v = np.array([*W_new[0], b_new[0]]) - theta
    np.testing.assert_allclose(gradient + curvature @ v, 0, atol=1e-14)


# ---------------------------------------------------------------- numerical gradients


@pytest.mark.parametrize("l2", [0.0, L2])
def test_gradients_equal_differences(problem, l2):
    X, y, W, b = problem
    _, cache = logistic_loss(X, y, W, b, l2)
    dW, db = logistic_loss_backward(-1.7, cache)
    np.testing.assert_allclose(dW, numerical_gradient(lambda w: -1.7 * logistic_loss(X, y, w, b, l2)[0], W), atol=1e-9)
    np.testing.assert_allclose(db, numerical_gradient(lambda c: -1.7 * logistic_loss(X, y, W, c, l2)[0], b), atol=1e-9)


def test_the_hessian_is_the_gradients_difference(problem):
    X, y, W, b = problem
    H = logistic_hessian(X, W, b, L2)
    for d in range(D + 1):

        def entry(theta, d=d):
            _, cache = logistic_loss(X, y, theta[None, :D], theta[D:], L2)
            return np.append(*[g.ravel() for g in logistic_loss_backward(1.0, cache)])[d]

        np.testing.assert_allclose(H[d], numerical_gradient(entry, np.append(W, b)), atol=1e-9)


# ---------------------------------------------------------------- three versions


def test_three_versions_give_the_same_probabilities(problem, versions):
    X, _, W, b = problem
    _, pytorch, tensorflow = versions("logistic_regression")
    p, dp = probability(X, W, b), np.random.default_rng(5).normal(size=N)
    p_torch, grads_torch = torch_vjp(pytorch.probability, X, W, b, dout=dp)
    p_tf, grads_tf = tensorflow_vjp(tensorflow.probability, X, W, b, dout=dp)
    assert_close(p_torch, p)
    assert_close(p_tf, p)
    slope = dp * p * (1 - p)
    for grads in (grads_torch, grads_tf):
        for actual, desired in zip(grads, (np.outer(slope, W), slope[None] @ X, slope.sum(keepdims=True)), strict=True):
            assert_close(actual, desired)


@pytest.mark.parametrize("l2", [0.0, L2])
def test_three_versions_give_the_same_loss_and_gradients(problem, versions, l2):
    X, y, W, b = problem
    _, pytorch, tensorflow = versions("logistic_regression")
    loss, cache = logistic_loss(X, y, W, b, l2)
    dW, db = logistic_loss_backward(0.6, cache)
    for vjp, module in ((torch_vjp, pytorch), (tensorflow_vjp, tensorflow)):
        other, (_, _, dW_other, db_other) = vjp(
            lambda *a, m=module: m.logistic_loss(*a, l2=l2), X, y, W, b, dout=np.array(0.6)
        )
        assert_close(other, loss)
        assert_close(dW_other, dW)
        assert_close(db_other, db)


@pytest.mark.parametrize("l2", [0.0, L2])
def test_three_versions_give_the_same_hessian(problem, versions, l2):
    import tensorflow as tf
    import torch

    X, y, W, b = problem
    _, pytorch, tensorflow = versions("logistic_regression")
    H = logistic_hessian(X, W, b, l2)
    assert_close(pytorch.logistic_hessian(*map(torch.tensor, (X, y, W, b)), l2=l2), H)
    assert_close(tensorflow.logistic_hessian(*map(tf.constant, (X, y, W, b)), l2=l2), H)


def test_three_versions_descend_alike_and_load_alike(problem, versions):
    import tensorflow as tf
    import torch

    X, y, W, b = problem
    arrays = [(X, y), (torch.tensor(X), torch.tensor(y)), (tf.constant(X), tf.constant(y))]
    histories, outputs = [], []
    for module, data in zip(versions("logistic_regression"), arrays, strict=True):
        model = module.LogisticRegression(D).load({"W": W, "b": b})
        histories.append(np.array(model.fit_gradient_descent(*data, lr=0.4, steps=20, l2=L2)))
        outputs.append(model(data[0]))
    for other in (1, 2):
        assert_close(histories[other], histories[0])
        assert_close(outputs[other], outputs[0])


def test_models_start_at_even_odds_and_keep_a_copy_of_what_they_load(problem, versions):
    import tensorflow as tf
    import torch

    X, _, W, b = problem
    for module, x in zip(versions("logistic_regression"), (X, torch.tensor(X), tf.constant(X)), strict=True):
        assert_close(module.LogisticRegression(D)(x), np.full(N, 0.5))
        given_W, given_b = W.copy(), b.copy()
        model = module.LogisticRegression(D).load({"W": given_W, "b": given_b})
        given_W[...], given_b[...] = 0, 0
        assert_close(model(x), probability(X, W, b))


def test_the_keras_model_survives_saving(problem, versions, tmp_path):
    import keras
    import tensorflow as tf

    X, _, W, b = problem
    *_, tensorflow = versions("logistic_regression")
    model = tensorflow.LogisticRegression(D).load({"W": W, "b": b})
    model.save(tmp_path / "model.keras")
    assert_close(keras.models.load_model(tmp_path / "model.keras")(tf.constant(X)), model(tf.constant(X)))


# ---------------------------------------------------------------- properties


@given(st.floats(-700, 700), st.sampled_from([0.0, 1.0]))
def test_the_loss_is_finite_and_right_far_out(z, label):
    loss, _ = logistic_loss(np.array([[z]]), np.array([label]), np.ones((1, 1)), np.zeros(1))
    m = z if label else -z
    assert loss == pytest.approx(math.log1p(math.exp(-m)) if m > -30 else -m, rel=1e-9, abs=1e-12)


def test_the_loss_and_its_gradient_do_not_overflow():
    X, y = np.array([[1e4], [-1e4], [1e4]]), np.array([1.0, 0.0, 0.0])
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        loss, cache = logistic_loss(X, y, np.ones((1, 1)), np.zeros(1))
        dW, db = logistic_loss_backward(1.0, cache)
    assert (loss, dW[0, 0], db[0]) == pytest.approx((1e4 / 3, 1e4 / 3, 1 / 3))


def test_convex_and_below_the_bound(problem):
    X, _, _, _ = problem
    X1 = np.column_stack([X, np.ones(N)])
    bound = np.linalg.eigvalsh(X1.T @ X1)[-1] / (4 * N) + L2
    for theta in np.random.default_rng(6).normal(scale=4, size=(50, D + 1)):
        eigenvalues = np.linalg.eigvalsh(logistic_hessian(X, theta[None, :D], theta[D:], L2))
        assert eigenvalues[0] > 0
        assert eigenvalues[-1] <= bound


def test_the_bias_is_not_penalized(problem):
    X, y, W, b = problem
    free, priced = (logistic_loss(X, y, 0 * W, b + 5, l2)[0] for l2 in (0.0, 1e6))
    assert free == priced


def test_a_step_of_one_over_the_bound_gains_what_was_proven(problem):
    X, y, W, b = problem
    X1 = np.column_stack([X, np.ones(N)])
    bound = np.linalg.eigvalsh(X1.T @ X1)[-1] / (4 * N) + L2
    model = LogisticRegression(D).load({"W": 5 * W, "b": b})
    for _ in range(30):
        before, cache = logistic_loss(X, y, model.W, model.b, L2)
        dW, db = logistic_loss_backward(1.0, cache)
        model.fit_gradient_descent(X, y, lr=1 / bound, steps=1, l2=L2)
        gain = (np.sum(dW**2) + np.sum(db**2)) / (2 * bound)
        assert logistic_loss(X, y, model.W, model.b, L2)[0] <= before - gain + 1e-15


# ---------------------------------------------------------------- the fits


@pytest.fixture(scope="module")
def lumps():
    """Three standardized measurements of 569 lumps, all thirty, and 1 for malignant."""
    from dlpath.data import breast_cancer

    data = breast_cancer()
    X = (data.X - data.X.mean(axis=0)) / data.X.std(axis=0)
    return X[:, [20, 21, 24]], X, (data.y == 0).astype(float)


def test_newton_arrives_and_the_gradient_is_zero(lumps):
    X, _, y = lumps
    model = LogisticRegression(3)
    history = model.fit_newton(X, y)
    assert len(history) == 11  # ten steps, and the loss at the end
    assert history[0] == pytest.approx(math.log(2))
    assert history[-1] == pytest.approx(logistic_loss(X, y, model.W, model.b)[0], rel=1e-15)
    _, cache = logistic_loss(X, y, model.W, model.b)
    np.testing.assert_allclose(np.append(*[g.ravel() for g in logistic_loss_backward(1.0, cache)]), 0, atol=1e-14)


@pytest.mark.parametrize("tol", [1.0, 0.3, 0.1, 1e-2, 1e-3])
def test_newton_stops_when_the_last_logit_has_stopped(lumps, tol):
    X, _, y = lumps
    W, b = np.zeros((1, 3)), np.zeros(1)
    steps, moved = 0, math.inf
    while moved > tol:
        before = [logit(X, W, b, n) for n in range(len(y))]
        W, b = newton_step(X, y, W, b)
        steps, moved = steps + 1, max(abs(logit(X, W, b, n) - z) for n, z in enumerate(before))
    assert len(LogisticRegression(3).fit_newton(X, y, tol=tol)) == steps + 1


def test_gradient_descent_goes_where_newton_goes(lumps):
    X, _, y = lumps
    newton, descent = LogisticRegression(3), LogisticRegression(3)
    newton.fit_newton(X, y, l2=0.1)
    history = descent.fit_gradient_descent(X, y, lr=2.0, steps=600, l2=0.1)
    assert len(history) == 600
    np.testing.assert_allclose(descent.W, newton.W, rtol=1e-9)
    np.testing.assert_allclose(descent.b, newton.b, rtol=1e-9)


@pytest.mark.parametrize("C", [0.05, 1.0, np.inf])
def test_equals_scikit_learn(lumps, C):
    from sklearn.linear_model import LogisticRegression as Sklearn

    X, _, y = lumps
    other = Sklearn(C=C, solver="newton-cholesky", tol=1e-10).fit(X, y)
    model = LogisticRegression(3)
    model.fit_newton(X, y, l2=1 / (C * len(y)))
    np.testing.assert_allclose(model.W, other.coef_, rtol=1e-8)
    np.testing.assert_allclose(model.b, other.intercept_, rtol=1e-8)


def test_equals_statsmodels_with_standard_errors(lumps):
    import statsmodels.api as sm

    X, _, y = lumps
    other = sm.Logit(y, sm.add_constant(X)).fit(disp=0, tol=1e-12)
    model = LogisticRegression(3)
    model.fit_newton(X, y)
    errors = np.sqrt(np.diag(np.linalg.inv(logistic_hessian(X, model.W, model.b))) / len(y))
    np.testing.assert_allclose(np.append(model.b, model.W), other.params, rtol=1e-9)
    np.testing.assert_allclose(np.roll(errors, 1), other.bse, rtol=1e-8)


def test_newton_does_not_depend_on_units(lumps):
    X, _, y = lumps
    plain, scaled = LogisticRegression(3), LogisticRegression(3)
    units = np.array([1e3, 1.0, 1e-3])
    assert len(plain.fit_newton(X, y)) == len(scaled.fit_newton(X * units + 2, y))
    np.testing.assert_allclose(scaled.W * units, plain.W, rtol=1e-6)


@pytest.mark.parametrize("sign", [1, -1])
def test_newton_looks_at_how_far_a_logit_moved_in_either_direction(sign):
    """Three heads in twelve throws, or nine: all logits fall, or all rise, and neither is an arrival."""
    X, y = np.zeros((12, 1)), np.r_[np.ones(3), np.zeros(9)]
    model = LogisticRegression(1)
    model.fit_newton(X, y if sign < 0 else 1 - y, l2=1.0)
    assert model.b[0] == pytest.approx(sign * math.log(3), abs=1e-12)


def test_the_fits_return_plain_floats_and_keep_float32(problem, versions):
    """Whatever the types of the labels, of X, and of the NumPy scalars among the settings."""
    import tensorflow as tf
    import torch

    X, y, _, _ = problem
    rate, l2 = np.float64(0.5), np.float64(0.1)
    for x in (X.astype(np.float32), X):
        for labels in (y, y.astype(np.uint8)):
            model = LogisticRegression(D, np.float32)
            histories = [model.fit_gradient_descent(x, labels, lr=rate, steps=2, l2=l2)]
            assert model.W.dtype == model.b.dtype == np.float32
            histories.append(model.fit_newton(x, labels, l2=l2))
            assert model.W.dtype == model.b.dtype == np.float32
            assert all(type(loss) is float for history in histories for loss in history)
    x = X.astype(np.float32)
    _, pytorch, tensorflow = versions("logistic_regression")
    for module, data, types in [
        (pytorch, (torch.tensor(x), torch.tensor(y)), torch.float32),
        (tensorflow, (tf.constant(x), tf.constant(y)), "float32"),
    ]:
        history = module.LogisticRegression(D, types).fit_gradient_descent(*data, lr=rate, steps=2, l2=l2)
        assert all(type(loss) is float for loss in history)
        assert_close(np.array(history), np.array(histories[0]), rtol=1e-5)


def test_loss_gradient_and_newtons_step_keep_float32_with_numpys_scalars(problem):
    X, y, W, b = (a.astype(np.float32) for a in problem)
    loss, cache = logistic_loss(X, y.astype(int), W, b, np.float64(0.3))
    arrays = [loss, *logistic_loss_backward(np.float64(1), cache), *newton_step(X, y, W, b, np.float64(0.3))]
    assert all(a.dtype == np.float32 for a in arrays)


def test_the_curvature_is_the_same_for_a_sure_yes_and_a_sure_no():
    """p (1 − p) written so would be 0 where p is rounded to 1."""
    X, W = np.ones((1, 1)), np.array([[40.0]])
    yes, no = (logistic_hessian(X, w, np.zeros(1))[0, 0] for w in (W, -W))
    assert yes == pytest.approx(no, rel=1e-14)
    assert yes == pytest.approx(math.exp(-40), rel=1e-12)


@pytest.mark.parametrize("uint8", [False, True])
def test_newton_recognizes_separation_for_labels_of_any_type(uint8):
    X, y = np.array([[-1.0], [1.0], [2.0]]), np.array([0.0, 1.0, 1.0])
    with pytest.raises(RuntimeError, match="puts all 3 examples on the right side"):
        LogisticRegression(1).fit_newton(X, y.astype(np.uint8) if uint8 else y)
    X, y = np.array([[-1.0], [1], [-1], [1], [1], [-1], [-1], [1]]), np.array([1.0, 1, 1, 0, 1, 1, 0, 1])
    model = LogisticRegression(1)  # z > 0 for all, two labels are 0: not separated, as −1 in uint8, 255, would have it
    model.fit_newton(X, y.astype(np.uint8) if uint8 else y)
    assert model.b[0] == pytest.approx(math.log(3), rel=1e-9)


# ---------------------------------------------------------------- separable data


def test_separable_data_is_recognized(lumps):
    _, X, y = lumps
    with pytest.raises(RuntimeError, match=r"step 13 puts all 569 examples on the right side; .* separable"):
        LogisticRegression(30).fit_newton(X, y)


def test_a_price_brings_the_minimum_back(lumps):
    _, X, y = lumps
    model = LogisticRegression(30)
    model.fit_newton(X, y, l2=1e-3)
    _, cache = logistic_loss(X, y, model.W, model.b, 1e-3)
    assert all(np.abs(g).max() < 1e-12 for g in logistic_loss_backward(1.0, cache))


def test_one_class_alone_is_separable():
    with pytest.raises(RuntimeError, match="separable"):
        LogisticRegression(1).fit_newton(np.array([[0.0], [1.0], [3.0]]), np.ones(3))


def test_almost_separable_data_does_not_count_as_converged():
    # x = 0 occurs in both classes, everything else is separated: no minimum, and no plane that is right everywhere
    X, y = np.array([[-2.0], [-1.0], [0.0], [0.0], [1.0], [2.0]]), np.array([0.0, 0, 0, 1, 1, 1])
    with pytest.raises((RuntimeError, np.linalg.LinAlgError)) as caught:
        LogisticRegression(1).fit_newton(X, y)
    assert "right side" not in str(caught.value)


def test_too_few_steps_are_said(lumps):
    X, _, y = lumps
    with pytest.raises(RuntimeError, match="not converged after 3 steps"):
        LogisticRegression(3).fit_newton(X, y, max_steps=3)


def test_a_penalized_fit_may_put_all_on_the_right_side():
    X, y = np.array([[-1.0], [1.0]]), np.array([0.0, 1.0])
    model = LogisticRegression(1)
    model.fit_newton(X, y, l2=0.1)
    assert 0 < model.W[0, 0] < 5


def test_separated_weights_grow_like_log_t():
    X, y = np.array([[1.0], [-1.0]]), np.array([1.0, 0.0])  # b stays 0, and w follows dw/dt = 1 / (1 + e^w)
    early, late = LogisticRegression(1), LogisticRegression(1)
    early.fit_gradient_descent(X, y, lr=1.0, steps=1000)
    late.fit_gradient_descent(X, y, lr=1.0, steps=10_000)
    assert late.W[0, 0] - early.W[0, 0] == pytest.approx(math.log(10), abs=0.02)


# ---------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"y": np.array([1.0, -1, -1, 1, -1, 1, 1])}, r"labels must be 0 or 1, got \[-1"),
        ({"y": np.full(N, 0.5)}, "labels must be 0 or 1"),
        ({"y": np.ones((N, 1))}, r"logistic_loss: y has shape \(7, 1\), expected \(N,\)"),
        ({"y": np.ones(N + 1)}, r"y has shape \(8,\), expected \(N,\) with N = 7"),
        ({"X": np.ones(N)}, r"X has shape \(7,\), expected \(N, D\)"),
        ({"W": np.ones((1, D + 1))}, r"W has shape \(1, 4\), expected \(1, D\) with D = 3"),
        ({"W": np.ones((2, D))}, r"W has shape \(2, 3\), expected \(1, D\)"),
        ({"b": np.ones(2)}, r"b has shape \(2,\), expected \(1,\)"),
    ],
)
def test_what_does_not_fit_is_refused(problem, change, message):
    arrays = dict(zip("XyWb", problem, strict=True)) | change
    with pytest.raises(ValueError, match=message):
        logistic_loss(**arrays)


def test_the_frameworks_refuse_wrong_shapes_too(problem, versions):
    import tensorflow as tf
    import torch

    X, y, W, b = problem
    _, pytorch, tensorflow = versions("logistic_regression")
    for module, as_tensor in ((pytorch, torch.tensor), (tensorflow, tf.constant)):
        with pytest.raises(ValueError, match=r"logistic_loss: y has shape \(7, 1\)"):
            module.logistic_loss(*map(as_tensor, (X, y[:, None], W, b)))
        with pytest.raises(ValueError, match=r"logistic_regression: W has shape \(3, 1\)"):
            module.probability(*map(as_tensor, (X, W.T, b)))
        with pytest.raises(ValueError, match=r"LogisticRegression: W has shape \(1, 3\)"):
            module.LogisticRegression(D + 1).load({"W": W, "b": b})


def test_load_refuses_wrong_shapes_and_probability_too(problem):
    X, _, W, b = problem
    with pytest.raises(ValueError, match=r"LogisticRegression: b has shape \(2,\)"):
        LogisticRegression(D).load({"W": W, "b": np.ones(2)})
    with pytest.raises(ValueError, match=r"logistic_regression: X has shape \(7, 2\)|W has shape \(1, 3\)"):
        probability(X[:, :2], W, b)


def test_collinear_columns_are_singular():
    X = np.array([[0.0, 0], [1, 1], [2, 2], [3, 3]])
    with pytest.raises(np.linalg.LinAlgError):
        newton_step(X, np.array([0.0, 1, 0, 1]), np.zeros((1, 2)), np.zeros(1))
