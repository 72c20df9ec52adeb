"""Activation functions in PyTorch."""

import torch
import torch.nn.functional as F

from dlpath.checks import check_number
from dlpath.shapes import check_shapes


def sigmoid(Z):
    """σ(z) = 1 / (1 + e⁻ᶻ) [eq-sigmoid]. Any shape."""
    return torch.sigmoid(Z)


def tanh(Z):
    """tanh(z) = 2σ(2z) − 1 [eq-tanh]. Any shape."""
    return torch.tanh(Z)


def relu(Z):
    """relu(z) = max(z, 0) [eq-relu]. Any shape."""
    return F.relu(Z)


def leaky_relu(Z, slope=0.01):
    """z for z > 0, else slope · z [eq-leaky-relu]. Any shape; 0 ≤ slope ≤ 1."""
    if not 0 <= slope <= 1:
        raise ValueError(f"leaky_relu: slope must lie in 0 … 1, got {slope}")
    return F.leaky_relu(Z, negative_slope=slope)


def elu(Z, alpha=1.0):
    """z for z > 0, else α (eᶻ − 1) [eq-elu]. Any shape; α > 0."""
    return F.elu(Z, alpha=check_number("elu", "alpha", alpha))


def gelu(Z):
    """gelu(z) = z Φ(z), the exact form [eq-gelu]. Any shape."""
    return F.gelu(Z, approximate="none")


def softplus(Z):
    """log(1 + eᶻ) [eq-softplus]. Any shape.

    Above its threshold PyTorch returns z itself. By default that is 20, where e⁻ᶻ still counts in float64.
    """
    return F.softplus(Z, threshold=40)


def softmax(Z):
    """Each row of Z (N, K) to probabilities: p = eᶻ / Σ eᶻ [eq-softmax]."""
    check_shapes("softmax", Z=(Z, "N K"))
    return F.softmax(Z, dim=1)
