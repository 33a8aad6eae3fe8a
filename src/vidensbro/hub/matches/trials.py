"""Needs that are tried and not kept: the same question soon after is answered from memory."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.common import clock
from vidensbro.hub.common.caching import pages
from vidensbro.hub.matches.engine import index_version
from vidensbro.hub.matches.models import Feedback
from vidensbro.hub.matches.queries import WEAK, LeftOut, ShownMatch, left_out, said_of_text, shown
from vidensbro.hub.matches.ranker import name as ranker_name
from vidensbro.hub.matches.services import digest_of, match
from vidensbro.kit.matching.model import Advice, Filters, Match, Need, Result

PER_KIND = 5
WEAK_PER_KIND = 2
"""Of answers that are weak, so many of a kind are shown: enough to see that nothing better is there."""
SECONDS = 300


@dataclass(frozen=True, slots=True)
class Trial:
    """What was found for a text: matches, the rows that they name, and advice; and what the actor does not want."""

    matches: tuple[ShownMatch, ...]
    rows: Mapping[str, object]
    advice: tuple[Advice, ...]
    language: str
    left_out: tuple[LeftOut, ...]


def trial(actor: Actor, need: Need, *, kinds: Iterable[str] = (), filters: Filters) -> Trial:
    """Matches for a text, among what the actor may see and has not called irrelevant for it. The rows are read anew
    each time, so that what has been hidden meanwhile is not shown. Raises as `services.match`."""
    sought = tuple(kinds)
    said = said_of_text(actor, digest_of(need))
    refused = frozenset(key for key, one in said.items() if one.verdict == Feedback.Verdict.NOT_RELEVANT)
    result = _result(actor, need, sought, replace(filters, excluded=filters.excluded | refused))
    found = shown(actor, result)
    matches = tuple(replace(one, feedback=said.get(f"{one.kind}:{one.id}")) for one in found.matches)
    return Trial(matches, found.rows, result.advice, result.language, left_out(actor, said))


def _result(actor: Actor, need: Need, kinds: tuple[str, ...], filters: Filters) -> Result:
    key = _key(actor, need, kinds, filters)
    kept: Result | None = pages.get(key)
    if kept is not None:
        return kept
    result = match(actor, need, kinds=kinds, filters=filters, limit=PER_KIND)
    shortened = replace(result, matches=tuple(_worth_showing(result.matches)))
    pages.set(key, shortened, SECONDS)
    return shortened


def _worth_showing(matches: Iterable[Match]) -> Iterator[Match]:
    weak: Counter[str] = Counter()
    for one in matches:
        kind = one.document.kind
        weak[kind] += one.score < WEAK
        if one.score >= WEAK or weak[kind] <= WEAK_PER_KIND:
            yield one


def _key(actor: Actor, need: Need, kinds: tuple[str, ...], filters: Filters) -> str:
    """Everything that the answer depends on."""
    parts = (
        digest_of(need),
        need.text,
        sorted(actor.tokens),
        sorted(kinds),
        (filters.fields, sorted(filters.languages), filters.countries, filters.since),
        sorted(filters.excluded),
        index_version(),
        ranker_name(),
        clock.today(),
    )
    return "trial:" + hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()
