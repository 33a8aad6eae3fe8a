"""`vidensbro privacy`: handing out and erasing what is stored about somebody; what is kept for what and how long."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from vidensbro.hub.cli import console, installation
from vidensbro.hub.cli.commands.common import Json
from vidensbro.hub.cli.exits import WRONG_USE, CommandError
from vidensbro.hub.cli.help_page import App
from vidensbro.hub.cli.language import gettext as _

Who = Annotated[
    str,
    typer.Argument(
        metavar="EMAIL|PERSON-ID", help=_("An address, or the identifier of a person in the directory.")
    ),
]


def add_to(app: App, heading: str) -> None:
    """Put the commands under `app`, below a heading of its help."""
    group = App(help=_("Privacy: what is stored about people, handed out and erased."))
    group.command("record", help=_("The record of processing activities (GDPR article 30)."))(record)
    group.command("export", help=_("Everything that is stored about somebody, as JSON."))(export)
    group.command("erase", help=_("Erase somebody; cannot be undone."))(erase)
    app.add_typer(group, name="privacy", rich_help_panel=heading)


def record(json: Json = False) -> None:
    """Print each purpose with its legal basis and for how long."""
    installation.wake()
    from vidensbro.hub.audit.processing import activities

    found = activities()
    if json:
        console.write_json(found)
        return
    for one in found:
        console.say(one["name"], "bold")
        for label, value in (
            (_("Legal basis"), ", ".join(one["legal_basis"])),
            (_("Why"), one["why"]),
            (_("Whom it is about"), "; ".join(one["subjects"])),
            (_("What is kept"), "; ".join(one["data"])),
            (_("Where it is from"), "; ".join(one["sources"])),
            (_("Who sees it"), "; ".join(one["recipients"])),
            (_("How long"), _time(one["days"], one["kept"])),
        ):
            console.say(f"  {label}: {value}")
        console.say("")


def export(who: Who) -> None:
    """Print everything that is stored about somebody. It is recorded that this was done."""
    installation.wake()
    from vidensbro.hub.directory import services

    console.write_json(services.export_named(installation.operator(), who))


def erase(
    who: Who,
    yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask."))] = False,
    json: Json = False,
) -> None:
    """Erase somebody: the account, the person in the directory, or both."""
    installation.wake()
    from vidensbro.hub.directory import services

    if not yes:
        _ask(who)
    touched = services.erase_named(installation.operator(), who)
    if json:
        console.write_json(touched)
        return
    rows = sum(touched.values())
    console.say(_("Erased: {count} rows were deleted or made anonymous.").format(count=console.amount(rows)))
    console.note(_("The index and files follow as soon as a worker runs."))


def _ask(who: str) -> None:
    if not sys.stdin.isatty():
        raise CommandError(
            _("This cannot be undone."), _("Say --yes to do it without being asked."), WRONG_USE
        )
    typed = typer.prompt(_("This cannot be undone. Type {who} to go on").format(who=who))
    if typed.strip() != who:
        raise CommandError(_("Nothing was erased."), "", WRONG_USE)


def _time(days: int | None, kept: str) -> str:
    return _("{days} days: {what}").format(days=days, what=kept) if days else kept
