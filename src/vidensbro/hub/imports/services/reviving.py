"""Bringing back what was withdrawn when an import was undone, and what a source says again."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from vidensbro.hub.accounts.actors import system_actor
from vidensbro.hub.common import clock
from vidensbro.hub.directory.announcements import announce_standing, index_changed
from vidensbro.hub.directory.importers.bulk import insert
from vidensbro.hub.directory.models import Organisation, Person
from vidensbro.hub.imports.kinds import KINDS
from vidensbro.hub.imports.models import ImportChange, ImportRun
from vidensbro.hub.needs import services as needs
from vidensbro.hub.needs.models import Need, State


def revive(run: ImportRun, named: Collection[tuple[str, uuid.UUID]]) -> None:
    """Show again those of the named rows (kind, id) that an undone import had made, as made by this run."""
    if not named or not ImportRun.objects.filter(undone__isnull=False).exists():
        return
    ids = {kind: {row for one, row in named if one == kind} for kind in ("organisation", "person", "need")}
    withdrawn = ImportChange.objects.filter(made=True, undone=ImportChange.Undone.WITHDRAWN)
    for kind, rows in ids.items():
        known = set(withdrawn.filter(kind=kind, row__in=rows).values_list("row", flat=True))
        if known:
            _bring_back(run, kind, known)
    for kind in KINDS:
        known = set(
            withdrawn.filter(kind=kind, row__in=[row for one, row in named if one == kind]).values_list(
                "row", flat=True
            )
        )
        # Shown again since, by an import: what became of it afterwards is somebody's doing.
        known -= set(
            ImportChange.objects.filter(kind=kind, row__in=known, made=True, undone="").values_list(
                "row", flat=True
            )
        )
        if known:
            _note(run, kind, KINDS[kind].revive(system_actor("import"), known))


def _bring_back(run: ImportRun, kind: str, rows: set[uuid.UUID]) -> None:
    moment = clock.now()
    if kind == "person":
        people = Person.objects.current().filter(pk__in=rows, visibility=Person.Visibility.HIDDEN)
        back = [row.pk for row in people if "visibility" not in row.edited and row.name]
        Person.objects.filter(pk__in=back).update(visibility=Person.Visibility.PUBLIC, changed=moment)
    elif kind == "organisation":
        gone = Organisation.objects.filter(
            pk__in=rows, status=Organisation.Status.WITHDRAWN, successor__isnull=True
        )
        back = [row.pk for row in gone if "status" not in row.edited]
        Organisation.objects.filter(pk__in=back).update(status=Organisation.Status.ACTIVE, changed=moment)
    else:
        back = list(Need.objects.filter(pk__in=rows, state=State.CLOSED).values_list("pk", flat=True))
        for one in back:
            needs.reopen(system_actor("import"), one)
    if back and kind != "need":
        announce_standing(kind, back)
        index_changed(kind, back)
    _note(run, kind, back)


def _note(run: ImportRun, kind: str, rows: Collection[uuid.UUID]) -> None:
    insert(ImportChange, [ImportChange(run=run, kind=kind, row=row, made=True) for row in rows])
