"""The exercises of the chapter on tuning. Each judge names the mistake before it says "wrong"."""

import math

import numpy as np

from dlpath.exercises import Hint, exercise
from dlpath.exercises.judging import blank, one_number, reject, same
from dlpath.tuning import chance_of_best, expected_maximum, successive_halving, trials_needed


def noise(p, m, rho):
    """The standard deviation of what scores on the same m examples do not share: the root in [eq-tuning-correlated]."""
    return math.sqrt(p * (1 - p) * (1 - rho) / m)


blank(
    "tuning-turn-chance",
    call="chance(q, n)",
    right="All miss with (1 − q)ⁿ; the rest is at least one hit, whatever the number of settings.",
    like=chance_of_best,
    arrays=lambda rng: (float(rng.uniform(0.02, 0.3)), int(rng.integers(3, 40))),
    mistakes={
        "That is the probability that all of them miss.": lambda q, n: (1 - q) ** n,
        "That is the probability that all of them hit.": lambda q, n: q**n,
        "Probabilities of hits that can happen together do not add up: for large n this is above 1.": lambda q, n: (
            q * n
        ),
        "That is the probability of exactly one hit; two are welcome as well.": lambda q, n: n * q * (1 - q) ** (n - 1),
    },
)

blank(
    "tuning-turn-rate",
    call="rate(u, low, high)",
    right="Equal lengths of the logarithm are equally likely: every factor alike.",
    like=lambda u, low, high: low * (high / low) ** u,
    arrays=lambda rng: (float(rng.uniform(0.1, 0.9)), float(rng.uniform(0.001, 0.01)), float(rng.uniform(0.5, 2))),
    mistakes={
        "That is uniform in the rate itself: nine of ten draws have the largest power of ten.": (
            lambda u, low, high: low + u * (high - low)
        ),
        "That is the logarithm of the rate.": lambda u, low, high: math.log(low) + u * math.log(high / low),
        "This begins at 1: where is the lower end?": lambda u, low, high: (high / low) ** u,
        "u = 0 gives the upper end here and u = 1 the lower: as good a draw, but the formula runs the other way.": (
            lambda u, low, high: high * (low / high) ** u
        ),
    },
)

blank(
    "tuning-turn-noise",
    call="noise(p, m, rho)",
    right="What all scores share cannot be won by choosing.",
    like=noise,
    arrays=lambda rng: (float(rng.uniform(0.6, 0.95)), int(rng.integers(50, 500)), float(rng.uniform(0.2, 0.8))),
    mistakes={
        "The root is missing: this is the variance.": lambda p, m, rho: noise(p, m, rho) ** 2,
        "That is the noise of one score, the part that all share included.": lambda p, m, rho: noise(p, m, 0),
        "That is the part that they share, √ρ; what is left has √(1 − ρ).": lambda p, m, rho: noise(p, m, 1 - rho),
        "1 − ρ belongs under the root: it is a share of the variance.": lambda p, m, rho: noise(p, m, 0) * (1 - rho),
        "This is the deviation of the count; a share is the count divided by m.": lambda p, m, rho: (
            m * noise(p, m, rho)
        ),
    },
)


@exercise("tuning-tries", call="tries(q, c)", right="Logarithms turn the power into a product; then round up.")
def tries(answer):
    for q, c in ((0.3, 0.05), (0.05, 0.95), (0.1, 0.9), (0.01, 0.5), (0.3, 0.2)):
        n = one_number(answer(q, c), "the number of tries")
        exact = math.log(1 - c) / math.log(1 - q)
        right = trials_needed(q, c)
        if same(n, right):
            continue
        hints = {
            "Not a whole number yet: half a run cannot be made.": exact,
            "Rounded down, the probability stays below c.": math.floor(exact),
            "q and c have changed places.": math.ceil(math.log(1 - q) / math.log(1 - c)),
            "That many would be needed if probabilities added up.": math.ceil(c / q),
            "On average one of 1/q is good; that is not yet a probability of c.": math.ceil(1 / q),
            "The misses count: 1 − c = (1 − q)ⁿ.": math.ceil(math.log(c) / math.log(q)),
        }
        reject(n, hints)
        raise Hint("Put the probability that all n miss equal to 1 − c, and solve for n.")


@exercise("tuning-price", call="price(n, first, last)", right="Every round costs about the same: that is the trick.")
def price(answer):
    for n, first, last in ((32, 1, 16), (8, 3, 12), (4, 1, 16), (16, 5, 5)):
        got = one_number(answer(n, first, last), "the number of epochs")
        rounds = [(max(1, n >> k), first << k) for k in range(1 + int(math.log2(last // first)))]
        if same(got, successive_halving(n, lambda i, budget: -i, first=first, last=last)[1]):
            continue
        hints = {
            "That is the price without halving.": n * last,
            "Here each round begins anew; a run that goes on pays for its new epochs alone.": sum(
                a * b for a, b in rounds
            ),
            "That is the first round alone.": n * first,
            "The first round is missing.": sum(a * b // 2 for a, b in rounds[1:]),
        }
        reject(got, hints)
        raise Hint("Add up, round by round: settings still in, times the epochs that are new; at least one stays in.")


@exercise(
    "tuning-report", call="report(validation, test)", right="Test digits have no say, neither in setting nor epoch."
)
def report(answer):
    for k in range(4):
        rng = np.random.default_rng(k)
        validation, test = rng.permutation(np.arange(40.0, 80)).reshape(2, 4, 5) / 100
        got = one_number(answer(validation, test), "a share of test digits")
        setting, epoch = np.unravel_index(validation.argmax(), validation.shape)
        if same(got, test[setting, epoch]):
            continue
        hints = {
            "The epoch is still chosen by the test digits.": test[setting].max(),
            "That is the best of all on test: now the setting is chosen by it, too.": test.max(),
            "That is the winner's share on validation, the number that is too high.": validation.max(),
            "The last epoch is honest, but it is not the one that validation has chosen.": test[setting, -1],
            "A mean over epochs is no network that anybody will use.": test[setting].mean(),
        }
        reject(got, hints)
        raise Hint("Find setting and epoch of the largest validation share; report the test share of that pair.")


@exercise("tuning-cheapest", call="cheapest(shares, m)", right="As good as the best, as far as m examples can tell.")
def cheapest(answer):
    cases = (([0.7, 0.86, 0.91, 0.93, 0.915], 100), ([0.9, 0.94, 0.95], 400), ([0.5, 0.9, 0.8], 50), ([0.95, 0.96], 25))
    for shares, m in cases:
        shares = np.array(shares)
        got = one_number(answer(shares, m), "an index")
        best, error = shares.max(), math.sqrt(shares.max() * (1 - shares.max()) / m)
        right = int(np.argmax(shares >= best - error))
        if same(got, right):
            continue
        hints = {
            "That is the best itself; a cheaper one may be as good, as far as one can tell.": int(shares.argmax()),
            "That is the dearest of those within a standard error; the first is wanted.": int(
                np.flatnonzero(shares >= best - error)[-1]
            ),
            "Without the root the margin is too small: the standard error is √(p(1 − p)/m).": int(
                np.argmax(shares >= best - error**2)
            ),
            "The margin is too large: is it divided by m, under the root?": int(
                np.argmax(shares >= best - error * m**0.5)
            ),
            "Return the index, not the share.": float(shares[right]),
        }
        reject(got, hints)
        raise Hint("Compute the bound, best − √(best(1 − best)/m), then take the first share that reaches it.")


@exercise(
    "tuning-optimism", call="optimism(n, m)", right="Four times the digits halve it; four times the tries add little."
)
def optimism(answer):
    for n, m in ((50, 100), (200, 400), (10, 1000)):
        got = one_number(answer(n, m), "the optimism in points")
        right = 100 * expected_maximum(n, math.sqrt(0.09 / m))
        if same(got, right, rtol=1e-3):
            continue
        hints = {
            "In points, please: times 100.": right / 100,
            "Without the root: the standard deviation of a share is √(p(1 − p)/m).": 100
            * expected_maximum(n, 0.09 / m),
            "That is the standard deviation alone; where is the number of tries?": 100 * math.sqrt(0.09 / m),
            "That is where the best seems to lie; by how much is it above 0.9?": 90 + right,
            "n and m have changed places.": 100 * expected_maximum(m, math.sqrt(0.09 / n)),
        }
        reject(got, hints)
        raise Hint("It is e(n) standard deviations, and a share of m has √(0.9 · 0.1/m).")
