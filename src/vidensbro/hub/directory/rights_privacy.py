"""What objections and requests keep about those who made them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from vidensbro.hub.audit.privacy import Subject
from vidensbro.hub.audit.traces import telling
from vidensbro.hub.common import clock
from vidensbro.hub.common.rows import NO_ID
from vidensbro.hub.directory.models import Person, PersonObjection, PersonRequest


class RightsPart:
    """Objections and requests. That somebody objected is kept with the emptied row; the words are not."""

    name = "rights"

    def export(self, subject: Subject) -> Mapping[str, Any]:
        objections = PersonObjection.objects.filter(_mine(subject)).order_by("at")
        return {
            "objections": [
                {
                    "note": row.note,
                    "at": row.at.isoformat(),
                    "withdrawn": row.withdrawn_at.isoformat() if row.withdrawn_at else None,
                }
                for row in objections
            ],
            "requests": [
                {
                    "kind": row.kind,
                    "name": row.name,
                    "email": row.email,
                    "message": row.message,
                    "state": row.state,
                    "created": row.created.isoformat(),
                }
                for row in _requests(subject, subject.proven).order_by("created")
            ],
        }

    def erase(self, subject: Subject) -> int:
        gone = PersonObjection.objects.filter(_mine(subject)).exclude(note="").update(note="")
        gone += PersonRequest.objects.filter(decided_by_id=subject.user_id or NO_ID).update(decided_by=None)
        # One from an address that nobody knows is found by the name that was given: enough to let it go, not to tell
        # its words, since somebody else may have the same name.
        unknown = PersonRequest.objects.filter(person__isnull=True, name__in=telling(subject.words))
        gone += int(unknown.delete()[0])
        return gone + int(_requests(subject, subject.addresses).delete()[0])

    def merge(self, kind: str, kept: uuid.UUID, gone: uuid.UUID) -> int:
        """One objection stands for both; whoever objected stays hidden (`merge_people` sees to that)."""
        if kind != "person":
            return 0
        standing = PersonObjection.objects.filter(withdrawn_at__isnull=True)
        if standing.filter(person_id=kept).exists():
            standing.filter(person_id=gone).update(withdrawn_at=clock.now())
        moved = PersonObjection.objects.filter(person_id=gone).update(person_id=kept)
        return moved + PersonRequest.objects.filter(person_id=gone).update(person_id=kept)


def expire_requests(before: datetime) -> int:
    """Requests that were decided, or whose link was never used."""
    over = Q(decided_at__lt=before) | Q(state=PersonRequest.State.SENT, expires__lt=clock.now())
    return int(PersonRequest.objects.filter(over).delete()[0])


def _mine(subject: Subject) -> Q:
    people = Person.objects.filter(
        Q(pk=subject.person_id or NO_ID) | Q(user_id=subject.user_id or NO_ID, user__isnull=False)
    )
    return Q(person__in=people.values("pk"))


def _requests(subject: Subject, addresses: Collection[str]) -> QuerySet[PersonRequest]:
    return PersonRequest.objects.filter(_mine(subject) | Q(email__in=addresses))
