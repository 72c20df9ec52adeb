"""The optimizers in the equality ledger: a hundred steps on one vector, whose gradients change sign and size.

Adam is entered twice, because the frameworks compute two things under that name; each stands beside its own form.
Momentum is 0.875, which float32 holds exactly: Keras rounds it to that.
"""

import numpy as np

from dlpath.ledger import Entry, versions
from dlpath.parity import to_numpy


def entries(rng):
    start = rng.normal(size=23)
    gradients = rng.normal(size=(100, 23)) * np.logspace(-6, 2, 23)
    for what, name, settings in [
        ("SGD", "SGD", {"lr": 0.001}),
        ("SGD, momentum", "SGD", {"lr": 0.001, "beta": 0.875}),
    ]:
        yield Entry(what, "100 steps", after(name, start, gradients, settings))
    adam = {"lr": 0.01, "beta1": 0.8, "beta2": 0.99, "eps": 1e-7}
    paper = after("Adam", start, gradients, adam)
    hat = after("Adam", start, gradients, adam, epsilon_hat=True)
    yield Entry("Adam", "100 steps", {version: paper[version] for version in ("NumPy", "PyTorch")})
    yield Entry("Adam, ε-hat", "100 steps", {version: hat[version] for version in ("NumPy", "TensorFlow")})


def after(name, start, gradients, settings, **form):
    """{version: the vector after a step along each gradient}."""
    numpy, torch, tensorflow = versions("optimizers")
    ours = start.copy()
    theirs = torch.torch.tensor(start, requires_grad=True)
    variable = tensorflow.keras.Variable(start, dtype="float64")
    optimizer = getattr(numpy, name)(ours, **settings, **form)
    torch_optimizer = getattr(torch, name)([theirs], **settings)
    keras_optimizer = getattr(tensorflow, name)(**settings)
    for gradient in gradients:
        optimizer.step(gradient)
        theirs.grad = torch.torch.tensor(gradient)
        torch_optimizer.step()
        keras_optimizer.apply([tensorflow.keras.ops.convert_to_tensor(gradient)], [variable])
    return {"NumPy": ours, "PyTorch": to_numpy(theirs), "TensorFlow": to_numpy(variable)}
