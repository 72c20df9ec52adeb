"""Right and wrong answers to the exercises of logistic regression, wrong ones with the words that must come."""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def logit(q):
    return np.log(q / (1 - q))


def signed(X, t, W, b):
    return t * (X @ W[0] + b)


def bells(m0, m1, s, share):
    return (m1 - m0) / s**2, (m0**2 - m1**2) / (2 * s**2) + logit(share)


RIGHT = {
    "logistic_regression-update": [lambda p, w: p * np.exp(w) / (1 - p + p * np.exp(w))],
    "logistic_regression-distance": [lambda x, W, b, q: abs(W @ x + b - logit(q)) / np.linalg.norm(W)],
    "logistic_regression-signs": [
        lambda X, t, W, b: -(t * sigmoid(-signed(X, t, W, b)))[None, :] @ X / len(X),
    ],
    "logistic_regression-bells": [lambda *given: list(bells(*given)), lambda *given: np.array(bells(*given))],
    "logistic_regression-coin": [lambda b, k, N: b + (k - N * sigmoid(b)) / (N * sigmoid(b) * sigmoid(-b))],
}

WRONG = {
    "logistic_regression-update": [
        (lambda p, w: p + w, "leaves the interval"),
        (lambda p, w: np.minimum(p * np.exp(w), 1), "multiplied the probability"),
        (lambda p, w: p / (1 - p) * np.exp(w), "the new odds"),
        (lambda p, w: sigmoid(p + w), "as if it were a logit"),
        (lambda p, w: sigmoid(logit(p) - w), "The sign"),
        (lambda p, w: sigmoid(w), "so must the result"),
        (lambda p, w: logit(p) + w, "the new log-odds"),
        (lambda p, w: (p, p), "take the first, [0]"),
        (lambda p, w: w * p / (1 - p + w * p), "the factor is e^w"),
        (lambda p, w: p, "and back. Try"),
    ],
    "logistic_regression-distance": [
        (lambda x, W, b, q: abs(W[0] @ x + b[0]) / np.linalg.norm(W), "whatever q is"),
        (lambda x, W, b, q: abs(W[0] @ x + b[0] - q) / np.linalg.norm(W), "a logit with a probability"),
        (lambda x, W, b, q: abs(W[0] @ x + b[0] - logit(q)), "difference of logits"),
        (lambda x, W, b, q: abs(W[0] @ x + b[0] - logit(q)) / np.sum(W**2), "‖W‖² instead"),
        (lambda x, W, b, q: abs(W[0] @ x + b[0] - logit(q)) / np.linalg.norm([*W[0], *b]), "no direction"),
        (lambda x, W, b, q: (W[0] @ x + b[0] - logit(q)) / np.linalg.norm(W), "not negative"),
        (lambda x, W, b, q: (logit(q) - W[0] @ x - b[0]) / np.linalg.norm(W), "the side on which x lies"),
        (lambda x, W, b, q: x, "One number is wanted"),
        (lambda x, W, b, q: np.linalg.norm(x), "How far is x"),
    ],
    "logistic_regression-signs": [
        (lambda X, t, W, b: (t * sigmoid(-signed(X, t, W, b)) @ X / len(X))[None, :], "Uphill"),
        (lambda X, t, W, b: (-t * sigmoid(-signed(X, t, W, b)) @ X)[None, :], "gradient of the sum"),
        (lambda X, t, W, b: ((sigmoid(X @ W[0] + b) - t) @ X / len(X))[None, :], "mixes two codings"),
        (lambda X, t, W, b: (-t * sigmoid(signed(X, t, W, b)) @ X / len(X))[None, :], "Yours is large there"),
        (lambda X, t, W, b: (-sigmoid(-signed(X, t, W, b)) @ X / len(X))[None, :], "A factor t is missing"),
        (lambda X, t, W, b: -t * sigmoid(-signed(X, t, W, b)) @ X / len(X), "the shape is (3,)"),
        (lambda X, t, W, b: -t * sigmoid(-signed(X, t, W, b)), "has the shape of its W, (1, 3)"),
        (lambda X, t, W, b: (-t / (1 + np.exp(t * (X @ W.T + b)))) @ X / len(X), "Their product is (N, N)"),
        (lambda X, t, W, b: 0 * W, "Chain rule"),
    ],
    "logistic_regression-bells": [
        (lambda m0, m1, s, share: [-v for v in bells(m0, m1, s, share)], "upside down"),
        (lambda m0, m1, s, share: ((m1 - m0) / s, 0.0), "by s²"),
        (lambda m0, m1, s, share: ((m1 - m0) / (2 * s**2), 0.0), "factor 2"),
        (lambda m0, m1, s, share: bells(m0, m1, s, 0.5), "The share is missing"),
        (lambda m0, m1, s, share: ((m1 - m0) / s**2, (m0**2 - m1**2) / (2 * s**2) + share), "enters as odds"),
        (lambda m0, m1, s, share: ((m1 - m0) / s**2, (m0**2 - m1**2) / (2 * s**2) + np.log(share)), "half of it"),
        (
            lambda m0, m1, s, share: ((m1 - m0) / s**2, (m1**2 - m0**2) / (2 * s**2) + logit(share)),
            "squares of the means",
        ),
        (lambda m0, m1, s, share: bells(m0, m1, s, 1 - share), "upside down: the rarer"),
        (lambda m0, m1, s, share: bells(m0, m1, s, share)[::-1], "in the wrong order"),
        (lambda m0, m1, s, share: ((m1 - m0) / s**2, (m0**2 - m1**2) / s**2 + logit(share)), "a factor ½ is missing"),
        (
            lambda m0, m1, s, share: ((m1 - m0) / s**2, (m0**2 - m1**2) / (2 * s**2) + share / (1 - share)),
            "the odds of the share",
        ),
        (lambda m0, m1, s, share: m1 - m0, "two things: w, b"),
        (lambda m0, m1, s, share: (np.ones(2), 0.0), "One number is wanted"),
        (lambda m0, m1, s, share: (0.0, 0.0), "sort by powers"),
    ],
    "logistic_regression-coin": [
        (lambda b, k, N: np.log(k / (N - k)), "the minimum itself"),
        (lambda b, k, N: b + (sigmoid(b) - k / N) / (sigmoid(b) * sigmoid(-b)), "Uphill"),
        (lambda b, k, N: b - (sigmoid(b) - k / N), "gradient descent"),
        (lambda b, k, N: b - (N * sigmoid(b) - k) / (sigmoid(b) * sigmoid(-b)), "Sum here"),
        (lambda b, k, N: b - (sigmoid(b) - k / N) / (N * sigmoid(b) * sigmoid(-b)), "Sum here"),
        (lambda b, k, N: -(sigmoid(b) - k / N) / (sigmoid(b) * sigmoid(-b)), "This is the step"),
        (lambda b, k, N: b - (sigmoid(b) - k) / (sigmoid(b) * sigmoid(-b)), "number of throws"),
        (lambda b, k, N: np.array([b, k]), "One number is wanted"),
        (lambda b, k, N: 0.0, "Its slope is"),
    ],
}
