"""The equality ledger: the concepts' entries, found by name and compared in one way.

A concept enters by a file `ledger.py` in its folder, with one function: `entries(rng)` yields an `Entry` for each
quantity, in the versions that compute it. `pair` makes the entries of a function and its gradient.
"""

import importlib
import itertools
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from dlpath.parity import largest_difference, tensorflow_vjp, to_numpy, torch_vjp

VERSIONS = {"NumPy": "in_numpy", "PyTorch": "in_torch", "TensorFlow": "in_tensorflow"}
PAIRS = list(itertools.combinations(VERSIONS, 2))


class Entry(NamedTuple):
    """One quantity of one function or model: {"NumPy": array, "PyTorch": …}, in two versions or three."""

    what: str
    quantity: str
    versions: dict


class Line(NamedTuple):
    """All entries of one quantity: how many numbers, the largest of them, the largest difference of each pair."""

    what: str
    quantity: str
    numbers: int
    largest: float
    differences: dict


def concepts() -> list[str]:
    """The concepts that have entries."""
    return sorted(path.parent.name for path in Path(__file__).parent.glob("*/ledger.py"))


def entries_of(concept: str, rng: np.random.Generator) -> list[Entry]:
    """The concept's entries, from numbers that `rng` draws."""
    return list(importlib.import_module(f"dlpath.{concept}.ledger").entries(rng))


def versions(concept: str) -> list:
    """The concept's three modules; PyTorch is imported before TensorFlow."""
    return [importlib.import_module(f"dlpath.{concept}.{module}") for module in VERSIONS.values()]


def entries(what: str, quantities: Iterable[str], *values: Iterable) -> Iterator[Entry]:
    """One entry for each quantity; values: for NumPy, PyTorch and TensorFlow in turn, one array for each quantity."""
    for quantity, *arrays in zip(quantities, *values, strict=True):
        yield Entry(what, quantity, dict(zip(VERSIONS, arrays, strict=True)))


def pair(concept: str, name: str, quantities: list[str], *arrays, dout, **options) -> Iterator[Entry]:
    """The output of the function `name`, and its gradients along `dout`, in the order of its arguments.

    NumPy's are those of `<name>_backward`, the frameworks differentiate their own code. Where fewer quantities are
    named than there are gradients (a loss's gradient with respect to its target), the others are left out.
    """
    numpy, torch, tensorflow = (_with_options(getattr(module, name), options) for module in versions(concept))
    out, cache = numpy(*arrays)
    gradients = getattr(versions(concept)[0], f"{name}_backward")(dout, cache)
    ours = [out, *(gradients if isinstance(gradients, tuple) else (gradients,))]
    theirs = [torch_vjp(torch, *arrays, dout=dout), tensorflow_vjp(tensorflow, *arrays, dout=dout)]
    n = len(quantities)
    yield from entries(name, quantities, ours[:n], *([out, *gradients][:n] for out, gradients in theirs))


def _with_options(function: Callable, options: dict) -> Callable:
    return lambda *arrays: function(*arrays, **options)


def compare(found: Iterable[Entry]) -> list[Line]:
    """A line for each quantity, over all of its entries; ValueError where shapes differ, so nothing is broadcast."""
    lines = {}
    for what, quantity, by_version in found:
        arrays = {version: to_numpy(value) for version, value in by_version.items()}
        first = next(iter(arrays.values()))
        line = lines.get((what, quantity)) or Line(what, quantity, 0, 0.0, {})
        differences = {
            (a, b): max(line.differences.get((a, b), 0.0), largest_difference(arrays[a], arrays[b]))
            for a, b in PAIRS
            if a in arrays and b in arrays
        }
        largest = max(line.largest, float(np.abs(first).max()))
        lines[what, quantity] = Line(what, quantity, line.numbers + first.size, largest, differences)
    return list(lines.values())
