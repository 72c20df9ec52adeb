"""Assertions that cannot fail, found in code: `assert True`, a tuple, a number, a value compared with itself."""

import ast
from collections.abc import Iterator


def is_assertion(node: ast.AST) -> bool:
    """An assert statement, or a call of assert_…(), fail() or raises()."""
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func).split(".")[-1]
        return name.startswith("assert_") or name in ("fail", "raises")
    return isinstance(node, ast.Assert)


def constant(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, what) of each assertion about nothing that was computed."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert) and _is_constant(node.test):
            yield node.lineno, f"`assert {ast.unparse(node.test)}` can never fail"


def circular(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, what) of each assertion that compares something with itself."""
    for node in filter(is_assertion, ast.walk(tree)):
        for one, other in _compared(node):
            if ast.unparse(one) == ast.unparse(other):
                yield node.lineno, f"`{ast.unparse(one)}` is compared with itself"


def _is_constant(test: ast.AST) -> bool:
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or):
        return any(map(_is_constant, test.values))
    return isinstance(test, ast.Tuple) or not any(isinstance(node, ast.Name) for node in ast.walk(test))


def _compared(node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    """The two sides that an assertion holds against each other."""
    if isinstance(node, ast.Call) and len(node.args) > 1:
        yield node.args[0], node.args[1]
    elif isinstance(node, ast.Assert):
        for part in ast.walk(node.test):
            if isinstance(part, ast.Compare):
                yield from zip([part.left, *part.comparators], part.comparators, strict=False)
