"""Recording, correcting and undoing facts."""

from __future__ import annotations

import uuid
from datetime import date as Date
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import Min

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.audit.services import record
from vidensbro.hub.collaborations import notifications
from vidensbro.hub.collaborations.facts import Evidence, Fact
from vidensbro.hub.collaborations.models import (
    Collaboration,
    EvidenceKind,
    Party,
    Reached,
    Stage,
    Step,
    StepKind,
)
from vidensbro.hub.collaborations.queries import current, last_entry
from vidensbro.hub.collaborations.rules import edit_collaboration, see_collaboration
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, Denied, Invalid, NotFound, Problems
from vidensbro.hub.common.rows import key_of
from vidensbro.hub.common.text import storable
from vidensbro.hub.common.validation import check_row
from vidensbro.hub.files import services as files

OF_PARTIES = (StepKind.JOINED, StepKind.LEFT)


@transaction.atomic
def record_fact(
    actor: Actor,
    collaboration_id: uuid.UUID | str,
    fact: Fact,
    *,
    date: Date,
    evidence: Evidence,
    note: str = "",
) -> Step:
    """Add a dated fact with its evidence, and tell the other parties if it is important.

    Raises:
        NotFound, Denied; Invalid: a date in the future or before the beginning, evidence that is none, a value that
        the fact cannot have.
    """
    row = locked(actor, collaboration_id)
    if fact.kind == StepKind.BEGUN:
        raise Conflict("collaboration_begun")
    step = write_step(actor, row, fact, date=date, evidence=evidence, note=note)
    settle(row)
    record(actor, "collaboration.recorded", "collaboration", row.pk, {"step": fact.kind, "id": str(step.pk)})
    notifications.recorded(actor, row, step)
    return step


@transaction.atomic
def correct(
    actor: Actor,
    collaboration_id: uuid.UUID | str,
    step_id: uuid.UUID | str,
    fact: Fact,
    *,
    date: Date,
    evidence: Evidence | None = None,
    note: str = "",
) -> Step:
    """Put a fact in the place of a current one of the same kind, which is kept as history.

    Without `evidence` that of the old one stands.

    Raises:
        NotFound, Denied, Invalid; Conflict: it has been corrected or undone meanwhile ("step_not_current"), or tells
        of a party ("step_of_party": undo it instead).
    """
    row = locked(actor, collaboration_id)
    old = row.steps.filter(pk=key_of(step_id)).select_related("file").first()
    if old is None:
        raise NotFound("step", step_id)
    if not old.is_current:
        raise Conflict("step_not_current")
    if old.kind in OF_PARTIES:
        raise Conflict("step_of_party")
    if old.kind != fact.kind:
        raise Invalid({"": ("step_other_kind",)})
    Step.objects.filter(pk=old.pk).update(superseded_at=clock.now())
    step = write_step(actor, row, fact, date=date, evidence=evidence, note=note, corrects=old)
    settle(row)
    record(actor, "collaboration.corrected", "collaboration", row.pk, {"step": fact.kind, "id": str(step.pk)})
    return step


@transaction.atomic
def undo(actor: Actor, collaboration_id: uuid.UUID | str, step_id: uuid.UUID | str) -> Step:
    """Take back the last entry; one's own, or for the secretariat anybody's. It is kept as history.

    Raises:
        NotFound; Denied: somebody else's ("not_your_entry"); Conflict: something was recorded meanwhile
        ("not_last_entry").
    """
    row = locked(actor, collaboration_id)
    last = last_entry(row)
    if last is None or last.pk != key_of(step_id):
        raise Conflict("not_last_entry")
    if not (actor.is_secretariat or actor.system) and last.recorded_by_id != actor.user_id:
        raise Denied("not_your_entry")
    _take_back(last)
    last.withdrawn_at, last.withdrawn_by_id = clock.now(), actor.user_id
    last.save(update_fields=["withdrawn_at", "withdrawn_by"])
    if last.corrects_id:
        Step.objects.filter(pk=last.corrects_id).update(superseded_at=None)
    settle(row)
    record(actor, "collaboration.undone", "collaboration", row.pk, {"step": last.kind, "id": str(last.pk)})
    return last


def locked(actor: Actor, collaboration_id: uuid.UUID | str) -> Collaboration:
    """The row, locked for a change that the actor may make. Raises NotFound, Denied."""
    row = Collaboration.objects.select_for_update().filter(pk=key_of(collaboration_id)).first()
    if row is None:
        raise NotFound("collaboration", collaboration_id)
    edit_collaboration.require(actor, row, see=see_collaboration)
    return row


def write_step(
    actor: Actor,
    row: Collaboration,
    fact: Fact,
    *,
    date: Date,
    evidence: Evidence | None,
    note: str = "",
    corrects: Step | None = None,
) -> Step:
    """Check and write a step with its details. The caller holds the lock and settles afterwards."""
    step = Step(
        collaboration=row,
        kind=fact.kind,
        date=date,
        note=storable(note).strip(),
        recorded=clock.now(),
        recorded_by_id=actor.user_id,
        corrects=corrects,
    )
    fact.fill(step)
    _check(row, step)
    _add_evidence(actor, step, evidence, corrects)
    check_row(step)
    step.save()
    fact.write(step)
    return step


def settle(row: Collaboration) -> None:
    """Let the collaboration's own columns say what its current steps add up to."""
    steps = list(row.steps.filter(current()).exclude(stage="", readiness__isnull=True))
    stages = [step for step in steps if step.stage]
    levels = [step.readiness for step in steps if step.readiness is not None]
    begun = next((step for step in steps if step.kind == StepKind.BEGUN), None)
    if begun is not None:
        row.began = begun.date
    if stages:
        row.stage = stages[-1].stage
        row.ended = stages[-1].date if row.stage == Stage.ENDED else None
    row.readiness_start = levels[0] if levels else None
    row.readiness_now = levels[-1] if levels else None
    row.moved = clock.now()
    row.save()


def _check(row: Collaboration, step: Step) -> None:
    problems = Problems()
    problems.check(step.date <= clock.today(), "date", "date_future")
    others = row.steps.filter(current()).exclude(pk=key_of(step.corrects_id))
    if step.kind == StepKind.BEGUN:
        first = others.aggregate(first=Min("date"))["first"]
        problems.check(first is None or step.date <= first, "date", "date_after_facts")
    else:
        problems.check(step.date >= row.began, "date", "date_before_beginning")
    if step.kind == StepKind.STAGE:
        before = others.filter(date__lte=step.date).exclude(stage="")
        if step.corrects_id:
            before = before.filter(recorded__lt=step.corrects.recorded)  # type: ignore[union-attr]
        last = before.order_by("-date", "-recorded", "-pk").first()
        problems.check(last is None or last.stage != step.stage, "stage", "stage_same")
    problems.raise_if_any()


def _add_evidence(actor: Actor, step: Step, given: Evidence | None, corrects: Step | None) -> None:
    if given is None and corrects is not None:
        step.evidence, step.file, step.link = corrects.evidence, corrects.file, corrects.link
        step.evidence_by = corrects.evidence_by
        return
    given = given or Evidence()
    step.evidence_by = storable(given.by).strip()
    if given.keeps_file and corrects is not None and corrects.file is not None:
        step.evidence, step.file = EvidenceKind.FILE, corrects.file
    elif given.file is not None:
        step.evidence, step.file = EvidenceKind.FILE, files.store(actor, given.file)
    elif given.link:
        step.evidence, step.link = EvidenceKind.LINK, given.link.strip()
        if urlsplit(step.link).scheme not in {"http", "https"}:
            raise Invalid({"link": ("web_invalid",)})
    else:
        step.evidence = EvidenceKind.STATEMENT
        if not step.evidence_by:
            raise Invalid({"evidence_by": ("evidence_missing",)})


def _take_back(step: Step) -> None:
    """Undo what a step did to rows beside it."""
    if step.kind == StepKind.JOINED:
        Party.objects.filter(steps=step).update(until=step.date)
    elif step.kind == StepKind.LEFT:
        Party.objects.filter(steps=step).update(until=None)
    elif step.kind == StepKind.REACHED:
        Reached.objects.filter(step=step).update(current=False)
        if step.corrects_id:
            Reached.objects.filter(step=step.corrects_id).update(current=True)
    elif step.kind == StepKind.MILESTONE and step.corrects_id and step.corrects is not None:
        Reached.objects.filter(milestone__step=step).update(milestone=step.corrects.milestone)
