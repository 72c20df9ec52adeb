"""Directives that read the package: its source, its signatures, its equations and what checks them."""

from pathlib import Path

import scan
from generated import Generated

ROOT = Path(__file__).resolve().parents[1]
VERSIONS = {"in_numpy": "NumPy", "in_torch": "PyTorch", "in_tensorflow": "TensorFlow"}


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
            own = _sources(file)
            wanted = [n for name in names for n in (name, f"{name}_backward") if n in own]
            found.update(wanted)
            bodies[version] = [line for name in dict.fromkeys(wanted) for line in _included(own[name], name)]
        if missing := [name for name in names if name not in found]:
            raise ValueError(f"no version has {', '.join(missing)}")
        yield from tabs({version: lines for version, lines in bodies.items() if lines})


def _sources(file):
    """{name: the file that defines it}: this version's, and for NumPy those beside it that have no version."""
    beside = [
        other for other in sorted(file.parent.glob("*.py")) if other.stem not in (*VERSIONS, "ledger", "__init__")
    ]
    files = [*beside, file] if file.stem == "in_numpy" else [file]
    return {name: place for place in files for name in scan.names_in(place)}


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
