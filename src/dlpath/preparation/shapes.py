"""What the three versions refuse, with the same words."""

import numpy as np


def check_columns(where, X, m, s):
    """m and s have one number for each column of X."""
    D = X.shape[-1]
    if tuple(m.shape) != (D,) or tuple(s.shape) != (D,):
        raise ValueError(f"{where}: m and s have shapes {tuple(m.shape)} and {tuple(s.shape)}, expected ({D},)")


def check_fold(where, W, b, m, s):
    """W (K, D), b (K,), m and s (D,)."""
    if len(W.shape) != 2 or tuple(b.shape) != (W.shape[0],):
        raise ValueError(
            f"{where}: W and b have shapes {tuple(W.shape)} and {tuple(b.shape)}, expected (K, D) and (K,)"
        )
    check_columns(where, W, m, s)


def check_categories(where, categories, K):
    """Whole numbers from 0 to K − 1, in one axis."""
    values = np.asarray(categories)
    if values.ndim != 1 or values.dtype.kind not in "iu":
        raise ValueError(f"{where}: categories are whole numbers of shape (N,), got {values.dtype} {values.shape}")
    if values.size and not (values.min() >= 0 and values.max() < K):
        raise ValueError(f"{where}: categories lie between 0 and {K - 1}, got {values.min()} to {values.max()}")
