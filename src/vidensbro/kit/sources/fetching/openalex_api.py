"""The OpenAlex API: lists by cursor, with the key that it has required since February 2026."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from vidensbro.kit.sources.fetching.errors import HarvestError
from vidensbro.kit.sources.fetching.harvesting import (
    Cursor,
    Page,
    Recent,
    inner,
    key_of,
    named,
    opened,
    page_with,
    whole,
)
from vidensbro.kit.sources.fetching.openalex_limits import Limits
from vidensbro.kit.sources.fetching.protocol import Fetcher, Request

ADDRESS: Final = "https://api.openalex.org"
PER_PAGE: Final = 100


class OpenAlexApi:
    """Works, authors, institutions or topics, a hundred at a time.

    For a country or an institution, not for everything: that is what the snapshot is for.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        key: str,
        *,
        entity: str = "works",
        limits: Limits = Limits(),  # noqa: B008 - frozen
        address: str = ADDRESS,
    ) -> None:
        """Raises ValueError without a key or with limits that the kind of record does not have."""
        if not key.strip():
            raise ValueError("OpenAlex requires a key: make one at openalex.org/settings/api, it is free.")
        self._fetcher = fetcher
        self._secret = key.strip()
        self._entity = entity
        self._filter = limits.filter(entity)
        self._address = address.rstrip("/")

    @property
    def key(self) -> str:
        """What is harvested."""
        return key_of("openalex-api", self._entity, self._filter)

    def pages(self, cursor: Cursor | None = None) -> Iterator[Page]:
        """Pages of JSON objects. Raises FetchError; `Busy` when the day's allowance is spent."""
        state, recent = opened(cursor, self.key, {"next": "*"}), Recent()
        while not state["done"]:
            answer = self._ask(state["next"])
            meta = inner(answer, "meta")
            following = meta.get("next_cursor")
            if following is not None and following == state["next"]:
                raise HarvestError("OpenAlex gives the same cursor again and again. Try later.")
            done = not following or not answer["results"]
            state = {**state, "next": state["next"] if done else str(following), "done": done}
            items = recent.fresh(named(answer["results"], "id"))
            yield Page(items, dict(state), total=whole(meta.get("count")))

    def _ask(self, cursor: str) -> dict[str, Any]:
        params = {"per_page": str(PER_PAGE), "cursor": cursor, "api_key": self._secret}
        if self._filter:
            params["filter"] = self._filter
        request = Request(
            f"{self._address}/{self._entity}",
            params,
            {"Accept": "application/json"},
            check=page_with("results"),
            busy=frozenset({403}),  # what it answers to whoever asks too often, besides 429
            cached=False,
        )
        answer: dict[str, Any] = self._fetcher.fetch(request).value
        return answer
