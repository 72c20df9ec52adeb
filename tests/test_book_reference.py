"""The reference pages: each has an example that runs and prints what stands below it."""

import contextlib
import io
import re

import pytest

from tools import scan

EXAMPLE = re.compile(r"^## Example\n+```python\n(?P<code>.*?)^```\n+```text\n(?P<printed>.*?)^```$", re.M | re.S)
CONCEPTS = sorted({path.parent.name for path in scan.ROOT.glob("src/dlpath/*/in_*.py")})


@pytest.mark.parametrize("concept", CONCEPTS)
def test_the_example_runs_and_prints_what_the_page_says(concept):
    page = (scan.ROOT / f"book/reference/{concept}.md").read_text(encoding="utf-8")
    example = EXAMPLE.search(page)
    assert example, f"book/reference/{concept}.md: a part '## Example', a python block and a text block, is not there"
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(example["code"], f"book/reference/{concept}.md", "exec"), {})
    assert printed.getvalue() == example["printed"]


@pytest.mark.parametrize("concept", CONCEPTS)
def test_a_page_has_all_that_one_comes_back_for(concept):
    page = (scan.ROOT / f"book/reference/{concept}.md").read_text(encoding="utf-8")
    for part in (f"{{versions}} {concept} ", f"{{api}} {concept}\n", f"{{equations}} {concept}\n"):
        assert part in page, f"book/reference/{concept}.md: the directive {part.strip()!r} is not there"
    assert "ValueError" in page, f"book/reference/{concept}.md: what is refused, and with which error"
