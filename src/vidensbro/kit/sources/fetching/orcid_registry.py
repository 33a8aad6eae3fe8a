"""The public API of ORCID, version 3.0: whole public records, and who says to belong to an organisation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from vidensbro.kit.sources import identifiers
from vidensbro.kit.sources.fetching.errors import HarvestError, Refused, WrongContent
from vidensbro.kit.sources.fetching.harvesting import (
    Cursor,
    Page,
    Recent,
    json_object,
    key_of,
    named,
    opened,
    whole,
)
from vidensbro.kit.sources.fetching.protocol import Fetcher, Request

ADDRESS: Final = "https://pub.orcid.org/v3.0"
TOKENS: Final = "https://orcid.org/oauth/token"
ROWS: Final = 1000
MOST: Final = 10_000
_GONE: Final = frozenset({404, 409})


def orcid_token(fetcher: Fetcher, client_id: str, client_secret: str, *, address: str = TOKENS) -> str:
    """A token for reading what is public, by the client's credentials (RFC 6749 §4.4). Raises FetchError."""
    form = {
        "client_id": client_id,
        "client_secret": client_secret,
        "grant_type": "client_credentials",
        "scope": "/read-public",
    }
    headers = {"Accept": "application/json"}
    reply = fetcher.fetch(Request(address, headers=headers, form=form, check=json_object, cached=False))
    token = reply.value.get("access_token")
    if not isinstance(token, str) or not token:
        raise WrongContent("ORCID gave no token. Check the client's id and secret.", url=reply.url)
    return token


class OrcidRecords:
    """The public records of given people, one by one."""

    def __init__(
        self, fetcher: Fetcher, orcids: Sequence[str], *, token: str = "", address: str = ADDRESS
    ) -> None:
        """Raises ValueError for what is no ORCID iD."""
        self._orcids = tuple(identifiers.orcid(value) for value in orcids)
        if not all(self._orcids):
            wrong = next(value for value in orcids if not identifiers.orcid(value))
            raise ValueError(f"not an ORCID iD: {wrong[:40]!r}")
        self._fetcher = fetcher
        self._secrets = _bearer(token)
        self._address = address.rstrip("/")

    @property
    def key(self) -> str:
        """What is harvested."""
        return key_of("orcid-records", self._orcids)

    def pages(self, cursor: Cursor | None = None) -> Iterator[Page]:
        """A page with one JSON object for each person, or with the iD as deleted. Raises FetchError.

        ORCID answers 409 for records that were locked or deactivated, and redirects merged ones.
        """
        state = opened(cursor, self.key, {"next": 0})
        for number in range(state["next"], len(self._orcids)):
            orcid = self._orcids[number]
            state = {**state, "next": number + 1, "done": number + 1 == len(self._orcids)}
            try:
                yield Page((self._one(orcid),), dict(state), total=len(self._orcids))
            except Refused as error:
                if error.status not in _GONE:
                    raise
                yield Page((), dict(state), (orcid,), len(self._orcids))

    def _one(self, orcid: str) -> bytes:
        headers = {"Accept": "application/json"}
        # Not cached: nobody would look there for what is kept about a person.
        request = Request(
            f"{self._address}/{orcid}/record",
            headers=headers,
            secrets=self._secrets,
            check=json_object,
            cached=False,
        )
        return self._fetcher.fetch(request).body


class OrcidSearch:
    """People by a query, such as an affiliation with a ROR identifier; at most 10,000 without membership."""

    def __init__(self, fetcher: Fetcher, query: str, *, token: str = "", address: str = ADDRESS) -> None:
        """`query` is in Solr's syntax; `affiliated` makes one."""
        self._fetcher = fetcher
        self._query = query
        self._secrets = _bearer(token)
        self._address = address.rstrip("/")

    @staticmethod
    def affiliated(ror: str) -> str:
        """The query for everybody who names an organisation by its ROR identifier. Raises ValueError."""
        short = identifiers.ror(ror)
        if not short:
            raise ValueError(f"not a ROR identifier: {ror[:60]!r}")
        return f'ror-org-id:"https://ror.org/{short}"'

    @property
    def key(self) -> str:
        """What is harvested."""
        return key_of("orcid-search", self._query)

    def pages(self, cursor: Cursor | None = None) -> Iterator[Page]:
        """Pages of JSON objects with "orcid-id", names and institutions. Raises FetchError, also when there
        are more people than the API gives."""
        state, recent = opened(cursor, self.key, {"start": 0}), Recent()
        while not state["done"]:
            answer = self._ask(state["start"])
            total = whole(answer.get("num-found")) or 0
            if total > MOST:
                raise HarvestError(
                    f"ORCID gives at most {MOST:,} of {total:,} people. Ask for less at a time, such as for "
                    "one organisation below."
                )
            found = answer["expanded-result"]
            start = state["start"] + len(found)
            state = {**state, "start": start, "done": not found or start >= total}
            yield Page(recent.fresh(named(found, "orcid-id")), dict(state), total=total)

    def _ask(self, start: int) -> dict[str, Any]:
        params = {"q": self._query, "start": str(start), "rows": str(ROWS)}
        request = Request(
            f"{self._address}/expanded-search/",
            params,
            {"Accept": "application/json"},
            self._secrets,
            check=_results,
            cached=False,
        )
        answer: dict[str, Any] = self._fetcher.fetch(request).value
        return answer


def _results(body: bytes) -> dict[str, Any]:
    data = json_object(body)
    found = data.get("expanded-result")
    if found is None and data.get("num-found") is not None:
        found = []  # ORCID says null for an empty page
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise ValueError("there is no list “expanded-result” in it")
    return {**data, "expanded-result": found}


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}
