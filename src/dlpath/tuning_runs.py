"""The runs that the chapter on tuning looks at: one small network on the digits for a setting, and their record.

    right = learning_curve(rows(0), {"rate": 0.1, "momentum": 0.9, "width": 32, "batch": 32}, seed=0)   # (5, 1000)

benchmarks/tuning.py runs them all and writes data/tuning.npz, which `recorded` reads.
"""

from pathlib import Path

import numpy as np

from dlpath.data import digits
from dlpath.layers import Loss
from dlpath.losses.in_numpy import cross_entropy, cross_entropy_backward
from dlpath.mlp.in_numpy import MLP
from dlpath.optimizers.in_numpy import SGD
from dlpath.training.in_numpy import predict, train
from dlpath.tuning import log_uniform, random_settings

LENGTHS = (1, 2, 4, 8, 16)  # epochs
SAME = {"rate": 0.1, "momentum": 0.5, "width": 32, "batch": 32}
GRID_RATES = [10 ** (k / 3 - 8 / 3) for k in range(9)]  # 0.0022 … 1
GRID_WIDTHS = [12, 16, 22, 30, 40, 54, 72, 96, 128]
GRID_MOMENTA = [1 - 10 ** (-k / 4) for k in range(9)]  # 0 … 0.99
CORNERS = {"rate": (0.0056, 0.178), "momentum": (0.684, 0.968), "width": (16, 64), "batch": (32, 64)}
FIT, JUDGED = 600, 1000
RECORD = Path(__file__).parent / "data/tuning.npz"


def table_settings(n=64):
    """The settings of the recorded table, always the same: rate and distance of the momentum from 1 by factors."""
    far = log_uniform(0.01, 1)
    return random_settings(
        np.random.default_rng(2026),
        n,
        rate=log_uniform(0.001, 1),
        momentum=lambda rng: 1 - far(rng),
        width=[8, 16, 32, 64, 128],
        batch=[16, 32, 64, 128],
    )


def rows(k):
    """The rows of split k: 600 to learn from, 1,000 to be judged on."""
    return np.split(np.random.default_rng([k, 0]).permutation(1797)[: FIT + JUDGED], [FIT])


def learning_curve(split, setting, seed, lengths=LENGTHS):
    """Which of the second rows are right after so many epochs: bool (L, M). Diverged: as if it always said 0.

    setting : {"rate", "momentum", "width", "batch"}    seed : of the weights and of the order of the batches
    """
    X, y, *_ = digits()
    X, (fit, judged) = (X / 16).astype(np.float32), split
    model = MLP((64, setting["width"], 10), np.random.default_rng([seed, 1]))
    optimizer = SGD(model.theta, lr=setting["rate"], beta=setting["momentum"])
    order, loss = np.random.default_rng([seed, 2]), Loss(cross_entropy, cross_entropy_backward)
    curve, done = [], 0
    with np.errstate(all="ignore"):
        for epochs in lengths:
            given = {"epochs": epochs - done, "batch_size": setting["batch"], "rng": order}
            try:
                train(model, loss, optimizer, X[fit], y[fit], **given)
            except FloatingPointError:
                return np.array(curve + [y[judged] == 0] * (len(lengths) - len(curve)))
            curve.append(predict(model, X[judged]).argmax(axis=1) == y[judged])
            done = epochs
    return np.array(curve)


def recorded():
    """The record of benchmarks/tuning.py: right (10, 64, 5, 1000), same (10, 50, 1000) of bool;
    shares right: widths, momenta (10, 9, 9), corners (10, 16).
    """
    with np.load(RECORD) as file:
        found = {name: file[name] for name in file.files}
    for name in ("right", "same"):
        found[name] = np.unpackbits(found[name], axis=-1, count=JUDGED).astype(bool)
    return found
