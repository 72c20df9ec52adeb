"""Guards of the notebooks: stored as `make notebooks` stores them, fit for Colab and for a screen reader.

Each rule takes a notebook and yields what is wrong, cell by cell. The second half breaks a small notebook in every
way, and sees the rule that is meant to notice it notice.
"""

import ast
import math
import re

import nbformat
import nbformat.v4 as v4
import pytest
from IPython.core.inputtransformer2 import TransformerManager

from dlpath.notebook import CLAIM
from tools import assertions, scan
from tools import notebooks as tool

PATHS = [path for path in sorted(scan.ROOT.glob("notebooks/**/*.ipynb")) if ".ipynb_checkpoints" not in path.parts]
DIRECTIVE = re.compile(r"^\s*(:{3,}|`{3,}|~{3,})\{|^\([\w-]+\)=\s*$", re.MULTILINE)
SPAN = re.compile(r"(?<!\})`[^`\n]*`")
ROLE = re.compile(r"\{[a-z][\w:.+-]*\}`")
REASON = re.compile(r"^# output ignored: \S+", re.MULTILINE)
NAMES = scan.public_names()


def numbered(notebook, kind="code"):
    return [(number, cell) for number, cell in enumerate(notebook.cells, 1) if cell.cell_type == kind]


def tags(cell):
    return cell.metadata.get("tags", [])


def first_cell(notebook):
    """The first code cell is the standard one, and nothing is defined or imported before it."""
    cells = numbered(notebook)
    if not cells or cells[0][1].source != tool.first_cell():
        yield cells[0][0] if cells else 1, "the first code cell is not the standard one; run `make notebooks`"


def sealed(notebook):
    """Code and text outputs are those of one run; an edited, not re-run cell and an edited output both show."""
    stored, now = notebook.metadata.get("dlpath", {}).get("seal", []), tool.seal(notebook)
    if len(stored) != len(now):
        yield 1, f"the seal is about {len(stored)} code cells, and there are {len(now)}; run `make notebooks`"
        return
    for (number, _), before, after in zip(numbered(notebook), stored, now, strict=True):
        if before != after:
            why = "changed by hand, or run and saved outside of `make notebooks`"
            yield number, f"the seal is broken: {why}; run that, or `git checkout` the file"


def normalized(notebook):
    """Cell by cell as tools/notebooks.py writes it; the first cell that is not is named."""
    wanted = tool.normalize(notebook)
    pairs = enumerate(zip(notebook.cells, wanted.cells, strict=True), 1)
    different = [number for number, (stored, should) in pairs if stored != should]
    if different or notebook.metadata != wanted.metadata:
        yield (different or [1])[0], "not normalized (ids, counts, metadata, merged streams); run `make notebooks`"


def plain_markdown(notebook):
    """No directive, role or target: Colab and JupyterLab would show them raw."""
    for number, cell in numbered(notebook, "markdown"):
        if found := DIRECTIVE.search(cell.source) or ROLE.search(SPAN.sub("", cell.source)):
            yield number, f"not plain Markdown: {found[0].strip()!r}"


def described_figures(notebook):
    """Every cell that draws says what the figure shows, what to see in it, and how it is called."""
    for number, cell in numbered(notebook):
        if not any(kind.startswith("image/") for output in cell.outputs for kind in output.get("data", {})):
            continue
        mystnb = cell.metadata.get("mystnb", {})
        figure = mystnb.get("figure", {})
        wanted = {
            "alt": mystnb.get("image", {}).get("alt"),
            "caption": figure.get("caption"),
            "name": figure.get("name"),
        }
        for what in [what for what, text in wanted.items() if not (text or "").strip()]:
            yield number, f"a figure without {what} (cell metadata `mystnb`)"
        if wanted["name"] and not wanted["name"].startswith("fig-"):
            yield number, f"the figure is called {wanted['name']!r}, not 'fig-…'"


def defined_once(notebook):
    """No function or class of the package is written again: notebooks show and use it."""
    for number, cell in numbered(notebook):
        for name in definitions(ast.parse(TransformerManager().transform_cell(cell.source))):
            if name in NAMES:
                yield number, f"{name!r} is defined again; it is in {NAMES[name]}: import it, and show({name})"


def definitions(node):
    """Names of functions, classes and lambdas at any depth, methods excepted."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            yield child.name
        if isinstance(child, ast.Assign) and isinstance(child.value, ast.Lambda):
            yield from (target.id for target in child.targets if isinstance(target, ast.Name))
        if not isinstance(child, ast.ClassDef):
            yield from definitions(child)


def few_ignored_outputs(notebook):
    """At most 3 % of the code cells (one is always allowed), and each says why."""
    ignored = [(number, cell) for number, cell in numbered(notebook) if tool.ignores_output(cell)]
    allowed = max(1, len(numbered(notebook)) * 3 // 100)
    for count, (number, cell) in enumerate(ignored, 1):
        if count > allowed:
            yield number, f"ignored output number {count}, and {allowed} allowed (3 % of the code cells)"
        if not REASON.search(cell.source):
            yield number, "an ignored output without a comment `# output ignored: <reason>`"


def nothing_skipped(notebook):
    """Every cell is run, and a cell that is said to raise does."""
    for number, cell in numbered(notebook):
        if "nbval-skip" in tags(cell) or re.search(r"^\s*#\s*NBVAL_SKIP\s*$", cell.source, re.MULTILINE):
            yield number, "nbval-skip: every cell must run"
        raised = any(output.output_type == "error" for output in cell.outputs)
        announced = "raises-exception" in tags(cell) or "NBVAL_RAISES_EXCEPTION" in cell.source
        if announced and not raised:
            yield number, "tagged raises-exception, and nothing was raised"
        if raised and not announced:
            yield number, "an error is stored, and the cell is not tagged raises-exception"
        for output in cell.outputs if announced else ():
            said = re.findall(r"^\s*# raises (\w+)", cell.source, re.MULTILINE)
            if output.output_type == "error" and said != [output.ename]:
                yield number, f"a comment `# raises {output.ename}` names what is raised; here: {said or 'none'}"
            if output.output_type == "error" and output.ename == "AssertionError":
                yield number, "what a page says is not held by an assertion that fails"


def assertions_say_something(notebook):
    """No assertion about constants, and none that compares a thing with itself."""
    for number, cell in numbered(notebook):
        tree = ast.parse(TransformerManager().transform_cell(cell.source))
        for _, what in (*assertions.constant(tree), *assertions.circular(tree)):
            yield number, what


def claims_hold(notebook):
    """`≈` stands in outputs only as expect() and measured() print it, with the value inside its band."""
    for number, cell in numbered(notebook):
        text = "\n".join(str(text) for output in cell.outputs for text in tool.texts(output).values())
        for line in [line for line in text.splitlines() if "≈" in line]:
            claim = CLAIM.fullmatch(line)
            if not claim:
                yield number, f"`≈` in an output that is not a line of expect() or measured(): {line!r}"
            elif claim["low"] and not is_between(*claim.group("low", "value", "high")):
                yield number, f"the stored number is outside its band: {line!r}"


def is_between(*texts):
    try:
        low, value, high = map(float, texts)
    except ValueError:
        return False
    return math.isfinite(low) and low <= value <= high < math.inf


RULES = [
    first_cell,
    sealed,
    normalized,
    plain_markdown,
    described_figures,
    defined_once,
    few_ignored_outputs,
    nothing_skipped,
    assertions_say_something,
    claims_hold,
]


def problems(name, notebook):
    return [f"{name}, cell {cell}: {what}" for rule in RULES for cell, what in rule(notebook)]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.relative_to(scan.ROOT).as_posix())
def test_notebook_keeps_the_rules(path):
    name = path.relative_to(scan.ROOT).as_posix()
    notebook = tool.read(path)
    assert not problems(name, notebook), "\n" + "\n".join(problems(name, notebook))
    assert path.read_text(encoding="utf-8") == tool.to_text(notebook), f"{name}: not as `make notebooks` writes it"


def test_no_two_figures_have_one_name():
    twice = {name: places for name, places in scan.figures().items() if len(places) > 1}
    assert not twice, f"figures with one name: {twice}"


# ------------------------------------------------------------------ the rules, seen to fail


@pytest.fixture
def good():
    """A small notebook that keeps every rule."""
    picture = v4.new_output("display_data", {"image/svg+xml": "<svg/>", "text/plain": "<Figure>"})
    described = {"image": {"alt": "A line."}, "figure": {"caption": "It rises.", "name": "fig-line"}}
    claim = v4.new_output("stream", name="stdout", text="accuracy ≈ 0.978 (expected 0.970 to 0.985)\n")
    cells = [
        v4.new_markdown_cell("# A title\n\n$$ z = w x $$ (eq-line)\n\n[a link](#eq-line), code `{x}`, $\\text{a}$"),
        v4.new_code_cell(tool.first_cell()),
        v4.new_code_cell("draw()", outputs=[picture], metadata={"mystnb": described}),
        v4.new_code_cell("expect('accuracy', 0.978, 0.97, 0.985)", outputs=[claim]),
        v4.new_code_cell("# output ignored: a time\n%time 1", metadata={"tags": ["nbval-ignore-output"]}),
        v4.new_code_cell("class Mine:\n    def linear(self): ...\n\n    def __init__(self): ..."),
    ]
    return seal(tool.normalize(v4.new_notebook(cells=cells)))


def seal(notebook):
    notebook.metadata.dlpath["seal"] = tool.seal(notebook)
    return notebook


def test_a_good_notebook_keeps_every_rule(good):
    assert problems("good", good) == []


def source(index, text, *tags):
    """An edit: this cell's source, and its tags."""
    return lambda cells: cells[index].update(source=text, metadata={"tags": list(tags)} if tags else {})


def output(text):
    return lambda cells: cells[3].outputs[0].update(text=text + "\n")


def figure(part, text):
    return lambda cells: cells[2].metadata["mystnb"].update({part: text})


def raising(text, name="ValueError"):
    """An edit: the last cell, meant to raise, with a stored error."""
    error = v4.new_output("error", ename=name, evalue="no", traceback=[f"{name}: no"])
    return lambda cells: cells[5].update(source=text, metadata={"tags": ["raises-exception"]}, outputs=[error])


LINEAR = "'linear' is defined again"
ERROR = v4.new_output("error", ename="ValueError", evalue="no", traceback=["ValueError: no"])
TRACED = nbformat.from_dict(ERROR | {"traceback": ["/home/me/x.py"]})
BROKEN = {
    "first cell edited": (source(1, "import dlpath"), 2, "not the standard one"),
    "directive": (source(0, "# T\n\n```{note}\nx\n```"), 1, "not plain Markdown: '```{'"),
    "colon fence": (source(0, "# T\n\n:::{tip}\nx\n:::"), 1, "not plain Markdown: ':::{'"),
    "role": (source(0, "# T\n\nsee {eq}`eq-line`"), 1, "not plain Markdown: '{eq}`'"),
    "target": (source(0, "(here)=\n# T"), 1, "not plain Markdown: '(here)='"),
    "no alt text": (figure("image", {}), 3, "a figure without alt"),
    "blank caption": (figure("figure", {"name": "fig-a", "caption": " "}), 3, "a figure without caption"),
    "no figure name": (figure("figure", {"caption": "It rises."}), 3, "a figure without name"),
    "other figure name": (figure("figure", {"caption": "It rises.", "name": "line"}), 3, "not 'fig-…'"),
    "function again": (
        source(5, "def linear(X, W, b): ..."),
        6,
        "'linear' is defined again; it is in src/dlpath/linear",
    ),
    "nested again": (source(5, "if 1:\n    def f():\n        def linear(x): ..."), 6, LINEAR),
    "lambda again": (source(5, "linear = lambda x: x"), 6, LINEAR),
    "class again": (source(5, "class MLP: ..."), 6, "'MLP' is defined again"),
    "ignored, no reason": (source(4, "f()", "nbval-ignore-output"), 5, "without a comment `# output ignored"),
    "ignored by comment": (source(5, "# NBVAL_IGNORE_OUTPUT\nf()"), 6, "ignored output number 2, and 1 allowed"),
    "skipped": (source(5, "f()", "nbval-skip"), 6, "every cell must run"),
    "skipped by comment": (source(5, "# NBVAL_SKIP\nf()"), 6, "every cell must run"),
    "raises nothing": (source(5, "f()", "raises-exception"), 6, "nothing was raised"),
    "another error": (raising("# raises TypeError\nf()"), 6, "a comment `# raises ValueError` names what is raised"),
    "error without a name": (raising("f()"), 6, "a comment `# raises ValueError` names what is raised; here: none"),
    "failed assertion": (raising("# raises AssertionError\nassert x", "AssertionError"), 6, "an assertion that fails"),
    "assert True": (source(5, "assert True"), 6, "`assert True` can never fail"),
    "assert a tuple": (source(5, "assert (x == 1, 'one')"), 6, "can never fail"),
    "assert or True": (source(5, "assert x == 1 or True"), 6, "can never fail"),
    "assert on numbers": (source(5, "assert 0.97 < 0.978"), 6, "can never fail"),
    "compared with itself": (source(5, "assert_close(f(x)[0], f(x)[0])"), 6, "`f(x)[0]` is compared with itself"),
    "no upper end": (output("accuracy ≈ 0.95 (expected 0.9 to inf)"), 4, "outside its band"),
    "no lower end": (output("accuracy ≈ 0.95 (expected -inf to 0.96)"), 4, "outside its band"),
    "error stored": (lambda cells: cells[5].update(outputs=[ERROR]), 6, "not tagged raises-exception"),
    "no band": (output("accuracy ≈ 0.978"), 4, "not a line of expect() or measured()"),
    "more on the line": (output("accuracy ≈ 0.978 (expected 0 to 1) today"), 4, "not a line of expect() or measured()"),
    "outside the band": (output("accuracy ≈ 0.95 (expected 0.970 to 0.985)"), 4, "outside its band"),
    "no number": (output("accuracy ≈ nan (expected 0.970 to 0.985)"), 4, "outside its band"),
    "words for numbers": (output("accuracy ≈ high (expected low to high)"), 4, "outside its band"),
    "id": (lambda cells: cells[3].update(id="a1b2c3"), 4, "not normalized"),
    "count": (lambda cells: cells[3].update(execution_count=7), 4, "not normalized"),
    "cell metadata": (lambda cells: cells[3].update(metadata={"collapsed": True}), 4, "not normalized"),
    "traceback": (lambda cells: cells[3].update(outputs=[TRACED]), 4, "not normalized"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_notebook_is_named_with_its_cell(good, name):
    edit, cell, message = BROKEN[name]
    edit(good.cells)
    found = problems("broken.ipynb", seal(good))
    assert [one for one in found if one.startswith(f"broken.ipynb, cell {cell}:") and message in one], found


@pytest.mark.parametrize(
    ("cell", "edit"),
    [
        (4, output("accuracy ≈ 0.979 (expected 0.970 to 0.985)")),  # the number that strict nbval masks
        (4, output("accuracy ≈ 0.978 (expected 0.900 to 0.985)")),
        (6, source(5, "class Mine: ...")),
        (3, lambda cells: cells[2].outputs[0].data.update({"text/plain": "<Figure with 2 Axes>"})),
        (3, lambda cells: cells[2].outputs[0].data.update({"image/svg+xml": "<svg />"})),
        (1, lambda cells: cells.pop()),
    ],
)
def test_what_is_edited_and_not_run_again_breaks_the_seal(good, cell, edit):
    edit(good.cells)
    (found,) = problems("broken.ipynb", good)
    assert found.startswith(f"broken.ipynb, cell {cell}: ")
    assert "the seal" in found


def test_prose_is_not_sealed(good):
    good.cells[0].source += " A better word."
    assert problems("good", good) == []


def test_three_percent_of_a_long_notebook_may_be_ignored(good):
    cells = good.cells
    cells += [v4.new_code_cell("f()") for _ in range(95)]  # 100 code cells
    cells += [v4.new_code_cell("# output ignored: a time", metadata={"tags": ["nbval-ignore-output"]}) for _ in "ab"]
    assert problems("good", seal(tool.normalize(good))) == []
    cells += [v4.new_code_cell("# output ignored: a time", metadata={"tags": ["nbval-ignore-output"]})]
    assert problems("bad", seal(tool.normalize(good))) == [
        "bad, cell 104: ignored output number 4, and 3 allowed (3 % of the code cells)"
    ]
