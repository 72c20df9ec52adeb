"""Where a page stands: chapters numbered from the table of contents, what one needs, how long a section takes.

Nothing here is typed: numbers follow _toc.yml, groups follow dlpath.GROUPS, minutes and needs follow the chapters' box.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from docutils import nodes

import dlpath

ROOT = Path(__file__).resolve().parents[1]
MINUTES = re.compile(r"\*\*Minutes\*\*\s*core (\d+)(?:, exercises (\d+))?(?:, further (\d+))?")


@dataclass
class Entry:
    doc: str
    title: str
    number: str  # "2.1", or nothing where the page is no chapter
    group: str = ""  # of a reference page: foundations, layers, …


@dataclass
class Part:
    caption: str
    entries: list[Entry]


def parts(env):
    """The table of contents, part by part."""
    found = []
    for tree in env.external_site_map.root.subtrees:
        section = re.match(r"\d+", tree.caption or "")
        chapters, entries = 0, []
        for doc in map(str, tree.items):
            is_chapter = bool(section) and doc.startswith("notebooks/")
            chapters += is_chapter
            number = f"{section[0]}.{chapters}" if is_chapter else ""
            title = env.external_site_map[doc].title or env.titles[doc].astext()
            entries.append(Entry(doc, title, number, _group(doc)))
        found.append(Part(tree.caption, sorted(entries, key=_order)))
    return found


def _group(doc):
    name = Path(doc).name
    if not doc.startswith("book/reference/"):
        return ""
    return next((group for group, concepts in dlpath.GROUPS.items() if name in concepts), "the rest")


def _order(entry):
    """Reference pages by group; everything else as the table of contents has it."""
    return [*dlpath.GROUPS, "the rest"].index(entry.group) if entry.group else -1


def number_of(env, doc):
    return next((entry.number for part in parts(env) for entry in part.entries if entry.doc == doc), "")


def address(doc):
    """The page's path inside the repository."""
    return f"{doc}.ipynb" if (ROOT / f"{doc}.ipynb").is_file() else f"{doc}.md"


@cache
def minutes(notebook):
    """(core, exercises, further) as the chapter's box says; nothing where it does not say."""
    cells = json.loads(Path(notebook).read_text(encoding="utf-8"))["cells"]
    found = (MINUTES.search("".join(cell["source"])) for cell in cells[:6])
    match = next(filter(None, found), None)
    return tuple(int(part or 0) for part in match.groups()) if match else None


def section_minutes(env, opener):
    """What the chapters of the section that this page opens take together, as a sentence; nothing for other pages."""
    part = next((part for part in parts(env) if part.entries[0].doc == opener), None)
    chapters = [entry for entry in part.entries if entry.number] if part else []
    times = [minutes(ROOT / f"{entry.doc}.ipynb") for entry in chapters]
    total = Counter()
    for core, exercises, further in filter(None, times):
        total += Counter(core=core, exercises=exercises, further=further)
    if not total:
        return ""
    words = {"core": "to read", "exercises": "for the exercises", "further": "for what goes further"}
    spent = ", ".join(f"{_clock(total[key])} {said}" for key, said in words.items() if total[key])
    return f"{len(chapters)} chapter{'s' if len(chapters) > 1 else ''}: {spent}."


def _clock(minutes):
    hours, rest = divmod(minutes, 60)
    return " ".join([f"{hours} h"] * bool(hours) + [f"{rest} min"] * bool(rest or not hours))


def needs(doctree):
    """(address, words) of the links after **Needs** in the box at the head of a chapter."""
    for paragraph in doctree.findall(nodes.paragraph):
        strong = [child for child in paragraph.findall(nodes.strong) if child.astext() == "Needs"]
        if strong:
            siblings = strong[0].parent.children[strong[0].parent.index(strong[0]) + 1 :]
            end = next((i for i, child in enumerate(siblings) if isinstance(child, nodes.strong)), len(siblings))
            links = [link for child in siblings[:end] for link in child.findall(nodes.reference)]
            return [(link["refuri"], link.astext()) for link in links if "refuri" in link]
    return []
