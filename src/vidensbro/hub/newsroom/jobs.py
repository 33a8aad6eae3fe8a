"""What the newsroom does after a change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from vidensbro.hub.newsroom.services.sizes import SIZES, make_sizes
from vidensbro.hub.outbox.models import Entry
from vidensbro.hub.outbox.registry import handler


@handler(SIZES, lease=timedelta(minutes=5), attempts=6)
def sizes(entries: Sequence[Entry]) -> None:
    """Make the sizes of pictures, one picture at a time: each may take a second and 400 MB."""
    for entry in entries:
        make_sizes(entry.key)
