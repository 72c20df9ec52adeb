"""How far a mini-batch's gradient is from that of all examples, said in advance: plain NumPy."""

import numpy as np

from dlpath.checks import check_count, check_some


def batch_noise(G, batch_size):
    """The mean squared distance of a batch's gradient from the full one [eq-descent-noise].

    G : array (N, D), the gradient of each example's loss, a row each; a batch is drawn without replacement
    Raises ValueError without examples, and unless 1 ≤ batch_size ≤ N.
    """
    check_some("batch_noise", G)
    check_count("batch_noise", "batch_size", batch_size)
    N = len(G)
    if batch_size > N:
        raise ValueError(f"batch_noise: batch_size must be at most {N}, the number of examples, got {batch_size}")
    spread = np.sum((G - G.mean(axis=0)) ** 2, axis=1).mean()  # (N, D) -> a number
    return spread / batch_size * (N - batch_size) / max(N - 1, 1)
