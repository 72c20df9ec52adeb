"""Guards of completeness: a concept is found in all its places, and an exercise has a judge and solutions."""

import ast
import importlib
import json
import re

import pytest
import yaml

from dlpath.exercises import EXERCISES
from tools import scan

IN_NUMPY_ALONE = {
    "autograd",
    "diagnostics",
    "metrics",
}  # PyTorch and TensorFlow themselves, or scikit-learn, are the other versions
CHECK = re.compile(r'^check\("(?P<name>(?P<concept>\w+)-[\w-]+)"', re.MULTILINE)


def places(concept, root=scan.ROOT):
    """What is missing of a concept that has a folder in src/dlpath/: four places, and a fifth once it has a chapter."""
    pages = {
        entry["file"] for part in yaml.safe_load((root / "_toc.yml").read_text())["parts"] for entry in part["chapters"]
    }
    versions = ("in_numpy",) if concept in IN_NUMPY_ALONE else ("in_numpy", "in_torch", "in_tensorflow")
    files = [f"src/dlpath/{concept}/{name}.py" for name in ("__init__", *versions)]
    files += [f"tests/test_{concept}.py", f"book/reference/{concept}.md"]
    if list(root.glob(f"notebooks/[0-9]*/{concept}.ipynb")):
        files.append(f"src/dlpath/{concept}/ledger.py")
    for name in files:
        if not (root / name).exists():
            yield f"{concept}: {name} is not there"
    if f"book/reference/{concept}" not in pages:
        yield f"{concept}: book/reference/{concept} is not in _toc.yml"
    if not any(
        name.startswith(f"dlpath.{concept}.")
        for names in scan.functions_by_equation(root).values()
        for name, _ in names
    ):
        yield f"{concept}: no docstring in src/dlpath/{concept}/ names an equation"
    yield from not_in_the_ledger(root / "src/dlpath" / concept)


def not_in_the_ledger(folder):
    """What NumPy and a framework both have, and what a concept's ledger.py, where it has one, does not name."""
    if not (folder / "ledger.py").exists():
        return
    numpy, *others = (
        {node.name for node in _parsed(folder / f"{name}.py").body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        for name in ("in_numpy", "in_torch", "in_tensorflow")
    )
    words = {node.value for node in ast.walk(_parsed(folder / "ledger.py")) if isinstance(node, ast.Constant)}
    words |= {node.attr for node in ast.walk(_parsed(folder / "ledger.py")) if isinstance(node, ast.Attribute)}
    for name in sorted(numpy & set.union(*others) - words):
        if not name.startswith("_"):
            yield f"{folder.name}: ledger.py does not enter {name}"


def _parsed(path):
    return ast.parse(path.read_text(encoding="utf-8") if path.exists() else "")


def _code(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


@pytest.mark.parametrize("concept", sorted({path.parent.name for path in scan.ROOT.glob("src/dlpath/*/in_*.py")}))
def test_a_concept_is_in_all_its_places(concept):
    assert not list(places(concept))


CHAPTERS = [
    path for path in sorted(scan.ROOT.glob("notebooks/[0-9]*/*.ipynb")) if path.parent.name != ".ipynb_checkpoints"
]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapters_exercises_have_judges_and_solutions(path):
    found = list(CHECK.finditer(_code(path)))
    assert len(found) >= 3, f'{path.name}: three or more exercises, each with check("{path.stem}-…", …)'
    for match in found:
        concept = match["concept"]
        importlib.import_module(f"dlpath.exercises.{concept}")
        assert match["name"] in EXERCISES, (
            f"{path.name}: {match['name']} has no judge in src/dlpath/exercises/{concept}.py"
        )
        assert f"{{solutions}} {concept}\n" in (scan.ROOT / "book/solutions.md").read_text(encoding="utf-8")


def test_what_is_missing_is_named(tmp_path):
    for name, text in {
        "_toc.yml": "parts: [{chapters: [{file: book/reference/a}]}]",
        "src/dlpath/a/in_numpy.py": '"""[eq-a]"""',
        "src/dlpath/a/__init__.py": "",
        "src/dlpath/a/in_torch.py": "",
        "src/dlpath/a/in_tensorflow.py": "",
        "src/dlpath/b/in_numpy.py": "",
        "tests/test_a.py": "",
        "book/reference/a.md": "",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert list(places("a", tmp_path)) == []
    missing = "\n".join(places("b", tmp_path))
    for words in (
        "__init__.py is",
        "in_torch.py is",
        "test_b.py",
        "b.md is",
        "not in _toc",
        "names an eq",
    ):
        assert words in missing


def test_the_ledger_is_the_fifth_place_and_names_all_that_it_could_compare(tmp_path):
    source = "def f(x): ...\n\n\ndef g(x): ...\n\n\ndef _h(x): ...\n"
    for name in ("in_numpy", "in_torch", "in_tensorflow"):
        (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
    assert list(not_in_the_ledger(tmp_path)) == []
    (tmp_path / "ledger.py").write_text('NAMES = ["f"]\n', encoding="utf-8")
    assert list(not_in_the_ledger(tmp_path)) == [f"{tmp_path.name}: ledger.py does not enter g"]
