"""Following a source that says that one of its identifiers now means another, or nothing."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from vidensbro.hub.accounts.actors import system_actor
from vidensbro.hub.common import clock
from vidensbro.hub.directory.announcements import index_changed
from vidensbro.hub.directory.models import Identifier, Organisation, Person
from vidensbro.hub.imports.models import ImportRun, SourceRecord
from vidensbro.hub.imports.services.joining import join
from vidensbro.hub.imports.services.journal import note_columns
from vidensbro.hub.knowledge.models import Offer, Work
from vidensbro.kit.sources.model import MergedRecord

_ROW_KINDS = {"works": "work", "people": "person", "organisations": "organisation", "offers": "offer"}


def follow(records: Sequence[MergedRecord], run: ImportRun, counts: dict[str, int]) -> None:
    """Do as the source says: works are withdrawn, people and organisations joined, or only renamed when the
    new identifier is not known here. What is not known here at all counts as unchanged."""
    for record in records:
        if record.kind not in _ROW_KINDS:  # topics, of which nothing is kept by itself
            counts["unchanged"] += 1
            continue
        kind = _ROW_KINDS[record.kind]
        old, new = record.provenance.source_id, record.into
        gone = _row(run.source, kind, old)
        kept = _row(run.source, kind, new) if new else None
        moved = False
        if gone is not None and gone != kept:
            if kept is not None:
                moved = _join(run, kind, kept, gone)
            elif new:
                moved = _rename(run, kind, gone, old, new)
            else:
                moved = _withdraw(run, kind, gone)
        counts["changed" if moved else "unchanged"] += 1


def _row(source: str, kind: str, source_id: str) -> uuid.UUID | None:
    """The row that a source's identifier means, as remembered or as the row itself says."""
    remembered = SourceRecord.objects.filter(source=source, kind=kind, source_id=source_id).values_list(
        "row", flat=True
    )
    if found := remembered.first():
        return found
    if kind == "person":
        return Person.objects.filter(openalex=source_id).values_list("pk", flat=True).first()
    if kind == "organisation":
        owners = Identifier.objects.filter(scheme="openalex", value=source_id)
        return owners.values_list("organisation_id", flat=True).first()
    table: type[Work | Offer] = Work if kind == "work" else Offer
    return table.objects.filter(source=source, source_id=source_id).values_list("pk", flat=True).first()


def _join(run: ImportRun, kind: str, kept: uuid.UUID, gone: uuid.UUID) -> bool:
    if kind in {"work", "offer"}:
        SourceRecord.objects.filter(kind=kind, row=gone).update(row=kept, digest="")
        return _withdraw(run, kind, gone)
    join(system_actor("import"), kind, kept, gone, run=run)
    return True


def _withdraw(run: ImportRun, kind: str, gone: uuid.UUID) -> bool:
    """Take a work or an offer out of sight. People and organisations stay: others may know them still."""
    if kind not in {"work", "offer"}:
        return False
    table: type[Work | Offer] = Work if kind == "work" else Offer
    row = table.objects.filter(pk=gone, withdrawn=False).first()
    if row is None or "withdrawn" in row.edited:
        return False
    row.withdrawn, row.changed = True, clock.now()
    row.save(update_fields=["withdrawn"])
    # Should the source bring it back as it was, it is to be looked at again.
    SourceRecord.objects.filter(source=run.source, kind=kind, row=gone).update(digest="")
    note_columns(run, kind, gone, {"withdrawn": False}, {"withdrawn": True})
    index_changed(row.kind, [row.pk])
    return True


def _rename(run: ImportRun, kind: str, row: uuid.UUID, old: str, new: str) -> bool:
    """The row stays, under its new identifier; the old one still leads to it."""
    SourceRecord.objects.update_or_create(
        source=run.source, kind=kind, source_id=new, defaults={"row": row, "digest": ""}
    )
    SourceRecord.objects.get_or_create(source=run.source, kind=kind, source_id=old, defaults={"row": row})
    if kind == "person":
        return bool(Person.objects.filter(pk=row, openalex=old).update(openalex=new))
    if kind == "organisation":
        Identifier.objects.get_or_create(scheme="openalex", value=new, defaults={"organisation_id": row})
        return Organisation.objects.filter(pk=row).exists()
    table: type[Work | Offer] = Work if kind == "work" else Offer
    return bool(table.objects.filter(pk=row, source=run.source, source_id=old).update(source_id=new))
