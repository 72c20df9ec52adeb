"""Right and wrong answers to the exercises on training; wrong ones with the words that their hint must have."""

import numpy as np
import torch


def cut(rows, size):
    return [rows[i : i + size] for i in range(0, len(rows), size)]


def stops(losses, patience, late=0):
    best = 0
    for epoch in range(len(losses)):
        best = epoch if losses[epoch] < losses[best] else best
        if epoch - best >= patience + late:
            break
    return epoch + 1, best + 1


def cosine(t, rate, T, floor):
    return floor + (rate - floor) * np.cos(np.pi / 2 * min(t / T, 1)) ** 2


def stale(used, fresh):
    return np.sqrt(np.sum((used - fresh) ** 2) / np.sum(fresh**2))


def kept(epochs, copy=np.copy):
    best, theta = np.inf, None
    for loss, values in epochs:
        if loss < best:
            best, theta = loss, copy(values)
    return best, theta


def last(epochs):
    *_, (_, theta) = epochs
    return 1.0, theta


def warm(t, rate, k):
    return rate * min((t + 1) / k, np.sqrt(k / t) if t else 1)


def factor(flow, depth, other, other_depth):
    return np.exp((np.log(other) - np.log(flow)) / (other_depth - depth))


RIGHT = {
    "training-turn-batch": [
        lambda order, size, step: cut(order, size)[step],
        lambda order, size, step: cut(order.tolist(), size)[step],
    ],
    "training-turn-stops": [stops, lambda losses, patience: np.array(stops(list(losses), patience))],
    "training-turn-cosine": [cosine, lambda *a: torch.tensor([cosine(*a)], dtype=torch.float64)],
    "training-turn-stale": [stale, lambda used, fresh: np.array([stale(used, fresh)])],
    "training-different": [
        lambda q, n: sum(1 - (1 - one) ** n for one in q),
        lambda q, n: len(q) - np.sum((1 - q) ** n),
    ],
    "training-kept": [kept, lambda epochs: kept(epochs, lambda a: a + 0)],
    "training-warm": [warm, lambda t, rate, k: rate * (t + 1) / k if t < k else rate / (t / k) ** 0.5],
    "training-mean": [lambda losses, sizes: np.average(losses, weights=sizes), lambda a, n: a @ n / n.sum()],
    "training-per-layer": [factor, lambda a, m, b, n: np.array([(a / b) ** (1 / (m - n))])],
}

WRONG = {
    "training-turn-batch": [
        (lambda order, size, step: order[step : step + size], "at step · size"),
        (lambda order, size, step: order[(step - 1) * size : step * size], "counted from 0"),
        (lambda order, size, step: np.arange(len(order))[step * size : (step + 1) * size], "places in the order"),
        (lambda order, size, step: order[step * size : size], "not how long it is"),
        (lambda order, size, step: order[step :: -(-len(order) // size)], "every so-many-th"),
    ],
    "training-turn-stops": [
        (lambda losses, patience: stops(losses, patience)[::-1], "exchanged"),
        (lambda losses, patience: tuple(e - 1 for e in stops(losses, patience)), "counted from 1"),
        (lambda losses, patience: stops(losses, patience, late=1), "not one later"),
        (lambda losses, patience: (stops(losses, patience)[0], np.argmin(losses) + 1), "of the whole list"),
        (lambda losses, patience: (len(losses), np.argmin(losses) + 1), "never stops"),
        (lambda losses, patience: stops(losses, 1), "as long as patience says"),
    ],
    "training-turn-cosine": [
        (lambda t, rate, T, floor: floor + (rate - floor) / 2 * (1 + np.cos(np.pi * t / T)), "rises again"),
        (
            lambda t, rate, T, floor: floor + (rate - floor) / 2 * (1 + np.cos(2 * np.pi * min(t, T) / T)),
            "Half a period",
        ),
        (lambda t, rate, T, floor: cosine(t, rate, T, 0), "ends at 0"),
        (lambda t, rate, T, floor: floor + rate - cosine(t, rate, T, floor), "The sign"),
        (lambda t, rate, T, floor: 2 * cosine(t, rate, T, floor) - floor, "divide by 2"),
    ],
    "training-turn-stale": [
        (lambda used, fresh: np.linalg.norm(used - fresh), "not divided"),
        (lambda used, fresh: stale(used, fresh) ** 2, "Without the root"),
        (lambda used, fresh: np.mean(abs(used - fresh) / abs(fresh)), "entry by entry"),
        (lambda used, fresh: abs(np.linalg.norm(used) / np.linalg.norm(fresh) - 1), "may point anywhere"),
        (lambda used, fresh: stale(fresh, used), "the one that is right"),
    ],
    "training-different": [
        (lambda q, n: np.sum((1 - q) ** n), "how many are missed"),
        (lambda q, n: min(n, len(q)), "the most there can be"),
        (lambda q, n: n, "size of the batch"),
        (lambda q, n: np.sum(1 - q**n), "not q"),
        (lambda q, n: np.mean(1 - (1 - q) ** n), "add them up"),
        (lambda q, n: 3.0, "none of the rows"),
    ],
    "training-kept": [
        (lambda epochs: kept(epochs, lambda a: a), "a name for the array"),
        (last, "a name for the array"),
        (lambda epochs: (1.0, np.full(3, 1.0)), "first epoch"),
        (lambda epochs: (1.0, np.full(3, 6.0)), "one epoch too late"),
        (lambda epochs: (min(loss for loss, _ in epochs), np.ones(2)), "the shape (3,)"),
        (lambda epochs: (2.0, kept(epochs)[1]), "the lowest of all"),
    ],
    "training-warm": [
        (lambda t, rate, k: rate * (t / k if t < k else (k / t) ** 0.5), "a step with rate 0"),
        (lambda t, rate, k: rate * ((t + 1) / k if t < k else k / t), "not t/k"),
        (lambda t, rate, k: rate * ((t + 1) / k if t < k else (k / (t - k + 1)) ** 0.5), "from the start of the run"),
        (lambda t, rate, k: rate * ((t + 1) / k if t < k else t**-0.5), "not √t"),
        (lambda t, rate, k: rate * min(1, (t + 1) / k), "After the warm-up the rate falls"),
    ],
    "training-mean": [
        (lambda losses, sizes: np.mean(losses), "counts alike"),
        (lambda losses, sizes: losses @ sizes, "sum over the rows"),
        (lambda losses, sizes: losses @ sizes / len(sizes), "not of batches"),
        (lambda losses, sizes: np.mean(losses[:-1]), "left out"),
        (lambda losses, sizes: np.sum(losses / sizes) / np.sum(1 / sizes), "not by one over"),
    ],
    "training-per-layer": [
        (lambda a, m, b, n: 1 / factor(a, m, b, n), "one over it"),
        (lambda a, m, b, n: b / a, "all the layers between"),
        (lambda a, m, b, n: (b - a) / (n - m), "a factor is not added"),
        (lambda a, m, b, n: b / a / (n - m), "the root of that order"),
        (lambda a, m, b, n: 0.25, "The bound"),
    ],
}
