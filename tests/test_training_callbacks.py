"""What `train` tells after each epoch, and early stopping: by hand, and in three versions."""

import math

import numpy as np
import pytest

from dlpath.training import in_numpy
from dlpath.training.callbacks import Log, Record
from dlpath.training.ledger import VERSIONS, parts

rng = np.random.default_rng(31)
X, LABELS = rng.normal(size=(40, 64)), rng.integers(0, 10, 40)
FORMS = pytest.mark.parametrize("version", VERSIONS)


def train(version, seed=1, epochs=4, order=None, **plan):
    """Train in one version: training, model, history; plan may hold functions that take the model."""
    training, model, loss, optimizer, data = parts(version, X, LABELS, "SGD", {"lr": 0.1}, seed)
    plan = {name: value(training, model) if callable(value) else value for name, value in plan.items()}
    order = np.random.default_rng(2) if order is None else order
    return (
        training,
        model,
        training.train(model, loss, optimizer, *data, epochs=epochs, batch_size=16, rng=order, **plan),
    )


def same(one, other):
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


@FORMS
def test_a_callback_gets_one_record_an_epoch(version, keras_float64):
    log, other = Log(), []
    plan = {"callbacks": [log, other.append], "validate": lambda *_: lambda: {"loss": np.float32(0.5), "accuracy": 1}}
    _, _, history = train(version, epochs=3, **plan)
    assert log == other == [Record(i + 1, loss, 0.1, {"loss": 0.5, "accuracy": 1.0}) for i, loss in enumerate(history)]
    assert all(type(value) is float for record in log for value in (record.loss, *record.validation.values()))


@FORMS
def test_one_that_says_stop_stops_and_all_are_told(version, keras_float64):
    told = []
    stop = lambda record: np.bool_(record.epoch == 2)  # noqa: E731
    assert len(train(version, callbacks=[stop, told.append])[2]) == len(told) == 2
    assert len(train(version, callbacks=[lambda record: 0.7, lambda record: "go on"])[2]) == 4  # only True is a yes


@FORMS
def test_callbacks_change_no_bit(version, keras_float64):
    training, model, history = train(version)
    _, other, told = train(
        version, callbacks=[Log()], validate=lambda t, m: lambda: {"n": len(t.predict(m, as_data(t, X)))}
    )
    assert history == told
    assert same(training.snapshot(model), training.snapshot(other))


def as_data(training, array):
    return training.torch.tensor(array) if hasattr(training, "torch") else array


@FORMS
def test_training_goes_on_from_a_history(version, keras_float64):
    training, model, whole = train(version)
    _, other, loss, optimizer, data = parts(version, X, LABELS, "SGD", {"lr": 0.1}, 1)
    order, history = np.random.default_rng(2), []
    for epochs in (1, 3, 4, 2):
        history = training.train(
            other, loss, optimizer, *data, epochs=epochs, batch_size=16, rng=order, history=history
        )
    assert history == whole
    assert same(training.snapshot(model), training.snapshot(other))


def test_the_bar_of_a_run_that_goes_on_begins_where_it_was(capsys):
    train("NumPy", epochs=3, history=lambda *_: [1.0, 0.9], progress=True)
    assert "67%" in (bar := capsys.readouterr().err)
    assert "3/3" in bar
    train("NumPy", epochs=3, history=lambda *_: [1.0, 0.9])
    assert capsys.readouterr().err == ""


def test_pytorch_trains_in_training_mode_after_every_validation():
    modes = []
    training, model, loss, optimizer, data = parts("PyTorch", X, LABELS, "SGD", {"lr": 0.1}, 1)
    model.register_forward_hook(lambda *_: modes.append(model.training))
    validate = lambda: {"n": len(training.predict(model, data[0]))}  # noqa: E731
    order = np.random.default_rng(0)
    training.train(
        model, loss, optimizer, *data, epochs=2, batch_size=40, rng=order, validate=validate, callbacks=[Log()]
    )
    assert modes == [True, False, True, False]


# ---- early stopping


def stops(values, **settings):
    """The epoch in which early stopping stops, the best one, and the best value, for these values."""
    _, model, *_ = parts("NumPy", X, LABELS, "SGD", {}, 1)
    stopper = in_numpy.EarlyStopping(model, **settings)
    for epoch, value in enumerate(values, start=1):
        if stopper(Record(epoch, 0.0, 0.1, {"loss": value, "accuracy": -value})):
            return epoch, stopper.best_epoch, stopper.best
    return None, stopper.best_epoch, stopper.best


@pytest.mark.parametrize(
    ("values", "settings", "expected"),
    [
        ([3, 2, 1, 2, 2, 0], {"patience": 2}, (5, 3, 1)),
        ([3, 2, 1, 2, 0, 2], {"patience": 2}, (None, 5, 0)),
        ([1, 2], {"patience": 1}, (2, 1, 1)),
        ([1, 1, 1], {"patience": 2}, (3, 1, 1)),  # as good is not better
        ([4, 3.5, 3.5, 2.5], {"patience": 2, "gain": 0.5}, (3, 1, 4)),  # exactly the gain is not more than it
        ([4, 3.8, 3.4], {"patience": 2, "gain": 0.5}, (None, 3, 3.4)),  # against the best, not the last
        ([math.nan, 2, math.nan, math.nan], {"patience": 2}, (4, 2, 2)),
        ([math.nan, math.nan], {"patience": 2}, (2, 0, math.inf)),
        ([1, 2, 3, 2, 1], {"patience": 2, "watch": "accuracy"}, (5, 3, -3)),
        ([3, 2, 1, 2, 2], {"patience": 2, "watch": "accuracy", "larger": True}, (5, 3, -1)),
        ([3] * 5, {}, (None, 1, 3)),
        ([3] * 6, {}, (6, 1, 3)),  # patience is 5 if nothing is said
    ],
)
def test_early_stopping_by_hand(values, settings, expected):
    assert stops(values, **settings) == expected


@FORMS
def test_the_best_parameters_come_back(version, keras_float64):
    values, kept = iter([3.0, 1.0, 2.0, 2.0]), []
    keep = lambda training, model: [lambda record: kept.append(training.snapshot(model)), stopper_of(training, model)]  # noqa: E731
    training, model, history = train(
        version, epochs=9, callbacks=keep, validate=lambda *_: lambda: {"loss": next(values)}
    )
    assert len(history) == 4
    assert same(training.snapshot(model), kept[1])
    assert not same(kept[3], kept[1])


def stopper_of(training, model):
    return training.EarlyStopping(model, patience=2)


def test_a_run_that_ends_before_keeps_its_last_parameters_until_asked():
    values, stopper = iter([1.0, 2.0, 3.0]), []
    make = lambda training, model: [stopper.append(training.EarlyStopping(model)) or stopper[0]]  # noqa: E731
    training, model, _ = train("NumPy", epochs=3, callbacks=make, validate=lambda *_: lambda: {"loss": next(values)})
    _, last, _ = train("NumPy", epochs=3)
    _, best, _ = train("NumPy", epochs=1)
    assert same(training.snapshot(model), training.snapshot(last))
    stopper[0].restore_best()
    assert same(training.snapshot(model), training.snapshot(best))


def test_early_stopping_refuses_what_it_cannot_watch():
    _, model, *_ = parts("NumPy", X, LABELS, "SGD", {}, 1)
    with pytest.raises(ValueError, match=r"EarlyStopping: watches 'loss', but validate measured \['accuracy'\]"):
        in_numpy.EarlyStopping(model)(Record(1, 0.0, 0.1, {"accuracy": 1.0}))
    for settings, words in [
        ({"patience": 0}, "EarlyStopping: patience must be at least 1, got 0"),
        ({"gain": -1}, "EarlyStopping: gain must be at least 0 and finite, got -1"),
        ({"gain": math.nan}, "EarlyStopping: gain must be at least 0 and finite, got nan"),
    ]:
        with pytest.raises(ValueError, match=words):
            in_numpy.EarlyStopping(model, **settings)


def test_early_stopping_serves_one_run():
    """Used again, it would compare the new run with the old one's best."""
    _, model, *_ = parts("NumPy", X, LABELS, "SGD", {}, 1)
    stopper = in_numpy.EarlyStopping(model)
    stopper(Record(1, 0.0, 0.1, {"loss": 1.0}))
    with pytest.raises(
        ValueError, match="EarlyStopping: epoch 1 comes after epoch 1; a new run needs a new EarlyStopping"
    ):
        stopper(Record(1, 0.0, 0.1, {"loss": 1.0}))
