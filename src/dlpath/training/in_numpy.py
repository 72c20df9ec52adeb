"""Training in NumPy: the loop that everything else serves."""

import math

import numpy as np

from dlpath.checks import check_count, check_examples, check_loss, check_some
from dlpath.training import checkpoints, stopping
from dlpath.training.callbacks import epochs_left, tell_all
from dlpath.training.schedules import rate_at


def minibatches(N, batch_size, rng):
    """The rows 0 … N − 1 in an order drawn by `rng`, batch_size at a time; the last batch may be smaller."""
    check_count("minibatches", "batch_size", batch_size)
    order = rng.permutation(N)
    for start in range(0, N, batch_size):
        yield order[start : start + batch_size]


def handed_down(model, **arguments):
    """Those of the arguments that a function of the model names, such as `training` or `rng` (see dlpath.layers)."""
    takes = getattr(model, "takes", ())
    return {name: value for name, value in arguments.items() if name in takes}


def train_step(model, loss, optimizer, X, y, **handed):
    """One step: forward, loss, backward, update [eq-minibatch-gradient]. Returns the loss before the step.

    handed : what the model hands down to its functions by name, such as training=True
    """
    value = loss(model(X, **handed), y)
    model.backward(loss.backward())
    optimizer.step(model.grad)
    return value


def train(
    model, loss, optimizer, X, y, *, epochs, batch_size, rng,
    progress=False, schedule=None, validate=None, callbacks=(), history=(),
):  # fmt: skip
    """Train up to this number of epochs. Returns the mean loss of each epoch, a list of floats.

    X : array (N, …)    y : array (N, …)    rng : numpy.random.Generator, draws one permutation an epoch
    Functions of the model that name `training` or `rng` are given True and this generator.
    schedule : the rate of step t = 0, 1, …    validate : what to measure after an epoch, () -> {"loss": …}
    callbacks : called with a Record after each epoch, True stops    history : losses of the epochs that are done
    Raises ValueError when X and y have different lengths or none, FloatingPointError when the loss is not a number.
    """
    check_examples("train", X, y)
    check_count("train", "epochs", epochs)
    check_count("train", "batch_size", batch_size)
    handed, history = handed_down(model, training=True, rng=rng), list(history)
    for epoch in epochs_left(epochs, history, callbacks, progress):
        total, steps = 0.0, (epoch - 1) * math.ceil(len(X) / batch_size)  # made before
        for step, rows in enumerate(minibatches(len(X), batch_size, rng), start=steps):
            if schedule:
                optimizer.lr = rate_at(schedule, step)
            total += len(rows) * float(train_step(model, loss, optimizer, X[rows], y[rows], **handed))
        check_loss("train", total, f"in epoch {epoch}")
        history.append(total / len(X))
        if callbacks and tell_all(callbacks, epoch, history[-1], optimizer.lr, validate):
            break
    return history


def predict(model, X, batch_size=1000):
    """The model's output for every row of X, batch by batch; functions that name `training` are given False."""
    check_count("predict", "batch_size", batch_size)
    check_some("predict", X)
    handed = handed_down(model, training=False)
    return np.concatenate([model(X[i : i + batch_size], **handed) for i in range(0, len(X), batch_size)])


# ---- what is kept of a run


def snapshot(model):
    """A copy of the parameters and of what else the model keeps, such as running means, {name: array}."""
    return model.snapshot()


def load_snapshot(model, arrays):
    """Copy the arrays of a snapshot in; raises ValueError on a missing or extra name or a wrong shape."""
    model.load(arrays)


class EarlyStopping(stopping.EarlyStopping):
    """Stop some epochs after the best one, and load its parameters (see dlpath.training.stopping)."""

    snapshot, load_snapshot = staticmethod(snapshot), staticmethod(load_snapshot)


class Checkpoint(checkpoints.Checkpoint):
    """Save the run, and resume it with the same bits (see dlpath.training.checkpoints)."""

    library, snapshot, load_snapshot = "NumPy", staticmethod(snapshot), staticmethod(load_snapshot)

    def structure(self):
        """The functions of the model in order, with their constants."""
        for layer in self.model.leaves:
            if own := [name for name, value in layer.options.items() if isinstance(value, np.random.Generator)]:
                raise ValueError(f"checkpoint: {layer.name} has a generator of its own, {own}; hand down `rng` instead")
        return [f"{layer.name} {layer.options or ''}".strip() for layer in self.model.leaves]

    def optimizer_state(self):
        """Everything public but theta: what moves (lr, t, arrays), and settings."""
        public = {name: value for name, value in vars(self.optimizer).items() if name[0] != "_" and name != "theta"}
        arrays = {name: value.copy() for name, value in public.items() if isinstance(value, np.ndarray)}
        numbers = {name: public[name] for name in ("lr", "t") if name in public}
        settings = {name: value for name, value in public.items() if name not in {*arrays, *numbers}}
        return {"kind": type(self.optimizer).__name__, "settings": settings, "numbers": numbers}, arrays

    def load_optimizer(self, numbers, arrays):
        for name, array in arrays.items():
            getattr(self.optimizer, name)[...] = array
        vars(self.optimizer).update(numbers)

    def generators(self):
        return {}  # `rng` is all there is

    def load_generators(self, arrays):
        pass
