"""Pages of introductions in a real browser: no violation that axe can find, nothing wider than a phone, by keyboard."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import Page

from tests.browser.conftest import Open, sign_in
from tests.browser.test_accessible import violations
from tests.hub.cast import SYSTEM
from tests.hub.web.conftest import World
from vidensbro.hub.accounts.models import Role, User
from vidensbro.hub.common import clock
from vidensbro.hub.directory import services as directory
from vidensbro.hub.introductions import disclosure, protection, services
from vidensbro.hub.introductions.models import AnswerLink, Introduction
from vidensbro.hub.introductions.services import Answerer
from vidensbro.hub.introductions.services.links import digest_of

TOKEN = "a secret that only the mail knows"
PICTURES = os.environ.get("VIDENSBRO_PICTURES", "")


@pytest.fixture
def asked(world: World) -> Introduction:
    """A request about the sealed need, with two times, to a researcher with an account."""
    user = User.objects.create(
        email="researcher@example.org", name="Ida Testsen", role=Role.MEMBER, password="!"
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    world.cast.users["researcher"] = user
    directory.link_person(SYSTEM, world.corpus.researcher.pk, user.pk)
    begin = clock.now() + timedelta(days=10)
    times = [
        (begin, begin + timedelta(minutes=30)),
        (begin + timedelta(days=1), begin + timedelta(days=1, hours=1)),
    ]
    text = "We have tried two mattresses.\n\nHow do nurses judge redness before the skin breaks?"
    row = services.draft(
        world.cast["owner"], world.sealed.pk, person_id=world.corpus.researcher.pk, message=text, times=times
    )
    row = services.ask(world.cast["owner"], row.pk)
    AnswerLink.objects.create(introduction=row, digest=digest_of(TOKEN), expires=row.expires_at)
    return row


def looked_at(page: Page, path: str, found: list[str], name: str) -> None:
    """Open a page with everything unfolded, note what is wrong with it, and keep a picture if one is wanted."""
    page.goto(path)
    page.evaluate("document.querySelectorAll('details').forEach((part) => (part.open = true))")
    found += violations(page)
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append(f"{path} is wider than its window")
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}-{page.viewport_size['width']}.png", full_page=True)


@pytest.mark.parametrize(("language", "width"), [("da", 390), ("en", 1280)])
def test_no_page_has_a_violation_or_is_too_wide(
    open_page: Open, world: World, asked: Introduction, language: str, width: int
) -> None:
    found: list[str] = []
    page = open_page("/", language=language, width=width)
    looked_at(page, f"/answer/{TOKEN}/", found, "answer")
    looked_at(page, "/answer/nowhere/", found, "dead")
    looked_at(page, "/answer/given/yes/", found, "given")
    looked_at(page, "/figures/introductions/", found, "figures")
    looked_at(page, "/neutrality/", found, "neutrality")
    step = disclosure.ask_for(Answerer(world.cast["researcher"]), asked.pk, "description")
    sign_in(page, world, "owner")
    looked_at(page, f"/introductions/{asked.pk}/", found, "owner")
    disclosure.decide(world.cast["owner"], step.pk, True, needs_confidentiality=True)
    looked_at(page, f"/needs/{world.public.pk}/", found, "need")
    key = f"publication:{world.corpus.paper.pk}"
    looked_at(page, f"/needs/{world.public.pk}/introductions/new/?match={key}", found, "new")
    page.fill("[name=day1]", "2030-05-06")
    page.click("main form.form button[type=submit]")
    found += violations(page)
    looked_at(page, "/introductions/", found, "mine")
    page.context.clear_cookies()
    protection.declare(
        world.cast["researcher"], world.corpus.researcher.pk, organisation_id=world.cast.university.pk
    )
    sign_in(page, world, "researcher")
    looked_at(page, f"/introductions/{asked.pk}/", found, "terms")
    looked_at(page, "/account/asking/?q=nord", found, "preferences")
    services.accept(
        Answerer(world.cast["researcher"]), asked.pk, time_id=asked.times.first().pk, note="Gerne"
    )
    looked_at(page, f"/introductions/{asked.pk}/", found, "introduced")
    assert found == []


def press_until(page: Page, wanted: Callable[[], bool], most: int = 60) -> None:
    for _ in range(most):
        page.keyboard.press("Tab")
        if wanted():
            return
    raise AssertionError("the keyboard does not get there")


def focused(page: Page, selector: str) -> Callable[[], bool]:
    return lambda: bool(page.evaluate(f"document.activeElement.matches({selector!r})"))


def test_a_yes_by_keyboard_and_without_scripts(open_page: Open, asked: Introduction) -> None:
    page = open_page(f"/answer/{TOKEN}/", language="da")
    press_until(page, focused(page, "[name=time_id]"))
    page.keyboard.press("ArrowUp")
    press_until(page, focused(page, "button[value=yes]"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/answer/given/yes/")
    asked.refresh_from_db()
    assert asked.state == "introduced"
    assert asked.times.filter(chosen=True).count() == 1


def test_a_no_without_scripts(open_page: Open, asked: Introduction) -> None:
    page = open_page(f"/answer/{TOKEN}/", language="en", scripts=False)
    page.click("text=Say why, and perhaps whom else to ask")
    page.select_option("[name=reason]", "no_time")
    page.click("button[value=no]")
    page.wait_for_url("**/answer/given/no/")
    asked.refresh_from_db()
    assert (asked.state, asked.reason) == ("declined", "no_time")
