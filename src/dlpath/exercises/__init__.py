"""Exercises that check themselves: `check(name, answer)` prints a verdict and never raises.

An exercise's judge looks for the mistakes that people make before it compares with the right answer, and each
mistake has its own hint; `judging.py` has what judges share. Solutions stand in book/solutions/, right and wrong
answers in tests/exercises/; all are run.
"""

import contextlib
import importlib
import io
import traceback
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

EXERCISES = {}


class Hint(Exception):
    """What a judge raises when the answer is wrong: the sentence that helps with this very mistake."""


@dataclass(frozen=True)
class Exercise:
    """One exercise. judge(answer) raises Hint for a wrong answer; `right` says what a right one has shown.

    call : how the function that is asked for is called, "distance(x, W, b)"; empty when a value is asked for.
    """

    name: str
    right: str
    call: str
    judge: Callable


def exercise(name, *, right, call=""):
    """Register the decorated function as the judge of exercise `name` ("concept-short-name")."""

    def register(judge):
        EXERCISES[name] = Exercise(name, right, call, judge)
        return judge

    return register


def check(name, answer):
    """Print whether `answer` solves the exercise `name`: a stub, a hint, or what a right answer shows. Never raises."""
    print(verdict(name, answer))


def verdict(name, answer):
    """What `check` prints, as a string."""
    try:
        task = _find(str(name))
    except Exception as error:
        return f"{name}: the exercises of this chapter could not be loaded ({_one_line(error)})."
    if task is None:
        return f"There is no exercise {name!r}. Exercises here: {', '.join(sorted(EXERCISES)) or 'none'}."
    if answer is None or answer is ...:
        return f"{name}: this is still the stub. Replace the three dots with your answer."
    try:
        task.judge(_Watched(answer, task.call) if task.call else answer)
    except Untouched as error:
        return f"{name}: {error}"
    except AnswerRaised as error:
        return f"{name}: your code raised {error}"
    except Hint as hint:
        return f"{name}: not yet. {hint}"
    except Exception:  # of the judge, about something that it did not expect: no news for the learner
        return f"{name}: not yet. The answer could not be read as what was asked for."
    return f"{name}: right. {task.right}"


class Untouched(Exception):
    """The answer is a function that returned nothing."""


class AnswerRaised(Exception):
    """The answer is a function that raised."""


class _Watched:
    """The learner's function, called on copies; a stub and an error inside it are told apart from a wrong result.

    A judge may call it many times: what it prints is shown for the first call alone.
    """

    def __init__(self, function, call):
        if not callable(function):
            raise Hint(f"This exercise wants a function: write {call}, and hand over its name without calling it.")
        self.function, self.called = function, False

    def __call__(self, *args, **kwargs):
        printed = io.StringIO()
        try:
            with contextlib.redirect_stdout(printed):
                result = self.function(*map(_copy, args), **{key: _copy(value) for key, value in kwargs.items()})
        except (Exception, SystemExit) as error:
            raise AnswerRaised(_explained(error)) from error
        finally:
            if not self.called:
                print(printed.getvalue(), end="")
            self.called = True
        if result is None and printed.getvalue():
            raise Untouched("not yet. It printed and returned nothing: return the value.")
        if result is None or result is ...:
            raise Untouched("this is still the stub. Replace the three dots with your code, and return something.")
        return result


def _copy(value):
    return value.copy() if isinstance(value, np.ndarray) else value


def _explained(error):
    """The error in one sentence, and for shapes that do not fit a second one."""
    sentence = f"{_one_line(error).rstrip('. ')}."
    if isinstance(error, ValueError) and "broadcast together" in sentence:
        return f"{sentence} Shapes are compared from the last axis; a[:, None] makes a column of a vector."
    if isinstance(error, ValueError) and "matmul" in sentence:
        return f"{sentence} In A @ B the last axis of A meets the last but one of B: is one of them transposed?"
    return sentence


def _one_line(error):
    return traceback.format_exception_only(error)[-1].strip()


def _find(name):
    concept = name.split("-")[0]
    if not concept.isidentifier():
        return None
    try:
        importlib.import_module(f"dlpath.exercises.{concept}")
    except ModuleNotFoundError as error:
        if error.name != f"dlpath.exercises.{concept}":
            raise
    return EXERCISES.get(name)
