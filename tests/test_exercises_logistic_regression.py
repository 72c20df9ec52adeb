"""The exercises on logistic regression: the stub, typical wrong answers with their own hints, right ones."""

import runpy
from pathlib import Path

import numpy as np
import pytest

from dlpath.exercises import check, verdict

SOLUTIONS = runpy.run_path(str(Path(__file__).parents[1] / "book/solutions/logistic_regression.py"))


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def logit(q):
    return np.log(q / (1 - q))


def signed(X, t, W, b):
    return t * (X @ W[0] + b)


RIGHT = {
    "update": ("updated", "updated_on_the_logit_scale"),
    "distance": ("distance", "distance_by_projection"),
    "signs": ("gradient_with_signs", "gradient_by_translation"),
    "bells": ("bells", "bells_from_two_points"),
    "coin": ("coin_step", "coin_step_by_matrices"),
}

WRONG = [
    ("update", lambda p, w: p + w, "leaves the interval"),
    ("update", lambda p, w: np.minimum(p * np.exp(w), 1), "multiplied the probability"),
    ("update", lambda p, w: p / (1 - p) * np.exp(w), "the new odds"),
    ("update", lambda p, w: sigmoid(p + w), "as if it were a logit"),
    ("update", lambda p, w: sigmoid(logit(p) - w), "The sign"),
    ("update", lambda p, w: sigmoid(w), "so must the result"),
    ("update", lambda p, w: logit(p) + w, "the new log-odds"),
    ("update", lambda p, w: (p, p), "take the first, [0]"),
    ("update", lambda p, w: w * p / (1 - p + w * p), "the factor is e^w"),
    ("update", lambda p, w: p, "and back. Try"),
    ("distance", lambda x, W, b, q: abs(W[0] @ x + b[0]) / np.linalg.norm(W), "whatever q is"),
    ("distance", lambda x, W, b, q: abs(W[0] @ x + b[0] - q) / np.linalg.norm(W), "a logit with a probability"),
    ("distance", lambda x, W, b, q: abs(W[0] @ x + b[0] - logit(q)), "difference of logits"),
    ("distance", lambda x, W, b, q: abs(W[0] @ x + b[0] - logit(q)) / np.sum(W**2), "‖W‖² instead"),
    ("distance", lambda x, W, b, q: abs(W[0] @ x + b[0] - logit(q)) / np.linalg.norm([*W[0], *b]), "no direction"),
    ("distance", lambda x, W, b, q: (W[0] @ x + b[0] - logit(q)) / np.linalg.norm(W), "not negative"),
    ("distance", lambda x, W, b, q: (logit(q) - W[0] @ x - b[0]) / np.linalg.norm(W), "the side on which x lies"),
    ("distance", lambda x, W, b, q: x, "a single number"),
    ("distance", lambda x, W, b, q: np.linalg.norm(x), "How far is x"),
    ("signs", lambda X, t, W, b: (t * sigmoid(-signed(X, t, W, b)) @ X / len(X))[None, :], "Uphill"),
    ("signs", lambda X, t, W, b: (-t * sigmoid(-signed(X, t, W, b)) @ X)[None, :], "gradient of the sum"),
    ("signs", lambda X, t, W, b: ((sigmoid(X @ W[0] + b) - t) @ X / len(X))[None, :], "mixes two codings"),
    ("signs", lambda X, t, W, b: (-t * sigmoid(signed(X, t, W, b)) @ X / len(X))[None, :], "Yours is large there"),
    ("signs", lambda X, t, W, b: (-sigmoid(-signed(X, t, W, b)) @ X / len(X))[None, :], "A factor t is missing"),
    ("signs", lambda X, t, W, b: -t * sigmoid(-signed(X, t, W, b)) @ X / len(X), "the shape is (3,)"),
    ("signs", lambda X, t, W, b: -t * sigmoid(-signed(X, t, W, b)), "has the shape of its W, (1, 3)"),
    ("signs", lambda X, t, W, b: (-t / (1 + np.exp(t * (X @ W.T + b)))) @ X / len(X), "Their product is (N, N)"),
    ("signs", lambda X, t, W, b: 0 * W, "Chain rule"),
    ("bells", lambda m0, m1, s, share: [-v for v in SOLUTIONS["bells"](m0, m1, s, share)], "upside down"),
    ("bells", lambda m0, m1, s, share: ((m1 - m0) / s, 0.0), "by s²"),
    ("bells", lambda m0, m1, s, share: ((m1 - m0) / (2 * s**2), 0.0), "factor 2"),
    ("bells", lambda m0, m1, s, share: SOLUTIONS["bells"](m0, m1, s, 0.5), "The share is missing"),
    (
        "bells",
        lambda m0, m1, s, share: ((m1 - m0) / s**2, (m0**2 - m1**2) / (2 * s**2) + share),
        "enters as odds",
    ),
    (
        "bells",
        lambda m0, m1, s, share: ((m1 - m0) / s**2, (m0**2 - m1**2) / (2 * s**2) + np.log(share)),
        "half of it",
    ),
    (
        "bells",
        lambda m0, m1, s, share: ((m1 - m0) / s**2, (m1**2 - m0**2) / (2 * s**2) + logit(share)),
        "squares of the means",
    ),
    ("bells", lambda m0, m1, s, share: SOLUTIONS["bells"](m0, m1, s, 1 - share), "upside down: the rarer"),
    ("bells", lambda m0, m1, s, share: SOLUTIONS["bells"](m0, m1, s, share)[::-1], "in the wrong order"),
    (
        "bells",
        lambda m0, m1, s, share: ((m1 - m0) / s**2, (m0**2 - m1**2) / s**2 + logit(share)),
        "a factor ½ is missing",
    ),
    (
        "bells",
        lambda m0, m1, s, share: ((m1 - m0) / s**2, (m0**2 - m1**2) / (2 * s**2) + share / (1 - share)),
        "the odds of the share",
    ),
    ("bells", lambda m0, m1, s, share: m1 - m0, "two numbers"),
    ("bells", lambda m0, m1, s, share: (np.ones(2), 0.0), "a single number"),
    ("bells", lambda m0, m1, s, share: (0.0, 0.0), "sort by powers"),
    ("coin", lambda b, k, N: np.log(k / (N - k)), "the minimum itself"),
    ("coin", lambda b, k, N: b + (sigmoid(b) - k / N) / (sigmoid(b) * sigmoid(-b)), "Uphill"),
    ("coin", lambda b, k, N: b - (sigmoid(b) - k / N), "gradient descent"),
    ("coin", lambda b, k, N: b - (N * sigmoid(b) - k) / (sigmoid(b) * sigmoid(-b)), "Sum here"),
    ("coin", lambda b, k, N: b - (sigmoid(b) - k / N) / (N * sigmoid(b) * sigmoid(-b)), "Sum here"),
    ("coin", lambda b, k, N: -(sigmoid(b) - k / N) / (sigmoid(b) * sigmoid(-b)), "This is the step"),
    ("coin", lambda b, k, N: b - (sigmoid(b) - k) / (sigmoid(b) * sigmoid(-b)), "number of throws"),
    ("coin", lambda b, k, N: np.array([b, k]), "a single number"),
    ("coin", lambda b, k, N: 0.0, "Its slope is"),
]


@pytest.mark.parametrize(("name", "solution"), [(name, s) for name, found in RIGHT.items() for s in found])
def test_right_answers_pass(name, solution):
    assert f"logistic_regression-{name}: right." in verdict(f"logistic_regression-{name}", SOLUTIONS[solution])


@pytest.mark.parametrize(("name", "answer", "hint"), WRONG)
def test_wrong_answers_get_the_hint_for_their_mistake(name, answer, hint):
    said = verdict(f"logistic_regression-{name}", answer)
    assert "not yet." in said
    assert hint in said


def test_each_exercise_knows_five_mistakes():
    for name in RIGHT:
        assert len({hint for task, _, hint in WRONG if task == name}) >= 5


@pytest.mark.parametrize("name", RIGHT)
def test_an_untouched_stub_is_told_that_it_is_one(name, capsys):
    check(f"logistic_regression-{name}", lambda *args: ...)
    assert "still the stub" in capsys.readouterr().out


@pytest.mark.parametrize("name", RIGHT)
def test_a_value_instead_of_a_function_is_told_so(name):
    assert "wants a function" in verdict(f"logistic_regression-{name}", 0.5)


@pytest.mark.parametrize("name", RIGHT)
def test_words_instead_of_numbers_do_not_raise(name):
    assert "Numbers are asked for" in verdict(f"logistic_regression-{name}", lambda *args: "p")


def test_two_numbers_may_come_as_an_array():
    assert "right." in verdict("logistic_regression-bells", lambda *args: np.array(SOLUTIONS["bells"](*args)))


@pytest.mark.parametrize("name", RIGHT)
def test_not_a_number_is_named(name):
    assert "There is nan" in verdict(f"logistic_regression-{name}", lambda *args: np.nan)
