"""Logistic regression in the equality ledger: drawn data, and logits of ±800 that are right and that are wrong."""

import numpy as np

from dlpath.ledger import entries as entered
from dlpath.ledger import versions
from dlpath.parity import tensorflow_vjp, to_numpy, torch_vjp


def entries(rng):
    X, y = rng.normal(size=(41, 7)), rng.integers(0, 2, 41).astype(float)
    yield from functions(X, y, rng.normal(size=(1, 7)), rng.normal(size=1), l2=0.1, dloss=rng.normal())
    yield from models(X, y)
    sides, labels = np.array([[1.0], [-1.0], [1.0], [-1.0], [0.0]]), np.array([1.0, 0.0, 0.0, 1.0, 1.0])
    yield from functions(sides, labels, np.array([[800.0]]), np.zeros(1), l2=0.1, dloss=rng.normal())


def functions(X, y, W, b, l2, dloss):
    """Probability, loss, gradients, and the Hessian: derived in NumPy, differentiated twice by the others."""
    numpy, torch, tensorflow = versions("logistic_regression")
    tensor, constant = torch.torch.tensor, tensorflow.tf.constant
    loss, cache = numpy.logistic_loss(X, y, W, b, l2=l2)
    by_torch = torch_vjp(lambda *a: torch.logistic_loss(*a, l2=l2), X, y, W, b, dout=dloss)
    by_tensorflow = tensorflow_vjp(lambda *a: tensorflow.logistic_loss(*a, l2=l2), X, y, W, b, dout=dloss)
    others = ([out, *gradients[2:]] for out, gradients in (by_torch, by_tensorflow))
    yield from entered(
        "logistic_loss", ["loss", "dW", "db"], [loss, *numpy.logistic_loss_backward(dloss, cache)], *others
    )
    hessians = [
        numpy.logistic_hessian(X, W, b, l2=l2),
        torch.logistic_hessian(*map(tensor, (X, y, W, b)), l2=l2),
        tensorflow.logistic_hessian(*map(constant, (X, y, W, b)), l2=l2),
    ]
    yield from entered("logistic_hessian", ["H"], *([H] for H in hessians))
    p = [numpy.probability(X, W, b), torch.probability(*map(tensor, (X, W, b)))]
    p.append(tensorflow.probability(*map(constant, (X, W, b))))
    yield from entered("probability", ["p"], *([value] for value in p))


def models(X, y):
    """The three models after a hundred steps of gradient descent: every loss, parameters, probabilities."""
    values = []
    modules = versions("logistic_regression")
    for module, own in zip(modules, (np.asarray, modules[1].torch.tensor, modules[2].tf.constant), strict=True):
        model = module.LogisticRegression(X.shape[1])
        history = model.fit_gradient_descent(own(X), own(y), lr=0.5, steps=100, l2=0.1)
        values.append([history, parameters(model), model(own(X))])
    yield from entered("LogisticRegression", ["100 losses", "parameters", "p"], *values)


def parameters(model):
    """W and b as one vector, from whatever version."""
    own = (model.W, model.b) if hasattr(model, "W") else getattr(model, "weights", None) or model.parameters()
    return np.concatenate([to_numpy(value).ravel() for value in own])
