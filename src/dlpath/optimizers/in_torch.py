"""Optimizers in PyTorch: torch.optim's own, with our names for the settings and every default named."""

import torch

from dlpath.checks import check_betas, check_number


def SGD(params, lr=0.01, beta=0.0):
    """torch.optim.SGD: w ← w − lr · v with v ← β v + dw [eq-sgd] [eq-momentum]."""
    lr = check_number("optimizer", "lr", lr)
    check_betas("optimizer", beta)
    return torch.optim.SGD(params, lr=lr, momentum=beta, dampening=0, weight_decay=0, nesterov=False)


def Adam(params, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """torch.optim.Adam, the paper's form [eq-adam]; PyTorch does not offer the other."""
    lr, eps = check_number("optimizer", "lr", lr), check_number("optimizer", "eps", eps)
    check_betas("optimizer", beta1, beta2)
    return torch.optim.Adam(params, lr=lr, betas=(beta1, beta2), eps=eps, weight_decay=0, amsgrad=False)
