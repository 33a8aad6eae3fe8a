"""Full-text search for apps that lie below the index.

An app that has an index registers a searcher when it is ready; an app with a list asks here. Who asks knows nothing of
the index, and a list can do without: `search` says when there is nothing to search in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, Protocol, TypeVar, overload
from uuid import UUID

import structlog
from django.db.models import Model, QuerySet

from vidensbro.hub.common.errors import Unavailable
from vidensbro.hub.common.rows import as_uuid

M = TypeVar("M", bound=Model)
log = structlog.get_logger(__name__)


class Searcher(Protocol):
    """Finds rows by what they say."""

    def __call__(self, text: str, kinds: Sequence[str], tokens: frozenset[str]) -> Sequence[str]:
        """Ids of the documents of these kinds that say what `text` says, best first, among those that somebody with
        these audience tokens may see. Raises Unavailable."""


class ExpertSearcher(Protocol):
    """Finds people or organisations by what they stand behind."""

    def __call__(self, text: str, kind: str, tokens: frozenset[str]) -> Sequence[str]:
        """Ids of those of this kind behind whatever says `text`, best first, as far as somebody with these audience
        tokens may see it. Raises Unavailable."""


@dataclass(frozen=True, slots=True)
class TextHits:
    """What was found for a text: ids with their places, 0 for the best. `titles_only`: there was no index to ask, and
    whoever shows the list says so."""

    places: Mapping[UUID, int]
    titles_only: bool = False


_searchers: list[tuple[Searcher, ExpertSearcher]] = []


def register(searcher: Searcher, experts: ExpertSearcher) -> None:
    """Make these the ones that lists ask; the last ones registered are asked."""
    _searchers[:] = [(searcher, experts)]


def search(text: str, kinds: Iterable[str], tokens: frozenset[str]) -> TextHits:
    """What says `text`, among what somebody with these audience tokens may see."""
    return _asked(lambda: _searchers[0][0](text, tuple(kinds), tokens))


def search_experts(text: str, kind: str, tokens: frozenset[str]) -> TextHits:
    """The people or organisations (`kind`) who are known for what `text` says."""
    return _asked(lambda: _searchers[0][1](text, kind, tokens))


def _asked(ask: Callable[[], Sequence[str]]) -> TextHits:
    if not _searchers:
        return TextHits({}, titles_only=True)
    try:
        found = ask()
    except Unavailable as error:
        log.warning("search.titles_only", error=str(error))
        return TextHits({}, titles_only=True)
    keys = dict.fromkeys(key for one in found if (key := as_uuid(one)) is not None)
    return TextHits({key: place for place, key in enumerate(keys)})


class Ranked(Sequence[M], Generic[M]):
    """Rows in the order of `hits`, then those that are not among the hits in their own order; before all of them, in
    their own order, those of the keys `first`.

    For pages: all keys are read at once (one query), and of the rows only those of a slice.
    """

    def __init__(self, rows: QuerySet[M], hits: TextHits, first: Iterable[UUID] = ()) -> None:
        self._rows = rows
        self._places = {**hits.places, **dict.fromkeys(first, -1)}

    def __len__(self) -> int:
        return len(self._keys)

    @overload
    def __getitem__(self, wanted: int) -> M: ...

    @overload
    def __getitem__(self, wanted: slice) -> list[M]: ...

    def __getitem__(self, wanted: int | slice) -> M | list[M]:
        if isinstance(wanted, int):
            return self._read([self._keys[wanted]])[0]
        return self._read(self._keys[wanted])

    @cached_property
    def _keys(self) -> list[UUID]:
        places = self._places
        return sorted(self._rows.values_list("pk", flat=True), key=lambda key: places.get(key, len(places)))

    def _read(self, keys: list[UUID]) -> list[M]:
        there = {row.pk: row for row in self._rows.order_by().filter(pk__in=keys)}
        # One that was removed between the two queries is left out.
        return [there[key] for key in keys if key in there]
