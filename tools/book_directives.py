"""The book's own directives: the map of the path, and tables and outputs that nobody types by hand."""

from pathlib import Path

import nbformat
import yaml
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

import path_map
import scan

ROOT = Path(__file__).resolve().parents[1]
VERSIONS = {"in_numpy": "NumPy", "in_torch": "PyTorch", "in_tensorflow": "TensorFlow"}
log = logging.getLogger(__name__)


class path_map_node(nodes.General, nodes.Element):
    """Where the map goes; drawn when all pages and their addresses are known."""


class PathMap(SphinxDirective):
    """`{path-map}`: the nine sections and their chapters, from book/path.yml and the table of contents."""

    def run(self):
        self.env.note_dependency(str(ROOT / "book/path.yml"))
        self.env.note_dependency(str(ROOT / "_toc.yml"))
        return [path_map_node()]


class Generated(SphinxDirective):
    """A directive whose content is Markdown made by `lines()`, parsed in place."""

    def run(self):
        self.env.note_reread()  # what it is made from is not this page's source
        container = nodes.container(classes=[self.name])
        self.state.nested_parse(list(self.lines()), self.content_offset, container)
        return container.children


class EquationTable(Generated):
    """`{equation-table}`: every numbered equation, what computes it, and the tests that check it.

    With an argument, `{equation-table} linear`, only those that this concept names or computes.
    """

    optional_arguments = 1

    def lines(self):
        functions, tests = scan.functions_by_equation(), scan.tests_by_equation()
        rows = [e for e in scan.equations() if e.page in self.env.found_docs and self._wanted(e.label, functions)]
        if self.arguments and not (ROOT / "src/dlpath" / self.arguments[0]).is_dir():
            raise self.error(f"equation-table: there is no concept {self.arguments[0]!r} in src/dlpath")
        if not rows:
            yield "The chapter that numbers these equations is still to come."
            return
        yield from ("| Equation | Computed by | Checked by |", "|---|---|---|")
        for label in dict.fromkeys(equation.label for equation in rows):
            computed, checked = _computed(functions.get(label, ())), _checked(tests.get(label, ()))
            cells = map("<br>".join, (computed or ["–"], checked))
            yield f"| [{label}](#{label}) `{label.removeprefix('eq-')}` | {' | '.join(cells)} |"

    def _wanted(self, label, functions):
        if not self.arguments:
            return True
        concept = self.arguments[0]
        computed = any(name.startswith(f"dlpath.{concept}.") for name, _ in functions.get(label, ()))
        return computed or label.startswith(f"eq-{concept.replace('_', '-')}-")


def _computed(functions):
    """`linear` (NumPy, PyTorch, TensorFlow): each function once, with its versions."""
    places = {}
    for name, file in functions:
        module = Path(file).stem
        if module != "__init__":
            places.setdefault(name.rpartition(f"{module}.")[2], []).append(VERSIONS.get(module, file))
    order = {version: place for place, version in enumerate(VERSIONS.values())}  # files beside them come last
    return [f"`{name}` ({', '.join(sorted(found, key=lambda v: order.get(v, 9)))})" for name, found in places.items()]


def _checked(tests):
    """The names of tests are sentences; here they may look like it."""
    for test in tests:
        file, _, name = test.partition("::")
        words = name.rpartition("::")[2].removeprefix("test_").replace("_", " ")
        yield f"{words} (`{Path(file).name}`)"


class RunTimes(Generated):
    """`{run-times}`: how long each notebook takes, as `make times` recorded it."""

    def lines(self):
        record = scan.runtimes()
        if not record:
            yield "The run times have not been recorded yet."
            return
        yield f"Measured on {record['date']}, commit {record['commit']}: {record['machine']}."
        yield from ("", "| Notebook | Seconds |", "|---|---:|")
        for name, seconds in sorted(record["seconds"].items()):
            yield f"| [{Path(name).stem}](/{name}) | {seconds:.0f} |"


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
    "equation-table": EquationTable,
    "run-times": RunTimes,
    "cell-output": CellOutput,
}
