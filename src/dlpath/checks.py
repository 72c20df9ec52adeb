"""Values, checked at the boundary: the three versions call the same checks, and so refuse alike, in the same words.

Shapes are checked in `dlpath.shapes`. Arrays may be NumPy's, PyTorch's or TensorFlow's; a TensorFlow graph has no
values while it is traced, and passes.
"""

import math
import numbers

import numpy as np


def check_number(where, name, value):
    """The value of a rate or an epsilon as a Python float; raises ValueError unless it is positive and finite.

    A Python float, because a NumPy scalar of another type would turn float32 into float64 without a word.
    """
    if not (isinstance(value, numbers.Real) and 0 < value < math.inf):
        raise ValueError(f"{where}: {name} must be positive and finite, got {value}")
    return float(value)


def check_penalty(where, l2):
    """The strength of a penalty as a Python float; raises ValueError unless 0 ≤ l2 < ∞."""
    if not (isinstance(l2, numbers.Real) and 0 <= l2 < math.inf):
        raise ValueError(f"{where}: l2 must be at least 0 and finite, got {l2}")
    return float(l2)


def check_betas(where, *betas):
    """Raise ValueError unless every β lies in 0 ≤ β < 1."""
    for beta in betas:
        if not 0 <= beta < 1:
            raise ValueError(f"{where}: betas must lie in 0 ≤ β < 1, got {beta}")


def check_count(where, name, count):
    """Raise TypeError unless count is a whole number, ValueError unless it is at least 1."""
    if not isinstance(count, numbers.Integral):
        raise TypeError(f"{where}: {name} must be a whole number, got {count}")
    if count < 1:
        raise ValueError(f"{where}: {name} must be at least 1, got {count}")


def check_same_shape(where, **arrays):
    """Raise ValueError unless all arrays have the shape of the first: nothing is broadcast."""
    (first, model), *others = arrays.items()
    for name, array in others:
        if np.shape(array) != np.shape(model):
            raise ValueError(f"{where}: {name} has shape {np.shape(array)}, expected {np.shape(model)} as {first}")


def check_some(where, array):
    """Raise ValueError for an array without elements: the mean of nothing is not a number."""
    if 0 in tuple(array.shape):
        raise ValueError(f"{where}: there are no examples")


def check_examples(where, X, y):
    """Check that there are examples, and one target for each; raises ValueError if not."""
    if len(X) != len(y):
        raise ValueError(f"{where}: X has {len(X)} examples, y has {len(y)}; they must be equal")
    if not len(X):
        raise ValueError(f"{where}: there are no examples")


def check_labels(where, labels, classes):
    """Check that integer class labels lie in 0 … classes − 1; raises TypeError or ValueError if not."""
    kind = str(getattr(labels.dtype, "name", labels.dtype)).removeprefix("torch.")
    if not kind.startswith(("int", "uint")):
        raise TypeError(f"{where}: labels must be integers, got {kind}")
    values = _values(labels)
    if values is not None and values.size and not 0 <= values.min() <= values.max() < classes:
        raise ValueError(f"{where}: labels must lie in 0 … {classes - 1}, got {values.min()} … {values.max()}")


def check_binary_labels(where, y):
    """Raise ValueError unless every label is 0 or 1, of whatever type."""
    values = _values(y)
    if values is not None and not np.all((values == 0) | (values == 1)):
        raise ValueError(f"{where}: labels must be 0 or 1, got {np.unique(values)[:5]}")


def check_reduction(where, reduction):
    """Raise ValueError unless a reduction is "mean", "sum" or "none"."""
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"{where}: reduction must be 'mean', 'sum' or 'none', got {reduction!r}")


def check_class_weights(where, class_weights):
    """Raise ValueError unless every weight is positive and finite: their sum is divided by."""
    values = _values(class_weights)
    if values is not None and not np.all((values > 0) & (values < math.inf)):
        raise ValueError(f"{where}: class_weights must be positive and finite, got {values}")


def check_loss(where, loss, when):
    """Raise FloatingPointError when the loss is not a finite number."""
    if not math.isfinite(loss):
        raise FloatingPointError(f"{where}: the loss is {loss} {when}; try a smaller learning rate")


def check_params(where, shapes, params):
    """Check the names and shapes of parameters before any is loaded; shapes : {"W": (1, D), …}."""
    if set(shapes) != set(params):
        raise ValueError(f"{where}: expected parameters {sorted(shapes)}, got {sorted(params)}")
    for name, value in params.items():
        if tuple(np.shape(value)) != tuple(shapes[name]):
            raise ValueError(f"{where}: {name} has shape {tuple(np.shape(value))}, expected {tuple(shapes[name])}")


def _values(array):
    """The array in NumPy, or None in a graph, where there are no values yet."""
    if isinstance(array, np.ndarray):
        return array
    if hasattr(array, "detach"):
        return array.detach().cpu().numpy()
    return array.numpy() if hasattr(array, "numpy") else None
