"""Training in Keras: `fit`, one epoch a call, so that the order of the batches is ours."""

import math

import keras
import tensorflow as tf

from dlpath.checks import check_count, check_examples, check_loss, check_some
from dlpath.training import checkpoints, stopping
from dlpath.training.callbacks import epochs_left, tell_all
from dlpath.training.schedules import rate_at


def train_step(model, loss, optimizer, X, y):
    """One step, written out: forward, loss, backward, update [eq-minibatch-gradient]. Returns the loss before it."""
    with tf.GradientTape() as tape:
        value = loss(model(X, training=True), y)
    variables = model.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(value, variables), variables, strict=True))
    return value


def train(
    model, loss, optimizer, X, y, *, epochs, batch_size, rng,
    progress=False, schedule=None, validate=None, callbacks=(), history=(),
):  # fmt: skip
    """Train up to this number of epochs with Keras' `fit`. Returns the mean loss of each epoch, a list of floats.

    X : array (N, …)    y : array (N, …)    rng : numpy.random.Generator, draws one permutation an epoch
    schedule : the rate of step t = 0, 1, …    validate : what to measure after an epoch, () -> {"loss": …}
    callbacks : called with a Record after each epoch, True stops    history : losses of the epochs that are done
    `steps_per_execution` lets Keras run 75 steps a call: the same numbers in half the time; with a schedule one.
    `fit` casts the data to Keras' floatx; a model of another type is refused, or half its digits would be lost.
    """
    check_examples("train", X, y)
    check_count("train", "epochs", epochs)
    check_count("train", "batch_size", batch_size)
    _compile(model, loss, optimizer, X, y, steps_per_execution=1 if schedule else 75)
    history = list(history)
    for epoch in epochs_left(epochs, history, callbacks, progress):
        order, steps = rng.permutation(len(X)), (epoch - 1) * math.ceil(len(X) / batch_size)  # made before
        rates = [_rates(optimizer, schedule, steps)] if schedule else None
        fit = model.fit(X[order], y[order], batch_size=batch_size, shuffle=False, verbose=0, callbacks=rates)
        history.append(fit.history["loss"][0])
        check_loss("train", history[-1], f"in epoch {epoch}")
        if callbacks and tell_all(callbacks, epoch, history[-1], optimizer.learning_rate, validate):
            break
    return history


def _compile(model, loss, optimizer, X, y, steps_per_execution):
    """Make the model ready for `fit`; raises ValueError when its type is not Keras' floatx."""
    if model.dtype != keras.config.floatx():
        raise ValueError(
            f"train: the model is {model.dtype}, but Keras' fit casts data to {keras.config.floatx()}; "
            f'call keras.config.set_floatx("{model.dtype}") first'
        )

    def keras_loss(target, prediction):  # Keras' order of arguments, and labels that it has made floats
        return loss(prediction, tf.cast(target, y.dtype))

    _show_targets(loss, model(X[:1]), y)
    model.compile(optimizer=optimizer, loss=keras_loss, steps_per_execution=steps_per_execution)


def _rates(optimizer, schedule, steps):
    """A callback of Keras: before each batch, the schedule's rate."""

    def set_rate(batch, logs):
        optimizer.learning_rate = rate_at(schedule, steps + batch)

    return keras.callbacks.LambdaCallback(on_train_batch_begin=set_rate)


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


# ---- what is kept of a run


def snapshot(model):
    """A copy of the weights, those that are not trained too, {place/name: array}."""
    return {f"{i}/{variable.name}": variable.numpy() for i, variable in enumerate(model.weights)}


def load_snapshot(model, arrays):
    """Copy the arrays of a snapshot in."""
    for i, variable in enumerate(model.weights):
        variable.assign(arrays[f"{i}/{variable.name}"])


class EarlyStopping(stopping.EarlyStopping):
    """Stop some epochs after the best one, and load its parameters (see dlpath.training.stopping)."""

    snapshot, load_snapshot = staticmethod(snapshot), staticmethod(load_snapshot)


class Checkpoint(checkpoints.Checkpoint):
    """Save the run, and resume it with the same bits (see dlpath.training.checkpoints)."""

    library, snapshot, load_snapshot = "TensorFlow", staticmethod(snapshot), staticmethod(load_snapshot)

    def structure(self):
        """The layers in order, with their settings of one word, but for names and seeds: other runs have others."""
        lines = []
        for layer in self.model._flatten_layers(include_self=False):
            config = {key: value for key, value in layer.get_config().items() if isinstance(value, int | float | str)}
            plain = {key: value for key, value in config.items() if key not in ("name", "seed")}
            lines.append(f"{type(layer).__name__} {plain}")
        return lines

    def optimizer_state(self):
        """Keras' own variables: the number of steps, the rate, the moments."""
        config = self.optimizer.get_config()
        config = {key: value for key, value in config.items() if key not in ("name", "learning_rate")}
        facts = {"kind": type(self.optimizer).__name__, "settings": config, "numbers": {}}
        return facts, {f"{i}": variable.numpy() for i, variable in enumerate(self._built().variables)}

    def _built(self):
        """The optimizer, or as long as it has no moments another of its kind that has."""
        if self.optimizer.built:
            return self.optimizer
        other = type(self.optimizer).from_config(self.optimizer.get_config())
        other.build(self.model.trainable_variables)
        return other

    def load_optimizer(self, numbers, arrays):
        if not self.optimizer.built:
            self.optimizer.build(self.model.trainable_variables)
        for i, variable in enumerate(self.optimizer.variables):
            variable.assign(arrays[f"{i}"])

    def _seeds(self):
        """The states of the layers' generators: variables that are no weights and no metric's."""
        others = {id(v) for v in [*self.model.weights, *self.model.metrics_variables]}
        return [variable for variable in self.model.variables if id(variable) not in others]

    def generators(self):
        return {f"{i}": variable.numpy() for i, variable in enumerate(self._seeds())}

    def load_generators(self, arrays):
        for i, variable in enumerate(self._seeds()):
            variable.assign(arrays[f"{i}"])
