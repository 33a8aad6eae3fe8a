"""What a list can be narrowed to, as links."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a facet; `href` chooses it."""

    label: str
    count: int
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet with its values, the most frequent first. `all_label` is the link that lets go of a choice."""

    name: str
    label: str
    all_label: str
    values: tuple[Value, ...]
    chosen: str = ""


def facet(
    query: QueryDict,
    name: str,
    headings: tuple[str, str],
    counts: Mapping[str, int],
    wording: Callable[[str], str],
    most: int = 12,
) -> Facet:
    """The facet `name` of a list asked for with `query`: at most `most` values, and always the chosen one.

    `headings` are its label and the words that let go of a choice; `wording` turns a value into words.
    """
    chosen = query.get(name, "")
    shown = list(counts)[:most]
    if chosen and chosen not in shown:
        shown.append(chosen)
    values = tuple(
        Value(wording(value), counts.get(value, 0), _href(query, name, value), value == chosen)
        for value in shown
        if value
    )
    return Facet(name, headings[0], headings[1], values, chosen)


def _href(query: QueryDict, name: str, value: str) -> str:
    kept = {key: given for key, given in query.items() if given and key not in {"page", name}}
    return "?" + urlencode({**kept, name: value})
