"""tools/mutants.py, on a small package of its own: a blind test is named, a seeing one is not, nothing is changed."""

import ast
import shutil
import subprocess
import sys

import pytest

from tools import mutants, scan

SOURCE = '''"""Lines."""


def line(w, x):
    """z = w x  [eq-line]"""
    if w < 0:
        raise ValueError("a negative weight")
    return w * x
'''
SEEING = """import pytest
from dlpath.lines.in_numpy import line


@pytest.mark.equation("eq-line")
def test_line():
    assert line(2, 3) == 6
"""


def outcome(root, test):
    files = {
        "src/dlpath/__init__.py": "",
        "src/dlpath/lines/__init__.py": "",
        "src/dlpath/lines/in_numpy.py": SOURCE,
        "tests/test_lines.py": test,
        "pytest.ini": "[pytest]\nmarkers = equation(*labels): computes these",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    (root / "tools").mkdir()
    for name in ("mutants.py", "scan.py"):
        shutil.copy(scan.ROOT / "tools" / name, root / "tools" / name)
    command = [sys.executable, "-B", "tools/mutants.py"]
    run = subprocess.run(
        command,
        cwd=root,
        env={"PYTHONPATH": "src", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (root / "src/dlpath/lines/in_numpy.py").read_text(encoding="utf-8") == SOURCE
    return run.returncode, run.stdout + run.stderr


def test_a_test_that_computes_the_formula_sees_every_mutant(tmp_path):
    code, text = outcome(tmp_path, SEEING)
    assert code == 0, text
    assert "dlpath.lines.in_numpy.line [eq-line]: 3 of 3 mutants die in tests/test_lines.py::test_line" in text


def test_a_blind_test_is_named(tmp_path):
    code, text = outcome(tmp_path, SEEING.replace("== 6", "== line(2, 3)"))
    assert code == 1, text
    assert "survives: src/dlpath/lines/in_numpy.py, line 8, line: Mult → Div" in text
    assert "No mutant dies: dlpath.lines.in_numpy.line [eq-line]" in text


def test_a_test_that_fails_anyway_kills_nothing(tmp_path):
    code, text = outcome(tmp_path, SEEING.replace("== 6", "== 7"))
    assert code == 1
    assert "has to pass before anything is changed" in text


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("a + b", ["Add → Sub"]),
        ("-a", ["without the minus"]),
        ("x.sum(axis=0)", ["sum → mean", "0 → 1"]),
        ("a > b", ["Gt → Lt"]),
        ("a ** 2", ["Pow → Mult", "2 → 3"]),
        ("np.exp(a) @ b", ["another sign of a product", "exp → expm1"]),
        ("f(a=x, b=y)", ["a and b exchanged"]),
        ("'words'", []),
    ],
)
def test_what_is_changed(code, found):
    function = ast.parse(f"def f():\n    '''Doc 1.'''\n    x = {code}").body[0]
    assert [what for node in mutants.judged(function) for what, *_ in mutants.changes(node)] == found
