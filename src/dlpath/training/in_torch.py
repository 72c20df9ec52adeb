"""Training in PyTorch: the plain loop."""

import torch
from tqdm import tqdm

from dlpath.checks import check_count, check_examples, check_loss, check_some


def minibatches(N, batch_size, rng):
    """The rows 0 … N − 1 in an order drawn by `rng` (NumPy's), batch_size at a time."""
    check_count("minibatches", "batch_size", batch_size)
    yield from torch.from_numpy(rng.permutation(N)).split(int(batch_size))


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
    check_count("train", "epochs", epochs)
    check_count("train", "batch_size", batch_size)
    model.train()
    history = []
    for epoch in tqdm(range(1, epochs + 1), desc="epochs", disable=not progress):
        total = 0.0
        for rows in minibatches(len(X), batch_size, rng):
            total += len(rows) * train_step(model, loss, optimizer, X[rows], y[rows]).item()
        check_loss("train", total, f"in epoch {epoch}")
        history.append(total / len(X))
    return history


@torch.no_grad()
def predict(model, X, batch_size=1000):
    """The model's output for every row of X, batch by batch, in evaluation mode."""
    check_count("predict", "batch_size", batch_size)
    check_some("predict", X)
    model.eval()
    return torch.cat([model(rows) for rows in X.split(int(batch_size))])
