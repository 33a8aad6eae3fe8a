"""One mail to several readers: the same bytes for each, an envelope each, once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from tests.hub.cast import SYSTEM
from tests.hub.mail.conftest import ASKED, NEWS, READER, PostOffice, write
from vidensbro.hub.audit.privacy import Subject, erase, export
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Invalid
from vidensbro.hub.common.ids import new_id
from vidensbro.hub.mail import services
from vidensbro.hub.mail.composing import composed
from vidensbro.hub.mail.content import Attachment, Recipient
from vidensbro.hub.mail.models import Mail
from vidensbro.hub.mail.privacy import empty_threads
from vidensbro.hub.outbox import services as outbox

pytestmark = pytest.mark.django_db
DANE = Recipient("dane@blåbær.dk", "Dorte, Dansker", "da", user_id=new_id())
PAIR = (READER, DANE)
FILE = Attachment("a.txt", "text/plain", b"for both")


@pytest.fixture(autouse=True)
def bare(settings, tmp_path: Path) -> None:
    """Templates that hold what is said, without a frame."""
    (tmp_path / "bare.subject.txt").write_text("{% load i18n %}{% translate 'Account' %}: {{ title }}\n")
    (tmp_path / "bare.txt").write_text("{% load i18n %}{% translate 'Account' %}: {{ title }}\n")
    (tmp_path / "bare.html").write_text("{% load i18n %}<p>{% translate 'Account' %}: {{ title }}</p>\n")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]


def words() -> Mapping[str, Any]:
    return {"title": f"<{translation.get_language()}>"}


def together(*readers: Recipient, key: str = "one", **more: Any) -> list[Mail]:
    kind = more.pop("kind", ASKED)
    with transaction.atomic():
        return services.send_together(kind.code, readers or PAIR, "bare", words, key=key, **more)


def drain() -> None:
    outbox.drain({"mail.send"})


def test_the_same_mail_reaches_each_in_an_envelope_of_its_own(server: PostOffice) -> None:
    together(attachments=[FILE])
    drain()
    # Punycode of blåbær by RFC 3492.
    dane = "dane@xn--blbr-roah.dk"
    assert sorted(one.recipients for one in server.mails) == [[dane], [READER.address]]
    assert server.mails[0].content == server.mails[1].content
    message = server.mails[0].message
    both = [("Rita Reader", READER.address), ("Dorte, Dansker", dane)]
    for header in ("To", "Reply-To"):
        assert [(one.display_name, one.addr_spec) for one in message[header].addresses] == both
    assert [part.get_filename() for part in message.iter_attachments()] == ["a.txt"]
    assert len(set(Mail.objects.values_list("message_id", flat=True))) == 1
    assert len(set(Mail.objects.values_list("created", flat=True))) == 1


def test_it_is_in_every_language_that_somebody_reads(server: PostOffice) -> None:
    together(READER, DANE, Recipient("third@example.org", language="en"))
    drain()
    message = server.mails[0].message
    assert message["Content-Language"] == "en, da"
    assert message["Subject"] == "Account: <en> / Konto: <da>"
    text = message.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert text.index("Account: <en>") < text.index("-" * 40) < text.index("Konto: <da>")
    html = message.get_body(("html",)).get_content().replace("\r\n", "\n")
    assert '<div lang="en">\n<p>Account: &lt;en&gt;</p>\n</div>' in html
    assert '<div lang="da">\n<p>Konto: &lt;da&gt;</p>\n</div>' in html
    assert '<html lang="en">' in html


def test_one_language_is_said_once(server: PostOffice) -> None:
    together(READER, Recipient("third@example.org", language="en"))
    drain()
    message = server.mails[0].message
    assert (message["Content-Language"], message["Subject"]) == ("en", "Account: <en>")
    assert "-" * 40 not in message.get_body(("plain",)).get_content()
    assert "below" not in message.get_body(("plain",)).get_content()


def test_long_subjects_leave_room_for_each_other() -> None:
    def long() -> Mapping[str, Any]:
        return {"title": f"{translation.get_language()} " + "word " * 60}

    with transaction.atomic():
        (mail, _) = services.send_together(ASKED.code, PAIR, "bare", long, key="long")
    assert len(mail.subject) <= 200
    assert "Account: en word" in mail.subject
    assert "Konto: da word" in mail.subject


def test_every_attempt_is_the_same_mail_for_each(server: PostOffice) -> None:
    server.answers["DATA"] = ["drop", "451 later"]
    together(attachments=[FILE])
    for hours in range(3):
        with clock.clock_at(clock.now() + timedelta(hours=hours)):
            drain()
    assert set(Mail.objects.values_list("state", flat=True)) == {"sent"}
    assert len(server.mails) == 3
    assert len({one.content for one in server.mails}) == 1


def test_who_is_refused_keeps_nobody_waiting(server: PostOffice) -> None:
    server.answers["RCPT"] = ["550 5.1.1 nobody here"]
    together()
    drain()
    assert sorted(Mail.objects.values_list("state", flat=True)) == ["given_up", "sent"]
    assert len(server.mails) == 1


def test_the_same_key_is_written_once(server: PostOffice) -> None:
    first = together()
    again = together(DANE, READER, Recipient("late@example.org"))
    assert first == again
    drain()
    assert len(server.mails) == 2


def test_the_same_address_gets_it_once(server: PostOffice) -> None:
    together(READER, DANE, Recipient("READER@example.org", "Another"))
    drain()
    assert len(server.mails) == 2
    assert len(server.mails[0].message["To"].addresses) == 2


def test_the_conversation_of_each_goes_on(server: PostOffice) -> None:
    first = write("1", thread="t")
    second = write("2", thread="t", to=DANE)
    write("3", thread="t", to=DANE)
    (joint, _) = together(thread="t")
    later = write("4", thread="t")
    drain()
    assert joint.reply_to_ids == f"{first.message_id} {second.message_id}"
    message = next(one.message for one in server.mails if one.message["Message-ID"] == joint.message_id)
    for header in ("In-Reply-To", "References"):
        assert message[header].split() == [first.message_id, second.message_id]
    assert later.reply_to_ids == first.message_id
    (fresh, _) = together(READER, Recipient("new@example.org"), key="b", thread="u")
    assert fresh.reply_to_ids == ""
    assert write("5", thread="u").reply_to_ids == fresh.message_id


def test_many_readers_need_no_line_that_is_too_long(server: PostOffice) -> None:
    many = [Recipient(f"reader{number}@example.org", "Rita " * 8, "en") for number in range(30)]
    for number, one in enumerate(many):
        write(f"{number}", thread="t", to=one)
    together(*many, thread="t")
    drain()
    content = next(one for one in server.mails if one.message["References"]).content
    # RFC 5322 section 2.1.1.
    assert max(len(line) for line in content.split(b"\r\n")) <= 998
    message = server.mails[-1].message
    assert len(message["References"].split()) == len(message["To"].addresses) == 30


def test_only_what_nobody_can_switch_off(server: PostOffice) -> None:
    with pytest.raises(ValueError, match="cannot be one mail"):
        together(kind=NEWS)
    with transaction.atomic(), pytest.raises(ValueError, match="cannot be one mail"):
        services.send_together(ASKED.code, [], "bare", words, key="none")
    with pytest.raises(Invalid):
        together(READER, Recipient("nobody"))
    assert not Mail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_it_belongs_to_a_transaction() -> None:
    with pytest.raises(outbox.OutsideTransaction):
        services.send_together(ASKED.code, PAIR, "bare", words, key="one")


def test_two_mails_of_one_name_to_one_address_cannot_be() -> None:
    (mail, _) = together()
    with pytest.raises(IntegrityError), transaction.atomic():
        Mail.objects.create(
            key="other", kind="x", message_id=mail.message_id, address=mail.address, language="en"
        )


def test_other_backends_get_it_too(mailoutbox) -> None:
    together()
    drain()
    assert sorted(one.to[0] for one in mailoutbox) == ["dane@xn--blbr-roah.dk", READER.address]
    for one in mailoutbox:
        assert len(one.recipients()) == 1
        assert one.message()["To"] == one.message()["Reply-To"]
        assert "reader@example.org" in one.message()["To"]
        assert "dane@" in one.message()["To"]


@pytest.mark.parametrize("sent_first", [True, False])
def test_who_is_erased_is_named_in_no_copy(server: PostOffice, sent_first: bool) -> None:
    together(attachments=[FILE])
    if sent_first:
        drain()
    erase(SYSTEM, Subject(user_id=DANE.user_id))
    (left,) = Mail.objects.all()
    stored = f"{vars(left)}".casefold()
    assert "dorte" not in stored
    assert "dane@" not in stored
    if sent_first:
        assert (left.together, left.text) == ([], "")
        return
    drain()
    (got,) = server.mails
    assert [one.addr_spec for one in got.message["To"].addresses] == [READER.address]
    assert [one.addr_spec for one in got.message["Reply-To"].addresses] == [READER.address]
    assert b"Dorte" not in got.content


def test_a_row_that_lost_everybody_still_goes_to_its_own_reader() -> None:
    (mail, _) = together()
    mail.together = [["[…]", "[…]"]]
    assert b"To: Rita Reader <reader@example.org>" in composed(mail)


def test_an_answer_to_somebody_who_was_erased_is_not_asked_for(server: PostOffice) -> None:
    gone = Recipient("gone@example.org", "Gerda Gone", user_id=new_id())
    write("a", reply_to=gone.address)
    write("b", to=gone)
    erase(SYSTEM, Subject(user_id=gone.user_id, addresses=frozenset({gone.address})))
    drain()
    (got,) = server.mails
    assert got.recipients == [READER.address]
    assert got.message["Reply-To"] is None


def test_an_emptied_row_names_nobody_else(server: PostOffice) -> None:
    together(thread="t")
    drain()
    empty_threads(["t"])
    for row in Mail.objects.all():
        assert (row.together, row.reply_to, row.text) == ([], "", "")


def test_an_export_says_to_whom_it_went() -> None:
    together()
    (told,) = export(Subject(user_id=DANE.user_id))["mail"]["mails"]
    assert told["to"] == "Rita Reader <reader@example.org>, Dorte, Dansker <dane@blåbær.dk>"
