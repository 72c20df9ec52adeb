"""The built book in a browser: headless Chromium, files only, the network cut.

`visit` opens a page once, notes what it asked for and what went wrong, and hands it to every test of that page.
"""

from pathlib import Path

import pytest

from built import CHROMIUM, HTML, PAGES, QUIET, Visit, missing


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and missing():
            item.add_marker(pytest.mark.skip(reason=f"BROWSER TESTS NOT RUN: {missing()}"))


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def open_page(browser):
    """open_page("book/index.html") -> Visit, loaded; the caller closes its page."""
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
        page.add_style_tag(content="* { transition: none !important; animation: none !important; }")
        return visit

    yield open_page
    context.close()


@pytest.fixture(scope="module", params=PAGES or [None])
def visit(request, open_page):
    """Every page of the book, one after the other, each opened once for all tests of a file.

    The conftest beside README gives all tests of a page to one worker, and the pages to all workers.
    """
    visit = open_page(request.param)
    yield visit
    visit.page.close()
