"""Initial weights: bounds by hand and by the frameworks' own formulas, one draw for all three, a sample's spread."""

import inspect
import math

import numpy as np
import pytest

from dlpath.initialization import in_numpy as initialization
from dlpath.parity import assert_close, to_numpy

DRAWS = ["xavier_uniform", "xavier_normal", "he_uniform", "he_normal"]
STD = {name: getattr(initialization, name.split("_")[0] + "_std") for name in DRAWS}


def draw(name, K, D, dtype=np.float64, seed=0, module=initialization):
    return getattr(module, name)(np.random.default_rng(seed), K, D, dtype)


# ---- by hand, and by the formula


def test_standard_deviations_by_hand():
    assert initialization.xavier_std(K=3, D=5) == 0.5  # √(2 / 8)
    assert initialization.he_std(K=3, D=8) == 0.5  # √(2 / 8): only the inputs count
    assert initialization.he_std(K=1000, D=8) == 0.5


@pytest.mark.equation("eq-xavier")
def test_xavier_is_the_compromise_of_forward_and_backward(versions):
    r"""Var z = D Var W Var x forward, K Var W backward: 1 / Var W is the mean of D and K.

    [eq-xavier] \operatorname{std} w = \sqrt{\frac{2}{D + K}}
    """
    for K, D in [(1, 1), (7, 3), (128, 784)]:
        for module in versions("initialization"):
            assert math.isclose(1 / module.xavier_std(K, D) ** 2, (D + K) / 2, rel_tol=1e-14)
    for module in versions("initialization"):
        for draw in (module.xavier_uniform, module.xavier_normal):
            W = np.asarray(draw(np.random.default_rng(0), 300, 200))
            assert math.isclose(W.std(), math.sqrt(2 / 500), rel_tol=0.01)


@pytest.mark.equation("eq-he")
def test_he_restores_the_half_that_relu_silences(versions):
    r"""D Var W · ½ = 1.

    [eq-he] \operatorname{std} w = \sqrt{\frac{2}{D}}
    """
    for K, D in [(1, 1), (7, 3), (128, 784)]:
        for module in versions("initialization"):
            assert math.isclose(D * module.he_std(K, D) ** 2 / 2, 1, rel_tol=1e-14)
    for module in versions("initialization"):
        for draw in (module.he_uniform, module.he_normal):
            W = np.asarray(draw(np.random.default_rng(0), 300, 200))
            assert math.isclose(W.std(), math.sqrt(2 / 200), rel_tol=0.01)


# ---- the draws


@pytest.mark.parametrize("name", ["xavier_uniform", "he_uniform"])
def test_uniform_draws_are_the_generators_scaled_to_the_bound(name):
    """A uniform density on ±a has the standard deviation a / √3."""
    K, D = 11, 7
    bound = math.sqrt(3) * STD[name](K, D)
    expected = np.random.default_rng(0).random((K, D)) * 2 * bound - bound
    assert_close(draw(name, K, D), expected)


@pytest.mark.parametrize("name", ["xavier_normal", "he_normal"])
def test_normal_draws_are_the_generators_scaled(name):
    K, D = 11, 7
    assert_close(draw(name, K, D), np.random.default_rng(0).standard_normal((K, D)) * STD[name](K, D))


@pytest.mark.parametrize("name", DRAWS)
def test_sample_has_the_mean_and_the_spread_that_the_formula_says(name):
    """Within 5 standard errors: σ / √n for the mean, σ² √((κ − 1) / n) for the variance, κ = 3 or 9/5."""
    K, D, n = 300, 500, 150_000
    W, variance = draw(name, K, D), STD[name](K, D) ** 2
    kurtosis = 3 if name.endswith("normal") else 9 / 5
    assert abs(W.mean()) < 5 * math.sqrt(variance / n)
    assert abs(W.var() - variance) < 5 * variance * math.sqrt((kurtosis - 1) / n)


@pytest.mark.parametrize("name", DRAWS)
def test_one_seed_gives_one_draw_in_all_three(name, versions):
    import tensorflow as tf
    import torch

    ours = draw(name, 5, 3)
    assert ours.shape == (5, 3)
    _, in_torch, in_tensorflow = versions("initialization")
    assert_close(draw(name, 5, 3, torch.float64, module=in_torch), ours, rtol=0, atol=0)
    assert_close(draw(name, 5, 3, tf.float64, module=in_tensorflow), ours, rtol=0, atol=0)
    for module in versions("initialization"):  # float32 unless another type is named
        W = to_numpy(getattr(module, name)(np.random.default_rng(0), 5, 3))
        assert_close(W, ours.astype(np.float32), rtol=0, atol=0)


@pytest.mark.parametrize("name", DRAWS)
def test_the_generator_moves_on(name):
    rng = np.random.default_rng(0)
    first, second = (getattr(initialization, name)(rng, 4, 4) for _ in range(2))
    assert not np.array_equal(first, second)


# ---- the frameworks' own initializers


def test_bounds_are_pytorchs_own():
    import torch

    K, D = 40, 30
    W = torch.empty(K, D, dtype=torch.float64)
    gain = torch.nn.init.calculate_gain("relu")
    fan_in, fan_out = torch.nn.init._calculate_fan_in_and_fan_out(W)
    assert (fan_in, fan_out) == (D, K)
    assert math.isclose(initialization.he_std(K, D), gain / math.sqrt(fan_in), rel_tol=1e-14)
    for ours, theirs in [
        (initialization.xavier_std, torch.nn.init.xavier_uniform_),
        (initialization.he_std, lambda W: torch.nn.init.kaiming_uniform_(W, nonlinearity="relu")),
    ]:
        theirs(W)
        bound = math.sqrt(3) * ours(K, D)
        assert 0.99 * bound < W.abs().max().item() <= bound  # 1200 draws


def test_bounds_are_keras_own(versions):
    versions("initialization")
    import keras

    K, D = 40, 30
    for name, ours in [("GlorotUniform", initialization.xavier_std), ("HeUniform", initialization.he_std)]:
        W = np.asarray(getattr(keras.initializers, name)(seed=1)((D, K)))  # Keras' shape is (in, out)
        bound = math.sqrt(3) * ours(K, D)
        assert 0.99 * bound < np.abs(W).max() <= bound * (1 + 1e-6)


def test_keras_cuts_the_tails_of_the_normal_ones_off_and_we_do_not(versions):
    versions("initialization")
    import keras

    K, D = 300, 200
    theirs = np.asarray(keras.initializers.GlorotNormal(seed=1)((D, K)))
    std = initialization.xavier_std(K, D)
    assert abs(theirs.std() / std - 1) < 0.01
    assert np.abs(theirs).max() < 2.28 * std  # 2 / 0.8796: cut at two of the wider normal's standard deviations
    assert np.abs(draw("xavier_normal", K, D)).max() > 3.5 * std


def test_all_three_have_the_same_functions(versions):
    signatures = [
        {
            name: [p for p in inspect.signature(f).parameters]
            for name, f in vars(module).items()
            if inspect.isfunction(f) and not name.startswith("_") and name not in ("uniform", "normal")
        }
        for module in versions("initialization")
    ]
    assert set(signatures[0]) == {"xavier_std", "he_std", *DRAWS}
    assert signatures[0] == signatures[1] == signatures[2]


# ---- mistakes


@pytest.mark.parametrize("function", ["xavier_std", "he_std"])
@pytest.mark.parametrize(
    ("K", "D", "message"), [(0, 3, "K must be at least 1, got 0"), (3, -1, "D must be at least 1")]
)
def test_sizes_below_one_are_refused(function, K, D, message, versions):
    for module in versions("initialization"):
        with pytest.raises(ValueError, match=f"initialization: {message}"):
            getattr(module, function)(K, D)
        assert getattr(module, function)(1, 1) > 0
