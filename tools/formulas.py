"""Formulas, drawn when the book is built: MathJax itself, in a JavaScript engine inside Python.

The pages carry finished HTML (with MathML for screen readers) and a style sheet with the letters that occur in them,
so formulas are there when a page appears, with or without scripts. An unknown macro is a warning with its place.
"""

import base64
import html
import importlib.util
import io
import json
import re
from functools import cache
from pathlib import Path

from docutils import nodes
from fontTools import subset
from fontTools.ttLib import TTFont
from py_mini_racer import MiniRacer
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

log = logging.getLogger(__name__)

# No [tex]/newcommand: what one formula defines, the engine would remember for those after it.
COMPONENTS = ["core", "adaptors/liteDOM", "input/tex-base", "[tex]/ams", "output/chtml", "a11y/assistive-mml"]
START = """
globalThis.global = globalThis;
globalThis.setTimeout = go => { go(); };
globalThis.MathJax = {
  loader: {
    load: %s,
    paths: { mathjax: "." },
    require: url => (0, eval)(sources[url.slice(2)]),
  },
  startup: { typeset: false },
  tex: { packages: ["base", "ams"], formatError: (_, error) => { throw Error(error.message); } },
  chtml: { adaptiveCSS: false, fontURL: "." },
};
function draw(tex, display) {
  const tree = MathJax.startup.adaptor, formula = MathJax.tex2chtml(tex, { display, em: 18, ex: 8 });
  const parts = display ? [] : tree.childNodes(tree.tags(formula, "mjx-math")[0]);
  for (const part of [...parts]) {
    const next = tree.next(part);
    if (tree.kind(part) === "mjx-mo" && next && tree.hasAttribute(next, "space")) tree.insert(tree.node("wbr"), next);
  }
  return tree.outerHTML(formula);
}"""
DRAW = "draw(%s, %s)"  # as in TeX, a line may end after the =, + or comma of a formula in the text
SHEET = "MathJax.startup.adaptor.textContent(MathJax.chtmlStylesheet())"
RULE = re.compile(r'([^{}]+?)\s*\{((?:[^{}"]|"[^"]*")*)\}')
BEFORE, AFTER = re.compile(r"[(“]$"), re.compile(r"(?:[.,;:?!)”]|’s)+")
OPTIONS = subset.Options(drop_tables=[*subset.Options().drop_tables, "FFTM"], hinting=False, layout_features=[])
STRETCHED = ["MJXTEX-S1", "MJXTEX-S4", "MJXTEX", "MJXTEX-A"]  # where MathJax looks for the parts of tall brackets


def _folder():
    return Path(importlib.util.find_spec("sphinx-mathjax-offline").origin).parent / "static/mathjax"


@cache
def _engine():
    files = [name.replace("[tex]", "input/tex/extensions") for name in COMPONENTS] + ["output/chtml/fonts/tex"]
    sources = {f"{name}.js": (_folder() / f"{name}.js").read_text(encoding="utf-8") for name in files}
    engine = MiniRacer()
    engine.eval(f"const sources = {json.dumps(sources)};")
    engine.eval(START % json.dumps(COMPONENTS))
    engine.eval((_folder() / "startup.js").read_text(encoding="utf-8"))
    return engine


@cache
def draw(tex, display):
    """The formula as HTML; ValueError with MathJax's words where it cannot be read."""
    try:
        return _engine().eval(DRAW % (json.dumps(tex), json.dumps(display)))
    except Exception as error:
        raise ValueError(str(error).strip().splitlines()[0]) from error


def close(app, exception):
    """End the engine: its thread would keep the process alive."""
    if _engine.cache_info().currsize:
        _engine().close()
        _engine.cache_clear()


def _drawn(node, tex, display):
    try:
        return draw(tex, display)
    except ValueError as error:
        log.warning("the formula %r cannot be drawn: %s", tex, error, location=node)
        return f"<code>{html.escape(tex)}</code>"


def visit_inline(translator, node):
    tex = node.astext()
    start = translator.starttag(node, "span", "", CLASS="math notranslate nohighlight", **{"data-tex": tex})
    translator.body.append(f"{start}{_drawn(node, tex, False)}</span>")
    raise nodes.SkipNode


def visit_display(translator, node):
    tex = node.astext().strip()
    attributes = {"CLASS": "math notranslate nohighlight", "data-tex": tex}
    translator.body.append(translator.starttag(node, "div", **attributes))
    if not node["nowrap"] and r"\\" in tex:
        tex = rf"\begin{{split}}{tex}\end{{split}}"
    formula = _drawn(node, tex, True)
    if node["number"]:
        translator.body.append(f'<span class="eqno">({get_node_equation_number(translator, node)})')
        translator.add_permalink_ref(node, "Link to this equation")
        translator.body.append("</span>")
    translator.body.append(f"{formula}</div>\n")
    raise nodes.SkipNode


class KeepTogether(SphinxPostTransform):
    """A formula and the full stop after it (or the bracket before it) stay on one line."""

    default_priority = 900
    formats = ("html",)

    def run(self, **options):
        for formula in list(self.document.findall(nodes.math)):
            parent, place = formula.parent, formula.parent.index(formula)
            before, after = parent[max(place - 1, 0)], parent[min(place + 1, len(parent) - 1)]
            opening = isinstance(before, nodes.Text) and BEFORE.search(before)
            closing = isinstance(after, nodes.Text) and AFTER.match(after)
            if not (opening or closing):
                continue
            group = nodes.inline("", "", classes=["together"])
            parent[place] = group
            group += formula
            if closing:
                parent[place + 1] = nodes.Text(after[closing.end() :])
                group.append(nodes.Text(closing[0]))
            if opening:
                parent[place - 1] = nodes.Text(before[: opening.start()])
                group.insert(0, nodes.Text(opening[0]))


def style_sheet(pages):
    """MathJax's style sheet as far as these pages (HTML) use it, with their letters as fonts inside."""
    used = set(re.findall(r"mjx-[\w-]+|TEX-\w+", " ".join(pages)))
    rules, letters = [], {}
    for selector, body in RULE.findall(re.sub(r"/\*.*?\*/", "", _engine().eval(SHEET))):
        names = set(re.findall(r"mjx-[\w-]+|TEX-\w+", selector))
        if selector.strip().startswith("@font-face") or not names <= used | {"mjx-c"}:
            continue
        rules.append(f"{selector.strip()}{{{re.sub(chr(10) + ' *', '', body).strip()}}}")
        for font in _fonts_of(selector):
            letters.setdefault(font, set()).update(_content(body))
    return "\n".join([*_faces(letters), *rules])


def _fonts_of(selector):
    if "mjx-stretchy" in selector:
        return STRETCHED
    variant = re.search(r"\.TEX-(\w+)", selector)
    return [f"MJXTEX-{variant[1]}" if variant else "MJXTEX"]


def _content(body):
    written = re.search(r'content: "(.*)"', body)
    if not written:
        return ""
    return re.sub(r"\\([0-9A-Fa-f]+) ?|\\(.)", lambda m: chr(int(m[1], 16)) if m[1] else m[2], written[1])


def _faces(letters):
    """Each font with these letters only, inside the style sheet."""
    files = dict(re.findall(r'font-family: (\w[\w-]*);\s*src: url\("\./([\w-]+\.woff)"', _engine().eval(SHEET)))
    letters["MJXZERO"] = {" "}
    for family, wanted in sorted(letters.items()):
        if wanted:
            font = TTFont(_folder() / "output/chtml/fonts/woff-v2" / files[family])
            subsetter = subset.Subsetter(OPTIONS)
            subsetter.populate(unicodes=[ord(letter) for letter in wanted])
            subsetter.subset(font)
            font.flavor = "woff"
            buffer = io.BytesIO()
            font.save(buffer, reorderTables=False)
            data = base64.b64encode(buffer.getvalue()).decode()
            yield f"@font-face{{font-family:{family};src:url(data:font/woff;base64,{data})}}"


def setup(app):
    app.add_html_math_renderer("drawn", inline_renderers=(visit_inline, None), block_renderers=(visit_display, None))
    app.add_post_transform(KeepTogether)
    app.connect("build-finished", close, priority=999)
