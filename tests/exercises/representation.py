"""Right and wrong answers to the exercises on learned features; wrong ones with the words that their hint must have."""

import numpy as np


def floors(bends=None, signs=1, b2=-0.5):
    """n bends at 0, 1, 2, … or as many as are given."""

    def answer(n):
        H = n if bends is None else bends
        W2 = signs * np.array([1.0] + [2 * (-1) ** h for h in range(1, H)])
        return np.ones((H, n)), -np.arange(H), W2[None], np.array([b2])

    return answer


def layer(X, X_new, H, rng, W=None):
    W = rng.normal(size=(X.shape[1], H)) if W is None else W
    return np.maximum(0, X @ W), np.maximum(0, X_new @ W)


def solve(A, Y, add):
    return np.linalg.solve(A.T @ A + add, A.T @ Y)


RIGHT = {
    "representation-turn-hidden": [
        lambda X, W, b: [[max(0.0, float(w @ x + c)) for w, c in zip(W, b, strict=True)] for x in X],
        lambda X, W, b: (X @ W.T + b) * (X @ W.T + b > 0),
    ],
    "representation-turn-ridge": [
        lambda A, Y, penalty: np.linalg.inv(A.T @ A / len(A) + penalty * np.eye(A.shape[1])) @ (A.T @ Y) / len(A),
        lambda A, Y, penalty: (A.T @ np.linalg.inv(A @ A.T + len(A) * penalty * np.eye(len(A))) @ Y).tolist(),
    ],
    "representation-sixteen": [
        lambda table: not (table[0] == table[3] != table[1] == table[2]),
        lambda table: np.array([table[0] != table[3] or table[1] != table[2] or table[0] == table[1]]),
    ],
    "representation-floors": [
        floors(),
        lambda n: [part.tolist() for part in floors()(n)],
        lambda n: [3 * part for part in floors()(n)],
        floors(bends=7),
    ],
    "representation-shuffled": [lambda reader: reader == "hand", lambda reader: np.array([int(reader == "hand")])],
    "representation-twice": [
        layer,
        lambda X, X_new, H, rng: np.split(np.maximum(0, np.vstack([X, X_new]) @ rng.normal(size=(X.shape[1], H))), [6]),
    ],
    "representation-product": [
        lambda c: ([2 * c, 2 * c, -4 * c], -c),
        lambda c: (c * np.array([2.0, 2, -4]), np.array([-c])),
    ],
}

WRONG = {
    "representation-turn-hidden": [
        (lambda X, W, b: X @ W.T + b, "The bend is missing"),
        (lambda X, W, b: np.maximum(0, X @ W.T), "The bias is missing"),
        (lambda X, W, b: np.maximum(0, X @ W.T) + b, "belongs under the bend"),
        (lambda X, W, b: np.maximum(0, X @ W + b), "needs it turned"),
        (lambda X, W, b: np.abs(X @ W.T + b), "the size of the sum"),
        (lambda X, W, b: np.minimum(0, X @ W.T + b), "the other way round"),
        (lambda X, W, b: X @ W.T + b > 0, "only which sums are positive"),
    ],
    "representation-turn-ridge": [
        (lambda A, Y, p: solve(A, Y, p * np.eye(A.shape[1])), "multiplied by N"),
        (lambda A, Y, p: solve(A, Y, 0), "The penalty is missing"),
        (lambda A, Y, p: solve(A, Y, len(A) * p), "on the diagonal only"),
        (lambda A, Y, p: solve(A, Y, -len(A) * p * np.eye(A.shape[1])), "is subtracted"),
        (lambda A, Y, p: solve(A, Y, len(A) * p * np.eye(A.shape[1])).T, "V turned"),
        (lambda A, Y, p: np.linalg.solve(A @ A.T + len(A) * p * np.eye(len(A)), A.T @ Y), "compares examples"),
    ],
    "representation-sixteen": [
        (lambda table: True, "Always True"),
        (lambda table: False, "Never"),
        (lambda table: table != [0, 1, 1, 0], "One lamp is missing"),
        (lambda table: table in ([0, 1, 1, 0], [1, 0, 0, 1]), "The other way round"),
        (lambda table: sum(table) != 2, "[0, 1, 0, 1]"),
        (lambda table: sum(table) == 1, "Not yet for"),
        (lambda table: 14, "True or False"),
    ],
    "representation-floors": [
        (floors(signs=-1, b2=0.5), "the wrong way round"),
        (floors(bends=2), "Wrong for [1, 1, 1]"),
        (floors(b2=0), "exactly 0"),
        (lambda n: floors()(n)[:2], "four things"),
        (lambda n: floors()(2), "The shapes do not fit"),
        (lambda n: floors()(3), "The shapes do not fit for n = 1"),
    ],
    "representation-shuffled": [
        (lambda reader: False, "who are they"),
        (lambda reader: True, "does not care about the order"),
        (lambda reader: reader in ("hand", "chance"), "no order to lose"),
        (lambda reader: reader in ("hand", "teams"), "in any order"),
        (lambda reader: 3, "True or False"),
    ],
    "representation-twice": [
        (
            lambda X, X_new, H, rng: (layer(X, X, H, rng)[0], layer(X_new, X_new, H, rng)[0]),
            "and they got different features",
        ),
        (lambda X, X_new, H, rng: layer(X, X_new, H, np.random.default_rng(0)), "the weights have to come from rng"),
        (lambda X, X_new, H, rng: tuple(A.T for A in layer(X, X_new, H, rng)), "The shapes are"),
        (lambda X, X_new, H, rng: [X @ rng.normal(size=(5, H)), X_new @ rng.normal(size=(5, H))], "no longer ReLU"),
        (lambda X, X_new, H, rng: (np.zeros((6, H)), np.zeros((3, H))), "the same features"),
        (lambda X, X_new, H, rng: layer(X, X_new, H, rng)[0], "Return two things"),
    ],
    "representation-product": [
        (lambda c: ([-2 * c, -2 * c, 4 * c], c), "the wrong way round"),
        (lambda c: ([c, c, -2 * c], 0), "gives 0 and c"),
        (lambda c: ([2, 2, -4], -1), "Right for c = 1 only"),
        (lambda c: ([2, 2, 4], -1), "For [1, 1]"),
        (lambda c: ([2, 1, -4], -1), "For [0, 1]"),
        (lambda c: ([2, 2], -1), "shape"),
    ],
}
