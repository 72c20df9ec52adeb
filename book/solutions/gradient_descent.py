"""Solutions of the blanks and the exercises on gradient descent, judged by the tests; two for each exercise."""

import numpy as np


# gradient_descent-turn-change
def change(g, H, lr):
    """Taylor's second and third term for the step −η g."""
    return -lr * g @ g + lr**2 / 2 * g @ H @ g


# gradient_descent-turn-plan
def plan(curvatures, fraction):
    """Both ends equally slow; then count how often the factor fits."""
    largest, smallest = curvatures.max(), curvatures.min()
    R = largest / smallest
    return 2 / (largest + smallest), np.log(1 / fraction) / np.log((R + 1) / (R - 1))


# gradient_descent-turn-noise
def noise(G, size):
    """The mean square of an example's error, over the size, less what is drawn already."""
    N, errors = len(G), G - G.mean(axis=0)
    return np.sum(errors**2) / N / size * (N - size) / (N - 1)


# gradient_descent-turn-momentum
def step(w, g, v, lr, beta):
    """First the velocity, then the step along the new one."""
    v = beta * v + g
    return w - lr * v, v


# gradient_descent-rates
def rates(curvatures):
    """A step with 1/κ brings the direction of κ to the bottom; there its gradient is zero, and it stays."""
    return 1 / curvatures


def rates_from_the_steepest(curvatures):
    """The order does not matter to the end, and much to the way: the steepest first keeps the others small."""
    return [1 / kappa for kappa in sorted(curvatures, reverse=True)]


# gradient_descent-inertia
def walk(gradient, w, lr, beta, steps):
    """The velocity is set to zero once, before the loop."""
    v = np.zeros_like(w)
    for _ in range(steps):
        v = beta * v + gradient(w)
        w = w - lr * v
    return w


def walk_without_a_velocity(gradient, w, lr, beta, steps):
    """The last move, β times, and a new one: the same steps."""
    before = w
    for _ in range(steps):
        w, before = w + beta * (w - before) - lr * gradient(w), w
    return w


# gradient_descent-converges
def converges(lr, beta):
    """Both roots lie inside of the unit circle as long as p(−1) = 2 + 2β − ηκ is positive."""
    return lr < 2 * (1 + beta)


def converges_by_roots(lr, beta):
    """The roots themselves, of z² − (1 + β − η) z + β."""
    return np.abs(np.roots([1, lr - 1 - beta, beta])).max() < 1


# gradient_descent-power
def largest_curvature(gradient, w, rng):
    """H d, by two gradients, is longest along the steepest direction; repeated, nothing else is left."""
    d = rng.normal(size=w.shape)
    for _ in range(200):
        d = d / np.linalg.norm(d)
        d = gradient(w + d) - gradient(w)
    return np.linalg.norm(d)


def largest_curvature_as_a_quotient(gradient, w, rng):
    """d·Hd / d·d is the curvature along d, for a d of any length."""
    d = rng.normal(size=w.shape)
    for _ in range(200):
        Hd = gradient(w + d) - gradient(w)
        curvature, d = d @ Hd / (d @ d), Hd / np.linalg.norm(Hd)
    return curvature


# gradient_descent-enough
def enough(G):
    """τ² (N − B) = B (N − 1) ‖g‖², solved for B and rounded up."""
    N, g = len(G), G.mean(axis=0)
    spread = np.sum((G - g) ** 2) / N
    return int(np.ceil(N * spread / ((N - 1) * (g @ g) + spread)))


def enough_by_trying(G):
    """The first size whose noise is small enough."""
    from dlpath.training.noise import batch_noise

    g = G.mean(axis=0)
    return next(size for size in range(1, len(G) + 1) if batch_noise(G, size) <= g @ g)


# gradient_descent-prices
def prices(smaller):
    """R grows by this factor, and √R by its root."""
    return smaller, np.sqrt(smaller)


def prices_by_counting(smaller):
    """Steps to a thousandth, at R of a million and at a larger one."""
    numbers = 1e6, 1e6 * smaller
    plain = [np.log(1000) / np.log((R + 1) / (R - 1)) for R in numbers]
    quick = [np.log(1000) / np.log((np.sqrt(R) + 1) / (np.sqrt(R) - 1)) for R in numbers]
    return plain[1] / plain[0], quick[1] / quick[0]
