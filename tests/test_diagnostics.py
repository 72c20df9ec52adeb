"""Diagnostics: each number computed on its own, silent on what is right, and seen to find what is wrong."""

import numpy as np
import pytest

from dlpath.data import digits
from dlpath.diagnostics.in_numpy import (
    LIMITS,
    dead_units,
    findings,
    gradient_flow,
    neighbours,
    rising_steps,
    second_answer,
    shared_rows,
    stale_gradient,
    variety,
)
from dlpath.parity import assert_close

RNG = np.random.default_rng(11)
PIXELS, LABELS, *_ = digits()


@pytest.mark.equation("eq-diagnostics-stale")
def test_a_stale_gradient_is_measured_as_one_vector():
    r"""[eq-diagnostics-stale] \frac{\lVert \mathrm{d}\theta_{\mathrm{used}} - \mathrm{d}\theta_B \rVert}{\lVert \mathrm{d}\theta_B \rVert}"""  # noqa: E501
    fresh = [RNG.normal(size=(3, 4)), RNG.normal(size=3) * 10]
    used = [g + RNG.normal(size=g.shape) for g in fresh]
    squares = [
        sum((a - b) ** 2 for a, b in zip(u.ravel(), f.ravel(), strict=True)) for u, f in zip(used, fresh, strict=True)
    ]
    length = sum(float(np.sum(f**2)) for f in fresh)
    assert_close(stale_gradient(used, fresh), float((sum(squares) / length) ** 0.5))
    assert stale_gradient(fresh, fresh) == 0
    assert_close(stale_gradient([2 * g for g in fresh], fresh), 1.0)


@pytest.mark.equation("eq-diagnostics-variety")
def test_variety_is_what_a_draw_would_have():
    r"""[eq-diagnostics-variety] \frac{\sum_B \lvert \{ y_n : n \in B \} \rvert}{\sum_B \sum_k \bigl( 1 - (1 - q_k)^{\lvert B \rvert} \bigr)}"""  # noqa: E501
    y = np.array([0, 0, 0, 0, 0, 0, 1, 1, 2, 2])
    batches = [[0, 1, 6], [2, 3, 8, 9], [4]]
    seen = sum(len({int(y[row]) for row in rows}) for rows in batches)
    expected = sum(1 - (1 - q) ** len(rows) for rows in batches for q in (0.6, 0.2, 0.2))
    assert_close(variety(y, batches), seen / expected)
    drawn = [RNG.choice(len(LABELS), 32) for _ in range(2000)]
    assert abs(variety(LABELS, drawn) - 1) < 0.01
    by_label = np.array_split(np.argsort(LABELS, kind="stable"), 56)
    assert variety(LABELS, by_label) < 0.2


@pytest.mark.equation("eq-diagnostics-neighbours")
def test_neighbours_beyond_chance():
    r"""[eq-diagnostics-neighbours] \frac{a - \sum_k q_k^2}{1 - \sum_k q_k^2}"""
    X, y = RNG.normal(size=(40, 3)), RNG.integers(0, 3, 40)
    agree = 0
    for n in range(40):
        others = [m for m in range(40) if m != n]
        nearest = min(others, key=lambda m: float(np.sum((X[n] - X[m]) ** 2)))
        agree += bool(y[nearest] == y[n])
    chance = sum(np.mean(y == k) ** 2 for k in range(3))
    assert_close(neighbours(X, y), float((agree / 40 - chance) / (1 - chance)))
    assert neighbours(PIXELS, LABELS) > 0.97
    assert abs(neighbours(PIXELS, RNG.permutation(LABELS))) < 0.05


@pytest.mark.equation("eq-diagnostics-flow")
def test_flow_compares_first_and_last_layer():
    r"""[eq-diagnostics-flow] \frac{\lVert \mathrm{d}W_1 \rVert / \lVert W_1 \rVert}{\lVert \mathrm{d}W_L \rVert / \lVert W_L \rVert}"""  # noqa: E501
    weights, gradients = ([RNG.normal(size=shape) for shape in [(5, 4), (3, 5), (2, 3)]] for _ in range(2))

    def pace(layer):
        return (np.sum(gradients[layer] ** 2) / np.sum(weights[layer] ** 2)) ** 0.5

    assert_close(gradient_flow(gradients, weights), float(pace(0) / pace(2)))
    assert gradient_flow([np.zeros(2), np.ones(2)], [np.ones(2), np.ones(2)]) == 0


def test_dropout_and_batch_norm_give_a_second_answer():
    X = RNG.normal(size=(9, 4))
    assert second_answer(lambda rows: rows @ np.ones((4, 2)), X) < 1e-14
    assert second_answer(lambda rows: rows * (RNG.random(rows.shape) > 0.5), X) > 0.1
    assert second_answer(lambda rows: rows - rows.mean(axis=0), X) > 0.1, "it depends on the company"
    assert second_answer(lambda rows: rows.sum(axis=1), X[:1]) == 0


def test_counts_by_hand():
    A = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 2.0]])
    assert dead_units(A) == 1 / 3
    assert rising_steps([1, 2, 3, 4], [0.9, 2.0, 3.1, np.nan]) == 0.5
    X = RNG.normal(size=(6, 3))
    assert shared_rows(X, np.r_[X[2:3], X[:1] + 1e-9, RNG.normal(size=(2, 3))]) == 0.25
    assert shared_rows(X.astype(np.float32), X) == 1, "compared in the type of what was learned"


def test_findings_speak_beyond_the_limits_only():
    clean = {name: limit / 2 if larger else limit * 2 for name, (limit, larger, _) in LIMITS.items()}
    assert findings(clean) == {}
    for name, (limit, larger, sentence) in LIMITS.items():
        assert findings(clean | {name: limit * 2 if larger else limit / 2}) == {name: sentence}
        assert findings(clean | {name: float("nan")}) == {name: sentence}, "what is no number is a finding"
    with pytest.raises(ValueError, match=r"unknown \['colour'\], expected some of"):
        findings({"colour": 1})


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: stale_gradient([np.ones(2)], []), "got 1 and 0"),
        (lambda: stale_gradient([np.ones(2)], [np.ones(3)]), r"shape \(2,\), expected \(3,\)"),
        (lambda: variety(np.array([1, 2]), []), "there are no batches"),
        (lambda: variety(np.array([]), [[0]]), "there are no examples"),
        (lambda: neighbours(np.ones((3, 2)), np.ones(3)), "two labels"),
        (lambda: neighbours(np.ones((3, 2)), np.ones(2)), "X has 3 examples, y has 2"),
        (lambda: shared_rows(np.ones((3, 2)), np.ones((3, 4))), r"X_test has shape \(3, 4\)"),
        (lambda: rising_steps([1.0], [1.0, 2.0]), r"after has shape \(2,\)"),
        (lambda: rising_steps([], []), "there are no examples"),
        (lambda: gradient_flow([np.ones(2)], [np.ones(2), np.ones(2)]), "1 gradients for 2 weights"),
        (lambda: dead_units(np.ones(3)), r"A has shape \(3,\)"),
    ],
)
def test_what_cannot_be_examined_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
