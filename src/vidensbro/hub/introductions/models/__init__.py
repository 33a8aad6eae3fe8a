"""Introductions, what was said about them, who may be asked how often, and what was disclosed."""

from __future__ import annotations

from vidensbro.hub.introductions.models.disclosures import (
    ConfidentialityAcceptance,
    Disclosure,
    Document,
    Stage,
)
from vidensbro.hub.introductions.models.introductions import (
    AnswerLink,
    DeclineReason,
    Introduction,
    MeetingTime,
    Outcome,
    State,
)
from vidensbro.hub.introductions.models.protection import AskPreference, DeclaredConflict

__all__ = [
    "AnswerLink",
    "AskPreference",
    "ConfidentialityAcceptance",
    "DeclaredConflict",
    "DeclineReason",
    "Disclosure",
    "Document",
    "Introduction",
    "MeetingTime",
    "Outcome",
    "Stage",
    "State",
]
