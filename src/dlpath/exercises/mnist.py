"""The exercises of the chapter on handwritten digits."""

import numpy as np

from dlpath.exercises import Hint, Untouched, exercise, same
from dlpath.parity import to_numpy


def _pair(answer, what):
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        raise Hint(f"Return two things, {what}.")
    return answer


@exercise(
    "mnist-cost",
    call="cost(sizes)",
    right="Every weight is multiplied once for each image, so multiplications are parameters without the biases. "
    "Halving the width and height of the image saves 588 · 128 = 75,264 of them.",
)
def judge_cost(answer):
    sizes = (7, 5, 3, 2)
    got = _pair(answer(sizes), "the parameters and the multiplications")
    parameters, products = (int(to_numpy(part).reshape(())) for part in got)
    weights, biases = 7 * 5 + 5 * 3 + 3 * 2, 5 + 3 + 2
    if (parameters, products) == (weights, weights + biases):
        raise Hint("The two are the wrong way round: parameters first.")
    if parameters == weights:
        raise Hint("The biases are parameters too: one for each output of a layer.")
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
    got = to_numpy(answer(K, s))
    if got.size != 1:
        raise Hint(f"One number is wanted, the expected loss; yours has shape {got.shape}.")
    got, half = float(got.reshape(())), s**2 / 2
    if np.isclose(got, np.log(K)):
        raise Hint("That is the price of equal logits, s = 0. These differ a little; what do they add?")
    if np.isclose(got, np.log2(K) + half * (1 - 1 / K)):
        raise Hint("Bits, not nats: the logarithm here is the natural one.")
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
        got = [to_numpy(part) for part in _pair(answer(train, test), "the training and the test images")]
    for name, part, images in zip(("training", "test"), got, (train, test), strict=True):
        if part.shape != images.shape:
            raise Hint(f"The {name} images should keep their shape {images.shape}; yours have {part.shape}.")
        if part.dtype.kind != "f":
            raise Hint(f"The {name} images are {part.dtype}. Negative numbers and fractions need floats.")
        if not np.all(np.isfinite(part)):
            raise Hint("Some pixels never have ink: their own deviation is 0. One mean and one deviation do for all.")
    mean, std = train.mean(), train.std()
    if same(got[0], train / 255):
        raise Hint("Divided by 255 the pixels run from 0 to 1, and their mean is not 0. Measure, subtract, divide.")
    if same(got[0], train / std):
        raise Hint("The deviation is 1 now, the mean is not 0 yet.")
    if same(got[0], train - mean):
        raise Hint("The mean is 0 now, the deviation is not 1 yet.")
    if same(got[0], (train - mean) / std**2):
        raise Hint("Divided by the variance; the deviation is its root.")
    each = train - train.mean(axis=(1, 2), keepdims=True)
    if same(got[0], each / train.std(axis=(1, 2), keepdims=True)):
        raise Hint("Each image by itself: then a faint digit and a bold one look alike. Measure once, over all images.")
    if same(got[1], (test - test.mean()) / test.std()):
        raise Hint("The test images were measured too. From that set nothing is learned, not even a mean.")
    if not same(got[0], (train - mean) / std, rtol=1e-4, atol=1e-4):
        raise Hint(
            "Not mean 0 and deviation 1 over all training pixels. Subtract, then divide, in floats: uint8 wraps."
        )
    if not same(got[1], (test - mean) / std, rtol=1e-4, atol=1e-4):
        raise Hint("The test images must go through the same map as the training images: same mean, same deviation.")


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
    got = to_numpy(answer(Z, labels, k))
    if got.size != 1:
        raise Hint(f"One share of all images is wanted, a single number; yours has shape {got.shape}.")
    got = float(got.reshape(()))
    if np.isclose(got, 23):
        raise Hint("That is how many. The share is wanted: divide by N.")
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
    if not np.isclose(float(answer(Z, labels, 4)), 32 / 40):
        raise Hint("Right for k = 2, wrong for k = 4.")


class _Stage:
    """A model, a loss and an optimizer in one, that write down what is done with them."""

    def __init__(self):
        self.events, self.grad, self.batches = [], "gradient", []

    def __call__(self, first, labels=None):
        if labels is None:
            self.events.append("forward")
            self.batches.append([np.array(first)[:, 0].astype(int), None])
            return "logits"
        self.events.append("loss")
        self.batches[-1][1] = np.array(labels)
        return 1.0

    def backward(self, dout=None):
        self.events.append("backward" if dout is not None else "loss backward")
        return "gradient of the logits"

    def step(self, grad):
        self.events.append("step")


@exercise(
    "mnist-loop",
    call="mended(model, loss, optimizer, X, y, epochs, batch_size, rng)",
    right="One order for both arrays, drawn anew in every epoch; the last batch too; backward before the step.",
)
def judge_loop(answer):
    N, epochs, batch_size = 10, 3, 4
    X, y = np.repeat(np.arange(N)[:, None], 2, axis=1).astype(float), 100 + np.arange(N)
    stage, returned = _Stage(), None
    try:
        returned = answer(stage, stage, stage, X, y, epochs, batch_size, np.random.default_rng(0))
    except Untouched:  # it returned nothing, and need not: a loop trains in place
        if not stage.batches:
            raise
    if not stage.batches:
        raise Hint(f"The model never saw a batch; what came back is a {type(returned).__name__}.")
    _judge_batches(stage, N, epochs, batch_size)
    _judge_order(stage.events)


def _judge_batches(stage, N, epochs, batch_size):
    if any(labels is None for _, labels in stage.batches):
        raise Hint("A batch went through the model, and no loss was computed from it.")
    if any(len(rows) != len(labels) or np.any(labels != 100 + rows) for rows, labels in stage.batches):
        raise Hint("Images and labels no longer belong together. Draw one order, and use it for both.")
    if any(len(rows) > batch_size for rows, _ in stage.batches):
        raise Hint(f"A batch has more than {batch_size} examples, the batch_size asked for.")
    used = np.concatenate([rows for rows, _ in stage.batches])
    whole = N // batch_size * batch_size
    if len(used) == epochs * whole or len(used) == epochs * (whole - batch_size):
        raise Hint("The last batch of an epoch is left out. It is smaller than the others, and its examples count too.")
    if len(used) != epochs * N:
        raise Hint(f"{N} examples in {epochs} epochs make {epochs * N}; the model saw {len(used)}.")
    orders = used.reshape(epochs, N)
    if any(sorted(order) != list(range(N)) for order in orders):
        raise Hint("In some epoch an example came twice and another not at all. One permutation deals each out once.")
    if np.all(orders == np.arange(N)):
        raise Hint(
            "The examples come in the order in which they are stored. If they are sorted by label, that is ruin."
        )
    if np.all(orders == orders[0]):
        raise Hint("Every epoch has the same order, so the same batches. Draw a new order inside the loop over epochs.")


def _judge_order(events):
    turn = ["forward", "loss", "loss backward", "backward", "step"]
    if "step" not in events:
        raise Hint("The optimizer never makes a step.")
    if "backward" not in events:
        raise Hint("The gradient is never computed: model.backward(loss.backward()) is missing.")
    if events.index("step") < events.index("backward"):
        raise Hint("The step comes before the gradient of its batch: it uses the gradient of the batch before.")
    if events.count("step") < events.count("forward"):
        raise Hint("There are fewer steps than batches. Each batch gives one step.")
    if events != turn * events.count("step"):
        raise Hint(
            "For each batch, in this order and once: model, loss, loss.backward, model.backward, optimizer.step."
        )
