"""Solutions to the blanks and exercises on backpropagation. The tests judge them as `check` does."""

import numpy as np

# backpropagation-turn-graph


def gradients_on_a_graph(n, edges, slopes):
    # from the last edge to the first: whoever hands on has heard from all that used it
    grads = np.zeros(n)
    grads[-1] = 1
    for e in reversed(range(len(edges))):
        i, j = edges[e]
        grads[i] += grads[j] * slopes[e]
    return grads


# backpropagation-turn-sum


def sum_to(dy, shape):
    # first the axes that broadcasting put in front, then those of size one that it stretched
    while dy.ndim > len(shape):
        dy = dy.sum(axis=0)
    for axis, size in enumerate(shape):
        if size == 1:
            dy = dy.sum(axis=axis, keepdims=True)
    return dy


# backpropagation-turn-slope


def slope(f, theta, d, h):
    # what lies ahead minus what lies behind, over the way between the two
    return (f(theta + h * d) - f(theta - h * d)) / (2 * h)


# backpropagation-ratio


def ratio(sizes):
    # forward Σ D K; backward the same for dW, and for dX of every layer but the first
    each = [D * K for D, K in zip(sizes[:-1], sizes[1:], strict=True)]
    return 1 + (2 * sum(each) - each[0]) / sum(each)


def ratio_as_a_share(sizes):
    # three products per layer, less the share of the first
    sizes = np.array(sizes)
    each = sizes[:-1] * sizes[1:]
    return 3 - each[0] / each.sum()


# backpropagation-early


def from_the_last(n, edges, slopes):
    # numbers were made in this order, so all users of j have a larger number, and have spoken before it
    grads = np.zeros(n)
    grads[-1] = 1
    for j in reversed(range(n)):
        for (i, user), slope in zip(edges, slopes, strict=True):
            if user == j:
                grads[i] += grads[j] * slope
    return grads


def asking_the_users(n, edges, slopes):
    # the same from the other side: a number asks all its users, which have larger numbers and are done
    grads = [0.0] * (n - 1) + [1.0]
    for i in reversed(range(n - 1)):
        grads[i] = sum(grads[j] * slope for (made_from, j), slope in zip(edges, slopes, strict=True) if made_from == i)
    return grads


# backpropagation-overwritten


def faulty(x, k):
    # xᵏ = ((x·x)·x)·…: going back, x hears last from x·x, and what arrives there has passed k − 2 factors of x
    return x ** (k - 1)


def faulty_step_by_step(x, k):
    # the same, with the program in one's head: value by value, then back
    values = [x]
    for _ in range(k - 1):
        values.append(values[-1] * x)
    arrived = 1.0
    for value in reversed(values[:-1]):
        dx = arrived * value  # the edge to x; `=` forgets the ones before
        arrived = arrived * x  # the edge to the product before
    return dx


# backpropagation-forward


def rates(n, edges, slopes):
    # the graph from the front: a number moves at the sum of what moves it
    rate = np.zeros(n)
    rate[0] = 1
    for (i, j), slope in zip(edges, slopes, strict=True):
        rate[j] += slope * rate[i]
    return rate


def rates_by_reverse_mode(n, edges, slopes):
    # or backwards, once for each number: as many passes as there are outputs
    result = []
    for last in range(n):
        grads = np.eye(n)[last]
        for (i, j), slope in reversed([*zip(edges, slopes, strict=True)]):
            if j <= last:
                grads[i] += slope * grads[j]
        result.append(grads[0])
    return result


# backpropagation-unit


def unit_backward(dy, x):
    # directly dy / r; through r: dr = −dy·x / r², and ∂r/∂x = x / r
    r = np.sqrt(x @ x)
    y = x / r
    return (dy - y * (y @ dy)) / r


def unit_backward_by_jacobian(dy, x):
    # with the Jacobian (I − y yᵀ) / r, which a program for large x would not build
    r = np.linalg.norm(x)
    y = x / r
    return dy @ (np.eye(len(x)) - np.outer(y, y)) / r
