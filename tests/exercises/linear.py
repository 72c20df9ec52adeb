"""Right and wrong answers to the exercises of the linear map; wrong ones with the words that their hint must have."""

import numpy as np

norm = np.linalg.norm


def both_ways(dX_hat, X, W):
    return (X @ W.T).T @ dX_hat + (dX_hat @ W.T).T @ X


def fit(X, Y, update=lambda dZ: dZ.sum(axis=0)):
    """The program of "A bias for everybody", with the step of b that is handed in."""
    W, b = np.zeros((1, X.shape[1])), np.zeros(1)
    for _ in range(500):
        dZ = 2 * (X @ W.T + b - Y) / Y.size
        W, b = W - 0.1 * dZ.T @ X, b - 0.1 * update(dZ)
    return W, b


RIGHT = {
    "linear-turn-distance": [lambda x, w, b: [w / norm(w) @ x + b / norm(w)]],
    "linear-turn-forward": [
        lambda X, W, b: [W @ x + b for x in X],
        lambda X, W, b: (W @ X.T + b[:, None]).T,
    ],
    "linear-turn-backward": [
        lambda dZ, X, W: [dZ @ W, (X.T @ dZ).T, np.ones(len(X)) @ dZ],
        lambda dZ, X, W: (dZ @ W, np.einsum("nk,nd->kd", dZ, X), tuple(dZ.sum(axis=0))),
    ],
    "linear-turn-fold": [lambda W1, b1, W2, b2, W3, b3: [W3 @ (W2 @ W1), W3 @ W2 @ b1 + W3 @ b2 + b3]],
    "linear-everybody": [
        lambda X, Y: (fit(X, Y)[0], fit(X, Y)[1].item()),
        lambda X, Y: (fit(X, Y)[0][0], fit(X, Y)[1]),
    ],
    "linear-stays": [lambda c, bend: int(c > 0 or not bend), lambda c, bend: np.array([c > 0 or not bend])],
    "linear-unscale": [lambda W, b, m, s: [W / s[None, :], b - np.sum(W * m / s, axis=1)]],
    "linear-multiplications": [
        lambda N, D, H, K: np.array([N * H * (2 * D + 3 * K)]),
        lambda N, D, H, K: (N * H * (2 * D + 3 * K),),
    ],
    "linear-weighted": [lambda G, c, X: [G.T @ (c[:, None] * X), c @ G]],
    "linear-tied": [both_ways],
}

WRONG = {
    "linear-turn-distance": [
        (lambda x, w, b: w @ x + b, "This is the output"),
        (lambda x, w, b: abs(w @ x + b) / norm(w), "The sign is not right"),
        (lambda x, w, b: -(w @ x + b) / norm(w), "The sign is not right"),
        (lambda x, w, b: (w @ x + b) / norm(w) ** 2, "the squared length"),
        (lambda x, w, b: w @ x / norm(w), "The bias is missing"),
        (lambda x, w, b: w @ x / norm(w) + b, "has to cover all of w·x + b"),
        (lambda x, w, b: (w * x + b) / norm(w), "w * x is not summed"),
        (lambda x, w, b: (w @ x - b) / norm(w), "Go back to the formula"),
    ],
    "linear-turn-forward": [
        (lambda X, W, b: X @ W.T, "The bias is missing"),
        (lambda X, W, b: X @ W + b, "W has to be turned"),
        (lambda X, W, b: W @ X + b, "the order for one column vector"),
        (lambda X, W, b: W @ X.T + b, "has the shape (K, N)"),
        (lambda X, W, b: W @ X.T + b[:, None], "every row is an answer to one question"),
        (lambda X, W, b: X @ W.T + b[:, None], "b is a vector of shape (K,)"),
        (lambda X, W, b: X @ W.T - b, "not subtracted"),
        (lambda X, W, b: (X @ W.T + b, (X, W)), "Functions of the package return (result, cache)"),
    ],
    "linear-turn-backward": [
        (lambda dZ, X, W: (dZ.T @ X, dZ.sum(axis=0), dZ @ W), "in another order"),
        (lambda dZ, X, W: (dZ @ W, X.T @ dZ, dZ.sum(axis=0)), "dW is turned"),
        (lambda dZ, X, W: (dZ @ W, dZ.T @ X, dZ.mean(axis=0)), "not a mean"),
        (lambda dZ, X, W: (dZ @ W, dZ.T @ X / len(X), dZ.mean(axis=0)), "You divided by N"),
        (lambda dZ, X, W: (dZ @ W, dZ.T @ X, dZ), "db is not summed"),
        (lambda dZ, X, W: (dZ @ W, dZ.T @ X, dZ.sum(axis=1)), "the wrong index"),
        (lambda dZ, X, W: (dZ @ W.T, dZ.T @ X, dZ.sum(axis=0)), "dX needs nothing turned"),
        (lambda dZ, X, W: (dZ @ W, dZ @ X.T, dZ.sum(axis=0)), "dW needs dZ turned, not X"),
        (lambda dZ, X, W: (W.T @ dZ, dZ.T @ X, dZ.sum(axis=0)), "In dX nothing is turned"),
        (lambda dZ, X, W: (dZ @ W, -dZ.T @ X, dZ.sum(axis=0)), "dX, db: right; dW: not yet"),
        (lambda dZ, X, W: (dZ @ W, dZ @ X, dZ.sum(axis=0)), "dZ has to be turned"),
        (lambda dZ, X, W: (dZ @ W, dZ.T @ X), "Return 3 things: dX, dW, db"),
        (lambda dZ, X, W: (-dZ @ W, dZ.T @ X, dZ.sum(axis=0)), "Go back to the formula"),
        (lambda dZ, X, W: (-dZ @ W, -dZ.T @ X, -dZ.sum(axis=0)), "The shape is right, the numbers are not"),
    ],
    "linear-turn-fold": [
        (lambda W1, b1, W2, b2, W3, b3: (W1 @ W2 @ W3, b3), "W3 W2 W1"),
        (lambda W1, b1, W2, b2, W3, b3: (W3 @ W2 @ W1, b1 + b2 + b3), "b1 has to pass through W2 and W3"),
        (lambda W1, b1, W2, b2, W3, b3: (W3 @ W2 @ W1, W3 @ W2 @ b1 + b3), "b2 is missing"),
        (lambda W1, b1, W2, b2, W3, b3: (W3 @ W2 @ W1, W3 @ b2 + b3), "b1 is missing"),
        (lambda W1, b1, W2, b2, W3, b3: (W3 @ W2 @ W1, W3 @ (W2 @ b1 + b2)), "b3 is missing"),
        (lambda W1, b1, W2, b2, W3, b3: (W3 @ W2 @ W1, b3), "only b3 is left as it is"),
        (lambda W1, b1, W2, b2, W3, b3: W3 @ W2 @ W1, "Return 2 things: W, b"),
    ],
    "linear-everybody": [
        (lambda X, Y: fit(X, Y, lambda dZ: dZ), "After training on 40 examples b has shape (40, 1)"),
        (lambda X, Y: fit(X, Y, lambda dZ: dZ.mean(axis=0)), "The 1/N of the loss is in dZ already"),
        (lambda X, Y: fit(X, Y, lambda dZ: np.zeros(1)), "b does not move"),
        (lambda X, Y: fit(X, Y, lambda dZ: dZ[0]), "of one example alone. All"),
        (lambda X, Y: fit(X, Y, lambda dZ: dZ[-1]), "of one example alone; it"),
        (lambda X, Y: (fit(X, Y)[0], fit(X, Y)[1] + 1), "not the best line yet"),
        (lambda X, Y: (np.ones((2, 3)), np.ones(1)), "one question about 3 features"),
        (lambda X, Y: fit(X, Y)[0], "Return two things: W, b"),
        (lambda X, Y: (fit(X, Y)[0].T, fit(X, Y)[1]), "W has shape (3, 1)"),
    ],
    "linear-stays": [
        (lambda c, bend: True, "Always True?"),
        (lambda c, bend: False, "Never?"),
        (lambda c, bend: c > 0, "the sign of c does not matter either"),
        (lambda c, bend: not bend, "With a ReLU, too"),
        (lambda c, bend: c == 1, "More stays than c = 1"),
        (lambda c, bend: bend and c < 0, "The other way round"),
        (lambda c, bend: not bend or c < 0, "Which sign of c can pass"),
        (lambda c, bend: not bend or c >= 1, "Does the size of c matter?"),
        (lambda c, bend: c > 1, "Try c = 2, ½, −2 and −½"),
        (lambda c, bend: 2, "Return True or False"),
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
        (lambda W, b, m, s: (W / s, b - m / s), "has to pass through W"),
        (lambda W, b, m, s: (W / s, (b - m) / s), "has to pass through W"),
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
        (lambda dX_hat, X, W: ((X @ W.T).T @ dX_hat, (dX_hat @ W.T).T @ X), "two gradients of the same W"),
    ],
}
