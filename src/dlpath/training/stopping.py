"""Early stopping: end when the validation has not become better for some epochs, and go back to the best parameters."""

import math

from dlpath.checks import check_count
from dlpath.training.callbacks import check_follows
from dlpath.training.checkpoints import check_arrays


class EarlyStopping:
    """A callback that stops `patience` epochs after the best one, and then loads the best parameters back.

    patience : epochs without a better value    gain : a value is better if it is smaller by more than this
    watch : the name of the value in `record.validation`    larger : whether larger is better, as of an accuracy
    best, best_epoch : the best value so far and its epoch    stopped : whether it has said so
    A run that ends before it stops keeps its last parameters; `restore_best()` loads the best.
    Raises ValueError for patience below 1, a negative gain, a name that `validate` does not measure, a second run.
    """

    def __init__(self, model, patience=5, gain=0.0, watch="loss", larger=False):
        check_count("EarlyStopping", "patience", patience)
        if not 0 <= gain < math.inf:
            raise ValueError(f"EarlyStopping: gain must be at least 0 and finite, got {gain}")
        self.settings = {"patience": int(patience), "gain": float(gain), "watch": watch, "larger": bool(larger)}
        self.model, self.epoch, self.best_epoch, self.stopped = model, 0, 0, False
        self.best, self.parameters = (-math.inf if larger else math.inf), {}

    def __call__(self, record):
        check_follows("EarlyStopping", record.epoch, self.epoch)
        self.epoch, value = record.epoch, self._watched(record)
        if self._is_better(value):
            self.best, self.best_epoch, self.parameters = value, record.epoch, self.snapshot(self.model)
        self.stopped = self.epoch - self.best_epoch >= self.settings["patience"]
        if self.stopped:
            self.restore_best()
        return self.stopped

    def _watched(self, record):
        watch = self.settings["watch"]
        if watch not in record.validation:
            raise ValueError(f"EarlyStopping: watches {watch!r}, but validate measured {sorted(record.validation)}")
        return record.validation[watch]

    def _is_better(self, value):
        gain = value - self.best if self.settings["larger"] else self.best - value
        return gain > self.settings["gain"]  # False for what is not a number

    def restore_best(self):
        """Load the parameters of the best epoch into the model, if there was one."""
        if self.parameters:
            self.load_snapshot(self.model, self.parameters)

    def state(self):
        """What is remembered: numbers, and the best parameters by name."""
        facts = {name: getattr(self, name) for name in ("epoch", "best", "best_epoch", "stopped")}
        return {"settings": self.settings, **facts}, dict(self.parameters)

    def restore(self, facts, arrays):
        """Take over what `state` returned; raises ValueError when the settings or the model differ."""
        if facts["settings"] != self.settings:
            raise ValueError(f"EarlyStopping: the settings are {self.settings}, expected {facts['settings']}")
        if arrays:
            check_arrays("EarlyStopping: the best parameters", self.snapshot(self.model), arrays)
        for name in ("epoch", "best", "best_epoch", "stopped"):
            setattr(self, name, facts[name])
        self.parameters = dict(arrays)
