"""`vidensbro desk`: what waits for the secretariat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidensbro.hub.cli import console, installation
from vidensbro.hub.cli.commands.common import Json
from vidensbro.hub.cli.help_page import App
from vidensbro.hub.cli.language import gettext as _

if TYPE_CHECKING:
    from vidensbro.hub.desk.queries import Desk


def add_to(app: App, heading: str) -> None:
    """Put the command under `app`, below a heading of its help."""
    app.command(
        "desk", rich_help_panel=heading, help=_("What waits for the secretariat, the most urgent first.")
    )(show)


def show(json: Json = False) -> None:
    """Print everything on the desk that is open."""
    installation.wake()
    from vidensbro.hub.desk import presenters, queries

    found = queries.desk(installation.operator())
    if json:
        console.write_json([presenters.as_json(item) for item in found.items])
        return
    if not found.items:
        console.say(_("The desk is clear."))
        return
    _show(found)
    if found.cut:
        console.note(_("There are more: narrow the desk on its page."))


def _show(found: Desk) -> None:
    from rich.text import Text

    from vidensbro.hub.desk import presenters

    table = console.plain_table(_("Why"), _("Days"), _("Assigned to"), _("Title"), numbers=(1,))
    for row in presenters.rows(found.items):
        who, title = Text(str(row.item.assignee or "")), Text(row.item.matter.title)
        table.add_row(row.kind, console.amount(row.item.days), who, title)
    console.out().print(table)
