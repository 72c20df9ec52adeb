"""Activation functions and their gradients in NumPy."""

import math

import numpy as np
from scipy.special import ndtr

from dlpath.checks import check_number
from dlpath.shapes import check_shapes


@np.errstate(over="ignore")  # far to the left e⁻ᶻ becomes ∞, and 1 / (1 + ∞) is the right limit
def sigmoid(Z):
    """σ(z) = 1 / (1 + e⁻ᶻ) [eq-sigmoid]. Any shape; returns A of the shape of Z, and the cache.

    To the last digits for every z. The other form, ½ tanh(z / 2) + ½, has none left for σ(−40), which it makes 0.
    """
    A = 1 / (1 + np.exp(-Z))
    return A, (Z, A)


def sigmoid_backward(dA, cache):
    """dz = da · σ(z) (1 − σ(z)) [eq-sigmoid-derivative]; 1 − σ(z) is σ(−z), and the difference would cancel."""
    Z, A = cache
    _check_gradient("sigmoid_backward", dA, A)
    return dA * A * sigmoid(-Z)[0]


def tanh(Z):
    """tanh(z) = (eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ) = 2σ(2z) − 1 [eq-tanh]. Any shape."""
    A = np.tanh(Z)
    return A, A


def tanh_backward(dA, cache):
    """dz = da · (1 − tanh²(z)) [eq-tanh-derivative]."""
    A = cache
    _check_gradient("tanh_backward", dA, A)
    return dA * (1 - A * A)


def relu(Z):
    """relu(z) = max(z, 0) [eq-relu]. Any shape."""
    return np.maximum(Z, 0), Z


def relu_backward(dA, cache):
    """dz = da where z > 0, else 0 [eq-relu-derivative]; at z = 0 the frameworks' choice, 0."""
    Z = cache
    _check_gradient("relu_backward", dA, Z)
    return np.where(Z > 0, dA, 0)  # a product, dA * (Z > 0), would make ∞ · 0 not a number


def leaky_relu(Z, slope=0.01):
    """z for z > 0, else slope · z [eq-leaky-relu]. Any shape; 0 ≤ slope ≤ 1.

    PyTorch's default slope is 0.01, Keras' 0.3: name it.
    """
    if not 0 <= slope <= 1:
        raise ValueError(f"leaky_relu: slope must lie in 0 … 1, got {slope}")
    slope = float(slope)  # a NumPy scalar would make float32 float64
    return np.maximum(Z, slope * Z), (Z, slope)


def leaky_relu_backward(dA, cache):
    """dz = da where z > 0, else slope · da [eq-leaky-relu-derivative]."""
    Z, slope = cache
    _check_gradient("leaky_relu_backward", dA, Z)
    return np.where(Z > 0, dA, slope * dA)


def elu(Z, alpha=1.0):
    """z for z > 0, else α (eᶻ − 1) [eq-elu]. Any shape; α > 0. Source: clevert2016.

    expm1(z) is eᶻ − 1 without the cancellation near 0.
    """
    alpha = check_number("elu", "alpha", alpha)
    return np.maximum(Z, 0) + alpha * np.expm1(np.minimum(Z, 0)), (Z, alpha)


def elu_backward(dA, cache):
    """dz = da for z > 0, else α eᶻ da [eq-elu-derivative]; a + α would be the same slope, cancelled far to the left."""
    Z, alpha = cache
    _check_gradient("elu_backward", dA, Z)
    return np.where(Z > 0, dA, alpha * np.exp(np.minimum(Z, 0)) * dA)


def gelu(Z):
    """gelu(z) = z Φ(z), Φ the standard normal distribution function [eq-gelu]. Any shape.

    Source: Hendrycks and Gimpel, hendrycks2016; the exact form, not the tanh approximation.
    """
    Phi = ndtr(Z)
    return Z * Phi, (Z, Phi)


def gelu_backward(dA, cache):
    """dz = da · (Φ(z) + z φ(z)), φ the standard normal density [eq-gelu-derivative]."""
    Z, Phi = cache
    _check_gradient("gelu_backward", dA, Z)
    phi = np.exp(-0.5 * Z * Z) / math.sqrt(2 * math.pi)
    return dA * (Phi + Z * phi)


def softplus(Z):
    """log(1 + eᶻ) = max(z, 0) + log(1 + e^−|z|) [eq-softplus]. Any shape. Source: dugas2001.

    The second form has no exponent above 0, and log1p keeps the digits of e^−|z| when 1 would swallow them.
    """
    return np.maximum(Z, 0) + np.log1p(np.exp(-np.abs(Z))), Z


def softplus_backward(dA, cache):
    """dz = da · σ(z) [eq-softplus-derivative]."""
    Z = cache
    _check_gradient("softplus_backward", dA, Z)
    return dA * sigmoid(Z)[0]


def softmax(Z):
    """Each row of Z to probabilities: p = eᶻ / Σ eᶻ [eq-softmax].

    Z : array (N, K). The row's largest value is subtracted first: the same p, and no overflow.
    """
    check_shapes("softmax", Z=(Z, "N K"))
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    return P, P


def softmax_backward(dP, cache):
    """dz = p · (dp − Σ p dp), row by row: the Jacobian diag(p) − p pᵀ applied, never built [eq-softmax-derivative]."""
    P = cache
    _check_gradient("softmax_backward", dP, P)
    return P * (dP - (P * dP).sum(axis=1, keepdims=True))


def _check_gradient(where, dA, A):
    if np.shape(dA) != np.shape(A):
        raise ValueError(f"{where}: the gradient has shape {np.shape(dA)}, expected {np.shape(A)}")
