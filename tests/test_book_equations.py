"""Guards of the mathematics: every numbered equation is defined once and checked by a test, every link leads somewhere.

The second half writes a small book into a temporary folder, breaks it, and sees that the place is named.
"""

import ast
import json
import re
from collections import Counter

import pytest

from tools import assertions, scan

LABEL = re.compile(r"eq(-[a-z0-9]+)+")
QUOTE = re.compile(r"\[(eq-[\w-]+)\]\s+(.*?)\s*(?=\[eq-|\n\s*\n|\Z)", re.DOTALL)
CITATION = re.compile(r"[a-z]+\d{4}[a-z]?")


def problems(root=scan.ROOT):
    """Everything that is wrong with the book's equations and links, each with its place."""
    equations = scan.equations(root)
    labels = Counter(equation.label for equation in equations)
    tests, functions = scan.tests_by_equation(root), scan.functions_by_equation(root)
    for label, _, place, _ in equations:
        if not LABEL.fullmatch(label):
            yield f"{place}: the equation's label {label!r} is not 'eq-' and words in small letters, joined by hyphens"
        if labels[label] > 1:
            yield f"{place}: {label!r} is defined {labels[label]} times"
        if label not in tests:
            yield f"{place}: no test checks {label!r}; mark one with @pytest.mark.equation({label!r})"
    for label in tests.keys() - labels.keys():
        yield f"{', '.join(tests[label])}: marked with {label!r}, and no page has this equation"
    for label in functions.keys() - labels.keys():
        name, file = functions[label][0]
        yield f"{file} ({name}): the docstring names [{label}], and no page has this equation"
    yield from problems_of_tests(root, {equation.label: equation for equation in equations})
    known = scan.targets(root)
    for target, place in scan.links(root):
        if target not in known and (target.startswith(("eq-", "fig-")) or CITATION.fullmatch(target)):
            yield f"{place}: the link (#{target}) leads nowhere"


def problems_of_tests(root, equations):
    """A marked test quotes its equations to the letter, and asserts something: formula and code side by side."""
    for test in scan.marked_tests(root):
        quotes = {label: " ".join(latex.split()) for label, latex in QUOTE.findall(ast.get_docstring(test.node) or "")}
        for label in [label for label in test.labels if label in equations]:
            wanted = " ".join(equations[label].latex.split())
            if quotes.get(label) != wanted:
                why = "quotes another formula than" if label in quotes else "does not quote"
                place = equations[label].place
                yield f"{test.name}: its docstring {why} {place}: compare the two, then write [{label}] {wanted}"
        for label in quotes.keys() - set(test.labels):
            yield f"{test.name}: its docstring quotes [{label}], and its mark does not name it"
        if not any(map(assertions.is_assertion, ast.walk(test.node))):
            yield f"{test.name}: a test of an equation asserts something in its own body"
        for line, what in assertions.circular(test.node):
            yield f"{test.name}, line {line}: {what}"


def test_equations_are_checked_and_links_lead_somewhere():
    found = sorted(problems())
    assert not found, "\n" + "\n".join(found)


# ------------------------------------------------------------------ the guard, seen to fail

PAGE = r"""# Lines

$$
z = w x \text{ in } € \\
$$ (eq-line)

$$ y = z $$

[the line](#eq-line), [the picture](#fig-line), [Gauss (1809)](#gauss1809), [a heading](#lines)

```python
"$$ not one $$ (eq-in-code)"  # [no link](#eq-in-code)
```
and `$$ neither $$ (eq-in-span)`
"""
SOURCE = '"""Lines, [eq-line]."""\n\n\ndef line(w, x):\n    """z = w x  [eq-line]"""\n'
TEST = r'''import pytest


@pytest.mark.equation('eq-line')
def test_line():
    r"""[eq-line] z = w x  \text{ in }
    € \\
    """
    assert line(2, 3) == 6
'''
FIGURE = {"cell_type": "code", "source": ["draw()"], "metadata": {"mystnb": {"figure": {"name": "fig-line"}}}}


@pytest.fixture
def book(tmp_path):
    """Write a small book that has no problem; files given by keyword replace its own."""

    def write(page=PAGE, source=SOURCE, test=TEST, extra=""):
        prose = {"cell_type": "markdown", "source": extra.splitlines(keepends=True), "metadata": {}}
        files = {
            "book/lines.md": page,
            "book/references.bib": "@article{gauss1809,\n title = {Lines}\n}",
            "notebooks/2/lines.ipynb": json.dumps({"cells": [FIGURE, prose]}),
            "src/dlpath/lines.py": source,
            "tests/test_lines.py": test,
        }
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return write


def test_a_good_book_has_no_problem_and_is_read_in_full(book):
    root = book()
    assert list(problems(root)) == []
    assert scan.equations(root) == [("eq-line", "book/lines", "book/lines.md, line 3", r"z = w x \text{ in } € \\")]
    assert scan.tests_by_equation(root) == {"eq-line": ["tests/test_lines.py::test_line"]}
    assert scan.functions_by_equation(root) == {
        "eq-line": [("dlpath.lines", "src/dlpath/lines.py"), ("dlpath.lines.line", "src/dlpath/lines.py")]
    }
    assert [link.target for link in scan.links(root)] == ["eq-line", "fig-line", "gauss1809", "lines"]


def test_an_equation_between_two_tab_sets_is_seen(book):
    tabs = "`````{tab-set}\n\n````{tab-item} One\n```{literalinclude} one.py\n```\n````\n\n`````\n"
    root = book(page=f"{PAGE}\n{tabs}\n$$ z = x $$ (eq-between)\n\n{tabs}")
    assert [equation.label for equation in scan.equations(root)] == ["eq-line", "eq-between"]


T = "tests/test_lines.py::test_line"
LINES, CELL = "book/lines.md, line", "notebooks/2/lines.ipynb, cell 2, line"
BROKEN = [
    ({"test": "def test_line(): ...\n"}, f"{LINES} 3: no test checks 'eq-line'"),
    ({"test": TEST.replace("test_line", "helper")}, f"{LINES} 3: no test checks 'eq-line'"),
    (
        {"test": TEST.replace("eq-line", "eq-lime")},
        "tests/test_lines.py::test_line: marked with 'eq-lime', and no page",
    ),
    (
        {"source": SOURCE.replace("eq-line", "eq-lnie")},
        "src/dlpath/lines.py (dlpath.lines): the docstring names [eq-lni",
    ),
    ({"test": TEST.replace("w x", "w / x")}, f"{T}: its docstring quotes another formula than {LINES} 3"),
    ({"page": PAGE.replace("w x", "w - x")}, f"{T}: its docstring quotes another formula than {LINES} 3"),
    ({"test": TEST.replace("[eq-line]", "")}, f"{T}: its docstring does not quote {LINES} 3: compare the two"),
    ({"test": TEST.replace("w x", "w x + 1")}, f"{T}: its docstring quotes another formula than {LINES} 3"),
    ({"test": TEST.replace("€", "[eq-more]\n€")}, f"{T}: its docstring quotes [eq-more], and its mark does not"),
    ({"test": TEST.replace("assert line(2, 3) == 6", "pass")}, f"{T}: a test of an equation asserts something"),
    ({"test": TEST.replace("== 6", "== line(2, 3)")}, f"{T}, line 9: `line(2, 3)` is compared with itself"),
    ({"extra": "$$ z $$ (eq-line)"}, f"{CELL} 1: 'eq-line' is defined 2 times"),
    ({"extra": "text\n\n$$ z $$ (line)"}, f"{CELL} 3: the equation's label 'line' is not 'eq-' and words"),
    ({"extra": "$$ z $$ (eq-long_line)"}, f"{CELL} 1: the equation's label 'eq-long_line' is not 'eq-' and words"),
    ({"extra": "$$ a $$ (eq-new)"}, f"{CELL} 1: no test checks 'eq-new'"),
    ({"extra": "$$\\text{$a$}$$ (eq-new)"}, f"{CELL} 1: no test checks 'eq-new'"),
    ({"page": PAGE.replace("#eq-line", "#eq-lien")}, f"{LINES} 9: the link (#eq-lien) leads nowhere"),
    ({"page": PAGE.replace("#fig-line", "#fig-lien")}, f"{LINES} 9: the link (#fig-lien) leads nowhere"),
    ({"page": PAGE.replace("#gauss1809", "#gauss1808")}, f"{LINES} 9: the link (#gauss1808) leads nowhere"),
]


@pytest.mark.parametrize(("change", "message"), BROKEN)
def test_a_broken_book_is_named_with_its_place(book, change, message):
    found = list(problems(book(**change)))
    assert [problem for problem in found if problem.startswith(message)], found


def test_a_mark_that_cannot_be_read_is_refused(book):
    with pytest.raises(ValueError, match=r"tests/test_lines.py, line 4: write the equation's label out"):
        scan.tests_by_equation(book(test=TEST.replace("'eq-line'", "LABEL")))
