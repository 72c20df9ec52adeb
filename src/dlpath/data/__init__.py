"""Data: the small sets that come with scikit-learn, and MNIST, downloaded once and verified.

    from dlpath.data import digits, mnist

    X, y, *_ = digits()                    # (1797, 64), (1797,): on every machine, no download
    x_train, y_train, x_test, y_test, source = mnist()      # (60000, 28, 28), (60000,), …

Nothing is scaled, shuffled or cleaned on the way: what a chapter does to its data, it does in sight.
scikit-learn and pooch are imported by the functions that need them; no framework is imported at all.
"""

from dlpath.data.files import DamagedFile, DataError, parse_idx
from dlpath.data.mnist import MNIST, data_in_use, mnist
from dlpath.data.stand_in import on_stand_in_data
from dlpath.data.tabular import Dataset, breast_cancer, diabetes, digits, wine

__all__ = [
    "MNIST",
    "DamagedFile",
    "DataError",
    "Dataset",
    "breast_cancer",
    "data_in_use",
    "diabetes",
    "digits",
    "mnist",
    "on_stand_in_data",
    "parse_idx",
    "wine",
]
