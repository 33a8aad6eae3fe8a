"""Needs that are tried and not kept: the same question soon after is answered from memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.cache import cache

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.common import clock
from vidensbro.hub.matches.engine import snapshot
from vidensbro.hub.matches.queries import ShownMatch, shown
from vidensbro.hub.matches.services import digest_of, match
from vidensbro.kit.matching.model import Advice, Filters, Need, Result

PER_KIND = 6
SECONDS = 300


@dataclass(frozen=True, slots=True)
class Trial:
    """What was found for a text: matches, the rows that they name, and advice."""

    matches: tuple[ShownMatch, ...]
    rows: Mapping[str, object]
    advice: tuple[Advice, ...]
    language: str


def trial(actor: Actor, need: Need, *, kinds: Iterable[str] = (), filters: Filters) -> Trial:
    """Matches for a text, among what the actor may see. The rows are read anew each time, so that what has been
    hidden meanwhile is not shown. Raises as `services.match`."""
    sought = tuple(kinds)
    result = _result(actor, need, sought, filters)
    found = shown(actor, result)
    return Trial(found.matches, found.rows, result.advice, result.language)


def _result(actor: Actor, need: Need, kinds: tuple[str, ...], filters: Filters) -> Result:
    key = _key(actor, need, kinds, filters)
    kept: Result | None = cache.get(key)
    if kept is not None:
        return kept
    result = match(actor, need, kinds=kinds, filters=filters, limit=PER_KIND)
    cache.set(key, result, SECONDS)
    return result


def _key(actor: Actor, need: Need, kinds: tuple[str, ...], filters: Filters) -> str:
    """Everything that the answer depends on."""
    parts = (
        digest_of(need),
        need.text,
        sorted(actor.tokens),
        sorted(kinds),
        (filters.fields, sorted(filters.languages), filters.countries, filters.since),
        snapshot().version,
        clock.today(),
    )
    return "trial:" + hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()
