"""One style sheet for the whole book, made from those of the theme, of the extensions, of the book and of MathJax.

Rules that no page can use are dropped (the theme brings two thousand), and the dark colours work without scripts too:
until a script says "light" or "dark", the pages' theme is "auto", and the reader's system decides.
"""

import re

import tinycss2

NAME = re.compile(r"[.#]([\w-]+)")
FUNCTION = re.compile(r":(?:not|is|where|has)\((?:[^()]|\([^()]*\))*\)")
DARK = re.compile(r"html\[data-theme=[\"']?dark[\"']?\]")
LIGHT = re.compile(r"html\[data-theme=[\"']?light[\"']?\]|html:not\(\[data-theme\]\)")


def words(texts):
    """Every word of these pages and scripts: whatever class or id is in use is among them."""
    return set().union(*(re.findall(r"[\w-]+", text) for text in texts))


def merge(sheets, used):
    """The sheets in their order as one, without the rules that need a class or an id that is not used."""
    merged = []
    for sheet in sheets:
        rules = list(_rules(tinycss2.parse_stylesheet(sheet, True, True), used))
        dark = [rule for rule in map(_for_auto, rules) if rule]
        merged += [*rules, *(["@media (prefers-color-scheme:dark){", *dark, "}"] if dark else [])]
    return "\n".join(merged)


def _rules(nodes, used):
    for node in nodes:
        if node.type == "qualified-rule":
            kept = [s for s in _selectors(node.prelude) if set(NAME.findall(FUNCTION.sub("", s))) <= used]
            if kept:
                yield _short(LIGHT.sub("html:not([data-theme=dark])", ",".join(kept)), node.content)
        elif node.type == "at-rule" and node.lower_at_keyword in ("media", "supports"):
            inner = tinycss2.parse_rule_list(node.content, True, True)
            body = "".join(_rules(inner, used))
            if body:
                yield f"@{node.at_keyword}{tinycss2.serialize(node.prelude)}{{{body}}}"
        elif node.type == "at-rule" and node.lower_at_keyword not in ("import", "charset"):
            yield _short(f"@{node.at_keyword}{tinycss2.serialize(node.prelude)}", node.content)


def _selectors(prelude):
    """What stands between the commas, those inside `:is(…)` apart."""
    parts = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        elif token.type != "comment":
            parts[-1].append(token)
    return [tinycss2.serialize(part).strip() for part in parts]


def _short(prelude, content):
    """A rule without comments and without the white space that a browser does not need."""
    body = tinycss2.serialize([token for token in content or () if token.type != "comment"])
    body = re.sub(r"\s*([;{}])\s*", r"\1", re.sub(r"\s+", " ", body)).strip(" ;")
    return f"{prelude.strip()}{{{body}}}"


def _for_auto(rule):
    """The rule for the dark, for a page whose theme nobody has set; nothing where the rule is about something else."""
    if rule.startswith("@media print") or not DARK.search(rule):
        return ""
    return DARK.sub("html[data-theme=auto]", rule)
