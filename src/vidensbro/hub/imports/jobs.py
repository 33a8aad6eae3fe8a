"""What time brings: imports that are due again."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from vidensbro.hub.accounts.actors import system_actor
from vidensbro.hub.common.errors import Conflict
from vidensbro.hub.imports.privacy import FORGET_DOWNLOADS
from vidensbro.hub.imports.services.forgetting import forget_downloads
from vidensbro.hub.imports.services.scheduling import due_schedules
from vidensbro.hub.imports.services.undoing import UNDO, undo_import
from vidensbro.hub.outbox.models import Entry
from vidensbro.hub.outbox.periodic import every
from vidensbro.hub.outbox.registry import Postpone, handler

DUE: Final = "imports.due"
TURN: Final = 20.0
"""Seconds that taking an import back may take before other work has its turn."""

_children: list[subprocess.Popen[bytes]] = []

every(DUE, timedelta(minutes=5))


@handler(DUE)
def start_due(entries: Sequence[Entry]) -> None:
    """Start what is due in a process of its own: an import takes hours, and mail must not wait for it.

    The process ends with its parent: the pipe that is its standard input closes then.
    """
    _children[:] = [child for child in _children if child.poll() is None]
    if not _children and due_schedules().exists():
        _children.append(
            subprocess.Popen([sys.executable, "-m", "vidensbro.hub.imports.due"], stdin=subprocess.PIPE)
        )


@handler(UNDO, lease=timedelta(minutes=10))
def undo(entries: Sequence[Entry]) -> None:
    """Take imports back, some seconds at a time."""
    for entry in entries:
        end = time.monotonic() + TURN

        def pause(done: int, total: int, end: float = end) -> None:
            if done < total and time.monotonic() > end:
                raise Postpone(timedelta(seconds=1), f"{done} / {total}")

        try:
            undo_import(system_actor("undo"), entry.key, pause)
        except Conflict as conflict:
            if conflict.reason == "import_running":
                raise Postpone(timedelta(minutes=1), conflict.reason) from conflict


@handler(FORGET_DOWNLOADS)
def forget(entries: Sequence[Entry]) -> None:
    """Remove what was fetched, once nobody reads it."""
    try:
        forget_downloads()
    except Conflict as conflict:
        raise Postpone(timedelta(minutes=1), conflict.reason) from conflict
