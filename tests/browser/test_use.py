"""What a reader does with the book: searches it and chooses tabs, by keyboard, from files."""

import re
from urllib.parse import quote

import pytest

from built import HTML

G, R = "book/glossary.html#term-", "book/reference/"
LOGISTIC = "notebooks/4-mathematical-models/logistic_regression"
TERMS = {  # what a learner types: where one of the first three hits has to lead
    "softmax": (G + "softmax", R + "activations"),
    "gradients": (G + "gradient",),
    "backpropagation": (G + "backpropagation",),
    "back propagation": (G + "backpropagation",),
    "overfitting": (G + "overfitting",),
    "cross entropy": (G + "cross-entropy", R + "losses"),
    "cross-entropy": (G + "cross-entropy", R + "losses"),
    "ReLU": (G + "relu", R + "activations"),
    "learning rate": (G + "learning-rate",),
    "accuracy": (G + "accuracy",),
    "adam": (G + "adam", R + "optimizers"),
    "神经网络": (G + "neural-network",),
    "regularisation": (G + "regularization",),
    "bias": (G + "bias",),
    "loss function": (G + "loss", R + "losses"),
    "sigmiod": (G + "sigmoid", R + "activations"),
    "gradient descent": (G + "gradient-descent",),
    "weights": (G + "weight",),
    "epoch": (G + "epoch",),
    "batch size": (G + "batch",),
    "neural network": (G + "neural-network",),
    "chain rule": (G + "chain-rule",),
    "mnist": ("notebooks/5-project-practice/mnist",),
    "logistic regresion": (LOGISTIC, G + "logistic-regression"),
    "activation functions": (G + "activation", R + "activations"),
    "Xavier": (G + "xavier-initialization", R + "initialization"),
    "momentum": (G + "momentum", R + "optimizers"),
    "vanishing gradient": (G + "vanishing-gradient",),
    "dropout": (G + "dropout",),
}
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


@pytest.fixture(scope="module")
def search_page(open_page):
    visit = open_page("search.html")
    yield visit
    visit.page.close()


@pytest.mark.parametrize("term", TERMS)
def test_search_finds(search_page, term):
    page = search_page.page
    page.goto(f"{(HTML / 'search.html').as_uri()}?q={quote(term)}")
    hits = page.locator("#search-results ul.search li").all()[:3]
    found = [hit.locator("a").first.get_attribute("href") for hit in hits]
    assert any(href.startswith(place) for href in found for place in TERMS[term]), found
    assert all(len(hit.locator("p").inner_text()) > 20 for hit in hits), "a sentence for each hit"
    assert not search_page.errors


def test_search_puts_chapters_before_the_package(search_page):
    page = search_page.page
    page.goto(f"{(HTML / 'search.html').as_uri()}?q=logistic regression")
    hits = [link.get_attribute("href") for link in page.locator("ul.search li > a:first-child").all()]
    assert hits.index(f"{LOGISTIC}.html") < hits.index(f"{R}logistic_regression.html")


def test_search_opens_and_asks_by_keyboard(visit_of):
    page = visit_of("book/index.html").page
    page.keyboard.press("Control+k")
    page.keyboard.type("sigmoid")
    page.keyboard.press("Enter")
    page.locator("#search-results ul.search li a").first.wait_for(timeout=10_000)


@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize(
    "place",
    [
        "notebooks/2-core-concepts/linear.html#equation-eq-linear-dw",
        "notebooks/2-core-concepts/backpropagation.html#exercises",
        "book/glossary.html#term-loss",
    ],
)
def test_a_link_arrives_where_it_leads(visit_of, place, width):
    file, _, anchor = place.partition("#")
    page = visit_of("search.html").page
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{(HTML / file).as_uri()}#{anchor}")
    page.wait_for_timeout(500)
    assert 40 <= page.locator(f'[id="{anchor}"]').bounding_box()["y"] < 120  # below the page's header


PUT_OFF = """() => [...document.querySelectorAll(".bd-article section, .bd-sidebar-primary, .bd-footer")]
    .filter(e => getComputedStyle(e).contentVisibility === "auto").length"""


def test_only_the_first_paint_waits_for_nothing(visit_of):
    page = visit_of("notebooks/2-core-concepts/linear.html").page
    assert page.evaluate(PUT_OFF) == 0, "a loaded page is laid out to its end"
    page.evaluate("document.documentElement.classList.remove('laid-out')")
    assert page.evaluate(PUT_OFF) > 5, "while it loads, what is below the first screen waits"
    page.emulate_media(media="print")
    assert page.evaluate(PUT_OFF) == 0, "paper has no first screen"


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


def test_a_chapter_is_marked_as_read(visit_of):
    chapter = visit_of("notebooks/2-core-concepts/linear.html").page
    chapter.locator("button.mark-read").click()
    assert chapter.locator("button.mark-read").get_attribute("aria-pressed") == "true"
    index = visit_of("book/index.html").page
    assert index.locator(".path a.read").count() >= 1
    assert index.locator(".dl-contents a.read").count() == 1
    chapter.locator("button.mark-read").click()
    index.reload()
    assert index.locator("a.read").count() == 0


def test_the_citation_of_a_chapter_is_copied(visit_of):
    page = visit_of("notebooks/2-core-concepts/linear.html").page
    page.evaluate("() => { navigator.clipboard.writeText = async text => { window.copied = text; }; }")
    page.locator("button.copy-citation").click()
    page.wait_for_function("document.querySelector('button.copy-citation').textContent === 'Copied'")
    assert re.fullmatch(
        r"Deep Learning Path contributors \(20\d\d\)\. The linear map\. In: Deep Learning Path, version [\d.]+\d\.",
        page.evaluate("window.copied"),
    )
    page.wait_for_function("document.querySelector('button.copy-citation').textContent === 'Copy citation'")


def test_where_nothing_can_be_copied_the_citation_is_shown(visit_of):
    page = visit_of("notebooks/2-core-concepts/linear.html").page
    page.evaluate("() => { navigator.clipboard.writeText = async () => { throw new Error('refused'); }; }")
    page.locator("button.copy-citation").click()
    page.wait_for_selector("p.citation-text")
    assert "The linear map" in page.locator("p.citation-text").inner_text()


def test_a_small_figure_is_enlarged_and_closed(visit_of):
    page = visit_of("notebooks/2-core-concepts/linear.html").page
    page.set_viewport_size({"width": 320, "height": 700})
    page.wait_for_function("document.querySelector('button.enlarge')?.checkVisibility()")
    small = page.locator("img:has(+ button.enlarge)").first.bounding_box()["width"]
    page.locator("button.enlarge").first.click()
    assert page.locator("dialog.enlarged img").bounding_box()["width"] >= 2 * small
    page.keyboard.press("Escape")
    assert page.locator("dialog.enlarged").count() == 0


def test_a_copied_formula_is_its_tex(visit_of):
    page = visit_of("book/index.html").page
    copied = page.evaluate(
        """() => {
          getSelection().selectAllChildren(document.querySelector(".lead"));
          const event = new ClipboardEvent("copy", { clipboardData: new DataTransfer(), bubbles: true });
          document.dispatchEvent(event);
          return event.clipboardData.getData("text/plain");
        }"""
    )
    assert "from $y = f(Wx + b)$ to" in copied


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_without_scripts_the_map_and_the_formulas_have_their_colours(browser, scheme):
    context = browser.new_context(java_script_enabled=False, color_scheme=scheme, offline=True)
    page = context.new_page()
    page.goto((HTML / "book/index.html").as_uri())
    colour = "e => getComputedStyle(e)[e.localName === 'circle' ? 'fill' : 'backgroundColor']"
    ground = page.locator("body").evaluate(colour)
    assert ground == {"light": "rgb(253, 253, 251)", "dark": "rgb(21, 25, 30)"}[scheme]
    begun = page.locator(".path-map-wide .path-begun > circle").first.evaluate(colour)
    planned = page.locator(".path-map-wide .path-planned > circle").first.evaluate(colour)
    assert len({ground, begun, planned, "rgb(0, 0, 0)"}) == 3, "planned stations are hollow, begun ones are not"
    assert page.locator("mjx-container").first.bounding_box()["width"] > 50
    context.close()
