"""What the built book carries along: one style sheet with a font of twenty icons, and nothing that no page uses.

A page asks no outside host for anything.
"""

import base64
import io
import logging
import re
import shutil
import zlib
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

import formulas
import one_style

logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells what it does with every table

SHEETS = [  # in the order in which pages would load them
    "basic.css",
    "styles/pydata-sphinx-theme.css",
    "pygments.css",
    "styles/sphinx-book-theme.css",
    "copybutton.css",
    "mystnb.*.css",
    "sphinx-design.min.css",
    "book.css",
]
UNUSED = [
    "locales",
    "searchtools.js",
    "language_data.js",
    "vendor",
    "images",
    "styles",
    "file.png",
    "minus.png",
    "plus.png",
    "scripts/fontawesome.js",
    "scripts/fontawesome.js.LICENSE.txt",
    "sbt-webpack-macros.html",
    "webpack-macros.html",
    "fonts/README.md",
    "screenshot.png",  # the README shows it
]
ICONS = {"bars", "list", "magnifying-glass", "download", "play", "sun", "moon", "circle-half-stroke"}
ICONS |= {"chevron-down", "angle-left", "angle-right", "arrow-up"}


def finish(app, exception):
    """After a build: write the style sheet, take away what is left over."""
    if exception or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    _write_style(Path(app.outdir), static)
    for path in (Path(app.outdir) / "_images").glob("*.svg"):
        path.write_text(squeeze(path.read_text(encoding="utf-8")), encoding="utf-8")
    _measure_late(static / "scripts/pydata-sphinx-theme.js")
    for name in UNUSED:
        path = static / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    for path in static.rglob("*.map"):
        path.unlink()
    for path in (Path(app.outdir) / "_sources").rglob("*"):
        if path.is_file() and path.suffix != ".ipynb":
            path.unlink()


def _write_style(out, static):
    """All style sheets as one, with the letters of formulas that the pages have; the pages learn its checksum."""
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(out.rglob("*.html"))}
    used = one_style.words([*pages.values(), *(path.read_text(encoding="utf-8") for path in static.rglob("*.js"))])
    files = [path for name in SHEETS for path in static.glob(name)]
    sheets = [path.read_text(encoding="utf-8") for path in files]
    sheets[1] = _lean_icons(sheets[1], static)
    style = one_style.merge(sheets, used) + formulas.style_sheet(pages.values())
    (static / "style.css").write_text(style, encoding="utf-8")
    address = f"_static/style.css?v={zlib.crc32(style.encode()):08x}"
    for path, text in pages.items():
        if address not in text:
            path.write_text(re.sub(r"_static/style\.css(\?v=\w+)?", address, text), encoding="utf-8")
    for path in files:
        path.unlink()


def _measure_late(script):
    """The theme asks every code block whether it scrolls: after the page is painted, or all of it is laid out first."""
    text = script.read_text(encoding="utf-8")
    late = re.sub(
        r'("main-content"\),\{subtree:!0,childList:!0\}\)),(\w)\(\)\}', r'\1,addEventListener("load",\2)}', text
    )
    if 'addEventListener("load",' not in late:
        raise ValueError("lean_assets: the theme's script has changed, its measuring of code blocks was not found")
    script.write_text(late, encoding="utf-8")


def squeeze(svg):
    """A figure without its paper and what nobody sees: metadata, line breaks, more than two decimals of a point."""
    svg = re.sub(r'<metadata>.*?</metadata>|<g id="dlpath-paper">.*?</g>', "", svg, flags=re.DOTALL)
    svg = re.sub(r'\b(?:d|x|y|points)="[^"]*"', lambda m: re.sub(r"(\.\d\d)\d+", r"\1", m[0]), svg)
    return re.sub(r"\s*\n\s*", " ", svg)


def _lean_icons(css, static):
    """The theme's sheet with the icons in use, as a font inside it, and without the other two thousand."""
    points = {int(code, 16) for code in re.findall(r'--pst-icon-[\w-]+:"\\([0-9a-f]+)"', css)}

    def keep(rule):
        names = re.findall(r"\.fa-([\w-]+):before", rule[0])
        if not ICONS.intersection(names):
            return ""
        points.add(int(re.search(r'"\\([0-9a-f]+)"', rule[0])[1], 16))
        return rule[0]

    css = re.sub(r'(?:\.fa-[\w-]+:before,?)+\{content:"[^"]*"\}', keep, css)
    font = _icon_font(static / "vendor/fontawesome/webfonts/fa-solid-900.ttf", points)
    css = re.sub(r"@font-face\{[^}]*Font Awesome[^}]*\}", "", css)
    css = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", css)
    face = "@font-face{font-family:Font Awesome\\ 6 Free;font-weight:900;src:url(data:font/woff;base64,%s)}"
    return css + face % font


def _icon_font(source, points):
    font = TTFont(source)
    subsetter = subset.Subsetter()
    subsetter.populate(unicodes=points | {0xF107})  # the last is the theme's own arrow for opened code cells
    subsetter.subset(font)
    font.flavor = "woff"
    buffer = io.BytesIO()
    font.save(buffer, reorderTables=False)
    return base64.b64encode(buffer.getvalue()).decode()
