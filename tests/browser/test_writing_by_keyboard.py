"""Writing a release from the keyboard: where one is after a button has done its work, and undoing what was pasted."""

from __future__ import annotations

from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, sign_in
from tests.hub.web.conftest import World

PASTE = """(html) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", "Fed");
  const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  document.querySelector("[name=body]").dispatchEvent(event);
}"""


def press(page: Page, action: str) -> None:
    page.focus(f"button[value='{action}']")
    page.keyboard.press("Enter")


def test_the_keyboard_goes_on_where_the_button_stood(open_page: Open, world: World) -> None:
    page = open_page("/", language="en")
    sign_in(page, world, "member")
    page.goto(reverse("write-release"))
    press(page, "add:quotes")
    expect(page.locator("[name='quotes-0-text']")).to_be_focused()
    page.keyboard.type("Den første.")
    press(page, "add:quotes")
    expect(page.locator("[name='quotes-1-text']")).to_be_focused()
    page.keyboard.type("Den anden.")
    press(page, "up:quotes:1")
    expect(page.locator("[name='quotes-0-text']")).to_be_focused()
    expect(page.locator("[name='quotes-0-text']")).to_have_value("Den anden.")
    press(page, "remove:quotes:1")
    expect(page.locator("[name='quotes-0-text']")).to_be_focused()
    press(page, "remove:quotes:0")
    expect(page.locator("button[value='add:quotes']")).to_be_focused()
    page.fill("[name=issuer_name]", "Øst")
    press(page, "find")
    expect(page.locator("[name=issuer_name]")).to_be_focused()


def test_what_was_pasted_is_taken_back_with_one_key(open_page: Open, world: World) -> None:
    page = open_page("/", language="en")
    sign_in(page, world, "member")
    page.goto(reverse("write-release"))
    page.focus("[name=body]")
    page.evaluate(PASTE, "<p><b>Fed</b></p>")
    expect(page.locator("[name=body]")).to_have_value("**Fed**")
    page.keyboard.press("Control+z")
    expect(page.locator("[name=body]")).to_have_value("")
