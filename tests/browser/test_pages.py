"""Every page of the built book: asks nobody, fails nowhere, fits, draws its mathematics, is accessible."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from built import STATES

# What the theme itself brings and a template cannot mend: axe rule -> the elements it may be about, and why.
THEME = {}

WIDER_THAN_THE_SCREEN = """() => {
  if (document.documentElement.scrollWidth <= innerWidth) return [];
  const free = e => !e || (getComputedStyle(e).overflowX === "visible" && free(e.parentElement));
  return [`${document.documentElement.scrollWidth} > ${innerWidth}`].concat([...document.querySelectorAll("body *")]
    .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && free(e.parentElement))
    .map(e => `${e.tagName}.${e.className}: ${e.textContent.trim().slice(0, 60)}`))
}"""

UNDRAWN = """() => [...document.querySelectorAll(".math")].filter(e => !e.querySelector("mjx-container"))
  .map(e => e.textContent).concat([...document.querySelectorAll("mjx-merror, mjx-container [data-mjx-error]")]
  .map(e => e.dataset.mjxError ?? e.textContent))"""

# Something cut off at the side with no way to scroll to it by keyboard.
UNREACHABLE = """() => [...document.querySelectorAll("pre, .math, mjx-container, .output, :has(> table)")]
  .filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0)
  .filter(e => getComputedStyle(e).overflowX !== "visible")
  .filter(e => e.tabIndex !== 0 && !e.querySelector("[tabindex='0'], a, button"))
  .map(e => `${e.tagName}.${e.className}: ${e.textContent.trim().slice(0, 60)}`)"""

BAD_IMAGES = """() => [...document.images].filter(e => !(e.complete && e.naturalWidth) || !e.hasAttribute("alt")
    || (e.closest("article") && !e.alt.trim()))
  .map(e => `${e.getAttribute("src")} (alt: ${e.alt})`)"""


# A chapter has ten thousand coloured words of code and letters of formulas, and axe takes a minute to look at each.
# It need not: a block that brings no new kind of word, on no new ground, is emptied before axe comes.
EMPTY_ALIKE = """() => {
  const ground = e => e && getComputedStyle(e).backgroundColor === "rgba(0, 0, 0, 0)" ? ground(e.parentElement) : e;
  const look = e => [e.localName, e.className, e.getAttribute("display"), getComputedStyle(e).color,
    getComputedStyle(e).fontSize];
  const seen = new Set();
  for (const box of document.querySelectorAll("pre, mjx-container")) {
    const parts = box.localName === "pre" ? [box, ...box.querySelectorAll("*")] : [box];
    const kinds = parts.map(e => look(e) + ground(box)?.className);
    if (kinds.every(kind => seen.has(kind))) box.replaceChildren();
    kinds.forEach(kind => seen.add(kind));
  }
}"""


def test_asks_no_outside_host_and_nothing_fails(visit):
    outside = [url for url in visit.requests if not url.startswith(("file:", "data:", "blob:"))]
    assert not outside
    assert not visit.errors


def test_all_mathematics_is_drawn(visit):
    assert visit.page.evaluate(UNDRAWN) == []


def test_images_load_and_are_described(visit):
    visit.page.evaluate("document.querySelectorAll('img[loading=lazy]').forEach(e => e.loading = 'eager')")
    assert visit.page.evaluate(BAD_IMAGES) == []


@pytest.mark.parametrize(("width", "scheme"), [*STATES, (768, "light"), (320, "light")])
def test_fits_the_screen(visit, width, scheme):
    visit.show(width, scheme)
    assert visit.settle(WIDER_THAN_THE_SCREEN) == [], "the page scrolls sideways"
    assert visit.settle(UNREACHABLE) == [], "cut off, and not reachable by keyboard"


def test_weighs_little(visit):
    """What a page and all that it loads weigh as a web host sends them, compressed and without figures: 450 KB."""
    weight = visit.weight()
    assert weight.pop("_images", 0) < 1e6, "the figures"
    assert sum(weight.values()) < 450e3, {name: round(size / 1e3) for name, size in weight.items() if size > 10e3}


# What the keyboard stops at that is no link, no button and no field.
OTHER_STOPS = """() => [...document.querySelectorAll("article [tabindex='0']")]
  .filter(e => !e.matches("a, button, input, select, summary, textarea") && e.checkVisibility())
  .map(e => `${e.localName}.${e.className}: ${e.textContent.trim().slice(0, 40)}`)"""


def test_the_keyboard_stops_only_where_something_can_be_done(visit):
    visit.show(1280, "light")
    visit.page.wait_for_timeout(300)
    assert len(visit.page.evaluate(OTHER_STOPS)) <= 5, visit.page.evaluate(OTHER_STOPS)


def test_quizzes_are_answered_by_keyboard(visit):
    visit.show(1280, "light")
    for quiz in visit.page.locator(".quiz").all():
        quiz.locator("summary").first.focus()
        for option in quiz.locator("details").all():
            assert option.locator("summary").evaluate("e => e === document.activeElement")
            visit.page.keyboard.press("Enter")
            assert option.locator("summary ~ *").first.is_visible()
            assert quiz.locator("details[open]").count() == 1, "one answer open at a time"
            visit.page.keyboard.press("Tab")
            while option.evaluate("e => e.contains(document.activeElement)"):  # links in the answer
                visit.page.keyboard.press("Tab")


@pytest.fixture(scope="module")
def visit_with_axe(visit):
    """The page for the last tests: axe loaded (it fetches style sheets, so it comes late), alike blocks emptied."""
    visit.page.evaluate(EMPTY_ALIKE)
    visit.page.evaluate(Axe().axe_script)
    return visit


@pytest.mark.parametrize(("width", "scheme"), STATES)
def test_axe_finds_nothing(visit_with_axe, width, scheme):
    visit_with_axe.show(width, scheme)
    visit_with_axe.settle(UNREACHABLE)
    found = visit_with_axe.page.evaluate("axe.run({resultTypes: ['violations'], preload: false})")["violations"]
    assert not [
        f"{rule['id']}: {node['html'][:150]} ({node['failureSummary'].splitlines()[1].strip()})"
        for rule in found
        if rule["impact"] in ("critical", "serious", "moderate")
        for node in rule["nodes"]
        if not re.search(THEME.get(rule["id"], "^$"), node["html"])
    ]
