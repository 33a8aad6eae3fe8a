"""`vidensbro import fetch`: from a public source into the data folder, and from there in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from vidensbro.hub.cli import console, imports_run, indexing, installation
from vidensbro.hub.cli.commands.common import Json
from vidensbro.hub.cli.help_page import App
from vidensbro.hub.cli.language import gettext as _

if TYPE_CHECKING:
    from vidensbro.hub.imports.wishes import Wish

SOURCES = "ror|openalex|cordis|eu-calls|oai|orcid|uniquip|clinicaltrials|cvr|structural-funds"
Source = Annotated[
    str, typer.Argument(metavar=SOURCES, help=_("The source; docs/use/sources tells of each."))
]
Address = Annotated[
    list[str] | None,
    typer.Option("--address", metavar="URL", help=_("A repository, a home page or a file; may be repeated.")),
]
Entity = Annotated[
    str,
    typer.Option(
        "--entity",
        metavar="works|authors|institutions|topics",
        help=_("Which records of OpenAlex; works by default."),
    ),
]
Country = Annotated[str, typer.Option("--country", metavar="DK", help=_("Only this country."))]
Institution = Annotated[
    list[str] | None,
    typer.Option(
        "--institution", metavar="ID", help=_("Only this institution of OpenAlex; may be repeated.")
    ),
]
TopicId = Annotated[
    list[str] | None,
    typer.Option("--topic", metavar="ID", help=_("Only this topic of OpenAlex; may be repeated.")),
]
Years = Annotated[str, typer.Option("--years", metavar="2020-2026", help=_("Only works of these years."))]
Since = Annotated[
    str,
    typer.Option(
        "--since",
        metavar="DAY|last",
        help=_("Only what has changed since a day, or since the last import with the same limits."),
    ),
]
Format = Annotated[
    str, typer.Option("--format", metavar="PREFIX", help=_("Format of a repository, oai_dc by default."))
]
Set = Annotated[str, typer.Option("--set", help=_("Only this set of a repository."))]
Ror = Annotated[
    list[str] | None,
    typer.Option(
        "--ror", metavar="ID", help=_("People of ORCID who name this organisation; may be repeated.")
    ),
]
Orcid = Annotated[
    list[str] | None,
    typer.Option("--orcid", metavar="ID", help=_("This person of ORCID; may be repeated.")),
]
Industry = Annotated[
    list[str] | None,
    typer.Option(
        "--industry",
        metavar="CODE",
        help=_("Only companies of CVR in this main industry, or one that begins so; may be repeated."),
    ),
]
Municipality = Annotated[
    list[str] | None,
    typer.Option(
        "--municipality",
        metavar="CODE",
        help=_("Only companies of CVR in this municipality; may be repeated."),
    ),
]
Cvr = Annotated[
    list[str] | None,
    typer.Option("--cvr", metavar="NUMBER", help=_("This company of CVR; may be repeated.")),
]
Snapshot = Annotated[bool, typer.Option("--snapshot", help=_("OpenAlex from its files, not its API."))]


def add_to(group: App) -> None:
    """Put the command under `import`."""
    group.command("fetch", help=_("Fetch from a public source into the data folder, then import it."))(fetch)


def fetch(
    source: Source,
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
    only: Annotated[bool, typer.Option("--only", help=_("Fetch, and leave it at that."))] = False,
    index: Annotated[
        bool, typer.Option("--index/--no-index", help=_("Put what is new into the index at once."))
    ] = True,
    json: Json = False,
) -> None:
    """Fetch and import; what was fetched before a break is not fetched again."""
    installation.wake()
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
    code = source.replace("-", "_")
    if only:
        _fetch_only(code, wished(given), json)
        return
    done = imports_run.fetch(code, wished(given))
    if done is None:
        console.say(_("The source has nothing for this."))
        return
    imports_run.tell_problems(done)
    if index:
        indexing.catch_up()
    if json:
        console.write_json(imports_run.as_row(done))
    else:
        console.say(imports_run.summary(done))


def wished(given: dict[str, Any]) -> Wish:
    """The limits that were given on a line."""
    from vidensbro.hub.imports.wishes import wish_of

    return wish_of({name: value for name, value in given.items() if value})


def _fetch_only(source: str, wish: Wish, json: bool) -> None:
    from vidensbro.hub.imports.services import fetch as fetch_files

    actor = installation.operator()
    files = imports_run.fetching(lambda told: fetch_files(actor, source, wish, told))
    if json:
        console.write_json([str(path) for path in files])
        return
    for path in files:
        console.say(str(path))
