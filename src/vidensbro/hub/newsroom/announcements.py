"""What follows when a version moves on, written into the outbox of the same transaction."""

from __future__ import annotations

from datetime import timedelta

from vidensbro.hub.common import clock
from vidensbro.hub.directory.announcements import index_changed
from vidensbro.hub.newsroom.models import Version
from vidensbro.hub.outbox import services as outbox

APPROVAL = "newsroom.approval"
"""Topic whose keys are "version:number": tell those who decide for the issuers that their approval is asked for."""

HOUR = "newsroom.hour"
"""Topic whose keys are ids of versions: at the hour, note that the version is out."""

SEND = "newsroom.send"
"""Topic whose keys are ids of versions: mail the version to everybody who asked for it."""

PING = "newsroom.ping"
"""Topic whose keys are languages: tell the WebSub hub that the feeds have changed."""


def approval_asked(row: Version) -> None:
    """A version was handed in for review."""
    outbox.put(APPROVAL, f"{row.pk}:{row.number}")


def scheduled(row: Version) -> None:
    """A version has an hour. At it, a worker is to note that; an entry that waits already gets the new hour."""
    if row.publish_at is not None:
        outbox.put(HOUR, str(row.pk), delay=max(row.publish_at - clock.now(), timedelta(0)))


def published(row: Version) -> None:
    """A version's hour has come."""
    outbox.put(SEND, str(row.pk))
    shown_anew(row)


def shown_anew(row: Version) -> None:
    """What everybody sees of a version has changed."""
    outbox.put(PING, row.language)
    index_changed("release", [row.pk])
