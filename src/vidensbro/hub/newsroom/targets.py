"""Versions that everybody may read, as documents for matching and for full-text search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.common.rows import as_uuid, in_batches
from vidensbro.hub.common.targets import Described
from vidensbro.hub.directory.fields import with_broader
from vidensbro.hub.newsroom.models import Issuer, Version
from vidensbro.hub.newsroom.presenters.release import dateline, path_of
from vidensbro.hub.newsroom.queries.reading import KIND
from vidensbro.hub.newsroom.queries.versions import out
from vidensbro.hub.newsroom.text import as_text
from vidensbro.kit.matching.model import PUBLIC, Document


class ReleaseTarget:
    """Versions that are out now and were not withdrawn; the hour is asked of the clock, whoever asks for them.

    Nobody stands behind one: what an organisation says of itself does not make it known for that. And no need is
    answered with one: they are searched for, and related to each other.
    """

    kind = KIND
    label = _("Press release")
    plural = _("Press releases")
    sought = False

    def count(self) -> int:
        """How many belong in an index."""
        return out().count()

    def documents(self, ids: Iterable[str] | None = None) -> Iterator[Document]:
        """One document each, with all that the version says."""
        rows = out().prefetch_related("fact_boxes", "quotes", "release__field_tags")
        for batch in in_batches(rows, ids):
            for row in batch:
                yield _document(row)

    def present(self, ids: Iterable[str], tokens: frozenset[str]) -> Mapping[str, Described]:
        """Those that are out, in few words. All are public."""
        keys = [key for one in ids if (key := as_uuid(one)) is not None]
        return {str(row.pk): _described(row) for row in _with_issuers(out().filter(pk__in=keys))}


def _document(row: Version) -> Document:
    return Document(
        kind=KIND,
        id=str(row.pk),
        language=row.language,
        title=row.headline,
        body="\n\n".join(part for part in _said(row) if part),
        fields=with_broader(tag.notation for tag in row.release.field_tags.all()),
        date=timezone.localdate(row.publish_at) if row.publish_at else None,
        audience=frozenset({PUBLIC}),
    )


def _said(row: Version) -> Iterator[str]:
    yield row.lead
    yield as_text(row.body)
    for quote in row.quotes.all():
        yield quote.text
    for box in row.fact_boxes.all():
        yield box.heading
        yield as_text(box.body)


def _with_issuers(rows: QuerySet[Version, Version]) -> QuerySet[Version, Version]:
    issuers = Issuer.objects.select_related("organisation")
    return rows.defer("body").prefetch_related(Prefetch("release__issuers", issuers))


def _described(row: Version) -> Described:
    names = [one.organisation.name_in(row.language) for one in row.release.issuers.all()]
    facts = (str(ReleaseTarget.label), dateline(row), ", ".join(names))
    return Described(
        row.headline, row.language, path_of(row), tuple(filter(None, facts)), row.release.example
    )


TARGETS = (ReleaseTarget(),)
