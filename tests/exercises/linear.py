"""Right and wrong answers to the exercises of the linear map; wrong ones with the words that their hint must have."""

import numpy as np

norm = np.linalg.norm


def both_ways(dX_hat, X, W):
    return (X @ W.T).T @ dX_hat + (dX_hat @ W.T).T @ X


RIGHT = {
    "linear-distance": [
        lambda x, W, b: tuple((W @ x + b) / norm(W, axis=1)),
        lambda x, W, b: np.array([(w @ x + c) / norm(w) for w, c in zip(W, b, strict=True)]),
    ],
    "linear-unscale": [lambda W, b, m, s: [W / s[None, :], b - np.sum(W * m / s, axis=1)]],
    "linear-multiplications": [
        lambda N, D, H, K: np.array([N * H * (2 * D + 3 * K)]),
        lambda N, D, H, K: (N * H * (2 * D + 3 * K),),
    ],
    "linear-weighted": [lambda G, c, X: [G.T @ (c[:, None] * X), c @ G]],
    "linear-tied": [both_ways],
}

WRONG = {
    "linear-distance": [
        (lambda x, W, b: W @ x + b, "These are the outputs"),
        (lambda x, W, b: abs(W @ x + b) / norm(W, axis=1), "The sign is missing"),
        (lambda x, W, b: (W @ x + b) / np.sum(W**2, axis=1), "the squared length"),
        (lambda x, W, b: W @ x / norm(W, axis=1), "The bias is missing"),
        (lambda x, W, b: W @ x / norm(W, axis=1) + b, "has to cover all of w·x + b"),
        (lambda x, W, b: (W @ x + b) / np.sqrt(np.sum(W**2, axis=1) + b**2), "no part of the normal"),
        (lambda x, W, b: (W @ x + b) / norm(W), "the length of all of W"),
        (lambda x, W, b: (W @ x - b) / norm(W, axis=1), "how long is the walk"),
        (lambda x, W, b: -(W @ x + b) / norm(W, axis=1), "The sign is turned round"),
        (lambda x, W, b: (W[0] @ x + b[0]) / norm(W[0]), "expected shape (3,), got ()"),
        (lambda x, W, b: (W @ x + b) / norm(W, axis=0), "Yours sums down the columns"),
        (lambda x, W, b: (W.T @ x + b) / norm(W, axis=1), "is one of them transposed?"),
        (lambda x, W, b: "0.3 cm", "Numbers are asked for"),
    ],
    "linear-unscale": [
        (lambda W, b, m, s: (W * s, b - W @ (m / s)), "a small weight"),
        (lambda W, b, m, s: (W, b - W @ (m / s)), "W' is still W"),
        (lambda W, b, m, s: (W / s, b), "b' is still b"),
        (lambda W, b, m, s: (W / s, b - W @ m), "not divided by s"),
        (lambda W, b, m, s: (W / s, b + W @ (m / s)), "The sign of the mean"),
        (lambda W, b, m, s: (W / s, b - W / s @ (m / s)), "Divided by s twice"),
        (lambda W, b, m, s: ((W - m) / s, b), "W' is not right yet"),
        (lambda W, b, m, s: (W - m, b - W @ (m / s)), "W' is not right yet"),
        (lambda W, b, m, s: (W / s, 2 * b), "W' is right, b' is not"),
        (lambda W, b, m, s: W / s, "Return two things: W', b'"),
        (lambda W, b, m, s: ((W / s).T, b), "W' has shape (3, 2), expected (2, 3)"),
        (lambda W, b, m, s: (W / s, b[:, None] - W @ (m / s)), "b' has shape (2, 2), expected (2,)"),
        (lambda W, b, m, s: (W / s[:, None], b), "Shapes are compared from the last axis"),
    ],
    "linear-multiplications": [
        (lambda N, D, H, K: N * D * H + N * H * K, "the multiplications forwards"),
        (lambda N, D, H, K: 3 * (N * D * H + N * H * K), "nobody needs the gradient for the data"),
        (lambda N, D, H, K: 2 * (N * D * H + N * H * K), "nothing reaches the first"),
        (lambda N, D, H, K: N * D * H + 2 * N * H * K, "the backward products alone"),
        (lambda N, D, H, K: 2 * D * H + 3 * H * K, "a batch has N"),
        (lambda N, D, H, K: 3 * N * D * H + 2 * N * H * K, "the one next to the data, or"),
        (lambda N, D, H, K: D * H + H + H * K + K, "These are the parameters"),
        (lambda N, D, H, K: 2 * N * D * K, "2 forwards, 3 back"),
        (lambda N, D, H, K: N * (2 * D * H + 3 * H * K + H + K), "added, not multiplied"),
        (lambda N, D, H, K: N * (2 * D * H + 3 * H * K + H), "keeps a number or replaces it"),
        (lambda N, D, H, K: N * (2 * D * H + 3 * H * K + 2 * H + K), "leave both out"),
        (lambda N, D, H, K: "six", "Numbers are asked for"),
    ],
    "linear-weighted": [
        (lambda G, c, X: (G.T @ X, G.sum(axis=0)), "c does nothing yet"),
        (lambda G, c, X: ((c[:, None] * G).T @ X / len(X), c @ G / len(X)), "You divided by N"),
        (lambda G, c, X: ((c[:, None] * G).T @ X / c.sum(), c @ G / c.sum()), "not a weighted mean"),
        (lambda G, c, X: ((c[:, None] * G).T @ (c[:, None] * X), c @ G), "c is in dW twice"),
        (lambda G, c, X: (G.T @ X * c.mean(), G.sum(axis=0) * c.mean()), "scaled by one number"),
        (lambda G, c, X: ((c[:, None] * G).T @ X, G.sum(axis=0)), "in db all examples count alike"),
        (lambda G, c, X: ((c[:, None] * G).T @ X, (c[:, None] * G).mean(axis=0)), "a sum over the examples"),
        (lambda G, c, X: (-(c[:, None] * G).T @ X, c @ G), "First dZ"),
        (lambda G, c, X: ((c[:, None] * G).T @ X, -c @ G), "db is not: sum dZ over the examples"),
        (lambda G, c, X: ((c[:, None] * G).T @ X, c[:, None] * G), "db has shape (5, 3), expected (3,)"),
        (lambda G, c, X: (X.T @ (c[:, None] * G), c @ G), "dW has shape (4, 3), expected (3, 4)"),
        (lambda G, c, X: (c[:, None] * G).T @ X, "Return two things: dW, db"),
        (lambda G, c, X: (c * G, G), "c[:, None] gives each row its weight"),
        (lambda G, c, X: ((G * c).T @ X, c @ G), "c[:, None] gives each row its weight"),
    ],
    "linear-tied": [
        (lambda dX_hat, X, W: (X @ W.T).T @ dX_hat, "H depends on W as well"),
        (lambda dX_hat, X, W: (dX_hat @ W.T).T @ X, "W is used a second time"),
        (lambda dX_hat, X, W: both_ways(dX_hat, X, W) / 2, "gradients of several uses add up"),
        (lambda dX_hat, X, W: (dX_hat @ W.T).T @ X - (X @ W.T).T @ dX_hat, "a minus between them"),
        (lambda dX_hat, X, W: 2 * (X @ W.T).T @ dX_hat, "one of them doubled"),
        (lambda dX_hat, X, W: 2 * (dX_hat @ W.T).T @ X, "The same for the other way"),
        (lambda dX_hat, X, W: (X @ W.T).T @ (dX_hat + X), "lacks a step"),
        (lambda dX_hat, X, W: (X @ W.T).T @ X, "Pretend that the two W are different"),
        (lambda dX_hat, X, W: both_ways(dX_hat, X, W).T, "expected (3, 4), got (4, 3)"),
        (lambda dX_hat, X, W: 1.0, "expected (3, 4), got ()"),
    ],
}
