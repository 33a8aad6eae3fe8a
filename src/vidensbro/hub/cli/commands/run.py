"""`vidensbro run`: the whole installation on this machine."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from vidensbro.hub.cli import children, console, districts, site
from vidensbro.hub.cli.exits import DONE, FAILED
from vidensbro.hub.cli.help_page import App
from vidensbro.hub.cli.language import gettext as _
from vidensbro.hub.common.environment import data_folder


def add_to(app: App, heading: str) -> None:
    """Put the command under `app`, below a heading of its help."""
    app.command(
        "run",
        rich_help_panel=heading,
        help=_("Start the site and its worker here; an empty installation gets an example first."),
    )(run)


def run(
    district: Annotated[
        str,
        typer.Option(
            "--district",
            metavar="NAME|DIR|none",
            help=_("Example for an empty installation; none for an empty site."),
        ),
    ] = districts.DEFAULT,
    host: Annotated[
        str, typer.Option("--host", help=_("Address to listen on; 0.0.0.0 for every one."))
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help=_("Port; 0 takes a free one."))
    ] = 8000,
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
    check: Annotated[
        bool,
        typer.Option(
            "--check", help=_("Start on a free port, ask one need over HTTP, tell in one line, end.")
        ),
    ] = False,
) -> None:
    """Run until Ctrl-C or SIGTERM."""
    if check:
        raise typer.Exit(_check(district, workers, threads))
    with site.open_socket(host, port) as listener:
        address = site.settle(listener, host)
        site.make_ready(district)
        stop = _Stop()
        with site.running(listener, workers, threads) as both:
            site.wait_until_ready(site.local_address(listener), both)
            _greet(address)
            children.keep(both, lambda: stop.asked)
            console.note(_("Stopping."))
    console.note(_("Stopped."))


class _Stop:
    """Remembers that Ctrl-C or SIGTERM came; a second one ends at once."""

    def __init__(self) -> None:
        self.asked = False
        signal.signal(signal.SIGINT, self._ask)
        signal.signal(signal.SIGTERM, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            raise SystemExit(128 + number)
        self.asked = True


def _greet(address: str) -> None:
    out = console.out()
    out.print()
    out.print(f"  [bold]Vidensbro[/]  [bridge]{address}[/]")
    out.print(f"  [quiet]{_('Data: {folder}').format(folder=data_folder())}[/]")
    if not _anybody_signs_in():
        out.print(f"  [quiet]{_('An administrator: vidensbro users add EMAIL --role administrator')}[/]")
    out.print(f"  [quiet]{_('Ctrl-C stops it.')}[/]")
    out.print()


def _anybody_signs_in() -> bool:
    from vidensbro.hub.accounts.queries import users
    from vidensbro.hub.cli.installation import operator

    return users(operator()).exists()


def _check(district: str, workers: int, threads: int) -> int:
    """The whole way once, in a temporary data folder unless VIDENSBRO_DATA names one."""
    if os.environ.get("VIDENSBRO_DATA"):
        return _check_here(district, workers, threads)
    with tempfile.TemporaryDirectory(prefix="vidensbro-check-") as folder:
        os.environ["VIDENSBRO_DATA"] = str(Path(folder).resolve())
        return _check_here(district, workers, threads)


def _check_here(district: str, workers: int, threads: int) -> int:
    from vidensbro.hub.cli.trial import ask

    began = time.monotonic()
    with site.open_socket("127.0.0.1", 0) as listener:
        # The trial comes by plain HTTP from this machine, whatever public address is set.
        os.environ["VIDENSBRO_BASE_URL"] = site.local_address(listener)
        os.environ.pop("VIDENSBRO_HOSTS", None)
        site.settle(listener, "127.0.0.1")
        site.make_ready(district)
        with site.running(listener, workers, threads) as both:
            address = site.local_address(listener)
            site.wait_until_ready(address, both)
            verdict = ask(address)
    seconds = f"{time.monotonic() - began:.0f} s"
    console.say(
        f"{_('OK') if verdict.good else _('FAILED')}: {verdict.sentence} ({seconds})",
        "good" if verdict.good else "bad",
    )
    return DONE if verdict.good else FAILED
