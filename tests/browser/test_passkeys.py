"""Passkeys, with the browser's own virtual authenticator (WebAuthn Level 3, section 11): added, used, removed."""

from __future__ import annotations

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.browser.conftest import PASSWORD, Open, sign_in
from tests.browser.test_accessible import violations
from tests.hub.accounts.one_time_codes import code
from tests.hub.web.conftest import World
from vidensbro.hub.accounts.models import User

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(autouse=True)
def english(world: World) -> None:
    """Everybody reads English: signing in brings the language of the account."""
    User.objects.update(language="en")


def device(page: Page, **changes: object) -> tuple[CDPSession, str]:
    """Give the page's browser a device that holds passkeys and whose owner always agrees."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": {**DEVICE, **changes}})
    return session, str(made["authenticatorId"])


def add_passkey(page: Page, *, alone: bool) -> None:
    page.goto("/account/second-factor/")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name of the passkey").fill("My telephone")
    page.get_by_label("Sign in with it alone").set_checked(alone)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("My telephone")).to_be_visible()


def sign_out(page: Page) -> None:
    page.locator("header summary").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()


def first_step(page: Page, world: World) -> None:
    page.goto("/sign-in/")
    page.get_by_label("E-mail address").fill(world.cast.users["member"].email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_passkey_opens_without_a_password(open_page: Open, world: World) -> None:
    page = open_page("/", name="member", language="en")
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    device(page)
    add_passkey(page, alone=True)
    sign_out(page)
    page.goto("/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("form[action='/sign-out/']")).to_have_count(1)
    page.goto("/account/second-factor/")
    page.get_by_role("link", name="Remove My telephone").click()
    page.get_by_role("link", name="Use a passkey").click()
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_text("My telephone")).to_have_count(0)
    assert told == []


def test_a_passkey_is_the_second_step(open_page: Open, world: World) -> None:
    page = open_page("/", name="member", language="en")
    device(page)
    add_passkey(page, alone=False)
    sign_out(page)
    first_step(page, world)
    expect(page.get_by_role("heading", level=1)).to_have_text("Second step")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator("form[action='/sign-out/']")).to_have_count(1)


def test_without_the_passkey_nobody_gets_in(open_page: Open, world: World) -> None:
    page = open_page("/", name="member", language="en")
    session, key = device(page)
    add_passkey(page, alone=False)
    sign_out(page)
    session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": key})
    device(page)
    first_step(page, world)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.goto("/account/")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Account")


def test_an_app_is_set_up_and_asked_for_by_keyboard_alone(open_page: Open, world: World) -> None:
    page = open_page("/", name="member", language="en", scripts=False)
    page.goto("/account/second-factor/app/")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    key = page.locator("code").inner_text()
    page.get_by_label("Code").fill(code(key))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    kept = page.locator("code").first.inner_text()
    sign_out(page)
    first_step(page, world)
    page.get_by_label("Code").fill(kept)
    page.keyboard.press("Enter")
    expect(page.locator("form[action='/sign-out/']")).to_have_count(1)


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_has_a_violation_or_is_too_wide(
    open_page: Open, world: World, language: str, width: int
) -> None:
    User.objects.update(language=language)
    page = open_page("/", language=language, width=width)
    found: list[str] = []

    def look(path: str) -> None:
        page.goto(path)
        found.extend(violations(page))
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found.extend([f"{path} is {wide} too wide"] if wide > 0 else [])

    for path in ("/sign-in/", "/sign-up/", "/sign-up/sent/", "/reset-password/", "/reset-password/sent/"):
        look(path)
    look("/confirm-email/forged/")
    sign_in(page, world, "secretariat")
    look("/account/email/")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    for path in (
        "/account/",
        "/account/email/",
        "/account/sessions/",
        "/account/second-factor/",
        "/account/second-factor/app/",
        "/account/second-factor/passkeys/add/",
        "/account/second-factor/codes/",
    ):
        look(path)
    assert found == []
