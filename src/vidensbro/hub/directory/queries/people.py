"""Reads of people."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import NotFound
from vidensbro.hub.common.rows import key_of
from vidensbro.hub.common.search import Ranked, TextHits, search_experts
from vidensbro.hub.common.text import name_key
from vidensbro.hub.directory.fields import below
from vidensbro.hub.directory.models import Affiliation, Organisation, Person, PersonField
from vidensbro.hub.directory.rules import see_person


@dataclass(frozen=True, slots=True)
class PersonSearch:
    """What a list of people is narrowed to; empty means any. `organisation` is an id.

    `text` is part of a name, or what somebody is known for.
    """

    text: str = ""
    field: str = ""
    organisation: str = ""


def person_hits(actor: Actor, search: PersonSearch) -> TextHits | None:
    """Who is known for the text of a search; None without a text."""
    return search_experts(search.text, "person", actor.tokens) if search.text else None


def people(
    actor: Actor, search: PersonSearch | None = None, hits: TextHits | None = None
) -> QuerySet[Person]:
    """People whom the actor may see, by name, with present affiliations and fields (three queries in all).

    Without `hits` (`person_hits`) a text is looked for in names only.
    """
    rows = _narrowed(actor, search or PersonSearch(), hits)
    return rows.prefetch_related(_affiliations(present_only=True), "field_tags").order_by("name_key", "pk")


def ranked_people(actor: Actor, search: PersonSearch, hits: TextHits) -> Ranked[Person]:
    """Those of the name by name, then those who are known for it, best first. One query more than `people`."""
    named = people(actor, search).values_list("pk", flat=True)
    return Ranked(people(actor, search, hits), hits, first=named)


def person_facets(
    actor: Actor, search: PersonSearch | None = None, hits: TextHits | None = None
) -> dict[str, dict[str, int]]:
    """How many people there are for each field and the twenty largest organisations (ids). Two queries."""
    search = search or PersonSearch()
    of_any_field = _narrowed(actor, replace(search, field=""), hits)
    of_any_place = _narrowed(actor, replace(search, organisation=""), hits)
    tagged = PersonField.objects.filter(person__in=of_any_field.values("pk"))
    placed = Affiliation.objects.filter(current(), person__in=of_any_place.values("pk"))
    fields = tagged.values_list("notation").annotate(count=Count("pk")).order_by("-count", "notation")
    places = (
        placed.values_list("organisation_id")
        .annotate(count=Count("person_id", distinct=True))
        .order_by("-count", "organisation_id")[:20]
    )
    return {
        "field": {str(value): int(count) for value, count in fields},
        "organisation": {str(value): int(count) for value, count in places},
    }


def person(actor: Actor, person_id: uuid.UUID | str) -> Person:
    """One person with everything the page shows. A merged one is given too: look at `successor`.

    Raises:
        NotFound: there is none with this id, or the actor may not know of it.
    """
    rows = see_person.visible(actor, Person.objects.all()).select_related("successor")
    found = (
        rows.prefetch_related(_affiliations(present_only=False), "field_tags")
        .filter(pk=key_of(person_id))
        .first()
    )
    if found is None:
        raise NotFound("person", person_id)
    return found


def person_of_user(actor: Actor) -> Person | None:
    """The directory's row about the actor, if an account has been linked to one."""
    if actor.user_id is None:
        return None
    return Person.objects.current().filter(user_id=actor.user_id).first()


def people_of(actor: Actor, organisation: Organisation) -> QuerySet[Person]:
    """People who work at the organisation now and whom the actor may see, by name."""
    return people(actor, PersonSearch(organisation=str(organisation.pk)))


def current() -> Q:
    """An affiliation holds today."""
    return Q(until__isnull=True) | Q(until__gte=clock.today())


def _affiliations(*, present_only: bool) -> Prefetch[Any]:
    rows = Affiliation.objects.select_related("organisation").order_by("-since", "pk")
    return Prefetch("affiliations", rows.filter(current()) if present_only else rows)


def _narrowed(actor: Actor, search: PersonSearch, hits: TextHits | None = None) -> QuerySet[Person]:
    rows = see_person.visible(actor, Person.objects.current())
    if key := name_key(search.text):
        known = Q(pk__in=list(hits.places)) if hits else Q()
        rows = rows.filter(Q(name_key__contains=key) | known)
    if search.field:
        tags = PersonField.objects.filter(person=OuterRef("pk"))
        rows = rows.filter(Exists(tags.filter(below(search.field))))
    if search.organisation:
        held = Affiliation.objects.filter(
            current(), person=OuterRef("pk"), organisation_id=key_of(search.organisation)
        )
        rows = rows.filter(Exists(held))
    return rows
