"""What the outbox has mail do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from vidensbro.hub.common.rows import key_of
from vidensbro.hub.mail.bulk import BULK, WAKE, send_portion, wake_if_any
from vidensbro.hub.mail.delivery import deliver
from vidensbro.hub.mail.privacy import FORGET
from vidensbro.hub.mail.services import SEND
from vidensbro.hub.mail.ways import forget
from vidensbro.hub.outbox.models import Entry
from vidensbro.hub.outbox.periodic import every
from vidensbro.hub.outbox.registry import handler

every(WAKE, timedelta(minutes=1))


@handler(SEND, batch=1, lease=timedelta(minutes=2))
def send_mail(entries: Sequence[Entry]) -> None:
    """Hand mails over. One whose conversation outlasts the lease is held by its own row, so nobody else sends it."""
    for entry in entries:
        deliver(key_of(entry.key))


@handler(FORGET, batch=100)
def forget_mail(entries: Sequence[Entry]) -> None:
    """Remove the files of mails whose content is erased."""
    for entry in entries:
        forget(key_of(entry.key))


@handler(BULK, lease=timedelta(minutes=2))
def send_copies(entries: Sequence[Entry]) -> None:
    """Hand over a portion of the copies of letters that wait."""
    for entry in entries:
        send_portion(entry.payload)


@handler(WAKE)
def wake_copies(entries: Sequence[Entry]) -> None:
    """See to it that copies that wait are sent."""
    wake_if_any()
