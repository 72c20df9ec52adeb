"""The linear map in TensorFlow. Keras' Dense stores the transpose, (in, out): here W is (out, in)."""

import tensorflow as tf

from dlpath.shapes import check_shapes


def linear(X, W, b):
    """Map a batch of rows: Z = X Wᵀ + b [eq-linear-batch]; GradientTape knows its gradient.

    X : tensor (…, N, D)    W : tensor (K, D)    b : tensor (K,)    Returns Z : tensor (…, N, K)
    Raises ValueError when the shapes do not fit.
    """
    check_shapes("linear", X=(X, "… N D"), W=(W, "K D"), b=(b, "K"))
    return tf.linalg.matmul(X, W, transpose_b=True) + b
