"""What the database refuses by itself, whoever writes to it."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from tests.hub.cast import Cast
from vidensbro.hub.collaborations import facts, services
from vidensbro.hub.collaborations.facts import Evidence
from vidensbro.hub.collaborations.models import (
    Agreement,
    Collaboration,
    Funding,
    Milestone,
    Party,
    PartyPerson,
    Reached,
    Result,
    Step,
)

DAY = date(2026, 2, 2)


@pytest.fixture
def full(cast: Cast, row: Collaboration) -> Collaboration:
    """With a fact of every kind."""
    both = tuple(row.parties.values_list("pk", flat=True))
    milestone = _record(cast, row, facts.MilestoneSet("Prototype", DAY)).milestone
    for fact in (
        facts.AgreementSigned("data", both, until=DAY),
        facts.MilestoneReached(milestone.pk),
        facts.FundingGranted("Fonden X", 100, 0, 60, 100),
        facts.ResultReached("product", "Plaster", novelty="firm"),
        facts.StageChange("project"),
    ):
        _record(cast, row, fact)
    return row


def _record(cast: Cast, row: Collaboration, fact: facts.Fact) -> Step:
    return services.record_fact(cast["member"], row.pk, fact, date=DAY, evidence=Evidence(by="Member"))


def first(model: type[models.Model], **where: object) -> models.QuerySet:
    return model._default_manager.filter(pk=model._default_manager.filter(**where).order_by("pk").first().pk)


@pytest.mark.parametrize(
    ("model", "where", "columns"),
    [
        (Collaboration, {}, {"title": ""}),
        (Collaboration, {}, {"stage": "heaven"}),
        (Collaboration, {}, {"stage": "ended"}),
        (Collaboration, {}, {"ended": DAY}),
        (Collaboration, {}, {"stage": "ended", "ended": date(2020, 1, 1)}),
        (Collaboration, {}, {"readiness_now": None}),
        (Collaboration, {}, {"readiness_now": 10}),
        (Collaboration, {}, {"readiness_start": 0}),
        (Party, {}, {"organisation": None}),
        (Party, {}, {"name": "Two names"}),
        (Party, {}, {"role": "king"}),
        (Party, {}, {"until": date(2020, 1, 1)}),
        (PartyPerson, {}, {"user": None}),
        (Step, {"kind": "begun"}, {"stage": ""}),
        (Step, {"kind": "stage"}, {"stage": "heaven"}),
        (Step, {"kind": "stage"}, {"kind": "begun"}),
        (Step, {"kind": "stage"}, {"kind": "miracle", "stage": ""}),
        (Step, {"kind": "stage"}, {"readiness": 3}),
        (Step, {"kind": "stage"}, {"kind": "joined", "stage": ""}),
        (Step, {"kind": "stage"}, {"kind": "note", "stage": ""}),
        (Step, {"kind": "readiness"}, {"readiness": None}),
        (Step, {"kind": "readiness"}, {"readiness": 10}),
        (Step, {"kind": "stage"}, {"evidence_by": ""}),
        (Step, {"kind": "stage"}, {"evidence": "link"}),
        (Step, {"kind": "stage"}, {"evidence": "file"}),
        (Step, {"kind": "stage"}, {"link": "https://example.org"}),
        (Step, {"kind": "stage"}, {"evidence": "rumour"}),
        (Step, {"kind": "stage"}, {"corrects": models.F("id")}),
        (Agreement, {}, {"kind": "handshake"}),
        (Agreement, {}, {"until": date(2020, 1, 1)}),
        (Milestone, {}, {"title": ""}),
        (Funding, {}, {"source": ""}),
        (Funding, {}, {"rate": 0}),
        (Funding, {}, {"minutes": 0}),
        (Funding, {}, {"amount": 0, "minutes": 0, "rate": 0}),
        (Funding, {}, {"amount": -1}),
        (Result, {}, {"kind": "miracle"}),
        (Result, {}, {"kind": "patent"}),
        (Result, {}, {"kind": "process", "novelty": "galaxy"}),
        (Result, {}, {"novelty": ""}),
        (Result, {}, {"amount": 5}),
        (Result, {}, {"quantity": 0}),
        (Result, {}, {"kind": "investment", "novelty": ""}),
    ],
)
def test_a_raw_update_to_what_cannot_be_fails(
    full: Collaboration, model: type[models.Model], where: dict, columns: dict
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        first(model, **where).update(**columns)


def test_a_collaboration_begins_once(full: Collaboration) -> None:
    begun = full.steps.get(kind="begun")
    begun.pk = None
    begun._state.adding = True
    with pytest.raises(IntegrityError), transaction.atomic():
        Step.objects.create(
            collaboration=full,
            kind="begun",
            stage="dialogue",
            date=DAY,
            evidence="statement",
            evidence_by="X",
        )


def test_a_step_is_corrected_once_at_a_time(full: Collaboration) -> None:
    old = full.steps.get(kind="stage")
    given = {
        "collaboration": full,
        "kind": "stage",
        "stage": "test",
        "date": DAY,
        "evidence": "statement",
        "evidence_by": "X",
        "corrects": old,
    }
    Step.objects.create(**given, withdrawn_at=timezone.now())
    Step.objects.create(**given)
    with pytest.raises(IntegrityError), transaction.atomic():
        Step.objects.create(**given)


def test_a_milestone_is_reached_once_and_an_organisation_takes_part_once(full: Collaboration) -> None:
    reached = Reached.objects.get()
    step = full.steps.get(kind="stage")
    with pytest.raises(IntegrityError), transaction.atomic():
        Reached.objects.create(step=step, milestone=reached.milestone)
    party = full.parties.order_by("pk").first()
    assert party is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        Party.objects.create(collaboration=full, organisation=party.organisation, role="other", since=DAY)


def test_evidence_cannot_be_taken_away(full: Collaboration) -> None:
    from tests.hub.files.samples import PDF, upload
    from vidensbro.hub.accounts.actors import VISITOR
    from vidensbro.hub.files.services import remove_orphan, store

    stored = store(VISITOR, upload("a.pdf", PDF))
    Step.objects.filter(kind="stage").update(evidence="file", file=stored)
    assert not remove_orphan(stored.pk)
    with pytest.raises(models.ProtectedError):
        stored.delete()
