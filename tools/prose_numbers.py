"""The numbers in a chapter's prose, and whether it computes them: python tools/prose_numbers.py PATH …

A number with a decimal point, a per cent sign or three digits that stands in Markdown, a caption or an alt text has to
be found, rounded as written, in the code or the outputs of the same `##` part: 0.978 supports 97.8 %. The box **In
short** may lean on every part. What the chapter does not compute is `given` in its metadata, with its source:

    "dlpath": {"given": {"1,797": "see Which average flower is nearer?", "1.96": "quantile of the normal distribution"}}

A source that begins with `see` names another part, in which the number then has to be found.
"""

import io
import re
import sys
import tokenize
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import nbformat

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.chapter import Chapter, draws

SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
NUMBER = re.compile(
    r"""(?<![\w.^])
    (?P<digits> \d{1,3}(?:,\d{3})+(?:\.\d+)?(?!,\d) | \d*\.\d+ | \d+(?=e[+-]?\d|\W|$) )
    (?:e(?P<e>[+-]?\d+))?
    (?:\s*[×·*]\s*10\^(?P<power>-?\d+))?
    (?P<percent>\s?%|\s(?:per[ ]?cent|percentage[ ]points?|points?)\b)?
    (?![\d_]|\.\d)""",
    re.VERBOSE,
)
ABOUT = re.compile(r"\b(?:about|almost|around|nearly|roughly|some)\s*$")
LINK = re.compile(r"\[([^][]*)\]\(([^()\s]*)\)")
COMMENT = re.compile(r"<!-- (.*?) -->")
BAND = re.compile(r"\(expected .*? to .*?\)")
FENCE = re.compile(r"^(`{3,}|~{3,}).*?^\1", re.MULTILINE | re.DOTALL)
TAG = re.compile(r"</?[a-z][^<>]*>")


class Number(NamedTuple):
    """A number as it is written: 97.8 % is Decimal("97.8"), in hundredths, with a last place of 0.1."""

    written: str
    value: Decimal
    place: Decimal
    percent: bool
    negative: bool
    exact: bool = False  # a literal or the end of a band: it supports no rounded number


def plain(text: str) -> str:
    """Markdown with what is no prose blanked: fenced code, tags, the targets of links, the years of citations."""
    text = TAG.sub(" ", FENCE.sub(" ", text))
    text = LINK.sub(lambda link: _without_year(*link.groups()), text)
    for old, new in (
        (r"\%", "%"),
        ("{,}", ","),
        (r"\,", " "),
        (r"\times", "×"),
        (r"\cdot", "·"),
        ("−", "-"),
        (" ", " "),
    ):
        text = text.replace(old, new)
    text = re.sub("10([⁻⁰¹²³⁴-⁹]+)", lambda power: f"10^{power[1].translate(SUPERSCRIPTS)}", text)
    return re.sub(r"10\^\{(-?\d+)\}", r"10^\1", text)


def _without_year(words: str, target: str) -> str:
    year = re.search(r"\d{4}(?=[a-z]?$)", target) if target.startswith("#") else None
    return words.replace(year[0], " ") if year else words


def numbers(text: str):
    """Every number of a text that is prose or output already."""
    for match in NUMBER.finditer(text):
        digits = match["digits"].replace(",", "")
        power = int(match["power"] or match["e"] or 0)
        before = text[: match.start()]
        place = Decimal(1).scaleb(-len(digits.partition(".")[2]) + power)
        if ABOUT.search(before) and "." not in digits:
            place *= 10 ** (len(digits) - len(digits.rstrip("0")))
        negative = bool(re.search(r"(?:^|[\s(\[$=,≈~{&])-$", before))
        yield Number(match[0].strip(), Decimal(digits).scaleb(power), place, bool(match["percent"]), negative)


def counts(number: Number) -> bool:
    """Whether a number has to be found: with a decimal point, a per cent sign, or three digits."""
    return "." in number.written or number.percent or sum(map(str.isdigit, number.written)) >= 3


def supports(found: Number, number: Number) -> bool:
    """Whether a computed number is the written one, rounded as it is written."""
    if number.negative and not found.negative:
        return False
    scales = [1, 100] if number.percent and not found.percent else [1]
    scales = [1, Decimal("0.01")] if found.percent and not number.percent else scales
    slack = 0 if found.exact else number.place / 2
    return any(abs(found.value * scale - number.value) <= slack for scale in scales)


def computed(piece) -> list[Number]:
    """The numbers in a cell's code and outputs; of a cell that draws, what stands in its picture."""
    texts = []
    for output in piece.source.outputs:
        data = output.get("data", {})
        texts += [output.get("text", ""), output.get("evalue", "")]
        texts += [text for kind, text in data.items() if kind.startswith("text/") and "<Figure" not in text]
        texts += COMMENT.findall(data.get("image/svg+xml", ""))
    bands = [band for text in texts for band in BAND.findall(text)]
    found = [one for text in texts for one in numbers(BAND.sub("", text.replace("−", "-")))]
    found += [one._replace(exact=True) for band in bands for one in numbers(band)]
    return found if draws(piece) else found + _literals(piece.text)


def _literals(code: str) -> list[Number]:
    """The numbers of Python code, of either sign, and those in its comments and strings."""
    found = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            text = token.string.replace("_", "") if token.type == tokenize.NUMBER else ""
            text = token.string if token.type in (tokenize.COMMENT, tokenize.STRING) else text
            found += numbers(re.sub(r"^(\d+)\.$", r"\1.0", text))
    except (tokenize.TokenError, SyntaxError):
        pass  # a stub that is to be mended, or a line for IPython
    return [number._replace(negative=sign, exact=True) for number in found for sign in (True, False)]


class Prose(NamedTuple):
    cell: int
    part: int
    text: str
    box: bool


def prose(chapter) -> list[Prose]:
    """What a reader reads: Markdown, and the captions and alt texts of figures."""
    found = []
    for piece in chapter.pieces:
        if piece.kind == "markdown":
            found.append(Prose(piece.cell, piece.part, plain(piece.text), piece in chapter.box()))
        elif draws(piece):
            mystnb = piece.source.metadata["mystnb"]
            texts = mystnb.get("figure", {}).get("caption", ""), mystnb.get("image", {}).get("alt", "")
            found.append(Prose(piece.cell, piece.part, plain("\n".join(texts)), False))
    return found


def evidence(chapter) -> dict[int, list[Number]]:
    """Part -> what its code cells compute."""
    found = {part: [] for part in range(len(chapter.headings))}
    for piece in chapter.pieces:
        found[piece.part] += computed(piece) if piece.kind == "code" else []
    return found


class Judged(NamedTuple):
    cell: int
    number: Number
    found: bool
    where: list[Number]  # what it was looked for in


def judge(chapter) -> tuple[list[Judged], list[str]]:
    """Each number that counts, and the keys of `given` that nothing needed."""
    known, given = evidence(chapter), {_spaced(key): source for key, source in chapter.ours.get("given", {}).items()}
    everywhere = [number for part in known.values() for number in part]
    judged, idle = [], set(given)
    for cell, part, text, box in prose(chapter):
        where = everywhere if box else known[part]
        for number in filter(counts, numbers(text)):
            found = any(supports(one, number) for one in where)
            names = {_spaced(number.written), _digits(number)} & given.keys()
            if not found and names:
                idle -= names
                found = all(_holds(number, given[name], chapter, known) for name in names)
            judged.append(Judged(cell, number, found, where))
    return judged, sorted(idle)


def _holds(number, source, chapter, known) -> bool:
    """Whether a source is one: words, or `see` and a heading under which the number is found."""
    if not source.startswith("see "):
        return len(source.split()) > 1
    parts = [part for part, heading in enumerate(chapter.headings) if heading == source.removeprefix("see ").strip()]
    return any(supports(one, number) for part in parts for one in known[part])


def _spaced(written: str) -> str:
    return " ".join(plain(written).replace("%", " %").split())


def _digits(number: Number) -> str:
    return re.match(r"[\d.,]+", number.written)[0]


def unsupported(chapter):
    """The rule: (cell, what is wrong)."""
    judged, idle = judge(chapter)
    for cell, number, found, _ in judged:
        if not found:
            yield (
                cell,
                f"{number.written!r} is not computed in its part, nor given (metadata dlpath.given) with its source",
            )
    for key in idle:
        yield 1, f"{key!r} is given in the notebook's metadata, and no text needs it"


def falsified(number: Number) -> Number:
    """The number with another last digit."""
    digits = _digits(number)
    exponent = re.search(r"(?:e|10\^)([+-]?\d+)", number.written)
    unit = Decimal(1).scaleb(-len(digits.partition(".")[2]) + int(exponent[1] if exponent else 0))
    return number._replace(value=number.value + unit * (-1 if digits.endswith("9") else 1))


def main(paths) -> int:
    found = []
    for path in paths:
        chapter = Chapter(nbformat.read(path, as_version=4), Path(path).stem)
        judged, _ = judge(chapter)
        good = [one for one in judged if one.found]
        caught = sum(not any(supports(one, falsified(number)) for one in where) for _, number, _, where in good)
        print(f"{path}: {len(judged)} numbers, {len(good)} found, {caught} of these not with another last digit")
        found += [f"{path}, cell {cell}: {what}" for cell, what in unsupported(chapter)]
    print("\n".join(found))
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
