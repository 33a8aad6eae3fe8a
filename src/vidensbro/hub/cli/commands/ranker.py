"""`vidensbro ranker`: what was learned from introductions, and learning it anew."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from vidensbro.hub.cli import console, installation
from vidensbro.hub.cli.commands.common import Json
from vidensbro.hub.cli.help_page import App
from vidensbro.hub.cli.language import gettext as _

if TYPE_CHECKING:
    from vidensbro.hub.matches.ranker import Report


def add_to(app: App, heading: str) -> None:
    """Put the commands under `app`, below a heading of its help."""
    group = App(help=_("What is learned from introductions about the order of answers."))
    group.command("train", help=_("Learn anew, and use it only where it is better than the default."))(train)
    group.command("show", help=_("What was learned, how it did, and whether it is used."))(show)
    app.add_typer(group, name="ranker", rich_help_panel=heading)


def train(json: Json = False) -> None:
    """Learn anew; open needs are answered anew by the worker if that changes their order."""
    installation.wake()
    from vidensbro.hub.matches.training import train as learn

    _tell(learn(installation.operator()), json=json)


def show(json: Json = False) -> None:
    """Print what was learned the last time."""
    installation.wake()
    from vidensbro.hub.matches.ranker import report

    _tell(report(), json=json)


def _tell(found: Report, *, json: bool) -> None:
    from vidensbro.hub.matches.ranker_words import ranker_view

    if json:
        console.write_json(_as_json(found))
        return
    view = ranker_view(found, inside=True)
    console.say(view.why)
    if not view.weights:
        return
    console.say(view.tried)
    console.say(_("Learned on {day}.").format(day=view.day), "quiet")
    table = console.plain_table(_("Part of a score"), _("Weight"), numbers=(1,))
    for weight in view.weights:
        table.add_row(weight.label, weight.number)
    console.out().print(table)


def _as_json(found: Report) -> dict[str, Any]:
    row = found.learned
    told: dict[str, Any] = {"used": found.used, "why": found.why, "learned": None}
    if row is not None:
        from vidensbro.hub.matches.ranker import comparison

        told["learned"] = {
            "trained": row.trained.isoformat(),
            "engine": row.scored_by,
            "needs": row.needs,
            "weights": row.weights,
            "comparison": asdict(comparison(row)),
        }
    return told
