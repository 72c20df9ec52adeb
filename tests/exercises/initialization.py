"""Right and wrong answers to the exercises on initialization; wrong ones with the words that their hint must have."""

import math

import numpy as np
import torch

from dlpath.initialization.signal import relu_cosine


def factor(D, std):
    return D * std**2 / 2


def turned(G, signs=True):
    K, D = G.shape
    Q, R = np.linalg.qr(G if K >= D else G.T)
    Q = Q * np.sign(np.diag(R)) if signs else Q
    return Q if K >= D else Q.T


def he(rng, K, D, std):
    return rng.normal(0, std, (K, D))


def layers(c, goal, step=relu_cosine, most=10_000):
    count = 0
    while c <= goal and count < most:
        c, count = step(c), count + 1
    return count


def angle_for_cosine(c):
    alpha = np.arccos(c)
    return (np.sin(alpha) + (np.pi - alpha) * alpha) / np.pi


def sent(X, Ws, divide, see=lambda Z: np.maximum(Z, 0), go_on=True):
    A, found = X, []
    for W in Ws:
        Z = A @ W.T
        V = W / divide(Z)
        found.append(V)
        A = see(A @ V.T) if go_on else see(Z)
    return found


def rest(D, w, b):
    return b * b / (1 - factor(D, w))


RIGHT = {
    "initialization-turn-change": [
        lambda D, std, L: L * np.log10(std * np.sqrt(D / 2)),
        lambda D, std, L: torch.tensor(L / 2 * math.log10(factor(D, std)), dtype=torch.float32),
    ],
    "initialization-turn-bounds": [
        lambda K, D: [math.sqrt(3) * math.sqrt(2 / (D + K)), math.sqrt(3) * math.sqrt(2 / D)],
        lambda K, D: np.sqrt(6 / np.array([D + K, D])),
    ],
    "initialization-turn-orthogonal": [lambda G: torch.tensor(turned(G)), lambda G: turned(G).tolist()],
    "initialization-leaky": [lambda D, s: np.array([(2 / (D + D * s * s)) ** 0.5])],
    "initialization-sides": [
        lambda rng, K, D: torch.tensor(he(rng, K, D, math.sqrt(2 / D)), dtype=torch.float32),
        lambda rng, K, D: rng.uniform(-math.sqrt(6 / D), math.sqrt(6 / D), (K, D)),
    ],
    "initialization-alike": [lambda c, goal: float(layers(c, goal)), lambda c, goal: np.array([layers(c, goal)])],
    "initialization-resting": [lambda D, w, b: rest(D, w, b) if factor(D, w) < 1 else float("inf")],
    "initialization-scaled": [
        lambda X, Ws: tuple(sent(X, Ws, np.std)),
        lambda X, Ws: [torch.tensor(W) for W in sent(X, Ws, np.std)],
    ],
}

WRONG = {
    "initialization-turn-change": [
        (lambda D, std, L: L * np.log10(factor(D, std)), "of its root it is half"),
        (lambda D, std, L: L / 2 * np.log10(D * std**2), "The ReLU is missing"),
        (lambda D, std, L: L / 2 * np.log(factor(D, std)), "natural logarithm"),
        (lambda D, std, L: np.log10(factor(D, std)) / 2, "there are more of them"),
        (lambda D, std, L: 0.0, "the numbers are not"),
    ],
    "initialization-turn-bounds": [
        (lambda K, D: (math.sqrt(2 / (D + K)), math.sqrt(2 / D)), "standard deviations"),
        (lambda K, D: (math.sqrt(6 / (D + K)), math.sqrt(6 / K)), "counts the inputs"),
        (lambda K, D: (math.sqrt(6 / D), math.sqrt(6 / (D + K))), "in the other order"),
        (lambda K, D: (math.sqrt(6 / (D + K)), 1 / math.sqrt(D)), "Xavier's: right; He's: not yet"),
    ],
    "initialization-turn-orthogonal": [
        (lambda G: turned(G, signs=False), "the signs are the library's"),
        (lambda G: -turned(G), "it is to be positive"),
        (lambda G: G / np.linalg.norm(G, axis=1, keepdims=True), "not yet at right angles"),
        (lambda G: np.linalg.qr(G)[0], "is"),
        (lambda G: turned(G.T), "shape"),
    ],
    "initialization-leaky": [
        (lambda D, s: math.sqrt(2 / D), "That is He's"),
        (lambda D, s: math.sqrt(2 / ((1 + s) * D)), "not slope"),
        (lambda D, s: 2 / ((1 + s * s) * D), "its root"),
        (lambda D, s: math.sqrt(1 / ((1 + s * s) * D)), "silences nothing"),
        (lambda D, s: math.sqrt(2 * (1 + s * s) / D), "have to be smaller"),
        (lambda D, s: math.sqrt(2 / ((1 - s) ** 2 * D + 1)), "half of E z²"),
    ],
    "initialization-sides": [
        (lambda rng, K, D: he(rng, K, D, math.sqrt(2 / K)), "the number of outputs"),
        (lambda rng, K, D: he(rng, K, D, math.sqrt(2 / (D + K))), "Xavier's"),
        (lambda rng, K, D: he(rng, K, D, 2 / D), "the variance"),
        (lambda rng, K, D: he(rng, K, D, math.sqrt(1 / D)), "The 2 is missing"),
        (lambda rng, K, D: he(rng, D, K, math.sqrt(2 / D)), "one row for each output"),
        (lambda rng, K, D: he(np.random.default_rng(0), K, D, math.sqrt(2 / D)), "draw them with rng"),
        (lambda rng, K, D: he(rng, K, D, 0.2), "standard deviation √(2/D)"),
    ],
    "initialization-alike": [
        (lambda c, goal: layers(c, goal) + 1, "One too many"),
        (lambda c, goal: layers(c, goal) - 1, "One too few"),
        (lambda c, goal: 3 * np.pi * (1 / np.arccos(goal) - 1 / np.arccos(c)), "no whole numbers"),
        (lambda c, goal: math.ceil(3 * np.pi * (1 / np.arccos(goal) - 1 / np.arccos(c))), "small angles"),
        (lambda c, goal: layers(c, goal, angle_for_cosine), "not the angle"),
        (lambda c, goal: 50, "count one"),
    ],
    "initialization-resting": [
        (lambda D, w, b: math.sqrt(rest(D, w, b)), "its square"),
        (lambda D, w, b: b * b / (1 - D * w * w), "The ReLU is missing"),
        (lambda D, w, b: b / (1 - factor(D, w)), "b_std squared"),
        (lambda D, w, b: b * b, "the biases alone"),
        (lambda D, w, b: rest(D, w, b), "grows for ever"),
        (lambda D, w, b: 2.0, "At rest"),
    ],
    "initialization-scaled": [
        (lambda X, Ws: sent(X, Ws, np.std, go_on=False), "*scaled*"),
        (lambda X, Ws: sent(X, Ws, np.std, see=lambda Z: Z), "there is a ReLU"),
        (lambda X, Ws: sent(X, Ws, np.var), "not by the variance"),
        (lambda X, Ws: sent(X, Ws, lambda Z: np.maximum(Z, 0).std()), "before the ReLU"),
        (lambda X, Ws: sent(X, Ws, lambda Z: Z.std(axis=0)[:, None]), "every unit"),
        (lambda X, Ws: [W / W.std() for W in Ws], "the spreads of the weights"),
        (lambda X, Ws: Ws, "Nothing was scaled"),
        (lambda X, Ws: [2 * W for W in Ws], "Z = A Wᵀ"),
    ],
}
