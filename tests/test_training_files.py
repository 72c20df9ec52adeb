"""The file of a checkpoint: every flipped bit is noticed, no pickle is opened, a kill loses no good file."""

import hashlib
import io
import os
import pickle
import random
import signal
import subprocess
import sys
import time
import zipfile

import numpy as np
import pytest

from dlpath.training import files

HEADER = {"history": [0.1, 1 / 3], "big": 2**127 + 1, "infinite": float("inf")}
ARRAYS = {
    "a/W": np.arange(6.0).reshape(2, 3),
    "a/b": np.float32(0.1) * np.ones(3, np.float32),
    "t": np.array(7, np.int64),
    "none": np.zeros((0, 2)),
    "yes": np.array([True, False]),
}


def test_what_is_written_is_read(tmp_path):
    files.write_checkpoint(tmp_path / "a.npz", HEADER, ARRAYS)
    header, arrays = files.read_checkpoint(tmp_path / "a.npz")
    assert header == HEADER
    assert arrays.keys() == ARRAYS.keys()
    for name, array in arrays.items():
        assert (array.dtype, array.shape, array.tobytes()) == (
            ARRAYS[name].dtype,
            ARRAYS[name].shape,
            ARRAYS[name].tobytes(),
        )
    assert [path.name for path in tmp_path.iterdir()] == ["a.npz"]


def test_the_checksum_is_that_of_all_bytes_before_it(tmp_path):
    files.write_checkpoint(tmp_path / "a.npz", HEADER, ARRAYS)
    content = (tmp_path / "a.npz").read_bytes()
    assert zipfile.ZipFile(io.BytesIO(content)).comment == content[-64:]
    assert content[-64:].decode() == hashlib.sha256(content[:-64]).hexdigest()


def test_a_flipped_bit_is_noticed_wherever_it_is(tmp_path):
    path, chance = tmp_path / "a.npz", random.Random(5)
    files.write_checkpoint(path, HEADER, ARRAYS)
    content = path.read_bytes()
    assert len(content) < 5000
    for place in range(len(content)):
        damaged = bytearray(content)
        damaged[place] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match="damaged, cut short, or no checkpoint"):
            files.read_checkpoint(path)


def test_a_file_cut_short_is_noticed_at_every_length(tmp_path):
    path = tmp_path / "a.npz"
    files.write_checkpoint(path, HEADER, ARRAYS)
    content = path.read_bytes()
    for length in range(len(content)):
        path.write_bytes(content[:length])
        with pytest.raises(ValueError, match=f"damaged, cut short, or no checkpoint: its {length} bytes"):
            files.read_checkpoint(path)
    path.write_bytes(content + b"\n")
    with pytest.raises(ValueError, match="damaged"):
        files.read_checkpoint(path)


def signed(content):
    """With the checksum that it should have."""
    return content + hashlib.sha256(content).hexdigest().encode()


class Opens:
    """A pickle that writes a file when it is opened."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


def test_a_pickle_is_not_opened(tmp_path):
    buffer, bait = io.BytesIO(), tmp_path / "bait"
    np.savez(buffer, header=np.array([Opens(bait)], dtype=object))
    (tmp_path / "a.npz").write_bytes(signed(buffer.getvalue()))
    with pytest.raises(
        ValueError, match=r"no checkpoint: expected an \.npz of arrays with a header, got Object arrays"
    ):
        files.read_checkpoint(tmp_path / "a.npz")
    assert not bait.exists()
    pickle.loads(pickle.dumps(Opens(bait))).close()  # which it would have been
    assert bait.exists()


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x05\x06" + bytes(18), b"\x93NUMPY"])
def test_what_is_no_archive_is_refused_even_with_its_checksum(content, tmp_path):
    (tmp_path / "a.npz").write_bytes(signed(content))
    with pytest.raises(ValueError, match=r"a\.npz: no checkpoint: expected an \.npz of arrays with a header"):
        files.read_checkpoint(tmp_path / "a.npz")


def test_what_cannot_be_kept_is_refused_before_anything_is_written(tmp_path):
    files.write_checkpoint(tmp_path / "a.npz", HEADER, ARRAYS)
    for header, array, error in [
        ({}, np.array([None]), ValueError),
        ({}, np.array(["word"]), ValueError),
        ({"x": {1, 2}}, np.ones(1), TypeError),
    ]:
        with pytest.raises(error):
            files.write_checkpoint(tmp_path / "a.npz", header, {"a": array})
    assert files.read_checkpoint(tmp_path / "a.npz")[0] == HEADER
    assert len(list(tmp_path.iterdir())) == 1


# ---- all or nothing


def test_bytes_reach_the_disk_before_the_name_and_the_name_before_write_returns(tmp_path, monkeypatch):
    """A kill leaves the system's buffers to be written; a power cut does not, and no test can pull the plug."""
    path, done = tmp_path / "a.npz", []
    fsync, replace = os.fsync, os.replace

    def synced(descriptor):
        where = os.readlink(f"/proc/self/fd/{descriptor}")
        done.append(("fsync", os.path.basename(where), os.path.getsize(where) if os.path.isfile(where) else None))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", lambda a, b: (done.append(("replace", a.name, b.name)), replace(a, b)))
    files.write_checkpoint(path, HEADER, ARRAYS)
    size = path.stat().st_size
    assert done == [("fsync", "a.npz.part", size), ("replace", "a.npz.part", "a.npz"), ("fsync", tmp_path.name, None)]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_write_that_fails_leaves_the_old_file(step, tmp_path, monkeypatch):
    files.write_checkpoint(tmp_path / "a.npz", {"n": 1}, {})

    def fails(*arguments):
        raise OSError("no space left on the device")

    with monkeypatch.context() as patch:
        patch.setattr(os, step, fails)
        with pytest.raises(OSError, match="no space left"):
            files.write_checkpoint(tmp_path / "a.npz", {"n": 2}, {})
    assert files.read_checkpoint(tmp_path / "a.npz")[0] == {"n": 1}
    files.write_checkpoint(tmp_path / "a.npz", {"n": 3}, {})
    assert files.read_checkpoint(tmp_path / "a.npz")[0] == {"n": 3}
    assert len(list(tmp_path.iterdir())) == 1  # what the failed one had left is gone


SAVES = """
import sys
import numpy as np
from dlpath.training import files
n = int(sys.argv[2])
while True:
    n += 1
    files.write_checkpoint(sys.argv[1], {"n": n}, {"a": np.full(300_000, n)})
    print(n, flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_a_kill_in_the_middle_of_saving_never_loses_the_last_good_file(tmp_path):
    """Twenty processes that do nothing but save, each killed at a moment of chance."""
    path, chance, last, unfinished = tmp_path / "run.npz", random.Random(20), 0, 0
    for _ in range(20):
        process = subprocess.Popen([sys.executable, "-c", SAVES, path, str(last)], stdout=subprocess.PIPE, text=True)
        first = int(process.stdout.readline())
        time.sleep(chance.uniform(0, 0.05))
        process.send_signal(signal.SIGKILL)
        said = [first, *map(int, process.communicate()[0].split())]
        unfinished += (tmp_path / "run.npz.part").exists()
        header, arrays = files.read_checkpoint(path)  # whole
        assert first == last + 1
        assert said[-1] <= header["n"] <= said[-1] + 1  # the last that was said to be saved, or the one after it
        assert np.array_equal(arrays["a"], np.full(300_000, header["n"]))
        last = header["n"]
    assert unfinished  # some were killed between the first byte and the new name
    files.write_checkpoint(path, {"n": last + 1}, {})
    assert [p.name for p in tmp_path.iterdir()] == ["run.npz"]  # and what they left is gone
