"""`vidensbro import schedule`: sources that are fetched and imported again and again."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vidensbro.hub.cli import console, installation
from vidensbro.hub.cli.commands.common import Json
from vidensbro.hub.cli.commands.importing_fetch import (
    Address,
    Country,
    Cvr,
    Entity,
    Format,
    Industry,
    Institution,
    Municipality,
    Orcid,
    Ror,
    Set,
    Since,
    Snapshot,
    Source,
    TopicId,
    Years,
    wished,
)
from vidensbro.hub.cli.exits import DONE, FAILED, WRONG_USE, CommandError
from vidensbro.hub.cli.help_page import App
from vidensbro.hub.cli.language import gettext as _

if TYPE_CHECKING:
    from vidensbro.hub.imports.models import ImportSchedule

Named = Annotated[str, typer.Argument(metavar="SCHEDULE", help=_("As “import schedule list” names it."))]
RHYTHMS = {"hourly": 1, "daily": 24, "weekly": 168, "monthly": 730}


def add_to(group: App) -> None:
    """Put the commands under `import`."""
    own = App(help=_("Sources that the worker fetches and imports again and again."))
    own.command("list", help=_("What is scheduled, when it is due, and how it went last."))(show)
    own.command("add", help=_("Have a source fetched and imported again and again."))(add)
    own.command("remove", help=_("Have it no more."))(remove)
    own.command("pause", help=_("Let it rest until it is told to go on."))(pause)
    own.command("go-on", help=_("Let one that is paused come round again."))(go_on)
    own.command("run-due", help=_("Do now what is due, then end; the worker does it by itself."))(run_due)
    group.add_typer(own, name="schedule")


def add(
    source: Source,
    every: Annotated[
        str, typer.Option("--every", metavar="hourly|daily|weekly|monthly|HOURS", help=_("How often."))
    ] = "daily",
    address: Address = None,
    entity: Entity = "",
    country: Country = "",
    institution: Institution = None,
    topic: TopicId = None,
    years: Years = "",
    since: Since = "",
    format: Format = "",
    set: Set = "",
    ror: Ror = None,
    orcid: Orcid = None,
    industry: Industry = None,
    municipality: Municipality = None,
    cvr: Cvr = None,
    snapshot: Snapshot = False,
    json: Json = False,
) -> None:
    """Add a schedule; the first time is as soon as a worker looks."""
    hours = RHYTHMS.get(every) or (int(every) if every.isdecimal() else 0)
    if not hours:
        raise CommandError(
            _("“{given}” is none of {values}.").format(given=every, values=", ".join(RHYTHMS)), code=WRONG_USE
        )
    installation.wake()
    from vidensbro.hub.imports.services import add_schedule

    given = {
        "address": address,
        "entity": entity,
        "country": country.upper(),
        "institution": institution,
        "topic": topic,
        "years": years,
        "since": since,
        "format": format,
        "set": set,
        "ror": ror,
        "orcid": orcid,
        "industry": industry,
        "municipality": municipality,
        "cvr": cvr,
        "snapshot": snapshot,
    }
    row = add_schedule(installation.operator(), source.replace("-", "_"), wished(given), hours)
    _tell([row], json)


def show(json: Json = False) -> None:
    """List the schedules."""
    installation.wake()
    from vidensbro.hub.imports.queries import schedules

    rows = list(schedules(installation.operator()))
    if not rows and not json:
        console.say(_("Nothing is scheduled."))
        return
    _tell(rows, json)


def remove(schedule: Named) -> None:
    """Remove a schedule."""
    row = _named(schedule)
    from vidensbro.hub.imports.services import remove_schedule

    remove_schedule(installation.operator(), row)
    console.say(_("Removed."))


def pause(schedule: Named) -> None:
    """Let a schedule rest."""
    row = _named(schedule)
    from vidensbro.hub.imports.services import pause_schedule

    pause_schedule(installation.operator(), row)
    console.say(_("Paused."))


def go_on(schedule: Named) -> None:
    """Let a schedule go on."""
    row = _named(schedule)
    from vidensbro.hub.imports.services import pause_schedule

    pause_schedule(installation.operator(), row, paused=False)
    console.say(_("It goes on."))


def _named(schedule: str) -> uuid.UUID:
    """The schedule whose key ends so. Raises NotFound."""
    installation.wake()
    from vidensbro.hub.common.errors import NotFound
    from vidensbro.hub.imports.queries import schedules

    found = [row.pk for row in schedules(installation.operator()) if str(row.pk).endswith(schedule)]
    if len(found) != 1:
        raise NotFound(_("schedule"), schedule)
    return found[0]


def run_due(json: Json = False) -> None:
    """Do what is due. Ends with 1 if any of it failed."""
    installation.wake()
    from vidensbro.hub.imports.services import run_due as do

    done = do(installation.operator())
    if not done and not json:
        console.say(_("Nothing is due."))
        return
    _tell(done, json)
    raise typer.Exit(FAILED if any(row.error for row in done) else DONE)


def _tell(rows: list[ImportSchedule], json: bool) -> None:
    if json:
        console.write_json([_as_row(row) for row in rows])
        return
    table = console.plain_table(
        "", _("Source"), _("Every"), _("Limits"), _("Due"), _("Last"), "", numbers=(2,)
    )
    for row in rows:
        limits = ", ".join(f"{name} {_short(value)}" for name, value in row.wish.items())
        last = f"{row.last_end:%Y-%m-%d %H:%M}" if row.last_end else ""
        hours = _("{hours} h").format(hours=row.hours)
        due = _("paused") if row.paused else f"{row.next_run:%Y-%m-%d %H:%M}"
        table.add_row(str(row.pk)[-12:], row.source, hours, limits, due, last, row.error[:200])
    console.out().print(table)


def _short(value: Any) -> str:
    return " ".join(value) if isinstance(value, list) else str(value)


def _as_row(row: ImportSchedule) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "source": row.source,
        "limits": row.wish,
        "hours": row.hours,
        "paused": row.paused,
        "next_run": row.next_run.isoformat(timespec="seconds"),
        "last_end": row.last_end.isoformat(timespec="seconds") if row.last_end else None,
        "last_run": str(row.last_run_id) if row.last_run_id else None,
        "failures": row.failures,
        "error": row.error,
    }
