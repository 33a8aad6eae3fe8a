"""Works from records, with those who stand behind them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from vidensbro.hub.directory.fields import taxonomy
from vidensbro.hub.directory.importers import Context, Outcome
from vidensbro.hub.directory.importers.bulk import insert
from vidensbro.hub.directory.importers.columns import fitted, origin_columns, save_changed, take_over
from vidensbro.hub.directory.importers.fields import known_fields
from vidensbro.hub.directory.models import Affiliation
from vidensbro.hub.knowledge.importers.authors import Authors
from vidensbro.hub.knowledge.importers.institutions import Institutions
from vidensbro.hub.knowledge.models import Authorship, Work, WorkField
from vidensbro.kit.sources.model import AuthorshipRecord, WorkRecord
from vidensbro.kit.text.language import detect

_LASTING: Final = frozenset({"project", "trial"})
_SAMPLE: Final = 120
_CLEAR_TOPIC: Final = 0.5
_CLEAR_FIELD: Final = 0.7
_SUGGESTIONS: Final = 2
_ROLES: Final = frozenset(Authorship.Role.values)
_OWN_ROLE: Final = {"patent": Authorship.Role.OWNER}
_Byline = list[tuple[uuid.UUID | None, uuid.UUID | None, int, str, str, str, bool]]


def import_works(records: Sequence[WorkRecord], context: Context) -> Outcome:
    """Make or change the works of a batch, and the people and organisations that they name.

    From OpenAlex, authors and their institutions are made where they are not known; in plain files they are
    named by the identifiers of the people and organisations files, and unknown ones are reported.
    """
    outcome = Outcome()
    bylines = _plain_bylines(records, context, outcome) if context.source == "plain" else None
    if bylines is None:
        bylines = _source_bylines(records, context, outcome)
    existing = _existing(records, context)
    made: list[Work] = []
    changes: list[tuple[Work, list[str]]] = []
    rows: dict[str, Work] = {}
    for record in records:
        key = record.provenance.source_id
        values = _columns(record, outcome)
        row = existing.get(key)
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
    insert(Work, made)
    save_changed(Work, changes)
    _put_authorships(rows, bylines, context, outcome)
    _add_fields(records, rows, outcome)
    for key in outcome.new | outcome.changed:
        outcome.touch(rows[key].kind, rows[key].pk)
    return outcome


def _columns(record: WorkRecord, outcome: Outcome) -> dict[str, Any]:
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
    # are as many as the source says.
    others = Work.objects.filter(doi__in=list(dois)).exclude(source=context.source)
    ids.update({dois[doi]: row for doi, row in others.values_list("doi", "pk")})
    by_id = Work.objects.in_bulk(set(ids.values()))
    return {key: by_id[row] for key, row in ids.items() if row in by_id}


def _source_bylines(records: Sequence[WorkRecord], context: Context, outcome: Outcome) -> dict[str, _Byline]:
    every = [authorship for record in records for authorship in record.authorships]
    licence = records[0].provenance.licence if records else ""
    institutions = Institutions(
        (place for one in every for place in one.institutions), context.source, licence
    )
    institutions.write()
    for organisation in institutions.made:
        outcome.touch("organisation", organisation.pk)
    authors = Authors(every, context, licence)
    authors.write(outcome)
    bylines = {
        record.provenance.source_id: list(_byline(record.authorships, authors, institutions))
        for record in records
    }
    _add_affiliations(records, bylines, authors)
    return bylines


def _byline(
    authorships: Sequence[AuthorshipRecord], authors: Authors, institutions: Institutions
) -> Iterator[tuple[uuid.UUID | None, uuid.UUID | None, int, str, str, str, bool]]:
    for position, one in enumerate(authorships, start=1):
        person = authors.find(one)
        erased = authors.is_erased(one)
        name = "" if erased else one.name[:300]
        affiliation = "" if erased else "; ".join(one.affiliations)[:500]
        places = dict.fromkeys(institutions.find(place) for place in one.institutions)
        places.pop(None, None)
        for place in places or {None: None}:
            yield person, place, position, Authorship.Role.AUTHOR, name, affiliation, one.corresponding


def _add_affiliations(
    records: Sequence[WorkRecord], bylines: Mapping[str, _Byline], authors: Authors
) -> None:
    """People are where their works say they are, since the first work that says so; those who were erased nowhere."""
    since: dict[tuple[uuid.UUID, uuid.UUID], date | None] = {}
    erased = authors.erased()
    for record in records:
        for person, place, *_ in bylines[record.provenance.source_id]:
            if person and place and person not in erased:
                first = since.get((person, place))
                dates = [day for day in (first, record.date) if day]
                since[(person, place)] = min(dates) if dates else None
    old = {person for person, _ in since if not authors.is_new(person)}
    there: set[tuple[uuid.UUID, uuid.UUID]] = set()
    earlier: list[Affiliation] = []
    rows = Affiliation.objects.filter(person__in=old).order_by("pk")
    for pk, person, place, begun, role in rows.values_list(
        "pk", "person_id", "organisation_id", "since", "role"
    ):
        day = since.get((person, place))
        if day and begun and day < begun and not role and (person, place) not in there:
            earlier.append(Affiliation(pk=pk, since=day))
        there.add((person, place))
    Affiliation.objects.bulk_update(earlier, ["since"], batch_size=200)
    fresh = ((key, day) for key, day in since.items() if key not in there)
    insert(
        Affiliation, (Affiliation(person_id=key[0], organisation_id=key[1], since=day) for key, day in fresh)
    )


def _plain_bylines(records: Sequence[WorkRecord], context: Context, outcome: Outcome) -> dict[str, _Byline]:
    people = context.resolve("person", {one.person for record in records for one in record.authorships})
    named = {key for record in records for key, _ in record.organisations}
    organisations = context.resolve("organisation", named)
    homes = _homes(people.values())
    bylines: dict[str, _Byline] = {}
    for record in records:
        where = record.provenance
        places = [(organisations.get(key), key, role) for key, role in record.organisations]
        listed = {row for row, _, _ in places if row}
        byline: _Byline = []
        for position, one in enumerate(record.authorships, start=1):
            person = people.get(one.person)
            if person is None:
                outcome.missing(where.source_id, where.line, "authors", one.person)
                continue
            home = next((place for place in homes.get(person, []) if not listed or place in listed), None)
            role = one.role if one.role in _ROLES else Authorship.Role.AUTHOR
            byline.append((person, home, position, role, "", "", False))
        shown = {place for _, place, *_ in byline}
        for position, (row, key, role) in enumerate(places, start=len(record.authorships) + 1):
            if row is None:
                outcome.missing(where.source_id, where.line, "organisations", key)
            elif role in _ROLES or row not in shown:
                chosen = role if role in _ROLES else _OWN_ROLE.get(record.kind, Authorship.Role.PARTNER)
                byline.append((None, row, position, chosen, "", "", False))
        bylines[where.source_id] = byline
    return bylines


def _homes(people: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[uuid.UUID]]:
    """Where people are, the latest place first."""
    homes: dict[uuid.UUID, list[uuid.UUID]] = {}
    rows = Affiliation.objects.filter(person__in=set(people), until__isnull=True).order_by("-since", "pk")
    for person, place in rows.values_list("person_id", "organisation_id"):
        homes.setdefault(person, []).append(place)
    return homes


def _put_authorships(
    rows: Mapping[str, Work], bylines: Mapping[str, _Byline], context: Context, outcome: Outcome
) -> None:
    """Let each work have exactly its byline; works of a stronger source keep theirs."""
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
    before: dict[uuid.UUID, _Byline] = {}
    for work, *line in (
        Authorship.objects.filter(work__in=old).order_by("position", "pk").values_list("work_id", *names)
    ):
        before.setdefault(work, []).append(tuple(line))
    stale: list[uuid.UUID] = []
    added: list[Authorship] = []
    for key, work in rows.items():
        if key not in outcome.new:
            there = before.get(work.pk, [])
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
    Authorship.objects.filter(work__in=stale).delete()
    insert(Authorship, added)


def _add_fields(records: Sequence[WorkRecord], rows: Mapping[str, Work], outcome: Outcome) -> None:
    old = [work.pk for key, work in rows.items() if key not in outcome.new]
    there = set(WorkField.objects.filter(work__in=old).values_list("work_id", "notation"))
    added = []
    for record in records:
        key = record.provenance.source_id
        given = list(known_fields(record.fields, record.provenance.line, outcome))
        tags = [(notation, WorkField.Origin.GIVEN) for notation in given]
        if not record.fields and key in outcome.new:
            tags = [(notation, WorkField.Origin.SUGGESTED) for notation in _suggested(record)]
        for notation, origin in tags:
            if (rows[key].pk, notation) not in there:
                added.append(WorkField(work=rows[key], notation=notation, origin=origin))
                outcome.changed |= set() if key in outcome.new else {key}
    insert(WorkField, added)


def _suggested(record: WorkRecord) -> list[str]:
    """The fields that title and topics speak of clearly. The abstract says more, and more that is beside it."""
    topics = (topic.name for topic in record.topics if topic.score >= _CLEAR_TOPIC)
    found = taxonomy().suggest(". ".join((record.title, *topics)), record.language or "en", _SUGGESTIONS)
    return [one.notation for one in found if one.score >= _CLEAR_FIELD]
