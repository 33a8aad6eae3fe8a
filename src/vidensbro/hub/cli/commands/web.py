"""`vidensbro web`: the web server alone, one of several that serve the same site."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from vidensbro.hub.cli import installation, static_files
from vidensbro.hub.cli.exits import WRONG_USE, CommandError
from vidensbro.hub.cli.help_page import App
from vidensbro.hub.cli.language import gettext as _

SERVING: Final = "vidensbro.hub.config.serving"


def add_to(app: App, heading: str) -> None:
    """Put the command under `app`, below a heading of its help."""
    app.command(
        "web",
        rich_help_panel=heading,
        help=_("The web server alone, for several of them side by side; “vidensbro worker” does the rest."),
    )(web)


def web(
    bind: Annotated[
        list[str] | None,
        typer.Option(
            "--bind",
            metavar="HOST:PORT|unix:PATH",
            help=_("Where to listen; without it on sockets that systemd hands over."),
        ),
    ] = None,
    workers: Annotated[
        int,
        typer.Option(
            "--workers",
            min=1,
            max=64,
            envvar="VIDENSBRO_WEB_WORKERS",
            help=_("Processes that answer requests."),
        ),
    ] = 2,
    threads: Annotated[
        int,
        typer.Option(
            "--threads", min=1, max=64, envvar="VIDENSBRO_WEB_THREADS", help=_("Threads of each process.")
        ),
    ] = 4,
    drain: Annotated[
        float,
        typer.Option(
            "--drain",
            min=0,
            max=300,
            envvar="VIDENSBRO_WEB_DRAIN",
            help=_("Seconds in which it still answers after SIGTERM, while /readyz says that it stops."),
        ),
    ] = 0,
) -> None:
    """Make the data folder ready, then become the web server."""
    if not bind and not os.environ.get("LISTEN_FDS"):
        raise CommandError(
            _("There is nowhere to listen."),
            _("Name an address with --bind, such as --bind 127.0.0.1:8001."),
            WRONG_USE,
        )
    os.environ.setdefault("VIDENSBRO_LOG_LEVEL", "INFO")
    installation.wake()
    _collect()
    line = [sys.executable, "-m", SERVING, f"--workers={workers}", f"--threads={threads}", f"--drain={drain}"]
    sys.stdout.flush()
    # The same process goes on: systemd hands its sockets to this one, and waits for this one.
    os.execv(sys.executable, [*line, *(f"--bind={one}" for one in bind or ())])


def _collect() -> None:
    """Collect static files where a folder for them is set; without one they come straight from the program."""
    if folder := os.environ.get("VIDENSBRO_STATIC_ROOT"):
        static_files.collect(Path(folder))
