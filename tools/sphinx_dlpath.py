"""What the book's build does beyond Jupyter Book: local directives, notebook buttons, offline and lean assets."""

import os
import re
import sys
import zlib
from pathlib import Path

import nbformat
import yaml
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.domains.math import MathDomain
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinxcontrib.bibtex.domain import BibtexDomain

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tools")]
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # the reference pages import TensorFlow

import lean_assets  # noqa: E402
import path_map  # noqa: E402
import scan  # noqa: E402

log = logging.getLogger(__name__)
PRINTED = re.compile(r'(<div class="output stream)([^>]*>\s*<div class="highlight">\s*<pre>)(.*?)(?=</pre>)', re.S)
FORMULA_AND_STOP = re.compile(r'[(“]?<span class="math [^>]*>[^<]*</span>(?:[.,;:?!)”]|’s)+')
CITATION_LIST = ('<div role="list" class="citation-list">', '<div class="citation-list">')
VERSIONS = {"in_numpy": "NumPy", "in_torch": "PyTorch", "in_tensorflow": "TensorFlow"}
RIGHT_ANSWER = re.compile(
    r'(<details name="quiz-[^"]*")(>\s*<summary>(?:(?!</summary>).)*</summary>\s*<p>Right\b)', re.S
)


# ---------------------------------------------------------------- directives


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
        if not rows:
            yield "The chapter that numbers these equations is still to come."
            return
        yield from ("| Equation | Computed by | Checked by |", "|---|---|---|")
        for label in dict.fromkeys(equation.label for equation in rows):
            cells = map("<br>".join, (_computed(functions.get(label, ())), _checked(tests.get(label, ()))))
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
    return [f"`{name}` ({', '.join(versions)})" for name, versions in places.items()]


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
        yield f"Measured on {record['date']}: {record['machine']}."
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
        html = (
            f'<div class="path">{path_map.draw(sections, 3)}{path_map.draw(sections, 1)}'
            '<p class="path-legend"><span class="path-key"></span> written '
            '<span class="path-key path-key-planned"></span> planned</p>'
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


class CiteInWords(BibtexDomain):
    """A plain link to the bibliography, `[Kingma and Ba (2015)](#kingma2015)`, keeps its words, as it does in Colab."""

    def resolve_any_xref(self, *args):
        return [(role, _reworded(node, args[-1])) for role, node in super().resolve_any_xref(*args)]


def _reworded(node, words):
    link = next(node.findall(nodes.reference))
    link[:] = words.children
    return link


class EquationInWords(MathDomain):
    """A plain link to an equation, `[the batch form](#eq-linear-batch)`, becomes "the batch form (4)".

    Where the words only stand in for the number, `[(eq.)](#eq-…)`, the number replaces them.
    """

    def resolve_any_xref(self, *args):
        found = super().resolve_any_xref(*args)
        words = args[-1].astext()
        if not words.strip("()").startswith("eq"):
            for _, link in found:
                link[:] = [*args[-1].children, nodes.Text("\N{NO-BREAK SPACE}"), *link.children]
        return found


# ---------------------------------------------------------------- pages


def take_repository(app, config):
    """Keep the repository's address to ourselves: the theme refuses hosts that it does not know."""
    config.dlpath_repository = config.html_theme_options.pop("repository_url", "") or ""


def complete_page(app, pagename, templatename, context, doctree):
    """Logo, and on notebook pages the buttons for download and, when the address is set, for Colab."""
    context["dlpath_logo"] = (ROOT / "book/_assets/logo.svg").read_text(encoding="utf-8")
    context["header_buttons"] = []
    if app.env.doc2path(pagename).endswith(".ipynb") and doctree is not None:
        context["dlpath_notebook"] = context["pathto"](f"_sources/{pagename}.ipynb", 1)
        context["dlpath_colab"] = colab_address(app.config, f"{pagename}.ipynb")
    if "body" in context:
        context["body"] = mend(context["body"])


def mend(body):
    """Mark right answers; wrap printed lines that have no columns; keep formulas and their full stops together;
    take roles that mislead screen readers."""
    body = RIGHT_ANSWER.sub(r'\1 class="right"\2', body)
    body = PRINTED.sub(lambda m: m[0] if "  " in m[3] else f"{m[1]} sentences{m[2]}{m[3]}", body)
    body = FORMULA_AND_STOP.sub(r'<span class="together">\g<0></span>', body)
    return re.sub(r'(<div [^>]*class="citation[^>]*?) role="doc-biblioentry"', r"\1", body.replace(*CITATION_LIST))


def colab_address(config, path):
    """Colab opens notebooks from GitHub only; for any other host, or none, there is no button."""
    _host, found, name = config.dlpath_repository.rstrip("/").removesuffix(".git").partition("github.com/")
    branch = config.html_theme_options.get("repository_branch") or "main"
    return f"https://colab.research.google.com/github/{name}/blob/{branch}/{path}" if found else ""


def keep_lines(app, what, name, obj, options, lines):
    """Docstrings are plain text: keep their lines, escape what would be markup, link `[eq-…]` to the equation."""
    known = {equation.label for equation in scan.equations() if equation.page in app.env.found_docs}
    lines[:] = [f"| {_escape(line)}" if line.strip() else "" for line in lines] + [""]
    lines[:] = [
        re.sub(r"\[(eq-[\w-]+)\]", lambda m: f":eq:`{m[1]}`" if m[1] in known else m[0], line) for line in lines
    ]


def _escape(line):
    parts = line.split("`")
    for i in range(0, len(parts), 2):
        for character in "\\*_|":
            parts[i] = parts[i].replace(character, "\\" + character)
    return "`".join(parts) if len(parts) % 2 else line.replace("`", "\\`")


def setup(app):
    app.add_config_value("dlpath_repository", "", "html")
    app.add_node(path_map_node)
    app.add_domain(CiteInWords, override=True)
    app.add_domain(EquationInWords, override=True)
    for name, directive in {
        "path-map": PathMap,
        "equation-table": EquationTable,
        "run-times": RunTimes,
        "cell-output": CellOutput,
    }.items():
        app.add_directive(name, directive)
    app.connect("config-inited", take_repository)
    app.connect("autodoc-process-docstring", keep_lines)
    app.connect("doctree-resolved", draw_path_map)
    app.connect("html-page-context", complete_page, priority=900)
    app.connect("build-finished", lean_assets.finish, priority=900)
    sources = [Path(__file__), Path(path_map.__file__), *sorted((ROOT / "book/_templates").rglob("*.html"))]
    version = zlib.crc32(b"".join(path.read_bytes() for path in sources))  # a change here rebuilds every page
    return {"env_version": version, "parallel_read_safe": True, "parallel_write_safe": True}
