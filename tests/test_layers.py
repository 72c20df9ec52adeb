"""The glue: layers keep caches, a network's parameters are views into one vector, and mistakes are named."""

import numpy as np
import pytest

from dlpath.activations.in_numpy import relu, relu_backward, tanh, tanh_backward
from dlpath.layers import Layer, Loss, Sequential, load_arrays
from dlpath.linear.in_numpy import linear, linear_backward, linear_backward_into
from dlpath.losses.in_numpy import cross_entropy, cross_entropy_backward, mse, mse_backward
from dlpath.parity import assert_close, numerical_gradient

N, D, H, K = 5, 4, 3, 2


@pytest.fixture
def rng():
    return np.random.default_rng(8)


@pytest.fixture
def arrays(rng):
    return {"W1": rng.normal(size=(H, D)), "b1": rng.normal(size=H), "W2": rng.normal(size=(K, H)), "b2": np.ones(K)}


@pytest.fixture
def network(arrays):
    return Sequential(
        Layer(linear, linear_backward, W=arrays["W1"], b=arrays["b1"]),
        Layer(tanh, tanh_backward),
        Layer(linear, linear_backward, W=arrays["W2"], b=arrays["b2"]),
    )


# ---- one layer


def test_a_layer_is_its_pair_of_functions(rng, arrays):
    X, dZ = rng.normal(size=(N, D)), rng.normal(size=(N, H))
    layer = Layer(linear, linear_backward, W=arrays["W1"], b=arrays["b1"])
    Z, cache = linear(X, arrays["W1"], arrays["b1"])
    assert_close(layer(X), Z)
    dX, dW, db = linear_backward(dZ, cache)
    assert_close(layer.backward(dZ), dX)
    assert_close(layer.grads["W"], dW)
    assert_close(layer.grads["b"], db)


def test_a_layer_without_parameters_returns_its_only_gradient(rng):
    Z, dA = rng.normal(size=(N, H)), rng.normal(size=(N, H))
    layer = Layer(relu, relu_backward)
    assert_close(layer(Z), relu(Z)[0])
    assert_close(layer.backward(dA), relu_backward(dA, Z))
    assert layer.params == layer.grads == {}


def test_gradients_are_written_not_added(rng, arrays):
    X, dZ = rng.normal(size=(N, D)), rng.normal(size=(N, H))
    layer = Layer(linear, linear_backward, W=arrays["W1"], b=arrays["b1"])
    layer(X)
    layer.backward(dZ)
    once = layer.grads["W"].copy()
    layer.backward(dZ)
    assert_close(layer.grads["W"], once)


def test_the_input_gradient_is_left_out_on_request(rng, arrays):
    layer = Layer(linear, linear_backward, W=arrays["W1"], b=arrays["b1"])
    layer(rng.normal(size=(N, D)))
    dZ = rng.normal(size=(N, H))
    layer.backward(dZ)
    dW = layer.grads["W"].copy()
    layer.grads["W"][...] = 0
    assert layer.backward(dZ, input_gradient=False) is None
    assert_close(layer.grads["W"], dW)
    no_option = Layer(relu, relu_backward)  # a backward function that has no such option computes it all the same
    no_option(dZ)
    assert no_option.backward(dZ, input_gradient=False).shape == dZ.shape


def test_a_function_that_writes_gradients_into_place_gives_the_same(rng, arrays):
    X, dZ = rng.normal(size=(N, D)), rng.normal(size=(N, H))
    plain = Layer(linear, linear_backward, W=arrays["W1"], b=arrays["b1"])
    into = Layer(linear, linear_backward, linear_backward_into, W=arrays["W1"], b=arrays["b1"])
    plain(X)
    into(X)
    places = dict(into.grads)
    assert_close(into.backward(dZ), plain.backward(dZ))
    for parameter, place in places.items():
        assert into.grads[parameter] is place
        assert_close(place, plain.grads[parameter])
    assert into.backward(dZ, input_gradient=False) is None


def test_backward_before_forward_is_refused(arrays):
    with pytest.raises(RuntimeError, match="linear: backward was called before forward"):
        Layer(linear, linear_backward, W=arrays["W1"], b=arrays["b1"]).backward(np.ones((N, H)))
    with pytest.raises(RuntimeError, match="mse: backward was called before forward"):
        Loss(mse, mse_backward).backward()


# ---- the loss


def test_a_loss_is_its_pair_of_functions(rng):
    prediction, target = rng.normal(size=(N, K)), rng.normal(size=(N, K))
    loss = Loss(mse, mse_backward)
    value, cache = mse(prediction, target)
    assert loss(prediction, target) == value
    assert_close(loss.backward(), mse_backward(1.0, cache))
    assert_close(loss.backward(0.3), mse_backward(0.3, cache))


# ---- the network


def test_a_network_is_its_layers_one_after_the_other(network, arrays, rng):
    X = rng.normal(size=(N, D))
    hidden = np.tanh(X @ arrays["W1"].T + arrays["b1"])
    assert_close(network(X), hidden @ arrays["W2"].T + arrays["b2"])


def test_parameters_and_gradients_are_views_in_order(network, arrays):
    assert list(network.params) == list(network.grads) == ["W1", "b1", "W2", "b2"]
    assert_close(network.theta, np.concatenate([a.ravel() for a in arrays.values()]))
    assert network.theta.shape == network.grad.shape == (H * D + H + K * H + K,)
    for name, value in arrays.items():
        assert_close(network.params[name], value)
    network.theta[:] = np.arange(23)
    network.grad[:] = np.arange(23)
    assert network.params["W2"].tolist() == network.grads["W2"].tolist() == [[15, 16, 17], [18, 19, 20]]
    first, last = network.layers[0], network.layers[2]
    assert first.params["b"].tolist() == first.grads["b"].tolist() == [12, 13, 14]
    assert last.params["b"].tolist() == last.grads["b"].tolist() == [21, 22]


def test_gradients_start_at_zero(network, arrays):
    layer = Layer(linear, linear_backward, W=arrays["W1"], b=arrays["b1"])
    assert not layer.grads["W"].any()
    assert not layer.grads["b"].any()
    assert not network.grad.any()


def test_a_network_copies_the_arrays_that_it_was_made_of(network, arrays):
    before = arrays["W1"].copy()
    network.theta += 1
    assert np.array_equal(arrays["W1"], before)


def test_a_step_on_theta_changes_the_output(network, rng):
    X = rng.normal(size=(N, D))
    before = network(X)
    network.theta *= 0.5
    assert not np.allclose(network(X), before)


def test_gradients_of_a_network_are_the_numerical_ones(network, rng):
    X, labels = rng.normal(size=(N, D)), np.array([0, 1, 1, 0, 1])
    loss = Loss(cross_entropy, cross_entropy_backward)

    def loss_at(theta):
        network.theta[:] = theta
        return loss(network(X), labels)

    theta = network.theta.copy()
    numerical = numerical_gradient(loss_at, theta)
    network.theta[:] = theta
    loss(network(X), labels)
    dX = network.backward(loss.backward(), input_gradient=True)
    assert_close(network.grad, numerical, rtol=1e-6, atol=1e-9)
    assert_close(dX, numerical_gradient(lambda x: loss(network(x), labels), X), rtol=1e-6, atol=1e-9)


def test_training_needs_no_input_gradient(network, rng):
    network(rng.normal(size=(N, D)))
    dZ = rng.normal(size=(N, K))
    network.backward(dZ, input_gradient=True)
    grad = network.grad.copy()
    network.grad[:] = 0
    assert network.backward(dZ) is None
    assert_close(network.grad, grad)


def test_float32_stays_float32(rng):
    W, b = rng.normal(size=(H, D)).astype(np.float32), np.zeros(H, np.float32)
    network = Sequential(Layer(linear, linear_backward, W=W, b=b), Layer(relu, relu_backward))
    out = network(rng.normal(size=(N, D)).astype(np.float32))
    dX = network.backward(out, input_gradient=True)
    assert out.dtype == dX.dtype == network.theta.dtype == network.grad.dtype == np.float32


def test_a_network_without_parameters_runs():
    network = Sequential(Layer(relu, relu_backward))
    assert network(np.array([[-1.0, 2.0]])).tolist() == [[0, 2]]
    assert network.backward(np.ones((1, 2)), input_gradient=True).tolist() == [[0, 1]]
    assert network.theta.shape == network.grad.shape == (0,)


# ---- loading, and mistakes


def test_load_copies_into_the_same_vector(network, arrays):
    theta, new = network.theta, {name: value + 1 for name, value in arrays.items()}
    assert network.load(new) is network
    assert network.theta is theta
    assert_close(theta, np.concatenate([a.ravel() for a in new.values()]))
    new["W1"] += 1
    assert_close(network.params["W1"], arrays["W1"] + 1)


def test_load_is_all_or_nothing(network, arrays):
    before = network.theta.copy()
    wrong = {name: value + 1 for name, value in arrays.items()}
    with pytest.raises(ValueError, match=r"Sequential: b2 has shape \(3,\), expected \(2,\)"):
        network.load(wrong | {"b2": np.ones(3)})
    with pytest.raises(ValueError, match=r"Sequential: W1 has shape \(\), expected \(3, 4\)"):
        network.load(wrong | {"W1": 1.0})  # would broadcast
    names = r"Sequential: expected parameters \['W1', 'W2', 'b1', 'b2'\], got \['W1', 'W2', 'b1'\]"
    with pytest.raises(ValueError, match=names):
        network.load({name: wrong[name] for name in ("W1", "W2", "b1")})
    with pytest.raises(ValueError, match="expected parameters"):
        network.load(wrong | {"W3": np.ones(1)})
    assert np.array_equal(network.theta, before)


def test_a_backward_function_that_forgets_a_parameter_is_refused(rng, arrays):
    def forgets_b(dZ, cache):
        return linear_backward(dZ, cache)[:2]

    layer = Layer(linear, forgets_b, W=arrays["W1"], b=arrays["b1"])
    layer(rng.normal(size=(N, D)))
    with pytest.raises(ValueError, match=r"forgets_b: .* those of \['W', 'b'\]"):
        layer.backward(np.ones((N, H)))


def test_load_arrays_says_for_whom():
    with pytest.raises(ValueError, match=r"here: expected parameters \['a'\], got \[\]"):
        load_arrays("here", {"a": np.zeros(1)}, {})


def test_a_network_needs_layers():
    with pytest.raises(ValueError, match="Sequential: needs at least one layer"):
        Sequential()
