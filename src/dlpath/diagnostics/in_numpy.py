"""Diagnostics in NumPy: one number for each way in which training goes wrong without an error."""

import numpy as np

from dlpath.checks import check_count, check_examples, check_same_shape, check_some
from dlpath.shapes import check_shapes

# name: (the value from which on it is a finding, whether larger is worse, what is said). Set on seeds 0 to 19 of the
# chapter's clinic, half of the way between the clean runs and the bug on the scale of each; see the chapter.
LIMITS = {
    "stale gradient": (0.01, True, "the gradient is not that of this batch: are old ones left in it (zero_grad)?"),
    "variety of labels": (
        0.6,
        False,
        "fewer different labels in a batch than in a draw: are the rows shuffled?",
    ),
    "second answer": (1e-6, True, "asked again, the model answers otherwise: is it in evaluation mode?"),
    "neighbours": (0.5, False, "near examples do not share labels: do the labels belong to these rows?"),
    "shared rows": (0.005, True, "rows of the test set stand in the training set"),
    "rising steps": (0.03, True, "a step often raises the loss of its own batch: is the rate too high?"),
    "gradient flow": (1e-3, False, "the first layer hardly gets a gradient"),
    "dead units": (0.3, True, "units that are off for every example"),
}


def stale_gradient(used, fresh):
    """‖used − fresh‖ / ‖fresh‖: how far the gradient of a step is from that of its batch alone [eq-diagnostics-stale].

    used, fresh : lists of arrays, the gradients that the optimizer gets and those computed anew for the same batch.
    0 for a clean run but for rounding. Raises ValueError when their number or a shape differs.
    """
    if len(used) != len(fresh) or not fresh:
        raise ValueError(f"stale_gradient: needs as many gradients twice, got {len(used)} and {len(fresh)}")
    for a, b in zip(used, fresh, strict=True):
        check_same_shape("stale_gradient", fresh=b, used=a)
    used, fresh = (np.concatenate([np.ravel(g) for g in gradients]) for gradients in (used, fresh))
    return float(np.linalg.norm(used - fresh) / max(np.linalg.norm(fresh), np.finfo(float).tiny))


def variety(y, batches):
    """Different labels in a batch, over the number that rows drawn at random would have [eq-diagnostics-variety].

    y : (N,)    batches : lists of rows, as they are used. About 1 if the rows are shuffled, 1/K or so if sorted.
    """
    check_shapes("variety", y=(y, "N"))
    check_some("variety", y)
    share = np.unique(y, return_counts=True)[1] / len(y)
    seen = [len(np.unique(y[rows])) for rows in batches]
    expected = [np.sum(1 - (1 - share) ** len(rows)) for rows in batches]
    if not seen:
        raise ValueError("variety: there are no batches")
    return float(np.sum(seen) / np.sum(expected))


def second_answer(predict, X):
    """The largest difference of two answers to X, the second to its rows in another order, in halves.

    predict : (N, D) -> (N, …). 0 but for rounding in evaluation mode; dropout answers otherwise each time, and batch
    norm in training mode otherwise in other company. Relative to the largest answer.
    """
    check_some("second_answer", X)
    first, order = np.asarray(predict(X)), np.arange(len(X))[::-1]
    halves = [half for half in np.array_split(order, 2) if len(half)]
    second = np.concatenate([np.asarray(predict(X[half])) for half in halves])[np.argsort(order)]
    return float(np.max(np.abs(second - first)) / max(np.max(np.abs(first)), np.finfo(float).tiny))


def neighbours(X, y):
    """How much more often than by chance an example has its nearest neighbour's label [eq-diagnostics-neighbours].

    X : (N, D)    y : (N,). 1 if always, 0 if no more than by chance, as for labels that were shuffled.
    """
    check_examples("neighbours", X, y)
    if len(X) < 2 or len(np.unique(y)) < 2:
        raise ValueError("neighbours: needs two examples and two labels at least")
    X = np.asarray(X, dtype=np.float64)
    square = np.sum(X**2, axis=1)
    distance = square[:, None] - 2 * X @ X.T + square  # (N, N)
    np.fill_diagonal(distance, np.inf)
    agree = np.mean(y[np.argmin(distance, axis=1)] == y)
    chance = np.sum((np.unique(y, return_counts=True)[1] / len(y)) ** 2)
    return float((agree - chance) / (1 - chance))


def shared_rows(X_train, X_test):
    """The share of test rows that stand in the training set, to the last bit. X_train : (N, D)    X_test : (M, D)."""
    check_shapes("shared_rows", X_train=(X_train, "N D"), X_test=(X_test, "M D"))
    check_some("shared_rows", X_test)
    known = {row.tobytes() for row in np.ascontiguousarray(X_train)}
    test = np.ascontiguousarray(X_test, dtype=X_train.dtype)
    return float(np.mean([row.tobytes() in known for row in test]))


def rising_steps(before, after):
    """The share of steps after which the loss of the step's own batch is higher than before. before, after : (T,)."""
    before, after = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
    check_same_shape("rising_steps", before=before, after=after)
    check_some("rising_steps", before)
    return float(np.mean(~(after <= before)))  # what is not a number has risen


def gradient_flow(gradients, weights):
    """The first layer's ‖dW‖ / ‖W‖ over the last one's [eq-diagnostics-flow].

    gradients, weights : lists of arrays, the layers' dW and W in their order. Near 1 if all learn at one pace.
    """
    check_count("gradient_flow", "layers", len(weights))
    if len(gradients) != len(weights):
        raise ValueError(f"gradient_flow: {len(gradients)} gradients for {len(weights)} weights")
    first, last = (np.linalg.norm(gradients[i]) / np.linalg.norm(weights[i]) for i in (0, -1))
    return float(first / max(last, np.finfo(float).tiny))


def dead_units(A):
    """The share of units that are 0 for every example. A : (N, H), what ReLU puts out."""
    check_shapes("dead_units", A=(A, "N H"))
    check_some("dead_units", A)
    return float(np.mean(np.max(A, axis=0) <= 0))


def findings(measured):
    """What the numbers say, {name: sentence} of those beyond their limit. measured : {name of LIMITS: value}.

    Raises ValueError for a name that LIMITS does not have. What is not a number is a finding.
    """
    if unknown := sorted(set(measured) - set(LIMITS)):
        raise ValueError(f"findings: unknown {unknown}, expected some of {sorted(LIMITS)}")
    said = {}
    for name, value in measured.items():
        limit, larger, sentence = LIMITS[name]
        if not (value < limit if larger else value > limit):
            said[name] = sentence
    return said
