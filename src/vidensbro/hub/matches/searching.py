"""Searching lists by words, for the apps below (`common.search`)."""

from __future__ import annotations

from collections.abc import Sequence

from vidensbro.hub.matches.engine import finder, unavailable_if_broken
from vidensbro.kit.matching import Filters


def find_ids(text: str, kinds: Sequence[str], tokens: frozenset[str]) -> list[str]:
    """Ids of the documents of these kinds that say what `text` says, best first.

    The index applies the audience before it ranks, so what is hidden changes neither order nor scores. Raises
    Unavailable.
    """
    allowed = Filters(audience=tokens, kinds=tuple(kinds))
    searching = finder()
    with unavailable_if_broken():
        return [hit.key.partition(":")[2] for hit in searching.search(text, allowed)]
