"""The multilayer perceptron in the equality ledger: three depths, gradients along a cotangent drawn for the logits."""

import numpy as np

from dlpath.ledger import entries as entered
from dlpath.ledger import versions


def entries(rng):
    for sizes in [(9, 4), (64, 32, 10), (7, 6, 5, 4, 3)]:
        ours, theirs, keras_model = start(sizes, seed=int(rng.integers(2**32)))
        X, dZ = rng.normal(size=(11, sizes[0])), rng.normal(size=(11, sizes[-1]))
        quantities = ["logits", "dX", "parameters' gradients"]
        yield from entered(
            "MLP", quantities, by_numpy(ours, X, dZ), by_torch(theirs, X, dZ), by_keras(keras_model, X, dZ)
        )


def start(sizes, seed):
    """The three models, in float64, from the same weights, with biases that are not zero."""
    numpy, torch, tensorflow = versions("mlp")
    rng = np.random.default_rng(seed)
    ours = numpy.MLP(sizes, rng, np.float64)
    params = {name: value if value.ndim > 1 else rng.normal(size=value.shape) for name, value in ours.params.items()}
    others = torch.MLP(sizes, dtype=torch.torch.float64), tensorflow.MLP(sizes, dtype="float64")
    return [model.load(params) for model in (ours, *others)]


def vector(params):
    """All parameters, or all gradients, as one vector; params : {"W1": …, "b1": …, …}."""
    from dlpath.parity import to_numpy

    return np.concatenate([to_numpy(value).ravel() for value in params.values()])


def by_numpy(model, X, dZ):
    logits = model(X)
    dX = model.backward(dZ, input_gradient=True)
    return [logits, dX, vector(model.grads)]


def by_torch(model, X, dZ):
    import torch

    X = torch.tensor(X, requires_grad=True)
    logits = model(X)
    logits.backward(torch.tensor(dZ))
    return [logits, X.grad, vector({name: p.grad for name, p in model.params().items()})]


def by_keras(model, X, dZ):
    import tensorflow as tf

    X = tf.constant(X)
    with tf.GradientTape() as tape:
        tape.watch(X)
        logits = model(X)
    variables = [v.value for v in model.trainable_variables]
    dX, *dparams = tape.gradient(logits, [X, *variables], output_gradients=tf.constant(dZ))
    return [logits, dX, vector({i: tf.transpose(d) for i, d in enumerate(dparams)})]  # Keras stores W transposed
