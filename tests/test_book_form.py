"""Guards of a chapter's form: sizes, headings, the box, blanks, exercises. The rules are in tools/form.py.

They hold for the notebooks that say `"dlpath": {"form": 2}`, which every chapter does. The second half breaks a
small chapter in every way, and sees that file, cell and rule are named.
"""

import copy

import nbformat.v4 as v4
import pytest

from tools import form, scan
from tools import notebooks as tool

PATHS = [path for path in sorted(scan.ROOT.glob("notebooks/**/*.ipynb")) if ".ipynb_checkpoints" not in path.parts]
IN_FORM = [path for path in PATHS if tool.read(path).metadata.get("dlpath", {}).get("form") == 2]


def test_every_chapter_is_in_the_form():
    """The appendix is free of it; a chapter that is not finished waits in drafts/."""
    assert not [path.name for path in PATHS if path.parent.name != "appendix" and path not in IN_FORM]


@pytest.mark.parametrize("path", IN_FORM, ids=lambda path: path.relative_to(scan.ROOT).as_posix())
def test_a_chapter_keeps_the_form(path):
    found = form.problems(tool.read(path), path.relative_to(scan.ROOT).as_posix())
    assert not found, "\n" + "\n".join(found)


# ------------------------------------------------------------------ the rules, seen to fail

BOX = """> **In short**
>
> **A map is a matrix and nothing else besides.** Ten of them read nine digits in ten.
>
> Afterwards you can write one.
>
> **Needs** [matrices](../appendix/mathematics.ipynb) · **Level** ●○○ · **Minutes** core 45, exercises 40, further 20"""
END = "\n\n**That is what this part has shown.**"
QUIZ = '<div class="quiz">\n<p>Why?</p>\n</div>'
CLAIMS = "loss ≈ 0.5 (expected 0.3 to 0.7)\nlargest difference ≈ 1e-16 (expected 0 to 1e-12)\nx ≈ 3 (this run)\n"
FIGURE = {"image": {"alt": "A line."}, "figure": {"caption": "It rises.", "name": "fig-line"}}


def text(source):
    return v4.new_markdown_cell(source)


def code(source, *tags, printed="", **metadata):
    outputs = [v4.new_output("stream", name="stdout", text=printed)] if printed else []
    return v4.new_code_cell(source, outputs=outputs, metadata={"tags": list(tags), **metadata})


def stub(name):
    return code(f'def f(x):\n    ...\n\n\ncheck("{name}", f)', printed=f"{name}: this is still the stub. Replace …\n")


def show(lines):
    source = "\n".join(["```python", *["x = 1"] * lines, "```"])
    return v4.new_code_cell("show(f)", outputs=[v4.new_output("display_data", {"text/markdown": source})])


def exercises():
    kinds = ("pencil", "code", "predict and change", "find the bug", "code")
    for number, kind in enumerate(kinds, 1):
        yield text(f"**{number}. Title.** *{kind}, ●●○, 5 minutes.* Do it.")
        yield stub(f"map-{number}")


@pytest.fixture
def good():
    """A small chapter that keeps the form, cell by cell: (name, cell)."""
    drawn = v4.new_output(
        "display_data", {"image/svg+xml": "<svg/>", "text/plain": "<Figure size 450x300 with 1 Axes>"}
    )
    cells = {
        "title": text("# Map\n\n*What can it say?*\n\nA paragraph."),
        "box": text(BOX),
        "imports": code("from dlpath.linear.in_numpy import linear\nfrom dlpath.notebook import expect", "hide-input"),
        "figure": v4.new_code_cell("draw()\nplt.show()", outputs=[drawn], metadata={"mystnb": copy.deepcopy(FIGURE)}),
        "part": text("## A part says what it says\n\n**First.** It holds."),
        "turn": text("**Your turn.** Type it."),
        "blank": stub("map-turn-one"),
        "shown": show(80),
        "turn 2": text("Now back.\n\n**Your turn.** Type that."),
        "blank 2": stub("map-turn-two"),
        "end": text("So." + END),
        "whole": text("## The whole program\n\nHere."),
        "own": code("W = rng.normal(size=2)\nfor step in range(3):\n    train(W)\nassert W.any()", "whole-program"),
        "twin": code("model = torch.nn.Linear(2, 1)\nloss.backward()", "whole-program"),
        "held": code("torch.manual_seed(seed(3))\nexpect('loss', loss, 0, 1)", printed=CLAIMS),
        "three": text("## Three programs, one answer" + END + "\n\n### Where the three do not agree\n\nHere." + END),
        "parity": code("assert_close(a, b)", "hide-input"),
        "questions": text(f"## Questions\n\n{QUIZ}\n\n{QUIZ}"),
        "exercises": text("## Exercises\n\nReplace the dots."),
        **{f"exercise {number}": cell for number, cell in enumerate(exercises())},
        "further": text("## Further ★\n\n### Rounding\n\nNeeds the first part.\n\nIt rounds."),
        "sources": text("## Sources\n\n- [Gauss (1809)](#gauss1809) has it."),
    }
    cells["three"].source = "## Three programs, one answer\n\n### Where the three do not agree\n\nHere." + END
    cells["twin"].source += "\n"
    cells["whole"].source += END
    return cells


def problems(cells):
    return form.problems(v4.new_notebook(cells=list(cells.values())), "map.ipynb")


def test_a_good_chapter_keeps_the_form(good):
    assert problems(good) == []


def replace(old, new):
    def edit(cell):
        assert old in cell.source
        cell.source = cell.source.replace(old, new)

    return edit


def append(more):
    return lambda cell: cell.update(source=cell.source + more)


def tag(*tags):
    return lambda cell: cell.metadata.update(tags=list(tags))


def says(what):
    return lambda cell: cell.outputs[0].update(text=what)


def figure(part, **values):
    return lambda cell: cell.metadata["mystnb"][part].update(values)


LONG = "\n".join(["x = 1"] * 21)
BROKEN = {
    "long box": ("box", replace("Ten of them", "word " * 150), "words of the box: 1"),
    "long core": ("part", append(" word" * 3300), 1, "words of the core: 3,"),
    "long page": ("sources", append(" word" * 5500), 1, "words of the page: 5,"),
    "long further": ("further", append(" word" * 1200), 1, "words of Further ★: 1,2"),
    "long show": ("shown", lambda cell: cell.update(show(81)), 1, "show() prints in the core: 81, and 80 allowed"),
    "much code": ("held", append(f"\n{LONG}" * 15), 1, "visible lines of code in the core: 3"),
    "no title": ("title", replace("# Map", "Map"), "first line `# Title`"),
    "no question": ("title", replace("*What can it say?*", "What can it say?"), "in italics"),
    "no picture": ("figure", lambda cell: cell.metadata.pop("mystnb"), 1, "no picture in the head"),
    "no box": ("box", replace("**In short**", "In short"), 1, "begins `> **In short**`"),
    "more in the box's cell": ("box", append("\n\nMore."), "every line of the box begins with `>`"),
    "no promise": ("box", replace("Afterwards you can", "You can"), "Afterwards you can"),
    "no key sentence": (
        "box",
        replace("**A map is a matrix and nothing else besides.**", "A map."),
        "the key sentence",
    ),
    "no needs": ("box", replace("[matrices](../appendix/mathematics.ipynb)", "matrices"), "the box ends with the line"),
    "no level": ("box", replace("●○○", "○○○"), "the box ends with the line"),
    "no minutes": ("box", replace("core 45", "core"), "the box ends with the line"),
    "other heading": (
        "sources",
        replace("Sources", "Further reading"),
        "questions",
        "the chapter ends with ## Questions",
    ),
    "no bold sentence": ("end", replace("**", ""), "ends with one bold sentence"),
    "bold words": ("end", replace("That is what this part has shown.", "Shown."), "ends with one bold sentence"),
    "two bold": ("end", append(" **And that is another one.**"), "ends with one bold sentence"),
    "bold and more": ("end", append("\n\nMore."), "ends with one bold sentence"),
    "long cell": ("held", append(f"\n{LONG}"), "a visible cell of 23 lines of code, and 20 allowed"),
    "one blank": ("turn", replace("**Your turn.**", "You."), 1, "here: 1"),
    "blank without a stub": ("blank", replace("check(", "try_it("), "the cell ends with check("),
    "blank of another chapter": ("blank", replace("map-turn-one", "mop-turn-one"), "the cell ends with check("),
    "blank folded": ("blank", tag("hide-input"), "turn", "a visible code cell with the stub"),
    "blank without dots": ("blank", replace("...", "return x"), "three dots"),
    "blank filled in": ("blank", says("map-turn-one: right. Well done.\n"), "is that of an untouched stub"),
    "no disagreement": ("three", replace("### Where the three do not agree", "Where"), 1, "here: 0"),
    "parity in sight": ("parity", tag(), "a cell that checks parity is folded"),
    "no twin": ("twin", tag(), 1, "the whole program and its twin"),
    "program with the package": ("own", append("\nlinear(W)"), "does without dlpath; here: linear"),
    "long program": ("own", append("\nx = 1" * 35), "a whole program of 39 lines, and 35 allowed"),
    "long twin": ("twin", append("x = 1\n" * 35), "a whole program of 37 lines, and 25 allowed"),
    "folded program": ("own", tag("whole-program", "hide-input"), "a whole program is visible"),
    "twin in NumPy": ("twin", replace("torch.nn.", "np."), "the twin is in PyTorch or Keras"),
    "not held": ("held", replace("expect", "print"), "twin", "held to its result"),
    "four questions": ("questions", append(f"\n\n{QUIZ}" * 2), "two or three quiz questions"),
    "exercise without facts": ("exercise 2", replace("*code, ●●○, 5 minutes.*", ""), "exercise 2 begins"),
    "unknown kind": ("exercise 2", replace("code", "essay"), "exercise 2 begins"),
    "no minutes of an exercise": ("exercise 2", replace(", 5 minutes", ""), "exercise 2 begins"),
    "wrong number": ("exercise 2", replace("2.", "3."), "the exercise is number 2, not 3"),
    "four exercises": ("exercise 8", replace("**5. Title.**", "Title."), "exercises", "five or six exercises"),
    "exercise without a check": ("exercise 3", replace("check(", "("), "exercise 2: the cell ends with"),
    "solved exercise": ("exercise 7", says("map-4: right. Yes."), "with the right answer in it"),
    "further without a heading": ("further", replace("###", "**"), "have headings `###`"),
    "further without needs": ("further", replace("Needs", "After"), "says in its first paragraph what it needs"),
    "wide figure": (
        "figure",
        lambda cell: cell.outputs[0].data.update({"text/plain": "<Figure size 506x9"}),
        "4.6 inch",
    ),
    "not shown": ("figure", replace("plt.show()", ""), "ends with plt.show()"),
    "caption in the dark": ("figure", figure("figure", caption="Darker is more."), "the caption says 'Darker'"),
    "wide band": ("held", says("loss ≈ 0.5 (expected 0.2 to 0.8)"), "a band wider than its value, without a comment"),
    "generator of one's own": (
        "held",
        append("\nrng = np.random.default_rng(3)"),
        "randomness comes from generator(k)",
    ),
    "global generator": ("held", append("\nnp.random.normal()"), "randomness comes from generator(k)"),
    "imported generator": ("held", append("\ndefault_rng(3)"), "randomness comes from generator(k)"),
    "torch's seed": ("held", replace("seed(3)", "3"), "the seed 3 of torch.manual_seed() is not seed(k)"),
    "scikit-learn's seed": ("held", append("\nsplit(x, random_state=k)"), "the seed k of split() is not seed(k)"),
    "an initializer's seed": ("held", append("\nkeras.Glorot(seed=1)"), "the seed 1 of keras.Glorot() is not seed(k)"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_chapter_is_named_with_its_cell(good, name):
    changed, edit, *where, message = BROKEN[name]
    edit(good[changed])
    (place,) = where or [changed]
    cell = place if isinstance(place, int) else [*good].index(place) + 1
    found = problems(good)
    assert [one for one in found if one.startswith(f"map.ipynb, cell {cell}: ") and message in one], found


def test_a_wide_band_may_say_why(good):
    good["held"].outputs[0].text = "loss ≈ 0.5 (expected 0.2 to 0.8)"
    good["held"].source += "\n# wide band: a small count"
    assert problems(good) == []


def test_one_kind_of_exercise_is_not_enough(good):
    for name in ("exercise 0", "exercise 4", "exercise 6"):
        good[name].source = good[name].source.replace(good[name].source.split("*")[5].split(",")[0], "code")
    assert any("exercises of two kinds at least; here: code" in one for one in problems(good))


def chapter_in(path):
    return form.Chapter(tool.read(path), path.stem, section=path.parent.name)


@pytest.mark.parametrize("section", sorted({path.parent for path in IN_FORM}), ids=lambda section: section.name)
def test_a_section_has_exercises_of_every_kind(section):
    chapters = [chapter_in(path) for path in IN_FORM if path.parent == section]
    assert len(chapters) < 2 or not form.kinds_missing(chapters)


def test_a_kind_that_no_chapter_has_is_named(good):
    def missing():
        return form.kinds_missing([form.Chapter(v4.new_notebook(cells=list(good.values())), "map")] * 2)

    assert missing() == set()
    for cell in good.values():
        cell.source = cell.source.replace("*pencil,", "*code,")
    assert missing() == {"pencil"}


def test_sixty_cells_are_enough(good):
    extra = {f"extra {number}": code("x") for number in range(50)}
    assert any(
        "cells of the core: 67, and 60 allowed" in one
        for one in problems({**dict([*good.items()][:4]), **extra, **good})
    )


@pytest.mark.parametrize("line", ["seed(3)", "seed(3) + 1", "s"])
def test_a_shifted_seed_is_one(good, line):
    good["held"].source += f"\nfor s in map(seed, range(3)):\n    fit(x, random_state={line})"
    assert problems(good) == []


def test_before_training_is_explained_no_program_of_it_is_asked_for(good):
    for name in ("own", "twin"):
        good[name].metadata["tags"] = ["hide-input"]
    notebook = v4.new_notebook(cells=list(good.values()))
    assert any("the whole program and its twin" in one for one in form.problems(notebook, "2-core/map.ipynb"))
    assert not any("whole program" in one for one in form.problems(notebook, "1-background/map.ipynb"))
