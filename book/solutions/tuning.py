"""Solutions of the blanks and the exercises on tuning, judged by the tests."""

import math

import numpy as np

from dlpath.tuning import expected_maximum


# tuning-turn-chance
def chance(q, n):
    """All n miss with probability (1 − q)ⁿ."""
    return 1 - (1 - q) ** n


# tuning-turn-rate
def rate(u, low, high):
    """The logarithm is uniform, so the rate is the lower end times a power of the whole factor."""
    return low * (high / low) ** u


# tuning-turn-noise
def noise(p, m, rho):
    """The variance of a share of m, without the part ρ that all scores have in common."""
    return math.sqrt(p * (1 - p) * (1 - rho) / m)


# tuning-tries
def tries(q, c):
    """(1 − q)ⁿ ≤ 1 − c; both logarithms are negative, so dividing turns the sign."""
    return math.ceil(math.log(1 - c) / math.log(1 - q))


def tries_by_counting(q, c):
    """One try after the other, until few enough worlds are without a hit."""
    n, missed = 1, 1 - q
    while missed > 1 - c:
        n, missed = n + 1, missed * (1 - q)
    return n


# tuning-price
def price(n, first, last):
    """Settings still in, times the epochs that are new."""
    total, done, length = 0, 0, first
    while length <= last:
        total += n * (length - done)
        n, done, length = max(1, n // 2), length, 2 * length
    return total


def price_by_setting(n, first, last):
    """The other way round: rank r (from 0) survives while n / 2ᵏ is above r, and pays the length that it reached."""
    rounds = int(math.log2(last // first))
    reached = [max(k for k in range(rounds + 1) if r < max(1, n >> k)) for r in range(n)]
    return sum(first << k for k in reached)


# tuning-report
def report(validation, test):
    """The pair is chosen by validation alone."""
    return test[np.unravel_index(validation.argmax(), validation.shape)]


def report_in_two_steps(validation, test):
    """First the setting, then its epoch, both by validation."""
    setting = validation.max(axis=1).argmax()
    return test[setting, validation[setting].argmax()]


# tuning-cheapest
def cheapest(shares, m):
    """argmax of a truth value is the first True."""
    best = shares.max()
    return int(np.argmax(shares >= best - math.sqrt(best * (1 - best) / m)))


def cheapest_by_looking(shares, m):
    """From the cheapest on, until one is good enough."""
    best = max(shares)
    for i, share in enumerate(shares):
        if share >= best - (best * (1 - best) / m) ** 0.5:
            return i


# tuning-optimism
def optimism(n, m):
    """e(n) standard deviations; both times four: half the deviation, and a slightly larger e(n), so it falls."""
    return 100 * expected_maximum(n, math.sqrt(0.9 * 0.1 / m))


def optimism_from_standard(n, m):
    """The largest of n standard normal numbers, scaled afterwards."""
    return 100 * expected_maximum(n) * 0.3 / math.sqrt(m)
