"""The check at the boundary: letters are sizes, equal letters are equal, and the message says what was expected."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlpath.checks import check_labels
from dlpath.shapes import check_shapes

LETTERS = ["N", "D", "H", "K", "T", "C"]


def array(*shape):
    return SimpleNamespace(shape=shape)  # anything with a shape will do


def message(where, **arrays):
    with pytest.raises(ValueError) as error:  # noqa: PT011 (the whole message is compared)
        check_shapes(where, **arrays)
    return str(error.value)


@given(st.dictionaries(st.sampled_from(LETTERS), st.integers(0, 9), min_size=1), st.data())
def test_shapes_that_follow_their_letters_pass(sizes, data):
    patterns = data.draw(st.lists(st.lists(st.sampled_from(sorted(sizes)), max_size=4), min_size=1, max_size=4))
    arrays = {f"A{i}": (array(*[sizes[c] for c in pattern]), " ".join(pattern)) for i, pattern in enumerate(patterns)}
    check_shapes("f", **arrays)


@given(st.dictionaries(st.sampled_from(LETTERS), st.integers(1, 9), min_size=2, max_size=4), st.data())
def test_one_size_off_is_noticed(sizes, data):
    letters = sorted(sizes)
    off = data.draw(st.sampled_from(letters))
    wrong = [sizes[c] + (c == off) for c in letters]
    arrays = {"A": (array(*[sizes[c] for c in letters]), " ".join(letters)), "B": (array(*wrong), " ".join(letters))}
    assert message("f", **arrays).startswith(f"f: B has shape {tuple(wrong)}, expected (")


def test_the_message_says_which_array_set_the_size():
    said = message("linear", X=(array(4, 3), "N D"), W=(array(2, 3), "K D"), b=(array(4, 1), "K"))
    assert said == "linear: b has shape (4, 1), expected (K,) with K = 2 (from W)"


def test_a_size_within_one_array():
    check_shapes("f", A=(array(3, 3), "N N"))
    assert message("f", A=(array(3, 2), "N N")) == "f: A has shape (3, 2), expected (N, N)"


def test_a_letter_that_stands_twice_is_explained_once_and_a_number_never():
    said = message("f", X=(array(4, 2), "N 2"), A=(array(4, 3, 2), "N N 2"))
    assert said == "f: A has shape (4, 3, 2), expected (N, N, 2) with N = 4 (from X)"


def test_too_few_and_too_many_axes():
    assert message("f", x=(array(), "N")) == "f: x has shape (), expected (N,)"
    assert message("f", x=(array(3), "")) == "f: x has shape (3,), expected ()"


def test_a_number_stands_for_itself():
    check_shapes("f", theta=(array(2, 5), "2 N"))
    assert message("f", theta=(array(3, 5), "2 N")) == "f: theta has shape (3, 5), expected (2, N)"


def test_a_size_that_a_graph_does_not_know_yet_is_not_compared():
    unknown, known = {"X": (array(None, 3), "N D")}, {"Y": (array(7, 3), "N D")}
    check_shapes("f", **unknown, **known, Z=(array(None, 3), "N D"))
    said = message("f", **unknown, **known, Z=(array(8, 3), "N D"))
    assert said == "f: Z has shape (8, 3), expected (N, D) with N = 7 (from Y), D = 3 (from X)"


def test_what_has_no_shape_is_no_array():
    with pytest.raises(TypeError, match="f: X must be an array, got list"):
        check_shapes("f", X=([1, 2], "N"))


@pytest.mark.parametrize("framework", ["numpy", "torch", "tensorflow"])
def test_arrays_of_every_framework(framework):
    module = pytest.importorskip(framework)
    X = module.ones((4, 3))
    check_shapes("f", X=(X, "N D"))
    assert message("f", X=(X, "N N")) == "f: X has shape (4, 3), expected (N, N)"


@pytest.mark.parametrize("leading", [(), (5,), (5, 2)])
def test_dots_stand_for_any_leading_axes_equal_in_all_arrays(leading):
    check_shapes("f", X=(array(*leading, 3), "… D"), W=(array(7, 3), "K D"), Z=(array(*leading, 7), "… K"))
    said = message("f", X=(array(*leading, 3), "… D"), Z=(array(*leading, 4, 7), "… K"))
    assert said == f"f: Z has shape {(*leading, 4, 7)}, expected (…, K) with … = {leading} (from X)"


def test_axes_behind_the_dots_are_counted():
    said = message("f", X=(array(3), "… N D"))
    assert said == "f: X has shape (3,), expected (…, N, D)"
    said = message("f", X=(array(5, 4, 3), "… N D"), Y=(array(5, 9, 3), "… N D"))
    assert said == "f: Y has shape (5, 9, 3), expected (…, N, D) with … = (5,) (from X), N = 4 (from X), D = 3 (from X)"
    assert message("f", X=(array(), "… D")) == "f: X has shape (), expected (…, D)"


def test_a_leading_size_that_a_graph_does_not_know_yet_fits_all():
    check_shapes("f", X=(array(None, 4, 3), "… N D"), Y=(array(8, 4, 3), "… N D"))
    assert "expected (…, N, D)" in message("f", X=(array(None, 4, 3), "… N D"), Y=(array(4, 3), "… N D"))


def test_labels():
    check_labels("f", np.array([0, 2, 1]), 3)
    check_labels("f", np.array([], np.int64), 3)
    check_labels("f", np.array([0, 2], np.uint8), 3)


@pytest.mark.parametrize(("labels", "said"), [([0, 3], "got 0 … 3"), ([-1, 2], "got -1 … 2")])
def test_a_label_out_of_range(labels, said):
    with pytest.raises(ValueError, match=f"f: labels must lie in 0 … 2, {said}"):
        check_labels("f", np.array(labels), 3)


@pytest.mark.parametrize("dtype", [np.float32, bool, object])
def test_labels_that_are_no_integers(dtype):
    with pytest.raises(TypeError, match="f: labels must be integers, got"):
        check_labels("f", np.array([0, 1], dtype), 3)
