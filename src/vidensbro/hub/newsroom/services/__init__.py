"""Changing releases: one function per change."""

from vidensbro.hub.newsroom.services.drafting import (
    add_version,
    create_release,
    edit,
    remove_draft,
)
from vidensbro.hub.newsroom.services.shared import edit_release
from vidensbro.hub.newsroom.services.steps import (
    approve,
    correct,
    hand_in,
    note_all_published,
    note_published,
    schedule,
    take_back,
    unschedule,
    withdraw,
)
from vidensbro.hub.newsroom.services.wording import Facts, Said, Wording, wording_of

__all__ = [
    "Facts",
    "Said",
    "Wording",
    "add_version",
    "approve",
    "correct",
    "create_release",
    "edit",
    "edit_release",
    "hand_in",
    "note_all_published",
    "note_published",
    "remove_draft",
    "schedule",
    "take_back",
    "unschedule",
    "withdraw",
    "wording_of",
]
