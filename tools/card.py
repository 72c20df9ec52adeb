"""The picture that a link to the book shows: python tools/card.py writes book/_assets/card.png (1200 × 630).

Drawn in Chromium from the book's own logo and fonts; run it again when one of these or the words change.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ASSETS = ROOT / "book/_assets"
PAGE = """<!doctype html><meta charset="utf-8"><style>
@font-face {{ font-family: Literata; src: url({assets}/fonts/literata-normal.woff2); font-weight: 200 900; }}
@font-face {{ font-family: Literata; src: url({assets}/fonts/literata-italic.woff2); font-style: italic; }}
body {{ margin: 0; width: 1200px; height: 630px; box-sizing: border-box; padding: 90px 100px; background: #fdfdfb;
       color: #1d2530; font-family: Literata, serif; --dl-accent: #00588f; --dl-second: #a84c00; }}
svg {{ width: 130px; height: 130px; margin-left: -12px; }}
h1 {{ font-size: 84px; line-height: 1.1; margin: 18px 0 26px; font-weight: 600; }}
p {{ font-size: 38px; line-height: 1.4; margin: 0; color: #465060; }}
</style>{logo}<h1>Deep Learning Path</h1>
<p>From <i>y = f(Wx + b)</i> to the systems that the field runs on: every idea derived, built three times,
and proven equal.</p>"""


def main() -> None:
    from playwright.sync_api import sync_playwright

    sys.path.insert(0, str(ROOT / "tests"))
    from built import CHROMIUM, QUIET

    scratch = ASSETS / "card.html"
    logo = (ASSETS / "logo.svg").read_text(encoding="utf-8")
    scratch.write_text(PAGE.format(assets=ASSETS.as_uri(), logo=logo), encoding="utf-8")
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            page = browser.new_page(viewport={"width": 1200, "height": 630})
            page.goto(scratch.as_uri())
            page.evaluate("document.fonts.ready")
            page.screenshot(path=ASSETS / "card.png")
            browser.close()
    finally:
        scratch.unlink()


if __name__ == "__main__":
    main()
