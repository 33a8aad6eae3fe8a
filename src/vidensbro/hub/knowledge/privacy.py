"""What is kept about a person as an author or contact."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from vidensbro.hub.audit.privacy import Part, Subject
from vidensbro.hub.directory.models import Person
from vidensbro.hub.knowledge.models import Authorship, Offer


class KnowledgePart:
    """Authorships and offers that name a person, or an organisation that is merged."""

    name = "knowledge"

    def export(self, subject: Subject) -> Mapping[str, Any]:
        people = _people(subject)
        rows = Authorship.objects.filter(person__in=people).select_related("work").order_by("work_id")
        return {
            "authorships": [
                {"work": row.work.title, "doi": row.work.doi, "name": row.raw_name, "role": row.role}
                for row in rows
            ],
            "contact_for": list(Offer.objects.filter(contact__in=people).values_list("title", flat=True)),
        }

    def erase(self, subject: Subject) -> int:
        """The works stay, as works do; they no longer name the person."""
        people = _people(subject)
        touched = Authorship.objects.filter(person__in=people).update(raw_name="", raw_affiliation="")
        return touched + Offer.objects.filter(contact__in=people).update(contact=None)

    def merge(self, kind: str, kept: uuid.UUID, gone: uuid.UUID) -> int:
        if kind == "person":
            moved = Authorship.objects.filter(person_id=gone).update(person_id=kept)
            return moved + Offer.objects.filter(contact_id=gone).update(contact_id=kept)
        there = set(Authorship.objects.filter(organisation_id=kept).values_list("work_id", "position"))
        doubled = [
            row.pk
            for row in Authorship.objects.filter(organisation_id=gone).only("pk", "work_id", "position")
            if (row.work_id, row.position) in there
        ]
        Authorship.objects.filter(pk__in=doubled).delete()
        moved = Authorship.objects.filter(organisation_id=gone).update(organisation_id=kept)
        return moved + Offer.objects.filter(organisation_id=gone).update(organisation_id=kept)


def _people(subject: Subject) -> list[uuid.UUID]:
    named = Q(pk=subject.person_id) if subject.person_id else Q(pk__in=[])
    if subject.user_id:
        named |= Q(user_id=subject.user_id)
    return list(Person.objects.filter(named).values_list("pk", flat=True))


PARTS: tuple[Part, ...] = (KnowledgePart(),)
