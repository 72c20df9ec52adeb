"""What judges share: numbers out of an answer, comparisons, tables of mistakes, and the judge of a **Your turn**."""

import numpy as np

from dlpath.exercises import AnswerRaised, Hint, exercise
from dlpath.parity import to_numpy

DRAWS = 4  # so many times a blank's function is called
GENERAL = "The shape is right, the numbers are not. Go back to the formula, and try a small example by hand."
SOMETIMES = "Right for some arrays, wrong for others: is a size, or a number, of one example written into it?"


def numbers(answer):
    """The answer as an array; Hint when it holds anything but numbers, or nan. A tuple may be a row of numbers."""
    if isinstance(answer, tuple):
        answer = _row(answer)
    try:
        array = to_numpy(answer)
    except (TypeError, ValueError):  # lists of several lengths, for instance
        array = np.array(None)
    if array.dtype.kind not in "biuf":
        raise Hint("Numbers are asked for, or arrays of numbers; this is something else.")
    if np.isnan(array).any():
        raise Hint('There is nan, "not a number", in the result: 0/0, ∞ − ∞, or the logarithm of something negative.')
    return array


def _row(parts):
    """A tuple where one array is meant: a row of numbers, or one array and a comma too many."""
    if len(parts) == 1:
        return parts[0]
    if any(np.ndim(part) for part in parts if hasattr(part, "shape")):
        raise Hint(
            f"This is a tuple of {len(parts)}. Functions of the package return (result, cache): take the first, [0]."
        )
    return [to_numpy(part) if hasattr(part, "shape") else part for part in parts]


def same(answer, right, rtol=1e-6, atol=1e-9):
    """True if `answer` has the shape and the numbers of `right`. One number may come as an array of one element.

    What was computed in float32 is compared as float32 can be.
    """
    answer, right = numbers(answer), to_numpy(right)
    if right.ndim == 0 and answer.size == 1:
        answer = answer.reshape(())
    if answer.dtype.kind == "f" and answer.dtype.itemsize < 8:
        rtol, atol = max(rtol, 1e-4), max(atol, 1e-5)
    return answer.shape == right.shape and bool(np.allclose(answer, right, rtol=rtol, atol=atol))


def one_number(result, what):
    """The result as a float; Hint when it is not one number. what : "the expected loss"."""
    result = numbers(result)
    if result.size != 1:
        raise Hint(f"One number is wanted, {what}; yours has shape {result.shape}.")
    return float(result.reshape(()))


def pair(answer, names, shapes=None):
    """The two arrays of an answer; Hint if there are not two, or a shape is wrong. Shape () asks for a number.

    Without shapes the two are returned as they are.
    """
    if not (isinstance(answer, tuple | list) or np.ndim(answer) == 1) or len(answer) != 2:
        raise Hint(f"Return two things: {names[0]}, {names[1]}.")
    if shapes is None:
        return tuple(answer)
    return tuple(_of_shape(part, *what) for part, *what in zip(answer, names, shapes, strict=True))


def _of_shape(part, name, shape):
    if shape == ():
        return one_number(part, name)
    array = numbers(part)
    if array.shape != shape:
        raise Hint(f"{name} has shape {array.shape}, expected {shape}.")
    return array


def reject(answer, wrong):
    """Raise the hint of the first wrong answer that this one equals. wrong : {hint: value}."""
    for hint, value in wrong.items():
        if same(answer, value):
            raise Hint(hint)


def result(answer, given, mistakes):
    """What the answer returns for the arguments `given`; if it raises as a mistake does, that mistake's hint.

    mistakes : {hint: function}.
    """
    try:
        return answer(*given)
    except AnswerRaised as error:
        for hint, mistake in mistakes.items():
            if _alike(_outcome(mistake, given), error.__cause__):
                raise Hint(hint) from error
        raise


def _alike(outcome, raised):
    """True if both are the same error; which of two arrays is named first does not matter."""
    return type(outcome) is type(raised) and sorted(str(outcome).split()) == sorted(str(raised).split())


def draw(seed, *shapes):
    """Arrays of standard normal numbers, always the same for the same seed."""
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in shapes]


def sizes(rng, number):
    """So many sizes of axes, from 2 to 7, no two of them equal: a transpose never fits by chance."""
    return [int(size) for size in rng.permutation(np.arange(2, 8))[:number]]


def blank(name, *, call, like, arrays, mistakes, right, returns=""):
    """Register the judge of a **Your turn**: it calls the learner's function on fresh arrays and compares with `like`.

    name : "linear-turn-forward"    call : "forward(X, W, b)"    right : what a right answer is told, one sentence
    like : the package's function of these arguments; returns one array (or number), or a tuple of arrays
    arrays : rng -> the arguments; it takes its sizes from rng as well, so that no size can be written into an answer
    mistakes : {hint: the function with this mistake}, three or more; one that raises stands for answers that raise so
    returns : the names of a tuple's parts, "dX, dW, db"
    """
    if "-turn-" not in name or len(mistakes) < 3:
        raise ValueError(f'{name}: a blank is called "chapter-turn-name" and knows three mistakes or more')

    @exercise(name, right=right, call=call)
    def judge(answer):
        for number in range(DRAWS):
            given = tuple(arrays(np.random.default_rng(number)))
            expected = like(*_copies(given))
            got = result(answer, given, mistakes)
            if not _equal(got, expected):
                _reject_mistakes(got, given, mistakes)
                _judge_shapes(got, expected, returns)
                raise Hint(SOMETIMES if number else _which(got, expected, returns) + GENERAL)

    judge.like, judge.arrays, judge.mistakes = like, arrays, mistakes
    return judge


def _which(got, expected, returns):
    """Of several results of which some are right, the names of those that are and of those that are not."""
    if not isinstance(expected, tuple) or not returns:
        return ""
    groups = {True: [], False: []}
    for part, name, wanted in zip(_parts(got, len(expected)), returns.split(", "), expected, strict=True):
        groups[_equal(part, wanted)].append(name)
    return f"{', '.join(groups[True])}: right; {', '.join(groups[False])}: not yet. " if groups[True] else ""


def _reject_mistakes(got, given, mistakes):
    for hint, mistake in mistakes.items():
        if _equal(got, _outcome(mistake, given)):
            raise Hint(hint)


def _outcome(function, given):
    """What a mistake returns, or the error that it raises."""
    try:
        with np.errstate(all="ignore"):
            return function(*_copies(given))
    except Exception as error:
        return error


def _equal(got, expected):
    if isinstance(expected, Exception):
        return False
    if isinstance(expected, tuple):
        parts = _parts(got, len(expected))
        return parts is not None and all(_equal(*both) for both in zip(parts, expected, strict=True))
    return same(got, expected)


def _parts(got, number):
    """The parts of a result that is to have several, or None."""
    return list(got) if (isinstance(got, tuple | list) or np.ndim(got) == 1) and len(got) == number else None


def _judge_shapes(got, expected, returns):
    if not isinstance(expected, tuple):
        _of_shape(got, "The result" if np.ndim(expected) else "the result", np.shape(expected))
        return
    names = returns.split(", ") if returns else [f"Result {number + 1}" for number in range(len(expected))]
    parts = _parts(got, len(expected))
    if parts is None:
        raise Hint(f"Return {len(expected)} things: {', '.join(names)}.")
    for part, name, wanted in zip(parts, names, expected, strict=True):
        _of_shape(part, name, np.shape(wanted))


def _copies(given):
    return [value.copy() if isinstance(value, np.ndarray) else value for value in given]
