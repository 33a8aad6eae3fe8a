"""Importing, fetching what is to be imported, taking it back, and deciding which rows are one."""

from vidensbro.hub.imports.services.fetching import fetch, fetch_and_import
from vidensbro.hub.imports.services.merging import keep_apart, merge
from vidensbro.hub.imports.services.parting import undo_merge
from vidensbro.hub.imports.services.queue import propose
from vidensbro.hub.imports.services.running import Progress, resume_import, run_import
from vidensbro.hub.imports.services.scheduling import add_schedule, pause_schedule, remove_schedule, run_due
from vidensbro.hub.imports.services.undoing import UNDO_ASKED, ask_to_undo, undo_import

__all__ = [
    "UNDO_ASKED",
    "Progress",
    "add_schedule",
    "ask_to_undo",
    "fetch",
    "fetch_and_import",
    "keep_apart",
    "merge",
    "pause_schedule",
    "propose",
    "remove_schedule",
    "resume_import",
    "run_due",
    "run_import",
    "undo_import",
    "undo_merge",
]
