"""What the reference pages say under "Where the frameworks do not agree", read from the installed frameworks."""

import inspect
import math

import numpy as np
import pytest
from scipy.special import ndtr

torch = pytest.importorskip("torch")
tf = pytest.importorskip("tensorflow")
import keras  # noqa: E402
import torch.nn.functional as F  # noqa: E402


def default(function, name):
    return inspect.signature(function).parameters[name].default


# ---------------------------------------------------------------- activations


def test_leaky_relu_has_three_default_slopes():
    assert default(F.leaky_relu, "negative_slope") == 0.01
    assert keras.layers.LeakyReLU().negative_slope == 0.3
    assert default(keras.activations.leaky_relu, "negative_slope") == 0.2
    assert default(tf.nn.leaky_relu, "alpha") == 0.2


def test_gelu_is_exact_by_default_and_the_tanh_form_is_close():
    z = np.linspace(-3, 3, 101)
    exact = z * ndtr(z)
    approximate = F.gelu(torch.tensor(z), approximate="tanh").numpy()
    assert default(keras.activations.gelu, "approximate") is False
    np.testing.assert_allclose(F.gelu(torch.tensor(z)).numpy(), exact, rtol=1e-12, atol=1e-15)
    assert 1e-4 < np.abs(approximate - exact).max() < 5e-4


def test_tensorflow_passes_constants_of_float64_functions_through_float32():
    z = np.linspace(-3, 3, 101)
    gelu = np.abs(tf.nn.gelu(tf.constant(z)).numpy() - z * ndtr(z)).max()
    leaky = np.abs(tf.nn.leaky_relu(tf.constant(z), 0.01).numpy() - np.maximum(z, 0.01 * z)).max()
    assert 1e-10 < gelu < 1e-6
    assert 1e-10 < leaky < 1e-6


def test_pytorchs_softplus_is_z_itself_above_20():
    z = torch.tensor([19.9, 20.1], dtype=torch.float64)
    assert default(torch.nn.Softplus.__init__, "threshold") == 20
    assert F.softplus(z)[0] > z[0]
    assert F.softplus(z)[1] == z[1] < F.softplus(z, threshold=40)[1]


def test_elu_has_one_default_alpha_and_tensorflow_cancels_on_the_left():
    assert default(F.elu, "alpha") == default(keras.activations.elu, "alpha") == keras.layers.ELU().alpha == 1
    z = tf.constant([-1e-10, -20.0, -40.0], tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(z)
        out = tf.nn.elu(z)
    slope = tape.gradient(out, z).numpy()
    assert 1e-9 < abs(out.numpy()[0] / math.expm1(-1e-10) - 1) < 1e-6
    assert 1e-9 < abs(slope[1] / math.exp(-20) - 1) < 1e-6
    assert slope[2] == 0 < math.exp(-40)


def test_the_derivative_of_relu_at_zero_is_zero():
    zero = torch.zeros(1, requires_grad=True)
    F.relu(zero).sum().backward()
    x = tf.zeros(1)
    with tf.GradientTape() as tape:
        tape.watch(x)
        out = tf.nn.relu(x)
    assert zero.grad.item() == tape.gradient(out, x).numpy()[0] == 0


# ---------------------------------------------------------------- losses

LOGITS, LABEL = np.array([[80.0, 0.0]]), np.array([1])


def test_keras_clips_probabilities_and_takes_logits_only_when_told():
    loss, probabilities = keras.losses.SparseCategoricalCrossentropy, tf.nn.softmax(LOGITS)
    assert default(loss.__init__, "from_logits") is False
    assert float(loss()(LABEL, probabilities)) == pytest.approx(-math.log(1e-7), rel=1e-4)
    assert float(loss(from_logits=True)(LABEL, LOGITS)) == pytest.approx(80)
    assert F.cross_entropy(torch.tensor(LOGITS), torch.tensor(LABEL)).item() == pytest.approx(80)


def test_pytorch_stops_the_logarithm_of_a_probability_at_minus_100():
    impossible, happened = torch.zeros(1, dtype=torch.float64), torch.ones(1, dtype=torch.float64)
    assert F.binary_cross_entropy(impossible, happened).item() == 100


def test_what_is_averaged_and_what_is_not():
    Z, labels = np.array([[1.0, 0.0], [0.0, 2.0], [0.5, 0.5]]), np.array([0, 1, 1])
    Y, Y_hat = np.arange(6.0).reshape(2, 3), np.zeros((2, 3))
    rows = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=Z).numpy()
    assert rows.shape == (3,)
    assert F.cross_entropy(torch.tensor(Z), torch.tensor(labels)).item() == pytest.approx(rows.mean())
    assert keras.losses.mean_squared_error(Y, Y_hat).shape == (2,)
    assert float(keras.losses.MeanSquaredError()(Y, Y_hat)) == pytest.approx(np.mean(Y**2), rel=1e-6)


def test_weights_are_divided_by_their_sum_or_by_the_number_of_examples():
    Z, labels, weights = np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([0, 1]), np.array([1.0, 3.0])
    weighted = weights * np.array([math.log1p(math.exp(-1)), math.log1p(math.exp(-2))])
    in_torch = F.cross_entropy(torch.tensor(Z), torch.tensor(labels), weight=torch.tensor(weights))
    in_keras = keras.losses.SparseCategoricalCrossentropy(from_logits=True)(labels, Z, sample_weight=weights)
    assert in_torch.item() == pytest.approx(weighted.sum() / weights.sum())
    assert float(in_keras) == pytest.approx(weighted.sum() / 2, rel=1e-6)


def test_pytorchs_weight_of_the_positive_class_is_divided_by_the_number_of_examples():
    z, y = np.array([1.0, -2.0, 0.5]), np.array([1.0, 0.0, 1.0])
    each = np.where(y == 1, 3.0, 1.0) * np.logaddexp(0, np.where(y == 1, -z, z))
    in_torch = F.binary_cross_entropy_with_logits(torch.tensor(z), torch.tensor(y), pos_weight=torch.tensor(3.0))
    assert in_torch.item() == pytest.approx(each.sum() / 3)


def test_pytorchs_smooth_l1_is_huber_divided_by_delta():
    e, zero = torch.tensor([0.1, 0.4, -3.0], dtype=torch.float64), torch.zeros(3, dtype=torch.float64)
    huber = F.huber_loss(e, zero, delta=0.25).item()
    assert F.smooth_l1_loss(e, zero, beta=0.25).item() == pytest.approx(huber / 0.25)
    assert default(F.huber_loss, "delta") == default(keras.losses.Huber.__init__, "delta") == 1.0


def test_the_slope_of_the_absolute_value_at_zero_is_zero():
    zero = torch.zeros(1, requires_grad=True)
    F.l1_loss(zero, torch.zeros(1)).backward()
    x = tf.zeros(1)
    with tf.GradientTape() as tape:
        tape.watch(x)
        out = keras.losses.MeanAbsoluteError()(tf.zeros(1), x)
    assert zero.grad.item() == tape.gradient(out, x).numpy()[0] == 0


def test_a_label_out_of_range_is_refused():
    with pytest.raises(IndexError):
        F.cross_entropy(torch.zeros(1, 2), torch.tensor([5]))
    with tf.device("/CPU:0"), pytest.raises(tf.errors.InvalidArgumentError):
        tf.nn.sparse_softmax_cross_entropy_with_logits(labels=[5], logits=tf.zeros((1, 2)))


# ---------------------------------------------------------------- optimizers, initialization


def test_default_settings_of_the_optimizers():
    assert default(torch.optim.Adam.__init__, "eps") == 1e-8
    assert default(keras.optimizers.Adam.__init__, "epsilon") == 1e-7
    assert default(torch.optim.SGD.__init__, "lr") == 0.001
    assert default(keras.optimizers.SGD.__init__, "learning_rate") == 0.01


def test_default_weights_of_a_linear_layer():
    D, K = 100, 2000
    torch.manual_seed(0)
    linear = torch.nn.Linear(D, K)
    dense = keras.layers.Dense(K)
    assert 0.999 / math.sqrt(D) < linear.weight.abs().max().item() <= 1 / math.sqrt(D)
    assert 0.95 / math.sqrt(D) < linear.bias.abs().max().item() <= 1 / math.sqrt(D)
    assert linear.weight.std().item() == pytest.approx(1 / math.sqrt(3 * D), rel=0.01)
    assert type(dense.kernel_initializer).__name__ == "GlorotUniform"
    assert type(dense.bias_initializer).__name__ == "Zeros"


def test_keras_cuts_the_tails_of_normal_weights_and_rescales():
    D, K = 200, 3000
    W = keras.initializers.HeNormal(seed=0)((D, K)).numpy()
    in_torch = torch.nn.init.kaiming_normal_(torch.empty(K, D), generator=torch.Generator().manual_seed(0))
    assert W.std() == pytest.approx(math.sqrt(2 / D), rel=0.01)
    assert np.abs(W).max() < 2.3 * W.std()  # 2 standard deviations of the uncut normal are 2.27 of the cut one
    assert in_torch.abs().max() > 4 * in_torch.std()
