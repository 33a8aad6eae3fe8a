"""What follows when a version moves on, written into the outbox of the same transaction."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import timedelta

from vidensbro.hub.common import clock
from vidensbro.hub.directory.announcements import index_changed
from vidensbro.hub.newsroom.models import Release, Version
from vidensbro.hub.outbox import services as outbox

APPROVAL = "newsroom.approval"
"""Topic whose keys are "version:number:moment": tell those who decide for the issuers that their approval is asked for;
with "only" in the payload, for those of the issuers."""

CHANGED = "newsroom.changed"
"""Topic whose keys are ids of releases: tell those who had approved what was changed beside the words since."""

HOUR = "newsroom.hour"
"""Topic whose keys are ids of versions: at the hour, note that the version is out."""

SEND = "newsroom.send"
"""Topic whose keys are ids of versions: mail the version to everybody who asked for it."""

PING = "newsroom.ping"
"""Topic whose keys are languages: tell the WebSub hub that the feeds have changed."""

PDF = "newsroom.pdf"
"""Topic whose keys are ids of versions: have the PDF of what is out lie ready, and none of what is not."""

PDF_AFTER = timedelta(seconds=20)
"""Mail and feeds go first, and what is changed meanwhile is in the same PDF."""

PDFS = "newsroom.pdfs"
"""Topic whose keys are "due", for the newest versions, and `ALL`: have their PDF lie ready as it is now."""

ALL = "all"


def approval_asked(row: Version, only: Iterable[uuid.UUID] | None = None) -> None:
    """A version was handed in for review, or `only` these organisations issue it as well from now on.

    The moment is part of the key: whoever took it back and hands the same words in again asks again.
    """
    payload = {} if only is None else {"only": sorted(str(one) for one in only)}
    outbox.put(APPROVAL, f"{row.pk}:{row.number}:{clock.now():%Y%m%d%H%M%S%f}", payload)


def changes_to_tell(row: Release, wait: timedelta) -> None:
    """Something was changed beside the words. What is changed within the wait is told along with it."""
    outbox.put(CHANGED, str(row.pk), delay=wait)


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
    looks_anew(row)
    index_changed("release", [row.pk])


def looks_anew(row: Version) -> None:
    """The words that are searched for stay, and what everybody sees beside them has changed."""
    outbox.put(PING, row.language)
    outbox.put(PDF, str(row.pk), delay=PDF_AFTER)
