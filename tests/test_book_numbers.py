"""The rule about numbers in prose, seen to hold and to fail; tests/test_book_form.py applies it to the chapters."""

import nbformat.v4 as v4
import pytest

from tests.test_book_form import code, text
from tools import prose_numbers
from tools.chapter import Chapter


def chapter(sentence, given=(), **metadata):
    """A chapter whose part A prints and says something, and whose part B computes nothing."""
    printed = "accuracy ≈ 0.9784 (expected 0.970 to 0.985)\nloss -0.25, 12.5 %, 1797 rows, tiny 1.11e-15\n"
    picture = {"image/svg+xml": "<!-- 6.54 -->", "text/plain": "<Figure size 450x300>"}
    drawn = v4.new_output("display_data", picture)
    mystnb = {"image": {"alt": "A bar of 6.54."}, "figure": {"caption": "It is 6.5 high.", "name": "fig-bar"}}
    cells = [
        text("# T\n\nHead."),
        text("> **In short** 97.8 % of 1,797."),
        text("## A\n\n" + sentence),
        code("run(steps=1_500, rate=0.05, x=-1e-3, y=3.14)", printed=printed),
        v4.new_code_cell("draw(7.77)\nplt.show()", outputs=[drawn], metadata={"mystnb": mystnb}),
        text("## B\n\nNothing. [Gauss (1809)](#gauss1809) and `float32`, [a page](x1234.ipynb), 12 and $2^{10}$, 3D."),
    ]
    return Chapter(v4.new_notebook(cells=cells, metadata={"dlpath": {"given": dict(given)}}), "t")


HELD = [
    "0.978, 0.98, 0.9784, 97.8 %, 98 per cent, 97.84 percent, $97.8\\,\\%$",
    "0.97 to 0.985, 97 % and 98.5 %",
    "−0.25, it falls by 0.25, $x-0.25$, $= -0.25$",
    "12.5 % or 0.125 or 12.5 points",
    "1,797 and 1797 and $1{,}797$ and about 1,800",
    "1,500 steps, 0.05, −1e-3",
    "$1.1\\times10^{-15}$, 1.1 · 10⁻¹⁵, 1.11e-15",
    "6.54 and 6.5 on the picture",
    "code as `rate=0.05`",
    "```\n123.4\n```",
]


@pytest.mark.parametrize("sentence", HELD)
def test_a_number_that_is_computed_is_found(sentence):
    assert list(prose_numbers.unsupported(chapter(sentence))) == []


BROKEN = {
    "0.979": "0.979",
    "0.977 there": "0.977",
    "97.9 %": "97.9 %",
    "97 or 98 % or 99 %": "99 %",
    "0.9785": "0.9785",
    "+0.25 and −0.26": "0.26",
    "−0.978": "0.978",
    "13.5 points": "13.5 points",
    "1,798": "1,798",
    "1,800": "1,800",  # without "about" it is exact
    "$1{,}796$": "1,796",
    "0.06 is the rate": "0.06",
    "3.1, a rounded literal": "3.1",
    "99.0 %, a rounded end of the band": "99.0 %",
    "$1.2\\times10^{-15}$": "1.2×10^-15",
    "1.1 · 10⁻¹⁴": "1.1 · 10^-14",
    "7.77, in the code that draws": "7.77",
    "code as `rate=0.06`": "0.06",
    "in 1936": "1936",
    "[Gauss (1808)](#gauss1809)": "1808",
}


@pytest.mark.parametrize("sentence", BROKEN)
def test_a_number_that_is_not_computed_is_named_with_its_cell(sentence):
    ((cell, what),) = prose_numbers.unsupported(chapter(sentence))
    assert cell == 3
    assert what.startswith(f"{BROKEN[sentence]!r} is not computed in its part")


def test_alt_text_caption_box_and_other_parts_are_read():
    broken = chapter("Here 0.978.")
    for piece in broken.pieces:
        if piece.cell in (2, 6):
            piece.source.source = ""
    pieces = [one._replace(text=one.text.replace("97.8", "97.7").replace("Nothing.", "0.978")) for one in broken.pieces]
    broken.pieces = pieces
    figure = pieces[4].source.metadata["mystnb"]
    figure["image"]["alt"], figure["figure"]["caption"] = "A bar of 6.55.", "It is 6.6 high."
    found = {(cell, what.split("'")[1]) for cell, what in prose_numbers.unsupported(broken)}
    assert found == {(2, "97.7 %"), (5, "6.55"), (5, "6.6"), (6, "0.978")}


def test_what_is_given_has_a_source_that_holds():
    assert list(prose_numbers.unsupported(chapter("1936", {"1936": "the year of Fisher's paper"}))) == []
    assert list(prose_numbers.unsupported(chapter("33 %", {"33 %": "one in three"}))) == []
    for given in ({"1936": ""}, {"1936": "see B"}, {"1936": "see A"}, {"1935": "the year of a paper"}):
        assert any("'1936' is not computed" in what for _, what in prose_numbers.unsupported(chapter("1936", given)))


def test_a_source_may_be_another_part():
    split = chapter("Here.", {"0.978": "see A"})
    split.pieces = [one._replace(text=one.text + " 0.978") if one.cell == 6 else one for one in split.pieces]
    assert list(prose_numbers.unsupported(split)) == []


def test_what_is_given_and_not_needed_is_named():
    ((cell, what),) = prose_numbers.unsupported(chapter("0.978", {"0.978": "see A"}))
    assert (cell, what) == (1, "'0.978' is given in the notebook's metadata, and no text needs it")
