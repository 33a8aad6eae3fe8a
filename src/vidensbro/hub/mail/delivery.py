"""Sending a mail: what the outbox has done, once at least, and this makes once.

Each numbered step is committed before the next begins; docs/decisions/0004-mail.md says what a death between any
two of them leads to.

1. take the mail in hand (`sending`)
2. hand everything over but the last word; the other side has nothing yet
3. note that the last word is about to be said (`handing_over`)
4. say it and read the answer
5. note that it is sent
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from functools import partial

import structlog

from vidensbro.hub.common import clock
from vidensbro.hub.mail import moves
from vidensbro.hub.mail.handing import Away, InDoubt, NotNow, Refused, Way
from vidensbro.hub.mail.ways import way
from vidensbro.hub.outbox.registry import Postpone

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=10)
log = structlog.get_logger(__name__)


class Outage:
    """What this process knows of a server that takes no mail.

    It is left alone for a while, so that a thousand mails do not wait for it one by one.
    """

    def __init__(self) -> None:
        self._failures = 0
        self._until: datetime | None = None
        self._answer = ""

    def wait(self) -> None:
        """Do nothing if the server may be asked. Raises Postpone: it is left alone for now."""
        moment = clock.now()
        if self._until is not None and self._until > moment:
            raise Postpone(self._until - moment, self._answer)

    def again(self, answer: str) -> timedelta:
        """Note that it took no mail; how long to leave it alone."""
        pause = min(FIRST_PAUSE * (1 << min(self._failures, 10)), LONGEST_PAUSE)
        self._failures += 1
        self._until, self._answer = clock.now() + pause, answer
        log.warning("mail.server_away", answer=answer, pause_seconds=pause.total_seconds())
        return pause

    def lasts(self) -> bool:
        """Is the server left alone now?"""
        return self._until is not None and self._until > clock.now()

    def over(self) -> None:
        """Note that it takes mail, or that it should be asked again at once."""
        self._failures, self._until, self._answer = 0, None, ""


outage = Outage()


def deliver(mail_id: uuid.UUID, line: Way | None = None) -> None:
    """Send a mail, if it is still to be sent, over a line that is open already or one of its own.

    Raises:
        Postpone: not now. Trying again, and when, is the outbox's affair from here on.
    """
    outage.wait()
    try:
        mail = moves.take(mail_id)
    except moves.Held as held:
        raise Postpone(held.until - clock.now(), str(held)) from held
    if mail is None:
        return
    try:
        (line or way()).hand_over(mail, partial(moves.about_to_hand_over, mail), partial(moves.sent, mail))
    except moves.Lost as lost:
        raise Postpone(moves.FIRST_WAIT, "another worker has it") from lost
    except Refused as refused:
        moves.give_up(mail, str(refused))
        return
    except NotNow as later:
        raise Postpone(moves.wait_again(mail, str(later)), str(later)) from later
    except InDoubt as doubt:
        raise Postpone(moves.wait_again(mail, str(doubt), in_doubt=True), str(doubt)) from doubt
    except Away as away:
        moves.not_tried(mail, str(away))
        raise Postpone(outage.again(str(away)), str(away)) from away
    outage.over()
