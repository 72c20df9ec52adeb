"""The exercises of the chapter on logistic regression."""

import numpy as np

from dlpath.exercises import Hint, exercise
from dlpath.exercises.judging import blank, numbers, one_number, pair, reject, same, sizes
from dlpath.logistic_regression import in_numpy as model


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
    right="From 1 the whole step comes nearer; from 3, where the bowl is flat, it flies to −7, and the leash holds it.",
)
def judge_coin(answer):
    for b, k, N in ((3.0, 5, 10), (1.0, 5, 10), (-4.0, 3, 12), (6.0, 9, 10)):
        p = 1 / (1 + np.exp(-b))
        step = (p - k / N) / (p * (1 - p))
        got = one_number(answer(b, k, N), "the new bias")
        wrong = {
            "That is the minimum itself, the log-odds of k/N. A step does not quite get there.": np.log(k / (N - k)),
            "Uphill: Newton's step is minus the gradient over the curvature.": b + step,
            "This is the step of before, without a leash: it makes the loss larger. Halve it until it does not.": b
            - step,
            "Halved once, whatever happens. Compare the loss after the step with the loss before, again and again.": (
                b - step / 2
            ),
            "This is the step. Where does it lead from b?": -_leashed(b, k, N),
            "You end where you began: uphill, no step is short enough. Newton's step is minus slope over curvature.": b,
        }
        right = b - _leashed(b, k, N)
        if not np.isclose(got, right):
            reject(got, wrong)
            raise Hint("The mean loss is log(1 + e^b) − b k/N. Halve the step while the loss behind it is not lower.")


def _leashed(b, k, N):
    """Newton's step, halved until the mean loss falls."""
    p = 1 / (1 + np.exp(-b))
    step = (p - k / N) / (p * (1 - p))
    while np.logaddexp(0, b - step) - (b - step) * k / N >= np.logaddexp(0, b) - b * k / N:
        step = step / 2
    return step


@exercise(
    "logistic_regression-price",
    call="fit_with_price(X, y, l2)",
    right="The price was put on the bias too, which drags every probability towards one half.",
)
def judge_price(answer):
    rng = np.random.default_rng(4)
    X, y, l2 = rng.normal(size=(40, 2)), (rng.random(40) < 0.2).astype(float), 0.3
    got = numbers(answer(X, y, l2))
    if got.shape != (3,):
        raise Hint(f"theta holds two weights and then the bias, shape (3,); yours has shape {got.shape}.")
    right, none = _priced(X, y, [l2, l2, 0]), _priced(X, y, [0, 0, 0])
    if same(got, right, rtol=1e-4, atol=1e-5):
        return
    wrong = {
        "This is the fit as it was: its probabilities do not add up. Which of the parameters should be free?": [l2] * 3,
        "Now the weights are free and the bias pays. It is the other way round.": [0, 0, l2],
        "The price on the weights is gone as well; only the bias is free of charge.": [0, 0, 0],
        "A factor: the derivative of ½ λ w² is λ w, and the mean is over the surprise alone.": [2 * l2, 2 * l2, 0],
        "The price is divided by N here; in the loss only the surprise is a mean.": [l2 / 40, l2 / 40, 0],
    }
    for hint, price in wrong.items():
        if same(got, _priced(X, y, price), rtol=1e-3, atol=1e-4):
            raise Hint(hint)
    if same(got[:2], right[:2] * 0 + none[:2]) or abs(got[2]) < 1e-9:
        raise Hint("The bias does not move at all. It is free of charge, but it has a gradient.")
    raise Hint("At the minimum p − y adds up to zero. Look at the last entry of the gradient, the bias's.")


def _priced(X, y, price):
    """The minimum with a price for each parameter, by Newton's method."""
    X1, theta = np.column_stack([X, np.ones(len(y))]), np.zeros(X.shape[1] + 1)
    for _ in range(30):
        p = 1 / (1 + np.exp(-X1 @ theta))
        gradient = X1.T @ (p - y) / len(y) + price * theta
        theta = theta - np.linalg.solve(X1.T @ ((p * (1 - p))[:, None] * X1) / len(y) + np.diag(price), gradient)
    return theta


def _problem(rng):
    N, D = sizes(rng, 2)
    N += 12  # more examples than parameters, so that the Hessian has an inverse
    X, W, b = rng.normal(size=(N, D)), rng.normal(size=(1, D)), rng.normal(size=1)
    return X, rng.permutation((np.arange(N) % 3 == 0).astype(float)), W, b


def _without_labels(rng):
    X, _, W, b = _problem(rng)
    return X, W, b


blank(
    "logistic_regression-turn-model",
    call="model(X, W, b)",
    like=model.probability,
    arrays=_without_labels,
    mistakes={
        "This is the logit z. The sigmoid turns it into a probability.": lambda X, W, b: X @ W[0] + b,
        "The sign in the exponent: a large z must give a probability near 1.": lambda X, W, b: (
            1 / (1 + np.exp(X @ W[0] + b))
        ),
        "The bias is missing.": lambda X, W, b: 1 / (1 + np.exp(-X @ W[0])),
        "These are the odds e^z. Divide by 1 + e^z.": lambda X, W, b: np.exp(X @ W[0] + b),
        "Right numbers, one column too many: p is (N,), one number a lump; W[0] is the one row of W.": lambda X, W, b: (
            1 / (1 + np.exp(-(X @ W.T + b)))
        ),
        "X is (N, D) and W is (1, D): their product needs W transposed, or its one row, W[0].": lambda X, W, b: X @ W,
    },
    right="One linear map and one sigmoid: a unit of a neural network.",
)


def _logits(rng):
    """Ordinary logits, and ±800 with labels that say the opposite (in the first draw), or the same."""
    opposite, N = rng.random() > 0.5, 7 + int(rng.integers(5))
    z = np.r_[800.0, -800.0, 3 * rng.normal(size=N)]
    y = np.r_[float(not opposite), float(opposite), rng.random(N) < 0.5]
    order = rng.permutation(N + 2)
    return z[order], y[order]


def _mean_surprise(z, y):
    return np.mean(np.logaddexp(0, z) - y * z)


def _with_floor(floor):
    """The surprise by way of p, with a small constant that keeps the logarithm finite."""

    def surprise(z, y):
        p = 1 / (1 + np.exp(-z))
        return -np.mean(y * np.log(np.maximum(p, floor)) + (1 - y) * np.log(np.maximum(1 - p, floor)))

    return surprise


blank(
    "logistic_regression-turn-loss",
    call="surprise(z, y)",
    like=_mean_surprise,
    arrays=_logits,
    mistakes={
        "This is the sum over the examples; the loss is their mean.": lambda z, y: np.sum(np.logaddexp(0, z) - y * z),
        "The sign: a likely label must cost little, an unlikely one much.": lambda z, y: -_mean_surprise(z, y),
        "+ y z: a malignant lump with a large z should cost nothing. Look at the sign of y z.": lambda z, y: np.mean(
            np.logaddexp(0, z) + y * z
        ),
        "The label's term, y z, is missing.": lambda z, y: np.mean(np.logaddexp(0, z)),
        "The surprise of each example; its mean is asked for.": lambda z, y: np.logaddexp(0, z) - y * z,
        "e^z overflowed, or p was rounded to 0 or 1. Do not go through p; log(1 + e^z) is np.logaddexp(0, z).": (
            lambda z, y: np.mean(np.log(1 + np.exp(z)) - y * z)
        ),
        **{
            f"A floor of {floor:g} under p stops the surprise at {-np.log(floor):.0f} nats. Do not go through p.": (
                _with_floor(floor)
            )
            for floor in (1e-16, 1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6)
        },
    },
    right="It holds for z = ±800, where a probability has long been rounded to 0 or 1.",
)


def _gradient(X, y, W, b):
    return model.logistic_loss_backward(1.0, model.logistic_loss(X, y, W, b)[1])


def _error(X, y, W, b):
    return model.probability(X, W, b) - y


blank(
    "logistic_regression-turn-gradient",
    call="gradient(X, y, W, b)",
    like=_gradient,
    arrays=_problem,
    returns="dW, db",
    mistakes={
        "Uphill: the error is p − y, prediction minus truth.": lambda *a: tuple(-part for part in _gradient(*a)),
        "The gradient of the sum: the loss is a mean, so divide by N.": lambda X, *a: tuple(
            len(X) * part for part in _gradient(X, *a)
        ),
        "The slope p (1 − p) of the sigmoid is in it still; the surprise's slope cancels it.": lambda X, y, W, b: (
            (((e := _error(X, y, W, b)) * (e + y) * (1 - e - y)) @ X / len(X))[None],
            np.mean(e * (e + y) * (1 - e - y), keepdims=True),
        ),
        "You used the logit z for the probability: p is σ(z).": lambda X, y, W, b: (
            (e := (X @ W[0] + b - y))[None] @ X / len(X),
            np.mean(e, keepdims=True),
        ),
        "dW is right; db is the mean of p − y, not its sum.": lambda X, y, W, b: (
            _gradient(X, y, W, b)[0],
            np.sum(_error(X, y, W, b), keepdims=True),
        ),
    },
    right="Error times input, a mean over the examples: the same two lines as the package's.",
)


def _stepped(X, y, W, b, sign=-1.0, by=lambda H, g: np.linalg.solve(H, g)):
    dW, db = _gradient(X, y, W, b)
    step = sign * by(model.logistic_hessian(X, W, b), np.append(dW[0], db))
    return W + step[None, :-1], b + step[-1:]


def _apart(X, y, W, b):
    (dW, db), H = _gradient(X, y, W, b), model.logistic_hessian(X, W, b)
    return W - np.linalg.solve(H[:-1, :-1], dW[0]), b - db / H[-1, -1]


blank(
    "logistic_regression-turn-newton",
    call="newton(X, y, W, b)",
    like=model.newton_step,
    arrays=_problem,
    returns="W, b",
    mistakes={
        "Uphill: Newton's step is minus H⁻¹ g.": lambda *a: _stepped(*a, sign=1.0),
        "This is the step. Where does it lead from W and b?": lambda X, y, W, b: tuple(
            new - old for new, old in zip(_stepped(X, y, W, b), (W, b), strict=True)
        ),
        "That is a step of gradient descent with rate 1. Divide by the curvature.": lambda *a: _stepped(
            *a, by=lambda H, g: g
        ),
        "H times g, where H⁻¹ g is asked for: np.linalg.solve(H, g).": lambda *a: _stepped(*a, by=lambda H, g: H @ g),
        "Only the diagonal of H was used: the directions are not independent.": lambda *a: _stepped(
            *a, by=lambda H, g: g / np.diag(H)
        ),
        "Sum here, mean there: g and H are both means over the N examples, or both sums.": lambda X, *a: _stepped(
            X, *a, by=lambda H, g: np.linalg.solve(H, g) * len(X)
        ),
        "Sum here, mean there: the Hessian lacks its 1/N, or the gradient has one too many.": lambda X, *a: _stepped(
            X, *a, by=lambda H, g: np.linalg.solve(H, g) / len(X)
        ),
        "Weights and bias were stepped apart: H has D + 1 rows and columns, the column of ones counted.": _apart,
        "The weights s = p (1 − p) are missing from the Hessian.": lambda X, y, W, b: _stepped(
            X, y, W, b, by=lambda H, g: np.linalg.solve((X1 := np.c_[X, np.ones(len(X))]).T @ X1 / len(X), g)
        ),
    },
    right="No learning rate: the curvature says how far, in every direction.",
)
