"""The linear map in the equality ledger: the sizes all differ, so that no transpose goes unnoticed."""

from dlpath.ledger import pair


def entries(rng):
    for N, D, K in [(11, 64, 10), (1, 3, 2), (5, 1, 4)]:
        X, W, b = rng.normal(size=(N, D)), rng.normal(size=(K, D)), rng.normal(size=K)
        yield from pair("linear", "linear", ["Z", "dX", "dW", "db"], X, W, b, dout=rng.normal(size=(N, K)))
