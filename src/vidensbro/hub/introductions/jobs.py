"""What time brings: reminders, ends, the broker called in, weekly digests. Each is done once, whoever was killed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.db import transaction

from vidensbro.hub.introductions import services
from vidensbro.hub.outbox import services as outbox
from vidensbro.hub.outbox.models import Entry
from vidensbro.hub.outbox.periodic import every
from vidensbro.hub.outbox.registry import handler

TICK: Final = "introductions.tick"
TIME: Final = "introductions.time"
"""Topic whose keys are ids of introductions: do what is due for it now."""
DIGEST: Final = "introductions.digest"
"""Topic whose keys are ids of people: send the digest if it is due."""

every(TICK, timedelta(minutes=10))


@handler(TICK)
def look_around(entries: Sequence[Entry]) -> None:
    """Have everything done that may be due. One entry each, so that one that fails holds up no other."""
    with transaction.atomic():
        outbox.put_many(TIME, [str(one) for one in services.due_ids()])
        outbox.put_many(DIGEST, [str(one) for one in services.digest_person_ids()])


@handler(TIME)
def keep_time(entries: Sequence[Entry]) -> None:
    """Do what is due for an introduction now."""
    for entry in entries:
        services.keep_time(entry.key)


@handler(DIGEST)
def send_digest(entries: Sequence[Entry]) -> None:
    """Send a person's digest if it is due."""
    for entry in entries:
        services.send_digest(entry.key)
