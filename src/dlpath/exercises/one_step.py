"""The exercises of the chapter on one step by hand. Each judge names the mistake before it says "wrong"."""

import numpy as np

from dlpath.activations.in_numpy import relu, relu_backward, softmax
from dlpath.exercises import Hint, exercise
from dlpath.exercises.judging import blank, draw, numbers, one_number, reject, same, sizes
from dlpath.linear.in_numpy import linear, linear_backward
from dlpath.losses.in_numpy import cross_entropy, cross_entropy_backward


def _ends(rng):
    N, K = sizes(rng, 2)
    return [softmax(rng.normal(size=(N, K)))[0], np.eye(K)[rng.integers(0, K, N)]]


blank(
    "one_step-turn-output",
    call="output(P, Y)",
    right="Probability minus truth, and a share of the mean.",
    like=lambda P, Y: cross_entropy_backward(1.0, cross_entropy(np.log(P), Y.argmax(axis=1))[1]),
    arrays=_ends,
    mistakes={
        "The loss is a mean over the examples: divide by N.": lambda P, Y: P - Y,
        "The sign: probability minus truth, because a higher logit at the label lowers the loss.": (
            lambda P, Y: (Y - P) / len(P)
        ),
        "Only the examples are averaged: divide by N, not by N·K.": lambda P, Y: (P - Y) / P.size,
        "Divide by N, the number of rows; this is the number of columns.": lambda P, Y: (P - Y) / P.shape[1],
        "That is the slope with respect to the probabilities; the logits are asked for, and most of it cancels.": (
            lambda P, Y: -Y / P / len(P)
        ),
        "Softmax was applied already: P holds probabilities.": lambda P, Y: (softmax(P)[0] - Y) / len(P),
    },
)


def _layer(rng):
    N, K, H = sizes(rng, 3)
    return [rng.normal(size=(N, K)), rng.normal(size=(N, H))]


blank(
    "one_step-turn-layer",
    call="layer(dZ, A)",
    returns="dW, db",
    right="What arrives times what came in, summed over the examples; for the bias what came in is 1.",
    like=lambda dZ, A: linear_backward(dZ, (A, np.zeros((dZ.shape[1], A.shape[1]))))[1:],
    arrays=_layer,
    mistakes={
        "dW has the shape of W, (K, H): transpose.": lambda dZ, A: (A.T @ dZ, dZ.sum(axis=0)),
        "The 1/N stands in dZ already: add, do not average.": lambda dZ, A: (dZ.T @ A / len(A), dZ.mean(axis=0)),
        "The bias is used by every example, and adds what all of them send: no mean.": (
            lambda dZ, A: (dZ.T @ A, dZ.mean(axis=0))
        ),
        "db has one number for each output: sum over the examples, axis 0.": lambda dZ, A: (dZ.T @ A, dZ.sum(axis=1)),
        "There is one bias for all examples, so their gradients are added.": lambda dZ, A: (dZ.T @ A, dZ),
        "First dW, then db.": lambda dZ, A: (dZ.sum(axis=0), dZ.T @ A),
        "(N, K) times (N, H) does not fit: the examples are what is summed over, so they have to meet.": (
            lambda dZ, A: (dZ @ A, dZ.sum(axis=0))
        ),
    },
)


def _hidden(rng):
    N, K, H = sizes(rng, 3)
    return [rng.normal(size=(N, K)), rng.normal(size=(K, H)), rng.normal(size=(N, H))]


blank(
    "one_step-turn-hidden",
    call="hidden(dZ2, W2, Z1)",
    right="Back through the weights, and then through the gates that were open.",
    like=lambda dZ2, W2, Z1: relu_backward(dZ2 @ W2, relu(Z1)[1]),
    arrays=_hidden,
    mistakes={
        "That is dA1. The gate is missing: where Z1 is below 0, nothing goes through.": lambda dZ2, W2, Z1: dZ2 @ W2,
        "The gate is that of the way forward: it asks for the sign of Z1, not for that of the gradient.": (
            lambda dZ2, W2, Z1: np.maximum(dZ2 @ W2, 0)
        ),
        "The slope of ReLU is 1 or 0; this multiplies by the value.": (
            lambda dZ2, W2, Z1: (dZ2 @ W2) * np.maximum(Z1, 0)
        ),
        "The gate is the wrong way round: open where Z1 is above 0.": lambda dZ2, W2, Z1: (dZ2 @ W2) * (Z1 < 0),
        "This multiplies by Z1; the gate is 1 or 0.": lambda dZ2, W2, Z1: (dZ2 @ W2) * Z1,
        "Forward it was A1 W2ᵀ; backward it is W2 without the transpose, so that the K outputs meet.": (
            lambda dZ2, W2, Z1: (dZ2 @ W2.T) * (Z1 > 0)
        ),
    },
)


def _vectors(rng):
    (M,) = sizes(rng, 1)
    return [rng.normal(size=M), rng.normal(size=M), rng.uniform(0.1, 2)]


blank(
    "one_step-turn-update",
    call="update(theta, g, lr)",
    returns="θ, the change",
    right="Against the gradient; and that way is as steep as any, so the fall is the rate times its squared length.",
    like=lambda theta, g, lr: (theta - lr * g, -lr * np.sum(g**2)),
    arrays=_vectors,
    mistakes={
        "Against the gradient: the step has a minus.": lambda theta, g, lr: (theta + lr * g, lr * np.sum(g**2)),
        "The loss is to fall: the change is negative.": lambda theta, g, lr: (theta - lr * g, lr * np.sum(g**2)),
        "The change goes with the squared length; this is the length itself.": (
            lambda theta, g, lr: (theta - lr * g, -lr * np.linalg.norm(g))
        ),
        "The rate stands once in the step, and so once in the change.": (
            lambda theta, g, lr: (theta - lr * g, -(lr**2) * np.sum(g**2))
        ),
        "The rate is missing in the change.": lambda theta, g, lr: (theta - lr * g, -np.sum(g**2)),
        "One number: the products are added.": lambda theta, g, lr: (theta - lr * g, -lr * g**2),
        "A sum over all parameters, not a mean: each of them brings its part.": (
            lambda theta, g, lr: (theta - lr * g, -lr * np.mean(g**2))
        ),
    },
)


@exercise(
    "one_step-thin",
    call="thin(x, y, w1, b1, w2, b2)",
    right="Error, times the second weight, through the gate, times what came in.",
)
def judge_thin(answer):
    cases = [(2.0, 1.0, 0.5, 0.25, -3.0, 0.5), (-1.5, 2.0, -1.0, 0.5, 2.0, -1.0), (3.0, -4.0, -1.0, 0.5, 2.0, 1.0)]
    got = np.array([one_number(answer(*case), "the slope") for case in cases])

    def slopes(part):
        found = []
        for x, y, w1, b1, w2, b2 in cases:
            z = w1 * x + b1
            found.append(part(w2 * max(z, 0.0) + b2 - y, float(z > 0), x, w2))
        return np.array(found)

    reject(
        got,
        {
            "The gate: with w₁x + b₁ below 0 the unit is off, and the slope is 0.": slopes(
                lambda e, on, x, w2: e * w2 * x
            ),
            "The slope of w₁x + b₁ with respect to w₁ is x: that factor is missing. This is the slope for b₁.": slopes(
                lambda e, on, x, w2: e * w2 * on
            ),
            "On its way to w₁ the error passes w₂: that factor is missing.": slopes(lambda e, on, x, w2: e * on * x),
            "The sign: prediction minus truth.": slopes(lambda e, on, x, w2: -e * w2 * on * x),
            "The ½ takes the 2 of the square away.": slopes(lambda e, on, x, w2: 2 * e * w2 * on * x),
            "The square brings down a 2, and the ½ is gone.": slopes(lambda e, on, x, w2: e * w2 * on * x / 2),
        },
    )
    right = slopes(lambda e, on, x, w2: e * w2 * on * x)
    if same(got[2], right[2]) and not same(got, right):
        raise Hint(
            "Right where the unit is off. Where it is on, multiply the slopes from the loss to w₁: there are three."
        )
    if not same(got, right):
        raise Hint("Write a slope at each arrow from the loss back to w₁, and multiply. Is the unit on?")


def _loss(theta, X, labels):
    W1, b1, W2, b2 = theta
    return cross_entropy(np.maximum(X @ W1.T + b1, 0) @ W2.T + b2, labels)[0]


def _gradients(theta, X, labels):
    W1, b1, W2, b2 = theta
    Z1, first = linear(X, W1, b1)
    A1, gate = relu(Z1)
    Z2, second = linear(A1, W2, b2)
    dA1, dW2, db2 = linear_backward(cross_entropy_backward(1.0, cross_entropy(Z2, labels)[1]), second)
    return [*linear_backward(relu_backward(dA1, gate), first)[1:], dW2, db2]


def _drawn(N=5, D=2, H=4, K=3):
    X, W1, b1, W2, b2 = draw(11, (N, D), (H, D), (H,), (K, H), (K,))
    return [W1, b1, W2, b2], X, np.random.default_rng(11).integers(0, K, N)


def _walk(steps, lr, stay=False, factor=1.0):
    theta, X, labels = _drawn()
    begin = theta
    for _ in range(steps):
        grads = _gradients(begin if stay else theta, X, labels)
        theta = [t - factor * lr * g for t, g in zip(theta, grads, strict=True)]
    return _loss(theta, X, labels)


@exercise(
    "one_step-after",
    call="walked(theta, X, labels, lr, steps)",
    right="Each step asks again where it stands: a gradient holds for one place.",
)
def judge_after(answer):
    theta, X, labels = _drawn()
    lr = 0.3
    cases = (3, 1, 7)
    got = np.array([one_number(answer([t.copy() for t in theta], X, labels, lr, s), "the mean loss") for s in cases])
    reject(
        got,
        {
            "That is one step, for any number of steps.": np.full(3, _walk(1, lr)),
            "No step was made: the parameters have to move.": np.full(3, _walk(0, lr)),
            "All steps were made with the first gradient. Compute it again after each.": [
                _walk(s, lr, stay=True) for s in cases
            ],
            "One step is missing: this is the loss before the last one.": [_walk(s - 1, lr) for s in cases],
            "One step too many.": [_walk(s + 1, lr) for s in cases],
            "Against the gradient: this goes up.": [_walk(s, lr, factor=-1.0) for s in cases],
            "The loss is a mean over the examples; this is their sum.": [len(X) * _walk(s, lr) for s in cases],
            "The gradient of the mean is asked for; these steps are N times as long.": [
                _walk(s, lr, factor=len(X)) for s in cases
            ],
        },
    )
    if not same(got, [_walk(s, lr) for s in cases]):
        raise Hint(
            "In each step: losses, gradients, moved_by, and theta is what came out. At the end the mean of losses."
        )
    if not same(one_number(answer([t.copy() for t in theta], X, labels, lr, 0), "the mean loss"), _walk(0, lr)):
        raise Hint("After no step at all it is the loss of theta as it was given.")


def _step(early=0.0, gate=True, summed=1.0, lr=0.5):
    (W1, b1, W2, b2), X, labels = _drawn()
    dW1, db1, dW2, db2 = (summed * g for g in _gradients([W1, b1, W2, b2], X, labels))
    Z1 = X @ W1.T + b1
    dZ2 = (softmax(np.maximum(Z1, 0) @ W2.T + b2)[0] - np.eye(3)[labels]) / len(X)
    if early or not gate:
        dZ1 = (dZ2 @ (W2 - early * dW2)) * (Z1 > 0 if gate else 1)
        dW1, db1 = dZ1.T @ X, dZ1.sum(axis=0)
    return [W1 - lr * dW1, b1 - lr * db1, W2 - lr * dW2, b2 - lr * db2]


def _all_same(got, right):
    return all(same(*both) for both in zip(got, right, strict=True))


@exercise(
    "one_step-kept",
    call="step(W1, b1, W2, b2, X, Y, lr)",
    right="A second name is no second array: `-=` changes the one that both names mean.",
)
def judge_kept(answer):
    theta, X, labels = _drawn()
    got = answer(*(t.copy() for t in theta), X, np.eye(3)[labels], 0.5)
    if not isinstance(got, tuple | list) or len(got) != 4:
        raise Hint("Return the four new arrays: W1, b1, W2, b2.")
    got = [numbers(part) for part in got]
    for part, name, old in zip(got, ("W1", "b1", "W2", "b2"), theta, strict=True):
        if part.shape != old.shape:
            raise Hint(f"{name} has shape {part.shape}, expected {old.shape}.")
    for hint, other in {
        "Still too early: `old` and `W2` are two names of one array, and `-=` changes it in its place.": _step(
            early=0.5
        ),
        "W2 is restored with the gradient added once, not lr times.": _step(early=-0.5),
        "The gate (Z1 > 0) has been lost.": _step(gate=False),
        "The division by N has been lost.": _step(summed=float(len(X))),
        "The parameters have not moved.": theta,
        "Uphill: the update subtracts.": _step(lr=-0.5),
    }.items():
        if _all_same(got, other):
            raise Hint(hint)
    right = _step()
    wrong = [n for n, part, want in zip(("W1", "b1", "W2", "b2"), got, right, strict=True) if not same(part, want)]
    if wrong:
        raise Hint(f"Not right yet: {', '.join(wrong)}. Only what `old` is has to change, or the order.")


@exercise(
    "one_step-still",
    call="still(on, D, K)",
    right="A unit that is off for all neither learns (D + 1) nor is listened to (K).",
)
def judge_still(answer):
    tables = [
        (np.array([[0, 1, 1], [0, 1, 0]], bool), 2, 2),
        (np.array([[0, 1, 0, 0, 1], [0, 0, 0, 0, 1], [0, 1, 0, 1, 1]], bool), 7, 3),
        (np.array([[1, 0], [0, 1]], bool), 4, 5),
        (np.zeros((3, 4), bool), 2, 6),
    ]
    got = np.array([one_number(answer(on.copy(), D, K), "how many gradients are zero") for on, D, K in tables])

    def count(each, off=lambda on: np.sum(~on.any(axis=0))):
        return np.array([off(on) * each(D, K) for on, D, K in tables])

    right = count(lambda D, K: D + 1 + K)
    reject(
        got,
        {
            "Its own weights and its bias, yes. But what is done with its output, which is 0 for every example?": count(
                lambda D, K: D + 1
            ),
            "The unit has a bias too.": count(lambda D, K: D + K),
            "These are the weights that lead away from it. Those that lead to it do not move either.": count(
                lambda D, K: K
            ),
            "The weights that lead to it, yes; it has a bias, and weights that lead away, too.": count(lambda D, K: D),
            "A unit that is off for one example still learns from the others.": count(
                lambda D, K: D + 1 + K, off=lambda on: np.sum(~on.all(axis=0))
            ),
            "Each parameter counts once, not once for each example.": count(
                lambda D, K: D + 1 + K, off=lambda on: np.sum(~on)
            ),
            "The biases of the outputs belong to no unit: they move.": count(lambda D, K: D + 1 + 2 * K),
            "Five is for this network; D, K and `on` decide.": np.full(4, 5),
        },
    )
    if not same(got, right):
        raise Hint("Find the units that are off for every example. Which arrows end there, and which begin there?")


@exercise(
    "one_step-foretold",
    call="foretold(G, lr)",
    right="Its own gradient times the way that all of them go. Where the product is negative, one pays.",
)
def judge_foretold(answer):
    (G,) = draw(4, (4, 7))
    lr = 0.3
    g = G.mean(axis=0)
    got = numbers(answer(G.copy(), lr))
    reject(
        got,
        {
            "That is the change of the mean; each of the N losses has its own.": -lr * g @ g,
            "The change of the mean, N times: each example has its own gradient.": np.full(4, -lr * g @ g),
            "So it would be if every example made a step of its own. There is one step for all.": -lr
            * np.sum(G**2, axis=1),
            "The step is made with the mean of the rows, not with their sum.": -4 * lr * G @ g,
            "Against the gradient: the step has a minus.": lr * G @ g,
            "The rate is missing.": -G @ g,
            "The share of each example in the mean of the losses; the change of its own loss is N times that.": (
                -lr * G @ g / 4
            ),
            "The mean over the examples is along axis 0.": -lr * np.sum(G * G.mean(axis=1, keepdims=True), axis=1),
        },
    )
    if got.shape != (4,):
        raise Hint(f"One number for each example, shape (4,); yours has shape {got.shape}.")
    if not same(got, -lr * G @ g):
        raise Hint("A loss with the gradient g changes by about g · Δ. What is Δ here, and what is g for example n?")
