"""Matches in a terminal: grouped by kind, each with its reasons. The words are those of the pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rich.console import Group as Lines
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from vidensbro.hub.cli import console
from vidensbro.hub.cli.language import gettext as _
from vidensbro.hub.matches import presenters
from vidensbro.hub.matches.queries import Shown

BAR: Final = 10
LONGEST_QUOTE: Final = 400
SHORT_QUOTE: Final = 220
LONGEST_TITLE: Final = 78
SHORT_SUPPORTING: Final = 2
ROOMY: Final = 100
"""Columns from which on the text keeps clear of the scores at the right."""


def show(found: Shown, *, full: bool) -> None:
    """Print the matches on standard output, the kind with the best answer first.

    What the pages fold away (weak ones, and all but the first few of a kind) is named on one line each, unless
    `full` asks for all the evidence.
    """
    out = console.out()
    edge = BAR + 5 if out.width >= ROOMY else 0
    for group in presenters.groups(found.matches, found.rows):
        out.print()
        out.print(Rule(Text(group.label, style="bold"), align="left", style="quiet"))
        for place, view in enumerate(group.first, 1):
            out.print(_match(place, view, full, edge))
        if group.further and group.first and not full:
            out.print()
        for place, view in enumerate(group.further, 1 + len(group.first)):
            out.print(_match(place, view, full, edge) if full else _head(place, view, folded=True))
    if found.matches:
        out.print()


def _match(place: int, view: presenters.MatchView, full: bool, edge: int) -> Lines:
    lines = [Padding(line, (0, edge, 0, 4)) for line in _body(view, full)]
    sums = [Padding(_sums(view), (1, edge, 0, 4))] if full and view.sums else []
    return Lines(Text(""), _head(place, view), *lines, *sums)


def _head(place: int, view: presenters.MatchView, *, folded: bool = False) -> Table:
    """Rank, title and score on one line; of what is `folded` a few facts too, cut where the line ends."""
    head = Table.grid(expand=True, padding=(0, 1, 0, 0))
    head.add_column(width=3, justify="right")
    head.add_column(ratio=1, no_wrap=folded, overflow="ellipsis" if folded else "fold")
    head.add_column(width=BAR + 4, justify="right", no_wrap=True)
    title = Text(view.card.title, style="bold")
    for first, last in view.heading.marks:
        title.stylize("mark", first, last)
    if folded:
        title = Text.assemble(view.card.title, ("".join(f"  ·  {fact}" for fact in _facts(view.card)), "dim"))
    head.add_row(Text(str(place), style="quiet"), title, _score(view.percent))
    return head


def _facts(card: presenters.Card) -> list[str]:
    return [*card.facts, _("invented example")] if card.example else list(card.facts)


def _score(percent: int) -> Text:
    full = max(0, min(BAR, round(percent * BAR / 100)))
    text = Text("━" * full, style="score")
    return text.append("━" * (BAR - full), style="dim").append(f" {percent:3d}", style="bold")


def _body(view: presenters.MatchView, full: bool) -> Iterable[Text]:
    if facts := _facts(view.card):
        yield Text("  ·  ".join(facts), style="dim")
    if view.reasons:
        yield Text(" ".join(view.reasons))
    for one in view.quotes if full else view.quotes[:1]:
        yield _quote(one, LONGEST_QUOTE if full else SHORT_QUOTE)
    if view.pairs:
        yield _pairs(view.pairs)
    quoted = {one.source.key for one in (view.quotes if full else view.quotes[:1]) if one.source}
    others = [card.title for card in view.supporting if card.key not in quoted and card.key != view.card.key]
    for title in others if full else others[:SHORT_SUPPORTING]:
        yield Text("+ " + _shortened(title), style="dim")
    if not full and len(others) > SHORT_SUPPORTING:
        yield Text(_("+ {count} more").format(count=len(others) - SHORT_SUPPORTING), style="dim")
    for sentence in view.against:
        yield Text("– " + sentence, style="warning")


def _sums(view: presenters.MatchView) -> Table:
    """How the score adds up, in hundredths."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right")
    table.add_column()
    for one in view.sums:
        table.add_row(Text(one.points, style="score"), Text(_shortened(one.label), style="dim"))
    table.add_row(Text(view.points, style="bold"), Text(_("Together, of 100"), style="bold"))
    return table


def _quote(quote: presenters.Quote, longest: int) -> Text:
    """The quotation with the matched words marked, cut around them where it is long."""
    start, end = _window(quote, longest)
    # Marks count characters, so that line breaks may become spaces but none may go.
    marked = Text("".join(" " if letter.isspace() else letter for letter in quote.text))
    for first, last in quote.marks:
        marked.stylize("mark", first, last)
    before, after = "…" if start else "", "…" if end < len(quote.text) else ""
    line = Text("“" + before).append_text(marked[start:end]).append(after + "”")
    if quote.source is not None:
        line.append(f" — {_shortened(quote.source.title)}", style="dim italic")
    return line


def _shortened(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else title[:LONGEST_TITLE].rsplit(" ", 1)[0] + " …"


def _window(quote: presenters.Quote, longest: int) -> tuple[int, int]:
    """Where the quotation is cut: between words, with the first mark near the beginning."""
    length = len(quote.text)
    if length <= longest:
        return 0, length
    first = quote.marks[0][0] if quote.marks else 0
    start = max(0, min(first - 60, length - longest))
    start = quote.text.find(" ", start) + 1 if start else 0
    end = min(length, start + longest)
    cut = quote.text.rfind(" ", start, end)
    return start, cut if end < length and cut > start else end


def _pairs(pairs: Iterable[presenters.Pair]) -> Text:
    """Words carried over to the other language, or found inside compounds; of one word the first is enough."""
    line = Text()
    told: set[str] = set()
    for pair in pairs:
        if pair.need.casefold() in told:
            continue
        told.add(pair.need.casefold())
        if line:
            line.append("  ·  ", style="dim")
        line.append(pair.need, style="bridge").append(" → ", style="dim").append(pair.found, style="bridge")
    return line
