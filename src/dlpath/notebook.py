"""What every notebook of the book uses: one set-up call, the package's own source in sight, claims with a band."""

import contextlib
import importlib.util
import inspect
import math
import os
import re
import sys
import textwrap
from collections.abc import Callable
from decimal import Decimal

# The only form in which a measured number stands in a stored output. The guards of the book read it back.
CLAIM = re.compile(r"(?P<name>[^≈\n]+) ≈ (?P<value>\S+) \(expected (?P<low>\S+) to (?P<high>\S+)\)")

_stand_in = ""  # why numbers are reported but not judged; empty while the data is real


def setup() -> None:
    """Quiet TensorFlow, print arrays alike everywhere, draw the book's figures as SVG.

    Called once, in the first cell: TensorFlow reads its environment when it is imported, which is later.
    Values that are already in the environment win.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    if not any(isinstance(finder, _QuietTensorFlow) for finder in sys.meta_path):
        sys.meta_path.insert(0, _QuietTensorFlow())

    import numpy as np
    from IPython import get_ipython

    from dlpath import figures

    np.set_printoptions(precision=4, suppress=True, linewidth=100, threshold=200, sign="-", floatmode="maxprec")
    figures.use_style()
    if get_ipython() is not None:
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        set_matplotlib_formats("svg", metadata={"Date": None, "Creator": None})  # the same bytes every time


class _QuietTensorFlow:
    """Import TensorFlow with standard error closed: as it loads, its libraries log there whatever the level is."""

    def find_spec(self, name, path=None, target=None):
        if name != "tensorflow":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module
            load_triton()
            spec.loader.exec_module = lambda module: _without_stderr(execute, module)
        return spec


def load_triton() -> None:
    """Import triton, which PyTorch's GPU build brings on Linux; to be called before TensorFlow is imported.

    TensorFlow 2.20 and 2.21 put their copy of LLVM where triton's libraries find it. If triton is loaded later, and the
    first optimizer of PyTorch loads it, the process ends with a segmentation fault
    (https://github.com/tensorflow/tensorflow/issues/124205).
    """
    with contextlib.suppress(ImportError):
        importlib.import_module("triton")


def _without_stderr(function: Callable, *args) -> None:
    """Call the function while the process's standard error goes nowhere; exceptions pass."""
    stderr = os.dup(2)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        function(*args)
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)


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
    ValueError for a band that is empty or not a number, and for a name with `≈` or a line break in it.
    AssertionError outside the band, and for a value that is not a number; on stand-in data it is only said.
    """
    if not low <= high:
        raise ValueError(f"the band of {name!r} is empty: {low} to {high}")
    if not name or "≈" in name or "\n" in name:
        raise ValueError(f"a claim is named by one line without '≈', not by {name!r}")
    written = f"{float(value):.4g}"
    first, last = _alike(low, high)
    print(f"{name} ≈ {written} (expected {first} to {last})")
    if low <= float(written) <= high:
        return
    if not _stand_in:
        raise AssertionError(f"{name} is {written}, outside its band from {first} to {last}.")
    print(f"    outside the band, which is for the real data; here: {_stand_in}")


def _alike(low: float, high: float) -> tuple[str, str]:
    """Both numbers as Python prints them, with the same number of decimals unless one has an exponent."""
    texts = str(low), str(high)
    if not all(math.isfinite(bound) for bound in (low, high)) or "e" in "".join(texts):
        return texts
    decimals = max(-Decimal(text).as_tuple().exponent for text in texts)
    return tuple(f"{Decimal(text):.{decimals}f}" for text in texts)


def on_stand_in_data(source: str) -> None:
    """Tell `expect` which data the numbers come from, in the words of a loader's `source`.

    Where that is a stand-in ("digits stand-in"), `expect` reports from here on, and fails no more: its bands
    are about the real data. Any other source switches back.

        x_train, y_train, x_test, y_test, source = mnist()
        on_stand_in_data(source)
    """
    global _stand_in
    _stand_in = source if "stand-in" in source else ""
