"""Equal weights in, equal numbers out: how the three versions are compared, and how a gradient is checked."""

import numpy as np

from dlpath.checks import check_same_shape


def to_numpy(x):
    """Anything that holds numbers (NumPy, PyTorch, TensorFlow, Keras, a float) as a NumPy array."""
    if hasattr(x, "detach"):
        x = x.detach()
    return np.asarray(x.numpy() if hasattr(x, "numpy") else x)


def largest_difference(a, b):
    """max |a − b| in float64; raises ValueError when the shapes differ, so that nothing is broadcast into agreement."""
    a, b = to_numpy(a), to_numpy(b)
    if a.shape != b.shape:
        raise ValueError(f"largest_difference: shapes differ, {a.shape} and {b.shape}")
    return float(np.max(np.abs(np.subtract(a, b, dtype=np.float64)), initial=0.0))


def assert_close(actual, desired, rtol=1e-9, atol=1e-12):
    """Raise AssertionError unless shapes and dtypes are equal and |actual − desired| ≤ atol + rtol |desired|.

    What is not a number agrees with nothing, not even with itself.
    """
    actual, desired = to_numpy(actual), to_numpy(desired)
    if actual.shape != desired.shape or actual.dtype != desired.dtype:
        raise AssertionError(
            f"shapes or types differ: {actual.shape} {actual.dtype} and {desired.shape} {desired.dtype}"
        )
    np.testing.assert_allclose(actual, desired, rtol=rtol, atol=atol, equal_nan=False)


def numerical_gradient(f, x, step=1e-5):
    """The gradient of a scalar function at x by central differences, (f(x + h) − f(x − h)) / 2h per element.

    x : array of any shape, float64. The error is about 1e-10 for a smooth f near 1.
    """
    x = np.array(x, dtype=np.float64)
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        kept = x[i]
        x[i] = kept + step
        above = float(f(x))
        x[i] = kept - step
        below = float(f(x))
        x[i] = kept
        gradient[i] = (above - below) / (2 * step)
    return gradient


def torch_vjp(f, *arrays, dout=None):
    """out = f(*arrays) in PyTorch, and the gradients of Σ dout · out with respect to each floating-point array.

    Returns out and a tuple of gradients, as NumPy arrays (None for integer arrays). dout : 1 if not given.
    """
    import torch

    tensors = [torch.tensor(a, requires_grad=np.issubdtype(np.asarray(a).dtype, np.floating)) for a in arrays]
    out = f(*tensors)
    if dout is not None:
        check_same_shape("vjp", out=to_numpy(out), dout=dout)
    seed = torch.ones_like(out) if dout is None else torch.as_tensor(dout, dtype=out.dtype)
    inputs = [t for t in tensors if t.requires_grad]
    gradients = iter(torch.autograd.grad(out, inputs, seed))
    return to_numpy(out), tuple(to_numpy(next(gradients)) if t.requires_grad else None for t in tensors)


def tensorflow_vjp(f, *arrays, dout=None):
    """The same in TensorFlow."""
    import tensorflow as tf

    tensors = [tf.constant(a) for a in arrays]
    with tf.GradientTape() as tape:
        for t in tensors:
            if t.dtype.is_floating:
                tape.watch(t)
        out = f(*tensors)
    if dout is not None:
        check_same_shape("vjp", out=to_numpy(out), dout=dout)
    seed = None if dout is None else tf.constant(dout, out.dtype)
    inputs = [t for t in tensors if t.dtype.is_floating]
    gradients = tape.gradient(out, inputs, output_gradients=seed)
    gradients = iter([tf.convert_to_tensor(g) for g in gradients])  # of a gather it comes as rows and their places
    return to_numpy(out), tuple(to_numpy(next(gradients)) if t.dtype.is_floating else None for t in tensors)
