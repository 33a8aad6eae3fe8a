"""`vidensbro index`: how the index stands, building it, and comparing it with the database."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from vidensbro.hub.cli import console, indexing, installation
from vidensbro.hub.cli.commands.common import Json
from vidensbro.hub.cli.exits import DONE, FAILED
from vidensbro.hub.cli.help_page import App
from vidensbro.hub.cli.language import gettext as _

if TYPE_CHECKING:
    from vidensbro.hub.matches.indexing import IndexStatus, Verification

MOST_WORKERS = 256

NAMED = 10
"""How many documents that differ are named."""


def add_to(app: App, heading: str) -> None:
    """Put the commands under `app`, below a heading of its help."""
    group = App(help=_("The index: a projection of the database that can always be built anew."))
    group.command("status", help=_("What is in it, and what waits to be put in."))(status)
    group.command("build", help=_("Build it anew beside the old one, then swap."))(build)
    group.command("verify", help=_("Compare every document with the database."))(verify)
    app.add_typer(group, name="index", rich_help_panel=heading)


def status(json: Json = False) -> None:
    """Print how the index stands; exit code 1 if it is out of step."""
    installation.wake()
    from vidensbro.hub.matches.indexing import index_status

    found = index_status()
    if json:
        console.write_json(asdict(found) | {"in_step": found.in_step})
    else:
        _show(found)
    raise typer.Exit(DONE if found.in_step else FAILED)


def build(
    first_stage: Annotated[
        bool,
        typer.Option(
            "--first-stage",
            help=_(
                "Take the quick model distilled from the bundled one; build again later with the one that is set."
            ),
        ),
    ] = False,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            metavar="NUMBER",
            min=1,
            max=MOST_WORKERS,
            show_default=False,
            help=_("On a search cluster: read texts and fill it with so many processes of this machine."),
        ),
    ] = None,
    scheduler: Annotated[
        str,
        typer.Option(
            "--scheduler",
            metavar="ADDRESS",
            help=_(
                "On a search cluster: fill it with the workers of a dask scheduler, such as tcp://host:8786."
            ),
        ),
    ] = "",
    json: Json = False,
) -> None:
    """Build the index from the database; searches go on meanwhile on the old one."""
    installation.wake()
    version = indexing.build(first_stage=first_stage, processes=workers or 0, scheduler=scheduler)
    if json:
        console.write_json({"version": version})
        return
    console.say(_("The index is built: {version}").format(version=version))


def verify(
    repair: Annotated[bool, typer.Option("--repair", help=_("Have what differs put right."))] = False,
    json: Json = False,
) -> None:
    """Compare; exit code 1 if anything differs and was not put right."""
    installation.wake()
    from vidensbro.hub.matches.indexing import index_verify

    with console.steps(_("Comparing"), _("documents")) as progress:
        found = index_verify(progress, repair=repair)
    mended = found.agrees or (repair and indexing.catch_up())
    if json:
        console.write_json(asdict(found) | {"agrees": found.agrees, "repaired": repair and mended})
    else:
        _tell(found, mended)
    raise typer.Exit(DONE if mended else FAILED)


def _show(found: IndexStatus) -> None:
    from vidensbro.hub.common.targets import targets

    table = console.plain_table(_("Kind"), _("in the index"), _("in the database"), numbers=(1, 2))
    for kind, counted in found.kinds.items():
        if not counted.indexed and not counted.expected:
            continue
        label = str(targets()[kind].plural) if kind in targets() else kind
        style = "" if counted.indexed == counted.expected else "warning"
        table.add_row(label, console.amount(counted.indexed), console.amount(counted.expected), style=style)
    console.out().print(table)
    console.out().print()
    facts = console.plain_table("", "")
    facts.show_header = False
    facts.add_row(_("Documents"), console.amount(found.documents))
    facts.add_row(_("On disk"), f"{found.bytes_on_disk / 1e6:.1f} MB")
    if found.documents:
        facts.add_row(_("Embedder"), found.embedder or _("none: words only"))
    facts.add_row(_("Version"), found.version)
    facts.add_row(_("Waiting"), console.amount(found.waiting))
    if found.dead:
        facts.add_row(_("Given up"), console.amount(found.dead))
    console.out().print(facts)
    if not found.in_step:
        console.note(
            _("The index is not in step. A running worker puts that right; so does “vidensbro index build”.")
        )


def _tell(found: Verification, mended: bool) -> None:
    compared = console.amount(found.compared)
    if found.agrees:
        console.say(_("All {count} documents agree.").format(count=compared))
        return
    for label, keys in (
        (_("Not in the index"), found.missing),
        (_("Different in the index"), found.stale),
        (_("Only in the index"), found.superfluous),
    ):
        if keys:
            console.say(f"{label}: {console.amount(len(keys))}")
            for key in keys[:NAMED]:
                console.say(f"  {key}", "quiet")
    if mended:
        console.say(_("They have been put right."))
    else:
        console.note(_("“vidensbro index verify --repair” puts it right."))
