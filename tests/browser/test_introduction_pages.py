"""Answering in a real browser, by keyboard and without scripts. What axe finds: see test_issue_pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import Page

from tests.browser.conftest import Open
from tests.hub.cast import SYSTEM
from tests.hub.web.conftest import World
from vidensbro.hub.accounts.models import Role, User
from vidensbro.hub.common import clock
from vidensbro.hub.directory import services as directory
from vidensbro.hub.introductions import services
from vidensbro.hub.introductions.models import AnswerLink, Introduction
from vidensbro.hub.introductions.services.links import digest_of, signed

SECRET = "a secret that only the mail knows"
TOKEN = signed(SECRET)


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
    AnswerLink.objects.create(introduction=row, digest=digest_of(SECRET), expires=row.expires_at)
    return row


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
