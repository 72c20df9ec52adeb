"""Logistic regression in TensorFlow: the loss is written, gradient and Hessian come from tapes."""

import keras
import tensorflow as tf

from dlpath.checks import (
    check_binary_labels,
    check_count,
    check_loss,
    check_number,
    check_params,
    check_penalty,
    check_some,
)
from dlpath.dense import dense_params, load_dense
from dlpath.shapes import check_shapes


def probability(X, W, b):
    """p = σ(X Wᵀ + b) [eq-logistic-model]. X (N, D), W (1, D), b (1,); returns p (N,)."""
    check_shapes("logistic_regression", X=(X, "N D"), W=(W, "1 D"), b=(b, "1"))
    return tf.sigmoid(tf.linalg.matmul(X, W, transpose_b=True) + b)[:, 0]


def logistic_loss(X, y, W, b, l2=0.0):
    """Mean negative log-likelihood plus ½ l2 ‖W‖², in nats [eq-logistic-loss]. y (N,) of 0 and 1."""
    check_shapes("logistic_loss", X=(X, "N D"), y=(y, "N"), W=(W, "1 D"), b=(b, "1"))
    check_some("logistic_loss", X)
    check_binary_labels("logistic_loss", y)
    l2 = check_penalty("logistic_loss", l2)
    z = (tf.linalg.matmul(X, W, transpose_b=True) + b)[:, 0]
    nll = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.cast(y, z.dtype), logits=z))
    return nll + tf.constant(0.5 * l2, W.dtype) * tf.reduce_sum(tf.square(W))


def logistic_hessian(X, y, W, b, l2=0.0):
    """The loss's second derivatives with respect to [W b], one tape inside the other [eq-logistic-hessian].

    Returns H : tensor (D + 1, D + 1). (y is needed to write the loss down; H does not depend on it.)
    """
    l2 = check_penalty("logistic_hessian", l2)
    params = tf.concat([W[0], b], axis=0)
    with tf.GradientTape() as outer:
        outer.watch(params)
        with tf.GradientTape() as inner:
            inner.watch(params)
            loss = logistic_loss(X, y, params[None, :-1], params[-1:], l2)
        gradient = inner.gradient(loss, params)
    return outer.jacobian(gradient, params)


@keras.saving.register_keras_serializable(package="dlpath")
class LogisticRegression(keras.Model):
    """One Dense unit with a sigmoid. D : number of features; W and b start at zero."""

    def __init__(self, D, dtype="float64", **kwargs):
        super().__init__(dtype=dtype, **kwargs)
        self.D = D
        self.unit = keras.layers.Dense(1, activation="sigmoid", kernel_initializer="zeros", dtype=dtype)
        self.build((None, D))

    def build(self, input_shape):
        self.unit.build(input_shape)
        super().build(input_shape)

    def call(self, X):
        return self.unit(X)[:, 0]

    def load(self, params):
        """Take over {"W": (1, D), "b": (1,)}."""
        check_params("LogisticRegression", {"W": (1, self.D), "b": (1,)}, params)
        load_dense(self.unit, params["W"], params["b"])
        return self

    def fit_gradient_descent(self, X, y, lr, steps, l2=0.0):
        """Plain gradient descent on all examples. Returns the loss before each step.

        Raises FloatingPointError when the loss is no longer a finite number.
        """
        lr = check_number("fit_gradient_descent", "lr", lr)
        check_count("fit_gradient_descent", "steps", steps)
        history = []
        for step in range(steps):
            with tf.GradientTape() as tape:
                loss = logistic_loss(X, y, *dense_params(self.unit), l2)
            check_loss("fit_gradient_descent", float(loss), f"after step {step}")
            variables = self.trainable_variables
            for variable, gradient in zip(variables, tape.gradient(loss, variables), strict=True):
                variable.assign_sub(tf.constant(lr, variable.dtype) * gradient)
            history.append(float(loss))
        loss = logistic_loss(X, y, *dense_params(self.unit), l2)
        check_loss("fit_gradient_descent", float(loss), f"after step {steps}")
        return history

    def get_config(self):
        return {**super().get_config(), "D": self.D}
