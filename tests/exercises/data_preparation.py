"""Right and wrong answers to the exercises on preparing data; wrong ones with the words that their hint must have."""

import numpy as np
import torch
from scipy.stats import norm


def mad(x):
    return np.median(np.abs(x - np.median(x)))


def hot(categories, K):
    return np.eye(K)[categories]


def means(categories, y, rows):
    return np.array([np.mean(y[rows(n)]) for n in range(len(y))])


def g(share, D, k):
    t = norm.isf(k / D / 2)
    return 2 * t * norm.pdf(t) / (k / D)


def rows(share, D, k, rest=1.25):
    return k * g(share, D, k) ** 2 / (g(share, D, k) + rest) / norm.ppf(share) ** 2


def by_rows(groups, share, rng):
    return rng.random(len(groups)) < share


def by_groups(groups, share, rng):
    names = rng.permutation(np.unique(groups))
    return np.isin(groups, names[: round(share * len(names))])


RIGHT = {
    "data_preparation-turn-robust": [
        lambda x, half: (x - np.median(x)) / (1.4826022185056018 * mad(x)),
        lambda x, half: list(half * (x - np.median(x)) / mad(x)),
        lambda x, half: torch.tensor(half * (x - np.median(x)) / mad(x), dtype=torch.float32),
    ],
    "data_preparation-turn-standardize": [
        lambda learn, judge: torch.tensor((judge - learn.mean(axis=0)) / learn.std(axis=0), dtype=torch.float32)
    ],
    "data_preparation-turn-fold": [lambda W, b, m, s: [W @ np.diag(1 / s), b - (W / s) @ m]],
    "data_preparation-cells": [lambda c: np.array([np.floor(c * c + 1) + 1])],
    "data_preparation-dummies": [lambda c, K: hot(c, K)[:, 1:].astype(bool), lambda c, K: hot(c, K)[:, 1:].tolist()],
    "data_preparation-encode": [
        lambda c, y, f: list(means(c, y, lambda n: (c == c[n]) & (f != f[n]))),
    ],
    "data_preparation-grouped": [
        lambda groups, share, rng: by_groups(groups, share, rng).astype(int),
        lambda groups, share, rng: list(by_groups(groups, share, rng)),
    ],
    "data_preparation-rows": [lambda share, D, k: round(rows(share, D, k))],
}

WRONG = {
    "data_preparation-turn-robust": [
        (lambda x, half: (x - np.median(x)) / mad(x), "half is missing"),
        (lambda x, half: (x - np.median(x)) / (half * mad(x)), "is to be divided by half"),
        (lambda x, half: (x - x.mean()) / x.std(), "that the faults stretch"),
        (lambda x, half: (x - x.mean()) / (mad(x) / half), "the mean is pulled"),
        (lambda x, half: (x - np.median(x)) / x.std(), "one fault can stretch"),
        (lambda x, half: np.abs(x - np.median(x)) / (mad(x) / half), "Keep the sign"),
        (lambda x, half: x - np.median(x), "divide it"),
    ],
    "data_preparation-turn-standardize": [
        (lambda a, b: (b - b.mean(axis=0)) / b.std(axis=0), "by their own mean"),
        (lambda a, b: (b - np.r_[a, b].mean(axis=0)) / np.r_[a, b].std(axis=0), "of all rows"),
        (lambda a, b: (a - a.mean(axis=0)) / a.std(axis=0), "the judged ones are asked for"),
        (lambda a, b: (b - a.mean(axis=0)) / a.var(axis=0), "take its root"),
        (lambda a, b: (b - a.mean(axis=0)) / a.std(axis=0, ddof=1), "not by N − 1"),
        (lambda a, b: (b - a.mean()) / a.std(), "axis=0"),
        (lambda a, b: b / a.std(axis=0), "not subtracted"),
        (lambda a, b: b - a.mean(axis=0), "centred only"),
    ],
    "data_preparation-turn-fold": [
        (lambda W, b, m, s: (W / s, b + W @ (m / s)), "another sign"),
        (lambda W, b, m, s: (W / s, b - W @ m), "not divided by s in the bias"),
        (lambda W, b, m, s: (W * s, b - W @ (m / s)), "multiplied by s"),
        (lambda W, b, m, s: (W / s, b), "where does the m go"),
        (lambda W, b, m, s: (W / s, b - (W / s) @ (m / s)), "twice"),
        (lambda W, b, m, s: (W / s, b - 1), "W_raw: right"),
    ],
    "data_preparation-cells": [
        (lambda c: np.ceil(c**2) + 1, "more than c"),
        (lambda c: c**2, "not √N"),
        (lambda c: c**2 + 1, "next whole number"),
        (lambda c: np.floor(c) + 2, "The limit is squared"),
        (lambda c: next(N for N in range(2, 99) if (N - 1) / np.sqrt(N) > c), "over N − 1"),
        (lambda c: 12, "Set q = 1/N"),
    ],
    "data_preparation-dummies": [
        (hot, "one is too many"),
        (lambda c, K: hot(c, K)[:, :-1], "the first was asked for"),
        (lambda c, K: hot(c, K)[:, 1:].T, "transposed"),
        (lambda c, K: hot(c, K)[:, 1:] - hot(c, K)[:, :1], "minus ones"),
        (lambda c, K: hot(c, c.max() + 1)[:, 1:], "K is an argument"),
        (lambda c, K: 1 - hot(c, K)[:, 1:], "exchanged"),
        (lambda c, K: np.zeros((len(c), K - 1)), "Column k is to be 1"),
    ],
    "data_preparation-encode": [
        (lambda c, y, f: means(c, y, lambda n: (c == c[n]) & ((f != f[n]) | (y == y[n]))), "decides about itself"),
        (lambda c, y, f: means(c, y, lambda n: c == c[n]), "the row itself among them"),
        (lambda c, y, f: means(c, y, lambda n: (c == c[n]) & (np.arange(len(y)) != n)), "keeps the rest of its fold"),
        (lambda c, y, f: means(c, y, lambda n: (c == c[n]) & (f == f[n])), "its own fold"),
        (lambda c, y, f: means(c, y, lambda n: f != f[n]), "of all categories"),
        (lambda c, y, f: means(c, y, lambda n: (c == c[n]) & (f != f[n]) & (y == y[n])), "must not choose them"),
        (lambda c, y, f: 0 * y, "Which rows are averaged"),
    ],
    "data_preparation-grouped": [
        (by_rows, "draw groups, not rows"),
        (lambda groups, share, rng: by_groups(groups, 1 - share, rng), "of those that are judged"),
        (lambda groups, share, rng: by_groups(groups, share, np.random.default_rng(0)), "with rng"),
        (lambda groups, share, rng: by_groups(groups, 0.5, rng), "About 0.7"),
        (lambda groups, share, rng: np.ones(len(groups), bool), "One of the sides is empty"),
        (lambda groups, share, rng: np.flatnonzero(by_groups(groups, share, rng)), "for each row"),
        (lambda groups, share, rng: groups, "A mask holds"),
    ],
    "data_preparation-rows": [
        (lambda share, D, k: rows(share, D, k, 1), "has 1 in its place"),
        (lambda share, D, k: rows(share, D, k, 0.8), "has 4/5"),
        (lambda share, D, k: np.sqrt(rows(share, D, k)), "is a root"),
        (lambda share, D, k: rows(share, D, k) / k**2, "so it multiplies"),
        (lambda share, D, k: rows(share, D, k) * norm.ppf(share) ** 2 / share**2, "inverse, norm.ppf"),
        (lambda share, D, k: 100, "Set the formula equal"),
    ],
}
