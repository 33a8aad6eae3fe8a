"""Reads of runs, problems and merge proposals, for the secretariat and administrators."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.common.errors import NotFound
from vidensbro.hub.directory.models import Organisation, Person
from vidensbro.hub.imports.models import (
    ImportChange,
    ImportProblem,
    ImportRun,
    ImportSchedule,
    Merge,
    MergeProposal,
)
from vidensbro.hub.imports.rules import decide_merges, see_imports
from vidensbro.hub.knowledge.models import Work

Row = Person | Organisation | Work


@dataclass(frozen=True, slots=True)
class Pair:
    """A merge proposal with its two rows."""

    proposal: MergeProposal
    left: Row
    right: Row


def runs(actor: Actor) -> QuerySet[ImportRun]:
    """Runs of imports, the latest first; none for whom they are no business."""
    return see_imports.visible(actor, ImportRun.objects.order_by("-started"))


def run_of(actor: Actor, run_id: uuid.UUID | str) -> ImportRun:
    """One run. Raises NotFound, also for those who may not know."""
    row = runs(actor).filter(pk=run_id).first()
    if row is None:
        raise NotFound("import_run", run_id)
    return row


def schedules(actor: Actor) -> QuerySet[ImportSchedule]:
    """What is fetched and imported again and again, by source; nothing for whom it is no business."""
    return see_imports.visible(actor, ImportSchedule.objects.select_related("last_run"))


def problems(actor: Actor, run_id: uuid.UUID | str, code: str = "") -> QuerySet[ImportProblem]:
    """What was wrong in a run, in the order of reading; of one code, if one is given. Raises NotFound."""
    rows = ImportProblem.objects.filter(run=run_of(actor, run_id)).order_by("pk")
    return rows.filter(code=code) if code else rows


def problem_counts(actor: Actor, run_id: uuid.UUID | str) -> Mapping[str, int]:
    """How many problems of each code a run had, all of them, also those not kept in full. Raises NotFound."""
    run = run_of(actor, run_id)
    late = problems(actor, run_id).filter(code__in=("cycle", "unknown_reference", "schema_changed"))
    counted = {code: int(count) for code, count in late.values_list("code").annotate(count=Count("pk"))}
    kept = {str(code): int(count) for code, count in run.position.get("kept", {}).items()}
    return {code: max(kept.get(code, 0), counted.get(code, 0)) for code in sorted({*kept, *counted})}


def change_counts(actor: Actor, run_id: uuid.UUID | str) -> list[tuple[str, int, int]]:
    """(kind of row, how many a run made, how many it changed). Raises NotFound."""
    rows = ImportChange.objects.filter(run=run_of(actor, run_id)).values("kind").order_by("kind")
    counted = rows.annotate(
        new=Count("row", distinct=True, filter=Q(made=True)),
        changed=Count("row", distinct=True, filter=Q(made=False)),
    )
    return [(str(one["kind"]), int(one["new"]), int(one["changed"])) for one in counted]


def first_changes(actor: Actor, run_id: uuid.UUID | str, kind: str, limit: int = 5) -> list[ImportChange]:
    """The first rows of a kind that a run made or changed, those it made first. Raises NotFound."""
    rows = ImportChange.objects.filter(run=run_of(actor, run_id), kind=kind)
    return list(rows.order_by("-made", "pk")[:limit])


def examples(
    actor: Actor, run_id: uuid.UUID | str, codes: Iterable[str], limit: int = 3
) -> Mapping[str, list[ImportProblem]]:
    """The first problems of each code of a run. Raises NotFound."""
    found = problems(actor, run_id)
    return {code: list(found.filter(code=code)[:limit]) for code in codes}


def merge_proposals(actor: Actor, state: str = MergeProposal.State.OPEN) -> QuerySet[MergeProposal]:
    """Proposals in a state, the likeliest first; none for whom they are no business."""
    return decide_merges.visible(actor, MergeProposal.objects.filter(state=state).order_by("-score", "pk"))


def merge_queue(actor: Actor, limit: int = 50) -> list[Pair]:
    """Open proposals with their rows, the likeliest first. Four queries."""
    proposals = list(merge_proposals(actor)[:limit])
    ids = {row for proposal in proposals for row in (proposal.left, proposal.right)}
    rows: dict[uuid.UUID, Row] = {}
    rows.update(Person.objects.prefetch_related("affiliations__organisation").in_bulk(ids))
    rows.update(Organisation.objects.prefetch_related("identifiers", "offices").in_bulk(ids))
    rows.update(Work.objects.in_bulk(ids))
    found: list[Pair] = []
    for proposal in proposals:
        left, right = rows.get(proposal.left), rows.get(proposal.right)
        if left is not None and right is not None:
            found.append(Pair(proposal, left, right))
    return found


@dataclass(frozen=True, slots=True)
class Joined:
    """A merge with its two rows, as far as they are there."""

    merge: Merge
    kept: Row | None
    gone: Row | None


def latest_merges(actor: Actor, limit: int = 20) -> list[Joined]:
    """Merges made lately, the latest first; none for whom they are no business. Four queries."""
    merges = list(decide_merges.visible(actor, Merge.objects.defer("journal").order_by("-at", "pk"))[:limit])
    ids = {row for merge in merges for row in (merge.kept, merge.gone)}
    rows: dict[uuid.UUID, Row] = {}
    for table in (Person, Organisation, Work):
        rows.update(table._default_manager.in_bulk(ids))
    return [Joined(merge, rows.get(merge.kept), rows.get(merge.gone)) for merge in merges]
