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


def leashed(b, k, N):
    def loss(b):
        return np.logaddexp(0, b) - b * k / N

    step = (sigmoid(b) - k / N) / (sigmoid(b) * sigmoid(-b))
    while not loss(b - step) < loss(b):
        step *= 0.5
    return b - step


def ones(X):
    return np.c_[X, np.ones(len(X))]


def priced(X, y, weights, bias):
    """Gradient descent, with one price on the weights and another on the bias."""
    theta, price = np.zeros(X.shape[1] + 1), np.r_[np.full(X.shape[1], weights), bias]
    for _ in range(4000):
        theta -= 0.5 * (ones(X).T @ (sigmoid(ones(X) @ theta) - y) / len(y) + price * theta)
    return theta


def by_probability(z, y, kept):
    p = sigmoid(z)
    return -np.mean(y * np.log(kept(p)) + (1 - y) * np.log(kept(1 - p)))


def gradient(X, y, W, b):
    error = sigmoid(X @ W[0] + b) - y
    return (error @ X / len(X))[None], error.mean(keepdims=True)


def squared(X, y, W, b):
    p = sigmoid(X @ W[0] + b)
    pull = (p - y) * p * (1 - p)
    return (pull @ X / len(X))[None], pull.mean(keepdims=True)


def newton(X, y, W, b, by=np.linalg.solve):
    p = sigmoid(X @ W[0] + b)
    step = by(ones(X).T @ ((p * (1 - p))[:, None] * ones(X)) / len(X), ones(X).T @ (p - y) / len(X))
    return W - step[:-1], b - step[-1:]


def apart(H, g):
    return np.append(np.linalg.solve(H[:-1, :-1], g[:-1]), g[-1] / H[-1, -1])


RIGHT = {
    "logistic_regression-update": [lambda p, w: p * np.exp(w) / (1 - p + p * np.exp(w))],
    "logistic_regression-distance": [lambda x, W, b, q: abs(W @ x + b - logit(q)) / np.linalg.norm(W)],
    "logistic_regression-signs": [
        lambda X, t, W, b: -(t * sigmoid(-signed(X, t, W, b)))[None, :] @ X / len(X),
    ],
    "logistic_regression-bells": [lambda *given: list(bells(*given)), lambda *given: np.array(bells(*given))],
    "logistic_regression-coin": [lambda b, k, N: np.array([leashed(b, k, N)])],
    "logistic_regression-price": [lambda X, y, l2: list(priced(X, y, l2, 0))],
    "logistic_regression-turn-model": [
        lambda X, W, b: sigmoid(X @ W[0] + b),
        lambda X, W, b: (1 - 1 / (1 + np.exp(X @ W.T + b)))[:, 0],
    ],
    "logistic_regression-turn-loss": [
        lambda z, y: np.mean(np.logaddexp(0, np.where(y == 1, -z, z))),
        lambda z, y: [np.mean(np.maximum(z, 0) + np.log1p(np.exp(-abs(z))) - y * z)],
    ],
    "logistic_regression-turn-gradient": [
        lambda X, y, W, b: [(sigmoid(X @ W.T + b) - y[:, None]).T @ X / len(X), [np.mean(sigmoid(X @ W[0] + b) - y)]],
        lambda X, y, W, b: (
            np.mean((sigmoid(X @ W[0] + b) - y)[:, None] * X, axis=0, keepdims=True),
            (sigmoid(X @ W[0] + b) - y).mean(keepdims=True),
        ),
    ],
    "logistic_regression-turn-newton": [
        lambda X, y, W, b: newton(X, y, W, b),
        lambda X, y, W, b: newton(X, y, W, b, lambda H, g: np.linalg.inv(H) @ g),
    ],
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
        (lambda b, k, N: b - (sigmoid(b) - k / N) / (sigmoid(b) * sigmoid(-b)), "without a leash"),
        (lambda b, k, N: b - (sigmoid(b) - k / N) / (sigmoid(b) * sigmoid(-b)) / 2, "Halved once"),
        (lambda b, k, N: leashed(b, k, N) - b, "This is the step"),
        (lambda b, k, N: b + 1e-15, "You end where you began"),
        (lambda b, k, N: np.array([b, k]), "One number is wanted"),
        (lambda b, k, N: 0.5, "The mean loss is"),
    ],
    "logistic_regression-price": [
        (lambda X, y, l2: priced(X, y, l2, l2), "the fit as it was"),
        (lambda X, y, l2: priced(X, y, 0, l2), "the other way round"),
        (lambda X, y, l2: priced(X, y, 0, 0), "gone as well"),
        (lambda X, y, l2: priced(X, y, 2 * l2, 0), "A factor"),
        (lambda X, y, l2: priced(X, y, l2 / len(y), 0), "divided by N"),
        (lambda X, y, l2: [*priced(X, y, l2, 0)[:2], 0.0], "does not move at all"),
        (lambda X, y, l2: priced(X, y, l2, 0)[:2], "two weights and then the bias"),
        (lambda X, y, l2: np.ones(3), "adds up to zero"),
    ],
    "logistic_regression-turn-model": [
        (lambda X, W, b: X @ W[0] + b, "This is the logit"),
        (lambda X, W, b: sigmoid(-(X @ W[0] + b)), "The sign in the exponent"),
        (lambda X, W, b: sigmoid(X @ W[0]), "The bias is missing"),
        (lambda X, W, b: np.exp(X @ W[0] + b), "These are the odds"),
        (lambda X, W, b: sigmoid(X @ W.T + b), "one column too many"),
        (lambda X, W, b: X @ W, "needs W transposed"),
    ],
    "logistic_regression-turn-loss": [
        (lambda z, y: np.sum(np.logaddexp(0, z) - y * z), "their mean"),
        (lambda z, y: -np.mean(np.logaddexp(0, z) - y * z), "The sign"),
        (lambda z, y: np.mean(np.logaddexp(0, z) + y * z), "+ y z"),
        (lambda z, y: np.mean(np.logaddexp(0, z)), "is missing"),
        (lambda z, y: np.logaddexp(0, z) - y * z, "its mean is asked for"),
        (lambda z, y: np.mean(np.log(1 + np.exp(z)) - y * z), "overflowed"),
        (lambda z, y: by_probability(z, y, lambda p: p), "rounded to 0 or 1"),
        (lambda z, y: by_probability(z, y, lambda p: p + 1e-12), "A floor of 1e-12 under p"),
        (lambda z, y: by_probability(z, y, lambda p: np.clip(p, 1e-7, 1 - 1e-7)), "A floor of 1e-07 under p"),
    ],
    "logistic_regression-turn-gradient": [
        (lambda X, y, W, b: tuple(-g for g in gradient(X, y, W, b)), "Uphill"),
        (lambda X, y, W, b: tuple(len(X) * g for g in gradient(X, y, W, b)), "gradient of the sum"),
        (lambda X, y, W, b: squared(X, y, W, b), "is in it still"),
        (lambda X, y, W, b: ((z := X @ W[0] + b - y)[None] @ X / len(X), z.mean(keepdims=True)), "You used the logit"),
        (lambda X, y, W, b: (gradient(X, y, W, b)[0], len(X) * gradient(X, y, W, b)[1]), "not its sum"),
        (lambda X, y, W, b: gradient(X, y, W, b)[0][0], "Return 2 things"),
    ],
    "logistic_regression-turn-newton": [
        (lambda X, y, W, b: newton(X, y, W, b, lambda H, g: -np.linalg.solve(H, g)), "Uphill"),
        (lambda X, y, W, b: (newton(X, y, W, b)[0] - W, newton(X, y, W, b)[1] - b), "This is the step"),
        (lambda X, y, W, b: newton(X, y, W, b, lambda H, g: g), "gradient descent with rate 1"),
        (lambda X, y, W, b: newton(X, y, W, b, lambda H, g: H @ g), "H times g"),
        (lambda X, y, W, b: newton(X, y, W, b, lambda H, g: g / np.diag(H)), "Only the diagonal"),
        (lambda X, y, W, b: newton(X, y, W, b, lambda H, g: len(X) * np.linalg.solve(H, g)), "or both sums"),
        (lambda X, y, W, b: newton(X, y, W, b, lambda H, g: np.linalg.solve(H, g) / len(X)), "lacks its 1/N"),
        (lambda X, y, W, b: newton(X, y, W, b, apart), "stepped apart"),
        (lambda X, y, W, b: newton(X, y, W, b, lambda H, g: np.linalg.solve(ones(X).T @ ones(X) / len(X), g)), "s = p"),
    ],
}
