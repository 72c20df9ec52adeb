"""Right and wrong answers to the exercises on evaluation; wrong ones with the words that their hint must have."""

import math

import numpy as np
import torch
from scipy.stats import binomtest, norm
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score


def shares(M):
    return np.diag(M) / M.sum(axis=0), np.diag(M) / M.sum(axis=1)


def wilson(k, N, c=1.96):
    p, w = k / N, c**2 / N
    half = c * np.sqrt(p * (1 - p) / N + w / (4 * N))
    return (p + w / 2 - half) / (1 + w), (p + w / 2 + half) / (1 + w)


def wald(k, N):
    p = k / N
    return p - 1.96 * np.sqrt(p * (1 - p) / N), p + 1.96 * np.sqrt(p * (1 - p) / N)


def pairs(y, z, tie=0.5):
    wins = [(a > b) + tie * (a == b) for a in z[y == 1] for b in z[y == 0]]
    return sum(wins) / len(wins)


def discordant(first, second):
    return int(np.sum(first & ~second)), int(np.sum(~first & second))


def coin(first, second):
    b, c = discordant(first, second)
    return binomtest(b, b + c).pvalue


def one_tail(first, second):
    b, c = discordant(first, second)
    return sum(math.comb(b + c, k) for k in range(min(b, c) + 1)) / 2 ** (b + c)


def by_loop(y, y_hat, K):
    found = []
    for k in range(K):
        TP, FP, FN = sum((y == k) & (y_hat == k)), sum((y != k) & (y_hat == k)), sum((y == k) & (y_hat != k))
        found.append(2 * TP / (2 * TP + FP + FN) if TP else 0)
    return sum(found) / K


def needed(v, difference, power, sides=2):
    return (norm.isf(0.05 / sides) + norm.ppf(power)) ** 2 * v / difference**2


RIGHT = {
    "evaluation-turn-shares": [shares, lambda M: [list(part) for part in shares(M)]],
    "evaluation-turn-auc": [roc_auc_score, lambda y, z: torch.tensor(pairs(y, z), dtype=torch.float32)],
    "evaluation-turn-wilson": [wilson, lambda k, N: np.array(wilson(k, N))],
    "evaluation-turn-differ": [coin, lambda f, s: np.array([coin(f, s)])],
    "evaluation-alarm": [lambda r, u, q: np.array([q * r / (q * r + u - q * u), q * r + u - q * u])],
    "evaluation-none": [lambda N: -math.expm1(math.log(0.05) / N), lambda N: np.array([1 - 0.05 ** (1 / N)])],
    "evaluation-macro": [by_loop, lambda y, g, K: f1_score(y, g, labels=range(K), average="macro", zero_division=0)],
    "evaluation-ties": [roc_auc_score, pairs],
    "evaluation-how-many": [needed, lambda v, d, power: math.ceil(needed(v, d, power))],
}

WRONG = {
    "evaluation-turn-shares": [
        (lambda M: shares(M)[::-1], "The two are exchanged"),
        (lambda M: (np.diag(M) / M.sum(), np.diag(M) / M.sum()), "by the column and by the row"),
        (lambda M: (shares(M)[1], shares(M)[1]), "axis 0"),
        (lambda M: (M / M.sum(axis=0), M / M.sum(axis=1, keepdims=True)), "only its diagonal"),
        (lambda M: (np.diag(M), np.diag(M)), "the numbers are not"),
    ],
    "evaluation-turn-auc": [
        (lambda y, z: pairs(y, z, 0), "here it counts nothing"),
        (lambda y, z: pairs(y, z, 1), "as a win"),
        (lambda y, z: pairs(y, -z), "The other way round"),
        (lambda y, z: pairs(y, z) * sum(y) * sum(1 - y), "number of pairs"),
        (lambda y, z: pairs(y, z) * sum(y) * sum(1 - y) / len(y) ** 2, "not by all pairs"),
    ],
    "evaluation-turn-wilson": [
        (wald, "Wald's interval"),
        (lambda k, N: wilson(k, N, 1.0), "one standard deviation"),
        (lambda k, N: wilson(k, N, 2.0), "c is 1.96"),
        (lambda k, N: [end * (1 + 1.96**2 / N) for end in wilson(k, N)], "divided by 1 + c²/N"),
        (lambda k, N: k / N, "low, high"),
    ],
    "evaluation-turn-differ": [
        (one_tail, "In either direction"),
        (
            lambda f, s: min(1.0, 2 * binomtest(discordant(f, s)[0], sum(discordant(f, s)), alternative="less").pvalue),
            "The smaller of the two tails",
        ),
        (lambda f, s: 2 * one_tail(f, s), "never above 1"),
        (
            lambda f, s: min(
                1.0, 2 * sum(math.comb(len(f), k) for k in range(min(discordant(f, s)) + 1)) / 2 ** len(f)
            ),
            "n is b + c",
        ),
        (lambda f, s: binomtest(int(f.sum()), int(f.sum() + s.sum())).pvalue, "exactly one of the two"),
        (
            lambda f, s: math.comb(sum(discordant(f, s)), min(discordant(f, s))) / 2 ** sum(discordant(f, s)),
            "exactly this split",
        ),
    ],
    "evaluation-alarm": [
        (lambda r, u, q: (0.018 / 0.067, 0.067), "1,000 examples"),
        (lambda r, u, q: (r, q * r + (1 - q) * u), "the recall itself"),
        (lambda r, u, q: (r / (r + u), q * r + (1 - q) * u), "how rare the positives are"),
        (lambda r, u, q: (q * r / (q * r + u), q * r + u), "a share of 1 − q"),
        (lambda r, u, q: (q * r + (1 - q) * u, q * r / (q * r + (1 - q) * u)), "another order"),
        (lambda r, u, q: (q * r / (q * r + (1 - q) * u), q * r), "the real alarms alone"),
        (lambda r, u, q: (q * r / (q * r + (1 - q) * u), r + u), "weighed by the size"),
    ],
    "evaluation-none": [
        (lambda N: 3 / N, "rule of three"),
        (lambda N: 0.05 ** (1 / N), "share of right answers"),
        (lambda N: 1 - 0.95 ** (1 / N), "just 5 %"),
        (lambda N: 0.95**N, "the share is asked for"),
        (lambda N: 1 - 0.025 ** (1 / N), "both sides"),
        (lambda N: 0.0, "in a row"),
    ],
    "evaluation-macro": [
        (lambda y, g, K: accuracy_score(y, g), "micro average"),
        (lambda y, g, K: f1_score(y, g, average="weighted"), "each counts by its number"),
        (lambda y, g, K: f1_score(y, g, average="macro"), "divide by K"),
        (lambda y, g, K: f1_score(y, g, labels=range(K), average="macro", zero_division=1), "not 1"),
        (lambda y, g, K: np.mean([np.mean(g[y == k] == k) for k in set(y)]), "mean of the recalls"),
    ],
    "evaluation-ties": [
        (lambda y, z: pairs(y, z, 1), "Ties are not won"),
        (lambda y, z: pairs(y, z, 0), "Ties are not lost"),
        (lambda y, z: 1 - pairs(y, z), "The other way round"),
        (lambda y, z: pairs(y, z + 1e-9 * np.arange(len(z))), "another order"),
        (lambda y, z: 0.5, "wrong without ties"),
    ],
    "evaluation-how-many": [
        (lambda v, d, power: (1.96 + 0.8416) ** 2 * v / d**2, "quantile of its own"),
        (lambda v, d, power: (norm.isf(0.025) + norm.ppf(power)) * v / d**2, "is squared"),
        (lambda v, d, power: needed(v, d, power) * d, "squared, too"),
        (lambda v, d, power: needed(v, d, power, 1), "for one side"),
        (lambda v, d, power: norm.isf(0.025) ** 2 * v / d**2, "Without the power"),
        (lambda v, d, power: 1000, "solved for N"),
    ],
}
