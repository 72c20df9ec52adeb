"""What a reader does with the book: searches it, chooses tabs and answers quizzes, all by keyboard, all from files."""

import pytest

from conftest import PAGES

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
    first.click()
    assert term.split("-")[0].lower() in visit.page.locator("article").inner_text().lower()
    assert not visit.errors


def test_search_opens_and_asks_by_keyboard(visit_of):
    page = visit_of("book/index.html").page
    page.keyboard.press("Control+k")
    page.keyboard.type("sigmoid")
    page.keyboard.press("Enter")
    page.locator("#search-results ul.search li a").first.wait_for(timeout=10_000)


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


QUIZ_PAGES = [page for page in PAGES if page.startswith("notebooks/") and "appendix" not in page]


@pytest.mark.parametrize("name", QUIZ_PAGES)
def test_quizzes_are_answered_by_keyboard(visit_of, name):
    page = visit_of(name).page
    quizzes = page.locator(".quiz")
    assert quizzes.count() >= 2, "two or three questions per chapter"
    for quiz in quizzes.all():
        options = quiz.locator("details")
        assert quiz.locator("details.right").count() == 1, f"one right answer: {quiz.inner_text()[:80]}"
        options.first.locator("summary").focus()
        for option in options.all():
            page.keyboard.press("Enter")
            assert option.get_attribute("open") is not None
            assert option.locator("p").first.is_visible()
            assert quiz.locator("details[open]").count() == 1
            option.locator("summary").focus()
            page.keyboard.press("Tab")
            while page.evaluate("document.activeElement.matches('details[open] *:not(summary)')"):
                page.keyboard.press("Tab")
