"""What needs say about their owner."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from vidensbro.hub.audit.privacy import Part, Subject
from vidensbro.hub.needs.models import Need, State, Visibility


class NeedsPart:
    """The owner's needs."""

    name = "needs"

    def export(self, subject: Subject) -> Mapping[str, Any]:
        rows = Need.objects.filter(owner_id=subject.user_id, owner__isnull=False).order_by("created")
        return {
            "needs": [
                {
                    "id": str(row.pk),
                    "title": row.title,
                    "text": row.text,
                    "contact": row.contact,
                    "state": row.state,
                    "visibility": row.visibility,
                    "created": row.created.isoformat(),
                }
                for row in rows
            ]
        }

    def erase(self, subject: Subject) -> int:
        """Needs of the person alone go; those on behalf of an organisation stay with it, without contact.

        A sealed need goes as well: colleagues were promised never to see it.
        """
        mine = Need.objects.filter(owner_id=subject.user_id, owner__isnull=False)
        private = Q(organisation__isnull=True) | Q(state=State.DRAFT) | Q(visibility=Visibility.SEALED)
        gone, _ = mine.filter(private).delete()
        return gone + mine.update(owner=None, contact="")

    def merge(self, kind: str, kept: uuid.UUID, gone: uuid.UUID) -> int:
        if kind != "organisation":
            return 0
        return Need.objects.filter(organisation_id=gone).update(organisation_id=kept)


PARTS: tuple[Part, ...] = (NeedsPart(),)
