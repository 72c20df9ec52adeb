"""What strict nbval needs beyond `--nbval`, and which data the tests used: found however pytest is started."""

import functools
from pathlib import Path

import pytest

SANITIZER = Path(__file__).parent / "tests" / "nbval_sanitize.cfg"


def pytest_configure(config):
    """Plain `pytest --nbval notebooks`: this interpreter's kernel, and the number after `≈` not compared."""
    if getattr(config.option, "nbval", False):
        config.option.nbval_current_env = not config.option.nbval_kernel_name
        config.option.nbval_sanitize_with = config.option.nbval_sanitize_with or str(SANITIZER)


@functools.cache
def mnist_is_here() -> bool:
    """Whether the notebooks get the real MNIST: it is downloaded now if it can be, as they would."""
    from dlpath.data import DataError, mnist

    try:
        return mnist().source == "MNIST"
    except DataError as error:
        raise pytest.UsageError(str(error)) from error


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups afterwards
def pytest_collection_modifyitems(items):
    """Cells of notebooks: figures are drawn but not compared, and stand-in results are not held to MNIST's.

    With `--dist loadgroup` one worker gets all cells of a notebook, all tests of a page, or all tests of a file.
    """
    for item in items:
        page = item.callspec.params.get("visit") if hasattr(item, "callspec") else None
        item.add_marker(pytest.mark.xdist_group(page or str(item.path)))
        if not hasattr(item, "cell_num"):
            continue
        if "image/svg+xml" not in item.parent.skip_compare:  # the last digits of a coordinate are the machine's
            item.parent.skip_compare += ("image/svg+xml", "image/png")
        data = item.parent.nb.metadata.get("dlpath", {}).get("data", [])
        if "mnist" in data and not mnist_is_here():
            item.options["check"] = False


def pytest_terminal_summary(terminalreporter, config):
    """End by saying which data was used, and whether the book was opened in a browser."""
    from dlpath.data import data_in_use

    terminalreporter.write_sep("-", "data")
    terminalreporter.write_line(data_in_use())
    if getattr(config.option, "nbval", False) and "verified" not in data_in_use():
        terminalreporter.write_line("Notebooks about MNIST were run, and their outputs not compared.")
    unopened = {str(r.longrepr[2]) for r in terminalreporter.stats.get("skipped", []) if "NOT RUN" in str(r.longrepr)}
    for reason in sorted(unopened):
        terminalreporter.write_line(reason.removeprefix("Skipped: "), red=True, bold=True)
