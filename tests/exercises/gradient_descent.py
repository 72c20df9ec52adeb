"""Right and wrong answers to the exercises on gradient descent; wrong ones with the words that their hint must have."""

import numpy as np

from dlpath.training.noise import batch_noise


def spread(G):
    return np.mean(np.sum((G - G.mean(axis=0)) ** 2, axis=1))


def factor(k):
    return (k.max() - k.min()) / (k.max() + k.min())


def walk(gradient, w, lr, beta, steps):
    v = np.zeros_like(w)
    for _ in range(steps):
        v = beta * v + gradient(w)
        w = w - lr * v
    return w


def power(gradient, w, rng, turns=300):
    d = rng.normal(size=w.shape)
    for _ in range(turns):
        d = gradient(w + d / np.linalg.norm(d)) - gradient(w)
    return np.linalg.norm(d)


def size(G, square=lambda g: g @ g, rounded=np.ceil):
    N, g = len(G), G.mean(axis=0)
    return rounded(N * spread(G) / ((N - 1) * square(g) + spread(G)))


RIGHT = {
    "gradient_descent-turn-change": [lambda g, H, lr: [(-lr * g) @ g + (-lr * g) @ H @ (-lr * g) / 2]],
    "gradient_descent-turn-plan": [
        lambda k, f: [2 / (max(k) + min(k)), np.log(f) / np.log(factor(k))],
    ],
    "gradient_descent-turn-noise": [
        lambda G, B: [np.var(G, axis=0, ddof=1).sum() * (1 / B - 1 / len(G))],
    ],
    "gradient_descent-turn-momentum": [
        lambda w, g, v, lr, beta: [w - lr * beta * v - lr * g, g + beta * v],
    ],
    "gradient_descent-rates": [lambda k: list(1 / k[::-1])],
    "gradient_descent-inertia": [walk],
    "gradient_descent-converges": [lambda lr, beta: np.array([lr / 2 - 1 < beta])],
    "gradient_descent-power": [power],
    "gradient_descent-enough": [lambda G: np.array([size(G)])],
    "gradient_descent-prices": [lambda k: np.array([k, k**0.5]), lambda k: [k, k / np.sqrt(k)]],
}

WRONG = {
    "gradient_descent-turn-change": [
        (lambda g, H, lr: -lr * g @ g, "the tangent alone"),
        (lambda g, H, lr: lr * g @ g + lr**2 / 2 * g @ H @ g, "The sign of the first term"),
        (lambda g, H, lr: -lr * g @ g + lr**2 * g @ H @ g, "The ½"),
        (lambda g, H, lr: -lr * g @ g + lr / 2 * g @ H @ g, "has to be squared there"),
        (lambda g, H, lr: -lr * g @ g - lr**2 / 2 * g @ H @ g, "has a plus"),
        (lambda g, H, lr: -lr * np.linalg.norm(g) + lr**2 / 2 * g @ H @ g, "The length of g has to be squared"),
    ],
    "gradient_descent-turn-plan": [
        (lambda k, f: (2 / k.max(), np.log(f) / np.log(factor(k))), "lr is the limit"),
        (lambda k, f: (1 / (k.max() + k.min()), np.log(f) / np.log(factor(k))), "half of what it should be"),
        (lambda k, f: (2 / (k.max() + k.min()), k.max() / k.min() / 2 * np.log(1 / f)), "this is the bound"),
        (lambda k, f: (2 / (k.max() + k.min()), np.log(1 / f) / np.log(factor(k))), "the wrong sign"),
        (lambda k, f: (2 / (k.max() + k.min()), np.ceil(np.log(f) / np.log(factor(k)))), "not to be rounded"),
        (lambda k, f: 2 / (k.max() + k.min()), "Return 2 things: lr, n"),
    ],
    "gradient_descent-turn-noise": [
        (lambda G, B: spread(G) / B, "This is with replacement"),
        (lambda G, B: batch_noise(G, B) * len(G), "not the sum"),
        (lambda G, B: batch_noise(G, B) / G.shape[1], "you took their mean"),
        (lambda G, B: np.mean(np.sum(G**2, axis=1)) / B * (len(G) - B) / (len(G) - 1), "Subtract the mean"),
        (lambda G, B: spread(G) / B * (len(G) - B) / len(G), "N − 1 below"),
        (lambda G, B: np.sqrt(batch_noise(G, B)), "This is the root"),
    ],
    "gradient_descent-turn-momentum": [
        (lambda w, g, v, lr, beta: (w - lr * v, beta * v + g), "the old velocity"),
        (lambda w, g, v, lr, beta: (w - lr * g, beta * v + g), "along the gradient alone"),
        (lambda w, g, v, lr, beta: (w + beta * v - lr * g, beta * v - lr * g), "as Keras has it"),
        (lambda w, g, v, lr, beta: (w + lr * (beta * v + g), beta * v + g), "Uphill"),
        (lambda w, g, v, lr, beta: (beta * v + g, w - lr * (beta * v + g)), "in another order"),
        (lambda w, g, v, lr, beta: (w - lr * (beta * v + lr * g), beta * v + lr * g), "The rate is in twice"),
    ],
    "gradient_descent-rates": [
        (lambda k: 2 / k, "2/κ is the limit"),
        (lambda k: k, "These are the curvatures"),
        (lambda k: 1 / k.max(), "4 steps, 4 rates; yours are 1"),
        (lambda k: np.full(4, 2 / (k.max() + k.min())), "One rate for all steps"),
        (lambda k: [1 / k[0], 1 / k[1], 1 / k[2], 0.1], "1 of 4 directions"),
    ],
    "gradient_descent-inertia": [
        (lambda gradient, w, lr, beta, steps: walk(gradient, w, lr, 0, steps), "still forgotten"),
        (lambda gradient, w, lr, beta, steps: walk(gradient, w, lr, beta, steps - 1), "One step is missing"),
        (lambda gradient, w, lr, beta, steps: walk(gradient, w, lr, beta, steps + 1), "One step too many"),
        (lambda gradient, w, lr, beta, steps: walk(gradient, w, lr * (1 - beta), beta, steps), "An average"),
        (lambda gradient, w, lr, beta, steps: walk(gradient, w, lr / (1 - beta), 0, steps), "by a longer step"),
        (lambda gradient, w, lr, beta, steps: w, "Which of them belongs before it"),
    ],
    "gradient_descent-converges": [
        (lambda lr, beta: lr < 2, "without momentum"),
        (lambda lr, beta: lr < 2 * (1 - beta), "does not sink"),
        (lambda lr, beta: lr < 2 / (1 - beta), "more slowly than 2/(1 − β)"),
        (lambda lr, beta: lr >= 2 * (1 + beta), "The other way round"),
        (lambda lr, beta: lr < (1 + beta**0.5) ** 2, "upper end of the window"),
        (lambda lr, beta: lr < 2 + beta, "Too careful"),
        (lambda lr, beta: True, "Always?"),
        (lambda lr, beta: lr < 3, "Not for a rate of"),
        (lambda lr, beta: 7, "Return True or False"),
    ],
    "gradient_descent-power": [
        (lambda gradient, w, rng: 1 / power(lambda w: gradient(w), w, rng), "Not within one per cent"),
        (lambda gradient, w, rng: power(gradient, w, rng) ** 2, "This is its square"),
        (lambda gradient, w, rng: 1.0, "the length of d after it was divided"),
        (lambda gradient, w, rng: 2 / power(gradient, w, rng), "This is the largest rate"),
        (lambda gradient, w, rng: power(gradient, w, rng) ** 0.5, "This is its root"),
        (lambda gradient, w, rng: 0.5, "This is the smallest curvature"),
        (lambda gradient, w, rng: [1, 2], "One number is wanted"),
    ],
    "gradient_descent-enough": [
        (lambda G: np.ceil(spread(G) / np.sum(G.mean(axis=0) ** 2)), "with replacement"),
        (lambda G: size(G, rounded=lambda x: x), "round it up"),
        (lambda G: size(G, rounded=np.floor), "Rounded down"),
        (lambda G: size(G) + 1, "One too many"),
        (lambda G: size(G, square=np.linalg.norm), "not with its square"),
        (lambda G: 60, "compare it with the square"),
    ],
    "gradient_descent-prices": [
        (lambda k: (k**0.5, k), "in the other order"),
        (lambda k: (k**2, k), "not to its square"),
        (lambda k: (1 / k, 1), "more steps, not fewer"),
        (lambda k: (1, 1), "sets how long it takes"),
        (lambda k: (k / 2, 1), "What becomes of R"),
        (lambda k: (k, k), "√R stands where R stood"),
        (lambda k: (k, k**2), "in proportion to √R"),
        (lambda k: k, "Return two things"),
    ],
}
