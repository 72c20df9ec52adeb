"""Solutions to the exercises of the chapter on logistic regression, two for each."""

import numpy as np


# logistic_regression-update
def updated(p, w):
    """The odds, multiplied, and back."""
    odds = p / (1 - p) * np.exp(w)
    return odds / (1 + odds)


def updated_on_the_logit_scale(p, w):
    """The log-odds, moved, and back through the sigmoid."""
    return 1 / (1 + np.exp(-(np.log(p) - np.log(1 - p) + w)))


# logistic_regression-distance
def distance(x, W, b, q):
    """The difference of the logits, over how fast the logit grows per unit of distance."""
    return abs(W[0] @ x + b[0] - np.log(q / (1 - q))) / np.linalg.norm(W)


def distance_by_projection(x, W, b, q):
    """The nearest point of the plane of probability q, and how far it is."""
    w = W[0]
    foot = x - (w @ x + b[0] - np.log(q / (1 - q))) / (w @ w) * w
    return np.linalg.norm(x - foot)


# logistic_regression-signs
def gradient_with_signs(X, t, W, b):
    """Each example pulls by t, as strongly as the model believed in the other label."""
    z = X @ W[0] + b
    return (-t / (1 + np.exp(t * z)) @ X / len(X))[None, :]


def gradient_by_translation(X, t, W, b):
    """Translate the labels to y = (t + 1) / 2 and use the chapter's gradient."""
    p = 1 / (1 + np.exp(-(X @ W.T + b)))  # (N, 1)
    return (p - (t[:, None] + 1) / 2).T @ X / len(X)


# logistic_regression-bells
def bells(m0, m1, s, share):
    """The coefficients of x and of 1 in the log of the ratio."""
    return (m1 - m0) / s**2, (m0**2 - m1**2) / (2 * s**2) + np.log(share / (1 - share))


def bells_from_two_points(m0, m1, s, share):
    """A straight line is known by two of its points: the log-odds at x = 0 and at x = 1."""

    def log_odds(x):
        return np.log(share / (1 - share)) + ((x - m0) ** 2 - (x - m1) ** 2) / (2 * s**2)

    return log_odds(1.0) - log_odds(0.0), log_odds(0.0)


# logistic_regression-coin
def coin_step(b, k, N):
    """Minus the slope over the curvature; from b = 3 that leads to −7, where the loss is larger, so it is halved."""

    def loss(b):
        return np.logaddexp(0, b) - b * k / N

    p = 1 / (1 + np.exp(-b))
    step = (p - k / N) / (p * (1 - p))
    while loss(b - step) >= loss(b):
        step = step / 2
    return b - step


def coin_step_by_recursion(b, k, N, part=1.0):
    """The first of the steps 1, 1/2, 1/4, … behind which the loss is lower."""
    heads = k / N
    p = 1 / (1 + np.exp(-b))
    new = b - part * (p - heads) / (p * (1 - p))
    lower = np.logaddexp(0, new) - new * heads < np.logaddexp(0, b) - b * heads
    return new if lower else coin_step_by_recursion(b, k, N, part / 2)


# logistic_regression-price
def fit_with_price(X, y, l2, steps=2000):
    """The bias is free: with a price on it, the gradient at the minimum is mean(p − y) + l2 b, so p is off by l2 b."""
    X_ones = np.column_stack([X, np.ones(len(y))])  # (N, D) -> (N, D + 1)
    theta = np.zeros(X_ones.shape[1])
    price = np.append(np.full(X.shape[1], l2), 0.0)
    for _ in range(steps):
        p = 1 / (1 + np.exp(-X_ones @ theta))
        theta = theta - 0.5 * (X_ones.T @ (p - y) / len(y) + price * theta)
    return theta


def fit_with_price_apart(X, y, l2, steps=2000):
    """Weights and bias apart, so that the price has one place to stand in."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        error = 1 / (1 + np.exp(-(X @ w + b))) - y
        w, b = w - 0.5 * (error @ X / len(y) + l2 * w), b - 0.5 * error.mean()
    return np.append(w, b)


# logistic_regression-turn-model
def model(X, W, b):
    """The linear map with one output, and the sigmoid of it."""
    return 1 / (1 + np.exp(-(X @ W[0] + b)))


# logistic_regression-turn-loss
def surprise(z, y):
    """log(1 + e^z) − y z for each example, without an exponent that overflows; then the mean."""
    return np.mean(np.logaddexp(0, z) - y * z)


# logistic_regression-turn-gradient
def gradient(X, y, W, b):
    """Error times input, and the error alone for the bias, whose input is 1."""
    error = 1 / (1 + np.exp(-(X @ W[0] + b))) - y  # (N,)
    return (error @ X / len(X))[None, :], error.mean(keepdims=True)


# logistic_regression-turn-newton
def newton(X, y, W, b):
    """Gradient and Hessian of [W b] with a column of ones, and one linear system."""
    X_ones = np.column_stack([X, np.ones(len(X))])
    p = 1 / (1 + np.exp(-(X @ W[0] + b)))
    H = X_ones.T @ ((p * (1 - p))[:, None] * X_ones) / len(X)
    step = np.linalg.solve(H, X_ones.T @ (p - y) / len(X))
    return W - step[:-1], b - step[-1:]
