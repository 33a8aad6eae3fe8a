"""The page of what is fetched again and again: what stands there, adding, pausing, removing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.hub.imports.conftest import SYSTEM
from vidensbro.hub.common import clock
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.imports import wording
from vidensbro.hub.imports.forms import ScheduleForm
from vidensbro.hub.imports.models import ImportRun, ImportSchedule
from vidensbro.hub.imports.services import add_schedule
from vidensbro.hub.imports.wishes import KNOWN, Wish, wish_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client: Client, cast: Any) -> Client:
    client.force_login(cast.users["secretariat"])
    client.cookies["django_language"] = "en"
    return client


def page(staff: Client) -> str:
    answer = staff.get(reverse("import-schedules"), headers={"accept-language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_nothing_is_said_to_be_nothing_and_the_way_on_is_there(staff: Client) -> None:
    assert "Nothing is fetched by itself" in page(staff)
    assert reverse("new-import-schedule") in page(staff)
    assert reverse("import-schedules") in staff.get(reverse("secretariat")).content.decode()


def test_what_is_scheduled_with_its_last_run_and_what_went_wrong(staff: Client) -> None:
    row = add_schedule(SYSTEM, "openalex", Wish(country="DK", years="2020-2026", since="last"), 168)
    run = ImportRun.objects.create(source="openalex", actor="system:schedule", state="done")
    later = clock.now() + timedelta(days=2)
    ImportSchedule.objects.filter(pk=row.pk).update(
        last_run=run, last_end=clock.now(), next_run=later, failures=2, error="busy: it is busy"
    )
    text = page(staff)
    for said in (
        "Every week",
        "Country: DK",
        "Years: 2020-2026",
        "Only what has changed",
        "2 times in a row",
    ):
        assert said in text
    assert f'href="{reverse("import-run", args=[run.pk])}"' in text
    assert '<span lang="en">busy: it is busy</span>' in text


def test_a_time_when_the_source_had_nothing_does_not_date_an_older_run(staff: Client) -> None:
    row = add_schedule(SYSTEM, "ror", Wish(), 24)
    then, since = datetime(2026, 5, 4, 10, 0, tzinfo=UTC), datetime(2026, 5, 20, 10, 0, tzinfo=UTC)
    run = ImportRun.objects.create(source="ror", actor="system:schedule", state="done", started=then)
    ImportSchedule.objects.filter(pk=row.pk).update(last_run=run, last_end=since)
    link = page(staff).partition(f'href="{reverse("import-run", args=[run.pk])}"')
    assert "4 May 2026" in link[2][:40]
    assert "20 May 2026" in link[0]
    assert "20 May 2026" not in link[2]


def test_one_is_added_with_the_limits_that_its_source_knows(staff: Client, settings: Any) -> None:
    where = reverse("new-import-schedule") + "?source=openalex"
    form = staff.get(where).content.decode()
    assert 'name="institution"' in form
    assert 'name="municipality"' not in form
    settings.TIME_ZONE = "Europe/Copenhagen"
    with clock_at(datetime(2026, 5, 4, 12, 0, tzinfo=UTC)):
        given = {"hours": "24", "at": "02:30", "country": "dk", "topic": "T1, T2", "since": "on"}
        answer = staff.post(where, given)
    assert (answer.status_code, answer.url) == (302, reverse("import-schedules"))
    row = ImportSchedule.objects.get()
    assert (row.source, row.hours) == ("openalex", 24)
    assert row.wish == {"country": "DK", "topic": ["T1", "T2"], "since": "last"}
    assert row.next_run.astimezone(UTC) == datetime(2026, 5, 5, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("source", "given", "field"),
    [
        ("oai", {"hours": "24"}, "address"),
        ("openalex", {"hours": "24", "country": "Denmark"}, "country"),
        ("openalex", {"hours": "24", "years": "now"}, "years"),
        ("openalex", {"hours": "5"}, "hours"),
        ("orcid", {"hours": "24"}, "ror"),
        ("cvr", {"hours": "24"}, "cvr"),
        ("cvr", {"hours": "24", "industry": "72.19"}, "industry"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    staff: Client, source: str, given: dict[str, str], field: str
) -> None:
    answer = staff.post(reverse("new-import-schedule") + f"?source={source}", given)
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert not ImportSchedule.objects.exists()


def test_a_source_that_is_none_leads_back_or_is_refused(staff: Client) -> None:
    where = reverse("new-import-schedule") + "?source=plain"
    assert staff.get(where).url == reverse("import-schedules")
    assert staff.post(where, {"hours": "24"}).status_code == 400


def test_one_is_paused_goes_on_and_is_removed(staff: Client) -> None:
    row = add_schedule(SYSTEM, "cordis", Wish(), 24)
    act = reverse("pause-import-schedule", args=[row.pk])
    for paused, shown in (("1", "Go on"), ("", "Pause")):
        assert staff.post(act, {"paused": paused}).status_code == 302
        row.refresh_from_db()
        assert row.paused is bool(paused)
        assert f'type="submit">{shown}<' in page(staff)
    assert staff.post(reverse("remove-import-schedule", args=[row.pk])).status_code == 302
    assert not ImportSchedule.objects.exists()
    assert staff.post(act).status_code == 404


def test_every_limit_of_every_source_has_a_field_and_a_name() -> None:
    for source, limits in KNOWN.items():
        assert set(ScheduleForm(source=source).fields) == {"hours", "at", *limits}
    assert set(wording.LIMITS) == set().union(*KNOWN.values())


def test_limits_in_words_come_from_what_was_given() -> None:
    given = wish_of({"cvr": ["10000009", "10000017"], "since": "2026-05-01"}).given()
    assert wording.wish(given) == (
        f"{wording.LIMITS['cvr']}: 10000009, 10000017",
        wording.wish({"since": "2026-05-01"})[0],
    )
