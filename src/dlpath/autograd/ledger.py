"""Reverse mode in the equality ledger: graphs that are written once, for operations that each version brings along."""

import operator

import numpy as np

from dlpath.autograd.in_numpy import Tensor, numpy_vjp
from dlpath.ledger import entries as entered
from dlpath.parity import tensorflow_vjp, torch_vjp

OPERATORS = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": lambda x, y: x / (y * y + 1.0),
    "matmul": operator.matmul,
    "neg": operator.neg,
    "square": lambda x: x**2,
    "root": lambda x: (x * x + 1.0) ** 0.5,
    "slice": operator.getitem,
}


def numpy_operations():
    """Name -> the operation on tensors of dlpath.autograd; axes are tuples, and every operation keeps float64."""
    return OPERATORS | {
        "exp": lambda x: x.tanh().exp(),
        "log": lambda x: (x * x + 1.0).log(),
        "tanh": Tensor.tanh,
        "sigmoid": Tensor.sigmoid,
        "relu": Tensor.relu,
        "sum": Tensor.sum,
        "mean": Tensor.mean,
        "max": Tensor.max,
        "reshape": lambda x, shape: x.reshape(*shape),
        "transpose": lambda x, axes: x.transpose(*axes),
        "take": lambda x, places: x[np.array(places)],
    }


def torch_operations():
    """The same in PyTorch."""
    import torch

    return OPERATORS | {
        "exp": lambda x: torch.exp(torch.tanh(x)),
        "log": lambda x: torch.log(x * x + 1.0),
        "tanh": torch.tanh,
        "sigmoid": torch.sigmoid,
        "relu": torch.relu,
        "sum": lambda x, axes, keepdims: torch.sum(x, axes, keepdims) if axes else x,
        "mean": lambda x, axes, keepdims: torch.mean(x, axes, keepdims) if axes else x,
        "max": lambda x, axes, keepdims: torch.amax(x, axes, keepdims) if axes else x,
        "reshape": torch.reshape,
        "transpose": torch.permute,
        "take": lambda x, places: x[list(places)],
    }


def tensorflow_operations():
    """The same in TensorFlow."""
    import tensorflow as tf

    return OPERATORS | {
        "exp": lambda x: tf.exp(tf.tanh(x)),
        "log": lambda x: tf.math.log(x * x + 1.0),
        "tanh": tf.tanh,
        "sigmoid": tf.sigmoid,
        "relu": tf.nn.relu,
        "sum": tf.reduce_sum,
        "mean": tf.reduce_mean,
        "max": tf.reduce_max,
        "reshape": tf.reshape,
        "transpose": tf.transpose,
        "take": lambda x, places: tf.gather(x, places),
    }


def attention(ops, Q, K, V):
    """softmax(Q Kᵀ) V: a batch, a product in which the batch of one side is repeated, a tensor used twice."""
    scores = ops["matmul"](Q, ops["transpose"](K, (0, 2, 1)))
    E = ops["exp"](scores)
    return ops["matmul"](E / ops["sum"](E, (2,), True), V)


def normalized(ops, X, g):
    """Each row minus its mean, over the root of its squares, times g: some tensors reach the output in several ways."""
    centred = X - ops["mean"](X, (1,), True)
    return g * centred / (ops["mean"](centred * centred, (1,), True) + 0.1) ** 0.5


def looked_up(ops, E, w):
    """Rows of a table, some of them twice, some never, each against w; the largest wins."""
    rows = ops["take"](E, (2, 0, 2, 4, 2))
    return ops["max"](ops["sigmoid"](rows * w), (0,), False)


def entries(rng):
    graphs = {
        attention: [(2, 5, 3), (1, 4, 3), (2, 4, 6)],
        normalized: [(7, 5), (5,)],
        looked_up: [(6, 3), (3,)],
    }
    for graph, shapes in graphs.items():
        arrays = [rng.normal(size=shape) for shape in shapes]
        dout = rng.normal(size=graph(numpy_operations(), *map(Tensor, arrays)).shape)
        values = []
        for vjp, operations in (
            (numpy_vjp, numpy_operations()),
            (torch_vjp, torch_operations()),
            (tensorflow_vjp, tensorflow_operations()),
        ):
            out, gradients = vjp(lambda *x, ops=operations, graph=graph: graph(ops, *x), *arrays, dout=dout)
            values.append([out, np.concatenate([gradient.ravel() for gradient in gradients])])
        yield from entered(graph.__name__, ["output", "gradients"], *values)
