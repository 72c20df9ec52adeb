"""Shapes, checked at the boundary: one line per function, one sentence per mistake."""


def check_shapes(where, /, **arrays):
    """Check that arrays have the shapes that a formula needs, and that equal letters mean equal sizes.

    ``check_shapes("linear", X=(X, "N D"), W=(W, "K D"), b=(b, "K"))`` passes when X is (N, D), W is (K, D)
    and b is (K,) for some N, D and K. A number in the pattern stands for itself. Works on anything that has
    a ``shape``: NumPy arrays, PyTorch and TensorFlow tensors.

    Raises ValueError that names the array, its shape, and what was expected.
    """
    sizes = {}
    for name, (array, pattern) in arrays.items():
        shape, letters = _shape(where, name, array), pattern.split()
        if len(shape) != len(letters):
            raise ValueError(_message(where, name, shape, letters, sizes))
        for size, letter in zip(shape, letters, strict=True):
            if size is None:  # a batch size that a TensorFlow graph does not know yet
                continue
            expected = int(letter) if letter.isdigit() else sizes.setdefault(letter, (size, name))[0]
            if size != expected:
                raise ValueError(_message(where, name, shape, letters, sizes))


def check_labels(where, labels, classes):
    """Check that integer class labels lie in 0 … classes − 1; raises TypeError or ValueError if not."""
    if labels.dtype.kind not in "iu":
        raise TypeError(f"{where}: labels must be integers, got {labels.dtype}")
    if labels.size and not 0 <= labels.min() <= labels.max() < classes:
        raise ValueError(f"{where}: labels must lie in 0 … {classes - 1}, got {labels.min()} … {labels.max()}")


def _shape(where, name, array):
    try:
        return tuple(array.shape)
    except AttributeError:
        raise TypeError(f"{where}: {name} must be an array, got {type(array).__name__}") from None


def _message(where, name, shape, letters, sizes):
    wanted = "(" + ", ".join(letters) + ("," if len(letters) == 1 else "") + ")"
    known = [f"{letter} = {sizes[letter][0]} (from {sizes[letter][1]})" for letter in letters if letter in sizes]
    with_sizes = f" with {', '.join(known)}" if known else ""
    return f"{where}: {name} has shape {shape}, expected {wanted}{with_sizes}"
