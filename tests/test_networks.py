"""Networks made of networks: every gradient agrees with the numerical one, and what cannot be done is refused."""

import copy
import pickle

import numpy as np
import pytest

from dlpath.activations.in_numpy import tanh, tanh_backward
from dlpath.layers import Layer, Network, Residual, Sequential
from dlpath.linear.in_numpy import linear, linear_backward, linear_backward_into
from dlpath.optimizers.in_numpy import SGD
from dlpath.parity import assert_close, numerical_gradient

N, T, D, H, K, V = 5, 4, 3, 6, 2, 7
rng = np.random.default_rng(11)


def dense(D, K, W=None):
    W = rng.normal(size=(K, D)) if W is None else W
    return Layer(linear, linear_backward, linear_backward_into, W=W, b=rng.normal(size=len(W)))


def act():
    return Layer(tanh, tanh_backward)


def assert_gradients(network, *inputs, **handed):
    """`grad` and the input gradients of Σ dout · out, against central differences, to 1e-7; returns the output."""
    fresh = {"rng": lambda: np.random.default_rng(3)}  # the same draws at every evaluation

    def run(*inputs):
        return network(*inputs, **{key: fresh.get(key, lambda value=value: value)() for key, value in handed.items()})

    dout = rng.normal(size=run(*inputs).shape)
    theta, network.grad[:] = network.theta.copy(), np.nan  # nothing of an earlier pass may remain

    def at(changed):
        network.theta[:] = changed
        return np.sum(dout * run(*inputs))

    numerical = numerical_gradient(at, theta)
    network.theta[:] = theta
    out = run(*inputs)
    dinputs = network.backward(dout, **({"input_gradient": True} if type(network) is Sequential else {}))
    assert_close(network.grad, numerical, rtol=1e-7, atol=1e-7)
    dinputs = dinputs if isinstance(dinputs, tuple) else (dinputs,)
    assert len(dinputs) == len(inputs)
    for place, (X, dX) in enumerate(zip(inputs, dinputs, strict=True)):
        if X.dtype.kind == "f":
            other = lambda x, i=place: np.sum(dout * run(*inputs[:i], x, *inputs[i + 1 :]))  # noqa: E731
            assert_close(dX, numerical_gradient(other, X), rtol=1e-7, atol=1e-7)
        else:
            assert dX is None
    return out


# ---- pairs of functions as chapters will write them


def embedding(tokens, W):
    return W[tokens], (tokens, W.shape)


def embedding_backward(dX, cache):
    tokens, shape = cache
    dW = np.zeros(shape, dX.dtype)
    np.add.at(dW, tokens, dX)
    return None, dW


def bilinear(X, Y, W):
    return np.einsum("nd,kde,ne->nk", X, W, Y), (X, Y, W)


def bilinear_backward(dZ, cache):
    X, Y, W = cache
    return tuple(
        np.einsum(rule, dZ, *arrays)
        for rule, arrays in (
            ("nk,kde,ne->nd", (W, Y)),
            ("nk,kde,nd->ne", (W, X)),
            ("nk,nd,ne->kde", (X, Y)),
        )
    )


def dropout(X, *, rate, training, rng=None):
    mask = (rng.random(X.shape) >= rate) / (1 - rate) if training else np.ones_like(X)
    return X * mask, mask


def dropout_backward(dout, mask):
    return dout * mask


def batch_norm(X, gamma, beta, mean, variance, *, momentum, training):
    mu, var = (X.mean(axis=0), X.var(axis=0)) if training else (mean.copy(), variance.copy())
    if training:
        mean += momentum * (mu - mean)
        variance += momentum * (var - variance)
    s = 1 / np.sqrt(var + 1e-5)
    Xh = (X - mu) * s
    return gamma * Xh + beta, (Xh, s, gamma, training)


def batch_norm_backward(dY, cache):
    Xh, s, gamma, training = cache
    dXh = dY * gamma
    if training:
        dXh = dXh - dXh.mean(axis=0) - Xh * (dXh * Xh).mean(axis=0)
    return dXh * s, (dY * Xh).sum(axis=0), dY.sum(axis=0)


def normalized(D):
    state = {"mean": rng.normal(size=D), "variance": rng.uniform(1, 2, size=D)}
    arrays = {"gamma": rng.normal(size=D), "beta": rng.normal(size=D)}
    return Layer(batch_norm, batch_norm_backward, state=state, options={"momentum": 0.1}, **arrays)


def layer_norm(X, gamma):
    s = 1 / np.sqrt(X.var(axis=-1, keepdims=True) + 1e-5)
    Xh = (X - X.mean(axis=-1, keepdims=True)) * s
    return gamma * Xh, (Xh, s, gamma)


def layer_norm_backward(dY, cache):
    Xh, s, gamma = cache
    dXh = dY * gamma
    dX = s * (dXh - dXh.mean(axis=-1, keepdims=True) - Xh * (dXh * Xh).mean(axis=-1, keepdims=True))
    return dX, (dY * Xh).reshape(-1, len(gamma)).sum(axis=0)


def attention(Q, K, V, *, mask):
    S = np.where(mask, Q @ K.swapaxes(1, 2), -np.inf)
    P = np.exp(S - S.max(axis=-1, keepdims=True))
    P /= P.sum(axis=-1, keepdims=True)
    return P @ V, (Q, K, V, P)


def attention_backward(dO, cache):
    Q, K, V, P = cache
    dP = dO @ V.swapaxes(1, 2)
    dS = P * (dP - (P * dP).sum(axis=-1, keepdims=True))
    return dS @ K, dS.swapaxes(1, 2) @ Q, P.swapaxes(1, 2) @ dO


class Block(Network):
    """Pre-norm attention and a small network, both residual."""

    def __init__(self):
        super().__init__(
            norm=Layer(layer_norm, layer_norm_backward, gamma=rng.normal(size=D)),
            query=dense(D, D),
            key=dense(D, D),
            value=dense(D, D),
            attend=Layer(attention, attention_backward),
            mlp=Residual(Layer(layer_norm, layer_norm_backward, gamma=np.ones(D)), dense(D, H), act(), dense(H, D)),
        )

    def __call__(self, X, **handed):
        A = self.norm(X)
        Y = X + self.attend(self.query(A), self.key(A), self.value(A), **handed)
        return self.mlp(Y, **handed)

    def backward(self, dout):
        dY = self.mlp.backward(dout)
        dQ, dK, dV = self.attend.backward(dY)
        dA = self.query.backward(dQ) + self.key.backward(dK) + self.value.backward(dV)
        return dY + self.norm.backward(dA)


class LanguageModel(Sequential):
    """Tokens in, scores of the next ones out, by the matrix that embedded them."""

    def __init__(self):
        E = rng.normal(size=(V, D))
        super().__init__(Layer(embedding, embedding_backward, W=E), Block(), Block(), dense(D, V, W=E))


def lstm_step(x, h, c, W, b):
    x_h = np.concatenate([x, h], axis=1)
    i, f, g, o = np.split(x_h @ W.T + b, 4, axis=1)
    i, f, g, o = 1 / (1 + np.exp(-i)), 1 / (1 + np.exp(-f)), np.tanh(g), 1 / (1 + np.exp(-o))
    c_new = f * c + i * g
    return (o * np.tanh(c_new), c_new), (x_h, W, c, i, f, g, o, np.tanh(c_new), x.shape[1])


def lstm_step_backward(dout, cache):
    (dh, dc), (x_h, W, c, i, f, g, o, tanh_c, D) = dout, cache
    dc = dc + dh * o * (1 - tanh_c**2)
    local = dc * g * i * (1 - i), dc * c * f * (1 - f), dc * i * (1 - g * g), dh * tanh_c * o * (1 - o)
    dz = np.concatenate(local, axis=1)
    dx_h = dz @ W
    return dx_h[:, :D], dx_h[:, D:], dc * f, dz.T @ x_h, dz.sum(axis=0)


class LSTM(Network):
    """(N, T, D) -> (N, H): one step in a loop."""

    def __init__(self):
        W, b = rng.normal(size=(4 * H, D + H)), rng.normal(size=4 * H)
        super().__init__(step=Layer(lstm_step, lstm_step_backward, W=W, b=b))

    def __call__(self, X):
        h = c = np.zeros((len(X), H))
        for t in range(X.shape[1]):
            h, c = self.step(X[:, t], h, c)
        self.shape = X.shape
        return h

    def backward(self, dh):
        dX, dc = np.zeros(self.shape), np.zeros_like(dh)
        for t in reversed(range(self.shape[1])):
            dX[:, t], dh, dc = self.step.backward((dh, dc))
        return dX


class Towers(Network):
    """Two inputs, each through its own stack, into one layer."""

    def __init__(self, left=None, right=None):
        left, right = left or Sequential(dense(D, H), act()), right or Sequential(dense(K, H), act())
        W = rng.normal(size=(K, H, H))
        super().__init__(left=left, right=right, join=Layer(bilinear, bilinear_backward, W=W))

    def __call__(self, X, Y):
        return self.join(self.left(X), self.right(Y))

    def backward(self, dZ):
        dX, dY = self.join.backward(dZ)
        dY = self.right.backward(dY)  # in reverse order: both may be the same network
        return self.left.backward(dX), dY


# ---- gradients


def test_a_residual_block():
    block = Residual(dense(D, H), act(), dense(H, D))
    X = rng.normal(size=(N, D))
    out = assert_gradients(Sequential(dense(K, D), block, dense(D, K)), rng.normal(size=(N, K)))
    assert out.shape == (N, K)
    W1, b1, W2, b2 = block.params.values()
    assert_close(block(X), X + np.tanh(X @ W1.T + b1) @ W2.T + b2)


@pytest.mark.parametrize("inner_first", [True, False])
def test_a_nested_network_whatever_was_put_together_first(inner_first):
    inner = Sequential(dense(H, H), act())
    middle = Sequential(inner, dense(H, K)) if inner_first else None
    network = Sequential(dense(D, H), middle or Sequential(inner, dense(H, K)), act())
    assert_gradients(network, rng.normal(size=(N, D)))
    assert list(network.params) == ["0.W", "0.b", "1.0.W1", "1.0.b1", "1.1.W", "1.1.b"]
    network.theta[:] = np.arange(network.theta.size)
    assert np.shares_memory(inner.theta, network.theta)
    assert_close(inner.theta, np.concatenate([inner.params["W1"].ravel(), inner.params["b1"]]))
    assert inner.params["W1"] is network.params["1.0.W1"] is inner.layers[0].params["W"]


def test_two_inputs():
    assert_gradients(Towers(), rng.normal(size=(N, D)), rng.normal(size=(N, K)))


def test_one_network_as_both_towers():
    tower = Sequential(dense(D, H), act())
    network = Towers(tower, tower)
    assert_gradients(network, rng.normal(size=(N, D)), rng.normal(size=(N, D)))
    assert list(network.params) == ["left.W1", "left.b1", "join.W"]


@pytest.mark.parametrize("wired_before", [True, False])
def test_a_tied_matrix(wired_before):
    E = rng.normal(size=(V, D))
    encoder = Layer(embedding, embedding_backward, W=E)
    encoder = Sequential(encoder, act()) if wired_before else encoder
    network = Sequential(encoder, dense(D, V, W=E))
    assert_gradients(network, rng.integers(V, size=(N, T)))
    assert network.theta.size == V * D + V
    network.theta[:] = 0
    assert not network.layers[0].params["W1" if wired_before else "W"].any()
    assert not network.layers[1].params["W"].any()


def test_tied_to_the_view_of_a_network_that_exists():
    encoder = Sequential(Layer(embedding, embedding_backward, W=rng.normal(size=(V, D))))
    network = Sequential(encoder, dense(D, V, W=encoder.params["W1"]))
    assert network.theta.size == V * D + V
    assert_gradients(network, rng.integers(V, size=(N, T)))
    around = Sequential(network, act())  # still tied when both move once more
    assert around.theta.size == V * D + V
    assert_gradients(around, rng.integers(V, size=(N, T)))


def test_one_layer_used_three_times():
    layer, between = dense(D, D), act()
    network = Sequential(layer, between, layer, between, layer)
    assert list(network.params) == ["W1", "b1"]
    assert_gradients(network, rng.normal(size=(N, D)))


@pytest.mark.parametrize("training", [True, False])
def test_batch_norm_in_both_modes(training):
    network = Sequential(dense(K, D), normalized(D), act(), Residual(dense(D, D), normalized(D)))
    assert_gradients(network, rng.normal(size=(N, K)), training=training)


@pytest.mark.parametrize("training", [True, False])
def test_dropout_with_the_generator_handed_down(training):
    network = Sequential(dense(D, H), Layer(dropout, dropout_backward, options={"rate": 0.4}), dense(H, K))
    X = rng.normal(size=(N, D))
    assert_gradients(network, X, training=training, rng=None)
    twice = [network(X, training=training, rng=np.random.default_rng(seed)) for seed in (0, 1)]
    assert np.array_equal(*twice) == (not training)


def test_an_lstm_as_a_loop_over_one_layer():
    network = Sequential(LSTM(), dense(H, K))
    assert_gradients(network, rng.normal(size=(N, T, D)))
    assert_gradients(network, rng.normal(size=(N, T + 2, D)))
    assert list(network.params) == ["0.step.W", "0.step.b", "1.W", "1.b"]


def test_a_language_model_with_attention_and_a_tied_output():
    network, mask = LanguageModel(), np.tril(np.ones((T, T), bool))
    tokens = rng.integers(V, size=(N, T))
    out = assert_gradients(network, tokens, mask=mask)
    tokens[:, -1] = (tokens[:, -1] + 1) % V
    assert_close(network(tokens, mask=mask)[:, :-1], out[:, :-1])  # the mask arrived
    assert {"0.W", "1.query.W", "2.mlp.W3"} <= set(network.params)
    assert "3.W" not in network.params


def test_a_layer_that_a_pass_leaves_out_gets_zeros():
    class Sometimes(Network):
        def __call__(self, X, *, deep):
            self.deep = deep
            return self.last(self.first(X) if deep else X)

        def backward(self, dout):
            dX = self.last.backward(dout)
            return self.first.backward(dX) if self.deep else dX

    network = Sometimes(first=dense(D, D), last=dense(D, K))
    assert_gradients(network, rng.normal(size=(N, D)), deep=True)
    assert_gradients(network, rng.normal(size=(N, D)), deep=False)
    assert not network.grads["first.W"].any()


def test_a_second_backward_overwrites_the_first():
    layer = dense(D, D)
    network, dout = Sequential(layer, act(), layer), rng.normal(size=(N, D))
    network(rng.normal(size=(N, D)))
    network.backward(dout)
    once = network.grad.copy()
    network.backward(dout)
    assert_close(network.grad, once)


def test_evaluation_keeps_the_caches_of_one_call_only():
    layer = dense(D, D)
    network = Sequential(layer, layer)
    for _ in range(3):
        network(rng.normal(size=(N, D)))
    assert len(layer._caches) == 2


def test_a_deep_copy_and_a_pickle_are_whole_networks(tmp_path):
    network = LanguageModel()
    for twin in (copy.deepcopy(network), pickle.loads(pickle.dumps(network))):
        assert np.array_equal(twin.theta, network.theta)
        assert list(twin.params) == list(network.params)
        twin.theta += 1
        assert_close(twin.layers[3].params["W"], network.layers[3].params["W"] + 1)
        assert_close(twin.layers[0].params["W"], network.layers[0].params["W"] + 1)


# ---- state, saved with the parameters


def test_state_is_kept_outside_theta_and_loaded_with_the_parameters(tmp_path):
    network, X = Sequential(dense(K, D), normalized(D)), rng.normal(size=(N, K))
    assert list(network.params) == ["W1", "b1", "gamma2", "beta2"]
    assert list(network.state) == ["mean2", "variance2"]
    assert network.theta.size == K * D + D + 2 * D
    before = network.snapshot()
    network(X, training=True)
    Z = X @ network.params["W1"].T + network.params["b1"]
    assert_close(network.state["mean2"], before["mean2"] + 0.1 * (Z.mean(axis=0) - before["mean2"]))
    after = network.snapshot()
    np.savez(tmp_path / "network.npz", **after)
    network.load(before)
    assert np.array_equal(network.state["mean2"], before["mean2"])
    network.load(np.load(tmp_path / "network.npz"))
    assert all(np.array_equal(after[name], value) for name, value in network.snapshot().items())
    with pytest.raises(ValueError, match=r"Sequential: expected parameters .*'mean2'"):
        network.load(network.params)


def test_two_layers_do_not_share_state():
    start = {"mean": np.zeros(D), "variance": np.ones(D)}
    first, second = (
        Layer(
            batch_norm,
            batch_norm_backward,
            state=start,
            options={"momentum": 0.1},
            gamma=np.ones(D),
            beta=np.zeros(D),
        )
        for _ in range(2)
    )
    first(rng.normal(size=(N, D)), training=True)
    assert first.state["mean"].any()
    assert not second.state["mean"].any()
    assert not start["mean"].any()


# ---- what is refused


def refused(error, words):
    return pytest.raises(error, match=words)


def test_mixed_types():
    single = dense(D, H)
    double = Layer(linear, linear_backward, W=np.ones((K, H), np.float32), b=np.ones(K, np.float32))
    with refused(TypeError, "Sequential: W1 is float64 and W2 float32; convert one of them"):
        Sequential(single, double)
    with refused(TypeError, "linear: float64 meets parameters of float32; convert one of them"):
        double(np.ones((N, H)))
    double(np.ones((N, H), np.float32))
    with refused(TypeError, "linear: float64 meets parameters of float32"):
        double.backward(np.ones((N, K)))
    with refused(TypeError, "batch_norm: the state mean is float64, the parameters are float32"):
        Layer(batch_norm, batch_norm_backward, state={"mean": np.ones(D)}, gamma=np.ones(D, np.float32))


@pytest.mark.parametrize(("value", "what"), [(0.1, "float"), (np.ones(2, int), "int64"), ([1.0], "list")])
def test_a_parameter_that_cannot_be_learned(value, what):
    with refused(TypeError, f"dropout: the parameter rate must be .*, got {what}; a constant goes into options"):
        Layer(dropout, dropout_backward, rate=value)


def test_names_that_do_not_fit_the_function():
    with refused(TypeError, r"linear: the function has no arguments \['V'\]"):
        Layer(linear, linear_backward, W=np.ones((2, 2)), V=np.ones(2))
    with refused(TypeError, "linear: one name is given twice"):
        Layer(linear, linear_backward, W=np.ones((2, 2)), b=np.ones(2), options={"b": 3})


def test_a_name_that_nobody_takes():
    network = Sequential(dense(D, D), Layer(dropout, dropout_backward, options={"rate": 0.4}))
    with refused(TypeError, r"linear: no function of the network takes \['trainig'\], but \[.*'training'"):
        network(np.ones((N, D)), trainig=True)
    assert {"training", "rng"} <= network.takes


def test_a_cache_of_none():
    def nothing(X):
        return X, None

    with refused(TypeError, "nothing: the cache None means never called"):
        Layer(nothing, nothing)(np.ones(2))


def test_a_gradient_of_a_wrong_shape():
    def one_db(dZ, cache):
        dX, dW, db = linear_backward(dZ, cache)
        return dX, dW, db.sum()

    layer = Layer(linear, one_db, W=np.ones((K, D)), b=np.ones(K))
    layer(np.ones((N, D)))
    with refused(ValueError, r"one_db: .* those of \['W', 'b'\], of shapes \[\(2, 3\), \(2,\)\], got .*\(\)"):
        layer.backward(np.ones((N, K)))  # would broadcast


def test_an_embedding_behind_a_layer():
    def rounded(X, W):
        return embedding(X.astype(int) % V, W)

    network = Sequential(dense(D, D), Layer(rounded, embedding_backward, W=np.ones((V, D))))
    out = network(np.ones((N, D)))
    with refused(TypeError, "linear: no gradient arrives; what follows it takes integers"):
        network.backward(out)


def test_arrays_that_overlap():
    W = rng.normal(size=(D, D))
    with refused(ValueError, "Sequential: W1 and W2 share memory without being the same array"):
        Sequential(dense(D, D, W=W), dense(D, D, W=W.T))


def test_tied_arrays_that_have_parted():
    E = rng.normal(size=(V, D))
    encoder = Sequential(Layer(embedding, embedding_backward, W=E))
    encoder.theta += 1
    with refused(ValueError, "Sequential: 1.W was given the array of 0.W1, but their values differ by now"):
        Sequential(encoder, dense(D, V, W=E))


def test_two_arrays_of_one_name():
    def many(X, W, W1):
        return X, ()

    layers = [act() for _ in range(2)] + [Layer(many, many, W=np.ones(1), W1=np.ones(1)) for _ in range(11)]
    with refused(ValueError, "Sequential: two arrays would be called W11"):
        Sequential(*layers)


def test_the_old_vectors_of_a_network_that_was_put_into_another():
    inner = Sequential(dense(D, D))
    optimizer, old_grad = SGD(inner.theta, lr=0.1), inner.grad
    Sequential(inner, dense(D, K))
    with refused(ValueError, "read-only"):
        optimizer.step(old_grad)
    SGD(inner.theta, lr=0.1).step(inner.grad)


def test_a_network_whose_layers_were_taken():
    old = Sequential(dense(D, D), act())
    new = Sequential(*old.layers, dense(D, K))
    for use in (old, lambda X: old.backward(X)):
        with refused(RuntimeError, "Sequential: its linear belongs to another network by now"):
            use(np.ones((N, D)))
    assert_gradients(new, rng.normal(size=(N, D)))


def test_a_part_that_goes_backward_too_seldom_or_too_often():
    class Unequal(Network):
        def __call__(self, X):
            return self.part(self.part(X))

        def backward(self, dout):
            for _ in range(self.times):
                dout = self.part.backward(dout)
            return dout

    network = Unequal(part=dense(D, D))
    network(np.ones((N, D)))
    network.times = 1
    with refused(RuntimeError, "Unequal: linear was called 2 times, but went backward 1 times; a part of the gradient"):
        network.backward(np.ones((N, D)))
    network.times = 3
    with refused(RuntimeError, "linear: backward was called more often than forward"):
        network.backward(np.ones((N, D)))
    network.times = 2
    network.backward(np.ones((N, D)))  # a refusal leaves nothing behind


def test_a_shared_layer_by_hand():
    layer = dense(D, D)
    network = Sequential(layer, Layer(linear, linear_backward, W=layer.params["W"], b=np.ones(D)))
    network(np.ones((N, D)))
    with refused(RuntimeError, "linear: its parameters have several users; call the network's backward"):
        layer.backward(np.ones((N, D)))


def test_slices_where_the_parameters_do_not_lie_side_by_side():
    E = rng.normal(size=(D, D))
    last = Sequential(dense(D, D, W=E), dense(D, D))
    Sequential(dense(D, D, W=E), dense(D, D), last)
    with refused(AttributeError, "Sequential: some parameters are shared; only the outermost has a theta"):
        print(last.theta)
    with refused(AttributeError, "Sequential has no tehta"):
        print(last.tehta)


def test_arrays_are_written_into_and_not_replaced():
    network = Sequential(dense(D, K))
    for views in (network.params, network.grads, network.layers[0].params):
        name = next(iter(views))
        with refused(TypeError, f"write into {name}"):
            views[name] = np.ones(1)
        with refused(TypeError, "write into the arrays, or load them"):
            views.update({name: np.ones(1)})
        views[name] += 1  # in place: the same array
    for name in ("theta", "grad"):
        with refused(TypeError, f"Sequential: write into {name}"):
            setattr(network, name, np.ones(1))
    network.theta *= 2


def test_parts_that_would_not_be_trained():
    class Late(Network):
        def __init__(self, part):
            super().__init__(first=dense(D, D))
            self.first_again = self.first
            self.second = part

    for part in (dense(D, D), [dense(D, D)], Sequential(act())):
        with refused(TypeError, "Late: give second to super"):
            Late(part)


def test_what_is_no_part():
    with refused(TypeError, "Sequential: 0 is a function, no layer and no network"):
        Sequential(tanh)
    with refused(TypeError, "Network: a part cannot be called theta"):
        Network(theta=act())
    with refused(TypeError, "Network: a part cannot be called load"):
        Network(load=act())


def test_a_subclass_that_forgets_its_parent():
    class Orphan(Network):
        def __init__(self):
            pass

        def __call__(self, X):
            return X

    with refused(RuntimeError, "Orphan: its __init__ does not call super"):
        Orphan()(np.ones(2))


def test_a_residual_that_would_broadcast():
    with refused(ValueError, r"Residual: X has shape \(5, 3\) and F\(X\) \(5, 1\); they must be equal"):
        Residual(dense(D, 1))(np.ones((N, D)))


def test_a_shallow_copy():
    with refused(TypeError, "Sequential: a shallow copy would share its layers; use copy.deepcopy"):
        copy.copy(Sequential(act()))
