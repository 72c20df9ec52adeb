"""Sizes and first weights of a stack: written once, for all three versions."""

import math

from dlpath.checks import check_count


def stack_sizes(D, H, K, L):
    """(D, H, …, H, K) with L times H; raises ValueError for a size below 1."""
    for name, size in (("D", D), ("H", H), ("K", K), ("L", L)):
        check_count("Stack", name, size)
    return (D, *[H] * L, K)


def start(draw, rng, sizes, skip, dtype):
    """First weights, layer by layer: `draw(rng, K, D, dtype)`; with skips those between two hidden layers over √L.

    L times a summand of the variance of 1/L: the variance grows by (1 + 1/L)ᴸ < e at most.
    """
    L = len(sizes) - 2
    for place, (D, K) in enumerate(zip(sizes[:-1], sizes[1:], strict=True)):
        W = draw(rng, K, D, dtype)
        yield W / math.sqrt(L) if skip and 0 < place < L else W


def silent_probability(H, L):
    """Chance that one example is stopped: at first some layer of H ReLU is silent for it [eq-architecture-silent].

    L hidden layers, symmetric independent weights, biases of zero, no skips.
    """
    for name, size in (("H", H), ("L", L)):
        check_count("silent_probability", name, size)
    return 1 - (1 - 0.5**H) ** L
