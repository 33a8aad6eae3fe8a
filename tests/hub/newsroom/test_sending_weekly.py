"""The mail of the week: one on Monday morning, with what the reader asked for and has not had."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.hub.cast import SYSTEM, Cast
from tests.hub.newsroom.conftest import WORDS
from tests.hub.newsroom.post_office import PostOffice, inbox, office, reader, work  # noqa: F401
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.mail.models import Letter, Mail
from vidensbro.hub.newsroom import services
from vidensbro.hub.newsroom.models import ReleaseField, Subscriber, Version
from vidensbro.hub.newsroom.services.weekly import last_monday, send_weekly

Reader = Callable[..., Subscriber]
# Copenhagen is an hour ahead of UTC in winter and two in summer; the clocks changed on 29 March 2026.
WINTER = datetime(2026, 3, 23, 6, 0, tzinfo=UTC)
SUMMER = datetime(2026, 3, 30, 5, 0, tzinfo=UTC)


def out(
    cast: Cast, headline: str, at: datetime, *, fields: tuple[str, ...] = (), language: str = "da"
) -> Version:
    """A release of the company's that is out from then on."""
    words = services.Wording(headline=headline, lead=WORDS.lead, body=WORDS.body)
    with clock_at(at - timedelta(days=1)):
        row = services.create_release(cast["member"], [cast.company.pk], language, words)
        for one in fields:
            ReleaseField.objects.create(release=row.release, notation=one)
        services.hand_in(SYSTEM, row.pk, row.number)
        services.approve(SYSTEM, row.pk, cast.company.pk, row.number)
        services.schedule(SYSTEM, row.pk, at)
    with clock_at(at):
        services.note_published(row.pk)
    return row


def test_monday_morning_is_that_of_the_site_through_the_change_of_clocks() -> None:
    assert last_monday(WINTER) == WINTER
    assert last_monday(WINTER - timedelta(seconds=1)) == WINTER - timedelta(days=7)
    assert last_monday(SUMMER - timedelta(seconds=1)) == WINTER
    assert last_monday(SUMMER) == SUMMER
    assert (SUMMER - WINTER).total_seconds() == (7 * 24 - 1) * 3600


@pytest.mark.django_db
def test_one_mail_a_week_with_what_was_asked_for(
    cast: Cast,
    reader: Reader,  # noqa: F811
    office: PostOffice,  # noqa: F811
) -> None:
    begun = WINTER - timedelta(days=7)
    out(cast, "Uden emne", WINTER - timedelta(days=2))
    out(cast, "Om energi", WINTER - timedelta(days=1), fields=("fermentation",))
    out(cast, "For sent", WINTER + timedelta(minutes=1))
    out(cast, "Længe siden", begun - timedelta(days=1))
    out(cast, "In English", WINTER - timedelta(days=1), language="en")
    reader("all@example.org", pace="weekly", weekly_until=begun)
    reader("energy@example.org", pace="weekly", weekly_until=begun, fields=["fermentation"])
    reader("health@example.org", pace="weekly", weekly_until=begun, fields=["stem-cells"])
    reader("new@example.org", pace="weekly", weekly_until=WINTER - timedelta(hours=30))
    with clock_at(WINTER - timedelta(seconds=1)):
        assert send_weekly() == 0
    with clock_at(WINTER + timedelta(minutes=2)):
        assert send_weekly() == 3
        assert send_weekly() == 0
        work()
    told = {one.recipients[0].split("@")[0]: one.message for one in office.mails}
    assert sorted(told) == ["all", "energy", "new"]
    words = {name: one.get_body(("plain",)).get_content() for name, one in told.items()}
    assert words["all"].index("Om energi") < words["all"].index("Uden emne")
    for missing in ("For sent", "Længe siden", "In English"):
        assert missing not in words["all"]
    assert "Uden emne" not in words["energy"]
    assert told["all"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    # Readers who get the same have one text: all; energy and new.
    assert Letter.objects.filter(about="newsroom.weekly").count() == 2
    with clock_at(SUMMER):
        # To all and new: the release has no field.
        assert send_weekly() == 2
        work()
    assert inbox(office).count("all@example.org") == 2
    assert "For sent" in office.mails[-1].message.get_body(("plain",)).get_content()


@pytest.mark.django_db
def test_what_came_by_itself_does_not_come_again(
    cast: Cast,
    reader: Reader,  # noqa: F811
    office: PostOffice,  # noqa: F811
) -> None:
    row = reader("a@example.org", weekly_until=WINTER - timedelta(days=7))
    out(cast, "Kom straks", WINTER - timedelta(days=3))
    with clock_at(WINTER - timedelta(days=3)):
        work()
    Subscriber.objects.filter(pk=row.pk).update(pace="weekly")
    out(cast, "Kom siden", WINTER - timedelta(days=1))
    with clock_at(WINTER):
        assert send_weekly() == 1
        work()
    words = office.mails[-1].message.get_body(("plain",)).get_content()
    assert "Kom siden" in words
    assert "Kom straks" not in words


@pytest.mark.django_db
def test_what_is_withdrawn_before_it_leaves_is_not_told_of(
    cast: Cast,
    reader: Reader,  # noqa: F811
    office: PostOffice,  # noqa: F811
) -> None:
    reader("a@example.org", pace="weekly", weekly_until=WINTER - timedelta(days=7))
    stays = out(cast, "Bliver", WINTER - timedelta(days=3))
    goes = out(cast, "Forsvinder", WINTER - timedelta(days=2))
    with clock_at(WINTER):
        send_weekly()
        services.withdraw(SYSTEM, goes.pk, "It was wrong.")
        work()
        words = office.mails[0].message.get_body(("plain",)).get_content()
        assert stays.headline in words
        assert "Forsvinder" not in words
    assert Mail.objects.get(kind="newsroom.weekly").state == "sent"


@pytest.mark.django_db
def test_a_week_without_anything_brings_no_mail(
    cast: Cast,
    reader: Reader,  # noqa: F811
    office: PostOffice,  # noqa: F811
) -> None:
    row = reader("a@example.org", pace="weekly", weekly_until=WINTER - timedelta(days=7))
    with clock_at(WINTER):
        assert send_weekly() == 0
    row.refresh_from_db()
    assert row.weekly_until == WINTER


@pytest.mark.django_db
def test_a_week_too_long_for_mail_programs_is_told_of_in_headlines(
    cast: Cast,
    reader: Reader,  # noqa: F811
    office: PostOffice,  # noqa: F811
) -> None:
    begun = WINTER - timedelta(days=7)
    for number in range(40):
        row = out(cast, f"Nr. {number}", begun + timedelta(hours=number + 1))
        Version.objects.filter(pk=row.pk).update(lead='Sår & "ære" ' * 160)
    reader("a@example.org", pace="weekly", weekly_until=begun)
    with clock_at(WINTER):
        assert send_weekly() == 1
        work()
    message = office.mails[0].message
    html = message.get_body(("html",)).get_content()
    # The greatest mail program shows the beginning only of what is longer.
    assert len(html.encode()) < 102_000
    for number in range(40):
        for words in (html, message.get_body(("plain",)).get_content()):
            assert f"Nr. {number}" in words
            assert f"/newsroom/da/nr-{number}" in words
    assert "List-Unsubscribe-Post" in message


@pytest.mark.django_db
def test_withdrawn_words_do_not_go_again_where_the_first_time_is_in_doubt(
    cast: Cast,
    reader: Reader,  # noqa: F811
    office: PostOffice,  # noqa: F811
) -> None:
    reader("a@example.org", pace="weekly", weekly_until=WINTER - timedelta(days=7))
    stays = out(cast, "Bliver", WINTER - timedelta(days=3))
    goes = out(cast, "Forsvinder", WINTER - timedelta(days=2))
    with clock_at(WINTER):
        send_weekly()
        # A worker died right after its last word.
        Mail.objects.filter(kind="newsroom.weekly").update(handing_over=WINTER, attempts=1)
        services.withdraw(SYSTEM, goes.pk, "It was wrong.")
        work()
    words = office.mails[0].message.get_body(("plain",)).get_content()
    assert stays.headline in words
    assert "Forsvinder" not in words
    assert Mail.objects.get(kind="newsroom.weekly").repeats == 1


@pytest.mark.django_db
def test_readers_who_get_the_same_cost_no_questions_of_their_own(
    cast: Cast,
    reader: Reader,  # noqa: F811
    django_assert_max_num_queries,
) -> None:
    out(cast, "Kom siden", WINTER - timedelta(days=1))
    for number in range(30):
        reader(f"r{number}@example.org", pace="weekly", weekly_until=WINTER - timedelta(days=7))
    with clock_at(WINTER), django_assert_max_num_queries(50):
        assert send_weekly() == 30
