"""`vidensbro newsroom`: what came back of the newsroom's mail."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Annotated

import typer

from vidensbro.hub.cli import console, installation
from vidensbro.hub.cli.commands.common import Json
from vidensbro.hub.cli.help_page import App
from vidensbro.hub.cli.language import gettext as _

STDIN = "-"


def add_to(app: App, heading: str) -> None:
    """Put the commands under `app`, below a heading of its help."""
    group = App(help=_("The newsroom: mail that came back."))
    group.command("bounces", help=_("Take in mail that came back and complaints; pause those addresses."))(
        bounces
    )
    app.add_typer(group, name="newsroom", rich_help_panel=heading)


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


@contextmanager
def _opened(file: str) -> Iterator[IO[bytes]]:
    if file == STDIN:
        yield sys.stdin.buffer
        return
    with open(file, "rb") as lines:
        yield lines
