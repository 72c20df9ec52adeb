"""Every exercise of every chapter: right answers, wrong ones with their hints, and answers that are no answers.

The answers stand in tests/exercises/<chapter>.py, as RIGHT = {name: [answer, …]} and WRONG = {name: [(answer, words of
the hint), …]}, and in book/solutions/<chapter>.py, where a comment with the exercise's name stands above its solutions.
"""

import importlib
import re
import runpy
from pathlib import Path

import numpy as np
import pytest

from dlpath import exercises
from dlpath.exercises import EXERCISES, verdict

ROOT = Path(__file__).resolve().parents[1]
TOOLS = {"__init__", "judging", "stage"}
CHAPTERS = sorted({path.stem for path in Path(exercises.__file__).parent.glob("*.py")} - TOOLS)
SECTION = re.compile(r"^# (?P<name>[\w]+-[\w-]+)$|^def (?P<function>[a-z]\w*)", re.MULTILINE)


def solutions(chapter):
    """Name of an exercise -> the functions below the comment with its name in book/solutions/."""
    path, found, name = ROOT / f"book/solutions/{chapter}.py", {}, None
    functions = runpy.run_path(str(path))
    for match in SECTION.finditer(path.read_text(encoding="utf-8")):
        name = match["name"] or name
        if match["function"]:
            found.setdefault(name, []).append(functions[match["function"]])
    return found


for chapter in CHAPTERS:
    importlib.import_module(f"dlpath.exercises.{chapter}")
TABLES = {chapter: runpy.run_path(str(ROOT / f"tests/exercises/{chapter}.py")) for chapter in CHAPTERS}
SOLVED = {name: found for chapter in CHAPTERS for name, found in solutions(chapter).items()}
RIGHT = {name: answers for table in TABLES.values() for name, answers in table["RIGHT"].items()}
WRONG = {name: cases for table in TABLES.values() for name, cases in table["WRONG"].items()}
NAMES = sorted(EXERCISES)
CALLED = [name for name in NAMES if EXERCISES[name].call]
BLANKS = [name for name in NAMES if "-turn-" in name]


def cases(table):
    return [pytest.param(name, case, id=f"{name}-{i}") for name in table for i, case in enumerate(table[name])]


@pytest.mark.parametrize(("name", "answer"), cases(SOLVED) + cases(RIGHT))
def test_right_answers_are_right(name, answer):
    assert verdict(name, answer) == f"{name}: right. {EXERCISES[name].right}"


@pytest.mark.parametrize(("name", "case"), cases(WRONG))
def test_wrong_answers_get_their_hint(name, case):
    answer, hint = case
    said = verdict(name, answer)
    assert said.startswith((f"{name}: not yet. ", f"{name}: your code raised "))
    assert hint in said


@pytest.mark.parametrize("name", NAMES)
def test_an_exercise_has_right_and_wrong_answers_enough(name):
    blank = name in BLANKS
    assert len(SOLVED.get(name, [])) >= (0 if blank else 2), "two solutions that differ, in book/solutions/"
    assert len(SOLVED.get(name, []) + RIGHT.get(name, [])) >= 2, "two right answers of different form"
    assert len({hint for _, hint in WRONG.get(name, [])}) >= (3 if blank else 5), "three or five mistakes"


def test_no_answer_is_for_an_exercise_that_is_not_there():
    assert set(SOLVED) | set(RIGHT) | set(WRONG) <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("stub", [None, ..., lambda *args: ..., lambda *args: None])
def test_the_untouched_stub_is_told_that_it_is_one(name, stub):
    if EXERCISES[name].call or not callable(stub):
        assert verdict(name, stub).startswith(f"{name}: this is still the stub.")


@pytest.mark.parametrize("name", CALLED)
@pytest.mark.parametrize("answer", ["42 cm", 0.5, [1, 2], np.ones(3), {"a": 1}])
def test_what_is_no_function_is_told_what_to_write(name, answer):
    assert verdict(name, answer).startswith(
        f"{name}: not yet. This exercise wants a function: write {EXERCISES[name].call}"
    )


def raising(*args):
    raise LookupError("my own")


@pytest.mark.parametrize("name", CALLED)
def test_an_error_of_the_learners_is_named(name):
    assert verdict(name, raising) == f"{name}: your code raised LookupError: my own."
    assert verdict(name, lambda: 1).startswith(f"{name}: your code raised TypeError")


ABSURD = ["p", 0.5, -1e300, np.inf, [], (), [1, 2], (1, 2), [[1, 2], [3]], {"a": 1}, object(), np.ones((2, 3, 4)), 1j]


@pytest.mark.parametrize("name", CALLED)
@pytest.mark.parametrize("result", ABSURD, ids=lambda value: type(value).__name__)
def test_an_absurd_result_gets_a_sentence_and_no_message_of_pythons(name, result):
    said = verdict(name, lambda *args: result)
    assert said.startswith(f"{name}: not yet. ")
    assert "could not be read" not in said
    assert "Error" not in said


@pytest.mark.parametrize("name", [name for name in CALLED if not name.endswith("-loop")])  # a loop's result is not read
@pytest.mark.parametrize(
    "result", [np.nan, (np.nan, np.nan), np.full(3, np.nan)], ids=lambda value: type(value).__name__
)
def test_not_a_number_is_no_answer(name, result):
    assert verdict(name, lambda *args: result).startswith(f"{name}: not yet. ")


@pytest.mark.parametrize("name", [name for name in NAMES if not EXERCISES[name].call])
@pytest.mark.parametrize("answer", [*ABSURD, np.nan, raising], ids=lambda value: type(value).__name__)
def test_an_absurd_value_gets_a_sentence(name, answer):
    assert verdict(name, answer).startswith(f"{name}: not yet. ")


# ---- blanks


@pytest.mark.parametrize("name", BLANKS)
def test_a_blank_knows_the_packages_function_and_each_mistake(name):
    judge = EXERCISES[name].judge
    judge.like(*judge.arrays(np.random.default_rng(0)))  # an author's error shows here as it is
    assert verdict(name, judge.like) == f"{name}: right. {EXERCISES[name].right}"
    for hint, mistake in judge.mistakes.items():
        assert verdict(name, mistake) == f"{name}: not yet. {hint}"


@pytest.mark.parametrize("name", BLANKS)
def test_a_blank_draws_other_sizes_each_time(name):
    arrays = EXERCISES[name].judge.arrays
    first, second = ([np.shape(part) for part in arrays(np.random.default_rng(draw))] for draw in (0, 1))
    assert first != second or not any(first), "take the sizes from rng: sizes(rng, 2)"
