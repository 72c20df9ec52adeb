"""The exercises of the chapter on training. Each judge names the mistake before it says "wrong"."""

import numpy as np

from dlpath.diagnostics.in_numpy import stale_gradient
from dlpath.exercises import Hint, exercise
from dlpath.exercises.judging import blank, numbers, one_number, pair, reject, same, sizes
from dlpath.training.schedules import cosine_decay


def _epoch(rng):
    size, full = int(rng.integers(2, 6)), int(rng.integers(2, 5))
    N = size * full + int(rng.integers(1, size))
    return [rng.permutation(N), size, full if rng.integers(2) else int(rng.integers(1, full))]


blank(
    "training-turn-batch",
    call="batch(order, size, step)",
    right="A piece of the order, and a shorter one at the end.",
    like=lambda order, size, step: order[step * size : (step + 1) * size],
    arrays=_epoch,
    mistakes={
        "Batch 1 begins after all rows of batch 0: at step · size, not at step.": lambda order, size, step: order[
            step : step + size
        ],
        "These are places in the order; the rows stand there: order[…].": lambda order, size, step: np.arange(
            step * size, min((step + 1) * size, len(order))
        ),
        "Batches are counted from 0.": lambda order, size, step: order[(step - 1) * size : step * size],
        "That is every so-many-th row; take neighbours in the order.": lambda order, size, step: order[
            step :: -(-len(order) // size)
        ],
        "The end of a slice is where it stops, not how long it is.": lambda order, size, step: order[
            step * size : size
        ],
    },
)


def _stops(losses, patience, strict=True, ahead=0):
    best = last = 0
    for epoch, value in enumerate(losses):
        if value < losses[best] if strict else value <= losses[best]:
            best = epoch
        last = epoch
        if epoch - best >= patience + ahead:
            break
    return last + 1, best + 1


def _run(rng):
    """A validation loss that falls, turns, and at the very end is better than ever: beyond the stop."""
    patience = int(rng.integers(2, 5))
    down, hump = np.sort(rng.uniform(1, 3, int(rng.integers(3, 6))))[::-1], rng.uniform(3, 4, patience + 2)
    down[-2] = down[-1] + 2.5  # one hump on the way that patience survives
    return [np.concatenate([down, [down[-1]], hump, [0.5]]).round(3), patience]


blank(
    "training-turn-stops",
    call="stops(losses, patience)",
    returns="the epoch of the stop, the best epoch",
    right="The last epoch, and the best one before it.",
    like=_stops,
    arrays=_run,
    mistakes={
        "Epochs are counted from 1 here.": lambda losses, patience: tuple(e - 1 for e in _stops(losses, patience)),
        "The two are exchanged: first where it stops.": lambda losses, patience: _stops(losses, patience)[::-1],
        "Stop when patience epochs have gone by without a better one, not one later.": lambda losses, patience: _stops(
            losses, patience, ahead=1
        ),
        "That is the best of the whole list; the rule does not see beyond its stop.": lambda losses, patience: (
            _stops(losses, patience)[0],
            int(np.argmin(losses)) + 1,
        ),
        "An equal value is not better: it does not begin the patience anew.": lambda losses, patience: _stops(
            losses, patience, strict=False
        ),
        "This stops at the first epoch that is worse: wait as long as patience says.": lambda losses, patience: _stops(
            losses, 1
        ),
        "This never stops: the last epoch of the list, and the best of all.": lambda losses, patience: (
            len(losses),
            int(np.argmin(losses)) + 1,
        ),
    },
)


def _moment(rng):
    T = int(rng.integers(5, 40))
    t = int(rng.integers(1, T)) if T % 3 else int(rng.integers(T + 2, 2 * T - 1))  # sometimes beyond the end
    return [t, float(rng.uniform(0.1, 1)), T, float(rng.uniform(0.001, 0.05))]


def _cosine(t, rate, T, floor, turn=np.pi, cut=True):
    t = min(t, T) if cut else t
    return floor + (rate - floor) / 2 * (1 + np.cos(turn * t / T))


blank(
    "training-turn-cosine",
    call="cosine_rate(t, rate, T, floor)",
    right="Half a period from the rate to the floor, and there it stays.",
    like=lambda t, rate, T, floor: cosine_decay(rate, T, floor)(t),
    arrays=_moment,
    mistakes={
        "From T on the rate stays at the floor; a cosine alone rises again.": lambda *a: _cosine(*a, cut=False),
        "Half a period: π t / T, not 2π.": lambda *a: _cosine(*a, turn=2 * np.pi),
        "The floor is added, and the rate takes what is above it: η − η_∞.": lambda t, rate, T, floor: (
            floor + rate / 2 * (1 + np.cos(np.pi * min(t, T) / T))
        ),
        "Without the floor it ends at 0.": lambda t, rate, T, floor: rate / 2 * (1 + np.cos(np.pi * min(t, T) / T)),
        "The sign: it begins at the rate, where the cosine is 1.": lambda t, rate, T, floor: (
            floor + (rate - floor) / 2 * (1 - np.cos(np.pi * min(t, T) / T))
        ),
        "(1 + cos) goes from 2 to 0: divide by 2.": lambda t, rate, T, floor: (
            floor + (rate - floor) * (1 + np.cos(np.pi * min(t, T) / T))
        ),
    },
)


def _gradients(rng):
    (size,) = sizes(rng, 1)
    fresh = rng.normal(size=size)
    return [fresh + rng.normal(size=size), fresh]


blank(
    "training-turn-stale",
    call="stale(used, fresh)",
    right="The length of the difference, beside the length of what is right.",
    like=lambda used, fresh: stale_gradient([used], [fresh]),
    arrays=_gradients,
    mistakes={
        "That is not divided by the length of the fresh gradient.": lambda used, fresh: np.linalg.norm(used - fresh),
        "Divide by the fresh gradient: it is the one that is right.": lambda used, fresh: (
            np.linalg.norm(used - fresh) / np.linalg.norm(used)
        ),
        "The lengths are compared here; two gradients of one length may point anywhere.": lambda used, fresh: (
            abs(np.linalg.norm(used) - np.linalg.norm(fresh)) / np.linalg.norm(fresh)
        ),
        "Without the root: these are squares.": lambda used, fresh: np.sum((used - fresh) ** 2) / np.sum(fresh**2),
        "That is entry by entry, and its mean; a vector has one length.": lambda used, fresh: np.mean(
            np.abs(used - fresh) / np.abs(fresh)
        ),
    },
)


@exercise(
    "training-different",
    call="different(q, size)",
    right="Each label is missed with (1 − q) to the power of the size; what is not missed is counted.",
)
def judge_different(answer):
    cases = [(np.full(10, 0.1), 32), (np.array([0.7, 0.2, 0.1]), 3), (np.array([0.5, 0.5]), 1)]
    got = np.array([one_number(answer(q, size), "a number of labels") for q, size in cases])
    wrong = {
        "That is how many are missed.": lambda q, n: np.sum((1 - q) ** n),
        "That is how many examples of a label are expected, or their sum: the size of the batch.": lambda q, n: (
            n * np.sum(q)
        ),
        "(1 − q) to the power of the size, not q.": lambda q, n: np.sum(1 - q**n),
        "That is the most there can be; on average some are missed, and some come twice.": lambda q, n: min(len(q), n),
        "That is the mean probability of a label to be there; add them up.": lambda q, n: np.mean(1 - (1 - q) ** n),
    }
    reject(got, {hint: [f(q, n) for q, n in cases] for hint, f in wrong.items()})
    if not same(got, [np.sum(1 - (1 - q) ** n) for q, n in cases]):
        raise Hint("For one label: with which probability does none of the rows have it?")


@exercise("training-kept", call="best_of(epochs)", right="A copy stays what it was; a name goes along with the array.")
def judge_kept(answer):
    losses = [3.0, 1.0, 2.0, 1.5]

    def epochs():
        theta = np.zeros(3)
        for epoch, loss in enumerate(losses):
            theta += epoch + 1
            yield loss, theta

    best, kept = pair(answer(epochs()), ("the best loss", "its parameters"))
    if not same(best, 1.0):
        raise Hint("The best loss was right before: the lowest of all.")
    kept = numbers(kept)
    reject(
        kept,
        {
            "These are the last parameters. `kept` is a name for the array that training goes on changing.": np.full(
                3, 10.0
            ),
            "These are the parameters of the first epoch.": np.full(3, 1.0),
            "These are the parameters after the best epoch, one epoch too late.": np.full(3, 6.0),
        },
    )
    if kept.shape != (3,):
        raise Hint(f"The parameters have the shape (3,); yours {kept.shape}.")
    if not same(kept, np.full(3, 3.0)):
        raise Hint("Keep what the array holds at the moment of the best loss.")
    first, _ = answer(iter([(float("nan"), np.ones(2)), (2.0, np.ones(2))]))
    if not same(first, 2.0):
        raise Hint("A loss that is not a number is never the best.")


@exercise("training-warm", call="warm(t, rate, k)", right="Up in equal parts, then down like one over the root.")
def judge_warm(answer):
    cases = [(0, 0.3, 4), (3, 0.3, 4), (4, 0.3, 4), (5, 0.3, 4), (99, 0.3, 4), (2, 0.8, 10)]
    got = np.array([one_number(answer(*case), "a rate") for case in cases])

    def values(first, later):
        return [rate * (first(t, k) if t < k else later(t, k)) for t, rate, k in cases]

    def root(t, k):
        return 1 / np.sqrt(t / k)

    right = values(lambda t, k: (t + 1) / k, root)
    wrong = {
        "Step 0 has the rate η/k and not 0: a step with rate 0 is none.": values(lambda t, k: t / k, root),
        "After the warm-up the divisor is √(t/k), not t/k.": values(lambda t, k: (t + 1) / k, lambda t, k: k / t),
        "t is counted from the start of the run, also after the warm-up.": values(
            lambda t, k: (t + 1) / k, lambda t, k: 1 / np.sqrt((t - k + 1) / k) if t >= k else 0
        ),
        "√(t/k), not √t: at t = k the rate is still η.": values(lambda t, k: (t + 1) / k, lambda t, k: 1 / np.sqrt(t)),
        "After the warm-up the rate falls.": values(lambda t, k: (t + 1) / k, lambda t, k: 1.0),
        "During the warm-up it rises to η, in k equal parts.": values(root, root) if cases[0][0] else None,
    }
    reject(got, {hint: value for hint, value in wrong.items() if value is not None})
    if not same(got, right):
        raise Hint("Write down the rates of the first six steps for k = 4: η/4, η/2, 3η/4, η, and then?")


@exercise(
    "training-mean", call="epoch_loss(losses, sizes)", right="Each row counts once, so each batch counts its rows."
)
def judge_mean(answer):
    losses, sizes = np.array([2.0, 1.0, 4.0]), np.array([4, 4, 1])
    got = one_number(answer(losses, sizes), "the loss of an epoch")
    reject(
        got,
        {
            "Every batch counts alike here; the last one has fewer rows.": losses.mean(),
            "That is the sum over the rows; divide by their number.": np.sum(losses * sizes),
            "Divide by the number of rows, not of batches.": np.sum(losses * sizes) / 3,
            "The last batch is not to be left out.": losses[:2].mean(),
            "A batch counts by its rows, not by one over them.": np.sum(losses / sizes) / np.sum(1 / sizes),
        },
    )
    if not same(got, np.sum(losses * sizes) / 9):
        raise Hint("A batch's mean times its size is the sum of its rows' losses.")


@exercise(
    "training-per-layer",
    call="per_layer(flow, depth, other_flow, other_depth)",
    right="A factor per layer is a root: depth makes a power of it.",
)
def judge_per_layer(answer):
    cases = [(0.1, 2, 1e-3, 6), (1e-5, 8, 2e-2, 3)]
    got = np.array([one_number(answer(*case), "a factor") for case in cases])
    right = np.array([(b / a) ** (1 / (n - m)) for a, m, b, n in cases])
    wrong = {
        "That is one over it: with each further layer the flow gets smaller.": 1 / right,
        "The factor of all the layers between; one layer has a root of it.": np.array([b / a for a, m, b, n in cases]),
        "The difference is shared among the layers here; a factor is not added, it multiplies.": np.array(
            [(b - a) / (n - m) for a, m, b, n in cases]
        ),
        "Divided by the number of layers; the root of that order is wanted.": np.array(
            [(b / a) / (n - m) for a, m, b, n in cases]
        ),
        "The bound ¼ is not the factor: the weights have a say, and the slopes are mostly below it.": np.full(2, 0.25),
        "That is the logarithm of the factor.": np.log(right),
    }
    reject(got, wrong)
    if not same(got, right):
        raise Hint("flow · factorⁿ = other flow, with n the number of layers between. Solve for the factor.")
