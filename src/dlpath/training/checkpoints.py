"""Checkpoints: what a run needs to go on with the same bits; a wrong file is refused before anything is changed.

`Checkpoint` is what the three versions share. Each derives its own, which brings its model, optimizer and generators
to named NumPy arrays and back.
"""

import json
from itertools import zip_longest
from pathlib import Path

from dlpath.checks import check_count
from dlpath.training.callbacks import check_follows
from dlpath.training.files import read_checkpoint, write_checkpoint

FORMAT = {"format": "dlpath checkpoint", "version": 1}


def check_equal(what, found, expected):
    """Raise ValueError unless what a file holds is what this run has."""
    if found != expected:
        raise ValueError(f"{what}: the file has {found}, expected {expected}")


def check_arrays(what, own, arrays):
    """Raise ValueError unless the arrays have the names, shapes and types of `own`."""
    check_equal(f"{what}, names", sorted(arrays), sorted(own))
    for name, array in arrays.items():
        found, expected = (f"{a.dtype} {a.shape}" for a in (array, own[name]))
        check_equal(f"{what}, {name}", found, expected)


class Checkpoint:
    """A callback that saves the run every `every` epochs, and loads it: parameters, optimizer, generators, callbacks.

    path : of the file, an .npz    callbacks : the others, where their memory belongs to the run; this one comes last
    A version says `library`, and how its parts become arrays: `snapshot`, `structure`, `optimizer_state`,
    `generators`, and `load_snapshot`, `load_optimizer`, `load_generators` back.
    """

    def __init__(self, path, model, optimizer, rng, callbacks=(), every=1):
        check_count("Checkpoint", "every", every)
        self.path, self.model, self.optimizer, self.rng = Path(path), model, optimizer, rng
        self.callbacks = [callback for callback in callbacks if hasattr(callback, "state")]
        self.every, self.history = every, []

    def __call__(self, record):
        check_follows("Checkpoint", record.epoch, len(self.history))
        if any(getattr(callback, "epoch", record.epoch) != record.epoch for callback in self.callbacks):
            raise ValueError("Checkpoint: put it last, or it saves the other callbacks as they were an epoch ago")
        self.history.append(record.loss)
        if record.epoch % self.every == 0:
            self.save()

    def save(self):
        """Write the file: whenever the process is killed, the old one or the new one is there, and whole."""
        write_checkpoint(self.path, *self._contents())

    def load(self):
        """Go on where the file was saved; returns the history, for `train(…, history=…)`.

        Raises ValueError when the file is damaged, or of another kind of run; the run then is as it was.
        """
        header, arrays = read_checkpoint(self.path)
        own, own_arrays = self._contents()
        own = json.loads(json.dumps(own))  # tuples become lists, as in the file
        try:
            self._check(header, arrays, own, own_arrays)
        except ValueError as error:
            raise ValueError(f"{self.path}: {error}") from error
        except Exception as error:  # such as a KeyError
            raise ValueError(f"{self.path}: the header has not what it should have: {error!r}") from error
        try:
            self._put(header, arrays)
        except Exception as error:  # such as a callback that refuses its state
            self._put(own, own_arrays)
            raise ValueError(f"{self.path}: {error}") from error
        return list(self.history)

    def _contents(self):
        """The header and copies of all arrays, by the names `part/name`."""
        facts, optimizer = self.optimizer_state()
        states = [callback.state() for callback in self.callbacks]
        parts = {"model": self.snapshot(self.model), "optimizer": optimizer, "generators": self.generators()}
        parts |= {f"callback{i}": arrays for i, (_, arrays) in enumerate(states)}
        header = FORMAT | {"library": self.library, "model": self.structure(), "optimizer": facts}
        header |= {"rng": _lists(self.rng.bit_generator.state), "history": list(self.history)}
        header["callbacks"] = [[type(c).__name__, facts] for c, (facts, _) in zip(self.callbacks, states, strict=True)]
        return header, {f"{part}/{name}": a for part, arrays in parts.items() for name, a in arrays.items()}

    def _check(self, header, arrays, own, own_arrays):
        """Raise ValueError unless the file fits this run. Nothing is changed."""
        for key in ("format", "version", "library"):
            check_equal(key, header.get(key), own[key])
        for line, (found, expected) in enumerate(zip_longest(header["model"], own["model"]), start=1):
            check_equal(f"model, line {line} of its structure", found, expected)
        check_arrays("model", _part(own_arrays, "model"), _part(arrays, "model"))
        for key in ("kind", "settings"):
            check_equal(f"optimizer, {key}", header["optimizer"][key], own["optimizer"][key])
        self.check_optimizer(_part(own_arrays, "optimizer"), _part(arrays, "optimizer"))
        check_arrays("generators", _part(own_arrays, "generators"), _part(arrays, "generators"))
        check_equal("rng", header["rng"]["bit_generator"], own["rng"]["bit_generator"])
        type(self.rng.bit_generator)().state = header["rng"]  # one that is thrown away tries the state
        kinds = ([kind for kind, _ in one["callbacks"]] for one in (header, own))
        check_equal("callbacks", *kinds)
        if not all(isinstance(loss, float) for loss in header["history"]):
            raise ValueError(f"history: the file has {header['history']}, expected a list of losses")

    def check_optimizer(self, own, arrays):
        check_arrays("optimizer", own, arrays)

    def _put(self, header, arrays):
        """Write everything into the run."""
        for i, (callback, (_, facts)) in enumerate(zip(self.callbacks, header["callbacks"], strict=True)):
            callback.restore(facts, _part(arrays, f"callback{i}"))
        self.load_snapshot(self.model, _part(arrays, "model"))
        self.load_optimizer(header["optimizer"]["numbers"], _part(arrays, "optimizer"))
        self.load_generators(_part(arrays, "generators"))
        self.rng.bit_generator.state = header["rng"]
        self.history = list(header["history"])


def _part(arrays, name):
    """The arrays of one part, `name/…`, by what follows."""
    return {key.removeprefix(f"{name}/"): a for key, a in arrays.items() if key.startswith(f"{name}/")}


def _lists(state):
    """A generator's state for JSON: its integers, however big, are Python's; its arrays become lists."""
    if isinstance(state, dict):
        return {name: _lists(value) for name, value in state.items()}
    return state.tolist() if hasattr(state, "tolist") else state
