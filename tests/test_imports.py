"""What an import costs: `import dlpath` nothing, each in_*.py its own framework and no other."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import dlpath

SOURCE = Path(dlpath.__file__).parent
FRAMEWORKS = {"torch", "tensorflow", "keras", "jax"}
MAY_IMPORT = {"in_numpy": set(), "in_torch": {"torch"}, "in_tensorflow": {"tensorflow", "keras"}}
CONCEPTS = sorted(path.parent.name for path in SOURCE.glob("*/in_numpy.py"))


def modules(pattern):
    """Names of the package's modules whose files match."""
    paths = sorted(SOURCE.glob(pattern))
    return [".".join(("dlpath", *p.relative_to(SOURCE).with_suffix("").parts)).removesuffix(".__init__") for p in paths]


def loaded(names):
    """Top-level packages in a fresh interpreter after these imports."""
    code = "import importlib, sys; [importlib.import_module(n) for n in sys.argv[1:]]; print(*sys.modules)"
    environment = {**os.environ, "PYTHONPATH": str(SOURCE.parent), "TF_CPP_MIN_LOG_LEVEL": "3"}
    run = subprocess.run([sys.executable, "-c", code, *names], capture_output=True, text=True, env=environment)
    assert run.returncode == 0, run.stderr
    return {name.partition(".")[0] for name in run.stdout.split()}


def test_import_dlpath_imports_nothing_heavy():
    assert not loaded(["dlpath"]) & (FRAMEWORKS | {"numpy", "scipy", "matplotlib", "sklearn", "pooch", "IPython"})


def test_a_concept_imports_nothing_heavy():
    assert not loaded([f"dlpath.{concept}" for concept in CONCEPTS]) & (FRAMEWORKS | {"numpy", "scipy"})


def test_what_all_versions_share_imports_no_framework():
    shared = [name for name in modules("**/*.py") if name.rpartition(".")[2] not in MAY_IMPORT]
    assert {"dlpath.layers", "dlpath.parity", "dlpath.metrics", "dlpath.notebook", "dlpath.exercises"} < set(shared)
    assert not loaded(shared) & FRAMEWORKS


@pytest.mark.parametrize("version", MAY_IMPORT)
def test_each_version_imports_its_own_framework_and_no_other(version):
    names = modules(f"*/{version}.py")
    assert f"dlpath.linear.{version}" in names
    assert loaded(names) & FRAMEWORKS == MAY_IMPORT[version]


def test_the_version_is_one_number():
    from importlib.metadata import version

    assert dlpath.__version__ == version("dlpath")


def test_docstrings_mark_code_with_one_backtick():
    """Between two the reference pages would show the escapes of `_`, `*` and `|`."""
    for path in SOURCE.rglob("*.py"):
        assert not re.findall(r"``[^`]*[_*|\\][^`]*``", path.read_text(encoding="utf-8")), path.name
