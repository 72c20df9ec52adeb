"""Keras' Dense stores its weights as (in, out), the book as (out, in): the one place where they are transposed."""


def dense_params(layer):
    """W (K, D) and b (K,) of a Dense layer as tensors, for reading and under a GradientTape."""
    import tensorflow as tf

    return tf.transpose(layer.kernel.value), layer.bias.value


def load_dense(layer, W, b):
    """Copy W (K, D) and b (K,) into a Dense layer."""
    layer.kernel.assign(W.T)
    layer.bias.assign(b)
