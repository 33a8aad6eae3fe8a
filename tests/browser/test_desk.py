"""The desk by its keys, in a real browser; without a script; on a phone; and read by axe."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.test_accessible import violations
from tests.hub.web.conftest import World
from vidensbro.hub.desk.models import DeskItem

PAGE = "/secretariat/desk/?kind=route"
TWO = 2


@pytest.fixture
def at_desk(open_page: Open, world: World) -> Page:
    """The secretariat at the desk; the two needs that are posted are to be routed."""
    speaks(world, "en")
    page = open_page(PAGE, name="secretariat", language="en")
    expect(page.locator("[data-row]")).to_have_count(TWO)
    return page


def speaks(world: World, language: str) -> None:
    """The secretariat's own language, which goes before the browser's."""
    user = world.cast.users["secretariat"]
    user.language = language
    user.save()


def focused(page: Page) -> str:
    """The title of the row that has the focus; "" if none has."""
    return str(
        page.evaluate(
            "document.activeElement.closest('[data-row]')?.querySelector('h3').textContent.trim() ?? ''"
        )
    )


def press(page: Page, *keys: str) -> None:
    """Press keys, once the page's script has run."""
    expect(page.locator("[data-keys-open]")).to_be_visible()
    for key in keys:
        page.keyboard.press(key)


def test_everything_by_keys(at_desk: Page) -> None:
    page = at_desk
    titles = [one.strip() for one in page.locator("[data-row] h3").all_text_contents()]
    press(page, "j")
    assert focused(page) == titles[0]
    press(page, "j", "j")
    assert focused(page) == titles[1]
    press(page, "k", "x", "j", "x", "x")
    assert [box.is_checked() for box in page.locator("input[name=item]").all()] == [True, False]
    press(page, "a")
    expect(page.locator(".notice.success")).to_contain_text("1 item: assigned.")
    expect(page.locator(".desk-whose").first).to_contain_text("Secretariat")
    # Without a tick the row that one is at is meant; keys typed in a field are text.
    press(page, "j", "n")
    page.keyboard.type("just ask sundax")
    press(page, "Tab", "Enter")
    expect(page.locator(".desk-note")).to_have_text("Note: just ask sundax")
    press(page, "u")
    expect(page.locator(".notice.success")).to_contain_text("Undone.")
    expect(page.locator(".desk-note")).to_have_count(0)
    press(page, "d")
    expect(page.locator("[data-row]")).to_have_count(1)
    press(page, "u")
    expect(page.locator("[data-row]")).to_have_count(TWO)


def test_snoozing_and_opening_by_keys(at_desk: Page) -> None:
    page = at_desk
    press(page, "j", "s")
    assert page.evaluate("document.activeElement.name") == "until"
    page.fill("[name=until]", "2099-01-01")
    press(page, "Enter")
    expect(page.locator(".notice.error")).to_contain_text("within a year")
    press(page, "Escape")
    press(page, "j")
    title = focused(page)
    assert title
    press(page, "Enter")
    expect(page.locator("h1")).to_have_text(title)


def test_the_keys_are_shown_and_can_be_switched_off(at_desk: Page) -> None:
    page = at_desk
    press(page, "?")
    dialog = page.locator("#desk-keys")
    expect(dialog).to_be_visible()
    assert violations(page) == []
    dialog.locator("input").uncheck()
    press(page, "Escape")
    expect(dialog).not_to_be_visible()
    press(page, "j")
    assert focused(page) == ""
    page.reload()
    press(page, "j")
    assert focused(page) == ""


def test_without_a_script(open_page: Open, world: World) -> None:
    page = open_page(PAGE, name="secretariat", language="en", scripts=False)
    page.locator("input[name=item]").first.focus()
    page.keyboard.press("Space")
    page.locator("button[value=done]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-row]")).to_have_count(1)
    page.locator("[data-undo]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-row]")).to_have_count(TWO)
    assert DeskItem.objects.count() == 0


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_and_a_phone(open_page: Open, world: World, language: str, width: int) -> None:
    speaks(world, language)
    page = open_page("/secretariat/desk/", name="secretariat", language=language, width=width)
    found: list[str] = []
    for path in (
        "/secretariat/desk/",
        f"{PAGE}&q=zzzz",
        f"{PAGE}&state=all",
        "/secretariat/desk/views/?kind=route",
    ):
        page.goto(path)
        found += violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert found == []
