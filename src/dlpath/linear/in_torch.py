"""The linear map in PyTorch, which stores W as (out, in) too."""

import torch.nn.functional as F

from dlpath.shapes import check_shapes


def linear(X, W, b):
    """Map a batch of rows: Z = X Wᵀ + b [eq-linear-batch]; autograd knows its gradient.

    X : tensor (…, N, D)    W : tensor (K, D)    b : tensor (K,)    Returns Z : tensor (…, N, K)
    Raises ValueError when the shapes do not fit.
    """
    check_shapes("linear", X=(X, "… N D"), W=(W, "K D"), b=(b, "K"))
    return F.linear(X, W, b)
