"""The exercises on handwritten digits: the stub, typical wrong answers with their own hints, right ones."""

import math
import runpy
from pathlib import Path

import numpy as np
import pytest

from dlpath.exercises import check, verdict

SOLUTIONS = runpy.run_path(str(Path(__file__).parents[1] / "book/solutions/mnist.py"))

RIGHT = {
    "cost": ("cost", "cost_by_building"),
    "start": ("starting_loss", "starting_loss_by_curvature"),
    "standardize": ("standardize", "standardize_by_counting"),
    "top-k": ("top_k_accuracy", "top_k_accuracy_by_rank"),
    "loop": ("mended", "mended_with_splits"),
}


def weights(sizes):
    return sum(D * K for D, K in zip(sizes[:-1], sizes[1:], strict=True))


def own_pixel(a, b):
    return (a - a.mean(axis=0)) / a.std(axis=0), (b - a.mean(axis=0)) / a.std(axis=0)


def own_image(a):
    return (a - a.mean(axis=(1, 2), keepdims=True)) / a.std(axis=(1, 2), keepdims=True)


def every_pixel_with_ink(a, b):
    std = np.where(a.std(axis=0) > 0, a.std(axis=0), 1)
    return (a - a.mean(axis=0)) / std, (b - a.mean(axis=0)) / std


def together(a, b):
    both = np.concatenate([a, b])
    return (a - both.mean()) / both.std(), (b - both.mean()) / both.std()


def wrapping(a, b):
    return (a - np.uint8(a.mean())) / a.std(), (b - np.uint8(a.mean())) / a.std()


def hits(Z, labels, columns):
    return np.mean((columns == labels[:, None]).any(axis=1))


def loop(order="new", torn=False, whole=False, early=False, backward=True, step=True, twice=False, loss_too=True):
    """A training loop with a mistake."""

    def train(model, loss, optimizer, X, y, epochs, batch_size, rng):
        N, fixed = len(X), rng.permutation(len(X))
        for _ in range(epochs):
            drawn = {
                "new": rng.permutation(N),
                "fixed": fixed,
                "stored": np.arange(N),
                "with repetition": rng.integers(0, N, N),
                "short": rng.permutation(N)[:1],
            }[order]
            labels_drawn = rng.permutation(N) if torn else drawn
            for first in range(0, N - batch_size if whole else len(drawn), batch_size):
                rows = drawn[first : first + batch_size]
                model(X[rows])
                if loss_too:
                    loss("logits", y[labels_drawn[first : first + batch_size]])
                for _ in range(2 if twice else 1):
                    if early:
                        optimizer.step(model.grad)
                    if backward:
                        model.backward(loss.backward())
                    if step and not early:
                        optimizer.step(model.grad)

    return train


def one_step_an_epoch(model, loss, optimizer, X, y, epochs, batch_size, rng):
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for first in range(0, len(X), batch_size):
            rows = order[first : first + batch_size]
            loss(model(X[rows]), y[rows])
            model.backward(loss.backward())
        optimizer.step(model.grad)


def whole_set_at_once(model, loss, optimizer, X, y, epochs, batch_size, rng):
    for _ in range(epochs):
        order = rng.permutation(len(X))
        loss(model(X[order]), y[order])
        model.backward(loss.backward())
        optimizer.step(model.grad)


def given_what_backward_returns(model, loss, optimizer, X, y, epochs, batch_size, rng):
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for first in range(0, len(X), batch_size):
            rows = order[first : first + batch_size]
            loss(model(X[rows]), y[rows])
            optimizer.step(model.backward(loss.backward()))


def given_an_old_gradient(model, loss, optimizer, X, y, epochs, batch_size, rng):
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for first in range(0, len(X), batch_size):
            rows = order[first : first + batch_size]
            old = model.grad.copy()
            loss(model(X[rows]), y[rows])
            model.backward(loss.backward())
            optimizer.step(old)


def in_batches(batches):
    """A loop that is right but for its batches: batches(rng, N, batch_size), the rows of each, for one epoch."""

    def train(model, loss, optimizer, X, y, epochs, batch_size, rng):
        for _ in range(epochs):
            for rows in batches(rng, len(X), batch_size):
                loss(model(X[rows]), y[rows])
                model.backward(loss.backward())
                optimizer.step(model.grad)

    return train


def shuffled_slices(rng, N, batch_size):
    return [np.arange(N)[first : first + batch_size] for first in rng.permutation(np.arange(0, N, batch_size))]


def strangers_that_stay_together(rng, N, batch_size):
    fixed = np.random.default_rng(7).permutation(N)
    return [fixed[rows] for rows in shuffled_slices(rng, N, batch_size)]


def turned(rng, N, batch_size):
    return np.split(np.roll(np.arange(N), rng.integers(1, N)), range(batch_size, N, batch_size))


def one_by_one(rng, N, batch_size):
    return rng.permutation(N)[:, None]


WRONG = [
    ("cost", lambda sizes: (weights(sizes), weights(sizes)), "biases are parameters too"),
    ("cost", lambda sizes: (weights(sizes), weights(sizes) + sum(sizes[1:])), "the wrong way round"),
    ("cost", lambda sizes: (weights(sizes) + sum(sizes[:-1]), weights(sizes)), "not for each of its inputs"),
    ("cost", lambda sizes: (weights(sizes) + sum(sizes), weights(sizes)), "The input layer has no biases"),
    ("cost", lambda sizes: (sizes[0] * sizes[1] + sizes[1], sizes[0] * sizes[1]), "more than one hidden layer"),
    ("cost", lambda sizes: (weights(sizes) + sum(sizes[1:]),) * 2, "added, not multiplied"),
    ("cost", lambda sizes: (weights(sizes) + sum(sizes[1:]), math.prod(sizes)), "multiplications add up"),
    ("cost", lambda sizes: (weights(sizes) + sum(sizes[1:]), 0), "a sum of D products"),
    ("cost", lambda sizes: (0, 0), "a matrix of K · D weights"),
    ("cost", lambda sizes: weights(sizes), "Return two things"),
    ("cost", lambda sizes: (weights(sizes) + sum(sizes[1:-1]), weights(sizes)), "in the last layer too"),
    ("cost", lambda sizes: (weights(sizes) + len(sizes) - 1, weights(sizes)), "a bias of its own"),
    (
        "cost",
        lambda sizes: (weights(sizes) + sum(sizes[1:]) + 0.9, weights(sizes)),
        "whole numbers; one of yours is 66",
    ),
    ("cost", lambda sizes: (math.inf, weights(sizes)), "whole numbers; one of yours is inf"),
    ("cost", lambda sizes: (math.nan, weights(sizes)), "There is nan"),
    ("cost", lambda sizes: (np.ones(3), weights(sizes)), "yours has shape (3,)"),
    ("cost", lambda sizes: ("66", "56"), "Numbers are asked for"),
    ("cost", lambda sizes: "66", "Return two things"),
    ("start", lambda K, s: math.log(K), "s = 0. These differ"),
    ("start", lambda K, s: math.log2(K) + s**2 / 2 * (1 - 1 / K), "Bits, not nats"),
    ("start", lambda K, s: s**2 / 2 * (1 - 1 / K), "the price of equal logits is missing"),
    ("start", lambda K, s: math.log2(K), "Bits, not nats"),
    ("start", lambda K, s: math.log10(K), "base 10"),
    ("start", lambda K, s: math.log10(K) + s**2 / 2 * (1 - 1 / K), "base 10"),
    ("start", lambda K, s: math.nan, "There is nan"),
    ("start", lambda K, s: "2.3", "Numbers are asked for"),
    ("start", lambda K, s: math.log(K) + s**2 / 2, "its mean is s²/K"),
    ("start", lambda K, s: math.log(K) - s**2 / 2 * (1 - 1 / K), "curves upwards"),
    ("start", lambda K, s: math.log(K) + s**2 * (1 - 1 / K), "Twice too much"),
    ("start", lambda K, s: math.log(K) + s**2 / 2 * (1 + 1 / K), "The sign of the 1/K"),
    ("start", lambda K, s: math.log(K) + s / 2 * (1 - 1 / K), "The variance is s²"),
    ("start", lambda K, s: np.full(K, 1 / K), "One number is wanted"),
    ("start", lambda K, s: 1.539 * s, "second order in log(1 + u)"),
    ("standardize", lambda a, b: (a / 255, b / 255), "Divided by 255"),
    ("standardize", own_pixel, "their own deviation is 0"),
    ("standardize", lambda a, b: ((a - a.mean()) / a.std(), (b - b.mean()) / b.std()), "were measured too"),
    ("standardize", lambda a, b: (own_image(a), own_image(b)), "Each image by itself"),
    ("standardize", lambda a, b: (a / a.std(), b / a.std()), "the mean is not 0 yet"),
    ("standardize", lambda a, b: (a - a.mean(), b - a.mean()), "the deviation is not 1 yet"),
    ("standardize", lambda a, b: ((a - a.mean()) / a.var(), (b - a.mean()) / a.var()), "divided by the variance"),
    ("standardize", lambda a, b: (a - np.uint8(a.mean()), b - np.uint8(a.mean())), "need floats"),
    ("standardize", lambda a, b: (a.reshape(len(a), -1) / 255, b), "should keep their shape (6, 28, 28)"),
    ("standardize", lambda a, b: (a * 0.0, b * 0.0), "not mean 0 and deviation 1"),
    ("standardize", wrapping, "it wraps to 255"),
    ("standardize", every_pixel_with_ink, "Each pixel by itself"),
    ("standardize", together, "measured together"),
    ("standardize", lambda a, b: (a / 127.5 - 1, b / 127.5 - 1), "From −1 to 1"),
    ("standardize", lambda a, b: ((a / 255 - 0.1307) / 0.3081, (b / 255 - 0.1307) / 0.3081), "0.1307 and 0.3081 are"),
    ("standardize", lambda a, b: ("a", "b"), "Numbers are asked for"),
    ("standardize", lambda a, b: ([[1, 2], [3]], b), "Numbers are asked for"),
    ("standardize", lambda a, b: ((a - a.mean()) / a.std(), b / 255), "the same map"),
    ("standardize", lambda a, b: a, "Return two things"),
    ("top-k", lambda Z, y, k: hits(Z, y, np.argsort(-Z, axis=1)[:, :1]), "ordinary accuracy"),
    ("top-k", lambda Z, y, k: hits(Z, y, np.argsort(Z, axis=1)[:, :k]), "begins with the smallest"),
    ("top-k", lambda Z, y, k: hits(Z, y, np.argsort(-Z, axis=1)[:, k - 1 : k]), "whose label is in place k"),
    ("top-k", lambda Z, y, k: hits(Z, y, np.argsort(-Z, axis=1)[:, : k + 1]), "One too many"),
    ("top-k", lambda Z, y, k: len(Z) * hits(Z, y, np.argsort(-Z, axis=1)[:, :k]), "That is how many"),
    ("top-k", lambda Z, y, k: np.mean(np.argsort(-Z, axis=1)[:, :k] == y[:, None]), "all N · k guesses"),
    ("top-k", lambda Z, y, k: np.argsort(-Z, axis=1)[:, :k] == y[:, None], "One number is wanted"),
    ("top-k", lambda Z, y, k: hits(Z, y, np.argsort(-Z, axis=0)[:, :k]), "Sort along axis 1"),
    ("top-k", lambda Z, y, k: hits(Z, y, np.argsort(-Z, axis=1)[:, :2]), "wrong for k = 4"),
    ("top-k", lambda Z, y, k: 100 * hits(Z, y, np.argsort(-Z, axis=1)[:, :k]), "Between 0 and 1, please"),
    ("top-k", lambda Z, y, k: 1 - hits(Z, y, np.argsort(-Z, axis=1)[:, :k]), "the share of misses"),
    ("top-k", lambda Z, y, k: np.isin(y, np.argsort(-Z, axis=1)[:, :k]).mean(), "np.isin searches all the rows"),
    ("top-k", lambda Z, y, k: hits(Z, y, -np.sort(-Z, axis=1)[:, :k]), "sort gives values"),
    ("top-k", lambda Z, y, k: math.nan, "There is nan"),
    ("top-k", lambda Z, y, k: hits(Z, y, np.argsort(-Z, axis=1)[:, :k]) if k == 2 else "p", "Numbers are asked for"),
    ("loop", given_what_backward_returns, "must be given model.grad"),
    ("loop", given_an_old_gradient, "must be given model.grad"),
    ("loop", in_batches(shuffled_slices), "the order of the examples, not of the batches"),
    ("loop", in_batches(strangers_that_stay_together), "the order of the examples, not of the batches"),
    ("loop", in_batches(turned), "the order of the examples, not of the batches"),
    ("loop", in_batches(one_by_one), "make 3 batches of up to 4; yours are 10"),
    ("loop", loop(torn=True), "no longer belong together"),
    ("loop", loop(order="fixed"), "Every epoch has the same order"),
    ("loop", loop(order="stored"), "in which they are stored"),
    ("loop", loop(order="with repetition"), "came twice"),
    ("loop", loop(order="short"), "the model saw 3"),
    ("loop", loop(whole=True), "last batch of an epoch is left out"),
    ("loop", loop(early=True), "gradient of the batch before"),
    ("loop", loop(backward=False), "never computed"),
    ("loop", loop(step=False), "never makes a step"),
    ("loop", loop(twice=True), "in this order and once"),
    ("loop", loop(loss_too=False), "no loss was computed"),
    ("loop", one_step_an_epoch, "fewer steps than batches"),
    ("loop", whole_set_at_once, "more than 4 examples"),
    ("loop", lambda *args: 0.5, "never saw a batch"),
]


@pytest.mark.parametrize(("name", "solution"), [(name, s) for name, found in RIGHT.items() for s in found])
def test_right_answers_pass(name, solution):
    assert f"mnist-{name}: right." in verdict(f"mnist-{name}", SOLUTIONS[solution])


@pytest.mark.parametrize(("name", "answer", "hint"), WRONG)
def test_wrong_answers_get_the_hint_for_their_mistake(name, answer, hint):
    said = verdict(f"mnist-{name}", answer)
    assert "not yet." in said
    assert hint.casefold() in said.casefold()


def test_the_packages_own_loop_is_a_right_answer():
    from dlpath.training.in_numpy import train

    def by_the_package(model, loss, optimizer, X, y, epochs, batch_size, rng):
        return train(model, loss, optimizer, X, y, epochs=epochs, batch_size=batch_size, rng=rng)

    assert "mnist-loop: right." in verdict("mnist-loop", by_the_package)


def test_the_broken_loop_of_the_chapter_gets_its_four_hints_one_after_the_other():
    mistakes = [{"torn": True}, {"whole": True}, {"order": "fixed"}, {"early": True}]
    hints = ["no longer belong together", "left out", "the same order", "the batch before"]
    for number, hint in enumerate(hints):
        rest = {key: value for mistake in mistakes[number:] for key, value in mistake.items()}
        assert hint in verdict("mnist-loop", loop(**rest))


def test_each_exercise_knows_five_mistakes():
    for name in RIGHT:
        assert len({hint for task, _, hint in WRONG if task == name}) >= 5


@pytest.mark.parametrize("name", RIGHT)
def test_an_untouched_stub_is_told_that_it_is_one(name, capsys):
    check(f"mnist-{name}", lambda *args: ...)
    assert "still the stub" in capsys.readouterr().out


def test_a_pair_may_be_an_array_and_a_deviation_the_unbiased_one():
    right = SOLUTIONS["cost"]
    assert "mnist-cost: right." in verdict("mnist-cost", lambda sizes: np.array(right(sizes)))
    unbiased = lambda a, b: ((a - a.mean()) / a.std(ddof=1), (b - a.mean()) / a.std(ddof=1))  # noqa: E731
    assert "mnist-standardize: right." in verdict("mnist-standardize", unbiased)


@pytest.mark.parametrize("answer", ["p", 0.5, [1, 2], {"a": 1}, np.ones(3)])
@pytest.mark.parametrize("name", RIGHT)
def test_a_value_instead_of_a_function_is_told_so(name, answer):
    assert "wants a function" in verdict(f"mnist-{name}", answer)


@pytest.mark.parametrize("result", ["p", 0.5, [1, 2], (1, 2), [[1, 2], [3]], {"a": 1}, np.ones(3), object()])
@pytest.mark.parametrize("name", RIGHT)
def test_an_absurd_result_gets_a_sentence_and_no_message_of_pythons(name, result):
    said = verdict(f"mnist-{name}", lambda *args: result)
    assert "not yet." in said
    assert "could not be read" not in said
    assert "Error" not in said
