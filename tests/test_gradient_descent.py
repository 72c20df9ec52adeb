"""Gradient descent foretold: the formulas of the chapter against steps that are taken, and against all batches."""

import itertools
import math

import numpy as np
import pytest

from dlpath.optimizers.in_numpy import momentum_step, sgd_step
from dlpath.optimizers.quadratic import best_momentum, best_rate, left_after, rate_limit
from dlpath.parity import assert_close
from dlpath.training.noise import batch_noise

rng = np.random.default_rng(31)
CURVATURES = np.array([0.3, 1.0, 2.5, 7.0])
Q, _ = np.linalg.qr(rng.normal(size=(4, 4)))
H, MINIMUM, START = Q @ np.diag(CURVATURES) @ Q.T, rng.normal(size=4), rng.normal(size=4)


def loss(w):
    """A bowl with curvatures along skew axes; its least value, 5, lies at MINIMUM."""
    return 5 + (w - MINIMUM) @ H @ (w - MINIMUM) / 2


def walk(lr, steps, beta=0.0, curvatures=CURVATURES, start=None):
    """The distances along the eigenvectors after each step, the first row before them: (steps + 1, D)."""
    c = np.ones(len(curvatures)) if start is None else start
    v, rows = np.zeros_like(c), [c]
    for _ in range(steps):
        c, v = momentum_step(c, curvatures * c, v, lr, beta)
        rows.append(c)
    return np.array(rows)


@pytest.mark.equation("eq-descent-fall")
def test_a_step_changes_the_loss_by_what_the_second_order_says():
    r"""[eq-descent-fall] L(w-\eta g) = L(w)-\eta\,\lVert g\rVert^2+\tfrac12\,\eta^2\,g^\top H g"""
    gradient = H @ (START - MINIMUM)
    for lr in (0.01, 0.2, 0.5):
        fall = -lr * sum(float(g) ** 2 for g in gradient) + lr**2 / 2 * gradient @ H @ gradient
        assert_close(loss(sgd_step(START, gradient, lr)), loss(START) + fall)


@pytest.mark.equation("eq-descent-factor")
def test_each_direction_is_multiplied_by_its_own_factor():
    r"""Steps in w, where the axes are skew; distances in the directions of the eigenvectors.

    [eq-descent-factor] c_i \leftarrow (1-\eta\kappa_i)\,c_i
    """
    w, lr = START, 0.21
    for _ in range(6):
        w = sgd_step(w, H @ (w - MINIMUM), lr)
    c, before = Q.T @ (w - MINIMUM), Q.T @ (START - MINIMUM)
    assert_close(c, np.array([(1 - lr * k) ** 6 * x for k, x in zip([0.3, 1.0, 2.5, 7.0], before, strict=True)]))
    assert_close(left_after(6, CURVATURES, lr) * before, c)


@pytest.mark.equation("eq-descent-limit")
def test_below_the_limit_it_converges_and_above_it_does_not():
    r"""[eq-descent-limit] \eta < \frac{2}{\kappa_{\max}}"""
    limit = rate_limit(CURVATURES)
    assert limit == 2 / 7
    assert np.abs(walk(0.99 * limit, 2000)[-1]).max() < 1e-15
    assert np.abs(walk(1.01 * limit, 2000)[-1]).argmax() == 3
    assert abs(walk(1.01 * limit, 2000)[-1, 3]) > 1e15
    assert np.abs(walk(1.01 * limit, 2000)[-1, :3]).max() < 1e-15  # the other three converge


@pytest.mark.equation("eq-descent-best-rate")
def test_no_other_rate_has_a_faster_slowest_direction():
    r"""[eq-descent-best-rate] \eta = \frac{2}{\kappa_{\max}+\kappa_{\min}}, \quad \text{factor } \frac{R-1}{R+1}"""
    lr, factor = best_rate(CURVATURES)
    R = 7.0 / 0.3
    assert_close(lr, 2 / 7.3)
    assert_close(factor, (R - 1) / (R + 1))
    slowest = [np.abs(left_after(1, CURVATURES, rate)).max() for rate in np.linspace(0.01, 0.4, 400)]
    assert_close(np.abs(left_after(1, CURVATURES, lr)).max(), factor)
    assert min(slowest) >= factor


@pytest.mark.equation("eq-descent-noise")
@pytest.mark.parametrize("size", [1, 2, 3, 5, 6])
def test_the_noise_of_a_batch_is_the_mean_over_all_batches_that_there_are(size):
    r"""[eq-descent-noise] \operatorname{E}\lVert g_B-g\rVert^2
    = \frac{\tau^2}{\lvert B\rvert}\cdot\frac{N-\lvert B\rvert}{N-1}
    """
    G = np.random.default_rng(3).normal(size=(6, 4)) * [1, 2, 3, 4]
    batches = [np.mean(rows, axis=0) for rows in itertools.combinations(G, size)]
    noise = np.mean([sum((batch - G.mean(axis=0)) ** 2) for batch in batches])
    assert_close(batch_noise(G, size), noise, atol=1e-12)
    tau2 = np.mean([sum((row - G.mean(axis=0)) ** 2) for row in G])
    assert_close(batch_noise(G, size), tau2 / size * (6 - size) / 5, atol=1e-12)


def test_one_example_alone_has_no_noise():
    assert batch_noise(np.ones((1, 3)), 1) == 0


@pytest.mark.equation("eq-descent-floor")
def test_with_noise_the_distance_settles_where_the_formula_says():
    r"""All 2¹⁴ sequences of a noise that is +τ or −τ, each as likely; by then the start is forgotten.

    [eq-descent-floor] \operatorname{E}c^2 \to \frac{\eta\,\tau^2}{\kappa\,(2-\eta\kappa)}
    """
    lr, kappa, tau = 0.3, 2.0, 1.7
    c = np.full(2**14, 1.0)
    for signs in np.array(list(itertools.product([-1, 1], repeat=14))).T:
        c = sgd_step(c, kappa * c + tau * signs, lr)
    assert_close(np.mean(c**2), lr * tau**2 / (kappa * (2 - lr * kappa)), rtol=1e-9)


@pytest.mark.equation("eq-descent-recursion")
def test_momentum_without_its_velocity():
    r"""[eq-descent-recursion] c_{n+1} = (1+\beta-\eta\kappa)\,c_n-\beta\,c_{n-1}"""
    lr, beta = 0.2, 0.7
    rows = walk(lr, 9, beta)
    for before, now, after in zip(rows, rows[1:], rows[2:], strict=False):
        for i, kappa in enumerate([0.3, 1.0, 2.5, 7.0]):
            assert after[i] == pytest.approx((1 + beta - lr * kappa) * now[i] - beta * before[i], abs=1e-13)


def slowest(lr, beta, curvatures=CURVATURES):
    """The largest absolute value of a root of z² − (1 + β − lr κ) z + β, over all curvatures."""
    return max(abs(z) for kappa in curvatures for z in np.roots([1, lr * kappa - 1 - beta, beta]))


@pytest.mark.equation("eq-descent-best-momentum")
def test_no_other_pair_has_a_faster_slowest_direction():
    r"""[eq-descent-best-momentum] \begin{aligned}
    \eta &= \frac{4}{\bigl(\sqrt{\kappa_{\max}}+\sqrt{\kappa_{\min}}\bigr)^2},\\
    \beta &= \Bigl(\frac{\sqrt R-1}{\sqrt R+1}\Bigr)^2
    \end{aligned}
    """
    lr, beta = best_momentum(CURVATURES)
    assert_close(lr, 4 / (math.sqrt(7.0) + math.sqrt(0.3)) ** 2)
    root = math.sqrt(7.0 / 0.3)
    assert_close(beta, ((root - 1) / (root + 1)) ** 2)
    assert slowest(lr, beta) == pytest.approx(math.sqrt(beta), abs=1e-7)  # double roots, half of the digits
    others = [slowest(a, b) for a in np.linspace(0.05, 1, 60) for b in np.linspace(0, 0.95, 60)]
    assert min(others) >= math.sqrt(beta) - 1e-7


@pytest.mark.equation("eq-descent-swing")
def test_the_steepest_direction_swings_before_it_shrinks():
    r"""[eq-descent-swing] c_n = \bigl(1+(1+\rho)\,n\bigr)\,(-\rho)^n\,c_0"""
    lr, beta = best_momentum(CURVATURES)
    rho = math.sqrt(beta)
    for n, row in enumerate(walk(lr, 30, beta, start=np.full(4, 2.0))):
        assert row[3] == pytest.approx((1 + (1 + rho) * n) * (-rho) ** n * 2.0, abs=1e-12)
        assert row[0] == pytest.approx((1 + (1 - rho) * n) * rho**n * 2.0, abs=1e-12)  # the flattest does not


@pytest.mark.equation("eq-descent-momentum-limit")
@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
def test_momentum_allows_a_larger_rate(beta):
    r"""[eq-descent-momentum-limit] \eta < \frac{2\,(1+\beta)}{\kappa_{\max}}"""
    limit = rate_limit(CURVATURES, beta)
    assert_close(limit, 2 * (1 + beta) / 7)
    assert slowest(0.999 * limit, beta) < 1
    assert slowest(1.001 * limit, beta) > 1


@pytest.mark.parametrize("function", [best_rate, best_momentum, rate_limit, lambda k: left_after(1, k, 0.1)])
@pytest.mark.parametrize("curvatures", [[1.0, 0.0], [-1.0, 2.0], [1.0, math.inf], [math.nan], []])
def test_curvatures_that_are_no_bowl_are_refused(function, curvatures):
    with pytest.raises(ValueError, match="curvatures must be positive and finite"):
        function(np.array(curvatures))


def test_a_beta_and_a_batch_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="betas must lie in 0 ≤ β < 1, got 1"):
        rate_limit(CURVATURES, beta=1)
    with pytest.raises(ValueError, match="batch_size must be at most 3, the number of examples, got 4"):
        batch_noise(np.ones((3, 2)), 4)
    with pytest.raises(ValueError, match="batch_size must be at least 1, got 0"):
        batch_noise(np.ones((3, 2)), 0)
    with pytest.raises(ValueError, match="there are no examples"):
        batch_noise(np.ones((0, 2)), 1)
