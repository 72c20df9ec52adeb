"""What stands in for MNIST where it cannot be had: scikit-learn's digits, in MNIST's form."""

import sys
import textwrap

import numpy as np

from dlpath.data.tabular import digits

BANNER = """\
{rule}
  NOT MNIST. scikit-learn's 1797 digits stand in, enlarged from 8x8 to 28x28 pixels.
  Numbers computed from here on are about the stand-in, and say nothing about MNIST.
{why}
  To get MNIST: connect and run this again, or put the four original .gz files into a
  folder and set DLPATH_DATA to it.
{rule}"""

_stand_in = ""  # why numbers are reported but not judged


def digits_as_mnist() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """scikit-learn's digits as x_train (1540, 28, 28), y_train (1540,), x_test (257, 28, 28), y_test (257,).

    uint8 and int64, as MNIST. The test set is the last seventh of each class, MNIST's proportion.
    Neighbours in the file come from one hand, so a cut in the order keeps most hands on one side.
    """
    X, y, *_ = digits()
    x = enlarge(X.reshape(-1, 8, 8))  # (1797, 28, 28)
    test = np.zeros(len(y), dtype=bool)
    for digit in range(10):
        of_class = np.flatnonzero(y == digit)
        test[of_class[-round(len(of_class) / 7) :]] = True
    return x[~test], y[~test], x[test], y[test]


def enlarge(images: np.ndarray) -> np.ndarray:
    """Images of 8×8 pixels from 0 to 16 as 28×28 pixels from 0 to 255.

    As in MNIST, the digit fills 20×20 pixels inside a margin of 4. In between, pixels are interpolated
    linearly along rows and columns, X' = A X Aᵀ: row i of A (20, 8) says how far the centre of new
    pixel i lies between the centres of two old ones. Rows of A sum to 1, so paper stays 0 and ink 255.

    images : array (N, 8, 8) -> uint8 array (N, 28, 28)
    """
    centres = (np.arange(20) + 0.5) * 8 / 20 - 0.5  # new pixel centres, counted in old pixels
    A = np.stack([np.interp(centres, np.arange(8), unit) for unit in np.eye(8)], axis=1)  # (20, 8)
    enlarged = A @ images @ A.T * (255 / 16)  # (N, 8, 8) -> (N, 20, 20)
    return np.pad(np.rint(enlarged).astype(np.uint8), ((0, 0), (4, 4), (4, 4)))  # (N, 28, 28)


def announce(why: str) -> None:
    """Say on stderr, so that nobody misses it, that the digits stand in, and why."""
    wrap = textwrap.TextWrapper(88, break_long_words=False, break_on_hyphens=False)
    wrap.initial_indent, wrap.subsequent_indent = "  Why: ", "       "
    print(BANNER.format(rule="=" * 88, why=wrap.fill(why)), file=sys.stderr, flush=True)


def on_stand_in_data(source: str) -> None:
    """Tell `expect` which data the numbers come from, in the words of a loader's `source`.

    Where that is a stand-in ("digits stand-in"), `expect` reports from here on, and fails no more: its bands
    are about the real data. Any other source switches back.

        x_train, y_train, x_test, y_test, source = mnist()
        on_stand_in_data(source)
    """
    global _stand_in
    _stand_in = source if "stand-in" in source else ""


def stand_in_in_use() -> str:
    """What stands in for the real data, in the words of `source`; empty while the data is real."""
    return _stand_in
