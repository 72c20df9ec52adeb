"""Logistic regression in NumPy: the model, its loss with gradient and Hessian, and two ways to the minimum."""

import numpy as np

from dlpath.activations.in_numpy import sigmoid
from dlpath.checks import (
    check_binary_labels,
    check_count,
    check_loss,
    check_number,
    check_params,
    check_penalty,
    check_some,
)
from dlpath.linear.in_numpy import linear
from dlpath.shapes import check_shapes


def probability(X, W, b):
    """p = σ(X Wᵀ + b), the probability of class 1 for each row [eq-logistic-model].

    X : array (N, D)    W : array (1, D)    b : array (1,)    Returns p : array (N,)
    """
    check_shapes("logistic_regression", X=(X, "N D"), W=(W, "1 D"), b=(b, "1"))
    Z, _ = linear(X, W, b)
    p, _ = sigmoid(Z[:, 0])
    return p


def logistic_loss(X, y, W, b, l2=0.0):
    """Mean negative log-likelihood plus ½ l2 ‖W‖² [eq-logistic-loss]; the bias is not penalized.

    y : array (N,) of 0 and 1. Returns the loss in nats, and the cache.
    Raises ValueError when a shape does not fit, a label is neither 0 nor 1, or l2 is negative.
    """
    check_shapes("logistic_loss", X=(X, "N D"), y=(y, "N"), W=(W, "1 D"), b=(b, "1"))
    check_some("logistic_loss", X)
    check_binary_labels("logistic_loss", y)
    l2 = check_penalty("logistic_loss", l2)
    z = linear(X, W, b)[0][:, 0]
    y = y.astype(z.dtype, copy=False)
    loss = np.mean(np.logaddexp(0, z) - y * z) + 0.5 * l2 * np.sum(W * W)
    return loss, (X, y, W, sigmoid(z)[0], l2)


def logistic_loss_backward(dloss, cache):
    """dW = dL · ((p − y)ᵀ X / N + l2 W), db = dL · mean(p − y) [eq-logistic-gradient-w] [eq-logistic-gradient-b]."""
    X, y, W, p, l2 = cache
    N, dloss = len(X), float(dloss)
    dW = dloss * ((p - y)[None, :] @ X / N + l2 * W)
    db = dloss * np.mean(p - y, keepdims=True)
    return dW, db


def logistic_hessian(X, W, b, l2=0.0):
    """H = X̃ᵀ S X̃ / N + l2 diag(1, …, 1, 0), with X̃ = [X 1] and S = diag(p (1 − p)) [eq-logistic-hessian].

    Returns H : array (D + 1, D + 1); its last row and column belong to the bias.
    """
    l2 = check_penalty("logistic_hessian", l2)
    s = probability(X, W, b) * probability(X, -W, -b)  # p (1 − p), which cancels where p is near 1
    N, D = X.shape
    X1 = np.column_stack([X, np.ones(N, X.dtype)])  # (N, D) -> (N, D + 1)
    H = X1.T @ (s[:, None] * X1) / N
    H[np.arange(D), np.arange(D)] += l2
    return H


def newton_step(X, y, W, b, l2=0.0):
    """[W b] ← [W b] − H⁻¹ [dW db] [eq-logistic-newton]. Returns the new W, b.

    Raises numpy.linalg.LinAlgError when H is singular (collinear columns and no penalty).
    """
    _, cache = logistic_loss(X, y, W, b, l2)
    dW, db = logistic_loss_backward(1.0, cache)
    step = np.linalg.solve(logistic_hessian(X, W, b, l2), np.concatenate([dW[0], db]))
    return W - step[None, :-1], b - step[-1:]


class LogisticRegression:
    """The model y = σ(Wx + b) with its two fits. D : number of features; W (1, D) and b (1,) start at zero."""

    def __init__(self, D, dtype=np.float64):
        self.W, self.b = np.zeros((1, D), dtype), np.zeros(1, dtype)

    def load(self, params):
        """Take over {"W": (1, D), "b": (1,)}."""
        check_params("LogisticRegression", {"W": self.W.shape, "b": self.b.shape}, params)
        self.W[...], self.b[...] = params["W"], params["b"]
        return self

    def __call__(self, X):
        return probability(X, self.W, self.b)

    def fit_newton(self, X, y, l2=0.0, tol=1e-6, max_steps=50):
        """Newton steps until one moves no logit by more than `tol`. Returns the loss before each step and at the end.

        A small gradient would be no sign of arrival: on separable data it shrinks for ever while the weights run away.
        Raises RuntimeError when the iterate separates the classes and nothing is penalized, for then no minimum
        exists (albert1984), and when `max_steps` are not enough.
        """
        check_count("fit_newton", "max_steps", max_steps)
        X = X.astype(self.W.dtype, copy=False)
        history, z = [], linear(X, self.W, self.b)[0]
        for _ in range(max_steps):
            history.append(float(logistic_loss(X, y, self.W, self.b, l2)[0]))
            self.W, self.b = newton_step(X, y, self.W, self.b, l2)
            z_before, z = z, linear(X, self.W, self.b)[0]
            if l2 == 0 and np.all(np.where(y == 1, z[:, 0], -z[:, 0]) > 0):
                raise RuntimeError(
                    f"fit_newton: step {len(history)} puts all {len(y)} examples on the right side; "
                    "the data are separable, and without a penalty l2 > 0 there is no minimum"
                )
            if np.abs(z - z_before).max() <= tol:
                return [*history, float(logistic_loss(X, y, self.W, self.b, l2)[0])]
        raise RuntimeError(f"fit_newton: not converged after {max_steps} steps; is the data separable?")

    def fit_gradient_descent(self, X, y, lr, steps, l2=0.0):
        """Plain gradient descent on all examples. Returns the loss before each step.

        Raises FloatingPointError when the loss is no longer a finite number.
        """
        lr = check_number("fit_gradient_descent", "lr", lr)
        check_count("fit_gradient_descent", "steps", steps)
        X = X.astype(self.W.dtype, copy=False)
        history = []
        for step in range(steps):
            loss, cache = logistic_loss(X, y, self.W, self.b, l2)
            check_loss("fit_gradient_descent", loss, f"after step {step}")
            dW, db = logistic_loss_backward(1.0, cache)
            self.W, self.b = self.W - lr * dW, self.b - lr * db
            history.append(float(loss))
        check_loss("fit_gradient_descent", logistic_loss(X, y, self.W, self.b, l2)[0], f"after step {steps}")
        return history
