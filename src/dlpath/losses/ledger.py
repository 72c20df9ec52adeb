"""The losses in the equality ledger, along a drawn number and not along 1, for sure and for undecided logits too."""

import numpy as np

from dlpath.ledger import pair


def entries(rng):
    for name, prediction, target in cases(rng):
        yield from pair("losses", name, ["loss", "gradient"], prediction, target, dout=rng.normal())
    for Z in (rng.normal(0, 3, (11, 10)), np.array([[800.0, -800.0, 800.0]]), np.zeros((3, 4))):
        yield from pair("losses", "log_sum_exp", ["loss", "gradient"], Z, dout=rng.normal(size=len(Z)))
    for name, arrays, options in with_options(rng):
        dout = rng.normal(size=len(arrays[1]) if options.get("reduction") == "none" else None)
        yield from pair("losses", name, ["loss", "gradient"], *arrays, dout=dout, **options)


def cases(rng):
    """(loss, prediction, target); the logits ±800 are right in some rows and wrong in others."""
    for shape in [(11, 3), (1, 2), (7,)]:
        yield "mse", rng.normal(size=shape), rng.normal(size=shape)
        yield "mae", rng.normal(size=shape), rng.normal(size=shape)
        yield "huber", rng.normal(size=shape), 3 * rng.normal(size=shape)
    sure = np.array([800.0, -800.0, 800.0, -800.0, 0.0])
    for z in (rng.normal(0, 3, 17), sure, np.zeros(3)):
        yield "binary_cross_entropy", z, rng.integers(0, 2, len(z)).astype(float)
    yield "binary_cross_entropy", sure, np.array([0.0, 0.0, 1.0, 1.0, 1.0])
    for Z in (rng.normal(0, 3, (11, 10)), np.tile(sure, (4, 1)), np.zeros((3, 4))):
        yield "cross_entropy", Z, rng.integers(0, Z.shape[1], len(Z))
    yield "cross_entropy", np.tile(sure, (5, 1)), np.arange(5)


def with_options(rng):
    """(loss, arrays, settings): sums, single losses, and classes that count differently.

    The weights are whole numbers, because PyTorch has no gradient for them.
    """
    for reduction in ("sum", "none"):
        for name in ("mse", "mae", "huber"):
            yield name, rng.normal(size=(2, 7)), {"reduction": reduction}
        z, y = rng.normal(size=7), rng.integers(0, 2, 7).astype(float)
        yield "binary_cross_entropy", (z, y), {"reduction": reduction}
    for reduction in ("mean", "sum", "none"):
        arrays = rng.normal(size=(9, 4)), rng.integers(0, 4, 9), rng.integers(1, 6, 4)
        yield "cross_entropy", arrays, {"reduction": reduction}
    yield "huber", rng.normal(size=(2, 7)), {"delta": 0.3}
