"""Every page in both languages: no violation that axe can find, and nothing wider than a phone."""

from __future__ import annotations

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.conftest import Open, sign_in
from tests.browser.test_journeys import NEED
from tests.hub.web.conftest import World
from tests.hub.web.test_pages import PUBLIC, SIGNED_IN, STAFF, things

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


CHECK = """async (rules) => {
    const found = await axe.run(document, {runOnly: rules, resultTypes: ['violations']})
    return found.violations.map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 120)}`)
}"""


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it is now. It is loaded into a page once."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE_SCRIPT)
    return [f"{page.url} {one}" for one in page.evaluate(CHECK, RULES)]


def matched(page: Page) -> None:
    """The page that answers a need, with everything on it unfolded."""
    page.goto("/")
    page.fill("#id_text", NEED)
    page.click(".need-box button")
    page.wait_for_selector("#results")
    page.evaluate("document.querySelectorAll('details').forEach((part) => (part.open = true))")


@pytest.mark.parametrize("language", ["da", "en"])
def test_no_page_has_a_violation(open_page: Open, world: World, language: str) -> None:
    page = open_page("/", language=language)
    found: list[str] = []
    for path in [*PUBLIC, *things(world), "/nowhere/", "/directory/?q=zzzz"]:
        page.goto(path)
        found += violations(page)
    matched(page)
    found += violations(page)
    sign_in(page, world, "owner")
    for path in [*SIGNED_IN, f"/needs/{world.public.pk}/", f"/needs/{world.draft.pk}/edit/"]:
        page.goto(path)
        found += violations(page)
    page.goto("/needs/new/")
    page.click("button[name=post]")
    found += violations(page)
    assert found == []


def test_the_secretariats_pages_have_no_violation(open_page: Open, world: World) -> None:
    page = open_page("/secretariat/", name="secretariat")
    found: list[str] = []
    for path in STAFF:
        page.goto(path)
        found += violations(page)
    assert found == []


@pytest.mark.parametrize("language", ["da", "en"])
def test_nothing_is_wider_than_a_phone(open_page: Open, world: World, language: str) -> None:
    page = open_page("/", language=language, width=390, name="owner")
    wide: list[str] = []
    paths = [*PUBLIC[:-1], *things(world), *SIGNED_IN]
    for path in paths:
        page.goto(path)
        if page.evaluate("document.documentElement.scrollWidth") > 390:
            wide.append(path)
    matched(page)
    if page.evaluate("document.documentElement.scrollWidth") > 390:
        wide.append("/match/")
    assert wide == []


def test_what_can_be_pressed_is_large_enough(open_page: Open) -> None:
    """WCAG 2.2, 2.5.8: at least 24 by 24 CSS pixels; links within sentences are excepted."""
    page = open_page("/", width=390)
    small = page.evaluate(
        """() => [...document.querySelectorAll('nav a, button, summary, .tools a, .tags a')]
            .filter((one) => one.offsetParent)
            .map((one) => [one.textContent.trim(), one.getBoundingClientRect()])
            .filter(([, box]) => box.width < 24 || box.height < 24)
            .map(([text]) => text)"""
    )
    assert small == []
