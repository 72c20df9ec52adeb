"""The package as pip installs it: complete, and content with what it requires. No network is needed."""

import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import dlpath

SOURCE = Path(dlpath.__file__).parent
ROOT = SOURCE.parents[1]
WITHOUT_A_FRAMEWORK = sorted(p.relative_to(SOURCE.parent) for p in SOURCE.rglob("*.py") if "in_t" not in p.name)


def required(lines):
    """The distributions that these lines of metadata ask for, and those that they ask for; extras are left out."""
    found, waiting = set(), list(lines)
    while waiting:
        requirement = Requirement(waiting.pop())
        if requirement.name not in found and (not requirement.marker or requirement.marker.evaluate({"extra": ""})):
            found.add(requirement.name)
            waiting += metadata.requires(requirement.name) or ()
    return found


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """A folder with the package, installed from its wheel, and with links to what it requires: nothing else."""
    checkout, folder = tmp_path_factory.mktemp("checkout"), tmp_path_factory.mktemp("alone")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, checkout)
    shutil.copytree(SOURCE, checkout / "src/dlpath", ignore=shutil.ignore_patterns("__pycache__"))
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", "--no-deps"]
    subprocess.run([*pip, "--no-build-isolation", "--target", str(folder), str(checkout)], check=True)
    (ours,) = metadata.distributions(path=[str(folder)])
    for name in required(ours.requires):
        for top in {Path(file).parts[0] for file in metadata.files(name)} - {"..", "__pycache__"}:
            (folder / top).symlink_to(metadata.distribution(name).locate_file(top))
    return folder


def imported(folder, names):
    """A fresh Python that sees its standard library and this folder, after it has imported the modules."""
    code = "import sys, importlib; sys.path.insert(0, sys.argv[1]); [importlib.import_module(n) for n in sys.argv[2:]]"
    code += "; print(sys.modules['dlpath'].__file__)"
    return subprocess.run([sys.executable, "-I", "-S", "-c", code, folder, *names], capture_output=True, text=True)


def test_everything_but_the_frameworks_versions_imports_with_what_the_wheel_requires(alone):
    names = [".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in WITHOUT_A_FRAMEWORK]
    assert {"dlpath", "dlpath.linear.in_numpy", "dlpath.notebook", "dlpath.layers"} < set(names)
    run = imported(alone, names)
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == str(alone / "dlpath/__init__.py")


@pytest.mark.parametrize(("version", "framework"), [("in_torch", "torch"), ("in_tensorflow", "tensorflow")])
def test_there_is_no_framework_in_that_folder(version, framework, alone):
    assert f"No module named '{framework}'" in imported(alone, [f"dlpath.linear.{version}"]).stderr


def test_the_wheel_has_every_file_of_the_package(alone):
    installed = {path.relative_to(alone) for path in (alone / "dlpath").rglob("*.py")}
    assert installed == {path.relative_to(SOURCE.parent) for path in SOURCE.rglob("*.py")}
