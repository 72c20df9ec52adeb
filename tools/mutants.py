"""Do the tests of equations notice a changed formula? python tools/mutants.py [CONCEPT …]

For each function of the package whose docstring names an equation, its code is changed a little: another operator,
sign, constant, axis, comparison. At least one such mutant has to die in the test that is marked with the equation,
by an assertion and not by a crash (of a class that only puts layers together, by either). Versions in a framework are
held by parity, so theirs may die in any test of their concept. What survives is listed. No file is changed: a mutant is
compiled, and lent to the function for one run.
"""

import ast
import contextlib
import copy
import importlib
import inspect
import io
import signal
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools import scan

SECONDS = 120  # of processor time: a mutant that runs longer hangs
SWAPS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.Gt: ast.Lt,
    ast.Lt: ast.Gt,
    ast.GtE: ast.Lt,
    ast.LtE: ast.Gt,
    ast.Eq: ast.NotEq,
}
CALLS = {"maximum": "minimum", "minimum": "maximum", "sum": "mean", "mean": "sum", "exp": "expm1", "log": "log1p"}


class Mutant(NamedTuple):
    place: str  # file, line and what was changed
    function: types.FunctionType
    code: types.CodeType


def changes(node: ast.AST) -> Iterator[tuple[str, str, object]]:
    """(what, field, new value): the small changes that can be made to one node."""
    if isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in SWAPS:
        yield f"{type(node.op).__name__} → {SWAPS[type(node.op)].__name__}", "op", SWAPS[type(node.op)]()
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):  # another operator would only crash
        yield "another sign of a product", "left", ast.UnaryOp(ast.USub(), node.left)
    if isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPS:
        new = SWAPS[type(node.ops[0])]
        yield f"{type(node.ops[0]).__name__} → {new.__name__}", "ops", [new(), *node.ops[1:]]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "without the minus", "op", ast.UAdd()
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield f"{node.value} → {node.value + 1}", "value", node.value + 1
    if isinstance(node, ast.Attribute) and node.attr in CALLS:
        yield f"{node.attr} → {CALLS[node.attr]}", "attr", CALLS[node.attr]
    if isinstance(node, ast.Call) and len(node.keywords) > 1:
        (one, other), rest = node.keywords[:2], node.keywords[2:]
        swapped = [ast.keyword(one.arg, other.value), ast.keyword(other.arg, one.value), *rest]
        yield f"{one.arg} and {other.arg} exchanged", "keywords", swapped
    if isinstance(node, ast.Return) and node.value is not None:
        first, *rest = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
        negative, double = ast.UnaryOp(ast.USub(), first), ast.BinOp(ast.Constant(2), ast.Mult(), first)
        for what, new in (("another sign returned", negative), ("twice of it returned", double)):
            yield what, "value", ast.Tuple([new, *rest], ast.Load()) if rest else new


def judged(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """The nodes of a function's body that compute: no docstring, no errors and no checks before them."""
    waiting = list(function.body[bool(ast.get_docstring(function)) :])
    while waiting:
        node = waiting.pop(0)
        refuses = isinstance(node, ast.If) and any(isinstance(one, ast.Raise) for one in node.body)
        if not refuses and not isinstance(node, ast.Raise | ast.JoinedStr):
            yield node
            waiting += ast.iter_child_nodes(node)


def mutants(name: str, file: str) -> Iterator[Mutant]:
    """Every mutant of a function, or of the methods of a class, by its qualified name."""
    path = scan.ROOT / file
    module, owner = _import(name)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for qualified, node in _functions(tree):
        if qualified != owner and not qualified.startswith(f"{owner}."):
            continue
        function = _function(module, qualified)
        for index, one in enumerate(judged(node)):
            for what, field, value in changes(one):
                changed = copy.deepcopy(tree)
                target = list(judged(dict(_functions(changed))[qualified]))[index]
                setattr(target, field, copy.deepcopy(value))
                code = _code(compile(ast.fix_missing_locations(changed), str(path), "exec"), qualified)
                yield Mutant(f"{file}, line {one.lineno}, {qualified}: {what}", function, code)


def _import(name: str) -> tuple[types.ModuleType, str]:
    """The module in which a qualified name is found, and what is left of the name."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        with contextlib.suppress(ModuleNotFoundError):
            return importlib.import_module(".".join(parts[:end])), ".".join(parts[end:])
    raise ModuleNotFoundError(name)


def _functions(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield prefix + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node, f"{prefix}{node.name}.")


def _function(module: types.ModuleType, qualified: str) -> types.FunctionType:
    found = module
    for part in qualified.split("."):
        found = inspect.getattr_static(found, part)
    found = getattr(found, "fget", None) or getattr(found, "__func__", found)
    return inspect.unwrap(found)


def _code(code: types.CodeType, qualified: str) -> types.CodeType:
    inner = [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]
    for one in inner:
        if one.co_qualname == qualified:
            return one
        if qualified.startswith(f"{one.co_qualname}."):
            return _code(one, qualified)
    raise LookupError(qualified)


class Outcome:
    """A pytest plugin that remembers whether tests ran, whether one failed, and whether by an assertion."""

    def __init__(self):
        self.ran = self.failed = self.asserted = False

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item, call):
        self.ran |= call.when == "call"
        self.failed |= call.excinfo is not None
        self.asserted |= call.excinfo is not None and call.excinfo.errisinstance(AssertionError)
        item.session.shouldstop = self.asserted and "noticed"
        yield


def run(tests: list[str]) -> Outcome:
    outcome = Outcome()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        pytest.main(["-q", "-p", "no:cacheprovider", "-W", "ignore", *tests], plugins=[outcome])
    return outcome


def dies(mutant: Mutant, tests: list[str]) -> bool:
    """Whether these tests fail while the mutant's code is in the function's place."""
    original, mutant.function.__code__ = mutant.function.__code__, mutant.code
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        outcome = run(tests)
        assembles = "." in mutant.function.__qualname__
        return outcome.asserted or (assembles and outcome.failed)
    except TimeoutError:
        return False
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        mutant.function.__code__ = original


def _too_long(*_):
    raise TimeoutError


def main(concepts: list[str]) -> int:
    signal.signal(signal.SIGPROF, _too_long)
    unheld = []
    marked = scan.tests_by_equation()
    for label, functions in sorted(scan.functions_by_equation().items()):
        for name, file in functions:
            concept = Path(file).parent.name
            if (concepts and concept not in concepts) or not _import(name)[1]:
                continue
            own = Path(file).stem in ("in_torch", "in_tensorflow") and [f"tests/test_{concept}.py"]
            tests = own or marked.get(label, [])
            unchanged = run(tests)
            if unchanged.failed or not unchanged.ran:
                sys.exit(f"{', '.join(tests)}: has to pass before anything is changed")
            tried = [(mutant.place, dies(mutant, tests)) for mutant in mutants(name, file)]
            killed = sum(dead for _, dead in tried)
            print(f"{name} [{label}]: {killed} of {len(tried)} mutants die in {', '.join(tests)}", flush=True)
            print("".join(f"    survives: {place}\n" for place, dead in tried if not dead), end="", flush=True)
            unheld += [] if killed else [f"{name} [{label}]"]
    print(
        f"\nNo mutant dies: {', '.join(unheld)}" if unheld else "\nEach function is held by the test of its equation."
    )
    return bool(unheld)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
