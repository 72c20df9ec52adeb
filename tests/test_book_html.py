"""Every internal link and anchor of the built book exists; read from the files, without a browser."""

import json
from functools import cache
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from bs4 import BeautifulSoup

from built import HTML, PAGES, ROOT

pytestmark = pytest.mark.skipif(not PAGES, reason="LINKS NOT RUN: there is no built book; run `make book` first")


@cache
def soup(path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


@cache
def anchors(path):
    return {tag["id"] for tag in soup(path).find_all(id=True)} | {tag["name"] for tag in soup(path).select("a[name]")}


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    source = HTML / page
    broken = []
    for tag in soup(source).find_all(href=True):
        link = urlsplit(tag["href"])
        if link.scheme or link.netloc or tag["href"] in ("#", ""):
            continue
        target = (source.parent / unquote(link.path)).resolve() if link.path else source
        if not target.is_file() or (link.fragment and unquote(link.fragment) not in anchors(target)):
            broken.append(tag["href"])
    assert not broken


def chapters():
    parts = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))["parts"]
    return [entry["file"] for part in parts for entry in part["chapters"]]


def test_the_map_leads_to_every_chapter():
    index = HTML / "book/index.html"
    linked = {tag["href"] for tag in soup(index).select("svg.path-map-wide a, svg.path-map-narrow a")}
    listed = {tag["href"] for tag in soup(index).select(".path ol a")}
    wanted = {f"../{name}.html" for name in chapters() if name.startswith("notebooks/") and name[10].isdigit()}
    assert wanted <= linked
    assert linked == listed


def test_every_notebook_page_offers_its_notebook():
    for name in (name for name in chapters() if name.startswith("notebooks/")):
        page = HTML / f"{name}.html"
        button = soup(page).select_one("a.dl-launch[download]")
        notebook = json.loads((page.parent / button["href"]).resolve().read_text(encoding="utf-8"))
        title = "".join(notebook["cells"][0]["source"]).splitlines()[0]
        assert title.removeprefix("# ") in soup(page).find("h1").get_text()


def test_every_chapter_has_quizzes_with_one_right_answer():
    for name in (name for name in chapters() if name.startswith("notebooks/") and name[10].isdigit()):
        quizzes = soup(HTML / f"{name}.html").select(".quiz")
        assert len(quizzes) in (2, 3), f"{name}: two or three questions per chapter"
        for quiz in quizzes:
            assert len(quiz.select("details.right")) == 1, f"{name}: {quiz.get_text()[:80]}"
            assert len({option["name"] for option in quiz.select("details")}) == 1, "options of a quiz share a name"


def test_colab_is_offered_when_the_address_is_set():
    address = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["repository"]["url"]
    pages = [page for page in PAGES if soup(HTML / page).select('a[href*="colab.research.google.com"]')]
    assert bool(pages) == bool(address)


def test_the_root_leads_to_the_landing_page():
    assert "url=book/index.html" in (HTML / "index.html").read_text(encoding="utf-8")


def test_the_table_of_equations_has_them_all():
    pages = {name: soup(HTML / name) for name in PAGES}
    numbered = {e["id"] for page in pages.values() for e in page.select('div.math[id^="equation-"]')}
    links = pages["book/equations.html"].select('article a[href*="#equation-"]')
    listed = [link["href"].partition("#")[2] for link in links]
    assert set(listed) == numbered
    page = pages["book/equations.html"].find("article")
    assert len(page.select("div.math")) == len(listed), "an equation is not written out"
    assert page.get_text().count("Checked by ") == len(listed), "an equation without a test"
