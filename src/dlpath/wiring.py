"""How a network keeps its arrays: every parameter a view into one flat vector, every gradient into another."""

from dataclasses import dataclass, field
from itertools import combinations, pairwise

import numpy as np


class Views(dict):
    """Arrays by name, to be written into and not replaced: `params["W"][...] = 0`."""

    def __setitem__(self, name, array):
        if self.get(name) is not array:
            raise TypeError(f"write into {name}, [{name!r}][...] = …; another array would be nobody's")

    def update(self, *arrays, **named):
        raise TypeError("write into the arrays, or load them; others would be nobody's")

    def __reduce__(self):
        return Views, (dict(self),)


class Pass:
    """What the layers and networks of one outermost network have in common.

    entered : the network that was called from outside and is at work, or None
    takes : the names that functions of the network take from the caller
    """

    def __init__(self, takes):
        self.entered, self.takes = None, takes

    def forward(self, network, method, arguments, named):
        """Call `method`, a network's `__call__`, from outside: the caches of the last pass are gone."""
        for layer in network.leaves:
            if layer._pass is not self:
                raise RuntimeError(f"{type(network).__name__}: its {layer.name} belongs to another network by now")
            layer._caches.clear()
        self.entered = network
        try:
            return method(network, *arguments, **named)
        finally:
            self.entered = None

    def backward(self, network, method, arguments, named):
        """Call `method`, a network's `backward`, from outside: every call of the pass must go backward."""
        for layer in network.leaves:
            if layer._pass is not self:
                raise RuntimeError(f"{type(network).__name__}: its {layer.name} belongs to another network by now")
            layer.rewind()
        self.entered = network
        try:
            gradient = method(network, *arguments, **named)
        finally:
            self.entered = None
        for layer in network.leaves:
            if layer._left:
                raise RuntimeError(
                    f"{type(network).__name__}: {layer.name} was called {len(layer._caches)} times, but went backward "
                    f"{len(layer._caches) - layer._left} times; a part of the gradient is missing"
                )
        return gradient

    def those_for(self, layer, handed):
        """Of what is handed down, what the layer's function names; raises TypeError for what nobody takes."""
        if unknown := sorted(handed.keys() - self.takes):
            raise TypeError(f"{layer.name}: no function of the network takes {unknown}, but {sorted(self.takes)}")
        return {name: value for name, value in handed.items() if name in layer.takes}


@dataclass(eq=False)
class Slot:
    """One array, which has its place in the vector, and its users: pairs of a layer and the name there."""

    name: str
    value: np.ndarray
    users: list = field(default_factory=list)


def wire(network):
    """Move all parameters of the network into one `theta`, their gradients into one `grad`: every part gets its views.

    What was wired before is wired anew; the vectors of then become read-only, so that an optimizer that still holds
    one fails and does not step in vain.
    """
    parts = list(dict.fromkeys(network.walk()))
    layers = [part for part in parts if not hasattr(part, "parts")]
    slots = _slots(type(network).__name__, network.named("params"))
    theta = np.concatenate([slot.value.ravel() for slot in slots]) if slots else np.empty(0)
    grad, begun = np.zeros_like(theta), Pass(frozenset().union(*(part.names_taken() for part in parts)))
    views, places = _views(slots, theta, grad)
    shared = {layer for slot in slots if len(slot.users) > 1 for layer, _ in slot.users}
    for part in parts:
        for old in part.vectors:
            old.flags.writeable = False
    for layer in layers:
        layer.bind(*({key: views[layer, key][i] for key in layer.params} for i in (0, 1)))
        layer._pass, layer._shared, layer.vectors = begun, layer in shared, (theta, grad)
    for part in parts:
        if part not in layers:
            _settle(part, begun, places, theta, grad)


def _slots(where, named):
    """The different arrays among the parameters, in order, each with all its users."""
    slots, seen = {}, set()
    for name, layer, key in named:
        if (layer, key) in seen:  # a layer that stands in several places
            continue
        seen.add((layer, key))
        value, given = layer.params[key], layer.given[key]
        slot = slots.get(id(value)) or slots.get(id(given)) or Slot(name, value)
        slots[id(value)] = slots[id(given)] = slot
        slot.users.append((layer, key))
        if value is not slot.value and not np.array_equal(value, slot.value):
            raise ValueError(f"{where}: {name} was given the array of {slot.name}, but their values differ by now")
    found = list(dict.fromkeys(slots.values()))
    for one, other in combinations(found, 2):
        if one.value.dtype != other.value.dtype:
            raise TypeError(
                f"{where}: {one.name} is {one.value.dtype} and {other.name} {other.value.dtype}; convert one of them"
            )
        if np.shares_memory(one.value, other.value):
            raise ValueError(
                f"{where}: {one.name} and {other.name} share memory without being the same array; give both layers the "
                "array itself, or a copy"
            )
    return found


def _views(slots, theta, grad):
    """For each user of an array its views into the two vectors; and where in the vectors each view lies."""
    views, places, start = {}, {}, 0
    for slot in slots:
        place = slice(start, start + slot.value.size)
        pair = tuple(vector[place].reshape(slot.value.shape) for vector in (theta, grad))
        views.update(dict.fromkeys(slot.users, pair))
        places[id(pair[0])] = place
        start = place.stop
    return views, places


def _settle(network, begun, places, theta, grad):
    """Give a network its dicts of views, each array once, and its slices of the two vectors."""
    params, grads, state = {}, {}, {}
    for name, layer, key in network.named("params"):
        _add(network, name, layer.params[key], params)
        if name in params:
            grads[name] = layer.grads[key]
    for name, layer, key in network.named("state"):
        _add(network, name, layer.state[key], state, params)
    span = [places[id(view)] for view in params.values()]
    own = network.__dict__
    own.update(params=Views(params), grads=Views(grads), state=Views(state), _pass=begun)
    own["leaves"] = [part for part in dict.fromkeys(network.walk()) if not hasattr(part, "parts")]
    own.pop("theta", None), own.pop("grad", None)
    if len(theta) == sum(view.size for view in params.values()):
        own.update(theta=theta, grad=grad)
    elif all(one.stop == other.start for one, other in pairwise(span)):
        span = slice(span[0].start, span[-1].stop) if span else slice(0)
        own.update(theta=theta[span], grad=grad[span])


def _add(network, name, array, arrays, others=()):
    if any(array is known for known in arrays.values()):  # shared: it goes by its first name
        return
    if name in arrays or name in others:
        raise ValueError(f"{type(network).__name__}: two arrays would be called {name}")
    arrays[name] = array


def load_arrays(where, own, arrays):
    """Copy `arrays` into those of `own`, after checking every name and shape: all or nothing."""
    if set(own) != set(arrays):
        raise ValueError(f"{where}: expected parameters {sorted(own)}, got {sorted(arrays)}")
    for name, value in arrays.items():
        if np.shape(value) != own[name].shape:
            raise ValueError(f"{where}: {name} has shape {np.shape(value)}, expected {own[name].shape}")
    for name, value in arrays.items():
        own[name][...] = value
