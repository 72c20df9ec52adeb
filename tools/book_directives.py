"""The book's own directives: the map of the path, and tables and outputs that nobody types by hand."""

import re
from pathlib import Path

import nbformat
import yaml
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

import path_map
import scan
from generated import Generated, kept
from package_directives import Api, Equations, Versions

ROOT = Path(__file__).resolve().parents[1]
log = logging.getLogger(__name__)


class path_map_node(nodes.General, nodes.Element):
    """Where the map goes; drawn when all pages and their addresses are known."""


class PathMap(SphinxDirective):
    """`{path-map}`: the nine sections and their chapters, from book/path.yml and the table of contents."""

    def run(self):
        self.env.note_dependency(str(ROOT / "book/path.yml"))
        self.env.note_dependency(str(ROOT / "_toc.yml"))
        return [path_map_node()]


def outdated(app, env, added, changed, removed):
    """The pages that have something generated which would be different now."""

    def differs(name, argument, lines):
        try:
            return list(DIRECTIVES[name].made(env, argument)) != lines
        except (ValueError, OSError):
            return True  # reading the page again says what is wrong

    pages = kept(env).items()
    return [page for page, made in pages if page in env.found_docs and any(differs(*key, made[key]) for key in made)]


class RunTimes(Generated):
    """`{run-times}`: how long each notebook takes, as `make times` recorded it."""

    @staticmethod
    def made(env, argument):
        record = scan.runtimes()
        if not record:
            yield "The run times have not been recorded yet."
            return
        yield f"Measured on {record['date']}, commit {record['commit']}: {record['machine']}."
        yield from ("", "| Notebook | Seconds |", "|---|---:|")
        for name, seconds in sorted(record["seconds"].items()):
            yield f"| [{Path(name).stem}](/{name}) | {seconds:.0f} |"


class PhoneTimes(Generated):
    """`{phone-times}`: what a reader on a slow phone waits for, as benchmarks/phone.py recorded it."""

    @staticmethod
    def made(env, argument):
        record = scan.recorded("phone")
        if not record:
            yield "Not recorded yet."
            return
        yield f"Measured on {record['date']}, commit {record['commit']}: {record['machine']};"
        yield f"the median of {record['times']} visits."
        yield from ("", "| Page | First paint, s | Formulas, s | Layout shift | kB |", "|---|---:|---:|---:|---:|")
        for page, found in record["pages"].items():
            seconds = f"{found['paint']:.1f} | {found['formulas']:.1f}"
            yield f"| {{doc}}`/{page}` | {seconds} | {found['shift']:.3f} | {found['kB']:.0f} |"


class Solutions(Generated):
    """`{solutions} linear`: what book/solutions/linear.py holds, each exercise's solutions folded on their own."""

    @staticmethod
    def made(env, argument):
        text = (ROOT / f"book/solutions/{argument}.py").read_text(encoding="utf-8")
        head, *parts = re.split(r"^# (?=[a-z][\w-]*$)", text, flags=re.MULTILINE)
        imports = "\n".join(line for line in head.splitlines() if line.startswith(("import ", "from ")))
        for part in parts:
            name, _, code = part.partition("\n")
            yield from ("", f"````{{dropdown}} {name}", "```python", *imports.splitlines(), "", "")
            yield from (*code.strip().splitlines(), "```", "````", "")


class GlossaryLetters(Generated):
    """`{glossary-letters}`: the letters that the page's terms begin with, as links to the first term of each."""

    @staticmethod
    def made(env, argument):
        text = (ROOT / "book/glossary.md").read_text(encoding="utf-8")
        first = {}
        for target, letter in re.findall(r"^\((term-[\w-]+)\)=\n\*\*(\w)", text, re.MULTILINE):
            first.setdefault(letter.upper(), target)
        links = " ".join(f"[{letter}](#{target})" for letter, target in first.items())
        yield from (":::{div} glossary-letters", links, ":::")


class CellOutput(SphinxDirective):
    """`{cell-output} notebooks/….ipynb` with `:containing:`: what the first cell with these words printed."""

    required_arguments = 1
    option_spec = {"containing": directives.unchanged_required}  # noqa: RUF012 (docutils reads this class attribute)

    def run(self):
        source, words = ROOT / self.arguments[0], self.options["containing"]
        self.env.note_dependency(str(source))
        for cell in nbformat.read(source, as_version=4).cells:
            text = "".join(output.get("text", "") for output in cell.get("outputs", ()))
            if words in cell.source and text:
                return [nodes.literal_block(text, text.rstrip(), language="none", classes=["measured"])]
        raise self.error(f"{self.arguments[0]} has no cell with {words!r} that printed something")


def draw_path_map(app, doctree, docname):
    """Replace the map's place by two drawings (wide and narrow, one shown at a time) and the list."""
    for node in doctree.findall(path_map_node):
        sections = _sections(app, docname)
        chapters = [chapter for section in sections for chapter in section.chapters]
        written = sum(chapter.href is not None for chapter in chapters)
        html = (
            f'<div class="path">{path_map.draw(sections, 3)}{path_map.draw(sections, 1)}'
            f'<p class="path-legend"><span class="path-key"></span> {written} chapters written '
            f'<span class="path-key path-key-planned"></span> {len(chapters) - written} planned</p>'
            f"<details><summary>The path as a list</summary>{path_map.as_list(sections)}</details></div>"
        )
        node.replace_self(nodes.raw("", html, format="html"))


def _sections(app, docname):
    def href(target):
        return app.builder.get_relative_uri(docname, target) if target in app.env.found_docs else None

    planned = yaml.safe_load((ROOT / "book/path.yml").read_text(encoding="utf-8"))
    known = {f"notebooks/{s['folder']}/{name}" for s in planned for name in s["chapters"]}
    for doc in sorted(app.env.found_docs):
        if doc.startswith("notebooks/") and doc[10].isdigit() and doc not in known:
            log.warning("%s is not on the map: add it to book/path.yml", doc)
    return [
        path_map.Section(
            number,
            s["title"],
            s["question"],
            href(f"book/{s['folder']}"),
            [path_map.Chapter(t, href(f"notebooks/{s['folder']}/{n}")) for n, t in s["chapters"].items()],
        )
        for number, s in enumerate(planned, start=1)
    ]


DIRECTIVES = {
    "path-map": PathMap,
    "versions": Versions,
    "api": Api,
    "equations": Equations,
    "run-times": RunTimes,
    "phone-times": PhoneTimes,
    "solutions": Solutions,
    "glossary-letters": GlossaryLetters,
    "cell-output": CellOutput,
}
