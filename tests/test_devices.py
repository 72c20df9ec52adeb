"""What runs on the processor runs on a GPU too, with the same numbers: functions as the ledger enters them, and models.

A GPU is looked for, and without one its tests are skipped and say so. The processor itself stands in the list too: its
float32 is held to its float64, so that the comparison is known to work where nothing else is there.
"""

import importlib
import importlib.util
from pathlib import Path

import numpy as np
import pytest

import dlpath
from dlpath.architecture import in_torch as architecture
from dlpath.data import digits
from dlpath.ledger import concepts
from dlpath.logistic_regression import in_torch as logistic
from dlpath.losses import in_torch as losses
from dlpath.mlp import in_torch as mlp
from dlpath.optimizers import in_torch as optimizers
from dlpath.training import in_torch as training

torch = mlp.torch
TOLERANCE = {"float64": {"rtol": 1e-9, "atol": 1e-12}, "float32": {"rtol": 1e-4, "atol": 1e-5}}
FOLDER = Path(dlpath.__file__).parent
NONE_HERE = pytest.mark.skip(reason="GPU NOT RUN: PyTorch sees none here")


def torch_devices():
    if torch.cuda.is_available():
        return ["cpu", "cuda"]
    return ["cpu", pytest.param("cuda", marks=NONE_HERE)]


@pytest.fixture(params=TOLERANCE)
def dtype(request):
    return getattr(torch, request.param)


@pytest.fixture(params=torch_devices())
def device(request):
    return torch.device(request.param)


def same(there, here):
    """What the device computed, against the processor in float64."""
    for ours, theirs in zip(there, here, strict=True):
        bounds = TOLERANCE[str(ours.dtype).removeprefix("torch.")]
        np.testing.assert_allclose(ours.detach().cpu().double(), theirs.detach(), **bounds, equal_nan=False)


def pairs(concept):
    """(name, arrays, dout, options) of every function that the concept enters in the ledger with its gradient."""
    ledger, found = importlib.import_module(f"dlpath.{concept}.ledger"), []

    def record(concept, name, quantities, *arrays, dout, **options):
        found.append((concept, name, arrays, dout, options))
        return iter(())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ledger, "pair", record)
        list(ledger.entries(np.random.default_rng(5)))
    return found


FUNCTIONS = [concept for concept in concepts() if "import pair" in (FOLDER / concept / "ledger.py").read_text("utf-8")]


@pytest.mark.parametrize("concept", FUNCTIONS)
def test_functions(concept, device, dtype):
    for own, name, arrays, dout, options in pairs(concept):
        function = getattr(importlib.import_module(f"dlpath.{own}.in_torch"), name)
        here, there = torch.device("cpu"), device
        same(
            along(function, arrays, dout, options, there, dtype),
            along(function, arrays, dout, options, here, torch.float64),
        )


def along(function, arrays, dout, options, device, dtype):
    """The output, and the gradients of Σ dout · output, on the device: nothing of it may have gone back."""
    floats = [np.issubdtype(np.asarray(a).dtype, np.floating) for a in arrays]
    kinds = [dtype if f else torch.int64 for f in floats]
    tensors = [
        torch.tensor(a, dtype=k, device=device, requires_grad=f) for a, k, f in zip(arrays, kinds, floats, strict=True)
    ]
    out = function(*tensors, **options)
    assert out.device.type == device.type
    seed = torch.tensor(dout, dtype=dtype, device=device)
    return [out, *torch.autograd.grad(out, [t for t in tensors if t.requires_grad], seed)]


def perceptron(optimizer, settings):
    """Two epochs on the digits: losses, predictions, parameters."""

    def run(device, dtype):
        X, y, *_ = digits()
        X, y = torch.tensor(X[:640] / 16, dtype=dtype, device=device), torch.tensor(y[:640], device=device)
        model = mlp.MLP((64, 32, 10), np.random.default_rng(1), dtype=torch.float64).to(device, dtype)
        steps = getattr(optimizers, optimizer)(model.parameters(), **settings)
        order = np.random.default_rng(2)
        history = training.train(model, losses.cross_entropy, steps, X, y, epochs=2, batch_size=64, rng=order)
        return [torch.tensor(history, dtype=dtype), training.predict(model, X), *model.parameters()]

    return run


def loaded_perceptron(device, dtype):
    """Parameters that come from NumPy go where the model is."""
    rng = np.random.default_rng(4)
    model = mlp.MLP((5, 4, 3), dtype=dtype).to(device)
    model.load({name: rng.normal(size=value.shape) for name, value in model.params().items()})
    return [model(torch.tensor(rng.normal(size=(7, 5)), dtype=dtype, device=device))]


def stack(skip):
    """A deep network, its output, and the gradients of all parameters."""

    def run(device, dtype):
        rng = np.random.default_rng(6)
        model = architecture.Stack(9, 7, 4, L=5, skip=skip, rng=rng, dtype=torch.float64).to(device, dtype)
        X, dZ = (torch.tensor(rng.normal(size=size), dtype=dtype, device=device) for size in ((11, 9), (11, 4)))
        out = model(X)
        out.backward(dZ)
        return [out, *(p.grad for p in model.parameters())]

    return run


def regression(device, dtype):
    rng = np.random.default_rng(3)
    X, y = rng.normal(size=(41, 7)), rng.integers(0, 2, 41).astype(float)
    X, y = (torch.tensor(a, dtype=dtype, device=device) for a in (X, y))
    model = logistic.LogisticRegression(7, dtype).to(device)
    model.load({"W": rng.normal(size=(1, 7)), "b": rng.normal(size=1)})
    history = model.fit_gradient_descent(X, y, lr=0.5, steps=20, l2=0.1)
    W, b = model.linear.weight, model.linear.bias
    probability, hessian = logistic.probability(X, W, b), logistic.logistic_hessian(X, y, W, b, 0.1)
    return [torch.tensor(history, dtype=dtype), model(X), W, b, probability, hessian]


RUNS = {
    "MLP, SGD": perceptron("SGD", {"lr": 0.1}),
    "MLP, momentum": perceptron("SGD", {"lr": 0.05, "beta": 0.9}),
    "MLP, Adam": perceptron("Adam", {"lr": 0.001}),
    "MLP, loaded": loaded_perceptron,
    "Stack": stack(skip=False),
    "Stack, skips": stack(skip=True),
    "LogisticRegression": regression,
}


@pytest.mark.parametrize("name", RUNS)
def test_models(name, device, dtype):
    same(RUNS[name](device, dtype), RUNS[name](torch.device("cpu"), torch.float64))


def test_every_model_is_among_them():
    models = set()
    for file in FOLDER.glob("*/in_torch.py"):
        module = importlib.import_module(f"dlpath.{file.parent.name}.in_torch")
        own = [value for value in vars(module).values() if getattr(value, "__module__", "") == module.__name__]
        models |= {value.__name__ for value in own if isinstance(value, type) and issubclass(value, torch.nn.Module)}
    assert models == {name.partition(",")[0] for name in RUNS}


@pytest.mark.parametrize("concept", FUNCTIONS)
def test_functions_in_tensorflow(concept):
    if importlib.util.find_spec("tensorflow") is None:
        pytest.skip("GPU NOT RUN: TensorFlow is not here")
    parity = importlib.import_module("dlpath.parity")
    tf = importlib.import_module("tensorflow")
    if not tf.config.list_physical_devices("GPU"):
        pytest.skip("GPU NOT RUN: TensorFlow sees none here")
    for own, name, arrays, dout, options in pairs(concept):
        function = getattr(importlib.import_module(f"dlpath.{own}.in_tensorflow"), name)
        runs = []
        for place in ("/GPU:0", "/CPU:0"):
            with tf.device(place):
                runs.append(parity.tensorflow_vjp(lambda *a: function(*a, **options), *arrays, dout=dout))  # noqa: B023
        (there, gradients), (here, expected) = runs
        for a, b in zip([there, *gradients], [here, *expected], strict=True):
            if a is not None:
                np.testing.assert_allclose(a, b, **TOLERANCE["float64"])
