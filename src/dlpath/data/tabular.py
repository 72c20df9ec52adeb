"""Four real sets that come with scikit-learn: no download, the same numbers on every machine."""

from typing import NamedTuple

import numpy as np


class Dataset(NamedTuple):
    """A table of examples, one per row, as its authors measured it: nothing is scaled or shuffled.

    X             : float64 array (N, D)
    y             : array (N,), class numbers 0 … K-1 (int64), or the quantity to predict (float64)
    feature_names : D names, one per column of X
    target_names  : K names, the k-th for class k; one name where y is a quantity
    description   : scikit-learn's account of the set, with its origin and units
    """

    X: np.ndarray
    y: np.ndarray
    feature_names: tuple[str, ...]
    target_names: tuple[str, ...]
    description: str


def digits() -> Dataset:
    """Handwritten digits, 8×8 pixels from 0 (paper) to 16 (ink): X (1797, 64), ten classes."""
    from sklearn.datasets import load_digits

    return _dataset(load_digits(), np.int64)


def breast_cancer() -> Dataset:
    """Cell nuclei in breast tissue, measured: X (569, 30); class 0 is malignant, class 1 benign."""
    from sklearn.datasets import load_breast_cancer

    return _dataset(load_breast_cancer(), np.int64)


def wine() -> Dataset:
    """Wines of three growers, by chemical analysis: X (178, 13), one class per grower."""
    from sklearn.datasets import load_wine

    return _dataset(load_wine(), np.int64)


def diabetes() -> Dataset:
    """Patients, and how far their diabetes progressed within a year: X (442, 10), y from 25 to 346.

    The columns are in the units of the clinic (years, kg/m², mmHg, …), where scikit-learn's default
    is columns that are already centred and scaled.
    """
    from sklearn.datasets import load_diabetes

    return _dataset(load_diabetes(scaled=False), np.float64, ("disease progression",))


def _dataset(bunch, target_type, target_names=None) -> Dataset:
    """scikit-learn's bunch, with one type for all features and plain strings for names."""
    return Dataset(
        X=np.asarray(bunch.data, dtype=np.float64),
        y=np.asarray(bunch.target, dtype=target_type),
        feature_names=tuple(str(name) for name in bunch.feature_names),
        target_names=target_names or tuple(str(name) for name in bunch.target_names),
        description=bunch.DESCR,
    )
