"""The figure style: the same bytes every time, white paper in notebooks, colours that stay apart."""

import io
import itertools
import re

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from dlpath import figures


@pytest.fixture(autouse=True)
def style():
    """The book's style for one test, on a canvas without a screen."""
    with mpl.rc_context():
        plt.switch_backend("agg")
        figures.use_style()
        yield
        plt.close("all")


def svg():
    fig, ax = plt.subplots()
    for k, colour in enumerate(figures.COLOURS):
        ax.plot([0, 1], [0, k], color=colour)
        figures.label_line(ax, 1, k, f"line {k}", colour)
    ax.set_xlabel("input")
    file = io.StringIO()
    fig.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(fig)
    return file.getvalue()


def test_the_same_figure_has_the_same_bytes():
    assert svg() == svg()


def test_a_figure_stands_on_paper_that_the_book_takes_away_and_names_no_font():
    text = svg()
    assert "font-family" not in text  # letters are paths: the same on every machine
    paper = re.search(r'<g id="dlpath-paper">.*?</g>', text, re.DOTALL)[0]
    assert "fill: #ffffff" in paper
    assert "#ffffff" not in text.replace(paper, "")
    fig = plt.figure()
    fig.savefig(file := io.BytesIO(), format="png")
    assert plt.imread(io.BytesIO(file.getvalue()))[0, 0].tolist() == [1, 1, 1, 1]


def test_lines_take_the_palette_in_order():
    _, ax = plt.subplots()
    lines = [ax.plot([0, 1])[0].get_color() for _ in figures.COLOURS]
    assert tuple(lines) == figures.COLOURS
    assert len(set(lines)) == 6
    assert set(figures.FRAMEWORK) == {"NumPy", "PyTorch", "TensorFlow"}
    assert set(figures.FRAMEWORK.values()) < set(figures.COLOURS)


def linear(colour):
    """sRGB to linear light."""
    return np.array([c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)])


# What a protanope and a deuteranope see, in linear light: Machado, Oliveira and Fernandes (2009), severity 1.0
DEFICIENCIES = {
    "full colour": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}


@pytest.mark.parametrize("kind", DEFICIENCIES)
def test_the_frameworks_colours_stay_apart(kind):
    seen = [DEFICIENCIES[kind] @ linear(colour) for colour in figures.FRAMEWORK.values()]
    for a, b in itertools.combinations(seen, 2):
        assert np.linalg.norm(a - b) > 0.2


def contrast(colour):
    """WCAG's contrast with white paper, (L + 0.05) / (l + 0.05)."""
    return 1.05 / (linear(colour) @ [0.2126, 0.7152, 0.0722] + 0.05)


def test_lines_can_be_seen_and_words_read_on_white():
    """WCAG asks for 3 : 1 for lines and 4.5 : 1 for words."""
    for colour in (*figures.COLOURS, figures.LIGHT):
        assert contrast(colour) >= 3
    _, ax = plt.subplots()
    for colour in (*figures.COLOURS, figures.INK, figures.GREY, figures.LIGHT):
        assert contrast(figures.label_line(ax, 0, 0, "Adam", colour).get_color()) >= 4.5


def test_a_label_stands_beside_its_point_in_the_lines_colour():
    _, ax = plt.subplots()
    label = figures.label_line(ax, 3, 0.5, "Adam", figures.GREEN)
    assert (label.get_text(), label.get_color(), label.xy) == ("Adam", figures.GREEN, (3, 0.5))
    assert (label.get_position(), label.get_va()) == ((5, 0), "center")
    moved = figures.label_line(ax, 3, 0.5, "SGD", xytext=(0, 8), ha="center")
    assert (moved.get_position(), moved.get_ha(), moved.get_color()) == ((0, 8), "center", figures.INK)
