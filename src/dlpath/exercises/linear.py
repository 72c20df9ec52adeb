"""The exercises of the chapter on the linear map. Each judge names the mistake before it says "wrong"."""

import numpy as np

from dlpath.exercises import Hint, exercise
from dlpath.exercises.judging import blank, draw, numbers, one_number, pair, reject, result, same, sizes
from dlpath.linear.in_numpy import linear, linear_backward

CHECK_IT = "Compare with numerical_gradient on small arrays: it shows which entries differ."


blank(
    "linear-turn-distance",
    call="distance(x, w, b)",
    right="The output divided by the length of w: multiply w and b by ten, and it stays what it is.",
    like=lambda x, w, b: (w @ x + b) / np.sqrt(w @ w),
    arrays=lambda rng: [*(rng.normal(size=(2, *sizes(rng, 1)))), rng.normal()],
    mistakes={
        "This is the output. A distance does not change when w and b are both doubled; an output does.": (
            lambda x, w, b: w @ x + b
        ),
        "The sign is not right: a distance is positive on the side to which w points, negative on the other.": (
            lambda x, w, b: abs(w @ x + b) / np.sqrt(w @ w)
        ),
        "You divided by w·w, the squared length. The length is its root.": lambda x, w, b: (w @ x + b) / (w @ w),
        "The bias is missing: without it the hyperplane passes through the origin.": (
            lambda x, w, b: w @ x / np.sqrt(w @ w)
        ),
        "Only w·x is divided by the length; the walk has to cover all of w·x + b.": (
            lambda x, w, b: w @ x / np.sqrt(w @ w) + b
        ),
        "w * x is not summed: the dot product is w @ x, one number.": lambda x, w, b: (w * x + b) / np.sqrt(w @ w),
    },
)


blank(
    "linear-turn-forward",
    call="forward(X, W, b)",
    right="One product for all examples and all questions, and the bias added to every row.",
    like=lambda X, W, b: linear(X, W, b)[0],
    arrays=lambda rng: _layer(rng)[1:],
    mistakes={
        "The bias is missing.": lambda X, W, b: X @ W.T,
        "The product sums over d, which is last in X and last in W: W has to be turned.": lambda X, W, b: X @ W + b,
        "This is W X, the order for one column vector. A batch of rows stands to the left.": lambda X, W, b: W @ X + b,
        "The product has the shape (K, N): the answers about an example are to be a row.": lambda X, W, b: W @ X.T + b,
        "Here every row is an answer to one question; the answers about one example are to be a row.": (
            lambda X, W, b: W @ X.T + b[:, None]
        ),
        "b is a vector of shape (K,), and is added to every row as it is.": lambda X, W, b: X @ W.T + b[:, None],
        "The bias is added, not subtracted.": lambda X, W, b: X @ W.T - b,
    },
)


blank(
    "linear-turn-backward",
    call="backward(dZ, X, W)",
    right="Three lines: over k for the inputs, over n for weights and biases.",
    returns="dX, dW, db",
    like=lambda dZ, X, W: linear_backward(dZ, (X, W)),
    arrays=lambda rng: _layer(rng)[:3],
    mistakes={
        "The numbers are right, in another order: return dX, dW, db.": (
            lambda dZ, X, W: (dZ.T @ X, dZ.sum(axis=0), dZ @ W)
        ),
        "dW is turned: it has the shape of W, (K, D).": lambda dZ, X, W: (dZ @ W, X.T @ dZ, dZ.sum(axis=0)),
        "db is a sum over the examples, not a mean: a mean has no place in the derivation.": (
            lambda dZ, X, W: (dZ @ W, dZ.T @ X, dZ.mean(axis=0))
        ),
        "You divided by N. If the loss is a mean, its 1/N is in dZ already.": (
            lambda dZ, X, W: (dZ @ W, dZ.T @ X / len(X), dZ.mean(axis=0))
        ),
        "db is not summed: all examples use the same bias, so it hears from all of them.": (
            lambda dZ, X, W: (dZ @ W, dZ.T @ X, dZ)
        ),
        "db sums over the wrong index: a bias hears from every example, axis 0.": (
            lambda dZ, X, W: (dZ @ W, dZ.T @ X, dZ.sum(axis=1))
        ),
        "dX needs nothing turned: k is last in dZ, first in W. dW needs dZ turned, not X: n is first in both.": (
            lambda dZ, X, W: (dZ @ W.T, dZ.T @ X, dZ.sum(axis=0))
        ),
        "n is first in dZ and first in X: in dW, dZ has to be turned. In dX nothing is turned, and dZ stands left.": (
            lambda dZ, X, W: (dZ @ W, dZ @ X, dZ.sum(axis=0))
        ),
    },
)


blank(
    "linear-turn-fold",
    call="fold(W1, b1, W2, b2, W3, b3)",
    right="Each bias passes through the layers that come after it, and no others.",
    returns="W, b",
    like=lambda W1, b1, W2, b2, W3, b3: (W3 @ W2 @ W1, W3 @ (W2 @ b1 + b2) + b3),
    arrays=lambda rng: _three_layers(rng),
    mistakes={
        "The first layer meets x first, so W1 stands at the right: W3 W2 W1.": (
            lambda W1, b1, W2, b2, W3, b3: (W1 @ W2 @ W3, W3 @ (W2 @ b1 + b2) + b3)
        ),
        "W is right; b1 has to pass through W2 and W3, and b2 through W3.": (
            lambda W1, b1, W2, b2, W3, b3: (W3 @ W2 @ W1, b1 + b2 + b3)
        ),
        "W is right; b2 is missing in b. It passes through W3.": (
            lambda W1, b1, W2, b2, W3, b3: (W3 @ W2 @ W1, W3 @ W2 @ b1 + b3)
        ),
        "W is right; b1 is missing in b. It passes through W2 and W3.": (
            lambda W1, b1, W2, b2, W3, b3: (W3 @ W2 @ W1, W3 @ b2 + b3)
        ),
        "W is right; b3 is missing in b. Nothing comes after it.": (
            lambda W1, b1, W2, b2, W3, b3: (W3 @ W2 @ W1, W3 @ (W2 @ b1 + b2))
        ),
        "W is right; the biases pass through the layers after them: only b3 is left as it is.": (
            lambda W1, b1, W2, b2, W3, b3: (W3 @ W2 @ W1, b3)
        ),
    },
)


def _layer(rng):
    """dZ, X, W, b of one layer."""
    N, D, K = sizes(rng, 3)
    return [rng.normal(size=size) for size in ((N, K), (N, D), (K, D), (K,))]


def _three_layers(rng):
    D, *outputs = sizes(rng, 4)
    shapes = [shape for D, K in zip([D, *outputs[:-1]], outputs, strict=True) for shape in ((K, D), (K,))]
    return [rng.normal(size=shape) for shape in shapes]


def _fit(X, Y, update, steps=500):
    """Gradient descent on the mean squared error of one output; `update` turns dZ into the step of b."""
    W, b = np.zeros((1, X.shape[1])), np.zeros(1)
    for _ in range(steps):
        dZ = 2 * (X @ W.T + b - Y) / Y.size
        W, b = W - 0.1 * dZ.T @ X, b - 0.1 * update(dZ)
    return W, b


@exercise(
    "linear-everybody",
    call="fit_line(X, Y)",
    right="One bias for all, so it hears from all: without the sum every example kept a bias of its own.",
)
def everybody(answer):
    X, Y = draw(4, (40, 3), (40, 1))
    W, b = pair(answer(X, Y), ("W", "b"))
    W, b = numbers(W), numbers(b)
    if W.shape not in ((1, 3), (3,)):
        raise Hint(f"W has shape {W.shape}, and there is one question about 3 features: (1, 3).")
    if b.size != 1:
        raise Hint(f"After training on 40 examples b has shape {b.shape}. How many numbers should it have?")
    wrong = {
        "b does not move: it learns too, from its gradient.": lambda dZ: np.zeros(1),
        "b takes the mean of dZ. The 1/N of the loss is in dZ already: here a sum belongs.": lambda dZ: dZ.mean(axis=0),
        "b takes the step of one example alone. All of them use it.": lambda dZ: dZ[0],
        "b takes the step of one example alone; it is used by all.": lambda dZ: dZ[-1],
    }
    for hint, update in wrong.items():
        if same(b.ravel(), _fit(X, Y, update)[1]):
            raise Hint(hint)
    (*slopes, level), *_ = np.linalg.lstsq(np.c_[X, np.ones(40)], Y[:, 0])
    if not same([*W.ravel(), *b.ravel()], [*slopes, level], rtol=1e-3, atol=1e-3):
        raise Hint("The shapes are right, and the fit is not the best line yet. The loop was right but for one term.")


@exercise(
    "linear-stays",
    call="stays(c, bend)",
    right="c and 1/c meet in W₂W₁ and cancel; a ReLU lets c > 0 pass, max(cz, 0) = c max(z, 0), and no other.",
)
def stays(answer):
    cases = [(c, bend) for bend in (False, True) for c in (2.0, 0.5, 1.0, -2.0, -0.5, -1.0)]
    got = [one_number(answer(c, bend), "True or False") for c, bend in cases]
    if not set(got) <= {0.0, 1.0}:
        raise Hint("Return True or False.")
    wrong = {
        "Always True? Try c = −2 with a ReLU.": lambda c, bend: True,
        "Never? Try c = 2: what was doubled is halved again.": lambda c, bend: False,
        "Without a bend the sign of c does not matter either: c and 1/c meet in W₂W₁.": lambda c, bend: c > 0,
        "With a ReLU, too, something stays: try c = 2.": lambda c, bend: not bend,
        "More stays than c = 1: what was doubled is halved again.": lambda c, bend: c == 1,
        "The other way round: return True where the answers stay.": lambda c, bend: bend and c < 0,
        "Which sign of c can pass a ReLU? max(cz, 0) is c max(z, 0) for one of them.": lambda c, bend: (
            not bend or c < 0
        ),
        "Does the size of c matter? Try c = ½ with a ReLU.": lambda c, bend: not bend or c >= 1,
    }
    for hint, rule in wrong.items():
        if got == [float(rule(c, bend)) for c, bend in cases]:
            raise Hint(hint)
    if got != [float(not bend or c > 0) for c, bend in cases]:
        raise Hint("Try c = 2, ½, −2 and −½, each with and without a ReLU, and compare the answers of the networks.")


@exercise(
    "linear-unscale",
    call="unscale(W, b, m, s)",
    right="Two linear maps in a row are one. A trained map can take raw units, and nobody has to remember m and s.",
)
def unscale(answer):
    W, b, m, s = draw(1, (2, 3), 2, 3, 3)
    s = np.exp(s)
    right_W, right_b = W / s, b - W @ (m / s)
    lost = "m / s has 3 numbers, b' has 2: the mean has to pass through W, W @ (m / s)."
    got = result(answer, (W, b, m, s), {lost: lambda W, b, m, s: b - m / s})
    got_W, got_b = pair(got, ("W'", "b'"), ((2, 3), (2,)))
    if same(got_W, W * s):
        raise Hint("W' = W · s is the way back. A feature in small units (large s) needs a small weight.")
    if same(got_W, W):
        raise Hint("W' is still W. Put (x − m) / s into W x + b and collect what stands before x.")
    if not same(got_W, right_W):
        raise Hint("W' is not right yet. Put (x − m) / s into W x + b, multiply out and compare what stands before x.")
    wrong = {
        "b' is still b. The mean was subtracted: W (−m / s) is left over.": b,
        "In b' the mean is not divided by s.": b - W @ m,
        "The sign of the mean: (x − m) / s contributes −W (m / s).": b + W @ (m / s),
        "Divided by s twice: W' m is already W (m / s).": b - right_W @ (m / s),
    }
    reject(got_b, wrong)
    if not same(got_b, right_b):
        raise Hint("W' is right, b' is not. W' x + b' has to equal W ((x − m) / s) + b for every x: try x = 0.")


@exercise(
    "linear-multiplications",
    call="multiplications(N, D, H, K)",
    right="Three products for the second layer, two for the first: at most three times an answer, and then the update.",
)
def multiplications(answer):
    N, D, H, K = 7, 11, 5, 3
    got = answer(N, D, H, K)
    first, second = N * D * H, N * H * K
    biases, bends = N * (H + K), N * H
    wrong = {
        "These are the multiplications forwards. Each product has a gradient for its weights too.": first + second,
        "You counted dX of the first layer: nobody needs the gradient for the data.": 3 * (first + second),
        "dX of the second layer is missing: without it nothing reaches the first.": 2 * (first + second),
        "These are the backward products alone; the forward ones belong to the step.": first + 2 * second,
        "This is for one example: a batch has N.": 2 * D * H + 3 * H * K,
        "Which layer has no use for dX: the one next to the data, or the one next to the loss?": 3 * first + 2 * second,
        "The biases are added, not multiplied: leave them out.": 2 * first + 3 * second + biases,
        "The ReLU keeps a number or replaces it by zero; that is no multiplication.": 2 * first + 3 * second + bends,
        "Neither biases nor the ReLU multiply: leave both out.": 2 * first + 3 * second + biases + bends,
        "These are the parameters. Each weight is multiplied once for every example, and more backwards.": (
            (D + 1) * H + (H + 1) * K
        ),
    }
    reject(got, wrong)
    if not same(got, 2 * first + 3 * second):
        raise Hint(
            "A product of (a, b) and (b, c) multiplies a·b·c pairs. Write the products down: 2 forwards, 3 back."
        )


@exercise(
    "linear-weighted",
    call="weighted(G, c, X)",
    right="A weight on an example is a weight on its row of dZ; everything behind that stays as it was.",
)
def weighted(answer):
    G, c, X = draw(2, (5, 3), 5, (5, 4))
    c = np.exp(c)
    dZ = c[:, None] * G
    rows = "c meets the columns of G: NumPy compares shapes from the last axis. c[:, None] gives each row its weight."
    got = result(answer, (G, c, X), {rows: lambda G, c, X: G * c})
    got_dW, got_db = pair(got, ("dW", "db"), ((3, 4), (3,)))
    wrong = {
        "c does nothing yet. L = Σ cₙ ℓₙ, so what is ∂L/∂Zₙₖ?": G.T @ X,
        "You divided by N: this L is a sum.": dZ.T @ X / 5,
        "You divided by Σ c: this L is a weighted sum, not a weighted mean.": dZ.T @ X / c.sum(),
        "c is in dW twice. It stands in L once, so in dZ once, and in X not at all.": dZ.T @ (c[:, None] * X),
        "The whole gradient is scaled by one number. Each example has its own weight.": G.T @ X * c.mean(),
    }
    reject(got_dW, wrong)
    if not same(got_dW, dZ.T @ X):
        raise Hint("First dZ: multiply row n of G by cₙ. Then the two formulas of the chapter. " + CHECK_IT)
    wrong = {
        "dW is right, but in db all examples count alike.": G.sum(axis=0),
        "dW is right; db is a sum over the examples, not a mean.": dZ.mean(axis=0),
    }
    reject(got_db, wrong)
    if not same(got_db, dZ.sum(axis=0)):
        raise Hint("dW is right, db is not: sum dZ over the examples.")


@exercise(
    "linear-tied",
    call="tied(dX_hat, X, W)",
    right="W is used twice, so it hears twice, and the two gradients add. Autoencoders and language models tie so.",
)
def tied(answer):
    dX_hat, X, W = draw(3, (5, 4), (5, 4), (3, 4))
    H, dH = X @ W.T, dX_hat @ W.T
    squeeze, unfold = dH.T @ X, H.T @ dX_hat
    got = answer(dX_hat, X, W)
    if isinstance(got, tuple | list) and len(got) == 2:
        raise Hint("These are two gradients of the same W. What is used in several places adds what it hears: one dW.")
    got = numbers(got)
    if got.shape != (3, 4):
        raise Hint(f"dW has the shape of W: expected (3, 4), got {got.shape}.")
    wrong = {
        "This is the gradient through X̂ = H W. H depends on W as well.": unfold,
        "This is the gradient through H = X Wᵀ. W is used a second time, in X̂ = H W.": squeeze,
        "Both ways are there, but halved: gradients of several uses add up.": (squeeze + unfold) / 2,
        "Both ways are there, but with a minus between them.": squeeze - unfold,
        "The two ways have different gradients: one of them doubled is not their sum.": 2 * unfold,
        "The same for the other way: one of them doubled is not their sum.": 2 * squeeze,
        "The way through H lacks a step: dX̂ has to go back through W first, dH = dX̂ Wᵀ.": unfold + H.T @ X,
    }
    reject(got, wrong)
    if not same(got, squeeze + unfold):
        raise Hint("Pretend that the two W are different, derive dW for each, and add. " + CHECK_IT)
