"""Where a page stands: numbers, groups, minutes, needs, and its links out; on small tables of contents."""

import json
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from docutils import nodes

import dlpath
from tools import sphinx_dlpath

contents = sphinx_dlpath.contents


class SiteMap(dict):
    root: SimpleNamespace


def env(**parts):
    """An environment with this table of contents: caption=[pages]."""
    site = SiteMap()
    site.root = SimpleNamespace(subtrees=[SimpleNamespace(caption=c, items=docs) for c, docs in parts.items()])
    site.update({doc: SimpleNamespace(title=doc.rpartition("/")[2]) for docs in parts.values() for doc in docs})
    return SimpleNamespace(external_site_map=site)


def test_chapters_are_numbered_and_nothing_else_is():
    pages = ["book/2-core", "notebooks/2-core/linear", "notebooks/2-core/losses"]
    book = env(**{"2 Core concepts": pages, "Appendix": ["notebooks/appendix/mathematics"]})
    assert [entry.number for part in contents.parts(book) for entry in part.entries] == ["", "2.1", "2.2", ""]
    assert contents.number_of(book, "notebooks/2-core/losses") == "2.2"
    assert contents.number_of(book, "book/nowhere") == ""


def test_reference_pages_stand_in_the_packages_groups():
    first, second = [concepts[0] for concepts in dlpath.GROUPS.values() if concepts][:2]
    pages = [f"book/reference/{name}" for name in ("unheard_of", second, first)]
    entries = contents.parts(env(Reference=["book/reference/package", *pages]))[0].entries
    named = [entry.title for entry in entries if entry.title != "package"]
    assert named == [first, second, "unheard_of"]
    assert entries[-1].group == "the rest"


def box(tmp_path, name, words):
    path = tmp_path / f"notebooks/2-core/{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": [{"source": ["# Title\n"]}, {"source": [words]}]}), encoding="utf-8")
    return f"notebooks/2-core/{name}"


def test_an_opener_adds_up_the_minutes_of_its_chapters(tmp_path, monkeypatch):
    monkeypatch.setattr(contents, "ROOT", tmp_path)
    one = box(tmp_path, "one", "> **Level** ●●○ · **Minutes** core 50, exercises 45, further 15")
    two = box(tmp_path, "two", "> **Minutes** core 40, exercises 20")
    three = box(tmp_path, "three", "> No word of time.")
    book = env(**{"2 Core": ["book/2-core", one, two, three]})
    said = contents.section_minutes(book, "book/2-core")
    assert said == "3 chapters: 1 h 30 min to read, 1 h 5 min for the exercises, 15 min for what goes further."
    assert contents.section_minutes(book, one) == ""
    assert contents.section_minutes(env(**{"3 Later": ["book/3-later"]}), "book/3-later") == ""


def test_needs_are_the_links_after_the_word():
    line = nodes.paragraph()
    line += [nodes.strong("", "Needs"), nodes.Text(" "), nodes.reference("", "the linear map", refuri="linear.html")]
    line += [nodes.Text(", the logarithm · "), nodes.strong("", "Level")]
    line += [nodes.reference("", "not a need", refuri="other.html")]
    assert contents.needs(nodes.section("", line)) == [("linear.html", "the linear map")]
    assert contents.needs(nodes.section("", nodes.paragraph("", "nothing"))) == []


def links(address, branch="", path="notebooks/a b.ipynb"):
    config = SimpleNamespace(dlpath_repository=address, html_theme_options={"repository_branch": branch})
    return dict(sphinx_dlpath.source_links(config, path))


@pytest.mark.parametrize(("host", "between"), [("github.com", ""), ("gitlab.com", "/-")])
def test_a_page_links_to_its_source_an_edit_and_a_report(host, between):
    found = links(f"https://{host}/someone/book.git", "next", "book/index.md")
    assert found["Source"] == f"https://{host}/someone/book{between}/blob/next/book/index.md"
    assert found["Suggest an edit"] == f"https://{host}/someone/book{between}/edit/next/book/index.md"
    asked = parse_qs(urlsplit(found["Report a mistake"]).query)
    title, text = (
        asked.get(f"issue[{name}]") or asked[other] for name, other in (("title", "title"), ("description", "body"))
    )
    assert title == ["book/index.md: "]
    assert text == ["Page: book/index.md\nHeading: HEADING\n\nWhat is wrong: "]


def test_without_an_address_there_are_no_links_out():
    assert links("") == {}
    assert links("https://github.com/someone/book")["Source"].split("/blob/")[1].startswith("main/")
