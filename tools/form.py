"""The form of a chapter, measured: python tools/form.py PATH … prints sizes, and what does not keep the form.

Each rule takes a chapter and yields (cell, what is wrong). The rules hold for notebooks whose metadata says
`"dlpath": {"form": 2}`; here they are tried on whatever is named.
"""

import re
import sys
from pathlib import Path

import nbformat

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools import form_of_code
from tools.chapter import TAIL, Chapter, draws, lines, output, paragraphs, shown, visible, words
from tools.prose_numbers import unsupported

KINDS = {"pencil", "code", "predict and change", "find the bug"}
LIMITS = {  # what is measured: how much is allowed
    "words of the box": 150,
    "words of the core": 3300,
    "cells of the core": 60,
    "visible lines of code in the core": 300,
    "lines that show() prints in the core": 80,
    "words of Further ★": 1200,
    "words of the page": 5500,
}
CHECK = re.compile(r'^check\("(?P<name>[\w-]+)", *[^)\s]+\)\s*\Z', re.MULTILINE)
LAST_LINE = re.compile(
    r"\*\*Needs\*\* .*\]\(.* · \*\*Level\*\* (●○○|●●○|●●●) · "
    r"\*\*Minutes\*\* core \d+, exercises \d+, further \d+\Z"
)
EXERCISE = re.compile(r"\*\*(?P<number>\d+)\. [^*]+\*\* (?P<facts>\*[^*]+\*)? *\S")
FACTS = re.compile(r"\*(?P<kind>[a-z ]+), (●○○|●●○|●●●), \d+ minutes?\.\*")


def measures(chapter) -> dict[str, int]:
    core = chapter.core()
    box = [piece._replace(text=re.sub(r"^> ?", "", piece.text, flags=re.MULTILINE)) for piece in chapter.box()]
    return {
        "words of the box": words(box),
        "words of the core": words(core),
        "cells of the core": len({piece.cell for piece in core}),
        "visible lines of code in the core": sum(lines(piece.text) for piece in visible(core)),
        "lines that show() prints in the core": sum(shown(piece) for piece in core if piece.kind == "code"),
        "words of Further ★": words(chapter.part("Further ★")),
        "words of the page": words(chapter.pieces),
    }


def budgets(chapter):
    """No part is longer than it may be."""
    for what, size in measures(chapter).items():
        if size > LIMITS[what]:
            cell = chapter.box()[0].cell if what == "words of the box" else 1
            yield cell, f"{what}: {size:,}, and {LIMITS[what]:,} allowed"


def head(chapter):
    """Title, the question in italics, a picture."""
    first = chapter.pieces[0]
    begin = paragraphs(first.text)
    if first.kind != "markdown" or not re.fullmatch(r"# [^\n]+", begin[0]):
        yield first.cell, "the notebook begins with a Markdown cell, its first line `# Title`"
    if len(begin) < 2 or not re.fullmatch(r"\*[^*]+\?[^*]*\*", begin[1]):
        yield first.cell, "after the title comes the question, a paragraph of its own in italics: `*What …?*`"
    if not any(draws(piece) or "![" in piece.text for piece in chapter.part(0)):
        yield first.cell, "no picture in the head: a folded cell that draws, before the first `##`"


def box(chapter):
    """One block quote in the head, with what its last line has to say."""
    boxes = chapter.box()
    if len(boxes) != 1 or boxes[0].part or not boxes[0].text.startswith("> **In short**"):
        yield boxes[0].cell if boxes else 1, "one Markdown cell of the head is the box, and begins `> **In short**`"
        return
    cell, text = boxes[0].cell, boxes[0].text.strip()
    if not all(line.startswith(">") for line in text.splitlines()):
        yield cell, "every line of the box begins with `>`, and nothing else is in its cell"
    text = " ".join(re.sub(r"^> ?", "", text, flags=re.MULTILINE).split())
    if "Afterwards you can" not in text:
        yield cell, "the box says what the reader can do: `Afterwards you can …`"
    if not any(len(bold.split()) > 3 for bold in re.findall(r"\*\*(.+?)\*\*", text)):
        yield cell, "the box has the key sentence, in bold"
    if not LAST_LINE.search(text):
        last = "> **Needs** [links] · **Level** ●○○ · **Minutes** core 45, exercises 40, further 20"
        yield cell, f"the box ends with the line `{last}`"


def tail(chapter):
    """The four headings, in their order."""
    found = chapter.headings[chapter.first_of_tail :]
    if found != TAIL:
        cell = chapter.part(chapter.first_of_tail)[0].cell if found else chapter.pieces[-1].cell
        yield cell, f"the chapter ends with ## {', ## '.join(TAIL)}; here: {', '.join(found) or 'none of them'}"


def summaries(chapter):
    """Each part of the core ends with one bold sentence."""
    for part in range(1, chapter.first_of_tail):
        piece = chapter.part(part, "markdown")[-1]
        last = paragraphs(re.sub(r"^#+ .*", "", piece.text, flags=re.MULTILINE)) or [""]
        bold = re.findall(r"\*\*(.+?)\*\*", last[-1], re.DOTALL)
        sentence = len(bold) == 1 and len(bold[0].split()) > 3 and re.search(r"[.!?]\*\*|\*\*[.!?]", last[-1])
        if not sentence:
            yield (
                piece.cell,
                f"{chapter.headings[part]!r} ends with one bold sentence, its summary, in its last paragraph",
            )


def blanks(chapter):
    """Two to four times the reader types what was derived."""
    found = 0
    for piece, after in zip(chapter.pieces, [*chapter.pieces[1:], None], strict=True):
        if piece.part >= chapter.first_of_tail or piece.kind != "markdown":
            continue
        if any(paragraph.startswith("**Your turn.**") for paragraph in paragraphs(piece.text)):
            found += 1
            for cell, what in _stub(piece, after, f"{chapter.name}-turn-"):
                yield cell, f"**Your turn.** {what}"
    if not 2 <= found <= 4:
        yield 1, f"the core has two to four blanks, paragraphs that begin `**Your turn.**`; here: {found}"


def _stub(task, piece, prefix, untouched="still the stub"):
    """What is wrong with the cell, after its task, in which the reader is to write."""
    if piece is None or piece not in visible([piece]):
        yield task.cell, "a visible code cell with the stub comes next"
        return
    match = CHECK.search(piece.text)
    if not match or not match["name"].startswith(prefix):
        yield piece.cell, f'the cell ends with check("{prefix}…", …)'
    elif untouched and "..." not in piece.text:
        yield piece.cell, "three dots stand where the reader writes"
    elif not output(piece).startswith(f"{match['name']}: ") or untouched not in output(piece):
        yield piece.cell, f"the stored output is that of an untouched stub, not {output(piece)!r}"
    elif output(piece).startswith(f"{match['name']}: right."):
        yield piece.cell, "the cell is stored with the right answer in it"


def questions(chapter):
    """Two or three quiz questions."""
    pieces = chapter.part("Questions", "markdown")
    number = sum(piece.text.count('<div class="quiz">') for piece in pieces)
    if pieces and number not in (2, 3):
        yield pieces[0].cell, f'two or three quiz questions (<div class="quiz">); here: {number}'


def exercises(chapter):
    """Five or six, each with kind, level and minutes, and its stub."""
    pieces, number, kinds = chapter.part("Exercises"), 0, set()
    for piece, after in zip(pieces, [*pieces[1:], None], strict=False):
        headed = [EXERCISE.match(one) for one in paragraphs(piece.text) if piece.kind == "markdown"]
        for match in filter(None, headed):
            number += 1
            facts = FACTS.fullmatch(match["facts"] or "")
            kinds |= {facts["kind"]} if facts else set()
            if int(match["number"]) != number:
                yield piece.cell, f"the exercise is number {number}, not {match['number']}"
            if not facts or facts["kind"] not in KINDS:
                kind = f"one of {', '.join(sorted(KINDS))}"
                yield (
                    piece.cell,
                    f"exercise {number} begins `**{number}. Title.** *kind, ●○○, 5 minutes.* …`, the kind {kind}",
                )
            free = facts and facts["kind"] in ("find the bug", "predict and change")
            for cell, what in _stub(piece, after, f"{chapter.name}-", "" if free else "still the stub"):
                yield cell, f"exercise {number}: {what}"
    if pieces and number not in (5, 6):
        yield (
            pieces[0].cell,
            f"five or six exercises, each beginning `**1. Title.** *kind, ●○○, 5 minutes.*`; here: {number}",
        )
    if pieces and len(kinds) < 2:
        yield pieces[0].cell, f"exercises of two kinds at least; here: {', '.join(sorted(kinds)) or 'none'}"


def kinds_missing(chapters) -> set[str]:
    """The kinds of exercise that none of a section's chapters has."""
    texts = [piece.text for chapter in chapters for piece in chapter.part("Exercises", "markdown")]
    return KINDS - {match["kind"] for text in texts for match in FACTS.finditer(text)}


def further(chapter):
    """Each part of Further ★ has a heading, and begins with what it needs."""
    parts = [piece for piece in chapter.part("Further ★", "markdown")]
    sections = [(piece.cell, *part) for piece in parts for part in re.findall(r"^### (.+)\n([^#]*)", piece.text, re.M)]
    if parts and not sections:
        yield parts[0].cell, "the parts of Further ★ have headings `###`"
    for cell, heading, text in sections:
        if not re.search(r"\bneed", (paragraphs(text) or [""])[0], re.IGNORECASE):
            yield cell, f"{heading!r} says in its first paragraph what it needs"


RULES = [budgets, head, box, tail, summaries, blanks, questions, exercises, further, *form_of_code.RULES, unsupported]


def problems(notebook, path) -> list[str]:
    chapter = Chapter(notebook, Path(path).stem, section=Path(path).parent.name)
    found = {(cell, what): None for rule in RULES for cell, what in rule(chapter)}
    return [f"{path}, cell {cell}: {what}" for cell, what in sorted(found)]


def main(paths) -> int:
    found = []
    for path in paths:
        notebook = nbformat.read(path, as_version=4)
        for what, size in measures(Chapter(notebook, Path(path).stem)).items():
            print(f"{size:6,} of {LIMITS[what]:5,}  {what}")
        found += problems(notebook, path)
    print("\n".join(found) or "the form is kept")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
