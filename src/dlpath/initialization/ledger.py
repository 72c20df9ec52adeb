"""The initial weights in the equality ledger: one generator draws them for all three, so the difference is zero.

What is all zero is entered with 1 added, or nothing could be seen to differ.
"""

import numpy as np

from dlpath.ledger import entries as entered
from dlpath.ledger import versions

DRAWS = ["normal", "truncated_normal", "xavier_uniform", "xavier_normal", "he_uniform", "he_normal", "orthogonal"]


def entries(rng):
    numpy, torch, tensorflow = versions("initialization")
    modules = {numpy: np.float64, torch: torch.torch.float64, tensorflow: tensorflow.tf.float64}
    for K, D in [(10, 64), (3, 1)]:
        start = int(rng.integers(2**32))

        def drawn(name, start=start, K=K, D=D):
            return [getattr(m, name)(np.random.default_rng(start), K, D, dtype) for m, dtype in modules.items()]

        for name in DRAWS:
            yield from entered(name, ["W"], *([W] for W in drawn(name)))
        yield from entered("zeros", ["1 + W"], *([1 + W] for W in drawn("zeros")))
        yield from entered("pytorch_default", ["W", "b"], *drawn("pytorch_default"))
        yield from entered("keras_default", ["W", "1 + b"], *([W, 1 + b] for W, b in drawn("keras_default")))
