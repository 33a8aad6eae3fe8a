"""Setting parents and successors once everything has been read."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Final

from django.db import transaction

from vidensbro.hub.accounts.actors import system_actor
from vidensbro.hub.directory.announcements import index_changed
from vidensbro.hub.directory.importers import link_organisations
from vidensbro.hub.directory.importers.columns import rank
from vidensbro.hub.directory.models import Identifier, Organisation
from vidensbro.hub.imports.models import ImportProblem, ImportRun, OpenLink
from vidensbro.hub.imports.services.batches import resolver
from vidensbro.hub.imports.services.joining import join
from vidensbro.hub.imports.services.journal import note_columns

BATCH: Final = 500


def make_links(run: ImportRun) -> None:
    """Set what can be set of the open links of the run's source; each batch is a transaction of its own.

    What is set is gone from the list, so that a sitting that is cut short does nothing twice. Links whose
    target is not there stay for a later import; in plain files they are reported, for there somebody meant it.
    """
    last = 0
    while links := list(OpenLink.objects.filter(source=run.source, pk__gt=last).order_by("pk")[:BATCH]):
        last = links[-1].pk
        with transaction.atomic():
            _make(run, links)


def _make(run: ImportRun, links: Sequence[OpenLink]) -> None:
    targets = _targets(run.source, {link.target for link in links})
    rows = Organisation.objects.in_bulk({link.row for link in links})
    done: list[OpenLink] = []
    for link in links:
        target, row = targets.get(link.target), rows.get(link.row)
        if target is None:
            if run.source == "plain" and link.run_id == run.pk:
                _report(run, link, "unknown_reference")
            continue
        done.append(link)
        if row is None or row.pk == target:
            # One that was joined with its successor is no circle: its record speaks of the other by now.
            if row is not None and row.source_id == link.target and link.kind == "parent":
                _report(run, link, "cycle")
            continue
        if link.kind == "successor" and row.status == Organisation.Status.WITHDRAWN:
            # What the source has withdrawn was the other one all along.
            join(system_actor("import"), "organisation", target, row.pk, run=run)
        elif not (row.parent_id and link.kind == "parent" and rank(row.source) > rank(run.source)):
            _link(run, link, target)
    OpenLink.objects.filter(pk__in=[link.pk for link in done]).delete()


def _link(run: ImportRun, link: OpenLink, target: uuid.UUID) -> None:
    column = f"{link.kind}_id"
    before = Organisation.objects.filter(pk=link.row).values_list(column, flat=True).first()
    changed, refused = link_organisations(link.kind, {link.row: target})
    if changed:
        note_columns(run, "organisation", link.row, {column: before}, {column: target})
    index_changed("organisation", changed)
    if refused:
        _report(run, link, "cycle")


def _targets(source: str, keys: set[str]) -> dict[str, uuid.UUID]:
    found = dict(resolver(source)("organisation", keys))
    if source in {"ror", "openalex"}:
        owners = Identifier.objects.filter(scheme=source, value__in=keys - set(found))
        found.update(owners.values_list("value", "organisation_id"))
    return found


def _report(run: ImportRun, link: OpenLink, code: str) -> None:
    known = ImportProblem.objects.filter(run=run, file=link.file, line=link.line, field=link.kind, code=code)
    if known.exists():
        return
    ImportProblem.objects.create(
        run=run,
        file=link.file,
        line=link.line,
        field=link.kind,
        code=code,
        value=link.target[:200],
        skipped=False,
    )
    run.counts["notices"] = int(run.counts.get("notices", 0)) + 1
    ImportRun.objects.filter(pk=run.pk).update(counts=run.counts)
