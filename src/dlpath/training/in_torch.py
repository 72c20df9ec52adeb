"""Training in PyTorch: the plain loop."""

import math

import torch
from tqdm import tqdm

from dlpath.shapes import check_examples


def minibatches(N, batch_size, rng):
    """The rows 0 … N − 1 in an order drawn by `rng` (NumPy's), batch_size at a time."""
    if not batch_size >= 1:
        raise ValueError(f"minibatches: batch_size must be at least 1, got {batch_size}")
    yield from torch.from_numpy(rng.permutation(N)).split(batch_size)


def train_step(model, loss, optimizer, X, y):
    """One step: forward, loss, backward, update [eq-minibatch-gradient]. Returns the loss before the step."""
    optimizer.zero_grad()
    value = loss(model(X), y)
    value.backward()
    optimizer.step()
    return value.detach()


def train(model, loss, optimizer, X, y, *, epochs, batch_size, rng, progress=False):
    """Train for some epochs. Returns the mean loss of each epoch, a list of floats.

    X : tensor (N, …)    y : tensor (N, …)    rng : numpy.random.Generator, draws one permutation an epoch
    """
    check_examples("train", X, y)
    model.train()
    history = []
    for epoch in tqdm(range(1, epochs + 1), desc="epochs", disable=not progress):
        total = 0.0
        for rows in minibatches(len(X), batch_size, rng):
            total += len(rows) * train_step(model, loss, optimizer, X[rows], y[rows]).item()
        if not math.isfinite(total):
            raise FloatingPointError(f"train: the loss is {total} in epoch {epoch}; try a smaller learning rate")
        history.append(total / len(X))
    return history


@torch.no_grad()
def predict(model, X, batch_size=1000):
    """The model's output for every row of X, batch by batch, in evaluation mode."""
    model.eval()
    return torch.cat([model(rows) for rows in X.split(batch_size)])
