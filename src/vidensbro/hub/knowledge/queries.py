"""Reading works and offers, filtered for the actor."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import ExtractYear

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import NotFound
from vidensbro.hub.common.rows import key_of
from vidensbro.hub.common.search import Ranked, TextHits, search
from vidensbro.hub.directory.fields import below
from vidensbro.hub.directory.models import Person
from vidensbro.hub.directory.rules import see_person
from vidensbro.hub.knowledge.models import Authorship, Grant, Offer, OfferField, Work, WorkField
from vidensbro.hub.knowledge.rules import edit_offer, see_offer, see_work

MOST_WORDS = 8
"""So many words of a search are looked for in titles."""


MOST_GRANTS = 50
"""Of so many grants of a work other works are looked for."""


@dataclass(frozen=True, slots=True)
class WorkSearch:
    """What a list of works is narrowed to; empty means any. `person` and `organisation` are ids.

    `text` is looked for in titles and abstracts, in Danish and English.
    """

    text: str = ""
    kind: str = ""
    field: str = ""
    language: str = ""
    year: int | None = None
    person: str = ""
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class OfferSearch:
    """What a list of offers is narrowed to; empty means any. `open_only` leaves out what is past its end.

    `text` is looked for in titles and texts, in Danish and English.
    """

    text: str = ""
    kind: str = ""
    field: str = ""
    city: str = ""
    organisation: str = ""
    open_only: bool = True


def work_hits(actor: Actor, wanted: WorkSearch) -> TextHits | None:
    """What the index finds for the text of a search; None without a text."""
    return search(wanted.text, Work.Kind.values, actor.tokens) if wanted.text else None


def works(actor: Actor, wanted: WorkSearch | None = None, hits: TextHits | None = None) -> QuerySet[Work]:
    """Works, the newest first, with fields and authorships (four queries in all).

    Without `hits` (`work_hits`) a text is looked for in titles only.
    """
    rows = _narrowed_works(actor, wanted or WorkSearch(), hits)
    return rows.prefetch_related("field_tags", _authorships(actor)).order_by("-newest", "pk")


def ranked_works(actor: Actor, wanted: WorkSearch, hits: TextHits) -> Ranked[Work]:
    """Works that say the text of a search, best first; those found by title alone newest first."""
    return Ranked(works(actor, wanted, hits), hits)


def work(actor: Actor, work_id: uuid.UUID | str) -> Work:
    """One work with those who stand behind it and its money. Raises NotFound."""
    grants = Prefetch("grants", Grant.objects.select_related("organisation"))
    rows = see_work.visible(actor, Work.objects.all())
    rows = rows.prefetch_related("field_tags", _authorships(actor), grants)
    found = rows.filter(pk=key_of(work_id)).first()
    if found is None:
        raise NotFound("work", work_id)
    return found


def results(actor: Actor, project: Work) -> QuerySet[Work]:
    """What came of a project: works paid by the same grants, the newest first. Three queries with authorships."""
    rows = see_work.visible(actor, Work.objects.exclude(kind=Work.Kind.PROJECT))
    found = rows.filter(pk__in=_paid_by(project).values("work_id")).exclude(pk=project.pk)
    return found.prefetch_related(_authorships(actor)).order_by("-newest", "pk")


def projects(actor: Actor, work: Work) -> dict[tuple[str, str], Work]:
    """The projects that paid for a work, by the key of the funder and the number of the grant. Two queries."""
    rows = see_work.visible(actor, Work.objects.filter(kind=Work.Kind.PROJECT).exclude(pk=work.pk))
    found = _paid_by(work).filter(work__in=rows.values("pk"), organisation__isnull=True)
    works = {one.work_id: (one.funder_key, one.number) for one in found.order_by("-work_id")}
    by_id = rows.in_bulk(list(works))
    return {key: by_id[pk] for pk, key in works.items()}


def _paid_by(work: Work) -> QuerySet[Grant]:
    """What all sources tell of the grants that are behind a work."""
    keys = {(one.funder_key, one.number) for one in work.grants.all() if one.number}
    same = Q(pk__in=())
    for funder, number in sorted(keys)[:MOST_GRANTS]:
        same |= Q(funder_key=funder, number=number)
    return Grant.objects.filter(same)


def work_facets(
    actor: Actor, wanted: WorkSearch | None = None, hits: TextHits | None = None
) -> dict[str, dict[str, int]]:
    """How many works there are for each kind, language, year and field, each as if not narrowed itself."""

    def without(**let_go: Any) -> QuerySet[Work]:
        return _narrowed_works(actor, replace(wanted or WorkSearch(), **let_go), hits)

    years = without(year=None).exclude(date__isnull=True)
    tagged = WorkField.objects.filter(work__in=without(field="").values("pk"))
    return {
        "kind": _counts(without(kind=""), "kind"),
        "language": _counts(without(language=""), "language"),
        "year": _counts(years.annotate(year=ExtractYear("date")), "year"),
        "field": _counts(tagged, "notation"),
    }


def offer_hits(actor: Actor, wanted: OfferSearch) -> TextHits | None:
    """What the index finds for the text of a search; None without a text."""
    return search(wanted.text, Offer.Kind.values, actor.tokens) if wanted.text else None


def offers(actor: Actor, wanted: OfferSearch | None = None, hits: TextHits | None = None) -> QuerySet[Offer]:
    """Offers that the actor may see, by title, with organisation and fields (two queries in all).

    Without `hits` (`offer_hits`) a text is looked for in titles only.
    """
    rows = _narrowed_offers(actor, wanted or OfferSearch(), hits)
    return rows.select_related("organisation").prefetch_related("field_tags").order_by("title", "pk")


def ranked_offers(actor: Actor, wanted: OfferSearch, hits: TextHits) -> Ranked[Offer]:
    """Offers that say the text of a search, best first; those found by title alone by title."""
    return Ranked(offers(actor, wanted, hits), hits)


def offer(actor: Actor, offer_id: uuid.UUID | str) -> Offer:
    """One offer with organisation, fields, and the contact person if the actor may see that one."""
    rows = see_offer.visible(actor, Offer.objects.all()).select_related("organisation", "contact")
    found = rows.prefetch_related("field_tags").filter(pk=key_of(offer_id)).first()
    if found is None:
        raise NotFound("offer", offer_id)
    if found.contact is not None and not see_person.allows(actor, found.contact):
        found.contact = None
    return found


def offer_facets(
    actor: Actor, wanted: OfferSearch | None = None, hits: TextHits | None = None
) -> dict[str, dict[str, int]]:
    """How many offers there are for each kind, city and field, each as if not narrowed itself."""

    def without(**let_go: Any) -> QuerySet[Offer]:
        return _narrowed_offers(actor, replace(wanted or OfferSearch(), **let_go), hits)

    tagged = OfferField.objects.filter(offer__in=without(field="").values("pk"))
    return {
        "kind": _counts(without(kind=""), "kind"),
        "city": _counts(without(city="").exclude(city=""), "city"),
        "field": _counts(tagged, "notation"),
    }


def may_edit_offer(actor: Actor, row: Offer) -> bool:
    """May the actor change this offer?"""
    return bool(edit_offer.allows(actor, row))


def coauthors(actor: Actor, person: Person, limit: int = 12) -> list[tuple[Person, int]]:
    """Those with whom a person stands behind the most works: (person, number of works). Two queries.

    Counted among those whom the actor may see only: who hides takes nobody's place.
    """
    own = Authorship.objects.filter(person=person, work__withdrawn=False).values("work")
    visible = see_person.visible(actor, Person.objects.current())
    pairs = (
        Authorship.objects.filter(work__in=own, person__in=visible.values("pk"))
        .exclude(person=person)
        .values_list("person_id")
        .annotate(count=Count("work_id", distinct=True))
        .order_by("-count", "person_id")[:limit]
    )
    counts = dict(pairs)
    found = visible.in_bulk(counts)
    return [(found[key], count) for key, count in counts.items() if key in found]


def known_for(person_id: uuid.UUID | str, limit: int = 8) -> list[tuple[str, int]]:
    """The fields that most of a person's works are about: (notation, number of works)."""
    return _known_for(Q(work__authorships__person_id=person_id), limit)


def organisation_known_for(organisation_id: uuid.UUID | str, limit: int = 8) -> list[tuple[str, int]]:
    """The fields that most of an organisation's works are about: (notation, number of works)."""
    return _known_for(Q(work__authorships__organisation_id=organisation_id), limit)


def _known_for(condition: Q, limit: int) -> list[tuple[str, int]]:
    rows = WorkField.objects.filter(condition, work__withdrawn=False).values_list("notation")
    found = rows.annotate(count=Count("work_id", distinct=True)).order_by("-count", "notation")[:limit]
    return [(str(notation), int(count)) for notation, count in found]


def _authorships(actor: Actor) -> Prefetch[Any]:
    """Authorships in order. Who hides is shown by the printed name only: `person` stays unlinked."""
    visible = see_person.visible(actor, Person.objects.current())
    rows = Authorship.objects.select_related("organisation").order_by("position", "pk")
    return Prefetch("authorships", rows.prefetch_related(Prefetch("person", visible)))


def _narrowed_works(actor: Actor, wanted: WorkSearch, hits: TextHits | None = None) -> QuerySet[Work]:
    rows = see_work.visible(actor, Work.objects.all())
    if wanted.text:
        rows = rows.filter(_says(wanted.text, hits, "title"))
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.language:
        rows = rows.filter(language=wanted.language)
    if wanted.year is not None:
        rows = rows.filter(date__year=wanted.year)
    if wanted.field:
        rows = rows.filter(Exists(WorkField.objects.filter(below(wanted.field), work=OuterRef("pk"))))
    for column in ("person", "organisation"):
        value = getattr(wanted, column)
        if value:
            # From the few works of one author to their rows, rather than through all works by date.
            behind = Authorship.objects.filter(**{f"{column}_id": key_of(value)})
            rows = rows.filter(pk__in=behind.values("work_id"))
    return rows


def _narrowed_offers(actor: Actor, wanted: OfferSearch, hits: TextHits | None = None) -> QuerySet[Offer]:
    rows = see_offer.visible(actor, Offer.objects.filter(withdrawn=False))
    if wanted.text:
        rows = rows.filter(_says(wanted.text, hits, "title", "title_other"))
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.city:
        rows = rows.filter(city=wanted.city)
    if wanted.organisation:
        rows = rows.filter(organisation_id=key_of(wanted.organisation))
    if wanted.field:
        rows = rows.filter(Exists(OfferField.objects.filter(below(wanted.field), offer=OuterRef("pk"))))
    if wanted.open_only:
        today = clock.today()
        rows = rows.filter(Q(deadline__isnull=True) | Q(deadline__gte=today))
        rows = rows.filter(Q(available_to__isnull=True) | Q(available_to__gte=today))
    return rows


def _says(text: str, hits: TextHits | None, *columns: str) -> Q:
    """Found by the index. Where it finds nothing, all the words of the text somewhere in the titles: that also finds
    the beginning of a word."""
    if hits is not None and hits.places:
        return Q(pk__in=list(hits.places))
    titled = Q()
    for word in text.split()[:MOST_WORDS]:
        somewhere = Q()
        for column in columns:
            somewhere |= Q(**{f"{column}__icontains": word})
        titled &= somewhere
    return titled


def _counts(rows: QuerySet[Any], column: str) -> dict[str, int]:
    found = rows.order_by().values_list(column).annotate(count=Count("pk")).order_by("-count", column)
    return {str(value): int(count) for value, count in found}
