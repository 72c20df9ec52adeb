"""Execute, normalize and seal the notebooks: python tools/notebooks.py [--times FILE] [PATH …]

Every notebook below the paths (default: notebooks/) is run from top to bottom by this interpreter, in its own
folder, and stored so that a second run gives the same bytes: fixed cell ids, counts 1…n, metadata reduced to what
is used, the standard first cell, and a seal over code and text outputs. Text that differs only in what strict nbval
masks, or in a cell tagged nbval-ignore-output, keeps its stored form. A notebook with a failing cell is not touched.
With --times nothing is stored but the seconds that each notebook took.
"""

import argparse
import copy
import datetime
import hashlib
import json
import os
import platform
import re
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import yaml
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, CellTimeoutError, DeadKernelError
from nbval.kernel import CURRENT_ENV_KERNEL_NAME, NbvalKernelspecManager
from nbval.plugin import coalesce_streams, find_comment_markers, find_metadata_tags, get_sanitize_patterns

ROOT = Path(__file__).resolve().parents[1]
SANITIZER = ROOT / "tests" / "nbval_sanitize.cfg"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
ADDRESS = re.compile(r"https://[\w.-]+(/[\w.-]+)+/?", re.ASCII)  # it gets into a shell line of every first cell
ANSI = re.compile(r"\x1b\[[\d;]*m")
FIRST_CELL = """\
# Find the book's package: installed already, or in the checkout around this notebook, or from its repository.
import sys
from importlib.util import find_spec
from pathlib import Path

REPOSITORY = "{address}"
sys.path += [str(folder / "src") for folder in Path.cwd().parents if (folder / "src" / "dlpath").is_dir()]
if not find_spec("dlpath") and not REPOSITORY:
    raise ImportError("dlpath is not here: open this notebook inside a checkout of the book, or pip install one")
if not find_spec("dlpath"):
    %pip install --quiet git+{{REPOSITORY}}

from dlpath.notebook import setup

setup()"""


def first_cell() -> str:
    """The standard first code cell, with the repository's address from _config.yml (often empty)."""
    config = ROOT / "_config.yml"
    settings = yaml.safe_load(config.read_text(encoding="utf-8")) if config.exists() else {}
    address = (settings.get("repository") or {}).get("url") or ""
    if address and not ADDRESS.fullmatch(address):
        raise SystemExit(f"_config.yml: repository.url is https://host/path and no more, not {address!r}")
    return FIRST_CELL.format(address=address)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def ignores_output(cell) -> bool:
    """Whether nbval leaves this cell's output alone, by a tag or by a comment."""
    markers = [*find_metadata_tags(cell.metadata), *find_comment_markers(cell.source)]
    return ("check", False) in markers


def texts(output) -> dict[str, str]:
    """What of an output is text: kind -> text. Pictures are not."""
    if output.output_type == "stream":
        return {output.name: output.text}
    if output.output_type == "error":
        return {"error": f"{output.ename}: {output.evalue}"}
    return {kind: data for kind, data in output.data.items() if not kind.startswith("image/")}


def masked(cell) -> list[dict[str, str]]:
    """The text outputs as strict nbval compares them."""
    patterns = get_sanitize_patterns(SANITIZER.read_text(encoding="utf-8"))
    result = [texts(output) for output in cell.outputs]
    for kinds in result:
        for kind, text in kinds.items():
            for pattern, replacement in patterns:
                text = re.sub(pattern, replacement, text) if isinstance(text, str) else text
            kinds[kind] = text
    return result


def contents(output) -> dict[str, str]:
    """All that is stored of an output, pictures included."""
    return texts(output) | dict(output.get("data", {}))


def seal(notebook) -> list[str]:
    """For each code cell a hash of its source and outputs, pictures included: what nobody may change unrun."""
    content = [[cell.source, [contents(output) for output in cell.outputs]] for cell in code_cells(notebook)]
    return [hashlib.sha256(json.dumps(one, sort_keys=True).encode()).hexdigest()[:16] for one in content]


def normalize(notebook):
    """The notebook reduced to what is used; the seal that it carries stays as it is."""
    notebook = copy.deepcopy(notebook)
    for number, cell in enumerate(notebook.cells, 1):
        cell.id = f"cell-{number:02}"
        cell.metadata = kept(cell.metadata)
        cell.pop("attachments", None)
    for count, cell in enumerate(code_cells(notebook), 1):
        cell.execution_count = count
        cell.outputs = coalesce_streams(cell.outputs)
        for output in cell.outputs:
            normalize_output(output, count)
    ours = notebook.metadata.get("dlpath", {})
    notebook.metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    notebook.metadata["dlpath"] = {key: ours[key] for key in ("form", "data", "given", "seal") if key in ours}
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return nbformat.from_dict(notebook)


def kept(metadata) -> dict:
    """The metadata of a cell that are used. A cell that draws is folded, on the page and in JupyterLab."""
    tags = set(metadata.get("tags", ()))
    if metadata.get("mystnb", {}).get("figure"):
        tags.add("hide-input")
    kept = {"jupyter": {"source_hidden": True}} if "hide-input" in tags else {}
    kept |= {"mystnb": metadata["mystnb"]} if metadata.get("mystnb") else {}
    return kept | ({"tags": sorted(tags)} if tags else {})


def normalize_output(output, count: int) -> None:
    """Drop what differs from run to run or from machine to machine."""
    if output.output_type in ("display_data", "execute_result"):
        output.metadata = {}
    if output.output_type == "execute_result":
        output.execution_count = count
    if output.output_type == "error":  # the traceback names the folders of whoever ran it
        output.traceback = [f"{output.ename}: {output.evalue}"]


def keep_stored(new, stored) -> None:
    """Give the cells of `new` the stored outputs where they differ by nothing that strict nbval compares."""
    if stored.metadata.get("dlpath", {}).get("seal") != seal(stored):
        return  # the code was changed, or the outputs by hand: nothing stored is known to belong to its cell
    for cell, old in zip(code_cells(new), code_cells(stored), strict=True):
        if cell.source != old.source:
            continue
        if ignores_output(cell):
            cell.outputs = old.outputs
        elif masked(cell) == masked(old):
            for output, before in zip(cell.outputs, old.outputs, strict=True):
                if "data" in before:
                    output.data.update(texts(before))
                else:
                    output.update(before)


def read(path: Path):
    return nbformat.read(path, as_version=4)


def to_text(notebook) -> str:
    return nbformat.writes(notebook, version=4, indent=1, ensure_ascii=False).rstrip("\n") + "\n"


def stamp(notebook):
    """The notebook with the standard first code cell, which the page folds away: a reader has no use for it.

    An older form of that cell is replaced; a notebook that has none gets one, and loses nothing.
    """
    notebook = copy.deepcopy(notebook)
    standard, place = first_cell(), next((i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"), None)
    if place is None:
        return notebook
    if notebook.cells[place].source.partition("\n")[0] not in ("", standard.partition("\n")[0]):
        notebook.cells.insert(place, nbformat.v4.new_code_cell())
    cell = notebook.cells[place]
    cell.source = standard
    cell.metadata["tags"] = sorted({*cell.metadata.get("tags", ()), "hide-input"})
    return notebook


def execute(notebook, path: Path):
    """A copy of the notebook, run in the kernel that strict nbval will use; SystemExit says which cell failed."""
    client = _client(notebook, path)
    try:
        return client.execute(stderr=subprocess.DEVNULL)  # the cells' stderr is stored; this is the kernel's own
    except (CellControlSignal, CellTimeoutError, DeadKernelError) as error:
        started = [number for number, cell in enumerate(client.nb.cells, 1) if "execution" in cell.metadata]
        sys.exit(f"\n{path}, cell {started[-1]} failed; the notebook on disk is as it was.\n{ANSI.sub('', str(error))}")


def run_through(path: Path, **environment: str):
    """A copy of the notebook, run to its end whatever fails on the way: for tools/seeds.py, which stores nothing."""
    client = _client(read(path), path, allow_errors=True)
    return client.execute(stderr=subprocess.DEVNULL, env=os.environ | environment)


def _client(notebook, path: Path, **options) -> NotebookClient:
    fresh = stamp(notebook)
    for cell in fresh.cells:
        cell.metadata.pop("execution", None)
    for cell in code_cells(fresh):
        cell.outputs, cell.execution_count = [], None
    manager = AsyncKernelManager(kernel_name=CURRENT_ENV_KERNEL_NAME, kernel_spec_manager=NbvalKernelspecManager())
    resources = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(fresh, km=manager, timeout=600, resources=resources, **options)
    client.owns_km = True  # so that the kernel ends with its run, and not with this process
    return client


def update(path: Path) -> str:
    """Run one notebook, and store it where anything that counts has changed."""
    stored = read(path)
    new = normalize(execute(stored, path))
    keep_stored(new, normalize(stored))
    new.metadata.dlpath["seal"] = seal(new)
    text = to_text(new)
    if text == path.read_text(encoding="utf-8"):
        return "outputs unchanged"
    partial = path.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8", newline="\n")
    partial.replace(path)
    return "stored"


def refusal(paths: list[Path]) -> str:
    """Why these notebooks must not be stored here: the seeds are shifted, or data is missing. Empty if they may."""
    if os.environ.get("DLPATH_SEED", "0") != "0":
        return "DLPATH_SEED is set: stored outputs belong to the seeds as they stand. To try others: make seeds"
    about_mnist = [path for path in paths if "mnist" in read(path).metadata.get("dlpath", {}).get("data", [])]
    if not about_mnist:
        return ""
    from dlpath.data import DataError, mnist

    try:
        source = mnist().source
    except DataError as error:
        source = str(error)
    if source == "MNIST":
        return ""
    names = ", ".join(map(str, about_mnist))
    return f"{names}: about MNIST, and here is only: {source}. Set DLPATH_DATA to a folder with its four files."


def find(names: list[str]) -> list[Path]:
    """The notebooks that are named, or lie below the folders that are named."""
    found = []
    for path in map(Path, names):
        if not path.exists():
            sys.exit(f"{path}: no such notebook or folder")
        found += sorted(path.rglob("*.ipynb")) if path.is_dir() else [path]
    return [path for path in found if ".ipynb_checkpoints" not in path.parts]


def commit() -> str:
    """The commit whose code runs, with -dirty where files differ from it."""
    command = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip() or "unknown"


def record(file: Path, seconds: dict[str, float]) -> None:
    """What `make times` stores: how long each notebook takes here, alone, its kernel's start included."""
    content = {
        "date": datetime.date.today().isoformat(),
        "commit": commit(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "threads": os.environ.get("OMP_NUM_THREADS", "default"),
        "seconds": {name: round(value, 1) for name, value in sorted(seconds.items())},
    }
    file.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", default=["notebooks"], help="notebooks, or folders of them")
    parser.add_argument("--times", type=Path, metavar="FILE", help="record the seconds, and store no notebook")
    options = parser.parse_args()
    paths = find(options.paths)
    if reason := refusal(paths):
        sys.exit(reason)
    seconds = {}
    for number, path in enumerate(paths, 1):
        print(f"[{number}/{len(paths)}] {path} …", end=" ", flush=True)
        begin = time.perf_counter()
        outcome = "run" if options.times and execute(read(path), path) else update(path)
        seconds[path.as_posix()] = time.perf_counter() - begin
        print(f"{outcome}, {seconds[path.as_posix()]:.1f} s", flush=True)
    if options.times:
        record(options.times, seconds)


if __name__ == "__main__":
    main()
