"""The exercises of the chapter on deep and classical learning. Each judge names the mistake before it says "wrong"."""

import numpy as np

from dlpath.exercises import Hint, exercise
from dlpath.exercises.judging import blank, draw, one_number, pair, reject, same, sizes

RIVALS = ("forest", "SVM", "network")
CHANGES = ("stretch", "turn", "shift")


def gini(left, right):
    """What a split leaves mixed [eq-classical-gini]: left, right arrays of labels 0 and 1, neither empty."""
    N = len(left) + len(right)
    return sum(2 * len(side) / N * np.mean(side) * (1 - np.mean(side)) for side in (left, right))


def cosines(X, W, b):
    """Features whose inner products are the RBF kernel's, on average [eq-classical-cosines]: (N, D) -> (N, H)."""
    return np.sqrt(2 / len(W)) * np.cos(X @ W.T + b)


def best_split(x, y):
    """The threshold t of the split x ≤ t that leaves least mixed, and what it leaves; the smallest t of several.

    x : array (N,) of at least two different values    y : array (N,) of 0 and 1
    A threshold lies in the middle between two neighbours, as scikit-learn has it. [eq-classical-order]
    """
    values = np.unique(x)
    thresholds = (values[:-1] + values[1:]) / 2
    left_mixed = [gini(y[x <= t], y[x > t]) for t in thresholds]
    best = int(np.argmin(np.round(left_mixed, 12)))
    return thresholds[best], left_mixed[best]


def _sides(rng):
    n, m = sizes(rng, 2)
    return rng.permutation([0, 1, *rng.integers(0, 2, n)]), rng.permutation([1, 1, 0, *rng.integers(0, 2, m)])


blank(
    "deep_and_classical-turn-gini",
    call="gini(left, right)",
    right="Each side counts by its size; a side of one class costs nothing.",
    like=gini,
    arrays=_sides,
    mistakes={
        "The two sides count alike here; each should count by its share of the rows.": lambda left, right: (
            np.mean(left) * (1 - np.mean(left)) + np.mean(right) * (1 - np.mean(right))
        ),
        "That is half of it: a pair can differ in two orders, 0 and 1 or 1 and 0.": lambda left, right: (
            gini(left, right) / 2
        ),
        "This is the impurity of all rows together, as if there were no split.": lambda left, right: (
            2 * np.mean([*left, *right]) * (1 - np.mean([*left, *right]))
        ),
        "The sizes are not divided by N: this grows with the table.": lambda left, right: (
            gini(left, right) * (len(left) + len(right))
        ),
        "That is the share of rows on the smaller side of a vote, the error; the Gini impurity is 2p(1 − p).": (
            lambda left, right: (
                sum(len(side) * min(np.mean(side), 1 - np.mean(side)) for side in (left, right))
                / (len(left) + len(right))
            )
        ),
    },
)


def _layer(rng):
    N, D, H = sizes(rng, 3)
    return rng.normal(size=(N, D)), rng.normal(size=(H, D)), rng.uniform(0, 2 * np.pi, H)


blank(
    "deep_and_classical-turn-cosines",
    call="cosines(X, W, b)",
    right="A hidden layer with a cosine for its bend; nobody learned its weights.",
    like=cosines,
    arrays=_layer,
    mistakes={
        "The factor √(2/H) is missing: the inner product would grow with the number of features.": lambda X, W, b: (
            np.cos(X @ W.T + b)
        ),
        "The 2 under the root is missing: on average cos² is only one half.": lambda X, W, b: (
            np.cos(X @ W.T + b) / np.sqrt(len(W))
        ),
        "The factor is squared: in the inner product it occurs twice, so each feature has its root.": (
            lambda X, W, b: 2 / len(W) * np.cos(X @ W.T + b)
        ),
        "The offsets b are missing; without them the second cosine does not average out.": lambda X, W, b: (
            np.sqrt(2 / len(W)) * np.cos(X @ W.T)
        ),
        "Divide by the number of features H, the rows of W, and not by the number of examples.": lambda X, W, b: (
            np.sqrt(2 / len(X)) * np.cos(X @ W.T + b)
        ),
        "W has a row for each feature: the sum over d needs it turned, X Wᵀ.": lambda X, W, b: cosines(X, W.T, b),
    },
)


def _turn(rng):
    H, D = sizes(rng, 2)
    return rng.normal(size=(H, D)), np.linalg.qr(rng.normal(size=(D, D)))[0]


blank(
    "deep_and_classical-turn-turned",
    call="turned(W, Q)",
    right="The rows of W turn as the rows of X do, and no inner product notices.",
    like=lambda W, Q: W @ Q,
    arrays=_turn,
    mistakes={
        "That turns the weights the other way: (XQ)(WQᵀ)ᵀ = XQQWᵀ.": lambda W, Q: W @ Q.T,
        "W is unchanged: on turned rows the sums are other sums.": lambda W, Q: W,
        "This is the right one, transposed: a unit is a row.": lambda W, Q: (W @ Q).T,
        "Q has one row and one column for each column of X; W has them as columns, so Q stands on its right.": (
            lambda W, Q: Q @ W
        ),
        "These are the columns of Q alone; where is W?": lambda W, Q: Q,
    },
)


@exercise(
    "deep_and_classical-moves",
    call="moves(rival, change)",
    right="Order alone, or lengths and angles alone: each rival is blind to what it does not use.",
)
def moves(answer):
    right = {(rival, change): _moves(rival, change) for rival in RIVALS for change in CHANGES}
    got = {case: one_number(answer(*case), "True or False") for case in right}
    if not set(got.values()) <= {0.0, 1.0}:
        raise Hint("Return True or False.")
    if all(got[case] == 1 - right[case] for case in right):
        raise Hint("Exactly the wrong way round: True means that the predictions can change.")
    hints = {
        ("forest", "stretch"): "A stretched column has its values in the same order. What does a tree use beside it?",
        ("forest", "shift"): "Adding a constant keeps the order of a column.",
        ("forest", "turn"): "After a turn each column is a mixture of all; its order is another one.",
        ("SVM", "turn"): "A turn keeps every distance, and the kernel sees distances alone.",
        ("SVM", "shift"): "Both ends of a difference are shifted: what becomes of it?",
        ("SVM", "stretch"): "A stretched column changes distances.",
        ("network", "turn"): "If the first weights are turned along, every sum that a unit computes stays.",
        ("network", "shift"): "wᵀ(x + s) is another number than wᵀx, from the first step on.",
        ("network", "stretch"): "A stretched column changes the sums that a unit computes.",
    }
    for case, hint in hints.items():
        if got[case] != right[case]:
            raise Hint(f"Not yet for {case[0]}, {case[1]}. {hint}")


def _moves(rival, change):
    return (rival, change) in {
        ("forest", "turn"),
        ("SVM", "stretch"),
        ("network", "stretch"),
        ("network", "shift"),
    }


@exercise(
    "deep_and_classical-split",
    call="best_split(x, y)",
    right="Every threshold between two neighbours was tried; a tree does this for each column, and again on each side.",
)
def split(answer):
    for seed in range(4):
        rng = np.random.default_rng(seed)
        x = np.round(rng.normal(size=11), 1)
        y = (x + 0.7 * rng.normal(size=11) > 0).astype(int)
        t, mixed = pair(answer(x, y), ("t", "what is left mixed"), ((), ()))
        right_t, right_mixed = best_split(x, y)
        reject([t, mixed], {"That is the worst split: take the smallest impurity.": _worst(x, y)})
        if t in x:
            raise Hint("The threshold lies in the middle between two neighbouring values, not on one of them.")
        if same(t, right_t) and not same(mixed, right_mixed):
            raise Hint("The threshold is right; what it leaves mixed weighs each side by its share of the rows.")
        if same([t, mixed], [right_t, right_mixed]):
            continue
        if same(mixed, right_mixed):
            raise Hint("As good as the best, but of several equal ones return the smallest threshold, in the middle.")
        if mixed < right_mixed - 1e-9:
            raise Hint("No split leaves that little mixed: is each side weighed by its size?")
        raise Hint("There is a better split. Try all thresholds, also those near the ends, on the sorted values.")


def _worst(x, y):
    values = np.unique(x)
    thresholds = (values[:-1] + values[1:]) / 2
    mixed = [gini(y[x <= t], y[x > t]) for t in thresholds]
    return [thresholds[int(np.argmax(mixed))], max(mixed)]


@exercise(
    "deep_and_classical-kernel",
    call="kernel(X, Z, gamma)",
    right="Distances from inner products: that is why a turn leaves the kernel alone.",
)
def kernel(answer):
    X, Z = draw(3, (5, 3), (4, 3))
    gamma = 0.3
    squares = np.sum((X[:, None] - Z[None]) ** 2, axis=2)
    got = answer(X, Z, gamma)
    reject(
        got,
        {
            "These are the squared distances; the kernel is e to minus γ times them.": squares,
            "The distance is not squared.": np.exp(-gamma * np.sqrt(squares)),
            "The sign: similar rows have a kernel near 1, distant ones near 0.": np.exp(gamma * squares),
            "That is the kernel turned: rows are the rows of X.": np.exp(-gamma * squares).T,
            "γ multiplies the squared distance; here it divides it.": np.exp(-squares / gamma),
            "The mixed term −2x·z is missing.": np.exp(
                -gamma * (np.sum(X**2, axis=1)[:, None] + np.sum(Z**2, axis=1)[None])
            ),
        },
    )
    if not same(got, np.exp(-gamma * squares)):
        raise Hint("Not yet. ‖x − z‖² = ‖x‖² − 2x·z + ‖z‖², for every pair: a column, a matrix and a row.")


@exercise(
    "deep_and_classical-fair",
    call="report(validation, test)",
    right="The setting was chosen where nobody is judged; so the number is one that new rows would confirm.",
)
def fair(answer):
    shares = np.array([[0.81, 0.86, 0.79, 0.84, 0.88, 0.83], [0.85, 0.82, 0.77, 0.87, 0.8, 0.84]])
    for shift in range(4):
        validation, test = np.roll(shares, shift, axis=1)
        got = one_number(answer(validation, test), "the share right that is reported")
        reject(
            got,
            {
                "The setting is still chosen by the test rows: look which array argmax is asked of.": test.max(),
                "This reports what the setting scored where it was chosen: too good, too.": validation.max(),
                "An average over settings is not what the chosen one does.": test.mean(),
                "That is the number of the setting, not its share right.": float(validation.argmax()),
                "That is the worst setting of the validation.": test[validation.argmin()],
            },
        )
        if not same(got, test[validation.argmax()]):
            raise Hint("Choose by the validation, then read off what that setting scored on the test.")


@exercise(
    "deep_and_classical-share",
    call="share(D, p)",
    right="With a hundred columns of noise beside thirteen, nearly nine tenths of every distance are noise.",
)
def share(answer):
    for D, p in ((13, 100), (2, 3), (5, 0), (1, 7)):
        got = one_number(answer(D, p), "a share")
        if p and same(got, p / (D + p)):
            raise Hint("That is the share of the noise; asked for is the share of the columns that say something.")
        if p and same(got, D / p):
            raise Hint("That is signal over noise; a share is of the whole.")
        if p and same(got, np.sqrt(D / (D + p))):
            raise Hint("Squared distances add up; no root is needed.")
        if p and same(got, 2 * D / (D + p)):
            raise Hint("The 2 of each column stands above and below the line.")
        if p and same(got, (D / (D + p)) ** 2):
            raise Hint("Each column's part is a square already; do not square the share.")
        if not same(got, D / (D + p)):
            raise Hint("Each standardized column adds 2 to the mean squared distance of two rows.")
