"""The measuring instruments themselves: what they take for equal, and what they must not."""

import numpy as np
import pytest

from dlpath.parity import assert_close, largest_difference, numerical_gradient, tensorflow_vjp, to_numpy, torch_vjp


def test_to_numpy_takes_what_the_frameworks_return(versions):
    versions("linear")
    import keras
    import tensorflow as tf
    import torch

    for x in [
        np.array([1.5, 2.0]),
        [1.5, 2.0],
        torch.tensor([1.5, 2.0], requires_grad=True) * 1,
        torch.nn.Parameter(torch.tensor([1.5, 2.0])),
        tf.constant([1.5, 2.0]),
        tf.Variable([1.5, 2.0]),
        keras.Variable([1.5, 2.0]),
    ]:
        assert isinstance(to_numpy(x), np.ndarray)
        assert to_numpy(x).tolist() == [1.5, 2.0]
    assert to_numpy(3.0).shape == ()


# ---- assert_close


def test_assert_close_has_the_stated_tolerances():
    one = np.array([1.0])
    assert_close(one + 0.99e-9, one)
    with pytest.raises(AssertionError):
        assert_close(one + 1.1e-9, one)
    zero = np.array([0.0])
    assert_close(zero + 0.99e-12, zero)
    with pytest.raises(AssertionError):
        assert_close(zero + 1.1e-12, zero)
    assert_close(one + 1e-4, one, rtol=1e-3)
    assert_close(zero + 1e-4, zero, atol=1e-3)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (np.ones((2, 1)), np.ones((2,))),  # would broadcast
        (np.ones(()), np.ones(1)),
        (np.ones(2, np.float32), np.ones(2)),
        (np.ones(2, int), np.ones(2)),
    ],
)
def test_assert_close_refuses_other_shapes_and_types(a, b):
    with pytest.raises(AssertionError, match=r"shapes or types differ: \(.*\) \w+ and \(.*\) \w+"):
        assert_close(a, b)


def test_assert_close_names_the_actual_first_and_measures_by_the_desired():
    with pytest.raises(AssertionError, match=r"differ: \(2,\) float64 and \(3,\) float64"):
        assert_close(np.ones(2), np.ones(3))
    with pytest.raises(AssertionError):
        assert_close(np.array([1.9]), np.array([1.0]), rtol=0.5)


def test_what_is_not_a_number_agrees_with_nothing():
    with pytest.raises(AssertionError):
        assert_close(np.array([np.nan]), np.array([np.nan]))
    with pytest.raises(AssertionError):
        assert_close(np.array([np.nan]), np.array([1.0]))
    assert_close(np.array([np.inf]), np.array([np.inf]))


# ---- largest_difference


def test_largest_difference_by_hand():
    assert largest_difference(np.array([[1.0, 5.0], [2.0, 0.0]]), np.array([[1.5, 2.0], [2.0, 1.0]])) == 3.0
    assert largest_difference([1.0], [1.0]) == 0.0
    assert isinstance(largest_difference([1.0], [2.0]), float)
    assert largest_difference(np.zeros((0, 3)), np.zeros((0, 3))) == 0.0


def test_largest_difference_does_not_wrap_around():
    assert largest_difference(np.array([3], np.uint8), np.array([5], np.uint8)) == 2.0
    assert largest_difference(np.array([True]), np.array([False])) == 1.0
    assert largest_difference(np.array([1], np.float32), np.array([1 + 1e-12])) == pytest.approx(1e-12, rel=1e-3)


def test_largest_difference_does_not_hide_what_is_not_a_number():
    assert np.isnan(largest_difference(np.array([1.0, np.nan]), np.array([1.0, 2.0])))


def test_largest_difference_does_not_broadcast():
    with pytest.raises(ValueError, match=r"largest_difference: shapes differ, \(2,\) and \(2, 1\)"):
        largest_difference(np.ones(2), np.ones((2, 1)))


# ---- numerical_gradient


def test_numerical_gradient_of_a_known_function():
    x = np.array([[0.5, -1.0, 2.0], [3.0, 0.1, -0.7]])
    assert_close(numerical_gradient(lambda x: np.sum(np.sin(x) * x), x), np.cos(x) * x + np.sin(x), rtol=1e-8)
    assert_close(numerical_gradient(lambda x: x**3, 2.0), np.array(12.0), rtol=1e-8)


def test_numerical_gradient_takes_central_differences_of_the_step():
    """(f(x + h) − f(x − h)) / 2h of x³ is 3x² + h² exactly: no forward difference, and the step is h."""
    assert_close(numerical_gradient(lambda x: x**3, 1.0, step=0.5), np.array(3.25))
    error = abs(float(numerical_gradient(lambda x: x**3, 100.0)) - 30000)
    assert error < 1e-3  # rounding, at the default step of 1e-5
    cubic = numerical_gradient(lambda x: 1e12 * x**3, 0.0)
    assert_close(cubic, np.array(100.0))  # 1e12 h²: the default step is 1e-5


def test_numerical_gradient_leaves_its_argument_alone_and_widens_it():
    x = np.array([1.0, 2.0], np.float32)
    gradient = numerical_gradient(lambda x: np.sum(x * x), x)
    assert x.tolist() == [1, 2]
    assert gradient.dtype == np.float64
    assert_close(gradient, np.array([2.0, 4.0]), rtol=1e-8)


# ---- vector-Jacobian products

A, B, LABELS = np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]]), np.array([1])


def test_vjps_by_hand(versions):
    versions("linear")
    for vjp in (torch_vjp, tensorflow_vjp):
        out, (dA, dB) = vjp(lambda a, b: a @ b, A, B, dout=np.array([[2.0]]))
        assert_close(out, np.array([[11.0]]))
        assert_close(dA, np.array([[6.0, 8.0]]))
        assert_close(dB, np.array([[2.0], [4.0]]))
        out, (dA,) = vjp(lambda a: a * a, A)
        assert_close(dA, 2 * A)  # dout is one if it is not given


def test_vjps_give_no_gradient_of_integers(versions):
    versions("linear")
    import tensorflow as tf
    import torch

    casts = [(torch_vjp, lambda a, n: a * n.to(torch.float64)), (tensorflow_vjp, lambda a, n: a * tf.cast(n, a.dtype))]
    for vjp, product in casts:
        out, (none, gradient) = vjp(lambda n, a, f=product: f(a, n), np.array([[2, 5]]), A)
        assert none is None
        assert_close(out, np.array([[2.0, 10.0]]))
        assert_close(gradient, np.array([[2.0, 5.0]]))
