"""The exercises of the chapter on evaluation. Each judge names the mistake before it says "wrong"."""

import math
from statistics import NormalDist

import numpy as np

from dlpath.exercises import Hint, exercise
from dlpath.exercises.judging import blank, one_number, pair, reject, same, sizes
from dlpath.metrics.in_numpy import confusion_matrix, f1_macro, f1_micro, mcnemar, per_class, roc_auc, wilson_interval


def _table(rng):
    (K,) = sizes(rng, 1)
    return [rng.integers(1, 30, (K, K))]


blank(
    "evaluation-turn-shares",
    call="shares(M)",
    returns="precision, recall",
    right="Precision goes down a column, recall along a row.",
    like=lambda M: per_class(M)[:2],
    arrays=_table,
    mistakes={
        "The two are exchanged: precision asks about those that were called, a column; recall about a row.": (
            lambda M: per_class(M)[1::-1]
        ),
        "Divide by the column and by the row, not by all examples.": lambda M: (
            np.diag(M) / M.sum(),
            np.diag(M) / M.sum(),
        ),
        "Twice the sum along rows: for precision the sum goes down the columns, axis 0.": lambda M: (
            np.diag(M) / M.sum(axis=1),
            np.diag(M) / M.sum(axis=1),
        ),
        "TP belongs to the denominator, too: TP / (TP + FP), not TP / FP.": lambda M: (
            np.diag(M) / np.maximum(M.sum(axis=0) - np.diag(M), 1),
            np.diag(M) / np.maximum(M.sum(axis=1) - np.diag(M), 1),
        ),
        "This divides the whole table; only its diagonal, the right answers, stands above.": lambda M: (
            M / M.sum(axis=0),
            M / M.sum(axis=1, keepdims=True),
        ),
    },
)


def _ranked(rng):
    N, M = sizes(rng, 2)
    y = rng.permutation(np.r_[0, 1, rng.integers(0, 2, N + M)])
    return [y, np.round(rng.normal(size=len(y)), 1)]


def _ahead(y, z, tie):
    above = z[y == 1][:, None] - z[y == 0]
    return float(np.mean((above > 0) + tie * (above == 0)))


def _tied(rng):
    y, z = _ranked(rng)
    z[np.flatnonzero(y == 1)[0]] = z[np.flatnonzero(y == 0)[0]]  # one tie at least
    return [y, z]


blank(
    "evaluation-turn-auc",
    call="auc(y, z)",
    right="A mean over all pairs of a positive and a negative; a tie is half a win.",
    like=roc_auc,
    arrays=_tied,
    mistakes={
        "A tie counts one half; here it counts nothing.": lambda y, z: _ahead(y, z, 0),
        "A tie counts one half; here it counts as a win.": lambda y, z: _ahead(y, z, 1),
        "The other way round: a pair counts when the positive has the higher score.": lambda y, z: (
            1 - _ahead(y, z, 0.5)
        ),
        "That is the number of pairs; divide by N₁ · N₀.": lambda y, z: (
            _ahead(y, z, 0.5) * np.sum(y == 1) * np.sum(y == 0)
        ),
        "Divide by the pairs of a positive and a negative, not by all pairs of examples.": (
            lambda y, z: _ahead(y, z, 0.5) * np.sum(y == 1) * np.sum(y == 0) / len(y) ** 2
        ),
    },
)


def _count(rng):
    N = int(rng.integers(5, 60))
    return [int(rng.integers(1, N)), N]


def _wilson(k, N, c=1.96, shift=1.0, inside=4.0, outer=True):
    p = k / N
    scale = 1 + c**2 / N if outer else 1.0
    half = c * math.sqrt(p * (1 - p) / N + c**2 / (inside * N**2)) / scale
    centre = (p + shift * c**2 / (2 * N)) / scale
    return centre - half, centre + half


blank(
    "evaluation-turn-wilson",
    call="wilson(successes, N)",
    returns="low, high",
    right="The roots of the quadratic: pulled towards one half, and never empty.",
    like=wilson_interval,
    arrays=_count,
    mistakes={
        "That is Wald's interval, with the spread of p̂ itself.": lambda k, N: (
            k / N - 1.96 * math.sqrt(k / N * (1 - k / N) / N),
            k / N + 1.96 * math.sqrt(k / N * (1 - k / N) / N),
        ),
        "The middle is not p̂: c²/2N is added to it.": lambda k, N: _wilson(k, N, shift=0),
        "Both terms are divided by 1 + c²/N.": lambda k, N: _wilson(k, N, outer=False),
        "Inside of the root c² is divided by 4N², not by 2N² or N².": lambda k, N: _wilson(k, N, inside=2),
        "Inside of the root it is c²/4N², not c²/N².": lambda k, N: _wilson(k, N, inside=1),
        "c is 1.96, for 95 %.": lambda k, N: _wilson(k, N, c=2.0),
        "Right, with more digits of the quantile; here c is 1.96, as in the text.": lambda k, N: _wilson(
            k, N, c=1.959964
        ),
        "Without c the interval is one standard deviation to each side; 95 % needs 1.96 of them.": (
            lambda k, N: _wilson(k, N, c=1.0)
        ),
    },
)


def _two(rng):
    b = int(rng.integers(2, 5))
    c = b if rng.integers(2) else b + int(rng.integers(3, 7))  # sometimes even
    both, neither = rng.integers(3, 9, 2)
    order = rng.permutation(b + c + both + neither)
    first = np.repeat([True, False, True, False], [b, c, both, neither])[order]
    second = np.repeat([False, True, True, False], [b, c, both, neither])[order]
    return [first, second] if rng.integers(2) else [second, first]


def _discordant(first, second):
    return int(np.sum(first & ~second)), int(np.sum(second & ~first))


def _tail(b, c, times):
    return times * sum(math.comb(b + c, k) for k in range(min(b, c) + 1)) / 2 ** (b + c)


blank(
    "evaluation-turn-differ",
    call="differ(first, second)",
    right="Only the examples about which the two disagree are tossed like coins.",
    like=lambda first, second: mcnemar(*_discordant(first, second)),
    arrays=_two,
    mistakes={
        "In either direction: twice the sum of one tail.": lambda f, s: _tail(*_discordant(f, s), 1),
        "A probability is never above 1: with b = c twice the tail counts the middle twice.": (
            lambda f, s: _tail(*_discordant(f, s), 2)
        ),
        "Count where exactly one of the two is right; the examples that both have right say nothing.": (
            lambda f, s: mcnemar(int(f.sum()), int(s.sum()))
        ),
        "At least as uneven: the split that was seen counts, too, so the sum goes up to min(b, c).": lambda f, s: min(
            1.0,
            2
            * sum(math.comb(sum(_discordant(f, s)), k) for k in range(min(_discordant(f, s))))
            / 2 ** sum(_discordant(f, s)),
        ),
        "The smaller of the two tails, up to min(b, c): which model comes first does not matter.": lambda f, s: min(
            1.0,
            2
            * sum(math.comb(sum(_discordant(f, s)), k) for k in range(_discordant(f, s)[0] + 1))
            / 2 ** sum(_discordant(f, s)),
        ),
        "That is the probability of exactly this split; more uneven ones count as well.": lambda f, s: (
            math.comb(sum(_discordant(f, s)), min(_discordant(f, s))) / 2 ** sum(_discordant(f, s))
        ),
        "n is b + c, the examples about which they disagree, not all of them.": lambda f, s: min(
            1.0, 2 * sum(math.comb(len(f), k) for k in range(min(_discordant(f, s)) + 1)) / 2 ** len(f)
        ),
    },
)


@exercise(
    "evaluation-alarm",
    call="alarm(recall, false_rate, share)",
    right="Real alarms over all alarms: the rarer the thing, the more the false ones decide.",
)
def judge_alarm(answer):
    for r, u, q in ((0.9, 0.05, 0.02), (0.6, 0.2, 0.3)):
        _judge_one_alarm(answer, r, u, q)


def _judge_one_alarm(answer, r, u, q):
    precision, called = (
        one_number(part, "a share") for part in pair(answer(r, u, q), ("the precision", "the share called"))
    )
    all_called = q * r + (1 - q) * u
    if same(precision, all_called) and same(called, q * r / all_called):
        raise Hint("The numbers are right, in another order: first the precision.")
    reject(
        precision,
        {
            "That is the share of the positives that are called, the recall itself.": r,
            "This does not know how rare the positives are: weigh the two rates by their shares.": r / (r + u),
            "The negatives are a share of 1 − q, not 1: close, but not the same.": q * r / (q * r + u),
            "That is the share of the healthy who are left alone.": 1 - u,
        },
    )
    if not same(precision, q * r / all_called):
        raise Hint("Of 1,000 examples, how many are positive and called, and how many are negative and called?")
    reject(
        called,
        {
            "These are the real alarms alone; the false ones are called, too.": q * r,
            "These are the false alarms alone.": (1 - q) * u,
            "The rates are shares of their own class; each is weighed by the size of its class.": r + u,
        },
    )
    if not same(called, all_called):
        raise Hint("Called are the share q · recall of real alarms, and the false ones.")


@exercise(
    "evaluation-none",
    call="no_mistake(N)",
    right="The N-th root of .05: with e in the place of the root it becomes 3/N.",
)
def judge_none(answer):
    sizes_asked = (10, 50, 300)
    got = np.array([one_number(answer(N), "a share of mistakes") for N in sizes_asked])
    root = np.array([0.05 ** (1 / N) for N in sizes_asked])
    reject(
        got,
        {
            "That is the share of right answers; the share of mistakes is 1 minus it.": root,
            "That is the rule of three, which is close for large N only.": 3 / np.array(sizes_asked),
            "Close for large N only: −log(.05)/N is the first term.": -math.log(0.05) / np.array(sizes_asked),
            "With a probability of just 5 %, not 95 %.": 1 - np.array([0.95 ** (1 / N) for N in sizes_asked]),
            "For both sides one would take 2.5 %; here it is 5 %.": 1
            - np.array([0.025 ** (1 / N) for N in sizes_asked]),
            "That is the probability of no mistake if the share is 5 %; the share is asked for.": 0.95
            ** np.array(sizes_asked),
        },
    )
    if not same(got, 1 - root):
        raise Hint("N right answers in a row have the probability (1 − m)ᴺ. For which m is that .05?")


@exercise(
    "evaluation-macro",
    call="macro(y, y_hat, K)",
    right="K classes, K numbers, one mean; and nothing is divided by zero.",
)
def judge_macro(answer):
    cases = [([0, 0, 0, 0, 0, 1, 2, 2], [1, 1, 1, 0, 2, 1, 0, 2], 3), ([0, 0, 2, 2, 2], [0, 2, 2, 2, 0], 4)]
    tables = [confusion_matrix(np.array(y), np.array(y_hat), K) for y, y_hat, K in cases]
    with np.errstate(all="ignore"):
        got = [one_number(answer(np.array(y), np.array(y_hat), K), "the macro F1") for y, y_hat, K in cases]
    weights = tables[0].sum(axis=1) / tables[0].sum()
    precision, recall, f1 = per_class(tables[0])
    reject(
        got[0],
        {
            "That is the micro average, which is the accuracy.": f1_micro(tables[0]),
            "Every class counts alike; here each counts by its number of examples.": np.sum(weights * f1),
            "This is the F1 of the mean precision and the mean recall; the mean of the F1 is asked for.": (
                2 * precision.mean() * recall.mean() / (precision.mean() + recall.mean())
            ),
            "That is the mean of the recalls.": recall.mean(),
            "That is the mean of the precisions.": precision.mean(),
        },
    )
    if not same(got[0], f1_macro(tables[0])):
        raise Hint("2 TP / (2 TP + FP + FN) for each class, then the mean over the classes.")
    reject(
        got[1],
        {
            "Right where every class occurs. A class that is absent has F1 = 0 and counts: divide by K.": (
                per_class(tables[1])[2].sum() / 2
            ),
            "An absent class has F1 = 0, not 1.": (per_class(tables[1])[2].sum() + 2) / 4,
        },
    )
    if not same(got[1], f1_macro(tables[1])):
        raise Hint("Right where every class occurs. Now 0 … K − 1 has classes that neither occur nor are called.")


@exercise(
    "evaluation-ties",
    call="area(y, z)",
    right="Equal scores go in together: half of what lies between.",
)
def judge_ties(answer):
    y, z = np.array([1, 0, 1, 0, 0]), np.array([3.0, 2.0, 1.0, 0.5, -1.0])
    got = one_number(answer(y, z), "the area")
    reject(got, {"The other way round: a positive is ahead when its score is higher.": 1 - roc_auc(y, z)})
    if not same(got, roc_auc(y, z)):
        raise Hint("Now it is wrong without ties, too. Only equal scores need care.")
    for y, z in (
        (np.array([1, 0, 1, 0]), np.array([1.0, 1.0, 1.0, 1.0])),
        (np.array([0, 1, 1, 0, 1, 0]), np.array([2.0, 2.0, 1.0, 1.0, 0.0, -1.0])),
        (np.array([0, 0, 1, 1, 0]), np.array([0.5, 0.5, 0.5, 2.0, 2.0])),
    ):
        got = one_number(answer(y, z), "the area")
        reject(
            got,
            {
                "Ties are not won: a positive and a negative with one score are half a pair.": _ahead(y, z, 1),
                "Ties are not lost either: they count one half.": _ahead(y, z, 0),
            },
        )
        if not same(got, roc_auc(y, z)):
            raise Hint("Equal scores: does the answer still change when these examples are listed in another order?")


@exercise(
    "evaluation-how-many",
    call="how_many(v, difference, power)",
    right="Half the difference, four times the examples; half the disagreement, half of them.",
)
def judge_how_many(answer):
    cases = [(0.03, 0.006, 0.8), (0.05, 0.01, 0.5), (0.02, 0.004, 0.95)]
    got = np.array([one_number(answer(*case), "a number of examples") for case in cases])
    normal = NormalDist().inv_cdf

    def needed(sides, spread=lambda s, d: s / d**2):
        return np.array([(normal(1 - 0.05 / sides) + normal(power)) ** 2 * spread(s, d) for s, d, power in cases])

    right = needed(2)
    wrong = {
        "The power enters by a normal quantile of its own, which is 0.84 for 80 % only.": np.array(
            [(1.96 + 0.8416) ** 2 * s / d**2 for s, d, _ in cases]
        ),
        "The sum of the two quantiles is squared.": np.array(
            [(normal(0.975) + normal(power)) * s / d**2 for s, d, power in cases]
        ),
        "The difference is squared, too.": needed(2, lambda s, d: s / d),
        "This is for one side; the test looks in both directions, so 1.96.": needed(1),
        "Without the power: half of all test sets would see it.": np.array(
            [normal(0.975) ** 2 * s / d**2 for s, d, _ in cases]
        ),
        "The difference stands below, the disagreement above.": needed(2, lambda s, d: d / s**2),
    }
    for hint, other in wrong.items():
        if np.allclose(got, other, rtol=2e-3) and not np.allclose(got, right, rtol=2e-3):
            raise Hint(hint)
    if not np.allclose(got, right, rtol=2e-3):
        raise Hint("N Δ = (1.96 + the normal quantile of the power) · √(N v), solved for N.")
