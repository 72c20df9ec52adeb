"""The exercises of the chapter on logistic regression."""

import numpy as np

from dlpath.exercises import Hint, exercise
from dlpath.exercises.judging import numbers, one_number, pair, same


@exercise(
    "logistic_regression-update",
    call="updated(p, w)",
    right="Odds are multiplied, log-odds are added: the same w moves 0.5 to 0.75 and 0.98 hardly at all.",
)
def judge_update(answer):
    p, w = np.array([[0.02, 0.5], [0.7, 0.98]]), np.log(3)
    got, odds = numbers(answer(p, w)), 3 * p / (1 - p)
    if got.shape != p.shape:
        raise Hint(f"p has shape {p.shape}, and so must the result have; yours has {got.shape}.")
    if same(got, p + w) or same(got, np.clip(p + w, 0, 1)):
        raise Hint("You added w to the probability, which leaves the interval from 0 to 1. w adds to the log-odds.")
    if same(got, p * 3) or same(got, np.clip(p * 3, 0, 1)):
        raise Hint("You multiplied the probability. It is the odds p / (1 − p) that are multiplied.")
    if same(got, np.log(odds)):
        raise Hint("These are the new log-odds. The sigmoid turns them back into a probability.")
    if same(got, (q := w * p / (1 - p)) / (1 + q)):
        raise Hint("The odds are multiplied by w; the factor is e^w.")
    if same(got, odds):
        raise Hint("These are the new odds. Turn them back into a probability: solve o = p / (1 − p) for p.")
    if same(got, 1 / (1 + np.exp(-(p + w)))):
        raise Hint("You used p as if it were a logit. Take its log-odds first, then add w, then apply σ.")
    if same(got, p / 3 / (p / 3 + 1 - p)):
        raise Hint("The sign: a positive w multiplies the odds by more than one, and the probability must rise.")
    if not same(got, odds / (1 + odds)):
        raise Hint("From probability to odds, times e^w, and back. Try p = 0.5, w = log 3: 0.75.")


@exercise(
    "logistic_regression-distance",
    call="distance(x, W, b, q)",
    right="Every threshold q is a parallel plane, shifted by its log-odds; only q = 1/2 lies at Wx + b = 0.",
)
def judge_distance(answer):
    W, b, norm = np.array([[3.0, 0.0, -4.0]]), np.array([2.0]), 5.0
    x, z = np.array([1.0, 7.0, 2.0]), -3.0
    for q in (0.9, 0.01):  # x lies below the one plane and above the other
        logit = np.log(q / (1 - q))
        got = one_number(answer(x, W, b, q), "the distance of one lump")
        if np.isclose(got, (z - logit) / norm) and got < 0:
            raise Hint("Right but for the sign: a distance is not negative, on neither side of the plane.")
        if np.isclose(got, (logit - z) / norm) and got < 0:
            raise Hint("Right but for the sign: it depends on the side on which x lies, and a distance does not.")
        if np.isclose(got, abs(z) / norm):
            raise Hint("This is the distance to the plane of p = 1/2, whatever q is. Where does the model say q?")
        if np.isclose(abs(got), abs(z - q) / norm):
            raise Hint("You compared a logit with a probability. Turn q into a logit first.")
        if np.isclose(abs(got), abs(z - logit)):
            raise Hint("This is a difference of logits. How fast does the logit grow per unit of distance?")
        if np.isclose(abs(got), abs(z - logit) / norm**2):
            raise Hint("Divided by ‖W‖² instead of ‖W‖: doubling W, b and the logit of q must change nothing.")
        if np.isclose(abs(got), abs(z - logit) / np.sqrt(norm**2 + 4)):
            raise Hint("The bias is no direction in the space of measurements: leave it out of the length of W.")
        if not np.isclose(got, abs(z - logit) / norm):
            raise Hint("The points with probability q satisfy Wx + b = log(q / (1 − q)). How far is x from that plane?")


@exercise(
    "logistic_regression-signs",
    call="gradient_with_signs(X, t, W, b)",
    right="It is the same gradient: for t = ±1, −t σ(−t z) is p − y.",
)
def judge_signs(answer):
    rng = np.random.default_rng(0)
    X, W, b = rng.normal(size=(7, 3)), rng.normal(size=(1, 3)), rng.normal(size=1)
    t = np.array([1.0, -1, -1, 1, -1, 1, 1])
    got = numbers(answer(X, t, W, b))
    z = X @ W[0] + b
    p, wrong = 1 / (1 + np.exp(-z)), 1 / (1 + np.exp(t * z))  # wrong: the probability given to the other label
    right = (-t * wrong @ X / 7)[None, :]
    if got.shape == (3,) and same(got, right[0]):
        raise Hint("The numbers are right, the shape is (3,): a gradient has the shape of its W, (1, 3).")
    if got.shape == X.shape:
        raise Hint("One row for each example: did a z of shape (N, 1) meet t of shape (N,)? Their product is (N, N).")
    if got.shape != W.shape:
        raise Hint(f"A gradient has the shape of its W, {W.shape}; yours has {got.shape}.")
    if same(got, -right):
        raise Hint("Uphill: check the sign. The derivative of −t z with respect to z is −t.")
    if same(got, 7 * right):
        raise Hint("This is the gradient of the sum; the loss is a mean over the N examples.")
    if same(got, ((p - t) @ X / 7)[None, :]):
        raise Hint("p − t mixes two codings: p − y belongs to labels 0 and 1. Differentiate log(1 + e^(−t z)) itself.")
    if same(got, (-t * (1 - wrong) @ X / 7)[None, :]):
        raise Hint("The factor is σ(−t z), small where the example is right. Yours is large there: σ(t z).")
    if same(got, (-wrong @ X / 7)[None, :]):
        raise Hint("A factor t is missing: the inner function is −t z, and its derivative brings t along.")
    if not same(got, right):
        raise Hint("Chain rule on log(1 + e^u) with u = −t z: the outer slope is σ(u). What is ∂u/∂W?")


@exercise(
    "logistic_regression-bells",
    call="bells(m0, m1, s, share)",
    right="Two bells of one width: the squares of x cancel, and the log-odds are a straight line.",
)
def judge_bells(answer):
    m0, m1, s, share = 1.0, 4.0, 1.5, 0.2
    w, b = pair(answer(m0, m1, s, share), ("w", "b"), ((), ()))
    right_w, middle, prior = (m1 - m0) / s**2, (m0**2 - m1**2) / (2 * s**2), np.log(share / (1 - share))
    if np.allclose([b, w], [right_w, middle + prior]):
        raise Hint("Both numbers are right, in the wrong order: first w, then b.")
    if np.allclose([w, b], [-right_w, -middle - prior]):
        raise Hint("These are the log-odds of class 0: the ratio is upside down.")
    if np.isclose(w, (m1 - m0) / s):
        raise Hint("w is divided by s where it should be by s²: the exponent of the density is −(x − m)² / (2 s²).")
    if np.isclose(w, right_w / 2) or np.isclose(w, 2 * right_w):
        raise Hint("w is off by a factor 2. Expand the squares: the mixed terms are 2 x m; the exponent halves them.")
    if np.isclose(w, right_w):
        _judge_bias(b, middle, prior, share)
    if not np.allclose([w, b], [right_w, middle + prior]):
        raise Hint("Write log(share N(x; m1, s) / ((1 − share) N(x; m0, s))); x² cancels; sort by powers of x.")


def _judge_bias(b, middle, prior, share):
    if np.isclose(b, middle):
        raise Hint("The share is missing: with equal classes this is right, but a rare class needs more evidence.")
    if np.isclose(b, middle + share):
        raise Hint("The share enters as odds, and here as log-odds: log(share / (1 − share)).")
    if np.isclose(b, middle + share / (1 - share)):
        raise Hint("These are the odds of the share; what adds to a logit is their logarithm.")
    if np.isclose(b, middle + np.log(share)):
        raise Hint("log(share) is half of it: the other class has its share as well, 1 − share.")
    if np.isclose(b, middle - prior):
        raise Hint("The share is upside down: the rarer class 1 is, the smaller b must be.")
    if np.isclose(b, 2 * middle + prior):
        raise Hint("w is right; in b a factor ½ is missing: the exponent is −(x − m)² / (2 s²), the squares of m too.")
    if np.isclose(b, -middle + prior):
        raise Hint("w is right; in b the squares of the means have the wrong sign. With equal shares z is 0 half-way.")


@exercise(
    "logistic_regression-coin",
    call="coin_step(b, k, N)",
    right="From b = 0 one step gives 4 (k/N − 1/2); from far out, where the bowl is flat, it overshoots wildly.",
)
def judge_coin(answer):
    for b, k, N in ((0.4, 3, 12), (-1.0, 9, 10)):
        p = 1 / (1 + np.exp(-b))
        g, h = p - k / N, p * (1 - p)
        got = one_number(answer(b, k, N), "the new bias")
        if np.isclose(got, np.log(k / (N - k))):
            raise Hint("That is the minimum itself, the log-odds of k/N. One step of Newton does not quite get there.")
        if np.isclose(got, b + g / h):
            raise Hint("Uphill: Newton's step is minus the gradient over the curvature.")
        if np.isclose(got, b - g):
            raise Hint("That is gradient descent with learning rate 1. Divide the slope by the curvature p (1 − p).")
        if np.isclose(got, b - N * g / h) or np.isclose(got, b - g / h / N):
            raise Hint("Sum here, mean there: use the mean in both the slope and the curvature, or the sum in both.")
        if np.isclose(got, -g / h):
            raise Hint("This is the step. Where does it lead from b?")
        if np.isclose(got, b - (p - k) / h):
            raise Hint("k is a number of throws; the share of heads is k / N.")
        if not np.isclose(got, b - g / h):
            raise Hint("The mean loss is log(1 + e^b) − b k/N. Its slope is p − k/N, its curvature p (1 − p).")
