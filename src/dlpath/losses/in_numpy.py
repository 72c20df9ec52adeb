"""Loss functions and their gradients in NumPy. Each takes logits where there are some: that is where it is stable."""

import numpy as np

from dlpath.activations.in_numpy import sigmoid
from dlpath.checks import check_binary_labels, check_labels, check_some
from dlpath.shapes import check_shapes


def mse(Y_hat, Y):
    """Mean squared error over all N·K elements: L = Σ (ŷ − y)² / (N K) [eq-mse].

    Y_hat, Y : arrays of one shape. Returns the loss in squared units of Y, and the cache.
    """
    if np.shape(Y_hat) != np.shape(Y):
        raise ValueError(f"mse: Y_hat has shape {np.shape(Y_hat)}, Y has {np.shape(Y)}; they must be equal")
    check_some("mse", Y_hat)
    E = Y_hat - Y
    return np.mean(E * E), E


def mse_backward(dloss, cache):
    """dŷ = dL · 2 (ŷ − y) / (N K) [eq-mse-gradient]. dloss : scalar, 1 at the end of a network."""
    E = cache
    return float(dloss) * 2 * E / E.size


def binary_cross_entropy(z, y):
    """L = mean of log(1 + eᶻ) − y z, for logits z and labels y of 0 or 1 [eq-binary-cross-entropy].

    z, y : arrays (N,). In nats. Equal to −y log p − (1 − y) log(1 − p) with p = σ(z), without its overflow.
    y takes the type of z. Raises ValueError when the shapes differ or a label is neither 0 nor 1.
    """
    check_shapes("binary_cross_entropy", z=(z, "N"), y=(y, "N"))
    check_some("binary_cross_entropy", z)
    check_binary_labels("binary_cross_entropy", y)
    y = y.astype(z.dtype, copy=False)
    return np.mean(np.logaddexp(0, z) - y * z), (z, y)


def binary_cross_entropy_backward(dloss, cache):
    """dz = dL · (σ(z) − y) / N [eq-binary-cross-entropy-gradient]."""
    z, y = cache
    p, _ = sigmoid(z)
    return float(dloss) * (p - y) / z.size


def cross_entropy(Z, labels):
    """L = mean over rows of log Σ eᶻ − z_label [eq-cross-entropy].

    Z : logits, array (N, K)    labels : integers 0 … K − 1, array (N,). In nats.
    Raises ValueError when a shape does not fit or a label is out of range, TypeError when labels are not integers.
    """
    check_shapes("cross_entropy", Z=(Z, "N K"), labels=(labels, "N"))
    check_some("cross_entropy", Z)
    check_labels("cross_entropy", labels, classes=Z.shape[1])
    S = Z - Z.max(axis=1, keepdims=True)
    E = np.exp(S)
    total = E.sum(axis=1, keepdims=True)
    loss = (np.log(total[:, 0]) - S[np.arange(len(S)), labels]).sum() / len(S)
    return loss, (E / total, labels)


def cross_entropy_backward(dloss, cache):
    """dz = dL · (p − onehot(label)) / N, with p = softmax(z) [eq-cross-entropy-gradient]."""
    P, labels = cache
    N = len(P)
    dZ = P.copy()
    dZ[np.arange(N), labels] -= 1
    dZ *= float(dloss) / N
    return dZ
