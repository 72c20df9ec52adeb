"""Loss functions in PyTorch, every default named."""

import torch.nn.functional as F

from dlpath.shapes import check_shapes


def mse(Y_hat, Y):
    """Mean squared error over all elements [eq-mse]. Tensors of one shape."""
    if Y_hat.shape != Y.shape:
        raise ValueError(f"mse: Y_hat has shape {tuple(Y_hat.shape)}, Y has {tuple(Y.shape)}; they must be equal")
    return F.mse_loss(Y_hat, Y, reduction="mean")


def binary_cross_entropy(z, y):
    """Mean of log(1 + eᶻ) − y z, for logits z (N,) and labels y (N,) of 0 or 1, in nats [eq-binary-cross-entropy]."""
    check_shapes("binary_cross_entropy", z=(z, "N"), y=(y, "N"))
    return F.binary_cross_entropy_with_logits(z, y, reduction="mean")


def cross_entropy(Z, labels):
    """Mean of log Σ eᶻ − z_label, for logits Z (N, K) and integer labels (N,), in nats [eq-cross-entropy]."""
    check_shapes("cross_entropy", Z=(Z, "N K"), labels=(labels, "N"))
    return F.cross_entropy(Z, labels, reduction="mean", label_smoothing=0.0)
