"""Once both have said yes one e-mail introduces them: the same one to both, over a real mail server."""

from __future__ import annotations

import re
from datetime import timedelta
from email.message import EmailMessage

import pytest
from icalendar import Calendar

from tests.hub.cast import SYSTEM
from tests.hub.introductions.conftest import Scene
from tests.hub.mail.conftest import PostOffice, Received, server
from vidensbro.hub.accounts.models import User
from vidensbro.hub.audit import privacy
from vidensbro.hub.audit.privacy import Subject
from vidensbro.hub.common import clock
from vidensbro.hub.introductions import services
from vidensbro.hub.introductions.models import AnswerLink, Introduction
from vidensbro.hub.introductions.services import Answerer
from vidensbro.hub.mail import delivery
from vidensbro.hub.mail.models import Mail
from vidensbro.hub.outbox import services as outbox

__all__ = ["server"]
OWNER, RESEARCHER, CLINICIAN = "owner@example.org", "researcher@example.org", "aase@example.org"
DANISH, ENGLISH = "Mød hinanden: Owner og Ida Testsen", "Meet each other: Owner and Ida Testsen"


@pytest.fixture(autouse=True)
def server_is_asked() -> None:
    delivery.outage.over()


def introduced(scene: Scene, visibility: str = "public", **to: object) -> Introduction:
    row = scene.asked(scene.need(visibility, title="Secret of the owner", contact="Ring 12 34 56 78"), **to)
    by = Answerer(scene["researcher"]) if row.person == scene.researcher else None
    by = by or Answerer(scene["visitor"], via_link=True, person_id=row.person_id)
    chosen = row.times.first()
    return services.accept(by, row.pk, time_id=chosen.pk if chosen else None, note="See you")


def arrived(office: PostOffice) -> list[Received]:
    """The mails that introduce, as the server took them."""
    outbox.drain({"mail.send"})
    subjects = ("Mød hinanden:", "Meet each other:")
    return [one for one in office.mails if any(words in str(one.message["Subject"]) for words in subjects)]


def parts(message: EmailMessage) -> tuple[str, str]:
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    return plain.get_content().replace("\r\n", "\n"), html.get_content().replace("\r\n", "\n")


def readers(message: EmailMessage, header: str) -> list[tuple[str, str]]:
    return [(one.display_name, one.addr_spec) for one in message[header].addresses]


def times() -> list[tuple[object, object]]:
    begin = clock.now() + timedelta(days=9)
    return [(begin, begin + timedelta(minutes=30))]


@pytest.mark.parametrize(
    ("owner", "researcher", "subject", "languages"),
    [
        ("da", "da", DANISH, "da"),
        ("en", "en", ENGLISH, "en"),
        ("da", "en", f"{DANISH} / {ENGLISH}", "da, en"),
        ("en", "da", f"{ENGLISH} / {DANISH}", "en, da"),
    ],
)
def test_one_mail_reaches_both(
    scene: Scene, server: PostOffice, owner: str, researcher: str, subject: str, languages: str
) -> None:
    User.objects.filter(name="Owner").update(language=owner)
    User.objects.filter(name="Researcher").update(language=researcher)
    scene.researcher.refresh_from_db()
    row = introduced(scene, times=times())
    mails = arrived(server)
    assert sorted(one.recipients for one in mails) == [[OWNER], [RESEARCHER]]
    assert mails[0].content == mails[1].content
    message = mails[0].message
    assert message["Subject"] == subject
    assert message["Content-Language"] == languages
    both = [("Owner", OWNER), ("Researcher", RESEARCHER)]
    assert readers(message, "To") == readers(message, "Reply-To") == both
    assert "List-Unsubscribe" not in message
    text, html = parts(message)
    for words in (OWNER, RESEARCHER, "12 34 56 78", "Nordsensor", "See you", "Secret of the owner"):
        assert words in text
        assert words in html
    assert f"http://localhost:8000/introductions/{row.pk}/" in text
    (file,) = message.iter_attachments()
    (event,) = Calendar.from_ical(file.get_payload(decode=True)).walk("VEVENT")
    assert event["UID"] == f"introduction-{row.pk}@localhost"
    greetings = {"da": "Kære Owner og Ida Testsen", "en": "Dear Owner and Ida Testsen,"}
    for language, greeting in greetings.items():
        wanted = int(language in languages)
        assert text.count(greeting) == wanted
        assert html.count(f'<div lang="{language}">\n<p>{greeting}</p>') == wanted
        assert html.count(f'<span lang="{language}">') == wanted
    order = [greetings[one] for one in languages.split(", ")]
    assert [text.index(one) for one in order] == sorted(text.index(one) for one in order)
    assert html.startswith(f'<!doctype html>\n<html lang="{owner}">')


def test_each_sentence_is_there_for_each_reader(scene: Scene, server: PostOffice) -> None:
    """As many sentences, links and lines of contact details in one language as in the other."""
    User.objects.filter(name="Owner").update(language="en")
    introduced(scene)
    text, html = parts(arrived(server)[0].message)
    english, danish = text.split("\n-- \n")[0].split("-" * 40)
    english = english[english.index("Dear ") :]
    assert len(english.strip().split("\n\n")) == len(danish.strip().split("\n\n"))
    assert english.count("http") == danish.count("http") == 1
    first, second = html.split('<div lang="da">')
    assert first.split('<div lang="en">')[1].count("<p>") == second.split("</div>")[0].count("<p>")


def test_it_joins_what_each_side_got_before(scene: Scene, server: PostOffice) -> None:
    row = scene.asked(scene.need("public"), by="secretariat")
    services.accept(Answerer(scene["researcher"]), row.pk)
    services.agree(scene["owner"], row.pk)
    (one, other) = (mail.message for mail in arrived(server))
    first = {
        address: Mail.objects.filter(address=address).earliest("pk").message_id
        for address in (OWNER, RESEARCHER)
    }
    for header in ("References", "In-Reply-To"):
        assert one[header].split() == other[header].split() == [first[OWNER], first[RESEARCHER]]


def test_it_holds_nothing_that_is_not_for_both(scene: Scene, server: PostOffice) -> None:
    introduced(scene, "sealed")
    text, html = parts(arrived(server)[0].message)
    for told in (text, html):
        assert "Secret of the owner" not in told
        assert "/answer/" not in told
        assert "/mail/" not in told


def test_who_has_no_account_gets_a_way_in_alone(scene: Scene, server: PostOffice, client) -> None:
    row = introduced(scene, "sealed", person_id=scene.clinician.pk)
    mails = arrived(server)
    assert sorted(one.recipients for one in mails) == [[CLINICIAN], [OWNER]]
    secrets = re.compile(r"/answer/([\w.-]+)/")
    own = [one for one in server.mails if one.recipients == [CLINICIAN] and one not in mails]
    (private,) = (one for one in own if str(one.message["To"]) and one.message["References"])
    assert readers(private.message, "To") == [("Åse Prøve", CLINICIAN)]
    asked = Mail.objects.get(kind="introduction.asked")
    assert private.message["References"] == asked.message_id
    (token,) = secrets.findall(parts(private.message)[0])
    assert client.get(f"/answer/{token}/").status_code == 200
    assert AnswerLink.objects.get(introduction=row, reading=True)
    for one in server.mails:
        if one is not private:
            assert token.encode() not in one.content.replace(b"=\r\n", b"")
    for one in mails:
        assert "/answer/" not in "".join(parts(one.message))


def test_one_servers_refusal_keeps_nobody_else_waiting(scene: Scene, server: PostOffice) -> None:
    introduced(scene)
    outbox.drain({"mail.send"})
    server.mails.clear()
    Mail.objects.filter(kind="introduction.introduced").update(state="waiting", sent_at=None)
    outbox.put_many("mail.send", [str(one.pk) for one in Mail.objects.filter(kind="introduction.introduced")])
    server.answers["DATA"] = ["451 not now"]
    outbox.drain({"mail.send"})
    assert sorted(Mail.objects.filter(kind="introduction.introduced").values_list("state", flat=True)) == [
        "sent",
        "waiting",
    ]
    with clock.clock_at(clock.now() + timedelta(hours=1)):
        outbox.drain({"mail.send"})
    assert sorted(one.recipients for one in server.mails) == [[OWNER], [RESEARCHER]]
    assert server.mails[0].content == server.mails[1].content


def subject_of(scene: Scene) -> Subject:
    return Subject(user_id=scene.users["researcher"].pk, person_id=scene.researcher.pk)


def test_who_is_erased_before_it_leaves_is_not_in_it(scene: Scene, server: PostOffice) -> None:
    introduced(scene, times=times())
    privacy.erase(SYSTEM, subject_of(scene))
    (only,) = arrived(server)
    assert only.recipients == [OWNER]
    assert readers(only.message, "To") == readers(only.message, "Reply-To") == [("Owner", OWNER)]
    assert list(only.message.iter_attachments()) == []
    seen = "\n".join([str(only.message.items()), *parts(only.message)])
    assert not any(word in seen for word in ("Ida Testsen", RESEARCHER, "Researcher"))


def test_who_is_erased_afterwards_is_in_no_copy(scene: Scene, server: PostOffice) -> None:
    introduced(scene, times=times())
    assert len(arrived(server)) == 2
    privacy.erase(SYSTEM, subject_of(scene))
    (left,) = Mail.objects.filter(kind="introduction.introduced")
    assert (left.address, left.together, left.text, left.html, left.subject) == (OWNER, [], "", "", "")
    assert left.attachments == []


def test_a_former_address_goes_too(scene: Scene) -> None:
    """The other copy names the address at which the mail was got, which nobody knows the person by any more."""
    introduced(scene)
    user = scene.users["researcher"]
    User.objects.filter(pk=user.pk).update(email="ida@new.example.org")
    privacy.erase(SYSTEM, subject_of(scene))
    (left,) = Mail.objects.filter(kind="introduction.introduced")
    assert left.together == [["Owner", OWNER]]
    assert RESEARCHER not in f"{left.text}{left.html}{left.subject}{left.headers}"


def test_an_export_tells_what_the_reader_saw(scene: Scene) -> None:
    introduced(scene)
    mails = privacy.export(subject_of(scene))["mail"]["mails"]
    (told,) = (one for one in mails if one["kind"] == "introduction.introduced")
    assert told["to"] == f"Owner <{OWNER}>, Researcher <{RESEARCHER}>"
    assert [one["to"] for one in mails if one["kind"] == "introduction.asked"] == [RESEARCHER]
