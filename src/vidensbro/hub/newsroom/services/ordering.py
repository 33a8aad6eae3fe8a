"""The order in which a release's pictures, documents and contacts are shown."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.db import transaction

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.audit.services import record
from vidensbro.hub.common.errors import Invalid, NotFound
from vidensbro.hub.common.rows import key_of
from vidensbro.hub.newsroom.services.late_changes import Change
from vidensbro.hub.newsroom.services.material import held_release, material_changed

RELATIONS: Final = ("pictures", "documents", "contacts")
_ONE: Final = {"pictures": "picture", "documents": "document", "contacts": "contact"}


@transaction.atomic
def move(
    actor: Actor, release_id: uuid.UUID | str, relation: str, row_id: uuid.UUID | str, steps: int
) -> None:
    """Let one of a release's `RELATIONS` stand so many places later, or earlier if `steps` is negative.

    One that stands at the end already stays there.

    Raises:
        NotFound, Denied: see `material.held_release`; NotFound: the release has no such row; Invalid: "relation".
    """
    if relation not in RELATIONS:
        raise Invalid({"relation": ("invalid_choice",)})
    release = held_release(actor, release_id)
    rows: list[Any] = list(getattr(release, relation).select_for_update())
    place = next((number for number, one in enumerate(rows) if one.pk == key_of(row_id)), None)
    if place is None:
        raise NotFound(relation, row_id)
    moved = rows.pop(place)
    rows.insert(max(0, min(len(rows), place + steps)), moved)
    changed = [one for number, one in enumerate(rows) if one.position != number]
    for number, one in enumerate(rows):
        one.position = number
    for one in changed:
        one.save(update_fields=["position"])
    if changed:
        record(actor, "release.moved", "release", release.pk, {"what": relation, "key": str(moved.pk)})
        material_changed(actor, release, Change(_ONE[relation], "moved"))
