"""Solutions of the blanks and the exercises on initialization, judged by the tests; two for each exercise."""

import numpy as np


# initialization-turn-change
def change(D, std, L):
    """One factor a layer, and half of its logarithm, because the root is asked for."""
    return L / 2 * np.log10(D * std**2 / 2)


# initialization-turn-bounds
def bounds(K, D):
    """√3 times both standard deviations."""
    return np.sqrt(6 / (D + K)), np.sqrt(6 / D)


# initialization-turn-orthogonal
def at_right_angles(G):
    """Q of the taller side, its columns turned by the signs of R's diagonal."""
    K, D = G.shape
    Q, R = np.linalg.qr(G if K >= D else G.T)
    Q = Q * np.sign(np.diag(R))
    return Q if K >= D else Q.T


# initialization-leaky
def leaky_std(D, s):
    """Of E z² one half comes through whole, and the other with s²."""
    return np.sqrt(2 / ((1 + s**2) * D))


def leaky_std_from_the_factor(D, s):
    """What one layer of standard normal weights does to the power; its root has to be taken back."""
    return 1 / np.sqrt(D * (0.5 + 0.5 * s**2))


# initialization-sides
def he_start(rng, K, D):
    """A unit adds up D terms, the columns of W."""
    W = rng.standard_normal((K, D))
    return W * np.sqrt(2 / W.shape[1])


def he_start_drawn_so(rng, K, D):
    """The generator can scale by itself."""
    return rng.normal(0, np.sqrt(2 / D), (K, D))


# initialization-alike
def layers_until(c, goal):
    """Layer by layer, with the exact map."""
    layers = 0
    while c <= goal:
        angle = np.arccos(c)
        c = (np.sin(angle) + (np.pi - angle) * c) / np.pi
        layers += 1
    return layers


def layers_until_with_the_packages_map(c, goal):
    """The same, one call deeper for each layer."""
    from dlpath.initialization.signal import relu_cosine

    return 0 if c > goal else 1 + layers_until_with_the_packages_map(relu_cosine(c), goal)


# initialization-resting
def resting(D, w_std, b_std):
    """q = factor · q + Var b, solved for q; a factor of 1 or more leaves no rest."""
    factor = D * w_std**2 / 2
    return b_std**2 / (1 - factor) if factor < 1 else np.inf


def resting_as_a_sum(D, w_std, b_std):
    """The biases' power, what the next layer keeps of it, what the one after that keeps, …: a geometric series."""
    factor = D * w_std**2 / 2
    if factor >= 1:
        return np.inf
    total, part = 0.0, b_std**2
    while part > 1e-14 * total:
        total, part = total + part, part * factor
    return total


# initialization-scaled
def scaled(X, Ws):
    """Measure, divide, and go on with what the divided layer makes of the batch."""
    A, found = X, []
    for W in Ws:
        W = W / (A @ W.T).std()
        found.append(W)
        A = np.maximum(A @ W.T, 0)
    return found


def scaled_without_a_second_product(X, Ws):
    """Z is linear in W, so it can be divided by the same number."""
    A, found = X, []
    for W in Ws:
        Z = A @ W.T
        found.append(W / Z.std())
        A = np.maximum(Z / Z.std(), 0)
    return found
