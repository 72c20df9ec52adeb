"""The book's own search: an index that the build writes, which `search.js` reads, also from files without a server.

Hits are pages and terms of the glossary, each with one sentence that is stored with it. Words are folded (plural,
British spelling) in the same way here and in `search.js`; synonyms are in book/search.yml.
"""

import json
import re
from collections import Counter
from math import sqrt
from pathlib import Path

import yaml
from docutils import nodes

import contents

ROOT = Path(__file__).resolve().parents[1]
WORD = re.compile(r"[^\W_]+")
SPELLINGS = [(r"is(ation|e|ed|er|ing)$", r"iz\1"), (r"yse", "yze"), (r"our(?=$|s$|ed|ing|al)", "or"), (r"lled$", "led")]
WEIGHTS = {"chapter": 1.6, "term": 1.3, "section": 1.2, "page": 1.0, "reference": 0.8, "list": 0.35}
LISTS = {"bibliography", "equations", "solutions", "changelog", "errata", "run-times", "platforms", "cite"}


def fold(word):
    """One form for gradient and gradients, regularisation and regularization."""
    word = word.lower()
    for pattern, spelling in SPELLINGS:
        word = re.sub(pattern, spelling, word) if len(word) > 4 else word
    if len(word) > 4 and word.endswith("sses"):
        return word[:-2]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and word[-2] not in "su" and word[-2:] != "is" else word


def words(text):
    return [fold(word) for word in WORD.findall(text)]


def sentence(text, limit=170):
    """The first sentence, or as much of it as fits."""
    text = " ".join(text.split())
    first = re.match(r".{30,}?[.!?](?=\s|$)", text)
    text = first[0] if first else text
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0] + "…"


def write(app, exception):
    """After a build: `_static/search-index.js`."""
    if exception or app.builder.format != "html":
        return
    hits, vocabulary = [], {}
    for doc in sorted(app.env.found_docs):
        for hit, weights in _hits(app.env, doc):
            for word, weight in weights.items():
                vocabulary.setdefault(word, []).extend((len(hits), round(weight, 1)))
            hits.append(hit)
    given = yaml.safe_load((ROOT / "book/search.yml").read_text(encoding="utf-8"))
    synonyms = {" ".join(words(term)): words(means) for term, means in given.items()}
    index = json.dumps(
        {"hits": hits, "words": vocabulary, "synonyms": synonyms}, ensure_ascii=False, separators=(",", ":")
    )
    (Path(app.outdir) / "_static/search-index.js").write_text(f"const searchIndex = {index};", encoding="utf-8")


def _hits(env, doc):
    doctree = env.get_doctree(doc)
    if doc == "book/glossary":
        yield from _terms(env, doc, doctree)
    name, number = doc.rpartition("/")[2], contents.number_of(env, doc)
    kind = "chapter" if number else "reference" if "/reference/" in doc else "list" if name in LISTS else "page"
    kind = "section" if re.match(r"book/\d", doc) else kind
    title = env.titles[doc].astext()
    headings = [
        (section["ids"][0], section[0].astext(), sentence(prose(section)))
        for section in doctree.findall(nodes.section)
        if section.parent is not doctree and isinstance(section[0], nodes.title)
    ]
    text = Counter(words(doctree.astext()))
    length = 0.5 + sum(text.values()) / 4000
    weights = Counter({word: 3 * sqrt(count) / length for word, count in text.items() if not word.isdigit()})
    for _, heading, _ in headings:
        weights.update(dict.fromkeys(words(heading), 6))
    weights.update(dict.fromkeys([*words(title), *words(name)], 40))
    hit = {
        "u": f"{doc}.html",
        "t": f"{number} {title}".strip(),
        "k": kind,
        "s": sentence(prose(doctree)),
        "h": headings,
    }
    yield hit, {word: weight * WEIGHTS[kind] for word, weight in weights.items()}


def prose(node):
    """The first paragraph that says something."""
    paragraphs = (plain(paragraph) for paragraph in node.findall(nodes.paragraph))
    return next((text for text in paragraphs if len(text) > 30), "")


def plain(node):
    """The node's text, with formulas as words where they are short, and as dots where they are not."""
    if isinstance(node, nodes.math):
        short = re.sub(r"\\[a-z]+|[{}^_\\]", " ", node.astext()).split()
        return "".join(short) if len(short) <= 8 else "…"
    return "".join(map(plain, node.children)) if node.children else node.astext()


def _terms(env, doc, doctree):
    for paragraph in doctree.findall(nodes.paragraph):
        strong = next(paragraph.findall(nodes.strong), None)
        if strong and paragraph["ids"] and paragraph["ids"][0].startswith("term-"):
            term = strong.astext()
            weights = Counter({word: 4 * sqrt(count) for word, count in Counter(words(paragraph.astext())).items()})
            weights.update(dict.fromkeys(words(term), 40))
            hit = {
                "u": f"{doc}.html#{paragraph['ids'][0]}",
                "t": term,
                "k": "term",
                "s": sentence(plain(paragraph)),
                "h": [],
            }
            yield hit, {word: weight * WEIGHTS["term"] for word, weight in weights.items()}


def page(app):
    yield "search", {"title": "Search"}, "search.html"


def setup(app):
    app.connect("builder-inited", lambda app: setattr(app.builder, "search", False))  # Sphinx's own is not written
    app.connect("html-collect-pages", page)
    app.connect("build-finished", write, priority=800)
