"""Preparing a table in TensorFlow."""

import tensorflow as tf

from dlpath.checks import check_some
from dlpath.preparation.shapes import check_categories, check_columns, check_fold


def moments(X):
    """Mean and standard deviation of each column [eq-preparation-moments]; reduce_std divides by N."""
    check_some("moments", X)
    m, s = tf.reduce_mean(X, axis=0), tf.math.reduce_std(X, axis=0)
    still = tf.reduce_all(X[0] == X, axis=0)
    return m, tf.where(still | (s == 0), tf.ones_like(s), s)


def standardized(X, m, s):
    """(x − m) / s, column by column [eq-preparation-standardized]."""
    check_columns("standardized", X, m, s)
    return (X - m) / s


def fold_scale(W, b, m, s):
    """The weights for raw rows that say the same [eq-preparation-fold]."""
    check_fold("fold_scale", W, b, m, s)
    return W / s, b - tf.linalg.matvec(W, m / s)


def one_hot(categories, K):
    """A 1 in the column of the category [eq-preparation-one-hot]; tf.one_hot alone makes zeros of an unknown one."""
    check_categories("one_hot", categories, K)
    return tf.one_hot(categories, K, dtype=tf.float64)
