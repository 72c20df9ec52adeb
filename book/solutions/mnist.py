"""Solutions of the blanks and the exercises on handwritten digits, judged by the tests; two for each exercise."""

import math

import numpy as np


# mnist-turn-network
def network(X, W1, b1, W2, b2):
    """Two linear maps, and what is negative between them becomes 0."""
    return np.maximum(X @ W1.T + b1, 0) @ W2.T + b2


# mnist-turn-gradients
def gradients(X, Z1, A, P, W2, labels):
    """Backwards: predicted minus true, then through W2 and past the units that were off; sums run over the images."""
    dZ2 = (P - np.eye(P.shape[1])[labels]) / len(X)  # (N, K)
    dZ1 = dZ2 @ W2 * (Z1 > 0)  # (N, H)
    return dZ1.T @ X, dZ1.sum(axis=0), dZ2.T @ A, dZ2.sum(axis=0)


# mnist-turn-adam
def adam(w, g, m, v, t):
    """The averages go on uncorrected; only the step uses the corrected ones."""
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g**2
    m_hat, v_hat = m / (1 - 0.9**t), v / (1 - 0.999**t)
    return w - 0.001 * m_hat / (np.sqrt(v_hat) + 1e-8), m, v


# mnist-cost
def cost(sizes):
    """Between neighbouring sizes D and K lie K · D weights, each multiplied once, and K biases."""
    weights = sum(D * K for D, K in zip(sizes[:-1], sizes[1:], strict=True))
    return weights + sum(sizes[1:]), weights


def cost_by_building(sizes):
    """Build the arrays and count their entries; a matrix that meets one image makes one product an entry."""
    matrices = [np.zeros((K, D)) for D, K in zip(sizes[:-1], sizes[1:], strict=True)]
    return sum(W.size + len(W) for W in matrices), sum(W.size for W in matrices)


# mnist-start
def starting_loss(K, s):
    """log Σ eᶻ = log K + z̄ + (mean of z² − z̄²) / 2 to second order; the means are 0, s² and s²/K."""
    return math.log(K) + s**2 / 2 * (1 - 1 / K)


def starting_loss_by_curvature(K, s):
    """At z = 0 the Hessian of log Σ eᶻ is diag(p) − p pᵀ with p = 1/K; independent logits see half its trace."""
    p = np.full(K, 1 / K)
    return math.log(K) + s**2 / 2 * np.trace(np.diag(p) - np.outer(p, p))


# mnist-standardize
def standardize(x_train, x_test):
    """One mean and one deviation, measured on the training images, for both sets."""
    mean, std = x_train.mean(), x_train.std()
    return (x_train - mean) / std, (x_test - mean) / std


def standardize_by_counting(x_train, x_test):
    """Pixels are 256 grey levels: count them, and look every pixel up in a table of 256 standardized ones."""
    levels, share = np.arange(256), np.bincount(x_train.ravel(), minlength=256) / x_train.size
    mean = share @ levels
    table = (levels - mean) / math.sqrt(share @ (levels - mean) ** 2)
    return table[x_train], table[x_test]


# mnist-top-k
def top_k_accuracy(Z, labels, k):
    """Is the label among the k columns with the largest logits?"""
    best = np.argsort(-Z, axis=1)[:, :k]  # (N, K) -> (N, k)
    return np.mean((best == labels[:, None]).any(axis=1))


def top_k_accuracy_by_rank(Z, labels, k):
    """The label is among the k largest if fewer than k logits are larger than its own."""
    own = Z[np.arange(len(Z)), labels]
    return np.mean((own[:, None] < Z).sum(axis=1) < k)


# mnist-loop
def mended(model, loss, optimizer, X, y, epochs, batch_size, rng):
    """A new order in every epoch, the same for X and y; every batch; the gradient before the step."""
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for first in range(0, len(X), batch_size):
            rows = order[first : first + batch_size]
            loss(model(X[rows]), y[rows])
            model.backward(loss.backward())
            optimizer.step(model.grad)
    return model


def mended_with_splits(model, loss, optimizer, X, y, epochs, batch_size, rng):
    """The permutation itself is cut into batches; the last one is what is left."""
    for _ in range(epochs):
        cuts = range(batch_size, len(X), batch_size)
        for rows in np.split(rng.permutation(len(X)), cuts):
            loss(model(X[rows]), y[rows])
            model.backward(loss.backward())
            optimizer.step(model.grad)


# mnist-alike
def alike(change):
    """Order and the loss's unit do not matter to Adam; the size of the pixels, and which of them are 0, do."""
    return change in ("permuted", "thousandfold")


def alike_by_gradients(change):
    """For W1: the same gradients in another order; twice the reach; a factor that cancels; other pixels at zero."""
    reach_of_a_step = {"permuted": 1, "doubled": 2, "thousandfold": 1, "shifted": None}
    return reach_of_a_step[change] == 1
