"""Solutions of the blanks and the exercises on one step by hand, judged by the tests; two for each exercise."""

import numpy as np


# one_step-turn-output
def output(P, Y):
    """Probability minus truth, over N."""
    return (P - Y) / len(P)


# one_step-turn-layer
def layer(dZ, A):
    """The examples are summed over: in the product, and for the biases."""
    return dZ.T @ A, dZ.sum(axis=0)


# one_step-turn-hidden
def hidden(dZ2, W2, Z1):
    """Back through the weights, then through the gate."""
    return (dZ2 @ W2) * (Z1 > 0)


# one_step-turn-update
def update(theta, g, lr):
    """Against the gradient, and what that is worth to first order."""
    return theta - lr * g, -lr * g @ g


# one_step-thin
def thin(x, y, w1, b1, w2, b2):
    """Error, second weight, gate, input: one slope for each arrow from the loss to w₁."""
    z = w1 * x + b1
    error = w2 * max(z, 0) + b2 - y
    return error * w2 * (z > 0) * x


def thin_by_cases(x, y, w1, b1, w2, b2):
    """Off, and w₁ does not matter; on, and ŷ is a straight line in w₁ with the slope w₂x."""
    if w1 * x + b1 <= 0:
        return 0.0
    return (w2 * (w1 * x + b1) + b2 - y) * w2 * x


# one_step-after
def walked(theta, X, labels, lr, steps):
    """A loop: forward, backward, and then all four arrays at once."""
    N = len(X)
    for _ in range(steps + 1):
        W1, b1, W2, b2 = theta
        Z1 = X @ W1.T + b1
        A1 = np.maximum(Z1, 0)
        Z2 = A1 @ W2.T + b2
        P = np.exp(Z2 - Z2.max(axis=1, keepdims=True))
        P = P / P.sum(axis=1, keepdims=True)
        loss = -np.log(P[np.arange(N), labels]).mean()
        dZ2 = (P - np.eye(len(b2))[labels]) / N
        dZ1 = (dZ2 @ W2) * (Z1 > 0)
        grads = dZ1.T @ X, dZ1.sum(axis=0), dZ2.T @ A1, dZ2.sum(axis=0)
        theta = [t - lr * g for t, g in zip(theta, grads, strict=True)]
    return loss  # of the parameters before the last update, which is one more than asked for


def walked_with_the_package(theta, X, labels, lr, steps):
    """The same with the pairs of functions, which is what `losses` and `gradients` of the chapter are made of."""
    from dlpath.activations.in_numpy import relu, relu_backward
    from dlpath.linear.in_numpy import linear, linear_backward
    from dlpath.losses.in_numpy import cross_entropy, cross_entropy_backward

    for _ in range(steps + 1):
        W1, b1, W2, b2 = theta
        Z1, first = linear(X, W1, b1)
        A1, gate = relu(Z1)
        Z2, second = linear(A1, W2, b2)
        loss, end = cross_entropy(Z2, labels)
        dA1, dW2, db2 = linear_backward(cross_entropy_backward(1.0, end), second)
        _, dW1, db1 = linear_backward(relu_backward(dA1, gate), first)
        theta = [t - lr * g for t, g in zip(theta, (dW1, db1, dW2, db2), strict=True)]
    return loss


# one_step-kept
def step(W1, b1, W2, b2, X, Y, lr):
    """All gradients first; then nothing has to be kept."""
    Z1 = X @ W1.T + b1
    A1 = np.maximum(Z1, 0)
    E = np.exp(A1 @ W2.T + b2)
    dZ2 = (E / E.sum(axis=1, keepdims=True) - Y) / len(X)
    dZ1 = (dZ2 @ W2) * (Z1 > 0)
    W2 -= lr * dZ2.T @ A1
    b2 -= lr * dZ2.sum(axis=0)
    W1 -= lr * dZ1.T @ X
    b1 -= lr * dZ1.sum(axis=0)
    return W1, b1, W2, b2


def step_with_a_copy(W1, b1, W2, b2, X, Y, lr):
    """`old` becomes an array of its own."""
    Z1 = X @ W1.T + b1
    A1 = np.maximum(Z1, 0)
    E = np.exp(A1 @ W2.T + b2)
    dZ2 = (E / E.sum(axis=1, keepdims=True) - Y) / len(X)
    old = W2.copy()
    W2 -= lr * dZ2.T @ A1
    b2 -= lr * dZ2.sum(axis=0)
    dZ1 = (dZ2 @ old) * (Z1 > 0)
    W1 -= lr * dZ1.T @ X
    b1 -= lr * dZ1.sum(axis=0)
    return W1, b1, W2, b2


# one_step-still
def still(on, D, K):
    """Off for all: D weights and a bias get nothing, and K weights multiply a 0. Five, for one such unit of ours."""
    return np.sum(~on.any(axis=0)) * (D + 1 + K)


def still_unit_by_unit(on, D, K):
    """The arrows that end at a silent unit, its bias, and the arrows that begin there."""
    return sum(D + 1 + K for unit in on.T if not unit.any())


# one_step-foretold
def foretold(G, lr):
    """Each gradient times the one step, which is minus the rate times their mean."""
    return G @ (-lr * G.mean(axis=0))


def foretold_from_products(G, lr):
    """The table of all products of two gradients; its rows' means."""
    return -lr * (G @ G.T).mean(axis=1)
