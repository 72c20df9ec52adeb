"""Logistic regression in PyTorch: the loss is written, gradient and Hessian come from autograd."""

import torch
import torch.nn.functional as F
from torch import nn

from dlpath.checks import (
    check_binary_labels,
    check_count,
    check_loss,
    check_number,
    check_params,
    check_penalty,
    check_some,
)
from dlpath.shapes import check_shapes


def probability(X, W, b):
    """p = σ(X Wᵀ + b) [eq-logistic-model]. X (N, D), W (1, D), b (1,); returns p (N,)."""
    check_shapes("logistic_regression", X=(X, "N D"), W=(W, "1 D"), b=(b, "1"))
    return torch.sigmoid(F.linear(X, W, b)[:, 0])


def logistic_loss(X, y, W, b, l2=0.0):
    """Mean negative log-likelihood plus ½ l2 ‖W‖², in nats [eq-logistic-loss]. y (N,) of 0 and 1."""
    check_shapes("logistic_loss", X=(X, "N D"), y=(y, "N"), W=(W, "1 D"), b=(b, "1"))
    check_some("logistic_loss", X)
    check_binary_labels("logistic_loss", y)
    l2 = check_penalty("logistic_loss", l2)
    z = F.linear(X, W, b)[:, 0]
    return F.binary_cross_entropy_with_logits(z, y.to(z.dtype)) + 0.5 * l2 * W.square().sum()


def logistic_hessian(X, y, W, b, l2=0.0):
    """The loss's second derivatives with respect to [W b], by differentiating twice [eq-logistic-hessian].

    Returns H : tensor (D + 1, D + 1). (y is needed to write the loss down; H does not depend on it.)
    """
    l2 = check_penalty("logistic_hessian", l2)

    def loss(params):
        return logistic_loss(X, y, params[None, :-1], params[-1:], l2)

    return torch.autograd.functional.hessian(loss, torch.cat([W[0], b]).detach())


class LogisticRegression(nn.Module):
    """One linear unit and a sigmoid. D : number of features; W and b start at zero."""

    def __init__(self, D, dtype=torch.float64):
        super().__init__()
        self.linear = nn.Linear(D, 1, dtype=dtype)
        nn.init.zeros_(self.linear.weight)
        nn.init.zeros_(self.linear.bias)

    def forward(self, X):
        return torch.sigmoid(self.linear(X)[:, 0])

    @torch.no_grad()
    def load(self, params):
        """Take over {"W": (1, D), "b": (1,)}."""
        check_params("LogisticRegression", {"W": (1, self.linear.in_features), "b": (1,)}, params)
        self.linear.weight.copy_(torch.as_tensor(params["W"]))
        self.linear.bias.copy_(torch.as_tensor(params["b"]))
        return self

    def fit_gradient_descent(self, X, y, lr, steps, l2=0.0):
        """Plain gradient descent on all examples. Returns the loss before each step.

        Raises FloatingPointError when the loss is no longer a finite number.
        """
        lr = check_number("fit_gradient_descent", "lr", lr)
        check_count("fit_gradient_descent", "steps", steps)
        W, b = self.linear.weight, self.linear.bias
        optimizer = torch.optim.SGD([W, b], lr=lr)
        history = []
        for step in range(steps):
            optimizer.zero_grad()
            loss = logistic_loss(X, y, W, b, l2)
            check_loss("fit_gradient_descent", loss.item(), f"after step {step}")
            loss.backward()
            optimizer.step()
            history.append(loss.item())
        check_loss("fit_gradient_descent", logistic_loss(X, y, W, b, l2).item(), f"after step {steps}")
        return history
