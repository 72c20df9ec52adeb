"""Right and wrong answers to the exercises on architecture; wrong ones with the words that their hint must have."""

import numpy as np
import torch


def weights(s):
    return sum(D * K for D, K in zip(s[:-1], s[1:], strict=True))


def relu(x):
    return np.maximum(x, 0)


def at(x, Z, cross=True):
    places = x[0] + Z[0] / (Z[0] - Z[1]) * (x[1] - x[0])
    return places[Z[0] * Z[1] < 0] if cross else places


def axes(W, C, side):
    return W.reshape(len(W), C, side, side)


def flat(W, *order):
    return W.transpose(*order).reshape(len(W), -1)


RIGHT = {
    "architecture-turn-count": [
        lambda s: [sum((s[i] + 1) * s[i + 1] for i in range(len(s) - 1)), float(weights(s))],
        lambda s: torch.tensor([weights(s) + sum(s[1:]), weights(s)]),
    ],
    "architecture-turn-products": [lambda n, k, C, K: np.array([(n - k + 1) ** 2 * k**2 * C * K])],
    "architecture-turn-fold": [
        lambda x: np.minimum(2 * x, 2 - 2 * x),
        lambda x: list(1 - np.abs(2 * x - 1)),
        lambda x: torch.tensor(1 - np.abs(2 * x - 1), dtype=torch.float32),
    ],
    "architecture-turn-crossings": [lambda x, Z: sorted(at(x, Z)), lambda x, Z: tuple(np.sort(at(x, Z)))],
    "architecture-budget": [lambda D, K, P: [int(np.floor((P - K) / (D + K + 1)))]],
    "architecture-narrow": [lambda L: np.array([3 - (L == 1)])],
    "architecture-tie": [lambda dW, k: [float(np.diagonal(dW, i).sum()) for i in range(k)]],
    "architecture-port": [
        lambda W, C, side: torch.tensor(axes(W, C, side)).permute(0, 2, 3, 1).reshape(len(W), -1),
        lambda W, C, side: W.reshape(len(W), C, side * side).swapaxes(1, 2).reshape(len(W), -1),
    ],
    "architecture-silence": [lambda L, p: [next(H for H in range(1, 99) if L * np.log1p(-(0.5**H)) >= np.log(p))]],
}

WRONG = {
    "architecture-turn-count": [
        (lambda s: (weights(s), weights(s)), "a bias too"),
        (lambda s: (weights(s) + sum(s), weights(s)), "inputs have no biases"),
        (lambda s: (weights(s) + sum(s[1:-1]), weights(s)), "last layer has biases"),
        (lambda s: (weights(s) + sum(s[1:]), weights(s) + sum(s[1:])), "added, not multiplied"),
        (lambda s: (weights(s), weights(s) + sum(s[1:])), "other way round"),
        (lambda s: weights(s) + sum(s[1:]), "Return 2 things"),
        (lambda s: (int(np.prod(s)), weights(s)), "multiplications: right"),
    ],
    "architecture-turn-products": [
        (lambda n, k, C, K: n**2 * k * k * C * K, "only where it fits"),
        (lambda n, k, C, K: (n - k) ** 2 * k * k * C * K, "one too few"),
        (lambda n, k, C, K: (n - k + 1) ** 2 * k * k * K, "all channels"),
        (lambda n, k, C, K: (n - k + 1) ** 2 * k * k * C, "there are K"),
        (lambda n, k, C, K: k * k * C * K, "used at every place"),
        (lambda n, k, C, K: (n // k) ** 2 * k * k * C * K, "by one pixel"),
        (lambda n, k, C, K: (n - k + 1) ** 2 * K * (k * k * C + 1), "no multiplication"),
        (lambda n, k, C, K: (n - k + 1) * k * C * K, "both directions"),
    ],
    "architecture-turn-fold": [
        (lambda x: 2 * relu(x) - 2 * relu(x - 0.5), "flat"),
        (lambda x: 2 * relu(x) + 4 * relu(x - 0.5), "is subtracted"),
        (lambda x: np.minimum(x, 1 - x), "reaches only"),
        (lambda x: 2 * relu(x) - 4 * relu(x - 1), "turn at ½"),
        (lambda x: np.abs(2 * x - 1), "upside down"),
        (lambda x: -2 * relu(x), "begins at once"),
        (lambda x: 4 * relu(x - 0.5) - 2 * relu(x), "The sign"),
        (lambda x: 2 * max(x, 0) - 4 * max(x - 0.5, 0), "np.maximum"),
    ],
    "architecture-turn-crossings": [
        (lambda x, Z: np.sort(at(x, Z, cross=False)), "different signs"),
        (lambda x, Z: np.full(np.sum(Z[0] * Z[1] < 0), x.mean()), "The middle between"),
        (lambda x, Z: np.sort((at(x, Z) - x[0]) / (x[1] - x[0])), "the share of the way"),
        (lambda x, Z: np.sort(x[0] + x[1] - at(x, Z)), "from the other end"),
        (lambda x, Z: at(x, Z), "not sorted"),
    ],
    "architecture-budget": [
        (lambda D, K, P: P // (D + K + 1), "output's K biases"),
        (lambda D, K, P: (P - K) // (D + K), "hidden unit has a bias"),
        (lambda D, K, P: P // (D + K), "no bias at all"),
        (lambda D, K, P: (P - K) / (D + K + 1), "Half a unit"),
        (lambda D, K, P: (P - K) // (D + 1), "on its way out"),
        (lambda D, K, P: round((P - K) / (D + K + 1)), "Round down"),
        (lambda D, K, P: P, "solve it for H"),
    ],
    "architecture-narrow": [
        (lambda L: 2**L, "That is the bound"),
        (lambda L: L + 1, "it has two"),
        (lambda L: 3, "two pieces"),
        (lambda L: 2, "can cut the other"),
        (lambda L: min(L, 2), "pieces are one more"),
        (lambda L: 1, "bend it, or cut it"),
    ],
    "architecture-tie": [
        (lambda dW, k: np.array([np.diagonal(dW, i).mean() for i in range(k)]), "their mean"),
        (lambda dW, k: dW.sum(axis=0)[:k], "columns' sums"),
        (lambda dW, k: dW[0, :k], "first place alone"),
        (lambda dW, k: np.array([np.trace(dW, i) for i in range(k)])[::-1], "reverse order"),
        (lambda dW, k: dW.sum(axis=0), "One number for each"),
        (lambda dW, k: dW.sum(axis=1)[:k], "Where in the matrix"),
    ],
    "architecture-port": [
        (lambda W, C, s: flat(W.reshape(len(W), s, s, C), 0, 3, 1, 2), "channels last to channels first"),
        (lambda W, C, s: W, "Nothing is reordered"),
        (lambda W, C, s: flat(axes(W, C, s), 0, 3, 2, 1), "Rows and columns are exchanged"),
        (lambda W, C, s: flat(axes(W, C, s), 0, 2, 1, 3), "one axis, not to the end"),
        (lambda W, C, s: axes(W, C, s).transpose(0, 2, 3, 1), "A matrix of the shape of W"),
        (lambda W, C, s: W[:, ::-1], "with its four axes"),
        (lambda W, C, s: flat(axes(W, C, s), 0, 3, 1, 2), "old transposition"),
    ],
    "architecture-silence": [
        (lambda L, p: max(1, int(-np.log2(1 - p ** (1 / L)))), "round up"),
        (lambda L, p: -np.log2(1 - p ** (1 / L)), "is whole"),
        (lambda L, p: int(np.ceil(-np.log2(1 - p))), "for a single layer"),
        (lambda L, p: int(np.ceil(-np.log(1 - p ** (1 / L)))), "base 2"),
        (lambda L, p: max(1, int(np.ceil(-np.log2(1 - (1 - p) ** (1 / L))))), "getting through"),
        (lambda L, p: int(np.ceil(np.log2(L / (1 - p)))), "is a bound"),
        (lambda L, p: 8, "Try widths from 1 on"),
    ],
}
