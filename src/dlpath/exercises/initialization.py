"""The exercises of the chapter on initialization. Each judge names the mistake before it says "wrong"."""

import math

import numpy as np

from dlpath.exercises import Hint, exercise
from dlpath.exercises.judging import blank, numbers, one_number, reject, same, sizes
from dlpath.initialization.in_numpy import he_std, xavier_std
from dlpath.initialization.signal import relu_cosine, relu_power


def _stack(rng):
    D, L = sizes(rng, 2)
    return [16 * D, float(rng.uniform(0.01, 0.3)), 10 * L]


blank(
    "initialization-turn-change",
    call="change(D, std, layers)",
    right="The power has a factor in every layer, and a root halves its logarithm.",
    like=lambda D, std, L: L / 2 * np.log10(relu_power(1.0, D, std)),
    arrays=_stack,
    mistakes={
        "That is the logarithm of q; of its root it is half.": lambda D, std, L: L * np.log10(D * std**2 / 2),
        "The ReLU is missing: it lets half of the power through.": lambda D, std, L: L / 2 * np.log10(D * std**2),
        "The formula has the variance of the weights, the square of std.": (
            lambda D, std, L: L / 2 * np.log10(D * std / 2)
        ),
        "That is the natural logarithm.": lambda D, std, L: L / 2 * np.log(D * std**2 / 2),
        "That is one layer; there are more of them.": lambda D, std, L: np.log10(D * std**2 / 2) / 2,
        "That is the factor itself; its base-10 logarithm is asked for.": lambda D, std, L: (D * std**2 / 2) ** (L / 2),
        "The ReLU halves the power, not its root.": lambda D, std, L: L * np.log10(np.sqrt(D) * std / 2),
        "The sign: a factor below 1 has a negative logarithm.": lambda D, std, L: -L / 2 * np.log10(D * std**2 / 2),
    },
)


def _sizes(rng):
    return [10 * size for size in sizes(rng, 2)]


blank(
    "initialization-turn-bounds",
    call="bounds(K, D)",
    returns="Xavier's, He's",
    right="√3 times the standard deviation, whichever it is.",
    like=lambda K, D: (math.sqrt(3) * xavier_std(K, D), math.sqrt(3) * he_std(K, D)),
    arrays=_sizes,
    mistakes={
        "Those are the standard deviations; the bound is √3 times as large.": (
            lambda K, D: (math.sqrt(2 / (D + K)), math.sqrt(2 / D))
        ),
        "Those are the variances.": lambda K, D: (2 / (D + K), 2 / D),
        "He counts the inputs D, and K are the outputs.": lambda K, D: (math.sqrt(6 / (D + K)), math.sqrt(6 / K)),
        "A bound of c has the standard deviation c/√3: multiply by √3, do not divide.": (
            lambda K, D: (math.sqrt(2 / (3 * (D + K))), math.sqrt(2 / (3 * D)))
        ),
        "Twice 3 is 6 below the root; here the 2 is missing.": (
            lambda K, D: (math.sqrt(3 / (D + K)), math.sqrt(3 / D))
        ),
        "The right two, in the other order: Xavier's first.": (lambda K, D: (math.sqrt(6 / D), math.sqrt(6 / (D + K)))),
        "He's is right for Xavier's question and the other way round: Xavier takes the mean of D and K, (D + K)/2.": (
            lambda K, D: (math.sqrt(12 / (D + K)), math.sqrt(6 / D))
        ),
    },
)


def _turned(G, turn=lambda R: np.sign(np.diag(R))):
    K, D = G.shape
    Q, R = np.linalg.qr(G if K >= D else G.T)
    Q = Q * turn(R)
    return Q if K >= D else Q.T


def _matrix(rng):
    return [rng.normal(size=sizes(rng, 2))]


def _by_rows(G):
    K, D = G.shape
    Q, R = np.linalg.qr(G if K >= D else G.T)
    Q = np.sign(np.diag(R))[:, None] * Q
    return Q if K >= D else Q.T


blank(
    "initialization-turn-orthogonal",
    call="at_right_angles(G)",
    right="Tall or wide, and every sign a fair coin.",
    like=_turned,
    arrays=_matrix,
    mistakes={
        "Right angles, but the signs are the library's: turn the columns until the diagonal of R is positive.": (
            lambda G: _turned(G, lambda R: 1)
        ),
        "The signs are right for a negative diagonal; it is to be positive.": lambda G: -_turned(G),
        "The diagonal itself stretches the columns; only its signs are wanted.": lambda G: _turned(G, np.diag),
        "Where G is wide, qr works on its transpose: with G itself Q is square, and W has not the shape of G.": (
            lambda G: np.linalg.qr(G)[0] * np.sign(np.diag(np.linalg.qr(G)[1]))
        ),
        "The columns of Q are turned, not its rows: each sign multiplies a column.": _by_rows,
        "The rows of a wide matrix are at right angles only after the transpose is taken back.": (
            lambda G: _turned(G.T) if G.shape[0] < G.shape[1] else _turned(G)
        ),
        "Rows of length 1 are not yet at right angles.": lambda G: G / np.linalg.norm(G, axis=1, keepdims=True),
    },
)


@exercise(
    "initialization-leaky",
    call="leaky_std(D, slope)",
    right="One half comes through whole, the other times slope²; with a slope of √5 this is PyTorch's start.",
)
def judge_leaky(answer):
    cases = [(64, 0.01), (100, 0.3), (256, 1.0), (30, math.sqrt(5))]
    got = np.array([one_number(answer(D, s), "a standard deviation") for D, s in cases])

    def all_cases(formula):
        return np.array([formula(D, s) for D, s in cases])

    reject(
        got,
        {
            "That is He's, for a slope of 0. The other half now comes through as well, smaller.": all_cases(
                lambda D, s: math.sqrt(2 / D)
            ),
            "The power of slope · z has the factor slope², not slope.": all_cases(
                lambda D, s: math.sqrt(2 / ((1 + s) * D))
            ),
            "That is the variance; its root is asked for.": all_cases(lambda D, s: 2 / ((1 + s * s) * D)),
            "A slope of 1 silences nothing and has to give √(1/D): half of z comes from either side.": all_cases(
                lambda D, s: math.sqrt(1 / ((1 + s * s) * D))
            ),
            "The leak lets more through, so the weights have to be smaller.": all_cases(
                lambda D, s: math.sqrt(2 * (1 + s * s) / D)
            ),
            "That is the bound of uniform weights, √3 times too large.": all_cases(
                lambda D, s: math.sqrt(6 / ((1 + s * s) * D))
            ),
            "The root of 1 + slope² is not 1 + slope.": all_cases(lambda D, s: math.sqrt(2 / D) / (1 + s)),
        },
    )
    if not same(got, all_cases(lambda D, s: math.sqrt(2 / ((1 + s * s) * D)))):
        raise Hint(
            "E a² is half of E z² for z > 0, and slope² times the other half for z < 0. D Var w times it is to be 1."
        )


@exercise(
    "initialization-sides",
    call="he_start(rng, K, D)",
    right="len(W) is the number of rows, the outputs; a unit adds up its inputs, the columns.",
)
def judge_sides(answer):
    K, D = 300, 700
    W = numbers(answer(np.random.default_rng(5), K, D))
    if W.shape == (D, K):
        raise Hint("The shape is (K, D), one row for each output.")
    if W.shape != (K, D):
        raise Hint(f"The result has shape {W.shape}, expected {(K, D)}.")
    spread = W.std()
    for hint, wrong in {
        "len(W) is K, the number of outputs. How many terms does a unit add up?": math.sqrt(2 / K),
        "That is Xavier's, with both sides in it.": math.sqrt(2 / (D + K)),
        "That is the variance: a factor of the weights is a standard deviation.": 2 / D,
        "The 2 is missing, which makes up for the ReLU.": math.sqrt(1 / D),
        "The number of all weights is not the number of terms in a unit's sum.": math.sqrt(2 / (K * D)),
        "Nothing is scaled: the standard deviation is still 1.": 1.0,
    }.items():
        if abs(spread / wrong - 1) < 0.02:
            raise Hint(hint)
    if abs(spread / math.sqrt(2 / D) - 1) > 0.02 or abs(W.mean()) > 0.05 * spread:
        raise Hint("The mean has to be 0 and the standard deviation √(2/D), D being the number of columns of W.")
    if np.array_equal(W, numbers(answer(np.random.default_rng(6), K, D))):
        raise Hint("Another generator has to give other weights: draw them with rng.")


@exercise(
    "initialization-alike",
    call="layers_until(c, goal)",
    right="A few layers for 0.9, dozens for 0.99: the angle falls like one over the number of layers.",
)
def judge_alike(answer):
    cases = [(0.0, 0.5), (0.0, 0.9), (0.7, 0.99), (-0.5, 0.995), (0.2, 0.1 + relu_cosine(0.2))]

    def count(step, c, goal, low=0):
        layers = low
        while c <= goal and layers < 10_000:
            c, layers = step(c), layers + 1
        return layers

    right = [count(relu_cosine, *case) for case in cases]
    got = [one_number(answer(*case), "a number of layers") for case in cases]
    got = np.array(got)

    def by_angle(c, goal):
        angle, end = np.arccos(c), np.arccos(goal)
        return 3 * np.pi * (1 / end - 1 / angle)

    def forgot(c):
        angle = np.arccos(c)
        return (np.sin(angle) + (np.pi - angle) * angle) / np.pi

    reject(
        got,
        {
            "One too many: count the layers that were passed.": np.array(right) + 1,
            "One too few: after this number the cosine is still not above the goal.": np.array(right) - 1,
            "That is the law for small angles; these begin with large ones. Go layer by layer.": np.array(
                [math.ceil(by_angle(*case)) for case in cases]
            ),
            "These are no whole numbers: go layer by layer, with the exact map.": np.array(
                [by_angle(*case) for case in cases]
            ),
            "In the formula stands the cosine, which is c itself, and not the angle.": np.array(
                [count(forgot, *case) for case in cases]
            ),
        },
    )
    if not same(got, np.array(right)):
        raise Hint("Start with c; as long as it is not above the goal, apply the map of the chapter and count one.")


@exercise(
    "initialization-resting",
    call="resting(D, w_std, b_std)",
    right="Below He's spread the biases decide where it rests; at and above it the signal grows without end.",
)
def judge_resting(answer):
    cases = [(256, 1 / math.sqrt(768), 1 / math.sqrt(768)), (100, 0.05, 0.3), (64, 0.1, 2.0)]
    got = np.array([one_number(answer(*case), "a power") for case in cases])

    def all_cases(formula):
        return np.array([formula(*case) for case in cases])

    right = all_cases(lambda D, w, b: b * b / (1 - D * w * w / 2))
    reject(
        got,
        {
            "That is the standard deviation; the power is its square.": np.sqrt(right),
            "The ReLU is missing: only half of q arrives.": all_cases(lambda D, w, b: b * b / (1 - D * w * w)),
            "Both are standard deviations; the formula has variances.": all_cases(lambda D, w, b: b / (1 - D * w / 2)),
            "The biases enter with their variance, b_std squared.": all_cases(lambda D, w, b: b / (1 - D * w * w / 2)),
            "That is the power of the biases alone; the weights return a part of it.": all_cases(lambda D, w, b: b * b),
            "q stands on both sides: bring both to one side, then divide.": all_cases(
                lambda D, w, b: b * b / (D * w * w / 2)
            ),
            "The sign: q minus the part that comes back is what the biases give.": all_cases(
                lambda D, w, b: b * b / (1 + D * w * w / 2)
            ),
        },
    )
    if not same(got, right):
        raise Hint("At rest q' = q. Put that into the law of the power, and solve for q.")
    with np.errstate(all="ignore"):
        for w_std in (math.sqrt(2 / 64), 0.5):
            grows = one_number(answer(64, w_std * (1 + 1e-12), 0.1), "a power")
            if not grows == math.inf:
                raise Hint(
                    "Right where it rests. If the factor of a layer is 1 or more, the power grows for ever: np.inf."
                )


@exercise(
    "initialization-scaled",
    call="scaled(X, Ws)",
    right="The batch itself says how large the weights should be, layer after layer.",
)
def judge_scaled(answer):
    rng = np.random.default_rng(8)
    X, Ws = np.abs(rng.normal(size=(40, 6))), [rng.normal(size=shape) for shape in ((9, 6), (7, 9), (5, 7))]

    def run(see=lambda Z: np.maximum(Z, 0), divide=lambda Z, A: Z.std(), go_on=True, measure=None):
        A, found = X, []
        for W in Ws:
            Z = A @ W.T
            V = W / divide(Z, see(Z))
            found.append(V)
            A = see(A @ V.T) if go_on else see(Z)
        return found

    got = answer(X.copy(), [W.copy() for W in Ws])
    if not isinstance(got, list | tuple) or len(got) != 3:
        raise Hint("Return a list with as many matrices as there were.")
    got = [numbers(W) for W in got]
    for W, V in zip(Ws, got, strict=True):
        if V.shape != W.shape:
            raise Hint(f"A matrix of shape {W.shape} came back as {V.shape}.")

    def equal(wrong):
        return all(same(V, W) for V, W in zip(got, wrong, strict=True))

    for hint, wrong in {
        "The second layer has to see what the *scaled* first one makes of the batch.": run(go_on=False),
        "Between the layers there is a ReLU.": run(see=lambda Z: Z),
        "The spread of z is to be 1, before the ReLU; this is that of a.": run(divide=lambda Z, A: A.std()),
        "Divide by the standard deviation, not by the variance.": run(divide=lambda Z, A: Z.var()),
        "This gives every unit the spread 1; one number for the whole layer is asked for.": run(
            divide=lambda Z, A: Z.std(axis=0)[:, None]
        ),
        "This divides by the root mean square; the standard deviation subtracts the mean first.": run(
            divide=lambda Z, A: np.sqrt(np.mean(Z**2))
        ),
        "These are the spreads of the weights; what comes out of the layer counts.": [W / W.std() for W in Ws],
        "Nothing was scaled.": Ws,
    }.items():
        if equal(wrong):
            raise Hint(hint)
    if not equal(run()):
        raise Hint("Z = A Wᵀ for the whole batch, W divided by Z.std(), and A becomes the ReLU of the new Z.")
