"""Training: the same batches in the same order, the same losses and parameters in three versions, errors in words."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlpath.layers import Layer, Loss, Sequential
from dlpath.losses.in_numpy import cross_entropy, cross_entropy_backward
from dlpath.mlp.in_numpy import MLP
from dlpath.optimizers.in_numpy import SGD, Adam
from dlpath.parity import assert_close, largest_difference, to_numpy
from dlpath.training import in_numpy as training

SIZES = (4, 6, 3)
rng = np.random.default_rng(14)
X, LABELS = rng.normal(size=(50, 4)), rng.integers(0, 3, size=50)


def parts(lr=0.1, dtype=np.float64, optimizer=SGD):
    model = MLP(SIZES, np.random.default_rng(15), dtype)
    return model, Loss(cross_entropy, cross_entropy_backward), optimizer(model.theta, lr=lr)


# ---- batches


def test_batches_by_hand():
    """A generator that shuffles (0 … 6) into its reverse gives batches of three, and one of one."""

    class Reversed:
        def permutation(self, N):
            return np.arange(N)[::-1]

    assert [rows.tolist() for rows in training.minibatches(7, 3, Reversed())] == [[6, 5, 4], [3, 2, 1], [0]]
    assert [rows.tolist() for rows in training.minibatches(6, 3, Reversed())] == [[5, 4, 3], [2, 1, 0]]  # none is empty
    assert list(training.minibatches(0, 3, Reversed())) == []


@given(N=st.integers(1, 50), batch_size=st.integers(1, 60), seed=st.integers(0, 9))
def test_every_row_comes_once_in_the_order_of_one_permutation(N, batch_size, seed):
    generator = np.random.default_rng(seed)
    batches = list(training.minibatches(N, batch_size, generator))
    assert np.array_equal(np.concatenate(batches), np.random.default_rng(seed).permutation(N))
    assert [len(b) for b in batches[:-1]] == [batch_size] * (len(batches) - 1)
    assert 1 <= len(batches[-1]) <= batch_size


def test_pytorch_draws_the_same_batches(versions):
    theirs = versions("training")[1].minibatches(11, 4, np.random.default_rng(3))
    for a, b in zip(training.minibatches(11, 4, np.random.default_rng(3)), theirs, strict=True):
        assert np.array_equal(a, b.numpy())


@pytest.mark.parametrize("batch_size", [0, -1])
def test_a_batch_size_below_one_is_refused(batch_size, versions):
    for module in versions("training")[:2]:
        with pytest.raises(ValueError, match=f"minibatches: batch_size must be at least 1, got {batch_size}"):
            list(module.minibatches(5, batch_size, np.random.default_rng(0)))


# ---- one step


@pytest.mark.equation("eq-minibatch-gradient")
def test_a_step_follows_the_mean_of_the_examples_own_gradients():
    r"""[eq-minibatch-gradient] \mathrm{d}w = \frac{1}{|B|} \sum_{n \in B} \frac{\partial L_n}{\partial w}"""
    model, loss, optimizer = parts(lr=0.1)
    before = model.theta.copy()
    gradients, values = [], []
    for n in range(8):
        values.append(loss(model(X[n : n + 1]), LABELS[n : n + 1]))
        model.backward(loss.backward())
        gradients.append(model.grad.copy())
    value = training.train_step(model, loss, optimizer, X[:8], LABELS[:8])
    for i in range(len(before)):
        mean = sum(float(g[i]) for g in gradients) / 8
        assert abs(model.theta[i] - (before[i] - 0.1 * mean)) < 1e-14
    assert_close(value, np.mean(values))  # the loss before the step


def test_a_step_returns_the_loss_before_it_in_all_three(versions, keras_float64):
    for step, model, loss, optimizer, data, labels in three(versions, "train_step"):
        before = float(to_numpy(loss(model(data[:8]), labels[:8])))
        assert float(step(model, loss, optimizer, data[:8], labels[:8])) == pytest.approx(before, rel=1e-12)
        assert float(to_numpy(loss(model(data[:8]), labels[:8]))) < before


def test_the_loss_that_a_step_returns_in_pytorch_keeps_no_graph(versions):
    """Or a list of losses would hold every batch's activations."""
    cases = three(versions, "train_step")
    next(cases)
    step, model, loss, optimizer, data, labels = next(cases)
    value = step(model, loss, optimizer, data[:8], labels[:8])
    assert value.grad_fn is None
    assert not value.requires_grad


# ---- three versions


def three(versions, function, lr=0.1, beta=0.0):
    """(function, model, loss, optimizer, X, labels) of each version, all from the same weights."""
    import tensorflow as tf
    import torch

    (_, torch_mlp, keras_mlp), (_, torch_losses, keras_losses) = versions("mlp"), versions("losses")
    (_, torch_optimizers, keras_optimizers), modules = versions("optimizers"), versions("training")
    numpy_side, torch_side, keras_side = (getattr(module, function) for module in modules)
    model, loss, optimizer = parts(lr)
    optimizer.beta = beta
    yield numpy_side, model, loss, optimizer, X, LABELS
    model = torch_mlp.MLP(SIZES, np.random.default_rng(15), torch.float64)
    optimizer = torch_optimizers.SGD(model.parameters(), lr=lr, beta=beta)
    yield torch_side, model, torch_losses.cross_entropy, optimizer, torch.tensor(X), torch.tensor(LABELS)
    model = keras_mlp.MLP(SIZES, np.random.default_rng(15), "float64")
    optimizer = keras_optimizers.SGD(lr=lr, beta=beta)
    data = (tf.constant(X), tf.constant(LABELS)) if function == "train_step" else (X, LABELS)
    yield keras_side, model, keras_losses.cross_entropy, optimizer, *data


def parameters(model):
    params = model.params() if callable(model.params) else model.params
    return {name: to_numpy(value).copy() for name, value in params.items()}


def test_three_versions_train_alike(versions, keras_float64):
    """Batches of 16 out of 50: the last one has two rows and counts for two."""
    histories, ends, states = [], [], []
    for train, *rest in three(versions, "train", beta=0.875):
        generator = np.random.default_rng(16)
        histories.append(train(*rest, epochs=3, batch_size=16, rng=generator))
        ends.append(parameters(rest[0]))
        states.append(generator.bit_generator.state)
    for history, end, state in zip(histories[1:], ends[1:], states[1:], strict=True):
        assert_close(history, histories[0])
        assert all(largest_difference(end[name], ends[0][name]) <= 1e-12 for name in end)
        assert state == states[0]  # three permutations were drawn, and nothing else
    assert len(histories[0]) == 3
    assert all(isinstance(value, float) for history in histories for value in history)
    assert histories[0][2] < histories[0][0]


def test_an_epoch_is_its_steps_and_its_loss_their_mean_over_examples():
    model, loss, optimizer = parts()
    history = training.train(model, loss, optimizer, X, LABELS, epochs=2, batch_size=16, rng=np.random.default_rng(1))
    again, loss, optimizer = parts()
    generator = np.random.default_rng(1)
    for epoch in range(2):
        order, total = generator.permutation(50), 0.0
        for rows in (order[:16], order[16:32], order[32:48], order[48:]):
            total += sum(training.train_step(again, loss, optimizer, X[rows], LABELS[rows]) for _ in range(1)) * len(
                rows
            )
        assert_close(history[epoch], total / 50)
    assert np.array_equal(model.theta, again.theta)


def test_adam_trains_in_float32_and_stays_there():
    model, loss, optimizer = parts(lr=0.05, dtype=np.float32, optimizer=Adam)
    x = X.astype(np.float32)
    history = training.train(model, loss, optimizer, x, LABELS, epochs=60, batch_size=10, rng=np.random.default_rng(2))
    assert history[-1] < 0.5 * history[0]
    assert model.theta.dtype == model.grad.dtype == optimizer.m.dtype == np.float32


def test_progress_is_shown_on_request_only(capsys):
    for options, shown in [({}, False), ({"progress": False}, False), ({"progress": True}, True)]:
        generator = np.random.default_rng(0)
        training.train(*parts(), X, LABELS, epochs=2, batch_size=25, rng=generator, **options)
        assert ("100%" in capsys.readouterr().err) == shown


# ---- prediction


def test_prediction_is_the_model_batch_by_batch(versions, keras_float64):
    for predict, model, _, _, data, _ in three(versions, "predict"):
        out = predict(model, data, batch_size=16)
        assert to_numpy(out).shape == (50, 3)
        assert_close(out, to_numpy(model(data)), rtol=1e-12)
        assert_close(predict(model, data), to_numpy(out), rtol=1e-12)


def test_prediction_goes_through_the_model_in_batches():
    sizes = []

    def model(rows):
        sizes.append(len(rows))
        return rows[:, :1]

    assert_close(training.predict(model, X, batch_size=20), X[:, :1])
    assert sizes == [20, 20, 10]
    sizes.clear()
    training.predict(model, np.zeros((2001, 1)))
    assert sizes == [1000, 1000, 1]


def test_prediction_in_pytorch_evaluates_and_training_trains(versions):
    cases = three(versions, "train")
    next(cases)
    train, model, loss, optimizer, data, labels = next(cases)
    out = versions("training")[1].predict(model, data)
    assert not out.requires_grad
    assert not model.training
    train(model, loss, optimizer, data, labels, epochs=1, batch_size=50, rng=np.random.default_rng(0))
    assert model.training


# ---- mistakes


def test_different_lengths_and_no_examples_are_refused_in_all_three(versions, keras_float64):
    for train, model, loss, optimizer, data, labels in three(versions, "train"):
        settings = {"epochs": 1, "batch_size": 16, "rng": np.random.default_rng(0)}
        with pytest.raises(ValueError, match="train: X has 50 examples, y has 49; they must be equal"):
            train(model, loss, optimizer, data, labels[:49], **settings)
        with pytest.raises(ValueError, match="train: there are no examples"):
            train(model, loss, optimizer, data[:0], labels[:0], **settings)
        with pytest.raises(ValueError, match="batch_size must be at least 1, got 0"):
            train(model, loss, optimizer, data, labels, **settings | {"batch_size": 0})


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_loss_that_explodes_stops_the_training_in_all_three(versions, keras_float64):
    for train, *rest in three(versions, "train", lr=1e200):
        with pytest.raises(
            FloatingPointError, match=r"train: the loss is (nan|inf) in epoch \d; try a smaller learning"
        ):
            train(*rest, epochs=3, batch_size=16, rng=np.random.default_rng(0))


def test_keras_fit_refuses_a_model_of_another_type(versions):
    *_, case = three(versions, "train")  # float64, while Keras is at float32
    train, *rest = case
    with pytest.raises(
        ValueError, match=r'the model is float64, but .* float32; call keras.config.set_floatx\("float64'
    ):
        train(*rest, epochs=1, batch_size=16, rng=np.random.default_rng(0))


def test_the_loop_hands_training_and_the_generator_to_functions_that_name_them():
    seen = []

    def noisy(X, *, training, rng=None):
        seen.append((training, rng))
        return X, ()

    model = Sequential(*MLP(SIZES, np.random.default_rng(15), np.float64).layers, Layer(noisy, lambda dX, cache: dX))
    generator = np.random.default_rng(3)
    loss = Loss(cross_entropy, cross_entropy_backward)
    training.train(model, loss, SGD(model.theta, lr=0.1), X, LABELS, epochs=1, batch_size=25, rng=generator)
    assert seen == [(True, generator)] * 2
    training.predict(model, X)
    assert seen[2:] == [(False, None)]
    assert training.handed_down(MLP(SIZES), training=True) == training.handed_down(len, rng=generator) == {}
