"""What the test files share: examples that repeat, the three versions of a concept, Keras in float64."""

import importlib
import os

import pytest
from hypothesis import settings

from dlpath.frameworks import load_triton

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

load_triton()

# Hypothesis draws the same examples every time and everywhere, and keeps nothing on disk.
settings.register_profile("book", derandomize=True, database=None, deadline=None)
settings.load_profile("book")


@pytest.fixture(scope="session")
def versions():
    """versions("mlp") -> the modules in_numpy, in_torch, in_tensorflow; PyTorch is imported before TensorFlow."""

    def of(concept):
        return [importlib.import_module(f"dlpath.{concept}.in_{name}") for name in ("numpy", "torch", "tensorflow")]

    return of


@pytest.fixture
def keras_float64(versions):
    """Keras computes in float64 for one test: its `fit` and its optimizers go by this setting."""
    versions("mlp")
    config = importlib.import_module("keras").config
    before, policy = config.floatx(), config.dtype_policy()  # the policy is made of floatx once, when first asked for
    config.set_floatx("float64")
    config.set_dtype_policy("float64")
    yield
    config.set_floatx(before)
    config.set_dtype_policy(policy)
