"""The readers' edition: what only the book resolves becomes words and numbers that show; the reader's work is kept."""

import re
import sys

import nbformat.v4 as v4
import pytest

from tools import scan

sys.path.insert(0, str(scan.ROOT / "tools"))
import notebooks
import practice

PATHS = notebooks.find([str(scan.ROOT / "notebooks")])


def page_of(path):
    return path.relative_to(scan.ROOT).with_suffix("").as_posix()


def addressed(page, anchor):
    return f"https://book.example/{page}.html#{anchor}"


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
@pytest.mark.parametrize("address", [addressed, lambda page, anchor: None], ids=["online", "plain"])
def test_no_label_and_no_dead_link_is_left(path, address):
    notebook = notebooks.read(path)
    edition = practice.Edition(address).of(notebook, page_of(path))
    for cell in edition.cells:
        if cell.cell_type != "markdown":
            continue
        text = re.sub(practice.CODE, "", cell.source, flags=re.DOTALL)
        assert "](#" not in text
        assert not re.search(r"\$\$\s*\(eq-", text)
        assert "(eq.)" not in text
        for _, target in re.findall(practice.LINK, text):
            known = (path.parent / target.partition("#")[0]).exists() and target.partition("#")[0].endswith(".ipynb")
            assert known or target.startswith("http"), target


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_figure_has_its_caption_below_and_no_code_is_touched(path):
    notebook = notebooks.read(path)
    edition = practice.Edition(addressed).of(notebook, page_of(path))
    figures = [cell for cell in notebook.cells if cell.metadata.get("mystnb", {}).get("figure")]
    assert len(edition.cells) == len(notebook.cells) + len(figures)
    for cell, below in zip(edition.cells, edition.cells[1:], strict=False):
        if cell.metadata.get("mystnb", {}).get("figure"):
            assert below.source.startswith("*")
            assert below.cell_type == "markdown"
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.source for cell in edition.cells if cell.cell_type == "code"] == code


@pytest.fixture
def small(tmp_path):
    """A book of two notebooks and a glossary."""
    text = {
        "one": "$$ a = b $$ (eq-first)\n\n$$\nc = d\n$$ (eq-second)\n\nBy [the second](#eq-second), `[x](#eq-first)`.",
        "two": "$$ e = f $$ (eq-third)\n\nSee [(eq.)](#eq-second), [a term](#term-a), [one](one.ipynb).",
    }
    (tmp_path / "book").mkdir()
    (tmp_path / "book/glossary.md").write_text("(term-a)=\nA term.\n", encoding="utf-8")
    (tmp_path / "notebooks/2").mkdir(parents=True)
    for name, source in text.items():
        path = tmp_path / f"notebooks/2/{name}.ipynb"
        path.write_text(notebooks.to_text(v4.new_notebook(cells=[v4.new_markdown_cell(source)])), encoding="utf-8")
    return tmp_path


def edited(root, name, address):
    edition = practice.Edition(address, root)
    return edition.of(notebooks.read(root / f"notebooks/2/{name}.ipynb"), f"notebooks/2/{name}").cells[0].source


def test_numbers_count_on_each_page_and_show(small):
    text = edited(small, "one", addressed)
    assert "a = b \\tag{1}\n$$" in text
    assert "c = d \\tag{2}\n$$" in text
    assert "By the second (2), `[x](#eq-first)`." in text
    assert "e = f \\tag{1}" in edited(small, "two", addressed)


def test_links_lead_to_the_book_or_become_words(small):
    there = "https://book.example/notebooks/2/one.html#equation-eq-second"
    term = "https://book.example/book/glossary.html#term-a"
    assert f"See [(2)]({there}), [a term]({term}), [one](one.ipynb)." in edited(small, "two", addressed)
    assert "See (2), a term, [one](one.ipynb)." in edited(small, "two", lambda page, anchor: None)


def test_a_readers_work_is_kept(tmp_path):
    path = tmp_path / "practice/2/one.ipynb"
    fresh = v4.new_notebook(cells=[v4.new_code_cell("def f(): ...")])
    assert practice.write(fresh, path) == str(path)
    newer = v4.new_notebook(cells=[v4.new_code_cell("def f(): ...  # newer")])
    assert practice.write(newer, path) == str(path)
    mine = notebooks.read(path)
    mine.cells[0].source = "def f():\n    return 1"
    path.write_text(notebooks.to_text(mine), encoding="utf-8")
    assert "has your work in it and is kept" in practice.write(newer, path)
    assert notebooks.read(path).cells[0].source == "def f():\n    return 1"
    assert notebooks.read(path.with_suffix(".new.ipynb")).cells[0].source == "def f(): ...  # newer"
    path.unlink()
    assert practice.write(newer, path) == str(path)


def test_running_a_cell_is_no_work(tmp_path):
    path = tmp_path / "one.ipynb"
    fresh = v4.new_notebook(cells=[v4.new_code_cell("1 + 1")])
    practice.write(fresh, path)
    run = notebooks.read(path)
    run.cells[0].update(execution_count=7, outputs=[v4.new_output("stream", text="2")])
    path.write_text(notebooks.to_text(run), encoding="utf-8")
    assert practice.write(fresh, path) == str(path)
