"""Solutions of the blanks and the exercises on training, judged by the tests; two for each exercise."""

import numpy as np


# training-turn-batch
def batch(order, size, step):
    """A slice; where the order ends, it ends, too."""
    return order[step * size : (step + 1) * size]


# training-turn-stops
def stops(losses, patience):
    """Remember the best epoch; stop when it is `patience` epochs ago."""
    best = 0
    for epoch, value in enumerate(losses):
        if value < losses[best]:
            best = epoch
        if epoch - best >= patience:
            break
    return epoch + 1, best + 1


# training-turn-cosine
def cosine_rate(t, rate, T, floor):
    """Half a period, and the floor beyond it."""
    return floor + (rate - floor) / 2 * (1 + np.cos(np.pi * min(t, T) / T))


# training-turn-stale
def stale(used, fresh):
    """The length of the difference, in lengths of the right one."""
    return np.linalg.norm(used - fresh) / np.linalg.norm(fresh)


# training-different
def different(q, size):
    """A label is missed by all rows with probability (1 − q) to the size; the others are there."""
    return np.sum(1 - (1 - q) ** size)


def different_by_what_is_missed(q, size):
    """All labels, less those that are expected to be missed."""
    return len(q) - sum((1 - one) ** size for one in q)


# training-kept
def best_of(epochs):
    """A copy, because training goes on changing the array itself."""
    best, kept = np.inf, None
    for loss, theta in epochs:
        if loss < best:
            best, kept = loss, theta.copy()
    return best, kept


def best_of_all(epochs):
    """Copies of all, and the best of them: simpler, with more memory."""
    seen = [(loss, theta.copy()) for loss, theta in epochs if loss == loss]  # nan is not equal to itself
    return min(seen, key=lambda one: one[0])


# training-warm
def warm(t, rate, k):
    """Up in equal parts for k steps, then down like one over the root of t/k."""
    return rate * (t + 1) / k if t < k else rate / np.sqrt(t / k)


def warm_as_a_minimum(t, rate, k):
    """The smaller of the two rules: they cross between step k − 1 and step k."""
    return rate * min((t + 1) / k, np.sqrt(k / max(t, 1)))


# training-mean
def epoch_loss(losses, sizes):
    """Each batch counts by its rows."""
    return np.sum(losses * sizes) / np.sum(sizes)


def epoch_loss_by_average(losses, sizes):
    """NumPy has a weighted mean."""
    return np.average(losses, weights=sizes)


# training-per-layer
def per_layer(flow, depth, other_flow, other_depth):
    """flow · factorⁿ = other flow, with n layers between."""
    return (other_flow / flow) ** (1 / (other_depth - depth))


def per_layer_by_logarithms(flow, depth, other_flow, other_depth):
    """The slope of log flow against depth."""
    return np.exp((np.log(other_flow) - np.log(flow)) / (other_depth - depth))
