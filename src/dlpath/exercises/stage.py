"""A stage for training loops: it writes down what a loop does on it, and the judges read that."""

import numpy as np

from dlpath.exercises import Hint


class Stage:
    """A model, a loss and an optimizer in one, that write down what is done with them; and a generator to draw from."""

    def __init__(self):
        self.events, self.grad, self.batches, self.returned = [], np.zeros(3), [], None
        self.rng = np.random.default_rng(0)
        self._fresh = self.rng.bit_generator.state

    def rng_was_used(self):
        return self.rng.bit_generator.state != self._fresh

    def __call__(self, first, labels=None):
        if labels is None:
            self.events.append("forward")
            self.batches.append([np.atleast_2d(first)[:, 0].astype(int), None])
            return "logits"
        self.events.append("loss")
        if self.batches:
            self.batches[-1][1] = np.atleast_1d(labels)
        return 1.0

    def backward(self, dout=None):
        """As loss: the gradient of the logits. As model: its own gradient, in place and anew, and nothing returned."""
        if dout is None:
            self.events.append("loss backward")
            return "gradient of the logits"
        self.events.append("backward")
        self.grad += (1, 2, 3)
        return None

    def step(self, grad):
        own = isinstance(grad, np.ndarray) and np.array_equal(grad, self.grad)
        self.events.append("step" if own else "step by another gradient")


def judge_batches(stage, N, epochs, batch_size):
    if any(labels is None for _, labels in stage.batches):
        raise Hint("A batch went through the model, and no loss was computed from it.")
    if any(len(rows) != len(labels) or np.any(labels != 100 + rows) for rows, labels in stage.batches):
        raise Hint("Images and labels no longer belong together. Draw one order, and use it for both.")
    if any(len(rows) > batch_size for rows, _ in stage.batches):
        raise Hint(f"A batch has more than {batch_size} examples, the batch_size asked for.")
    used = np.concatenate([rows for rows, _ in stage.batches])
    whole = N // batch_size * batch_size
    if len(used) == epochs * whole or len(used) == epochs * (whole - batch_size):
        raise Hint("The last batch of an epoch is left out. It is smaller than the others, and its examples count too.")
    if len(used) != epochs * N:
        raise Hint(f"{N} examples in {epochs} epochs make {epochs * N}; the model saw {len(used)}.")
    batches, each = [rows for rows, _ in stage.batches], -(-N // batch_size)
    if len(batches) != epochs * each:
        raise Hint(f"{N} examples make {each} batches of up to {batch_size}; yours are {len(batches) / epochs:g}.")
    _judge_draws(batches, used.reshape(epochs, N), each)


def _judge_draws(batches, orders, each):
    """batches : the rows of one after the other, `each` of them in an epoch    orders : array (epochs, N)"""
    N = orders.shape[1]
    if any(sorted(order) != list(range(N)) for order in orders):
        raise Hint("In some epoch an example came twice and another not at all. One permutation deals each out once.")
    if np.all(orders == np.arange(N)):
        raise Hint(
            "The examples come in the order in which they are stored. If they are sorted by label, that is ruin."
        )
    if np.all(orders == orders[0]):
        raise Hint("Every epoch has the same order, so the same batches. Draw a new order inside the loop over epochs.")
    sets = [{frozenset(rows) for rows in batches[first : first + each]} for first in range(0, len(batches), each)]
    neighbours = all(np.all(np.diff(rows) % N == 1) for rows in batches)
    if neighbours or all(found == sets[0] for found in sets):
        raise Hint(
            "The same examples share a batch in every epoch, or neighbours do. "
            "Draw the order of the examples, not of the batches."
        )


def judge_order(events):
    turn = ["forward", "loss", "loss backward", "backward", "step"]
    if "step by another gradient" in events:
        raise Hint("The optimizer must be given model.grad. What backward returns is not it.")
    if "step" not in events:
        raise Hint("The optimizer never makes a step.")
    if "backward" not in events:
        raise Hint("The gradient is never computed: model.backward(loss.backward()) is missing.")
    if events.index("step") < events.index("backward"):
        raise Hint("The step comes before the gradient of its batch: it uses the gradient of the batch before.")
    if events.count("step") < events.count("forward"):
        raise Hint("There are fewer steps than batches. Each batch gives one step.")
    if events != turn * events.count("step"):
        raise Hint(
            "For each batch, in this order and once: model, loss, loss.backward, model.backward, optimizer.step."
        )
