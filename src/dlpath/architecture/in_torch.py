"""A stack of equal hidden layers, with or without skips, in PyTorch."""

import torch
from torch import nn

from dlpath.architecture.start import stack_sizes, start
from dlpath.checks import check_params
from dlpath.initialization.in_torch import he_uniform


class Stack(nn.Module):
    """Z ← relu(Z) Wᵀ + b, with `skip` plus Z, L − 1 times between two linear maps [eq-architecture-stack].

    D, H, K : inputs, width, outputs    L : hidden layers
    rng : numpy.random.Generator for He-uniform weights, with `skip` those of the blocks over √L, and zero biases;
    without it PyTorch's own stand.
    """

    def __init__(self, D, H, K, L, skip=False, rng=None, dtype=torch.float32):
        super().__init__()
        sizes, self.skip = stack_sizes(D, H, K, L), skip
        self.layers = nn.ModuleList(nn.Linear(*pair, dtype=dtype) for pair in zip(sizes[:-1], sizes[1:], strict=True))
        if rng is not None:
            with torch.no_grad():
                for layer, W in zip(self.layers, start(he_uniform, rng, sizes, skip, dtype), strict=True):
                    layer.weight.copy_(W)
                    layer.bias.zero_()

    def forward(self, X):
        first, *others, last = self.layers
        Z = first(X)
        for layer in others:
            F = layer(torch.relu(Z))
            Z = Z + F if self.skip else F
        return last(torch.relu(Z))

    def params(self):
        """{"W1": …, "b1": …, "W2": …}: the parameters themselves, under the book's names."""
        pairs = enumerate(self.layers, start=1)
        return {name: p for n, layer in pairs for name, p in ((f"W{n}", layer.weight), (f"b{n}", layer.bias))}

    @torch.no_grad()
    def load(self, params):
        """Copy parameters in, by name; raises ValueError on a missing or extra name or a wrong shape."""
        own = self.params()
        check_params("Stack", {name: value.shape for name, value in own.items()}, params)
        for name, value in params.items():
            own[name].copy_(torch.as_tensor(value))
        return self
