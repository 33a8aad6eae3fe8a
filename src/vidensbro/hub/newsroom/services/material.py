"""What pictures and documents of releases have in common: who may change them, and what follows."""

from __future__ import annotations

import uuid

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.newsroom.announcements import shown_anew
from vidensbro.hub.newsroom.models import OUT, Release, State
from vidensbro.hub.newsroom.rules import publish_release
from vidensbro.hub.newsroom.services.drafting import locked_release
from vidensbro.hub.newsroom.services.late_changes import Change, note_change

_SETTLED = (State.APPROVED, State.SCHEDULED, *OUT)


def held_release(actor: Actor, release_id: uuid.UUID | str) -> Release:
    """A release whose material the actor may change, locked.

    As soon as a version is approved, those who decide on its hour decide on its material as well: nobody else has
    said yes to a picture that comes later.

    Raises:
        NotFound: there is none, or the actor does not write it; Denied: "coordinator_only".
    """
    row = locked_release(actor, release_id)
    if row.versions.filter(state__in=_SETTLED).exists():
        publish_release.require(actor, row)
    return row


def material_changed(actor: Actor, row: Release, change: Change) -> None:
    """Have those told who had approved without this, and everybody who sees a version of it already."""
    note_change(actor, row, change)
    for version in row.versions.filter(state__in=OUT).exclude(state=State.WITHDRAWN):
        shown_anew(version)
