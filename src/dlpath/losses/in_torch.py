"""Loss functions in PyTorch, every default named."""

import torch
import torch.nn.functional as F

from dlpath.checks import (
    check_binary_labels,
    check_class_weights,
    check_labels,
    check_number,
    check_reduction,
    check_some,
)
from dlpath.shapes import check_shapes


def mse(Y_hat, Y, reduction="mean"):
    """Mean squared error over all elements [eq-mse]. Tensors of one shape; reduction "mean", "sum" or "none"."""
    _check_targets("mse", Y_hat, Y, reduction)
    return F.mse_loss(Y_hat, Y, reduction=reduction)


def mae(Y_hat, Y, reduction="mean"):
    """Mean absolute error over all elements [eq-mae]. Arguments as of `mse`."""
    _check_targets("mae", Y_hat, Y, reduction)
    return F.l1_loss(Y_hat, Y, reduction=reduction)


def huber(Y_hat, Y, delta=1.0, reduction="mean"):
    """Mean of e²/2 where |e| ≤ δ and of δ (|e| − δ/2) beyond, e = ŷ − y [eq-huber]. Arguments as of `mse`."""
    delta = check_number("huber", "delta", delta)
    _check_targets("huber", Y_hat, Y, reduction)
    return F.huber_loss(Y_hat, Y, reduction=reduction, delta=delta)


def binary_cross_entropy(z, y, reduction="mean"):
    """Mean of log(1 + eᶻ) − y z, for logits z (N,) and labels y (N,) of 0 or 1, in nats [eq-binary-cross-entropy]."""
    check_reduction("binary_cross_entropy", reduction)
    check_shapes("binary_cross_entropy", z=(z, "N"), y=(y, "N"))
    check_some("binary_cross_entropy", z)
    check_binary_labels("binary_cross_entropy", y)
    return F.binary_cross_entropy_with_logits(z, y.to(z.dtype), reduction=reduction)


def log_sum_exp(Z):
    """log Σ eᶻ of each row, Z (N, K) -> (N,) [eq-log-sum-exp]."""
    check_shapes("log_sum_exp", Z=(Z, "N K"))
    check_some("log_sum_exp", Z)
    return torch.logsumexp(Z, dim=1)


def cross_entropy(Z, labels, class_weights=None, reduction="mean"):
    """Mean of log Σ eᶻ − z_label, for logits Z (N, K) and integer labels (N,), in nats [eq-cross-entropy].

    class_weights : tensor (K,); the mean is then divided by the sum of the weights used [eq-weighted-cross-entropy].
    """
    check_reduction("cross_entropy", reduction)
    further = {} if class_weights is None else {"class_weights": (class_weights, "K")}
    check_shapes("cross_entropy", Z=(Z, "N K"), labels=(labels, "N"), **further)
    check_some("cross_entropy", Z)
    check_labels("cross_entropy", labels, classes=Z.shape[1])
    if class_weights is not None:
        check_class_weights("cross_entropy", class_weights)
        class_weights = class_weights.to(Z.dtype)
    return F.cross_entropy(Z, labels.long(), weight=class_weights, reduction=reduction, label_smoothing=0.0)


def _check_targets(where, Y_hat, Y, reduction):
    check_reduction(where, reduction)
    if Y_hat.shape != Y.shape:
        raise ValueError(f"{where}: Y_hat has shape {tuple(Y_hat.shape)}, Y has {tuple(Y.shape)}; they must be equal")
    check_some(where, Y_hat)
