"""The engine of the exercises: every kind of answer gets a sentence, and nothing is ever raised."""

import sys
import types

import numpy as np
import pytest

from dlpath.exercises import EXERCISES, Hint, check, exercise, verdict
from dlpath.exercises.judging import same

STUB = "demo-double: this is still the stub."


@pytest.fixture(autouse=True)
def demo(monkeypatch):
    """Two exercises that live for one test: double an array, and name a number."""
    before = dict(EXERCISES)
    monkeypatch.setitem(sys.modules, "dlpath.exercises.demo", types.ModuleType("dlpath.exercises.demo"))

    @exercise("demo-double", right="Twice is the sum with itself.", call="double(x)")
    def double(answer):
        x = np.array([1.0, 2.0, 3.0])
        if same(answer(x), x):
            raise Hint("That is x itself.")
        if not same(answer(x=x), 2 * x):
            raise Hint("That is not 2x.")

    @exercise("demo-number", right="Six times seven.")
    def number(answer):
        if answer != 42:
            raise Hint(f"{answer + 0:d} is not it.")

    yield
    EXERCISES.clear()
    EXERCISES.update(before)


def untouched(x): ...


def test_a_right_answer_is_told_what_it_shows(capsys):
    check("demo-double", lambda x: x + x)
    assert capsys.readouterr().out == "demo-double: right. Twice is the sum with itself.\n"
    assert verdict("demo-number", 42) == "demo-number: right. Six times seven."


def test_check_returns_nothing_that_a_notebook_would_print(capsys):
    assert check("demo-number", 42) is None


@pytest.mark.parametrize("answer", [None, ..., untouched, lambda x: None, lambda x: ...])
def test_an_untouched_stub_is_told_that_it_is_one(answer):
    assert verdict("demo-double", answer).startswith(STUB)


def test_a_function_that_prints_is_told_to_return(capsys):
    said = verdict("demo-double", lambda x: print(2 * x))
    assert said == "demo-double: not yet. It printed and returned nothing: return the value."
    assert capsys.readouterr().out == "[2. 4. 6.]\n"


def test_what_is_printed_on_the_way_is_shown_once(capsys):
    def talkative(x):
        print("here")
        return 3 * x

    assert verdict("demo-double", talkative) == "demo-double: not yet. That is not 2x."
    assert capsys.readouterr().out == "here\n"
    assert "ZeroDivisionError" in verdict("demo-double", lambda x: print("before") or 1 / 0)
    assert capsys.readouterr().out == "before\n"


def test_a_wrong_answer_gets_its_hint():
    assert verdict("demo-double", lambda x: x) == "demo-double: not yet. That is x itself."
    assert verdict("demo-double", lambda x: 3 * x) == "demo-double: not yet. That is not 2x."
    assert verdict("demo-number", 41) == "demo-number: not yet. 41 is not it."


def test_an_answer_that_raises_is_told_what_it_raised():
    assert verdict("demo-double", lambda x: x.nothing) == (
        "demo-double: your code raised AttributeError: 'numpy.ndarray' object has no attribute 'nothing'."
    )
    assert "your code raised TypeError" in verdict("demo-double", lambda: 1)  # too few arguments
    assert "your code raised ZeroDivisionError: division by zero." in verdict("demo-double", lambda x: 1 / 0)
    assert "your code raised RecursionError" in verdict("demo-double", endless)
    assert "your code raised SyntaxError" in verdict("demo-double", lambda x: eval("x +"))
    assert "your code raised SystemExit" in verdict("demo-double", lambda x: sys.exit(1))


def endless(x):
    return endless(x)


def test_an_interruption_goes_through():
    def interrupted(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        verdict("demo-double", interrupted)


def test_an_exception_that_cannot_be_printed_is_still_reported():
    class Mute(Exception):
        def __str__(self):
            raise RuntimeError

    def answer(x):
        raise Mute

    assert "your code raised" in verdict("demo-double", answer)


@pytest.mark.parametrize("answer", ["2x", 3, [1, 2, 3], np.ones(3), {"x": 1}])
def test_an_answer_that_is_no_function_is_told_so(answer):
    assert verdict("demo-double", answer) == (
        "demo-double: not yet. This exercise wants a function: write double(x), "
        "and hand over its name without calling it."
    )


@pytest.mark.parametrize("answer", ["42", [42], np.array([41, 42]), object()])
def test_an_answer_of_a_wrong_type_is_told_so_without_the_judges_error(answer):
    assert verdict("demo-number", answer) == (
        "demo-number: not yet. The answer could not be read as what was asked for."
    )


@pytest.mark.parametrize("result", ["text", [[1, 2], [3]], object(), {"a": 1}, np.array([None, None, None])])
def test_a_result_that_is_no_array_is_told_so(result):
    assert verdict("demo-double", lambda x: result).startswith("demo-double: not yet. Numbers are asked for")


def test_not_a_number_is_named():
    assert "There is nan" in verdict("demo-double", lambda x: x * np.nan)
    assert "There is nan" not in verdict("demo-double", lambda x: x + np.inf)


@pytest.mark.parametrize(
    "name", ["demo-typo", "nowhere-x", "", "-", "a.b-c", "..-x", "os.path", None, 3, ["demo"], "ü-x"]
)
def test_an_unknown_name_is_told_which_there_are(name):
    message = verdict(name, 42)
    assert message.startswith(f"There is no exercise {name!r}. Exercises here: ")
    assert "demo-double, demo-number" in message


def test_no_exercises_at_all():
    EXERCISES.clear()
    assert verdict("nowhere-x", 1) == "There is no exercise 'nowhere-x'. Exercises here: none."


def test_a_chapter_whose_exercises_do_not_load_says_why(monkeypatch, tmp_path):
    import dlpath.exercises

    (tmp_path / "broken.py").write_text("import a_package_that_is_not_there")
    monkeypatch.setattr(dlpath.exercises, "__path__", [*dlpath.exercises.__path__, str(tmp_path)])
    assert verdict("broken-x", 1) == (
        "broken-x: the exercises of this chapter could not be loaded "
        "(ModuleNotFoundError: No module named 'a_package_that_is_not_there')."
    )


def test_exercises_are_found_by_the_name_of_their_chapter(monkeypatch, tmp_path):
    import dlpath.exercises

    (tmp_path / "found.py").write_text(
        "from dlpath.exercises import Hint, exercise\n"
        "@exercise('found-it', right='Yes.')\n"
        "def judge(answer):\n"
        "    if answer != 1:\n"
        "        raise Hint('One.')\n"
    )
    monkeypatch.setattr(dlpath.exercises, "__path__", [*dlpath.exercises.__path__, str(tmp_path)])
    assert verdict("found-it", 1) == "found-it: right. Yes."
    assert verdict("found-it", 2) == "found-it: not yet. One."
    sys.modules.pop("dlpath.exercises.found")


def test_an_answer_may_change_its_arguments_without_spoiling_the_judgement():
    def in_place(x):
        x *= 2
        return x

    assert verdict("demo-double", in_place) == "demo-double: right. Twice is the sum with itself."
