"""How sure one can be of a share: intervals, how often they hold the truth, and two models on the same examples."""

import math

import numpy as np

from dlpath.checks import check_count, check_some
from dlpath.shapes import check_shapes


def wald_interval(successes, N, z=1.96):
    """p̂ ± z √(p̂ (1 − p̂) / N) [eq-metrics-wald], not cut at 0 and 1. Returns low, high. It is empty at p̂ = 0 and 1."""
    p = _share("wald_interval", successes, N)
    half = z * math.sqrt(p * (1 - p) / N)
    return p - half, p + half


def wilson_interval(successes, N, z=1.96):
    """Interval for a proportion at about 95 % (z = 1.96) [eq-metrics-wilson]. Source: wilson1927. Returns low, high."""
    p = _share("wilson_interval", successes, N)
    centre = (p + z**2 / (2 * N)) / (1 + z**2 / N)
    half = z / (1 + z**2 / N) * math.sqrt(p * (1 - p) / N + z**2 / (4 * N**2))
    # exact at the ends, where rounding would leave 0 … 1
    return 0.0 if successes == 0 else centre - half, 1.0 if successes == N else centre + half


def bootstrap_interval(values, rng, draws=2000, level=0.95):
    """Percentile interval of the mean: `draws` samples of N of the N values, with repetition. Returns low, high.

    values : (N,)    rng : numpy.random.Generator. Source: efron1979.
    """
    check_shapes("bootstrap_interval", values=(values, "N"))
    check_some("bootstrap_interval", values)
    check_count("bootstrap_interval", "draws", draws)
    if not 0 < level < 1:
        raise ValueError(f"bootstrap_interval: level must lie between 0 and 1, got {level}")
    N = len(values)
    means = [np.mean(values[rng.integers(0, N, N)]) for _ in range(draws)]
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def coverage(interval, N, p):
    """How often interval(successes, N) holds p, when each of N examples is a success with probability p.

    Summed over all outcomes with their binomial probabilities, without a simulation [eq-metrics-coverage].
    """
    check_count("coverage", "N", N)
    if not 0 < p < 1:
        raise ValueError(f"coverage: p must lie between 0 and 1, got {p}")
    held = [low <= p <= high for low, high in (interval(k, N) for k in range(N + 1))]
    return float(np.sum(_binomial(N, p)[held]))


def mcnemar(b, c):
    """P-value, two-sided and exact, of b against c when each discordant example falls to either side by a fair coin.

    b, c : how many examples only the first, only the second model has right [eq-metrics-mcnemar]. Source: mcnemar1947.
    """
    for name, count in (("b", b), ("c", c)):
        if count != int(count) or count < 0:
            raise ValueError(f"mcnemar: {name} must be a whole number of at least 0, got {count}")
    b, c = int(b), int(c)  # uint8 would overflow
    return 1.0 if b + c == 0 else min(1.0, 2 * float(np.sum(_binomial(b + c, 0.5)[: min(b, c) + 1])))


def _binomial(N, p):
    """Probabilities of 0 … N successes, (N + 1,), by logarithms, so that nothing overflows."""
    k = np.arange(N + 1)
    log_factorial = np.r_[0.0, np.cumsum(np.log(np.arange(1, N + 1)))]
    log_choices = log_factorial[N] - log_factorial[k] - log_factorial[N - k]
    return np.exp(log_choices + k * math.log(p) + (N - k) * math.log1p(-p))


def _share(where, successes, N):
    if not 0 <= successes <= N or N < 1:
        raise ValueError(f"{where}: needs 0 ≤ successes ≤ N and N ≥ 1, got {successes} of {N}")
    return successes / N
