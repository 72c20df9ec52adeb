"""Loss functions in TensorFlow, on logits: on probabilities Keras clips, and a confident mistake costs too little."""

import tensorflow as tf

from dlpath.checks import check_binary_labels, check_labels, check_some
from dlpath.shapes import check_shapes


def mse(Y_hat, Y):
    """Mean squared error over all elements [eq-mse]. Tensors of one shape."""
    if Y_hat.shape != Y.shape:
        raise ValueError(f"mse: Y_hat has shape {tuple(Y_hat.shape)}, Y has {tuple(Y.shape)}; they must be equal")
    check_some("mse", Y_hat)
    return tf.reduce_mean(tf.square(Y_hat - Y))


def binary_cross_entropy(z, y):
    """Mean of log(1 + eᶻ) − y z, for logits z (N,) and labels y (N,) of 0 or 1, in nats [eq-binary-cross-entropy]."""
    check_shapes("binary_cross_entropy", z=(z, "N"), y=(y, "N"))
    check_some("binary_cross_entropy", z)
    check_binary_labels("binary_cross_entropy", y)
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.cast(y, z.dtype), logits=z))


def cross_entropy(Z, labels):
    """Mean of log Σ eᶻ − z_label, for logits Z (N, K) and integer labels (N,), in nats [eq-cross-entropy]."""
    check_shapes("cross_entropy", Z=(Z, "N K"), labels=(labels, "N"))
    check_some("cross_entropy", Z)
    check_labels("cross_entropy", labels, classes=Z.shape[1])
    labels = tf.cast(labels, tf.int64)
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=Z))
