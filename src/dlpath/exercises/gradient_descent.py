"""The exercises of the chapter on gradient descent. Each judge names the mistake before it says "wrong"."""

import numpy as np

from dlpath.exercises import Hint, exercise
from dlpath.exercises.judging import blank, numbers, one_number, pair, reject, same, sizes
from dlpath.optimizers.in_numpy import momentum_step
from dlpath.optimizers.quadratic import best_rate
from dlpath.training.noise import batch_noise


def _bowl(rng):
    (D,) = sizes(rng, 1)
    M = rng.normal(size=(D, D + 2))
    return [rng.normal(size=D), M @ M.T, np.exp(rng.normal())]


blank(
    "gradient_descent-turn-change",
    call="change(g, H, lr)",
    right="A gain that grows with the rate, and a cost that grows with its square: at some rate the cost wins.",
    like=lambda g, H, lr: -lr * g @ g + lr**2 / 2 * g @ H @ g,
    arrays=_bowl,
    mistakes={
        "This is the change of the tangent alone. The loss bends: ½ η² g·Hg is missing.": lambda g, H, lr: -lr * g @ g,
        "The sign of the first term: the step goes downhill, so the slope lowers the loss.": (
            lambda g, H, lr: lr * g @ g + lr**2 / 2 * g @ H @ g
        ),
        "The ½ of Taylor's second term is missing.": lambda g, H, lr: -lr * g @ g + lr**2 * g @ H @ g,
        "The step is −η g, and it stands in dᵀHd twice: η has to be squared there.": (
            lambda g, H, lr: -lr * g @ g + lr / 2 * g @ H @ g
        ),
        "The bend raises the loss here: the second term has a plus.": (
            lambda g, H, lr: -lr * g @ g - lr**2 / 2 * g @ H @ g
        ),
        "The length of g has to be squared: g @ g.": (lambda g, H, lr: -lr * np.linalg.norm(g) + lr**2 / 2 * g @ H @ g),
    },
)


def _plan(curvatures, fraction):
    lr, factor = best_rate(curvatures)
    return lr, np.log(fraction) / np.log(factor)


blank(
    "gradient_descent-turn-plan",
    call="plan(curvatures, fraction)",
    returns="lr, n",
    right="Two numbers of a whole spectrum decide everything: the largest and the smallest.",
    like=_plan,
    arrays=lambda rng: [np.exp(rng.normal(size=sizes(rng, 1)[0])), rng.uniform(0.001, 0.1)],
    mistakes={
        "lr is the limit, 2/κ_max, at which nothing shrinks. The two ends are to be equally slow.": (
            lambda k, f: (2 / k.max(), _plan(k, f)[1])
        ),
        "lr is half of what it should be: there is a 2 above the sum.": (
            lambda k, f: (1 / (k.max() + k.min()), _plan(k, f)[1])
        ),
        "lr is right; n is to be the exact number, left of the sign <, and this is the bound.": (
            lambda k, f: (best_rate(k)[0], k.max() / k.min() / 2 * np.log(1 / f))
        ),
        "lr is right; n has the wrong sign: both logarithms are of numbers below 1.": (
            lambda k, f: (best_rate(k)[0], -_plan(k, f)[1])
        ),
        "The curvatures come in any order: take their largest and smallest, not the last and the first.": (
            lambda k, f: (2 / (k[-1] + k[0]), np.log(f) / np.log(abs(k[-1] - k[0]) / (k[-1] + k[0])))
        ),
        "n is not to be rounded.": lambda k, f: (best_rate(k)[0], np.ceil(_plan(k, f)[1])),
    },
)


def _spread(G):
    return np.mean(np.sum((G - G.mean(axis=0)) ** 2, axis=1))


def _rows(rng):
    N, D, size = sorted(sizes(rng, 3), reverse=True)
    return [rng.normal(size=(N, D)), min(size, N - 1)]


blank(
    "gradient_descent-turn-noise",
    call="noise(G, size)",
    right="One over the size, and nothing left when the batch is everybody.",
    like=batch_noise,
    arrays=_rows,
    mistakes={
        "This is with replacement: the factor (N − B)/(N − 1) is missing.": lambda G, B: _spread(G) / B,
        "τ² is the mean over the examples, not the sum.": lambda G, B: batch_noise(G, B) * len(G),
        "τ² sums the squares of an example's errors over all weights; you took their mean.": (
            lambda G, B: batch_noise(G, B) / G.shape[1]
        ),
        "Subtract the mean gradient first: the noise is the distance from it.": (
            lambda G, B: np.mean(np.sum(G**2, axis=1)) / B * (len(G) - B) / (len(G) - 1)
        ),
        "The second factor has N − 1 below: for one example it has to be 1.": (
            lambda G, B: _spread(G) / B * (len(G) - B) / len(G)
        ),
        "This is the root. The mean square is asked for.": lambda G, B: np.sqrt(batch_noise(G, B)),
        "It is divided by the size of the batch, not by its square.": lambda G, B: batch_noise(G, B) / B,
    },
)


def _with_velocity(rng):
    (D,) = sizes(rng, 1)
    return [*rng.normal(size=(3, D)), np.exp(rng.normal()), rng.uniform(0.2, 0.9)]


blank(
    "gradient_descent-turn-momentum",
    call="step(w, g, v, lr, beta)",
    returns="w, v",
    right="First the velocity, then the step with the new one.",
    like=momentum_step,
    arrays=_with_velocity,
    mistakes={
        "The step takes the old velocity: update v first, and go along the new one.": (
            lambda w, g, v, lr, beta: (w - lr * v, beta * v + g)
        ),
        "The step goes along the gradient alone, and v does nothing.": (
            lambda w, g, v, lr, beta: (w - lr * g, beta * v + g)
        ),
        "This is an average, (1 − β) g. Here v is a sum: the gradient enters whole.": (
            lambda w, g, v, lr, beta: (w - lr * (beta * v + (1 - beta) * g), beta * v + (1 - beta) * g)
        ),
        "The rate is in v, as Keras has it. Here it multiplies the whole velocity when w moves.": (
            lambda w, g, v, lr, beta: (w + beta * v - lr * g, beta * v - lr * g)
        ),
        "The rate is in twice, once in v and once in the step.": (
            lambda w, g, v, lr, beta: (w - lr * (beta * v + lr * g), beta * v + lr * g)
        ),
        "Uphill: w moves against v.": lambda w, g, v, lr, beta: (w + lr * (beta * v + g), beta * v + g),
        "The numbers are right, in another order: return w, v.": (
            lambda w, g, v, lr, beta: momentum_step(w, g, v, lr, beta)[::-1]
        ),
    },
)


@exercise(
    "gradient_descent-rates",
    call="rates(curvatures)",
    right="The step with rate 1/κ takes the direction of κ to the bottom, and no later step moves it from there.",
)
def judge_rates(answer):
    curvatures = np.array([0.5, 3.0, 1.0, 8.0])
    got = numbers(answer(curvatures)).ravel()
    if same(got, 2 / curvatures):
        raise Hint("2/κ is the limit: it jumps to the other side, as far away as before.")
    if same(got, curvatures):
        raise Hint("These are the curvatures. Which rate makes 1 − ηκ zero?")
    if got.size != 4:
        raise Hint(f"4 curvatures, 4 steps, 4 rates; yours are {got.size}.")
    if np.ptp(got) == 0:
        raise Hint("One rate for all steps leaves 1 − ηκ of each direction, and that is zero for one κ only.")
    left = np.abs(np.prod(1 - got[:, None] * curvatures, axis=0))  # of each direction
    if (left > 1e-6).any():
        raise Hint(
            f"With these rates {np.sum(left > 1e-6)} of 4 directions are not at the bottom. After all steps the "
            "product of the factors 1 − ηκ is left of each: when is a product zero?"
        )


def _walk(gradient, w, lr, beta, steps):
    v = np.zeros_like(w)
    for _ in range(steps):
        w, v = momentum_step(w, gradient(w), v, lr, beta)
    return w


@exercise(
    "gradient_descent-inertia",
    call="walk(gradient, w, lr, beta, steps)",
    right="The velocity lives as long as the walk: set it to zero once, before the loop.",
)
def judge_inertia(answer):
    curvatures, start = np.array([0.4, 1.0, 5.0]), np.array([2.0, -1.0, 3.0])

    def gradient(w):
        return curvatures * w

    got = numbers(answer(gradient, start, 0.1, 0.8, 7))
    wrong = {
        "v is still forgotten in every step: look where it is set to zero.": (0.1, 0.0, 7),
        "One step is missing.": (0.1, 0.8, 6),
        "One step too many.": (0.1, 0.8, 8),
        "The step became ten times as long; the mistake was only that v is forgotten.": (1.0, 0.8, 7),
        "An average, (1 − β) g, makes the steps shorter. Here v is a sum.": (0.1 * (1 - 0.8), 0.8, 7),
        "You mended it by a longer step, 1/(1 − β) of a gradient. Let v do that: where is it set to zero?": (
            0.5,
            0.0,
            7,
        ),
    }
    reject(got, {hint: _walk(gradient, start, *settings) for hint, settings in wrong.items()})
    if not same(got, _walk(gradient, start, 0.1, 0.8, 7)):
        raise Hint("Three lines in the loop are two too few or one too many. Which of them belongs before it?")


@exercise(
    "gradient_descent-converges",
    call="converges(lr, beta)",
    right="Below 2 (1 + β): momentum makes longer steps, and on a parabola it is the more stable for it.",
)
def judge_converges(answer):
    cases = [(lr, beta) for lr in (0.3, 1.9, 2.1, 2.5, 2.9, 3.1, 3.7, 3.9) for beta in (0.0, 0.2, 0.5, 0.9)]
    got = [one_number(answer(lr, beta), "True or False") for lr, beta in cases]
    if not set(got) <= {0.0, 1.0}:
        raise Hint("Return True or False.")
    wrong = {
        "This is the limit without momentum. Try a rate of 2.5 with β = 0.5.": lambda lr, beta: lr < 2,
        "The steps are longer, and still the limit does not sink: try a rate of 1.9 with β = 0.9.": (
            lambda lr, beta: lr < 2 * (1 - beta)
        ),
        "The limit rises with β, but more slowly than 2/(1 − β): try a rate of 3.9 with β = 0.9.": (
            lambda lr, beta: lr < 2 / (1 - beta)
        ),
        "The other way round: return True where it converges.": lambda lr, beta: lr > 2 * (1 + beta),
        "The upper end of the window is (1 + √β)². Beyond it the roots are real, and still inside of the circle.": (
            lambda lr, beta: lr < (1 + np.sqrt(beta)) ** 2
        ),
        "Too careful: with β = 0.5 and a rate of 2.9 it does converge.": lambda lr, beta: lr < 2 + beta,
        "Always? Try a rate of 2.5 without momentum.": lambda lr, beta: True,
    }
    for hint, rule in wrong.items():
        if got == [float(rule(lr, beta)) for lr, beta in cases]:
            raise Hint(hint)
    for case, said in zip(cases, got, strict=True):
        if said != float(case[0] < 2 * (1 + case[1])):
            raise Hint(f"Not for a rate of {case[0]} and β = {case[1]}: walk 500 steps from 1, and look at the end.")


@exercise(
    "gradient_descent-power",
    call="largest_curvature(gradient, w, rng)",
    right="This is the power method. On a network it costs two gradients a turn, and 2 divided by it is the limit.",
)
def judge_power(answer):
    for curvatures in (np.array([0.5, 1.0, 2.0, 9.0]), np.array([30.0, 4.0, 1.0, 0.1, 0.2])):
        w = np.linspace(-1, 2, len(curvatures))
        got = one_number(
            answer(lambda w, k=curvatures: k * (w - 0.3), w, np.random.default_rng(0)), "the largest curvature"
        )
        largest = curvatures.max()
        if np.isclose(got, curvatures.min(), rtol=0.01):
            raise Hint("This is the smallest curvature. Hd grows along the steepest direction: what divides by H?")
        if np.isclose(got, largest**2, rtol=0.02):
            raise Hint("This is its square: d was not of length 1 when you took the length of Hd.")
        if np.isclose(got, 1, rtol=0.01):
            raise Hint("This is the length of d after it was divided by its length. Take the length of Hd before that.")
        if np.isclose(got, 2 / largest, rtol=0.01):
            raise Hint("This is the largest rate. The curvature itself is asked for.")
        if np.isclose(got, np.sqrt(largest), rtol=0.01):
            raise Hint("This is its root: d·Hd is the curvature already, and so is the length of Hd.")
        if not np.isclose(got, largest, rtol=0.01):
            raise Hint(
                "Not within one per cent. Take Hd = g(w + d) − g(w), divide it by its length, and repeat, 50 times."
            )


@exercise(
    "gradient_descent-enough",
    call="enough(G)",
    right="The more the examples contradict each other, the more of them a step has to ask.",
)
def judge_enough(answer):
    for shift in (0.3, 1.0, 3.0):
        G = np.random.default_rng(7).normal(size=(60, 4)) + shift
        got = one_number(answer(G), "the size of a batch")
        square, spread, N = np.sum(G.mean(axis=0) ** 2), _spread(G), len(G)
        exact = spread * N / (square * (N - 1) + spread)
        size = int(np.ceil(exact))
        wrong = {
            "This is the number with replacement: the factor (N − B)/(N − 1) makes a smaller batch do.": (
                np.ceil(spread / square) if np.ceil(spread / square) != size else np.nan
            ),
            "A size is a whole number: round it up.": exact,
            "Rounded down, the noise is still too large: round up.": size - 1,
            "One too many: the smallest batch that will do is asked for.": size + 1,
            "You compared with the length of the gradient, and not with its square.": np.ceil(
                spread * N / (np.sqrt(square) * (N - 1) + spread)
            ),
        }
        reject(got, {hint: value for hint, value in wrong.items() if value != size and not np.isnan(value)})
        if got != size:
            raise Hint("Take batch_noise(G, size) for size = 1, 2, 3, …, and compare it with the square of the mean.")


@exercise(
    "gradient_descent-prices",
    call="prices(smaller)",
    right="R grows by the same factor: the steps of gradient descent with it, and those of momentum with its root.",
)
def judge_prices(answer):
    names = ("the factor for gradient descent", "the one for momentum")
    for smaller in (3.0, 10.0):
        plain, quick = pair(answer(smaller), names, ((), ()))
        root = np.sqrt(smaller)
        if np.isclose([plain, quick], [root, smaller], rtol=0.01).all():
            raise Hint("Both numbers are right, in the other order: gradient descent first.")
        if np.isclose(plain, smaller**2, rtol=0.01):
            raise Hint("The steps of gradient descent are in proportion to R, not to its square.")
        if np.isclose(plain, 1 / smaller, rtol=0.01):
            raise Hint("A smaller κ_min makes R larger: it takes more steps, not fewer.")
        if np.isclose(plain, 1, rtol=0.01):
            raise Hint("The largest curvature sets the rate; the smallest sets how long it takes.")
        if not np.isclose(plain, smaller, rtol=0.01):
            raise Hint("For large R the number of steps is (R/2) log(1/ε). What becomes of R?")
        if np.isclose(quick, smaller, rtol=0.01):
            raise Hint("With momentum, √R stands where R stood.")
        if not np.isclose(quick, root, rtol=0.01):
            raise Hint("The first is right. With momentum the number of steps is in proportion to √R.")
