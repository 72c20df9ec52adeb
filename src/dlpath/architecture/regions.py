"""The linear pieces of a ReLU network of one input, found exactly, and a network that folds its input.

layers : a list of pairs W (K, D), b (K,), ReLU after each but the last; the first D is 1.
"""

import numpy as np

from dlpath.shapes import check_shapes


def breakpoints(layers, low, high):
    """The places in (low, high) where the network's slope changes, sorted: array (number of kinks,).

    Between two places where units of earlier layers switch, a pre-activation is a straight line: if it has two signs
    at the ends, its zero follows by proportion. Raises ValueError for a network of several inputs, or low ≥ high.
    """
    _check(layers, low, high)
    x = np.array([low, high], float)
    A = x[:, None]  # (number of places, units)
    for W, b in layers[:-1]:
        Z = A @ W.T + b
        x, Z = _with_zeros(x, Z)
        A = np.maximum(Z, 0)
    slopes = _slopes(layers, (x[1:] + x[:-1]) / 2)
    kinks = np.any(~np.isclose(slopes[1:], slopes[:-1], rtol=1e-9, atol=1e-12), axis=1)
    return x[1:-1][kinks]


def linear_regions(layers, low, high):
    """How many straight pieces the network has on (low, high): one more than `breakpoints`."""
    return len(breakpoints(layers, low, high)) + 1


def regions_bound(widths):
    """No network of one input has more pieces: the product of H + 1 over its hidden layers [eq-architecture-bound]."""
    return int(np.prod([H + 1 for H in widths], dtype=object))


def folding_network(L):
    """L hidden layers of two units that fold (0, 1) in half L times: 2ᴸ pieces [eq-architecture-fold].

    Returns its layers, each W and b written by hand.
    """
    up, down = np.array([2.0, -4.0]), np.array([0.0, -0.5])
    first, inner = (np.ones((2, 1)), down), (np.array([up, up]), down)
    return [first, *[inner] * (L - 1), (up[None], np.zeros(1))]


def _with_zeros(x, Z):
    """The places, with those between them at which a column of Z crosses zero; and Z there."""
    n, unit = np.nonzero(Z[:-1] * Z[1:] < 0)
    share = Z[n, unit] / (Z[n, unit] - Z[n + 1, unit])
    places = np.unique(np.concatenate([x, x[n] + share * (x[n + 1] - x[n])]))
    return places, np.stack([np.interp(places, x, column) for column in Z.T], axis=1)


def _slopes(layers, x):
    """The derivative of the outputs at these places, (places, K): each layer multiplies, and silences what is off."""
    A, V = x[:, None], np.ones((len(x), 1))
    for W, b in layers[:-1]:
        Z = A @ W.T + b
        A, V = np.maximum(Z, 0), (V @ W.T) * (Z > 0)
    return V @ layers[-1][0].T


def _check(layers, low, high):
    for place, (W, b) in enumerate(layers):
        check_shapes("breakpoints", W=(W, "K 1" if place == 0 else f"K {len(layers[place - 1][1])}"), b=(b, "K"))
    if not low < high:
        raise ValueError(f"breakpoints: the interval from {low} to {high} is empty")
