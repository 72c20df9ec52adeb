"""Where the built book is, what can open it, and one open page of it.

`DLPATH_HTML` names another build than `_build/html`; `DLPATH_CHROMIUM` another browser than the one found.
"""

import gzip
import os
import shutil
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parents[1]
HTML = Path(os.environ.get("DLPATH_HTML", ROOT / "_build/html")).resolve()
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
CHROMIUM = os.environ.get("DLPATH_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
STATES = [(1280, "light"), (1280, "dark"), (375, "light"), (375, "dark")]
PAGES = sorted(path.relative_to(HTML).as_posix() for path in HTML.rglob("*.html"))
PAGES = [page for page in PAGES if not page.startswith("_") and page != "index.html"]  # that one only redirects


def missing():
    """Why the book cannot be opened, or None."""
    if not PAGES:
        return f"there is no built book in {HTML}: run `make book` first"
    if not CHROMIUM:
        return "no Chromium or Chrome was found: install one, or name it in DLPATH_CHROMIUM"
    return None


@dataclass
class Visit:
    """An open page, the files it loaded, and everything that went wrong since."""

    page: object
    name: str
    requests: list = field(default_factory=list)
    errors: list = field(default_factory=list)

    def show(self, width, scheme):
        """Put the open page into one of the four states."""
        self.page.set_viewport_size({"width": width, "height": 800})
        self.page.emulate_media(color_scheme=scheme)
        self.page.wait_for_function("scheme => document.documentElement.dataset.theme === scheme", arg=scheme)

    def settle(self, script):
        """What the script finds wrong once nothing changes any more: the page may take a moment after a resize."""
        for _ in range(20):
            found = self.page.evaluate(script)
            if not found:
                break
            self.page.wait_for_timeout(250)
        return found

    def weight(self):
        """Bytes loaded, compressed as a web host would, by path inside the book; figures together as `_images`."""
        files = {Path(unquote(urlsplit(url).path)) for url in self.requests if url.startswith("file:")}
        found = Counter()
        for file in filter(Path.is_file, files):
            name = file.relative_to(HTML).as_posix()
            found["_images" if name.startswith("_images/") else name] += len(gzip.compress(file.read_bytes()))
        return found
