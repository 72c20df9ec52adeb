"""What a reader does with the book: searches it and chooses tabs, by keyboard, from files."""

import pytest

from built import HTML

TERMS = [
    "sigmoid",
    "gradient",
    "softmax",
    "cross-entropy",
    "bias",
    "batch",
    "Adam",
    "MNIST",
    "Hessian",
    "broadcast",
]
CHOSEN = "() => document.querySelector('.sd-tab-set > input:checked + label').textContent.trim()"


@pytest.fixture
def visit_of(open_page):
    """open_page, and the page closed after the test."""
    opened = []

    def visit_of(name):
        opened.append(open_page(name))
        return opened[-1]

    yield visit_of
    for visit in opened:
        visit.page.close()


@pytest.mark.parametrize("term", TERMS)
def test_search_finds(visit_of, term):
    visit = visit_of(f"search.html?q={term}")
    first = visit.page.locator("#search-results ul.search li a").first
    first.wait_for(timeout=10_000)
    with visit.page.expect_navigation():
        first.click()
    assert term.split("-")[0].lower() in visit.page.locator("article").inner_text().lower()
    assert not visit.errors


def test_search_opens_and_asks_by_keyboard(visit_of):
    page = visit_of("book/index.html").page
    page.keyboard.press("Control+k")
    page.keyboard.type("sigmoid")
    page.keyboard.press("Enter")
    page.locator("#search-results ul.search li a").first.wait_for(timeout=10_000)


@pytest.mark.parametrize(
    "place",
    ["notebooks/2-core-concepts/linear.html#equation-eq-linear-dw", "book/glossary.html#term-loss"],
)
def test_a_link_arrives_where_it_leads(visit_of, place):
    file, _, anchor = place.partition("#")
    page = visit_of("search.html").page
    page.goto(f"{(HTML / file).as_uri()}#{anchor}")
    page.wait_for_function("() => window.MathJax.startup.promise.then(() => true)")
    page.wait_for_timeout(500)
    assert 40 <= page.locator(f'[id="{anchor}"]').bounding_box()["y"] < 120  # below the page's header


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_menu_of_a_phone_hides_the_page_behind_it(visit_of, scheme):
    page = visit_of("book/index.html").page
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 375, "height": 800})
    page.locator(".primary-toggle:visible").first.click()
    menu = page.locator("dialog.bd-sidebar-primary[open], dialog#pst-primary-sidebar-modal[open]").first
    menu.get_by_text("The linear map").first.wait_for()
    ground = menu.evaluate("e => getComputedStyle(e).backgroundColor")
    assert ground.startswith("rgb("), f"{ground} lets the page shine through"


def test_tabs_follow_the_arrow_keys_and_are_remembered(visit_of):
    page = visit_of("book/index.html").page
    assert page.evaluate(CHOSEN) == "NumPy"
    page.locator(".sd-tab-set > input").first.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate(CHOSEN) == "PyTorch"
    assert page.locator(".sd-tab-content:visible").count() == 1
    other = visit_of("book/reference/linear.html").page
    other.wait_for_function(
        "document.querySelector('.sd-tab-set > input:checked + label').textContent.trim() === 'PyTorch'"
    )
