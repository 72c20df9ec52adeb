"""The exercises of the chapter on handwritten digits."""

import contextlib

import numpy as np

from dlpath.exercises import Hint, Untouched, exercise
from dlpath.exercises.judging import blank, numbers, one_number, pair, same, sizes
from dlpath.exercises.stage import Stage, judge_batches, judge_order
from dlpath.optimizers.in_numpy import adam_step


def _network(X, W1, b1, W2, b2):
    return np.maximum(X @ W1.T + b1, 0) @ W2.T + b2


def _network_arrays(rng):
    N, D, H, K = sizes(rng, 4)
    return [rng.normal(size=shape) for shape in ((N, D), (H, D), (H,), (K, H), (K,))]


blank(
    "mnist-turn-network",
    call="network(X, W1, b1, W2, b2)",
    right="Two linear maps and a max between them: that is the whole of it.",
    like=_network,
    arrays=_network_arrays,
    mistakes={
        "Nothing bends between the two maps: without ReLU they are one linear map.": (
            lambda X, W1, b1, W2, b2: (X @ W1.T + b1) @ W2.T + b2
        ),
        "The last layer has no ReLU: a logit may be negative.": (
            lambda X, W1, b1, W2, b2: np.maximum(_network(X, W1, b1, W2, b2), 0)
        ),
        "The bias of the hidden layer comes before the ReLU.": (
            lambda X, W1, b1, W2, b2: (np.maximum(X @ W1.T, 0) + b1) @ W2.T + b2
        ),
        "The biases are missing.": lambda X, W1, b1, W2, b2: np.maximum(X @ W1.T, 0) @ W2.T,
        "A bias is missing, that of the last layer.": lambda X, W1, b1, W2, b2: np.maximum(X @ W1.T + b1, 0) @ W2.T,
        "Rows of W are outputs and rows of X are images: W has to be turned, X @ W.T.": (
            lambda X, W1, b1, W2, b2: np.maximum(X @ W1 + b1, 0) @ W2 + b2
        ),
        "These are probabilities. The logits are asked for, without the softmax.": (
            lambda *given: np.exp(_network(*given)) / np.exp(_network(*given)).sum(axis=1, keepdims=True)
        ),
    },
)


def _gradients(X, Z1, A, P, W2, labels, divide=True, mask=True, target=True):
    dZ2 = P - np.eye(P.shape[1])[labels] if target else P.copy()
    dZ2 = dZ2 / len(X) if divide else dZ2
    dZ1 = dZ2 @ W2 * (Z1 > 0) if mask else dZ2 @ W2
    return dZ1.T @ X, dZ1.sum(axis=0), dZ2.T @ A, dZ2.sum(axis=0)


def _gradients_arrays(rng):
    N, D, H, K = sizes(rng, 4)
    X, Z1, P = (rng.normal(size=shape) for shape in ((N, D), (N, H), (N, K)))
    P = np.exp(P) / np.exp(P).sum(axis=1, keepdims=True)
    return X, Z1, np.maximum(Z1, 0), P, rng.normal(size=(K, H)), rng.integers(0, K, N)


def _transposed(*given):
    return tuple(gradient.T for gradient in _gradients(*given))


blank(
    "mnist-turn-gradients",
    call="gradients(X, Z1, A, P, W2, labels)",
    right="Six lines, three of them matrix products. Each array's gradient has the array's shape.",
    returns="dW1, db1, dW2, db2",
    like=_gradients,
    arrays=_gradients_arrays,
    mistakes={
        "The loss is the mean over the images: divide by N.": lambda *given: _gradients(*given, divide=False),
        "ReLU is missing on the way back: a unit that was off passes nothing on.": (
            lambda *given: _gradients(*given, mask=False)
        ),
        "Predicted minus true: the one-hot row of the label has to be subtracted from P.": (
            lambda *given: _gradients(*given, target=False)
        ),
        "The sign: it is predicted minus true, not true minus predicted.": (
            lambda *given: tuple(-gradient for gradient in _gradients(*given))
        ),
        "The weights' gradients are turned: dW has the shape of W, outputs first.": _transposed,
    },
)


def _adam_arrays(rng):
    (N,) = sizes(rng, 1)
    t = int(rng.integers(2, 9))
    w, g, m = rng.normal(size=(3, N))
    return w, g, m, m**2 + rng.uniform(0.1, 1, N), t


def _adam_wrong(w, g, m, v, t, correct=True, rooted=True, sign=-1):
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    m_hat, v_hat = (m / (1 - 0.9**t), v / (1 - 0.999**t)) if correct else (m, v)
    return w + sign * 0.001 * m_hat / ((np.sqrt(v_hat) if rooted else v_hat) + 1e-8), m, v


blank(
    "mnist-turn-adam",
    call="adam(w, g, m, v, t)",
    right="Three lines, and this is what optimizer='adam' does to every weight by itself.",
    returns="w, m, v",
    like=lambda w, g, m, v, t: adam_step(w, g, m, v, t),
    arrays=_adam_arrays,
    mistakes={
        "The corrections are missing: divide m by 1 − β₁ᵗ and v by 1 − β₂ᵗ, for the step.": (
            lambda *given: _adam_wrong(*given, correct=False)
        ),
        "The step divides by the root of v̂, not by v̂.": lambda *given: _adam_wrong(*given, rooted=False),
        "Downhill is minus: subtract the step.": lambda *given: _adam_wrong(*given, sign=1),
        "The corrected averages are for the step alone. Hand m and v back as they are.": (
            lambda w, g, m, v, t: (
                adam_step(w, g, m, v, t)[0],
                (0.9 * m + 0.1 * g) / (1 - 0.9**t),
                (0.999 * v + 0.001 * g**2) / (1 - 0.999**t),
            )
        ),
    },
)


def _count(answer):
    if not answer.is_integer():
        raise Hint(f"Parameters and multiplications are counted: both are whole numbers; one of yours is {answer:g}.")
    return int(answer)


@exercise(
    "mnist-cost",
    call="cost(sizes)",
    right="Every weight is multiplied once for each image, so multiplications are parameters without the biases. "
    "Halving the width and height of the image saves 588 · 128 = 75,264 of them.",
)
def judge_cost(answer):
    sizes = (7, 5, 3, 2)
    got = pair(answer(sizes), ("the parameters", "the multiplications"), ((), ()))
    parameters, products = map(_count, got)
    weights, biases = 7 * 5 + 5 * 3 + 3 * 2, 5 + 3 + 2
    if (parameters, products) == (weights, weights + biases):
        raise Hint("The two are the wrong way round: parameters first.")
    if parameters == weights:
        raise Hint("The biases are parameters too: one for each output of a layer.")
    if parameters in (weights + 5 + 3, weights + 3):
        raise Hint("Every output has a bias of its own, in the last layer too.")
    if parameters == weights + 7 + 5 + 3:
        raise Hint("A layer has one bias for each of its outputs, not for each of its inputs.")
    if parameters == weights + biases + 7:
        raise Hint("The input layer has no biases: nothing is computed there.")
    if parameters in (7 * 5 + 5, 6 * 2 + 2, 7 * 2 + 2):
        raise Hint("There may be more than one hidden layer. Go through neighbouring sizes, two by two.")
    if parameters != weights + biases:
        raise Hint("Between neighbouring sizes D and K lie a matrix of K · D weights and K biases.")
    if products == weights + biases:
        raise Hint("A bias is added, not multiplied.")
    if products == 7 * 5 * 3 * 2:
        raise Hint("The layers come one after the other: their multiplications add up.")
    if products != weights:
        raise Hint("An output of a layer with D inputs is a sum of D products. How many outputs has each layer?")


@exercise(
    "mnist-start",
    call="starting_loss(K, s)",
    right="The first logits on divided pixels had s = 0.43: 2.3026 + 0.0832 = 2.386, and 2.39 was measured.",
)
def judge_start(answer):
    K, s = 4, 0.3
    got, half = one_number(answer(K, s), "the expected loss"), s**2 / 2
    if np.isclose(got, np.log(K)):
        raise Hint("That is the price of equal logits, s = 0. These differ a little; what do they add?")
    if np.isclose(got, half * (1 - 1 / K)):
        raise Hint("That is only what is added; the price of equal logits is missing.")
    if np.isclose(got, np.log(10) + half * 0.9) or np.isclose(got, np.log(10) + half * (1 - 1 / K)):
        raise Hint("That is for ten classes. K is an argument: how does the price of equal logits depend on it?")
    if np.isclose(got, np.log(K) + half * 0.9):
        raise Hint("Ten classes are written into what is added. K is an argument there too.")
    if np.isclose(got, np.log2(K)) or np.isclose(got, np.log2(K) + half * (1 - 1 / K)):
        raise Hint("Bits, not nats: the logarithm here is the natural one.")
    if np.isclose(got, np.log10(K)) or np.isclose(got, np.log10(K) + half * (1 - 1 / K)):
        raise Hint("That is a logarithm to base 10; the loss is in nats, of the natural one.")
    if np.isclose(got, np.log(K) + half):
        raise Hint("Almost. The square of the mean logit comes in too, from log(1 + u) = u − u²/2; its mean is s²/K.")
    if np.isclose(got, np.log(K) - half * (1 - 1 / K)):
        raise Hint("The sign: log Σ eᶻ curves upwards, so spreading the logits can only make it larger.")
    if np.isclose(got, np.log(K) + s**2 * (1 - 1 / K)):
        raise Hint("Twice too much: the second-order term of eᶻ is z²/2.")
    if np.isclose(got, np.log(K) + half * (1 + 1 / K)):
        raise Hint("The sign of the 1/K: the square of the mean logit is subtracted in log(1 + u) = u − u²/2.")
    if np.isclose(got, np.log(K) + (s / 2) * (1 - 1 / K)):
        raise Hint("The variance is s², not s. A test: s and −s must cost the same.")
    if not np.isclose(got, np.log(K) + half * (1 - 1 / K)):
        raise Hint("Write Σ eᶻ as K (1 + u), with u the mean of z + z²/2; keep what is of second order in log(1 + u).")


@exercise(
    "mnist-standardize",
    call="standardize(x_train, x_test)",
    right="One mean and one deviation for all pixels, from the training images alone. What the program lacks are "
    "inputs of a size near 1, and these are; train with them and compare.",
)
def judge_standardize(answer):
    rng = np.random.default_rng(0)
    train, test = (rng.integers(0, 256, (n, 28, 28)).astype(np.uint8) for n in (6, 4))
    train[:, :, :4] = 0  # pixels that never have ink
    test[:, :, :4] //= 4
    with np.errstate(all="ignore"):
        got = pair(answer(train, test), ("the training images", "the test images"))
    got = [_float_images(*each) for each in zip(("training", "test"), got, (train, test), strict=True)]
    mean, std = train.mean(), train.std()
    _judge_training_images(got[0], train, test)
    if _close(got[1], (test - test.mean()) / test.std()):
        raise Hint("The test images were measured too. From that set nothing is learned, not even a mean.")
    if not _close(got[1], (test - mean) / std):
        raise Hint("The test images must go through the same map as the training images: same mean, same deviation.")


def _float_images(name, part, images):
    with contextlib.suppress(TypeError, ValueError):  # what holds no numbers gets its sentence below
        if not np.isfinite(np.asarray(part, dtype=float)).all():
            raise Hint(
                "Some pixels never have ink: their own deviation is 0. One mean and one deviation, over all, do."
            )
    part = numbers(part)
    if part.shape != images.shape:
        raise Hint(f"The {name} images should keep their shape {images.shape}; yours have {part.shape}.")
    if part.dtype.kind != "f":
        raise Hint(f"The {name} images are {part.dtype}. Negative numbers and fractions need floats.")
    return part


def _close(got, right):
    return same(got, right, rtol=1e-4, atol=1e-4)


def _judge_training_images(got, train, test):
    for hint, wrong in _mistakes_in_standardizing(train, test).items():
        if _close(got, wrong):
            raise Hint(hint)
    if _wrapped(got, train):
        raise Hint(
            "A pixel with more ink came out below one with less: uint8 has no −1, it wraps to 255. First make floats."
        )
    if not _close(got, (train - train.mean()) / train.std()):
        raise Hint("Not mean 0 and deviation 1 over all training pixels. Subtract the one, then divide by the other.")


def _mistakes_in_standardizing(train, test):
    mean, std, both = train.mean(), train.std(), np.concatenate([train, test])
    by_image = {"axis": (1, 2), "keepdims": True}
    by_pixel = train.std(axis=0)
    by_pixel[by_pixel == 0] = 1
    return {
        "Divided by 255 the pixels run from 0 to 1, and their mean is not 0. Measure, subtract, divide.": train / 255,
        "From −1 to 1, whatever the images hold: then the mean is not 0. Measure, subtract, divide.": train / 127.5 - 1,
        "0.1307 and 0.3081 are MNIST's. These are other images: measure those that the function is given.": (
            (train / 255 - 0.1307) / 0.3081
        ),
        "The deviation is 1 now, the mean is not 0 yet.": train / std,
        "The mean is 0 now, the deviation is not 1 yet.": train - mean,
        "Divided by the variance; the deviation is its root.": (train - mean) / std**2,
        "Each image by itself: then a faint digit and a bold one look alike. Measure once, over all images.": (
            (train - train.mean(**by_image)) / train.std(**by_image)
        ),
        "Each pixel by itself: then the rarest ink is the loudest. Measure one mean and one deviation, over all.": (
            (train - train.mean(axis=0)) / by_pixel
        ),
        "Training and test images were measured together. From the test set nothing is learned, not even a mean.": (
            (train - both.mean()) / both.std()
        ),
    }


def _wrapped(got, images):
    """True if equal pixels stayed equal, and the order of the 256 grey levels is torn at one place."""
    levels, where = np.unique(images, return_index=True)
    table = dict(zip(levels, got.ravel()[where], strict=True))
    steps = np.diff(list(table.values()))
    return np.array_equal(got, np.vectorize(table.get)(images)) and np.sum(steps < 0) == 1 and np.sum(steps > 0) > 1


@exercise(
    "mnist-top-k",
    call="top_k_accuracy(Z, labels, k)",
    right="Now with k = 2 on Z_numpy: how many of the missing two percent does a second guess bring back?",
)
def judge_top_k(answer):
    Z = np.random.default_rng(3).normal(size=(40, 6))
    labels = np.argsort(-Z, axis=1)[np.arange(40), [0] * 13 + [1] * 10 + [2] * 4 + [3] * 5 + [4] * 3 + [5] * 5]
    place = (-Z).argsort(axis=1).argsort(axis=1)[np.arange(40), labels]  # 0 where the label has the largest logit
    k, right = 2, 23 / 40
    got = one_number(answer(Z, labels, k), "the share of all images")
    if np.isclose(got, 23):
        raise Hint("That is how many. The share is wanted: divide by N.")
    if not 0 <= got <= 1:
        raise Hint("A share is wanted, not percent and not a count. Between 0 and 1, please.")
    if np.isclose(got, 1 - right):
        raise Hint("That is the share of misses.")
    if got == 0:
        raise Hint("Not one image? Perhaps labels were compared with logits: sort gives values, argsort their columns.")
    if got == 1:
        raise Hint("Every image? Each label must be among the k best of its own row; np.isin searches all the rows.")
    if np.isclose(got, np.mean(place == 0)):
        raise Hint("That is the ordinary accuracy, k = 1. The second-largest logit counts as well.")
    if np.isclose(got, np.mean(place == k - 1)):
        raise Hint("You counted only the images whose label is in place k. The places before it count as well.")
    if np.isclose(got, np.mean(place >= len(Z[0]) - k)):
        raise Hint("These are the k smallest logits: argsort begins with the smallest.")
    if np.isclose(got, np.mean(place <= k)):
        raise Hint("One too many: you let k + 1 logits count.")
    if np.isclose(got, right / k):
        raise Hint("You took the mean over all N · k guesses. An image counts once, if any of its k guesses is right.")
    if not np.isclose(got, right):
        raise Hint("For each row: is the label among the k columns with the largest logits? Sort along axis 1.")
    if not np.isclose(one_number(answer(Z, labels, 4), "the share of all images"), 32 / 40):
        raise Hint("Right for k = 2, wrong for k = 4.")


@exercise(
    "mnist-loop",
    call="mended(model, loss, optimizer, X, y, epochs, batch_size, rng)",
    right="One order for both arrays, drawn anew in every epoch; the last batch too; backward before the step.",
)
def judge_loop(answer):
    N, epochs, batch_size = 10, 3, 4
    X, y = np.repeat(np.arange(N)[:, None], 2, axis=1).astype(float), 100 + np.arange(N)
    stage, again = (_watch(answer, X, y, epochs, batch_size) for _ in range(2))
    judge_batches(stage, N, epochs, batch_size)
    judge_order(stage.events)
    _judge_repetition(stage, again)
    if stage.returned not in (None, stage):
        kind = type(stage.returned).__name__
        raise Hint(f"Right, but a {kind} came back. Return the model, or nothing: it is trained in place.")


def _watch(answer, X, y, epochs, batch_size):
    """A stage on which the loop has run once."""
    stage = Stage()
    try:
        stage.returned = answer(stage, stage, stage, X, y, epochs, batch_size, stage.rng)
    except Untouched:  # it returned nothing, and need not: a loop trains in place
        if not stage.batches:
            raise
    if not stage.batches:
        raise Hint(f"The model never saw a batch; what came back is a {type(stage.returned).__name__}.")
    return stage


def _judge_repetition(stage, again):
    if not stage.rng_was_used():
        raise Hint("rng is not used. Draw the orders from the generator that is given, so that a run can be repeated.")
    if any(not np.array_equal(one, other) for (one, _), (other, _) in zip(stage.batches, again.batches, strict=True)):
        raise Hint("Seeded alike, rng led to another order. Draw from rng alone, or no run can be repeated.")


CHANGES = {  # change: does it train alike, and the hint where the answer says otherwise
    "permuted": (
        True,
        "W₁x adds up pixels times weights. In which order matters neither to sum nor gradient.",
    ),
    "doubled": (
        False,
        "It starts alike. But Adam's step on W₁ is as long as before: what does it do to W₁x?",
    ),
    "thousandfold": (True, "Look at Adam's first step: what becomes of a factor that is in every gradient?"),
    "shifted": (
        False,
        "It starts alike. But a weight learns only where its pixel is not 0: which are 0 now?",
    ),
}


@exercise(
    "mnist-alike",
    call="alike(change)",
    right="The same function at the start is not the same training: how far a step reaches depends on the inputs. "
    "Their order does not matter, and the loss's unit does not, because Adam divides it out.",
)
def judge_alike(answer):
    got = {change: one_number(answer(change), "True or False") for change in CHANGES}
    if not set(got.values()) <= {0.0, 1.0}:
        raise Hint("Return True or False.")
    for change, (right, hint) in CHANGES.items():
        if got[change] != right:
            raise Hint(f"{change}: {hint}")
