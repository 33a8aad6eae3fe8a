"""Changing collaborations: one function per change."""

from __future__ import annotations

from vidensbro.hub.collaborations.services.beginning import PartyGiven, begin, begin_between, begin_from, edit
from vidensbro.hub.collaborations.services.parties import (
    add_party,
    end_party,
    name_person,
    remove_person,
    set_shared,
)
from vidensbro.hub.collaborations.services.steps import correct, record_fact, undo

__all__ = [
    "PartyGiven",
    "add_party",
    "begin",
    "begin_between",
    "begin_from",
    "correct",
    "edit",
    "end_party",
    "name_person",
    "record_fact",
    "remove_person",
    "set_shared",
    "undo",
]
