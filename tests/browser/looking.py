"""Looking at a page as a test does: with everything unfolded, for what axe finds and what is wider than its window.

Both widths in Danish; in English, which has the same elements and shorter words, axe looks at the narrow one only.

With VIDENSBRO_PICTURES naming a folder, a picture of every page at both widths is kept there.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.test_accessible import violations

WIDTHS = (1280, 390)
PICTURES = os.environ.get("VIDENSBRO_PICTURES", "")
_TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_PRIMARY = """() => [...document.querySelectorAll('main .button-primary')]
    .filter((one) => one.checkVisibility()).map((one) => one.textContent.trim())"""


@dataclass
class Looker:
    """Somebody who goes from page to page; `found` is what was wrong."""

    page: Page
    language: str
    found: list[str] = field(default_factory=list)

    def at(self, *paths: str, status: int = 200) -> None:
        """Open pages and look at each."""
        for path in paths:
            answer = self.page.goto(path)
            if answer is not None and answer.status != status:
                self.found.append(f"{path} answers {answer.status}")
            self.here(path)

    def here(self, name: str) -> None:
        """Look at the page that is open."""
        page = self.page
        if page.get_attribute("html", "lang") != self.language:
            self.found.append(f"{name} is not in {self.language}")
        if len(primary := page.evaluate(_PRIMARY)) > 1:
            self.found.append(f"{name} has several first choices: {primary}")
        page.evaluate("document.querySelectorAll('main details').forEach((part) => (part.open = true))")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 844})
            if (wide := page.evaluate(_TOO_WIDE)) > 0:
                self.found.append(f"{name} is {wide} pixels wider than {width}")
            if width == WIDTHS[-1] or self.language == "da":
                self.found += violations(page)
            self._picture(name, width)

    def _picture(self, name: str, width: int) -> None:
        if PICTURES:
            parts = name.split("?")[0].replace(" ", "-").split("/")
            file = "-".join(part for part in parts if part and len(part) < 30)
            number = len(list(Path(PICTURES).iterdir()))
            self.page.screenshot(path=Path(PICTURES) / f"{number:03}-{file}-{width}.png", full_page=True)
