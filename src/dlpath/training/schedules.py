"""Learning-rate schedules: the rate of step t, a function of t alone, for all three versions.

t = 0, 1, 2, … counts the steps of the whole run that were made before; `train(…, schedule=cosine_decay(0.1, 900))`
asks for the rate before each step. A schedule has no memory, so a resumed run needs nothing but its step.
"""

import math

from dlpath.checks import check_count, check_number


def constant(rate):
    """η_t = η [eq-training-constant]. Raises ValueError unless the rate is positive and finite."""
    rate = check_number("constant", "rate", rate)

    def schedule(t):
        return rate

    return schedule


def step_decay(rate, every, factor=0.1):
    """η_t = η γ^⌊t / k⌋: after every k steps the rate is multiplied by the factor γ [eq-training-step-decay].

    Raises ValueError unless rate and factor are positive and finite, and every is at least 1.
    """
    rate, factor = check_number("step_decay", "rate", rate), check_number("step_decay", "factor", factor)
    check_count("step_decay", "every", every)
    return lambda t: rate * factor ** (t // every)


def cosine_decay(rate, steps, floor=0.0):
    """η_t = η_∞ + (η − η_∞) (1 + cos(π t / T)) / 2, and the floor η_∞ from t = T on [eq-training-cosine].

    steps : T, over which half a period of the cosine leads from the rate to the floor. Source: loshchilov2017.
    Raises ValueError unless rate is positive and finite, 0 ≤ floor ≤ rate, and steps is at least 1.
    """
    rate = check_number("cosine_decay", "rate", rate)
    check_count("cosine_decay", "steps", steps)
    if not 0 <= floor <= rate:
        raise ValueError(f"cosine_decay: floor must lie in 0 … {rate}, the rate, got {floor}")
    floor = float(floor)
    return lambda t: floor + (rate - floor) * (1 + math.cos(math.pi * min(t, steps) / steps)) / 2


def warmup(schedule, steps):
    """(t + 1) / k of its first rate s_0 for k steps, then the schedule from its start [eq-training-warmup].

    Step k − 1 has the full rate, and so has step k. Raises ValueError unless steps, k, is at least 1.
    """
    check_count("warmup", "steps", steps)
    return lambda t: schedule(0) * (t + 1) / steps if t < steps else schedule(t - steps)


def rate_at(schedule, t):
    """The schedule's rate at step t as a Python float; raises ValueError unless it is at least 0 and finite."""
    rate = float(schedule(t))
    if not 0 <= rate < math.inf:
        raise ValueError(f"train: the schedule's rate must be at least 0 and finite, got {rate} at step {t}")
    return rate
