"""Training in the equality ledger: three epochs on the digits with every optimizer, by each version's own `train`.

The batches of 64 come in an order drawn by NumPy; 1797 examples leave a last batch of 5, whose loss counts for 5.
Schedules are compared with PyTorch's; early stopping and a resumed run with each other.
"""

import tempfile
from pathlib import Path

import numpy as np

from dlpath.data import digits
from dlpath.layers import Loss
from dlpath.ledger import VERSIONS, Entry, versions
from dlpath.ledger import entries as entered
from dlpath.mlp.ledger import start, vector
from dlpath.training.schedules import constant, cosine_decay, step_decay, warmup

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
    steps = [first_step(version, X[:16] / 16, labels[:16], "SGD", {"lr": 0.1}, seed) for version in VERSIONS]
    yield from entered("train_step", ["loss", "parameters"], *steps)
    for what, (name, settings, form) in OPTIMIZERS.items():
        runs = {}
        for version in VERSIONS:
            if version != LEFT_OUT.get(what):
                own = form if version == "NumPy" else {}
                runs[version] = run(version, X / 16, labels, name, {**settings, **own}, seed, order)
        for j, quantity in enumerate(["loss per epoch", "parameters", "predictions"]):
            yield Entry(what, quantity, {version: values[j] for version, values in runs.items()})
    yield from schedule_entries()
    for what, ending in [("EarlyStopping", stopped_early), ("Checkpoint, resumed", resumed_run)]:
        ends = {version: ending(version, X / 16, labels, seed, order) for version in VERSIONS}
        yield Entry(what, "parameters", ends)


def schedule_entries():
    """The rates of 100 steps. Not Keras', which computes its schedules in float32 and begins a warm-up at zero."""
    schedulers, k = versions("training")[1].torch.optim.lr_scheduler, 20
    for what, ours, theirs in [
        ("step_decay", step_decay(0.1, 30, 0.5), torch_rates(schedulers.StepLR, step_size=30, gamma=0.5)),
        (
            "cosine_decay",
            cosine_decay(0.1, 99, 0.01),
            torch_rates(schedulers.CosineAnnealingLR, T_max=99, eta_min=0.01),
        ),
        ("warmup", warmup(constant(0.1), k), torch_rates(schedulers.LinearLR, start_factor=1 / k, total_iters=k - 1)),
    ]:
        yield Entry(what, "rates", {"NumPy": [ours(t) for t in range(100)], "PyTorch": theirs})


def torch_rates(scheduler, **settings):
    """The rates of 100 steps by a scheduler of PyTorch, from 0.1."""
    torch, rates = versions("training")[1].torch, []
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    scheduler = scheduler(optimizer, **settings)
    for _ in range(100):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


def stopped_early(version, X, labels, seed, order):
    """Train until the second epoch has been the best for two more: its parameters."""
    training, model, loss, optimizer, data = parts(version, X, labels, "SGD", {"lr": 0.1}, seed)
    values, stopper = iter([3.0, 1.0, 2.0, 2.0]), training.EarlyStopping(model, patience=2)
    plan = {"validate": lambda: {"loss": next(values)}, "callbacks": [stopper]}
    rng = np.random.default_rng(order)
    training.train(model, loss, optimizer, *data, epochs=9, batch_size=64, rng=rng, **plan)
    kept = training.snapshot(model)
    training.load_snapshot(model, kept)
    return parameters(model)


def resumed_run(version, X, labels, seed, order):
    """Two epochs and a checkpoint, then a third with everything made anew: the parameters. A rate for each step."""
    with tempfile.TemporaryDirectory() as folder:
        for epochs, later in [(2, 0), (3, 1)]:
            training, model, loss, optimizer, data = parts(version, X, labels, "SGD", {"lr": 0.1}, seed + later)
            rng = np.random.default_rng(order + later)
            checkpoint = training.Checkpoint(Path(folder) / "run.npz", model, optimizer, rng)
            plan = {"schedule": warmup(cosine_decay(0.2, 90), 10), "callbacks": [checkpoint]}
            plan["history"] = checkpoint.load() if checkpoint.path.exists() else ()
            training.train(model, loss, optimizer, *data, epochs=epochs, batch_size=64, rng=rng, **plan)
    return parameters(model)


def run(version, X, labels, name, settings, seed, order):
    """Train the 64-32-10 network in one version: [loss per epoch, parameters, predictions]."""
    training, model, loss, optimizer, data = parts(version, X, labels, name, settings, seed)
    epochs = training.train(model, loss, optimizer, *data, epochs=3, batch_size=64, rng=np.random.default_rng(order))
    return [epochs, parameters(model), training.predict(model, data[0])]


def first_step(version, X, labels, name, settings, seed):
    """One step on all of X: [loss before it, parameters after it]."""
    training, model, loss, optimizer, data = parts(version, X, labels, name, settings, seed)
    if version == "TensorFlow":
        data = [training.tf.constant(array) for array in data]
    return [training.train_step(model, loss, optimizer, *data), parameters(model)]


def parameters(model):
    return vector(model.params() if callable(model.params) else model.params)


def parts(version, X, labels, name, settings, seed):
    """What training takes, in one version: its module, the network, loss, optimizer, and data."""
    i = list(VERSIONS).index(version)
    losses, optimizers, training = (versions(concept)[i] for concept in ("losses", "optimizers", "training"))
    model = start((64, 32, 10), seed)[i]
    loss, data, own = losses.cross_entropy, (X, labels), []
    if version == "NumPy":
        loss, own = Loss(losses.cross_entropy, losses.cross_entropy_backward), [model.theta]
    if version == "PyTorch":
        data, own = [training.torch.tensor(array) for array in data], [model.parameters()]
    return training, model, loss, getattr(optimizers, name)(*own, **settings), data
