"""Whether a probability means what it says: of all that was called 80 %, do 80 % happen?"""

import numpy as np

from dlpath.checks import check_binary_labels, check_count, check_some
from dlpath.shapes import check_shapes


def calibration_curve(y, p, bins=10):
    """Mean probability said, share that happened, and number of examples, for each bin of equal width with examples.

    y : (N,) of 0 and 1    p : (N,), probabilities. Bins are [0, 1/B], (1/B, 2/B], …. Three arrays (≤ B,).
    """
    _check("calibration_curve", y, p)
    check_count("calibration_curve", "bins", bins)
    place = np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], p)
    counts = np.bincount(place, minlength=bins)
    full = counts > 0
    said, happened = (np.bincount(place, weights=v, minlength=bins)[full] / counts[full] for v in (p, y))
    return said, happened, counts[full]


def calibration_error(y, p, bins=10):
    """Expected calibration error Σ (n_b / N) |happened_b − said_b| [eq-metrics-calibration-error]. Source: guo2017."""
    said, happened, counts = calibration_curve(y, p, bins)
    return float(np.sum(counts * np.abs(happened - said)) / len(y))


def brier_score(y, p):
    """Mean of (p − y)², of 0 and 1 and the probability of 1. Source: brier1950."""
    _check("brier_score", y, p)
    return float(np.mean((p - y) ** 2))


def _check(where, y, p):
    check_shapes(where, y=(y, "N"), p=(p, "N"))
    check_some(where, y)
    check_binary_labels(where, y)
    if not np.all((p >= 0) & (p <= 1)):
        raise ValueError(f"{where}: p must lie in 0 … 1, got {np.min(p)} … {np.max(p)}")
