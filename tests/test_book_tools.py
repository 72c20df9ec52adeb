"""The tools around the notebooks, run for real: what strict nbval lets pass, and what `make notebooks` stores."""

import json
import os
import platform
import re
import shutil
import subprocess
import sys

import nbformat.v4 as v4
import pytest

from tools import notebooks as tool
from tools import scan

CODE = [
    "from dlpath.notebook import expect, show\nexpect('x', 0.5, 0.25, 0.75)",
    "show(expect)",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
    "# output ignored: a number that is new every time\nimport os\nprint(os.getpid())",
    "print('as it was')",
]


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A small notebook, run and stored by the tool."""
    cells = [v4.new_markdown_cell("# A title"), v4.new_code_cell("")] + [v4.new_code_cell(code) for code in CODE]
    cells[5].metadata["tags"] = ["nbval-ignore-output"]
    path = tmp_path_factory.mktemp("stored") / "small.ipynb"
    path.write_text(tool.to_text(v4.new_notebook(cells=cells)), encoding="utf-8")
    assert tool.update(path) == "stored"
    return path


@pytest.fixture
def book(stored, tmp_path):
    """A folder with that notebook, and with what strict nbval needs; call it to edit the notebook."""
    (tmp_path / "tests").mkdir()
    shutil.copy(scan.ROOT / "conftest.py", tmp_path)
    shutil.copy(tool.SANITIZER, tmp_path / "tests")
    path = tmp_path / "small.ipynb"

    def write(edit=lambda notebook: None):
        notebook = tool.read(stored)
        edit(notebook)
        path.write_text(tool.to_text(notebook), encoding="utf-8")
        return path

    return write


def replace_output(cell, old, new):
    def edit(notebook):
        for output in notebook.cells[cell].outputs:
            texts = output if "text" in output else output.data
            for kind in texts:
                texts[kind] = texts[kind].replace(old, new)

    return edit


def strict_nbval(path, **environment):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--nbval", path.name]
    environment = tool.os.environ | environment
    return subprocess.run(command, cwd=path.parent, env=environment, capture_output=True, text=True, check=False)


def test_what_differs_by_machine_passes_strict_nbval(book):
    def edit(notebook):
        replace_output(2, "≈ 0.5 ", "≈ 0.4999 ")(notebook)
        replace_output(4, "stroke-width: 0.8", "stroke-width: 0.8000001")(notebook)

    run = strict_nbval(book(edit))
    assert run.returncode == 0, run.stdout
    assert "6 passed" in run.stdout


def test_what_says_something_does_not(book):
    def edit(notebook):
        replace_output(2, "0.75)", "0.76)")(notebook)  # the band
        replace_output(3, "low", "lower")(notebook)  # the package's source
        notebook.cells[4].outputs.clear()  # a figure
        replace_output(6, "was", "is")(notebook)

    run = strict_nbval(book(edit))
    assert "4 failed, 2 passed" in run.stdout, run.stdout


def test_results_on_stand_in_data_are_not_held_to_the_stored_ones(book, tmp_path):
    def edit(notebook):
        notebook.metadata.dlpath["data"] = ["mnist"]
        replace_output(6, "was", "is")(notebook)

    without = {"DLPATH_DATA": "", "DLPATH_CACHE": str(tmp_path / "empty"), "DLPATH_MIRRORS": "none"}
    run = strict_nbval(book(edit), **without)
    assert run.returncode == 0, run.stdout
    assert "Notebooks about MNIST were run, and their outputs not compared." in run.stdout


def test_a_second_run_leaves_the_same_bytes(book):
    path = book()
    before = path.read_bytes()
    assert tool.update(path) == "outputs unchanged"
    assert path.read_bytes() == before


def test_the_first_cell_is_put_before_the_authors_own(tmp_path):
    path = tmp_path / "new.ipynb"
    cells = [v4.new_markdown_cell("# A title"), v4.new_code_cell("mine = 1 + 1"), v4.new_code_cell("print(mine)")]
    path.write_text(tool.to_text(v4.new_notebook(cells=cells)), encoding="utf-8")
    assert tool.update(path) == "stored"
    assert [cell.source for cell in tool.read(path).cells[1:]] == [tool.first_cell(), "mine = 1 + 1", "print(mine)"]
    assert tool.update(path) == "outputs unchanged"


@pytest.mark.parametrize(
    ("address", "fits"),
    [
        ("", True),
        ("https://example.org/group/book", True),
        ("https://example.org/group/some-book_2.git", True),
        ("http://example.org/group/book", False),
        ("git@example.org:group/book", False),
        ("https://example.org/book; rm -rf ~", False),
        ("https://example.org/book $(id)", False),
        ("https://example.org/`id`", False),
        ("https://example.org/a&b", False),
        ('https://example.org/"+x', False),
        ("https://example.org/book\n!id", False),
        ("https://example.org/{book}", False),
        ("https://example.org", False),
    ],
)
def test_an_address_that_a_shell_could_misread_gets_into_no_first_cell(address, fits, tmp_path, monkeypatch):
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    (tmp_path / "_config.yml").write_text(json.dumps({"repository": {"url": address}}), encoding="utf-8")
    if fits:
        assert f'REPOSITORY = "{address}"' in tool.first_cell()
    else:
        with pytest.raises(SystemExit, match=r"_config.yml: repository.url"):
            tool.first_cell()


@pytest.mark.skipif(sys.platform == "win32", reason="the set-up is a shell script")
def test_the_set_up_takes_a_python_with_a_space_in_its_path(tmp_path):
    root, python = tmp_path / "book", tmp_path / "my python"
    for name in ("requirements.txt", "pyproject.toml", "tools/setup.sh"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(scan.ROOT / name, root / name)
    python.write_text(f"#!/bin/sh\necho called >> '{tmp_path}/log'\nexec '{sys.executable}' \"$@\"\n", encoding="utf-8")
    python.chmod(0o755)
    found = subprocess.check_output("cat requirements.txt pyproject.toml | cksum", shell=True, text=True, cwd=root)
    (root / ".venv").mkdir()  # all is installed already, so that the set-up has nothing to do but look
    (root / ".venv/installed-for").write_text(f"{platform.python_version()} {found}", encoding="utf-8")
    script = [str(root / "tools/setup.sh")]
    run = subprocess.run(script, env={**os.environ, "PYTHON": str(python)}, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert "called" in (tmp_path / "log").read_text()


def test_a_failing_cell_is_named_and_nothing_is_stored(book):
    path = book(lambda notebook: notebook.cells[6].update(source="raise ValueError('no such luck')"))
    before = path.read_bytes()
    with pytest.raises(SystemExit, match=r"(?s)small.ipynb, cell 7 failed.*ValueError: no such luck"):
        tool.update(path)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.glob("small*")] == ["small.ipynb"]


def test_stored_text_is_kept_only_while_the_seal_holds(book):
    new = tool.read(book())
    old = tool.read(book(replace_output(5, "", "")))
    replace_output(2, "≈ 0.5 ", "≈ 0.6 ")(new)
    new.cells[5].outputs[0].text = "7\n"
    broken = tool.copy.deepcopy(new)
    tool.keep_stored(new, old)
    assert new.cells[2].outputs[0].text == "x ≈ 0.5 (expected 0.25 to 0.75)\n"
    assert new.cells[5].outputs == old.cells[5].outputs
    old.cells[6].source += "  # edited"
    tool.keep_stored(broken, old)
    assert broken.cells[2].outputs[0].text == "x ≈ 0.6 (expected 0.25 to 0.75)\n"
    assert broken.cells[5].outputs[0].text == "7\n"


def test_a_notebook_about_mnist_is_refused_without_mnist(book, monkeypatch, tmp_path):
    path = book(lambda notebook: notebook.metadata.dlpath.update(data=["mnist"]))
    for name, value in {"DLPATH_DATA": "", "DLPATH_CACHE": str(tmp_path / "empty"), "DLPATH_MIRRORS": "none"}.items():
        monkeypatch.setenv(name, value)
    assert "small.ipynb: about MNIST, and here is only: digits stand-in" in tool.refusal([path])
    monkeypatch.setenv("DLPATH_DATA", str(tmp_path / "nowhere"))
    assert "not a folder" in tool.refusal([path])
    assert tool.refusal([book()]) == ""


@pytest.mark.parametrize(
    ("checkout", "address", "said"),
    [
        (True, "", "found in src"),
        (True, "https://example.org/book", "found in src"),
        (False, "https://example.org/book", "installs git+https://example.org/book"),
        (False, "", "ImportError: dlpath is not here: open this notebook inside a checkout of the book"),
    ],
)
def test_the_first_cell_finds_the_package_or_installs_it(tmp_path, checkout, address, said):
    """Run by a Python without site-packages, hence without dlpath; the installation is only announced."""
    folder = tmp_path / "notebooks" / "2"
    folder.mkdir(parents=True)
    if checkout:
        (tmp_path / "src" / "dlpath").mkdir(parents=True)
        (tmp_path / "src" / "dlpath" / "notebook.py").write_text("def setup(): print('found in src')", encoding="utf-8")
    code = tool.FIRST_CELL.format(address=address)
    code = code.replace("%pip install --quiet git+{REPOSITORY}", "raise SystemExit('installs git+' + REPOSITORY)")
    run = subprocess.run(
        [sys.executable, "-S", "-E", "-c", code], cwd=folder, capture_output=True, text=True, check=False
    )
    assert said in run.stdout + run.stderr


@pytest.mark.parametrize("path", sorted(scan.ROOT.glob("benchmarks/results/*")), ids=lambda path: path.name)
def test_a_recorded_table_says_when_and_from_which_commit(path):
    text = path.read_text(encoding="utf-8")
    for what, pattern in {
        "date": r"\b20\d\d-\d\d-\d\d\b",
        "commit": r"\bcommit\b\W+[0-9a-f]{7,40}\b(?!-dirty)",
    }.items():
        assert re.search(pattern, text), f"{path.name}: recorded without the {what} of its run"
