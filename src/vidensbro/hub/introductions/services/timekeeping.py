"""What time does to a request: reminders, the broker called in, the end. For jobs; each is done once.

Every function takes the row in hand and looks again whether it is due, so that two workers, or one that was killed
and its successor, do it once.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from vidensbro.hub.accounts.actors import system_actor
from vidensbro.hub.audit.services import record
from vidensbro.hub.common import clock
from vidensbro.hub.introductions import announcements, protection
from vidensbro.hub.introductions.models import AskPreference, Introduction, State
from vidensbro.hub.introductions.services.links import issue
from vidensbro.hub.introductions.services.requesting import withdraw
from vidensbro.hub.introductions.services.rows import held, save
from vidensbro.hub.needs.models import State as NeedState

REMIND_BEFORE = timedelta(days=4)
ESCALATE_BEFORE = timedelta(days=2)
OWNER_SHALL_AGREE_IN = timedelta(days=7)
"""How long an owner may leave a counterpart's yes without its own before the broker is called in."""
DIGEST_EVERY = timedelta(days=7)
_TIME = system_actor("introductions.time")


def due_ids() -> list[uuid.UUID]:
    """Introductions that time may have something to do with now. One query."""
    moment = clock.now()
    far = Q(postponed_until__isnull=False, postponed_until__gt=clock.today())
    untold = Q(reminded_at__isnull=True) | Q(escalated_at__isnull=True)
    ended = Q(state=State.ASKED, expires_at__lte=moment)
    waiting = Q(state=State.ASKED) & untold & ~far & Q(expires_at__lte=moment + REMIND_BEFORE)
    reached = Q(state=State.ASKED, postponed_until__lte=clock.today()) & untold
    left = Q(
        state=State.ACCEPTED,
        agreed_at__isnull=True,
        escalated_at__isnull=True,
        answered_at__lte=moment - OWNER_SHALL_AGREE_IN,
    )
    over = Q(state__in=[State.DRAFTED, State.ASKED], need__state=NeedState.CLOSED)
    rows = Introduction.objects.filter(ended | waiting | reached | left | over)
    return list(rows.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def keep_time(introduction_id: uuid.UUID | str) -> None:
    """Whatever is due for one introduction now: withdraw it with its need, end it, remind, call in the broker."""
    row = Introduction.objects.select_related("need").filter(pk=introduction_id).first()
    if row is None:
        return
    if row.state in {State.DRAFTED, State.ASKED} and row.need.state == NeedState.CLOSED:
        withdraw(_TIME, row.pk)
        return
    if expire(row.pk):
        return
    remind(row.pk)
    escalate(row.pk)


@transaction.atomic
def expire(introduction_id: uuid.UUID | str) -> bool:
    """End a request that nobody answered in time; was it due?"""
    row = held(introduction_id)
    if row.state != State.ASKED or row.expires_at is None or row.expires_at > clock.now():
        return False
    row.state, row.ended_at = State.EXPIRED, clock.now()
    save(_TIME, row, "introduction.expired")
    announcements.expired(row)
    return True


@transaction.atomic
def remind(introduction_id: uuid.UUID | str) -> bool:
    """Remind a counterpart who has not answered, once before the end, or on the day put off to; was it due?

    One who wants quiet now, or gets a digest, is not written to.
    """
    row = held(introduction_id)
    if row.state != State.ASKED or row.reminded_at is not None or not _its_time(row, REMIND_BEFORE):
        return False
    if row.person_id and not protection.may_be_written_to(row.person_id):
        return False
    row.reminded_at = clock.now()
    save(_TIME, row, "introduction.reminded")
    announcements.reminded(row, issue(row))
    return True


@transaction.atomic
def escalate(introduction_id: uuid.UUID | str) -> bool:
    """Call in the broker: no answer shortly before the end, the day put off to is here, or the owner keeps a yes
    waiting. Was it due?"""
    row = held(introduction_id)
    waiting = row.state == State.ASKED and _its_time(row, ESCALATE_BEFORE)
    moment = clock.now()
    left = (
        row.state == State.ACCEPTED
        and row.agreed_at is None
        and row.answered_at is not None
        and row.answered_at <= moment - OWNER_SHALL_AGREE_IN
    )
    if row.escalated_at is not None or not (waiting or left):
        return False
    row.escalated_at = moment
    save(_TIME, row, "introduction.escalated")
    announcements.escalated(row)
    return True


def digest_person_ids() -> list[uuid.UUID]:
    """People who get a digest, have not had one for a week and are asked something. One query."""
    asked = Q(person__introductions__state=State.ASKED)
    rested = Q(digested_at__isnull=True) | Q(digested_at__lte=clock.now() - DIGEST_EVERY)
    rows = AskPreference.objects.filter(asked, rested, digest=True).order_by("person_id")
    return list(rows.values_list("person_id", flat=True).distinct())


@transaction.atomic
def send_digest(person_id: uuid.UUID | str) -> bool:
    """One mail with everything that a person is asked and has not answered; was there anything to say?"""
    wish = (
        AskPreference.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(person_id=person_id, digest=True)
    )
    preference = wish.first()
    moment = clock.now()
    if preference is None or protection.is_quiet(preference, clock.today()):
        return False
    if preference.digested_at is not None and preference.digested_at > moment - DIGEST_EVERY:
        return False
    rows = [held(one) for one in _asked_ids(preference.person_id)]
    if not rows:
        return False
    preference.digested_at = moment
    preference.save(update_fields=["digested_at"])
    record(_TIME, "introduction.digest", "person", preference.person_id, {"introductions": len(rows)})
    announcements.digest(preference.person, [(row, issue(row)) for row in rows])
    return True


def _asked_ids(person_id: uuid.UUID) -> Iterable[uuid.UUID]:
    far = Q(postponed_until__isnull=False, postponed_until__gt=clock.today())
    rows = Introduction.objects.filter(
        ~far, person_id=person_id, state=State.ASKED, expires_at__gt=clock.now()
    ).exclude(need__state=NeedState.CLOSED)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _its_time(row: Introduction, before: timedelta) -> bool:
    if row.expires_at is None:
        return False
    if row.postponed_until is not None:
        return row.postponed_until <= clock.today()
    return row.expires_at - before <= clock.now()
