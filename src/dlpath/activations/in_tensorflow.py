"""Activation functions in TensorFlow.

`tf.nn.leaky_relu` and `tf.nn.gelu` pass their Python constants through float32, which costs float64 half
its digits (1.5e-8 and 3e-7 were measured): these two are written out with constants of the tensor's own type.
`tf.nn.elu` has no α, takes eᶻ − 1 as a difference near 0 and its slope as a + 1, where it cancels: written out, too.
"""

import math

import tensorflow as tf

from dlpath.checks import check_number
from dlpath.shapes import check_shapes


def sigmoid(Z):
    """σ(z) = 1 / (1 + e⁻ᶻ) [eq-sigmoid]. Any shape."""
    return tf.sigmoid(Z)


def tanh(Z):
    """tanh(z) = 2σ(2z) − 1 [eq-tanh]. Any shape."""
    return tf.tanh(Z)


def relu(Z):
    """relu(z) = max(z, 0) [eq-relu]. Any shape."""
    return tf.nn.relu(Z)


def leaky_relu(Z, slope=0.01):
    """z for z > 0, else slope · z [eq-leaky-relu]. Any shape; 0 ≤ slope ≤ 1."""
    if not 0 <= slope <= 1:
        raise ValueError(f"leaky_relu: slope must lie in 0 … 1, got {slope}")
    return tf.where(Z > 0, Z, tf.constant(slope, Z.dtype) * Z)


def elu(Z, alpha=1.0):
    """z for z > 0, else α (eᶻ − 1) [eq-elu]. Any shape; α > 0."""
    alpha = tf.constant(check_number("elu", "alpha", alpha), Z.dtype)
    return tf.nn.relu(Z) + alpha * tf.math.expm1(tf.minimum(Z, 0))


def gelu(Z):
    """gelu(z) = z Φ(z), with Φ(z) = ½ (1 + erf(z / √2)) [eq-gelu]. Any shape."""
    half, root2 = tf.constant(0.5, Z.dtype), tf.constant(math.sqrt(2), Z.dtype)
    return Z * half * (1 + tf.math.erf(Z / root2))


def softplus(Z):
    """log(1 + eᶻ) [eq-softplus]. Any shape."""
    return tf.nn.softplus(Z)


def softmax(Z):
    """Each row of Z (N, K) to probabilities: p = eᶻ / Σ eᶻ [eq-softmax]."""
    check_shapes("softmax", Z=(Z, "N K"))
    return tf.nn.softmax(Z, axis=1)
