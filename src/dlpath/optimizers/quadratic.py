"""What gradient descent does on a quadratic loss, said in advance: plain NumPy, for the curvatures alone.

curvatures : array (D,), the eigenvalues κ of the Hessian, all positive; R = κ_max / κ_min is the condition number
"""

import numpy as np

from dlpath.checks import check_betas


def left_after(steps, curvatures, lr):
    """What is left of the distance to the minimum along each eigenvector, a factor: (1 − lr κ)ⁿ [eq-descent-factor]."""
    return (1 - lr * _positive("left_after", curvatures)) ** steps


def rate_limit(curvatures, beta=0.0):
    """The rate below which gradient descent converges: 2 / κ_max [eq-descent-limit].

    With momentum it is 2 (1 + β) / κ_max [eq-descent-momentum-limit].
    """
    check_betas("rate_limit", beta)
    return 2 * (1 + beta) / _positive("rate_limit", curvatures).max()


def best_rate(curvatures):
    """The rate whose slowest direction is fastest, and the factor that a step leaves there [eq-descent-best-rate]."""
    curvatures = _positive("best_rate", curvatures)
    largest, smallest = curvatures.max(), curvatures.min()
    return 2 / (largest + smallest), (largest - smallest) / (largest + smallest)


def best_momentum(curvatures):
    """The pair lr, beta for momentum whose slowest direction is the fastest [eq-descent-best-momentum].

    It leaves the factor √beta a step. Source: polyak1964.
    """
    roots = np.sqrt(_positive("best_momentum", curvatures))
    largest, smallest = roots.max(), roots.min()
    return 4 / (largest + smallest) ** 2, ((largest - smallest) / (largest + smallest)) ** 2


def _positive(where, curvatures):
    curvatures = np.asarray(curvatures)
    if not (curvatures.size and np.all(curvatures > 0) and np.all(np.isfinite(curvatures))):
        raise ValueError(f"{where}: curvatures must be positive and finite, at least one of them, got {curvatures}")
    return curvatures
