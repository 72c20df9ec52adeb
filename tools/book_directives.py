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
    """A directive whose content is Markdown made by `made(env, argument)`, parsed in place.

    What was made is kept with the page, and the page is read again when it would come out different (`outdated`).
    """

    optional_arguments = 1
    final_argument_whitespace = True

    def run(self):
        argument = self.arguments[0] if self.arguments else ""
        try:
            lines = list(self.made(self.env, argument))
        except (ValueError, OSError) as error:
            raise self.error(f"{self.name} {argument}: {error}") from error
        kept(self.env).setdefault(self.env.docname, {})[self.name, argument] = lines
        container = nodes.container(classes=[self.name])
        self.state.nested_parse(lines, self.content_offset, container)
        return container.children


def kept(env):
    """{page: {(directive, argument): lines}}, stored with what Sphinx knows about the pages."""
    if not hasattr(env, "dlpath_made"):
        env.dlpath_made = {}
    return env.dlpath_made


def outdated(app, env, added, changed, removed):
    """The pages that have something generated which would be different now."""

    def differs(name, argument, lines):
        try:
            return list(DIRECTIVES[name].made(env, argument)) != lines
        except (ValueError, OSError):
            return True  # reading the page again says what is wrong

    pages = kept(env).items()
    return [page for page, made in pages if page in env.found_docs and any(differs(*key, made[key]) for key in made)]


def forget(app, env, docname):
    kept(env).pop(docname, None)


def merge(app, env, docnames, other):
    kept(env).update((name, made) for name, made in kept(other).items() if name in docnames)


def concept_files(concept):
    """{"NumPy": src/dlpath/<concept>/in_numpy.py, …} of the versions that there are; ValueError without any."""
    files = {version: ROOT / f"src/dlpath/{concept}/{name}.py" for name, version in VERSIONS.items()}
    files = {version: file for version, file in files.items() if file.exists()}
    if not files:
        raise ValueError(f"there is no concept {concept!r} in src/dlpath")
    return files


def tabs(bodies):
    """A tab for each version: {"NumPy": lines, …}."""
    yield from ("``````{tab-set}", ":sync-group: framework", "")
    for version, lines in bodies.items():
        yield from (f"`````{{tab-item}} {version}", f":sync: {version.lower()}", "", *lines, "`````", "")
    yield "``````"


class Versions(Generated):
    """`{versions} linear linear`: the source of a function or class in a tab for each version.

    The first word is the concept, the others are names; NumPy's `<name>_backward` comes along with `<name>`.
    """

    @staticmethod
    def made(env, argument):
        concept, *names = argument.split()
        bodies, found = {}, set()
        for version, file in concept_files(concept).items():
            own = scan.names_in(file)
            wanted = [n for name in names for n in (name, f"{name}_backward") if n in own]
            found.update(wanted)
            bodies[version] = [line for name in dict.fromkeys(wanted) for line in _included(file, name)]
        if missing := [name for name in names if name not in found]:
            raise ValueError(f"no version has {', '.join(missing)}")
        yield from tabs({version: lines for version, lines in bodies.items() if lines})


def _included(file, name):
    place = file.relative_to(ROOT).as_posix()
    return [f"```{{literalinclude}} /{place}", ":language: python", f":pyobject: {name}", "```", ""]


class Api(Generated):
    """`{api} linear`: signatures and docstrings of all versions in tabs, with a link to the source."""

    @staticmethod
    def made(env, argument):
        bodies = {}
        for version, file in concept_files(argument).items():
            place = file.relative_to(ROOT).as_posix()
            source = f"[`{place}`]({scan.web_address(place)})" if scan.web_address(place) else f"`{place}`"
            module = f"dlpath.{argument}.{file.stem}"
            bodies[version] = [
                "```{eval-rst}",
                f".. automodule:: {module}",
                "   :members:",
                "```",
                "",
                f"Source: {source}",
            ]
        yield from tabs(bodies)


class Equations(Generated):
    """`{equations}`: every numbered equation, what computes it, and the tests that check it.

    With an argument, `{equations} linear`, only those that this concept names or computes. An equation that stands on
    the same page is not written out again.
    """

    @staticmethod
    def made(env, argument):
        functions, tests = scan.functions_by_equation(), scan.tests_by_equation()
        if argument:
            concept_files(argument)
        found = {e.label: e for e in scan.equations() if e.page in env.found_docs and _wanted(argument, e, functions)}
        if not found:
            yield "The chapter that numbers these equations is still to come."
        page = None
        for label, equation in found.items():
            if equation.page != page and not argument:  # numbers count from 1 on each page
                page = equation.page
                yield from (f"**[](/{page}{Path(env.doc2path(page)).suffix})**", "")
            yield from (f"[{label.removeprefix('eq-')}](#{label})", "")
            if equation.page != f"book/reference/{argument}":
                yield from ("$$", *equation.latex.splitlines(), "$$", "")
            computed, checked = _computed(functions.get(label, ())), _checked(tests.get(label, ()))
            by = f"Computed by {', '.join(computed)}. " if computed else ""
            yield from (f"{by}Checked by {'; '.join(checked)}.", "")


def _wanted(concept, equation, functions):
    computed = any(name.startswith(f"dlpath.{concept}.") for name, _ in functions.get(equation.label, ()))
    return not concept or computed or equation.label.startswith(f"eq-{concept.replace('_', '-')}-")


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
        yield f"“{words}” (`{Path(file).name}`)"


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
