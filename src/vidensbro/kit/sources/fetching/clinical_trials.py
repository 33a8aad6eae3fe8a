"""ClinicalTrials.gov, API version 2: studies by page tokens."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any, Final

import orjson

from vidensbro.kit.sources.fetching.errors import HarvestError, Refused
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

ADDRESS: Final = "https://clinicaltrials.gov/api/v2/studies"
PAGE_SIZE: Final = 200
RESTARTS: Final = 3
_WORDS: Final = re.compile(r"[\w .,'()-]{1,80}")


class ClinicalTrials:
    """Studies with a place in a country, changed since a day, in the order of their changes.

    A page token that is refused (they do not live for ever) makes it begin again at the last day seen.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        *,
        country: str = "",
        changed_since: dt.date | None = None,
        address: str = ADDRESS,
        page_size: int = PAGE_SIZE,
    ) -> None:
        """`country` is its English name ("Denmark"). Raises ValueError."""
        if country and not _WORDS.fullmatch(country):
            raise ValueError("a country is given by its English name")
        if not 1 <= page_size <= 1000:
            raise ValueError("pages have 1 to 1,000 studies")
        self._fetcher = fetcher
        self._country = country
        self._since = changed_since.isoformat() if changed_since else ""
        self._address = address
        self._page_size = page_size

    @property
    def key(self) -> str:
        """What is harvested."""
        return key_of("clinicaltrials", self._country, self._since)

    def pages(self, cursor: Cursor | None = None) -> Iterator[Page]:
        """Pages of JSON objects. Raises FetchError."""
        begin = {"token": "", "since": self._since, "last": "", "restarts": 0}
        state, recent = opened(cursor, self.key, begin), Recent()
        while not state["done"]:
            try:
                answer = self._ask(state["token"], state["since"])
            except Refused as error:
                state = _begun_again(state, error)
                continue
            token = str(answer.get("nextPageToken") or "")
            if token and token == state["token"]:
                raise HarvestError("ClinicalTrials.gov gives the same page token again and again. Try later.")
            studies = answer["studies"]
            items = recent.fresh((_nct(study), orjson.dumps(study)) for study in studies)
            last = max([state["last"], *(_changed(study) for study in studies)])
            restarts = 0 if items else state["restarts"]
            state = {**state, "token": token, "last": last, "restarts": restarts, "done": not token}
            yield Page(items, dict(state), total=whole(answer.get("totalCount")))

    def _ask(self, token: str, since: str) -> dict[str, Any]:
        terms = [f'AREA[LocationCountry]"{self._country}"'] if self._country else []
        if since:
            terms.append(f"AREA[LastUpdatePostDate]RANGE[{since},MAX]")
        params = {"format": "json", "pageSize": str(self._page_size), "sort": "LastUpdatePostDate:asc"}
        if terms:
            params["filter.advanced"] = " AND ".join(terms)
        if token:
            params["pageToken"] = token
        else:
            params["countTotal"] = "true"
        request = Request(self._address, params, check=page_with("studies"), cached=False)
        answer: dict[str, Any] = self._fetcher.fetch(request).value
        return answer


def _begun_again(state: Cursor, error: Refused) -> Cursor:
    """The state from the last day seen on, after a token was refused."""
    if error.status != 400 or not state["token"] or state["restarts"] >= RESTARTS:
        raise error
    since = state["last"] or state["since"]
    return {**state, "token": "", "since": since, "restarts": state["restarts"] + 1}


def _nct(study: dict[str, Any]) -> str:
    protocol = inner(study, "protocolSection")
    return str(inner(protocol, "identificationModule").get("nctId") or "")


def _changed(study: dict[str, Any]) -> str:
    status = inner(inner(study, "protocolSection"), "statusModule")
    day = str(inner(status, "lastUpdatePostDateStruct").get("date") or "")
    return day if re.fullmatch(r"\d{4}-\d\d-\d\d", day) else ""
