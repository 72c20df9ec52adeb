"""The glue of the NumPy side, written once: a pair of functions becomes a layer, layers become a network.

One convention covers everything: `f(*inputs, **params, **state, **options) -> out, cache` and
`f_backward(dout, cache) -> (*dinputs, *dparams)`, a single gradient without its tuple, None for an integer input.
All parameters of a network are views into one flat vector `theta`, all gradients into one flat `grad`, so that an
optimizer updates the whole network with a handful of array operations. How they get there is in dlpath.wiring.
"""

import functools
import inspect

import numpy as np

from dlpath.wiring import Pass, Views, load_arrays, wire

RESERVED = ("parts", "leaves", "params", "grads", "state", "theta", "grad")


@functools.cache
def names(function):
    """The names of a function's arguments."""
    return frozenset(inspect.signature(function).parameters)


def _entrance(method, enter):
    """A network's `__call__` or `backward`: called from outside, and not by a network around it, it begins a pass."""

    @functools.wraps(method)
    def entered(self, *arguments, **named):
        if not hasattr(self, "_pass"):
            raise RuntimeError(f"{type(self).__name__}: its __init__ does not call super().__init__")
        if self._pass.entered is not None:
            return method(self, *arguments, **named)
        return enter(self._pass, self, method, arguments, named)

    return entered


class Layer:
    """A pair of functions with its arrays: `Layer(linear, linear_backward, W=W, b=b)`; keeps the cache between calls.

    params : arrays that are learned; the same array given to two layers is one parameter
    state : arrays that are kept and not learned, such as running statistics; the function writes into them
    options : constants, such as a stride
    into : where a concept has it, the backward function that writes into given arrays,
    `into(dout, cache, *grads, input_gradient) -> dX`
    What the caller hands down by name (`training`, `rng`, `mask`) reaches the function if it names it.
    """

    def __init__(self, function, function_backward, into=None, state=None, options=None, **params):
        self.function, self.function_backward, self.into = function, function_backward, into
        self.name, self.given, self.options = function.__name__, params, options or {}
        self.state = Views({key: np.array(value) for key, value in (state or {}).items()})
        self.bind(params, {key: np.zeros_like(value) for key, value in params.items()})
        self.takes = names(function) - self._bound.keys()
        self._can_skip = "input_gradient" in names(function_backward)
        self._check_arguments()
        self._pass, self._shared, self._caches, self._left = Pass(self.takes), False, [], 0
        self.vectors = ()  # theta and grad of the outermost network, when it is in one

    def _check_arguments(self):
        for key, value in self.params.items():
            if not isinstance(value, np.ndarray) or value.dtype.kind != "f":
                what = value.dtype if isinstance(value, np.ndarray) else type(value).__name__
                raise TypeError(
                    f"{self.name}: the parameter {key} must be an array of floating-point numbers, got {what}; "
                    f"a constant goes into options={{{key!r}: …}}"
                )
        for key, value in self.state.items():
            if value.dtype.kind == "f" and value.dtype != (self.dtype or value.dtype):
                raise TypeError(f"{self.name}: the state {key} is {value.dtype}, the parameters are {self.dtype}")
        if extra := sorted(self._bound.keys() - names(self.function)):
            raise TypeError(f"{self.name}: the function has no arguments {extra}")
        if len(self._bound) < len(self.params) + len(self.state) + len(self.options):
            raise TypeError(f"{self.name}: one name is given twice, as a parameter, state or option")

    def bind(self, params, grads):
        """Take over these arrays, and hand them to the function from now on."""
        self.params, self.grads = Views(params), Views(grads)
        self._bound = {**self.params, **self.state, **self.options}
        self.dtype = next((value.dtype for value in params.values() if isinstance(value, np.ndarray)), None)

    def __call__(self, *inputs, **handed):
        bound = {**self._bound, **self._pass.those_for(self, handed)} if handed else self._bound
        for array in inputs:
            if getattr(array, "dtype", None) is not self.dtype:
                self._check_type(array)
        out, cache = self.function(*inputs, **bound)
        if cache is None:
            raise TypeError(f"{self.name}: the cache None means never called; a function that keeps nothing returns ()")
        if self._pass.entered is None:  # called by hand: the last call counts
            self._caches.clear()
        self._caches.append((cache, len(inputs)))
        return out

    def backward(self, dout, input_gradient=True):
        """Write the parameters' gradients into `grads`; returns the gradient of the input, a tuple where several."""
        if self._pass.entered is None:
            self._begin_by_hand()
        if not self._left:
            when = "more often than" if self._caches else "before"
            raise RuntimeError(f"{self.name}: backward was called {when} forward")
        self._left -= 1
        cache, count = self._caches[self._left]
        if getattr(dout, "dtype", None) is not self.dtype:
            self._check_type(dout)
        if self.into is not None and not self._adds:
            return self.into(dout, cache, *self.grads.values(), input_gradient=input_gradient)
        skip = {} if input_gradient or not self._can_skip else {"input_gradient": False}
        gradients = self.function_backward(dout, cache, **skip)
        gradients = gradients if isinstance(gradients, tuple) else (gradients,)
        self._write(gradients[count:], expected=len(gradients) == count + len(self.grads))
        return gradients[0] if count == 1 else gradients[:count]

    def _write(self, gradients, expected):
        shapes = [np.shape(value) for value in gradients]
        if not expected or shapes != [grad.shape for grad in self.grads.values()]:
            raise ValueError(
                f"{self.function_backward.__name__}: after the inputs' gradients come those of {list(self.grads)}, "
                f"of shapes {[grad.shape for grad in self.grads.values()]}, got {shapes}"
            )
        for grad, value in zip(self.grads.values(), gradients, strict=True):
            if self._adds:
                grad += value
            else:
                grad[...] = value

    @property
    def cache(self):
        """The cache of the last call, None before the first."""
        return self._caches[-1][0] if self._caches else None

    def _begin_by_hand(self):
        if self._shared:
            raise RuntimeError(f"{self.name}: its parameters have several users; call the network's backward")
        self.rewind()

    def rewind(self):
        """A backward pass begins: whoever is the only user of its arrays, once, overwrites; the others add."""
        self._left = len(self._caches)
        self._adds = self._shared or self._left != 1
        if self._adds:
            for grad in self.grads.values():
                grad.fill(0)

    def _check_type(self, array):
        if array is None:
            raise TypeError(f"{self.name}: no gradient arrives; what follows it takes integers and returns None")
        dtype = getattr(array, "dtype", None)
        if dtype is not None and self.dtype is not None and dtype != self.dtype and dtype.kind == "f":
            raise TypeError(f"{self.name}: {dtype} meets parameters of {self.dtype}; convert one of them")

    def named(self, kind):
        return ((key, self, key) for key in getattr(self, kind))

    def walk(self):
        yield self

    def names_taken(self):
        return self.takes


class Loss:
    """A pair `loss(prediction, target) -> value, cache` and its backward function."""

    def __init__(self, function, function_backward):
        self.function, self.function_backward = function, function_backward
        self.cache = None

    def __call__(self, prediction, target):
        value, self.cache = self.function(prediction, target)
        return value

    def backward(self, dloss=1.0):
        """The gradient of the loss with respect to the prediction."""
        if self.cache is None:
            raise RuntimeError(f"{self.function.__name__}: backward was called before forward")
        return self.function_backward(dloss, self.cache)


class Network:
    """Layers and networks, put together by a subclass: `super().__init__(lstm=…, head=…)` makes attributes of them.

    The subclass writes `__call__` and `backward`, a line for each line of its derivation. A part may be called several
    times in a pass: `backward` then takes the calls in reverse order. `params`, `grads` and `state` are dicts of views
    by path, such as `lstm.W`; a shared array goes by its first name. All parameters are in the vector `theta`, all
    gradients in `grad`; both belong to the outermost network, and a network inside has slices of them.
    """

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        for method, enter in (("__call__", Pass.forward), ("backward", Pass.backward)):
            if method in vars(cls):
                setattr(cls, method, _entrance(vars(cls)[method], enter))

    def __init__(self, **parts):
        for name, part in parts.items():
            if not isinstance(part, Layer | Network):
                raise TypeError(f"{type(self).__name__}: {name} is a {type(part).__name__}, no layer and no network")
            if hasattr(type(self), name) or name in RESERVED:
                raise TypeError(f"{type(self).__name__}: a part cannot be called {name}")
        self.__dict__.update(parts, parts=parts)
        wire(self)

    def __setattr__(self, name, value):
        if name in ("theta", "grad") and value is not getattr(self, name):
            raise TypeError(f"{type(self).__name__}: write into {name}, {name}[:] = …; another array would be nobody's")
        inside = value if isinstance(value, list | tuple) else [value]
        inside = [part for part in inside if isinstance(part, Layer | Network)]
        if inside and not ("parts" in self.__dict__ and set(inside) <= set(self.walk())):
            raise TypeError(f"{type(self).__name__}: give {name} to super().__init__, or it would not be trained")
        super().__setattr__(name, value)

    def __getattr__(self, name):  # asked for what is not there
        if name in ("theta", "grad") and "parts" in self.__dict__:
            raise AttributeError(f"{type(self).__name__}: some parameters are shared; only the outermost has a {name}")
        raise AttributeError(f"{type(self).__name__} has no {name}")

    def __setstate__(self, attributes):  # copy.deepcopy and pickle copy every view: wire them again
        self.__dict__.update(attributes)
        wire(self)

    def __copy__(self):
        raise TypeError(f"{type(self).__name__}: a shallow copy would share its layers; use copy.deepcopy")

    def load(self, arrays):
        """Copy parameters and state in, by name; raises ValueError on a missing or extra name or a wrong shape."""
        load_arrays(type(self).__name__, {**self.params, **self.state}, arrays)
        return self

    def snapshot(self):
        """A copy of all parameters and state by name, for `load` or `numpy.savez`."""
        return {name: array.copy() for name, array in {**self.params, **self.state}.items()}

    def named(self, kind):
        for part_name, part in self.parts.items():
            for name, layer, key in part.named(kind):
                yield f"{part_name}.{name}", layer, key

    @property
    def takes(self):
        """The names that some function in here, or in the outermost network, takes from the caller."""
        return self._pass.takes

    @property
    def vectors(self):
        return [self.__dict__[name] for name in ("theta", "grad") if name in self.__dict__]

    def names_taken(self):
        return names(type(self).__call__)

    def walk(self):
        yield self
        for part in self.parts.values():
            yield from part.walk()


class Sequential(Network):
    """One after the other, the first of which may take several inputs.

    `params` of a flat stack are named after the layer's place: W1, b1, W2, b2, …; with networks in it, by path: 0.W
    """

    def __init__(self, *layers):
        if not layers:
            raise ValueError("Sequential: needs at least one layer")
        super().__init__(**{str(place): layer for place, layer in enumerate(layers)})

    @property
    def layers(self):
        return tuple(self.parts.values())

    def __call__(self, *inputs, **handed):
        first, *rest = self.parts.values()
        out = first(*inputs, **handed)
        for layer in rest:
            out = layer(out, **handed)
        return out

    def backward(self, dout, input_gradient=None):
        """Fill `grads`; returns dX if `input_gradient`. None: in a network, and not for the outermost (training)."""
        first, *rest = self.parts.values()
        for layer in reversed(rest):
            dout = layer.backward(dout)
        if input_gradient or (input_gradient is None and self._pass.entered is not self):
            return first.backward(dout)
        skip = {"input_gradient": False} if "input_gradient" in names(type(first).backward) else {}
        first.backward(dout, **skip)
        return None

    def named(self, kind):
        if not all(isinstance(layer, Layer) for layer in self.layers):
            return super().named(kind)
        with_arrays = [layer for layer in dict.fromkeys(self.layers) if layer.params or layer.state]
        places = enumerate(with_arrays, start=1)
        return ((f"{key}{place}", layer, key) for place, layer in places for key in getattr(layer, kind))


class Residual(Sequential):
    """Y = X + F(X), with F the layers one after the other."""

    def __call__(self, X, **handed):
        F = super().__call__(X, **handed)
        if np.shape(F) != np.shape(X):
            raise ValueError(f"Residual: X has shape {np.shape(X)} and F(X) {np.shape(F)}; they must be equal")
        return X + F

    def backward(self, dY):
        return dY + super().backward(dY, input_gradient=True)
