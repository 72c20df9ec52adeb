"""The exercises of the chapter on backpropagation. Each judge names the mistake before it says "wrong"."""

import numpy as np

from dlpath.exercises import Hint, exercise
from dlpath.exercises.judging import blank, draw, numbers, one_number, reject, same, sizes

# ---- a graph of n numbers: row (i, j) of edges says that number j was computed from number i, with the slope ∂j/∂i


def add_up(n, edges, slopes):
    """The derivative of the last number with respect to each: every number adds what its users send."""
    grads = np.zeros(n)
    grads[-1] = 1.0
    for (i, j), slope in reversed([*zip(edges, slopes, strict=True)]):
        grads[i] += grads[j] * slope
    return grads


def push_forward(n, edges, slopes):
    """The derivative of each number with respect to the first."""
    rates = np.zeros(n)
    rates[0] = 1.0
    for (i, j), slope in zip(edges, slopes, strict=True):
        rates[j] += rates[i] * slope
    return rates


def _overwrite(n, edges, slopes):
    grads = np.zeros(n)
    grads[-1] = 1.0
    for (i, j), slope in reversed([*zip(edges, slopes, strict=True)]):
        grads[i] = grads[j] * slope
    return grads


def _slopes_alone(n, edges, slopes):
    grads = np.zeros(n)
    grads[-1] = 1.0
    np.add.at(grads, edges[:, 0], slopes)
    return grads


def _from_the_front(n, edges, slopes):
    grads = np.zeros(n)
    grads[-1] = 1.0
    for (i, j), slope in zip(edges, slopes, strict=True):
        grads[i] += grads[j] * slope
    return grads


def _exchanged(n, edges, slopes):
    grads = np.zeros(n)
    grads[-1] = 1.0
    for (i, j), slope in reversed([*zip(edges, slopes, strict=True)]):
        grads[j] += grads[i] * slope
    return grads


def _all_begin(n, edges, slopes):
    grads = np.ones(n)
    for (i, j), slope in reversed([*zip(edges, slopes, strict=True)]):
        grads[i] += grads[j] * slope
    return grads


def _sums_of_slopes(n, edges, slopes):
    grads = np.zeros(n)
    grads[-1] = 1.0
    for (i, j), slope in reversed([*zip(edges, slopes, strict=True)]):
        grads[i] += grads[j] + slope
    return grads


def _as_soon_as_reached(n, edges, slopes):
    """What the program of "Too early" computes: a number hands on in the order in which it is first reached."""
    grads = np.zeros(n)
    grads[-1] = 1.0
    waiting = [n - 1]
    for j in waiting:
        for (i, user), slope in zip(edges, slopes, strict=True):
            if user == j:
                grads[i] += grads[j] * slope
                if i not in waiting:
                    waiting.append(i)
    return grads


def graph(rng):
    """Two inputs, then numbers made from two each, one of them twice from the same; every one of them is used."""
    n = int(rng.integers(6, 9))
    parents = {2: [0, 1], 3: [2, 2]} | {j: [j - 1, int(rng.integers(0, j - 1))] for j in range(4, n - 1)}
    parents[n - 1] = [2, n - 2]
    edges = np.array([(i, j) for j in parents for i in parents[j]])
    return [n, edges, rng.uniform(0.5, 2.0, len(edges)) * rng.choice([-1, 1], len(edges))]


blank(
    "backpropagation-turn-graph",
    call="gradients(n, edges, slopes)",
    right="Each edge was used once, and each number had heard from all its users before it handed anything on.",
    like=add_up,
    arrays=graph,
    mistakes={
        "What arrives second overwrites what arrived first. A number that is used several times adds: +=.": _overwrite,
        "Only the slopes add up here. What a user sends is its own gradient times the slope.": _slopes_alone,
        "Walked from the front, a number hands on before it has heard anything: begin with the last.": _from_the_front,
        "Nothing starts: the derivative of the last number with respect to itself is 1.": lambda n, e, s: np.zeros(n),
        "This is the derivative of each with respect to the first. Asked is the last with respect to each.": (
            push_forward
        ),
        "i and j are exchanged: on the way back j hands on, and i, from which it was computed, hears.": _exchanged,
        "Every number begins with 1 here. Only the last does; the others have heard nothing yet.": _all_begin,
        "Along a path slopes multiply: what j hands on is its own gradient times the slope, not plus.": _sums_of_slopes,
    },
)


# ---- what was broadcast


def sum_to(dy, shape):
    """The gradient of an array of this shape that was broadcast to the shape of dy."""
    dy = dy.sum(axis=tuple(range(dy.ndim - len(shape))))
    repeated = tuple(axis for axis, size in enumerate(shape) if size == 1)
    return dy.sum(axis=repeated, keepdims=True)


def _broadcast(rng):
    N, T, K = sizes(rng, 3)
    shape = [(K,), (T, 1), (1, K), (1, T, 1), (T, K)][int(rng.integers(5))]
    return [rng.normal(size=(N, T, K)), shape]


blank(
    "backpropagation-turn-sum",
    call="sum_to(dy, shape)",
    right="A sum over every axis along which the array was repeated: new axes in front, and axes of size one.",
    like=sum_to,
    arrays=_broadcast,
    mistakes={
        "Nothing is summed: the gradient has to come out in the shape that was broadcast.": lambda dy, shape: dy,
        "The first entry is one use of many: a sum over all of them belongs here.": (
            lambda dy, shape: dy[
                tuple(slice(0, 1) if size == 1 else slice(None) for size in (1,) * (dy.ndim - len(shape)) + shape)
            ].reshape(shape)
        ),
        "A mean instead of a sum: each use counts fully.": (
            lambda dy, shape: sum_to(dy, shape) * np.prod(shape) / dy.size
        ),
        "The leading axes are summed; an axis of size one was repeated as well.": (
            lambda dy, shape: dy.sum(axis=tuple(range(dy.ndim - len(shape))))
        ),
        "The numbers are right, and axes of size one are lost: sum with keepdims=True there.": (
            lambda dy, shape: np.squeeze(sum_to(dy, shape))
        ),
        "This sums over everything. An axis that was not repeated keeps its entries apart.": (
            lambda dy, shape: np.full(shape, dy.sum())
        ),
    },
)


# ---- a gradient check


def _moving(rng):
    theta, direction = rng.normal(size=(2, *sizes(rng, 1)))
    weights = rng.normal(size=theta.shape)

    def f(theta):
        return float(np.sum(weights * theta**3) + np.sum(np.exp(theta)))

    return [f, theta, direction, float(rng.uniform(0.1, 0.3))]


blank(
    "backpropagation-turn-slope",
    call="slope(f, theta, d, h)",
    right="The same step to both sides: the second derivative, which bends both ends alike, cancels.",
    like=lambda f, theta, d, h: (f(theta + h * d) - f(theta - h * d)) / (2 * h),
    arrays=_moving,
    mistakes={
        "This moves to one side only. Move to both: the curvature cancels then.": (
            lambda f, theta, d, h: (f(theta + h * d) - f(theta)) / h
        ),
        "From θ − h d to θ + h d it is a way of 2h.": lambda f, theta, d, h: (f(theta + h * d) - f(theta - h * d)) / h,
        "The difference is not divided yet by the length of the way, 2h.": (
            lambda f, theta, d, h: f(theta + h * d) - f(theta - h * d)
        ),
        "The sign is turned: ahead minus behind.": (
            lambda f, theta, d, h: (f(theta - h * d) - f(theta + h * d)) / (2 * h)
        ),
        "The direction d is missing: every parameter moves by h times its own entry of d.": (
            lambda f, theta, d, h: (f(theta + h) - f(theta - h)) / (2 * h)
        ),
        "This moves back only. Move to both sides: the curvature cancels then.": (
            lambda f, theta, d, h: (f(theta) - f(theta - h * d)) / h
        ),
        "Python divides by 2 here and multiplies by h: put 2 * h in brackets.": (
            lambda f, theta, d, h: (f(theta + h * d) - f(theta - h * d)) / 2 * h
        ),
        "This divides by the length of d as well. Asked is the slope per unit of h, whatever the length of d.": (
            lambda f, theta, d, h: (f(theta + h * d) - f(theta - h * d)) / (2 * h * np.sqrt(d @ d))
        ),
        "The steps have the length h/2 here: asked is h to both sides, so that the way between them is 2h.": (
            lambda f, theta, d, h: (f(theta + h / 2 * d) - f(theta - h / 2 * d)) / h
        ),
        "A slope is a difference: ahead minus behind, not plus.": (
            lambda f, theta, d, h: (f(theta + h * d) + f(theta - h * d)) / (2 * h)
        ),
    },
)


# ---- exercises


def products(sizes, backward_of_first=False):
    """Multiplications of forward and backward together over those of forward, per example."""
    each = [D * K for D, K in zip(sizes[:-1], sizes[1:], strict=True)]
    return (3 * sum(each) - (0 if backward_of_first else each[0])) / sum(each)


@exercise(
    "backpropagation-ratio",
    call="ratio(sizes)",
    right="3 minus the first layer's share: close to 2 where most weights are in the first layer, as in 784-128-10.",
)
def ratio(answer):
    cases = [(784, 128, 10), (64, 32, 10), (5, 5, 5, 5), (3, 7), (2, 40, 40, 1)]
    got = [one_number(answer(case), "a ratio") for case in cases]
    wrong = {
        "dX of the first layer is the gradient of the images, and nobody needs it.": lambda s: products(s, True),
        "This is the backward pass alone; asked is forward and backward together.": lambda s: products(s) - 1,
        "That holds for layers of equal size. Here each has its own: count D·K for each.": lambda s: (
            3 - 1 / (len(s) - 1)
        ),
        "The last layer's dX is needed: it is what the layer before starts from. It is the first that saves one.": (
            lambda s: 3 - s[-2] * s[-1] / sum(D * K for D, K in zip(s[:-1], s[1:], strict=True))
        ),
        "The other way round: what is asked is greater than 1.": lambda s: 1 / products(s),
        "A layer costs D·K, a product of two sizes: take the first layer's share of these products.": lambda s: (
            3 - s[0] / sum(s)
        ),
        "A saving of one layer, not of one number: the first layer's dX would cost D·K.": lambda s: (
            3 - s[0] / sum(D * K for D, K in zip(s[:-1], s[1:], strict=True))
        ),
    }
    for hint, rule in wrong.items():
        if same(got, [rule(case) for case in cases]):
            raise Hint(hint)
    if not same(got, [products(case) for case in cases]):
        raise Hint("Forward: D·K per layer and example. Backward: the same for dW and once more for dX, but one dX.")


@exercise(
    "backpropagation-early",
    call="gradients(n, edges, slopes)",
    right="A number hands on when all its users have spoken; from the last to the first they always have.",
)
def early(answer):
    for number in range(6):
        given = graph(np.random.default_rng([7, number]))
        got = _one_each(answer(*given), given[0])
        reject(
            got,
            {
                "A number still hands on when it is first reached, before its other users have spoken.": (
                    _as_soon_as_reached(*given)
                ),
                "Now the uses overwrite each other; adding was right.": _overwrite(*given),
                "Only the slopes add up now; what arrived has to multiply them, as it did.": _slopes_alone(*given),
                "Nothing starts: the last number begins with 1.": np.zeros(given[0]),
                "Walked from the front, nothing has arrived yet when a number hands on.": _from_the_front(*given),
            },
        )
        if not same(got, add_up(*given)):
            raise Hint("Draw a graph in which a number is used by two others, one of which uses the other.")


def _one_each(answer, n):
    got = numbers(answer)
    if got.shape != (n,):
        raise Hint(f"One derivative for each of the {n} numbers is wanted; yours has shape {got.shape}.")
    return got


@exercise(
    "backpropagation-overwritten",
    call="faulty(x, k)",
    right="The last use to speak is the first product, x·x, and hands x times what arrived, xᵏ⁻²: a k-th of the truth.",
)
def overwritten(answer):
    cases = [(2.0, 2), (2.0, 3), (3.0, 4), (-1.5, 5), (0.5, 3)]
    got = [one_number(answer(x, k), "a derivative") for x, k in cases]
    wrong = {
        "This is the right derivative. What does the program with `=` for `+=` say?": lambda x, k: k * x ** (k - 1),
        "This is the value of the power, not what arrives at x.": lambda x, k: x**k,
        "Twice that: x·x has two edges to the same x, and the second overwrites the first.": lambda x, k: (
            2 * x ** (k - 1)
        ),
        "This would be the first use to be heard. It is overwritten by the later ones.": lambda x, k: x ** (k - 2),
        "Something does arrive: the last use to speak is kept.": lambda x, k: 0.0,
        "Half of the truth is right for k = 2 alone. How many uses are there, and how many are kept?": lambda x, k: (
            k * x ** (k - 1) / 2
        ),
        "All uses but one are kept here. It is the other way round: all but one are lost.": lambda x, k: (
            (k - 1) * x ** (k - 1)
        ),
    }
    for hint, rule in wrong.items():
        if same(got, [rule(x, k) for x, k in cases]):
            raise Hint(hint)
    if not same(got, [x ** (k - 1) for x, k in cases]):
        raise Hint("Write x·x·x as two products, go back through them by hand, and keep only what x hears last.")


@exercise(
    "backpropagation-forward",
    call="rates(n, edges, slopes)",
    right="One pass for one input. For all inputs it takes as many passes, and that is why networks go backwards.",
)
def forward(answer):
    for number in range(4):
        n, edges, slopes = graph(np.random.default_rng([8, number]))
        got = _one_each(answer(n, edges, slopes), n)
        both = push_forward(n, [(0, 1), *edges], [1.0, *slopes])
        first, later = np.unique(edges[:, 1], return_index=True)[1], np.arange(len(edges))
        one = np.isin(later, first)
        alone = np.eye(n)[0]
        np.add.at(alone, edges[:, 1], slopes)
        reject(
            got,
            {
                "This goes backwards. Asked is each number with respect to the first, not the last to each.": (
                    add_up(n, edges, slopes)
                ),
                "Both inputs move here. Number 1 is held still: its rate is 0.": both,
                "Nothing moves: the first number moves with itself, at the rate 1.": np.zeros(n),
                "These are sums of slopes. How fast does the number at the other end of the edge move?": alone,
                "A number moves with both that it was made from: add the two.": (
                    push_forward(n, edges[one], slopes[one])
                ),
                "What arrives second overwrites what arrived first: a number adds what moves it.": _last_alone(
                    n, edges, slopes
                ),
                "Here number 1 moves, and number 0 is held still. Asked is the other way round.": (
                    push_forward(n, [(0, 1), *edges], [1.0, *slopes]) - push_forward(n, edges, slopes)
                ),
                "Walked from the end, nothing has arrived yet when a number hands on.": (
                    push_forward(n, edges[::-1], slopes[::-1])
                ),
            },
        )
        if not same(got, push_forward(n, edges, slopes)):
            raise Hint("Number 0 has the rate 1, number 1 the rate 0, each other one Σ slope · rate over its edges.")


def _last_alone(n, edges, slopes):
    rates = np.eye(n)[0]
    for (i, j), slope in zip(edges, slopes, strict=True):
        rates[j] = rates[i] * slope
    return rates


@exercise(
    "backpropagation-unit",
    call="unit_backward(dy, x)",
    right="What arrives along y is lost, for the length of y cannot change; the rest is divided by the length of x.",
)
def unit(answer):
    for number, size in enumerate((3, 5, 4)):
        x, dy = draw([9, number], size, size)
        r = np.sqrt(x @ x)
        y = x / r
        got = numbers(answer(dy, x))
        if got.shape != x.shape:
            raise Hint(f"dx has the shape of x, {x.shape}; yours is {got.shape}.")
        reject(
            got,
            {
                "Here the length is treated as a constant. It depends on x too: a second way from x to y.": dy / r,
                "This is the second way alone, through the length; x also reaches y directly.": -y * (y @ dy) / r,
                "The sign of the second way: a longer x makes y shorter.": (dy + y * (y @ dy)) / r,
                "Almost: the whole bracket is divided by the length of x.": dy - y * (y @ dy),
                "In the second way stands y, twice, and not x: its length is one.": (dy - x * (x @ dy)) / r,
                "Each entry of y depends on every entry of x: y · dy is a sum, one number.": (dy - y * (y * dy)) / r,
            },
        )
        if not same(got, (dy - y * (y @ dy)) / r):
            raise Hint("Two ways lead from x to y = x / r: directly, and through r = √(x·x). Their shares add.")
