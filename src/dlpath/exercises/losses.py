"""The exercises of the chapter on losses. Each judge names the mistake before it says "wrong"."""

import math

import numpy as np

from dlpath.activations.in_numpy import sigmoid, softmax
from dlpath.exercises import Hint, exercise
from dlpath.exercises.judging import blank, numbers, one_number, pair, reject, same, sizes
from dlpath.losses.in_numpy import cross_entropy, cross_entropy_backward, huber, huber_backward, log_sum_exp


def _errors(rng):
    (N,) = sizes(rng, 1)
    e = rng.normal(0, 2, N)
    e[:2] = 0.3, -4.0  # one inside and one beyond, whatever δ is drawn
    return [e, rng.uniform(0.5, 1.5)]


blank(
    "losses-turn-pull",
    call="pull(e, delta)",
    right="The error itself, cut off at δ: nobody pulls harder.",
    like=lambda e, delta: huber_backward(1.0, huber(e, np.zeros(len(e)), delta)[1]),
    arrays=_errors,
    mistakes={
        "The loss is a mean over the batch: divide by N.": lambda e, delta: np.clip(e, -delta, delta),
        "That is Huber's loss; its slope is asked for.": lambda e, delta: huber(e, 0 * e, delta, reduction="none")[0],
        "Beyond δ the slope is ±δ, with the sign of the error.": (
            lambda e, delta: np.where(np.abs(e) <= delta, e, delta) / len(e)
        ),
        "Beyond δ the slope is ±δ, not ±1: at δ both pieces have one slope.": (
            lambda e, delta: np.where(np.abs(e) <= delta, e, np.sign(e)) / len(e)
        ),
        "The slope of ½ e² is e, not 2e.": (
            lambda e, delta: np.where(np.abs(e) <= delta, 2 * e, delta * np.sign(e)) / len(e)
        ),
        "The size is right, the sign is not: e is prediction minus truth, and too high a prediction costs more.": (
            lambda e, delta: -np.clip(e, -delta, delta) / len(e)
        ),
        "This is the slope of the absolute error, for all sizes of error.": lambda e, delta: np.sign(e) / len(e),
        "This is the error without its limit: beyond δ the slope no longer grows.": lambda e, delta: e / len(e),
    },
)


def _logits(rng):
    N, K = sizes(rng, 2)
    return [rng.normal(size=(N, K)), rng.integers(0, K, N)]


def _one_hot(Z, labels):
    return np.eye(Z.shape[1])[labels]


blank(
    "losses-turn-slope",
    call="slope(Z, labels)",
    right="Probabilities minus truth, and divided by N.",
    like=lambda Z, labels: cross_entropy_backward(1.0, cross_entropy(Z, labels)[1]),
    arrays=_logits,
    mistakes={
        "The loss is a mean over the rows: divide by N.": lambda Z, y: softmax(Z)[0] - _one_hot(Z, y),
        "Only the rows are averaged: divide by N, not by N·K.": lambda Z, y: (softmax(Z)[0] - _one_hot(Z, y)) / Z.size,
        "The sign: probabilities minus truth, because a higher logit at the label lowers the loss.": (
            lambda Z, y: (_one_hot(Z, y) - softmax(Z)[0]) / len(Z)
        ),
        "The logits are no probabilities: they have to go through softmax first.": (
            lambda Z, y: (Z - _one_hot(Z, y)) / len(Z)
        ),
        "That is softmax alone; at the label 1 is subtracted.": lambda Z, y: softmax(Z)[0] / len(Z),
        "Each row has its own sum: softmax runs along axis 1.": (
            lambda Z, y: (np.exp(Z) / np.exp(Z).sum() - _one_hot(Z, y)) / len(Z)
        ),
    },
)


def _large(rng):
    N, K = sizes(rng, 2)
    return [rng.normal(0, 3, (N, K)) + 1000 * rng.normal(size=(N, 1))]


blank(
    "losses-turn-lse",
    call="lse(Z)",
    right="The largest of each row comes out, and goes back in at the end.",
    like=lambda Z: log_sum_exp(Z)[0],
    arrays=_large,
    mistakes={
        "Add the maximum again: the sum was divided by its exponential.": (
            lambda Z: np.log(np.exp(Z - Z.max(axis=1, keepdims=True)).sum(axis=1))
        ),
        "This is infinite where the exponentials overflow, or underflow: take the maximum out first.": (
            lambda Z: np.log(np.exp(Z).sum(axis=1))
        ),
        "Each row has its own maximum. With that of the whole batch, all exponentials of a row may underflow.": (
            lambda Z: Z.max() + np.log(np.exp(Z - Z.max()).sum(axis=1))
        ),
        "The maximum is subtracted twice: it goes back in with a plus.": (
            lambda Z: np.log(np.exp(Z - Z.max(axis=1, keepdims=True)).sum(axis=1)) - Z.max(axis=1)
        ),
        "That is the maximum alone, the lower bound.": lambda Z: Z.max(axis=1),
        "One number for each row: sum over the classes, axis 1.": (
            lambda Z: Z.max(axis=0) + np.log(np.exp(Z - Z.max(axis=0)).sum(axis=0))
        ),
        "Z.max(axis=1) has the shape (N,); to subtract it from the rows of Z, keep its axis: keepdims=True.": (
            lambda Z: Z.max(axis=1) + np.log(np.exp(Z - Z.max(axis=1)).sum(axis=1))
        ),
    },
)


def _unit(rng):
    (N,) = sizes(rng, 1)
    return [rng.normal(0, 2, N), rng.integers(0, 2, N).astype(float)]


def _through(z, y):
    p, _ = sigmoid(z)
    return 2 * (p - y) * p * (1 - p) / len(z)


blank(
    "losses-turn-through",
    call="through(z, y)",
    right="Prediction minus truth, times a slope that is never above ¼ and vanishes at both ends.",
    like=_through,
    arrays=_unit,
    mistakes={
        "The loss is a mean over the batch: divide by N.": lambda z, y: len(z) * _through(z, y),
        "That is the gradient of cross-entropy: the sigmoid's slope does not cancel here.": (
            lambda z, y: (sigmoid(z)[0] - y) / len(z)
        ),
        "That is the slope with respect to p. To reach z it is multiplied by the sigmoid's slope, p(1 − p).": (
            lambda z, y: 2 * (sigmoid(z)[0] - y) / len(z)
        ),
        "The 2 of the square is missing.": lambda z, y: _through(z, y) / 2,
        "The sigmoid's slope is p(1 − p), not z(1 − z).": (lambda z, y: 2 * (sigmoid(z)[0] - y) * z * (1 - z) / len(z)),
        "The sign: prediction minus truth.": lambda z, y: -_through(z, y),
    },
)


@exercise(
    "losses-guesses",
    call="guesses(y)",
    right="Squares rest where the errors add up to zero, absolute values where as many pull up as down.",
)
def judge_guesses(answer):
    y = np.array([3.0, 1.0, 4.0, 100.0, 2.0])
    squares, absolutes = (one_number(part, "a guess") for part in pair(answer(y), ("for squares", "for absolutes")))
    if (squares, absolutes) == (3.0, 22.0):
        raise Hint("The numbers are right, in another order: first the one for squares.")
    if same(squares, absolutes):
        raise Hint("Twice the same. One loss lets every example pull alike, the other the far ones harder.")
    reject(
        squares,
        {
            "For squares this is the median; where do the errors themselves add up to zero?": 3.0,
            "For squares this is half of the way between the extremes: only two examples pull.": 50.5,
            "The sum is not divided by the number of examples.": 110.0,
        },
    )
    if not same(squares, 22.0):
        raise Hint("The slope of the mean of (c − y)² is twice the mean of c − y. For which c is that zero?")
    reject(
        absolutes,
        {
            "The middle one in size, not the middle one in the list: sort first.": 4.0,
            "For absolute values this is half of the way between the extremes, where only two examples pull.": 50.5,
        },
    )
    if not same(absolutes, 3.0):
        raise Hint("Every example pulls by ±1. Where do as many lie above as below?")


def _mean_loss(result):
    """The result as a number, nan included: the judges have hints of their own for that."""
    if isinstance(result, float) and math.isnan(result):
        return math.nan
    return one_number(result, "the mean loss")


@exercise(
    "losses-largest",
    call="mean_loss(Z, labels)",
    right="Each row its own maximum, and the logarithm of the sum instead of a logarithm of a probability.",
)
def judge_largest(answer):
    Z, labels = np.array([[0.0, 1.0, 2.0], [3.0, -1.0, 0.5]]), np.array([2, 1])
    with np.errstate(all="ignore"):
        calm, lifted, apart = (
            _mean_loss(answer(given, labels))
            for given in (Z, Z + np.array([[0.0], [2000.0]]), np.array([[0.0, 900.0, 0.0], [0.0, 1.0, 800.0]]))
        )
    right = cross_entropy(Z, labels)[0]
    if math.isnan(calm):
        one_number(calm, "the mean loss")
    reject(
        calm,
        {
            "The loss is a mean over the rows; this is their sum.": 2 * right,
            "The sign: the loss is minus the logarithm.": -right,
            "The mean is over the rows, not over rows and classes.": right / 3,
        },
    )
    if not same(calm, right):
        raise Hint("Now it is wrong for small logits too. Only what is subtracted has to change.")
    if not np.isclose(lifted, right):
        raise Hint("One row is 2,000 above the other, and the lower one comes to nothing: whose maximum is subtracted?")
    if not math.isfinite(apart):
        raise Hint(
            "A label 900 below its row's maximum has a probability that rounds to 0, and log 0 is −∞. Do not form the "
            "probability: take the logit and the logarithm of the sum."
        )
    if not same(apart, (900.0 + 799.0) / 2):
        raise Hint("Finite now, and not right: a label 900 below the maximum of its row costs 900.")


@exercise(
    "losses-floor",
    call="floor(K)",
    right="The second softmax can at best say e/(e + K − 1), and the third one softens that once more.",
)
def judge_floor(answer):
    def least(K, times):
        q = np.eye(K)[0]
        for _ in range(times - 2):
            q = softmax(q[None])[0][0]
        return float(np.log(np.exp(q - q[0]).sum()))

    got = np.array([one_number(answer(K), "the least loss") for K in (2, 10, 1000)])
    wrong = {
        "That is for two, as in the chapter. Here what goes into the loss is softmax of probabilities.": 2,
        "One more than asked for: three altogether, and the last one is inside of the loss.": 4,
    }
    reject(got, {hint: [least(K, times) for K in (2, 10, 1000)] for hint, times in wrong.items()})
    reject(
        got,
        {
            "That is an undecided network, log K. It can do better, a little.": np.log([2, 10, 1000]),
            "Zero is what one softmax can reach, in the limit.": np.zeros(3),
            "This is minus the logarithm of the second softmax's best probability; the third has yet to come.": [
                np.log((np.e + K - 1) / np.e) for K in (2, 10, 1000)
            ],
            "The best differences of probabilities are (e − 1)/(e + K − 1): their exponential takes a minus.": [
                np.log(1 + (K - 1) * np.exp((np.e - 1) / (np.e + K - 1))) for K in (2, 10, 1000)
            ],
        },
    )
    if not same(got, [least(K, 3) for K in (2, 10, 1000)]):
        raise Hint(
            "Begin with a perfect row, 1 and zeros. What does softmax make of it? Then take log Σ eᑫ minus the label's."
        )


@exercise(
    "losses-smoothed",
    call="smoothed(Z, labels, eps)",
    right="Log-sum-exp minus the mean logit that the targets see: nothing is formed that could overflow.",
)
def judge_smoothed(answer):
    rng = np.random.default_rng(3)
    Z, labels, eps = rng.normal(size=(5, 4)), rng.integers(0, 4, 5), 0.2
    each = log_sum_exp(Z)[0][:, None] - Z  # (5, 4): what each class would cost
    at_label = np.arange(5), labels

    def cost(on_label, elsewhere):
        targets = np.full((5, 4), elsewhere)
        targets[at_label] = on_label
        return np.sum(targets * each) / 5

    with np.errstate(all="ignore"):
        got = one_number(answer(Z, labels, eps), "the mean loss")
    reject(
        got,
        {
            "That is the cross-entropy without smoothing.": cost(1, 0),
            "ε is spread over all K classes; you left the label out.": cost(1 - eps, eps / 3),
            "The label keeps 1 − ε and gets its share ε/K besides: the targets have to add up to 1.": (
                cost(1 - eps, eps / 4)
            ),
            "Every class gets ε instead of ε/K.": cost(1, eps),
            "ε and 1 − ε are exchanged.": cost(eps + (1 - eps) / 4, (1 - eps) / 4),
            "This is the sum over the rows; the mean is asked for.": 5 * cost(1 - eps + eps / 4, eps / 4),
            "The sign: minus the logarithms.": -cost(1 - eps + eps / 4, eps / 4),
        },
    )
    if not same(got, cost(1 - eps + eps / 4, eps / 4)):
        raise Hint("Write the targets down as an (N, K) array, each row with the sum 1, and take −Σ t log p.")
    large = np.array([[2000.0, 0.0], [0.0, -3000.0]])
    with np.errstate(all="ignore"):
        got = _mean_loss(answer(large, np.array([0, 0]), eps))
    if not math.isfinite(got) or not same(got, (200.0 + 300.0) / 2):
        raise Hint("Right for small logits, not for thousands: log p is the logit minus log-sum-exp.")


@exercise(
    "losses-balanced",
    call="balanced(labels, K)",
    right="Every class now has the same total, N/K.",
)
def judge_balanced(answer):
    labels = np.array([0, 0, 0, 0, 2, 2, 1, 0])
    count = np.array([5.0, 1.0, 2.0])
    got = numbers(answer(labels, 3))
    reject(
        got,
        {
            "These are one over the numbers: in proportion, but the mean over the examples is not 1 yet.": 1 / count,
            "The weights of the classes have the mean 1 here; those of all examples are to have it.": (
                3 / count / np.sum(1 / count)
            ),
            "They add up to 1. The mean over all examples is to be 1.": 1 / count / np.sum(1 / count),
            "The other way round: a frequent class gets a small weight.": count / 8 * 3,
            "N over the number: divide by K as well, or the mean is K.": 8 / count,
            "That is one weight for each example. One for each class is asked for.": (8 / count / 3)[labels],
            "These are the numbers of examples.": count,
        },
    )
    if got.shape != (3,):
        raise Hint(f"One weight for each class, shape (3,); yours has shape {got.shape}.")
    if not same(got, 8 / 3 / count):
        raise Hint("Weight times number of examples is the same for all K classes, and adds up to N.")


@exercise(
    "losses-start",
    call="from_where(steps, lr)",
    right="One term is exponential in the start, so a hundred times the steps is only log 100 further down.",
)
def judge_start(answer):
    cases = [(10_000, 0.5), (3_000_000, 0.5), (200_000, 0.1)]
    got = np.array([one_number(answer(steps, lr), "a logit") for steps, lr in cases])
    right = np.array([-math.log(2 * steps * lr) for steps, lr in cases])

    def near(other):
        return np.allclose(got, other, rtol=0.01)

    hints = {
        "The sign: a unit with label 1 that is wrong has a negative logit.": -right,
        "The 2 is missing: the term is e^(−z)/(2 η).": [-math.log(steps * lr) for steps, lr in cases],
        "The 2 stands below the fraction, so it goes up when you solve.": [
            -math.log(steps * lr / 2) for steps, lr in cases
        ],
        "That is cross-entropy's way, in proportion to the steps.": [-steps * lr for steps, lr in cases],
        "A larger rate needs fewer steps: rate times steps counts, not steps over rate.": [
            -math.log(2 * steps / lr) for steps, lr in cases
        ],
        "The natural logarithm, not that with base 10.": [-math.log10(2 * steps * lr) for steps, lr in cases],
    }
    for hint, other in hints.items():
        if near(other):
            raise Hint(hint)
    if not near(right):
        raise Hint(
            "Which term of the integral is by far the largest? Set it equal to the steps, and solve for the start."
        )
