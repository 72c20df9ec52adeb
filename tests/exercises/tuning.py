"""Right and wrong answers to the exercises on tuning; wrong ones with the words of their hint."""

import math

import numpy as np

from dlpath.tuning import expected_maximum


def priced(n, first, last, cost):
    rounds, done, total = [], 0, 0
    while first <= last:
        rounds.append((n, first, done))
        n, done, first = max(1, n // 2), first, 2 * first
    for one in rounds:
        total += cost(*one)
    return total


RIGHT = {
    "tuning-turn-chance": [lambda q, n: -math.expm1(n * math.log1p(-q)), lambda q, n: np.array([1 - (1 - q) ** n])],
    "tuning-turn-rate": [
        lambda u, low, high: math.exp(math.log(low) + u * (math.log(high) - math.log(low))),
        lambda u, low, high: high**u * low ** (1 - u),
    ],
    "tuning-turn-noise": [lambda p, m, rho: np.float32(np.sqrt((p - p**2) / m) * np.sqrt(1 - rho))],
    "tuning-tries": [lambda q, c: np.array([math.ceil(math.log(1 - c, 1 - q))])],
    "tuning-price": [lambda n, first, last: float(priced(n, first, last, lambda n, to, done: n * (to - done)))],
    "tuning-report": [lambda validation, test: test.ravel()[validation.argmax()]],
    "tuning-cheapest": [
        lambda shares, m: np.flatnonzero(max(shares) - shares <= np.sqrt(max(shares) * (1 - max(shares)) / m))[0]
    ],
    "tuning-optimism": [lambda n, m: np.float32(30 / np.sqrt(m) * expected_maximum(n))],
}

WRONG = {
    "tuning-turn-chance": [
        (lambda q, n: (1 - q) ** n, "all of them miss"),
        (lambda q, n: q**n, "all of them hit"),
        (lambda q, n: q * n, "do not add up"),
        (lambda q, n: n * q * (1 - q) ** (n - 1), "exactly one hit"),
    ],
    "tuning-turn-rate": [
        (lambda u, low, high: low + u * (high - low), "uniform in the rate itself"),
        (lambda u, low, high: math.log(low) + u * math.log(high / low), "the logarithm of the rate"),
        (lambda u, low, high: (high / low) ** u, "where is the lower end"),
        (lambda u, low, high: high * (low / high) ** u, "the other way"),
    ],
    "tuning-turn-noise": [
        (lambda p, m, rho: p * (1 - p) * (1 - rho) / m, "the variance"),
        (lambda p, m, rho: math.sqrt(p * (1 - p) / m), "the part that all share included"),
        (lambda p, m, rho: math.sqrt(p * (1 - p) * rho / m), "what is left has"),
        (lambda p, m, rho: math.sqrt(p * (1 - p) / m) * (1 - rho), "belongs under the root"),
        (lambda p, m, rho: math.sqrt(p * (1 - p) * (1 - rho) * m), "of the count"),
    ],
    "tuning-tries": [
        (lambda q, c: math.log(1 - c) / math.log(1 - q), "half a run"),
        (lambda q, c: int(math.log(1 - c) / math.log(1 - q)), "Rounded down"),
        (lambda q, c: math.ceil(math.log(1 - q) / math.log(1 - c)), "changed places"),
        (lambda q, c: math.ceil(c / q), "added up"),
        (lambda q, c: math.ceil(1 / q), "On average"),
        (lambda q, c: math.ceil(math.log(c) / math.log(q)), "The misses count"),
        (lambda q, c: 60, "equal to 1 − c"),
    ],
    "tuning-price": [
        (lambda n, first, last: n * last, "without halving"),
        (lambda n, first, last: priced(n, first, last, lambda n, to, done: n * to), "begins anew"),
        (lambda n, first, last: n * first, "first round alone"),
        (lambda n, first, last: priced(n, first, last, lambda n, to, done: n * (to - done) * (done > 0)), "is missing"),
        (lambda n, first, last: 0, "round by round"),
    ],
    "tuning-report": [
        (lambda validation, test: test[validation.max(axis=1).argmax()].max(), "The epoch is still"),
        (lambda validation, test: test.max(), "now the setting"),
        (lambda validation, test: validation.max(), "winner's share on validation"),
        (lambda validation, test: test[validation.max(axis=1).argmax(), -1], "The last epoch"),
        (lambda validation, test: test[validation.max(axis=1).argmax()].mean(), "A mean over epochs"),
        (lambda validation, test: test[0, 0], "of that pair"),
    ],
    "tuning-cheapest": [
        (lambda shares, m: shares.argmax(), "the best itself"),
        (
            lambda shares, m: np.flatnonzero(shares >= shares.max() - math.sqrt(shares.max() * (1 - shares.max()) / m))[
                -1
            ],
            "the dearest",
        ),
        (lambda shares, m: np.argmax(shares >= shares.max() - shares.max() * (1 - shares.max()) / m), "best itself"),
        (
            lambda shares, m: np.argmax(shares >= shares.max() - math.sqrt(shares.max() * (1 - shares.max()))),
            "too large",
        ),
        (lambda shares, m: 0.91, "not the share"),
        (lambda shares, m: 1, "Compute the bound"),
        (lambda shares, m: 3, "the best itself"),
    ],
    "tuning-optimism": [
        (lambda n, m: expected_maximum(n, math.sqrt(0.09 / m)), "In points"),
        (lambda n, m: 100 * expected_maximum(n, 0.09 / m), "Without the root"),
        (lambda n, m: 100 * math.sqrt(0.09 / m), "where is the number of tries"),
        (lambda n, m: 90 + 100 * expected_maximum(n, math.sqrt(0.09 / m)), "by how much"),
        (lambda n, m: 100 * expected_maximum(m, math.sqrt(0.09 / n)), "changed places"),
    ],
}
