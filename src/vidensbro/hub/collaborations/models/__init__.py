"""Collaborations, who takes part, and the dated facts that they consist of."""

from __future__ import annotations

from vidensbro.hub.collaborations.models.collaborations import (
    Collaboration,
    CollaborationField,
    Party,
    PartyPerson,
    PartyRole,
    Stage,
)
from vidensbro.hub.collaborations.models.facts import (
    Agreement,
    AgreementKind,
    AgreementParty,
    Funding,
    Milestone,
    Novelty,
    Reached,
    Result,
    ResultKind,
)
from vidensbro.hub.collaborations.models.steps import EvidenceKind, Step, StepKind

__all__ = [
    "Agreement",
    "AgreementKind",
    "AgreementParty",
    "Collaboration",
    "CollaborationField",
    "EvidenceKind",
    "Funding",
    "Milestone",
    "Novelty",
    "Party",
    "PartyPerson",
    "PartyRole",
    "Reached",
    "Result",
    "ResultKind",
    "Stage",
    "Step",
    "StepKind",
]
