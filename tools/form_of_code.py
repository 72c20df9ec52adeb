"""The form of a chapter, where it is about code: whole programs, folded checks, figures, seeds."""

import ast
import re

from dlpath.notebook import CLAIM
from tools.chapter import draws, lines, output, tags, tree, visible

TRAINS = re.compile(r"\btrain\w*\(|\.fit\w*\(|\.backward\(\)")
DARK = re.compile(r"\b(?:dark|light|bright)(?:er|est)?\b|\b(?:white|black)\b", re.IGNORECASE)
HELD = re.compile(r"\bexpect\(|^\s*assert\b|\bassert_\w+\(", re.MULTILINE)
DPI = 110  # as dlpath.figures sets it
SEEDED = {"manual_seed", "set_random_seed", "set_seed", "from_seed"}  # their first argument is a seed


def short_cells(chapter):
    """A visible cell is short; the whole programs have limits of their own."""
    for piece in visible(chapter.core()):
        if "whole-program" not in tags(piece) and lines(piece.text) > 20:
            yield piece.cell, f"a visible cell of {lines(piece.text)} lines of code, and 20 allowed: cut it, or fold it"


def three_versions(chapter):
    """One part of the core, its checks folded, and where the three do not agree."""
    heading = re.compile(r"^### Where the three do not agree *$", re.MULTILINE)
    parts = {piece.part for piece in chapter.core("markdown") if heading.search(piece.text)}
    if len(parts) != 1:
        yield 1, f"one part of the core has `### Where the three do not agree`; here: {len(parts)}"
    for part in parts:
        for piece in visible(chapter.part(part)):
            if re.search(r"^\s*assert\b|\bassert_\w+\(|_vjp\(", piece.text, re.MULTILINE):
                yield piece.cell, "a cell that checks parity is folded: tag it hide-input"


def whole_programs(chapter):
    """The whole program without the package, and its twin in a framework; both are held to their result."""
    programs = [piece for piece in chapter.core("code") if "whole-program" in tags(piece)]
    trains = any(TRAINS.search(piece.text) for piece in chapter.core("code"))
    if chapter.section == "1-background":  # its reader has not met training yet: a tool from later chapters
        trains = False
    if programs or trains:
        if len(programs) != 2 or len({piece.part for piece in programs}) != 1:
            yield 1, "one part has the whole program and its twin in PyTorch or Keras, two cells tagged whole-program"
        else:
            yield from _programs(chapter, *programs)


def _programs(chapter, own, twin):
    packaged = _imported_from_package(chapter)
    for piece, limit in ((own, 35), (twin, 25)):
        if piece not in visible([piece]):
            yield piece.cell, "a whole program is visible"
        if lines(piece.text) > limit:
            yield piece.cell, f"a whole program of {lines(piece.text)} lines, and {limit} allowed"
        if used := sorted(packaged & {node.id for node in ast.walk(tree(piece)) if isinstance(node, ast.Name)}):
            yield piece.cell, f"a whole program does without dlpath; here: {', '.join(used)}"
        after = chapter.pieces[chapter.pieces.index(piece) + 1 :]
        held = [piece.text, *[one.text for one in after if one.kind == "code"][:1]]
        if not HELD.search("\n".join(held)):
            yield piece.cell, "the program is held to its result: assert in its cell, or expect in the next code cell"
    if not re.search(r"\b(torch|keras|nn|tf)\.", twin.text):
        yield twin.cell, "the twin is in PyTorch or Keras"


def _imported_from_package(chapter) -> set[str]:
    """The names that the notebook imports from dlpath."""
    nodes = [node for piece in chapter.pieces if piece.kind == "code" for node in ast.walk(tree(piece))]
    froms = [node for node in nodes if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("dlpath")]
    return {"dlpath"} | {alias.asname or alias.name for node in froms for alias in node.names}


def figures(chapter):
    """Small enough for a phone, ended by plt.show(), and true in the dark."""
    for piece in filter(draws, chapter.pieces):
        mystnb = piece.source.metadata["mystnb"]
        drawn = " ".join(one.get("data", {}).get("text/plain", "") for one in piece.source.outputs)
        size = re.search(r"<Figure size (\d+)x", drawn)
        if size and int(size[1]) > 4.5 * DPI:
            yield piece.cell, f"a figure {int(size[1]) / DPI:.1f} inches wide, and 4.5 allowed"
        if not piece.text.rstrip().endswith("plt.show()"):
            yield piece.cell, "a cell that draws ends with plt.show()"
        ink = "ink" in mystnb.get("image", {}).get("classes", "").split()
        if not ink and (found := DARK.search(mystnb["figure"].get("caption", ""))):
            yield piece.cell, f"the caption says {found[0]!r}, which is another colour in the dark"


def seeds(chapter):
    """Every seed comes from generator(k) or seed(k)."""
    for piece in chapter.pieces:
        calls = [node for node in ast.walk(tree(piece)) if isinstance(node, ast.Call)] if piece.kind == "code" else []
        for call in calls:
            name = ast.unparse(call.func)
            if re.fullmatch(r"(?:(?:np|numpy)\.)?random\.\w+|(?:\w+\.)*(?:default_rng|RandomState)", name):
                yield piece.cell, f"{name}(): randomness comes from generator(k) or seed(k) of dlpath.notebook"
            for value in _seeds_of(call, name):
                if not _shifted(value, chapter):
                    yield piece.cell, f"the seed {ast.unparse(value)} of {name}() is not seed(k) of dlpath.notebook"


def _seeds_of(call, name):
    """What a call takes as a seed: by keyword, or first."""
    keywords = {"random_state", "seed"} if "." in name else {"random_state"}  # seed= of the notebook's own is a k
    first = call.args[:1] if name.split(".")[-1] in SEEDED else []
    return [*first, *(keyword.value for keyword in call.keywords if keyword.arg in keywords)]


def _shifted(value, chapter) -> bool:
    """Whether a seed is computed by seed(), here or where its name is bound."""
    names = {node.id for node in ast.walk(value) if isinstance(node, ast.Name)}
    code = "\n".join(piece.text for piece in chapter.pieces if piece.kind == "code")
    bound = [rf"^\s*{name} = .*\bseed\(|\bfor {name} in .*\bseed\b" for name in names]
    return "seed" in names or any(re.search(one, code, re.MULTILINE) for one in bound)


def wide_bands(chapter):
    """A band wider than its value says why; one that bounds rounding is meant to be wide."""
    for piece in chapter.pieces:
        claims = map(CLAIM.fullmatch, output(piece).splitlines()) if piece.kind == "code" else ()
        for claim in [claim for claim in claims if claim and claim["low"]]:
            low, value, high = map(float, claim.group("low", "value", "high"))
            wide = high - low > abs(value) and max(-low, high) > 1e-6
            if wide and not re.search(r"^\s*# wide band: \S+ \S+", piece.text, re.MULTILINE):
                yield piece.cell, f"a band wider than its value, without a comment `# wide band: reason`: {claim[0]!r}"


RULES = [short_cells, three_versions, whole_programs, figures, seeds, wide_bands]
