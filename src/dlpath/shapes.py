"""Shapes, checked at the boundary: one line per function, one sentence per mistake."""

from functools import lru_cache


def check_shapes(where, /, **arrays):
    """Check that arrays have the shapes that a formula needs, and that equal letters mean equal sizes.

    `check_shapes("linear", X=(X, "N D"), W=(W, "K D"), b=(b, "K"))` passes when X is (N, D), W is (K, D)
    and b is (K,) for some N, D and K. A number in the pattern stands for itself; `…` in front for any number of
    leading axes, none included, the same in every array. Works on anything that has a `shape`: NumPy arrays,
    PyTorch and TensorFlow tensors (a size that a graph does not know yet fits all).

    Raises ValueError that names the array, its shape, and what was expected; TypeError for what is no array.
    """
    try:
        shapes = tuple([(tuple(array.shape), pattern) for array, pattern in arrays.values()])
    except AttributeError:
        name, what = next((name, type(a).__name__) for name, (a, _) in arrays.items() if not hasattr(a, "shape"))
        raise TypeError(f"{where}: {name} must be an array, got {what}") from None
    wrong = _first_wrong(shapes)
    if wrong is not None:
        raise ValueError(_message(where, list(arrays)[wrong], arrays))


@lru_cache(maxsize=4096)
def _first_wrong(shapes):
    """The place of the first shape that does not follow its pattern, or None; remembered, for training asks often."""
    sizes = {}
    for place, (shape, pattern) in enumerate(shapes):
        letters = pattern.split()
        shape = _by_letter(shape, letters)
        if len(shape) != len(letters):
            return place
        for size, letter in zip(shape, letters, strict=True):
            if size is not None:
                expected = int(letter) if letter.isdigit() else sizes.setdefault(letter, size)
                if not _agree(size, expected):
                    return place
    return None


def _by_letter(shape, letters):
    """One entry for a letter: its size; for … the tuple of all leading sizes."""
    leading = len(shape) - len(letters) + 1
    if letters[:1] != ["…"] or leading < 0:
        return shape
    return shape[:leading], *shape[leading:]


def _agree(size, expected):
    """Equal, where both are known; two tuples entry by entry."""
    if isinstance(size, tuple):
        return len(size) == len(expected) and all(map(_agree, size, expected))
    return size is None or expected is None or size == expected


def _message(where, wrong, arrays):
    """linear: b has shape (4, 1), expected (K,) with K = 3 (from W)."""
    array, pattern = arrays[wrong]
    known = {}
    for name, (earlier, letters) in arrays.items():
        if name == wrong:
            break
        for size, letter in zip(_by_letter(tuple(earlier.shape), letters.split()), letters.split(), strict=True):
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
