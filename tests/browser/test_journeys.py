"""What people do, in a real browser: with a mouse, with the keyboard alone, without scripts, on a phone."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.hub.web.conftest import World

NEED = (
    "Vi udvikler en sensor, der opdager tryksår tidligt hos beboere på plejehjem, og søger klinisk viden "
    "og et sted at teste."
)
PAPER = "Early detection of pressure ulcers in nursing home residents"


def ask(page: Page) -> None:
    page.get_by_label("Beskriv, hvad du har brug for").fill(NEED)
    page.get_by_role("button", name="Find viden").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Det fandt vi")


def test_a_danish_need_gets_english_evidence(open_page: Open) -> None:
    page = open_page("/")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    ask(page)
    match = page.get_by_role("article", name=PAPER)
    expect(match.locator("mark").first).to_be_visible()
    expect(match).to_contain_text("tryksår→")
    sums = match.locator("details").first
    expect(sums.get_by_role("table")).to_be_hidden()
    sums.locator("summary").click()
    expect(sums.get_by_role("table")).to_be_visible()
    match.get_by_role("link", name=PAPER, exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(PAPER)
    assert complaints == []


def test_narrowing_keeps_the_page(open_page: Open) -> None:
    page = open_page("/")
    ask(page)
    page.evaluate("document.body.dataset.same = 'yes'")
    page.get_by_role("group", name="Vis kun").get_by_label("Teststeder").check()
    expect(page.locator("#publication")).to_have_count(0)
    expect(page.locator("#test_site")).to_be_visible()
    assert page.evaluate("document.body.dataset.same") == "yes"


def test_everything_works_without_scripts(open_page: Open) -> None:
    page = open_page("/", scripts=False)
    ask(page)
    page.get_by_role("group", name="Vis kun").get_by_label("Teststeder").check()
    page.get_by_role("button", name="Afgræns").click()
    expect(page.locator("#publication")).to_have_count(0)
    expect(page.locator("#test_site")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What we found")
    expect(page.locator("#test_site")).to_be_visible()


def test_an_example_is_put_into_the_box(open_page: Open) -> None:
    page = open_page("/")
    page.get_by_role("button", name="Tryksår på plejehjem").click()
    expect(page.locator("#id_text")).to_have_value(re.compile("^Vi udvikler en sensor"))


def test_an_example_is_sent_without_scripts(open_page: Open) -> None:
    page = open_page("/", scripts=False)
    page.get_by_role("button", name="Tryksår på plejehjem").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Det fandt vi")


def test_the_keyboard_is_enough(open_page: Open) -> None:
    page = open_page("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Spring til indholdet")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#id_text")).to_be_focused()
    page.keyboard.type(NEED)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Find viden")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Det fandt vi")
    for _ in range(80):
        page.keyboard.press("Tab")
        if (
            page.evaluate("document.activeElement.closest('.match') && document.activeElement.tagName")
            == "SUMMARY"
        ):
            break
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.parentElement.open")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_not_relevant_because(open_page: Open, world: World) -> None:
    page = open_page(f"/needs/{world.public.pk}/", name="owner")
    match = page.get_by_role("article").filter(has=page.get_by_role("link", name=PAPER, exact=True)).first
    match.get_by_text("Ikke relevant, fordi …").click()
    match.get_by_label("Hvorfor ikke?").select_option("too_old")
    match.get_by_role("button", name="Ikke relevant").click()
    expect(match.get_by_role("status")).to_contain_text("Tak")
    page.reload()
    expect(page.get_by_text("Du finder det ikke relevant: forældet.")).to_be_visible()


def test_from_trying_to_posting(open_page: Open) -> None:
    page = open_page("/", name="member")
    ask(page)
    page.get_by_role("button", name="Gem som behov").click()
    expect(page.get_by_label("Hvad har du brug for?")).to_have_value(NEED)
    page.get_by_label(re.compile("^Titel")).fill("Sensor mod tryksår")
    page.get_by_role("button", name="Slå behovet op").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sensor mod tryksår")
    page.locator("details.menu summary").click()
    page.get_by_role("link", name="Mine behov").click()
    expect(page.get_by_role("link", name="Sensor mod tryksår")).to_be_visible()


def test_errors_are_reached_first(open_page: Open) -> None:
    page = open_page("/needs/new/", name="member")
    page.get_by_role("button", name="Slå behovet op").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("alert").get_by_role("link", name="Hvad har du brug for?").click()
    assert page.url.endswith("#id_text")
