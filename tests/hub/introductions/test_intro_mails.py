"""The mails of introductions, in both languages, and their calendar files."""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from tests.hub.introductions.conftest import MESSAGE, Scene
from vidensbro.hub.accounts.models import User
from vidensbro.hub.common import clock
from vidensbro.hub.introductions import disclosure, notifications, protection, services
from vidensbro.hub.introductions.meeting_file import Meeting, meeting_file
from vidensbro.hub.introductions.models import Introduction
from vidensbro.hub.introductions.services import Answerer
from vidensbro.hub.mail.kinds import kinds
from vidensbro.hub.mail.models import Mail

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
SECRETS = ("Secret of Nordsensor", "Nordsensor", "bandage", "owner@example.org")


def mails(kind: str) -> list[Mail]:
    return list(Mail.objects.filter(kind=f"introduction.{kind}").order_by("created", "pk"))


def mail(kind: str, to: str = "") -> Mail:
    found = [one for one in mails(kind) if not to or one.address == f"{to}@example.org"]
    assert len(found) == 1, [(one.kind, one.address) for one in Mail.objects.all()]
    return found[0]


def everything(one: Mail) -> str:
    return "\n".join((one.subject, one.text, one.html))


def read_english(*names: str) -> None:
    User.objects.filter(name__in=[name.title() for name in names]).update(language="en")


def secret_need(scene: Scene):
    text = "Our sensor measures the colour of the skin through a bandage that nobody else has made so far."
    return scene.need("sealed", title="Secret of Nordsensor", text=text)


def calendar_of(one: Mail) -> Calendar:
    [attached] = one.attachments
    assert attached["type"] == "text/calendar; method=PUBLISH; charset=UTF-8"
    return Calendar.from_ical(b64decode(attached["content"]))


def test_asked_in_danish_and_english(scene: Scene) -> None:
    scene.asked(scene.need("public"))
    danish = mail("asked", "researcher")
    assert danish.language == "da"
    assert danish.subject == "Vil du mødes til en snak? Early detection of pressure ulcers"
    assert "Kære Researcher" in danish.text
    assert "Ja tak" not in danish.subject
    assert MESSAGE in danish.text
    assert MESSAGE in danish.html
    assert "Fra: Owner, Nordsensor" in danish.text
    Mail.objects.all().delete()
    read_english("researcher")
    scene.researcher.refresh_from_db()
    scene.asked(scene.need("public"))
    english = mail("asked", "researcher")
    assert english.subject == "Would you meet? Early detection of pressure ulcers"
    assert "Dear Researcher," in english.text
    assert "Nobody learns how to reach you unless you say yes." in english.text
    assert '<html lang="en">' in english.html


def test_a_sealed_need_is_not_in_the_mail_about_it(scene: Scene) -> None:
    scene.asked(secret_need(scene))
    told = everything(mail("asked"))
    assert MESSAGE in told
    assert not any(secret in told for secret in SECRETS)
    assert not any(secret in mail("asked").thread for secret in SECRETS)


def test_what_somebody_wrote_cannot_become_part_of_the_html(scene: Scene) -> None:
    scene.asked(scene.need("public"), message='<a href="https://example.net">Click</a>')
    assert "&lt;a href=" in mail("asked").html
    assert '<a href="https://example.net">Click</a>' in mail("asked").text


def test_reminders_and_a_request_that_comes_back(scene: Scene) -> None:
    read_english("researcher")
    row = scene.asked(scene.need("public"))
    with clock.clock_at(row.expires_at - timedelta(days=3)):
        services.keep_time(row.pk)
    first = mail("reminded")
    assert first.subject.startswith("Reminder: would you meet?")
    assert "waits for an answer until" in first.text
    assert first.reply_to_ids == mail("asked").message_id
    services.postpone(Answerer(scene["researcher"]), row.pk, clock.today() + timedelta(days=30))
    with clock.clock_at(clock.now() + timedelta(days=30)):
        services.keep_time(row.pk)
    assert "You wished to be asked again now" in mails("reminded")[-1].text


def test_a_digest_gathers_requests(scene: Scene) -> None:
    read_english("researcher")
    protection.set_preference(scene["researcher"], scene.researcher.pk, digest=True)
    scene.asked(scene.need("public", title="First need"), message="First message")
    scene.asked(secret_need(scene), message="Second message")
    assert mails("asked") == []
    services.send_digest(scene.researcher.pk)
    told = mail("digest")
    assert told.subject == "2 requests for a talk with you, through Vidensbro"
    assert told.text.count("http://localhost:8000/answer/") == 2
    assert "First message" in told.text
    assert "Second message" in told.html
    assert not any(secret in everything(told) for secret in ("Secret of Nordsensor", "bandage"))


@pytest.mark.parametrize(
    ("language", "subject", "reason"),
    [("en", "Ida Testsen: no, thank you", "not my field"), ("da", "Ida Testsen: nej tak", "ikke mit felt")],
)
def test_a_no_tells_why_and_whom_else_to_ask(scene: Scene, language: str, subject: str, reason: str) -> None:
    User.objects.filter(name="Owner").update(language=language)
    row = scene.asked(scene.need("public"))
    services.decline(Answerer(scene["researcher"]), row.pk, "not_my_field", "Sorry", "Bo Eksempel")
    told = mail("answered", "owner")
    assert told.subject == subject
    for words in (reason, "Sorry", "Bo Eksempel", f"http://localhost:8000/needs/{row.need_id}/#matches"):
        assert words in told.text
    assert mails("introduced") == []


def test_yes_later_tells_from_when(scene: Scene) -> None:
    read_english("owner")
    row = scene.asked(scene.need("public"))
    with clock.clock_at(datetime(2030, 3, 1, 12, tzinfo=UTC)):
        Introduction.objects.filter(pk=row.pk).update(expires_at=datetime(2030, 3, 10, tzinfo=UTC))
        services.postpone(Answerer(scene["researcher"]), row.pk, datetime(2030, 4, 22).date())
    assert "but later: from 22 April 2030" in mail("answered", "owner").text


def test_the_owner_is_asked_to_agree_when_the_secretariat_asks(scene: Scene) -> None:
    read_english("owner")
    row = scene.asked(scene.need("public"), by="secretariat")
    asked = mail("agree", "owner")
    assert asked.subject == "Do you agree? An introduction to Ida Testsen"
    assert f"http://localhost:8000/introductions/{row.pk}/" in asked.text
    services.accept(Answerer(scene["researcher"]), row.pk)
    assert "and the answer is yes" in mails("agree")[-1].text
    assert mails("introduced") == []
    services.agree(scene["owner"], row.pk)
    assert {one.address for one in mails("introduced")} == {"owner@example.org", "researcher@example.org"}


@pytest.mark.parametrize(
    ("starts", "utc", "shown"),
    [
        # Summer time ends on Sunday 27 October 2030 at 01:00 UTC (Directive 2000/84/EC): before it Copenhagen is
        # two hours ahead of UTC, after it one.
        (
            datetime(2030, 10, 26, 10, 0),
            datetime(2030, 10, 26, 8, 0),
            "Saturday 26 October 2030, 10:00–10:30 (CEST)",
        ),
        (
            datetime(2030, 10, 28, 10, 0),
            datetime(2030, 10, 28, 9, 0),
            "Monday 28 October 2030, 10:00–10:30 (CET)",
        ),
        (
            datetime(2030, 3, 30, 10, 0),
            datetime(2030, 3, 30, 9, 0),
            "Saturday 30 March 2030, 10:00–10:30 (CET)",
        ),
        (datetime(2030, 4, 1, 10, 0), datetime(2030, 4, 1, 8, 0), "Monday 1 April 2030, 10:00–10:30 (CEST)"),
    ],
)
def test_a_chosen_time_comes_as_a_calendar_file(
    scene: Scene, starts: datetime, utc: datetime, shown: str
) -> None:
    read_english("owner")
    begin = starts.replace(tzinfo=COPENHAGEN)
    row = scene.asked(scene.need("public"), times=[(begin, begin + timedelta(minutes=30))])
    services.accept(Answerer(scene["researcher"]), row.pk, time_id=row.times.get().pk)
    told = mail("introduced", "owner")
    assert shown in told.text
    calendar = calendar_of(told)
    assert calendar["METHOD"] == "PUBLISH"
    [event] = calendar.walk("VEVENT")
    assert event.decoded("dtstart") == utc.replace(tzinfo=UTC)
    assert event.decoded("dtend") == utc.replace(tzinfo=UTC) + timedelta(minutes=30)
    assert event["UID"] == f"introduction-{row.pk}@localhost"
    # The owner reads English, the researcher Danish, and both get the same file.
    assert event["SUMMARY"] == "First meeting: Owner and Ida Testsen / Første møde: Owner og Ida Testsen"
    assert event["ORGANIZER"] == "mailto:owner@example.org"
    assert "researcher@example.org" in event["DESCRIPTION"]
    for sentence in ("You were introduced through Vidensbro.", "I blev introduceret gennem Vidensbro."):
        assert sentence in event["DESCRIPTION"]
    assert mail("introduced", "researcher").attachments == told.attachments


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    def file(fold: int) -> datetime:
        starts = datetime(2030, 10, 27, 2, 30, tzinfo=COPENHAGEN, fold=fold)
        one = Meeting(
            key="k",
            starts=starts,
            ends=starts.astimezone(UTC) + timedelta(minutes=30),
            written=starts,
            summary="S",
            description="D",
            organiser=("", "a@example.org"),
            site="https://example.org",
        )
        [event] = Calendar.from_ical(meeting_file(one)).walk("VEVENT")
        return event.decoded("dtstart")

    assert file(0) == datetime(2030, 10, 27, 0, 30, tzinfo=UTC)
    assert file(1) == datetime(2030, 10, 27, 1, 30, tzinfo=UTC)


def test_odd_names_break_no_line_of_the_file() -> None:
    moment = datetime(2030, 5, 6, 8, 0, tzinfo=UTC)
    summary = 'Møde; with, "quotes" \\ and\r\nBEGIN:VALARM and a very long name ' + "æ" * 90
    one = Meeting(
        key="k",
        starts=moment,
        ends=moment + timedelta(hours=1),
        written=moment,
        summary=summary,
        description="a\nb;c,d\x00\x07",
        organiser=('Øre "O" \r\nX-EVIL:1', "a@example.org"),
        site="https://example.org",
    )
    content = meeting_file(one)
    # RFC 5545 section 3.1: lines end in CR LF and hold 75 octets at most.
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")
    calendar = Calendar.from_ical(content)
    [event] = calendar.walk("VEVENT")
    assert [part.name for part in calendar.walk()] == ["VCALENDAR", "VEVENT"]
    assert event["SUMMARY"] == " ".join(summary.split()).replace('"', "'")
    assert event["DESCRIPTION"] == "a\nb;c,d"
    assert event["ORGANIZER"].params["CN"] == "Øre 'O' X-EVIL:1"


def test_the_calendar_file_on_the_page(scene: Scene) -> None:
    from django.test import Client

    begin = clock.now() + timedelta(days=3)
    row = scene.asked(scene.need("public"), times=[(begin, begin + timedelta(minutes=30))])
    client = Client(headers={"accept-language": "en"})
    client.force_login(scene.users["researcher"])
    assert client.get(f"/introductions/{row.pk}/meeting.ics").status_code == 404
    services.accept(Answerer(scene["researcher"]), row.pk, time_id=row.times.get().pk)
    response = client.get(f"/introductions/{row.pk}/meeting.ics")
    assert response["Content-Type"] == "text/calendar; method=PUBLISH; charset=UTF-8"
    assert response["Content-Disposition"] == 'attachment; filename="meeting.ics"'
    assert [part.name for part in Calendar.from_ical(response.content).walk()] == ["VCALENDAR", "VEVENT"]


def test_no_answer_and_withdrawn(scene: Scene) -> None:
    read_english("owner", "researcher")
    row = scene.asked(scene.need("public"))
    with clock.clock_at(row.expires_at + timedelta(minutes=1)):
        services.keep_time(row.pk)
    assert mail("expired", "owner").subject == "No answer from Ida Testsen"
    other = scene.asked(secret_need(scene), person_id=scene.clinician.pk)
    services.withdraw(scene["owner"], other.pk)
    gone = mail("withdrawn")
    assert gone.address == "aase@example.org"
    assert not any(secret in everything(gone) for secret in SECRETS)


def test_showing_more_is_asked_and_told(scene: Scene) -> None:
    read_english("owner", "researcher")
    row = scene.asked(secret_need(scene))
    asked = disclosure.ask_for(Answerer(scene["researcher"]), row.pk, "description")
    assert mail("disclosure").subject == "Ida Testsen asks to see more: description"
    disclosure.decide(scene["owner"], asked.pk, True, needs_confidentiality=True)
    told = mails("disclosure")[-1]
    assert told.address == "researcher@example.org"
    assert "when you have accepted a confidentiality agreement" in told.text
    assert not any(secret in everything(told) for secret in SECRETS)


def test_the_broker_is_called_in(scene: Scene) -> None:
    read_english("secretariat")
    row = scene.asked(scene.need("public"))
    with clock.clock_at(row.expires_at - timedelta(days=1)):
        services.keep_time(row.pk)
    told = mail("escalated")
    assert told.address == "secretariat@example.org"
    assert "has not answered, and the request ends on" in told.text


def test_whoever_wants_no_such_mail_is_called_instead(scene: Scene) -> None:
    from vidensbro.hub.mail import services as mail_services

    read_english("secretariat")
    mail_services.switch_off(scene["researcher"], "researcher@example.org", "introduction.asked")
    scene.asked(scene.need("public"))
    assert mail("asked").state == "suppressed"
    assert "mail of this kind is switched off" in mail("escalated").text


def test_one_conversation_for_each_reader(scene: Scene) -> None:
    row = scene.asked(scene.need("public"), by="secretariat")
    services.accept(Answerer(scene["researcher"]), row.pk)
    services.agree(scene["owner"], row.pk)
    mails = list(Mail.objects.order_by("created", "pk"))
    assert {one.thread for one in mails} == {f"introduction:{row.pk}"}
    first = {
        name: next(one for one in mails if one.address == f"{name}@example.org").message_id
        for name in ("owner", "researcher")
    }
    for one in mails:
        alone = first[one.address.partition("@")[0]]
        if one.message_id == alone:
            assert one.reply_to_ids == ""
        elif one.kind == "introduction.introduced":
            # It answers what each side got first, and so stands in the conversation of both mailboxes.
            assert one.reply_to_ids == f"{first['owner']} {first['researcher']}"
        else:
            assert one.reply_to_ids == alone
    begin = clock.now() + timedelta(days=5)
    services.request_times(scene["owner"], row.pk, [(begin, begin + timedelta(minutes=30))])
    assert mail("meeting").reply_to_ids == first["researcher"]


def test_every_kind_but_the_introduction_itself_can_be_switched_off() -> None:
    own = [one for code, one in kinds().items() if code.startswith("introduction.")]
    assert len(own) == len(notifications.KINDS)
    assert [one.code for one in own if not one.optional] == ["introduction.introduced"]


def test_told_twice_is_sent_once(scene: Scene) -> None:
    row = scene.asked(scene.need("public"))
    services.accept(Answerer(scene["researcher"]), row.pk)
    row.refresh_from_db()
    before = Mail.objects.count()
    notifications.introduced(row)
    assert Mail.objects.count() == before


def test_an_organisation_without_account_is_written_to_at_its_address(scene: Scene) -> None:
    from tests.hub.cast import SYSTEM
    from vidensbro.hub.directory import services as directory
    from vidensbro.hub.directory.models import Membership

    Membership.objects.filter(organisation=scene.cast.university).delete()
    directory.add_contact_point(
        SYSTEM, "email", "dekanat@example.org", organisation_id=scene.cast.university.pk
    )
    scene.asked(scene.need("public"), person_id=None, organisation_id=scene.cast.university.pk)
    told = mail("asked")
    assert told.address == "dekanat@example.org"
    assert told.name == "Østuniversitetet"
