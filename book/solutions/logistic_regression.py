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
    """Minus the slope over the curvature."""
    p = 1 / (1 + np.exp(-b))
    return b - (p - k / N) / (p * (1 - p))


def coin_step_by_matrices(b, k, N):
    """The chapter's step, with a column of ones for X and a sum over the throws."""
    y = np.r_[np.ones(k), np.zeros(N - k)]
    p = np.full(N, 1 / (1 + np.exp(-b)))
    ones = np.ones((N, 1))
    return b - np.linalg.solve(ones.T @ ((p * (1 - p))[:, None] * ones), ones.T @ (p - y))[0]
