"""Joining two rows so that it can be undone: what every table said before and after is compared and kept."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db import transaction

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.directory import services as directory
from vidensbro.hub.imports.models import ImportRun, Merge, MergeProposal
from vidensbro.hub.imports.services.references import Picture, again, picture
from vidensbro.hub.imports.services.works import merge_works

_JOINERS: Final[Mapping[str, Callable[[Actor, uuid.UUID, uuid.UUID], Any]]] = {
    MergeProposal.Kind.PERSON: directory.merge_people,
    MergeProposal.Kind.ORGANISATION: directory.merge_organisations,
    MergeProposal.Kind.WORK: merge_works,
}


@transaction.atomic
def join(
    actor: Actor,
    kind: str,
    kept: uuid.UUID,
    gone: uuid.UUID,
    *,
    run: ImportRun | None = None,
    automatic: bool = False,
) -> Merge:
    """Let the person, organisation or work `gone` become `kept`, and keep what that did (see `parting`). For staff.

    Raises:
        Denied, NotFound, Invalid: as `directory.services.merge_people`.
    """
    before = picture(kind, kept, gone)
    _JOINERS[kind](actor, kept, gone)
    return Merge.objects.create(
        kind=kind,
        kept=kept,
        gone=gone,
        run=run,
        automatic=automatic,
        actor=actor.reference,
        journal=compared(before, again(kind, kept, before), gone, kept),
    )


def compared(before: Picture, after: Picture, gone: uuid.UUID, kept: uuid.UUID) -> dict[str, Any]:
    """What differs between two pictures.

    "moved" holds, by table and column, the keys of rows of which only that differs that the column named `gone` and
    now names `kept`; "changed" other rows with what their columns said before and after; "removed" and "added"
    whole rows, in the order in which they can be put back.
    """
    moved: dict[str, dict[str, list[Any]]] = {}
    changed: list[list[Any]] = []
    removed: list[list[Any]] = []
    for (label, key), old in before.items():
        new = after.get((label, key))
        if new is None:
            removed.append([label, old])
            continue
        differing = [name for name in old if old[name] != new[name]]
        if len(differing) == 1 and (old[differing[0]], new[differing[0]]) == (str(gone), str(kept)):
            moved.setdefault(label, {}).setdefault(differing[0], []).append(key)
        elif differing:
            was, says = ({name: state[name] for name in differing} for state in (old, new))
            changed.append([label, key, was, says])
    added = [[label, key, state] for (label, key), state in after.items() if (label, key) not in before]
    return {"moved": moved, "changed": changed, "removed": removed, "added": added}
