"""Right and wrong answers to the exercises on handwritten digits, wrong ones with the words that must come."""

import math

import numpy as np

from dlpath.exercises.mnist import _gradients, _network
from dlpath.optimizers.in_numpy import adam_step
from dlpath.training.in_numpy import train as package_train


def network_by_layers(X, W1, b1, W2, b2):
    return np.array([W2 @ np.clip(W1 @ x + b1, 0, None) + b2 for x in X])


def gradients_by_images(X, Z1, A, P, W2, labels):
    """One image at a time, as a sum of outer products; a list of four."""
    sums = [0, 0, 0, 0]
    for n in range(len(X)):
        dz2 = P[n].copy()
        dz2[labels[n]] -= 1
        dz1 = np.where(Z1[n] > 0, W2.T @ dz2, 0)
        parts = np.outer(dz1, X[n]), dz1, np.outer(dz2, A[n]), dz2
        sums = [total + part / len(X) for total, part in zip(sums, parts, strict=True)]
    return sums


def adam_as_keras_orders_it(w, g, m, v, t):
    m, v = m + 0.1 * (g - m), v + 0.001 * (g * g - v)
    rate = 0.001 / (1 - 0.9**t)
    return w - rate * m / (np.sqrt(v / (1 - 0.999**t)) + 1e-8), m, v


def adam_without(correction):
    def adam(w, g, m, v, t):
        w_new, m_new, v_new = adam_step(w, g, m, v, t)
        if correction == "sign":
            return 2 * w - w_new, m_new, v_new
        if correction == "bias":
            return w - 0.001 * m_new / (np.sqrt(v_new) + 1e-8), m_new, v_new
        return w - 0.001 * m_new / (1 - 0.9**t) / (v_new / (1 - 0.999**t) + 1e-8), m_new, v_new

    return adam


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


def by_the_package(model, loss, optimizer, X, y, epochs, batch_size, rng):
    package_train(model, loss, optimizer, X, y, epochs=epochs, batch_size=batch_size, rng=rng)
    return model


def with_the_history(*given):
    by_the_package(*given)
    return [2.3, 1.1, 0.8]


def with_its_own_generator(*given):
    return by_the_package(*given[:-1], np.random.default_rng(5))


def with_another_generator_as_well(*given):
    given[-1].random()
    return by_the_package(*given[:-1], np.random.default_rng())


def talkative(*given):
    by_the_package(*given)
    print("done")


RIGHT = {
    "mnist-turn-network": [_network, network_by_layers],
    "mnist-turn-gradients": [_gradients, gradients_by_images],
    "mnist-turn-adam": [adam_step, adam_as_keras_orders_it],
    "mnist-cost": [lambda sizes: np.array([weights(sizes) + sum(sizes[1:]), weights(sizes)])],
    "mnist-start": [
        lambda K, s: np.array([np.log(K) + s**2 * (K - 1) / (2 * K)]),
        lambda K, s: (np.float32(np.log(K) + s**2 * (K - 1) / (2 * K)),),
    ],
    "mnist-standardize": [lambda a, b: ((a - a.mean()) / a.std(ddof=1), (b - a.mean()) / a.std(ddof=1))],
    "mnist-top-k": [lambda Z, y, k: np.mean([label in np.argsort(z)[-k:] for z, label in zip(Z, y, strict=True)])],
    "mnist-loop": [by_the_package, talkative],
    "mnist-alike": [
        lambda change: change in ("permuted", "thousandfold"),
        lambda change: np.array([int(change[0] in "pt")]),
    ],
}

WRONG = {
    "mnist-turn-network": [
        (lambda X, W1, b1, W2, b2: (X @ W1.T + b1) @ W2.T + b2, "without ReLU they are one linear map"),
        (lambda *given: np.maximum(_network(*given), 0), "a logit may be negative"),
        (lambda X, W1, b1, W2, b2: (np.maximum(X @ W1.T, 0) + b1) @ W2.T + b2, "before the ReLU"),
        (lambda X, W1, b1, W2, b2: np.maximum(X @ W1.T + b1, 0) @ W2.T, "that of the last layer"),
        (lambda X, W1, b1, W2, b2: np.maximum(X @ W1 + b1, 0) @ W2 + b2, "W has to be turned"),
    ],
    "mnist-turn-gradients": [
        (lambda *given: _gradients(*given, divide=False), "divide by N"),
        (lambda *given: _gradients(*given, mask=False), "passes nothing on"),
        (lambda *given: _gradients(*given, target=False), "has to be subtracted from P"),
        (lambda *given: [-one for one in gradients_by_images(*given)], "not true minus predicted"),
        (lambda *given: [one.T for one in gradients_by_images(*given)], "outputs first"),
        (lambda *given: gradients_by_images(*given)[:2], "Return 4 things: dW1, db1, dW2, db2"),
    ],
    "mnist-turn-adam": [
        (adam_without("bias"), "The corrections are missing"),
        (adam_without("root"), "by the root of"),
        (adam_without("sign"), "subtract the step"),
        (lambda w, g, m, v, t: adam_step(w, g, m, v, t)[0], "Return 3 things: w, m, v"),
    ],
    "mnist-cost": [
        (lambda sizes: (weights(sizes), weights(sizes)), "biases are parameters too"),
        (lambda sizes: (weights(sizes), weights(sizes) + sum(sizes[1:])), "the wrong way round"),
        (lambda sizes: (weights(sizes) + sum(sizes[:-1]), weights(sizes)), "not for each of its inputs"),
        (lambda sizes: (weights(sizes) + sum(sizes), weights(sizes)), "The input layer has no biases"),
        (lambda sizes: (sizes[0] * sizes[1] + sizes[1], sizes[0] * sizes[1]), "more than one hidden layer"),
        (lambda sizes: (weights(sizes) + sum(sizes[1:]),) * 2, "added, not multiplied"),
        (lambda sizes: (weights(sizes) + sum(sizes[1:]), math.prod(sizes)), "multiplications add up"),
        (lambda sizes: (weights(sizes) + sum(sizes[1:]), 0), "a sum of D products"),
        (lambda sizes: (0, 0), "a matrix of K · D weights"),
        (lambda sizes: weights(sizes), "Return two things"),
        (lambda sizes: (weights(sizes) + sum(sizes[1:-1]), weights(sizes)), "in the last layer too"),
        (lambda sizes: (weights(sizes) + len(sizes) - 1, weights(sizes)), "a bias of its own"),
        (lambda sizes: (weights(sizes) + sum(sizes[1:]) + 0.9, weights(sizes)), "whole numbers; one of yours is 66"),
        (lambda sizes: (math.inf, weights(sizes)), "whole numbers; one of yours is inf"),
        (lambda sizes: (math.nan, weights(sizes)), "There is nan"),
        (lambda sizes: (np.ones(3), weights(sizes)), "yours has shape (3,)"),
        (lambda sizes: ("66", "56"), "Numbers are asked for"),
        (lambda sizes: "66", "Return two things"),
    ],
    "mnist-start": [
        (lambda K, s: 2.302585093 + 0.45 * s**2, "That is for ten classes"),
        (lambda K, s: math.log(10) + s**2 / 2 * (1 - 1 / K), "That is for ten classes"),
        (lambda K, s: math.log(K) + 0.45 * s**2, "written into what is added"),
        (lambda K, s: math.log(K), "s = 0. These differ"),
        (lambda K, s: math.log2(K) + s**2 / 2 * (1 - 1 / K), "Bits, not nats"),
        (lambda K, s: s**2 / 2 * (1 - 1 / K), "the price of equal logits is missing"),
        (lambda K, s: math.log2(K), "Bits, not nats"),
        (lambda K, s: math.log10(K), "base 10"),
        (lambda K, s: math.log10(K) + s**2 / 2 * (1 - 1 / K), "base 10"),
        (lambda K, s: math.nan, "There is nan"),
        (lambda K, s: "2.3", "Numbers are asked for"),
        (lambda K, s: math.log(K) + s**2 / 2, "its mean is s²/K"),
        (lambda K, s: math.log(K) - s**2 / 2 * (1 - 1 / K), "curves upwards"),
        (lambda K, s: math.log(K) + s**2 * (1 - 1 / K), "Twice too much"),
        (lambda K, s: math.log(K) + s**2 / 2 * (1 + 1 / K), "The sign of the 1/K"),
        (lambda K, s: math.log(K) + s / 2 * (1 - 1 / K), "The variance is s²"),
        (lambda K, s: np.full(K, 1 / K), "One number is wanted"),
        (lambda K, s: 1.539 * s, "second order in log(1 + u)"),
    ],
    "mnist-standardize": [
        (lambda a, b: (a / 255, b / 255), "Divided by 255"),
        (own_pixel, "their own deviation is 0"),
        (lambda a, b: ((a - a.mean()) / a.std(), (b - b.mean()) / b.std()), "were measured too"),
        (lambda a, b: (own_image(a), own_image(b)), "Each image by itself"),
        (lambda a, b: (a / a.std(), b / a.std()), "the mean is not 0 yet"),
        (lambda a, b: (a - a.mean(), b - a.mean()), "the deviation is not 1 yet"),
        (lambda a, b: ((a - a.mean()) / a.var(), (b - a.mean()) / a.var()), "Divided by the variance"),
        (lambda a, b: (a - np.uint8(a.mean()), b - np.uint8(a.mean())), "need floats"),
        (lambda a, b: (a.reshape(len(a), -1) / 255, b), "should keep their shape (6, 28, 28)"),
        (lambda a, b: (a * 0.0, b * 0.0), "Not mean 0 and deviation 1"),
        (wrapping, "it wraps to 255"),
        (every_pixel_with_ink, "Each pixel by itself"),
        (together, "measured together"),
        (lambda a, b: (a / 127.5 - 1, b / 127.5 - 1), "From −1 to 1"),
        (lambda a, b: ((a / 255 - 0.1307) / 0.3081, (b / 255 - 0.1307) / 0.3081), "0.1307 and 0.3081 are"),
        (lambda a, b: ("a", "b"), "Numbers are asked for"),
        (lambda a, b: ([[1, 2], [3]], b), "Numbers are asked for"),
        (lambda a, b: ((a - a.mean()) / a.std(), b / 255), "the same map"),
        (lambda a, b: a, "Return two things"),
    ],
    "mnist-top-k": [
        (lambda Z, y, k: hits(Z, y, np.argsort(-Z, axis=1)[:, :1]), "ordinary accuracy"),
        (lambda Z, y, k: hits(Z, y, np.argsort(Z, axis=1)[:, :k]), "begins with the smallest"),
        (lambda Z, y, k: hits(Z, y, np.argsort(-Z, axis=1)[:, k - 1 : k]), "whose label is in place k"),
        (lambda Z, y, k: hits(Z, y, np.argsort(-Z, axis=1)[:, : k + 1]), "One too many"),
        (lambda Z, y, k: len(Z) * hits(Z, y, np.argsort(-Z, axis=1)[:, :k]), "That is how many"),
        (lambda Z, y, k: np.mean(np.argsort(-Z, axis=1)[:, :k] == y[:, None]), "all N · k guesses"),
        (lambda Z, y, k: np.argsort(-Z, axis=1)[:, :k] == y[:, None], "One number is wanted"),
        (lambda Z, y, k: hits(Z, y, np.argsort(-Z, axis=0)[:, :k]), "Sort along axis 1"),
        (lambda Z, y, k: hits(Z, y, np.argsort(-Z, axis=1)[:, :2]), "wrong for k = 4"),
        (lambda Z, y, k: 100 * hits(Z, y, np.argsort(-Z, axis=1)[:, :k]), "Between 0 and 1, please"),
        (lambda Z, y, k: 1 - hits(Z, y, np.argsort(-Z, axis=1)[:, :k]), "the share of misses"),
        (lambda Z, y, k: np.isin(y, np.argsort(-Z, axis=1)[:, :k]).mean(), "np.isin searches all the rows"),
        (lambda Z, y, k: hits(Z, y, -np.sort(-Z, axis=1)[:, :k]), "sort gives values"),
        (lambda Z, y, k: math.nan, "There is nan"),
        (lambda Z, y, k: hits(Z, y, np.argsort(-Z, axis=1)[:, :k]) if k == 2 else "p", "Numbers are asked for"),
    ],
    "mnist-loop": [
        (given_what_backward_returns, "must be given model.grad"),
        (given_an_old_gradient, "must be given model.grad"),
        (in_batches(shuffled_slices), "the order of the examples, not of the batches"),
        (in_batches(strangers_that_stay_together), "the order of the examples, not of the batches"),
        (in_batches(turned), "the order of the examples, not of the batches"),
        (in_batches(one_by_one), "make 3 batches of up to 4; yours are 10"),
        (loop(torn=True), "no longer belong together"),
        (loop(order="fixed"), "Every epoch has the same order"),
        (loop(order="stored"), "in which they are stored"),
        (loop(order="with repetition"), "came twice"),
        (loop(order="short"), "the model saw 3"),
        (loop(whole=True), "last batch of an epoch is left out"),
        (loop(early=True), "gradient of the batch before"),
        (loop(backward=False), "never computed"),
        (loop(step=False), "never makes a step"),
        (loop(twice=True), "in this order and once"),
        (loop(loss_too=False), "no loss was computed"),
        (one_step_an_epoch, "fewer steps than batches"),
        (whole_set_at_once, "more than 4 examples"),
        (lambda *args: 0.5, "never saw a batch"),
        (with_the_history, "a list came back. Return the model, or nothing"),
        (with_its_own_generator, "rng is not used"),
        (with_another_generator_as_well, "Seeded alike, rng led to another order"),
    ],
    "mnist-alike": [
        (lambda change: True, "what does it do to W₁x?"),
        (lambda change: False, "In which order matters neither"),
        (lambda change: change == "permuted", "a factor that is in every gradient"),
        (lambda change: change != "doubled", "which are 0 now"),
        (lambda change: change == "shifted", "In which order matters neither"),
        (lambda change: 3, "True or False"),
        (lambda change: "yes", "Numbers are asked for"),
    ],
}
