"""The multilayer perceptron: by hand, by its formula, in three versions with every gradient, saved and loaded."""

import numpy as np
import pytest

from dlpath.layers import Loss
from dlpath.losses.in_numpy import cross_entropy, cross_entropy_backward
from dlpath.mlp.in_numpy import MLP
from dlpath.parity import assert_close, numerical_gradient, to_numpy

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras' own

SIZES = (6, 5, 3, 4)
N = 7


@pytest.fixture
def X():
    return np.random.default_rng(9).normal(size=(N, 6))


@pytest.fixture
def labels():
    return np.array([0, 3, 2, 2, 1, 0, 3])


@pytest.fixture
def params():
    """Weights and biases of three layers, none of them zero."""
    rng = np.random.default_rng(10)
    arrays = {}
    for place, (D, K) in enumerate(zip(SIZES[:-1], SIZES[1:], strict=True), start=1):
        arrays[f"W{place}"], arrays[f"b{place}"] = rng.normal(size=(K, D)), rng.normal(size=K)
    return arrays


@pytest.fixture
def ours(params):
    return MLP(SIZES, dtype=np.float64).load(params)


def in_torch(versions, params):
    import torch

    return versions("mlp")[1].MLP(SIZES, dtype=torch.float64).load(params)


def in_tensorflow(versions, params):
    return versions("mlp")[2].MLP(SIZES, dtype="float64").load(params)


def test_a_network_by_hand():
    """Two inputs (1, 2), two hidden units: 1·1 + 1·2 − 1 = 2, 1·1 − 1·2 = −1 → 0; one output 3·2 + 5·0 + 0.5."""
    model = MLP((2, 2, 1), dtype=np.float64)
    W1, b1 = np.array([[1.0, 1.0], [1.0, -1.0]]), np.array([-1.0, 0.0])
    model.load({"W1": W1, "b1": b1, "W2": np.array([[3.0, 5.0]]), "b2": np.array([0.5])})
    assert model(np.array([[1.0, 2.0]])).tolist() == [[6.5]]
    model.backward(np.array([[2.0]]))
    assert model.grads["W1"].tolist() == [[6, 12], [0, 0]]  # the silent unit learns nothing
    assert model.grads["b1"].tolist() == [6, 0]
    assert model.grads["W2"].tolist() == [[4, 0]]
    assert model.grads["b2"].tolist() == [2]


@pytest.mark.equation("eq-mlp")
def test_mlp_is_its_formula(ours, params, X):
    r"""Unit by unit: every layer but the last keeps what is positive.

    [eq-mlp] A_0 = X, \qquad A_l = \operatorname{relu}\bigl(A_{l-1} W_l^\top + b_l\bigr) \;\; (l = 1, \dots, L - 1),
        \qquad Z = A_{L-1} W_L^\top + b_L
    """
    for n in range(N):
        x = X[n].tolist()
        for place in (1, 2, 3):
            W, b = params[f"W{place}"], params[f"b{place}"]
            z = [sum(W[k, d] * x[d] for d in range(len(x))) + b[k] for k in range(len(b))]
            x = z if place == 3 else [max(value, 0.0) for value in z]
        assert_close(ours(X)[n], np.array(x))


def test_gradients_are_the_numerical_ones(ours, X, labels):
    loss = Loss(cross_entropy, cross_entropy_backward)

    def loss_at(theta):
        ours.theta[:] = theta
        return loss(ours(X), labels)

    theta = ours.theta.copy()
    numerical = numerical_gradient(loss_at, theta)
    ours.theta[:] = theta
    loss(ours(X), labels)
    ours.backward(loss.backward())
    assert_close(ours.grad, numerical, rtol=1e-6, atol=1e-8)


def test_three_versions_give_the_same_logits_loss_and_gradients(versions, ours, params, X, labels):
    import tensorflow as tf
    import torch

    dZ = np.random.default_rng(11).normal(size=(N, 4))
    Z = ours(X)
    ours.backward(dZ)

    theirs = in_torch(versions, params)
    out = theirs(torch.tensor(X))
    out.backward(torch.tensor(dZ))
    assert_close(out, Z)
    for name, parameter in theirs.params().items():
        assert_close(parameter.grad, ours.grads[name])

    keras = in_tensorflow(versions, params)
    with tf.GradientTape() as tape:
        out = keras(tf.constant(X))
    assert_close(out, Z)
    variables = [v.value for v in keras.trainable_variables]
    gradients = tape.gradient(out, variables, output_gradients=tf.constant(dZ))
    for place, (dW, db) in enumerate(zip(gradients[::2], gradients[1::2], strict=True), start=1):
        assert_close(to_numpy(dW).T, ours.grads[f"W{place}"])
        assert_close(db, ours.grads[f"b{place}"])


# ---- construction


def test_one_generator_gives_the_same_network_in_all_three(versions):
    import torch

    ours = MLP(SIZES, np.random.default_rng(12), np.float64)
    _, torch_module, keras_module = versions("mlp")
    theirs = torch_module.MLP(SIZES, np.random.default_rng(12), torch.float64).params()
    keras = keras_module.MLP(SIZES, np.random.default_rng(12), "float64").params()
    for name, value in ours.params.items():
        assert_close(theirs[name], value, rtol=0, atol=0)
        assert_close(keras[name], value, rtol=0, atol=0)


def test_weights_are_xavier_and_biases_zero():
    params = MLP((300, 200, 10), np.random.default_rng(13)).params
    for name, K, D in [("W1", 200, 300), ("W2", 10, 200)]:
        bound = (6 / (K + D)) ** 0.5
        assert params[name].shape == (K, D)
        assert 0.99 * bound < np.abs(params[name]).max() <= bound * (1 + 1e-6)
    assert not params["b1"].any()
    assert not params["b2"].any()
    assert params["b1"].shape == (200,)


def test_without_a_generator_the_weights_differ_each_time():
    assert not np.array_equal(MLP((3, 2)).theta, MLP((3, 2)).theta)


def test_float32_is_the_default_and_stays(versions, X):
    import tensorflow as tf
    import torch

    x = X.astype(np.float32)
    for module, batch in zip(versions("mlp"), (x, torch.tensor(x), tf.constant(x)), strict=True):
        model = module.MLP(SIZES, np.random.default_rng(0))
        assert to_numpy(model(batch)).dtype == np.float32
    ours = MLP(SIZES, np.random.default_rng(0))
    ours.backward(ours(x))
    assert ours.grad.dtype == ours.theta.dtype == np.float32


@pytest.mark.parametrize("rows", [1, N])
def test_no_hidden_layer_is_a_linear_map(rows, X):
    model = MLP((6, 4), np.random.default_rng(0), np.float64)
    assert_close(model(X[:rows]), X[:rows] @ model.params["W1"].T)
    assert len(model.layers) == 1  # no ReLU behind the logits


@pytest.mark.parametrize("sizes", [(), (5,)])
def test_sizes_need_an_input_and_an_output(sizes, versions):
    for module in versions("mlp"):
        with pytest.raises(ValueError, match="MLP: sizes needs at least an input and an output size, got "):
            module.MLP(sizes)


# ---- load, save, load again


def test_load_refuses_wrong_names_and_shapes_and_changes_nothing(versions, params):
    for module in versions("mlp"):
        model = module.MLP(SIZES, np.random.default_rng(0))
        before = [to_numpy(value).copy() for value in current(model).values()]
        with pytest.raises(ValueError, match=r"MLP: b3 has shape \(1,\), expected \(4,\)"):
            model.load(params | {"b3": np.ones(1)})  # would broadcast
        with pytest.raises(ValueError, match=r"MLP: W1 has shape \(6, 5\), expected \(5, 6\)"):
            model.load(params | {"W1": params["W1"].T})
        with pytest.raises(ValueError, match=r"MLP: expected parameters \['W1', 'W2', 'W3', 'b1', 'b2', 'b3'\], got "):
            model.load({"W1": params["W1"]})
        with pytest.raises(ValueError, match="MLP: expected parameters"):
            model.load(params | {"W4": np.ones(1)})
        for old, new in zip(before, current(model).values(), strict=True):
            assert np.array_equal(old, to_numpy(new))


def current(model):
    return model.params() if callable(model.params) else model.params


def test_parameters_travel_between_the_three(versions, ours):
    theirs = in_torch(versions, ours.params)
    keras = in_tensorflow(versions, {name: to_numpy(value) for name, value in theirs.params().items()})
    back = MLP(SIZES, dtype=np.float64).load(keras.params())
    assert np.array_equal(back.theta, ours.theta)


def test_pytorch_state_dict_round_trip(versions, params, X, tmp_path):
    import torch

    model = in_torch(versions, params)
    torch.save(model.state_dict(), tmp_path / "mlp.pt")
    again = versions("mlp")[1].MLP(SIZES, dtype=torch.float64)
    again.load_state_dict(torch.load(tmp_path / "mlp.pt", weights_only=True))
    assert torch.equal(again(torch.tensor(X)), model(torch.tensor(X)))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_keras_file_round_trip(versions, X, tmp_path, dtype):
    model = versions("mlp")[2].MLP(SIZES, np.random.default_rng(1), dtype)
    import keras

    model.save(tmp_path / "mlp.keras")
    again = keras.saving.load_model(tmp_path / "mlp.keras")
    assert type(again) is type(model)
    assert again.sizes == SIZES
    assert_close(again(X.astype(dtype)), model(X.astype(dtype)), rtol=0, atol=0)
    for name, value in model.params().items():
        assert value.dtype == dtype
        assert_close(again.params()[name], value, rtol=0, atol=0)
