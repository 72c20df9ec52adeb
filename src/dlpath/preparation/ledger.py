"""Preparing a table in the equality ledger: moments with a constant column, the fold, and categories."""

import numpy as np

from dlpath.ledger import entries as entered
from dlpath.ledger import versions


def entries(rng):
    X, W, b = rng.normal(3, 7, (9, 4)), rng.normal(size=(3, 4)), rng.normal(size=3)
    X[:, 2] = 0.1
    modules = versions("preparation")
    _, torch, tensorflow = modules
    kinds = (np.asarray, torch.torch.tensor, tensorflow.tf.constant)
    pairs = [*zip(modules, kinds, strict=True)]
    found = [module.moments(of(X)) for module, of in pairs]
    yield from entered("moments", ["m", "s"], *found)
    rows = [[module.standardized(of(X), *ms)] for (module, of), ms in zip(pairs, found, strict=True)]
    yield from entered("standardized", ["X"], *rows)
    folded = [module.fold_scale(of(W), of(b), *ms) for (module, of), ms in zip(pairs, found, strict=True)]
    yield from entered("fold_scale", ["W", "b"], *folded)
    categories = rng.integers(0, 5, 8)
    yield from entered("one_hot", ["rows"], *([module.one_hot(of(categories), 5)] for module, of in pairs))
