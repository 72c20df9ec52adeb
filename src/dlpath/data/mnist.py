"""MNIST: 70,000 handwritten digits of 28×28 pixels, in the four files of its authors."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from dlpath.data.download import Unreachable, cache_folder, fetch
from dlpath.data.files import DataError, parse_idx, read_verified
from dlpath.data.stand_in import announce, digits_as_mnist

# Name -> SHA-256 and size in bytes, in the order of the fields of `MNIST`.
FILES = {
    "train-images-idx3-ubyte.gz": ("440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609", 9_912_422),
    "train-labels-idx1-ubyte.gz": ("3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c", 28_881),
    "t10k-images-idx3-ubyte.gz": ("8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6", 1_648_877),
    "t10k-labels-idx1-ubyte.gz": ("f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6", 4_542),
}
# The copies that PyTorch and TensorFlow Datasets use; the authors' own page no longer has the files.
MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
DATA_ADVICE = f"put the original file there (for one, from {MIRRORS[0]}), or unset DLPATH_DATA to have it downloaded."


class MNIST(NamedTuple):
    """Training and test set; pixels from 0 (paper) to 255 (ink), labels 0 to 9.

    x_train : uint8 array (60000, 28, 28)      y_train : int64 array (60000,)
    x_test  : uint8 array (10000, 28, 28)      y_test  : int64 array (10000,)
    source  : "MNIST", or "digits stand-in" where the other fields hold scikit-learn's digits
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    source: str


def mnist(
    *,
    files: Mapping[str, tuple[str, int]] = FILES,
    mirrors: Sequence[str] | None = None,
    timeout: float = 10.0,
    limit: float = 1800.0,
) -> MNIST:
    """MNIST from the first place that has it: `DLPATH_DATA`, the cache, a mirror; else the digits stand in.

    1. The folder that `DLPATH_DATA` names: its subfolder `mnist`, or itself.
    2. The cache: subfolder `mnist` of `DLPATH_CACHE`, or of the system's cache folder for dlpath.
    3. A download into that cache: 12 MB, once, from the first mirror that sends the right bytes.
       `DLPATH_MIRRORS` replaces the mirrors (addresses separated by spaces), or forbids ("none").
    4. scikit-learn's digits, enlarged, with a banner on stderr and `source` to tell them apart.

    Every file is used only when its SHA-256 is right. What happens when it is not that simple:

    - `DLPATH_DATA` is no folder, has none of the four files, or one there is damaged, unreadable or
      missing: `DataError`. You named the folder, so nothing else is taken in its place.
    - A file in the cache is damaged: it is downloaded again; `DataError` where that fails.
    - The cache is unreadable, not writable, full: `DataError`.
    - A mirror is down, silent for `timeout` seconds, needs more than `limit` seconds for a file, answers
      404 or 500, breaks off, or sends another file (altered, truncated, longer, a login page): the next
      one is tried.
    - All fail, and none began to send: the digits stand in, because without a network the book
      should still run. All fail, and one did send something: `DataError`, because that network
      works, and whoever waits for MNIST should know that something is wrong with it.
    - Interrupted or killed: files that are complete stay, a partial one is never used.

    files    : name -> SHA-256 and size of training images, training labels, test images, test labels
    mirrors  : addresses of folders that hold the files; the environment's or the built-in by default
    timeout  : seconds to wait for a connection, and for each next piece of a file
    limit    : seconds in all for one file from one mirror
    """
    try:
        _, raw = _from_data_folder(files) or _from_cache(files, _mirrors(mirrors), timeout, limit)
    except Unreachable as error:
        announce(error.problem)
        return MNIST(*digits_as_mnist(), "digits stand-in")
    x_train, y_train, x_test, y_test = map(parse_idx, raw, files)
    return MNIST(x_train, y_train.astype(np.int64), x_test, y_test.astype(np.int64), "MNIST")


def data_in_use(*, files: Mapping[str, tuple[str, int]] = FILES) -> str:
    """One line that says what `mnist()` has on this machine: verified files, refused ones, or none.

    Reads what is there and downloads nothing.
    """
    try:
        folder, raw = _from_data_folder(files) or _from_folder(cache_folder() / "mnist", files, "")
    except DataError as error:
        return f"MNIST: refused. {error.problem}"
    if None in raw:
        return "MNIST: not here; scikit-learn's digits stand in wherever it cannot be downloaded."
    return f"MNIST: the original files in {folder}, SHA-256 verified."


def _from_data_folder(files: Mapping[str, tuple[str, int]]) -> tuple[Path, list[bytes]] | None:
    """Where in `DLPATH_DATA` the files are, and their bytes; None where it is not set."""
    if not os.environ.get("DLPATH_DATA"):
        return None
    top = Path(os.environ["DLPATH_DATA"]).expanduser()
    if not os.path.isdir(top):
        raise DataError(f"DLPATH_DATA names {top}, which is not a folder.", "correct it, or unset it.")
    for folder in (top / "mnist", top):
        folder, raw = _from_folder(folder, files, DATA_ADVICE)
        missing = [name for name, data in zip(files, raw, strict=True) if data is None]
        if not missing:
            return folder, raw
        if len(missing) < len(files):
            raise DataError(f"{folder} lacks {', '.join(missing)}, but has the rest of MNIST.", DATA_ADVICE)
    problem = f"DLPATH_DATA names {top}, and neither that folder nor its subfolder mnist has {', '.join(files)}."
    raise DataError(problem, "name the folder that has them, or unset DLPATH_DATA to have them downloaded.")


def _from_cache(files, mirrors: Sequence[str], timeout: float, limit: float) -> tuple[Path, list[bytes]]:
    folder = cache_folder() / "mnist"
    return folder, [fetch(name, *what, folder, mirrors, timeout, limit) for name, what in files.items()]


def _from_folder(folder: Path, files: Mapping[str, tuple[str, int]], advice: str) -> tuple[Path, list[bytes | None]]:
    return folder, [read_verified(folder / name, sha256, advice) for name, (sha256, _) in files.items()]


def _mirrors(mirrors: Sequence[str] | None) -> Sequence[str]:
    """The argument, or else `DLPATH_MIRRORS`, or else the built-in addresses."""
    if mirrors is not None:
        return mirrors
    named = os.environ.get("DLPATH_MIRRORS", "").split()
    return [] if named == ["none"] else named or MIRRORS
