"""Solutions of the exercises on the linear map: two for each, both judged by the tests."""

import numpy as np


# linear-distance
def distance(x, W, b):
    """The signed distance, (w·x + b) / ‖w‖, for each row w of W."""
    return (W @ x + b) / np.linalg.norm(W, axis=1)


def distance_by_projection(x, W, b):
    """Project x minus a point of each hyperplane on its unit normal."""
    normals = W / np.sqrt(np.sum(W**2, axis=1, keepdims=True))  # (K, D)
    points = -b[:, None] * W / np.sum(W**2, axis=1, keepdims=True)  # (K, D), on the hyperplanes
    return np.sum((x - points) * normals, axis=1)


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
