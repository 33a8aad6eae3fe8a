"""What time brings: an organisation's time in the cluster begins or ends, and its people's role with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.db import transaction

from vidensbro.hub.directory.services.standing import movable, settle
from vidensbro.hub.outbox.models import Entry
from vidensbro.hub.outbox.periodic import every
from vidensbro.hub.outbox.registry import handler

STANDING: Final = "directory.standing"

every(STANDING, timedelta(days=1))


@handler(STANDING)
def keep_roles_in_step(entries: Sequence[Entry]) -> None:
    """Put the role of everybody in step with today, each in a transaction of its own."""
    for user_id in movable():
        with transaction.atomic():
            settle([user_id])
