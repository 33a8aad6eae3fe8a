"""What everybody may read: the newest, the archive with its counts, search. Nothing here depends on who asks.

Writers and journalists read what waits for its hour at its own address and at the press desk; lists hold nothing but
what the whole world may read now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import ExtractYear

from vidensbro.hub.accounts.actors import VISITOR
from vidensbro.hub.common.search import Ranked, TextHits, search
from vidensbro.hub.directory.fields import with_broader
from vidensbro.hub.newsroom.models import Issuer, Picture, PictureSize, ReleaseField, Version
from vidensbro.hub.newsroom.queries.versions import Choice, narrowed, out

KIND = "release"
"""What documents of versions are called in the index."""
MOST_WORDS = 10


@dataclass(frozen=True, slots=True)
class ReleaseSearch:
    """What the archive is narrowed to; empty means any. `organisation` is an id, `field` a notation, with those below
    it. `year` is one of the calendar here."""

    text: str = ""
    language: str = ""
    organisation: str = ""
    field: str = ""
    year: int | None = None


def latest(language: str, most: int) -> list[Version]:
    """The newest releases, each once: in this language where it is out in it. Six queries."""
    return list(_listed(_once(out(), language))[:most])


def hits(wanted: ReleaseSearch) -> TextHits | None:
    """What the index finds for the text of a search; None without a text."""
    return search(wanted.text, (KIND,), VISITOR.tokens) if wanted.text else None


def archive(wanted: ReleaseSearch, language: str, found: TextHits | None = None) -> QuerySet[Version]:
    """Versions, the newest first, with what a list shows of them. Without a language to narrow to, each release once:
    in `language` where it is out in it and, with a text, says so in it."""
    return _listed(_narrowed(wanted, language, found))


def ranked(wanted: ReleaseSearch, language: str, found: TextHits) -> Ranked[Version]:
    """Versions that say the text of a search, best first."""
    return Ranked(archive(wanted, language, found), found)


def facets(wanted: ReleaseSearch, language: str, found: TextHits | None = None) -> dict[str, dict[str, int]]:
    """How many there are for each year (the last first), organisation, field and language, each as if not narrowed
    itself: exactly as many as choosing it shows."""

    def without(**let_go: Any) -> QuerySet[Version]:
        return _narrowed(replace(wanted, **let_go), language, found).order_by()

    by_language = _narrowed(replace(wanted, language=""), "", found).order_by()
    years = without(year=None).annotate(year=ExtractYear("publish_at"))
    organisations = without(organisation="").filter(release__issuers__isnull=False)
    return {
        "year": dict(sorted(_counts(years, "year").items(), reverse=True)),
        "organisation": _counts(organisations, "release__issuers__organisation"),
        "field": _fields(without(field="")),
        "language": _counts(by_language, "language"),
    }


def _narrowed(wanted: ReleaseSearch, language: str, found: TextHits | None) -> QuerySet[Version]:
    choice = Choice(wanted.language, wanted.organisation, wanted.field)
    rows = narrowed(out(), choice)
    if wanted.year is not None:
        rows = rows.filter(publish_at__year=wanted.year)
    if wanted.text:
        rows = rows.filter(_says(wanted.text, found))
    return rows if wanted.language or not language else _once(rows, language)


def _once(rows: QuerySet[Version], language: str) -> QuerySet[Version]:
    """Each release once: in this language, or in another one if it is not among the rows in this."""
    same = rows.filter(release=OuterRef("release"), language=language).order_by()
    return rows.filter(Q(language=language) | ~Exists(same))


def _says(text: str, found: TextHits | None) -> Q:
    """Found by the index. Where it finds nothing, all the words of the text somewhere in the headline and lead."""
    if found is not None and found.places:
        return Q(pk__in=list(found.places))
    said = Q()
    for word in text.split()[:MOST_WORDS]:
        said &= Q(headline__icontains=word) | Q(lead__icontains=word)
    return said


def _listed(rows: QuerySet[Version]) -> QuerySet[Version]:
    """With issuers, fields and the first picture, and without the body."""
    sizes = Prefetch("sizes", PictureSize.objects.exclude(shape="square").select_related("file"))
    first = Picture.objects.filter(release=OuterRef("release")).order_by("position", "pk")
    pictures = Picture.objects.filter(pk=Subquery(first.values("pk")[:1])).prefetch_related(sizes)
    return rows.defer("body", "release__text_licence").prefetch_related(
        Prefetch("release__issuers", Issuer.objects.select_related("organisation")),
        Prefetch("release__field_tags", ReleaseField.objects.order_by("notation")),
        Prefetch("release__pictures", pictures),
    )


def _counts(rows: QuerySet[Any], column: str) -> dict[str, int]:
    found = rows.values_list(column).annotate(count=Count("pk")).order_by("-count", column)
    return {str(value): int(count) for value, count in found}


def _fields(rows: QuerySet[Version]) -> dict[str, int]:
    """A release that is about a field is about those above it, and counts once for each."""
    about: dict[object, set[str]] = {}
    for key, notation in rows.values_list("pk", "release__field_tags__notation"):
        if notation:
            about.setdefault(key, set()).update(with_broader([notation]))
    return _ordered(notation for notations in about.values() for notation in notations)


def _ordered(notations: Iterable[str]) -> dict[str, int]:
    counted = Counter(notations)
    return dict(sorted(counted.items(), key=lambda one: (-one[1], one[0])))
