"""What the pages, the docstrings and the tests say about equations, read without running anything.

    equations()               every numbered equation of the book: label, page, place, LaTeX
    functions_by_equation()   label -> what computes it: (qualified name, file), from `[eq-…]` in docstrings
    tests_by_equation()       label -> what checks it: pytest node ids, from @pytest.mark.equation("eq-…")
    links(), targets()        plain links `[words](#target)`, and what they may point to
    runtimes()                notebook -> seconds, recorded by `make times`

Used by the guards in tests/ and by the Sphinx extension. Each function takes the folder to read; what it found is
kept until a file changes.
"""

import ast
import functools
import json
import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import yaml

ROOT = Path(__file__).resolve().parents[1]
EQUATION = re.compile(r"\$\$(?P<latex>.+?)\$\$(?:[ \t]*\((?P<label>[^()\s]+)\))?", re.DOTALL)
LINK = re.compile(r"\]\(#(?P<target>[^()\s]+)\)")
NAMED = re.compile(r"^\((?P<target>[\w-]+)\)=\s*$|^\s*:name:\s*(?P<name>\S+)", re.MULTILINE)
CITED = re.compile(r"@\w+\{\s*([^,\s]+)\s*,")
IN_DOCSTRING = re.compile(r"\[(eq-[\w-]+)\]")
FENCE = re.compile(r"[ \t]*(`{3,}|~{3,}|:{3,})(.*)")
SPAN = re.compile(r"(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)")


def kept(find: Callable) -> Callable:
    """Call `find(root)` again only when a file that it may have read is new, gone or another."""
    found = {}

    @functools.wraps(find)
    def wrapper(root: Path = ROOT):
        state = _state(root)
        if found.get(root, (None,))[0] != state:
            found[root] = state, find(root)
        return found[root][1]

    return wrapper


def _state(root: Path) -> list[tuple[str, int, int]]:
    """Path, time and size of everything that is read here; a thousand files take a few milliseconds."""
    waiting, found = [f"{root}/{name}" for name in ("book", "notebooks", "src", "tests") if (root / name).is_dir()], []
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir():
                    waiting.append(entry.path)
                elif entry.name.endswith((".md", ".ipynb", ".py", ".bib")):
                    stat = entry.stat()
                    found.append((entry.path, stat.st_mtime_ns, stat.st_size))
    return sorted(found)


class Equation(NamedTuple):
    label: str
    page: str  # the page's path without its ending, as in _toc.yml
    place: str  # where to look: the file, and the cell or the line
    latex: str


class Link(NamedTuple):
    target: str
    place: str


def cells(root: Path = ROOT) -> Iterator[tuple[str, str, dict]]:
    """(page, place, cell) of every cell of every notebook."""
    for path in sorted(root.glob("notebooks/**/*.ipynb")):
        name = path.relative_to(root)
        if ".ipynb_checkpoints" not in name.parts:
            for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"], 1):
                yield name.with_suffix("").as_posix(), f"{name.as_posix()}, cell {number}", cell


def markdown(root: Path = ROOT) -> Iterator[tuple[str, str, str]]:
    """(page, place, text) of every Markdown cell and every Markdown page, with code blanked."""
    for page, place, cell in cells(root):
        if cell["cell_type"] == "markdown":
            yield page, place, _without_code("".join(cell["source"]))
    for path in sorted(root.glob("book/**/*.md")):
        name = path.relative_to(root)
        yield name.with_suffix("").as_posix(), name.as_posix(), _without_code(path.read_text(encoding="utf-8"))


def _without_code(text: str) -> str:
    """The text with code blocks and code spans blanked, every line still in its place; directives are read on."""
    lines, fences = [], []  # the fences that are open, the innermost last, and whether each holds code
    for line in text.split("\n"):
        fence = FENCE.fullmatch(line)
        inside, code = fences[-1] if fences else ("", False)
        if fence and inside and not fence[2].strip() and fence[1].startswith(inside):
            fences.pop()
        elif fence and not code:
            fences.append((fence[1], not fence[2].lstrip().startswith("{")))
        code = code or (fences[-1][1] if fences else False)
        lines.append(" " * len(line) if code else SPAN.sub(lambda span: " " * len(span[0]), line))
    return "\n".join(lines)


def _found(pattern: re.Pattern, root: Path) -> Iterator[tuple[str, str, re.Match]]:
    for page, place, text in markdown(root):
        for match in pattern.finditer(text):
            line = f", line {text.count(chr(10), 0, match.start()) + 1}"
            yield page, place + line, match


@kept
def equations(root: Path = ROOT) -> list[Equation]:
    """Every equation with a label, notebooks first: `$$ … $$ (eq-name)`."""
    found = _found(EQUATION, root)
    return [Equation(m["label"], page, place, m["latex"].strip()) for page, place, m in found if m["label"]]


@kept
def links(root: Path = ROOT) -> list[Link]:
    """Every plain link to a target inside the book: `[words](#target)`."""
    return [Link(m["target"], place) for _, place, m in _found(LINK, root)]


@kept
def targets(root: Path = ROOT) -> set[str]:
    """What a link may point to: equations, figures, explicit targets, entries of the bibliography."""
    names = {m["target"] or m["name"] for _, _, m in _found(NAMED, root)}
    return names | {e.label for e in equations(root)} | set(figures(root)) | citations(root)


def figures(root: Path = ROOT) -> dict[str, list[str]]:
    """Name -> places of the figures that notebooks draw, from the cells' metadata."""
    found = defaultdict(list)
    for _, place, cell in cells(root):
        if name := cell["metadata"].get("mystnb", {}).get("figure", {}).get("name"):
            found[name].append(place)
    return dict(found)


def citations(root: Path = ROOT) -> set[str]:
    """The keys of book/references.bib."""
    path = root / "book" / "references.bib"
    return set(CITED.findall(path.read_text(encoding="utf-8"))) if path.exists() else set()


@kept
def functions_by_equation(root: Path = ROOT) -> dict[str, list[tuple[str, str]]]:
    """Label -> [(qualified name, file)] of the functions, classes and modules whose docstring names it."""
    found = defaultdict(list)
    for path in sorted(root.glob("src/**/*.py")):
        file = path.relative_to(root).as_posix()
        module = ".".join(path.relative_to(root / "src").with_suffix("").parts).removesuffix(".__init__")
        for name, node in _documented(_parse(path), module):
            for label in dict.fromkeys(IN_DOCSTRING.findall(ast.get_docstring(node) or "")):
                found[label].append((name, file))
    return dict(found)


def _documented(node: ast.AST, name: str) -> Iterator[tuple[str, ast.AST]]:
    yield name, node
    for child in node.body:
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            yield from _documented(child, f"{name}.{child.name}")


@kept
def tests_by_equation(root: Path = ROOT) -> dict[str, list[str]]:
    """Label -> node ids of the tests whose mark names it; ValueError for a mark that cannot be read."""
    found = defaultdict(list)
    for test in marked_tests(root):
        for label in test.labels:
            found[label].append(test.name)
    return dict(found)


class Marked(NamedTuple):
    name: str  # pytest's node id
    labels: list[str]
    node: ast.FunctionDef


@kept
def marked_tests(root: Path = ROOT) -> list[Marked]:
    """Every test that is marked with equations; ValueError for a mark that cannot be read."""
    found = []
    for path in sorted(root.glob("tests/**/test_*.py")):
        file = path.relative_to(root).as_posix()
        for name, node in _tests(_parse(path)):
            if labels := list(dict.fromkeys(_marked(node, file))):
                found.append(Marked(f"{file}::{name}", labels, node))
    return found


def _tests(module: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}::{name}", test) for name, test in _tests(node))


def _marked(test: ast.AST, file: str) -> Iterator[str]:
    for node in ast.walk(test):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.equation":
            for label in node.args:
                if not (isinstance(label, ast.Constant) and isinstance(label.value, str)):
                    raise ValueError(f"{file}, line {node.lineno}: write the equation's label out as a string")
                yield label.value


def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@kept
def public_names(root: Path = ROOT) -> dict[str, str]:
    """Name -> file of every public function and class of the package; the exercises' checkers do not count."""
    return {
        node.name: path.relative_to(root).as_posix()
        for path in sorted(root.glob("src/**/*.py"))
        for node in _parse(path).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        if "exercises" not in path.parts
    }


def names_in(path: Path) -> list[str]:
    """The functions and classes of a file, in their order."""
    return [node.name for node in _parse(path).body if isinstance(node, ast.FunctionDef | ast.ClassDef)]


def web_address(place: str, root: Path = ROOT) -> str:
    """Where a file of the repository is shown, by the address in _config.yml; empty while that is not set."""
    repository = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8")).get("repository") or {}
    url = (repository.get("url") or "").rstrip("/").removesuffix(".git")
    return f"{url}/blob/{repository.get('branch') or 'main'}/{place}" if url.startswith("http") else ""


def recorded(name: str, root: Path = ROOT) -> dict:
    """What a run recorded as benchmarks/results/NAME.json: machine, date, numbers; empty when nothing is recorded."""
    path = root / "benchmarks" / "results" / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def runtimes(root: Path = ROOT) -> dict:
    """What `make times` recorded: machine, date, and seconds by notebook."""
    return recorded("notebooks", root)
