"""Colab's environment, rebuilt: does installing dlpath change anything else there, and does every notebook run?

    python tools/colab.py [--python python3.13] [--folder _build/colab] [NOTEBOOK …]

The versions are those that Colab publishes (https://github.com/googlecolab/backend-info, August 2026). The folder is
kept, so that a second run installs nothing. Each notebook runs alone in an empty folder, by a kernel of that
environment. Takes some gigabytes: PyPI's PyTorch brings CUDA's libraries along on Linux.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbclient
import nbformat
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

ROOT = Path(__file__).resolve().parents[1]
PINS = [
    *("numpy==2.1.3", "scipy==1.16.3", "scikit-learn==1.6.1", "matplotlib==3.10.0", "statsmodels==0.14.6"),
    *("torch==2.11.0", "tensorflow==2.20.0", "keras==3.13.2"),
    *("ipython==7.34.0", "ipykernel==6.17.1", "traitlets==5.7.1"),
]
ALSO_THERE = ["pooch", "requests", "tqdm", "nbclient"]  # Colab has them; which version is no matter


def rebuild(folder: Path, python: str) -> Path:
    """A fresh virtual environment with Colab's versions, or the one that is there. Returns its Python."""
    interpreter = folder / "bin/python"
    if not (folder / "complete").exists():
        subprocess.run([python, "-m", "venv", "--clear", folder], check=True)
        pip(interpreter, "install", "--quiet", *PINS, *ALSO_THERE)
        (folder / "complete").touch()
    pip(interpreter, "uninstall", "--quiet", "--yes", "dlpath")
    return interpreter


def pip(interpreter: Path, *arguments) -> str:
    command = [interpreter, "-m", "pip", "--disable-pip-version-check", *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def changed_by_installing(interpreter: Path) -> list[str]:
    """The lines of `pip freeze` that differ after dlpath is installed from this checkout, dlpath's own left out."""
    before = set(pip(interpreter, "freeze").splitlines())
    pip(interpreter, "install", "--quiet", ROOT)
    after = set(pip(interpreter, "freeze").splitlines())
    return sorted(line for line in before ^ after if not line.startswith("dlpath"))


class Kernel(AsyncKernelManager):
    """A kernel of another environment's Python."""

    interpreter = sys.executable

    @property
    def kernel_spec(self):
        return KernelSpec(argv=[str(self.interpreter), "-m", "ipykernel_launcher", "-f", "{connection_file}"])


def run(path: Path, interpreter: Path) -> str:
    """Run one notebook alone in an empty folder. Returns what failed, or nothing."""
    with tempfile.TemporaryDirectory() as folder:
        copied = shutil.copy(path, folder)
        manager = Kernel()
        manager.interpreter = interpreter
        resources = {"metadata": {"path": folder}}
        client = nbclient.NotebookClient(nbformat.read(copied, 4), km=manager, timeout=900, resources=resources)
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        try:
            client.execute(env=environment, stderr=subprocess.DEVNULL)
        except nbclient.exceptions.CellExecutionError as error:
            return str(error)
    return ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notebooks", nargs="*", type=Path, default=sorted((ROOT / "notebooks").rglob("*.ipynb")))
    parser.add_argument("--python", default="python3.13")
    parser.add_argument("--folder", type=Path, default=ROOT / "_build/colab")
    options = parser.parse_args()
    interpreter = rebuild(options.folder.absolute(), options.python)
    changed = changed_by_installing(interpreter)
    print("Installing dlpath changed:", ", ".join(changed) or "nothing else", flush=True)
    failed = []
    for path in options.notebooks:
        error = run(path, interpreter)
        print(f"{path}: {'failed' if error else 'runs'}\n{error}".rstrip(), flush=True)
        failed += [path] if error else []
    sys.exit(bool(changed or failed))


if __name__ == "__main__":
    main()
