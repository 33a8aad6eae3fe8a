"""The commands, one module each."""

from __future__ import annotations

import typer

from vidensbro.hub.cli.commands import (
    backup,
    doctor,
    evaluate,
    importing,
    index,
    match,
    restore,
    run,
    users,
    version,
    worker,
)


def add_commands(app: typer.Typer) -> None:
    """Put every command under `app`, in the order in which they are wanted."""
    for module in (run, match):
        module.add_to(app)
    for module in (importing, index):
        module.add_to(app)
    evaluate.add_to(app)
    users.add_to(app)
    for module in (doctor, backup, restore, worker, version):
        module.add_to(app)
