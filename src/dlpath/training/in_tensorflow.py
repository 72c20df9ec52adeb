"""Training in Keras: `fit`, one epoch a call, so that the order of the batches is ours."""

import keras
import tensorflow as tf
from tqdm import tqdm

from dlpath.checks import check_count, check_examples, check_loss, check_some


def train_step(model, loss, optimizer, X, y):
    """One step, written out: forward, loss, backward, update [eq-minibatch-gradient]. Returns the loss before it."""
    with tf.GradientTape() as tape:
        value = loss(model(X, training=True), y)
    variables = model.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(value, variables), variables, strict=True))
    return value


def train(model, loss, optimizer, X, y, *, epochs, batch_size, rng, progress=False):
    """Train for some epochs with Keras' `fit`. Returns the mean loss of each epoch, a list of floats.

    X : array (N, …)    y : array (N, …)    rng : numpy.random.Generator, draws one permutation an epoch
    `steps_per_execution` lets Keras run 75 steps a call: the same numbers in half the time.
    `fit` casts the data to Keras' floatx; a model of another type is refused, or half its digits would be lost.
    """
    check_examples("train", X, y)
    check_count("train", "epochs", epochs)
    check_count("train", "batch_size", batch_size)
    if model.dtype != keras.config.floatx():
        raise ValueError(
            f"train: the model is {model.dtype}, but Keras' fit casts data to {keras.config.floatx()}; "
            f'call keras.config.set_floatx("{model.dtype}") first'
        )

    def keras_loss(target, prediction):  # Keras' order of arguments, and labels that it has made floats
        return loss(prediction, tf.cast(target, y.dtype))

    _show_targets(loss, model(X[:1]), y)
    model.compile(optimizer=optimizer, loss=keras_loss, steps_per_execution=75)
    history = []
    for epoch in tqdm(range(1, epochs + 1), desc="epochs", disable=not progress):
        order = rng.permutation(len(X))
        fit = model.fit(X[order], y[order], batch_size=batch_size, shuffle=False, verbose=0)
        history.append(fit.history["loss"][0])
        check_loss("train", history[-1], f"in epoch {epoch}")
    return history


def _show_targets(loss, output, y):
    """Let the loss look at every target once, outside of the graph, where there are values to refuse."""
    for start in range(0, len(y), 1000):
        targets = tf.constant(y[start : start + 1000])
        loss(tf.repeat(output, len(targets), axis=0), targets)


def predict(model, X, batch_size=1000):
    """The model's output for every row of X, batch by batch, as a NumPy array."""
    check_count("predict", "batch_size", batch_size)
    check_some("predict", X)
    return model.predict(X, batch_size=batch_size, verbose=0)
