"""What judges share: numbers out of answers of many forms, comparisons, and the judge of a blank."""

import numpy as np
import pytest

from dlpath.exercises import EXERCISES, Hint, verdict
from dlpath.exercises.judging import blank, numbers, one_number, pair, reject, same, sizes


def test_same_compares_shapes_and_numbers():
    right = np.array([1.0, 2.0])
    assert same([1, 2], right)
    assert same(right * (1 + 0.9e-6), right)
    assert not same(right * (1 + 1.1e-6), right)
    assert same(np.array([0.9e-9]), np.array([0.0]))
    assert not same(np.array([1.1e-9]), np.array([0.0]))
    assert not same(1.0, np.array([1.0]))  # would broadcast
    assert not same(np.array([[1.0, 2.0]]), right)
    with pytest.raises(Hint, match="There is nan"):
        same(np.array([1.0, np.nan]), np.array([1.0, np.nan]))
    assert same(right + 0.05, right, rtol=0.1)
    assert not same(1.9, 1.0, rtol=0.5)  # the tolerance is a part of the right number, not of the answer
    assert same(np.array([1e-3]), np.array([0.0]), atol=1e-2)


def test_same_takes_what_pytorch_and_tensorflow_return(versions):
    versions("linear")
    import tensorflow as tf
    import torch

    right = np.array([1.0, 2.0])
    assert same(torch.tensor([1.0, 2.0], requires_grad=True), right)
    assert same(tf.Variable([1.0, 2.0]), right)


@pytest.mark.parametrize(
    "form",
    [(1.0, 2.0), [1.0, 2.0], (np.float64(1), np.array(2.0)), (np.array([1.0, 2.0]),), np.float32([1, 2]), ([1, 2],)],
)
def test_an_array_may_come_in_many_forms(form):
    assert same(form, np.array([1.0, 2.0]))


@pytest.mark.parametrize("form", [2.5, (2.5,), [2.5], np.array([2.5]), np.array([[2.5]]), np.float32(2.5)])
def test_a_number_may_come_in_many_forms(form):
    assert same(form, 2.5)
    assert one_number(form, "the loss") == 2.5


def test_what_was_computed_in_float32_is_compared_as_float32():
    third = np.full(3, 1 / 3)
    assert same(third.astype(np.float32) * np.float32(1 + 1e-6), third)
    assert not same(third.astype(np.float32) * np.float32(1.001), third)


def test_a_result_with_its_cache_is_told_to_take_the_first():
    with pytest.raises(Hint, match=r"tuple of 2.*take the first"):
        numbers((np.ones(3), np.ones(3)))


def test_one_number_says_what_is_wanted():
    with pytest.raises(Hint, match=r"One number is wanted, the loss; yours has shape \(2,\)"):
        one_number([1, 2], "the loss")


@pytest.mark.parametrize("form", [(2.0, [1.0]), [2, 1], np.array([2.0, 1.0]), ((2.0,), np.array([[1.0]]))])
def test_a_pair_may_come_in_many_forms(form):
    assert pair(form, ("w", "b"), ((), ())) == (2.0, 1.0)


@pytest.mark.parametrize("form", [1.0, "ab", "w", [1], (1, 2, 3), {"w": 1, "b": 2}, np.ones(3), None])
def test_what_is_no_pair_is_told_what_to_return(form):
    with pytest.raises(Hint, match="Return two things: w, b"):
        pair(form, ("w", "b"), ((), ()))


def test_a_part_of_a_pair_is_named_when_its_shape_is_wrong():
    with pytest.raises(Hint, match=r"dW has shape \(3, 2\), expected \(2, 3\)"):
        pair((np.ones((3, 2)), np.ones(2)), ("dW", "db"), ((2, 3), (2,)))


def test_reject_raises_the_hint_of_the_mistake_and_no_other():
    reject(np.ones(2), {"a": np.zeros(2), "b": np.ones(3)})
    with pytest.raises(Hint, match=r"^b$"):
        reject(np.ones(2), {"a": np.zeros(2), "b": np.ones(2), "c": np.ones(2)})


def test_sizes_differ():
    drawn = [sizes(np.random.default_rng(seed), 3) for seed in range(20)]
    assert all(len(set(each)) == 3 and min(each) > 1 for each in drawn)
    assert len({tuple(each) for each in drawn}) > 10


# ---- blanks


def forward(X, W, b):
    return X @ W.T + b


@pytest.fixture(autouse=True)
def demo(monkeypatch):
    """Two blanks that live for one test: one array, and two."""
    before = dict(EXERCISES)
    monkeypatch.setattr("dlpath.exercises._find", EXERCISES.get)

    def arrays(rng):
        N, D, K = sizes(rng, 3)
        return rng.normal(size=(N, D)), rng.normal(size=(K, D)), rng.normal(size=K)

    blank(
        "demo-turn-forward",
        call="forward(X, W, b)",
        like=forward,
        arrays=arrays,
        mistakes={
            "The bias is missing.": lambda X, W, b: X @ W.T,
            "The bias is subtracted.": lambda X, W, b: X @ W.T - b,
            "W has a row for each output: transpose it.": lambda X, W, b: X @ W + b,
            "These are the outputs as columns.": lambda X, W, b: forward(X, W, b).T,
        },
        right="A batch is one product.",
    )
    blank(
        "demo-turn-moments",
        call="moments(x)",
        like=lambda x: (x.mean(axis=0), x.var()),
        arrays=lambda rng: (rng.normal(size=sizes(rng, 2)),),
        mistakes={
            "The root is not asked for.": lambda x: (x.mean(axis=0), x.std()),
            "One mean for each column.": lambda x: (x.mean(axis=1), x.var()),
            "Wrong way round.": lambda x: (x.var(), x.mean(axis=0)),
        },
        right="Two moments.",
        returns="mean, variance",
    )
    yield
    EXERCISES.clear()
    EXERCISES.update(before)


def in_torch(X, W, b):
    import torch

    X, W, b = (torch.tensor(a, dtype=torch.float32, requires_grad=True) for a in (X, W, b))
    return X @ W.T + b


def in_tensorflow(X, W, b):
    import tensorflow as tf

    return tf.constant(X) @ tf.transpose(tf.constant(W)) + b


def in_place(X, W, b):
    X = X @ W.T
    b *= 1
    X += b
    return X


@pytest.mark.parametrize(
    "answer",
    [
        forward,
        in_torch,
        in_tensorflow,
        in_place,
        lambda X, W, b: forward(X, W, b).tolist(),
        lambda X, W, b: tuple(map(tuple, forward(X, W, b).tolist())),
        lambda X, W, b: (forward(X, W, b),),
        lambda X, W, b: forward(X, W, b).astype(np.float32),
        lambda *given: np.array([[x @ w + c for w, c in zip(*given[1:], strict=True)] for x in given[0]]),
    ],
)
def test_a_right_blank_is_right_in_every_form(versions, answer):
    versions("linear")
    assert verdict("demo-turn-forward", answer) == "demo-turn-forward: right. A batch is one product."


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda X, W, b: np.dot(X, W.T), "not yet. The bias is missing."),
        (lambda X, W, b: np.dot(X, W.T).astype(np.float32), "not yet. The bias is missing."),
        (lambda X, W, b: X @ W.T + -b, "not yet. The bias is subtracted."),
        (lambda X, W, b: X @ W + b, "not yet. W has a row for each output: transpose it."),
        (lambda X, W, b: W @ X.T + b[:, None], "not yet. These are the outputs as columns."),
        (lambda X, W, b: (X @ W.T + b)[0], "not yet. The result has shape"),
        (lambda X, W, b: 3.0, "not yet. The result has shape (), expected ("),
        (lambda X, W, b: 2 * forward(X, W, b), "not yet. The shape is right, the numbers are not."),
        (lambda X, W, b: forward(X, W, b) * np.nan, "not yet. There is nan"),
        (lambda X, W, b: "Z", "not yet. Numbers are asked for"),
        (lambda X, W, b: [[1, 2], [3]], "not yet. Numbers are asked for"),
        (lambda X, W, b: {"Z": 1}, "not yet. Numbers are asked for"),
        (lambda X, W, b: (forward(X, W, b), X), "not yet. This is a tuple of 2."),
        (lambda X, W, b: print(forward(X, W, b)), "not yet. It printed and returned nothing: return the value."),
        (lambda X, W, b: 1 / 0, "your code raised ZeroDivisionError"),
        (lambda X, W, b: ..., "this is still the stub"),
        (lambda X, W: X @ W, "your code raised TypeError"),
        (forward(np.ones((2, 3)), np.ones((4, 3)), np.ones(4)), "not yet. This exercise wants a function"),
        ("forward", "not yet. This exercise wants a function"),
        (None, "this is still the stub"),
    ],
)
def test_a_wrong_blank_gets_its_hint(answer, hint):
    assert verdict("demo-turn-forward", answer).startswith(f"demo-turn-forward: {hint}")


def test_what_is_right_for_one_size_alone_is_told_so():
    seen = []

    def first_alone(X, W, b):
        seen.append(X.shape)
        return forward(X, W, b) * (X.shape == seen[0])

    assert "Right for some arrays, wrong for others" in verdict("demo-turn-forward", first_alone)


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda x: (x.mean(axis=0), x.var()), "right. Two moments."),
        (lambda x: [list(x.mean(axis=0)), x.var(keepdims=True)], "right. Two moments."),
        (lambda x: (x.mean(axis=0), x.std()), "not yet. The root is not asked for."),
        (lambda x: (x.var(), x.mean(axis=0)), "not yet. Wrong way round."),
        (lambda x: x.mean(axis=0), "not yet. Return 2 things: mean, variance."),
        (lambda x: (1, 2, 3), "not yet. Return 2 things: mean, variance."),
        (lambda x: 1.0, "not yet. Return 2 things: mean, variance."),
        (lambda x: (x.mean(), x.var()), "not yet. mean has shape (), expected ("),
        (lambda x: (x.mean(axis=0), x.var(axis=0)), "not yet. One number is wanted, variance; yours has shape"),
        (lambda x: (0 * x.mean(axis=0), x.var()), "not yet. variance: right; mean: not yet. The shape is right"),
        (lambda x: (x.mean(axis=0), "v"), "not yet. Numbers are asked for"),
        (lambda x: "ab", "not yet. Return 2 things: mean, variance."),
    ],
)
def test_a_blank_with_two_results_is_judged_part_by_part(answer, hint):
    assert verdict("demo-turn-moments", answer).startswith(f"demo-turn-moments: {hint}")


def test_a_blank_of_another_name_or_with_too_few_mistakes_is_refused():
    task = {"call": "f(x)", "like": abs, "arrays": lambda rng: (rng.normal(),), "right": "Yes."}
    with pytest.raises(ValueError, match="three mistakes"):
        blank("demo-turn-abs", mistakes={"a": abs, "b": abs}, **task)
    with pytest.raises(ValueError, match="chapter-turn-name"):
        blank("demo-abs", mistakes={"a": abs, "b": abs, "c": abs}, **task)
