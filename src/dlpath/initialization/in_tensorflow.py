"""Initial weights as TensorFlow tensors. `rng` is a numpy.random.Generator: the same draw as in NumPy.

`keras.initializers` has the same distributions, drawn by TensorFlow's own generator; its normal ones cut the tails off.
"""

import tensorflow as tf

from dlpath.initialization.spread import he_std, normal, uniform, xavier_std


def xavier_uniform(rng, K, D, dtype=tf.float32):
    """W (K, D), uniform in ±√3 · xavier_std [eq-xavier]."""
    return tf.constant(uniform(rng, xavier_std(K, D), K, D), dtype)


def xavier_normal(rng, K, D, dtype=tf.float32):
    """W (K, D), normal with xavier_std [eq-xavier]."""
    return tf.constant(normal(rng, xavier_std(K, D), K, D), dtype)


def he_uniform(rng, K, D, dtype=tf.float32):
    """W (K, D), uniform in ±√3 · he_std [eq-he]."""
    return tf.constant(uniform(rng, he_std(K, D), K, D), dtype)


def he_normal(rng, K, D, dtype=tf.float32):
    """W (K, D), normal with he_std [eq-he]."""
    return tf.constant(normal(rng, he_std(K, D), K, D), dtype)
