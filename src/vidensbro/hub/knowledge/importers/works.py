"""Works from records, with those who stand behind them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from vidensbro.hub.directory.fields import taxonomy
from vidensbro.hub.directory.importers import Context, Outcome
from vidensbro.hub.directory.importers.bulk import insert
from vidensbro.hub.directory.importers.columns import fitted, origin_columns, save_changed, take_over
from vidensbro.hub.directory.importers.fields import known_fields
from vidensbro.hub.knowledge.importers.bylines import Byline, bylines_of
from vidensbro.hub.knowledge.importers.grants import put_grants
from vidensbro.hub.knowledge.models import Authorship, Work, WorkField
from vidensbro.kit.sources.model import WorkRecord
from vidensbro.kit.text.language import detect

_LASTING: Final = frozenset({"project", "trial"})
_SAMPLE: Final = 120
_CLEAR_TOPIC: Final = 0.5
_CLEAR_FIELD: Final = 0.7
_SUGGESTIONS: Final = 2
_PARTIAL: Final = frozenset({"orcid"})
"""Sources that tell of a work only one of its authors: what each says is added to what is there."""


def import_works(records: Sequence[WorkRecord], context: Context) -> Outcome:
    """Make or change the works of a batch, and the people and organisations that they name.

    From OpenAlex, and with an ORCID iD or ROR identifier from every source, authors and their institutions are
    made where they are not known; otherwise they are named by identifiers of the same source, and unknown ones
    are reported.
    """
    outcome = Outcome()
    bylines = bylines_of(records, context, outcome)
    existing = _existing(records, context)
    context.seen("work", existing.values())
    made: list[Work] = []
    changes: list[tuple[Work, list[str]]] = []
    rows: dict[str, Work] = {}
    by_doi: dict[str, Work] = {}
    for record in records:
        key = record.provenance.source_id
        values = work_columns(record, outcome)
        row = existing.get(key)
        if row is None and context.source in _PARTIAL and record.doi in by_doi:
            rows[key] = row = by_doi[record.doi]
            outcome.rows[key] = row.pk
            continue
        if row is None:
            row = Work(**values, **origin_columns(record.provenance))
            made.append(row)
            outcome.new.add(key)
        else:
            before = row.kind
            changed = take_over(row, values, record.provenance)
            changes.append((row, changed))
            outcome.changed |= {key} if changed else set()
            if row.kind != before:
                outcome.touch(before, row.pk)
        rows[key] = row
        outcome.rows[key] = row.pk
        if record.doi:
            by_doi.setdefault(record.doi, row)
    insert(Work, made)
    save_changed(Work, changes)
    _put_authorships(rows, bylines, context, outcome)
    put_grants(records, rows, context, outcome)
    _add_fields(records, rows, outcome)
    for key in outcome.new | outcome.changed:
        outcome.touch(rows[key].kind, rows[key].pk)
    return outcome


def work_columns(record: WorkRecord, outcome: Outcome) -> dict[str, Any]:
    """What a record says of a work, by column, with a notice about every text that is too long."""
    lasting = record.kind in _LASTING
    ends = (
        record.until
        if lasting and not (record.date and record.until and record.until < record.date)
        else None
    )
    values = {
        "kind": record.kind,
        "title": record.title,
        "abstract": record.abstract,
        "language": record.language or detect(f"{record.title}\n{record.abstract[:_SAMPLE]}"),
        "date": record.date,
        "start": record.date if lasting else None,
        "end": ends,
        "type": record.subtype,
        "venue": record.venue,
        "doi": record.doi,
        "url": record.url,
        "cited_by": min(record.cited_by, 2**31 - 1),
        "retracted": record.retracted,
        "withdrawn": False,
        "example": record.invented,
    }
    return fitted(Work, values, record.provenance.line, outcome)


def _existing(records: Sequence[WorkRecord], context: Context) -> dict[str, Work]:
    ids = dict(context.known)
    left = {
        record.provenance.source_id: record for record in records if record.provenance.source_id not in ids
    }
    found = Work.objects.filter(source=context.source, source_id__in=list(left)).values_list(
        "source_id", "pk"
    )
    ids.update(found)
    dois = {record.doi: key for key, record in left.items() if record.doi and key not in ids}
    # A work that another source has told of is the same work if it has the same DOI; within one source, works
    # are as many as the source says, unless it tells of each author by himself.
    others = Work.objects.filter(doi__in=list(dois))
    if context.source not in _PARTIAL:
        others = others.exclude(source=context.source)
    ids.update({dois[doi]: row for doi, row in others.values_list("doi", "pk")})
    by_id = Work.objects.in_bulk(set(ids.values()))
    return {key: by_id[row] for key, row in ids.items() if row in by_id}


def _put_authorships(
    rows: Mapping[str, Work], bylines: dict[str, Byline], context: Context, outcome: Outcome
) -> None:
    """Let each work have exactly its byline; works of another source keep theirs."""
    old = [work.pk for key, work in rows.items() if key not in outcome.new]
    names = (
        "person_id",
        "organisation_id",
        "position",
        "role",
        "raw_name",
        "raw_affiliation",
        "corresponding",
    )
    before: dict[uuid.UUID, Byline] = {}
    for work, *line in (
        Authorship.objects.filter(work__in=old).order_by("position", "pk").values_list("work_id", *names)
    ):
        before.setdefault(work, []).append(tuple(line))
    stale: list[uuid.UUID] = []
    added: list[Authorship] = []
    for key, work in rows.items():
        there = before.setdefault(work.pk, [])
        if context.source in _PARTIAL and (there or key not in outcome.new):
            bylines[key] = _not_yet(bylines[key], there) if work.source == context.source else []
            if bylines[key]:
                outcome.changed.add(key)
        elif key not in outcome.new:
            if there == bylines[key] or (there and work.source != context.source):
                continue
            stale.append(work.pk)
            outcome.changed.add(key)
        added += [
            Authorship(
                work_id=work.pk,
                person_id=person,
                organisation_id=place,
                position=position,
                role=role,
                raw_name=name,
                raw_affiliation=affiliation,
                corresponding=corresponding,
            )
            for person, place, position, role, name, affiliation, corresponding in bylines[key]
        ]
        there += bylines[key]
    Authorship.objects.filter(work__in=stale).delete()
    insert(Authorship, added)


def _not_yet(byline: Byline, there: Byline) -> Byline:
    """The lines of people who are not there yet, after those who are."""
    known = {line[0] for line in there}
    last = max((line[2] for line in there), default=0)
    fresh = [line for line in byline if line[0] not in known]
    return [(line[0], line[1], last + number, *line[3:]) for number, line in enumerate(fresh, start=1)]


def _add_fields(records: Sequence[WorkRecord], rows: Mapping[str, Work], outcome: Outcome) -> None:
    old = [work.pk for key, work in rows.items() if key not in outcome.new]
    there = set(WorkField.objects.filter(work__in=old).values_list("work_id", "notation"))
    added = []
    for record in records:
        key = record.provenance.source_id
        given = list(known_fields(record.fields, record.provenance.line, outcome))
        tags = [(notation, WorkField.Origin.GIVEN) for notation in given]
        if not record.fields and key in outcome.new:
            tags = [(notation, WorkField.Origin.SUGGESTED) for notation in suggested_fields(record)]
        for notation, origin in tags:
            if (rows[key].pk, notation) not in there:
                added.append(WorkField(work=rows[key], notation=notation, origin=origin))
                outcome.changed |= set() if key in outcome.new else {key}
    insert(WorkField, added)


def suggested_fields(record: WorkRecord) -> list[str]:
    """The fields that title and topics speak of clearly. The abstract says more, and more that is beside it."""
    topics = (topic.name for topic in record.topics if topic.score >= _CLEAR_TOPIC)
    found = taxonomy().suggest(". ".join((record.title, *topics)), record.language or "en", _SUGGESTIONS)
    return [one.notation for one in found if one.score >= _CLEAR_FIELD]
