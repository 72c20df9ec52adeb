"""One verified file from the first mirror that sends it, kept in a cache.

pooch does the transfer: it writes to a temporary file beside the target, and moves it into place only
when its SHA-256 is right. So two processes that download at once cannot spoil each other's file, and
a process killed in the middle leaves nothing that could be mistaken for the file. The loop over
mirrors is ours, because pooch knows one address per file, and so is the reading from the network:
pooch would take a file without end, or wait for one that comes byte by byte.
"""

import contextlib
import os
import queue
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

from dlpath.data.files import DamagedFile, DataError, read_verified

CACHE_ADVICE = "set DLPATH_CACHE to a folder that you may read and write."
RETRY_ADVICE = (
    "run this again; behind a proxy or a login page, sign in first. Or download the file elsewhere and set "
    "DLPATH_DATA to its folder. DLPATH_MIRRORS=none gives up downloading, and the digits stand in."
)
STALE_AFTER = 3600.0  # seconds without a byte: no download that is still running


class Unreachable(DataError):
    """No mirror began to send the file: no network, no such address, or an HTTP error from each."""


def cache_folder() -> Path:
    """`DLPATH_CACHE`, or the system's place for caches: `~/.cache/dlpath` on Linux."""
    return Path(os.environ.get("DLPATH_CACHE") or _pooch().os_cache("dlpath")).expanduser()


def fetch(
    name: str, sha256: str, size: int, folder: Path, mirrors: Sequence[str], timeout: float, limit: float
) -> bytes:
    """The bytes of `folder / name`, downloaded first where it is missing or damaged.

    A damaged file is replaced or, where no mirror can be reached, refused; it is never used.
    """
    path, damage = folder / name, None
    try:
        data = read_verified(path, sha256, f"delete it, or {CACHE_ADVICE}")
        if data is not None:
            return data
    except DamagedFile as error:
        damage = error
        print(f"{error.problem} Downloading it again.", file=sys.stderr)
    try:
        return download(path, sha256, size, mirrors, timeout, limit)
    except Unreachable as error:
        if damage is None:
            raise
        advice = "connect and run this again, or delete the damaged file."
        raise DamagedFile(f"{damage.problem} {error.problem}", advice) from error


def download(path: Path, sha256: str, size: int, mirrors: Sequence[str], timeout: float, limit: float) -> bytes:
    """Download `path.name` from the first mirror that sends it right, and return its bytes.

    `Unreachable` where no mirror began to send it; `DataError` where one did, and it broke off or was
    another file, and where the cache cannot be written to.
    timeout : seconds to wait for each next piece    limit : seconds for the whole file from one mirror
    """
    if not mirrors:
        raise Unreachable("Downloading is switched off (DLPATH_MIRRORS=none, or mirrors=[]).", "name a mirror.")
    _prepare(path.parent)
    failures: dict[str, Exception] = {}
    for mirror in mirrors:
        if failures:
            print(f"{_reason(*list(failures.items())[-1])}. Trying the next mirror.", file=sys.stderr)
        try:
            return _transfer(f"{mirror.rstrip('/')}/{path.name}", path, sha256, Reader(size, timeout, limit))
        except (OSError, ValueError) as error:  # requests' errors are OSErrors, a wrong hash is a ValueError
            failures[mirror] = error
    kind = Unreachable if all(map(_nothing_came, failures.values())) else DataError
    reasons = "; ".join(_reason(*failure) for failure in failures.items())
    raise kind(f"{path.name} could not be downloaded. {reasons}.", RETRY_ADVICE)


def _transfer(url: str, path: Path, sha256: str, reader: "Reader") -> bytes:
    """One attempt at one mirror."""
    pooch = _pooch()
    pooch.get_logger().setLevel("WARNING")  # its announcement would land in the middle of the bar
    print(f"Downloading {url} to {path.parent}", file=sys.stderr)
    pooch.retrieve(url, f"sha256:{sha256}", fname=path.name, path=path.parent, downloader=reader)
    return read_verified(path, sha256, "run this again.")


class Reader:
    """Reads one file from the network for pooch, no more bytes than it has and no longer than the limit.

    A thread reads and this one waits: whatever the server does, even inside its headers, the wait ends in time.
    """

    def __init__(self, size: int, timeout: float, limit: float):
        self.size, self.timeout, self.limit = size, timeout, limit

    def __call__(self, url: str, output_file: str, pooch: object) -> None:
        from tqdm import tqdm

        bar = tqdm(desc=Path(url).name, total=self.size, unit="B", unit_scale=True, ncols=79, leave=False)
        with bar, open(output_file, "wb") as target:
            for piece in self._pieces(url):
                target.write(piece)
                target.flush()
                bar.update(len(piece))

    def _pieces(self, url: str) -> Iterator[bytes]:
        end, pieces, gone = time.monotonic() + self.limit, queue.SimpleQueue(), threading.Event()
        threading.Thread(target=self._read, args=(url, pieces, gone), daemon=True).start()
        try:
            while piece := pieces.get(timeout=max(0, end - time.monotonic())):
                if isinstance(piece, Exception):
                    raise piece
                yield piece
        except queue.Empty:
            raise TimeoutError(f"the file was not there after {self.limit:g} seconds") from None
        finally:
            gone.set()

    def _read(self, url: str, pieces: queue.SimpleQueue, gone: threading.Event) -> None:
        """In the thread: puts the pieces of the file, then b"", or the error instead."""
        import requests

        left = self.size
        try:
            with requests.get(url, timeout=self.timeout, stream=True) as response:
                response.raise_for_status()
                for piece in response.iter_content(2**16):
                    if gone.is_set():
                        return
                    left -= len(piece)
                    if left < 0:
                        raise ValueError(f"more came than the {self.size:,} bytes of the file")
                    pieces.put(piece)
            pieces.put(b"")
        except Exception as error:
            pieces.put(error)


def _nothing_came(error: Exception) -> bool:
    """Whether the mirror never began to send: no connection, no answer in time, or an HTTP error status."""
    import requests
    from urllib3.exceptions import ReadTimeoutError

    if not isinstance(error, requests.ConnectionError | requests.Timeout | requests.HTTPError):
        return False
    stalled = any(isinstance(cause, ReadTimeoutError) for cause in error.args)
    return isinstance(error, requests.Timeout) or not stalled  # requests.Timeout: before the first byte


def _reason(mirror: str, error: Exception) -> str:
    """What went wrong at a mirror, without the layers that requests wraps around the cause."""
    cause = getattr(error.args[0], "reason", error) if error.args else error
    return f"{mirror}: {cause}"


def _prepare(folder: Path) -> None:
    """Make the folder, and try to write there before anything is downloaded."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise DataError(f"The cache {folder} cannot be written to ({error.strerror}).", CACHE_ADVICE) from error
    _sweep(folder)


def _sweep(folder: Path) -> None:
    """Clear away what killed downloads left behind; files that other processes write are younger."""
    for leftover in folder.glob("tmp????????"):  # what pooch calls its temporary files
        with contextlib.suppress(OSError):  # another process was faster, or it is another user's file
            if time.time() - leftover.stat().st_mtime > STALE_AFTER:
                leftover.unlink()


def _pooch() -> ModuleType:
    """pooch, imported when it is needed, without tqdm's remark that a notebook lacks ipywidgets."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pooch
    return pooch
