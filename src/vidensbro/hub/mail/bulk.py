"""Copies of letters leave in small portions, as fast as the settings allow, and behind all other mail.

One outbox entry stands for all that wait: whoever holds it hands over as many as the time since the last portion has
room for, and writes the entry for the next. So the limit holds for all workers together, and a worker does everything
else in between.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Min, Q, QuerySet

from vidensbro.hub.common import clock
from vidensbro.hub.mail import delivery
from vidensbro.hub.mail.handing import Way
from vidensbro.hub.mail.models import Mail, State
from vidensbro.hub.mail.services import SEND
from vidensbro.hub.mail.ways import way_for_many
from vidensbro.hub.outbox import queries as entries
from vidensbro.hub.outbox import services as outbox
from vidensbro.hub.outbox.registry import Postpone

BULK = "mail.bulk"
"""The outbox topic that stands for all copies that wait; its one key is `KEY`."""
WAKE = "mail.bulk_wake"
"""Periodic: an entry of `BULK` waits wherever a copy does, whatever became of the last one."""
KEY = "copies"
PORTION_SECONDS = 3.0
"""How long a worker hands copies over before it looks at everything else."""
MOST_OWED_SECONDS = 3.0
"""Of time that passed without a portion no more than this is made up for."""
_PAUSE = timedelta(milliseconds=5)
_SOON = timedelta(seconds=2)
_LONGEST_PAUSE = timedelta(minutes=5)


def wake() -> None:
    """See to it that what waits is sent. Call inside the transaction that wrote it."""
    if not entries.comes_within(BULK, KEY, _SOON):
        outbox.put(BULK, KEY)


@transaction.atomic
def wake_if_any() -> None:
    """For jobs: the entry, if copies wait and it is not there."""
    if _unsent().exists():
        wake()


def send_portion(payload: Mapping[str, Any]) -> None:
    """Hand over what there is room for now, and let the next portion wait for its time.

    `payload` says until when room has been used up; without it there is a second's.
    """
    room, until = _room(payload.get("until"))
    pause = _hand_over(room)
    with transaction.atomic():
        if pause is None:
            pause = _until_next()
        if pause is not None:
            outbox.put(BULK, KEY, {"until": until}, delay=max(min(pause, _LONGEST_PAUSE), _PAUSE))


def _room(until: float | None) -> tuple[int | None, float]:
    """How many may leave now (None: any number), and the moment up to which room is used then, in epoch seconds."""
    moment, rate = clock.now().timestamp(), settings.VIDENSBRO_EMAIL_RATE
    if not rate:
        return None, moment
    since = max(until if until is not None else moment - 1, moment - MOST_OWED_SECONDS)
    room = max(int((moment - since) * rate), 0)
    return room, since + room / rate


def _hand_over(room: int | None) -> timedelta | None:
    """Hand over so many. How long the server is to be left alone, if it takes no mail."""
    ends = time.monotonic() + PORTION_SECONDS
    with way_for_many() as line:
        for mail_id in _due()[: 500 if room is None else room]:
            if (pause := _deliver(mail_id, line)) is not None:
                return pause
            if time.monotonic() > ends:
                break
            if entries.is_due(SEND):
                # A new password is not to wait behind fifty thousand releases.
                outbox.drain({SEND}, limit=10)
    return None


def _deliver(mail_id: uuid.UUID, line: Way) -> timedelta | None:
    try:
        delivery.deliver(mail_id, line)
    except Postpone as postponed:
        if delivery.outage.lasts():
            return postponed.wait
        Mail.objects.filter(pk=mail_id).update(not_before=clock.now() + postponed.wait)
    return None


def _unsent() -> QuerySet[Mail]:
    return Mail.objects.filter(letter__isnull=False, state__in=[State.WAITING, State.SENDING])


def _due() -> QuerySet[Mail, uuid.UUID]:
    moment = clock.now()
    free = Q(state=State.WAITING) | Q(state=State.SENDING, held_until__lte=moment)
    due = _unsent().filter(free, not_before__lte=moment)
    return due.order_by("not_before", "pk").values_list("pk", flat=True)


def _until_next() -> timedelta | None:
    """How long until another copy may leave; None if none waits."""
    waiting = _unsent().filter(state=State.WAITING).aggregate(first=Min("not_before"))["first"]
    held = _unsent().filter(state=State.SENDING).aggregate(first=Min("held_until"))["first"]
    if waiting is None and held is None:
        return None
    moment, rate = clock.now(), settings.VIDENSBRO_EMAIL_RATE
    first: datetime = min(one for one in (waiting, held) if one is not None)
    return max(first - moment, timedelta(seconds=1 / rate) if rate else _PAUSE)
