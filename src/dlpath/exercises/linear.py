"""The exercises of the chapter on the linear map. Each judge names the mistake before it says "wrong"."""

import numpy as np

from dlpath.exercises import Hint, exercise
from dlpath.exercises.judging import draw, numbers, pair, reject, result, same

CHECK_IT = "Compare with numerical_gradient on small arrays: it shows which entries differ."


@exercise(
    "linear-distance",
    call="distance(x, W, b)",
    right="Each row of W has its own length, and the output of a unit is a distance in units of that length.",
)
def distance(answer):
    x, W, b = draw(0, 4, (3, 4), 3)
    z, norms = W @ x + b, np.sqrt(np.sum(W * W, axis=1))
    lengths = "A row of W is one hyperplane: its length sums over the row, axis=1. Yours sums down the columns."
    t = numbers(result(answer, (x, W, b), {lengths: lambda x, W, b: (W @ x + b) / np.linalg.norm(W, axis=0)}))
    if t.shape != (3,):
        raise Hint(f"One distance for each of the 3 rows of W: expected shape (3,), got {t.shape}.")
    everything = np.sqrt(norms**2 + b**2)
    wrong = {
        "These are the outputs. A distance does not change when W and b are both doubled; an output does.": z,
        "The sign is missing: it says on which side of the boundary x lies.": np.abs(z) / norms,
        "The sign is turned round: the distance is positive on the side to which w points.": -z / norms,
        "You divided by w·w, the squared length. The length is its root.": z / norms**2,
        "The bias is missing: without it every boundary passes through the origin.": W @ x / norms,
        "Only W x is divided by the length; the walk has to cover all of w·x + b.": W @ x / norms + b,
        "The bias is no part of the normal: it belongs above the line, not in the length.": z / everything,
        "You divided by the length of all of W. Each row is a hyperplane of its own.": z / np.linalg.norm(W),
    }
    reject(t, wrong)
    if not same(t, z / norms):
        raise Hint("Walk from x against w / ‖w‖ until w·x + b is 0: how long is the walk, for each row w of W?")


@exercise(
    "linear-unscale",
    call="unscale(W, b, m, s)",
    right="Two linear maps in a row are one. A trained map can take raw units, and nobody has to remember m and s.",
)
def unscale(answer):
    W, b, m, s = draw(1, (2, 3), 2, 3, 3)
    s = np.exp(s)
    right_W, right_b = W / s, b - W @ (m / s)
    got_W, got_b = pair(answer(W, b, m, s), ("W'", "b'"), ((2, 3), (2,)))
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
    right="Three products for the second layer, two for the first: that is why training costs at most three answers.",
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
    got = numbers(answer(dX_hat, X, W))
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
