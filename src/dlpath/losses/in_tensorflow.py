"""Loss functions in TensorFlow, on logits: on probabilities Keras clips, and a confident mistake costs too little."""

import tensorflow as tf

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
    return _reduced(tf.square(_error("mse", Y_hat, Y, reduction)), reduction)


def mae(Y_hat, Y, reduction="mean"):
    """Mean absolute error over all elements [eq-mae]. Arguments as of `mse`."""
    return _reduced(tf.abs(_error("mae", Y_hat, Y, reduction)), reduction)


def huber(Y_hat, Y, delta=1.0, reduction="mean"):
    """Mean of e²/2 where |e| ≤ δ and of δ (|e| − δ/2) beyond, e = ŷ − y [eq-huber]. Arguments as of `mse`."""
    delta = check_number("huber", "delta", delta)
    size = tf.abs(_error("huber", Y_hat, Y, reduction))
    return _reduced(tf.where(size <= delta, tf.square(size) / 2, delta * (size - delta / 2)), reduction)


def binary_cross_entropy(z, y, reduction="mean"):
    """Mean of log(1 + eᶻ) − y z, for logits z (N,) and labels y (N,) of 0 or 1, in nats [eq-binary-cross-entropy]."""
    check_reduction("binary_cross_entropy", reduction)
    check_shapes("binary_cross_entropy", z=(z, "N"), y=(y, "N"))
    check_some("binary_cross_entropy", z)
    check_binary_labels("binary_cross_entropy", y)
    return _reduced(tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.cast(y, z.dtype), logits=z), reduction)


def log_sum_exp(Z):
    """log Σ eᶻ of each row, Z (N, K) -> (N,) [eq-log-sum-exp]."""
    check_shapes("log_sum_exp", Z=(Z, "N K"))
    check_some("log_sum_exp", Z)
    return tf.reduce_logsumexp(Z, axis=1)


def cross_entropy(Z, labels, class_weights=None, reduction="mean"):
    """Mean of log Σ eᶻ − z_label, for logits Z (N, K) and integer labels (N,), in nats [eq-cross-entropy].

    class_weights : tensor (K,); the mean is then divided by the sum of the weights used [eq-weighted-cross-entropy].
    """
    check_reduction("cross_entropy", reduction)
    further = {} if class_weights is None else {"class_weights": (class_weights, "K")}
    check_shapes("cross_entropy", Z=(Z, "N K"), labels=(labels, "N"), **further)
    check_some("cross_entropy", Z)
    check_labels("cross_entropy", labels, classes=Z.shape[1])
    labels = tf.cast(labels, tf.int64)
    each = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=Z)
    if class_weights is None:
        return _reduced(each, reduction)
    check_class_weights("cross_entropy", class_weights)
    w = tf.gather(tf.cast(class_weights, Z.dtype), labels)  # (N,)
    return tf.reduce_sum(w * each) / tf.reduce_sum(w) if reduction == "mean" else _reduced(w * each, reduction)


def _error(where, Y_hat, Y, reduction):
    check_reduction(where, reduction)
    if Y_hat.shape != Y.shape:
        raise ValueError(f"{where}: Y_hat has shape {tuple(Y_hat.shape)}, Y has {tuple(Y.shape)}; they must be equal")
    check_some(where, Y_hat)
    return Y_hat - Y


def _reduced(each, reduction):
    return {"mean": tf.reduce_mean, "sum": tf.reduce_sum, "none": tf.identity}[reduction](each)
