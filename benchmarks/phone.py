"""What a reader on a slow phone waits for: python benchmarks/phone.py (after `make book WHOLE=1`)

Serves the built book compressed, as web hosts do, and opens every chapter in Chromium with a cold cache: 375 pixels
wide, processor slowed four times, 1.6 Mbit/s, 150 ms of delay. For each it notes the first paint, when the last formula
stood there, the layout shift (the sum of all shifts, stricter than the worst five seconds), and the bytes on the wire
without figures, and writes the median of --times runs to benchmarks/results/phone.json, for the page of run times.
"""

import argparse
import datetime
import gzip
import json
import platform
import statistics
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "benchmarks/results/phone.json"
TEXT = {".html", ".css", ".js", ".json", ".svg"}
LINE = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
PIXELS, SLOWER = 375, 4

# Formulas count from the first frame, at or after the first paint, in which none of those in the document is undrawn.
# Shifts that follow a touch or a key do not count.
WATCH = """() => {
    window.seen = { shift: 0, formulas: null };
    new PerformanceObserver(list => list.getEntries().forEach(entry => {
        if (!entry.hadRecentInput) window.seen.shift += entry.value;
    })).observe({ type: "layout-shift", buffered: true });
    const drawn = formula => formula.querySelector("svg, mjx-container");
    const look = time => {
        if ([...document.querySelectorAll(".math")].every(drawn)) window.seen.formulas = time;
        else requestAnimationFrame(look);
    };
    new PerformanceObserver(list => {
        const paint = list.getEntriesByName("first-contentful-paint")[0];
        if (paint) look(paint.startTime);
    }).observe({ type: "paint", buffered: true });
}"""


class Compressed(SimpleHTTPRequestHandler):
    """Files of one folder; text goes out compressed, and `sent` counts bytes by path."""

    protocol_version = "HTTP/1.1"
    sent: dict[str, int] = {}  # noqa: RUF012 (one for all requests)

    def do_GET(self):
        file = Path(self.translate_path(self.path))
        if not file.is_file():
            self.send_error(404)
            return
        body = file.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(file)))
        if file.suffix in TEXT:
            body = gzip.compress(body)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        type(self).sent[self.path] = len(body)

    def log_message(self, *args):
        pass


def visit(browser, address: str) -> dict[str, float]:
    """One visit with a cold cache: seconds, shift, and kB on the wire."""
    Compressed.sent.clear()
    context = browser.new_context(viewport={"width": PIXELS, "height": 667}, device_scale_factor=2, is_mobile=True)
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", LINE)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.add_init_script(f"({WATCH})()")
    page.goto(address, wait_until="load", timeout=120_000)
    page.wait_for_function("() => window.seen.formulas !== null", timeout=120_000)
    page.wait_for_timeout(1500)  # what comes late may still push something down
    paint = page.evaluate("() => performance.getEntriesByName('first-contentful-paint')[0].startTime")
    seen = page.evaluate("() => window.seen")
    context.close()
    weight = sum(size for path, size in Compressed.sent.items() if "/_images/" not in path)
    return {"paint": paint / 1e3, "formulas": seen["formulas"] / 1e3, "shift": seen["shift"], "kB": weight / 1e3}


def main() -> None:
    from playwright.sync_api import sync_playwright

    sys.path.insert(0, str(ROOT / "tests"))
    from built import CHROMIUM, HTML, QUIET, missing

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=3, help="visits of each page; their medians are recorded")
    parser.add_argument("--only", default="", help="part of a page's name; then nothing is recorded")
    given = parser.parse_args()
    if missing():
        sys.exit(missing())
    chapters = sorted((HTML / "notebooks").rglob("*.html"))
    pages = [HTML / "book/index.html", *(page for page in chapters if given.only in page.as_posix())]
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Compressed, directory=str(HTML)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for file in pages:
            name = file.relative_to(HTML).with_suffix("").as_posix()
            address = f"http://127.0.0.1:{server.server_port}/{name}.html"
            runs = [visit(browser, address) for _ in range(given.times)]
            found[name] = {key: round(statistics.median(run[key] for run in runs), 3) for key in runs[0]}
            print(f"{name:48}", "  ".join(f"{key} {value:.3g}" for key, value in found[name].items()), flush=True)
        version = browser.version
        browser.close()
    server.shutdown()
    if given.only:
        return
    git = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=True)
    record = {
        "date": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        "commit": commit.stdout.strip(),
        "machine": f"{platform.system()} {platform.machine()}, Chromium {version}",
        "times": given.times,
        "pages": found,
    }
    RESULT.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
