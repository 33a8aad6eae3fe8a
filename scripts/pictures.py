"""Take the pictures of README and docs from a running site with an example district.

Usage: python scripts/pictures.py [ADDRESS]     (http://127.0.0.1:8000, as `make run` starts it)
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Page, sync_playwright  # noqa: E402

from scripts.find_browser import find  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
NEED = (
    "Vi udvikler en sensor, der opdager tryksår tidligt hos plejehjemsbeboere, og søger klinisk viden og et sted "
    "at teste"
)
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
]


def take(page: Page, address: str) -> None:
    """The home page, and what answers a need."""
    page.goto(address)
    page.screenshot(path=PICTURES / "home.png")
    page.fill("#id_text", NEED)
    page.click(".need-box button")
    page.wait_for_selector(".match")
    page.screenshot(path=PICTURES / "matches.png")


def main(address: str) -> None:
    """Take them all, in Danish, at desktop width."""
    browser = find()
    if browser is None:
        raise SystemExit("No Chromium here: python scripts/find_browser.py installs one")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=browser, args=FLAGS)
        context = running.new_context(viewport={"width": 1280, "height": 1000}, locale="da-DK")
        take(context.new_page(), address)
        running.close()
    sys.stdout.write(f"Pictures are in {PICTURES.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
