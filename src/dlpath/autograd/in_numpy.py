"""Automatic differentiation in NumPy: arrays that remember how they were computed.

PyTorch and TensorFlow are the other two versions of this concept. Nothing else in the package is built on it: it
confirms the gradients that were derived by hand.
"""

import copy

import numpy as np

from dlpath.checks import check_same_shape, check_some


def numpy_vjp(f, *arrays, dout=None):
    """out = f(*arrays), and the gradients of Σ dout · out with respect to each array [eq-autograd-vjp].

    f : a function of tensors that returns a tensor    dout : array of the shape of out, 1 if out is one number
    Returns out and a tuple of gradients, as arrays; zeros for an array that f does not use.
    """
    tensors = [Tensor(array) for array in arrays]
    out = f(*tensors)
    out.backward(dout)
    return out.value, tuple(np.zeros_like(t.value) if t.grad is None else t.grad for t in tensors)


def add(x, y):
    """z = x + y."""
    return Tensor(x.value + y.value, (x, lambda dz: dz), (y, lambda dz: dz))


def subtract(x, y):
    """z = x − y."""
    return Tensor(x.value - y.value, (x, lambda dz: dz), (y, lambda dz: -dz))


def multiply(x, y):
    """z = x y."""
    a, b = x.value, y.value
    return Tensor(a * b, (x, lambda dz: dz * b), (y, lambda dz: dz * a))


def divide(x, y):
    """z = x / y."""
    z, b = x.value / y.value, y.value
    return Tensor(z, (x, lambda dz: dz / b), (y, lambda dz: -dz * z / b))


def matmul(x, y):
    """Z = X Y, over all leading axes: dX = dZ Yᵀ, dY = Xᵀ dZ."""
    if y.value.ndim == 1:  # a column, and its axis taken away again
        return matmul(x, y.reshape(-1, 1)).reshape(*x.shape[:-1])
    if x.value.ndim == 1:
        z = matmul(x.reshape(1, -1), y)  # (D,) -> (…, 1, K)
        return z.reshape(*z.shape[:-2], z.shape[-1])
    A, B = x.value, y.value
    return Tensor(A @ B, (x, lambda dZ: dZ @ B.swapaxes(-1, -2)), (y, lambda dZ: A.swapaxes(-1, -2) @ dZ))


def _operator(rule):
    """The rule as two methods of `Tensor`: for `tensor + other`, and for `other + tensor`."""
    return lambda self, other: rule(self, self._lift(other)), lambda self, other: rule(self._lift(other), self)


class Tensor:
    """An array and the graph behind it: an edge (parent, vjp) for each tensor that it was computed from.

    vjp turns dy, the gradient with respect to this tensor, into the parent's share of it,
    dx_i = Σ_j dy_j ∂y_j/∂x_i [eq-autograd-vjp]: one line for each operation, and no Jacobian is built.

    `Tensor(value)` is where a graph begins, `Tensor(value, (parent, vjp), …)` what an operation returns, one of your
    own too.

    value : an array of floating-point numbers, read-only: an edge may need it on the way back. At a beginning, a copy
    grad : None, and after `backward` an array of the same shape
    Raises TypeError for integers, and for everything else that has no small steps.
    """

    __array_ufunc__ = None  # array * tensor is the tensor's business, and np.exp(tensor) an error

    def __init__(self, value, *edges):
        value = np.asarray(value) if edges else np.array(value)
        if value.dtype.kind != "f":
            raise TypeError(f"Tensor: only floating-point numbers have derivatives, got {value.dtype}")
        self.value, self.grad = _frozen(value), None
        self.edges = [(parent, vjp) for parent, vjp in edges if not isinstance(parent, _Constant)]

    def backward(self, dout=None):
        """Fill `grad` of every tensor behind this one: the gradient of Σ dout · self [eq-autograd-accumulate].

        dout : array of the shape of self, 1 if self is one number. What an earlier call left is replaced.
        Raises ValueError for another shape, or several numbers and no dout, and TypeError for another type.
        """
        order = self._order()
        for tensor in order:
            tensor.grad = None
        self.grad = self._cotangent(dout)
        for tensor in reversed(order):  # all that used it have come before
            for parent, vjp in tensor.edges:
                share = _sum_to(vjp(tensor.grad), parent.shape)
                parent.grad = _frozen(share if parent.grad is None else parent.grad + share)

    def _order(self):
        """This tensor and all behind it, parents first. A loop, for recursion ends a thousand tensors deep."""
        order, seen, waiting = [], set(), [(self, False)]
        while waiting:
            tensor, parents_are_in = waiting.pop()
            if parents_are_in:
                order.append(tensor)
            elif tensor not in seen:
                seen.add(tensor)
                waiting += [(tensor, True), *((parent, False) for parent, _ in tensor.edges)]
        return order

    def _cotangent(self, dout):
        if dout is None and self.value.size != 1:
            raise ValueError(f"backward: the output has shape {self.shape}, not one number; call backward(dout)")
        dout = np.ones_like(self.value) if dout is None else np.array(dout)
        check_same_shape("backward", out=self.value, dout=dout)
        _check_type("backward", dout, self.value)
        return _frozen(dout)

    def _lift(self, other):
        """What stands on the other side of an operator, as a tensor; a Python number takes the type of this one."""
        if not isinstance(other, Tensor):
            other = _Constant(np.array(other, self.value.dtype) if isinstance(other, int | float) else other)
        _check_type("Tensor", other.value, self.value)
        return other

    __add__, __radd__ = _operator(add)
    __sub__, __rsub__ = _operator(subtract)
    __mul__, __rmul__ = _operator(multiply)
    __truediv__, __rtruediv__ = _operator(divide)
    __matmul__, __rmatmul__ = _operator(matmul)

    def __neg__(self):
        return self * -1

    def __pow__(self, p):
        """z = xᵖ, p a number."""
        if not isinstance(p, int | float):
            raise TypeError(f"Tensor: the exponent must be a number, got {type(p).__name__}")
        x, p = self.value, float(p)
        return Tensor(x**p, (self, lambda dz: dz * p * x ** (p - 1) if p else 0 * dz))

    def exp(self):
        """y = eˣ."""
        y = np.exp(self.value)
        return Tensor(y, (self, lambda dy: dy * y))

    def log(self):
        """y = log x, the natural one."""
        return Tensor(np.log(self.value), (self, lambda dy: dy / self.value))

    def tanh(self):
        """y = tanh x."""
        y = np.tanh(self.value)
        return Tensor(y, (self, lambda dy: dy * (1 - y * y)))

    def sigmoid(self):
        """y = 1 / (1 + e⁻ˣ)."""
        y, rest = _sigmoid(self.value), _sigmoid(-self.value)  # rest is 1 − y, to the last digits
        return Tensor(y, (self, lambda dy: dy * y * rest))

    def relu(self):
        """max(x, 0); at the kink the derivative is taken to be 0, as the frameworks do."""
        return Tensor(np.maximum(self.value, 0), (self, lambda dy: dy * (self.value > 0)))

    def sum(self, axis=None, keepdims=False):
        """The sum over all axes, or those named: each term hears the same."""
        y = self.value.sum(axis=axis, keepdims=True)
        out = Tensor(y, (self, lambda dy: np.broadcast_to(dy, self.shape)))
        return out if keepdims else out.reshape(*y.squeeze(axis).shape)

    def mean(self, axis=None, keepdims=False):
        """The sum divided by the number of its terms; raises ValueError where there are none."""
        check_some("mean", self.value)
        out = self.sum(axis, keepdims)
        return out / (self.value.size // out.value.size)

    def max(self, axis=None, keepdims=False):
        """The largest; where several are, they share the gradient [eq-autograd-max]."""
        y = self.value.max(axis=axis, keepdims=True)
        largest = self.value == y
        out = Tensor(y, (self, lambda dy: dy * largest / largest.sum(axis=axis, keepdims=True, dtype=y.dtype)))
        return out if keepdims else out.reshape(*y.squeeze(axis).shape)

    def reshape(self, *shape):
        """The same numbers in another shape."""
        return Tensor(self.value.reshape(shape), (self, lambda dy: dy.reshape(self.shape)))

    def transpose(self, *axes):
        """The axes in the order that is named, or reversed."""
        back = np.argsort(axes) if axes else None
        return Tensor(self.value.transpose(axes or None), (self, lambda dy: dy.transpose(back)))

    def __getitem__(self, index):
        """y = x[index]; an element that is taken several times hears from each of its copies [eq-autograd-index]."""
        index = copy.deepcopy(index)  # an array of integers could be changed before the way back

        def scattered(dy):
            dx = np.zeros_like(self.value)
            np.add.at(dx, index, dy)
            return dx

        return Tensor(self.value[index], (self, scattered))

    def __setitem__(self, index, value):
        raise TypeError("Tensor: a value is read-only, for the way back may need it; compute a new tensor")

    @property
    def shape(self):
        return self.value.shape

    def __repr__(self):
        return f"Tensor({self.value})"


class _Constant(Tensor):
    """A number or an array that met a tensor: no gradient flows to it."""


def _sum_to(dy, shape):
    """The gradient of what was broadcast: a sum over every axis along which it was repeated [eq-autograd-broadcast]."""
    if dy.shape == shape:
        return dy
    dy = dy.sum(axis=tuple(range(dy.ndim - len(shape))))
    repeated = tuple(axis for axis, size in enumerate(shape) if size == 1 and dy.shape[axis] != 1)
    return dy.sum(axis=repeated, keepdims=True)


def _sigmoid(x):
    with np.errstate(over="ignore"):  # 1 / (1 + ∞) is the right limit
        return 1 / (1 + np.exp(-x))


def _frozen(array):
    array = np.asarray(array)
    array.flags.writeable = False
    return array


def _check_type(where, found, expected):
    if found.dtype != expected.dtype:
        raise TypeError(f"{where}: {found.dtype} meets {expected.dtype}; convert one of them")
