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
LONGEST_QUOTE: Final = 320
MOST_SUPPORTING: Final = 3


def show(found: Shown) -> None:
    """Print the matches on standard output, the kind with the best answer first."""
    out = console.out()
    for group in presenters.groups(found.matches, found.rows):
        out.print()
        out.print(Rule(Text(group.label, style="bold"), align="left", style="quiet"))
        for place, view in enumerate(group.matches, 1):
            out.print(_match(place, view))
    if found.matches:
        out.print()


def _match(place: int, view: presenters.MatchView) -> Lines:
    head = Table.grid(expand=True, padding=(0, 1, 0, 0))
    head.add_column(width=3, justify="right")
    head.add_column(ratio=1)
    head.add_column(width=BAR + 4, justify="right", no_wrap=True)
    head.add_row(Text(str(place), style="quiet"), _title(view.card), _score(view.percent))
    lines = [Padding(line, (0, BAR + 5, 0, 4)) for line in _body(view)]
    return Lines(Text(""), head, *lines)


def _title(card: presenters.Card) -> Text:
    title = Text(card.title, style="bold")
    facts = [*card.facts, _("invented example")] if card.example else list(card.facts)
    for fact in facts:
        title.append("  ·  " + fact, style="not bold dim")
    return title


def _score(percent: int) -> Text:
    full = max(0, min(BAR, round(percent * BAR / 100)))
    text = Text("━" * full, style="score")
    return text.append("━" * (BAR - full), style="dim").append(f" {percent:3d}", style="bold")


def _body(view: presenters.MatchView) -> Iterable[Text]:
    if view.reasons:
        yield Text(" ".join(view.reasons))
    yield from (_quote(one) for one in view.quotes)
    if view.pairs:
        yield _pairs(view.pairs)
    quoted = {one.source.key for one in view.quotes if one.source}
    others = [card.title for card in view.supporting if card.key not in quoted and card.key != view.card.key]
    if others:
        yield Text(_("Also: {titles}").format(titles="; ".join(others[:MOST_SUPPORTING])), style="dim")
    for sentence in view.against:
        yield Text("– " + sentence, style="warning")


def _quote(quote: presenters.Quote) -> Text:
    """The quotation with the matched words marked, cut around them where it is long."""
    start, end = _window(quote)
    marked = Text(quote.text)
    for first, last in quote.marks:
        marked.stylize("mark", first, last)
    for place, letter in enumerate(quote.text):
        if letter in "\r\n\t":
            marked.plain = f"{marked.plain[:place]} {marked.plain[place + 1 :]}"
    before, after = "…" if start else "", "…" if end < len(quote.text) else ""
    line = Text("“" + before).append_text(marked[start:end]).append(after + "”")
    if quote.source is not None:
        line.append(f" — {quote.source.title}", style="dim italic")
    return line


def _window(quote: presenters.Quote) -> tuple[int, int]:
    """Where the quotation is cut: between words, with the first mark near the beginning."""
    length = len(quote.text)
    if length <= LONGEST_QUOTE:
        return 0, length
    first = quote.marks[0][0] if quote.marks else 0
    start = max(0, min(first - 60, length - LONGEST_QUOTE))
    start = quote.text.find(" ", start) + 1 if start else 0
    end = min(length, start + LONGEST_QUOTE)
    cut = quote.text.rfind(" ", start, end)
    return start, cut if end < length and cut > start else end


def _pairs(pairs: Iterable[presenters.Pair]) -> Text:
    """Words carried over to the other language, or found inside compounds."""
    line = Text()
    for pair in pairs:
        if line:
            line.append("  ·  ", style="dim")
        line.append(pair.need, style="bridge").append(" → ", style="dim").append(pair.found, style="bridge")
    return line
