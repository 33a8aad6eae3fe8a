"""The commands, one module each."""

from __future__ import annotations

from vidensbro.hub.cli.commands import (
    backup,
    desk,
    doctor,
    evaluate,
    importing,
    index,
    mail,
    match,
    newsroom,
    privacy,
    ranker,
    restore,
    run,
    users,
    version,
    web,
    worker,
)
from vidensbro.hub.cli.help_page import App
from vidensbro.hub.cli.language import gettext as _


def add_commands(app: App) -> None:
    """Put every command under `app`."""
    for heading, modules in (
        (_("The bridge"), (run, match)),
        (_("What it knows"), (importing, index, evaluate, ranker)),
        (
            _("Looking after it"),
            (desk, users, privacy, mail, newsroom, doctor, backup, restore, web, worker, version),
        ),
    ):
        for module in modules:
            module.add_to(app, heading)
