"""Right and wrong answers to the exercises of backpropagation; wrong ones with the words that their hint must have."""

import numpy as np

from dlpath.exercises import backpropagation as own


def walk(edges, slopes, order=reversed):
    return order([*zip(edges, slopes, strict=True)])


def add_up(n, edges, slopes, start=1.0, order=reversed):
    grads = np.zeros(n)
    grads[-1] = start
    for (i, j), slope in walk(edges, slopes, order):
        grads[i] += grads[j] * slope
    return grads


def overwritten(n, edges, slopes):
    grads = np.zeros(n)
    grads[-1] = 1.0
    for (i, j), slope in walk(edges, slopes):
        grads[i] = grads[j] * slope
    return grads


def exchanged(n, edges, slopes):
    grads = np.eye(n)[-1]
    for (i, j), slope in walk(edges, slopes):
        grads[j] += slope * grads[i]
    return grads


def all_ones(n, edges, slopes):
    grads = np.ones(n)
    for (i, j), slope in walk(edges, slopes):
        grads[i] += grads[j] * slope
    return grads


def plus(n, edges, slopes):
    grads = np.eye(n)[-1]
    for (i, j), slope in walk(edges, slopes):
        grads[i] += grads[j] + slope
    return grads


def pushed_by_last(n, edges, slopes, order=list):
    rate = np.eye(n)[0]
    for (i, j), slope in walk(edges, slopes, order):
        rate[j] = rate[i] * slope
    return rate


def pushed_from_the_end(n, edges, slopes):
    rate = np.eye(n)[0]
    for (i, j), slope in walk(edges, slopes):
        rate[j] += rate[i] * slope
    return rate


def slopes_alone(n, edges, slopes, start=-1):
    grads = np.zeros(n)
    grads[start] = 1.0
    for (i, j), slope in zip(edges, slopes, strict=True):
        grads[i if start else j] += slope
    return grads


def early(n, edges, slopes):
    """The program of the exercise, as it stands there."""
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


def pushed(n, edges, slopes, rates=(1, 0)):
    rate = np.zeros(n)
    rate[:2] = rates
    for (i, j), slope in zip(edges, slopes, strict=True):
        rate[j] += rate[i] * slope
    return rate


def pushed_by_one(n, edges, slopes):
    rate, heard = np.eye(n)[0], set()
    for (i, j), slope in zip(edges, slopes, strict=True):
        if j not in heard:
            rate[j] = rate[i] * slope
        heard.add(j)
    return rate


def shares(sizes):
    each = [D * K for D, K in zip(sizes[:-1], sizes[1:], strict=True)]
    return each, sum(each)


def unit(dy, x):
    return x / np.sqrt(x @ x), np.sqrt(x @ x)


RIGHT = {
    "backpropagation-turn-graph": [lambda n, e, s: list(add_up(n, e, s)), lambda n, e, s: own.add_up(n, e, s)],
    "backpropagation-turn-sum": [own.sum_to, lambda dy, shape: own.sum_to(dy, shape).tolist()],
    "backpropagation-turn-slope": [
        lambda f, t, d, h: np.array([(f(t + h * d) - f(t - h * d)) / h / 2]),
        lambda f, t, d, h: ((f(t + h * d) - f(t)) / h + (f(t) - f(t - h * d)) / h) / 2,
    ],
    "backpropagation-ratio": [lambda sizes: np.array([3 - shares(sizes)[0][0] / shares(sizes)[1]])],
    "backpropagation-early": [lambda n, e, s: tuple(add_up(n, e, s))],
    "backpropagation-overwritten": [lambda x, k: (x**k / x,)],
    "backpropagation-forward": [lambda n, e, s: list(pushed(n, e, s))],
    "backpropagation-unit": [lambda dy, x: list(dy / unit(dy, x)[1] - x * (x @ dy) / unit(dy, x)[1] ** 3)],
}

WRONG = {
    "backpropagation-turn-graph": [
        (overwritten, "overwrites what arrived first"),
        (slopes_alone, "Only the slopes add up"),
        (lambda n, e, s: add_up(n, e, s, order=list), "Walked from the front"),
        (lambda n, e, s: add_up(n, e, s, start=0.0), "Nothing starts"),
        (pushed, "with respect to the first"),
        (lambda n, e, s: add_up(n, e, s)[:-1], "has shape"),
        (exchanged, "i and j are exchanged"),
        (all_ones, "Only the last does"),
        (plus, "Along a path slopes multiply"),
        (lambda n, e, s: -add_up(n, e, s), "Go back to the formula"),
    ],
    "backpropagation-turn-sum": [
        (lambda dy, shape: dy, "Nothing is summed"),
        (lambda dy, shape: own.sum_to(dy, shape) * np.prod(shape) / dy.size, "A mean instead of a sum"),
        (lambda dy, shape: np.full(shape, dy.sum()), "sums over everything"),
        (lambda dy, shape: -own.sum_to(dy, shape), "Go back to the formula"),
    ],
    "backpropagation-turn-slope": [
        (lambda f, t, d, h: (f(t + h * d) - f(t)) / h, "to one side only"),
        (lambda f, t, d, h: (f(t + h * d) - f(t - h * d)) / h, "a way of 2h"),
        (lambda f, t, d, h: f(t + h * d) - f(t - h * d), "not divided yet"),
        (lambda f, t, d, h: (f(t - h * d) - f(t + h * d)) / h / 2, "The sign is turned"),
        (lambda f, t, d, h: (f(t + h) - f(t - h)) / (2 * h), "The direction d is missing"),
        (lambda f, t, d, h: (f(t) - f(t - h * d)) / h, "This moves back only"),
        (lambda f, t, d, h: (f(t + h * d) - f(t - h * d)) / 2 * h, "put 2 * h in brackets"),
        (lambda f, t, d, h: (f(t + h * d) - f(t - h * d)) / (2 * h) / np.linalg.norm(d), "whatever the length of d"),
        (lambda f, t, d, h: (f(t + h * d / 2) - f(t - h * d / 2)) / h, "the length h/2"),
        (lambda f, t, d, h: (f(t + h * d) + f(t - h * d)) / (2 * h), "ahead minus behind, not plus"),
    ],
    "backpropagation-ratio": [
        (lambda sizes: 3.0, "nobody needs it"),
        (lambda sizes: 2 - shares(sizes)[0][0] / shares(sizes)[1], "the backward pass alone"),
        (lambda sizes: 3 - 1 / (len(sizes) - 1), "layers of equal size"),
        (lambda sizes: 3 - shares(sizes)[0][-1] / shares(sizes)[1], "It is the first that saves one"),
        (lambda sizes: 1 / (3 - shares(sizes)[0][0] / shares(sizes)[1]), "The other way round"),
        (lambda sizes: 3 - sizes[0] / sum(sizes), "a product of two sizes"),
        (lambda sizes: 3 - sizes[0] / shares(sizes)[1], "not of one number"),
        (lambda sizes: 2.0, "Forward: D·K per layer"),
    ],
    "backpropagation-early": [
        (early, "A number still hands on when it is first reached"),
        (overwritten, "adding was right"),
        (slopes_alone, "Only the slopes add up now"),
        (lambda n, e, s: add_up(n, e, s, start=0.0), "Nothing starts"),
        (lambda n, e, s: add_up(n, e, s, order=list), "Walked from the front"),
        (lambda n, e, s: add_up(n, e, s)[1:], "One derivative for each"),
        (lambda n, e, s: 2 * add_up(n, e, s), "Draw a graph"),
    ],
    "backpropagation-overwritten": [
        (lambda x, k: k * x ** (k - 1), "This is the right derivative"),
        (lambda x, k: x**k, "the value of the power"),
        (lambda x, k: 2 * x ** (k - 1), "two edges to the same x"),
        (lambda x, k: x ** (k - 2), "overwritten by the later ones"),
        (lambda x, k: 0, "Something does arrive"),
        (lambda x, k: k * x ** (k - 1) / 2, "right for k = 2 alone"),
        (lambda x, k: (k - 1) * x ** (k - 1), "all but one are lost"),
        (lambda x, k: x, "as two products"),
    ],
    "backpropagation-forward": [
        (add_up, "This goes backwards"),
        (lambda n, e, s: pushed(n, e, s, (1, 1)), "Both inputs move here"),
        (lambda n, e, s: pushed(n, e, s, (0, 0)), "Nothing moves"),
        (lambda n, e, s: slopes_alone(n, e, s, 0), "These are sums of slopes"),
        (pushed_by_one, "add the two"),
        (pushed_by_last, "overwrites what arrived first"),
        (lambda n, e, s: pushed(n, e, s, (0, 1)), "Asked is the other way round"),
        (pushed_from_the_end, "Walked from the end"),
        (lambda n, e, s: pushed(n, e, s)[-1], "One derivative for each"),
        (lambda n, e, s: pushed(n, e, s, (2, 0)), "Number 0 has the rate 1"),
    ],
    "backpropagation-unit": [
        (lambda dy, x: dy / unit(dy, x)[1], "a second way from x to y"),
        (lambda dy, x: -x * (x @ dy) / unit(dy, x)[1] ** 3, "through the length"),
        (lambda dy, x: dy / unit(dy, x)[1] + x * (x @ dy) / unit(dy, x)[1] ** 3, "a longer x makes y shorter"),
        (lambda dy, x: dy - unit(dy, x)[0] * (unit(dy, x)[0] @ dy), "the whole bracket is divided"),
        (lambda dy, x: (dy - x * (x @ dy)) / unit(dy, x)[1], "its length is one"),
        (lambda dy, x: (dy - unit(dy, x)[0] ** 2 * dy) / unit(dy, x)[1], "is a sum, one number"),
        (lambda dy, x: dy @ x, "dx has the shape of x"),
        (lambda dy, x: dy, "Two ways lead from x"),
    ],
}
