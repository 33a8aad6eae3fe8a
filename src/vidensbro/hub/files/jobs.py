"""Removing what is no longer used."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction

from vidensbro.hub.files import services
from vidensbro.hub.outbox import services as outbox
from vidensbro.hub.outbox.models import Entry
from vidensbro.hub.outbox.registry import handler


@handler(services.ORPHAN, batch=50)
def remove_orphans(entries: Sequence[Entry]) -> None:
    """Remove files that nothing came to point to, and then look for bytes without a row."""
    for entry in entries:
        services.remove_orphan(entry.key)
    with transaction.atomic():
        outbox.put(services.SWEEP, "all")


@handler(services.REMOVE, batch=50)
def remove_bytes(entries: Sequence[Entry]) -> None:
    """Remove the bytes of rows that are gone."""
    for entry in entries:
        services.remove_bytes(entry.key)


@handler(services.SWEEP, lease=timedelta(minutes=10))
def sweep(entries: Sequence[Entry]) -> None:
    """Remove bytes that no row names."""
    services.sweep()
