"""The search behind the EU Funding & Tenders portal: calls for proposals, page by page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import orjson

from vidensbro.kit.sources.fetching.errors import HarvestError
from vidensbro.kit.sources.fetching.harvesting import (
    Cursor,
    Page,
    Recent,
    inner,
    key_of,
    opened,
    page_with,
    whole,
)
from vidensbro.kit.sources.fetching.protocol import Fetcher, Request

ADDRESS: Final = "https://api.tech.ec.europa.eu/search-api/prod/rest/search"
PAGE_SIZE: Final = 50
OPEN: Final = "31094502"
FORTHCOMING: Final = "31094501"
CLOSED: Final = "31094503"
GRANTS: Final = ("1", "2", "8")
"""Kinds of entries that are calls for proposals: direct, for subprojects of others, and cascading."""
_MOST_PAGES: Final = 2000


class EuFundingCalls:
    """Calls with given statuses, in one language.

    The list may move while it is paged through, so that entries come twice: each is given once. What the
    server lets through although it was not asked for is left out here.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        *,
        statuses: tuple[str, ...] = (FORTHCOMING, OPEN),
        kinds: tuple[str, ...] = GRANTS,
        language: str = "en",
        text: str = "***",
        address: str = ADDRESS,
        page_size: int = PAGE_SIZE,
    ) -> None:
        """`text` is a search, three asterisks for everything; `language` is ISO 639-1."""
        self._fetcher = fetcher
        self._statuses = statuses
        self._kinds = kinds
        self._language = language
        self._text = text
        self._address = address
        self._page_size = page_size

    @property
    def key(self) -> str:
        """What is harvested."""
        return key_of("eu-funding", self._statuses, self._kinds, self._language, self._text, self._page_size)

    def pages(self, cursor: Cursor | None = None) -> Iterator[Page]:
        """Pages of JSON objects with "reference", "url" and "metadata". Raises FetchError."""
        state, recent = opened(cursor, self.key, {"page": 1}), Recent()
        while not state["done"]:
            answer = self._ask(state["page"])
            results, total = answer["results"], whole(answer.get("totalResults"))
            if state["page"] > _MOST_PAGES:
                raise HarvestError("The search of the EU portal does not come to an end. Ask for less.")
            read = state["page"] * self._page_size
            done = not results or (total is not None and read >= total)
            state = {**state, "page": state["page"] + 1, "done": done}
            items = recent.fresh((_name(one), orjson.dumps(one)) for one in results if self._wanted(one))
            yield Page(items, dict(state), total=total)

    def _ask(self, page: int) -> dict[str, Any]:
        params = {
            "apiKey": "SEDIA",  # the portal's own, the same for everybody
            "text": self._text,
            "pageSize": str(self._page_size),
            "pageNumber": str(page),
        }
        must = [{"terms": {"type": list(self._kinds)}}, {"terms": {"status": list(self._statuses)}}]
        parts = {
            "query": {"bool": {"must": must}},
            "languages": [self._language],
            "sort": {"field": "identifier", "order": "ASC"},
        }
        headers = {"Accept": "application/json"}
        request = Request(
            self._address, params, headers, parts=parts, check=page_with("results"), cached=False
        )
        answer: dict[str, Any] = self._fetcher.fetch(request).value
        return answer

    def _wanted(self, result: dict[str, Any]) -> bool:
        meta = inner(result, "metadata")
        language = str(result.get("language") or next(_values(meta.get("language")), self._language))
        return (
            language == self._language
            and _fits(_values(meta.get("type")), self._kinds)
            and _fits(_values(meta.get("status")), self._statuses)
        )


def _values(value: object) -> Iterator[str]:
    if isinstance(value, list):
        yield from (str(item) for item in value)
    elif value is not None:
        yield str(value)


def _fits(values: Iterable[str], wanted: tuple[str, ...]) -> bool:
    found = set(values)
    return not found or not found.isdisjoint(wanted)


def _name(result: dict[str, Any]) -> str:
    return str(result.get("reference") or result.get("url") or "")
