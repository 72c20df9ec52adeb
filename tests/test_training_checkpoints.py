"""Checkpoints: a resumed run has the bits of one that was never interrupted; a wrong file changes nothing."""

import functools
import importlib
import json
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pytest

from dlpath.layers import Layer, Loss, Sequential
from dlpath.ledger import VERSIONS
from dlpath.linear.in_numpy import linear, linear_backward
from dlpath.losses.in_numpy import cross_entropy, cross_entropy_backward
from dlpath.training import files
from dlpath.training.callbacks import Log
from dlpath.training.schedules import cosine_decay, warmup

rng = np.random.default_rng(41)
N, D, H, K = 50, 6, 5, 3
X, LABELS = rng.normal(size=(N, D)), rng.integers(0, K, N)
FORMS = pytest.mark.parametrize("version", VERSIONS)
SCHEDULE = warmup(cosine_decay(0.05, 15), 3)  # four steps an epoch
OPTIMIZERS = {"SGD": {"lr": 0.1}, "momentum": {"lr": 0.1, "beta": 0.9}, "Adam": {"lr": 0.01}}


# ---- three networks with all that has to be kept: noise, running means, weights


def noisy(X, rng=None, training=False, rate=0.3):
    """Dropout, whose masks come from the generator that also draws the batches."""
    mask = (rng.uniform(size=X.shape) >= rate) / (1 - rate) if training else np.ones_like(X)
    return X * mask, mask


def centered(X, running, training=False):
    """Subtract a running mean, which is state: kept and not learned."""
    if training:
        running += 0.1 * (X.mean(axis=0) - running)
    return X - running, ()


def numpy_network(rng, hidden, dtype):
    def dense(K, D):
        W, b = rng.normal(size=(K, D)).astype(dtype), np.zeros(K, dtype)
        return Layer(linear, linear_backward, W=W, b=b)

    center = Layer(centered, lambda dY, cache: dY, state={"running": np.zeros(hidden, dtype)})
    drop = Layer(noisy, lambda dY, mask: dY * mask, options={"rate": 0.4})
    return Sequential(dense(hidden, D), center, drop, dense(K, hidden))


def torch_network(rng, hidden, dtype):
    import torch
    from torch import nn

    torch.manual_seed(int(rng.integers(2**31)))  # of the weights, and of dropout's masks from now on
    layers = nn.Linear(D, hidden), nn.BatchNorm1d(hidden), nn.ReLU(), nn.Dropout(0.4), nn.Linear(hidden, K)
    return nn.Sequential(*layers).to(getattr(torch, dtype))


def keras_network(rng, hidden, dtype):
    import keras

    seeds = [int(rng.integers(2**31)) for _ in range(3)]
    weights = [keras.initializers.GlorotUniform(seed) for seed in seeds]
    return keras.Sequential(
        [
            keras.Input((D,), dtype=dtype),
            keras.layers.Dense(hidden, kernel_initializer=weights[0], dtype=dtype),
            keras.layers.BatchNormalization(dtype=dtype),
            keras.layers.ReLU(dtype=dtype),
            keras.layers.Dropout(0.4, seed=seeds[2], dtype=dtype),
            keras.layers.Dense(K, kernel_initializer=weights[1], dtype=dtype),
        ]
    )


class Run:
    """One run of one version, everything made from its own seed: model, optimizer, order, callbacks, checkpoint."""

    def __init__(self, version, path, seed=1, optimizer="Adam", **changes):
        kind = {"Adam": "Adam"}.get(optimizer, "SGD")
        settings = OPTIMIZERS[optimizer] | changes.get("settings", {})
        make, of = NETWORKS[version]
        self.training, losses, optimizers = (
            importlib.import_module(f"dlpath.{concept}.{of}") for concept in ("training", "losses", "optimizers")
        )
        model = make(np.random.default_rng(seed), changes.get("hidden", H), changes.get("dtype", "float64"))
        arguments = {"NumPy": lambda: [model.theta], "PyTorch": lambda: [model.parameters()], "TensorFlow": list}
        self.optimizer = getattr(optimizers, kind)(*arguments[version](), **settings)
        self.model, self.rng = model, np.random.Generator(changes.get("bits", np.random.PCG64)(seed))
        self.loss = Loss(cross_entropy, cross_entropy_backward) if version == "NumPy" else losses.cross_entropy
        tensor = self.training.torch.tensor if version == "PyTorch" else np.asarray
        self.data = tensor(X), tensor(LABELS)
        self.log, self.stopper = Log(), self.training.EarlyStopping(model, patience=changes.get("patience", 9))
        self.callbacks = [self.log, self.stopper][: changes.get("callbacks", 2)]
        self.checkpoint = self.training.Checkpoint(path, model, self.optimizer, self.rng, self.callbacks)

    def train(self, epochs, history=(), schedule=SCHEDULE):
        values = {1: 3.0, 2: 1.0}
        validate = lambda: {"loss": values.get(len(self.log) + 1, 2.0)}  # noqa: E731
        callbacks = [*self.callbacks, self.checkpoint]
        options = {"epochs": epochs, "batch_size": 16, "rng": self.rng, "history": history, "schedule": schedule}
        return self.training.train(
            self.model, self.loss, self.optimizer, *self.data, **options, callbacks=callbacks, validate=validate
        )

    def contents(self):
        """All that a checkpoint keeps, as bytes."""
        header, arrays = self.checkpoint._contents()
        kept = {name: (str(a.dtype), a.shape, a.tobytes()) for name, a in arrays.items()}
        return json.dumps(header, sort_keys=True), kept


NETWORKS = {
    "NumPy": (numpy_network, "in_numpy"),
    "PyTorch": (torch_network, "in_torch"),
    "TensorFlow": (keras_network, "in_tensorflow"),
}


# ---- the same bits


@FORMS
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_resumed_run_has_the_bits_of_an_uninterrupted_one(version, optimizer, tmp_path, keras_float64):
    whole = Run(version, tmp_path / "whole.npz", optimizer=optimizer)
    history = whole.train(6)
    before = Run(version, tmp_path / "run.npz", optimizer=optimizer)
    part = before.train(4)
    after = Run(version, tmp_path / "run.npz", seed=2, optimizer=optimizer)  # other weights, other order
    assert after.contents() != before.contents()
    assert after.checkpoint.load() == part == history[:4]
    assert after.contents() == before.contents()  # all of it, as it was
    assert after.train(6, part) == history
    assert after.contents() == whole.contents()
    assert after.log == whole.log
    assert (after.stopper.best, after.stopper.best_epoch) == (1.0, 2)


@FORMS
def test_what_a_checkpoint_keeps(version, tmp_path, keras_float64):
    run = Run(version, tmp_path / "run.npz")
    run.train(2)
    header, arrays = files.read_checkpoint(tmp_path / "run.npz")
    parameters = sum(a.size for name, a in arrays.items() if name.startswith("model/"))
    moments = sum(a.size for name, a in arrays.items() if name.startswith("optimizer/") and a.size > 1)
    learned = D * H + H + H * K + K + (0 if version == "NumPy" else 2 * H)
    assert parameters == learned + (H if version == "NumPy" else 2 * H) + (version == "PyTorch")  # running statistics
    assert moments == 2 * learned
    assert [name for name, _ in header["callbacks"]] == ["Log", "EarlyStopping"]
    assert header["rng"] == run.rng.bit_generator.state
    assert header["rng"]["state"]["state"] > 2**64  # an integer that no float holds
    assert len(header["history"]) == 2


@FORMS
def test_a_run_in_another_process_that_is_killed_goes_on_here(version, tmp_path, keras_float64):
    """It kills itself at the third step of epoch 3; what it had saved after the second is what goes on."""
    code = (
        "import os, sys\n"
        "sys.path.insert(0, 'tests')\n"
        "if sys.argv[1] == 'TensorFlow': import keras; keras.config.set_floatx('float64')\n"
        "import test_training_checkpoints as here\n"
        "run = here.Run(sys.argv[1], sys.argv[2])\n"
        "run.train(6, schedule=lambda t: here.SCHEDULE(t) if t < 10 else os.kill(os.getpid(), 9))\n"
    )
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    killed = subprocess.run(
        [sys.executable, "-c", code, version, tmp_path / "run.npz"], env=environment, capture_output=True, text=True
    )
    assert killed.returncode == -9, killed.stderr
    whole = Run(version, tmp_path / "whole.npz")
    whole.train(6)
    after = Run(version, tmp_path / "run.npz", seed=2)
    assert len(after.checkpoint.load()) == 2
    after.train(6, after.checkpoint.history)
    assert after.contents() == whole.contents()


@pytest.mark.parametrize("bits", ["PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"])
def test_every_generator_of_numpy_goes_on_where_it_was(bits, tmp_path):
    run = Run("NumPy", tmp_path / "run.npz", bits=getattr(np.random, bits))
    run.rng.normal(size=7), run.rng.integers(10, dtype=np.int32)  # half a word is left over
    run.checkpoint.save()
    expected = run.rng.integers(0, 99, 5, dtype=np.int32).tolist(), run.rng.normal(size=1500).tolist()
    after = Run("NumPy", tmp_path / "run.npz", seed=2, bits=getattr(np.random, bits))
    after.checkpoint.load()
    assert (after.rng.integers(0, 99, 5, dtype=np.int32).tolist(), after.rng.normal(size=1500).tolist()) == expected


@FORMS
def test_a_run_saved_before_its_first_step_is_resumed_too(version, tmp_path, keras_float64):
    run = Run(version, tmp_path / "run.npz")
    run.checkpoint.save()
    run.train(2)
    after = Run(version, tmp_path / "other.npz", seed=2)
    after.train(1)  # its optimizer has moments by now, and the file has none, or zeros
    after.checkpoint.path = tmp_path / "start.npz"
    Run(version, tmp_path / "start.npz").checkpoint.save()
    assert after.checkpoint.load() == []
    after.train(2)
    assert after.contents() == run.contents()


@FORMS
def test_a_stopped_run_stays_stopped(version, tmp_path, keras_float64):
    run = Run(version, tmp_path / "run.npz", patience=2)
    history = run.train(9)
    assert len(history) == 4
    after = Run(version, tmp_path / "run.npz", seed=2, patience=2)
    assert after.train(9, after.checkpoint.load()) == history
    assert after.contents() == run.contents()


def test_every_third_epoch_is_saved(tmp_path):
    run = Run("NumPy", tmp_path / "run.npz")
    run.checkpoint.every, saved = 3, []
    run.checkpoint.save = lambda: saved.append(len(run.checkpoint.history))
    run.train(7)
    assert saved == [3, 6]


# ---- what is refused, and that nothing has changed then


def other_header(**changes):
    """Write the file anew with another header, its checksum right."""

    def change(path):
        header, arrays = files.read_checkpoint(path)
        for name, value in changes.items():
            header[name] = value(header[name]) if callable(value) else value
        files.write_checkpoint(path, header, arrays)

    return change


def without(name):
    def change(path):
        header, arrays = files.read_checkpoint(path)
        files.write_checkpoint(path, header, {key: array for key, array in arrays.items() if not key.startswith(name)})

    return change


def replaced(start, array):
    def change(path):
        header, arrays = files.read_checkpoint(path)
        arrays[next(name for name in arrays if name.startswith(start))] = array
        files.write_checkpoint(path, header, arrays)

    return change


def flipped(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


REFUSED = {
    "flipped": (flipped, {}, r"damaged, cut short, or no checkpoint: its \d+ bytes should end with their SHA-256"),
    "cut": (lambda path: path.write_bytes(path.read_bytes()[:-1]), {}, "damaged, cut short"),
    "empty": (lambda path: path.write_bytes(b""), {}, "damaged, cut short, or no checkpoint: its 0 bytes"),
    "foreign": (lambda path: np.savez(path, W=np.ones(3)), {}, "damaged, cut short, or no checkpoint"),
    "format": (other_header(format="another"), {}, "format: the file has another, expected dlpath checkpoint"),
    "version": (other_header(version=2), {}, "version: the file has 2, expected 1"),
    "library": (other_header(library="JAX"), {}, "library: the file has JAX, expected "),
    "width": (None, {"hidden": H + 1}, r"model.*: the file has .*\b5\b.*, expected .*\b6\b"),
    "dtype": (None, {"dtype": "float32"}, "model, .*: the file has .*float64.*, expected .*float32"),
    "optimizer": (None, {"optimizer": "momentum"}, "optimizer, kind: the file has Adam, expected SGD"),
    "settings": (None, {"settings": {"beta1": 0.8}}, "optimizer, settings: the file has .*0.9.*, expected .*0.8"),
    "generator": (None, {"bits": np.random.MT19937}, "rng: the file has PCG64, expected MT19937"),
    "callbacks": (None, {"callbacks": 1}, r"callbacks: the file has \['Log', 'EarlyStopping'\], expected \['Log'\]"),
    "patience": (None, {"patience": 3}, "EarlyStopping: the settings are .*'patience': 3.*, expected .*'patience': 9"),
    "no optimizer": (without("optimizer/"), {}, "optimizer, names: the file has"),
    "no model": (without("model/"), {}, r"model, names: the file has \[\], expected"),
    "moment": (replaced("optimizer/", np.ones(3)), {}, r"optimizer, .*: the file has float64 \(3,\), expected"),
    "best": (replaced("callback1/", np.ones((2, 2))), {}, r"the best parameters, .*: the file has float64 \(2, 2\)"),
    "no rng": (other_header(rng={}), {}, "the header has not what it should have: KeyError"),
    "rng": (other_header(rng=lambda rng: rng | {"state": {"state": "x", "inc": 3}}), {}, "state|header"),
    "history": (other_header(history=["x"]), {}, r"history: the file has \['x'\], expected a list of losses"),
    "header": (lambda path: files.write_checkpoint(path, [1], {}), {}, "the header has not what it should have"),
}


@functools.cache
def saved(version, seed):
    """The bytes of a checkpoint after three epochs."""
    with tempfile.TemporaryDirectory() as folder:
        Run(version, Path(folder) / "run.npz", seed).train(3)
        return (Path(folder) / "run.npz").read_bytes()


CASES = [(case, version) for case in REFUSED for version in VERSIONS if (case, version) != ("no optimizer", "PyTorch")]


@pytest.mark.parametrize(("case", "version"), CASES)  # before the first step PyTorch's optimizers have no arrays
def test_a_wrong_file_is_refused_and_changes_nothing(case, version, tmp_path, keras_float64):
    change, other, words = REFUSED[case]
    path = tmp_path / "run.npz"
    path.write_bytes(saved(version, 5))
    run = Run(version, path, seed=2, **other)
    if not other:
        run.checkpoint.load()  # moments, running means, a history: something to lose
    elif "dtype" not in other:
        run.train(2)
    path.write_bytes(saved(version, 1))
    if change:
        change(path)
    before = run.contents()
    with pytest.raises(ValueError, match=rf"(?s)^{re.escape(str(path))}: .*{words}"):
        run.checkpoint.load()
    assert run.contents() == before


@FORMS
def test_each_version_refuses_the_files_of_the_others(version, tmp_path, keras_float64):
    run = Run(version, tmp_path / "run.npz")
    run.checkpoint.save()
    for other in VERSIONS:
        if other != version:
            with pytest.raises(ValueError, match=f"library: the file has {version}, expected {other}"):
                Run(other, tmp_path / "run.npz").checkpoint.load()


def test_a_generator_state_that_numpy_does_not_take_is_refused(tmp_path):
    run = Run("NumPy", tmp_path / "run.npz", bits=np.random.MT19937)
    run.checkpoint.save()
    other_header(rng=lambda rng: rng | {"state": {"key": [1, 2, 3], "pos": 0}})(tmp_path / "run.npz")
    before = run.contents()
    with pytest.raises(ValueError, match="the header has not what it should have"):
        run.checkpoint.load()
    assert run.contents() == before


def test_a_tensor_that_is_not_on_the_cpu_is_refused(tmp_path):
    """Its device has a generator of its own, which is not kept; the device `meta` is everywhere."""
    run = Run("PyTorch", tmp_path / "run.npz")
    run.checkpoint.model = run.model.to("meta")
    with pytest.raises(ValueError, match="a tensor is on meta, whose generator is not kept; train on the CPU"):
        run.checkpoint.save()
    assert not list(tmp_path.iterdir())


@FORMS
def test_what_fails_midway_is_put_back(version, tmp_path, keras_float64):
    """A callback refuses after the one before it was restored; something fails after all but the order was."""
    path = tmp_path / "run.npz"
    path.write_bytes(saved(version, 5))
    run = Run(version, path, seed=2)
    run.checkpoint.load()
    path.write_bytes(saved(version, 1))
    before = run.contents()
    for part, method in [(run.stopper, "restore"), (run.checkpoint, "load_generators")]:
        original, fails = getattr(part, method), [True]

        def once(*arguments, original=original, fails=fails):
            if fails.pop() if fails else False:
                raise ValueError("not today")
            original(*arguments)

        setattr(part, method, once)
        with pytest.raises(ValueError, match="not today"):
            run.checkpoint.load()
        assert not fails
        assert run.contents() == before


def test_a_file_that_is_not_there_is_not_a_damaged_one(tmp_path):
    with pytest.raises(FileNotFoundError):
        Run("NumPy", tmp_path / "none.npz").checkpoint.load()


def test_a_checkpoint_comes_last_and_serves_one_run(tmp_path):
    run = Run("NumPy", tmp_path / "run.npz", callbacks=1)
    run.train(1)
    with pytest.raises(ValueError, match="Checkpoint: epoch 1 comes after epoch 1; a new run needs a new Checkpoint"):
        run.train(1)
    other = Run("NumPy", tmp_path / "other.npz")
    other.callbacks = [other.log]  # as if the stopper stood behind the checkpoint
    with pytest.raises(ValueError, match="Checkpoint: put it last"):
        other.train(1)


def test_a_generator_inside_of_a_layer_is_refused(tmp_path):
    """Its state is nowhere to be found; what is handed down is the run's own."""
    run = Run("NumPy", tmp_path / "run.npz")
    drop = Layer(noisy, lambda dY, mask: dY * mask, options={"rng": np.random.default_rng(0)})
    run.checkpoint.model = Sequential(Layer(linear, linear_backward, W=np.ones((2, 2)), b=np.ones(2)), drop)
    with pytest.raises(ValueError, match=r"noisy has a generator of its own, \['rng'\]; hand down `rng` instead"):
        run.checkpoint.save()
    assert not list(tmp_path.iterdir())


def test_numpy_opens_a_checkpoint(tmp_path):
    run = Run("NumPy", tmp_path / "run.npz")
    run.checkpoint.save()
    with np.load(tmp_path / "run.npz", allow_pickle=False) as archive:
        assert np.array_equal(archive["model/W1"], run.model.params["W1"])
    with zipfile.ZipFile(tmp_path / "run.npz") as archive:
        assert archive.testzip() is None
