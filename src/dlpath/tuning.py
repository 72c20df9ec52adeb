"""Looking for a setting: grids, random settings, a range test for the rate, halving; and what looking costs.

    settings = random_settings(rng, 60, rate=log_uniform(1e-3, 1), width=[16, 32, 64])
    trials_needed(share=0.05, confidence=0.95)      # 59: so many, and one is likely among the best 5 %
    expected_maximum(50, std=0.03)                  # 0.0675: so far the best of 50 equal scores lies too high

No framework is imported: a setting is a dict, a score is a number.
"""

import math
from itertools import product

import numpy as np

from dlpath.checks import check_count, check_number
from dlpath.training.in_numpy import minibatches, train_step


def grid(**choices):
    """All combinations, a list of dicts, the last name fastest. choices : name -> a sequence of values, not empty."""
    for name, values in choices.items():
        if not len(values):
            raise ValueError(f"grid: {name} has no values")
    return [dict(zip(choices, values, strict=True)) for values in product(*choices.values())]


def log_uniform(low, high):
    """A function rng -> a number from low to high, all factors alike [eq-tuning-log-uniform]; 0 < low < high."""
    low, high = check_number("log_uniform", "low", low), check_number("log_uniform", "high", high)
    if not low < high:
        raise ValueError(f"log_uniform: needs low < high, got {low} and {high}")
    return lambda rng: float(low * (high / low) ** rng.uniform())


def random_settings(rng, n, **choices):
    """n settings, a list of dicts. choices : name -> a function of rng, or a sequence that is drawn from evenly."""
    check_count("random_settings", "n", n)
    for name, values in choices.items():
        if not callable(values) and not len(values):
            raise ValueError(f"random_settings: {name} has no values")
    return [{name: _drawn(rng, values) for name, values in choices.items()} for _ in range(n)]


def _drawn(rng, values):
    return values(rng) if callable(values) else values[int(rng.integers(len(values)))]


def chance_of_best(share, n):
    """The probability that one of n random settings is among the best `share` of all [eq-tuning-trials]."""
    if not 0 < share < 1:
        raise ValueError(f"chance_of_best: share must lie between 0 and 1, got {share}")
    check_count("chance_of_best", "n", n)
    return 1 - (1 - share) ** n


def trials_needed(share, confidence):
    """The smallest n with chance_of_best(share, n) ≥ confidence [eq-tuning-trials]."""
    for name, value in (("share", share), ("confidence", confidence)):
        if not 0 < value < 1:
            raise ValueError(f"trials_needed: {name} must lie between 0 and 1, got {value}")
    return max(1, math.ceil(math.log1p(-confidence) / math.log1p(-share) - 1e-12))


def expected_maximum(n, std=1.0, correlation=0.0):
    """How far the largest of n normal numbers of mean 0 lies above 0, on average [eq-tuning-maximum].

    std · √(1 − correlation) · ∫₀^∞ 1 − Φ(x)ⁿ − (1 − Φ(x))ⁿ dx, the integral by the trapezoidal rule, to 1e-9.
    correlation : of every two of them, 0 ≤ correlation < 1 [eq-tuning-correlated]
    """
    check_count("expected_maximum", "n", n)
    std = check_number("expected_maximum", "std", std)
    if not 0 <= correlation < 1:
        raise ValueError(f"expected_maximum: correlation must lie in 0 ≤ correlation < 1, got {correlation}")
    x = np.linspace(0, 12, 4801)
    Phi = np.array([0.5 * math.erfc(-value / math.sqrt(2)) for value in x])
    return std * math.sqrt(1 - correlation) * float(np.trapezoid(1 - Phi**n - (1 - Phi) ** n, x))


def expected_best_share(n, p, m):
    """The largest of n independent shares right among m examples, each right with probability p, on average.

    (1/m) Σ_c 1 − P(C ≤ c)ⁿ over c = 0 … m − 1, with C binomial [eq-tuning-best-share]
    """
    check_count("expected_best_share", "n", n)
    check_count("expected_best_share", "m", m)
    if not 0 < p < 1:
        raise ValueError(f"expected_best_share: p must lie between 0 and 1, got {p}")
    log_p = [math.lgamma(m + 1) - math.lgamma(c + 1) - math.lgamma(m - c + 1) for c in range(m)]
    chances = [math.exp(log_p[c] + c * math.log(p) + (m - c) * math.log1p(-p)) for c in range(m)]
    return float(np.sum(1 - np.minimum(np.cumsum(chances), 1) ** n) / m)


def range_test(model, loss, X, y, *, low, high, steps, batch_size, rng):
    """Plain steps with a rate that grows by the same factor each time [eq-tuning-range]: rates (T,), losses (T,).

    A loss is the batch's before its step. Ends early, T < steps, where a loss is not finite or above four times
    the first; the parameters are put back. Source: smith2017, with a rate that grows geometrically.
    """
    check_count("range_test", "steps", steps)
    if steps < 2 or not 0 < low < high < math.inf:
        raise ValueError(f"range_test: needs 0 < low < high and 2 steps or more, got {low}, {high}, {steps}")
    before, rates, losses = model.theta.copy(), low * (high / low) ** (np.arange(steps) / (steps - 1)), []
    batches = iter(())
    with np.errstate(all="ignore"):
        for rate in rates:
            rows = next(batches, None)
            if rows is None:
                batches = minibatches(len(X), batch_size, rng)
                rows = next(batches)
            value = float(train_step(model, loss, _Plain(model.theta, rate), X[rows], y[rows]))
            if not math.isfinite(value) or (losses and value > 4 * losses[0]):
                break
            losses.append(value)
    model.theta[...] = before
    return rates[: len(losses)], np.array(losses)


class _Plain:
    """One step of gradient descent."""

    def __init__(self, theta, lr):
        self.theta, self.lr = theta, float(lr)

    def step(self, grad):
        self.theta -= self.lr * grad


def smooth_losses(losses, beta):
    """The exponential average of losses (T,), divided by 1 − βᵗ: it begins at the first loss [eq-tuning-smooth]."""
    if not 0 <= beta < 1:
        raise ValueError(f"smooth_losses: beta must lie in 0 ≤ β < 1, got {beta}")
    average, averages = 0.0, []
    for t, value in enumerate(losses, start=1):
        average = beta * average + (1 - beta) * value
        averages.append(average / (1 - beta**t))
    return np.array(averages)


def successive_halving(count, score, *, first, last, keep=2):
    """Train all a little, keep the best 1/keep, train those `keep` times as long: winner, budget spent, rungs.

    count : number of settings    score(i, budget) -> number, larger is better, of setting i after `budget` in all
    A setting that goes on pays for what is new alone. The budgets are first, first · keep, … up to last, which has to
    be reached exactly. rungs : a list of (budget, indices still in, their scores). Source: jamieson2016.
    """
    for name, value in (("count", count), ("first", first), ("last", last), ("keep", keep)):
        check_count("successive_halving", name, value)
    budgets = [first]
    while keep > 1 and budgets[-1] * keep <= last:
        budgets.append(budgets[-1] * keep)
    if keep < 2 or budgets[-1] != last:
        raise ValueError(f"successive_halving: {last} is not {first} · {keep}ᵏ")
    alive, spent, rungs, paid = list(range(count)), 0, [], 0
    for budget in budgets:
        scores = np.array([score(i, budget) for i in alive], float)
        spent += len(alive) * (budget - paid)
        rungs.append((budget, alive, scores))
        best = np.argsort(-scores, kind="stable")[: max(1, len(alive) // keep)]
        paid, last_alive, alive = budget, alive, [alive[i] for i in best]
    return last_alive[int(np.argmax(scores))], spent, rungs
