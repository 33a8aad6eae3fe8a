"""A release reaches those who asked for it, each once, in words that hold when it leaves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.hub.cast import NOON, SYSTEM, Cast
from tests.hub.newsroom.conftest import HOUR, WORDS
from tests.hub.newsroom.post_office import PostOffice, inbox, office, reader, work  # noqa: F401
from tests.hub.newsroom.samples import upload
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.common.errors import Conflict, Denied, NotFound
from vidensbro.hub.mail.models import Letter, Mail
from vidensbro.hub.newsroom import services
from vidensbro.hub.newsroom.addresses import digest_of
from vidensbro.hub.newsroom.models import (
    Contact,
    Correction,
    Dispatch,
    ListEntry,
    MailingList,
    ReleaseField,
    Subscriber,
    Suppression,
    Version,
)
from vidensbro.hub.newsroom.services import documents, sending

Reader = Callable[..., Subscriber]
Scheduled = Callable[[], Version]


@pytest.fixture
def on(scheduled: Scheduled) -> Version:
    """The release, on for `HOUR`."""
    with clock_at(NOON):
        return scheduled()


@pytest.mark.django_db
def test_nobody_gets_it_before_the_hour(on: Version, reader: Reader, office: PostOffice) -> None:  # noqa: F811
    reader("a@example.org")
    with clock_at(HOUR - timedelta(seconds=1)):
        work()
        assert sending.send(on.pk) == 0
        assert not Mail.objects.filter(kind="newsroom.release").exists()
        assert not Dispatch.objects.exists()
    with clock_at(HOUR):
        work()
    assert inbox(office) == ["a@example.org"]


def test_what_it_says(on: Version, reader: Reader, office: PostOffice) -> None:  # noqa: F811
    row = reader("a@example.org")
    with clock_at(HOUR):
        work()
    (got,) = office.mails
    message = got.message
    assert message["Subject"] == WORDS.headline
    assert message["Content-Language"] == "da"
    leave = message["List-Unsubscribe"].strip("<>")
    assert leave.startswith("http://localhost:8000/newsroom/leave/")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    plain, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    for words in (WORDS.lead, "Den næste prøve begynder til foråret.", "Asta Eksempelsen", "18 måneder"):
        assert words in plain.replace("\r\n", "\n")
        assert words in html
    assert leave in plain
    assert f'href="{leave}"' in html
    assert '<html lang="da">' in html
    assert "prefers-color-scheme: dark" in html
    assert f"http://localhost:8000/newsroom/da/{on.slug}/" in plain
    # Nothing in it is fetched when it is read.
    assert "<img" not in html
    assert "src=" not in html
    assert str(row.pk) not in html


def test_the_text_is_kept_once(on: Version, reader: Reader, office: PostOffice) -> None:  # noqa: F811
    for number in range(7):
        reader(f"r{number}@example.org")
    with clock_at(HOUR):
        work()
    assert len(office.mails) == 7
    assert Letter.objects.count() == 1
    assert not Mail.objects.exclude(html="").filter(kind="newsroom.release").exists()


def test_only_those_who_asked_for_such_a_release(
    on: Version,
    cast: Cast,
    reader: Reader,  # noqa: F811
    office: PostOffice,  # noqa: F811
) -> None:
    ReleaseField.objects.create(release=on.release, notation="stem-cells")
    reader("all@example.org")
    reader("field@example.org", fields=["stem-cells"])
    reader("above@example.org", fields=["biotech"])
    reader("issuer@example.org", organisations=[cast.company])
    reader("both@example.org", fields=["biotech", "fermentation"], organisations=[cast.university])
    reader("not-field@example.org", fields=["fermentation"])
    reader("not-both@example.org", fields=["fermentation"], organisations=[cast.company])
    reader("english@example.org", language="en")
    reader("weekly@example.org", pace="weekly")
    reader("paused@example.org", state="paused", paused_why="own")
    reader("left@example.org", state="left")
    reader("pending@example.org", state="pending", confirmed=None)
    reader("suppressed@example.org")
    Suppression.objects.create(digest=digest_of("suppressed@example.org"), why="own")
    with clock_at(HOUR):
        work()
    assert [one.split("@")[0] for one in inbox(office)] == ["above", "all", "both", "field", "issuer"]


def test_lists_that_the_writer_names_get_it_too(
    on: Version,
    cast: Cast,
    reader: Reader,  # noqa: F811
    office: PostOffice,  # noqa: F811
) -> None:
    named = MailingList.objects.create(organisation=cast.company, name="Press")
    other = MailingList.objects.create(organisation=cast.company, name="Other")
    reader("both@example.org")
    entries = {"both@example.org": "da", "list@example.org": "da", "abroad@example.org": "en"}
    for address, language in entries.items():
        ListEntry.objects.create(list=named, address=address, language=language)
    ListEntry.objects.create(list=named, address="gone@example.org", language="da", left=NOON)
    ListEntry.objects.create(list=other, address="other@example.org", language="da")
    with clock_at(NOON):
        sending.name_lists(cast["coordinator"], on.pk, [named.pk])
    with clock_at(HOUR):
        work()
    # There is no English version: it is better in Danish than not at all.
    assert [one.split("@")[0] for one in inbox(office)] == ["abroad", "both", "list"]
    words = {one.recipients[0]: one.message.get_body(("plain",)).get_content() for one in office.mails}
    assert "abonnerer" in words["both@example.org"] or "you subscribe" in words["both@example.org"]
    assert "list" in words["list@example.org"]


def test_who_may_name_lists(on: Version, cast: Cast) -> None:
    own = MailingList.objects.create(organisation=cast.company, name="Press")
    theirs = MailingList.objects.create(organisation=cast.university, name="Press")
    with clock_at(NOON):
        with pytest.raises(Denied):
            sending.name_lists(cast["member"], on.pk, [own.pk])
        with pytest.raises((Denied, NotFound)):
            sending.name_lists(cast["visitor"], on.pk, [own.pk])
        with pytest.raises(NotFound):
            sending.name_lists(cast["coordinator"], on.pk, [theirs.pk])
        sending.name_lists(SYSTEM, on.pk, [theirs.pk])
        sending.name_lists(cast["coordinator"], on.pk, [own.pk])
        # What the coordinator does not see stays.
        assert set(Dispatch.objects.get().lists.all()) == {own, theirs}
    with clock_at(HOUR):
        work()
        with pytest.raises(Conflict):
            sending.name_lists(cast["coordinator"], on.pk, [])


def test_once_for_each_release_whatever_its_language(
    on: Version,
    cast: Cast,
    reader: Reader,  # noqa: F811
    office: PostOffice,  # noqa: F811
) -> None:
    row = reader("a@example.org")
    with clock_at(HOUR):
        work()
        services.note_published(on.pk)
        sending.send(on.pk)
        Dispatch.objects.update(queued=None, after="")
        assert sending.send(on.pk) == 0
        english = services.add_version(SYSTEM, on.release_id, "en", WORDS)
        services.hand_in(SYSTEM, english.pk, english.number)
        for one in on.release.issuers.all():
            services.approve(SYSTEM, english.pk, one.organisation_id, english.number)
        services.schedule(SYSTEM, english.pk, HOUR)
        Subscriber.objects.filter(pk=row.pk).update(language="en")
        work()
        assert sending.send(english.pk) == 0
    assert inbox(office) == ["a@example.org"]


def test_portions_leave_nobody_out(
    on: Version,
    reader: Reader,  # noqa: F811
    office: PostOffice,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sending, "PORTION", 3)
    names = sorted(
        f"{letter}{number}@example.org" for letter in "a-_zåq"[:6].replace("å", "b") for number in range(2)
    )
    for name in names:
        reader(name)
    with clock_at(HOUR):
        work()
    assert inbox(office) == names
    assert Dispatch.objects.get().queued is not None


def test_what_is_withdrawn_is_mailed_to_nobody_more(
    on: Version,
    reader: Reader,  # noqa: F811
    office: PostOffice,  # noqa: F811
) -> None:
    for name in "abc":
        reader(f"{name}@example.org")
    with clock_at(HOUR):
        services.note_published(on.pk)
        assert sending.send(on.pk) == 3
        services.withdraw(SYSTEM, on.pk, "It was wrong.")
        work()
    assert office.mails == []
    assert set(Mail.objects.filter(kind="newsroom.release").values_list("state", flat=True)) == {"suppressed"}
    with clock_at(HOUR):
        Dispatch.objects.update(queued=None, after="")
        reader("d@example.org")
        assert sending.send(on.pk) == 0


def test_what_is_corrected_meanwhile_is_mailed_in_its_new_words(
    on: Version,
    reader: Reader,  # noqa: F811
    office: PostOffice,  # noqa: F811
) -> None:
    reader("a@example.org")
    with clock_at(HOUR):
        services.note_published(on.pk)
        sending.send(on.pk)
        now = Version.objects.get(pk=on.pk)
        words = services.Wording(headline="Rettet overskrift", lead=WORDS.lead, body=WORDS.body)
        services.correct(SYSTEM, on.pk, now.number, words, "The headline was wrong.")
        work()
    (got,) = office.mails
    assert got.message["Subject"] == "Rettet overskrift"
    assert "The headline was wrong." in got.message.get_body(("plain",)).get_content()


@pytest.mark.parametrize("how", ["left", "suppressed", "gone"])
def test_who_leaves_meanwhile_gets_nothing(
    on: Version,
    reader: Reader,  # noqa: F811
    office: PostOffice,  # noqa: F811
    how: str,
) -> None:
    row = reader("a@example.org")
    reader("b@example.org")
    with clock_at(HOUR):
        services.note_published(on.pk)
        sending.send(on.pk)
        if how == "left":
            Subscriber.objects.filter(pk=row.pk).update(state="left")
        elif how == "gone":
            row.delete()
        else:
            Suppression.objects.create(digest=digest_of("a@example.org"), why="own")
        work()
    assert inbox(office) == ["b@example.org"]


def test_a_release_too_long_for_mail_programs_is_told_of_with_a_link(
    scheduled: Scheduled,
    draft: Version,
    reader: Reader,  # noqa: F811
    office: PostOffice,  # noqa: F811
) -> None:
    with clock_at(NOON):
        version = scheduled()
        Version.objects.filter(pk=version.pk).update(body="Et ord om året. " * 8000)
    reader("a@example.org")
    with clock_at(HOUR):
        work()
    html = office.mails[0].message.get_body(("html",)).get_content()
    assert len(html.encode()) < 102_000
    assert WORDS.lead in html
    assert f"/newsroom/da/{version.slug}/" in html


def test_a_refused_mail_is_tried_again_by_who_decides(
    on: Version,
    cast: Cast,
    reader: Reader,  # noqa: F811
    office: PostOffice,  # noqa: F811
) -> None:
    office.answers["RCPT"] = ["550 5.7.1 go away"]
    reader("a@example.org")
    with clock_at(HOUR):
        work()
        assert office.mails == []
        with pytest.raises(Denied):
            sending.try_again(cast["member"], on.pk)
        assert sending.try_again(cast["coordinator"], on.pk) == 1
        assert sending.try_again(cast["coordinator"], on.pk) == 0
        work()
    assert inbox(office) == ["a@example.org"]


def test_nothing_beside_the_text_makes_a_mail_too_long(
    on: Version,
    cast: Cast,
    reader: Reader,  # noqa: F811
    office: PostOffice,  # noqa: F811
) -> None:
    told = dict.fromkeys(("title_da", "title_en", "hours_da", "hours_en"), "æ" * 200)
    Contact.objects.bulk_create(
        Contact(release=on.release, organisation=cast.company, name=f"Nr. {n}", phone="12 34 56 78", **told)
        for n in range(100)
    )
    Correction.objects.bulk_create(
        Correction(version=on, number=1, note="Rettet: & " * 200, at=HOUR) for _ in range(20)
    )
    Version.objects.filter(pk=on.pk).update(lead='"' * 2000)
    reader("a@example.org")
    with clock_at(HOUR):
        work()
    html = office.mails[0].message.get_body(("html",)).get_content()
    assert len(html.encode()) < 102_000
    assert html.count("Rettet: ") >= 20
    assert f"/newsroom/da/{on.slug}/" in html


def test_who_was_taken_off_the_list_meanwhile_gets_nothing(
    on: Version,
    cast: Cast,
    office: PostOffice,  # noqa: F811
) -> None:
    named, other = (MailingList.objects.create(organisation=cast.company, name=name) for name in "AB")
    for row, address in ((named, "a"), (named, "b"), (other, "b")):
        ListEntry.objects.create(list=row, address=f"{address}@example.org", language="da")
    with clock_at(NOON):
        sending.name_lists(cast["coordinator"], on.pk, [named.pk])
    with clock_at(HOUR):
        services.note_published(on.pk)
        assert sending.send(on.pk) == 2
        named.entries.get(address="b@example.org").delete()
        work()
    # The other list, on which b still is, was not to get it.
    assert inbox(office) == ["a@example.org"]


def test_the_text_tells_of_documents_as_the_html_does(
    on: Version,
    reader: Reader,  # noqa: F811
    office: PostOffice,  # noqa: F811
) -> None:
    with clock_at(NOON):
        documents.add(SYSTEM, on.release_id, upload("a.txt", b"tal"), title="Tal")
    reader("a@example.org")
    with clock_at(HOUR):
        work()
    message = office.mails[0].message
    for kind in ("plain", "html"):
        assert "1 dokument" in message.get_body((kind,)).get_content()


def test_many_that_failed_are_tried_again_in_one_step(
    on: Version,
    cast: Cast,
    reader: Reader,  # noqa: F811
    office: PostOffice,  # noqa: F811
    django_assert_max_num_queries,
) -> None:
    office.answers["RCPT"] = ["550 5.7.1 go away"] * 15
    for number in range(15):
        reader(f"r{number:02}@example.org")
    with clock_at(HOUR):
        work()
        with django_assert_max_num_queries(14):
            assert sending.try_again(cast["coordinator"], on.pk) == 15
        work()
    assert len(inbox(office)) == 15
