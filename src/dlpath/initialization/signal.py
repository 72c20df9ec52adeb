"""What a stack of random ReLU layers does to a signal, foretold from the spread of its weights."""

import numpy as np

from dlpath.initialization.spread import _size


def relu_power(q, D, w_std, b_std=0.0):
    """E z² of the next layer, if this one's z has E z² = q: D · w_std² · q / 2 + b_std² [eq-initialization-power].

    q : a number or an array; D : the width of this layer. ValueError for a D below 1 and a negative q.
    """
    if np.any(np.asarray(q) < 0):
        raise ValueError(f"initialization: q must be at least 0, got {q}")
    return _size("D", D) * w_std**2 * q / 2 + b_std**2


def relu_cosine(c):
    """The cosine between two signals after a wide ReLU layer, before it c [eq-initialization-cosine].

    c : a number or an array, −1 to 1, or ValueError. Source: cho2009.
    """
    if np.any(np.abs(c) > 1):
        raise ValueError(f"initialization: a cosine lies between -1 and 1, got {c}")
    angle = np.arccos(c)
    return (np.sin(angle) + (np.pi - angle) * c) / np.pi


def relu_wander(H, layers):
    """Variance of log ‖a‖² after so many layers of H ReLUs with He's weights: 5 · layers / H
    [eq-initialization-wander]. Source: hanin2018, for the effect."""
    return 5 * layers / _size("H", H)
