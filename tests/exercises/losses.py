"""Right and wrong answers to the exercises on losses; wrong ones with the words that their hint must have."""

import numpy as np
import torch


def softmax(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def hot(Z, labels):
    return np.eye(Z.shape[1])[labels]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def through(z, y):
    p = sigmoid(z)
    return 2 * (p - y) * p * (1 - p) / len(z)


def lse(Z):
    return np.logaddexp.reduce(Z, axis=1)


def smoothed(Z, labels, on_label, elsewhere):
    targets = np.full(Z.shape, elsewhere)
    targets[np.arange(len(Z)), labels] = on_label
    return -np.sum(targets * (Z - lse(Z)[:, None])) / len(Z)


def naive_smoothed(Z, labels, eps):
    E = np.exp(Z)
    P = E / E.sum(axis=1, keepdims=True)
    targets = (1 - eps) * hot(Z, labels) + eps / Z.shape[1]
    return -np.sum(targets * np.log(P)) / len(Z)


def mean_loss(Z, labels, m, mean=np.mean):
    E = np.exp(Z - m)
    P = E / E.sum(axis=1, keepdims=True)
    return mean(-np.log(P[np.arange(len(Z)), labels]))


def rows(Z):
    return Z.max(axis=1, keepdims=True)


def counts(labels, K):
    return np.bincount(labels, minlength=K)


RIGHT = {
    "losses-turn-pull": [lambda e, d: list(np.maximum(-d, np.minimum(d, e)) / len(e))],
    "losses-turn-slope": [lambda Z, y: torch.tensor((softmax(Z) - hot(Z, y)) / len(Z), dtype=torch.float32)],
    "losses-turn-lse": [lse, lambda Z: list(lse(Z))],
    "losses-turn-through": [lambda z, y: tuple(through(z, y))],
    "losses-guesses": [lambda y: [np.mean(y), np.array([np.median(y)])]],
    "losses-largest": [lambda Z, y: [np.mean(lse(Z) - Z[np.arange(len(Z)), y])]],
    "losses-floor": [lambda K: np.array([np.log(1 + (K - 1) * np.exp((1 - np.e) / (np.e + K - 1)))])],
    "losses-smoothed": [
        lambda Z, y, eps: torch.nn.functional.cross_entropy(torch.tensor(Z), torch.tensor(y), label_smoothing=eps)
    ],
    "losses-balanced": [lambda y, K: list(len(y) / (K * counts(y, K)))],
    "losses-start": [lambda steps, lr: np.array([np.log(0.5 / (steps * lr))])],
}

WRONG = {
    "losses-turn-pull": [
        (lambda e, d: np.clip(e, -d, d), "divide by N"),
        (lambda e, d: np.where(abs(e) <= d, e**2 / 2, d * (abs(e) - d / 2)), "That is Huber's loss"),
        (lambda e, d: np.where(abs(e) <= d, e, d) / len(e), "with the sign of the error"),
        (lambda e, d: np.where(abs(e) <= d, e, np.sign(e)) / len(e), "not ±1"),
        (lambda e, d: e / len(e), "without its limit"),
        (lambda e, d: np.sign(e) / len(e), "of the absolute error"),
        (lambda e, d: -np.clip(e, -d, d) / len(e), "the sign is not"),
    ],
    "losses-turn-slope": [
        (lambda Z, y: softmax(Z) - hot(Z, y), "divide by N"),
        (lambda Z, y: (softmax(Z) - hot(Z, y)) / Z.size, "not by N·K"),
        (lambda Z, y: (hot(Z, y) - softmax(Z)) / len(Z), "The sign"),
        (lambda Z, y: (Z - hot(Z, y)) / len(Z), "no probabilities"),
        (lambda Z, y: softmax(Z) / len(Z), "softmax alone"),
        (lambda Z, y: (np.exp(Z) / np.exp(Z).sum() - hot(Z, y)) / len(Z), "along axis 1"),
    ],
    "losses-turn-lse": [
        (lambda Z: np.log(np.exp(Z - rows(Z)).sum(axis=1)), "Add the maximum again"),
        (lambda Z: np.log(np.exp(Z).sum(axis=1)), "take the maximum out first"),
        (lambda Z: Z.max() + np.log(np.exp(Z - Z.max()).sum(axis=1)), "Each row has its own maximum"),
        (lambda Z: Z.max(axis=1), "the lower bound"),
        (lambda Z: np.log(np.exp(Z - rows(Z)).sum(axis=1)) - Z.max(axis=1), "with a plus"),
        (lambda Z: Z.max(axis=1) + np.log(np.exp(Z - Z.max(axis=1)).sum(axis=1)), "keepdims=True"),
    ],
    "losses-turn-through": [
        (lambda z, y: len(z) * through(z, y), "divide by N"),
        (lambda z, y: (sigmoid(z) - y) / len(z), "of cross-entropy"),
        (lambda z, y: 2 * (sigmoid(z) - y) / len(z), "with respect to p"),
        (lambda z, y: through(z, y) / 2, "The 2 of the square"),
        (lambda z, y: 2 * (sigmoid(z) - y) * z * (1 - z) / len(z), "not z(1 − z)"),
        (lambda z, y: -through(z, y), "The sign"),
    ],
    "losses-guesses": [
        (lambda y: (np.median(y), np.mean(y)), "in another order"),
        (lambda y: (np.mean(y), np.mean(y)), "Twice the same"),
        (lambda y: (np.mean(y), y[len(y) // 2]), "sort first"),
        (lambda y: ((y.min() + y.max()) / 2, np.median(y)), "between the extremes"),
        (lambda y: (y.sum(), np.median(y)), "not divided"),
        (lambda y: (0.0, np.median(y)), "twice the mean of c"),
        (lambda y: (np.mean(y), 0.0), "as many lie above as below"),
        (lambda y: np.mean(y), "Return two things"),
    ],
    "losses-largest": [
        (lambda Z, y: mean_loss(Z, y, Z.max()), "whose maximum is subtracted"),
        (lambda Z, y: mean_loss(Z, y, rows(Z)), "log 0 is −∞"),
        (lambda Z, y: mean_loss(Z, y, rows(Z), np.sum), "this is their sum"),
        (lambda Z, y: -mean_loss(Z, y, rows(Z)), "minus the logarithm"),
        (lambda Z, y: np.mean(lse(Z)), "Only what is subtracted"),
        (lambda Z, y: min(mean_loss(Z, y, rows(Z)), 700.0), "costs 900"),
    ],
    "losses-floor": [
        (lambda K: np.log(1 + (K - 1) / np.e), "for two"),
        (lambda K: np.log(K), "an undecided network"),
        (lambda K: 0.0, "Zero is what one softmax"),
        (lambda K: np.log(1 + (K - 1) * np.exp((np.e - 1) / (np.e + K - 1))), "takes a minus"),
        (lambda K: 1.461, "Begin with a perfect row"),
        (
            lambda K: np.log(
                1
                + (K - 1)
                * np.exp(-np.expm1((np.e - 1) / (np.e + K - 1)) / (np.exp((np.e - 1) / (np.e + K - 1)) + K - 1))
            ),
            "One more than asked for",
        ),
    ],
    "losses-smoothed": [
        (lambda Z, y, eps: smoothed(Z, y, 1, 0), "without smoothing"),
        (lambda Z, y, eps: smoothed(Z, y, 1 - eps, eps / (Z.shape[1] - 1)), "left the label out"),
        (lambda Z, y, eps: smoothed(Z, y, 1 - eps, eps / Z.shape[1]), "have to add up to 1"),
        (
            lambda Z, y, eps: len(Z) * smoothed(Z, y, 1 - eps + eps / Z.shape[1], eps / Z.shape[1]),
            "the mean is asked for",
        ),
        (lambda Z, y, eps: -smoothed(Z, y, 1 - eps + eps / Z.shape[1], eps / Z.shape[1]), "The sign"),
        (naive_smoothed, "not for thousands"),
        (lambda Z, y, eps: 0.0, "Write the targets down"),
    ],
    "losses-balanced": [
        (lambda y, K: 1 / counts(y, K), "is not 1 yet"),
        (lambda y, K: len(y) / counts(y, K), "divide by K"),
        (lambda y, K: counts(y, K) * K / len(y), "The other way round"),
        (lambda y, K: counts(y, K), "the numbers of examples"),
        (lambda y, K: (len(y) / K / counts(y, K))[y], "one weight for each example"),
        (lambda y, K: K / counts(y, K) / np.sum(1 / counts(y, K)), "of the classes"),
        (lambda y, K: np.ones(K), "the same for all K classes"),
    ],
    "losses-start": [
        (lambda steps, lr: np.log(2 * steps * lr), "The sign"),
        (lambda steps, lr: -np.log(steps * lr), "The 2 is missing"),
        (lambda steps, lr: -np.log(steps * lr / 2), "goes up when you solve"),
        (lambda steps, lr: -steps * lr, "cross-entropy's way"),
        (lambda steps, lr: -np.log(2 * steps / lr), "rate times steps"),
        (lambda steps, lr: -np.log10(2 * steps * lr), "base 10"),
        (lambda steps, lr: -9.2, "Which term"),
    ],
}
