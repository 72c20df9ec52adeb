"""Training in PyTorch: the plain loop."""

import math

import torch

from dlpath.checks import check_count, check_examples, check_loss, check_some
from dlpath.training import checkpoints, stopping
from dlpath.training.callbacks import epochs_left, tell_all
from dlpath.training.schedules import rate_at


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


def train(
    model, loss, optimizer, X, y, *, epochs, batch_size, rng,
    progress=False, schedule=None, validate=None, callbacks=(), history=(),
):  # fmt: skip
    """Train up to this number of epochs. Returns the mean loss of each epoch, a list of floats.

    X : tensor (N, …)    y : tensor (N, …)    rng : numpy.random.Generator, draws one permutation an epoch
    schedule : the rate of step t = 0, 1, …    validate : what to measure after an epoch, () -> {"loss": …}
    callbacks : called with a Record after each epoch, True stops    history : losses of the epochs that are done
    """
    check_examples("train", X, y)
    check_count("train", "epochs", epochs)
    check_count("train", "batch_size", batch_size)
    history = list(history)
    for epoch in epochs_left(epochs, history, callbacks, progress):
        model.train()  # anew: `validate` may have left it in evaluation mode
        total, steps = 0.0, (epoch - 1) * math.ceil(len(X) / batch_size)  # made before
        for step, rows in enumerate(minibatches(len(X), batch_size, rng), start=steps):
            if schedule:
                set_rate(optimizer, rate_at(schedule, step))
            total += len(rows) * train_step(model, loss, optimizer, X[rows], y[rows]).item()
        check_loss("train", total, f"in epoch {epoch}")
        history.append(total / len(X))
        if callbacks and tell_all(callbacks, epoch, history[-1], optimizer.param_groups[0]["lr"], validate):
            break
    return history


def set_rate(optimizer, rate):
    """Give every group of the optimizer this rate."""
    for group in optimizer.param_groups:
        group["lr"] = rate


@torch.no_grad()
def predict(model, X, batch_size=1000):
    """The model's output for every row of X, batch by batch, in evaluation mode."""
    check_count("predict", "batch_size", batch_size)
    check_some("predict", X)
    model.eval()
    return torch.cat([model(rows) for rows in X.split(int(batch_size))])


# ---- what is kept of a run


def _array(tensor):
    if tensor.device.type != "cpu":
        raise ValueError(f"checkpoint: a tensor is on {tensor.device}, whose generator is not kept; train on the CPU")
    return tensor.detach().numpy().copy()


def snapshot(model):
    """A copy of the parameters and buffers, {name: array}."""
    return {name: _array(tensor) for name, tensor in model.state_dict().items()}


def load_snapshot(model, arrays):
    """Copy the arrays of a snapshot in."""
    model.load_state_dict({name: torch.from_numpy(array.copy()) for name, array in arrays.items()})


class EarlyStopping(stopping.EarlyStopping):
    """Stop some epochs after the best one, and load its parameters (see dlpath.training.stopping)."""

    snapshot, load_snapshot = staticmethod(snapshot), staticmethod(load_snapshot)


class Checkpoint(checkpoints.Checkpoint):
    """Save the run, and resume it with the same bits (see dlpath.training.checkpoints)."""

    library, snapshot, load_snapshot = "PyTorch", staticmethod(snapshot), staticmethod(load_snapshot)

    def structure(self):
        return repr(self.model).splitlines()

    def optimizer_state(self):
        """PyTorch's own state_dict: for each parameter its arrays, for each group its settings."""
        state = self.optimizer.state_dict()
        groups = [dict(group) for group in state["param_groups"]]
        numbers = [group.pop("lr") for group in groups]
        facts = {"kind": type(self.optimizer).__name__, "settings": groups, "numbers": numbers}
        return facts, _flat(state["state"])

    def check_optimizer(self, own, arrays):
        """PyTorch makes the arrays of a parameter at its first step: the file has all of them, or none."""
        expected = _flat(self._after_a_step().state_dict()["state"])
        there = {name.partition("/")[0] for name in arrays}
        expected = {name: array for name, array in expected.items() if name.partition("/")[0] in there}
        checkpoints.check_arrays("optimizer", expected, arrays)

    def _after_a_step(self):
        """Another optimizer of this kind, on zeros, after a step without gradient."""
        groups = []
        for group in self.optimizer.param_groups:
            params = [torch.zeros_like(p, requires_grad=p.requires_grad) for p in group["params"]]
            groups.append({**group, "params": params})
            for p in params:
                p.grad = torch.zeros_like(p) if p.requires_grad else None
        other = type(self.optimizer)(groups)
        other.step()
        return other

    def load_optimizer(self, numbers, arrays):
        state = {}
        for name, array in arrays.items():
            i, key = name.split("/")
            state.setdefault(int(i), {})[key] = torch.from_numpy(array.copy())
        self.optimizer.load_state_dict({**self.optimizer.state_dict(), "state": state})
        for group, lr in zip(self.optimizer.param_groups, numbers, strict=True):
            group["lr"] = lr

    def generators(self):
        return {"torch": torch.get_rng_state().numpy().copy()}  # dropout draws from it

    def load_generators(self, arrays):
        torch.set_rng_state(torch.from_numpy(arrays["torch"].copy()))


def _flat(state):
    """{0: {"exp_avg": tensor}} -> {"0/exp_avg": array}"""
    return {f"{i}/{k}": _array(v) for i, kept in state.items() for k, v in kept.items() if v is not None}
