"""Schedules: the rate of a step by its formula, by PyTorch's schedulers and Keras', and in each version's `train`."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlpath.parity import assert_close
from dlpath.training.ledger import VERSIONS, parts, torch_rates
from dlpath.training.schedules import constant, cosine_decay, rate_at, step_decay, warmup

STEPS = range(130)


def rates(schedule, steps=STEPS):
    return [schedule(t) for t in steps]


# ---- the formulas


@pytest.mark.equation("eq-training-constant")
def test_a_constant_rate():
    r"""[eq-training-constant] \eta_t = \eta"""
    assert rates(constant(0.25)) == [0.25] * 130


@pytest.mark.equation("eq-training-step-decay")
def test_step_decay_multiplies_after_every_k_steps():
    r"""[eq-training-step-decay] \eta_t = \eta\, \gamma^{\lfloor t / k \rfloor}"""
    by_hand, rate = [], 0.8
    for t in range(9):
        by_hand.append(rate)
        rate *= 0.5 if t % 3 == 2 else 1
    assert rates(step_decay(0.8, 3, 0.5), range(9)) == by_hand == [0.8] * 3 + [0.4] * 3 + [0.2] * 3
    assert step_decay(0.8, 3)(3) == pytest.approx(0.08)  # γ is 0.1 if nothing is said


@pytest.mark.equation("eq-training-cosine")
def test_cosine_is_half_a_period_from_the_rate_to_the_floor():
    r"""[eq-training-cosine] \eta_t = \eta_\infty + \frac{\eta - \eta_\infty}{2}
    \left(1 + \cos \frac{\pi \min(t, T)}{T}\right)
    """
    schedule = cosine_decay(0.3, 6, 0.1)
    by_hand = [0.3, 0.2 + 0.1 * math.sqrt(3) / 2, 0.25, 0.2, 0.15, 0.2 - 0.1 * math.sqrt(3) / 2, 0.1, 0.1, 0.1]
    assert_close(rates(schedule, range(9)), by_hand)
    assert cosine_decay(0.3, 6)(6) == 0  # the floor is 0 if nothing is said


@pytest.mark.equation("eq-training-warmup")
def test_a_warm_up_climbs_to_the_schedule_and_then_follows_it():
    r"""[eq-training-warmup] \eta_t = \begin{cases}
    \dfrac{t + 1}{k}\, s_0 & t < k \\[1ex]
    s_{t - k} & t \ge k
    \end{cases}
    """
    assert_close(rates(warmup(step_decay(0.8, 2, 0.5), 4), range(8)), [0.2, 0.4, 0.6, 0.8, 0.8, 0.8, 0.4, 0.4])
    assert_close(rates(warmup(warmup(constant(1.0), 2), 2), range(6)), [0.25, 0.5, 0.5, 1, 1, 1])  # it composes


@given(rate=st.floats(1e-6, 1e3), steps=st.integers(1, 90), share=st.floats(0, 1), t=st.integers(0, 200))
def test_cosine_falls_and_stays_between_floor_and_rate(rate, steps, share, t):
    schedule = cosine_decay(rate, steps, rate * share)
    assert rate * share * (1 - 1e-12) <= schedule(t + 1) <= schedule(t) * (1 + 1e-12) <= rate * (1 + 1e-12)


# ---- the frameworks' own


def test_pytorch_has_the_same_schedules(versions):
    schedulers = versions("training")[1].torch.optim.lr_scheduler
    assert_close(rates(step_decay(0.1, 7, 0.3))[:100], torch_rates(schedulers.StepLR, step_size=7, gamma=0.3))
    ours = rates(cosine_decay(0.1, 99, 0.02))[:100]
    assert_close(ours, torch_rates(schedulers.CosineAnnealingLR, T_max=99, eta_min=0.02))


def test_pytorchs_cosine_rises_again_and_ours_does_not(versions):
    schedulers = versions("training")[1].torch.optim.lr_scheduler
    theirs = torch_rates(schedulers.CosineAnnealingLR, T_max=40)
    assert_close(theirs[:41], rates(cosine_decay(0.1, 40))[:41], atol=1e-9)
    assert theirs[80] == pytest.approx(0.1)
    assert cosine_decay(0.1, 40)(80) == 0


def test_pytorchs_warm_up_needs_other_numbers(versions):
    """LinearLR counts from start_factor at step 0: ours is start_factor = 1 / k over k − 1 steps."""
    schedulers = versions("training")[1].torch.optim.lr_scheduler
    for k in (2, 10, 30):
        theirs = torch_rates(schedulers.LinearLR, start_factor=1 / k, total_iters=k - 1)
        assert_close(rates(warmup(constant(0.1), k))[:100], theirs)


def test_keras_has_the_same_schedules_in_float32(versions):
    keras = versions("training")[2].keras.optimizers.schedules
    decay = keras.ExponentialDecay(0.1, decay_steps=7, decay_rate=0.3, staircase=True)
    annealed = keras.CosineDecay(0.1, decay_steps=99, alpha=0.2)  # alpha is the floor over the rate
    for ours, theirs in [(step_decay(0.1, 7, 0.3), decay), (cosine_decay(0.1, 99, 0.02), annealed)]:
        assert_close(rates(ours), [float(theirs(t)) for t in STEPS], rtol=2e-5, atol=1e-8)
    exact = [cosine_decay(0.1, 99)(t) == float(keras.CosineDecay(0.1, 99)(np.float64(t))) for t in range(1, 99)]
    assert not any(exact)  # float32, whatever the step's type is


def test_keras_warm_up_is_a_step_behind_and_begins_with_nothing(versions):
    keras = versions("training")[2].keras.optimizers.schedules
    theirs = keras.CosineDecay(0.0, decay_steps=50, warmup_target=0.1, warmup_steps=20)
    ours, theirs = rates(warmup(cosine_decay(0.1, 50), 20)), [float(theirs(t)) for t in STEPS]
    assert theirs[0] == 0
    assert_close(ours[:20], theirs[1:21], rtol=1e-5)  # k rates from 1 / k to 1
    assert_close(ours[20:], theirs[20:], rtol=1e-4, atol=1e-8)  # and from step k on the same


# ---- in training


class Remembers:
    """An optimizer that keeps the rates of its steps."""

    def __init__(self):
        self.lr, self.rates = None, []

    def step(self, grad):
        self.rates.append(self.lr)


def test_each_step_of_the_whole_run_has_its_rate(versions):
    training, model, loss, _, data = parts("NumPy", np.ones((10, 64)), np.zeros(10, int), "SGD", {}, 0)
    optimizer, plan = (
        Remembers(),
        {"batch_size": 4, "rng": np.random.default_rng(0), "schedule": lambda t: np.float64(t)},
    )
    history = training.train(model, loss, optimizer, *data, epochs=2, **plan)
    assert optimizer.rates == [0, 1, 2, 3, 4, 5]  # three batches an epoch
    assert all(type(rate) is float for rate in optimizer.rates)  # a NumPy scalar would make float32 float64
    training.train(model, loss, optimizer, *data, epochs=3, history=history, **plan)
    assert optimizer.rates == list(range(9))


def test_three_versions_follow_a_schedule_alike(versions, keras_float64):
    rng = np.random.default_rng(3)
    X, labels, ends, seen = rng.normal(size=(50, 64)), rng.integers(0, 10, 50), [], []
    for version in VERSIONS:
        training, model, loss, optimizer, data = parts(version, X, labels, "SGD", {"lr": 9.0}, 1)
        plan = {"schedule": warmup(cosine_decay(0.3, 8), 3), "callbacks": [lambda record: seen.append(record.rate)]}
        training.train(model, loss, optimizer, *data, epochs=3, batch_size=16, rng=np.random.default_rng(2), **plan)
        ends.append(np.concatenate([array.ravel() for array in training.snapshot(model).values()]))
    assert_close(np.sort(ends[1]), np.sort(ends[0]))  # a framework may store W transposed
    assert_close(np.sort(ends[2]), np.sort(ends[0]))
    assert_close(seen, [warmup(cosine_decay(0.3, 8), 3)(t) for t in (3, 7, 11)] * 3)  # the last of an epoch's four


# ---- mistakes


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: constant(0), "constant: rate must be positive and finite, got 0"),
        (lambda: step_decay(-1, 3), "step_decay: rate must be positive and finite, got -1"),
        (lambda: step_decay(0.1, 0), "step_decay: every must be at least 1, got 0"),
        (lambda: step_decay(0.1, 3, math.nan), "step_decay: factor must be positive and finite, got nan"),
        (lambda: cosine_decay(math.inf, 3), "cosine_decay: rate must be positive and finite, got inf"),
        (lambda: cosine_decay(0.1, 0), "cosine_decay: steps must be at least 1, got 0"),
        (lambda: cosine_decay(0.1, 3, 0.2), "cosine_decay: floor must lie in 0 … 0.1, the rate, got 0.2"),
        (lambda: cosine_decay(0.1, 3, math.nan), "cosine_decay: floor must lie in 0 … 0.1, the rate, got nan"),
        (lambda: warmup(constant(0.1), 0), "warmup: steps must be at least 1, got 0"),
        (
            lambda: rate_at(lambda t: -0.5, 7),
            "train: the schedule's rate must be at least 0 and finite, got -0.5 at step 7",
        ),
        (
            lambda: rate_at(lambda t: math.nan, 0),
            "the schedule's rate must be at least 0 and finite, got nan at step 0",
        ),
    ],
)
def test_what_is_no_schedule_is_refused(call, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        call()


def test_a_schedule_of_half_a_step_is_refused():
    with pytest.raises(TypeError, match=r"cosine_decay: steps must be a whole number, got 1\.5"):
        cosine_decay(0.1, 1.5)
