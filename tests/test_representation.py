"""Learned features: the read-out is ridge regression; the lamp on the stairs has no line, and n floors have n bends."""

from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog
from sklearn.linear_model import Ridge

from dlpath.exercises.representation import ridge
from dlpath.parity import assert_close, numerical_gradient

N, H, K, PENALTY = 7, 4, 3, 0.3
rng = np.random.default_rng(11)
A, Y = rng.normal(size=(N, H)), rng.normal(size=(N, K))


@pytest.mark.equation("eq-representation-readout")
def test_the_read_out_solves_its_equations():
    r"""[eq-representation-readout] \bigl(A^\top A+N\lambda I\bigr)\,v=A^\top y ,"""
    v = ridge(A, Y, PENALTY)[:, 1]
    left = [
        sum((sum(A[n, g] * A[n, h] for n in range(N)) + N * PENALTY * (g == h)) * v[h] for h in range(H))
        for g in range(H)
    ]
    assert_close(np.array(left), np.array([sum(A[n, g] * Y[n, 1] for n in range(N)) for g in range(H)]))


def test_at_the_read_out_the_loss_has_no_slope():
    def loss(V):
        return np.mean(np.sum((A @ V - Y) ** 2, axis=1)) + PENALTY * np.sum(V * V)

    V = ridge(A, Y, PENALTY)
    assert np.abs(numerical_gradient(loss, V)).max() < 1e-8
    assert np.abs(numerical_gradient(loss, V + 0.1)).max() > 1e-2


def test_the_read_out_is_scikit_learns_ridge():
    theirs = Ridge(alpha=N * PENALTY, fit_intercept=False, solver="svd", tol=1e-12).fit(A, Y)
    assert_close(ridge(A, Y, PENALTY), theirs.coef_.T)


@pytest.mark.parametrize("table", [*product((0, 1), repeat=4)])
def test_fourteen_of_sixteen_lamps_have_a_line(table):
    """A linear program looks for w, b with every case on its side by at least 1; for two lamps there is none."""
    X = np.array([[0, 0], [1, 0], [0, 1], [1, 1]])
    side = 2 * np.array(table) - 1
    found = linprog(
        np.zeros(3), -side[:, None] * np.column_stack([X, np.ones(4)]), -np.ones(4), bounds=[(None, None)] * 3
    )
    assert found.status == (2 if table in ((0, 1, 1, 0), (1, 0, 0, 1)) else 0)
