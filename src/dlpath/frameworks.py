"""Starting the frameworks: TensorFlow without its log, and next to PyTorch without a crash."""

import contextlib
import importlib
import os
import sys
from collections.abc import Callable
from functools import partial


def quiet_tensorflow() -> None:
    """Keep TensorFlow's start-up log out of a notebook; to be called before TensorFlow is imported.

    Values that are already in the environment win.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    if not any(isinstance(finder, _QuietTensorFlow) for finder in sys.meta_path):
        sys.meta_path.insert(0, _QuietTensorFlow())


class _QuietTensorFlow:
    """Import TensorFlow with standard error closed: as it loads, its libraries log there whatever the level is."""

    def find_spec(self, name, path=None, target=None):
        """What the finders behind this one find. Others may ask, and not import: the answer is the same every time."""
        if name != "tensorflow":
            return None
        behind = sys.meta_path[sys.meta_path.index(self) + 1 :]
        spec = next(filter(None, (finder.find_spec(name, path, target) for finder in behind)), None)
        if spec is not None and spec.loader is not None:
            spec.loader.exec_module = partial(_start, spec.loader.exec_module)
        return spec


def _start(execute: Callable, module) -> None:
    load_triton()
    _without_stderr(execute, module)


def load_triton() -> None:
    """Import triton, which PyTorch's GPU build brings on Linux; to be called before TensorFlow is imported.

    TensorFlow 2.20 and 2.21 put their copy of LLVM where triton's libraries find it. If triton is loaded later, and the
    first optimizer of PyTorch loads it, the process ends with a segmentation fault
    (https://github.com/tensorflow/tensorflow/issues/124205).
    """
    with contextlib.suppress(ImportError):
        importlib.import_module("triton")


def _without_stderr(function: Callable, *args) -> None:
    """Call the function while the process's standard error goes nowhere; exceptions pass."""
    stderr = os.dup(2)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        function(*args)
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
