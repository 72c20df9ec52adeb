"""The helpers of the first cell: a claim that cannot be wrong silently, source in sight, a set-up that repeats."""

import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import dlpath
from dlpath.notebook import CLAIM, expect, generator, measured, on_stand_in_data, seed, show

SOURCE = str(Path(dlpath.__file__).parents[1])


@pytest.fixture(autouse=True)
def real_data():
    """Leave no stand-in behind."""
    yield
    on_stand_in_data("MNIST")


@pytest.mark.parametrize(
    ("value", "low", "high", "line"),
    [
        (0.978, 0.97, 0.985, "x ≈ 0.978 (expected 0.970 to 0.985)"),
        (0.97812345, 0.97, 0.985, "x ≈ 0.9781 (expected 0.970 to 0.985)"),
        (1.5, 1, 2, "x ≈ 1.5 (expected 1 to 2)"),
        (0.25, 0, 0.5, "x ≈ 0.25 (expected 0.0 to 0.5)"),
        (-1.0, -2, -0.125, "x ≈ -1 (expected -2.000 to -0.125)"),
        (12345.6, 1e4, 2e4, "x ≈ 1.235e+04 (expected 10000.0 to 20000.0)"),
        (3e-8, 1e-9, 1e-3, "x ≈ 3e-08 (expected 1e-09 to 0.001)"),
        (np.float32(0.5), np.float64(0.25), np.float64(0.75), "x ≈ 0.5 (expected 0.25 to 0.75)"),
        (np.array([0.5]).reshape(()), 0.5, 0.5, "x ≈ 0.5 (expected 0.5 to 0.5)"),
    ],
)
def test_expect_prints_one_exact_form(capsys, value, low, high, line):
    expect("x", value, low, high)
    assert capsys.readouterr().out == line + "\n"
    assert CLAIM.fullmatch(line)["name"] == "x"


@pytest.mark.parametrize("value", [0.9694, 0.9855, math.nan, math.inf, -0.978])
def test_expect_fails_outside_the_band_and_says_so(capsys, value):
    with pytest.raises(AssertionError, match=r"test accuracy is \S+, outside its band from 0\.970 to 0\.985"):
        expect("test accuracy", value, 0.97, 0.985)
    assert "test accuracy ≈" in capsys.readouterr().out


def test_expect_compares_what_it_prints(capsys):
    expect("x", 0.969_996, 0.97, 0.98)  # rounds to 0.97
    printed = CLAIM.fullmatch(capsys.readouterr().out.strip())
    assert float(printed["low"]) <= float(printed["value"]) <= float(printed["high"])
    with pytest.raises(AssertionError):
        expect("x", 0.99998, 0.97, 0.99999)  # rounds to 1


@pytest.mark.parametrize(("low", "high"), [(0.98, 0.97), (math.nan, 1), (0, math.nan)])
def test_expect_refuses_an_empty_band(low, high):
    with pytest.raises(ValueError, match="band of 'x' is empty"):
        expect("x", 0.975, low, high)


@pytest.mark.parametrize(("low", "high"), [(0, math.inf), (-math.inf, 1), (-math.inf, math.inf)])
def test_expect_refuses_a_band_without_end(low, high):
    with pytest.raises(ValueError, match="band of 'x' has no end"):
        expect("x", 0.975, low, high)


def test_measured_prints_what_claims_are_read_back_from(capsys):
    measured("test accuracy", np.float32(0.97812))
    line = capsys.readouterr().out
    assert line == "test accuracy ≈ 0.9781 (this run)\n"
    claim = CLAIM.fullmatch(line.strip())
    assert (claim["name"], claim["value"], claim["low"]) == ("test accuracy", "0.9781", None)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_measured_refuses_what_is_no_number(value):
    with pytest.raises(ValueError, match=r"loss is .*: nothing was measured"):
        measured("loss", value)


def test_seeds_are_those_of_numpy_until_they_are_shifted(monkeypatch):
    monkeypatch.delenv("DLPATH_SEED", raising=False)
    assert seed(7) == 7
    assert np.array_equal(generator(7).integers(1000, size=9), np.random.default_rng(7).integers(1000, size=9))
    monkeypatch.setenv("DLPATH_SEED", "2")
    assert seed(7) == 2007


def test_every_seed_use_and_shift_has_a_stream_of_its_own(monkeypatch):
    streams = set()
    for shifted in ("0", "1", "2"):
        monkeypatch.setenv("DLPATH_SEED", shifted)
        streams |= {tuple(generator(k, use).integers(2**40, size=3)) for k in range(5) for use in range(4)}
    assert len(streams) == 3 * 5 * 4


@pytest.mark.parametrize("text", ["-1", "one", "0.5"])
def test_a_shift_that_is_none_is_named(monkeypatch, text):
    monkeypatch.setenv("DLPATH_SEED", text)
    with pytest.raises(ValueError, match=f"DLPATH_SEED must be a whole number from 0 on, got '{text}'"):
        generator(0)


@pytest.mark.parametrize("name", ["", "a ≈ b", "two\nlines"])
def test_expect_refuses_a_name_that_cannot_be_read_back(name):
    with pytest.raises(ValueError, match="named by one line"):
        expect(name, 1, 0, 2)


def test_expect_reports_and_does_not_fail_on_stand_in_data(capsys):
    on_stand_in_data("digits stand-in")
    expect("accuracy", 0.5, 0.97, 0.985)
    first, second = capsys.readouterr().out.splitlines()
    assert first == "accuracy ≈ 0.5 (expected 0.970 to 0.985)"
    assert "digits stand-in" in second
    on_stand_in_data("MNIST")
    with pytest.raises(AssertionError):
        expect("accuracy", 0.5, 0.97, 0.985)


@pytest.fixture
def shown(monkeypatch):
    """Call show() and return the Markdown texts that it displays."""

    def call(*objects):
        displayed = []
        monkeypatch.setattr("IPython.display.display", displayed.append)
        show(*objects)
        return [output.data for output in displayed]

    return call


def test_show_displays_functions_and_classes_as_one_block(shown):
    class Small:
        """A class that is shown."""

        def method(self):
            return 1

    (text,) = shown(expect, Small)
    assert text.startswith("```python\ndef expect(name: str, value: float")
    assert "four significant digits" in text
    assert '\n\n\nclass Small:\n    """A class that is shown."""\n' in text
    assert text.endswith("return 1\n```")


def test_show_fences_code_that_has_fences_in_it(shown):
    def fenced():
        return "```python"

    (text,) = shown(fenced)
    assert text.startswith("````python\n")
    assert text.endswith("\n````")


@pytest.mark.parametrize("thing", [len, 3, np.zeros(2), np.add])
def test_show_refuses_what_has_no_source(thing):
    with pytest.raises(TypeError, match="functions and classes written in Python"):
        show(thing)


def test_setup_is_quiet_and_leaves_the_environment_of_the_reader():
    code = (
        "import os; os.environ['TF_CPP_MIN_LOG_LEVEL'] = '1'; import sys; from dlpath.notebook import setup; setup();"
        "import numpy as np; print(np.array([1/3, 1e-9])); "
        "print(os.environ['TF_CPP_MIN_LOG_LEVEL'], os.environ['TF_ENABLE_ONEDNN_OPTS']);"
        "print('tensorflow' in sys.modules, 'torch' in sys.modules)"
    )
    clean = {k: v for k, v in os.environ.items() if not k.startswith("TF_")}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=clean, check=True)
    assert run.stdout.splitlines() == ["[0.3333 0.    ]", "1 0", "False False"]
    assert run.stderr == ""


@pytest.mark.parametrize("asked_before", [0, 2], ids=["imported at once", "somebody asks for it first"])
def test_tensorflow_is_imported_without_a_word_and_its_errors_pass(asked_before, tmp_path):
    """A made-up tensorflow that talks to the process's stderr, as the real one's libraries do, and then fails.

    PyTorch's optimizers ask whether there is a tensorflow, and do not import it.
    """
    (tmp_path / "tensorflow.py").write_text("import os; os.write(2, b'noise'); raise ImportError('no such library')")
    code = "from dlpath.notebook import setup; setup(); setup()\nfrom importlib.util import find_spec\n"
    code += "assert find_spec('tensorflow').name == 'tensorflow'\n" * asked_before
    code += "try: import tensorflow\nexcept ImportError as e: print(e)\nimport os; os.write(2, b'heard')"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), SOURCE])}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert (run.stdout, run.stderr) == ("no such library\n", "heard")


def test_triton_is_loaded_before_tensorflow(tmp_path):
    """After TensorFlow 2.21 it would end the process. Made-up modules of both names say who comes first."""
    (tmp_path / "triton.py").write_text("print('triton')")
    (tmp_path / "tensorflow.py").write_text("print('tensorflow')")
    code = "from dlpath.notebook import setup; setup(); print('set up'); import tensorflow"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), SOURCE])}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert run.stdout.split("\n") == ["set up", "triton", "tensorflow", ""]


def test_a_claim_without_its_band_is_none():
    assert CLAIM.fullmatch("x ≈ 1 (expected 0 to 2)")
    assert not CLAIM.fullmatch("x ≈ 1 (expected 0 to 2) on my machine")
    assert not CLAIM.fullmatch("x ≈ 1")
