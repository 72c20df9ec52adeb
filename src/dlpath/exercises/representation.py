"""The exercises of the chapter on learned features. Each judge names the mistake before it says "wrong"."""

from itertools import product

import numpy as np

from dlpath.exercises import Hint, exercise
from dlpath.exercises.judging import blank, numbers, one_number, pair, result, sizes

CASES = np.array([[0, 0], [1, 0], [0, 1], [1, 1]], float)
LAMP = np.array([-1.0, 1, 1, -1])


blank(
    "representation-turn-hidden",
    call="hidden(X, W, b)",
    right="A weighted sum and a constant for each unit, and one bend: what is negative becomes zero.",
    like=lambda X, W, b: np.maximum(0, X @ W.T + b),
    arrays=lambda rng: _layer(rng),
    mistakes={
        "The bend is missing: these are the sums. What is negative becomes zero.": lambda X, W, b: X @ W.T + b,
        "The bias is missing.": lambda X, W, b: np.maximum(0, X @ W.T),
        "The bias belongs under the bend: it says where the bend is.": lambda X, W, b: np.maximum(0, X @ W.T) + b,
        "W has a row for each unit: the sum over d needs it turned, X Wᵀ.": lambda X, W, b: np.maximum(0, X @ W + b),
        "This is the size of the sum. A negative sum becomes zero, not positive.": lambda X, W, b: np.abs(X @ W.T + b),
        "The bend is the other way round: what is positive stays.": lambda X, W, b: np.minimum(0, X @ W.T + b),
        "This says only which sums are positive; a feature keeps how large they are.": (
            lambda X, W, b: (X @ W.T + b > 0).astype(float)
        ),
    },
)


def _layer(rng):
    N, D, H = sizes(rng, 3)
    return rng.normal(size=(N, D)), rng.normal(size=(H, D)), rng.normal(size=H)


def ridge(A, Y, penalty):
    """The V of [eq-representation-readout], (AᵀA + NλI) V = AᵀY."""
    return np.linalg.solve(A.T @ A + len(A) * penalty * np.eye(A.shape[1]), A.T @ Y)


def _regression(rng):
    N, H, K = sizes(rng, 3)
    return rng.normal(size=(N + H, H)), rng.normal(size=(N + H, K)), np.exp(rng.normal())


blank(
    "representation-turn-ridge",
    call="ridge(A, Y, penalty)",
    right="One system of equations for all classes: the penalty, N times, stands on the diagonal.",
    like=ridge,
    arrays=_regression,
    mistakes={
        "The penalty is multiplied by N: the error is a mean over N, and both sides were multiplied by N/2.": (
            lambda A, Y, penalty: np.linalg.solve(A.T @ A + penalty * np.eye(A.shape[1]), A.T @ Y)
        ),
        "The penalty is missing: this is least squares.": lambda A, Y, penalty: np.linalg.solve(A.T @ A, A.T @ Y),
        "The penalty stands on the diagonal only: NλI, not Nλ in every entry.": (
            lambda A, Y, penalty: np.linalg.solve(A.T @ A + len(A) * penalty, A.T @ Y)
        ),
        "The penalty is subtracted; it has to make the matrix larger.": (
            lambda A, Y, penalty: np.linalg.solve(A.T @ A - len(A) * penalty * np.eye(A.shape[1]), A.T @ Y)
        ),
        "N is the number of examples, the rows of A; you multiplied by the number of features.": (
            lambda A, Y, penalty: np.linalg.solve(A.T @ A + A.shape[1] * penalty * np.eye(A.shape[1]), A.T @ Y)
        ),
        "This is V turned: it has a row for each feature, and a column for each class.": (
            lambda A, Y, penalty: ridge(A, Y, penalty).T
        ),
        "A Aᵀ compares examples; AᵀA, of shape (H, H), compares features.": (
            lambda A, Y, penalty: np.linalg.solve(A @ A.T + len(A) * penalty * np.eye(len(A)), A.T @ Y)
        ),
    },
)


@exercise(
    "representation-sixteen",
    call="one_unit(table)",
    right="Fourteen of sixteen: only the lamp on the stairs and its opposite need more than one line.",
)
def sixteen(answer):
    tables = [list(table) for table in product((0, 1), repeat=4)]
    got = [one_number(answer(list(table)), "True or False") for table in tables]
    if not set(got) <= {0.0, 1.0}:
        raise Hint("Return True or False.")
    wrong = {
        "Always True? Try [0, 1, 1, 0], the lamp of this chapter.": lambda t: True,
        "Never? Try [0, 0, 0, 1]: a line that cuts off one corner.": lambda t: False,
        "One lamp is missing: turn every answer of the stairs round. Is that any easier?": lambda t: t != [0, 1, 1, 0],
        "The other way round: return True where one unit is enough.": lambda t: t in ([0, 1, 1, 0], [1, 0, 0, 1]),
        "A lamp that is always on, or always off, is no trouble: weights of zero and a bias do it.": (
            lambda t: t not in ([0, 1, 1, 0], [1, 0, 0, 1]) and 0 < sum(t) < 4
        ),
        "Two of four can be on and one line still be enough: try [0, 1, 0, 1], which asks one switch only.": (
            lambda t: sum(t) != 2
        ),
    }
    for hint, rule in wrong.items():
        if got == [float(rule(table)) for table in tables]:
            raise Hint(hint)
    for table, said in zip(tables, got, strict=True):
        if said != float(table not in ([0, 1, 1, 0], [1, 0, 0, 1])):
            raise Hint(
                f"Not yet for {table}. Draw its four points; one line is enough if it leaves the ones on one side."
            )


@exercise(
    "representation-floors",
    call="floors(n)",
    right="Each bend turns the path once; n floors change sides n times, and n bends are enough.",
)
def floors(answer):
    for n in (3, 1, 2, 5):
        _judge_floors(answer(n), n)


def _judge_floors(got, n):
    if not isinstance(got, tuple | list) or len(got) != 4:
        raise Hint("Return four things: W1, b1, W2, b2.")
    W1, b1, W2, b2 = (numbers(part) for part in got)
    H = b1.size
    if W1.shape != (H, n) or W2.size != H or b2.size != 1:
        raise Hint(
            f"The shapes do not fit for n = {n}: W1 (H, {n}), b1 (H,), W2 (1, H), b2 one number; "
            f"yours are {W1.shape}, {b1.shape}, {W2.shape}, {b2.shape}."
        )
    X = np.array(list(product((0.0, 1.0), repeat=n)))
    scores = np.maximum(0, X @ W1.T + b1.ravel()) @ W2.ravel() + b2.ravel()[0]
    odd = X.sum(axis=1) % 2 == 1
    if not np.isfinite(scores).all():
        raise Hint("Some score is not a finite number.")
    if (scores == 0).any():
        raise Hint("A score of exactly 0 says neither on nor off: move b2 a little.")
    if ((scores < 0) == odd).all():
        raise Hint("Exactly the wrong way round: the lamp is on for an odd number, which has to be positive.")
    if ((scores > 0) != odd).any():
        at = int(np.flatnonzero((scores > 0) != odd)[0])
        raise Hint(
            f"Wrong for {X[at].astype(int).tolist()}: the score is {scores[at]:g}. Let every unit see the number of "
            "switches that are up, s, and bend at s = 0, 1, 2, …"
        )


@exercise(
    "representation-shuffled",
    call="loses(reader)",
    right="A linear map, random weights and a trained dense layer do not know which pixels are neighbours; strokes do.",
)
def shuffled(answer):
    readers = ["pixels", "chance", "hand", "teams"]
    got = {reader: one_number(answer(reader), "True or False") for reader in readers}
    if not set(got.values()) <= {0.0, 1.0}:
        raise Hint("Return True or False.")
    if not got["hand"]:
        raise Hint("strokes compares each pixel with its neighbours. After the shuffle, who are they?")
    if got["pixels"]:
        raise Hint("A weighted sum does not care about the order: shuffle the weights alike, and it is the same sum.")
    if got["chance"]:
        raise Hint("Random weights have no order to lose: shuffled, they are as random as before.")
    if got["teams"]:
        raise Hint("Every unit of the hidden layer is a weighted sum of all pixels: it can learn them in any order.")


@exercise(
    "representation-twice",
    call="random_features(X, X_new, H, rng)",
    right="Drawn once, used twice: a random layer is as fixed as a learned one.",
)
def twice(answer):
    rng = np.random.default_rng(0)
    X, H = rng.normal(size=(6, 5)), 4
    parts = pair(result(answer, (X.copy(), X[:3].copy(), H, np.random.default_rng(1)), {}), ("A", "A_new"))
    A, A_new = (numbers(part) for part in parts)
    if A.shape != (6, H) or A_new.shape != (3, H):
        raise Hint(f"The shapes are {A.shape} and {A_new.shape}, expected (6, 4) and (3, 4): a row for each example.")
    other, _ = (numbers(part) for part in answer(X.copy(), X[:3].copy(), H, np.random.default_rng(2)))
    if not np.isfinite(A).all() or (A < 0).any():
        raise Hint("These are no longer ReLU features: nothing may be negative.")
    if not A.any() or np.allclose(A, A[:1]):
        raise Hint("All examples get the same features: the weights have to meet X.")
    if np.allclose(other, A):
        raise Hint("Another generator gives the same features: the weights have to come from rng.")
    if not np.allclose(A[:3], A_new):
        raise Hint("I handed over the same three examples in X and in X_new, and they got different features. Why?")
    if np.allclose(A, np.maximum(0, X @ np.full((5, 4), (A[0] / X[0].sum())[0]))):
        raise Hint("All units are the same: draw a weight for each pixel and each unit.")


@exercise(
    "representation-product",
    call="with_product(c)",
    right="One product, and a line is enough: somebody has to know that the product is what matters.",
)
def with_product(answer):
    features = np.column_stack([CASES, CASES.prod(axis=1)])
    for c in (1.0, 2.5):
        w, b = pair(answer(c), ("w", "b"), ((3,), ()))
        scores, right = features @ w + b, c * LAMP
        if np.allclose(scores, -right):
            raise Hint("Exactly the wrong way round: +c where the lamp is on.")
        if np.allclose(scores, (right + c) / 2):
            raise Hint("This gives 0 and c. Wanted are −c and +c: twice as far apart, and lower.")
        if c != 1 and np.allclose(scores, LAMP):
            raise Hint("Right for c = 1 only: the whole score grows with c.")
        if not np.allclose(scores, right):
            n = int(np.flatnonzero(~np.isclose(scores, right))[0])
            raise Hint(
                f"For {CASES[n].astype(int).tolist()} and c = {c:g} it gives {scores[n]:g}, expected {right[n]:g}. "
                "(0, 0) decides b, then (1, 0) and (0, 1) decide two weights, and (1, 1) the third."
            )
