"""The request, the answer and the record of a collaboration with Tab, Space, Enter, arrows and letters only."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.test_introduction_pages import TOKEN, asked, focused, press_until
from tests.hub.cast import SYSTEM
from tests.hub.web.conftest import World
from vidensbro.hub.collaborations import services as collaborations
from vidensbro.hub.directory import services as directory
from vidensbro.hub.introductions.models import Introduction

__all__ = ["asked"]


def to(page: Page, selector: str) -> None:
    """Tab until this has the focus, which must be visible."""
    press_until(page, focused(page, selector), most=90)
    outline = page.evaluate(
        "(() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle + s.boxShadow })()"
    )
    assert outline != "nonenone", selector


def key(page: Page, *names: str) -> None:
    for name in names:
        page.keyboard.press(name)


def write_over(page: Page, text: str) -> None:
    """Replace what stands in the field that has the focus."""
    key(page, "Control+a")
    page.keyboard.type(text)


def enter(page: Page) -> None:
    """Press Enter and wait for the page that it leads to."""
    with page.expect_navigation():
        key(page, "Enter")


def test_an_introduction_is_asked_for(open_page: Open, world: World) -> None:
    directory.add_contact_point(
        SYSTEM, "email", "ida@example.org", person_id=world.corpus.researcher.pk, audience="secretariat"
    )
    match = f"publication:{world.corpus.paper.pk}"
    page = open_page(f"/needs/{world.public.pk}/introductions/new/?match={match}", name="owner")
    to(page, "[name=counterpart]")
    key(page, "Space")
    to(page, "[name=message]")
    write_over(page, "Kan I afprøve en sensor i foråret?")
    to(page, "[name=minutes]")
    key(page, "ArrowDown")
    to(page, "[name=day1]")
    page.keyboard.type("12122031")  # the same whether the day or the month comes first
    to(page, "[name=at1]")
    page.keyboard.type("1111A")  # the A where the clock has twelve hours
    to(page, "main form button[type=submit]")
    enter(page)
    row = Introduction.objects.get(need=world.public)
    assert (row.state, row.minutes, row.times.count()) == ("drafted", 45, 1)
    to(page, "form[action$='/ask/'] button")
    enter(page)
    row.refresh_from_db()
    assert row.state == "asked"


def test_more_is_asked_for_and_then_no_is_said(open_page: Open, asked: Introduction) -> None:
    page = open_page(f"/answer/{TOKEN}/")
    to(page, "button[name=more]")
    enter(page)
    assert asked.disclosures.filter(agreed=None).count() == 1
    to(page, "details:has([name=reason]) summary")
    key(page, "Enter")
    to(page, "[name=reason]")
    page.keyboard.type("Ingen tid")
    to(page, "[name=referral]")
    page.keyboard.type("Bo Testsen, Østuniversitetet")
    to(page, "button[value=no]")
    enter(page)
    asked.refresh_from_db()
    assert (asked.state, asked.reason, asked.referral) == (
        "declined",
        "no_time",
        "Bo Testsen, Østuniversitetet",
    )


def test_a_result_is_recorded(open_page: Open, world: World) -> None:
    cast = world.cast
    row = collaborations.begin(
        cast["member"],
        title="Plaster mod tryksår",
        parties=[
            collaborations.PartyGiven("company", cast.company.pk),
            collaborations.PartyGiven("research", cast.university.pk),
        ],
    )
    page = open_page(f"/collaborations/{row.pk}/", name="member")
    to(page, "a[href$='/record/result/']")
    enter(page)
    to(page, "[name=result]")
    key(page, "ArrowDown")
    to(page, "[name=title]")
    page.keyboard.type("To dage tidligere")
    to(page, "[name=evidence]")
    key(page, "ArrowDown")
    to(page, "[name=link]")
    page.keyboard.type("https://doi.org/10.5555/12345678")
    to(page, "main form button[type=submit]")
    enter(page)
    expect(page.locator(".timeline")).to_contain_text("To dage tidligere")
    expect(page.locator(".timeline a[href='https://doi.org/10.5555/12345678']")).to_have_count(1)
