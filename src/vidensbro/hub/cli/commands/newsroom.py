"""`vidensbro newsroom`: mail that came back, and releases that there are already."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from vidensbro.hub.cli import console, installation
from vidensbro.hub.cli.commands.common import Json
from vidensbro.hub.cli.exits import FAILED
from vidensbro.hub.cli.help_page import App
from vidensbro.hub.cli.language import gettext as _

if TYPE_CHECKING:
    from vidensbro.hub.cli.releases import Outcome

STDIN = "-"


def add_to(app: App, heading: str) -> None:
    """Put the commands under `app`, below a heading of its help."""
    group = App(help=_("The newsroom: releases from files, mail that came back."))
    group.command(
        "bring-in", help=_("Make drafts of releases that there are already: HTML, DOCX, PDF or plain text.")
    )(bring_in)
    group.command("bounces", help=_("Take in mail that came back and complaints; pause those addresses."))(
        bounces
    )
    group.command(
        "lift", help=_("Let mail go to an address again that wanted none, when its reader has asked for it.")
    )(lift)
    app.add_typer(group, name="newsroom", rich_help_panel=heading)


def bring_in(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help=_("Files, one release in each."))],
    organisation: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME|ID",
            help=_("Who issues them, the first one first; else those whom the text itself names."),
        ),
    ] = None,
    look: Annotated[
        bool, typer.Option("--look", help=_("Only tell what is recognised; make no draft."))
    ] = False,
    json: Json = False,
) -> None:
    """Make a draft of each file, and print what to look at; a file that cannot be read keeps no other out."""
    installation.wake()
    from vidensbro.hub.cli import releases

    actor = installation.operator()
    issuers = releases.issuers_named(actor, organisation or ())
    found = releases.bring_in(actor, files, issuers, store=not look)
    if json:
        console.write_json([asdict(one) for one in found])
    else:
        for one in found:
            _show(one)
    if any(one.problems for one in found):
        raise typer.Exit(FAILED)


def _show(found: Outcome) -> None:
    console.say(f"{found.file}: {found.headline}" if found.headline else found.file, "title")
    for problem in found.problems:
        console.say(f"  {problem}", "bad")
    for note in found.notes:
        console.say(f"  {note}")
    if found.version:
        console.say("  " + _("Draft: {key}").format(key=found.version), "good")


def bounces(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE|-", help=_("One message or a mailbox (mbox); “-” reads standard input.")
        ),
    ],
    json: Json = False,
) -> None:
    """Act on each message of a file, and print how many told what. May be repeated with the same file."""
    installation.wake()
    from vidensbro.hub.newsroom.services import returning

    with _opened(file) as lines:
        found = returning.take_in(installation.operator(), lines)
    if json:
        console.write_json(dict(found))
        return
    for code, label in (
        ("hard", _("Cannot be delivered; the address is paused")),
        ("soft", _("Could not be delivered this time")),
        ("complaint", _("Marked as spam; the address is paused")),
        ("delayed", _("Still being tried")),
        ("known", _("Told before")),
        ("unknown", _("About mail that was not sent from here")),
        ("nothing", _("No report")),
    ):
        if code in found:
            console.say(f"{label}: {console.amount(found[code])}")
    if not found:
        console.note(_("There is no message in it."))


def lift(address: Annotated[str, typer.Argument(metavar="ADDRESS", help=_("The reader's address."))]) -> None:
    """Take an address off the suppression list, and say whether it was on it."""
    installation.wake()
    from vidensbro.hub.newsroom.services import subscribing

    if subscribing.lift(installation.operator(), address):
        console.say(_("Mail of the newsroom may go to this address again."), "good")
    else:
        console.note(_("Nothing kept mail of the newsroom from this address."))


@contextmanager
def _opened(file: str) -> Iterator[IO[bytes]]:
    if file == STDIN:
        yield sys.stdin.buffer
        return
    with open(file, "rb") as lines:
        yield lines
