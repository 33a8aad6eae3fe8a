"""`vidensbro import`: records from files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vidensbro.hub.cli import console, districts, imports_run, installation
from vidensbro.hub.cli.commands import importing_fetch, importing_public, importing_schedule, importing_undo
from vidensbro.hub.cli.commands.common import Json
from vidensbro.hub.cli.commands.importing_public import Files, Index
from vidensbro.hub.cli.exits import WRONG_USE, CommandError
from vidensbro.hub.cli.help_page import App
from vidensbro.hub.cli.imports_run import EXAMPLES
from vidensbro.hub.cli.language import gettext as _
from vidensbro.hub.cli.wrong_use import one_of

if TYPE_CHECKING:
    from vidensbro.hub.imports.models import ImportRun

KINDS = "organisations|people|works|offers|needs|releases"


def add_to(app: App, heading: str) -> None:
    """Put the commands under `app`, below a heading of its help."""
    group = App(help=_("Bring records in from files. Importing the same twice changes nothing."))
    group.command(
        "ror", help=_("Organisations from the Research Organization Registry (JSON, JSON lines; v1, v2).")
    )(ror)
    group.command(
        "openalex",
        help=_(
            "Works, authors, institutions and topics from OpenAlex (JSON lines, or a folder of its snapshot)."
        ),
    )(openalex)
    importing_public.add_to(group)
    group.command("plain", help=_("Your own lists: CSV, Excel or YAML after the templates."))(plain)
    group.command("district", help=_("An example district, or a folder made like one."))(district)
    group.command(
        "lexicon", help=_("A Danish-English dictionary (FreeDict TEI, WordNet tab file, two columns).")
    )(lexicon)
    group.command("template", help=_("Print the template of a plain list: {kinds}.").format(kinds=KINDS))(
        template
    )
    importing_fetch.add_to(group)
    importing_schedule.add_to(group)
    importing_undo.add_to(group)
    group.command("status", help=_("The latest imports, and what was wrong in them."))(status)
    group.command("resume", help=_("Go on with an import that was cut short."))(resume)
    app.add_typer(group, name="import", rich_help_panel=heading)


def ror(files: Files, index: Index = True, json: Json = False) -> None:
    """Import organisations from ROR."""
    importing_public.bring_in("ror", files, index, json)


def openalex(files: Files, index: Index = True, json: Json = False) -> None:
    """Import works, authors, institutions and topics from OpenAlex."""
    importing_public.bring_in("openalex", files, index, json)


def plain(files: Files, index: Index = True, json: Json = False) -> None:
    """Import one's own lists."""
    importing_public.bring_in("plain", files, index, json)


def district(
    name: Annotated[str, typer.Argument(metavar="NAME|DIR", help=_("An example by name, or a folder."))],
    index: Index = True,
    json: Json = False,
) -> None:
    """Import every file of a district."""
    paths = districts.files_of(name)
    installation.wake()
    importing_public.finish(imports_run.run("plain", paths), index, json)


def resume(
    run: Annotated[str, typer.Argument(metavar="RUN", help=_("The import, as “import status” names it."))],
    index: Index = True,
    json: Json = False,
) -> None:
    """Go on where an import stopped."""
    installation.wake()
    importing_public.finish(imports_run.resume(imports_run.whole_id(run)), index, json)


def status(
    run: Annotated[
        str, typer.Argument(metavar="RUN", help=_("One import in full, with what was wrong in it."))
    ] = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help=_("How many imports."))] = 10,
    json: Json = False,
) -> None:
    """List imports, the latest first."""
    installation.wake()
    from vidensbro.hub.imports.queries import run_of, runs

    actor = installation.operator()
    if run:
        _show_one(run_of(actor, imports_run.whole_id(run)), json)
        return
    found = list(runs(actor)[:limit])
    if json:
        console.write_json([imports_run.as_row(one) for one in found])
        return
    if not found:
        console.say(_("Nothing has been imported yet."))
        return
    table = console.plain_table("", _("Started"), _("Source"), _("State"), _("Records"), "", numbers=(4,))
    for one in found:
        started = f"{one.started:%Y-%m-%d %H:%M}"
        what = imports_run.summary(one)
        state = str(one.get_state_display())
        table.add_row(str(one.pk)[-12:], started, one.source, state, console.amount(one.records), what)
    console.out().print(table)


def template(
    kind: Annotated[str, typer.Argument(metavar=KINDS, help=_("Of which kind the list is."))],
) -> None:
    """Print a CSV template with one example row, for a spreadsheet."""
    from vidensbro.kit.sources import template as make

    if kind not in KINDS.split("|"):
        raise CommandError(
            _("There is no template “{kind}”.").format(kind=kind), KINDS.replace("|", ", "), WRONG_USE
        )
    typer.echo(make(kind), nl=False)


def lexicon(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE…", help=_("A dictionary; or an English and a Danish wordnet, in that order.")
        ),
    ],
    name: Annotated[
        str, typer.Option("--name", help=_("What it is called here; as the file by default."))
    ] = "",
    licence: Annotated[str, typer.Option("--licence", help=_("Its licence, which is kept with it."))] = "",
    headwords: Annotated[
        str, typer.Option("--headwords", metavar="da|en", help=_("Language of its headwords."))
    ] = "da",
    json: Json = False,
) -> None:
    """Turn an open dictionary into a word list that matching uses beside its own glossary."""
    one_of("--headwords", headwords, ("da", "en"))
    installation.wake()
    from vidensbro.hub.common.environment import data_folder
    from vidensbro.kit.text.lexica import import_lexicon

    report = import_lexicon(files, data_folder() / "lexica", name, licence, headwords)
    if json:
        console.write_json({"file": str(report.path), "entries": report.entries, "skipped": report.skipped})
        return
    told = _("{entries} entries read, {skipped} lines passed over: {path}")
    console.say(
        told.format(
            entries=console.amount(report.entries), skipped=console.amount(report.skipped), path=report.path
        )
    )
    for one in report.problems[:EXAMPLES]:
        console.note(f"    {one.file}:{one.line} {one.reason}")
    console.note(
        _("Needs use it from the next start of the site; “vidensbro index build” uses it for documents too.")
    )


def _show_one(one: ImportRun, json: bool) -> None:
    from vidensbro.hub.imports.queries import problem_counts

    if json:
        counted = dict(problem_counts(installation.operator(), one.pk))
        console.write_json(imports_run.as_row(one) | {"problems": counted})
        return
    console.say(f"{one.source}  {one.started:%Y-%m-%d %H:%M}  {one.get_state_display()}", "title")
    for file in one.files:
        console.say(f"  {file['path']}", "quiet")
    console.say(imports_run.summary(one))
    if one.error:
        console.say(one.error, "bad")
    imports_run.tell_problems(one)
    if one.state != "done":
        console.note(_("Go on with it: vidensbro import resume {id}").format(id=one.pk))
