"""What is refused: by all three versions, with the same type of error, in the same words."""

import functools
import inspect
import math

import numpy as np
import pytest

from dlpath import metrics
from dlpath.layers import Loss
from dlpath.logistic_regression.in_numpy import LogisticRegression, newton_step
from dlpath.losses import in_numpy as losses
from dlpath.optimizers import in_numpy as optimizers
from dlpath.parity import tensorflow_vjp, torch_vjp

rng = np.random.default_rng(21)
N, D, K = 6, 4, 3
X, y = rng.normal(size=(N, D)), np.array([0.0, 1, 1, 0, 1, 0])
LABELS = np.array([0, 2, 1, 1, 0, 2])
W, b = rng.normal(size=(1, D)), rng.normal(size=1)
BINARY = {"-1": np.where(y, 1.0, -1.0), "0.5": np.full(N, 0.5), "nan": np.full(N, np.nan), "2": LABELS.astype(np.uint8)}
FOUND = {"-1": "[-1.  1.]", "0.5": "[0.5]", "nan": "[nan]", "2": "[0 1 2]"}


class Version:
    """One of the three: its arrays, its modules, and what differs in how its optimizers and models are made."""

    def __init__(self, place, array, versions):
        self.array, self.of = array, lambda concept: versions(concept)[place]
        self.place = place

    def model(self):
        dtype = [np.float64, __import__("torch").float64, "float64"][self.place]
        return self.of("mlp").MLP((D, 5, K), np.random.default_rng(1), dtype)

    def logistic(self):
        return self.of("logistic_regression").LogisticRegression(D)

    def optimizer(self, name, **options):
        make = getattr(self.of("optimizers"), name)
        if "theta" in inspect.signature(make).parameters:
            return make(np.zeros(3), **options)
        if self.place == 1:
            import torch

            return make([torch.zeros(3, requires_grad=True)], **options)
        return make(**options)

    def loss(self, name, prediction, target, **options):
        if isinstance(options.get("class_weights"), np.ndarray):
            options["class_weights"] = self.array(options["class_weights"])
        return getattr(self.of("losses"), name)(self.array(prediction), self.array(target), **options)

    def logistic_loss(self, X=X, y=y, l2=0.0):
        return self.of("logistic_regression").logistic_loss(*map(self.array, (X, y, W, b)), l2=l2)

    def hessian(self, l2):
        arrays = [self.array(a) for a in ((X, W, b) if self.place == 0 else (X, y, W, b))]
        return self.of("logistic_regression").logistic_hessian(*arrays, l2=l2)

    def descend(self, X=X, y=y, lr=0.1, steps=2, l2=0.0):
        return self.logistic().fit_gradient_descent(self.array(X), self.array(y), lr=lr, steps=steps, l2=l2)

    def train(self, labels=LABELS, epochs=1, batch_size=8):
        model, ce = self.model(), self.of("losses").cross_entropy
        if self.place == 0:
            loss, optimizer = Loss(ce, losses.cross_entropy_backward), optimizers.SGD(model.theta)
        else:
            optimizer = self.of("optimizers").SGD(*([model.parameters()] if self.place == 1 else []))
            loss = ce
        data = (X, labels) if self.place == 2 else (self.array(X), self.array(labels))
        options = {"epochs": epochs, "batch_size": batch_size, "rng": np.random.default_rng(0)}
        return self.of("training").train(model, loss, optimizer, *data, **options)

    def predict(self, X=X, batch_size=4):
        return self.of("training").predict(self.model(), self.array(X), batch_size=batch_size)


def parameters(**others):
    """Those of the network that `Version.model` makes, but for what is named."""
    shapes = {"W1": (5, D), "b1": (5,), "W2": (K, 5), "b2": (K,)}
    return {name: np.ones(shape) for name, shape in shapes.items()} | others


CASES = {}


def refused(title, call, sentence, error=ValueError):
    CASES[title] = (call, error, sentence)


for alpha in (0, -0.5, math.nan, math.inf):
    words = f"elu: alpha must be positive and finite, got {alpha}"
    refused(f"elu, alpha {alpha}", lambda v, a=alpha: v.of("activations").elu(v.array(X), a), words)
for label, labels in BINARY.items():
    words = f"labels must be 0 or 1, got {FOUND[label]}"
    target = functools.partial(Version.loss, name="binary_cross_entropy", prediction=X[:, 0], target=labels)
    refused(f"binary_cross_entropy, label {label}", target, f"binary_cross_entropy: {words}")
    refused(
        f"logistic_loss, label {label}", functools.partial(Version.logistic_loss, y=labels), f"logistic_loss: {words}"
    )
    refused(f"fit, label {label}", functools.partial(Version.descend, y=labels), f"logistic_loss: {words}")
for label in (-1, K):
    labels = np.where(LABELS == 1, label, LABELS)
    words = f"cross_entropy: labels must lie in 0 … {K - 1}, got {min(label, 0)} … {max(label, 2)}"
    target = functools.partial(Version.loss, name="cross_entropy", prediction=X[:, :K], target=labels)
    refused(f"cross_entropy, label {label}", target, words)
    refused(f"train, label {label}", functools.partial(Version.train, labels=labels), words)
for dtype in (float, bool):
    refused(
        f"cross_entropy, labels {dtype.__name__}",
        functools.partial(Version.loss, name="cross_entropy", prediction=X[:, :K], target=LABELS.astype(dtype)),
        f"cross_entropy: labels must be integers, got {np.dtype(dtype)}",
        TypeError,
    )
REGRESSION = ("mse", "mae", "huber")
for name, prediction, target in [
    *((name, X, X + 1) for name in REGRESSION),
    ("binary_cross_entropy", X[:, 0], y),
    ("cross_entropy", X[:, :K], LABELS),
]:
    for reduction in ("average", None, "Mean"):
        call = functools.partial(Version.loss, name=name, prediction=prediction, target=target, reduction=reduction)
        words = f"{name}: reduction must be 'mean', 'sum' or 'none', got {reduction!r}"
        refused(f"{name}, reduction {reduction}", call, words)
for name in REGRESSION:
    call = functools.partial(Version.loss, name=name, prediction=X, target=X[:, :1])
    refused(f"{name}, shapes", call, f"{name}: Y_hat has shape (6, 4), Y has (6, 1); they must be equal")
for delta in (0, -1.0, math.nan, math.inf):
    call = functools.partial(Version.loss, name="huber", prediction=X, target=X, delta=delta)
    refused(f"huber, delta {delta}", call, f"huber: delta must be positive and finite, got {delta}")
for weights, words, error in [
    (np.array([1.0, 0.0, 2.0]), "class_weights must be positive and finite, got [1. 0. 2.]", ValueError),
    (np.array([1.0, np.nan, 2.0]), "class_weights must be positive and finite, got [ 1. nan  2.]", ValueError),
    (np.ones(4), "class_weights has shape (4,), expected (K,) with K = 3 (from Z)", ValueError),
    ([1.0, 2.0, 3.0], "class_weights must be an array, got list", TypeError),
]:
    call = functools.partial(
        Version.loss, name="cross_entropy", prediction=X[:, :K], target=LABELS, class_weights=weights
    )
    refused(f"cross_entropy, class_weights {weights}", call, f"cross_entropy: {words}", error)
for wrong, words in [(X[0], "Z has shape (4,), expected (N, K)"), (X[:0], "there are no examples")]:
    call = lambda v, wrong=wrong: v.of("losses").log_sum_exp(v.array(wrong))  # noqa: E731
    refused(f"log_sum_exp, {words}", call, f"log_sum_exp: {words}")
for name, prediction, target in [
    ("mse", X[:0], X[:0]),
    ("mae", X[:0], X[:0]),
    ("huber", X[:0], X[:0]),
    ("binary_cross_entropy", y[:0], y[:0]),
    ("cross_entropy", X[:0, :K], LABELS[:0]),
]:
    call = functools.partial(Version.loss, name=name, prediction=prediction, target=target)
    refused(f"{name} of nothing", call, f"{name}: there are no examples")
refused("logistic_loss of nothing", lambda v: v.logistic_loss(X[:0], y[:0]), "logistic_loss: there are no examples")
refused("predict of nothing", lambda v: v.predict(X[:0]), "predict: there are no examples")
refused("train of nothing", lambda v: v.train(LABELS[:0]), f"train: X has {N} examples, y has 0; they must be equal")
for l2 in (-0.1, math.nan, math.inf):
    words = f"l2 must be at least 0 and finite, got {l2}"
    refused(f"logistic_loss, l2 {l2}", functools.partial(Version.logistic_loss, l2=l2), f"logistic_loss: {words}")
    refused(f"logistic_hessian, l2 {l2}", functools.partial(Version.hessian, l2=l2), f"logistic_hessian: {words}")
    refused(f"fit, l2 {l2}", functools.partial(Version.descend, l2=l2), f"logistic_loss: {words}")
for rate in (0, -0.1, math.nan, math.inf):
    words = f"lr must be positive and finite, got {rate}"
    refused(f"fit, lr {rate}", functools.partial(Version.descend, lr=rate), f"fit_gradient_descent: {words}")
    for name in ("SGD", "Adam"):
        call = functools.partial(Version.optimizer, name=name, lr=rate)
        refused(f"{name}, lr {rate}", call, f"optimizer: {words}")
    call = functools.partial(Version.optimizer, name="Adam", eps=rate)
    refused(f"Adam, eps {rate}", call, f"optimizer: eps must be positive and finite, got {rate}")
for name, beta in [("SGD", "beta"), ("Adam", "beta1"), ("Adam", "beta2")]:
    for value in (-0.1, 1.0, math.nan):
        call = functools.partial(Version.optimizer, name=name, **{beta: value})
        refused(f"{name}, {beta} {value}", call, f"optimizer: betas must lie in 0 ≤ β < 1, got {value}")
for where, method, name in [
    ("train", Version.train, "epochs"),
    ("train", Version.train, "batch_size"),
    ("predict", Version.predict, "batch_size"),
    ("fit_gradient_descent", Version.descend, "steps"),
]:
    for count in (0, -1):
        call = functools.partial(method, **{name: count})
        refused(f"{where}, {name} {count}", call, f"{where}: {name} must be at least 1, got {count}")
    call = functools.partial(method, **{name: 2.5})
    refused(f"{where}, {name} 2.5", call, f"{where}: {name} must be a whole number, got 2.5", TypeError)
refused(
    "a fit that runs away",
    lambda v: v.descend(X * 1e200, lr=1e200),
    "fit_gradient_descent: the loss is nan after step 1; try a smaller learning rate",
    FloatingPointError,
)
EXPECTED = "expected parameters ['W1', 'W2', 'b1', 'b2'], got"
for title, params, words in [
    ("an extra name", parameters(W3=np.ones(1)), f"{EXPECTED} ['W1', 'W2', 'W3', 'b1', 'b2']"),
    ("no names", {}, f"{EXPECTED} []"),
    ("a shape that would broadcast", parameters(b2=np.ones(1)), "b2 has shape (1,), expected (3,)"),
    ("a transpose", parameters(W1=np.ones((D, 5))), "W1 has shape (4, 5), expected (5, 4)"),
]:
    refused(f"MLP.load, {title}", lambda v, params=params: v.model().load(params), f"MLP: {words}")
for title, params, words in [
    ("an extra name", {"W": W, "b": b, "c": b}, "expected parameters ['W', 'b'], got ['W', 'b', 'c']"),
    ("a missing name", {"W": W}, "expected parameters ['W', 'b'], got ['W']"),
    ("a transpose", {"W": W.T, "b": b}, "W has shape (4, 1), expected (1, 4)"),
]:
    call = lambda v, params=params: v.logistic().load(params)  # noqa: E731
    refused(f"LogisticRegression.load, {title}", call, f"LogisticRegression: {words}")


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("title", CASES)
def test_all_three_refuse_alike(title, versions, keras_float64):
    import tensorflow as tf
    import torch

    call, error, sentence = CASES[title]
    for place, array in enumerate((np.asarray, torch.tensor, tf.constant)):
        with pytest.raises(Exception) as caught:  # noqa: PT011  the type is compared below
            call(Version(place, array, versions))
        assert (caught.type, str(caught.value)) == (error, sentence), f"version {place}"


def test_what_is_next_to_the_refused_is_accepted(versions, keras_float64):
    """The same calls with nothing wrong about them."""
    import tensorflow as tf
    import torch

    for place, array in enumerate((np.asarray, torch.tensor, tf.constant)):
        version = Version(place, array, versions)
        version.loss("binary_cross_entropy", X[:, 0], y)
        version.loss("cross_entropy", X[:, :K], LABELS.astype(np.uint8))
        version.loss("cross_entropy", X[:, :K], LABELS, class_weights=np.array([1, 2, 3]), reduction="sum")
        version.loss("huber", X, X, delta=np.float32(0.5), reduction="none")
        version.hessian(l2=0)
        version.model().load(parameters())
        version.logistic().load({"W": W, "b": b})
        version.optimizer("Adam", lr=np.float32(0.1), beta1=0.0, eps=1)
        assert len(version.descend(steps=np.int64(1))) == len(version.train(epochs=np.int64(1))) == 1
        assert version.predict(batch_size=np.int64(1)).shape == (N, K)


# ---- what only one or two of them have


@pytest.mark.parametrize("vjp", [torch_vjp, tensorflow_vjp])
@pytest.mark.parametrize("shape", [(1, 2), (3, 1), (1,), (), (2, 3)])
def test_a_cotangent_of_another_shape_proves_nothing(vjp, shape, versions):
    versions("linear")
    with pytest.raises(ValueError, match=r"vjp: dout has shape .*, expected \(3, 2\) as out") as caught:
        vjp(lambda a: 2 * a, np.ones((3, 2)), dout=np.ones(shape))
    assert str(caught.value) == f"vjp: dout has shape {shape}, expected (3, 2) as out"


STEPS = {
    "sgd_step": {"w": 3, "dw": 3, "lr": None},
    "momentum_step": {"w": 3, "dw": 3, "v": 3, "lr": None},
    "adam_step": {"w": 3, "dw": 3, "m": 3, "v": 3},
    "adam_epsilon_hat_step": {"w": 3, "dw": 3, "m": 3, "v": 3},
}


@pytest.mark.parametrize(
    ("step", "wrong"), [(step, name) for step, a in STEPS.items() for name in a if name not in ("w", "lr")]
)
def test_a_step_broadcasts_nothing(step, wrong):
    arguments = {name: np.ones(size) if size else 0.1 for name, size in STEPS[step].items()}
    arguments |= {"t": 1} if step.startswith("adam") else {}
    getattr(optimizers, step)(**arguments)
    with pytest.raises(ValueError, match=rf"^{step}: {wrong} has shape \(1,\), expected \(3,\) as w$"):
        getattr(optimizers, step)(**arguments | {wrong: np.ones(1)})


@pytest.mark.parametrize("step", [optimizers.adam_step, optimizers.adam_epsilon_hat_step])
def test_adam_counts_its_steps_from_one(step):
    with pytest.raises(ValueError, match=f"{step.__name__}: t must be at least 1, got 0"):
        step(1.0, 1.0, 0.0, 0.0, t=0)


def test_newton_does_not_walk_uphill():
    for call in (
        lambda: LogisticRegression(D).fit_newton(X, y, l2=-0.1),
        lambda: newton_step(X, y, W, b, l2=-0.1),
    ):
        with pytest.raises(ValueError, match=r"logistic_loss: l2 must be at least 0 and finite, got -0\.1"):
            call()
    with pytest.raises(ValueError, match="fit_newton: max_steps must be at least 1, got 0"):
        LogisticRegression(D).fit_newton(X, y, max_steps=0)


def test_the_accuracy_of_nothing_is_refused():
    with pytest.raises(ValueError, match="accuracy: there are no examples"):
        metrics.accuracy(LABELS[:0], LABELS[:0])
