"""Solutions of the blanks and the exercises on activations, judged by the tests; two for each exercise."""

import numpy as np


# activations-turn-sigmoid-gradient
def sigmoid_gradient(dA, Z):
    """What arrives, times the slope σ(z) (1 − σ(z)), element by element."""
    A = 1 / (1 + np.exp(-Z))
    return dA * A * (1 - A)


# activations-turn-softplus
def safe_softplus(Z):
    """No exponent above 0."""
    return np.maximum(Z, 0) + np.log(1 + np.exp(-np.abs(Z)))


# activations-turn-kinks
def kinks(y, h):
    """The first slope, then what the slope changes by."""
    p = (y[1:] - y[:-1]) / h
    return np.diff(p, prepend=0)


# activations-sharpness
def sharpness(epsilon):
    """For both signs of z the distance is log(1 + e^−β|z|) / β: largest at z = 0, where it is log 2 / β."""
    return np.log(2) / epsilon


def sharpness_by_halving(epsilon):
    """The distance at 0 falls as β grows: close in on the β where it is ε."""
    low, high = 1e-9, 1e9
    for _ in range(200):
        beta = (low * high) ** 0.5
        low, high = (beta, high) if np.logaddexp(0, 0) / beta > epsilon else (low, beta)
    return beta


# activations-log-sigmoid
def log_sigmoid(Z):
    """−log σ(z) = log(1 + e^−z) = softplus(−z); log1p keeps e⁻⁴⁰ where 1 + e⁻⁴⁰ would swallow it."""
    return np.minimum(Z, 0) - np.log1p(np.exp(-np.abs(Z)))


def log_sigmoid_of_the_package(Z):
    """The same with the package's softplus."""
    from dlpath.activations.in_numpy import softplus

    return -softplus(-Z)[0]


# activations-translate
def translate(W1, b1, W2, b2):
    """W₂ (2σ(2z) − 1) + b₂ = 2W₂ σ(2z) + (b₂ − W₂ 1), where 1 is a vector of ones."""
    return 2 * W1, 2 * b1, 2 * W2, b2 - W2.sum(axis=1)


def translate_mirrored(W1, b1, W2, b2):
    """tanh(z) = −tanh(−z) = 1 − 2σ(−2z) does it too."""
    return -2 * W1, -2 * b1, -2 * W2, b2 + W2 @ np.ones(len(W1))


# activations-change
def change(c, L):
    """Half of the slopes are 1 and half are 0: ρ = √½, and each layer multiplies by c ρ."""
    return L * np.log10(c * np.sqrt(1 / 2))


def change_by_squares(c, L):
    """Each layer multiplies the squared length by c² · ½."""
    return 0.5 * sum(np.log10(c**2 / 2) for _ in range(L))


# activations-larger
def extreme(largest):
    """max(x₁, x₂) = x₂ + relu(x₁ − x₂) and min(x₁, x₂) = x₁ − relu(x₁ − x₂), with x = relu(x) − relu(−x)."""
    if largest:
        return np.array([[1, -1], [0, 1], [0, -1]]), np.array([1, 1, -1])
    return np.array([[1, -1], [1, 0], [-1, 0]]), np.array([-1, 1, -1])


def extreme_by_symmetry(largest):
    """Half of the sum, plus or minus half of the distance, each made of two ReLUs."""
    sign = 1 if largest else -1
    return np.array([[1, 1], [-1, -1], [1, -1], [-1, 1]]), np.array([1, -1, sign, sign]) / 2
