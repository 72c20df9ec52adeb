"""The equality ledger's entries: found by name, equal in all versions, and compared by something that can tell."""

import numpy as np
import pytest

from dlpath.activations.ledger import inputs
from dlpath.ledger import Entry, compare, concepts, entries, entries_of, versions
from dlpath.losses.ledger import cases


@pytest.mark.parametrize("concept", concepts())
def test_the_versions_are_equal(concept, keras_float64):
    for line in compare(entries_of(concept, np.random.default_rng([3, 0, 0, 7]))):
        assert max(line.differences.values()) <= (0 if concept == "initialization" else 1e-12), line
        assert line.largest > 1e-2, f"{line}: so small that an error could hide below the bound"


def test_overflow_and_the_undecided_are_among_the_inputs():
    rng = np.random.default_rng(0)
    batches = [*inputs(rng), *(prediction for _, prediction, _ in cases(rng))]
    assert sum((np.abs(batch) == 800).any() for batch in batches) >= 3
    assert sum((batch == 0).all() for batch in batches) >= 3


@pytest.mark.parametrize(
    ("concept", "name"),
    [("linear", "linear_backward"), ("activations", "softmax_backward"), ("losses", "mse_backward")],
)
def test_a_wrong_sign_is_noticed(concept, name, monkeypatch):
    numpy, *_ = versions(concept)
    right = getattr(numpy, name)

    def wrong(dout, cache):
        gradients = right(dout, cache)
        return tuple(-g for g in gradients) if isinstance(gradients, tuple) else -gradients

    monkeypatch.setattr(numpy, name, wrong)
    lines = compare(entries_of(concept, np.random.default_rng(1)))
    assert max(difference for line in lines for difference in line.differences.values()) > 1e-2


def test_entries_of_one_quantity_become_one_line():
    found = [Entry("f", "out", {"NumPy": [1.0, 2.0], "PyTorch": [1.0, 2.5]}), Entry("g", "out", {"NumPy": [0.0]})]
    found.append(Entry("f", "out", {"NumPy": [-4.0], "PyTorch": [-4.25]}))
    one, other = compare(found)
    assert one == ("f", "out", 3, 4.0, {("NumPy", "PyTorch"): 0.5})
    assert other == ("g", "out", 1, 0.0, {})


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(ValueError, match="shapes differ"):
        compare([Entry("f", "out", {"NumPy": np.ones(3), "PyTorch": np.ones((3, 1))})])
    with pytest.raises(ValueError, match=r"longer|shorter"):
        list(entries("f", ["out", "gradient"], [1.0], [1.0], [1.0]))
