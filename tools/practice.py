"""The readers' edition of the notebooks: python tools/practice.py [FOLDER]

Stored notebooks are plain: captions live in metadata, equations have labels, links point to targets that only the book
resolves. This edition is for Jupyter: captions stand under their figures, equations carry the numbers that the page
shows, and links lead to the book (its address, `html: baseurl` in _config.yml; else the built pages in _build/html;
else plain words). Solve the exercises here: FOLDER (default: practice/) is ignored by git, and no test reads it. A
notebook in which something was changed is kept, and the fresh one is put beside it as NAME.new.ipynb.
"""

import copy
import os
import re
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path, PurePosixPath

import nbformat
import yaml

import notebooks
import scan

CODE = r"```.*?```|`[^`\n]*`"
LINK = r"(?<!!)\[(?P<words>(?:[^\[\]]|\[[^\]]*\])+)\]\((?P<target>[^()\s]+)\)"
NUMBERED = r"\$\$(?P<latex>.+?)\$\$(?:[ \t]*\((?P<label>eq-[\w-]+)\))?"
REWRITTEN = re.compile(f"{CODE}|{NUMBERED}|{LINK}", re.DOTALL)
PLACEHOLDER = re.compile(r"\(?eq\.?\)?")  # words that only stand in for the number


def number_equations(root: Path = scan.ROOT) -> dict[str, tuple[str, int]]:
    """Label -> (page, number): numbers count from 1 on each page, as the book's do."""
    found, count = {}, {}
    for equation in scan.equations(root):
        count[equation.page] = count.get(equation.page, 0) + 1
        found[equation.label] = equation.page, count[equation.page]
    return found


def pages_of_targets(root: Path = scan.ROOT) -> dict[str, str]:
    """Figure, term or source -> the page that it is on."""
    found = {name: places[0].partition(".ipynb")[0] for name, places in scan.figures(root).items()}
    found |= dict.fromkeys(scan.citations(root), "book/bibliography")
    for page, _, match in scan._found(scan.NAMED, root):
        found[match["target"] or match["name"]] = page
    return found


class Edition:
    """Rewrites notebooks; `address(page, anchor)` says where a page of the book is, or None for plain words."""

    def __init__(self, address: Callable[[str, str], str | None], root: Path = scan.ROOT):
        self.address = address
        self.equations, self.pages = number_equations(root), pages_of_targets(root)

    def of(self, notebook, page: str):
        """The readers' edition of one notebook, which is page `page` of the book."""
        cells = []
        for cell in copy.deepcopy(notebook).cells:
            if cell.cell_type == "markdown":
                cell.source = self.rewrite(cell.source, page)
            cells.append(cell)
            if caption := cell.metadata.get("mystnb", {}).get("figure", {}).get("caption"):
                cells.append(nbformat.v4.new_markdown_cell(f"*{self.rewrite(caption, page)}*"))
        for number, cell in enumerate(cells, 1):
            cell.id = f"cell-{number:02}"
        return nbformat.from_dict(notebook | {"cells": cells})

    def rewrite(self, text: str, page: str) -> str:
        """Numbers for equations, and links that lead somewhere; code stays as it is."""

        def replaced(match: re.Match) -> str:
            if match["label"]:
                return f"$${match['latex'].rstrip()} \\tag{{{self.equations[match['label']][1]}}}\n$$"
            return self._link(match["words"], match["target"], page) if match["target"] else match[0]

        return REWRITTEN.sub(replaced, text)

    def _link(self, words: str, target: str, page: str) -> str:
        if re.match(r"[a-z]+:", target):
            return f"[{words}]({target})"
        if target.startswith("#eq-"):
            home, number = self.equations[target[1:]]
            words = f"({number})" if PLACEHOLDER.fullmatch(words) else f"{words} ({number})"
            return words if home == page else self._to(words, home, f"equation-{target[1:]}")
        if target.startswith("#"):
            home = self.pages.get(target[1:], page)
            return words if home == page else self._to(words, home, target[1:])
        path, _, anchor = target.partition("#")
        home = os.path.normpath(PurePosixPath(page).parent / path).replace(os.sep, "/")
        if home.endswith(".ipynb"):
            return f"[{words}]({target})"  # its practice edition lies in the same place
        return self._to(words, home.removesuffix(".md"), anchor)

    def _to(self, words: str, page: str, anchor: str) -> str:
        address = self.address(page, anchor)
        return f"[{words}]({address})" if address else words


@cache
def book_address(root: Path = scan.ROOT) -> str:
    """Where the book is published, ending in a slash; empty if that is not set."""
    settings = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    address = (settings.get("html") or {}).get("baseurl") or ""
    return address.rstrip("/") + "/" if address else ""


def online(page: str, anchor: str) -> str | None:
    """The page's public address."""
    return f"{book_address()}{page}.html" + (f"#{anchor}" if anchor else "") if book_address() else None


def local(page: str, anchor: str) -> str | None:
    """The page's public address, or its built file as seen from practice/<section>/."""
    if book_address() or not (scan.ROOT / f"_build/html/{page}.html").exists():
        return online(page, anchor)
    return f"../../_build/html/{page}.html" + (f"#{anchor}" if anchor else "")


def write(notebook, path: Path) -> str:
    """Store the edition; one that a reader has worked in is kept. Returns what was done."""
    text, mark = notebooks.to_text(notebook), path.with_name(f".{path.stem}.fresh")
    path.parent.mkdir(parents=True, exist_ok=True)
    touched = path.exists() and (not mark.exists() or mark.read_text(encoding="utf-8") != _sources(path))
    target = path.with_suffix(".new.ipynb") if touched else path
    target.write_text(text, encoding="utf-8", newline="\n")
    if not touched:
        mark.write_text(_sources(path), encoding="utf-8")
    return f"{path} has your work in it and is kept; the fresh one is {target.name}" if touched else str(path)


def _sources(path: Path) -> str:
    return notebooks.hashlib.sha256("\0".join(c.source for c in notebooks.read(path).cells).encode()).hexdigest()


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else scan.ROOT / "practice")
    edition = Edition(local)
    for path in notebooks.find([str(scan.ROOT / "notebooks")]):
        page = path.relative_to(scan.ROOT).with_suffix("").as_posix()
        print(write(edition.of(notebooks.read(path), page), folder / path.relative_to(scan.ROOT / "notebooks")))
    print("Open them with: .venv/bin/jupyter lab --ServerApp.root_dir=. practice")


if __name__ == "__main__":
    main()
