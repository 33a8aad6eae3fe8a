"""Writing the plain works of a batch, table by table."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from vidensbro.hub.common import clock
from vidensbro.hub.common.ids import new_id
from vidensbro.hub.common.text import name_key
from vidensbro.hub.directory.announcements import INDEX_UPDATE
from vidensbro.hub.directory.importers import Outcome, split_name
from vidensbro.hub.directory.importers.bulk import insert_rows
from vidensbro.hub.directory.importers.columns import cut, origin_columns
from vidensbro.hub.directory.models import Identifier, Organisation, Person
from vidensbro.hub.imports.bulk.plain import SOURCE, Mentioned, Writers, new_works
from vidensbro.hub.imports.models import ImportChange, ImportRun, SourceRecord, WorkKey
from vidensbro.hub.imports.services.journal import Journal
from vidensbro.hub.imports.services.reviving import revive
from vidensbro.hub.imports.services.works import title_key
from vidensbro.hub.knowledge.importers.bylines import Byline, add_affiliations, lines_of
from vidensbro.hub.knowledge.importers.grants import COLUMNS as GRANT
from vidensbro.hub.knowledge.importers.grants import grant_lines
from vidensbro.hub.knowledge.importers.works import suggested_fields, work_columns
from vidensbro.hub.knowledge.models import Authorship, Grant, Work, WorkField
from vidensbro.hub.outbox.models import Entry
from vidensbro.kit.sources.model import WorkRecord, digest

_OPENALEX: Final = "https://openalex.org/"
_LINE: Final = (
    "person_id",
    "organisation_id",
    "position",
    "role",
    "raw_name",
    "raw_affiliation",
    "corresponding",
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of a batch: how many works were loaded, what was noticed, and the records that are left."""

    count: int
    outcome: Outcome
    rest: list[WorkRecord]


def load_new_works(run: ImportRun, records: Sequence[WorkRecord], file: int) -> Loaded:
    """Load the plain ones among works of OpenAlex; call inside the transaction of the batch.

    Rows, what the source calls them, what the run has made, and the updates of the index that follow: as the
    ordinary way writes them.
    """
    fresh = new_works(records)
    writers = Writers([one for record in fresh for one in record.authorships])
    places = Mentioned(place for record in fresh for one in record.authorships for place in one.institutions)
    plain = [record for record in fresh if _is_plain(record, writers, places)]
    chosen = {id(record) for record in plain}
    rest = [record for record in records if id(record) not in chosen]
    outcome = Outcome()
    if plain:
        _load(run, plain, writers, places, file, outcome)
    return Loaded(len(plain), outcome, rest)


def _is_plain(record: WorkRecord, writers: Writers, places: Mentioned) -> bool:
    return not (record.organisations or record.fields) and all(
        writers.is_plain(one) and all(places.is_plain(place) for place in one.institutions)
        for one in record.authorships
    )


def _load(
    run: ImportRun,
    records: Sequence[WorkRecord],
    writers: Writers,
    places: Mentioned,
    file: int,
    outcome: Outcome,
) -> None:
    licence = records[0].provenance.licence
    made = [("organisation", row) for row in _organisations(records, places, licence)]
    made += [("person", row) for row in _people(records, writers, licence)]
    bylines = {record.provenance.source_id: list(lines_of(record, writers, places)) for record in records}
    works = _works(records, outcome)
    _authorships(works, bylines)
    add_affiliations(records, bylines, writers, outcome)
    _grants(records, works)
    _fields(records, works)
    _remember(run, records, works, file)
    Journal(run).note("work", outcome)
    made += [("work", row) for row in works.values()]
    insert_rows(
        ImportChange, ("run_id", "kind", "row", "made"), [(run.pk, kind, row, True) for kind, row in made]
    )
    named = {("person", line[0]) for byline in bylines.values() for line in byline if line[0]}
    named |= {("organisation", line[1]) for byline in bylines.values() for line in byline if line[1]}
    revive(run, named)
    kinds = {works[record.provenance.source_id]: record.kind for record in records}
    _announce(f"{kinds.get(row, kind)}:{row}" for kind, row in made)


def _organisations(records: Sequence[WorkRecord], places: Mentioned, licence: str) -> list[uuid.UUID]:
    """Make the organisations that plain works mention, with their identifiers."""
    mentioned = {place.id for record in records for one in record.authorships for place in one.institutions}
    rows: list[dict[str, Any]] = []
    identifiers: list[tuple[uuid.UUID, str, str]] = []
    for key in [key for key in places.new if key in mentioned]:
        one, row = places.new[key], places.rows[key]
        values = {
            "name": one.name,
            "name_key": name_key(one.name),
            "kind": one.kind,
            "country": one.country,
            "source": SOURCE,
            "source_id": key,
            "source_url": f"{_OPENALEX}{key}",
            "licence": licence,
        }
        rows.append({"id": row, **cut(Organisation, values)})
        known = [("ror", one.ror), ("openalex", key)]
        identifiers += [(row, scheme, value) for scheme, value in known if value]
    _insert(Organisation, rows)
    insert_rows(Identifier, ("organisation_id", "scheme", "value"), identifiers)
    return [row["id"] for row in rows]


def _people(records: Sequence[WorkRecord], writers: Writers, licence: str) -> list[uuid.UUID]:
    """Make the people who wrote plain works."""
    wrote = {one.person for record in records for one in record.authorships}
    rows: list[dict[str, Any]] = []
    for key in [key for key in writers.new if key in wrote]:
        one = writers.new[key]
        given, family = split_name(one.name)
        values = {
            "name": one.name,
            "name_key": name_key(one.name),
            "given": given,
            "family": family,
            "orcid": one.orcid,
            "openalex": key,
            "source": SOURCE,
            "source_id": key,
            "source_url": f"{_OPENALEX}{key}",
            "licence": licence,
        }
        rows.append({"id": writers.rows[key], **cut(Person, values)})
    _insert(Person, rows)
    return [row["id"] for row in rows]


def _works(records: Sequence[WorkRecord], outcome: Outcome) -> dict[str, uuid.UUID]:
    """Make the works; their rows by what the source calls them."""
    rows = [
        {"id": new_id(), **work_columns(record, outcome), **origin_columns(record.provenance)}
        for record in records
    ]
    _insert(Work, rows)
    keys = [
        (row["id"], title_key(row["title"], record.authorships[0].name[:300] if record.authorships else ""))
        for row, record in zip(rows, records, strict=True)
    ]
    insert_rows(WorkKey, ("work_id", "key"), keys)
    return {record.provenance.source_id: row["id"] for row, record in zip(rows, records, strict=True)}


def _authorships(works: dict[str, uuid.UUID], bylines: dict[str, Byline]) -> None:
    rows = [(works[key], *line) for key, byline in bylines.items() for line in byline]
    insert_rows(Authorship, ("work_id", *_LINE), rows)


def _grants(records: Sequence[WorkRecord], works: dict[str, uuid.UUID]) -> None:
    rows = [
        (works[record.provenance.source_id], *line)
        for record in records
        for line in grant_lines(record, SOURCE, {})
    ]
    insert_rows(Grant, ("work_id", *GRANT), rows)


def _fields(records: Sequence[WorkRecord], works: dict[str, uuid.UUID]) -> None:
    rows = [
        (works[record.provenance.source_id], notation, WorkField.Origin.SUGGESTED.value)
        for record in records
        for notation in suggested_fields(record)
    ]
    insert_rows(WorkField, ("work_id", "notation", "origin"), rows)


def _remember(run: ImportRun, records: Sequence[WorkRecord], works: dict[str, uuid.UUID], file: int) -> None:
    """Keep what the source calls the works, and a digest of what it said."""
    rows = []
    for record in records:
        key, line = record.provenance.source_id, record.provenance.line
        rows.append((SOURCE, "work", key, works[key], digest(record), run.pk, file, line))
    names = ("source", "kind", "source_id", "row", "digest", "run_id", "file", "line")
    insert_rows(SourceRecord, names, rows)


def _announce(keys: Iterable[str]) -> None:
    """Have documents that are new put into the index: nothing can be waiting for them yet."""
    moment = clock.now()
    rows = [(INDEX_UPDATE, key, f"{INDEX_UPDATE} {key}", moment, moment) for key in keys]
    insert_rows(Entry, ("topic", "key", "slot", "created", "next_attempt"), rows)


def _insert(model: type[Organisation | Person | Work], rows: list[dict[str, Any]]) -> None:
    """Rows that all have the same columns."""
    if rows:
        names = tuple(rows[0])
        insert_rows(model, names, [tuple(row[name] for name in names) for row in rows])
