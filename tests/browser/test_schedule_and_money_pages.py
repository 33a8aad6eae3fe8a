"""The page of what is fetched again and again, and that of a project with its money: as in `test_issue_pages`."""

from __future__ import annotations

from tests.browser.test_issue_pages import Look, look
from tests.hub.cast import SYSTEM
from tests.hub.web.conftest import World
from vidensbro.hub.imports.models import ImportRun, ImportSchedule
from vidensbro.hub.imports.services import add_schedule, pause_schedule
from vidensbro.hub.imports.wishes import Wish
from vidensbro.hub.knowledge.models import Grant, Work

__all__ = ["look"]


def test_what_is_fetched_again_and_again(look: Look, world: World) -> None:
    secretariat = look("secretariat")
    new = "/secretariat/imports/schedules/new/"
    secretariat.at("/secretariat/imports/schedules/")
    secretariat.at(*(f"{new}?source={one}" for one in ("openalex", "cvr", "oai")))
    secretariat.page.click("main form button[type=submit]")
    secretariat.here("/secretariat/imports/schedules/new/ with errors")
    rows = [add_schedule(SYSTEM, one, Wish(country="DK", since="last"), 24) for one in ("openalex", "ror")]
    pause_schedule(SYSTEM, rows[1].pk)
    run = ImportRun.objects.create(source="openalex", actor="system:schedule", state=ImportRun.State.DONE)
    ImportSchedule.objects.filter(pk=rows[0].pk).update(
        last_run=run, failures=2, error="busy: ask later " * 20
    )
    secretariat.at("/secretariat/imports/schedules/", "/secretariat/")
    assert secretariat.found == []


def test_schedules_with_the_keyboard_alone(look: Look, world: World) -> None:
    page = look("secretariat").page
    row = add_schedule(SYSTEM, "cordis", Wish(), 24)
    page.goto("/secretariat/imports/schedules/")
    page.focus("main form[action*='/pause/'] button")
    page.keyboard.press("Enter")
    page.wait_for_selector("main input[name=paused][value='']", state="attached")
    row.refresh_from_db()
    assert row.paused
    page.focus("main details summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("main .empty")
    assert not ImportSchedule.objects.exists()


def test_a_project_with_its_money_and_its_results(look: Look, world: World) -> None:
    one = world.corpus.paper
    project = Work.objects.create(kind="project", title="Early signs of pressure ulcers", language="en")
    whole = {"source": "cordis", "funder": "European Commission", "funder_key": "ec", "number": "101000001"}
    money = {"currency": "EUR", "total": 2_500_000}
    Grant.objects.create(work=project, amount=2_073_781, **whole, **money)
    Grant.objects.create(work=one, **whole)
    for organisation in (world.cast.company, world.cast.university):
        Grant.objects.create(work=project, organisation=organisation, amount=1_000_000, **whole, **money)
    visitor = look("owner")
    visitor.at(f"/works/{project.pk}/", f"/works/{one.pk}/")
    assert visitor.found == []
