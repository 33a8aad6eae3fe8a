"""`vidensbro import cordis` and the other public sources: records from files as they are published."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vidensbro.hub.cli import console, imports_run, indexing, installation
from vidensbro.hub.cli.commands.common import Json
from vidensbro.hub.cli.exits import DONE, NOTHING_READ, CommandError
from vidensbro.hub.cli.help_page import App
from vidensbro.hub.cli.language import gettext as _

if TYPE_CHECKING:
    from vidensbro.hub.imports.models import ImportRun

Files = Annotated[list[Path], typer.Argument(metavar="FILE…", help=_("Files, or folders of them."))]
Index = Annotated[bool, typer.Option("--index/--no-index", help=_("Put what is new into the index at once."))]


def add_to(group: App) -> None:
    """Put the commands under `import`."""
    group.command(
        "cordis",
        help=_("Projects, organisations and results of Horizon Europe and Horizon 2020 (zip, CSV, JSON)."),
    )(cordis)
    group.command(
        "eu-calls", help=_("Calls of the EU's Funding & Tenders portal (JSON), as offers of funding.")
    )(eu_calls)
    group.command("oai", help=_("Pages of OAI-PMH: Dublin Core, the Danish DDF-MXD, OpenAIRE CERIF (XML)."))(
        oai
    )
    group.command(
        "orcid",
        help=_("Public records of ORCID: people, where they are, and their works (JSON, XML, archive)."),
    )(orcid)
    group.command(
        "uniquip", help=_("Equipment and facilities in the UNIQUIP schema (CSV, Excel), as offers.")
    )(uniquip)
    group.command(
        "clinicaltrials",
        help=_("Clinical trials from ClinicalTrials.gov, version 2 (JSON, JSON lines, zip)."),
    )(clinicaltrials)
    group.command(
        "cvr", help=_("Danish companies from the company register (JSON); advertising protection is kept.")
    )(cvr)
    group.command(
        "structural-funds", help=_("Danish projects of the European structural funds (CSV as published).")
    )(structural_funds)


def cordis(files: Files, index: Index = True, json: Json = False) -> None:
    """Import records from files of this source."""
    bring_in("cordis", files, index, json)


def eu_calls(files: Files, index: Index = True, json: Json = False) -> None:
    """Import records from files of this source."""
    bring_in("eu_calls", files, index, json)


def oai(files: Files, index: Index = True, json: Json = False) -> None:
    """Import records from files of this source."""
    bring_in("oai", files, index, json)


def orcid(files: Files, index: Index = True, json: Json = False) -> None:
    """Import records from files of this source."""
    bring_in("orcid", files, index, json)


def uniquip(files: Files, index: Index = True, json: Json = False) -> None:
    """Import records from files of this source."""
    bring_in("uniquip", files, index, json)


def clinicaltrials(files: Files, index: Index = True, json: Json = False) -> None:
    """Import records from files of this source."""
    bring_in("clinicaltrials", files, index, json)


def cvr(files: Files, index: Index = True, json: Json = False) -> None:
    """Import records from files of this source."""
    bring_in("cvr", files, index, json)


def structural_funds(files: Files, index: Index = True, json: Json = False) -> None:
    """Import records from files of this source."""
    bring_in("structural_funds", files, index, json)


def bring_in(source: str, files: list[Path], index: bool, json: bool) -> None:
    """Import files of a source, and tell what came of it."""
    missing = [path for path in files if not path.exists()]
    if missing:
        names = ", ".join(str(path) for path in missing)
        raise CommandError(
            _("There is no file {names}.").format(names=names), _("Check the path."), NOTHING_READ
        )
    installation.wake()
    from vidensbro.hub.common.errors import Invalid

    try:
        done = imports_run.run(source, files)
    except Invalid as error:
        if "required" not in error.problems.get("paths", ()):
            raise
        names = ", ".join(str(path) for path in files)
        raise CommandError(
            _("There are no files in {names}.").format(names=names), _("Check the path."), NOTHING_READ
        ) from error
    finish(done, index, json)


def finish(done: ImportRun, index: bool, json: bool) -> None:
    """Tell what came of an import, put it into the index, and end with 3 if nothing could be read."""
    imports_run.tell_problems(done)
    if index:
        indexing.catch_up()
    if json:
        console.write_json(imports_run.as_row(done))
    else:
        console.say(imports_run.summary(done))
    read = done.records - int(done.counts.get("bad", 0))
    raise typer.Exit(DONE if read or (not done.records and _only_empty(done)) else NOTHING_READ)


def _only_empty(done: ImportRun) -> bool:
    """Files without records and without problems are nothing wrong."""
    return not int(done.counts.get("bad", 0)) and not int(done.counts.get("notices", 0))
