"""The built book in a browser: headless Chromium, files only, the network cut.

`visit` opens a page once, notes what it asked for and what went wrong, and hands it to every test of that page.
`DLPATH_HTML` names another build than `_build/html`; `DLPATH_CHROMIUM` another browser than the one found.
"""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
HTML = Path(os.environ.get("DLPATH_HTML", ROOT / "_build/html")).resolve()
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
CHROMIUM = os.environ.get("DLPATH_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
STATES = [(1280, "light"), (1280, "dark"), (375, "light"), (375, "dark")]
PAGES = sorted(path.relative_to(HTML).as_posix() for path in HTML.rglob("*.html"))
PAGES = [page for page in PAGES if not page.startswith("_") and page != "index.html"]  # that one only redirects


def missing():
    """Why the book cannot be opened, or None."""
    if not PAGES:
        return f"there is no built book in {HTML}: run `make book` first"
    if not CHROMIUM:
        return "no Chromium or Chrome was found: install one, or name it in DLPATH_CHROMIUM"
    return None


def pytest_configure(config):
    config.addinivalue_line("markers", "needs_no_book: runs without a built book and without a browser")


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and missing() and "needs_no_book" not in item.keywords:
            item.add_marker(pytest.mark.skip(reason=f"BROWSER TESTS NOT RUN: {missing()}"))


def pytest_terminal_summary(terminalreporter):
    if missing():
        terminalreporter.write_line(f"BROWSER TESTS NOT RUN: {missing()}", red=True, bold=True)


@dataclass
class Visit:
    """An open page, the files it loaded, and everything that went wrong since."""

    page: object
    name: str
    requests: list = field(default_factory=list)
    errors: list = field(default_factory=list)

    def show(self, width, scheme):
        """Put the open page into one of the four states."""
        self.page.set_viewport_size({"width": width, "height": 800})
        self.page.emulate_media(color_scheme=scheme)
        self.page.wait_for_function("scheme => document.documentElement.dataset.theme === scheme", arg=scheme)

    def settle(self, script):
        """What the script finds wrong once nothing changes any more: the page may take a moment after a resize."""
        for _ in range(20):
            found = self.page.evaluate(script)
            if not found:
                break
            self.page.wait_for_timeout(250)
        return found

    def weight(self):
        """Bytes loaded, by path inside the book."""
        files = {Path(unquote(urlsplit(url).path)) for url in self.requests if url.startswith("file:")}
        return {file.relative_to(HTML).as_posix(): file.stat().st_size for file in files if file.is_file()}


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def open_page(browser):
    """open_page("book/index.html") -> Visit, with all mathematics drawn; the caller closes its page."""
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 800})

    def open_page(name):
        visit = Visit(context.new_page(), name)
        page = visit.page
        page.on("request", lambda request: visit.requests.append(request.url))
        page.on("requestfailed", lambda request: visit.errors.append(f"failed: {request.url}"))
        page.on("pageerror", lambda error: visit.errors.append(f"error: {error}"))
        page.on("console", lambda said: said.type == "error" and visit.errors.append(f"console: {said.text}"))
        address, _, query = name.partition("?")
        page.goto((HTML / address).as_uri() + (f"?{query}" if query else ""), wait_until="load")
        page.evaluate("Promise.race([window.MathJax?.startup?.promise, new Promise(go => setTimeout(go, 60_000))])")
        page.add_style_tag(content="* { transition: none !important; animation: none !important; }")
        return visit

    yield open_page
    context.close()


@pytest.fixture(scope="module", params=PAGES or [None])
def visit(request, open_page):
    """Every page of the book, one after the other, each opened once for all tests of a file."""
    visit = open_page(request.param)
    yield visit
    visit.page.close()
