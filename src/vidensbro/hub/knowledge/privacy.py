"""What is kept about a person as an author or contact."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.audit.privacy import Part, Subject
from vidensbro.hub.audit.purposes import (
    CONTACTS,
    EVERYBODY,
    LISTED,
    NONE,
    PUBLIC_SOURCES,
    THEMSELVES,
    Purpose,
)
from vidensbro.hub.audit.traces import mentions, scrub
from vidensbro.hub.directory.announcements import index_changed
from vidensbro.hub.directory.models import Person
from vidensbro.hub.knowledge.models import Authorship, Grant, Offer


class KnowledgePart:
    """Authorships and offers that name a person, or an organisation that is merged."""

    name = "knowledge"

    def export(self, subject: Subject) -> Mapping[str, Any]:
        people = _people(subject)
        rows = Authorship.objects.filter(person__in=people).select_related("work").order_by("work_id")
        return {
            "authorships": [
                {
                    "work": row.work.title,
                    "doi": row.work.doi,
                    "name": row.raw_name,
                    "role": row.role,
                    "affiliation": row.raw_affiliation,
                }
                for row in rows
            ],
            "contact_for": list(Offer.objects.filter(contact__in=people).values_list("title", flat=True)),
        }

    def erase(self, subject: Subject) -> int:
        """The works stay, as works do; they no longer name the person."""
        people = _people(subject)
        touched = Authorship.objects.filter(person__in=people).update(raw_name="", raw_affiliation="")
        touched += _erase_in_offers(subject)
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
        moved += Grant.objects.filter(organisation_id=gone).update(organisation_id=kept)
        return moved + Offer.objects.filter(organisation_id=gone).update(organisation_id=kept)


def _erase_in_offers(subject: Subject) -> int:
    """Names and addresses in the texts of offers, here and in the index."""
    columns = ("title", "body", "title_other", "body_other", "capacity")
    named = Offer.objects.filter(mentions(Offer.objects.all(), subject.words, columns))
    found = list(named.values_list("kind", "pk"))
    touched = scrub(Offer.objects.all(), subject.words, columns)
    for kind, key in found:
        index_changed(kind, [key])
    return touched


def _people(subject: Subject) -> list[uuid.UUID]:
    named = Q(pk=subject.person_id) if subject.person_id else Q(pk__in=[])
    if subject.user_id:
        named |= Q(user_id=subject.user_id)
    return list(Person.objects.filter(named).values_list("pk", flat=True))


PARTS: tuple[Part, ...] = (KnowledgePart(),)
PURPOSES = (
    Purpose(
        code="knowledge",
        label=_("Works and offers: who stands behind them"),
        legal_basis=("6(1)(f)",),
        why=_(
            "What somebody knows is told by published work; who made it belongs to it. Anybody can object."
        ),
        subjects=(LISTED, CONTACTS),
        data=(
            _(
                "publications, projects, patents and trials, the names in their bylines and where those people worked"
            ),
            _("the contact person of a test site, equipment or other offer"),
        ),
        sources=(PUBLIC_SOURCES, THEMSELVES),
        recipients=(EVERYBODY,),
        kept=_("as long as the work or offer is here; an erased person is no longer named"),
    ),
)
_OF_WORKS = f"{NONE}: published works; who stands behind them is in Authorship"
MODELS = {
    "knowledge.Authorship": "knowledge",
    "knowledge.Offer": "knowledge",
    "knowledge.Work": _OF_WORKS,
    "knowledge.WorkField": _OF_WORKS,
    "knowledge.Grant": f"{NONE}: money of organisations behind published works",
    "knowledge.OfferField": f"{NONE}: fields of offers",
}
