"""What `train` tells after each epoch, and to whom: callbacks, functions of one plain record.

A callback that returns True ends the training after this epoch. One whose memory belongs to the run has two methods:
`state() -> (facts, arrays)`, facts for JSON and arrays by name, and `restore(facts, arrays)`; a checkpoint keeps them.
"""

from typing import NamedTuple

import numpy as np
from tqdm import tqdm


class Record(NamedTuple):
    """One epoch: its number from 1, the mean loss, the rate of its last step, what `validate` measured after it."""

    epoch: int
    loss: float
    rate: float
    validation: dict


class Log(list):
    """A callback that keeps every record, through a checkpoint too."""

    def __call__(self, record):
        self.append(record)

    def state(self):
        return {"records": [record._asdict() for record in self]}, {}

    def restore(self, facts, arrays):
        self[:] = [Record(**record) for record in facts["records"]]


def epochs_left(epochs, history, callbacks, progress):
    """The numbers of the epochs after those in `history`, with a bar if `progress`.

    There are none where the run had been stopped by a callback before it was saved.
    """
    stopped = history and any(getattr(callback, "stopped", False) for callback in callbacks)
    left = range(len(history) + 1, 1 if stopped else epochs + 1)
    return tqdm(left, desc="epochs", initial=len(history), total=epochs, disable=not progress)


def tell_all(callbacks, epoch, loss, rate, validate):
    """Measure, call every callback with the record; returns whether one of them said to stop.

    validate : a function of no arguments that returns {"loss": …, "accuracy": …}, or None
    """
    validation = {name: float(value) for name, value in validate().items()} if validate else {}
    answers = [callback(Record(epoch, loss, float(rate), validation)) for callback in callbacks]  # all are called
    return any(isinstance(answer, bool | np.bool_) and answer for answer in answers)


def check_follows(who, epoch, last):
    """Raise ValueError unless this epoch comes right after the last one that a callback saw."""
    if epoch != last + 1:
        raise ValueError(
            f"{who}: epoch {epoch} comes after epoch {last}; a new run needs a new {who}, to resume load a checkpoint"
        )
