"""Solutions of the blanks and the exercises on the linear map, judged by the tests; two for each exercise."""

import numpy as np


# linear-turn-distance
def distance_of_one(x, w, b):
    """w·x + b in units of the length of w."""
    return (w @ x + b) / np.sqrt(w @ w)


# linear-turn-forward
def forward(X, W, b):
    """The summed index d is last in both: W is turned."""
    return X @ W.T + b


# linear-turn-backward
def backward(dZ, X, W):
    """The sums run over k for dX, and over n for dW and db."""
    return dZ @ W, dZ.T @ X, dZ.sum(axis=0)


# linear-turn-fold
def fold(W1, b1, W2, b2, W3, b3):
    """Two layers are one; then the same once more."""
    W, b = W2 @ W1, W2 @ b1 + b2
    return W3 @ W, W3 @ b + b3


# linear-everybody
def fit_line(X, Y, lr=0.1, steps=500):
    """All examples use b, so its gradient is the sum of dZ over the examples."""
    W, b = np.zeros((1, X.shape[1])), np.zeros(1)
    for _ in range(steps):
        Z = X @ W.T + b
        dZ = 2 * (Z - Y) / Z.size
        W, b = W - lr * dZ.T @ X, b - lr * dZ.sum(axis=0)
    return W, b


def fit_line_with_a_column_of_ones(X, Y, lr=0.1, steps=500):
    """A bias is the weight of a feature that is always 1; then the product makes the sum."""
    A, V = np.c_[X, np.ones(len(X))], np.zeros((1, X.shape[1] + 1))
    for _ in range(steps):
        V = V - lr * (2 * (A @ V.T - Y) / Y.size).T @ A
    return V[:, :-1], V[0, -1:]


# linear-stays
def stays(c, bend):
    """Without a bend c and 1/c cancel in W₂W₁; max(cz, 0) = c max(z, 0) holds for c > 0 only."""
    return not bend or c > 0


def stays_by_trying(c, bend):
    """Scale one unit and see: its answer to z and to −z."""
    f = (lambda z: max(z, 0)) if bend else (lambda z: z)
    return all(f(c * z) / c == f(z) for z in (1.0, -1.0))


# linear-unscale
def unscale(W, b, m, s):
    """W ((x − m) / s) + b, multiplied out."""
    return W / s, b - W @ (m / s)


def unscale_by_composition(W, b, m, s):
    """The standardization as a linear map W₁ x + b₁, then W₂W₁ and W₂b₁ + b₂."""
    W1, b1 = np.diag(1 / s), -m / s
    return W @ W1, W @ b1 + b


# linear-multiplications
def multiplications(N, D, H, K):
    """Forwards two products; backwards dW of both layers, and dX of the second alone."""
    return 2 * N * D * H + 3 * N * H * K


def multiplications_by_listing(N, D, H, K):
    """Every product (a, b) (b, c) of the step, counted as a·b·c."""
    forwards = [(N, D, H), (N, H, K)]
    backwards = [(K, N, H), (N, K, H), (H, N, D)]  # dW2, dH, dW1
    return sum(a * b * c for a, b, c in forwards + backwards)


# linear-weighted
def weighted(G, c, X):
    """Row n of dZ is cₙ times row n of G."""
    dZ = c[:, None] * G
    return dZ.T @ X, dZ.sum(axis=0)


def weighted_by_indices(G, c, X):
    """The sums over n as they stand in the derivation."""
    return np.einsum("n,nk,nd->kd", c, G, X), np.einsum("n,nk->k", c, G)


# linear-tied
def tied(dX_hat, X, W):
    """The gradient through X̂ = H W, plus the gradient through H = X Wᵀ."""
    H, dH = X @ W.T, dX_hat @ W.T
    return H.T @ dX_hat + dH.T @ X


def tied_by_two_linear_maps(dX_hat, X, W):
    """As two layers with weights W and Wᵀ: the gradient for Wᵀ is turned before it is added."""
    from dlpath.linear.in_numpy import linear, linear_backward

    K, D = W.shape
    H, cache_in = linear(X, W, np.zeros(K))
    _, cache_out = linear(H, W.T, np.zeros(D))
    dH, dW_out, _ = linear_backward(dX_hat, cache_out)
    _, dW_in, _ = linear_backward(dH, cache_in)
    return dW_in + dW_out.T
