"""What imports remember about people and organisations that are joined or forgotten."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from vidensbro.hub.audit.privacy import Part, Subject
from vidensbro.hub.common import clock
from vidensbro.hub.directory.models import Person
from vidensbro.hub.imports.models import MergeProposal, SourceRecord


class ImportsPart:
    """Identifiers in sources, and proposals to join rows."""

    name = "imports"

    def export(self, subject: Subject) -> Mapping[str, Any]:
        rows = SourceRecord.objects.filter(kind="person", row__in=_people(subject)).order_by(
            "source", "source_id"
        )
        return {"source_records": list(rows.values("source", "source_id"))}

    def erase(self, subject: Subject) -> int:
        """Proposals go. The identifiers stay, so that the next import knows whom to leave out."""
        people = _people(subject)
        gone, _ = MergeProposal.objects.filter(
            Q(left__in=people) | Q(right__in=people), kind="person"
        ).delete()
        return gone

    def merge(self, kind: str, kept: uuid.UUID, gone: uuid.UUID) -> int:
        """What a source calls the row that goes now means the one that stays, for good."""
        if kind == "person":
            key = Person.objects.filter(pk=gone).values_list("openalex", flat=True).first()
            if key:
                SourceRecord.objects.get_or_create(
                    source="openalex", kind=kind, source_id=key, defaults={"row": gone}
                )
        moved = SourceRecord.objects.filter(kind=kind, row=gone).update(row=kept)
        return moved + _move_proposals(kind, kept, gone)


def _people(subject: Subject) -> list[uuid.UUID]:
    named = Q(pk=subject.person_id) if subject.person_id else Q(pk__in=[])
    if subject.user_id:
        named |= Q(user_id=subject.user_id)
    return list(Person.objects.filter(named).values_list("pk", flat=True))


def _move_proposals(kind: str, kept: uuid.UUID, gone: uuid.UUID) -> int:
    """Open proposals about the row that goes are now about the one that stays; the one about both is settled."""
    moved = 0
    for row in MergeProposal.objects.filter(
        Q(left=gone) | Q(right=gone), kind=kind, state=MergeProposal.State.OPEN
    ):
        other = row.other(gone)
        if other == kept:
            row.state, row.decided, row.decided_by = MergeProposal.State.MERGED, clock.now(), "system:merge"
            row.save(update_fields=["state", "decided", "decided_by"])
            continue
        left, right = sorted((other, kept))
        if MergeProposal.objects.filter(kind=kind, left=left, right=right).exists():
            row.delete()
            continue
        row.left, row.right = left, right
        row.save(update_fields=["left", "right"])
        moved += 1
    return moved


PARTS: tuple[Part, ...] = (ImportsPart(),)
