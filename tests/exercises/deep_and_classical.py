"""Right and wrong answers to the exercises on deep and classical learning; wrong ones with the words of their hint."""

import numpy as np


def g(p):
    return 2 * p * (1 - p)


def weighed(left, right):
    N = len(left) + len(right)
    return len(left) / N * g(np.mean(left)) + len(right) / N * g(np.mean(right))


def middles(x):
    values = np.unique(x)
    return (values[1:] + values[:-1]) / 2


def cut(x, y, choose=np.argmin, threshold=lambda t, x: t, leaves=weighed):
    left = np.round([weighed(y[x <= t], y[x > t]) for t in middles(x)], 12)
    t = middles(x)[choose(left)]
    return threshold(t, x), leaves(y[x <= t], y[x > t])


def squares(X, Z):
    return ((X[:, None] - Z) ** 2).sum(axis=2)


def table(**blind):
    return lambda rival, change: change not in blind[rival]


RIGHT = {
    "deep_and_classical-turn-gini": [
        weighed,
        lambda left, right: np.array([weighed(list(left), list(right))]),
    ],
    "deep_and_classical-turn-cosines": [
        lambda X, W, b: [
            [float(np.sqrt(2 / len(W)) * np.cos(w @ x + c)) for w, c in zip(W, b, strict=True)] for x in X
        ],
        lambda X, W, b: np.sqrt(2 / W.shape[0]) * np.cos(np.einsum("nd,hd->nh", X, W) + b),
    ],
    "deep_and_classical-turn-turned": [
        lambda W, Q: (Q.T @ W.T).T,
        lambda W, Q: (W @ np.linalg.inv(Q).T).tolist(),
    ],
    "deep_and_classical-moves": [
        table(forest=["stretch", "shift"], SVM=["turn", "shift"], network=["turn"]),
        lambda rival, change: np.array(
            [
                int(
                    (rival, change)
                    in [("forest", "turn"), ("SVM", "stretch"), ("network", "stretch"), ("network", "shift")]
                )
            ]
        ),
    ],
    "deep_and_classical-split": [cut, lambda x, y: list(cut(x, y)), lambda x, y: np.array(cut(x, y))],
    "deep_and_classical-kernel": [
        lambda X, Z, gamma: np.exp(-gamma * squares(X, Z)),
        lambda X, Z, gamma: np.exp(-gamma * squares(X, Z)).astype(np.float32).tolist(),
    ],
    "deep_and_classical-fair": [
        lambda validation, test: test[np.argmax(validation)],
        lambda validation, test: max(zip(validation, test, strict=True))[1],
    ],
    "deep_and_classical-share": [lambda D, p: D / (D + p), lambda D, p: np.array([1 / (1 + p / D)])],
}

WRONG = {
    "deep_and_classical-turn-gini": [
        (lambda left, right: g(np.mean(left)) / 2 + g(np.mean(right)) / 2, "count alike"),
        (lambda left, right: weighed(left, right) / 2, "two orders"),
        (lambda left, right: g(np.mean(np.r_[left, right])), "no split"),
        (lambda left, right: weighed(left, right) * (len(left) + len(right)), "not divided by N"),
        (
            lambda left, right: (
                sum(min(np.sum(side), len(side) - np.sum(side)) for side in (left, right)) / (len(left) + len(right))
            ),
            "smaller side of a vote",
        ),
        (lambda left, right: 1.0, "by hand"),
    ],
    "deep_and_classical-turn-cosines": [
        (lambda X, W, b: np.cos(X @ W.T + b), "√(2/H) is missing"),
        (lambda X, W, b: np.cos(X @ W.T + b) / np.sqrt(len(W)), "under the root"),
        (lambda X, W, b: np.cos(X @ W.T + b) * 2 / len(W), "squared"),
        (lambda X, W, b: np.sqrt(2 / len(W)) * np.cos(X @ W.T), "offsets"),
        (lambda X, W, b: np.sqrt(2 / len(X)) * np.cos(X @ W.T + b), "number of examples"),
        (lambda X, W, b: np.sqrt(2 / len(W)) * np.cos(X @ W + b), "needs it turned"),
    ],
    "deep_and_classical-turn-turned": [
        (lambda W, Q: W @ Q.T, "the other way"),
        (lambda W, Q: W, "unchanged"),
        (lambda W, Q: (W @ Q).T, "transposed"),
        (lambda W, Q: Q @ W, "stands on its right"),
        (lambda W, Q: Q, "where is W"),
    ],
    "deep_and_classical-moves": [
        (lambda rival, change: True, "forest, stretch"),
        (lambda rival, change: False, "forest, turn"),
        (lambda rival, change: (rival, change) not in moving, "wrong way round"),
        (table(forest=["stretch", "shift"], SVM=["shift"], network=["turn"]), "SVM, turn"),
        (table(forest=["stretch", "shift"], SVM=["turn"], network=["turn"]), "SVM, shift"),
        (table(forest=["stretch", "shift"], SVM=["turn", "shift"], network=["turn", "shift"]), "network, shift"),
        (lambda rival, change: "yes", "Numbers are asked for"),
    ],
    "deep_and_classical-split": [
        (lambda x, y: cut(x, y, choose=np.argmax), "worst split"),
        (lambda x, y: cut(x, y, threshold=lambda t, x: x[x <= t].max()), "in the middle"),
        (lambda x, y: cut(x, y, leaves=lambda left, right: g(np.mean(left)) + g(np.mean(right))), "threshold is right"),
        (lambda x, y: cut(x, y, choose=lambda left: 0), "better split"),
        (lambda x, y: cut(x, y)[0], "Return two things"),
    ],
    "deep_and_classical-kernel": [
        (lambda X, Z, gamma: squares(X, Z), "squared distances"),
        (lambda X, Z, gamma: np.exp(-gamma * np.sqrt(squares(X, Z))), "not squared"),
        (lambda X, Z, gamma: np.exp(gamma * squares(X, Z)), "The sign"),
        (lambda X, Z, gamma: np.exp(-gamma * squares(Z, X)), "kernel turned"),
        (lambda X, Z, gamma: np.exp(-squares(X, Z) / gamma), "divides"),
        (lambda X, Z, gamma: X @ Z.T, "for every pair"),
    ],
    "deep_and_classical-fair": [
        (lambda validation, test: test.max(), "still chosen by the test"),
        (lambda validation, test: validation.max(), "where it was chosen"),
        (lambda validation, test: test.mean(), "average"),
        (lambda validation, test: validation.argmax(), "not its share"),
        (lambda validation, test: test[validation.argmin()], "worst setting"),
    ],
    "deep_and_classical-share": [
        (lambda D, p: p / (D + p), "share of the noise"),
        (lambda D, p: D / p if p else 1, "signal over noise"),
        (lambda D, p: (D / (D + p)) ** 0.5, "no root"),
        (lambda D, p: 2 * D / (D + p), "above and below"),
        (lambda D, p: (D / (D + p)) ** 2, "do not square"),
        (lambda D, p: 0.5, "adds 2"),
    ],
}

moving = {("forest", "turn"), ("SVM", "stretch"), ("network", "stretch"), ("network", "shift")}
