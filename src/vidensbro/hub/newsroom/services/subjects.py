"""What releases are about: needs, collaborations, works and people."""

from __future__ import annotations

import uuid
from typing import Final, Literal

from django.db import transaction
from django.db.models import Model

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.policies import Policy
from vidensbro.hub.audit.services import record
from vidensbro.hub.collaborations.models import Collaboration
from vidensbro.hub.collaborations.rules import see_collaboration
from vidensbro.hub.common.errors import Conflict, Invalid, NotFound
from vidensbro.hub.common.rows import key_of
from vidensbro.hub.directory.models import Person
from vidensbro.hub.directory.rules import see_person
from vidensbro.hub.knowledge.models import Work
from vidensbro.hub.knowledge.rules import see_work
from vidensbro.hub.needs.models import Need
from vidensbro.hub.needs.rules import see_need
from vidensbro.hub.newsroom.models import Subject
from vidensbro.hub.newsroom.services.late_changes import Change
from vidensbro.hub.newsroom.services.material import held_release, material_changed

Kind = Literal["need", "collaboration", "work", "person"]
MOST = 50
SEEN: Final[dict[str, tuple[type[Model], Policy]]] = {
    "need": (Need, see_need),
    "collaboration": (Collaboration, see_collaboration),
    "work": (Work, see_work),
    "person": (Person, see_person),
}
"""For each kind of subject its rows, and who may see them. Who may not see a row is not shown the link either."""


@transaction.atomic
def add(actor: Actor, release_id: uuid.UUID | str, kind: str, key: uuid.UUID | str) -> Subject:
    """Say that a release is about something that the actor may see. Saying it again changes nothing.

    Raises:
        NotFound: there is no such thing, or not for the actor; NotFound, Denied: see `material.held_release`.
        Invalid: there is no such kind ("kind"); Conflict: it has `MOST` already ("too_many").
    """
    release = held_release(actor, release_id)
    if kind not in SEEN:
        raise Invalid({"kind": ("invalid_choice",)})
    model, policy = SEEN[kind]
    found = policy.visible(actor, model._default_manager.filter(pk=key_of(key))).first()
    if found is None:
        raise NotFound(kind, key)
    there = release.subjects.filter(**{kind: found.pk}).first()
    if there is not None:
        return there
    count = release.subjects.count()
    if count >= MOST:
        raise Conflict("too_many")
    row = Subject.objects.create(release=release, position=count, **{f"{kind}_id": found.pk})
    record(actor, "release.subject_added", "release", release.pk, {"kind": kind, "key": str(found.pk)})
    material_changed(actor, release, Change(kind, "added", str(found.pk)))
    return row


@transaction.atomic
def remove(actor: Actor, subject_id: int | str) -> None:
    """Say no longer that a release is about something. Raises NotFound, Denied."""
    text = str(subject_id)
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
    row = Subject.objects.select_for_update().filter(pk=number).first()
    if row is None:
        raise NotFound("subject", subject_id)
    release = held_release(actor, row.release_id)
    record(actor, "release.subject_removed", "release", release.pk, {"subject": row.pk})
    kind = next(kind for kind in SEEN if getattr(row, f"{kind}_id") is not None)
    key = getattr(row, f"{kind}_id")
    row.delete()
    material_changed(actor, release, Change(kind, "removed", str(key)))
