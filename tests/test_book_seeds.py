"""tools/seeds.py, run for real on a small notebook: what holds for one seed only is found, and nothing is stored."""

import subprocess
import sys

import nbformat.v4 as v4
import pytest

from tools import notebooks as tool
from tools import scan

DRAW = "from dlpath.notebook import expect, generator, measured, seed\nx = generator(0).random()"
FIRST = 0.6369616873214543  # the first number of default_rng(0)


@pytest.fixture
def path(tmp_path):
    cells = [v4.new_markdown_cell("# A title")]
    cells += [v4.new_code_cell(code) for code in ("", DRAW, f"expect('x', x, {FIRST - 0.001}, {FIRST + 0.001})")]
    cells += [v4.new_code_cell("measured('x', x)"), v4.new_code_cell("assert seed(1) in (1, 1001)")]
    path = tmp_path / "small.ipynb"
    path.write_text(tool.to_text(v4.new_notebook(cells=cells)), encoding="utf-8")
    return path


def seeds(path, *options):
    command = [sys.executable, str(scan.ROOT / "tools/seeds.py"), *options, str(path)]
    environment = tool.os.environ | {"PYTHONPATH": str(scan.ROOT / "src"), "WORKERS": "2"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_what_holds_for_its_seed_only_is_listed_with_its_cell(path):
    before = path.read_bytes()
    run = seeds(path, "--shifts", "0,1,2")
    assert run.returncode == 1
    assert f"{path}, shift 0" not in run.stdout
    assert f"{path}, shift 1, cell 4: AssertionError: x is " in run.stdout
    assert f"{path}, shift 2, cell 6: AssertionError" in run.stdout
    assert path.read_bytes() == before


def test_what_holds_is_said_to_hold(path):
    run = seeds(path, "--shifts", "0")
    assert (run.returncode, run.stdout) == (0, f"{path}: holds at the shifts 0\n")


def test_bands_are_chosen_from_a_summary(path):
    run = seeds(path, "--bands", "3")
    assert run.returncode == 0
    assert f"{path}, 3 shifts" in run.stdout
    assert "range 0.637 to" in run.stdout or "to 0.637" in run.stdout
    assert "band 0.6359616873214543 to 0.6379616873214543, outside 2" in run.stdout
    assert "x   mean" in run.stdout
    assert "measured" in run.stdout
    assert "cell 6: crashed in 1" in run.stdout


def test_shifted_results_are_never_stored(path, monkeypatch):
    monkeypatch.setenv("DLPATH_SEED", "1")
    assert "DLPATH_SEED is set" in tool.refusal([path])
