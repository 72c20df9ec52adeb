"""What every notebook of the book uses: one set-up call, the package's own source in sight, claims with a band."""

import inspect
import math
import os
import re
import textwrap
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from dlpath.data.stand_in import on_stand_in_data as on_stand_in_data  # notebooks import it from here
from dlpath.data.stand_in import stand_in_in_use

if TYPE_CHECKING:
    import numpy as np

# The only two forms in which a measured number stands in a stored output. The guards of the book read it back.
CLAIM = re.compile(r"(?P<name>[^≈\n]+) ≈ (?P<value>\S+) \((?:expected (?P<low>\S+) to (?P<high>\S+)|this run)\)")


def setup() -> None:
    """Quiet TensorFlow, print arrays alike everywhere, draw the book's figures as SVG, and as PNG beside it.

    Called once, in the first cell: TensorFlow reads its environment when it is imported, which is later.
    JupyterLab draws no SVG in a notebook that it does not trust yet: there the PNG is seen before a cell has run.
    """
    import numpy as np
    from IPython import get_ipython

    from dlpath import figures, frameworks

    frameworks.quiet_tensorflow()
    np.set_printoptions(precision=4, suppress=True, linewidth=100, threshold=200, sign="-", floatmode="maxprec")
    figures.use_style()
    if get_ipython() is not None:
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        # without a date and a version: the same bytes every time
        set_matplotlib_formats("svg", "png", metadata={"Date": None, "Creator": None})


def shift() -> int:
    """How far every seed is shifted: the environment's DLPATH_SEED, a whole number, or 0."""
    text = os.environ.get("DLPATH_SEED", "").strip() or "0"
    if not text.isdecimal():
        raise ValueError(f"DLPATH_SEED must be a whole number from 0 on, got {text!r}")
    return int(text)


def generator(k: int, use: int = 0) -> "np.random.Generator":
    """A NumPy generator for seed k: `default_rng([k, use, 0, shift])`, with the shift of `make seeds`.

    Separate uses (weights, order of batches, data, split) have separate streams: `generator(3, use=1)`.
    Unshifted, `generator(k)` is `np.random.default_rng(k)`. The shift stands last because NumPy pads with zeros:
    `[1, 0]` is the stream of 1.
    """
    import numpy as np

    return np.random.default_rng([k, use, 0, shift()])


def seed(k: int) -> int:
    """Seed k for what takes a whole number (`random_state=`, PyTorch, Keras): k + 1000 · shift."""
    return k + 1000 * shift()


def show(*objects: Callable | type) -> None:
    """Show the source of functions and classes, docstrings included, as one Markdown code block.

    The code stands in the package once, and the notebook notices when it changes.
    TypeError for an object without Python source, such as a built-in function or an array.
    """
    from IPython.display import Markdown, display

    code = "\n\n\n".join(_source(obj) for obj in objects)
    fence = "`" * max(3, *(len(ticks) + 1 for ticks in re.findall("`+", code)), 0)
    display(Markdown(f"{fence}python\n{code}\n{fence}"))


def _source(obj: Callable | type) -> str:
    try:
        return textwrap.dedent(inspect.getsource(obj)).strip("\n")
    except (TypeError, OSError) as error:
        raise TypeError(f"show() takes functions and classes written in Python, and {obj!r} is none.") from error


def expect(name: str, value: float, low: float, high: float) -> None:
    """Print `name ≈ 0.978 (expected 0.970 to 0.985)`, and fail where the value is outside its band.

    For numbers that differ from machine to machine. The value is rounded to four significant digits, and what
    is printed is what is compared; the band includes its ends. Both ends are printed as Python prints them, the
    one with fewer decimals filled up with zeros: 0.97 and 0.985 as `0.970 to 0.985`, 1 and 2 as `1 to 2`.

    value : a number, or an array or tensor with one element
    ValueError for a band that is empty, infinite or not a number, and for a name with `≈` or a line break in it.
    AssertionError outside the band, and for a value that is not a number; on stand-in data it is only said.
    """
    if not low <= high:
        raise ValueError(f"the band of {name!r} is empty: {low} to {high}")
    if not math.isfinite(low) or not math.isfinite(high):
        raise ValueError(f"the band of {name!r} has no end, so it says nothing: {low} to {high}")
    written = _written(name, value)
    first, last = _alike(low, high)
    print(f"{name} ≈ {written} (expected {first} to {last})")
    if low <= float(written) <= high:
        return
    if not stand_in_in_use():
        raise AssertionError(f"{name} is {written}, outside its band from {first} to {last}.")
    print(f"    outside the band, which is for the real data; here: {stand_in_in_use()}")


def measured(name: str, value: float) -> None:
    """Print `name ≈ 0.978 (this run)`: a number of one draw, which another seed or processor changes.

    It is compared with nothing and judged by nobody: a sentence about it says "here", or "in this run".
    value : a finite number, or an array or tensor with one element; ValueError otherwise.
    """
    written = _written(name, value)
    if not math.isfinite(float(value)):
        raise ValueError(f"{name} is {written}: nothing was measured")
    print(f"{name} ≈ {written} (this run)")


def _written(name: str, value: float) -> str:
    if not name or "≈" in name or "\n" in name:
        raise ValueError(f"a claim is named by one line without '≈', not by {name!r}")
    return f"{float(value):.4g}"


def _alike(low: float, high: float) -> tuple[str, str]:
    """Both numbers as Python prints them, with the same number of decimals unless one has an exponent."""
    texts = str(low), str(high)
    if "e" in "".join(texts):
        return texts
    decimals = max(-Decimal(text).as_tuple().exponent for text in texts)
    return tuple(f"{Decimal(text):.{decimals}f}" for text in texts)
