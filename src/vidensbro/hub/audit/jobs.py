"""What time brings: deleting what is past its time; and what follows an erasure: nothing is left in the log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.db import connection

from vidensbro.hub.audit.privacy import ERASURE
from vidensbro.hub.audit.retention import expire_all
from vidensbro.hub.outbox.models import Entry
from vidensbro.hub.outbox.periodic import every
from vidensbro.hub.outbox.registry import Postpone, handler

RETENTION: Final = "privacy.retention"

every(RETENTION, timedelta(days=1))


@handler(RETENTION, lease=timedelta(minutes=30))
def delete_what_is_past(entries: Sequence[Entry]) -> None:
    """Delete what is past its time, of every purpose."""
    expire_all()


@handler(ERASURE)
def empty_the_log(entries: Sequence[Entry]) -> None:
    """Write SQLite's log back and cut it off: it holds pages as they were before an erasure.

    Other databases have no such file; their own cleaning (VACUUM) takes care of old rows.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy = cursor.fetchone()[0]
    if busy:
        raise Postpone(timedelta(minutes=1), "others still read the log")
