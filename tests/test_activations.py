"""Activations: numbers by hand, formulas element by element, gradients, three versions, the ends of the number line."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from dlpath.activations import in_numpy as activations
from dlpath.parity import assert_close, numerical_gradient, tensorflow_vjp, torch_vjp

ELEMENTWISE = ["sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "softplus"]
ALL = [*ELEMENTWISE, "softmax"]
SETTINGS = settings(max_examples=50, deadline=None)
REALS = st.floats(-50, 50, allow_subnormal=False)

Z = np.array([[-3.0, -0.7, -0.1, 0.2, 1.5], [0.9, 2.5, -1.1, 0.4, -2.2], [4.0, -0.3, 0.6, -5.0, 1.0]])
COTANGENT = np.random.default_rng(1).normal(size=Z.shape)


def pair(name):
    return getattr(activations, name), getattr(activations, f"{name}_backward")


def output_of(name):
    """The function without its cache."""
    return lambda z: pair(name)[0](z)[0]


def elementwise(formula, *arrays):
    """The formula applied to one number at a time."""
    out = np.empty(arrays[0].shape)
    for i in np.ndindex(out.shape):
        out[i] = formula(*(float(a[i]) for a in arrays))
    return out


def assert_formula(name, formula, **options):
    forward, _ = pair(name)
    assert_close(forward(Z, **options)[0], elementwise(formula, Z))


def assert_derivative(name, derivative, **options):
    forward, backward = pair(name)
    _, cache = forward(Z, **options)
    assert_close(backward(COTANGENT, cache), elementwise(lambda z, da: da * derivative(z), Z, COTANGENT))


# ---- numbers by hand


@pytest.mark.parametrize(
    ("name", "z", "a", "slope"),
    [  # the derivative at z is the fourth number
        ("sigmoid", math.log(3), 0.75, 0.1875),
        ("tanh", math.log(2), 0.6, 0.64),
        ("relu", 2.0, 2.0, 1.0),
        ("relu", -2.0, 0.0, 0.0),
        ("leaky_relu", 2.0, 2.0, 1.0),
        ("leaky_relu", -2.0, -0.02, 0.01),
        ("elu", 2.0, 2.0, 1.0),
        ("elu", -math.log(4), -0.75, 0.25),
        ("gelu", 1.0, 0.841344746068543, 1.083315470587686),
        ("gelu", 0.0, 0.0, 0.5),
        ("softplus", 0.0, 0.6931471805599453, 0.5),
        ("softplus", math.log(3), 1.3862943611198906, 0.75),
    ],
)
def test_one_number_by_hand(name, z, a, slope):
    forward, backward = pair(name)
    A, cache = forward(np.array([z]))
    assert_close(A, np.array([a]), rtol=1e-14)
    assert_close(backward(np.array([10.0]), cache), np.array([10 * slope]), rtol=1e-14)


def test_softmax_by_hand():
    P, cache = activations.softmax(np.log([[1.0, 2.0, 3.0]]))
    assert_close(P, np.array([[1 / 6, 2 / 6, 3 / 6]]))
    assert_close(activations.softmax_backward(np.array([[6.0, 0.0, 0.0]]), cache), np.array([[5 / 6, -1 / 3, -1 / 2]]))


# ---- the numbered equations, one number at a time


@pytest.mark.equation("eq-sigmoid")
def test_sigmoid_is_its_formula():
    r"""[eq-sigmoid] \sigma(z) = \frac{1}{1 + e^{-z}}"""
    assert_formula("sigmoid", lambda z: 1 / (1 + math.exp(-z)))


@pytest.mark.equation("eq-sigmoid-derivative")
def test_sigmoid_derivative_is_its_formula():
    r"""[eq-sigmoid-derivative] \sigma'(z) = \sigma(z)\,\bigl(1 - \sigma(z)\bigr)"""
    assert_derivative("sigmoid", lambda z: 1 / (1 + math.exp(-z)) * (1 - 1 / (1 + math.exp(-z))))


@pytest.mark.equation("eq-tanh")
def test_tanh_is_its_formula():
    r"""[eq-tanh] \tanh(z) = \frac{e^{z} - e^{-z}}{e^{z} + e^{-z}} = 2\,\sigma(2z) - 1"""
    assert_formula("tanh", lambda z: (math.exp(z) - math.exp(-z)) / (math.exp(z) + math.exp(-z)))
    assert_formula("tanh", lambda z: 2 / (1 + math.exp(-2 * z)) - 1)


@pytest.mark.equation("eq-tanh-derivative")
def test_tanh_derivative_is_its_formula():
    r"""[eq-tanh-derivative] \tanh'(z) = 1 - \tanh^2(z)"""
    assert_derivative("tanh", lambda z: 1 - ((math.exp(z) - math.exp(-z)) / (math.exp(z) + math.exp(-z))) ** 2)


@pytest.mark.equation("eq-relu")
def test_relu_is_its_formula():
    r"""[eq-relu] \operatorname{relu}(z) = \max(z, 0)"""
    assert_formula("relu", lambda z: z if z > 0 else 0.0)


@pytest.mark.equation("eq-relu-derivative")
def test_relu_derivative_is_its_formula():
    r"""[eq-relu-derivative] \operatorname{relu}'(z) = \begin{cases} 1 & z > 0 \\ 0 & z \le 0 \end{cases}"""
    assert_derivative("relu", lambda z: 1.0 if z > 0 else 0.0)


@pytest.mark.equation("eq-leaky-relu")
@pytest.mark.parametrize("slope", [0.0, 0.01, 0.3, 1.0])
def test_leaky_relu_is_its_formula(slope):
    r"""[eq-leaky-relu] \operatorname{leaky}(z) = \begin{cases} z & z > 0 \\ s z & z \le 0 \end{cases}"""
    assert_formula("leaky_relu", lambda z: z if z > 0 else slope * z, slope=slope)


@pytest.mark.equation("eq-leaky-relu-derivative")
@pytest.mark.parametrize("slope", [0.0, 0.01, 0.3, 1.0])
def test_leaky_relu_derivative_is_its_formula(slope):
    r"""[eq-leaky-relu-derivative] \operatorname{leaky}'(z) = \begin{cases} 1 & z > 0 \\ s & z \le 0 \end{cases}"""
    assert_derivative("leaky_relu", lambda z: 1.0 if z > 0 else slope, slope=slope)


@pytest.mark.equation("eq-elu")
@pytest.mark.parametrize("alpha", [0.5, 1.0, 1.7])
def test_elu_is_its_formula(alpha):
    r"""[eq-elu] \operatorname{elu}(z) = \begin{cases} z & z > 0 \\ \alpha\,(e^{z} - 1) & z \le 0 \end{cases}"""
    assert_formula("elu", lambda z: z if z > 0 else alpha * (math.exp(z) - 1), alpha=alpha)


@pytest.mark.equation("eq-elu-derivative")
@pytest.mark.parametrize("alpha", [0.5, 1.0, 1.7])
def test_elu_derivative_is_its_formula(alpha):
    r"""[eq-elu-derivative] \operatorname{elu}'(z) = \begin{cases} 1 & z > 0 \\ \alpha\,e^{z} & z \le 0 \end{cases}"""
    assert_derivative("elu", lambda z: 1.0 if z > 0 else alpha * math.exp(z), alpha=alpha)


@pytest.mark.equation("eq-gelu")
def test_gelu_is_its_formula():
    r"""[eq-gelu] \begin{aligned} \operatorname{gelu}(z) &= z\,\Phi(z),\\ \Phi(z) &= \tfrac12 \Bigl(1 +
    \operatorname{erf}\frac{z}{\sqrt2}\Bigr) \end{aligned}
    """
    assert_formula("gelu", lambda z: z * 0.5 * (1 + math.erf(z / math.sqrt(2))))


@pytest.mark.equation("eq-gelu-derivative")
def test_gelu_derivative_is_its_formula():
    r"""[eq-gelu-derivative] \begin{aligned} \operatorname{gelu}'(z) &= \Phi(z) + z\,\varphi(z),\\ \varphi(z) &=
    \frac{e^{-z^2/2}}{\sqrt{2\pi}} \end{aligned}
    """

    def derivative(z):
        return 0.5 * (1 + math.erf(z / math.sqrt(2))) + z * math.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)

    assert_derivative("gelu", derivative)


@pytest.mark.equation("eq-softplus")
def test_softplus_is_its_formula():
    r"""[eq-softplus] \begin{aligned} \operatorname{softplus}(z) &= \log\bigl(1+e^{z}\bigr)\\ &= \max(z,0) +
    \log\bigl(1+e^{-|z|}\bigr) \end{aligned}
    """
    assert_formula("softplus", lambda z: math.log(1 + math.exp(z)))
    assert_formula("softplus", lambda z: max(z, 0) + math.log(1 + math.exp(-abs(z))))


@pytest.mark.equation("eq-softplus-derivative")
def test_softplus_derivative_is_its_formula():
    r"""[eq-softplus-derivative] \operatorname{softplus}'(z) = \frac{e^{z}}{1 + e^{z}} = \sigma(z)"""
    assert_derivative("softplus", lambda z: math.exp(z) / (1 + math.exp(z)))


@pytest.mark.equation("eq-softmax")
def test_softmax_is_its_formula():
    r"""[eq-softmax] p_k = \frac{e^{z_k}}{\sum_{j=1}^{K} e^{z_j}}"""
    P = np.empty(Z.shape)
    for n, row in enumerate(Z):
        for k, z in enumerate(row):
            P[n, k] = math.exp(z) / sum(math.exp(other) for other in row)
    assert_close(activations.softmax(Z)[0], P)


@pytest.mark.equation("eq-softmax-derivative")
def test_softmax_derivative_is_its_formula():
    r"""The Jacobian ∂p_j/∂z_k = p_j (1[j = k] − p_k), built here, never in the package.

    [eq-softmax-derivative] \mathrm{d}z_j = \sum_{k} \mathrm{d}p_k \frac{\partial p_k}{\partial z_j} = p_j \Bigl(
        \mathrm{d}p_j - \sum_{k} p_k\, \mathrm{d}p_k \Bigr)
    """
    P, cache = activations.softmax(Z)
    dZ = np.zeros(Z.shape)
    for n in range(Z.shape[0]):
        for k in range(Z.shape[1]):
            for j in range(Z.shape[1]):
                dZ[n, k] += COTANGENT[n, j] * P[n, j] * ((j == k) - P[n, k])
    assert_close(activations.softmax_backward(COTANGENT, cache), dZ)


# ---- the chapter's equations


@pytest.mark.equation("eq-activations-kinks")
def test_a_sum_of_kinks_joins_the_dots():
    r"""[eq-activations-kinks] \begin{aligned} y(x) &= y_0 + \sum_{k=0}^{m-1} q_k \operatorname{relu}(x-t_k),\\ q_0 &=
    p_0,\qquad q_k = p_k - p_{k-1} . \end{aligned}
    """
    rng = np.random.default_rng(5)
    y, h, start = rng.normal(size=8), 0.3, -1.1
    t = start + h * np.arange(8)
    p = [(y[k + 1] - y[k]) / h for k in range(7)]
    q = [p[0], *(p[k] - p[k - 1] for k in range(1, 7))]
    x = rng.uniform(t[0], t[-1], size=50)
    total = y[0] + sum(q[k] * activations.relu(x - t[k])[0] for k in range(7))
    assert_close(total, np.interp(x, t, y))


@pytest.mark.equation("eq-activations-error")
@pytest.mark.parametrize(
    ("f", "M", "sharp"),
    [(lambda x: 1.5 * x**2, 3.0, True), (np.sin, 1.0, False), (lambda x: np.exp(-(x**2) / 2), 1.0, False)],
)
def test_the_error_of_a_chord_is_bounded(f, M, sharp):
    r"""Reached by a parabola in the middle; by nothing exceeded.

    [eq-activations-error] |e(x)| \le \frac{M}{2}\cdot\frac h2\cdot\frac h2 = \frac{M h^2}{8}
    """
    for u, h in [(-2.0, 0.7), (-0.3, 0.5), (1.0, 0.2)]:
        x = np.linspace(u, u + h, 1001)
        e = f(x) - np.interp(x, [u, u + h], [f(u), f(u + h)])
        assert np.abs(e).max() <= M * h**2 / 8 * (1 + 1e-9)
        assert not sharp or np.abs(e).max() == pytest.approx(M / 2 * h / 2 * h / 2)


def through_sigmoids(W, a, da):
    """Forwards through the layers W, and da back: da at the input, and the slopes of each layer."""
    caches = []
    for layer in W:
        a, cache = activations.sigmoid(layer @ a)
        caches.append(cache)
    slopes = [activations.sigmoid_backward(np.ones_like(a), cache) for cache in caches]
    for layer, cache in zip(reversed(W), reversed(caches), strict=True):
        da = layer.T @ activations.sigmoid_backward(da, cache)
    return da, slopes


@pytest.mark.equation("eq-activations-bound")
@pytest.mark.parametrize("scale", [0.0, 0.3, 1.0, 4.0])
def test_the_gradient_through_twenty_sigmoids_is_bounded(scale):
    r"""Reached where every z is 0.

    [eq-activations-bound] \lVert\mathrm{d}a_0\rVert \le \prod_{l=1}^{20} \frac{\lVert W_l\rVert}{4}\cdot
    \lVert\mathrm{d}a_{20}\rVert ,
    """
    rng = np.random.default_rng(8)
    da = rng.normal(size=6)
    if scale:
        W = scale * rng.normal(size=(20, 6, 6))
        d0, _ = through_sigmoids(list(W), rng.normal(size=6), da)
        bound = np.prod([np.linalg.norm(layer, 2) / 4 for layer in W]) * np.linalg.norm(da)
        assert 0 < np.linalg.norm(d0) <= bound
        return
    e = np.array([1.0, -1.0, 0, 0, 0, 0])  # a row e of W makes z = 0 of equal activations
    W = [1.7 * np.outer(e, e)] * 20
    d0, _ = through_sigmoids(W, np.ones(6), e)
    bound = np.prod([np.linalg.norm(layer, 2) / 4 for layer in W]) * np.linalg.norm(e)
    assert np.linalg.norm(d0) == pytest.approx(bound)


@pytest.mark.equation("eq-activations-typical")
@pytest.mark.parametrize("c", [0.5, 1.0, 4.0])
def test_a_layer_multiplies_the_gradient_by_weights_times_slopes(c):
    r"""[eq-activations-typical] \frac{\lVert\mathrm{d}a_{l-1}\rVert}{\lVert\mathrm{d}a_l\rVert} \approx c\,\rho,
    \qquad \rho^2 = \frac1H\sum_{k=1}^{H}\sigma'(z_{lk})^2 .
    """
    rng = np.random.default_rng(9)
    H, ratios, predicted = 200, [], []
    for _ in range(40):
        W = c / math.sqrt(H) * rng.normal(size=(H, H))
        da = rng.normal(size=H)
        d0, (slopes,) = through_sigmoids([W], rng.normal(size=H), da)
        ratios.append(np.linalg.norm(d0) / np.linalg.norm(da))
        predicted.append(c * math.sqrt(sum(slope**2 for slope in slopes) / H))
    assert np.mean(ratios) == pytest.approx(np.mean(predicted), rel=0.03)


@pytest.mark.equation("eq-activations-saturated")
@pytest.mark.parametrize("c", [300.0, 3000.0])
def test_saturated_sigmoids_multiply_by_the_root_of_the_scale(c):
    r"""[eq-activations-saturated] c\,\rho \approx \sqrt{\frac{c}{6\sqrt\pi}} ."""
    z, dz = np.linspace(-60, 60, 200_001, retstep=True)
    tau = c / math.sqrt(2)
    density = np.exp(-(z**2) / (2 * tau**2)) / (tau * math.sqrt(2 * math.pi))
    slope = activations.sigmoid_backward(np.ones_like(z), activations.sigmoid(z)[1])
    rho = math.sqrt((density * slope**2).sum() * dz)
    assert c * rho == pytest.approx(math.sqrt(c / (6 * math.sqrt(math.pi))), rel=1e-3)


# ---- gradients and the other two versions


@pytest.mark.parametrize("name", ALL)
def test_gradient_is_the_numerical_one(name):
    forward, backward = pair(name)
    numerical = numerical_gradient(lambda z: np.sum(COTANGENT * forward(z)[0]), Z)
    assert_close(backward(COTANGENT, forward(Z)[1]), numerical, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("name", ALL)
def test_three_versions_are_equal(name, versions):
    _, in_torch, in_tensorflow = versions("activations")
    forward, backward = pair(name)
    A, cache = forward(Z)
    dZ = backward(COTANGENT, cache)
    for vjp, module in [(torch_vjp, in_torch), (tensorflow_vjp, in_tensorflow)]:
        out, (gradient,) = vjp(getattr(module, name), Z, dout=COTANGENT)
        assert_close(out, A)
        assert_close(gradient, dZ)


@pytest.mark.parametrize("slope", [0.0, 0.3, 1.0])
def test_leaky_relu_takes_the_same_slope_everywhere(slope, versions):
    _, in_torch, in_tensorflow = versions("activations")
    A, cache = activations.leaky_relu(Z, slope)
    dZ = activations.leaky_relu_backward(COTANGENT, cache)
    for vjp, module in [(torch_vjp, in_torch), (tensorflow_vjp, in_tensorflow)]:
        out, (gradient,) = vjp(lambda z, f=module.leaky_relu: f(z, slope), Z, dout=COTANGENT)
        assert_close(out, A)
        assert_close(gradient, dZ)


@pytest.mark.parametrize("alpha", [0.5, 1.7])
def test_elu_takes_the_same_alpha_everywhere(alpha, versions):
    _, in_torch, in_tensorflow = versions("activations")
    A, cache = activations.elu(Z, alpha)
    dZ = activations.elu_backward(COTANGENT, cache)
    assert_close(
        dZ, numerical_gradient(lambda z: np.sum(COTANGENT * activations.elu(z, alpha)[0]), Z), rtol=1e-6, atol=1e-8
    )
    for vjp, module in [(torch_vjp, in_torch), (tensorflow_vjp, in_tensorflow)]:
        out, (gradient,) = vjp(lambda z, f=module.elu: f(z, alpha), Z, dout=COTANGENT)
        assert_close(out, A)
        assert_close(gradient, dZ)


@pytest.mark.parametrize(
    ("name", "options", "slope"),
    [("relu", {}, 0.0), ("leaky_relu", {}, 0.01), ("elu", {"alpha": 0.5}, 0.5), ("elu", {"alpha": 1.7}, 1.7)],
)
def test_three_versions_choose_the_same_gradient_at_the_kink(name, options, slope, versions):
    """On its left side, everywhere."""
    _, in_torch, in_tensorflow = versions("activations")
    forward, backward = pair(name)
    kink, seed = np.zeros(1), np.array([2.0])
    dZ = backward(seed, forward(kink, **options)[1])
    assert_close(dZ, 2 * np.array([slope]))
    for vjp, module in [(torch_vjp, in_torch), (tensorflow_vjp, in_tensorflow)]:
        version = getattr(module, name)
        assert_close(vjp(lambda z, f=version: f(z, **options), kink, dout=seed)[1][0], dZ)


# ---- properties


@SETTINGS
@given(z=arrays(np.float64, array_shapes(max_dims=4, max_side=4), elements=REALS))
def test_identities_hold_for_any_shape(z):
    sigmoid, tanh, relu, leaky_relu, elu, gelu, softplus = (output_of(name) for name in ELEMENTWISE)
    for f in (sigmoid, tanh, relu, leaky_relu, elu, gelu, softplus):
        assert f(z).shape == z.shape
    assert_close(sigmoid(z) + sigmoid(-z), np.ones(z.shape))
    assert_close(tanh(z), 2 * sigmoid(2 * z) - 1)
    assert_close(relu(z) - relu(-z), z)
    assert_close(leaky_relu(z), relu(z) - 0.01 * relu(-z))
    assert_close(gelu(z) - gelu(-z), z)
    assert_close(elu(z), relu(z) + np.exp(-relu(-z)) - 1)
    assert_close(softplus(z) - softplus(-z), z)


@SETTINGS
@given(z=arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(1, 5)), elements=REALS), shift=REALS)
def test_softmax_gives_probabilities_that_a_shift_leaves_alone(z, shift):
    P, cache = activations.softmax(z)
    assert np.all(P >= 0)
    assert_close(P.sum(axis=1), np.ones(len(z)))
    assert_close(activations.softmax(z + shift)[0], P, rtol=1e-9)
    # so the gradient along a shift, the sum of each row, is zero, and so is the one of a constant cotangent
    dZ = activations.softmax_backward(np.cos(z), cache)
    assert_close(dZ.sum(axis=1), np.zeros(len(z)))
    assert_close(activations.softmax_backward(np.full(z.shape, 3.0), cache), np.zeros(z.shape))


def test_softmax_works_row_by_row():
    assert_close(activations.softmax(Z)[0][1:2], activations.softmax(Z[1:2])[0])


# ---- the ends of the number line, small batches, types


def sigmoid_to_the_digit(z):
    """The textbook's two branches, one number at a time: no sum ever cancels."""
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


FAR = np.concatenate([-np.logspace(-3, math.log10(700), 200), [0.0], np.logspace(-3, math.log10(700), 200)])


@pytest.mark.filterwarnings("error")
def test_sigmoid_and_its_derivative_keep_their_digits_in_both_tails():
    """By relative accuracy alone: at −40 an absolute one would accept zero."""
    A, cache = activations.sigmoid(FAR)
    assert_close(A, elementwise(sigmoid_to_the_digit, FAR), rtol=4e-16 * 2, atol=0)
    slope = elementwise(lambda z: sigmoid_to_the_digit(z) * sigmoid_to_the_digit(-z), FAR)
    assert_close(activations.sigmoid_backward(np.full(FAR.shape, -3.0), cache), -3 * slope, rtol=2e-15, atol=0)


@pytest.mark.filterwarnings("error")
def test_sigmoid_keeps_its_digits_in_float32_too():
    z = FAR[np.abs(FAR) < 87].astype(np.float32)
    A, cache = activations.sigmoid(z)
    assert_close(A, elementwise(sigmoid_to_the_digit, z).astype(np.float32), rtol=4e-7, atol=0)
    slope = elementwise(lambda z: sigmoid_to_the_digit(z) * sigmoid_to_the_digit(-z), z).astype(np.float32)
    assert_close(activations.sigmoid_backward(np.ones_like(z), cache), slope, rtol=1e-6, atol=0)


def log1p_of_exp(z):
    return max(z, 0) + math.log1p(math.exp(-abs(z)))


@pytest.mark.filterwarnings("error")
def test_softplus_and_elu_keep_their_digits_in_both_tails():
    """By relative accuracy alone, forwards and backwards; near 0 too, where eᶻ − 1 would cancel."""
    ones = np.ones(FAR.shape)
    A, cache = activations.softplus(FAR)
    assert_close(A, elementwise(log1p_of_exp, FAR), rtol=1e-15, atol=0)
    assert_close(activations.softplus_backward(ones, cache), elementwise(sigmoid_to_the_digit, FAR), rtol=1e-15, atol=0)
    z = np.concatenate([FAR, [-1e-10, -1e-300]])
    A, cache = activations.elu(z, 1.7)
    assert_close(A, elementwise(lambda z: z if z > 0 else 1.7 * math.expm1(z), z), rtol=1e-15, atol=0)
    slope = elementwise(lambda z: 1.0 if z > 0 else 1.7 * math.exp(z), z)
    assert_close(activations.elu_backward(np.ones(z.shape), cache), slope, rtol=1e-15, atol=0)


@pytest.mark.parametrize("name", ["softplus", "elu"])
def test_the_frameworks_tails_are_ours(name, versions):
    """PyTorch's softplus does so with a threshold of 40, TensorFlow's elu because it is written out."""
    _, in_torch, in_tensorflow = versions("activations")
    z, ones = np.append(FAR, -1e-10), np.ones(FAR.size + 1)
    forward, backward = pair(name)
    A, cache = forward(z)
    for vjp, module in [(torch_vjp, in_torch), (tensorflow_vjp, in_tensorflow)]:
        out, (gradient,) = vjp(getattr(module, name), z, dout=ones)
        assert_close(out, A, rtol=2e-15, atol=0)
        assert_close(gradient, backward(ones, cache), rtol=2e-15, atol=0)


def test_sigmoids_tail_is_pytorchs(versions):
    out, (gradient,) = torch_vjp(versions("activations")[1].sigmoid, FAR[FAR < 30], dout=np.ones((FAR < 30).sum()))
    A, cache = activations.sigmoid(FAR[FAR < 30])
    assert_close(out, A, rtol=1e-14, atol=0)
    left = FAR[FAR < 30] < 0  # to the right PyTorch subtracts its σ from 1
    assert_close(gradient[left], activations.sigmoid_backward(np.ones(A.shape), cache)[left], rtol=1e-14, atol=0)


def test_sigmoid_is_silent_even_where_a_caller_asked_for_errors():
    with np.errstate(all="raise", under="ignore"):
        A, cache = activations.sigmoid(np.array([-1000.0, 1000.0]))
        assert A.tolist() == [0, 1]
        assert activations.sigmoid_backward(np.ones(2), cache).tolist() == [0, 0]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", ["relu", "leaky_relu"])
def test_an_infinite_gradient_stays_on_its_side(name):
    forward, backward = pair(name)
    _, cache = forward(np.array([-2.0, 0.0, 2.0]))
    dz = backward(np.full(3, np.inf), cache)
    assert dz.tolist() == {"relu": [0, 0, np.inf], "leaky_relu": [np.inf] * 3}[name]


@pytest.mark.parametrize("name", ["leaky_relu", "elu"])
def test_a_setting_may_be_a_numpy_scalar(name):
    forward, backward = pair(name)
    A, cache = forward(Z.astype(np.float32), np.float64(0.25))
    assert A.dtype == backward(COTANGENT.astype(np.float32), cache).dtype == np.float32


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_extreme_values_give_the_limits_without_a_warning(dtype):
    far = np.array([-1000, 1000], dtype)
    assert activations.sigmoid(far)[0].tolist() == [0, 1]
    assert activations.tanh(far)[0].tolist() == [-1, 1]
    assert activations.relu(far)[0].tolist() == [0, 1000]
    assert activations.elu(far)[0].tolist() == [-1, 1000]
    assert activations.gelu(far)[0].tolist() == [0, 1000]
    assert activations.softplus(far)[0].tolist() == [0, 1000]
    assert activations.softmax(np.array([[1e4, -1e4, 1e4]], dtype))[0].tolist() == [[0.5, 0, 0.5]]
    ends = {name: [0, 1] for name in ("relu", "elu", "gelu", "softplus")}
    for name, slopes in ({"sigmoid": [0, 0], "tanh": [0, 0]} | ends).items():
        forward, backward = pair(name)
        assert backward(np.ones_like(far), forward(far)[1]).tolist() == slopes


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("N", [0, 1])
def test_empty_batch_and_batch_of_one(name, N):
    forward, backward = pair(name)
    A, cache = forward(Z[:N])
    assert_close(A, forward(Z)[0][:N])
    assert backward(COTANGENT[:N], cache).shape == (N, 5)


@pytest.mark.parametrize("name", ALL)
def test_float32_stays_float32(name, versions):
    forward, backward = pair(name)
    A, cache = forward(Z.astype(np.float32))
    assert A.dtype == backward(COTANGENT.astype(np.float32), cache).dtype == np.float32
    _, in_torch, in_tensorflow = versions("activations")
    for vjp, module in [(torch_vjp, in_torch), (tensorflow_vjp, in_tensorflow)]:
        out, (gradient,) = vjp(getattr(module, name), Z.astype(np.float32), dout=COTANGENT.astype(np.float32))
        assert out.dtype == gradient.dtype == np.float32
        assert_close(out, A, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", ALL)
def test_inputs_are_left_alone(name):
    forward, backward = pair(name)
    z, da = Z.copy(), COTANGENT.copy()
    backward(da, forward(z)[1])
    assert np.array_equal(z, Z)
    assert np.array_equal(da, COTANGENT)


# ---- mistakes


@pytest.mark.parametrize("name", ALL)
def test_a_gradient_of_another_shape_is_refused(name):
    forward, backward = pair(name)
    _, cache = forward(Z)
    with pytest.raises(ValueError, match=rf"{name}_backward: the gradient has shape \(1, 5\), expected \(3, 5\)"):
        backward(COTANGENT[:1], cache)  # would broadcast


def test_softmax_of_one_vector_is_refused(versions):
    for module, array in zip(versions("activations"), three_arrays(Z[0]), strict=True):
        with pytest.raises(ValueError, match=r"softmax: Z has shape \(5,\), expected \(N, K\)"):
            module.softmax(array)


@pytest.mark.parametrize("slope", [-0.01, 1.01])
def test_a_slope_outside_its_range_is_refused(slope, versions):
    for module, array in zip(versions("activations"), three_arrays(Z), strict=True):
        with pytest.raises(ValueError, match=rf"leaky_relu: slope must lie in 0 … 1, got {slope}"):
            module.leaky_relu(array, slope)


def three_arrays(a):
    import tensorflow as tf
    import torch

    return a, torch.tensor(a), tf.constant(a)
