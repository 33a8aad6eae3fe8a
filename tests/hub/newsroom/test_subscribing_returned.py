"""Mail that came back and complaints: whose they are, what they do, and what nobody can do with them."""

from __future__ import annotations

import io

import pytest

from tests.hub.cast import SYSTEM, Cast
from tests.hub.newsroom.readers import READER, ask, last_mail, subscribed
from vidensbro.hub.common.errors import Denied
from vidensbro.hub.mail.models import Mail
from vidensbro.hub.mail.models import State as MailState
from vidensbro.hub.newsroom import links, notifications
from vidensbro.hub.newsroom.models import ListEntry, MailingList, Subscriber, Suppression
from vidensbro.hub.newsroom.queries.subscribing import suppressed
from vidensbro.hub.newsroom.returned_mail import LONGEST_MESSAGE, Told, reports
from vidensbro.hub.newsroom.services import subscribing
from vidensbro.hub.newsroom.services.returning import note_refused, take_in

pytestmark = pytest.mark.django_db
State, Why = Subscriber.State, Subscriber.Why
_FROM = b"From MAILER-DAEMON Mon Mar  2 11:00:00 2026\n"


def dsn(mail: Mail | str, status: str = "5.1.1", action: str = "failed", to: str = READER) -> bytes:
    """A report as RFC 3464 has it (section 6, appendix E)."""
    message_id = mail.message_id if isinstance(mail, Mail) else mail
    return f"""From: Mail Delivery System <MAILER-DAEMON@mx.example.org>
To: press@example.com
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I could not deliver your message.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; {to}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} said so

--b
Content-Type: text/rfc822-headers

Message-ID: {message_id}
Subject: A release

--b--
""".encode()


def arf(mail: Mail, kind: str = "abuse") -> bytes:
    """A complaint as RFC 5965 has it (appendix B.1), with the reader's address taken out."""
    return f"""From: <abusedesk@example.net>
To: <press@example.com>
Subject: FW: A release
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="c"

--c
Content-Type: text/plain

This is an email abuse report.

--c
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1

--c
Content-Type: message/rfc822

From: <press@example.com>
To: <redacted@example.net>
Subject: A release
Message-ID: {mail.message_id}
Content-Type: text/plain

Spam.

--c--
""".encode()


def mbox(*messages: bytes) -> list[bytes]:
    """One mailbox of several messages, as RFC 4155 has it."""
    text = b"".join(_FROM + one.rstrip(b"\n") + b"\n\n" for one in messages)
    return io.BytesIO(text).readlines()


def lines(message: bytes) -> list[bytes]:
    return io.BytesIO(message).readlines()


def row(address: str = READER) -> Subscriber:
    return Subscriber.objects.get(address=address)


def releases(count: int, address: str = READER) -> list[Mail]:
    """Mails that have gone to an address."""
    reader = row(address)
    for _ in range(count):
        notifications.told_already_there(reader)
    return list(Mail.objects.filter(address=address, kind="newsroom.known").order_by("-pk")[:count])


def test_a_file_of_several_reports_does_to_each_address_what_its_report_says() -> None:
    for one in "abcd":
        subscribed(f"{one}@example.org")
    a, b, c, d = (last_mail(f"{one}@example.org") for one in "abcd")
    file = mbox(
        dsn(a, to="a@example.org"),
        dsn(b, "5.2.2", to="b@example.org"),
        arf(c),
        dsn(d, "4.4.1", "delayed", to="d@example.org"),
        b"From: someone@example.org\nSubject: Out of office\n\nI am away.\n\n>From here I cannot read.\n",
        dsn("<0123456789abcdef0123456789abcdef@example.com>"),
    )
    told = {"hard": 1, "soft": 1, "complaint": 1, "delayed": 1, "nothing": 1, "unknown": 1}
    assert take_in(SYSTEM, file) == told
    found = {one.address[0]: (one.state, one.paused_why, one.bounces) for one in Subscriber.objects.all()}
    assert found == {
        "a": (State.PAUSED, Why.BOUNCED, 0),
        "b": (State.ACTIVE, "", 1),
        "c": (State.PAUSED, Why.COMPLAINED, 0),
        "d": (State.ACTIVE, "", 0),
    }
    assert take_in(SYSTEM, file) == {"known": 3, "delayed": 1, "nothing": 1, "unknown": 1}
    assert row("b@example.org").bounces == 1


def test_five_soft_ones_pause_and_coming_back_begins_anew() -> None:
    reader = subscribed()
    mails = releases(10)
    for number, mail in enumerate(mails[:5], start=1):
        assert row().state == State.ACTIVE, number
        take_in(SYSTEM, lines(dsn(mail, "4.2.2")))
    assert (row().state, row().paused_why, row().bounces) == (State.PAUSED, Why.BOUNCED, 5)
    subscribing.come_back(links.reader_of(reader))
    assert (row().state, row().bounces) == (State.ACTIVE, 0)
    for mail in mails[5:9]:
        take_in(SYSTEM, lines(dsn(mail, "4.2.2")))
    assert row().state == State.ACTIVE


def test_nobody_stops_anothers_subscription_with_a_report() -> None:
    subscribed()
    subscribed("mallory@example.org")
    # She knows the Message-ID of her own mail, and names the address of another.
    take_in(SYSTEM, lines(dsn(last_mail("mallory@example.org"), to=READER)))
    assert row().state == State.ACTIVE
    assert row("mallory@example.org").state == State.PAUSED
    assert take_in(SYSTEM, lines(dsn("<x@example.com>"))) == {"unknown": 1}


def test_a_report_from_where_mail_was_forwarded_counts_for_the_address_that_we_wrote_to() -> None:
    subscribed()
    take_in(SYSTEM, lines(dsn(last_mail(), to="old-account@elsewhere.example")))
    assert row().state == State.PAUSED


def test_somebody_on_a_list_is_written_to_no_more(cast: Cast) -> None:
    subscribed()
    mail = last_mail()
    row().delete()
    press = MailingList.objects.create(name="Press", organisation=cast.company)
    ListEntry.objects.create(list=press, address=READER, language="da")
    take_in(SYSTEM, lines(dsn(mail)))
    assert suppressed([READER, "other@example.org"]) == {READER}


def test_what_never_was_confirmed_is_forgotten_when_its_mail_comes_back() -> None:
    ask()
    take_in(SYSTEM, lines(dsn(last_mail())))
    assert not Subscriber.objects.exists()


def test_a_complaint_is_remembered_and_not_spam_is_none() -> None:
    subscribed()
    assert take_in(SYSTEM, lines(arf(last_mail(), "not-spam"))) == {"nothing": 1}
    assert row().state == State.ACTIVE
    take_in(SYSTEM, lines(arf(last_mail())))
    assert Suppression.objects.get().why == Why.COMPLAINED
    count = Mail.objects.count()
    ask()
    assert Mail.objects.count() == count


def test_what_was_refused_while_it_was_handed_over_counts_too() -> None:
    subscribed()
    refused = last_mail()
    values = {"state": MailState.GIVEN_UP, "given_up_at": refused.created, "reason": "refused"}
    Mail.objects.filter(pk=refused.pk).update(**values, answer="550 5.1.1 No such user")
    assert [note_refused(SYSTEM), note_refused(SYSTEM)] == [1, 0]
    assert row().state == State.PAUSED


def test_only_staff_hand_reports_in(cast: Cast) -> None:
    for name in ("visitor", "member", "coordinator"):
        with pytest.raises(Denied):
            take_in(cast[name], [])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"\xff\xfe\x00 garbage",
        b"Content-Type: multipart/report; boundary=\n\n--\n",
        b"Content-Type: multipart/report; report-type=delivery-status\n\nnothing",
        b"Content-Type: message/delivery-status\n\nAction: failed\nStatus: x\nFinal-Recipient: \xff\xfe\n",
        b"Content-Type: text/plain; charset=no-such\nContent-Transfer-Encoding: base64\n\n!!!\n",
        b"Content-Type: message/feedback-report\n\nFeedback-Type: \xc3\xb8\n",
        b"Content-Type: message/rfc822\n\n" * 400,
    ],
)
def test_hostile_messages_do_nothing_and_hold_up_no_other(content: bytes) -> None:
    subscribed()
    found = take_in(SYSTEM, mbox(content, dsn(last_mail())))
    assert found["hard"] == 1
    assert row().state == State.PAUSED


def test_a_message_without_end_is_read_to_its_limit() -> None:
    subscribed()
    long = dsn(last_mail()) + b"".join(b"x" * 1000 + b"\n" for _ in range(3 * LONGEST_MESSAGE // 1000))
    assert [one.told for one in reports(lines(long))] == [Told.HARD]


def test_a_complaint_counts_more_than_a_mail_that_came_back_before(cast: Cast) -> None:
    subscribed()
    press = MailingList.objects.create(name="Press", organisation=cast.company)
    ListEntry.objects.create(list=press, address=READER, language="da")
    first, second, third = releases(3)
    for report, why in ((dsn(first), "bounced"), (arf(second), "complained"), (dsn(third), "complained")):
        take_in(SYSTEM, lines(report))
        assert Suppression.objects.get().why == why
