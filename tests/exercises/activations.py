"""Right and wrong answers to the exercises on activations; wrong ones with the words that their hint must have."""

import numpy as np

from dlpath.activations.in_numpy import sigmoid_backward

log, exp = np.log, np.exp


def sigma(z):
    return 1 / (1 + exp(-z))


def quietly(f):
    """The answer of a learner whose program warns of overflow."""

    def answer(*args):
        with np.errstate(all="ignore"):
            return f(*args)

    return answer


def slopes(y, h):
    return np.diff(y) / h


RIGHT = {
    "activations-turn-sigmoid-gradient": [
        lambda dA, Z: dA * exp(-Z) / (1 + exp(-Z)) ** 2,
        lambda dA, Z: dA / 4 * (1 - np.tanh(Z / 2) ** 2),
    ],
    "activations-turn-softplus": [
        lambda Z: np.logaddexp(0, Z),
        lambda Z: [max(z, 0) + np.log1p(exp(-abs(z))) for z in Z],
    ],
    "activations-turn-kinks": [
        lambda y, h: [(y[1] - y[0]) / h, *((y[2:] - 2 * y[1:-1] + y[:-2]) / h)],
        lambda y, h: np.concatenate([slopes(y, h)[:1], np.diff(slopes(y, h))]),
    ],
    "activations-sharpness": [lambda epsilon: [log(2) / epsilon], lambda epsilon: np.float32(log(2)) / epsilon],
    "activations-log-sigmoid": [
        lambda Z: -np.logaddexp(0, -Z),
        lambda Z: [min(z, 0) - np.log1p(exp(-abs(z))) for z in Z],
        lambda Z: np.minimum(Z, 0).astype(np.float32) - np.log1p(exp(-abs(Z.astype(np.float32)))),
    ],
    "activations-translate": [
        lambda W1, b1, W2, b2: [-2 * W1, -2 * b1, -2 * W2, b2 + W2.sum(axis=1)],
        lambda W1, b1, W2, b2: [W1 + W1, b1 + b1, W2 + W2, [b - sum(w) for w, b in zip(W2, b2, strict=True)]],
    ],
    "activations-change": [
        lambda c, L: L * np.log10(c) - 0.5 * L * np.log10(2),
        lambda c, L: [L * np.log10(c / 2**0.5)],
    ],
    "activations-larger": [
        lambda largest: (
            ([[1, -1], [0, 1], [0, -1]], [1, 1, -1]) if largest else ([[1, -1], [1, 0], [-1, 0]], [-1, 1, -1])
        ),
        lambda largest: (
            np.array([[1, 1], [-1, -1], [1, -1], [-1, 1]]),
            np.array([[1, -1, *[1 if largest else -1] * 2]]) / 2,
        ),
    ],
}

WRONG = {
    "activations-turn-sigmoid-gradient": [
        (lambda dA, Z: sigma(Z) * (1 - sigma(Z)), "the slope alone"),
        (lambda dA, Z: dA * Z * (1 - Z), "z stands where σ(z) belongs"),
        (lambda dA, Z: dA * sigma(Z), "times σ(z) itself"),
        (lambda dA, Z: dA * (1 - sigma(Z)), "the other one is σ(z)"),
        (lambda dA, Z: dA * (1 - sigma(Z) ** 2), "what a tanh would have"),
        (lambda dA, Z: Z * sigma(dA) * (1 - sigma(dA)), "The slope is taken at Z"),
        (lambda dA, Z: dA / 4, "at z = 0 only"),
        (lambda dA, Z: dA + sigma(Z) * (1 - sigma(Z)), "not added"),
        (lambda dA, Z: -dA * sigma(Z) * (1 - sigma(Z)), "a sigmoid rises everywhere"),
        (lambda dA, Z: (sigmoid_backward(dA, (Z, sigma(Z))), None), "This is a tuple of 2"),
        (lambda dA, Z: dA.sum() * sigma(Z) * (1 - sigma(Z)), "Go back to the formula"),
    ],
    "activations-turn-softplus": [
        (quietly(lambda Z: log(1 + exp(Z))), "too large for a float64"),
        (quietly(lambda Z: Z + log(1 + exp(-Z))), "at z = −800 it is infinite"),
        (quietly(lambda Z: np.maximum(Z, 0) + log(1 + exp(-Z))), "−|z|, not −z"),
        (quietly(lambda Z: np.maximum(Z, 0) + log(1 + exp(abs(Z)))), "overflows on both sides"),
        (lambda Z: np.maximum(Z, 0), "This is a ReLU"),
        (lambda Z: abs(Z) + log(1 + exp(-abs(Z))), "not |z|"),
        (lambda Z: Z + log(1 + exp(-abs(Z))), "max(z, 0), not z."),
        (lambda Z: np.maximum(Z, 0) - log(1 + exp(-abs(Z))), "lies above ReLU"),
        (lambda Z: Z, "Go back to the formula"),
    ],
    "activations-turn-kinks": [
        (slopes, "These are the slopes"),
        (lambda y, h: np.diff(np.diff(y), prepend=0), "divided by the distance h"),
        (lambda y, h: h * np.diff(np.diff(y), prepend=0), "do not multiply"),
        (lambda y, h: np.diff(slopes(y, h)), "q₀ is missing"),
        (lambda y, h: np.append(0, np.diff(slopes(y, h))), "not 0"),
        (lambda y, h: -np.diff(slopes(y, h), prepend=0), "The sign is turned"),
        (lambda y, h: np.append(slopes(y, h)[0], -np.diff(slopes(y, h))), "From the second unit on"),
        (lambda y, h: y[:-1], "These are the values"),
        (lambda y, h: np.diff(np.diff(y), prepend=0) / h**2, "Divided by h twice"),
        (lambda y, h: np.diff(slopes(y, h), prepend=0, append=0), "The result has shape"),
    ],
    "activations-sharpness": [
        (lambda epsilon: 1 / epsilon, "log 2, not 1"),
        (lambda epsilon: 0.5 / epsilon, "½ is its slope"),
        (lambda epsilon: epsilon / log(2), "The other way round"),
        (lambda epsilon: epsilon * log(2), "solve for it"),
        (lambda epsilon: log(2), "not depend on ε"),
        (lambda epsilon: np.log10(2) / epsilon, "The logarithm is natural"),
        (lambda epsilon: 2 / exp(epsilon), "not log(2 / β)"),
        (lambda epsilon: 2 / epsilon, "set it equal to ε"),
        (lambda epsilon: [1, 2], "One number is wanted"),
    ],
    "activations-log-sigmoid": [
        (quietly(lambda Z: log(1 / (1 + exp(-Z)))), "it returns -inf"),
        (quietly(lambda Z: -log(1 + exp(-Z))), "it returns -inf"),
        (quietly(lambda Z: log(np.tanh(Z / 2) / 2 + 0.5)), "it returns -inf"),
        (lambda Z: np.minimum(Z, 0) - log(1 + exp(-abs(Z))), "For z = 40 it returns"),
        (lambda Z: np.logaddexp(0, -Z), "never positive"),
        (lambda Z: -np.logaddexp(0, Z), "This is log(1 − σ(z))"),
        (quietly(lambda Z: log(np.maximum(sigma(Z), 1e-12))), "a floor under σ"),
        (lambda Z: np.minimum(Z, 0), "For moderate z"),
        (lambda Z: -800.0, "one number for each z"),
    ],
    "activations-translate": [
        (lambda W1, b1, W2, b2: (W1, b1, W2, b2), "Nothing is translated"),
        (lambda W1, b1, W2, b2: (2 * W1, 2 * b1, W2, b2), "And then the −1"),
        (lambda W1, b1, W2, b2: (2 * W1, 2 * b1, W2, b2 - W2.sum(axis=1)), "it goes into W2."),
        (lambda W1, b1, W2, b2: (W1, b1, 2 * W2, b2), "into W1 and b1"),
        (lambda W1, b1, W2, b2: (2 * W1, 2 * b1, 2 * W2 - 1, b2), "not from its weights"),
        (lambda W1, b1, W2, b2: (2 * W1, 2 * b1, 2 * W2, b2), "into the last bias"),
        (lambda W1, b1, W2, b2: (2 * W1, 2 * b1, 2 * W2, b2 - 1), "not 1"),
        (lambda W1, b1, W2, b2: (2 * W1, b1, 2 * W2, b2 - W2.sum(axis=1)), "its bias too"),
        (lambda W1, b1, W2, b2: (W1, b1, 2 * W2, b2 - W2.sum(axis=1)), "inside σ(2z) is missing"),
        (lambda W1, b1, W2, b2: (2 * W1, 2 * b1, 2 * W2, b2 + W2.sum(axis=1)), "The sign of the −1"),
        (lambda W1, b1, W2, b2: (2 * W1, 2 * b1, 2 * W2, b2 - 2 * W2.sum(axis=1)), "is not doubled"),
        (lambda W1, b1, W2, b2: (W1 / 2, b1 / 2, W2 / 2, b2 + W2.sum(axis=1) / 2), "from σ to tanh"),
        (lambda W1, b1, W2, b2: (2 * W1, 2 * b1, 2 * W2, 2 * b2), "multiply out"),
        (lambda W1, b1, W2, b2: (2 * W1, 2 * b1, 2 * W2, b2[:, None] - W2), "b2 has shape"),
        (lambda W1, b1, W2, b2: (2 * W1, 2 * b1), "Return four arrays"),
    ],
    "activations-change": [
        (lambda c, L: L * np.log10(c), "The slopes are missing"),
        (lambda c, L: L * np.log10(c / 2), "√½, not ½"),
        (lambda c, L: L * np.log10(c / 4), "¼ is the sigmoid's"),
        (lambda c, L: np.log10(c / 2**0.5), "There are L"),
        (lambda c, L: (c / 2**0.5) ** L, "the factor itself"),
        (lambda c, L: L * log(c / 2**0.5), "The natural logarithm"),
        (lambda c, L: -L * np.log10(c / 2**0.5), "The other way round"),
        (lambda c, L: L * np.log10(c * c / 2), "the squared length"),
        (lambda c, L: c + L, "half and half"),
    ],
    "activations-larger": [
        (lambda largest: ([[1, -1]], [1]), "Now x₂ itself"),
        (lambda largest: ([[-1, 1]], [1]), "Now x₁ itself"),
        (lambda largest: ([[1, -1], [0, 1]], [1, 1]), "For negative x₂"),
        (lambda largest: ([[-1, 1], [1, 0]], [1, 1]), "For negative x₁"),
        (lambda largest: ([[1, -1], [1, 0], [-1, 0]], [-1, 1, -1]), "the smaller"),
        (lambda largest: ([[1, -1], [-1, 1]], [1, 1]), "the distance"),
        (lambda largest: ([[1, -1], [-1, 1]], [0.5, 0.5]), "Half of the sum"),
        (lambda largest: ([[1, -1], [0, 1], [0, -1]], [1, 1, 1]), "it is |x|"),
        (lambda largest: ([[1, 1], [-1, -1]], [1, -1]), "This is the sum"),
        (lambda largest: ([[1, -1], [-1, 1], [1, 1], [-1, -1]], [1, 1, 1, -1]), "not halved"),
        (lambda largest: ([[1, 0], [0, 1]], [1, 1]), "Try (1, 2)"),
        (lambda largest: ([[1, -1], [0, 1], [0, -1]], [1, 1, -1]), "the smaller is asked for"),
        (lambda largest: ([[1, -1], [0, 1], [0, -1]], [1 if largest else -1, 1, -1]), "the smaller is not"),
        (lambda largest: ([[1, -1, 0]], [1]), "expected (H, 2) and H"),
        (lambda largest: [[1, -1]], "Return two things"),
    ],
}
