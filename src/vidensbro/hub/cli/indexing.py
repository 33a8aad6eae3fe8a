"""The index kept in step by a command, with progress."""

from __future__ import annotations

import time
from typing import Final

from vidensbro.hub.cli import console, presence
from vidensbro.hub.cli.exits import WRONG_USE, CommandError
from vidensbro.hub.cli.language import gettext as _

PATIENCE: Final = 2.0
"""Seconds that a command waits for a running worker to finish what is new, before it goes on without."""


def build(*, first_stage: bool = False, processes: int = 0, scheduler: str = "") -> str:
    """Build the index anew, with the quick model of the first stage if wanted, and on a search cluster by worker
    processes of this machine or by those of a scheduler; its version."""
    from vidensbro.hub.matches import indexing
    from vidensbro.hub.matches.workers import Workers

    if processes and scheduler:
        raise CommandError(
            _("Give --workers for processes of this machine, or --scheduler for those elsewhere, not both."),
            code=WRONG_USE,
        )
    stage = indexing.Stage.FIRST if first_stage else indexing.Stage.SET
    workers = Workers(processes, scheduler) if processes or scheduler else None
    with console.steps(_("Building the index"), _("documents")) as progress:
        return indexing.index_build(progress, stage, workers)


def catch_up() -> bool:
    """Do what waits for the index. With a worker at work it is left to that one, and waited for a moment.

    True if the index is now in step.
    """
    from vidensbro.hub.matches import indexing

    waiting = _waiting()
    if not waiting:
        return True
    if presence.anybody(presence.WORKER):
        return _wait_for_worker()
    with console.steps(_("Bringing the index up to date"), _("documents")) as progress:
        indexing.catch_up(progress)
    if left := _waiting():
        _tell_left(left)
    return not left


def _wait_for_worker() -> bool:
    deadline = time.monotonic() + PATIENCE
    while waiting := _waiting():
        if time.monotonic() > deadline:
            console.note(
                _(
                    "The worker is still putting {count} changes into the index; this answer is without them."
                ).format(count=console.amount(waiting))
            )
            return False
        time.sleep(0.1)
    return True


def _tell_left(count: int) -> None:
    """Why an update was put off. Nothing is lost: it waits in the database."""
    from vidensbro.hub.directory.announcements import INDEX_UPDATE
    from vidensbro.hub.outbox.queries import last_error

    console.note(
        _("{count} changes are not in the index yet: {reason}").format(
            count=console.amount(count), reason=last_error(INDEX_UPDATE) or "?"
        ),
        "warning",
    )
    console.note(_("They are kept, and are put in by the next command or by “vidensbro worker”."))


def _waiting() -> int:
    from vidensbro.hub.directory.announcements import INDEX_UPDATE
    from vidensbro.hub.outbox.queries import open_entries

    return open_entries(INDEX_UPDATE)
