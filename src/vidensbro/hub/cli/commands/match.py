"""`vidensbro match`: a need in, explained matches out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vidensbro.hub.cli import console, indexing, installation, need_text
from vidensbro.hub.cli.commands.common import Json
from vidensbro.hub.cli.exits import WRONG_USE, CommandError
from vidensbro.hub.cli.help_page import App
from vidensbro.hub.cli.language import gettext as _
from vidensbro.hub.cli.wrong_use import one_of

if TYPE_CHECKING:
    from vidensbro.hub.accounts.actors import Actor
    from vidensbro.hub.matches.queries import ShownMatch
    from vidensbro.kit.matching.model import Filters, Need, Result

LIMIT = 5
VIEWERS = ("secretariat", "member", "visitor")
COUNTRY = re.compile(r"[A-Za-z]{2}")
Language = Annotated[
    str,
    typer.Option(
        "--language", metavar="da|en|…", help=_("Language of the need; found from the text by default.")
    ),
]
Viewer = Annotated[
    str,
    typer.Option("--as", metavar="|".join(VIEWERS), help=_("Whose eyes: what that role may see is found.")),
]


def add_to(app: App, heading: str) -> None:
    """Put the command under `app`, below a heading of its help."""
    app.command(
        "match",
        rich_help_panel=heading,
        help=_(
            "Describe a need in Danish or English; get the people, research, test sites, "
            "funding … that can help, each with the evidence."
        ),
    )(match)


def match(
    text: Annotated[str, typer.Argument(metavar="TEXT", help=_("The need, in your own words."))] = "",
    file: Annotated[
        str,
        typer.Option(
            "--file", "-f", metavar="PATH|-", help=_("Read the need from a file, or - for standard input.")
        ),
    ] = "",
    kind: Annotated[
        list[str] | None,
        typer.Option("--kind", "-k", help=_("Only this kind, such as person or test_site; may be repeated.")),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=1, max=100, help=_("How many of each kind."))
    ] = LIMIT,
    language: Language = "",
    field: Annotated[
        list[str] | None,
        typer.Option("--field", help=_("Only this field, such as medtech; may be repeated.")),
    ] = None,
    country: Annotated[
        list[str] | None,
        typer.Option("--country", metavar="DK", help=_("Only in this country; may be repeated.")),
    ] = None,
    viewer: Viewer = VIEWERS[0],
    full: Annotated[
        bool, typer.Option("--full", help=_("All of the evidence, and how each score adds up."))
    ] = False,
    json: Json = False,
) -> None:
    """Match a need; `--json` writes one list over all kinds, best first."""
    words = _read(text, file)
    installation.wake()
    from vidensbro.kit.matching.model import Filters, Need

    _check(language.lower(), tuple(field or ()), tuple(country or ()))
    need = Need(text=words, language=language.lower())
    filters = Filters(fields=tuple(field or ()), countries=tuple(one.upper() for one in country or ()))
    actor = _actor(viewer)
    indexing.catch_up()
    result = _ask(actor, need, filters, tuple(kind or ()), limit)
    from vidensbro.hub.matches.queries import shown

    found = shown(actor, result)
    if json:
        console.write_json(_as_list(found.matches, result))
        _advise(result)
        return
    from vidensbro.hub.cli.matches_view import show as show_matches

    show_matches(found, full=full)
    _advise(result)


def _read(text: str, file: str) -> str:
    if bool(text) == bool(file):
        raise CommandError(
            _("Give the need as text, or name a file with --file (- for standard input); one of the two."),
            'vidensbro match "Vi søger …"',
            WRONG_USE,
        )
    return need_text.from_file(file) if file else need_text.from_argument(text)


def _check(language: str, fields: tuple[str, ...], countries: tuple[str, ...]) -> None:
    from vidensbro.kit.text import Taxonomy
    from vidensbro.kit.text.language import SERVED

    if language:
        one_of("--language", language, SERVED)
    taxonomy = Taxonomy.bundled()
    unknown = [one for one in fields if one not in taxonomy]
    if unknown:
        raise CommandError(
            _("There is no field “{field}”.").format(field=", ".join(unknown)),
            _("The widest fields are: {fields}").format(
                fields=", ".join(concept.notation for concept in taxonomy.top())
            ),
            WRONG_USE,
        )
    for country in countries:
        if not COUNTRY.fullmatch(country):
            raise CommandError(
                _("“{given}” is no country code.").format(given=country),
                _("A country code has two letters, such as DK."),
                WRONG_USE,
            )


def _actor(viewer: str) -> Actor:
    from vidensbro.hub.accounts.actors import VISITOR, Actor
    from vidensbro.hub.accounts.models import Role

    one_of("--as", viewer, VIEWERS)
    if viewer == "visitor":
        return VISITOR
    if viewer == "member":
        return Actor(roles=frozenset({Role.MEMBER}), system="cli")
    return installation.operator()


def _ask(actor: Actor, need: Need, filters: Filters, kinds: tuple[str, ...], limit: int) -> Result:
    from vidensbro.hub.common.targets import sought_kinds
    from vidensbro.hub.matches.services import match as ask

    unknown = sorted(set(kinds) - set(sought_kinds()))
    if unknown:
        raise CommandError(
            _("Nothing is of the kind {kinds}.").format(kinds=", ".join(unknown)),
            _("The kinds are: {kinds}").format(kinds=", ".join(sought_kinds())),
            WRONG_USE,
        )
    return ask(actor, need, limit=limit, kinds=kinds, filters=filters)


def _as_list(rows: tuple[ShownMatch, ...], result: Result) -> list[dict[str, Any]]:
    """Every match as JSON, over all kinds, by score; equal scores in the order of kind and id."""
    from vidensbro.hub.matches.evidence import evidence_to_json

    languages = {(one.document.kind, one.document.id): one.document.language for one in result.matches}
    ranked = sorted(rows, key=lambda row: (-row.score, row.kind, row.id))
    return [
        {
            "kind": row.kind,
            "id": row.id,
            "title": row.title,
            "score": row.score,
            "language": languages[row.kind, row.id],
            "source_ids": _source_ids(row.target),
            "evidence": evidence_to_json(row.evidence),
        }
        for row in ranked
    ]


def _source_ids(row: Any) -> dict[str, str]:
    """How others call it: the source's identifier and the public ones (ORCID, DOI, ROR …)."""
    found = {row.source: row.source_id} if getattr(row, "source_id", "") else {}
    found |= {name: value for name in ("orcid", "doi") if (value := getattr(row, name, ""))}
    registers = getattr(row, "identifiers", None)
    return found | {one.scheme: one.value for one in registers.all()} if registers is not None else found


def _advise(result: Result) -> None:
    """What to change in the need, on standard error; where there is nothing to find, what to do about that."""
    from vidensbro.hub.matches import wording
    from vidensbro.hub.matches.engine import snapshot

    if not result.matches and not snapshot().statistics().documents:
        console.note(_("There is nothing to find here yet."), "warning")
        console.note(_("Bring something in: vidensbro import --help; or load an example: vidensbro run"))
        return
    for one in result.advice:
        console.note(wording.advice(one))
