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
    ("start", lambda K, s: math.log(K), "s = 0. These differ"),
    ("start", lambda K, s: math.log2(K) + s**2 / 2 * (1 - 1 / K), "Bits, not nats"),
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
    ("standardize", lambda a, b: (a * 0.0, b * 0.0), "uint8 wraps"),
    ("standardize", lambda a, b: ((a - a.mean()) / a.std(), b / 255), "the same map"),
    ("standardize", lambda a, b: a, "Return two things"),
    ("top-k", lambda Z, y, k: hits(Z, y, np.argsort(-Z, axis=1)[:, :1]), "ordinary accuracy"),
    ("top-k", lambda Z, y, k: hits(Z, y, np.argsort(Z, axis=1)[:, :k]), "begins with the smallest"),
    ("top-k", lambda Z, y, k: hits(Z, y, np.argsort(-Z, axis=1)[:, k - 1 : k]), "whose label is in place k"),
    ("top-k", lambda Z, y, k: hits(Z, y, np.argsort(-Z, axis=1)[:, : k + 1]), "One too many"),
    ("top-k", lambda Z, y, k: len(Z) * hits(Z, y, np.argsort(-Z, axis=1)[:, :k]), "That is how many"),
    ("top-k", lambda Z, y, k: np.mean(np.argsort(-Z, axis=1)[:, :k] == y[:, None]), "all N · k guesses"),
    ("top-k", lambda Z, y, k: np.argsort(-Z, axis=1)[:, :k] == y[:, None], "a single number"),
    ("top-k", lambda Z, y, k: hits(Z, y, np.argsort(-Z, axis=0)[:, :k]), "Sort along axis 1"),
    ("top-k", lambda Z, y, k: hits(Z, y, np.argsort(-Z, axis=1)[:, :2]), "wrong for k = 4"),
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


@pytest.mark.parametrize("name", RIGHT)
def test_a_value_instead_of_a_function_is_told_so(name):
    assert "wants a function" in verdict(f"mnist-{name}", 0.5)


@pytest.mark.parametrize("name", RIGHT)
def test_words_instead_of_numbers_do_not_raise(name):
    assert "not yet." in verdict(f"mnist-{name}", lambda *args: "p")
