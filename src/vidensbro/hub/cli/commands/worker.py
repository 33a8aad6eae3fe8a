"""`vidensbro worker`: does what must follow a change (index updates, matches, mail)."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType
from typing import Annotated

import typer

from vidensbro.hub.cli import console, installation, presence
from vidensbro.hub.cli.commands.common import Json
from vidensbro.hub.cli.help_page import App
from vidensbro.hub.cli.language import gettext as _


def add_to(app: App, heading: str) -> None:
    """Put the command under `app`, below a heading of its help."""
    app.command(
        "worker",
        rich_help_panel=heading,
        help=_("Do what must follow a change: index updates, matches, mail. Runs until stopped."),
    )(work)


def work(
    revive: Annotated[bool, typer.Option("--revive", help=_("First try again what was given up."))] = False,
    once: Annotated[bool, typer.Option("--once", help=_("Do what is due now, then end."))] = False,
    with_parent: Annotated[bool, typer.Option("--with-parent", hidden=True)] = False,
    json: Json = False,
) -> None:
    """Work until SIGTERM or Ctrl-C; what is in hand is finished first."""
    installation.wake(log_level="INFO")
    if revive:
        _revive()
    if once:
        _work_once(json)
        return
    from vidensbro.hub.outbox.worker import work as keep_working

    stop = threading.Event()
    _stop_on_signals(stop)
    if with_parent:
        threading.Thread(target=_wait_for_parent, args=(stop,), daemon=True).start()
    with presence.present(presence.WORKER):
        keep_working(stop)


def _revive() -> None:
    from vidensbro.hub.outbox import services

    count = services.revive()
    console.note(_("{count} entries are tried again.").format(count=console.amount(count)))


def _work_once(json: bool) -> None:
    from vidensbro.hub.outbox.services import drain

    with presence.present(presence.WORKER):
        done = drain()
    if json:
        console.write_json({"done": done.done, "failed": done.failed, "died": done.died})
        return
    console.say(
        _("Done: {done}. To be tried again: {failed}. Given up: {died}.").format(
            done=done.done, failed=done.failed, died=done.died
        )
    )


def _stop_on_signals(stop: threading.Event) -> None:
    def ask(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)


def _wait_for_parent(stop: threading.Event) -> None:
    """Standard input is a pipe from the process that started us: it closes when that one dies, however it dies."""
    os.read(0, 1)
    stop.set()
