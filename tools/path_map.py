"""The map of the path: nine sections as stations on one line, drawn as SVG, and the same as a list in words.

`draw(sections, columns)` winds the line through `columns` columns; one column gives the straight line for phones.
Colours and fonts come from the page's style sheet, so that the map follows light and dark.
"""

import textwrap
from dataclasses import dataclass
from html import escape

CELL, TOP, RADIUS, LINE = 250, 20, 15, 21  # column width, first station's y, station radius, line height
MARGIN = 20  # left of the first column, for the bends of the winding line
QUESTION = 36  # characters per line


@dataclass
class Chapter:
    title: str
    href: str | None  # None: planned


@dataclass
class Section:
    number: int
    title: str
    question: str
    href: str | None  # the section's opening page
    chapters: list[Chapter]

    @property
    def begun(self):
        return any(chapter.href for chapter in self.chapters)


def draw(sections, columns):
    """The map as one SVG element; written chapters are links, planned ones are hollow dots."""
    rows = [sections[i : i + columns] for i in range(0, len(sections), columns)]
    tops, height = [], TOP
    for row in rows:
        tops.append(height)
        height += max(_height(section, columns) for section in row)
    places = {}
    for r, row in enumerate(rows):
        for c, section in enumerate(row):
            column = c if r % 2 == 0 else columns - 1 - c
            places[section.number] = (_left(columns) + column * CELL, tops[r])
    line = _straight(tops) if columns == 1 else _winding(tops, columns)
    stations = "".join(_station(section, *places[section.number], columns) for section in sections)
    name, width = ("wide", MARGIN + columns * CELL + 2) if columns > 1 else ("narrow", 340)
    return (
        f'<svg class="path-map path-map-{name}" viewBox="0 0 {width} {height - 30}" role="group" '
        f'aria-label="Map of the path"><path class="path-line" d="{line}"/>{stations}</svg>'
    )


def as_list(sections):
    """The same map as a nested list, for readers who do not see the drawing."""
    items = []
    for section in sections:
        chapters = ", ".join(_link(c.title, c.href) + ("" if c.href else " (planned)") for c in section.chapters)
        items.append(f"<li>{_link(section.title, section.href)}: {escape(section.question)}<br>{chapters}</li>")
    return f"<ol>{''.join(items)}</ol>"


def _left(columns):
    return RADIUS + 2 + (MARGIN if columns > 1 else 0)


def _height(section, columns):
    lines = len(_entries(section, columns))
    return (44 if columns > 1 else 8) + 18 * len(textwrap.wrap(section.question, QUESTION)) + LINE * lines + 44


def _entries(section, columns):
    """(text, address) line by line; on a phone what is planned is one line."""
    if columns > 1:
        return [(chapter.title, chapter.href) for chapter in section.chapters]
    written = [(chapter.title, chapter.href) for chapter in section.chapters if chapter.href]
    planned = len(section.chapters) - len(written)
    return written + [(f"{planned} {'more ' if written else ''}planned", None)] * bool(planned)


def _straight(tops):
    return f"M{_left(1)} {tops[0]}V{tops[-1]}"


def _winding(tops, columns):
    """Left to right, round the bend, right to left, round the bend, and so on."""
    left, right, bend = _left(columns), MARGIN + columns * CELL, 20
    path = [f"M{left} {tops[0]}"]
    for row, below in enumerate(tops[1:]):
        side, out = (right - bend, bend) if row % 2 == 0 else (left, -bend - RADIUS)
        path.append(f"H{side}q{out} 0 {out} {bend}V{below - bend}q0 {bend} {-out} {bend}")
    return "".join(path) + f"H{left + (columns - 1) * CELL if len(tops) % 2 else left}"


def _station(section, x, y, columns):
    state = "begun" if section.begun else "planned"
    text_x, text_y = (x - RADIUS, y + 42) if columns > 1 else (x + 30, y + 6)
    parts = [
        f'<g class="path-station path-{state}"><circle cx="{x}" cy="{y}" r="{RADIUS}"/>'
        f'<text class="path-number" x="{x}" y="{y + 5.5}">{section.number}</text>',
        _link(_text("path-title", text_x, text_y, section.title), section.href, raw=True),
    ]
    for line in textwrap.wrap(section.question, QUESTION):
        text_y += 18
        parts.append(_text("path-question", text_x, text_y, line))
    text_y += 4
    for words, href in _entries(section, columns):
        text_y += LINE
        parts.append(_entry(words, href, text_x, text_y))
    return "".join(parts) + "</g>"


def _entry(words, href, x, y):
    label = f'<circle class="path-dot" cx="{x + 5}" cy="{y - 4.5}" r="4"/>' + _text("path-chapter", x + 17, y, words)
    return _link(label, href, raw=True) if href else f'<g class="path-chapter-planned">{label}</g>'


def _text(name, x, y, words):
    return f'<text class="{name}" x="{x}" y="{y}">{escape(words)}</text>'


def _link(content, href, raw=False):
    content = content if raw else escape(content)
    return f'<a href="{escape(href)}">{content}</a>' if href else content
