"""`vidensbro import undo`: taking an import back."""

from __future__ import annotations

from typing import Annotated

import typer

from vidensbro.hub.cli import console, imports_run, indexing, installation
from vidensbro.hub.cli.commands.common import Json
from vidensbro.hub.cli.exits import WRONG_USE, CommandError
from vidensbro.hub.cli.help_page import App
from vidensbro.hub.cli.language import gettext as _


def add_to(group: App) -> None:
    """Put the command under `import`."""
    group.command("undo", help=_("Take an import back, as far as nobody else builds on it."))(undo)


def undo(
    run: Annotated[str, typer.Argument(metavar="RUN", help=_("The import, as “import status” names it."))],
    yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask."))] = False,
    index: Annotated[
        bool, typer.Option("--index/--no-index", help=_("Put what has changed into the index at once."))
    ] = True,
    json: Json = False,
) -> None:
    """Withdraw what an import made, and put back what it changed."""
    installation.wake()
    from vidensbro.hub.imports import wording
    from vidensbro.hub.imports.queries import run_of
    from vidensbro.hub.imports.services import undo_import

    actor = installation.operator()
    row = run_of(actor, imports_run.whole_id(run))
    if not yes:
        _ask(f"{wording.source(row.source)} {row.started:%Y-%m-%d %H:%M}: {imports_run.summary(row)}")
    bars = console.Bars(_("Undoing"), _("changes"))
    try:
        done = undo_import(actor, row.pk, lambda dealt_with, total: bars.steps(dealt_with, total))
    finally:
        bars.close()
    if index:
        indexing.catch_up()
    if json:
        console.write_json(imports_run.as_row(done))
        return
    for verdict, count in done.undoing.items():
        console.say(f"{console.amount(count)} {wording.verdict(verdict)}")


def _ask(what: str) -> None:
    if not console.out().is_terminal:
        raise CommandError(_("Nobody can be asked here."), "--yes", WRONG_USE)
    console.say(what)
    typer.confirm(_("Take this import back?"), abort=True)
