"""The exercises of the chapter on activations. Each judge names the mistake before it says "wrong"."""

import numpy as np

from dlpath.activations.in_numpy import sigmoid, sigmoid_backward, softplus
from dlpath.exercises import Hint, exercise
from dlpath.exercises.judging import blank, draw, numbers, one_number, pair, same, sizes


def _sigma(z):
    return sigmoid(z)[0]


blank(
    "activations-turn-sigmoid-gradient",
    call="sigmoid_gradient(dA, Z)",
    right="What arrives, times the slope, element by element: no sum, for each a depends on its own z only.",
    like=lambda dA, Z: sigmoid_backward(dA, sigmoid(Z)[1]),
    arrays=lambda rng: list(rng.normal(size=(2, *sizes(rng, 2)))),
    mistakes={
        "This is the slope alone. The gradient that arrives, dA, has to be multiplied by it.": (
            lambda dA, Z: _sigma(Z) * _sigma(-Z)
        ),
        "The slope is σ(z) (1 − σ(z)); here z stands where σ(z) belongs.": lambda dA, Z: dA * Z * (1 - Z),
        "This is dA times σ(z) itself. The slope is σ(z) (1 − σ(z)).": lambda dA, Z: dA * _sigma(Z),
        "Only the factor 1 − σ(z) is there; the other one is σ(z).": lambda dA, Z: dA * _sigma(-Z),
        "1 − σ² is what a tanh would have. Here it is σ (1 − σ).": lambda dA, Z: dA * (1 - _sigma(Z) ** 2),
        "The slope is taken at Z, where the unit was on the way forwards; dA only multiplies it.": (
            lambda dA, Z: Z * _sigma(dA) * _sigma(-dA)
        ),
        "A quarter is the slope at z = 0 only. It is σ(z) (1 − σ(z)), of each z.": lambda dA, Z: dA / 4,
        "dA and the slope are multiplied, not added.": lambda dA, Z: dA + _sigma(Z) * _sigma(-Z),
        "The sign is wrong: a sigmoid rises everywhere.": lambda dA, Z: -dA * _sigma(Z) * _sigma(-Z),
    },
)


def _far(rng):
    """Ordinary numbers, and both ends of the line."""
    return [np.concatenate([3 * rng.normal(size=sizes(rng, 1)), [-800.0, 800.0, 0.0]])]


blank(
    "activations-turn-softplus",
    call="safe_softplus(Z)",
    right="Nothing above 0 is in an exponent any more: far to the right it is z, far to the left it goes to 0.",
    like=lambda Z: softplus(Z)[0],
    arrays=_far,
    mistakes={
        "At z = 800 this is infinite: e⁸⁰⁰ is too large for a float64. Take e^z out of the bracket where z > 0.": (
            lambda Z: np.log(1 + np.exp(Z))
        ),
        "Right for positive z; at z = −800 it is infinite, because e^−z overflows there.": (
            lambda Z: Z + np.log(1 + np.exp(-Z))
        ),
        "The exponent is −|z|, not −z: for negative z e^−z overflows.": (
            lambda Z: np.maximum(Z, 0) + np.log(1 + np.exp(-Z))
        ),
        "The exponent |z| is above 0 and overflows on both sides: it is −|z|.": (
            lambda Z: np.maximum(Z, 0) + np.log(1 + np.exp(np.abs(Z)))
        ),
        "This is a ReLU. The rounding of its corner, log(1 + e^−|z|), is missing.": lambda Z: np.maximum(Z, 0),
        "Before the logarithm stands max(z, 0), not |z|: far to the left softplus goes to 0.": (
            lambda Z: np.abs(Z) + np.log(1 + np.exp(-np.abs(Z)))
        ),
        "Before the logarithm stands max(z, 0), not z.": lambda Z: Z + np.log(1 + np.exp(-np.abs(Z))),
        "The logarithm is added: softplus lies above ReLU everywhere.": (
            lambda Z: np.maximum(Z, 0) - np.log(1 + np.exp(-np.abs(Z)))
        ),
    },
)


blank(
    "activations-turn-kinks",
    call="kinks(y, h)",
    right="The first slope, then each change of slope: those are the weights that nobody had to train.",
    like=lambda y, h: np.diff(np.diff(y) / h, prepend=0),
    arrays=lambda rng: [rng.normal(size=sizes(rng, 1)[0] + 2), 0.5 + rng.uniform()],
    mistakes={
        "These are the slopes pₖ of the pieces. A unit adds only what the slope changes by: pₖ − pₖ₋₁.": (
            lambda y, h: np.diff(y) / h
        ),
        "A slope is a difference of values divided by the distance h.": lambda y, h: np.diff(np.diff(y), prepend=0),
        "Divide by h, do not multiply.": lambda y, h: np.diff(np.diff(y) * h, prepend=0),
        "q₀ is missing: the first unit brings the slope of the first piece, p₀.": lambda y, h: np.diff(np.diff(y)) / h,
        "The first unit brings the slope of the first piece, q₀ = p₀, not 0.": (
            lambda y, h: np.diff(np.diff(y) / h, prepend=(y[1] - y[0]) / h)
        ),
        "The sign is turned: qₖ is the slope after the kink minus the slope before it.": (
            lambda y, h: -np.diff(np.diff(y) / h, prepend=0)
        ),
        "From the second unit on the sign is turned: the slope after the kink minus the slope before it.": (
            lambda y, h: np.append(np.diff(y)[:1], -np.diff(np.diff(y))) / h
        ),
        "These are the values. Go to slopes first, then to changes of slope.": lambda y, h: y[:-1],
        "Divided by h twice: qₖ is a difference of slopes.": lambda y, h: np.diff(np.diff(y) / h**2, prepend=0),
    },
)


@exercise(
    "activations-sharpness",
    call="sharpness(epsilon)",
    right="At z = 0, by log 2 / β. On both sides the distance is log(1 + e^−β|z|) / β, which only falls.",
)
def sharpness(answer):
    cases = (0.1, 0.02, 0.5)
    got = [one_number(answer(epsilon), "β") for epsilon in cases]
    wrong = {
        "They are farthest apart at z = 0, and softplus(0) is log 2, not 1.": lambda e: 1 / e,
        "softplus(0) is log(1 + 1) = log 2; ½ is its slope there.": lambda e: 0.5 / e,
        "The other way round: the smaller ε, the larger β.": lambda e: e / np.log(2),
        "The distance at 0 is log 2 / β: it is β that is asked for, so solve for it.": lambda e: np.log(2) * e,
        "Does β not depend on ε?": lambda e: np.log(2),
        "The logarithm is natural: log 2 is about 0.69.": lambda e: np.log10(2) / e,
        "softplus(βz) is divided by β, so the distance at 0 is log 2 / β, not log(2 / β).": lambda e: 2 / np.exp(e),
    }
    for hint, rule in wrong.items():
        if np.allclose(got, [rule(e) for e in cases], rtol=1e-3):
            raise Hint(hint)
    if not np.allclose(got, [np.log(2) / e for e in cases], rtol=1e-3):
        raise Hint("Write the distance at z = 0 as a formula in β, set it equal to ε, and solve for β.")


@exercise(
    "activations-log-sigmoid",
    call="log_sigmoid(Z)",
    right="log σ(z) = −softplus(−z). Overflow made the infinity, a sum that swallowed e⁻⁴⁰ made the zero.",
)
def log_sigmoid(answer):
    Z = np.array([-800.0, -3.0, -0.5, 0.0, 2.0, 40.0])
    got, right = numbers(answer(Z)), -softplus(-Z)[0]
    if got.shape != Z.shape:
        raise Hint(f"The result has shape {got.shape}, expected {Z.shape}: one number for each z.")
    if same(got, -right):
        raise Hint("The logarithm of a probability is never positive: the sign is turned.")
    if same(got[1:-1], -softplus(Z[1:-1])[0]):
        raise Hint("This is log(1 − σ(z)): σ(−z) in place of σ(z). Look at the sign of z inside softplus.")
    if not np.isfinite(got[0]):
        raise Hint(f"For z = −800 it returns {got[0]}, and should return −800: e⁸⁰⁰ overflows.")
    if same(got[1:-1], right[1:-1], rtol=1e-4) and not np.isclose(got[0], right[0]):
        raise Hint(f"For z = −800 it returns {got[0]}, and should return −800: a floor under σ cuts the loss off.")
    if not same(got[:-1], right[:-1], rtol=1e-4):
        raise Hint("For moderate z the numbers are not right yet. Compare with np.log(1 / (1 + np.exp(-z))) at z = 0.")
    if not np.isclose(got[-1], right[-1], rtol=1e-3, atol=0):
        raise Hint(f"For z = 40 it returns {got[-1]}, and should return −e⁻⁴⁰: in 1 + e⁻⁴⁰ the small number is lost.")


def _network(f, W1, b1, W2, b2):
    return lambda X: f(X @ W1.T + b1) @ W2.T + b2


@exercise(
    "activations-translate",
    call="translate(W1, b1, W2, b2)",
    right="tanh(z) = 2σ(2z) − 1: one 2 goes into the first layer, the other into the second, the −1 into its bias.",
)
def translate(answer):
    W1, b1, W2, b2, X = draw(5, (4, 3), 4, (2, 4), 2, (9, 3))
    parts = answer(W1.copy(), b1.copy(), W2.copy(), b2.copy())
    if not isinstance(parts, tuple | list) or len(parts) != 4:
        raise Hint("Return four arrays: W1, b1, W2, b2.")
    got = [numbers(part) for part in parts]
    for part, given, name in zip(got, (W1, b1, W2, b2), ("W1", "b1", "W2", "b2"), strict=True):
        if part.shape != given.shape:
            raise Hint(f"{name} has shape {part.shape}, expected {given.shape}.")
    total = W2.sum(axis=1)
    wrong = {
        "Nothing is translated yet.": (W1, b1, W2, b2),
        "The 2 in front of σ(2z) is missing: it goes into W2. And then the −1.": (2 * W1, 2 * b1, W2, b2),
        "The 2 in front of σ(2z) is missing: it goes into W2.": (2 * W1, 2 * b1, W2, b2 - total),
        "The 2 inside σ(2z) is missing: it goes into W1 and b1. And then the −1.": (W1, b1, 2 * W2, b2),
        "The −1 is taken from each unit's answer, not from its weights: it passes through W2 into the last bias.": (
            *(2 * W1, 2 * b1, 2 * W2 - 1),
            b2,
        ),
        "The −1 of each tanh is missing: it passes through W2 into the last bias.": (2 * W1, 2 * b1, 2 * W2, b2),
        "The −1 of each unit passes through its weight in W2: subtract sums of W2, not 1.": (
            *(2 * W1, 2 * b1, 2 * W2),
            b2 - 1,
        ),
        "The 2 inside σ(2z) doubles all of z, its bias too.": (2 * W1, b1, 2 * W2, b2 - total),
        "The 2 inside σ(2z) is missing.": (W1, b1, 2 * W2, b2 - total),
        "The sign of the −1: subtract the sums of W2.": (2 * W1, 2 * b1, 2 * W2, b2 + total),
        "The −1 is not doubled: tanh is 2σ − 1, so subtract the sums of the old W2.": (
            *(2 * W1, 2 * b1, 2 * W2),
            b2 - 2 * total,
        ),
        "The other way round: halves bring you from σ to tanh.": (W1 / 2, b1 / 2, W2 / 2, b2 + total / 2),
    }
    for hint, parts in wrong.items():
        if all(same(a, b) for a, b in zip(got, parts, strict=True)):
            raise Hint(hint)
    right = _network(np.tanh, W1, b1, W2, b2)(X)
    if not same(_network(_sigma, *got)(X), right):
        raise Hint("The answers differ. Write 2σ(2z) − 1 for each tanh(z), with z = W1 x + b1, and multiply out.")


@exercise(
    "activations-change",
    call="change(c, L)",
    right="Half of the slopes are 1, so ρ = √½ and each layer multiplies by c/√2: He's c = √2 keeps the length.",
)
def change(answer):
    cases = [(1.0, 20), (2.0, 20), (4.0, 5), (np.sqrt(2), 7), (0.5, 3)]
    got = [one_number(answer(c, L), "a base-10 logarithm") for c, L in cases]
    wrong = {
        "The slopes are missing: half of the units pass nothing on.": lambda c, L: L * np.log10(c),
        "ρ is a root mean square: half of the slopes are 1, so it is √½, not ½.": lambda c, L: L * np.log10(c / 2),
        "¼ is the sigmoid's. A ReLU has the slopes 0 and 1.": lambda c, L: L * np.log10(c / 4),
        "This is one layer's factor. There are L.": lambda c, L: np.log10(c / np.sqrt(2)),
        "This is the factor itself: its base-10 logarithm is asked for.": lambda c, L: (c / np.sqrt(2)) ** L,
        "The natural logarithm: base 10 is asked for.": lambda c, L: L * np.log(c / np.sqrt(2)),
        "The other way round: smaller weights let less through.": lambda c, L: -L * np.log10(c / np.sqrt(2)),
        "This is the change of the squared length.": lambda c, L: L * np.log10(c**2 / 2),
    }
    for hint, rule in wrong.items():
        if np.allclose(got, [rule(c, L) for c, L in cases], rtol=1e-3, atol=1e-6):
            raise Hint(hint)
    if not np.allclose(got, [L * np.log10(c / np.sqrt(2)) for c, L in cases], rtol=1e-3, atol=1e-6):
        raise Hint(
            "Per layer the factor is c ρ. What is the root mean square of slopes that are 0 or 1, half and half?"
        )


@exercise(
    "activations-larger",
    call="extreme(largest)",
    right="x₂ plus what x₁ has more; x₁ less that. A number passes a ReLU as two: x = relu(x) − relu(−x).",
)
def extreme(answer):
    (X,) = draw(6, (40, 2))
    x1, x2 = X.T
    got = _of_network(answer(True), X)
    _reject_larger(got, x1, x2)
    if not same(got, np.maximum(x1, x2)):
        raise Hint("Try (1, 2), (2, 1), (−1, −2) and (−2, −1). What does relu(x₁ − x₂) bring, and what is missing?")
    got = _of_network(answer(False), X)
    if same(got, np.maximum(x1, x2)):
        raise Hint("The larger is right; with largest=False the smaller is asked for.")
    if not same(got, np.minimum(x1, x2)):
        raise Hint("The larger is right, the smaller is not: what is left of x₁ + x₂ when the larger is taken away?")


def _of_network(answer, X):
    W, v = (numbers(part) for part in pair(answer, ("W", "v")))
    v = v.ravel()
    if W.ndim != 2 or W.shape[1] != 2 or len(W) != len(v):
        raise Hint(f"W has shape {W.shape} and v has {v.size} numbers; expected (H, 2) and H.")
    return np.maximum(X @ W.T, 0) @ v


def _reject_larger(got, x1, x2):
    up, down = np.maximum(x1 - x2, 0), np.maximum(x2 - x1, 0)
    negative = "is 0: a second unit has to bring what is negative."
    wrong = {
        "This is relu(x₁ − x₂), what x₁ has more than x₂. Now x₂ itself has to be added.": up,
        "This is relu(x₂ − x₁), what x₂ has more than x₁. Now x₁ itself has to be added.": down,
        f"Right where x₂ > 0. For negative x₂, relu(x₂) {negative}": up + np.maximum(x2, 0),
        f"Right where x₁ > 0. For negative x₁, relu(x₁) {negative}": down + np.maximum(x1, 0),
        "This is the smaller of the two.": np.minimum(x1, x2),
        "This is |x₁ − x₂|, the distance.": up + down,
        "This is half the distance. Half of the sum is missing.": (up + down) / 2,
        "x = relu(x) − relu(−x): with a plus between them it is |x|.": up + np.abs(x2),
        "This is the sum.": x1 + x2,
        "This is twice the larger: the sum and the distance, but not halved.": 2 * np.maximum(x1, x2),
    }
    for hint, value in wrong.items():
        if same(got, value):
            raise Hint(hint)
