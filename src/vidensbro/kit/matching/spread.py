"""No organisation takes more than a stated share of a list, unless the need asks for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from vidensbro.kit.matching.model import Document, Match


def organisations_of(document: Document) -> tuple[str, ...]:
    """Keys of the organisations behind a document; an organisation stands behind itself."""
    if document.kind == "organisation":
        return (document.key,)
    behind = {f"organisation:{s.id}" for s in document.stands_behind if s.kind == "organisation"}
    return tuple(sorted(behind))


def spread(ranked: Sequence[Match], limit: int, share: float, asked: frozenset[str]) -> list[Match]:
    """The first `limit` of a ranked list with at most `share` of it from one organisation.

    What is over the share gives its place to the next; it comes back at the end only if there is nothing else to
    fill the list with. `asked` are organisations that the need names: they may take any share.
    """
    most = max(1, int(share * limit))
    taken: Counter[str] = Counter()
    kept: list[Match] = []
    surplus: list[Match] = []
    for match in ranked:
        behind = [key for key in organisations_of(match.document) if key not in asked]
        if any(taken[key] >= most for key in behind):
            surplus.append(match)
        else:
            taken.update(behind)
            kept.append(match)
        if len(kept) == limit:
            return kept
    return kept + surplus[: limit - len(kept)]
