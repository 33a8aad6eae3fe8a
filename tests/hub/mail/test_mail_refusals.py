"""Servers that refuse, wait, hang, drop the connection or are not there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.hub.cast import SYSTEM
from tests.hub.mail.conftest import NEWS, Dropping, PostOffice, free_port, opened, use, write
from vidensbro.hub.common import clock
from vidensbro.hub.mail import moves, queries, services
from vidensbro.hub.mail.models import Mail
from vidensbro.hub.outbox import services as outbox
from vidensbro.hub.outbox.models import Entry

pytestmark = pytest.mark.django_db


def drain(after: timedelta = timedelta(0)) -> outbox.Drained:
    with clock.clock_at(clock.now() + after):
        return outbox.drain({"mail.send"})


def wait() -> timedelta:
    """How long the only entry waits from now."""
    return Entry.objects.get().next_attempt - clock.now()


def the_mail() -> Mail:
    return Mail.objects.get()


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_a_refusal_for_good_is_given_up_with_its_reason(server: PostOffice, command: str) -> None:
    server.answers[command] = ["550 5.1.1 nobody here"]
    write()
    assert drain().done == 1
    row = the_mail()
    assert (row.state, row.reason, row.answer) == ("given_up", "refused", "550 5.1.1 nobody here")
    assert not Entry.objects.exists()
    assert [one.pk for one in queries.given_up(SYSTEM)] == [row.pk]
    services.retry(SYSTEM, row.pk)
    drain()
    assert the_mail().state == "sent"
    assert len(server.mails) == 1


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_a_refusal_for_now_is_tried_again_later_and_later(server: PostOffice, command: str) -> None:
    server.answers[command] = ["451 4.7.1 greylisted"] * 3
    write()
    passed, waits = timedelta(0), []
    for _ in range(3):
        assert drain(passed).failed == 1
        waits.append(round((wait() - passed).total_seconds() / 60))
        row = the_mail()
        assert (row.state, row.answer, row.handing_over) == ("waiting", "451 4.7.1 greylisted", None)
        passed = wait() + timedelta(seconds=1)
    assert waits == [1, 2, 4]
    assert drain(passed).done == 1
    assert (the_mail().state, the_mail().repeats, len(server.mails)) == ("sent", 0, 1)


def test_after_days_people_are_told(server: PostOffice) -> None:
    write()
    assert drain(moves.PATIENCE + timedelta(minutes=1)).done == 1
    assert (the_mail().state, the_mail().reason) == ("given_up", "too_old")
    assert server.mails == []


def test_a_sender_who_is_refused_costs_no_mail(server: PostOffice) -> None:
    server.answers["MAIL"] = ["553 sender not allowed"]
    write()
    assert drain().failed == 1
    assert (the_mail().state, the_mail().attempts) == ("waiting", 0)
    assert "553 sender not allowed" in the_mail().answer
    assert drain(timedelta(minutes=1)).done == 1
    assert len(server.mails) == 1


def test_a_server_that_hangs_does_not_hold_up_for_ever(server: PostOffice) -> None:
    server.answers["RCPT"] = ["hang"]
    write()
    assert drain().failed == 1
    assert (the_mail().state, the_mail().handing_over) == ("waiting", None)
    assert drain(timedelta(minutes=2)).done == 1
    assert len(server.mails) == 1


def test_a_connection_lost_in_the_middle_of_a_mail_loses_and_repeats_nothing(settings) -> None:
    office = PostOffice()
    Dropping.left = 1
    running = opened(office, Dropping)
    use(settings, office.port)
    write(context={"filler": "x" * 5000})
    try:
        drain()
        assert (the_mail().state, office.mails) == ("waiting", [])
        drain(timedelta(minutes=2))
    finally:
        running.stop()
    assert (the_mail().state, len(office.mails)) == ("sent", 1)


def test_a_mail_that_stays_in_doubt_is_left_to_people(server: PostOffice) -> None:
    server.answers["DATA"] = ["drop"] * 9
    write()
    for attempt in range(6):
        drain(timedelta(hours=attempt * 2))
    row = the_mail()
    assert (row.state, row.reason) == ("given_up", "in_doubt")
    assert len(server.mails) == 1 + moves.MOST_REPEATS
    assert len({one.message["Message-ID"] for one in server.mails}) == 1


def test_a_server_that_is_away_is_asked_once_not_for_each_mail(settings) -> None:
    use(settings, free_port())
    for number in range(5):
        write(str(number))
    assert drain().failed == 5
    assert set(Mail.objects.values_list("state", "attempts")) == {("waiting", 0)}
    assert Mail.objects.exclude(answer="").count() == 1
    office = PostOffice()
    running = opened(office)
    use(settings, office.port)
    try:
        assert drain(timedelta(minutes=2)).done == 5
    finally:
        running.stop()
    assert len(office.mails) == 5


def test_what_is_switched_off_meanwhile_is_not_sent(server: PostOffice) -> None:
    row = write(kind=NEWS)
    services.switch_off(SYSTEM, row.address, NEWS.code)
    assert drain().done == 1
    assert (the_mail().state, the_mail().text) == ("suppressed", "")
    assert server.mails == []


def test_whoever_lost_the_mail_does_not_say_the_last_word(
    server: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that slept too long finds that another has taken the mail."""
    write()
    real = moves.about_to_hand_over

    def late(mail: Mail) -> None:
        monkeypatch.setattr(moves, "about_to_hand_over", real)
        with clock.clock_at(mail.held_until + timedelta(seconds=1)):
            other = moves.take(mail.pk)
            assert other is not None
            moves.about_to_hand_over(other)
        real(mail)

    monkeypatch.setattr(moves, "about_to_hand_over", late)
    assert drain().failed == 1
    assert server.mails == []
    assert the_mail().state == "sending"


def test_a_mail_that_somebody_has_in_hand_is_left_to_them(server: PostOffice) -> None:
    row = write()
    assert moves.take(row.pk) is not None
    assert drain().failed == 1
    assert server.mails == []
    assert timedelta(0) < wait() <= moves.conversation_time() + moves.MARGIN


def test_everything_given_up_is_tried_again(server: PostOffice) -> None:
    server.answers["RCPT"] = ["550 no", "550 no"]
    write("a")
    write("b")
    drain()
    assert services.retry_all(SYSTEM) == 2
    drain()
    assert set(Mail.objects.values_list("state", flat=True)) == {"sent"}
    assert len(server.mails) == 2
