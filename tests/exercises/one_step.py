"""Right and wrong answers to the exercises on one step by hand; wrong ones with the words that their hint must have."""

import numpy as np
import torch


def relu(Z):
    return np.maximum(Z, 0)


def way(theta, X, labels):
    """Loss and gradients, by PyTorch."""
    W1, b1, W2, b2 = leaves = [torch.tensor(t, requires_grad=True) for t in theta]
    Z2 = torch.relu(torch.tensor(X) @ W1.T + b1) @ W2.T + b2
    loss = torch.nn.functional.cross_entropy(Z2, torch.tensor(labels))
    return loss.item(), [g.numpy() for g in torch.autograd.grad(loss, leaves)]


def walk(theta, X, labels, lr, steps, stay=False):
    first = way(theta, X, labels)[1]
    for _ in range(steps):
        grads = first if stay else way(theta, X, labels)[1]
        theta = [t - lr * g for t, g in zip(theta, grads, strict=True)]
    return way(theta, X, labels)[0]


def step(W1, b1, W2, b2, X, Y, lr, kept=lambda W, dW: W, gate=lambda Z: Z > 0, N=len):
    Z1 = X @ W1.T + b1
    A1 = relu(Z1)
    E = np.exp(A1 @ W2.T + b2)
    dZ2 = (E / E.sum(axis=1, keepdims=True) - Y) / N(X)
    dW2 = dZ2.T @ A1
    dZ1 = (dZ2 @ kept(W2, dW2)) * gate(Z1)
    return W1 - lr * dZ1.T @ X, b1 - lr * dZ1.sum(axis=0), W2 - lr * dW2, b2 - lr * dZ2.sum(axis=0)


def aliased(W1, b1, W2, b2, X, Y, lr):
    return step(W1, b1, W2, b2, X, Y, lr, kept=lambda W, dW: W - lr * dW)


def thin(x, y, w1, b1, w2, b2, gate=True, factor=1.0):
    z = w1 * x + b1
    return factor * (w2 * max(z, 0) + b2 - y) * w2 * x * (z > 0 if gate else 1)


def silent(on):
    return np.sum(~np.array(on).any(axis=0))


RIGHT = {
    "one_step-turn-output": [
        lambda P, Y: torch.tensor((P - Y) / len(P), dtype=torch.float32),
        lambda P, Y: ((P - Y) / P.shape[0]).tolist(),
    ],
    "one_step-turn-layer": [
        lambda dZ, A: [np.einsum("nk,nh->kh", dZ, A), list(np.ones(len(dZ)) @ dZ)],
        lambda dZ, A: (torch.tensor((A.T @ dZ).T), torch.tensor(dZ.sum(axis=0))),
    ],
    "one_step-turn-hidden": [
        lambda dZ2, W2, Z1: np.where(Z1 > 0, dZ2 @ W2, 0),
        lambda dZ2, W2, Z1: ((W2.T @ dZ2.T).T * (relu(Z1) > 0)).astype(np.float32),
    ],
    "one_step-turn-update": [
        lambda t, g, lr: [list(t - lr * g), np.array([-lr * np.linalg.norm(g) ** 2])],
        lambda t, g, lr: (torch.tensor(t - lr * g), torch.tensor(-lr * g @ g)),
    ],
    "one_step-thin": [lambda *a: np.array([thin(*a)])],
    "one_step-after": [lambda *a: torch.tensor(walk(*a))],
    "one_step-kept": [lambda *a: list(step(*a)), lambda *a: [torch.tensor(t) for t in step(*a)]],
    "one_step-still": [lambda on, D, K: np.array([float(silent(on) * (D + K + 1))])],
    "one_step-foretold": [lambda G, lr: [float(-lr * row @ G.mean(axis=0)) for row in G]],
}

WRONG = {
    "one_step-turn-output": [
        (lambda P, Y: P - Y, "divide by N"),
        (lambda P, Y: (Y - P) / len(P), "The sign"),
        (lambda P, Y: (P - Y) / P.size, "not by N·K"),
        (lambda P, Y: (P - Y) / P.shape[1], "number of columns"),
        (lambda P, Y: -Y / P / len(P), "with respect to the probabilities"),
        (lambda P, Y: (P - Y) / 2, "The shape is right"),
    ],
    "one_step-turn-layer": [
        (lambda dZ, A: (A.T @ dZ, dZ.sum(axis=0)), "transpose"),
        (lambda dZ, A: (dZ.T @ A / len(A), dZ.mean(axis=0)), "do not average"),
        (lambda dZ, A: (dZ.T @ A, dZ.mean(axis=0)), "no mean"),
        (lambda dZ, A: (dZ.T @ A, dZ.sum(axis=1)), "axis 0"),
        (lambda dZ, A: (dZ.T @ A, dZ), "one bias for all"),
        (lambda dZ, A: (dZ.sum(axis=0), dZ.T @ A), "First dW"),
        (lambda dZ, A: (dZ @ A, dZ.sum(axis=0)), "have to meet"),
        (lambda dZ, A: dZ.T @ A, "Return 2 things"),
    ],
    "one_step-turn-hidden": [
        (lambda dZ2, W2, Z1: dZ2 @ W2, "That is dA1"),
        (lambda dZ2, W2, Z1: (dZ2 @ W2) * (dZ2 @ W2 > 0), "not for that of the gradient"),
        (lambda dZ2, W2, Z1: (dZ2 @ W2) * relu(Z1), "multiplies by the value"),
        (lambda dZ2, W2, Z1: (dZ2 @ W2) * (Z1 <= 0), "wrong way round"),
        (lambda dZ2, W2, Z1: (dZ2 @ W2) * Z1, "multiplies by Z1"),
        (lambda dZ2, W2, Z1: (dZ2 @ W2.T) * (Z1 > 0), "without the transpose"),
        (lambda dZ2, W2, Z1: (dZ2 @ W2) * np.sign(Z1), "The shape is right"),
    ],
    "one_step-turn-update": [
        (lambda t, g, lr: (t + lr * g, lr * g @ g), "has a minus"),
        (lambda t, g, lr: (t - lr * g, lr * g @ g), "negative"),
        (lambda t, g, lr: (t - lr * g, -lr * np.sqrt(g @ g)), "length itself"),
        (lambda t, g, lr: (t - lr * g, -lr * lr * g @ g), "once in the change"),
        (lambda t, g, lr: (t - lr * g, -g @ g), "The rate is missing"),
        (lambda t, g, lr: (t - lr * g, -lr * g * g), "are added"),
        (lambda t, g, lr: (t - lr * g, -lr * np.mean(g * g)), "not a mean"),
        (lambda t, g, lr: (t - g, -lr * g @ g), "the change: right"),
    ],
    "one_step-thin": [
        (lambda *a: thin(*a, gate=False), "The gate"),
        (lambda *a: thin(*a) / a[0], "That factor is missing".lower()),
        (lambda *a: thin(*a) / a[4], "passes w₂"),
        (lambda *a: -thin(*a), "The sign"),
        (lambda *a: thin(*a, factor=2), "takes the 2"),
        (lambda *a: thin(*a, factor=0.5), "the ½ is gone"),
        (lambda *a: 0.0, "Right where the unit is off"),
        (lambda *a: 1.0, "Write a slope"),
    ],
    "one_step-after": [
        (lambda t, X, y, lr, s: walk(t, X, y, lr, 1), "one step, for any"),
        (lambda t, X, y, lr, s: walk(t, X, y, lr, 0), "No step was made"),
        (lambda t, X, y, lr, s: walk(t, X, y, lr, s, stay=True), "with the first gradient"),
        (lambda t, X, y, lr, s: walk(t, X, y, lr, s - 1), "One step is missing"),
        (lambda t, X, y, lr, s: walk(t, X, y, lr, s + 1), "One step too many"),
        (lambda t, X, y, lr, s: walk(t, X, y, -lr, s), "goes up"),
        (lambda t, X, y, lr, s: len(X) * walk(t, X, y, lr, s), "their sum"),
        (lambda t, X, y, lr, s: walk(t, X, y, len(X) * lr, s), "N times as long"),
        (lambda t, X, y, lr, s: walk(t, X, y, lr / 2, s), "In each step"),
        (lambda t, X, y, lr, s: walk(t, X, y, lr, max(s, 1)), "After no step"),
    ],
    "one_step-kept": [
        (aliased, "two names of one array"),
        (lambda *a: step(*a, gate=lambda Z: 1), "The gate"),
        (lambda *a: step(*a, N=lambda X: 1), "division by N"),
        (lambda *a: a[:4], "have not moved"),
        (lambda *a: step(*a[:6], -a[6]), "Uphill"),
        (lambda *a: step(*a)[:2], "four new arrays"),
        (lambda *a: (step(*a)[0].T, *step(*a)[1:]), "has shape"),
        (lambda *a: step(*a, kept=lambda W, dW: 0 * W), "Not right yet: W1, b1"),
        (lambda *a: step(*a, kept=lambda W, dW: W + a[6] * dW), "restored"),
    ],
    "one_step-still": [
        (lambda on, D, K: silent(on) * (D + 1), "what is done with its output"),
        (lambda on, D, K: silent(on) * (D + K), "a bias too"),
        (lambda on, D, K: silent(on) * K, "lead away"),
        (lambda on, D, K: silent(on) * D, "The weights that lead to it"),
        (lambda on, D, K: np.sum(~on.all(axis=0)) * (D + 1 + K), "off for one example"),
        (lambda on, D, K: np.sum(~on) * (D + 1 + K), "counts once"),
        (lambda on, D, K: 5, "Five is for this network"),
        (lambda on, D, K: 0, "Find the units"),
    ],
    "one_step-foretold": [
        (lambda G, lr: -lr * G.mean(axis=0) @ G.mean(axis=0), "the change of the mean"),
        (lambda G, lr: -lr * np.sum(G * G, axis=1), "a step of its own"),
        (lambda G, lr: -lr * G @ G.sum(axis=0), "not with their sum"),
        (lambda G, lr: lr * G @ G.mean(axis=0), "has a minus"),
        (lambda G, lr: -G @ G.mean(axis=0), "The rate is missing"),
        (lambda G, lr: -lr * G @ G.mean(axis=0) / len(G), "The share of each"),
        (lambda G, lr: -lr * G.mean(axis=0), "One number for each example"),
        (lambda G, lr: np.zeros(len(G)), "A loss with the gradient"),
        (lambda G, lr: np.full(len(G), -lr * np.sum(G.mean(axis=0) ** 2)), "N times"),
    ],
}
