"""Writing a batch of records: rows, what the source calls them, problems, counts and position, all or nothing."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction

from vidensbro.hub.common import clock
from vidensbro.hub.directory import importers as directory
from vidensbro.hub.directory.announcements import index_changed
from vidensbro.hub.directory.importers import Context, Outcome
from vidensbro.hub.directory.importers.bulk import insert
from vidensbro.hub.directory.importers.outcome import Resolve
from vidensbro.hub.imports.bulk import loading, plain
from vidensbro.hub.imports.kinds import KINDS, Importer
from vidensbro.hub.imports.models import ImportProblem, ImportRun, OpenLink, SourceRecord
from vidensbro.hub.imports.services.journal import Journal
from vidensbro.hub.imports.services.moves import follow
from vidensbro.hub.imports.services.queue import propose_all
from vidensbro.hub.imports.services.reviving import revive
from vidensbro.hub.imports.services.works import note_keys
from vidensbro.hub.knowledge import importers as knowledge
from vidensbro.hub.needs import importers as needs
from vidensbro.kit.sources.model import (
    MergedRecord,
    NeedRecord,
    OfferRecord,
    OrganisationRecord,
    PersonRecord,
    Record,
    TopicRecord,
    WorkRecord,
    digest,
)
from vidensbro.kit.sources.problems import Problem, problem

KEPT_PROBLEMS: Final = 1000
"""How many problems of each code are kept in full in one run."""

COUNTS: Final = ("new", "changed", "unchanged", "bad", "notices")
IN_BULK: Final = True
"""Whether new works go the fast way; the rows are the same."""

_LOOK_UP: Final = 5000

IMPORTERS: Final[Mapping[type[Record], tuple[str, Importer]]] = {
    OrganisationRecord: ("organisation", directory.import_organisations),
    PersonRecord: ("person", directory.import_people),
    WorkRecord: ("work", knowledge.import_works),
    OfferRecord: ("offer", knowledge.import_offers),
    NeedRecord: ("need", needs.import_needs),
}
"""For each type of record, the kind of row it becomes and who makes that."""


def importers() -> Mapping[type[Record], tuple[str, Importer]]:
    """The same with those of the apps above, which refer to all of these."""
    return {**IMPORTERS, **{one.record: (one.name, one.importer) for one in KINDS.values()}}


@dataclass(slots=True)
class Batch:
    """What has been read since the last write, from one file."""

    records: list[Record] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.records) + len(self.problems)


@dataclass(frozen=True, slots=True)
class Place:
    """Which file is being read, by number and name."""

    file: int
    name: str


def write_batch(run: ImportRun, batch: Batch, place: Place, position: Mapping[str, Any]) -> None:
    """Write a batch and the run's new position in one transaction; afterwards `run` is up to date.

    A kill before the commit leaves everything as it was, also the position: the batch is read again then.
    """
    counts = {name: int(run.counts.get(name, 0)) for name in COUNTS}
    kept = dict(run.position.get("kept", {}))
    with transaction.atomic():
        problems = list(batch.problems)
        # What others refer to comes first, whatever stands first in the file.
        for kind in importers():
            some = [record for record in batch.records if type(record) is kind]
            if kind is WorkRecord and run.source == plain.SOURCE and IN_BULK:
                some = _load_new(run, some, place, counts, problems)
            if some:
                _write_kind(run, kind, some, place, counts, problems)
        if gone := [record for record in batch.records if isinstance(record, MergedRecord)]:
            follow(gone, run, counts)
        # Topics have no rows: works bring the names of theirs along, and get their fields by these.
        counts["unchanged"] += sum(isinstance(record, TopicRecord) for record in batch.records)
        _keep_problems(run, problems, counts, kept)
        moved = {**position, "kept": kept}
        ImportRun.objects.filter(pk=run.pk).update(
            counts=counts, position=moved, heartbeat=clock.now(), seconds=run.seconds
        )
    run.counts, run.position = counts, moved


def _load_new(
    run: ImportRun, records: Sequence[Any], place: Place, counts: dict[str, int], problems: list[Problem]
) -> list[Any]:
    """Load the works about which there is no doubt; the records that are left."""
    loaded = loading.load_new_works(run, records, place.file)
    counts["new"] += loaded.count
    notices = loaded.outcome.notices
    problems += [problem(place.name, one.line, one.code, one.field, one.value) for one in notices]
    return loaded.rest


def _write_kind(
    run: ImportRun,
    kind: type[Record],
    records: Sequence[Record],
    place: Place,
    counts: dict[str, int],
    problems: list[Problem],
) -> None:
    """Write the records of one kind that are new or say something else than last time."""
    name, importer = importers()[kind]
    before = _remembered(run.source, name, [record.provenance.source_id for record in records])
    digests = {record.provenance.source_id: digest(record) for record in records}
    due: list[Record] = []
    same: list[int] = []
    for record in records:
        key, line = record.provenance.source_id, record.provenance.line
        seen = before.get(key)
        if seen and seen.run_id == run.pk and seen.file == place.file and 0 < seen.line < line:
            problems.append(problem(place.name, line, "duplicate", "id", key))
        elif seen and seen.digest == digests[key]:
            same.append(seen.pk)
        else:
            due.append(record)
    SourceRecord.objects.filter(pk__in=same).update(run=run, file=place.file)
    known = {key: seen.row for key, seen in before.items()}
    journal = Journal(run)
    context = Context(run.source, known, resolver(run.source), journal.seen)
    outcome = importer(due, context) if due else Outcome()
    journal.note(name, outcome)
    if name == "work":
        note_keys({outcome.rows[key] for key in outcome.new | outcome.changed})
    revive(run, outcome.named | {(name, row) for row in outcome.rows.values()})
    _remember(run, name, due, digests, before, outcome, place)
    _follow_up(run, outcome, place, problems)
    counts["new"] += len(outcome.new)
    counts["changed"] += len(outcome.changed - outcome.new)
    counts["unchanged"] += len(same) + len(set(outcome.rows) - outcome.new - outcome.changed)


def resolver(source: str) -> Resolve:
    """Finds rows by what `source` calls them."""

    def resolve(kind: str, source_ids: Collection[str]) -> Mapping[str, uuid.UUID]:
        return {key: seen.row for key, seen in _remembered(source, kind, list(source_ids)).items()}

    return resolve


def _remembered(source: str, kind: str, source_ids: Sequence[str]) -> dict[str, SourceRecord]:
    found: dict[str, SourceRecord] = {}
    for start in range(0, len(source_ids), _LOOK_UP):
        some = source_ids[start : start + _LOOK_UP]
        rows = SourceRecord.objects.filter(source=source, kind=kind, source_id__in=some)
        found.update({row.source_id: row for row in rows})
    return found


def _remember(
    run: ImportRun,
    kind: str,
    records: Sequence[Record],
    digests: Mapping[str, str],
    before: Mapping[str, SourceRecord],
    outcome: Outcome,
    place: Place,
) -> None:
    made: list[SourceRecord] = []
    changed: list[SourceRecord] = []
    for record in records:
        key = record.provenance.source_id
        if key not in outcome.rows:
            continue
        seen = before.get(key)
        row = seen or SourceRecord(source=run.source, kind=kind, source_id=key)
        row.row = outcome.rows[key]
        row.digest = "" if key in outcome.incomplete else digests[key]
        row.run, row.file, row.line = run, place.file, record.provenance.line
        (changed if seen else made).append(row)
    made += [
        SourceRecord(source=run.source, kind=other, source_id=key, row=row)
        for (other, key), row in outcome.aliases.items()
    ]
    insert(SourceRecord, made)
    SourceRecord.objects.bulk_update(changed, ["row", "digest", "run", "file", "line"], batch_size=100)


def _follow_up(run: ImportRun, outcome: Outcome, place: Place, problems: list[Problem]) -> None:
    for kind in sorted(outcome.touched):
        index_changed(kind, sorted(outcome.touched[kind]))
    propose_all(outcome.proposals)
    links = [
        OpenLink(
            source=run.source,
            kind=link.kind,
            row=link.row,
            target=link.target,
            run=run,
            file=place.name,
            line=link.line,
        )
        for link in outcome.links
    ]
    OpenLink.objects.bulk_create(
        links,
        update_conflicts=True,
        unique_fields=["source", "kind", "row"],
        update_fields=["target", "run", "file", "line"],
    )
    problems += [problem(place.name, one.line, one.code, one.field, one.value) for one in outcome.notices]


def _keep_problems(
    run: ImportRun, problems: Sequence[Problem], counts: dict[str, int], kept: dict[str, int]
) -> None:
    """Count all problems and keep the first ones of each code."""
    told = []
    for one in problems:
        counts["bad" if one.skipped else "notices"] += 1
        kept[one.code] = kept.get(one.code, 0) + 1
        if kept[one.code] <= KEPT_PROBLEMS:
            told.append(
                ImportProblem(
                    run=run,
                    file=one.file[:300],
                    line=one.line,
                    field=one.field[:100],
                    code=one.code,
                    value=one.value[:200],
                    skipped=one.skipped,
                )
            )
    insert(ImportProblem, told)
