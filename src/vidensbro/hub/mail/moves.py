"""How a mail moves from state to state while it is being sent. Each function is one committed step.

A worker holds a mail by a token of its own and until a time. Whoever lost it, because the time ran out and another
took it, finds that every further step fails, the one before the last word above all.
"""

from __future__ import annotations

import time
import uuid
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.utils import InterfaceError, OperationalError

from vidensbro.hub.common import clock
from vidensbro.hub.common.text import storable
from vidensbro.hub.mail.kinds import kinds
from vidensbro.hub.mail.models import GivenUp, Mail, State
from vidensbro.hub.mail.services import is_off

PATIENCE = timedelta(days=4)
"""How long a mail is tried (RFC 5321 section 4.5.4.1: at least four to five days)."""
MOST_REPEATS = 2
"""How often a mail is handed over again when nobody can know whether it was taken; then people decide."""
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
MARGIN = timedelta(seconds=30)
log = structlog.get_logger(__name__)


class Lost(Exception):
    """Another worker holds the mail by now, or it was deleted: it must not be handed over here."""


class Held(Exception):
    """Another worker has the mail in hand until `until`."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(f"in hand until {until:%Y-%m-%d %H:%M:%S}")


def conversation_time() -> timedelta:
    """How long everything before the last word may take, from connecting on."""
    return timedelta(seconds=4 * settings.VIDENSBRO_EMAIL_TIMEOUT)


def last_answer_time() -> timedelta:
    """How long to wait for the answer to the last word; ten minutes by default, as RFC 5321 4.5.3.2.6 wants."""
    return timedelta(seconds=10 * settings.VIDENSBRO_EMAIL_TIMEOUT)


@transaction.atomic(durable=True)
def take(mail_id: uuid.UUID) -> Mail | None:
    """Take a mail in hand; None if nothing is to be done about it any more.

    Raises:
        Held: another worker has it in hand.
    """
    mail = Mail.objects.select_for_update().filter(pk=mail_id).first()
    if mail is None or mail.state not in {State.WAITING, State.SENDING}:
        return None
    moment = clock.now()
    if mail.held_until is not None and mail.held_until > moment:
        raise Held(mail.held_until)
    if _is_over(mail, moment):
        return None
    if mail.handing_over is not None:
        mail.repeats += 1
        mail.handing_over = None
        log.warning("mail.repeated", mail=str(mail.pk), message_id=mail.message_id, repeats=mail.repeats)
    mail.state, mail.holder = State.SENDING, uuid.uuid4()
    mail.held_until = moment + conversation_time() + MARGIN
    mail.attempts += 1
    mail.save()
    return mail


def _is_over(mail: Mail, moment: datetime) -> bool:
    """Was it switched off, did trying last too long, or must people decide? Then the row says so from now on."""
    in_doubt = mail.handing_over is not None or mail.repeats > 0
    if is_off(mail.address, mail.kind) or not _still(mail):
        _release(mail, State.SUPPRESSED)
        mail.subject = mail.text = mail.html = ""
        mail.attachments, mail.slots = [], {}
    elif mail.handing_over is not None and mail.repeats >= MOST_REPEATS:
        _end(mail, GivenUp.IN_DOUBT, moment)
    elif mail.since < moment - PATIENCE:
        _end(mail, GivenUp.IN_DOUBT if in_doubt else GivenUp.TOO_OLD, moment)
    else:
        return False
    mail.save()
    return True


def _still(mail: Mail) -> bool:
    kind = kinds().get(mail.kind)
    return kind is None or kind.still is None or kind.still(mail)


def about_to_hand_over(mail: Mail) -> None:
    """Note that the last word is about to be said. Once this is committed, only the server's answer tells more.

    Raises:
        Lost: the mail is not ours any more; the last word must not be said.
    """
    moment = clock.now()
    until = moment + last_answer_time() + MARGIN
    ours = Mail.objects.filter(pk=mail.pk, state=State.SENDING, holder=mail.holder, held_until__gt=moment)
    if not ours.update(handing_over=moment, held_until=until):
        raise Lost(str(mail.pk))
    mail.handing_over, mail.held_until = moment, until


def sent(mail: Mail, answer: str) -> None:
    """Note that the server has the mail. A database that is away is waited for: only this process knows."""
    deadline = time.monotonic() + last_answer_time().total_seconds()
    while True:
        try:
            _note_sent(mail, answer)
            return
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block or time.monotonic() > deadline:
                raise
            log.exception("mail.sent_not_noted_yet", mail=str(mail.pk))
            connection.close()
            time.sleep(1)


def _note_sent(mail: Mail, answer: str) -> None:
    # By whomever it is held now: what the server took is sent.
    Mail.objects.filter(pk=mail.pk).exclude(state=State.SENT).update(
        state=State.SENT,
        sent_at=clock.now(),
        holder=None,
        held_until=None,
        given_up_at=None,
        reason="",
        answer=_told(answer),
    )


def wait_again(mail: Mail, answer: str, *, in_doubt: bool = False) -> timedelta:
    """Let the mail wait for another attempt; for how long. `in_doubt`: the last word was said and not answered."""
    ours = Mail.objects.filter(pk=mail.pk, holder=mail.holder)
    kept = {} if in_doubt else {"handing_over": None}
    ours.update(state=State.WAITING, holder=None, held_until=None, answer=_told(answer), **kept)
    return min(FIRST_WAIT * (1 << min(mail.attempts - 1, 10)), LONGEST_WAIT)


def not_tried(mail: Mail, answer: str) -> None:
    """Let the mail wait; the server could not be reached, which says nothing about this mail."""
    ours = Mail.objects.filter(pk=mail.pk, holder=mail.holder)
    ours.update(
        state=State.WAITING,
        holder=None,
        held_until=None,
        handing_over=None,
        attempts=mail.attempts - 1,
        answer=_told(answer),
    )


def give_up(mail: Mail, answer: str) -> None:
    """Note that the server will never take the mail."""
    ours = Mail.objects.filter(pk=mail.pk, holder=mail.holder)
    ours.update(
        state=State.GIVEN_UP,
        given_up_at=clock.now(),
        reason=GivenUp.REFUSED,
        holder=None,
        held_until=None,
        handing_over=None,
        answer=_told(answer),
    )
    log.warning("mail.given_up", mail=str(mail.pk), kind=mail.kind, answer=_told(answer))


def _end(mail: Mail, reason: str, moment: datetime) -> None:
    _release(mail, State.GIVEN_UP)
    mail.reason, mail.given_up_at = reason, moment
    log.warning("mail.given_up", mail=str(mail.pk), kind=mail.kind, reason=reason)


def _release(mail: Mail, state: str) -> None:
    mail.state, mail.holder, mail.held_until = state, None, None


def _told(answer: str) -> str:
    return " ".join(storable(answer).split())[:500]
