"""How long the book takes to build when it has forty chapters: python benchmarks/book_build.py

Copies the book into a scratch folder, multiplies a notebook (--chapters 45) and a concept (--concepts 60: three files,
a test, a reference page, with labels and docstrings of their own), and times `jupyter-book build` from nothing, after
a change to one page, and after a change to one docstring: wall time, and processor time of the build.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
BUILD = "from jupyter_book.cli.main import main; main()"


def renamed(source: Path, target: Path, changes: dict[str, str]) -> None:
    text = source.read_text(encoding="utf-8")
    for old, new in changes.items():
        text = re.sub(rf"(?<![\w]){re.escape(old)}", new, text)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


def multiply(book: Path, chapters: int, concepts: int) -> None:
    """Copies of `linear` and of its notebook under names of their own, entered in the table of contents."""
    toc = yaml.safe_load((book / "_toc.yml").read_text(encoding="utf-8"))
    own = lambda n: {"eq-linear": f"eq-copy{n}", "dlpath.linear": f"dlpath.copy{n}", "fig-linear": f"fig-copy{n}"}  # noqa: E731
    pages = []
    for n in range(concepts):
        for name in ("__init__", "in_numpy", "in_torch", "in_tensorflow"):
            renamed(book / f"src/dlpath/linear/{name}.py", book / f"src/dlpath/copy{n}/{name}.py", own(n))
        renamed(book / "tests/test_linear.py", book / f"tests/test_copy{n}.py", own(n))
        directives = {f"{kind}}} linear": f"{kind}}} copy{n}" for kind in ("{versions", "{api", "{equations")}
        renamed(book / "book/reference/linear.md", book / f"book/reference/copy{n}.md", own(n) | directives)
        pages.append({"file": f"book/reference/copy{n}"})
    for n in range(chapters):
        names = own(n) | {
            "#fig-": f"#fig-copy{n}-",
            '"name": "fig-': f'"name": "fig-copy{n}-',
            'name="quiz-': f'name="quiz-{n}-',
        }
        renamed(book / "notebooks/2-core-concepts/linear.ipynb", book / f"notebooks/appendix/copy{n}.ipynb", names)
        pages.append({"file": f"notebooks/appendix/copy{n}"})
    toc["parts"].append({"caption": "Copies", "chapters": pages})
    (book / "_toc.yml").write_text(yaml.safe_dump(toc), encoding="utf-8")


def build(book: Path, what: str) -> None:
    before, begin = os.times(), time.perf_counter()
    environment = {**os.environ, "PYTHONPATH": str(book / "src"), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", BUILD, "build", "--nitpick", "--keep-going", str(book)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    warnings = len(re.findall(r"WARNING|ERROR", done.stdout + done.stderr))
    print(
        f"{what:32} {time.perf_counter() - begin:6.1f} s wall {used:6.1f} s processor, {warnings} warnings", flush=True
    )


def change(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chapters", type=int, default=45)
    parser.add_argument("--concepts", type=int, default=60)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        book = Path(scratch) / "book"
        files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
        for name in files:
            (book / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, book / name)
        multiply(book, options.chapters, options.concepts)
        build(book, "from nothing")
        build(book, "nothing changed")
        change(book / "book/notation.md", "# Notation", "# Notation\n\nA new sentence.")
        build(book, "one page changed")
        change(book / "src/dlpath/copy0/in_numpy.py", "Map a batch of rows", "Map a batch, row by row")
        build(book, "one docstring changed")


if __name__ == "__main__":
    main()
