"""Searching lists by words, for the apps below (`common.search`)."""

from __future__ import annotations

from collections.abc import Sequence

from vidensbro.hub.common import clock
from vidensbro.hub.matches.engine import finder, unavailable_if_broken
from vidensbro.kit.matching import Filters, Hit


def find_ids(text: str, kinds: Sequence[str], tokens: frozenset[str]) -> list[str]:
    """Ids of the documents of these kinds that say what `text` says, best first.

    The index applies the audience before it ranks, so what is hidden changes neither order nor scores. Raises
    Unavailable.
    """
    searching = finder()
    with unavailable_if_broken():
        return _ids(searching.search(text, Filters(audience=tokens, kinds=tuple(kinds))))


def find_expert_ids(text: str, kind: str, tokens: frozenset[str]) -> list[str]:
    """Ids of the people or organisations (`kind`) behind whatever says `text`, those who are best known for it first.

    Only what somebody with these audience tokens may see speaks for them. Raises Unavailable.
    """
    searching = finder()
    with unavailable_if_broken():
        return _ids(searching.search_experts(text, kind, Filters(audience=tokens), as_of=clock.today()))


def _ids(hits: Sequence[Hit]) -> list[str]:
    return [hit.key.partition(":")[2] for hit in hits]
