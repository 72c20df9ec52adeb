"""What the built book carries along: MathJax from a package, a font of twenty icons, and nothing that no page uses.

Each page loads 1.3 MB of theme and MathJax instead of 3.6 MB, and asks no outside host for anything.
"""

import base64
import importlib.util
import io
import logging
import re
import shutil
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells what it does with every table

# What MathJax needs to set TeX as HTML. Its menu (0.4 MB) is left out: most of its entries load what is not here.
MATHJAX = [
    "startup.js",
    "core.js",
    "input/tex.js",
    "input/tex/extensions",
    "output/chtml.js",
    "output/chtml/fonts",
    "a11y/assistive-mml.js",
]
UNUSED = [
    "locales",
    "vendor",
    "images",
    "scripts/fontawesome.js",
    "scripts/fontawesome.js.LICENSE.txt",
    "sbt-webpack-macros.html",
    "webpack-macros.html",
    "mathjax/input/tex/extensions/all-packages.js",
    "fonts/README.md",
    "screenshot.png",  # the README shows it
]
ICONS = {"bars", "list", "magnifying-glass", "download", "play", "sun", "moon", "circle-half-stroke"}
ICONS |= {"chevron-down", "angle-left", "angle-right", "arrow-up"}


def finish(app, exception):
    """After a build: bring MathJax, shrink the theme, take away what is left over."""
    if exception or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    _copy_mathjax(static / "mathjax")
    _shrink_theme(static)
    for path in (Path(app.outdir) / "_images").glob("*.svg"):
        path.write_text(squeeze(path.read_text(encoding="utf-8")), encoding="utf-8")
    for name in UNUSED:
        path = static / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    for path in static.rglob("*.map"):
        path.unlink()
    for path in (Path(app.outdir) / "_sources").rglob("*"):
        if path.is_file() and path.suffix != ".ipynb":
            path.unlink()


def _copy_mathjax(target):
    package = Path(importlib.util.find_spec("sphinx-mathjax-offline").origin).parent / "static/mathjax"
    for name in MATHJAX:
        source, copy = package / name, target / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, copy, dirs_exist_ok=True) if source.is_dir() else shutil.copy(source, copy)


def squeeze(svg):
    """A figure without its paper and what nobody sees: metadata, line breaks, more than two decimals of a point."""
    svg = re.sub(r'<metadata>.*?</metadata>|<g id="dlpath-paper">.*?</g>', "", svg, flags=re.DOTALL)
    svg = re.sub(r'\b(?:d|x|y|points)="[^"]*"', lambda m: re.sub(r"(\.\d\d)\d+", r"\1", m[0]), svg)
    return re.sub(r"\s*\n\s*", " ", svg)


def _shrink_theme(static):
    """Keep the icons in use, as a font inside the style sheet, and drop the rules of the other two thousand."""
    path = static / "styles/pydata-sphinx-theme.css"
    css = path.read_text(encoding="utf-8")
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
    path.write_text(css + face % font, encoding="utf-8")


def _icon_font(source, points):
    font = TTFont(source)
    subsetter = subset.Subsetter()
    subsetter.populate(unicodes=points | {0xF107})  # the last is the theme's own arrow for opened code cells
    subsetter.subset(font)
    font.flavor = "woff"
    buffer = io.BytesIO()
    font.save(buffer, reorderTables=False)
    return base64.b64encode(buffer.getvalue()).decode()
