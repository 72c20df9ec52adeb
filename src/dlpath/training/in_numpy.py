"""Training in NumPy: the loop that everything else serves."""

import numpy as np
from tqdm import tqdm

from dlpath.checks import check_count, check_examples, check_loss, check_some


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


def train(model, loss, optimizer, X, y, *, epochs, batch_size, rng, progress=False):
    """Train for some epochs. Returns the mean loss of each epoch, a list of floats.

    X : array (N, …)    y : array (N, …)    rng : numpy.random.Generator, draws one permutation an epoch
    Functions of the model that name `training` or `rng` are given True and this generator.
    Raises ValueError when X and y have different lengths or none, FloatingPointError when the loss is not a number.
    """
    check_examples("train", X, y)
    check_count("train", "epochs", epochs)
    check_count("train", "batch_size", batch_size)
    handed, history = handed_down(model, training=True, rng=rng), []
    for epoch in tqdm(range(1, epochs + 1), desc="epochs", disable=not progress):
        total = 0.0
        for rows in minibatches(len(X), batch_size, rng):
            total += len(rows) * float(train_step(model, loss, optimizer, X[rows], y[rows], **handed))
        check_loss("train", total, f"in epoch {epoch}")
        history.append(total / len(X))
    return history


def predict(model, X, batch_size=1000):
    """The model's output for every row of X, batch by batch; functions that name `training` are given False."""
    check_count("predict", "batch_size", batch_size)
    check_some("predict", X)
    handed = handed_down(model, training=False)
    return np.concatenate([model(X[i : i + batch_size], **handed) for i in range(0, len(X), batch_size)])
