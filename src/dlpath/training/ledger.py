"""Training in the equality ledger: three epochs on the digits with every optimizer, by each version's own `train`.

The batches of 64 come in an order drawn by NumPy; 1797 examples leave a last batch of 5, whose loss counts for 5.
"""

import numpy as np

from dlpath.data import digits
from dlpath.layers import Loss
from dlpath.ledger import VERSIONS, Entry, versions
from dlpath.mlp.ledger import start, vector

ADAM = {"lr": 0.01, "eps": 1e-7}
OPTIMIZERS = {
    "train, SGD": ("SGD", {"lr": 0.1}, {}),
    "train, momentum": ("SGD", {"lr": 0.05, "beta": 0.875}, {}),
    "train, Adam": ("Adam", ADAM, {}),
    "train, Adam ε-hat": ("Adam", ADAM, {"epsilon_hat": True}),
}
LEFT_OUT = {"train, Adam": "TensorFlow", "train, Adam ε-hat": "PyTorch"}  # each framework has one of the two forms


def entries(rng):
    X, labels, *_ = digits()
    order, seed = int(rng.integers(2**32)), int(rng.integers(2**32))
    numpy, torch, _ = versions("training")  # Keras' `fit` makes its batches itself
    rows = [np.concatenate(list(m.minibatches(len(X), 64, np.random.default_rng(order)))) for m in (numpy, torch)]
    yield Entry("minibatches", "order of the rows", {"NumPy": rows[0], "PyTorch": rows[1]})
    for what, (name, settings, form) in OPTIMIZERS.items():
        runs = {}
        for version in VERSIONS:
            if version != LEFT_OUT.get(what):
                own = form if version == "NumPy" else {}
                runs[version] = run(version, X / 16, labels, name, {**settings, **own}, seed, order)
        for j, quantity in enumerate(["loss per epoch", "parameters", "predictions"]):
            yield Entry(what, quantity, {version: values[j] for version, values in runs.items()})


def run(version, X, labels, name, settings, seed, order):
    """Train the 64-32-10 network in one version: [loss per epoch, parameters, predictions]."""
    i = list(VERSIONS).index(version)
    losses, optimizers, training = (versions(concept)[i] for concept in ("losses", "optimizers", "training"))
    model = start((64, 32, 10), seed)[i]
    loss, data = losses.cross_entropy, (X, labels)
    if i == 0:
        loss = Loss(losses.cross_entropy, losses.cross_entropy_backward)
    if i == 1:
        data = [training.torch.tensor(array) for array in data]
    parameters = ([model.theta] if i == 0 else [model.parameters()]) if i < 2 else []
    optimizer = getattr(optimizers, name)(*parameters, **settings)
    epochs = training.train(model, loss, optimizer, *data, epochs=3, batch_size=64, rng=np.random.default_rng(order))
    params = model.params if i == 0 else model.params()
    return [epochs, vector(params), training.predict(model, data[0])]
