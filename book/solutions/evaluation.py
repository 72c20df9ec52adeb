"""Solutions of the blanks and the exercises on evaluation, judged by the tests; two for each exercise."""

import math
from statistics import NormalDist

import numpy as np


# evaluation-turn-shares
def shares(M):
    """The diagonal over the sums of the columns, and over the sums of the rows."""
    return np.diag(M) / M.sum(axis=0), np.diag(M) / M.sum(axis=1)


# evaluation-turn-auc
def auc(y, z):
    """All differences of a positive and a negative at once; a tie is half."""
    ahead = z[y == 1][:, None] - z[y == 0]  # (N₁, N₀)
    return np.mean((ahead > 0) + 0.5 * (ahead == 0))


# evaluation-turn-wilson
def wilson(successes, N):
    """The two roots, as they stand in the formula."""
    p, c = successes / N, 1.96
    half = c * np.sqrt(p * (1 - p) / N + c**2 / (4 * N**2))
    return (p + c**2 / (2 * N) - half) / (1 + c**2 / N), (p + c**2 / (2 * N) + half) / (1 + c**2 / N)


# evaluation-turn-differ
def differ(first, second):
    """The coin falls b + c times; twice the smaller tail, and no more than 1."""
    b, c = np.sum(first & ~second), np.sum(second & ~first)
    return min(1.0, 2 * sum(math.comb(int(b + c), k) for k in range(min(b, c) + 1)) / 2.0 ** int(b + c))


# evaluation-alarm
def alarm(recall, false_rate, share):
    """Real alarms and false ones, as shares of all examples."""
    real, false = share * recall, (1 - share) * false_rate
    return real / (real + false), real + false


def alarm_by_odds(recall, false_rate, share):
    """The odds of being positive are multiplied by the ratio of the two rates."""
    odds = share / (1 - share) * recall / false_rate
    return odds / (1 + odds), share * recall + (1 - share) * false_rate


# evaluation-none
def no_mistake(N):
    """(1 − m)ᴺ = .05, solved for m."""
    return 1 - 0.05 ** (1 / N)


def no_mistake_by_logarithms(N):
    """The same by logarithms; for large N it is −log(.05)/N, three over N."""
    return -math.expm1(math.log(0.05) / N)


# evaluation-macro
def macro(y, y_hat, K):
    """Count for each class; where nothing is there, TP is 0, and the larger of the denominator and 1 divides."""
    classes = np.arange(K)[:, None]
    TP = np.sum((y == classes) & (y_hat == classes), axis=1)
    both = np.sum(y == classes, axis=1) + np.sum(y_hat == classes, axis=1)
    return np.mean(2 * TP / np.maximum(both, 1))


def macro_by_loop(y, y_hat, K):
    """Class by class, and a class without a hit adds nothing."""
    total = 0.0
    for k in range(K):
        TP = np.sum((y == k) & (y_hat == k))
        if TP:
            total += 2 * TP / (np.sum(y == k) + np.sum(y_hat == k))
    return total / K


# evaluation-ties
def area(y, z):
    """Every negative is passed by the positives above it, and by half of those beside it."""
    above = np.array([np.sum(z[y == 1] > one) + 0.5 * np.sum(z[y == 1] == one) for one in z[y == 0]])
    return above.sum() / (np.sum(y == 1) * np.sum(y == 0))


def area_by_two_orders(y, z):
    """Once with the positives first among equals, once last: the mean of the two."""
    total = 0.0
    for first in (1, -1):
        order = np.lexsort((-first * y, -z))
        total += np.sum(np.cumsum(y[order])[y[order] == 0]) / (np.sum(y == 1) * np.sum(y == 0))
    return total / 2


# evaluation-how-many
def how_many(v, difference, power):
    """N Δ has to be as large as the sum of the two quantiles times √(N v)."""
    c = NormalDist().inv_cdf(0.975) + NormalDist().inv_cdf(power)
    return c**2 * v / difference**2


def how_many_rounded(v, difference, power):
    """The same, up to the next whole example."""
    c = 1.959964 + NormalDist().inv_cdf(power)
    return math.ceil(v * (c / difference) ** 2)
