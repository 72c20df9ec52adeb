"""What the book's build does beyond Jupyter Book: local directives, notebook buttons, offline and lean assets."""

import os
import posixpath
import re
import sys
import zlib
from pathlib import Path
from urllib.parse import quote

import imagesize
from docutils import nodes
from sphinx.domains.math import MathDomain
from sphinxcontrib.bibtex.domain import BibtexDomain

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tools")]
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # the reference pages import TensorFlow

import book_directives  # noqa: E402
import contents  # noqa: E402
import dlpath  # noqa: E402
import formulas  # noqa: E402
import generated  # noqa: E402
import lean_assets  # noqa: E402
import notebooks  # noqa: E402
import package_directives  # noqa: E402
import path_map  # noqa: E402
import practice  # noqa: E402
import scan  # noqa: E402
import search_index  # noqa: E402

PRINTED = re.compile(r'(<div class="output stream)([^>]*>\s*<div class="highlight">\s*<pre>)(.*?)(?=</pre>)', re.S)
MARK = re.compile(r"(?: \[eq-[\w-]+\])+|\[eq-[\w-]+\] ?")
CITATION_LIST = ('<div role="list" class="citation-list">', '<div class="citation-list">')
RIGHT_ANSWER = re.compile(
    r'(<details name="quiz-[^"]*")(>\s*<summary>(?:(?!</summary>).)*</summary>\s*<p>Right\b)', re.S
)


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


def take_repository(app, config):
    """Keep the repository's address to ourselves: the theme refuses hosts that it does not know."""
    config.dlpath_repository = config.html_theme_options.pop("repository_url", "") or ""
    if colab_address(config, ""):
        app.tags.add("colab")  # {only} colab: what is said about a button stands where the button does


def complete_page(app, pagename, templatename, context, doctree):
    """Logo, and on notebook pages the buttons for download and, when the address is set, for Colab."""
    context["dlpath_logo"] = (ROOT / "book/_assets/logo.svg").read_text(encoding="utf-8")
    context["dlpath_version"] = dlpath.__version__
    context["header_buttons"] = []
    if app.env.doc2path(pagename).endswith(".ipynb") and doctree is not None:
        context["dlpath_notebook"] = context["pathto"](f"_sources/{pagename}.ipynb", 1)
        context["dlpath_colab"] = colab_address(app.config, f"{pagename}.ipynb")
    context["script_files"] = [script for script in context["script_files"] if script.filename]
    for script in context["script_files"]:  # no script keeps the page from appearing
        script.attributes["defer"] = "defer"
    find_ones_way(app, pagename, context, doctree)
    if "body" in context:
        body = place(context["body"], context["dlpath_number"], contents.section_minutes(app.env, pagename))
        context["body"] = give_size(app, mend(body))


def find_ones_way(app, pagename, context, doctree):
    """The contents, the chapter's number, what it needs, and where its source is."""
    context["dlpath_parts"] = parts = contents.parts(app.env)
    for part in parts:
        part.open = any(entry.doc == pagename for entry in part.entries)
    if not any(part.open for part in parts):
        for part in parts:
            part.open = bool(re.match(r"\d", part.caption or ""))
    context["dlpath_number"] = contents.number_of(app.env, pagename)
    context["dlpath_needs"] = contents.needs(doctree) if doctree is not None else []
    context["dlpath_links"] = source_links(app.config, contents.address(pagename)) if doctree is not None else []
    if doctree is not None:
        context["dlpath_description"] = search_index.sentence(search_index.prose(doctree))
    for way in ("prev", "next"):
        if context.get(way):
            number = contents.number_of(app.env, _doc_of(app, pagename, context[way]["link"]))
            context[f"{way}_title"] = f"{number} {context[way]['title']}".strip()


def _doc_of(app, pagename, link):
    path = posixpath.normpath(posixpath.join(posixpath.dirname(pagename), link))
    return path.removesuffix(".html")


def place(body, number, times):
    """The chapter's number before its title, and on a section's opener what the section takes."""
    if number:
        body = body.replace("<h1>", f'<h1><span class="chapter-number">{number}</span> ', 1)
    return body.replace("</h1>", f'</h1>\n<p class="section-time">{times}</p>', 1) if times else body


def give_size(app, body):
    """Every picture with its width and height, so that nothing moves when it arrives."""
    files = {name: path for path, name in app.builder.images.items()}

    def sized(match):
        name = match[1].rpartition("/")[2]
        if " width=" in match[0] or name not in files:
            return match[0]
        width, height = picture_size(Path(app.srcdir) / files[name])
        return f'{match[0]} width="{width}" height="{height}"' if width > 0 else match[0]

    return re.sub(r'<img [^>]*?src="([^"]*/_images/[^"]*)"', sized, body)


def picture_size(path):
    """Width and height in the page's pixels; the SVG of a figure says its own in points."""
    if path.suffix == ".svg":
        head = re.search(r"<svg[^>]*>", path.read_text(encoding="utf-8"))[0]
        points = [re.search(rf' {side}="([\d.]+)pt"', head) for side in ("width", "height")]
        return tuple(round(float(size[1]) * 4 / 3) for size in points) if all(points) else (0, 0)
    return imagesize.get(path)


def source_links(config, path):
    """(words, address) of a page's source, of an edit, and of a report with page and heading filled in."""
    base = config.dlpath_repository.rstrip("/").removesuffix(".git")
    branch = config.html_theme_options.get("repository_branch") or "main"
    if not base.startswith("http"):
        return []
    between, issue = ("/-", "issue[title]={}&issue[description]={}") if "gitlab" in base else ("", "title={}&body={}")
    title, text = quote(f"{path}: "), quote(f"Page: {path}\nHeading: ") + "HEADING" + quote("\n\nWhat is wrong: ")
    return [
        ("Source", f"{base}{between}/blob/{branch}/{path}"),
        ("Suggest an edit", f"{base}{between}/edit/{branch}/{path}"),
        ("Report a mistake", f"{base}{between}/issues/new?{issue.format(title, text)}"),
    ]


def mend(body):
    """Mark right answers; wrap printed lines that have no columns; take roles that mislead screen readers."""
    body = RIGHT_ANSWER.sub(r'\1 class="right"\2', body)
    body = PRINTED.sub(lambda m: m[0] if "  " in m[3] else f"{m[1]} sentences{m[2]}{m[3]}", body)
    return re.sub(r'(<div [^>]*class="citation[^>]*?) role="doc-biblioentry"', r"\1", body.replace(*CITATION_LIST))


def put_editions(app, exception):
    """After a build: the button "Notebook" gives the readers' edition."""
    if exception or app.builder.format != "html":
        return
    edition = practice.Edition(practice.online, Path(app.srcdir))
    for path in (Path(app.outdir) / "_sources").rglob("*.ipynb"):
        page = path.relative_to(Path(app.outdir) / "_sources").with_suffix("").as_posix()
        stored = notebooks.read(Path(app.srcdir) / f"{page}.ipynb")
        path.write_text(notebooks.to_text(edition.of(stored, page)), encoding="utf-8", newline="\n")


def without_marks(app, doctree, docname):
    """Code is shown without the labels by which its docstrings name equations: the page has the equations."""
    for block in list(doctree.findall(nodes.literal_block)):
        code = block.astext()
        if "[eq-" in code and block.rawsource == code:
            clean = MARK.sub("", code)
            block.replace_self(nodes.literal_block(clean, clean, **block.attributes))


def colab_address(config, path):
    """Colab opens notebooks from GitHub only; for any other host, or none, there is no button."""
    _host, found, name = config.dlpath_repository.rstrip("/").removesuffix(".git").partition("github.com/")
    branch = config.html_theme_options.get("repository_branch") or "main"
    return f"https://colab.research.google.com/github/{name}/blob/{branch}/{path}" if found else ""


def note_equations(app, env, docnames):
    """Once a build: the equations that docstrings can link to."""
    app.dlpath_labels = {equation.label for equation in scan.equations() if equation.page in env.found_docs}


def keep_lines(app, what, name, obj, options, lines):
    """Docstrings are plain text: keep their lines, escape what would be markup, link `[eq-…]` to the equation."""
    known = app.dlpath_labels
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
    formulas.setup(app)
    search_index.setup(app)
    app.add_node(book_directives.path_map_node)
    app.add_domain(CiteInWords, override=True)
    app.add_domain(EquationInWords, override=True)
    for name, directive in book_directives.DIRECTIVES.items():
        app.add_directive(name, directive)
    app.connect("config-inited", take_repository)
    app.connect("env-before-read-docs", note_equations)
    app.connect("autodoc-process-docstring", keep_lines)
    app.connect("env-get-outdated", book_directives.outdated)
    app.connect(
        "env-get-outdated", lambda app, *_: [app.config.root_doc]
    )  # without a page, Sphinx copies no style sheet
    app.connect("env-purge-doc", generated.forget)
    app.connect("env-merge-info", generated.merge)
    app.connect("doctree-resolved", book_directives.draw_path_map)
    app.connect("doctree-resolved", without_marks)
    app.connect("html-page-context", complete_page, priority=900)
    app.connect("build-finished", put_editions)
    app.connect("build-finished", lean_assets.finish, priority=900)
    own = (book_directives, generated, package_directives, path_map, formulas, contents, search_index)
    sources = [Path(module.__file__) for module in (sys.modules[__name__], *own)]
    sources += sorted((ROOT / "book/_templates").rglob("*.html"))
    version = zlib.crc32(b"".join(path.read_bytes() for path in sources))  # a change here rebuilds every page
    return {"env_version": version, "parallel_read_safe": True, "parallel_write_safe": True}
