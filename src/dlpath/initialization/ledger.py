"""The initial weights in the equality ledger: one generator draws them for all three, so the difference is zero."""

import numpy as np

from dlpath.ledger import entries as entered
from dlpath.ledger import versions

DRAWS = [
    "zeros",
    "normal",
    "truncated_normal",
    "xavier_uniform",
    "xavier_normal",
    "he_uniform",
    "he_normal",
    "orthogonal",
]
DEFAULTS = ["pytorch_default", "keras_default"]


def entries(rng):
    numpy, torch, tensorflow = versions("initialization")
    modules = {numpy: np.float64, torch: torch.torch.float64, tensorflow: tensorflow.tf.float64}
    for K, D in [(10, 64), (3, 1)]:
        start = int(rng.integers(2**32))
        for name in DRAWS + DEFAULTS:
            drawn = [getattr(m, name)(np.random.default_rng(start), K, D, dtype) for m, dtype in modules.items()]
            pairs = drawn if name in DEFAULTS else [[W] for W in drawn]
            yield from entered(name, ["W", "b"][: len(pairs[0])], *pairs)
