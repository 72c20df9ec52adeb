"""The file of a checkpoint: named arrays and a header in an `.npz`, whole or not at all, and without pickle.

The archive's comment, the last 64 bytes of the file, is the SHA-256 of all bytes before it: one flipped bit anywhere is
noticed, and `numpy.load` opens the file all the same.
"""

import hashlib
import io
import json
import os
import zipfile
from pathlib import Path

import numpy as np

DIGITS = 64  # of a SHA-256 in hexadecimal


def write_checkpoint(path, header, arrays):
    """Replace the file at `path` by one with this header (for JSON) and these arrays by name: all or nothing.

    Whenever the process is killed, the path holds the old file or the new one. What it leaves then is `<path>.part`,
    which nobody reads and the next save begins anew. A path belongs to one run at a time.
    Raises ValueError for an array that is not of numbers, TypeError for a header that JSON does not have.
    """
    path = Path(path)
    content, partial = _packed(header, arrays), path.with_name(path.name + ".part")
    with open(partial, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())  # the bytes are on the disk before the name is
    os.replace(partial, path)
    _sync_folder(path.parent)


def _sync_folder(folder):
    """Bring the folder's new entry to the disk; Windows opens no folders."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _packed(header, arrays):
    """The bytes of the file."""
    for name, array in arrays.items():
        if array.dtype.kind not in "biufc":
            raise ValueError(f"checkpoint: {name} is {array.dtype}; only arrays of numbers are kept")
    buffer = io.BytesIO()
    text = np.frombuffer(json.dumps(header).encode(), np.uint8)
    np.savez(buffer, **{"header": text, **arrays})
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.comment = b"0" * DIGITS
    content = buffer.getvalue()[:-DIGITS]
    return content + hashlib.sha256(content).hexdigest().encode()


def read_checkpoint(path):
    """The header and the arrays of a file; raises ValueError when one bit of it is not as it was written."""
    content = Path(path).read_bytes()
    end, digest = content[-DIGITS:], hashlib.sha256(content[:-DIGITS]).hexdigest()
    if end != digest.encode():
        raise ValueError(
            f"{path}: damaged, cut short, or no checkpoint: its {len(content)} bytes should end with their SHA-256, "
            f"{digest[:8]}…, and end with {end[:8]!r}…"
        )
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        return json.loads(arrays.pop("header").tobytes()), arrays
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path}: no checkpoint: expected an .npz of arrays with a header, got {error}") from error
