"""Tuning: how many tries, log-uniform draws, the largest of many scores, the range test, halving; and the record."""

import math
from itertools import product

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import binom, norm
from sklearn.model_selection import ParameterGrid

from dlpath.layers import Loss
from dlpath.losses.in_numpy import cross_entropy, cross_entropy_backward
from dlpath.mlp.in_numpy import MLP
from dlpath.parity import assert_close
from dlpath.tuning import (
    chance_of_best,
    expected_best_share,
    expected_maximum,
    grid,
    log_uniform,
    random_settings,
    range_test,
    smooth_losses,
    successive_halving,
    trials_needed,
)
from dlpath.tuning_runs import SAME, learning_curve, recorded, rows, table_settings


@pytest.mark.equation("eq-tuning-trials")
def test_one_of_n_hits():
    r"""[eq-tuning-trials] P_n = 1-(1-q)^n ."""
    worlds = list(product([True, False], repeat=3))  # of each try: hit or miss
    hit = sum(math.prod(0.2 if one else 0.8 for one in world) for world in worlds if any(world))
    assert_close(chance_of_best(0.2, 3), hit)
    assert round(chance_of_best(0.05, 60), 3) == 0.954
    for q, c in [(0.05, 0.95), (0.5, 0.75), (0.3, 0.1)]:
        n = trials_needed(q, c)
        assert 1 - (1 - q) ** n >= c - 1e-12
        assert n == 1 or 1 - (1 - q) ** (n - 1) < c
    assert (trials_needed(0.05, 0.95), trials_needed(0.5, 0.75)) == (59, 2)


@pytest.mark.equation("eq-tuning-log-uniform")
def test_the_logarithm_is_uniform():
    r"""[eq-tuning-log-uniform] x = l\,\Bigl(\frac{h}{l}\Bigr)^{u} ,"""
    draw = log_uniform(0.001, 10)
    u = np.random.default_rng(3).uniform(size=50)
    rng = np.random.default_rng(3)
    drawn = np.array([draw(rng) for _ in u])
    assert_close(np.log(drawn), math.log(0.001) + u * (math.log(10) - math.log(0.001)))


@pytest.mark.equation("eq-tuning-maximum", "eq-tuning-correlated")
def test_the_largest_of_n():
    r"""[eq-tuning-maximum] \begin{aligned}
    e(n)&=\int_0^\infty\bigl[1-\Phi(x)^n\\
    &\quad-(1-\Phi(x))^n\bigr]\,dx .
    \end{aligned}

    [eq-tuning-correlated] E = \sqrt{\frac{p(1-p)(1-\rho)}{m}}\;e(n) .
    """
    for n in (1, 2, 7, 50, 1000):  # the density of the largest is n φ Φⁿ⁻¹
        mean, _ = quad(lambda x, n=n: x * n * norm.pdf(x) * norm.cdf(x) ** (n - 1), -10, 12, epsabs=1e-12, limit=200)
        assert_close(expected_maximum(n), mean, rtol=1e-8, atol=1e-8)
    assert_close(expected_maximum(2), 1 / math.sqrt(math.pi), rtol=1e-8)
    p, m, rho, n = 0.9, 80, 0.6, 12
    std = math.sqrt(p * (1 - p) / m)
    assert_close(expected_maximum(n, std, rho), math.sqrt(p * (1 - p) * (1 - rho) / m) * expected_maximum(n))
    covariance = std**2 * (rho * np.ones((n, n)) + (1 - rho) * np.eye(n))
    scores = np.random.default_rng(0).multivariate_normal(np.zeros(n), covariance, 40_000)
    assert abs(scores.max(axis=1).mean() / expected_maximum(n, std, rho) - 1) < 0.02


@pytest.mark.equation("eq-tuning-best-share")
def test_the_largest_of_n_binomial_shares():
    r"""[eq-tuning-best-share] E=\frac1m\sum_{c=0}^{m-1}\bigl[1-P(C\le c)^n\bigr] ."""
    for n, p, m in [(1, 0.3, 7), (5, 0.9, 40), (50, 0.97, 100)]:
        below = binom.cdf(np.arange(-1, m + 1), m, p) ** n  # P(max ≤ c), c = −1 … m
        assert_close(expected_best_share(n, p, m), np.sum(np.diff(below) * np.arange(m + 1)) / m, rtol=1e-8)
    assert_close(expected_best_share(1, 0.3, 7), 0.3)


@pytest.mark.equation("eq-tuning-range", "eq-tuning-smooth")
def test_a_range_test_steps_by_factors_and_puts_the_weights_back():
    r"""[eq-tuning-range] \eta_t=\eta_0\Bigl(\frac{\eta_{T-1}}{\eta_0}\Bigr)^{t/(T-1)} .

    [eq-tuning-smooth] \hat s_t=\frac{s_t}{1-\beta^t} .
    """
    model, X, y, loss = network()
    before = model.theta.copy()
    span = {"low": 1e-3, "high": 0.1, "steps": 5, "batch_size": 4}
    rates, losses = range_test(model, loss, X, y, rng=np.random.default_rng(1), **span)
    assert_close(rates, np.array([10 ** (-3 + 2 * t / 4) for t in range(5)]))
    assert (model.theta == before).all()
    rng, batches = np.random.default_rng(1), []
    while len(batches) < 5:
        order = rng.permutation(10)
        batches += [order[:4], order[4:8], order[8:]]
    for rate, value, chosen in zip(rates, losses, batches, strict=False):
        assert_close(loss(model(X[chosen]), y[chosen]), value)
        model.backward(loss.backward())
        model.theta -= rate * model.grad
    s = weight = 0
    for value, smooth in zip(losses, smooth_losses(losses, 0.75), strict=True):
        s, weight = 0.75 * s + 0.25 * value, 0.75 * weight + 0.25
        assert_close(smooth, s / weight)


def network():
    rng = np.random.default_rng(0)
    model = MLP((3, 4, 2), rng, dtype=np.float64)
    return model, rng.normal(size=(10, 3)), rng.integers(0, 2, 10), Loss(cross_entropy, cross_entropy_backward)


def test_a_range_test_ends_where_the_loss_explodes():
    model, X, y, loss = network()
    before = model.theta.copy()
    span = {"low": 1e-2, "high": 1e12, "steps": 60, "batch_size": 10}
    rates, losses = range_test(model, loss, X, y, rng=np.random.default_rng(1), **span)
    assert len(rates) == len(losses) < 60
    assert (losses <= 4 * losses[0]).all()
    assert (model.theta == before).all()


def test_a_grid_is_all_combinations():
    axes = {"a": [1, 2], "b": ["x", "y", "z"]}
    assert grid(**axes) == [{"a": a, "b": b} for a in (1, 2) for b in "xyz"]
    assert sorted(map(str, grid(**axes))) == sorted(map(str, ParameterGrid(axes)))


def test_random_settings_are_repeatable_and_in_range():
    def draw():
        return random_settings(np.random.default_rng(1), 200, rate=log_uniform(0.01, 1), width=[8, 16])

    assert draw() == draw()
    assert {one["width"] for one in draw()} == {8, 16}
    assert all(0.01 <= one["rate"] <= 1 for one in draw())
    assert len({one["rate"] for one in draw()}) == 200


def test_halving_keeps_the_better_half_and_pays_for_new_epochs():
    asked = []

    def score(i, budget):
        asked.append((i, budget))
        return {1: [5, 1, 4, 3], 2: [0, 0, 2, 3], 4: [9, 9, 6, 5]}[budget][i]

    winner, spent, rungs = successive_halving(4, score, first=1, last=4)
    assert asked == [(0, 1), (1, 1), (2, 1), (3, 1), (0, 2), (2, 2), (2, 4)]
    assert (winner, spent) == (2, 4 * 1 + 2 * 1 + 1 * 2)
    assert [(budget, alive) for budget, alive, _ in rungs] == [(1, [0, 1, 2, 3]), (2, [0, 2]), (4, [2])]
    assert successive_halving(9, lambda i, budget: i, first=2, last=18, keep=3)[:2] == (8, 9 * 2 + 3 * 4 + 1 * 12)
    assert successive_halving(3, lambda i, budget: -i, first=5, last=5)[:2] == (0, 15)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: grid(a=[]), "a has no values"),
        (lambda: random_settings(np.random.default_rng(0), 2, a=[]), "a has no values"),
        (lambda: random_settings(np.random.default_rng(0), 0, a=[1]), "n must be at least 1"),
        (lambda: log_uniform(0, 1), "low must be positive"),
        (lambda: log_uniform(2, 1), "low < high"),
        (lambda: chance_of_best(1, 3), "share must lie between"),
        (lambda: trials_needed(0.1, 1.0), "confidence must lie between"),
        (lambda: expected_maximum(0), "n must be at least 1"),
        (lambda: expected_maximum(2, -1), "std must be positive"),
        (lambda: expected_maximum(2, 1, 1), "0 ≤ correlation < 1"),
        (lambda: expected_best_share(2, 1, 5), "p must lie between"),
        (lambda: smooth_losses([1], 1), "0 ≤ β < 1"),
        (lambda: successive_halving(4, max, first=1, last=3), "3 is not 1"),
        (lambda: successive_halving(4, max, first=1, last=4, keep=1), "4 is not 1"),
        (lambda: range_test(*network(), low=1, high=1, steps=5, batch_size=2, rng=None), "low < high"),
        (lambda: range_test(*network(), low=1, high=2, steps=1, batch_size=2, rng=None), "2 steps or more"),
    ],
)
def test_what_cannot_be_searched_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_the_record_is_that_of_these_runs():
    found = recorded()
    shapes = {"right": (10, 64, 5, 1000), "same": (10, 50, 1000), "widths": (10, 9, 9), "momenta": (10, 9, 9)}
    assert {name: found[name].shape for name in shapes} == shapes
    fit, judged = rows(3)
    assert len({*fit, *judged}) == 1600
    again = learning_curve((fit, judged), table_settings()[4], 3)
    assert np.mean(again != found["right"][3, 4]) < 0.01
    assert np.mean(again != found["right"][3, 5]) > 0.03  # another setting
    again = learning_curve(rows(1), SAME, 107, lengths=(16,))[0]
    assert np.mean(again != found["same"][1, 7]) < 0.01


def test_a_run_that_explodes_says_always_the_same():
    right = learning_curve(rows(0), {"rate": 1e6, "momentum": 0.9, "width": 8, "batch": 16}, 0, lengths=(1, 2))
    assert right.shape == (2, 1000)
    assert right.mean() < 0.2
