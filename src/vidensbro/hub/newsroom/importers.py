"""Releases from records of plain files, for example districts and for taking over an archive kept elsewhere.

An import makes releases, and changes none: what is out was told to the world in those words, and what waits for its
hour was settled. What a file says otherwise later is told, and left out.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from vidensbro.hub.accounts.actors import system_actor
from vidensbro.hub.common.errors import Invalid
from vidensbro.hub.directory.importers import Context, Notice, Outcome
from vidensbro.hub.directory.importers.columns import fitted
from vidensbro.hub.directory.importers.fields import known_fields
from vidensbro.hub.newsroom.models import Licence, Release, Version
from vidensbro.hub.newsroom.services.taking_over import Answering, take_over
from vidensbro.hub.newsroom.services.wording import Facts, Said, Wording, cleaned
from vidensbro.kit.sources.model import QuoteRecord, ReleaseContact, ReleaseRecord, ReleaseText

_ACTOR: Final = system_actor("import")
_PARTS: Final = {"fact_boxes": "facts"}
"""What the plain format calls parts of a release otherwise than the tables do."""


@dataclass(frozen=True, slots=True)
class _Known:
    """The rows that a batch refers to, by what the source calls them."""

    organisations: Mapping[str, uuid.UUID]
    people: Mapping[str, uuid.UUID]


def import_releases(records: Sequence[ReleaseRecord], context: Context) -> Outcome:
    """Take the releases of a batch over, each as a whole or not at all. One with an unknown issuer is left out.

    Those whose date has passed are out with it and are told to nobody; the others wait for theirs.
    """
    outcome = Outcome()
    known = _Known(
        context.resolve("organisation", {one for record in records for one in _organisations(record)}),
        context.resolve(
            "person", {one.person for record in records for one in _quotes(record) if one.person}
        ),
    )
    there = Release.objects.in_bulk(list(context.known.values()))
    for record in records:
        row = there.get(context.known.get(record.provenance.source_id, uuid.UUID(int=0)))
        if row is not None:
            _look(record, row, known, outcome)
        else:
            _bring_in(record, known, outcome)
    return outcome


def _bring_in(record: ReleaseRecord, known: _Known, outcome: Outcome) -> None:
    where = record.provenance
    unknown = [one for one in _organisations(record) if one not in known.organisations]
    for one in unknown:
        outcome.missing(where.source_id, where.line, "issuers", one, "unknown_owner")
    if unknown:
        return
    for said in _quotes(record):
        if said.person and said.person not in known.people:
            outcome.missing(where.source_id, where.line, "quotes", said.person)
    try:
        with transaction.atomic():
            row = take_over(
                _ACTOR,
                [known.organisations[one] for one in record.issuers],
                {one.language: _wording(one, known) for one in record.texts},
                hour_of(record),
                people=[_answering(one, record, known) for one in record.contacts],
                fields=known_fields(record.fields, where.line, outcome),
                example=record.invented,
                **fitted(Release, _columns(record), where.line, outcome),
            )
    except Invalid as error:
        for name in error.problems:
            outcome.notices.append(
                Notice(where.line, _PARTS.get(name, name), "release_unfit", where.source_id)
            )
        return
    outcome.rows[where.source_id] = row.pk
    outcome.new.add(where.source_id)
    for version in row.versions.all():
        outcome.touch("release", version.pk)


def _look(record: ReleaseRecord, row: Release, known: _Known, outcome: Outcome) -> None:
    """Tell what a record says otherwise than the release that it was made into."""
    where = record.provenance
    outcome.rows[where.source_id] = row.pk
    for name in dict.fromkeys(_differing(record, row, known)):
        outcome.incomplete.add(where.source_id)
        outcome.notices.append(Notice(where.line, name, "release_there", where.source_id))


def _differing(record: ReleaseRecord, row: Release, known: _Known) -> Iterator[str]:
    versions = {one.language: one for one in row.versions.all()}
    for text in record.texts:
        version = versions.get(text.language)
        if version is None:
            yield f"headline_{text.language}"
        else:
            yield from (f"{name}_{text.language}" for name in _reworded(text, version, known))
    if any(one.publish_at is not None and one.publish_at != hour_of(record) for one in versions.values()):
        yield "published"
    shared = _columns(record)
    yield from (name for name in ("place_da", "place_en") if getattr(row, name) != shared[name])
    if row.text_licence != shared["text_licence"]:
        yield "licence"
    issuers = list(row.issuers.values_list("organisation_id", flat=True))
    if issuers != [known.organisations.get(one) for one in dict.fromkeys(record.issuers)]:
        yield "issuers"
    called = set(row.contacts.values_list("name", "organisation_id"))
    given = (_answering(one, record, known) for one in record.contacts)
    if called != {(one.name, one.organisation_id) for one in given}:
        yield "contacts"
    if set(row.field_tags.values_list("notation", flat=True)) != set(
        known_fields(record.fields, 0, Outcome())
    ):
        yield "fields"


def _reworded(text: ReleaseText, version: Version, known: _Known) -> Iterator[str]:
    """Which parts of a text no one of the version's revisions says: one that was corrected here said it once."""
    try:
        given = _anonymous(cleaned(_wording(text, known)))
    except Invalid as error:
        yield from (_PARTS.get(name, name) for name in error.problems)
        return
    said = [_anonymous(Wording.from_json(one.content)) for one in version.revisions.order_by("number")]
    if given not in said and said:
        names = ("headline", "lead", "body", "fact_boxes", "quotes")
        yield from (_PARTS.get(one, one) for one in names if getattr(given, one) != getattr(said[0], one))


def _anonymous(words: Wording) -> Wording:
    """The words without who in the directory says them, whom a source may name later."""
    return replace(words, quotes=tuple(replace(one, person_id="") for one in words.quotes))


def hour_of(record: ReleaseRecord) -> datetime:
    """From which minute on a release is out: a date without a time zone is one of the site's clock."""
    given = [one for one in (record.published, record.embargo) if one is not None]
    moments = [timezone.make_aware(one) if timezone.is_naive(one) else one for one in given]
    return max(moments)


def _columns(record: ReleaseRecord) -> dict[str, Any]:
    places = {one.language: one.place for one in record.texts}
    licence = record.provenance.licence
    return {
        "place_da": places.get("da", ""),
        "place_en": places.get("en", ""),
        "text_licence": licence if licence in Licence.values else Licence.CC_BY.value,
    }


def _wording(text: ReleaseText, known: _Known) -> Wording:
    return Wording(
        headline=text.headline,
        lead=text.lead,
        body=text.body,
        fact_boxes=tuple(Facts(one.heading, one.body) for one in text.facts),
        quotes=tuple(
            Said(one.text, one.speaker, one.title, str(known.people.get(one.person, "")))
            for one in text.quotes
        ),
    )


def _answering(one: ReleaseContact, record: ReleaseRecord, known: _Known) -> Answering:
    return Answering(
        organisation_id=known.organisations[one.organisation or record.issuers[0]],
        name=one.name,
        title_da=one.title_da,
        title_en=one.title_en,
        email=one.email,
        phone=one.phone,
        hours_da=one.hours_da,
        hours_en=one.hours_en,
    )


def _organisations(record: ReleaseRecord) -> list[str]:
    named = (*record.issuers, *(one.organisation for one in record.contacts if one.organisation))
    return list(dict.fromkeys(named))


def _quotes(record: ReleaseRecord) -> Iterator[QuoteRecord]:
    return (one for text in record.texts for one in text.quotes)
