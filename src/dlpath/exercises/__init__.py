"""Exercises that check themselves: `check(name, answer)` prints a verdict and never raises.

An exercise's judge looks for the mistakes that people make before it compares with the right answer, and each
mistake has its own hint. Solutions stand in book/solutions/, wrong answers in the tests; both are run.
"""

import importlib
import traceback
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dlpath.parity import to_numpy

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
    except Untouched:
        return f"{name}: this is still the stub. Replace the three dots with your code, and return something."
    except AnswerRaised as error:
        return f"{name}: your code raised {error}."
    except Hint as hint:
        return f"{name}: not yet. {hint}"
    except Exception as error:
        return f"{name}: not yet. The answer could not be read as what was asked for ({_one_line(error)})."
    return f"{name}: right. {task.right}"


class Untouched(Exception):
    """The answer is a function that returned nothing."""


class AnswerRaised(Exception):
    """The answer is a function that raised."""


class _Watched:
    """The learner's function, called on copies; a stub and an error inside it are told apart from a wrong result."""

    def __init__(self, function, call):
        if not callable(function):
            raise Hint(f"This exercise wants a function: write {call}, and hand over its name without calling it.")
        self.function = function

    def __call__(self, *args, **kwargs):
        try:
            result = self.function(*map(_copy, args), **{key: _copy(value) for key, value in kwargs.items()})
        except (Exception, SystemExit) as error:
            raise AnswerRaised(_one_line(error)) from error
        if result is None or result is ...:
            raise Untouched
        return result


def numbers(answer):
    """The answer as an array; Hint when it holds anything but numbers, or nan."""
    if isinstance(answer, tuple):
        raise Hint(
            f"This is a tuple of {len(answer)}. Functions of the package return (result, cache): take the first, [0]."
        )
    try:
        array = to_numpy(answer)
    except (TypeError, ValueError):  # lists of several lengths, for instance
        array = np.array(None)
    if array.dtype.kind not in "biuf":
        raise Hint("Numbers are asked for, or arrays of numbers; this is something else.")
    if np.isnan(array).any():
        raise Hint('There is nan, "not a number", in the result: 0/0, ∞ − ∞, or the logarithm of something negative.')
    return array


def same(answer, right, rtol=1e-6, atol=1e-9):
    """True if `answer` has the shape and the numbers of `right`."""
    answer, right = numbers(answer), to_numpy(right)
    return answer.shape == right.shape and bool(np.allclose(answer, right, rtol=rtol, atol=atol))


def _copy(value):
    return value.copy() if isinstance(value, np.ndarray) else value


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
