"""The Sphinx extension on its own: buttons, the map, what is mended in pages, the equations' table."""

import itertools
import re
import shutil
import subprocess
import sys
from types import SimpleNamespace
from xml.etree import ElementTree

import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup

from built import ROOT
from tools import sphinx_dlpath

formulas, path_map, lean_assets = sphinx_dlpath.formulas, sphinx_dlpath.path_map, sphinx_dlpath.lean_assets
one_style = lean_assets.one_style

GITHUB = "https://github.com/someone/somewhere"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (GITHUB, "https://colab.research.google.com/github/someone/somewhere/blob/main/a/b.ipynb"),
        (f"{GITHUB}.git", "https://colab.research.google.com/github/someone/somewhere/blob/main/a/b.ipynb"),
        (f"{GITHUB}/", "https://colab.research.google.com/github/someone/somewhere/blob/main/a/b.ipynb"),
        ("", ""),
        ("https://gitlab.com/someone/somewhere", ""),
        ("file:///srv/somewhere.git", ""),
    ],
)
def test_colab_opens_what_is_on_github(address, expected):
    config = SimpleNamespace(dlpath_repository=address, html_theme_options={"repository_branch": "main"})
    assert sphinx_dlpath.colab_address(config, "a/b.ipynb") == expected


@pytest.mark.parametrize("address", [GITHUB, "file:///srv/somewhere.git"])
def test_a_book_with_an_address_has_the_buttons(tmp_path, address):
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    config["repository"]["url"] = address
    config["sphinx"]["local_extensions"] = {"sphinx_dlpath": str(ROOT / "tools")}
    config["exclude_patterns"].remove("*.md")
    (tmp_path / "_config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    (tmp_path / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters:\n- file: notebooks/one\n", encoding="utf-8"
    )
    for folder in ("_assets", "_templates"):
        shutil.copytree(ROOT / "book" / folder, tmp_path / "book" / folder)
    shutil.copy(ROOT / "book/references.bib", tmp_path / "book")
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "index.md").write_text("# A book\n", encoding="utf-8")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# One", id="one")])
    nbformat.write(notebook, tmp_path / "notebooks/one.ipynb")
    program = "from jupyter_book.cli.main import main; main()"
    build = [sys.executable, "-c", program, "build", str(tmp_path), "-W", "-n", "--keep-going"]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]

    page = tmp_path / "_build/html/notebooks/one.html"
    buttons = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").select("a.dl-launch")
    assert (page.parent / buttons[0]["href"]).resolve().suffix == ".ipynb"
    assert (page.parent / buttons[0]["href"]).resolve().is_file()
    colab = "https://colab.research.google.com/github/someone/somewhere/blob/main/notebooks/one.ipynb"
    assert [button["href"] for button in buttons[1:]] == ([colab] if address == GITHUB else [])


def sections():
    """Nine sections with one written and one to three planned chapters."""
    return [
        path_map.Section(
            n,
            f"Section {n}",
            "Is this a question?",
            None,
            [path_map.Chapter("Here & there", "here.html")] + [path_map.Chapter("Some day", None)] * (1 + n % 3),
        )
        for n in range(1, 10)
    ]


@pytest.mark.parametrize("columns", [1, 3])
def test_the_map_draws_every_section_inside_its_frame(columns):
    svg = ElementTree.fromstring(path_map.draw(sections(), columns))
    _, _, width, height = map(float, svg.get("viewBox").split())
    places = [(float(e.get("cx")), float(e.get("cy"))) for e in svg.iter("circle")]
    assert len(set(places)) == len(places)
    assert all(0 <= x <= width and 0 <= y <= height for x, y in places)
    assert [link.get("href") for link in svg.iter("a")] == ["here.html"] * 9
    stations = [g for g in svg.iter("g") if g.get("class").startswith("path-station")]
    rows = [stations[i : i + columns] for i in range(0, 9, columns)]
    for row, below in itertools.pairwise(rows):
        lowest = max(float(text.get("y")) for station in row for text in station.iter("text"))
        assert lowest < min(float(station.find("circle").get("cy")) for station in below) - path_map.RADIUS


def test_the_list_says_what_the_map_shows():
    html = path_map.as_list(sections())
    items = BeautifulSoup(html, "html.parser").find_all("li")
    assert len(items) == 9
    assert "Here & there, Some day (planned), Some day (planned)" in items[0].get_text()
    assert [link["href"] for link in items[0].find_all("a")] == ["here.html"]
    assert "Here &amp; there" in html


def test_pages_are_mended():
    quiz = '<details name="quiz-a"><summary>{}</summary>\n<p>{} Because.</p></details>'
    mended = sphinx_dlpath.mend(quiz.format("one", "Not quite.") + quiz.format("two", "Right."))
    assert re.findall(r"<details ([^>]*)>", mended) == ['name="quiz-a"', 'name="quiz-a" class="right"']
    printed = '<div class="output stream x"><div class="highlight"><pre>{}</pre>'
    assert "sentences" in sphinx_dlpath.mend(printed.format("a long line"))
    assert "sentences" not in sphinx_dlpath.mend(printed.format("a   table"))


def test_figures_keep_their_shape_when_squeezed():
    unseen = '<metadata>\n<a/>\n</metadata>\n<g id="dlpath-paper">\n<path d="M 0 0"/>\n</g>'
    svg = f'<svg>\n{unseen}<path d="M 1.234567 -0.5 \nL 12 7.001" style="scale: 0.015625"/>\n</svg>'
    squeezed = '<svg> <path d="M 1.23 -0.5 L 12 7.00" style="scale: 0.015625"/> </svg>'
    assert lean_assets.squeeze(svg) == squeezed
    assert lean_assets.squeeze(squeezed) == squeezed


def test_a_formula_is_drawn_and_its_letters_come_with_it():
    drawn = formulas.draw(r"\operatorname{relu}(z) = \max(0, \mathbb{Q})", True)
    soup = BeautifulSoup(drawn, "html.parser")
    assert soup.find("math").get_text() == "relu⁡(z)=max(0,Q)".replace("\u2061", "")
    style = formulas.style_sheet([drawn])
    assert ".mjx-c1D467.TEX-I" in style, "z"
    assert ".mjx-c1D465.TEX-I" not in style, "no x"
    assert "MJXTEX-A;src:url(data:" in style
    assert "MJXTEX-FR" not in style


@pytest.mark.parametrize("tex", [r"\foo", r"\frac{a", r"\newcommand{\a}{b}"])
def test_what_mathjax_cannot_read_is_named(tex):
    with pytest.raises(ValueError, match=r"Undefined control sequence|Missing close brace"):
        formulas.draw(tex, False)


def test_the_style_sheet_keeps_what_is_used_and_works_in_the_dark_without_scripts():
    style = one_style.merge(
        [
            "a.used, b:is(.gone, i), c.gone { color: red } @media print { .gone { top: 0 } .used { top: 1px } }",
            "html[data-theme=light] p { color: #000 } html[data-theme='dark'] p { color: #fff /* white */ }",
        ],
        {"used"},
    )
    assert "a.used,b:is(.gone, i){color: red}" in style
    assert "@media print {.used{top: 1px}}" in style
    assert "c.gone" not in style
    assert "html:not([data-theme=dark]) p{color: #000}" in style
    assert style.endswith("@media (prefers-color-scheme:dark){\nhtml[data-theme=auto] p{color: #fff}\n}")


def test_names_become_words():
    names = [("dlpath.linear", "src/dlpath/linear/__init__.py")]
    names += [(f"dlpath.linear.{v}.linear", f"src/dlpath/linear/{v}.py") for v in ("in_numpy", "in_torch")]
    names += [("dlpath.layers.Layer.forward", "src/dlpath/layers.py")]
    assert sphinx_dlpath.package_directives._computed(names) == [
        "`linear` (NumPy, PyTorch)",
        "`Layer.forward` (src/dlpath/layers.py)",
    ]
    checked = sphinx_dlpath.package_directives._checked(["tests/test_a.py::test_one_two"])
    assert list(checked) == ["“one two” (`test_a.py`)"]


def test_docstrings_survive_as_they_are():
    assert sphinx_dlpath._escape("b_ and *a* | `kept_as *is*`") == r"b\_ and \*a\* \| `kept_as *is*`"
