"""What an arrangement costs: parameters are counted once, multiplications each time that they are used."""

import numpy as np

from dlpath.checks import check_count


def dense_cost(sizes):
    """Parameters and multiplications per example of dense layers [eq-architecture-dense-cost].

    sizes : (D, H, …, K), from the input to the output; biases are counted as parameters. Returns two whole numbers.
    Raises ValueError for fewer than two sizes, or one below 1.
    """
    if len(sizes) < 2:
        raise ValueError(f"dense_cost: sizes needs at least an input and an output size, got {sizes}")
    costs = [shared_cost(D, K, 1) for D, K in zip(sizes[:-1], sizes[1:], strict=True)]
    return tuple(sum(column) for column in zip(*costs, strict=True))


def shared_cost(D, K, S):
    """A linear map from D to K numbers, used at S places: K (D + 1) and S K D [eq-architecture-shared-cost]."""
    for name, size in (("D", D), ("K", K), ("S", S)):
        check_count("shared_cost", name, size)
    return K * (D + 1), S * K * D


def conv_cost(image, kernel, C, K):
    """A convolution without padding, stride 1: `shared_cost` of kernel² · C inputs at every place where it fits.

    image, kernel : (rows, columns)    C, K : channels in and out
    Raises ValueError when the kernel is larger than the image.
    """
    places = [size - side + 1 for size, side in zip(image, kernel, strict=True)]
    if min(places) < 1:
        raise ValueError(f"conv_cost: a kernel of {kernel} does not fit into an image of {image}")
    return shared_cost(kernel[0] * kernel[1] * C, K, places[0] * places[1])


def recurrent_cost(D, H, T):
    """A recurrent layer, h ← f(U x + V h + b): `shared_cost` of D + H inputs at every one of T steps."""
    return shared_cost(D + H, H, T)


def convolution_matrix(kernel, D):
    """The matrix of a convolution of one row of D numbers: kernel at every offset [eq-architecture-convolution].

    kernel : array (k,). Returns (D − k + 1, D); raises ValueError when the kernel is longer than the row.
    """
    k = len(kernel)
    if k > D:
        raise ValueError(f"convolution_matrix: a kernel of {k} does not fit into a row of {D}")
    M = np.zeros((D - k + 1, D))
    for s in range(D - k + 1):
        M[s, s : s + k] = kernel
    return M


class _Counted:
    """A number that counts the multiplications in which it takes part; `count_multiplications` makes arrays of them."""

    total = 0

    def __init__(self, value):
        self.value = value

    def __mul__(self, other):
        _Counted.total += 1
        return _Counted(self.value * _plain(other))

    def __add__(self, other):
        return _Counted(self.value + _plain(other))

    __rmul__, __radd__ = __mul__, __add__


def _plain(x):
    return x.value if isinstance(x, _Counted) else x


def count_multiplications(f, *arrays):
    """Run f on these arrays, number by number, and say how many products of two numbers it formed."""
    wrapped = [np.vectorize(_Counted, otypes=[object])(array) for array in arrays]
    _Counted.total = 0
    f(*wrapped)
    return _Counted.total
