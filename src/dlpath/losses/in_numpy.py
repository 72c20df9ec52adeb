"""Loss functions and their gradients in NumPy. Each takes logits where there are some: that is where it is stable."""

import numpy as np

from dlpath.activations.in_numpy import sigmoid
from dlpath.checks import (
    check_binary_labels,
    check_class_weights,
    check_labels,
    check_number,
    check_reduction,
    check_same_shape,
    check_some,
)
from dlpath.shapes import check_shapes


def mse(Y_hat, Y, reduction="mean"):
    """Mean squared error over all N·K elements: L = Σ (ŷ − y)² / (N K) [eq-mse].

    Y_hat, Y : arrays of one shape. Returns the loss in squared units of Y, and the cache.
    reduction : "mean", "sum", or "none" for the losses of the elements.
    """
    E = _error("mse", Y_hat, Y, reduction)
    return _reduced(E * E, reduction), (E, reduction)


def mse_backward(dloss, cache):
    """dŷ = dL · 2 (ŷ − y) / (N K) [eq-mse-gradient]. dloss : scalar, 1 at the end of a network."""
    E, reduction = cache
    return _arriving("mse_backward", dloss, E, reduction) * 2 * E / _count(E, reduction)


def mae(Y_hat, Y, reduction="mean"):
    """Mean absolute error over all N·K elements: L = Σ |ŷ − y| / (N K) [eq-mae]. Arguments as of `mse`."""
    E = _error("mae", Y_hat, Y, reduction)
    return _reduced(np.abs(E), reduction), (E, reduction)


def mae_backward(dloss, cache):
    """dŷ = dL · sign(ŷ − y) / (N K), 0 where they are equal [eq-mae-gradient]."""
    E, reduction = cache
    return _arriving("mae_backward", dloss, E, reduction) * np.sign(E) / _count(E, reduction)


def huber(Y_hat, Y, delta=1.0, reduction="mean"):
    """Mean of e²/2 where |e| ≤ δ and of δ (|e| − δ/2) beyond, e = ŷ − y [eq-huber].

    Y_hat, Y, reduction : as of `mse`. Raises ValueError unless delta is positive and finite.
    """
    delta = check_number("huber", "delta", delta)
    E = _error("huber", Y_hat, Y, reduction)
    C = np.clip(E, -delta, delta)
    return _reduced(C * (E - C / 2), reduction), (C, reduction)


def huber_backward(dloss, cache):
    """dŷ = dL · clip(ŷ − y, −δ, δ) / (N K) [eq-huber-gradient]."""
    C, reduction = cache
    return _arriving("huber_backward", dloss, C, reduction) * C / _count(C, reduction)


def binary_cross_entropy(z, y, reduction="mean"):
    """L = mean of log(1 + eᶻ) − y z, for logits z and labels y of 0 or 1 [eq-binary-cross-entropy].

    z, y : arrays (N,). In nats. Equal to −y log p − (1 − y) log(1 − p) with p = σ(z), without its overflow.
    y takes the type of z. Raises ValueError when the shapes differ or a label is neither 0 nor 1.
    reduction : "mean", "sum", or "none" for the losses of the examples.
    """
    check_reduction("binary_cross_entropy", reduction)
    check_shapes("binary_cross_entropy", z=(z, "N"), y=(y, "N"))
    check_some("binary_cross_entropy", z)
    check_binary_labels("binary_cross_entropy", y)
    y = y.astype(z.dtype, copy=False)
    return _reduced(np.logaddexp(0, z) - y * z, reduction), (z, y, reduction)


def binary_cross_entropy_backward(dloss, cache):
    """dz = dL · (σ(z) − y) / N [eq-binary-cross-entropy-gradient]."""
    z, y, reduction = cache
    p, _ = sigmoid(z)
    return _arriving("binary_cross_entropy_backward", dloss, z, reduction) * (p - y) / _count(z, reduction)


def log_sum_exp(Z):
    """ℓ = m + log Σ e^(z − m), with m the largest of a row [eq-log-sum-exp]: no exponential is above 1.

    Z : array (N, K). Returns ℓ (N,), and the cache.
    """
    check_shapes("log_sum_exp", Z=(Z, "N K"))
    check_some("log_sum_exp", Z)
    m = Z.max(axis=1, keepdims=True)  # (N, 1)
    E = np.exp(Z - m)
    total = E.sum(axis=1, keepdims=True)
    return m[:, 0] + np.log(total[:, 0]), E / total


def log_sum_exp_backward(dlse, cache):
    """dz = dℓ · p, with p = softmax(z) [eq-log-sum-exp-gradient]. dlse : array (N,)."""
    P = cache
    check_same_shape("log_sum_exp_backward", out=P[:, 0], dlse=dlse)
    return dlse[:, None] * P


def cross_entropy(Z, labels, class_weights=None, reduction="mean"):
    """L = mean over rows of log Σ eᶻ − z_label [eq-cross-entropy], weighted by the label's class if weights are given.

    Z : logits, array (N, K)    labels : integers 0 … K − 1, array (N,). In nats.
    class_weights : array (K,); the mean is then divided by the sum of the weights used [eq-weighted-cross-entropy].
    reduction : "mean", "sum", or "none" for the (weighted) losses of the rows.
    Raises ValueError when a shape does not fit, a label is out of range or a weight is not positive, TypeError when
    labels are not integers.
    """
    weighted = class_weights is not None
    check_reduction("cross_entropy", reduction)
    further = {"class_weights": (class_weights, "K")} if weighted else {}
    check_shapes("cross_entropy", Z=(Z, "N K"), labels=(labels, "N"), **further)
    check_some("cross_entropy", Z)
    check_labels("cross_entropy", labels, classes=Z.shape[1])
    S = Z - Z.max(axis=1, keepdims=True)
    E = np.exp(S)
    total = E.sum(axis=1, keepdims=True)
    each = np.log(total[:, 0]) - S[np.arange(len(S)), labels]  # (N,)
    if not weighted:
        return _reduced(each, reduction), (E / total, labels, 1 / _count(each, reduction), reduction)
    check_class_weights("cross_entropy", class_weights)
    w = class_weights.astype(Z.dtype, copy=False)[labels]  # (N,)
    total_weight = w.sum() if reduction == "mean" else 1
    loss = (w * each).sum() / total_weight if reduction == "mean" else _reduced(w * each, reduction)
    return loss, (E / total, labels, w / total_weight, reduction)


def cross_entropy_backward(dloss, cache):
    """dz = dL · (p − onehot(label)) / N, with p = softmax(z) [eq-cross-entropy-gradient]; weighted, w / Σw for 1/N."""
    P, labels, share, reduction = cache
    dZ = P.copy()
    dZ[np.arange(len(P)), labels] -= 1
    dL = _arriving("cross_entropy_backward", dloss, labels, reduction) * share  # a number, or one a row
    dZ *= dL[:, None] if np.ndim(dL) else dL
    return dZ


def _error(where, Y_hat, Y, reduction):
    check_reduction(where, reduction)
    if np.shape(Y_hat) != np.shape(Y):
        raise ValueError(f"{where}: Y_hat has shape {np.shape(Y_hat)}, Y has {np.shape(Y)}; they must be equal")
    check_some(where, Y_hat)
    return Y_hat - Y


def _reduced(each, reduction):
    return {"mean": np.mean, "sum": np.sum, "none": np.copy}[reduction](each)


def _count(each, reduction):
    """What the sum of the losses is divided by."""
    return each.size if reduction == "mean" else 1


def _arriving(where, dloss, each, reduction):
    """dL at the single losses: one number for all of them, or with "none" an array of their shape."""
    if reduction != "none":
        return float(dloss)
    check_same_shape(where, loss=each, dloss=dloss)
    return dloss
