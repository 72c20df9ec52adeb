"""Initial weights as TensorFlow tensors. `rng` is a numpy.random.Generator: the same draw as in NumPy.

`keras.initializers` has the same distributions, drawn by TensorFlow's own generator; its normal ones cut the tails off.
"""

import math

import tensorflow as tf


def xavier_std(K, D):
    """Standard deviation √(2 / (D + K)) [eq-xavier]."""
    return math.sqrt(2 / (_size("D", D) + _size("K", K)))


def he_std(K, D):
    """Standard deviation √(2 / D) [eq-he]."""
    _size("K", K)
    return math.sqrt(2 / _size("D", D))


def xavier_uniform(rng, K, D, dtype=tf.float32):
    """W (K, D), uniform in ±√3 · xavier_std [eq-xavier]."""
    bound = math.sqrt(3) * xavier_std(K, D)
    return tf.constant(rng.uniform(-bound, bound, (K, D)), dtype)


def xavier_normal(rng, K, D, dtype=tf.float32):
    """W (K, D), normal with xavier_std [eq-xavier]."""
    return tf.constant(rng.normal(0, xavier_std(K, D), (K, D)), dtype)


def he_uniform(rng, K, D, dtype=tf.float32):
    """W (K, D), uniform in ±√3 · he_std [eq-he]."""
    bound = math.sqrt(3) * he_std(K, D)
    return tf.constant(rng.uniform(-bound, bound, (K, D)), dtype)


def he_normal(rng, K, D, dtype=tf.float32):
    """W (K, D), normal with he_std [eq-he]."""
    return tf.constant(rng.normal(0, he_std(K, D), (K, D)), dtype)


def _size(name, size):
    if size < 1:
        raise ValueError(f"initialization: {name} must be at least 1, got {size}")
    return size
