"""The multilayer perceptron in PyTorch."""

import torch
from torch import nn

from dlpath.checks import check_params
from dlpath.initialization.in_torch import xavier_uniform


class MLP(nn.Module):
    """Linear layers with ReLU between them, logits at the end [eq-mlp].

    sizes : (D, H, …, K)    rng : numpy.random.Generator for Xavier-uniform weights and zero biases;
    without it PyTorch's own initialization stands.
    """

    def __init__(self, sizes, rng=None, dtype=torch.float32):
        super().__init__()
        if len(sizes) < 2:
            raise ValueError(f"MLP: sizes needs at least an input and an output size, got {sizes}")
        self.layers = nn.ModuleList(nn.Linear(D, K, dtype=dtype) for D, K in zip(sizes[:-1], sizes[1:], strict=True))
        if rng is not None:
            with torch.no_grad():
                for layer in self.layers:
                    layer.weight.copy_(xavier_uniform(rng, *layer.weight.shape, dtype))
                    layer.bias.zero_()

    def forward(self, X):
        *hidden, last = self.layers
        for layer in hidden:
            X = torch.relu(layer(X))
        return last(X)

    def params(self):
        """{"W1": …, "b1": …, "W2": …}: the parameters themselves, under the book's names."""
        named = {}
        for place, layer in enumerate(self.layers, start=1):
            named[f"W{place}"], named[f"b{place}"] = layer.weight, layer.bias
        return named

    @torch.no_grad()
    def load(self, params):
        """Copy parameters in, by name; raises ValueError on a missing or extra name or a wrong shape."""
        own = self.params()
        check_params("MLP", {name: value.shape for name, value in own.items()}, params)
        for name, value in params.items():
            own[name].copy_(torch.as_tensor(value))
        return self
