"""Taking an import back.

Rows that the run made are withdrawn, unless somebody has worked on them since, or another source or a later import
says them too. Rows that it changed get back what they said before, as far as they still say what the run made them
say. What became of each is noted with its change. It goes on where it stopped when it is asked for again.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Model, Q

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.policies import is_staff, require
from vidensbro.hub.audit.services import record
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, NotFound
from vidensbro.hub.directory.announcements import announce_standing, index_changed
from vidensbro.hub.directory.models import Organisation, Person
from vidensbro.hub.imports.kinds import KINDS
from vidensbro.hub.imports.models import ImportChange, ImportRun, MergeProposal, OpenLink, SourceRecord
from vidensbro.hub.imports.rules import see_imports
from vidensbro.hub.imports.services.claims import said_elsewhere, worked_on
from vidensbro.hub.imports.services.journal import DETAILS, LIST, MODELS, Detail, plain
from vidensbro.hub.imports.services.locking import only_import
from vidensbro.hub.imports.services.parting import undo_merge
from vidensbro.hub.needs import services as needs
from vidensbro.hub.outbox import services as outbox

log = structlog.get_logger(__name__)

Told = Callable[[int, int], None]
"""Hears how many changes have been dealt with, and of how many."""

BATCH: Final = 200
ORDER: Final = ("need", "offer", "work", "person", "organisation")
"""What refers to others goes before what is referred to; before these go the kinds of the apps above."""

UNDO: Final = "imports.undo"
"""Topic whose keys are ids of runs: take them back."""

UNDO_ASKED: Final = "asked"
"""Under this name `ImportRun.undoing` says who has asked for it."""

_SILENCE: Final = timedelta(minutes=10)
_Verdict = ImportChange.Undone


def undo_import(actor: Actor, run_id: uuid.UUID | str, told: Told | None = None) -> ImportRun:
    """Take back what an import did, as far as nobody else builds on it. For staff.

    Raises:
        NotFound, Denied; Conflict: it has been undone ("import_undone"), or another import is running
        ("import_running").
    """
    require(actor, is_staff, "staff_only")
    with only_import():
        run = ImportRun.objects.filter(pk=run_id).first()
        if run is None:
            raise NotFound("import_run", run_id)
        if run.undone is not None:
            raise Conflict("import_undone")
        _part_again(actor, run)
        total = run.changes.count()
        done = total - run.changes.filter(undone=_Verdict.NOT).count()
        for kind in (*KINDS, *ORDER):
            # Changes before what was made: a row that was only changed stays in any case.
            for made in (False, True):
                while some := _next(run, kind, made):
                    with transaction.atomic():
                        _undo(actor, run, kind, some)
                    done += len(some)
                    if told is not None:
                        told(done, total)
        return _finish(actor, run)


def _part_again(actor: Actor, run: ImportRun) -> None:
    """Take back the merges that nobody decided, the latest first, so that what the run made stands by itself."""
    for merge in run.merges.filter(automatic=True, undone__isnull=True).order_by("-at", "-pk"):
        try:
            undo_merge(actor, merge.pk, apart=False)
        except Conflict as conflict:
            # Joined with yet another since, or too long ago: the row stays, and counts as worked on.
            log.info("imports.merge_stays", merge=str(merge.pk), reason=conflict.reason)


@transaction.atomic
def ask_to_undo(actor: Actor, run_id: uuid.UUID | str) -> ImportRun:
    """Have a worker take an import back. For staff; to others it is as if there were no such run.

    Raises:
        NotFound; Conflict: it is running ("import_not_ended") or has been undone ("import_undone").
    """
    run = see_imports.visible(actor, ImportRun.objects.select_for_update()).filter(pk=run_id).first()
    if run is None:
        raise NotFound("import_run", run_id)
    if run.undone is not None:
        raise Conflict("import_undone")
    if run.state == ImportRun.State.RUNNING and clock.now() - run.heartbeat < _SILENCE:
        raise Conflict("import_not_ended")
    run.undoing = {UNDO_ASKED: actor.reference}
    run.save(update_fields=["undoing"])
    outbox.put(UNDO, str(run.pk))
    record(actor, "import.undo_asked", "import_run", run.pk)
    return run


def _next(run: ImportRun, kind: str, made: bool) -> list[ImportChange]:
    """The latest changes first: what a run did twice is taken back in the opposite order."""
    rows = run.changes.filter(kind=kind, made=made, undone=_Verdict.NOT)
    return list(rows.order_by("-pk")[:BATCH])


@transaction.atomic
def _finish(actor: Actor, run: ImportRun) -> ImportRun:
    counts = Counter(run.changes.values_list("undone", flat=True))
    OpenLink.objects.filter(run=run).delete()
    run.undone, run.undoing = clock.now(), {verdict: counts[verdict] for verdict in sorted(counts)}
    run.save(update_fields=["undone", "undoing"])
    record(actor, "import.undone", "import_run", run.pk, dict(run.undoing))
    return run


def _undo(actor: Actor, run: ImportRun, kind: str, changes: Sequence[ImportChange]) -> None:
    model = KINDS[kind].model if kind in KINDS else MODELS[kind]
    rows = model._default_manager.select_for_update().in_bulk([one.row for one in changes])
    if changes[0].made:
        _withdraw(actor, run, kind, changes, rows)
    else:
        for change in changes:
            row = rows.get(change.row)
            change.undone = _restored(kind, change, row) if row is not None else _Verdict.GONE
    ImportChange.objects.bulk_update(changes, ["undone"], batch_size=100)
    # The next import must look at these records again, although they say the same.
    SourceRecord.objects.filter(source=run.source, kind=kind, row__in=rows).update(digest="")
    if kind in KINDS:
        return  # its app sees to the index
    by_document: dict[str, list[uuid.UUID]] = {}
    for row in rows.values():
        by_document.setdefault(getattr(row, "kind", kind) if kind in {"work", "offer"} else kind, []).append(
            row.pk
        )
    for document, ids in by_document.items():
        if document != "need":
            index_changed(document, ids)


def _withdraw(
    actor: Actor, run: ImportRun, kind: str, changes: Sequence[ImportChange], rows: Mapping[Any, Model]
) -> None:
    touched = KINDS[kind].worked_on(rows) if kind in KINDS else worked_on(kind, rows)
    said = said_elsewhere(run, kind, rows)
    gone: list[uuid.UUID] = []
    for change in changes:
        if change.row not in rows:
            change.undone = _Verdict.GONE
        elif change.row in touched:
            change.undone = _Verdict.TOUCHED
        elif change.row in said:
            change.undone = _Verdict.SAID
        else:
            change.undone = _Verdict.WITHDRAWN
            gone.append(change.row)
    (KINDS[kind].withdraw if kind in KINDS else _WAYS[kind])(actor, gone)
    MergeProposal.objects.filter(
        Q(left__in=gone) | Q(right__in=gone), kind=kind, state=MergeProposal.State.OPEN
    ).delete()


def _withdraw_flagged(kind: str) -> Callable[[Actor, list[uuid.UUID]], None]:
    def withdraw(actor: Actor, ids: list[uuid.UUID]) -> None:
        MODELS[kind]._default_manager.filter(pk__in=ids).update(withdrawn=True, changed=clock.now())

    return withdraw


def _withdraw_people(actor: Actor, ids: list[uuid.UUID]) -> None:
    hidden = Person.Visibility.HIDDEN
    Person.objects.filter(pk__in=ids).update(visibility=hidden, changed=clock.now())
    announce_standing("person", ids)


def _withdraw_organisations(actor: Actor, ids: list[uuid.UUID]) -> None:
    gone = Organisation.Status.WITHDRAWN
    Organisation.objects.filter(pk__in=ids).update(status=gone, changed=clock.now())
    announce_standing("organisation", ids)


def _close_needs(actor: Actor, ids: list[uuid.UUID]) -> None:
    for one in ids:
        needs.close(actor, one)


_WAYS: Final[Mapping[str, Callable[[Actor, list[uuid.UUID]], None]]] = {
    "need": _close_needs,
    "offer": _withdraw_flagged("offer"),
    "work": _withdraw_flagged("work"),
    "person": _withdraw_people,
    "organisation": _withdraw_organisations,
}


def _restored(kind: str, change: ImportChange, row: Model) -> str:
    """Give a row back what it said before, where it still says what the run made it say."""
    edited = set(getattr(row, "edited", ()))
    names = [name for name in change.after if not name.startswith(LIST)]
    back = [name for name in names if name not in edited and plain(getattr(row, name)) == change.after[name]]
    columns = {column.attname: column for column in row._meta.concrete_fields}
    for name in back:
        setattr(row, name, columns[name].to_python(change.before[name]))
    if back:
        row.changed = clock.now()  # type: ignore[attr-defined]
        row._meta.model._default_manager.bulk_update(
            [row], [*(columns[name].name for name in back), "changed"]
        )
        if "status" in back or "visibility" in back:
            announce_standing(kind, [row.pk])
    lists = [name for name in change.after if name.startswith(LIST)]
    whole = [
        _list_restored(DETAILS[kind][name[1:]], row.pk, change.before[name], change.after[name])
        for name in lists
    ]
    if len(back) == len(names) and all(whole):
        return _Verdict.RESTORED
    return _Verdict.PARTLY if back or any(whole) else _Verdict.TOUCHED


def _list_restored(detail: Detail, row: uuid.UUID, before: list[list[Any]], after: list[list[Any]]) -> bool:
    """Take out the lines that the run put in, and put back those that it took out; whether all of it could be."""
    manager = detail.model._default_manager
    whole = True
    for line in (one for one in after if one not in before):
        gone, _ = manager.filter(**_line(detail, row, line)).delete()
        whole = whole and bool(gone)
    for line in (one for one in before if one not in after):
        values = _line(detail, row, line, lookup=False)
        if manager.filter(**_line(detail, row, line)).exists():
            continue
        try:
            with transaction.atomic():
                manager.create(**values)
        except IntegrityError:
            # An identifier that another has by now, or somebody who is no longer there.
            whole = False
    return whole


def _line(detail: Detail, row: uuid.UUID, line: list[Any], *, lookup: bool = True) -> dict[str, Any]:
    """A line as columns; for a lookup, what is empty is asked for as empty."""
    values = dict(zip(detail.columns, line, strict=True))
    given = {detail.owner: row, **values}
    if not lookup:
        return given
    return {
        f"{name}__isnull" if value is None else name: value is None or value for name, value in given.items()
    }
