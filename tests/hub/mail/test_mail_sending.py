"""Mail that reaches a real server: what it says, once, in the reader's language."""

from __future__ import annotations

import pytest
from django.db import transaction

from tests.hub.mail.conftest import ASKED, NEWS, READER, PostOffice, write
from vidensbro.hub.common.errors import Invalid
from vidensbro.hub.mail.checks import sender_is_an_address
from vidensbro.hub.mail.content import Attachment, Recipient
from vidensbro.hub.mail.models import Mail
from vidensbro.hub.outbox import services as outbox
from vidensbro.hub.outbox.queries import open_entries

pytestmark = pytest.mark.django_db
DANE = Recipient("læser@example.org".replace("æ", "ae"), "Søren Læser", "da")


def drain() -> outbox.Drained:
    return outbox.drain({"mail.send"})


def test_a_mail_arrives_as_it_was_written(server: PostOffice, words: None) -> None:
    row = write(template="hello", context={"title": "Sår & <sensorer>"}, to=DANE)
    assert drain().done == 1
    (got,) = server.mails
    assert got.recipients == ["laeser@example.org"]
    message = got.message
    assert message["Subject"] == "Sår & <sensorer>"
    assert message["To"].addresses[0].display_name == "Søren Læser"
    assert message["Message-ID"] == row.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "da"
    assert message["Date"].datetime == row.created.replace(microsecond=0)
    assert "List-Unsubscribe" not in message
    plain = message.get_body(("plain",)).get_content().replace("\r\n", "\n")
    html = message.get_body(("html",)).get_content()
    assert "Konto: Sår & <sensorer>\n.\n.start\n" in plain
    assert "<h1>Konto</h1><p>Sår &amp; &lt;sensorer&gt;</p>" in html
    assert '<html lang="da">' in html
    row.refresh_from_db()
    assert (row.state, row.answer, row.attempts) == ("sent", "250 OK", 1)
    assert open_entries("mail.send") == 0


def test_everybody_gets_their_own_language(server: PostOffice, words: None) -> None:
    write("a", template="hello", context={"title": "x"}, to=DANE)
    write("b", template="hello", context={"title": "x"})
    drain()
    texts = {
        one.recipients[0]: one.message.get_body(("plain",)).get_content().split(":")[0]
        for one in server.mails
    }
    assert texts == {"laeser@example.org": "Konto", "reader@example.org": "Account"}


def test_the_same_key_is_sent_once(server: PostOffice) -> None:
    first = write("same")
    again = write("same", to=DANE)
    assert first == again
    drain()
    write("same")
    drain()
    assert [one.recipients for one in server.mails] == [["reader@example.org"]]


def test_what_is_rolled_back_was_never_written(server: PostOffice) -> None:
    with transaction.atomic():
        write("gone")
        transaction.set_rollback(True)
    assert drain().done == 0
    assert server.mails == []
    assert not Mail.objects.exists()


def test_it_needs_a_transaction() -> None:
    # `services.send` itself opens none: a mail without the change that it follows would be a lie.
    with pytest.raises(LookupError):
        write(kind=type(ASKED)("unheard.of", "", optional=False))


def test_answers_thread_for_each_reader(server: PostOffice) -> None:
    first = write("1", thread="introduction 1")
    other = write("2", thread="introduction 1", to=DANE)
    write("3", thread="introduction 1")
    write("4", thread="introduction 1")
    write("5", thread="introduction 2")
    drain()
    threads = {one.message["Message-ID"]: one.message["In-Reply-To"] for one in server.mails}
    assert list(threads.values()).count(first.message_id) == 2
    assert threads[first.message_id] is None
    assert threads[other.message_id] is None
    (third, *_) = (one.message for one in server.mails if one.message["In-Reply-To"])
    assert third["References"] == first.message_id


def test_a_meeting_goes_along(server: PostOffice) -> None:
    meeting = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
    write(
        attachments=[Attachment("møde.ics", "text/calendar; method=REQUEST", meeting)],
        reply_to="Østen Øst <oesten@example.org>",
    )
    drain()
    message = server.mails[0].message
    (part,) = message.iter_attachments()
    assert part.get_content_type() == "text/calendar"
    assert part.get_param("method") == "REQUEST"
    assert part.get_filename() == "møde.ics"
    assert part.get_payload(decode=True) == meeting
    assert message["Reply-To"].addresses[0].addr_spec == "oesten@example.org"


def test_every_attempt_is_the_same_mail(server: PostOffice, words: None) -> None:
    server.answers["DATA"] = ["drop"]
    write(template="hello", context={"title": "x"}, attachments=[Attachment("a.txt", "text/plain", b"a")])
    drain()
    row = Mail.objects.get()
    assert (row.state, row.repeats) == ("waiting", 0)
    assert row.handing_over is not None
    retry_now()
    assert len(server.mails) == 2
    assert server.mails[0].content == server.mails[1].content
    row.refresh_from_db()
    assert (row.state, row.repeats) == ("sent", 1)


def retry_now() -> outbox.Drained:
    """As if the time to wait had passed."""
    from vidensbro.hub.outbox.models import Entry

    Entry.objects.update(next_attempt=Mail.objects.get().created)
    return drain()


HARMFUL = ("a\r\nBcc: victim@example.org", "a\nX: y", "a\x0bX: y", "a\u2028X: y", "a\x85X: y")


@pytest.mark.parametrize("text", HARMFUL)
def test_no_header_can_be_smuggled_in(text: str, server: PostOffice, words: None) -> None:
    for to in (
        Recipient(READER.address, text),
        Recipient(f"reader@example.org{text}"),
        Recipient(f"{text}@example.org"),
    ):
        with pytest.raises(Invalid):
            write(to=to)
    with pytest.raises(Invalid):
        write(reply_to=f"{text} <reader@example.org>")
    with pytest.raises(Invalid):
        write(attachments=[Attachment(text, "text/plain", b"")])
    with pytest.raises(Invalid):
        write(attachments=[Attachment("a", f"text/plain; charset={text}", b"")])
    write(template="hello", context={"title": text}, kind=NEWS)
    drain()
    (got,) = server.mails
    assert got.recipients == [READER.address]
    assert set(got.message.keys()) == {
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "X-Auto-Response-Suppress",
        "List-Unsubscribe",
        "List-Unsubscribe-Post",
        "From",
        "To",
        "Subject",
        "Content-Language",
        "MIME-Version",
        "Content-Type",
    }


@pytest.mark.parametrize(
    "address", ["", "nobody", "a@b@c.dk", "a b@example.org", "a@example.org, b@example.org", "ø@example.org"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(Invalid) as refused:
        write(to=Recipient(address))
    assert refused.value.problems == {"address": ("email_invalid",)}


def test_a_danish_domain_is_written_as_servers_know_it(server: PostOffice) -> None:
    write(to=Recipient("post@blåbær.dk"))
    drain()
    # Punycode of blåbær by RFC 3492.
    assert server.mails[0].recipients == ["post@xn--blbr-roah.dk"]


def test_without_a_server_mail_lies_in_a_folder(settings, tmp_path) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    row = write()
    drain()
    (file,) = (tmp_path / "mail").iterdir()
    assert row.message_id.encode() in file.read_bytes()
    row.refresh_from_db()
    assert row.state == "sent"


def test_other_backends_get_it_too(mailoutbox) -> None:
    row = write(kind=NEWS)
    drain()
    (got,) = mailoutbox
    assert got.to == [READER.address]
    assert got.extra_headers["Message-ID"] == row.message_id
    assert got.alternatives[0].mimetype == "text/html"


@pytest.mark.parametrize(
    ("sender", "good"),
    [
        ("vidensbro@localhost", True),
        ("Bridge <bridge@example.org>", True),
        ("bridge", False),
        ("", False),
        ("Bridge\n <bridge@example.org>", False),
    ],
)
def test_a_sender_that_is_no_address_is_told_at_the_start(settings, sender: str, good: bool) -> None:
    settings.DEFAULT_FROM_EMAIL = sender
    assert (sender_is_an_address() == []) is good


def test_the_sender_is_named(server: PostOffice, settings) -> None:
    settings.DEFAULT_FROM_EMAIL = '"Vidensbro, Ålborg" <bro@example.org>'
    write()
    drain()
    (got,) = server.mails
    assert got.sender == "bro@example.org"
    assert got.message["From"].addresses[0].display_name == "Vidensbro, Ålborg"
    assert str(got.message["Message-ID"]).endswith("@example.org>")
