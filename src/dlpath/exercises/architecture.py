"""The exercises of the chapter on architecture. Each judge names the mistake before it says "wrong"."""

import math

import numpy as np

from dlpath.architecture.counting import conv_cost, dense_cost
from dlpath.exercises import Hint, exercise
from dlpath.exercises.judging import blank, numbers, one_number, reject, same, sizes


def _weights(sizes):
    return sum(D * K for D, K in zip(sizes[:-1], sizes[1:], strict=True))


blank(
    "architecture-turn-count",
    call="count(sizes)",
    right="A weight for each pair of neighbours, and a bias for each unit that has inputs.",
    returns="parameters, multiplications",
    like=lambda sizes: dense_cost(sizes),
    arrays=lambda rng: [tuple(sizes(rng, rng.integers(3, 6)))],
    mistakes={
        "These are the weights; each unit has a bias too.": lambda s: (_weights(s), _weights(s)),
        "The inputs have no biases: H₀ units compute nothing.": lambda s: (_weights(s) + sum(s), _weights(s)),
        "The last layer has biases as well.": lambda s: (_weights(s) + sum(s[1:-1]), _weights(s)),
        "A bias is added, not multiplied: it is a parameter and no multiplication.": (
            lambda s: (_weights(s) + sum(s[1:]), _weights(s) + sum(s[1:]))
        ),
        "The other way round: first parameters, then multiplications.": (
            lambda s: (_weights(s), _weights(s) + sum(s[1:]))
        ),
        "H_l (H_{l-1} + 1): the 1 belongs to the inputs, since each output has one bias.": (
            lambda s: (_weights(s) + sum(s[:-1]), _weights(s))
        ),
    },
)


def _image(rng):
    k, C, K = sizes(rng, 3)
    return [k + int(rng.integers(7, 20)), k, C, K]


blank(
    "architecture-turn-products",
    call="products(side, k, C, K)",
    right="Places times kernels times the numbers under a kernel.",
    like=lambda side, k, C, K: conv_cost((side, side), (k, k), C, K)[1],
    arrays=_image,
    mistakes={
        "The kernel stands only where it fits: there are side − k + 1 places in a row.": (
            lambda side, k, C, K: side**2 * k * k * C * K
        ),
        "side − k is one too few: at side = k there is one place.": lambda side, k, C, K: (
            (side - k) ** 2 * k * k * C * K
        ),
        "A kernel covers all channels of the image.": lambda side, k, C, K: (side - k + 1) ** 2 * k * k * K,
        "That is for one kernel; there are K.": lambda side, k, C, K: (side - k + 1) ** 2 * k * k * C,
        "These are the weights; each of them is used at every place.": lambda side, k, C, K: k * k * C * K,
        "The kernel moves on by one pixel, not by its own width.": (
            lambda side, k, C, K: (side // k) ** 2 * k * k * C * K
        ),
        "These are the parameters; the multiplications are asked for.": lambda side, k, C, K: K * (k * k * C + 1),
        "A bias is no multiplication.": lambda side, k, C, K: (side - k + 1) ** 2 * K * (k * k * C + 1),
        "The kernel has k rows and k columns, and stands at places in both directions.": (
            lambda side, k, C, K: (side - k + 1) * k * C * K
        ),
    },
)


def _places(rng):
    (N,) = sizes(rng, 1)
    return [np.concatenate([[0.0, 0.25, 0.5, 1.0], rng.uniform(0, 1, N)])]


blank(
    "architecture-turn-fold",
    call="fold(x)",
    right="Two units: one climbs, and from the middle on the other outweighs it twice.",
    like=lambda x: 2 * np.maximum(x, 0) - 4 * np.maximum(x - 0.5, 0),
    arrays=_places,
    mistakes={
        "With −2 the second unit only levels the climb: from ½ on this is flat. It has to turn it.": (
            lambda x: 2 * np.maximum(x, 0) - 2 * np.maximum(x - 0.5, 0)
        ),
        "Here the second unit begins at once: it is relu(x − ½).": lambda x: (
            2 * np.maximum(x, 0) - 4 * np.maximum(x, 0)
        ),
        "The second unit is subtracted.": lambda x: 2 * np.maximum(x, 0) + 4 * np.maximum(x - 0.5, 0),
        "That reaches only ½: the slopes are 2 and −2.": lambda x: np.minimum(x, 1 - x),
        "It should turn at ½, where this one has reached 1; yours turns at 1 or not at all.": (
            lambda x: 2 * np.maximum(x, 0) - 4 * np.maximum(x - 1, 0)
        ),
        "This is the tent upside down.": lambda x: np.abs(2 * x - 1),
        "The sign: the first unit climbs, the second is subtracted.": (
            lambda x: 4 * np.maximum(x - 0.5, 0) - 2 * np.maximum(x, 0)
        ),
        "max compares two numbers; for an array it is np.maximum.": lambda x: 2 * max(x, 0) - 4 * max(x - 0.5, 0),
    },
)


def _crossings(x, Z):
    share = Z[0] / (Z[0] - Z[1])
    return np.sort((x[0] + share * (x[1] - x[0]))[Z[0] * Z[1] < 0])


def _between(rng):
    (H,) = sizes(rng, 1)
    Z = rng.uniform(0.2, 2, (2, H + 3)) * rng.choice([-1.0, 1.0], (2, H + 3))
    Z[:, 0], Z[:, 1], Z[:, 2] = (1.0, -0.5), (0.3, 1.0), (-2.0, 1.2)  # two that cross, and one that does not
    low = rng.uniform(-2, 1)
    return [np.array([low, low + rng.uniform(1.5, 3)]), Z]


blank(
    "architecture-turn-crossings",
    call="crossings(x, Z)",
    right="Only units whose two signs differ cross zero here, and proportion says where.",
    like=_crossings,
    arrays=_between,
    mistakes={
        "Only units whose values have different signs cross zero between the two corners.": (
            lambda x, Z: np.sort(x[0] + Z[0] / (Z[0] - Z[1]) * (x[1] - x[0]))
        ),
        "The places are right, and not sorted yet.": (
            lambda x, Z: (x[0] + Z[0] / (Z[0] - Z[1]) * (x[1] - x[0]))[Z[0] * Z[1] < 0]
        ),
        "This is the share of the way; the place is x[0] plus that share of x[1] − x[0].": (
            lambda x, Z: np.sort((Z[0] / (Z[0] - Z[1]))[Z[0] * Z[1] < 0])
        ),
        "The middle between the corners is where a unit crosses only if its two values are opposite.": (
            lambda x, Z: np.full(np.sum(Z[0] * Z[1] < 0), x.mean())
        ),
        "The share is measured from the other end: at Z[0] = 0 the place has to be x[0].": (
            lambda x, Z: np.sort((x[1] + Z[0] / (Z[0] - Z[1]) * (x[0] - x[1]))[Z[0] * Z[1] < 0])
        ),
        "Where the signs differ, Z[0] and Z[1] have to be subtracted: their distance is the whole way.": (
            lambda x, Z: np.sort((x[0] + Z[0] / (Z[0] + Z[1]) * (x[1] - x[0]))[Z[0] * Z[1] < 0])
        ),
    },
)


@exercise(
    "architecture-budget",
    call="widest(D, K, P)",
    right="The output's biases come off first; each hidden unit costs D + 1 on its way in and K on its way out.",
)
def judge_budget(answer):
    cases = [(64, 10, 1570), (30, 1, 1000), (784, 10, 101_770), (5, 3, 1000), (5, 3, 28)]
    got = np.array([one_number(answer(*case), "a whole number") for case in cases])
    reject(
        got,
        {
            "The output's K biases are parameters too.": [P // (D + K + 1) for D, K, P in cases],
            "Each hidden unit has a bias.": [(P - K) // (D + K) for D, K, P in cases],
            "This counts weights and no bias at all.": [P // (D + K) for D, K, P in cases],
            "Rounded to the nearest; one unit too many breaks the budget. Round down.": [
                round((P - K) / (D + K + 1)) for D, K, P in cases
            ],
            "Half a unit does not exist: round down to a whole number.": [(P - K) / (D + K + 1) for D, K, P in cases],
            "Each hidden unit also has K weights on its way out.": [(P - K) // (D + 1) for D, K, P in cases],
        },
    )
    if not same(got, [(P - K) // (D + K + 1) for D, K, P in cases]):
        raise Hint("Write the number of parameters for H units, H (D + 1) + K (H + 1), and solve it for H.")


@exercise(
    "architecture-narrow",
    call="most_pieces(L)",
    right="Flat, a ramp, flat: one unit keeps the order of what it is given or reverses it, and can only cut more off.",
)
def judge_narrow(answer):
    depths = (1, 2, 3, 10)
    got = np.array([one_number(answer(L), "a whole number") for L in depths])
    reject(
        got,
        {
            "That is the bound. A single unit never folds: it cannot turn back.": [2**L for L in depths],
            "Each layer adds a corner at most, but only at an end of the ramp: it has two.": [L + 1 for L in depths],
            "One layer has a single corner, so two pieces.": [3, 3, 3, 3],
            "The first layer cuts the line on one side. A second one, with a negative weight, can cut the other.": [
                2 for _ in depths
            ],
            "These are the corners; pieces are one more.": [1, 2, 2, 2],
        },
    )
    if not same(got, [2, 3, 3, 3]):
        raise Hint(
            "The first layer gives a flat piece and a ramp. What can relu(wa + b) do to a ramp: bend it, or cut it?"
        )


@exercise(
    "architecture-tie",
    call="kernel_gradient(dW, k)",
    right="A number that is used several times hears from all of its uses, and zeros are not its business.",
)
def judge_tie(answer):
    k, places = 3, 5
    dW = np.random.default_rng(4).normal(size=(places, places + k - 1))
    diagonals = np.array([np.diagonal(dW, i) for i in range(k)])  # (k, places)
    got = numbers(answer(dW.copy(), k))
    reject(
        got,
        {
            "The uses add up; this is their mean.": diagonals.mean(axis=1),
            "These are the columns' sums: most of them are places where the kernel does not stand.": dW.sum(axis=0)[:k],
            "This is what the first place alone says; the kernel stands at all of them.": dW[0, :k],
            "The numbers are right, in reverse order: w₀ lies on the main diagonal.": diagonals.sum(axis=1)[::-1],
            "Below the main diagonal there is no kernel: w_i lies on the i-th diagonal above.": [
                np.diagonal(dW, -i).sum() for i in range(k)
            ],
        },
    )
    if got.shape != (k,):
        raise Hint(f"One number for each of the kernel's {k}; yours has shape {got.shape}.")
    if not same(got, diagonals.sum(axis=1)):
        raise Hint("Where in the matrix does w₀ stand? And w₁? Add what arrives at these entries.")
    if not same(answer(np.ones((1, 4)), 4), np.ones(4)):
        raise Hint("Right where the kernel has several places; try a kernel as long as the row.")


@exercise(
    "architecture-port",
    call="port(W, C, side)",
    right="First the axes as they are, channels first; then the one that moves, to the end.",
)
def judge_port(answer):
    K, C, side = 2, 4, 3
    W = np.random.default_rng(5).normal(size=(K, C * side * side))
    axes = W.reshape(K, C, side, side)
    got = numbers(answer(W.copy(), C, side))
    reject(
        got,
        {
            "That is the port from channels last to channels first. Which order do the given weights have?": (
                W.reshape(K, side, side, C).transpose(0, 3, 1, 2).reshape(K, -1)
            ),
            "Nothing is reordered: a reshape there and back leaves every number where it was.": W,
            "Rows and columns are exchanged: only the channel's axis moves.": axes.transpose(0, 3, 2, 1).reshape(K, -1),
            "The channel has moved one axis, not to the end.": axes.transpose(0, 2, 1, 3).reshape(K, -1),
            "The axes were named right at last, (K, C, side, side), and then the old transposition applied.": (
                axes.transpose(0, 3, 1, 2).reshape(K, -1)
            ),
        },
    )
    if got.shape != W.shape:
        raise Hint(f"A matrix of the shape of W is wanted, {W.shape}; yours is {got.shape}.")
    if not same(got, axes.transpose(0, 2, 3, 1).reshape(K, -1)):
        raise Hint("Write down the shape of W with its four axes in the order in which they lie now.")


@exercise(
    "architecture-silence",
    call="least_width(L, p)",
    right="Each doubling of the depth costs about one unit of width.",
)
def judge_silence(answer):
    cases = [(8, 0.99), (64, 0.99), (1, 0.4), (3, 0.1), (1000, 0.999)]
    got = np.array([one_number(answer(*case), "a whole number") for case in cases])

    def least(L, p):
        return next(H for H in range(1, 200) if p <= (1 - 0.5**H) ** L)

    right = np.array([least(*case) for case in cases])
    exact = [-math.log2(1 - p ** (1 / L)) for L, p in cases]
    reject(
        got,
        {
            "One unit too few in some cases: round up.": np.maximum(np.floor(exact), 1),
            "A number of units is whole: round up.": exact,
            "This is one unit more than needed.": right + 1,
            "That is for a single layer: all L have to let the example through.": [least(1, p) for _, p in cases],
            "p is the probability of getting through, not that of being stopped.": [least(L, 1 - p) for L, p in cases],
            "Nearly: L · 2^(−H) is a bound for being stopped somewhere, and more than it; take the Lth power itself.": [
                math.ceil(math.log2(L / (1 - p))) for L, p in cases
            ],
            "The logarithm to base 2: a layer is silent with probability 2^(−H).": np.ceil(
                [-math.log(1 - p ** (1 / L)) for L, p in cases]
            ),
        },
    )
    if not same(got, right):
        raise Hint("Try widths from 1 on: the first at which (1 − 2^(−H))^L is at least p.")
