"""The exercises of the chapter on preparing data. Each judge names the mistake before it says "wrong"."""

import math

import numpy as np
from scipy.stats import norm

from dlpath.exercises import Hint, exercise
from dlpath.exercises.judging import blank, numbers, one_number, reject, same, sizes
from dlpath.preparation.in_numpy import fold_scale, moments, one_hot, standardized
from dlpath.preparation.rows import out_of_fold, tail_square


def _column(rng):
    (N,) = sizes(rng, 1)
    x = rng.normal(5, 2, N + 6)
    x[:2] = 99
    return [x, norm.ppf(0.75)]


def _typical(x, half, middle=np.median):
    return middle(np.abs(x - np.median(x))) / half


blank(
    "data_preparation-turn-robust",
    call="robust(x, half)",
    right="Up to half of the column may be wrong, and the ruler stays.",
    like=lambda x, half: (x - np.median(x)) / _typical(x, half),
    arrays=_column,
    mistakes={
        "half is missing: half of a bell curve lies within that many deviations.": lambda x, half: (
            (x - np.median(x)) / np.median(np.abs(x - np.median(x)))
        ),
        "The median distance is to be divided by half, which makes it larger.": lambda x, half: (
            (x - np.median(x)) / (np.median(np.abs(x - np.median(x))) * half)
        ),
        "These are mean and standard deviation, the ruler that the faults stretch.": lambda x, half: (
            (x - x.mean()) / x.std()
        ),
        "The middle is the median here too; the mean is pulled.": lambda x, half: (x - x.mean()) / _typical(x, half),
        "The deviation is still the mean one: take the median of the distances.": lambda x, half: (
            (x - np.median(x)) / _typical(x, half, np.mean)
        ),
        "This divides by the standard deviation, which one fault can stretch.": lambda x, half: (
            (x - np.median(x)) / x.std()
        ),
        "Keep the sign: below the median r is negative.": lambda x, half: np.abs(x - np.median(x)) / _typical(x, half),
        "That is the distance from the median, in the column's unit; divide it.": lambda x, half: x - np.median(x),
    },
)


def _two_tables(rng):
    N, M, D = sizes(rng, 3)
    return rng.normal(4, 3, (N, D)), rng.normal(5, 2, (M, D))


blank(
    "data_preparation-turn-standardize",
    call="standardize(learn, judge)",
    right="What is judged is measured by the ruler of what learned.",
    like=lambda learn, judge: standardized(judge, *moments(learn)),
    arrays=_two_tables,
    mistakes={
        "These are the judged rows by their own mean and deviation; one row alone would come out as 0.": (
            lambda learn, judge: (judge - judge.mean(axis=0)) / judge.std(axis=0)
        ),
        "Mean and deviation are of all rows; only those that learn may give them.": lambda learn, judge: standardized(
            judge, *moments(np.r_[learn, judge])
        ),
        "These are the learning rows; the judged ones are asked for.": lambda learn, judge: standardized(
            learn, *moments(learn)
        ),
        "This divides by the variance; take its root.": lambda learn, judge: (
            (judge - learn.mean(axis=0)) / learn.var(axis=0)
        ),
        "The deviation divides by N, not by N − 1.": lambda learn, judge: (
            (judge - learn.mean(axis=0)) / learn.std(axis=0, ddof=1)
        ),
        "Each column has its own mean and deviation: axis=0.": lambda learn, judge: (
            (judge - learn.mean()) / learn.std()
        ),
        "The mean is not subtracted.": lambda learn, judge: judge / learn.std(axis=0),
        "The deviation is missing: this is centred only.": lambda learn, judge: judge - learn.mean(axis=0),
    },
)


def _layer(rng):
    K, D = sizes(rng, 2)
    return rng.normal(size=(K, D)), rng.normal(size=K), rng.normal(3, 2, D), rng.uniform(0.2, 5, D)


blank(
    "data_preparation-turn-fold",
    call="fold(W, b, m, s)",
    returns="W_raw, b_raw",
    right="One linear map after another is one linear map.",
    like=fold_scale,
    arrays=_layer,
    mistakes={
        "The bias has another sign: x is moved down by m, so b goes down by W(m/s).": lambda W, b, m, s: (
            W / s,
            b + W @ (m / s),
        ),
        "m is not divided by s in the bias; it stands in the same bracket as x.": lambda W, b, m, s: (W / s, b - W @ m),
        "The weights are multiplied by s; a column with large numbers needs small weights.": lambda W, b, m, s: (
            W * s,
            b - W @ (m / s),
        ),
        "The bias stays as it was: where does the m go?": lambda W, b, m, s: (W / s, b),
        "The weights are divided by s twice in the bias.": lambda W, b, m, s: (W / s, b - (W / s) @ (m / s)),
        "W stays as it was: where does the s of x/s go?": lambda W, b, m, s: (W, b - W @ (m / s)),
    },
)


@exercise(
    "data_preparation-cells",
    call="cells(c)",
    right="With a limit of 3 a column of ten cells passes, whatever is in it.",
)
def judge_cells(answer):
    limits = np.array([1, 2, 3, 2.5, 4.2])
    got = np.array([one_number(answer(float(c)), "a number of cells") for c in limits])
    reject(
        got,
        {
            "With that many the distance is c at most, and the rule wants more than c.": np.ceil(limits**2) + 1,
            "That is the squared limit. The largest distance is √(N − 1), not √N.": limits**2,
            "√(N − 1) > c, so N > c² + 1; the next whole number is asked for.": limits**2 + 1,
            "The bound is √(N − 1): one more than this.": np.floor(limits**2) + 1,
            "This takes the deviation over N − 1, with the bound (N − 1)/√N; here it is over N.": [
                next(N for N in range(2, 99) if (N - 1) / math.sqrt(N) > c) for c in limits
            ],
            "The limit is squared: √(N − 1) > c.": np.floor(limits) + 2,
        },
    )
    if not same(got, np.floor(limits**2) + 2):
        raise Hint("Set q = 1/N in the formula. For which whole N is it larger than c?")


@exercise(
    "data_preparation-dummies",
    call="dummies(categories, K)",
    right="The category without a column is the row of zeros, and the bias is its level.",
)
def judge_dummies(answer):
    categories, K = np.array([2, 0, 3, 1, 2, 0, 0]), 4
    got = numbers(answer(categories.copy(), K))
    full = one_hot(categories, K)
    reject(
        got,
        {
            "These are all K columns; with a bias one is too many.": full,
            "This leaves out the last category; the first was asked for.": full[:, :-1],
            "Rows are rows of the table: this is it, transposed.": full[:, 1:].T,
            "The row of the first category is zeros; here it is minus ones.": full[:, 1:] - full[:, :1],
            "That is everything but the category: ones and zeros are exchanged.": 1 - full[:, 1:],
        },
    )
    if got.shape != (7, 3):
        raise Hint(f"One row a category and K − 1 columns: expected (7, 3), yours has shape {got.shape}.")
    if not same(got, full[:, 1:]):
        raise Hint("Column k is to be 1 where the category is k + 1, and 0 elsewhere.")
    few = numbers(answer(np.array([1, 1]), 5))
    if few.shape != (2, 4) or not same(few, one_hot(np.array([1, 1]), 5)[:, 1:]):
        raise Hint("K is an argument: a category that does not occur in these rows has a column nevertheless.")


@exercise(
    "data_preparation-encode",
    call="encode(categories, y, folds)",
    right="No row's label goes into its own number, nor decides which rows do.",
)
def judge_encode(answer):
    rng = np.random.default_rng(4)
    categories, folds = np.repeat(np.arange(3), 12), np.tile(np.arange(4), 9)
    y = rng.integers(0, 2, 36).astype(float)
    got = answer(categories.copy(), y.copy(), folds.copy())

    def by(rows):
        return np.array([np.mean(y[rows(n)]) for n in range(36)])

    alike = categories[:, None] == categories
    reject(
        got,
        {
            "Still the rows with the same label are let in, whatever their fold: the label decides about itself.": by(
                lambda n: alike[n] & ((folds != folds[n]) | (y == y[n]))
            ),
            "These are all rows of the category, the row itself among them.": by(lambda n: alike[n]),
            "This leaves out the row itself, and keeps the rest of its fold.": by(
                lambda n: alike[n] & (np.arange(36) != n)
            ),
            "These are the rows of its own fold; it is the others that may speak.": by(
                lambda n: alike[n] & (folds == folds[n])
            ),
            "These are the other folds, of all categories.": by(lambda n: folds != folds[n]),
            "Rows of other folds, yes, but of all labels: the label must not choose them.": by(
                lambda n: alike[n] & (folds != folds[n]) & (y == y[n])
            ),
        },
    )
    if not same(got, out_of_fold(categories, y, folds)):
        raise Hint("Which rows are averaged: those of the same category and of another fold, and no condition besides.")


@exercise(
    "data_preparation-grouped",
    call="grouped(groups, share, rng)",
    right="Whoever learned is not judged.",
)
def judge_grouped(answer):
    groups = np.random.default_rng(1).permutation(np.r_[np.repeat(np.arange(20), 3) * 7, np.full(40, 1000)])
    masks = []
    for k in range(12):
        mask = numbers(answer(groups.copy(), 0.7, np.random.default_rng(k)))
        if mask.shape != groups.shape:
            raise Hint(f"One True or False for each row, shape {groups.shape}; yours has shape {mask.shape}.")
        if not np.isin(mask, (0, 1)).all():
            raise Hint("A mask holds True where the row learns, and False where not.")
        mask = mask.astype(bool)
        learn, judge = set(groups[mask]), set(groups[~mask])
        if learn & judge:
            raise Hint(f"Group {min(learn & judge)} is on both sides: draw groups, not rows.")
        if not learn or not judge:
            raise Hint("One of the sides is empty.")
        masks.append((mask, len(learn) / 21))
    mean = np.mean([share for _, share in masks])
    if abs(mean - 0.3) < 0.1:
        raise Hint("The share is of those that learn; here it is of those that are judged.")
    if abs(mean - 0.7) > 0.12:
        raise Hint(f"About 0.7 of the groups are to learn; of yours {mean:.2f} do, on average.")
    if all((mask == masks[0][0]).all() for mask, _ in masks):
        raise Hint("The same groups learn every time: draw them with rng.")


@exercise(
    "data_preparation-rows",
    call="rows_until(share, D, k)",
    right="The rows needed go with k and with g: a choice from more columns asks for more rows.",
)
def judge_rows(answer):
    cases = [(0.6, 1000, 20), (0.55, 1000, 20), (0.7, 5000, 10)]
    got = np.array([one_number(answer(*case), "a number of rows") for case in cases])

    def rows(share, D, k, rest=1.25, g=None):
        g = tail_square(k / D) if g is None else g
        return k * g**2 / (g + rest) / norm.ppf(share) ** 2

    right = np.array([rows(*case) for case in cases])
    hints = {
        "F/(F − 1) with five folds is 5/4; this has 1 in its place.": [rows(*case, rest=1) for case in cases],
        "F/(F − 1) with five folds is 5/4; this has 4/5 in its place.": [rows(*case, rest=0.8) for case in cases],
        "What Φ is taken of is a root: square it before you solve for N.": np.sqrt(right),
        "k stands below N under the root, so it multiplies.": [rows(s, D, k) / k**2 for s, D, k in cases],
        "The share goes through Φ's inverse, norm.ppf; here it was used as it is.": [
            k * g**2 / (g + 1.25) / s**2 for s, D, k in cases for g in [tail_square(k / D)]
        ],
        "t cuts off q on both sides together, so q/2 on each.": [
            rows(s, D, k, g=2 * norm.isf(k / D) * norm.pdf(norm.isf(k / D)) / (k / D)) for s, D, k in cases
        ],
    }
    for hint, other in hints.items():
        if np.allclose(got, other, rtol=0.01):
            raise Hint(hint)
    if not np.allclose(got, right, rtol=0.01):
        raise Hint("Set the formula equal to the share, take Φ's inverse (scipy.stats.norm.ppf), and solve for N.")
