"""Initial weights: bounds by hand and by the frameworks' own formulas, one draw for all three, a sample's spread."""

import inspect
import math

import numpy as np
import pytest

from dlpath.initialization import in_numpy as initialization
from dlpath.initialization import spread
from dlpath.initialization.signal import relu_cosine, relu_power, relu_wander
from dlpath.parity import assert_close, to_numpy

SCALED = ["xavier_uniform", "xavier_normal", "he_uniform", "he_normal"]
DRAWS = ["zeros", "normal", "truncated_normal", *SCALED, "orthogonal"]
DEFAULTS = ["pytorch_default", "keras_default"]
STD = {name: getattr(initialization, name.split("_")[0] + "_std") for name in SCALED}


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
    for K, D in [(3, 7), (1, 1), (128, 784)]:
        for module in versions("initialization"):
            assert math.isclose(module.xavier_std(K, D), 1 / math.sqrt((D + K) / 2), rel_tol=1e-14)
    for module in versions("initialization"):
        for draw in (module.xavier_uniform, module.xavier_normal):
            W = np.asarray(draw(np.random.default_rng(0), 300, 200))
            assert math.isclose(W.std(), math.sqrt(2 / 500), rel_tol=0.01)
        W, b = module.keras_default(np.random.default_rng(0), 300, 200)
        U = np.random.default_rng(0).random((300, 200)) * 2 - 1
        assert_close(to_numpy(W), (math.sqrt(6 / 500) * U).astype(np.float32), rtol=1e-5)
        assert_close(to_numpy(b), np.zeros(300, np.float32))


@pytest.mark.equation("eq-he")
def test_he_restores_the_half_that_relu_silences(versions):
    r"""D Var W · ½ = 1.

    [eq-he] \operatorname{std} w = \sqrt{\frac{2}{D}}
    """
    for K, D in [(1, 1), (7, 3), (128, 784)]:
        for module in versions("initialization"):
            assert math.isclose(module.he_std(K, D), math.sqrt(2) / math.sqrt(D), rel_tol=1e-14)
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


@pytest.mark.parametrize("name", SCALED)
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


@pytest.mark.parametrize("name", DEFAULTS)
def test_one_seed_gives_one_weight_and_one_bias_in_all_three(name, versions):
    import tensorflow as tf
    import torch

    numpy, in_torch, in_tensorflow = versions("initialization")
    ours = draw(name, 5, 3)
    assert [part.shape for part in ours] == [(5, 3), (5,)]
    for module, dtype in [(in_torch, torch.float64), (in_tensorflow, tf.float64)]:
        for part, theirs in zip(ours, draw(name, 5, 3, dtype, module=module), strict=True):
            assert_close(theirs, part, rtol=0, atol=0)
    for module in (numpy, in_torch, in_tensorflow):
        for part, theirs in zip(ours, getattr(module, name)(np.random.default_rng(0), 5, 3), strict=True):
            assert_close(to_numpy(theirs), part.astype(np.float32), rtol=0, atol=0)


@pytest.mark.parametrize("name", [name for name in DRAWS if name != "zeros"])
def test_the_generator_moves_on(name):
    rng = np.random.default_rng(0)
    first, second = (getattr(initialization, name)(rng, 4, 4) for _ in range(2))
    assert not np.array_equal(first, second)


def test_zeros_are_zero_and_draw_nothing():
    rng = np.random.default_rng(0)
    assert not initialization.zeros(rng, 4, 3).any()
    assert rng.random() == np.random.default_rng(0).random()


def test_normal_has_the_spread_that_is_asked_for():
    expected = np.random.default_rng(0).standard_normal((4, 3))
    assert_close(initialization.normal(np.random.default_rng(0), 4, 3, np.float64, std=0.3), 0.3 * expected)
    assert_close(initialization.normal(np.random.default_rng(0), 4, 3, np.float64), 0.01 * expected)


def test_a_bell_without_its_tails_keeps_the_spread():
    """Within 5 standard errors; the kurtosis of a normal number cut at ±2 is 2.4 or less."""
    W = initialization.truncated_normal(np.random.default_rng(0), 500, 400, np.float64, std=0.3)
    assert abs(W.var() / 0.09 - 1) < 5 * math.sqrt(1.4 / W.size)
    assert abs(W.mean()) < 5 * 0.3 / math.sqrt(W.size)
    assert 2.27 < np.abs(W).max() / 0.3 <= 2 / spread.TRUNCATED_STD
    z = np.linspace(-2, 2, 100_001)  # its own standard deviation, by quadrature
    bell = np.exp(-(z**2) / 2)
    assert math.isclose(
        math.sqrt(np.trapezoid(z**2 * bell, z) / np.trapezoid(bell, z)), spread.TRUNCATED_STD, rel_tol=1e-8
    )


# ---- orthogonal


@pytest.mark.equation("eq-initialization-orthogonal")
@pytest.mark.parametrize(("K", "D"), [(5, 3), (3, 5), (6, 6), (1, 4), (4, 1), (1, 1), (256, 64), (64, 256)])
def test_orthogonal_keeps_lengths_and_its_columns_are_gram_schmidts(K, D, versions):
    r"""Both ways of a rectangle. Gram and Schmidt divide by positive lengths, so theirs are the signs.

    [eq-initialization-orthogonal] G = QR,\quad W = Q\operatorname{diag}(\operatorname{sign} r_{ii})
    """
    for module in versions("initialization"):
        W = to_numpy(module.orthogonal(np.random.default_rng(3), K, D, float64_of(module), gain=1.5))
        small = W @ W.T if K <= D else W.T @ W
        assert np.abs(small - 2.25 * np.eye(min(K, D))).max() < 1e-12
        assert np.abs(np.linalg.svd(W)[1] - 1.5).max() < 1e-12
    G = np.random.default_rng(3).standard_normal((max(K, D), min(K, D)))
    columns = []
    for g in G.T:
        for q in columns * 2:  # twice: what rounding left of the first time
            g = g - (q @ g) * q
        columns.append(g / np.linalg.norm(g))
    ours = W / 1.5 if K >= D else W.T / 1.5
    assert_close(ours, np.array(columns).T, rtol=1e-9, atol=1e-11)


def float64_of(module):
    """The version's own name of the type."""
    framework = {"in_numpy": "np", "in_torch": "torch", "in_tensorflow": "tf"}[module.__name__.split(".")[-1]]
    return getattr(module, framework).float64


def test_no_sign_is_preferred():
    """LAPACK alone makes the first number of Q negative or positive always; here it is a fair coin."""
    positive = sum(draw("orthogonal", 3, 3, seed=k)[0, 0] > 0 for k in range(400))
    assert abs(positive - 200) < 5 * math.sqrt(400 / 4)


# ---- what the frameworks do when nobody says anything


@pytest.mark.equation("eq-initialization-pytorch")
def test_pytorchs_bound_is_kaimings_with_its_slope(versions):
    r"""torch.nn.Linear calls kaiming_uniform_(a=√5).

    [eq-initialization-pytorch] \sqrt3\cdot\sqrt{\frac{2}{(1+5)\,D}} = \frac{1}{\sqrt D}
    """
    import torch

    for K, D in [(1, 1), (7, 3), (128, 784)]:
        gain = torch.nn.init.calculate_gain("leaky_relu", math.sqrt(5))
        for module in versions("initialization"):
            assert math.isclose(module.pytorch_bound(K, D), math.sqrt(3) * math.sqrt(2 / (6 * D)), rel_tol=1e-14)
            assert math.isclose(module.pytorch_bound(K, D), math.sqrt(3) * gain / math.sqrt(D), rel_tol=1e-14)
            W, b = module.pytorch_default(np.random.default_rng(0), K, D)
            rng = np.random.default_rng(0)
            for ours, U in [(W, rng.random((K, D))), (b, rng.random(K))]:
                assert_close(to_numpy(ours), ((2 * U - 1) / math.sqrt(D)).astype(np.float32), rtol=1e-5)


def test_the_defaults_are_the_frameworks_own(versions):
    """Means, spreads and bounds of a large layer: within 5 standard errors of each other, kurtosis 9/5."""
    versions("initialization")
    import keras
    import torch

    K, D = 500, 300
    torch.manual_seed(0)
    linear, dense = torch.nn.Linear(D, K), keras.layers.Dense(K, kernel_initializer=keras.initializers.GlorotUniform(0))
    dense.build((None, D))
    theirs = [(to_numpy(linear.weight.detach()), to_numpy(linear.bias.detach()))]
    theirs.append((to_numpy(dense.kernel).T, to_numpy(dense.bias)))
    for (W, b), (V, c) in zip(theirs, [draw(name, K, D) for name in DEFAULTS], strict=True):
        assert (W.shape, b.shape) == (V.shape, c.shape)
        assert abs(W.var() / V.var() - 1) < 5 * math.sqrt(2 * 0.8 / W.size)
        assert math.isclose(np.abs(W).max(), np.abs(V).max(), rel_tol=1e-3)
        assert math.isclose(np.abs(b).max(), np.abs(c).max(), rel_tol=0.05)
        assert abs(b.std() - c.std()) <= 0.1 * c.std()


@pytest.mark.parametrize(("K", "D"), [(300, 200), (200, 300)])
def test_keras_truncated_and_orthogonal_ones_are_ours(K, D, versions):
    versions("initialization")
    import keras

    theirs = to_numpy(keras.initializers.HeNormal(seed=1)((D, K))).T
    ours = initialization.truncated_normal(np.random.default_rng(0), K, D, std=initialization.he_std(K, D))
    for share in (0.01, 0.1, 0.25, 0.4):
        assert math.isclose(np.quantile(theirs, share), np.quantile(ours, share), rel_tol=0.03)
    assert math.isclose(np.abs(theirs).max(), np.abs(ours).max(), rel_tol=0.01)
    W = to_numpy(keras.initializers.Orthogonal(gain=1.5, seed=1)((D, K))).T
    small = W @ W.T if K <= D else W.T @ W
    assert np.abs(small - 2.25 * np.eye(min(K, D))).max() < 1e-5


@pytest.mark.parametrize(("K", "D"), [(30, 20), (20, 30)])
def test_pytorchs_orthogonal_is_ours(K, D):
    import torch

    torch.manual_seed(0)
    W = torch.nn.init.orthogonal_(torch.empty(K, D, dtype=torch.float64), gain=1.5).numpy()
    assert np.abs(np.linalg.svd(W)[1] - np.linalg.svd(draw("orthogonal", K, D))[1] * 1.5).max() < 1e-12


# ---- what a stack of layers does


@pytest.mark.equation("eq-initialization-power")
def test_power_of_the_next_layer_by_drawing_it():
    r"""20,000 units above 50, for 400 examples: 1 to 2 % is the standard error.

    [eq-initialization-power] q' = \tfrac12\, D\operatorname{Var}w\; q + \operatorname{Var}b
    """
    rng, D = np.random.default_rng(0), 50
    z = rng.normal(0, 1.7, (400, D))
    Z = np.maximum(z, 0) @ rng.normal(0, 0.3, (D, 20_000)) + rng.normal(0, 0.4, 20_000)
    assert math.isclose(relu_power(1.7**2, D, 0.3, 0.4), np.mean(Z**2), rel_tol=0.05)
    assert math.isclose(relu_power(1.7**2, D, 0.3, 0.4), 50 * 0.09 * 1.7**2 / 2 + 0.16, rel_tol=1e-14)
    assert relu_power(2.0, 8, initialization.he_std(3, 8)) == pytest.approx(2.0, rel=1e-14)


@pytest.mark.equation("eq-initialization-cosine")
def test_cosine_after_a_layer_by_quadrature():
    r"""E relu(u) relu(v) / E relu(u)², by summing over the plane.

    [eq-initialization-cosine] c' = \frac{\sin\varphi + (\pi-\varphi)\cos\varphi}{\pi}
    """
    angle = (np.arange(200_000) + 0.5) / 200_000 * 2 * np.pi
    for c in (-1.0, -0.4, 0.0, 0.3, 0.9, 1.0):
        products = np.maximum(np.cos(angle), 0) * np.maximum(np.cos(angle - math.acos(c)), 0)
        assert math.isclose(relu_cosine(c), products.mean() / np.mean(np.maximum(np.cos(angle), 0) ** 2), abs_tol=1e-8)
    assert_close(relu_cosine(np.array([-1.0, 0.0, 1.0])), np.array([0, 1 / np.pi, 1]), atol=1e-15)


@pytest.mark.equation("eq-initialization-wander")
def test_a_layer_of_he_wanders_by_five_over_its_width():
    r"""4000 layers, within 5 standard errors and what the logarithm adds.

    [eq-initialization-wander] \operatorname{Var}\,\log\lVert a_\ell\rVert^2 \approx \frac{5\ell}{H}
    """
    G = np.random.default_rng(0).normal(size=(4000, 200))
    logs = np.log(2 / 200 * np.sum(np.maximum(G, 0) ** 2, axis=1))
    assert math.isclose(relu_wander(200, 1), logs.var(), rel_tol=5 * math.sqrt(2 / 4000) + 0.03)
    assert relu_wander(200, 30) == 30 * relu_wander(200, 1) == 0.75


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
            if inspect.isfunction(f) and not name.startswith("_")
        }
        for module in versions("initialization")
    ]
    assert set(signatures[0]) == {"xavier_std", "he_std", "pytorch_bound", *DRAWS, *DEFAULTS}
    assert signatures[0] == signatures[1] == signatures[2]


# ---- mistakes


@pytest.mark.parametrize("function", ["xavier_std", "he_std", "pytorch_bound"])
@pytest.mark.parametrize(
    ("K", "D", "message"), [(0, 3, "K must be at least 1, got 0"), (3, -1, "D must be at least 1")]
)
def test_sizes_below_one_are_refused(function, K, D, message, versions):
    for module in versions("initialization"):
        with pytest.raises(ValueError, match=f"initialization: {message}"):
            getattr(module, function)(K, D)
        assert getattr(module, function)(1, 1) > 0


@pytest.mark.parametrize("name", [*DRAWS, *DEFAULTS])
def test_every_draw_refuses_sizes_below_one(name, versions):
    for module in versions("initialization"):
        for K, D in [(0, 3), (3, 0), (-1, 3)]:
            with pytest.raises(ValueError, match=r"initialization: [KD] must be at least 1, got "):
                getattr(module, name)(np.random.default_rng(0), K, D)


@pytest.mark.parametrize(("name", "option"), [("normal", "std"), ("truncated_normal", "std"), ("orthogonal", "gain")])
@pytest.mark.parametrize("value", [0, -1.0, math.inf, math.nan])
def test_spreads_that_are_not_positive_are_refused(name, option, value, versions):
    for module in versions("initialization"):
        with pytest.raises(ValueError, match=f"initialization: {option} must be positive and finite, got"):
            getattr(module, name)(np.random.default_rng(0), 3, 2, **{option: value})


def test_impossible_signals_are_refused():
    for wrong in (lambda: relu_power(-1.0, 3, 1.0), lambda: relu_power(1.0, 0, 1.0), lambda: relu_cosine(1.1)):
        with pytest.raises(ValueError, match="initialization: "):
            wrong()
    with pytest.raises(ValueError, match="H must be at least 1, got 0"):
        relu_wander(0, 3)
