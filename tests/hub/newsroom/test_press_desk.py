"""The press desk: what is planned, which approvals wait, the lists, the press kits."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from tests.hub.cast import NOON, SYSTEM, Cast
from tests.hub.newsroom.conftest import HOUR, WORDS
from tests.hub.newsroom.samples import WORDS as PICTURE
from tests.hub.newsroom.samples import quarters, saved, upload
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.common.errors import Conflict, Denied, Invalid
from vidensbro.hub.newsroom import links
from vidensbro.hub.newsroom import services as releases
from vidensbro.hub.newsroom.models import Contact, ListEntry, MailingList, Picture, PressKit, Version
from vidensbro.hub.newsroom.presenters import calendar
from vidensbro.hub.newsroom.presenters.calendar import Month
from vidensbro.hub.newsroom.queries import press as queries
from vidensbro.hub.newsroom.services import kits, lists, subscribing
from vidensbro.hub.newsroom.services.lists import Listed
from vidensbro.hub.newsroom.services.sizes import make_sizes

pytestmark = pytest.mark.django_db
DESK = {"member", "colleague", "coordinator", "outsider", "secretariat", "owner"}
"""Those who act for an organisation of the release, and the secretariat."""


def days(client: Client, **query: str) -> dict[date, list[str]]:
    """What stands in the table, by day."""
    page = client.get(reverse("press-desk"), query)
    assert page.status_code == 200
    return {
        day.date: [f"{one.at:%H:%M} {one.version.headline}" for one in day.entries]
        for week in page.context["weeks"]
        for day in week
        if day.entries
    }


def test_a_month_begins_and_ends_where_the_site_is() -> None:
    # Europe/Copenhagen: UTC+1 until 29 March 2026 01:00 UTC, UTC+2 from then on.
    assert Month(2026, 3).span() == (
        datetime(2026, 2, 28, 23, tzinfo=UTC),
        datetime(2026, 3, 31, 22, tzinfo=UTC),
    )
    assert (Month(2026, 12).later(1), Month(2026, 1).later(-1)) == (Month(2027, 1), Month(2025, 12))


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-00", "-", "99999-01", "1999-12", "2026-03-01", "²-³"]
)
def test_what_is_no_month_is_this_one(text: str) -> None:
    with clock_at(datetime(2026, 1, 31, 23, 30, tzinfo=UTC)):
        assert calendar.month_of(text) == Month(2026, 2)
    assert calendar.month_of("2026-03") == Month(2026, 3)


def test_weeks_begin_on_monday_and_hold_the_whole_month() -> None:
    with clock_at(NOON):
        weeks = calendar.weeks(Month(2026, 3), [])
    # 1 March 2026 is a Sunday.
    assert (weeks[0][0].date, weeks[0][6].date) == (date(2026, 2, 23), date(2026, 3, 1))
    assert {len(week) for week in weeks} == {7}
    assert sum(day.within for week in weeks for day in week) == 31
    assert [day.date for week in weeks for day in week if day.today] == [date(2026, 3, 2)]


@pytest.mark.parametrize(
    ("hour", "day", "shown"),
    [
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), date(2026, 3, 29), "01:30"),
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), date(2026, 3, 29), "03:30"),
        (datetime(2026, 3, 31, 21, 59, tzinfo=UTC), date(2026, 3, 31), "23:59"),
        (datetime(2026, 3, 31, 22, 0, tzinfo=UTC), None, ""),
    ],
)
def test_the_calendar_shows_danish_time_on_both_sides_of_summer_time(
    cast: Cast, client: Client, approved: Version, hour: datetime, day: date | None, shown: str
) -> None:
    client.force_login(cast.users["member"])
    with clock_at(NOON):
        releases.schedule(SYSTEM, approved.pk, hour)
        found = days(client, month="2026-03")
        found = {key: value for key, value in found.items() if key.month == 3}
        assert found == ({day: [f"{shown} {WORDS.headline}"]} if day else {})
        file = client.get(reverse("press-calendar-file"))
    (event,) = Calendar.from_ical(file.content).walk("VEVENT")
    assert event["DTSTART"].dt == hour
    assert str(event["UID"]) == f"release-{approved.pk}@localhost"
    assert str(event["CLASS"]) == "CONFIDENTIAL"


def test_days_of_the_neighbours_show_what_there_is_and_do_not_count(
    cast: Cast, client: Client, approved: Version
) -> None:
    """The last week of March 2026 begins on Monday the 30th and ends on Sunday the 5th of April."""
    client.force_login(cast.users["member"])
    with clock_at(NOON):
        releases.schedule(SYSTEM, approved.pk, datetime(2026, 4, 5, 21, 59, tzinfo=UTC))
        assert days(client, month="2026-03") == {date(2026, 4, 5): [f"23:59 {WORDS.headline}"]}
        page = client.get(reverse("press-desk"), {"month": "2026-03"})
        assert page.context["planned"] == []
        rows = client.get(reverse("press-desk"), {"month": "2026-03", "view": "list"}).content.decode()
        assert WORDS.headline not in rows
        releases.schedule(SYSTEM, approved.pk, datetime(2026, 4, 5, 22, 0, tzinfo=UTC))
        assert days(client, month="2026-03") == {}


def test_what_is_planned_is_known_to_those_who_issue_it_alone(
    cast: Cast, client: Client, scheduled: Callable[[], Version]
) -> None:
    with clock_at(NOON):
        row = scheduled()
        for name in cast.names[1:]:
            client.force_login(cast.users[name])
            page, file = (client.get(reverse(where)) for where in ("press-desk", "press-calendar-file"))
            assert {page.status_code, file.status_code} == {200 if name in DESK else 403}, name
            assert (row.headline in page.content.decode()) == (name in DESK), name
            if name in DESK:
                (event,) = Calendar.from_ical(file.content).walk("VEVENT")
                assert str(event["SUMMARY"]) == f"{row.headline} (da)"
            else:
                assert b"Ny sensor" not in file.content
        client.logout()
        assert client.get(reverse("press-desk")).status_code == 302
        assert client.get(reverse("press-calendar-file")).status_code == 302
    other = cast.users["outsider"]
    other.memberships.all().delete()
    client.force_login(other)
    with clock_at(NOON):
        assert client.get(reverse("press-calendar-file")).status_code == 403


def test_the_month_is_a_table_and_a_list(
    cast: Cast, client: Client, scheduled: Callable[[], Version]
) -> None:
    client.force_login(cast.users["member"])
    with clock_at(NOON):
        row = scheduled()
        table = client.get(reverse("press-desk")).content.decode()
        rows = client.get(reverse("press-desk"), {"view": "list"}).content.decode()
    assert table.count('<th scope="col">') == 7
    assert "<caption" in table
    assert "<table" not in rows
    for page in (table, rows):
        assert row.headline in page
        assert f'datetime="{HOUR.astimezone(UTC).year}-03-03T12:00:00+01:00"' in page


def test_approvals_wait_for_those_who_have_not_given_one_since_it_was_handed_in(
    cast: Cast, draft: Version
) -> None:
    with clock_at(NOON):
        releases.hand_in(SYSTEM, draft.pk, draft.number)
    with clock_at(NOON + timedelta(days=2)):
        found = {name: queries.waiting(cast[name]) for name in sorted(DESK)}
        assert {name: [one.organisation for one in rows] for name, rows in found.items()} == {
            **{key: [cast.company] for key in ("colleague", "coordinator", "member", "owner")},
            "outsider": [cast.university],
            "secretariat": [cast.company, cast.university],
        }
        assert {one.since for rows in found.values() for one in rows} == {NOON}
        assert {name for name, rows in found.items() if any(one.own for one in rows)} == {"coordinator"}
        releases.approve(cast["coordinator"], draft.pk, cast.company.pk, draft.number)
        assert queries.waiting(cast["member"]) == []
        assert [one.organisation for one in queries.waiting(cast["secretariat"])] == [cast.university]
        with pytest.raises(Denied):
            queries.waiting(cast["administrator"])


def test_the_desk_shows_what_waits(cast: Cast, client: Client, draft: Version) -> None:
    with clock_at(NOON):
        releases.hand_in(SYSTEM, draft.pk, draft.number)
    with clock_at(NOON + timedelta(days=3)):
        client.force_login(cast.users["coordinator"])
        page = client.get(reverse("press-desk"))
    assert [one.version for one in page.context["waiting"]] == [draft]
    assert re.search("3\xa0(?:days|dage)", page.content.decode())
    assert reverse("release-desk", args=[draft.pk]) in page.content.decode()


# --- lists


def test_a_list_is_begun_filled_and_brought_in_from_a_file(cast: Cast, client: Client) -> None:
    client.force_login(cast.users["member"])
    begun = client.post(
        reverse("press-lists"),
        {"name": "Presse", "role": "journalists", "organisation": str(cast.company.pk)},
    )
    row = MailingList.objects.get()
    where = reverse("press-list", args=[row.pk])
    assert begun.url == where
    added = {"address": "Ida@Example.org", "name": "Ida", "outlet": "", "language": "da"}
    assert client.post(where, added).status_code == 302
    assert client.post(where, {**added, "address": "ingen adresse"}).status_code == 400
    assert client.post(where, {**added, "name": "Ida\r\nBcc: x@example.org"}).status_code == 302
    file = upload("liste.csv", b"navn;e-mail\nBo;bo@example.org\nForkert;ingen\n")
    told = client.post(reverse("import-press-list", args=[row.pk]), {"file": file})
    assert [line for line, _ in told.context["refused"]] == [3]
    assert set(ListEntry.objects.values_list("address", flat=True)) == {"ida@example.org", "bo@example.org"}
    wrong = client.post(
        reverse("import-press-list", args=[row.pk]), {"file": upload("liste.csv", b"navn\nBo\n")}
    )
    assert wrong.status_code == 400


def test_who_left_and_who_gets_no_mail_is_shown(cast: Cast, client: Client) -> None:
    row = lists.create_list(SYSTEM, "Presse", "journalists", cast.company.pk)
    for name in ("left", "never", "here"):
        lists.add(SYSTEM, row.pk, Listed(f"{name}@example.org"))
    entry = {one.address.partition("@")[0]: one for one in ListEntry.objects.all()}
    other = lists.create_list(SYSTEM, "Other", organisation_id=cast.company.pk)
    lists.add(SYSTEM, other.pk, Listed("never@example.org"))
    subscribing.leave(links.reader_of(entry["left"]))
    subscribing.never_again(links.reader_of(other.entries.get()))
    ListEntry.objects.filter(pk=entry["never"].pk).update(left=None)
    client.force_login(cast.users["member"])
    page = client.get(reverse("press-list", args=[row.pk]))
    assert page.context["suppressed"] == {"never@example.org"}
    assert [one.address for one in page.context["readers"] if one.left] == ["left@example.org"]
    off = reverse("remove-from-press-list", args=[row.pk, entry["here"].pk])
    assert off in page.content.decode()
    assert client.get(off).status_code == 405
    assert client.post(off).status_code == 302
    assert not ListEntry.objects.filter(pk=entry["here"].pk).exists()


def test_a_list_is_kept_and_removed_by_its_own_people(cast: Cast, client: Client) -> None:
    row = lists.create_list(SYSTEM, "Presse", "journalists", cast.company.pk)
    where, gone = reverse("press-list", args=[row.pk]), reverse("remove-press-list", args=[row.pk])
    for name in cast.names[1:]:
        client.force_login(cast.users[name])
        ours = name in DESK - {"outsider"}
        assert client.get(where).status_code == (200 if ours else 404), name
        assert client.get(gone).status_code == (200 if ours else 404), name
        assert client.get(reverse("press-lists")).status_code == (200 if name in DESK else 403), name
    client.force_login(cast.users["outsider"])
    assert client.post(gone).status_code == 404
    refused = client.post(
        reverse("press-lists"), {"name": "X", "role": "other", "organisation": str(cast.company.pk)}
    )
    assert refused.status_code == 400
    client.force_login(cast.users["member"])
    assert client.post(gone).status_code == 302
    assert not MailingList.objects.exists()


# --- press kits


def test_a_press_kit_is_there_once_there_is_something_in_it(cast: Cast, client: Client) -> None:
    where = reverse("press-kit", args=[cast.company.pk])
    assert client.get(where).status_code == 404
    client.force_login(cast.users["member"])
    assert client.get(where).status_code == 200
    client.force_login(cast.users["coordinator"])
    edit = reverse("edit-press-kit", args=[cast.company.pk])
    given = {"about_da": "Vi laver **sensorer**. <script>alert(1)</script>", "about_en": "", "read": ""}
    assert client.post(edit, given).url == where
    client.logout()
    shown = client.get(where).content.decode()
    assert "<strong>sensorer</strong>" in shown
    assert "alert(1)" not in shown


def test_those_who_decide_keep_the_kit(cast: Cast, client: Client) -> None:
    for name in cast.names[1:]:
        client.force_login(cast.users[name])
        expected = 200 if name in {"coordinator", "secretariat"} else 403
        for where in ("edit-press-kit", "add-press-picture"):
            assert client.get(reverse(where, args=[cast.company.pk])).status_code == expected, name
    client.logout()
    assert client.get(reverse("edit-press-kit", args=[cast.company.pk])).status_code == 302
    with pytest.raises(Denied):
        kits.write(cast["member"], cast.company.pk, "x", "y")


def test_of_two_editors_the_second_is_told(cast: Cast, client: Client) -> None:
    with clock_at(NOON):
        first = kits.write(cast["coordinator"], cast.company.pk, "Et", "One")
    seen = kits.edition(first)
    with clock_at(NOON + timedelta(minutes=1)):
        kits.write(cast["secretariat"], cast.company.pk, "To", "Two", read=seen)
    with pytest.raises(Conflict, match="kit_changed"):
        kits.write(cast["coordinator"], cast.company.pk, "Tre", "Three", read=seen)
    client.force_login(cast.users["coordinator"])
    where = reverse("edit-press-kit", args=[cast.company.pk])
    told = client.post(where, {"about_da": "Tre", "about_en": "Three", "read": seen})
    assert told.status_code == 409
    assert "Tre" in told.content.decode()
    assert "Two" in told.content.decode()
    now = told.context["edition"]
    assert client.post(where, {"about_da": "Tre", "about_en": "Three", "read": now}).status_code == 302
    assert PressKit.objects.get().about_en == "Three"
    with pytest.raises(Invalid, match="about_en"):
        kits.write(
            SYSTEM,
            cast.company.pk,
            "",
            "x" * (kits.LONGEST + 1),
            read=kits.edition(queries.kit(cast.company)),
        )


def test_a_kit_shows_releases_that_are_out_and_their_contacts_and_nothing_before_the_hour(
    cast: Cast, client: Client, scheduled: Callable[[], Version]
) -> None:
    with clock_at(NOON):
        row = scheduled()
        Contact.objects.create(
            release=row.release, organisation=cast.company, name="Bo Pressemand", phone="+45 12 34 56 78"
        )
        Contact.objects.create(release=row.release, organisation=cast.university, name="Uni Kontakt")
        kits.write(SYSTEM, cast.company.pk, "Os.", "Us.")
    where = reverse("press-kit", args=[cast.company.pk])
    for moment, there in ((HOUR - timedelta(seconds=1), False), (HOUR, True)):
        for name in cast.names:
            client.logout()
            if name != "visitor":
                client.force_login(cast.users[name])
            with clock_at(moment):
                shown = client.get(where, headers={"Accept-Language": "da"}).content.decode()
            assert (row.headline in shown) == there, name
            assert ("Bo Pressemand" in shown) == there, name
            assert "Uni Kontakt" not in shown
            assert reverse("feed", args=["da", "atom"]) in shown


def test_pictures_of_a_kit_are_shown_and_downloaded_with_credit(cast: Cast, client: Client) -> None:
    client.force_login(cast.users["coordinator"])
    new = reverse("add-press-picture", args=[cast.company.pk])
    given = {**PICTURE, "licence": "press", "caption_da": "", "caption_en": ""}
    assert client.post(new, given).status_code == 400
    svg = upload("logo.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')
    assert client.post(new, {**given, "file": svg}).status_code == 400
    assert not Picture.objects.exists()
    for missing in ("alt_da", "alt_en", "credit"):
        photo = upload("logo.jpg", saved(quarters(400, 200)))
        assert client.post(new, {**given, missing: "", "file": photo}).status_code == 400
    photo = upload("logo.jpg", saved(quarters(400, 200)))
    assert client.post(new, {**given, "file": photo}).status_code == 302
    row = Picture.objects.get()
    edit = reverse("edit-press-picture", args=[row.pk])
    assert client.post(edit, {**given, "alt_en": "The logo"}).status_code == 302
    make_sizes(row.pk)
    client.logout()
    shown = client.get(reverse("press-kit", args=[cast.company.pk])).content.decode()
    assert 'alt="The logo"' in shown or 'alt="En seng"' in shown
    assert row.credit in shown
    download = reverse("download-release-picture", args=[row.pk])
    assert download in shown
    assert client.get(download).status_code == 200
    gone = reverse("remove-press-picture", args=[row.pk])
    for name in ("member", "outsider", "administrator"):
        client.force_login(cast.users[name])
        assert client.post(gone).status_code == 403, name
    client.force_login(cast.users["coordinator"])
    assert client.post(gone).status_code == 302
    assert not Picture.objects.exists()
