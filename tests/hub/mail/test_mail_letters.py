"""One text to many readers: kept once, each copy a mail of its own, no faster than the settings allow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction

from tests.hub.cast import NOON, SYSTEM
from tests.hub.mail.conftest import ASKED, NEWS, PostOffice, free_port, opened, use, write
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.mail import bulk, kinds, letters, notifications, services
from vidensbro.hub.mail.content import Recipient
from vidensbro.hub.mail.kinds import MailKind
from vidensbro.hub.mail.models import Letter, Mail
from vidensbro.hub.mail.privacy import PURPOSES
from vidensbro.hub.mail.smtp import SmtpServer
from vidensbro.hub.outbox import services as outbox

pytestmark = pytest.mark.django_db
TOPICS = {bulk.BULK}


@pytest.fixture
def unhurried(settings) -> None:
    settings.VIDENSBRO_EMAIL_RATE = 0


def letter(**more: object) -> Letter:
    with transaction.atomic():
        return letters.letter(
            "news 1", "hello", {"title": "Sår & mere"}, "da", slots=["leave_url"], about="news", **more
        )


def copies(count: int, kind: MailKind = ASKED) -> int:
    row = letter()
    with transaction.atomic():
        written = services.send_copies(
            kind.code,
            row,
            [
                letters.Copy(
                    f"news 1 to {number}",
                    Recipient(f"r{number}@example.org", language="da"),
                    {"leave_url": f"http://localhost:8000/leave/{number}?a=1&b=2"},
                    f"http://localhost:8000/leave/{number}",
                )
                for number in range(count)
            ],
        )
        bulk.wake()
        return written


@pytest.fixture
def open_letter(words: None, settings) -> None:
    """A template that leaves a link open."""
    folder = settings.TEMPLATES[0]["DIRS"][0]
    (folder / "hello.txt").write_text("{{ title }}: {{ leave_url }}")
    (folder / "hello.html").write_text('<p>{{ title }}</p><a href="{{ leave_url }}">x</a>')


def test_one_text_is_kept_and_each_reader_gets_her_own_link(
    server: PostOffice, open_letter: None, unhurried: None
) -> None:
    assert copies(3) == 3
    assert Letter.objects.count() == 1
    assert set(Mail.objects.values_list("text", "html")) == {("", "")}
    outbox.drain(TOPICS)
    got = {one.recipients[0]: one.message for one in server.mails}
    assert sorted(got) == ["r0@example.org", "r1@example.org", "r2@example.org"]
    for number in range(3):
        message = got[f"r{number}@example.org"]
        link = f"http://localhost:8000/leave/{number}"
        assert message.get_body(("plain",)).get_content().strip() == f"Sår & mere: {link}?a=1&b=2"
        html = message.get_body(("html",)).get_content()
        assert f'<p>Sår &amp; mere</p><a href="{link}?a=1&amp;b=2">' in html
        assert message["List-Unsubscribe"] == f"<{link}>"
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert len({one["Message-ID"] for one in got.values()}) == 3
    assert set(Mail.objects.values_list("state", flat=True)) == {"sent"}


def test_the_same_key_is_written_once(open_letter: None) -> None:
    assert copies(2) == 2
    assert copies(4) == 2
    assert Mail.objects.count() == 4


def test_the_text_of_a_mark_cannot_be_forged(open_letter: None, unhurried: None, server: PostOffice) -> None:
    row = letter()
    assert len(row.mark) == 16
    with transaction.atomic():
        other = letters.letter(
            "forged", "hello", {"title": f"{row.mark}-leave_url-"}, "da", slots=["leave_url"], about="news"
        )
    mail = Mail(letter=other, slots={"leave_url": "here"})
    assert letters.words_of(mail)[0].strip() == f"{row.mark}-leave_url-: here"


def test_an_optional_kind_has_no_copies(open_letter: None) -> None:
    with pytest.raises(ValueError, match=r"test\.news"):
        copies(1, NEWS)


def test_no_more_leave_in_a_second_than_the_settings_allow(
    server: PostOffice, open_letter: None, settings
) -> None:
    settings.VIDENSBRO_EMAIL_RATE = 5
    with clock_at(NOON):
        copies(12)
        outbox.drain(TOPICS)
        assert len(server.mails) == 5
        outbox.drain(TOPICS)
        assert len(server.mails) == 5
    with clock_at(NOON + timedelta(seconds=1)):
        outbox.drain(TOPICS)
        assert len(server.mails) == 10
    with clock_at(NOON + timedelta(seconds=2)):
        outbox.drain(TOPICS)
        assert len(server.mails) == 12
        assert outbox.drain(TOPICS).done == 0


def test_time_without_a_worker_is_not_made_up_for(server: PostOffice, open_letter: None, settings) -> None:
    settings.VIDENSBRO_EMAIL_RATE = 2
    with clock_at(NOON):
        copies(30)
        outbox.drain(TOPICS)
    with clock_at(NOON + timedelta(hours=1)):
        outbox.drain(TOPICS)
        assert len(server.mails) == 2 + 3 * 2


def test_they_go_over_one_connection(
    server: PostOffice, open_letter: None, unhurried: None, monkeypatch
) -> None:
    opened = []
    real = SmtpServer._connect
    monkeypatch.setattr(SmtpServer, "_connect", lambda self: opened.append(1) or real(self))
    copies(20)
    outbox.drain(TOPICS)
    assert (len(server.mails), len(opened)) == (20, 1)


def test_one_that_is_refused_holds_up_no_other(
    server: PostOffice, open_letter: None, unhurried: None
) -> None:
    server.answers["RCPT"] = ["250 OK", "550 5.1.1 No such user", "450 4.2.0 greylisted"]
    with clock_at(NOON):
        copies(5)
        outbox.drain(TOPICS)
    states = list(Mail.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["sent", "given_up", "waiting", "sent", "sent"]
    with clock_at(NOON + timedelta(seconds=59)):
        outbox.drain(TOPICS)
        assert len(server.mails) == 3
    with clock_at(NOON + timedelta(minutes=2)):
        outbox.drain(TOPICS)
        assert len(server.mails) == 4
    with clock_at(NOON + timedelta(minutes=2)), transaction.atomic():
        assert services.retry_copies(Letter.objects.all()) == 1
        bulk.wake()
    with clock_at(NOON + timedelta(minutes=3)):
        outbox.drain(TOPICS)
    assert len(server.mails) == 5
    assert len({one.recipients[0] for one in server.mails}) == 5


def test_a_server_that_is_away_is_left_alone(settings, open_letter: None, unhurried: None) -> None:
    port = free_port()
    use(settings, port)
    with clock_at(NOON):
        copies(3)
        outbox.drain(TOPICS)
        assert set(Mail.objects.values_list("state", "attempts")) == {("waiting", 0)}
    office = PostOffice()
    running = opened(office)
    use(settings, office.port)
    try:
        with clock_at(NOON + timedelta(seconds=29)):
            outbox.drain(TOPICS)
            assert office.mails == []
        with clock_at(NOON + timedelta(seconds=31)):
            outbox.drain(TOPICS)
            assert len(office.mails) == 3
    finally:
        running.stop()


def test_other_mail_goes_first(server: PostOffice, open_letter: None, unhurried: None) -> None:
    copies(5)
    write("urgent")
    outbox.drain(TOPICS)
    assert [one.recipients[0] for one in server.mails][:2] == ["r0@example.org", "reader@example.org"]


def test_what_waits_without_an_entry_is_found(server: PostOffice, open_letter: None, unhurried: None) -> None:
    copies(2)
    with transaction.atomic():
        outbox.Entry.objects.all().delete()
    bulk.wake_if_any()
    outbox.drain(TOPICS)
    assert len(server.mails) == 2
    bulk.wake_if_any()
    assert not outbox.Entry.objects.exists()


@pytest.fixture
def asked_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A kind of which some mails are wanted no more by the time they would leave."""
    unwanted: list[str] = []
    kind = MailKind("test.asked", "x", optional=False, still=lambda mail: mail.address not in unwanted)
    monkeypatch.setattr(notifications, "KINDS", (notifications.TEST, kind))
    kinds.kinds.cache_clear()
    return unwanted


def test_what_is_wanted_no_more_is_not_sent(
    server: PostOffice, open_letter: None, unhurried: None, asked_before: list[str]
) -> None:
    copies(3)
    asked_before.append("r1@example.org")
    outbox.drain(TOPICS)
    assert sorted(one.recipients[0] for one in server.mails) == ["r0@example.org", "r2@example.org"]
    row = Mail.objects.get(address="r1@example.org")
    assert (row.state, row.subject, row.slots) == ("suppressed", "", {})


def test_the_text_goes_when_all_its_copies_are_old(
    server: PostOffice, open_letter: None, unhurried: None
) -> None:
    server.answers["RCPT"] = ["450 4.2.0 later"]
    (purpose,) = PURPOSES
    with clock_at(NOON):
        copies(2)
        outbox.drain(TOPICS)
    with clock_at(NOON + timedelta(days=2)):
        purpose.expire(NOON + timedelta(days=1))
        assert Letter.objects.get().text
        outbox.drain(TOPICS)
    with clock_at(NOON + timedelta(days=40)):
        purpose.expire(NOON + timedelta(days=30))
        assert (Letter.objects.get().text, Letter.objects.get().html) == ("", "")
        assert set(Mail.objects.values_list("subject", "state")) == {("", "sent")}
    with clock_at(NOON + timedelta(days=366 * 5)):
        purpose.expire(NOON + timedelta(days=366 * 5))
        assert not Mail.objects.exists()
        assert not Letter.objects.exists()


def test_staff_try_copies_again_with_everything_else(
    server: PostOffice, open_letter: None, unhurried: None
) -> None:
    server.answers["RCPT"] = ["550 no"]
    copies(1)
    outbox.drain(TOPICS)
    assert services.retry_all(SYSTEM) == 1
    bulk.wake_if_any()
    outbox.drain(TOPICS)
    assert len(server.mails) == 1
    assert Mail.objects.get().state == "sent"


def test_what_may_be_tried_again_keeps_its_text(
    server: PostOffice, open_letter: None, unhurried: None
) -> None:
    (purpose,) = PURPOSES
    server.answers["RCPT"] = ["250 OK", "550 no"]
    with clock_at(NOON):
        copies(1)
        outbox.drain(TOPICS)
    with clock_at(NOON + timedelta(days=20)):
        copies(2)
        outbox.drain(TOPICS)
        assert sorted(Mail.objects.values_list("state", flat=True)) == ["given_up", "sent"]
    with clock_at(NOON + timedelta(days=31)):
        purpose.expire(NOON + timedelta(days=1))
        assert services.retry_all(SYSTEM) == 1
        bulk.wake_if_any()
        outbox.drain(TOPICS)
    assert len(server.mails) == 2
    assert "Sår & mere" in server.mails[-1].message.get_body(("plain",)).get_content()


def test_what_is_still_to_be_said_is_written_anew_where_the_text_is_gone(
    server: PostOffice, open_letter: None, unhurried: None
) -> None:
    (purpose,) = PURPOSES
    with clock_at(NOON):
        copies(1)
        outbox.drain(TOPICS)
    with clock_at(NOON + timedelta(days=31)):
        purpose.expire(NOON + timedelta(days=1))
        copies(2)
        outbox.drain(TOPICS)
    assert [one.recipients[0] for one in server.mails] == ["r0@example.org", "r1@example.org"]
    assert "Sår & mere" in server.mails[-1].message.get_body(("plain",)).get_content()
    assert Letter.objects.filter(text="").count() == 1
