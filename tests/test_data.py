"""The embedded sets, the idx parser, and MNIST in every situation in which it can fail to arrive.

The situations are real ones: an HTTP server on 127.0.0.1 that truncates, alters, stalls or refuses,
processes that are killed, and two that download at once. The "MNIST" that it serves is a small one,
with the same four names; `files=` hands its checksums to the code under test.
"""

import gzip
import hashlib
import http.server
import itertools
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pooch
import pytest

from dlpath.data import (
    DamagedFile,
    DataError,
    breast_cancer,
    data_in_use,
    diabetes,
    digits,
    mnist,
    parse_idx,
    wine,
)
from dlpath.data.download import Reader, cache_folder
from dlpath.data.mnist import FILES, MIRRORS
from dlpath.data.stand_in import digits_as_mnist, enlarge

TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS = FILES


# ---------------------------------------------------------------- a small MNIST, and who serves it


def idx(array: np.ndarray) -> bytes:
    """`array` as a gzipped idx file, written from the format's description, not from the parser."""
    kind = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}[array.dtype.str[1:]]
    header = bytes([0, 0, kind, array.ndim]) + b"".join(n.to_bytes(4, "big") for n in array.shape)
    return gzip.compress(header + array.astype(array.dtype.newbyteorder(">")).tobytes(), mtime=0)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


RNG = np.random.default_rng(7)
ARRAYS = {
    TRAIN_IMAGES: RNG.integers(0, 256, (400, 28, 28), dtype=np.uint8),
    TRAIN_LABELS: RNG.integers(0, 10, 400, dtype=np.uint8),
    TEST_IMAGES: RNG.integers(0, 256, (50, 28, 28), dtype=np.uint8),
    TEST_LABELS: RNG.integers(0, 10, 50, dtype=np.uint8),
}
CONTENT = {name: idx(array) for name, array in ARRAYS.items()}
SMALL = {name: (sha256(data), len(data)) for name, data in CONTENT.items()}


class Mirror(http.server.BaseHTTPRequestHandler):
    """The first part of the path says how to misbehave: /good/NAME, /truncated/NAME, /404/NAME, …"""

    def do_GET(self):
        self.server.requests.append(self.path)
        how, _, name = self.path.removeprefix("http://").strip("/").partition("/")
        if how.isdigit():
            return self.send_error(int(how))
        if how == "silent":
            return self.server.release.wait(60)
        if how == "dripping-headers":
            return self.drip(b"HTTP/1.0 200 OK\r\n" + b"x-drop: 1\r\n" * 1000)
        if how == "together" and name == TRAIN_IMAGES:
            self.server.barrier.wait(60)  # answers only once two have asked
        data = CONTENT.get(name, b"")
        body, length = {
            "altered": (data[:40] + bytes([data[40] ^ 1]) + data[41:], len(data)),
            "truncated": (data[: len(data) // 2], len(data)),
            "stalled": (data[: len(data) // 2], len(data)),
            "short": (data[: len(data) // 2], None),  # no Content-Length: only the checksum can tell
            "endless": (b"", None),
            "dripping": (b"", len(data)),
            "proxy.test": (b"<html>Please sign in.</html>", 28),
        }.get(how, (data, len(data)))
        self.send_response(200)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()
        for start in range(0, len(body), 2**16):
            self.wfile.write(body[start : start + 2**16])
            self.wfile.flush()
            time.sleep(0.2 if how == "slow" and name == TRAIN_IMAGES else 0)
        if how == "stalled":
            self.server.release.wait(60)
        if how == "endless":
            self.drip(bytes(2**16), forever=True)
        if how == "dripping":
            self.drip(data)

    def drip(self, data, forever=False):
        """One byte every 50 ms, each in time; or all of it again and again."""
        for byte in itertools.repeat(data) if forever else (bytes([byte]) for byte in data):
            if self.server.release.wait(0 if forever else 0.05):
                return
            self.wfile.write(byte)
            self.wfile.flush()
            self.server.sent += len(byte)

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Mirror)
        self.requests, self.release, self.barrier = [], threading.Event(), threading.Barrier(2)
        self.sent = 0  # bytes of an endless or a dripping answer

    def url(self, how: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{how}/"

    def handle_error(self, request, client_address):
        pass  # a client that went away is part of the game


@pytest.fixture
def server():
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.release.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    """A cache of its own, and no setting of whoever runs the tests; returns the folder of the files."""
    for name in ("DLPATH_DATA", "DLPATH_MIRRORS", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("DLPATH_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "mnist"


def put(folder: Path, **changed: bytes) -> Path:
    """The four small files in `folder`, some with other content (None: left out)."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in {**CONTENT, **changed}.items():
        if data is not None:
            (folder / name).write_bytes(data)
    return folder


def nowhere() -> str:
    """The address of a port on which nobody listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{unused.getsockname()[1]}/"


def get(*mirrors: str, timeout: float = 5.0, limit: float = 60.0):
    return mnist(files=SMALL, mirrors=mirrors, timeout=timeout, limit=limit)


def assert_small_mnist(data) -> None:
    assert data.source == "MNIST"
    for actual, expected in zip(data[:4], ARRAYS.values(), strict=True):
        np.testing.assert_array_equal(actual, expected)


def assert_no_leftovers(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    for name, data in CONTENT.items():
        assert (folder / name).read_bytes() == data


# ---------------------------------------------------------------- the embedded sets


@pytest.mark.parametrize(
    ("load", "shape", "classes"),
    [(digits, (1797, 64), 10), (breast_cancer, (569, 30), 2), (wine, (178, 13), 3), (diabetes, (442, 10), 0)],
)
def test_embedded_sets_have_the_documented_form(load, shape, classes):
    data = load()
    assert data.X.shape == shape
    assert data.X.dtype == np.float64
    assert np.isfinite(data.X).all()
    assert data.y.shape == shape[:1]
    assert data.y.dtype == (np.int64 if classes else np.float64)
    assert len(data.feature_names) == shape[1]
    assert len(data.target_names) == max(classes, 1)
    assert {type(name) for name in data.feature_names + data.target_names} == {str}
    assert len(data.description) > 500
    if classes:
        assert set(data.y.tolist()) == set(range(classes))


def test_embedded_sets_keep_their_units():
    assert diabetes().X[0].tolist() == [59, 2, 32.1, 101, 157, 93.2, 38, 4, 4.8598, 87]  # years, sex, kg/m², mmHg …
    assert diabetes().y[:3].tolist() == [151, 75, 141]
    assert wine().X[0, 0] == 14.23  # % alcohol
    assert breast_cancer().target_names[breast_cancer().y[0]] == "malignant"
    assert digits().X.max() == 16


def test_importing_the_package_imports_nothing_heavy():
    code = "import sys, dlpath.data; print(sorted({'torch', 'tensorflow', 'sklearn', 'pooch'} & set(sys.modules)))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "[]\n"


# ---------------------------------------------------------------- the idx format


def test_idx_by_hand():
    """Two by three bytes, written out."""
    data = bytes([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 255])
    array = parse_idx(gzip.compress(data), "by hand")
    np.testing.assert_array_equal(array, [[1, 2, 3], [4, 5, 255]])
    assert array.dtype == np.uint8
    array[0, 0] = 9  # the caller's own


@pytest.mark.parametrize("dtype", ["u1", "i1", "i2", "i4", "f4", "f8"])
@pytest.mark.parametrize("shape", [(5,), (2, 3), (2, 3, 4), (0, 7)])
def test_idx_types_and_shapes(dtype, shape):
    expected = RNG.normal(scale=50, size=shape).astype(dtype)
    array = parse_idx(idx(expected), "some file")
    assert array.dtype == expected.dtype
    assert array.dtype.isnative
    assert array.shape == shape
    np.testing.assert_array_equal(array, expected)


WHOLE = bytes([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"broken\.gz starts with nothing; expected 00 00, a type"),
        (WHOLE[:3], r"broken\.gz starts with 00 00 08; expected"),
        (b"\0\1" + WHOLE[2:], r"broken\.gz starts with 00 01 08 02; expected 00 00"),
        (b"\1\0" + WHOLE[2:], r"broken\.gz starts with 01 00 08 02; expected 00 00"),
        (b"\0\0\x07" + WHOLE[3:], r"starts with 00 00 07 02; expected 00 00, a type \(08, 09, 0b, 0c, 0d, 0e\)"),
        (WHOLE[:11], r"broken\.gz ends inside its header: 11 bytes, expected at least 12"),
        (WHOLE[:-1], r"broken\.gz holds 17 bytes; expected 18 for shape \(2, 3\)"),
        (WHOLE + b"\0", r"broken\.gz holds 19 bytes; expected 18 for shape \(2, 3\)"),
        (b"\0\0\x08\2" + b"\0\1\0\0" * 2, r"expected 4294967308 for shape \(65536, 65536\)"),
        (b"\0\0\x0c\1" + b"\xff" * 4, r"expected 17179869188 for shape \(4294967295,\)"),
    ],
)
def test_idx_says_what_is_wrong(content, message):
    with pytest.raises(DataError, match=message):
        parse_idx(gzip.compress(content), "broken.gz")


GZIPPED = gzip.compress(WHOLE, mtime=0)  # the time would make each worker's names of these tests different


@pytest.mark.parametrize("data", [b"plain text", GZIPPED[:-9], GZIPPED[:10] + b"\xff" * 30, WHOLE])
def test_idx_refuses_what_is_not_gzip(data):
    with pytest.raises(DataError, match=r"broken\.gz is not a whole gzip file"):
        parse_idx(data, "broken.gz")


# ---------------------------------------------------------------- the stand-in


def test_stand_in_has_the_form_of_mnist():
    x_train, y_train, x_test, y_test = digits_as_mnist()
    assert (x_train.shape, x_test.shape) == ((1540, 28, 28), (257, 28, 28))
    assert (y_train.shape, y_test.shape) == ((1540,), (257,))
    assert {x_train.dtype, x_test.dtype} == {np.dtype(np.uint8)}
    assert {y_train.dtype, y_test.dtype} == {np.dtype(np.int64)}
    assert x_train.max() == 255
    frame = x_train.copy()
    frame[:, 4:24, 4:24] = 0
    assert not frame.any()


def test_stand_in_split_is_stratified_disjoint_and_complete():
    x_train, y_train, x_test, y_test = digits_as_mnist()
    _, y, *_ = digits()
    for digit in range(10):
        assert (y_test == digit).sum() == round((y == digit).sum() / 7)
    images = {image.tobytes() for image in np.concatenate([x_train, x_test])}
    assert len(images) == 1797  # no two digits are equal, and none is lost or doubled
    np.testing.assert_array_equal(np.bincount(np.concatenate([y_train, y_test])), np.bincount(y))


def test_stand_in_keeps_the_order_and_tests_on_the_last_of_each_digit():
    X, y, *_ = digits()
    position = {image.tobytes(): i for i, image in enumerate(enlarge(X.reshape(-1, 8, 8)))}
    x_train, y_train, x_test, y_test = digits_as_mnist()
    train = np.array([position[image.tobytes()] for image in x_train])
    test = np.array([position[image.tobytes()] for image in x_test])
    np.testing.assert_array_equal(y[train], y_train)  # each image still has its label
    np.testing.assert_array_equal(y[test], y_test)
    assert (np.diff(train) > 0).all()
    assert (np.diff(test) > 0).all()
    for digit in range(10):
        assert train[y_train == digit].max() < test[y_test == digit].min()


def test_enlarging_interpolates_between_pixel_centres():
    """One white pixel, at row 2 and column 5; the new pixel (r, c) of the 20×20 sits at 0.4 r - 0.3."""
    image = np.zeros((1, 8, 8))
    image[0, 2, 5] = 16
    (enlarged,) = enlarge(image)[:, 4:24, 4:24]
    for r in range(20):
        for c in range(20):
            down, right = abs(0.4 * r - 0.3 - 2), abs(0.4 * c - 0.3 - 5)
            assert abs(enlarged[r, c] - 255 * max(0, 1 - down) * max(0, 1 - right)) <= 0.5 + 1e-9


def test_enlarging_keeps_a_flat_image_flat_and_agrees_with_scipy():
    from scipy.ndimage import zoom

    assert (enlarge(np.full((1, 8, 8), 16.0))[:, 4:24, 4:24] == 255).all()
    image = digits().X[0].reshape(8, 8)
    expected = zoom(image, 20 / 8, order=1, mode="nearest", grid_mode=True) * 255 / 16
    np.testing.assert_allclose(enlarge(image[None])[0, 4:24, 4:24], expected, atol=0.5 + 1e-9)


def test_no_network_the_digits_stand_in_and_say_so(cache, capsys):
    data = get(nowhere(), nowhere())
    assert data.source == "digits stand-in"
    for actual, expected in zip(data[:4], digits_as_mnist(), strict=True):
        np.testing.assert_array_equal(actual, expected)
    err = capsys.readouterr().err
    assert err.count("NOT MNIST") == 1
    assert err.count("=" * 88) == 2
    assert "Failed to establish a new connection" in err
    assert "Max retries exceeded" not in err  # the cause, without its wrapping
    assert "set DLPATH_DATA" in err
    get(nowhere())
    assert "NOT MNIST" in capsys.readouterr().err  # every time


@pytest.mark.parametrize("how", ["404", "500", "403", "silent"])
def test_mirrors_that_send_nothing_are_no_network(how, server, cache, capsys):
    assert get(server.url(how), timeout=0.3).source == "digits stand-in"
    err = " ".join(capsys.readouterr().err.split())
    assert "NOT MNIST" in err
    assert ("read timeout=0.3" if how == "silent" else f"{how} ") in err
    assert [path.name for path in cache.iterdir()] == []


def test_downloading_can_be_switched_off(server, cache, monkeypatch, capsys):
    monkeypatch.setenv("DLPATH_MIRRORS", "none")
    assert mnist(files=SMALL).source == "digits stand-in"
    assert "DLPATH_MIRRORS=none" in capsys.readouterr().err


# ---------------------------------------------------------------- DLPATH_DATA


@pytest.mark.parametrize("subfolder", ["mnist", "."])
def test_named_folder_is_looked_at_first(subfolder, server, cache, tmp_path, monkeypatch, capsys):
    put(tmp_path / "data" / subfolder)
    put(cache, **{TRAIN_IMAGES: b"damaged, and nobody looks"})
    monkeypatch.setenv("DLPATH_DATA", str(tmp_path / "data"))
    assert_small_mnist(get(server.url("good")))
    assert server.requests == []
    assert (
        data_in_use(files=SMALL) == f"MNIST: the original files in {tmp_path / 'data' / subfolder}, SHA-256 verified."
    )
    assert capsys.readouterr() == ("", "")


def test_subfolder_comes_before_the_named_folder_itself(cache, tmp_path, monkeypatch):
    put(tmp_path, **{TRAIN_IMAGES: b"damaged, and nobody looks"})
    put(tmp_path / "mnist")
    monkeypatch.setenv("DLPATH_DATA", str(tmp_path))
    assert_small_mnist(get())


def test_named_folder_may_start_with_a_tilde(cache, tmp_path, monkeypatch):
    put(tmp_path / "home" / "sets")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    monkeypatch.setenv("DLPATH_DATA", "~/sets")
    assert_small_mnist(get())


@pytest.mark.parametrize("mirror", ["good", "404"])
def test_named_folder_without_mnist_is_refused(mirror, server, cache, tmp_path, monkeypatch, capsys):
    """With a network and without one: whoever named a folder is told, and nothing else is taken in its place."""
    put(cache)
    (tmp_path / "wrong").mkdir()
    monkeypatch.setenv("DLPATH_DATA", str(tmp_path / "wrong"))
    with pytest.raises(DataError, match=rf"DLPATH_DATA names .*wrong, .*{TRAIN_IMAGES}, {TRAIN_LABELS}") as raised:
        get(server.url(mirror))
    assert "unset DLPATH_DATA" in raised.value.advice
    assert server.requests == []
    assert "NOT MNIST" not in capsys.readouterr().err
    assert data_in_use(files=SMALL) == f"MNIST: refused. {raised.value.problem}"


GOOD = CONTENT[TEST_IMAGES]
DAMAGES = {
    "truncated": GOOD[:-1],
    "altered": GOOD[:99] + bytes([GOOD[99] ^ 1]) + GOOD[100:],
    "empty": b"",
    "longer": GOOD + b"\0",
    "another file": CONTENT[TRAIN_IMAGES],
    "compressed again": gzip.compress(gzip.decompress(GOOD), 1, mtime=0),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_file_in_the_named_folder_is_refused(damage, server, cache, tmp_path, monkeypatch, capsys):
    folder = put(tmp_path / "mnist", **{TEST_IMAGES: DAMAGES[damage]})
    monkeypatch.setenv("DLPATH_DATA", str(tmp_path))
    with pytest.raises(DamagedFile) as raised:
        get(server.url("good"))
    message = str(raised.value)
    assert str(folder / TEST_IMAGES) in message
    assert f"its SHA-256 is {sha256(DAMAGES[damage])}" in message
    assert f"expected {SMALL[TEST_IMAGES][0]}" in message
    assert "What to do: put the original file there" in message
    assert server.requests == []  # nothing else is taken in its place
    assert "NOT MNIST" not in capsys.readouterr().err
    assert data_in_use(files=SMALL) == f"MNIST: refused. {raised.value.problem}"


@pytest.mark.parametrize("folder", ["mnist", "."])
def test_incomplete_named_folder_is_refused(folder, server, cache, tmp_path, monkeypatch):
    put(tmp_path / "data" / folder, **{TRAIN_LABELS: None, TEST_LABELS: None})
    monkeypatch.setenv("DLPATH_DATA", str(tmp_path / "data"))
    with pytest.raises(DataError, match=rf"lacks {TRAIN_LABELS}, {TEST_LABELS}, but has the rest of MNIST"):
        get(server.url("good"))
    assert server.requests == []
    assert data_in_use(files=SMALL).startswith("MNIST: refused. ")


@pytest.mark.parametrize("named", ["missing", "file"])
def test_named_folder_that_is_none_is_refused(named, server, cache, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("DLPATH_DATA", str(tmp_path / named))
    with pytest.raises(
        DataError, match=rf"DLPATH_DATA names .*{named}, which is not a folder\.\nWhat to do: correct it"
    ):
        get(server.url("good"))
    assert server.requests == []


def test_unreadable_file_in_the_named_folder_is_refused(server, cache, tmp_path, monkeypatch):
    """A folder where the file should be cannot be read by anybody, root included."""
    put(tmp_path, **{TRAIN_LABELS: None})
    (tmp_path / TRAIN_LABELS).mkdir()
    monkeypatch.setenv("DLPATH_DATA", str(tmp_path))
    with pytest.raises(DataError, match=rf"{TRAIN_LABELS} cannot be read \(.+\)\.\nWhat to do: put the original"):
        get(server.url("good"))
    assert server.requests == []


# ---------------------------------------------------------------- the cache


def test_download_once_then_use_the_cache(server, cache, capsys):
    assert data_in_use(files=SMALL).startswith("MNIST: not here; scikit-learn's digits stand in")
    assert_small_mnist(get(server.url("good")))
    assert server.requests == [f"/good/{name}" for name in FILES]
    assert_no_leftovers(cache)
    capsys.readouterr()
    assert_small_mnist(get(server.url("good"), nowhere()))
    assert len(server.requests) == 4
    assert capsys.readouterr() == ("", "")  # nothing to say: stored outputs stay the same
    assert data_in_use(files=SMALL) == f"MNIST: the original files in {cache}, SHA-256 verified."
    assert len(server.requests) == 4


def test_progress_is_shown(server, cache, capsys):
    assert_small_mnist(get(server.url("slow")))
    err = capsys.readouterr().err
    assert f"Downloading {server.url('slow')}{TRAIN_IMAGES} to {cache}\n" in err
    percent = [int(number) for number in re.findall(rf"{TRAIN_IMAGES}: +(\d+)%", err)]
    shown = [number for number in percent if number > 0]
    assert len(set(shown)) >= 2
    assert shown == sorted(shown)
    assert shown[-1] <= 100
    assert not re.search(rf"{TRAIN_IMAGES}: [^\r]*\n", err)  # a finished bar leaves no line behind


def test_arrays_are_the_callers_own_and_of_documented_type(cache):
    put(cache)
    data = get()
    assert (data.x_train.dtype, data.y_train.dtype) == (np.uint8, np.int64)
    assert (data.x_test.dtype, data.y_test.dtype) == (np.uint8, np.int64)
    assert all(array.flags.writeable for array in data[:4])
    data.x_train[:] = 0
    assert_small_mnist(get())


def test_only_what_is_missing_is_downloaded(server, cache):
    put(cache, **{TEST_IMAGES: None})
    assert data_in_use(files=SMALL).startswith("MNIST: not here;")
    assert_small_mnist(get(server.url("good")))
    assert server.requests == [f"/good/{TEST_IMAGES}"]


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_file_in_the_cache_is_replaced(damage, server, cache, capsys):
    put(cache, **{TEST_IMAGES: DAMAGES[damage]})
    assert data_in_use(files=SMALL).startswith(f"MNIST: refused. {cache / TEST_IMAGES} is damaged")
    assert_small_mnist(get(server.url("good")))
    assert server.requests == [f"/good/{TEST_IMAGES}"]
    assert_no_leftovers(cache)
    err = capsys.readouterr().err
    assert f"{TEST_IMAGES} is damaged" in err
    assert "Downloading it again." in err


@pytest.mark.parametrize("how", ["404", "truncated", "altered", "nowhere"])
def test_damaged_file_in_the_cache_that_cannot_be_replaced_is_refused(how, server, cache, capsys):
    put(cache, **{TEST_IMAGES: DAMAGES["truncated"]})
    with pytest.raises(DataError, match="What to do: ") as raised:
        get(nowhere() if how == "nowhere" else server.url(how))
    assert TEST_IMAGES in str(raised.value)
    if how in ("404", "nowhere"):
        assert isinstance(raised.value, DamagedFile)
        assert f"expected {SMALL[TEST_IMAGES][0]}" in str(raised.value)
        assert "delete the damaged file" in raised.value.advice
    assert "NOT MNIST" not in capsys.readouterr().err
    assert (cache / TEST_IMAGES).read_bytes() == DAMAGES["truncated"]


@pytest.mark.parametrize("blocked", ["cache", "cache/mnist"])
def test_cache_that_cannot_be_written_to(blocked, server, cache, tmp_path):
    """A file where the folder should be stops everybody, root included."""
    (tmp_path / blocked).parent.mkdir(exist_ok=True)
    (tmp_path / blocked).write_text("in the way")
    with pytest.raises(
        DataError, match=r"cannot be written to \(.+\)\.\nWhat to do: set DLPATH_CACHE to a folder"
    ) as e:
        get(server.url("good"))
    assert str(cache) in str(e.value)
    assert server.requests == []


@pytest.mark.skipif(
    not Path("/proc/self").exists(), reason="needs Linux's /proc, where nobody can write, root included"
)
def test_folder_that_is_there_and_cannot_be_written_to(server, cache):
    cache.parent.mkdir()
    cache.symlink_to("/proc", target_is_directory=True)
    with pytest.raises(DataError, match=r"cannot be written to \(.+\)\.\nWhat to do: set DLPATH_CACHE to a folder"):
        get(server.url("good"))
    assert server.requests == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full, a disk that is always full")
def test_full_disk_is_an_error_and_no_stand_in(server, cache, monkeypatch, capsys):
    read = Reader.__call__
    monkeypatch.setattr(Reader, "__call__", lambda self, url, _, pup: read(self, url, "/dev/full", pup))
    with pytest.raises(DataError, match="No space left on device"):
        get(server.url("good"))
    assert "NOT MNIST" not in capsys.readouterr().err


def test_cached_file_that_cannot_be_read(server, cache):
    put(cache, **{TRAIN_LABELS: None})
    (cache / TRAIN_LABELS).mkdir()
    with pytest.raises(
        DataError, match=rf"{TRAIN_LABELS} cannot be read \(.+\)\.\nWhat to do: delete it, or set DLPATH"
    ):
        get(server.url("good"))


def test_default_cache_is_the_systems(cache, monkeypatch, tmp_path):
    monkeypatch.delenv("DLPATH_CACHE")
    assert cache_folder() == pooch.os_cache("dlpath")
    monkeypatch.setenv("DLPATH_CACHE", "~/elsewhere")
    assert cache_folder() == Path.home() / "elsewhere"


def test_remarks_of_imported_packages_stay_out_of_outputs(tmp_path):
    """In a notebook without ipywidgets, importing pooch makes tqdm warn; a stored output would change."""
    (tmp_path / "pooch.py").write_text("import warnings; warnings.warn('IProgress not found'); os_cache = str.upper")
    code = "from dlpath.data.download import cache_folder; print(cache_folder())"
    environment = {name: value for name, value in os.environ.items() if name != "DLPATH_CACHE"}
    environment["PYTHONPATH"] = os.pathsep.join([str(tmp_path), environment.get("PYTHONPATH", "")])
    result = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert (result.stdout, result.stderr) == ("DLPATH\n", "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders")
@pytest.mark.parametrize("place", ["cache", "DLPATH_DATA"])
def test_a_pipe_where_the_file_should_be_is_refused_and_not_waited_for(place, server, cache, tmp_path, monkeypatch):
    folder = put(cache if place == "cache" else tmp_path / "mnist", **{TRAIN_LABELS: None})
    os.mkfifo(folder / TRAIN_LABELS)
    if place != "cache":
        monkeypatch.setenv("DLPATH_DATA", str(tmp_path))
    with pytest.raises(DataError, match=rf"{TRAIN_LABELS} cannot be read \(it is no regular file\)"):
        get(server.url("good"))


# ---------------------------------------------------------------- mirrors


def test_a_file_without_end_is_left_off_at_its_known_size(server, cache, monkeypatch):
    written = []
    read = Reader.__call__

    def watched(self, url, output_file, pup):
        try:
            read(self, url, output_file, pup)
        finally:
            written.append(Path(output_file).stat().st_size)

    monkeypatch.setattr(Reader, "__call__", watched)
    size = SMALL[TRAIN_IMAGES][1]
    with pytest.raises(DataError, match=f"more came than the {size:,} bytes of the file"):
        get(server.url("endless"))
    assert written[0] <= size
    assert list(cache.iterdir()) == []
    put(cache, **{TRAIN_IMAGES: None})
    assert_small_mnist(get(server.url("endless"), server.url("good")))


@pytest.mark.parametrize("how", ["dripping", "dripping-headers"])
def test_a_mirror_that_drips_is_given_up_in_time(how, server, cache):
    began = time.monotonic()
    with pytest.raises(DataError, match=r"the file was not there after 0\.5 seconds"):
        get(server.url(how), limit=0.5)
    assert time.monotonic() - began < 5
    assert list(cache.iterdir()) == []
    put(cache, **{TRAIN_IMAGES: None})
    assert_small_mnist(get(server.url(how), server.url("good"), limit=0.5))


@pytest.mark.parametrize("bad", ["404", "500", "truncated", "short", "altered", "stalled", "silent", "nowhere"])
def test_the_second_mirror_helps_out(bad, server, cache, capsys):
    put(cache, **{TRAIN_IMAGES: None})
    first = nowhere() if bad == "nowhere" else server.url(bad)
    assert_small_mnist(get(first, server.url("good"), timeout=1.0 if bad in ("stalled", "silent") else 5.0))
    assert server.requests[-1] == f"/good/{TRAIN_IMAGES}"
    assert_no_leftovers(cache)
    err = capsys.readouterr().err
    assert err.count(f"{first}: ") == err.count("Trying the next mirror.") == 1


@pytest.mark.parametrize("how", ["truncated", "short", "altered", "stalled"])
def test_bad_bytes_from_every_mirror_are_an_error_and_no_stand_in(how, server, cache, capsys):
    with pytest.raises(DataError, match=f"{TRAIN_IMAGES} could not be downloaded") as raised:
        get(server.url(how), nowhere(), server.url("404"), timeout=0.3)
    assert raised.type is DataError
    for mirror in (server.url(how), server.url("404")):
        assert f"{mirror}: " in raised.value.problem
    for word in ("run this again", "DLPATH_DATA", "DLPATH_MIRRORS=none"):
        assert word in raised.value.advice
    assert "NOT MNIST" not in capsys.readouterr().err
    assert list(cache.iterdir()) == []  # nothing bad is kept


def test_altered_download_names_both_checksums(server, cache):
    with pytest.raises(DataError, match=f"expected sha256:{SMALL[TRAIN_IMAGES][0]} but got [0-9a-f]{{64}}"):
        get(server.url("altered"))


def test_proxy_that_answers_a_page_of_its_own(server, cache, monkeypatch):
    """200, a whole page, and not the file: the login page of a hotel, seen through HTTP_PROXY."""
    monkeypatch.setenv("HTTP_PROXY", server.url("")[:-2])
    monkeypatch.setenv("http_proxy", server.url("")[:-2])
    with pytest.raises(DataError, match="behind a proxy or a login page, sign in first"):
        get("http://proxy.test/")
    assert server.requests == [f"http://proxy.test/{TRAIN_IMAGES}"]
    assert list(cache.iterdir()) == []


def test_file_that_is_spoilt_right_after_its_download_is_refused(server, cache, monkeypatch):
    retrieve = pooch.retrieve

    def spoil(*args, **options):
        Path(retrieve(*args, **options)).write_bytes(b"spoilt")

    monkeypatch.setattr(pooch, "retrieve", spoil)
    with pytest.raises(DamagedFile, match=sha256(b"spoilt")):
        get(server.url("good"))


@pytest.mark.parametrize("address", ["not an address", "nosuch://127.0.0.1/"])
def test_misspelt_mirror_is_an_error_and_no_stand_in(address, cache):
    with pytest.raises(DataError, match="could not be downloaded"):
        get(address)


def test_mirrors_from_the_environment(server, cache, monkeypatch):
    monkeypatch.setenv("DLPATH_MIRRORS", f" {server.url('404')}  {server.url('good').rstrip('/')} ")
    assert_small_mnist(mnist(files=SMALL))
    assert server.requests[:2] == [f"/404/{TRAIN_IMAGES}", f"/good/{TRAIN_IMAGES}"]


def test_built_in_mirrors_are_the_default(cache, monkeypatch, capsys):
    """Behind a proxy that is down, so that nothing leaves this machine; the banner names who was tried."""
    monkeypatch.setenv("HTTPS_PROXY", nowhere())
    monkeypatch.setenv("https_proxy", nowhere())
    assert mnist(files=SMALL).source == "digits stand-in"
    err = capsys.readouterr().err
    assert all(address in err for address in MIRRORS)


def test_no_mirrors_means_no_download(cache, monkeypatch, capsys):
    monkeypatch.setenv("HTTPS_PROXY", nowhere())
    monkeypatch.setenv("https_proxy", nowhere())
    assert mnist(files=SMALL, mirrors=[]).source == "digits stand-in"
    assert "Downloading is switched off" in capsys.readouterr().err


def test_built_in_mirrors_are_several_and_secure():
    assert len({address.split("/")[2] for address in MIRRORS}) >= 2
    assert all(address.startswith("https://") for address in MIRRORS)


# ---------------------------------------------------------------- other processes

PROCESS = """
import hashlib, json, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job starts with Ctrl-C ignored
from dlpath.data import mnist
data = mnist(files=json.loads(sys.argv[1]), mirrors=sys.argv[2:], timeout=60)
print(data.source, hashlib.sha256(b"".join(array.tobytes() for array in data[:4])).hexdigest())
"""


def start(*mirrors: str) -> subprocess.Popen:
    import json

    command = [sys.executable, "-c", PROCESS, json.dumps(SMALL), *mirrors]
    return subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def expected_output() -> str:
    arrays = (array if "images" in name else array.astype(np.int64) for name, array in ARRAYS.items())
    return f"MNIST {sha256(b''.join(array.tobytes() for array in arrays))}\n"


def wait_for_half_a_file(folder: Path) -> Path:
    half = len(CONTENT[TRAIN_IMAGES]) // 2
    for _ in range(6000):
        partial = [path for path in folder.glob("*") if path.stat().st_size >= half // 2**16 * 2**16 > 0]
        if partial:
            return partial[0]
        time.sleep(0.01)
    raise AssertionError("the download did not get to the middle")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL and no SIGINT for a child process")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=["killed", "interrupted"])
def test_stopped_in_the_middle(how, server, cache):
    process = start(server.url("stalled"))
    partial = wait_for_half_a_file(cache)
    process.send_signal(how)
    _, err = process.communicate(timeout=60)
    assert process.returncode != 0
    assert not (cache / TRAIN_IMAGES).exists()
    assert partial.exists() == (how == signal.SIGKILL)  # Ctrl-C tidies up, a kill cannot
    assert ("KeyboardInterrupt" in err) == (how == signal.SIGINT)
    assert data_in_use(files=SMALL).startswith("MNIST: not here;")
    assert_small_mnist(get(server.url("good")))


def test_leftovers_are_cleared_away_once_they_are_old(server, cache):
    cache.mkdir(parents=True)
    for name in ("tmpabcd1234", "tmpfresh567", "tmp-notes-of-mine", "notes.txt"):
        (cache / name).write_bytes(CONTENT[TRAIN_IMAGES][:1000])
        if name != "tmpfresh567":
            os.utime(cache / name, (time.time() - 7200,) * 2)
    assert_small_mnist(get(server.url("good")))
    kept = {path.name for path in cache.iterdir()} - set(FILES)
    assert kept == {"tmpfresh567", "tmp-notes-of-mine", "notes.txt"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows lets only administrators make symbolic links")
def test_leftover_that_vanishes_meanwhile_is_no_error(server, cache):
    """Listed, and gone before it is looked at, as another process's temporary file may be: a dangling link."""
    cache.mkdir(parents=True)
    (cache / "tmpabcd1234").symlink_to(cache / "gone")
    assert_small_mnist(get(server.url("good")))


def test_two_processes_at_once(server, cache):
    """The server answers the first request only when both have asked: both are downloading."""
    processes = [start(server.url("together")) for _ in range(2)]
    outputs = [process.communicate(timeout=60) for process in processes]
    assert [out for out, _ in outputs] == [expected_output()] * 2, outputs
    assert server.requests.count(f"/together/{TRAIN_IMAGES}") == 2
    assert_no_leftovers(cache)


# ---------------------------------------------------------------- the real thing


NAMED = Path(os.environ.get("DLPATH_DATA") or "unset").expanduser()
REAL = next((folder for folder in (NAMED / "mnist", NAMED) if (folder / TRAIN_IMAGES).exists()), None)
needs_mnist = pytest.mark.skipif(
    REAL is None, reason="DLPATH_DATA names no folder with the four MNIST files: the real data are not tested"
)


@needs_mnist
def test_real_mnist():
    data = mnist(mirrors=[])
    assert data.source == "MNIST"
    assert (data.x_train.shape, data.y_train.shape) == ((60000, 28, 28), (60000,))
    assert (data.x_test.shape, data.y_test.shape) == ((10000, 28, 28), (10000,))
    assert data.y_train[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert data.y_test[:5].tolist() == [7, 2, 1, 0, 4]
    assert np.bincount(data.y_train).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(data.y_test).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert round(data.x_train.mean() / 255, 4) == 0.1307  # the constants that everybody normalizes with
    assert round(data.x_train.std() / 255, 4) == 0.3081
    assert data_in_use() == f"MNIST: the original files in {REAL}, SHA-256 verified."


@needs_mnist
@pytest.mark.parametrize("name", FILES)
def test_real_mnist_with_one_bit_flipped_is_refused(name, cache, tmp_path, monkeypatch):
    data = bytearray((REAL / name).read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / name).write_bytes(data)
    monkeypatch.setenv("DLPATH_DATA", str(tmp_path))
    with pytest.raises(DamagedFile, match=FILES[name][0]):
        mnist(mirrors=[])
