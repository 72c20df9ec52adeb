"""Files that must be exactly right: the checksum first, then the format."""

import gzip
import hashlib
import math
import stat
import zlib
from pathlib import Path

import numpy as np

# The third byte of an idx file names the type of its numbers; all are stored big-endian.
IDX_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


class DataError(RuntimeError):
    """Data that cannot be used.

    problem : what is wrong, in one line that names the file
    advice  : what to do about it
    """

    def __init__(self, problem: str, advice: str):
        super().__init__(problem, advice)
        self.problem = problem
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.problem}\nWhat to do: {self.advice}"


class DamagedFile(DataError):
    """A file whose checksum is not the expected one: truncated, altered, or another file altogether."""


def read_verified(path: Path, sha256: str, advice: str) -> bytes | None:
    """The bytes of a file whose SHA-256 is right; None where there is no such file.

    What is hashed is what is returned, so a file that another process is changing cannot slip through.
    `DamagedFile` where the checksum is wrong, `DataError` where the file cannot be read; both give `advice`.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would be waited for, for ever
            raise DataError(f"{path} cannot be read (it is no regular file).", advice)
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}).", advice) from error
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        size = f"{len(data):,} bytes"
        problem = f"{path} is damaged: its SHA-256 is {found} ({size}), expected {sha256}."
        raise DamagedFile(problem, advice)
    return data


def parse_idx(data: bytes, name: str) -> np.ndarray:
    """The array in a gzipped idx file, the format of MNIST: header, then the numbers in C order.

        bytes 0, 1   zero
        byte  2      type of the numbers, see IDX_TYPES
        byte  3      number of axes, n
        4 n bytes    length of each axis, big-endian uint32
        the rest     the numbers, big-endian

    data : the bytes of the gzipped file; name : what to call it in errors. The array is the caller's own.
    """
    content = _unzip(data, name)
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] not in IDX_TYPES:
        kinds = ", ".join(f"{kind:02x}" for kind in IDX_TYPES)
        start = content[:4].hex(" ") or "nothing"
        raise _malformed(name, f"starts with {start}; expected 00 00, a type ({kinds}), and the number of axes")
    dtype, start = np.dtype(IDX_TYPES[content[2]]), 4 + 4 * content[3]
    if len(content) < start:
        raise _malformed(name, f"ends inside its header: {len(content)} bytes, expected at least {start}")
    shape = tuple(int(length) for length in np.frombuffer(content[4:start], dtype=">u4"))
    expected = start + math.prod(shape) * dtype.itemsize
    if len(content) != expected:
        raise _malformed(name, f"holds {len(content)} bytes; expected {expected} for shape {shape}")
    return np.frombuffer(content, dtype, offset=start).reshape(shape).astype(dtype.newbyteorder("="))


def _unzip(data: bytes, name: str) -> bytes:
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise _malformed(name, f"is not a whole gzip file ({error})") from error


def _malformed(name: str, problem: str) -> DataError:
    return DataError(f"{name} {problem}.", "replace it with an intact gzipped idx file.")
