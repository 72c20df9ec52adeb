"""Starting the frameworks: TensorFlow without its log, and next to PyTorch without a crash."""

import contextlib
import importlib.util
import os
import sys
from collections.abc import Callable


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
        if name != "tensorflow":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module
            load_triton()
            spec.loader.exec_module = lambda module: _without_stderr(execute, module)
        return spec


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
