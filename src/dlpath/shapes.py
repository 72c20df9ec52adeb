"""Shapes, checked at the boundary: one line per function, one sentence per mistake."""

from functools import cache


def check_shapes(where, /, **arrays):
    """Check that arrays have the shapes that a formula needs, and that equal letters mean equal sizes.

    `check_shapes("linear", X=(X, "N D"), W=(W, "K D"), b=(b, "K"))` passes when X is (N, D), W is (K, D)
    and b is (K,) for some N, D and K. A number in the pattern stands for itself. Works on anything that has
    a `shape`: NumPy arrays, PyTorch and TensorFlow tensors (a size that a graph does not know yet fits all).

    Raises ValueError that names the array, its shape, and what was expected; TypeError for what is no array.
    """
    sizes = {}
    for name, (array, pattern) in arrays.items():
        shape, letters = _shape(where, name, array), _letters(pattern)
        fits = len(shape) == len(letters)
        for size, letter in zip(shape, letters, strict=False):
            if size is not None:
                expected = letter if isinstance(letter, int) else sizes.setdefault(letter, size)
                fits = fits and size == expected
        if not fits:
            raise ValueError(_message(where, name, arrays))


@cache
def _letters(pattern):
    return tuple(int(letter) if letter.isdigit() else letter for letter in pattern.split())


def _shape(where, name, array):
    try:
        return array.shape
    except AttributeError:
        raise TypeError(f"{where}: {name} must be an array, got {type(array).__name__}") from None


def _message(where, wrong, arrays):
    """linear: b has shape (4, 1), expected (K,) with K = 3 (from W)."""
    array, pattern = arrays[wrong]
    known = {}
    for name, (earlier, letters) in arrays.items():
        if name == wrong:
            break
        for size, letter in zip(earlier.shape, letters.split(), strict=True):
            if size is not None:
                known.setdefault(letter, f"{letter} = {size} (from {name})")
    letters = pattern.split()
    wanted = "(" + ", ".join(letters) + ("," if len(letters) == 1 else "") + ")"
    sizes = [known[letter] for letter in dict.fromkeys(letters) if letter in known and not letter.isdigit()]
    return (
        f"{where}: {wrong} has shape {tuple(array.shape)}, expected {wanted}"
        + " with " * bool(sizes)
        + ", ".join(sizes)
    )
