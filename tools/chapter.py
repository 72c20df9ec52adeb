"""A chapter, cut at its `##` headings: what the guards of the form and of its numbers read.

A chapter is a list of pieces: a code cell, or what a Markdown cell says under one heading. Part 0 is the head, the
parts before `## Questions` are the core, the rest is the tail.
"""

import ast
import re
from typing import NamedTuple

TAIL = ["Questions", "Exercises", "Further ★", "Sources"]
HEADING = re.compile(r"^## +(.+?) *$", re.MULTILINE)


class Piece(NamedTuple):
    cell: int
    kind: str  # "markdown" or "code"
    part: int
    text: str  # a heading's line is part of it
    source: dict  # the cell


class Chapter:
    """A notebook, cut at its `##` headings."""

    def __init__(self, notebook, name: str, section: str = ""):
        self.name, self.section, self.headings, self.pieces = name, section, [""], []
        self.ours = notebook.metadata.get("dlpath", {})
        for number, cell in enumerate(notebook.cells, 1):
            starts = [0] if cell.cell_type == "code" else [0, *(m.start() for m in HEADING.finditer(cell.source))]
            for start, end in zip(starts, [*starts[1:], len(cell.source)], strict=True):
                text = cell.source[start:end]
                if cell.cell_type == "markdown" and (heading := HEADING.match(text)):
                    self.headings.append(heading[1])
                if text.strip():
                    self.pieces.append(Piece(number, cell.cell_type, len(self.headings) - 1, text, cell))
        tail = [part for part, heading in enumerate(self.headings) if heading in TAIL]
        self.first_of_tail = tail[0] if tail else len(self.headings)

    def core(self, kind=""):
        return [piece for piece in self.pieces if piece.part < self.first_of_tail and kind in ("", piece.kind)]

    def part(self, which, kind=""):
        """The pieces of one part, by number or by heading."""
        number = self.headings.index(which) if which in self.headings else which
        return [piece for piece in self.pieces if piece.part == number and kind in ("", piece.kind)]

    def box(self):
        return [piece for piece in self.pieces if piece.kind == "markdown" and "**In short**" in piece.text]


def words(pieces) -> int:
    return sum(len(piece.text.split()) for piece in pieces if piece.kind == "markdown")


def paragraphs(text: str) -> list[str]:
    return [one.strip() for one in re.split(r"\n[ \t]*\n", text) if one.strip()]


def lines(text: str) -> int:
    return sum(bool(line.strip()) for line in text.splitlines())


def tags(piece) -> list[str]:
    return piece.source.metadata.get("tags", [])


def draws(piece) -> bool:
    return "figure" in piece.source.metadata.get("mystnb", {})


def visible(pieces):
    """Code cells that are not folded: neither tagged hide-input nor drawing."""
    return [one for one in pieces if one.kind == "code" and "hide-input" not in tags(one) and not draws(one)]


def output(piece) -> str:
    return "".join(one.get("text", "") for one in piece.source.outputs)


def shown(piece) -> int:
    """How many lines of source show() prints below this cell."""
    texts = [one.get("data", {}).get("text/markdown", "") for one in piece.source.outputs]
    return sum(lines(text) - 2 for text in texts if text.startswith("```"))


def tree(piece) -> ast.Module:
    """The cell's syntax tree, lines for IPython left out; what is no Python (a stub to be mended) is empty."""
    try:
        return ast.parse(re.sub(r"^(\s*)[%!].*", r"\1pass", piece.text, flags=re.MULTILINE))
    except SyntaxError:
        return ast.Module([], [])
