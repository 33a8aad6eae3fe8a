"""The search service of the Danish company register (CVR): companies by number, industry and municipality.

It is an Elasticsearch index behind a name and password. Pages are asked for in the order of the numbers, each from the
last number seen, rather than by scrolling: a scroll that is asked for again after a broken answer gives the page after
it, and one that has been left for a minute is gone. So a page can be asked for again, and a harvest gone on with, at
any time.

Only what `vidensbro.kit.sources.cvr` reads is asked for and kept: owners, directors, telephone numbers and mail
addresses never come onto the disk, and whether a company is protected from advertising always does.
"""

from __future__ import annotations

import base64
import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import orjson

from vidensbro.kit.sources.fetching.errors import HarvestError
from vidensbro.kit.sources.fetching.harvesting import Cursor, Page, inner, json_object, key_of, opened, whole
from vidensbro.kit.sources.fetching.protocol import Fetcher, Request

ADDRESS: Final = "http://distribution.virk.dk/cvr-permanent/virksomhed/_search"
PAGE_SIZE: Final = 500
MOST: Final = 3000
"""What the service gives in one answer at most."""

COLUMNS: Final = (
    "cvrNummer",
    "reklamebeskyttet",
    "navne",
    "binavne",
    "beliggenhedsadresse",
    "virksomhedsform",
    "hovedbranche",
    "livsforloeb",
    "hjemmeside",
    "sidstOpdateret",
)
"""What of a company is asked for."""

_ROOT: Final = "Vrvirksomhed"
_NEWEST: Final = f"{_ROOT}.virksomhedMetadata"
_NUMBER: Final = re.compile(r"[1-9]\d{7}")
_INDUSTRY: Final = re.compile(r"\d{2,6}")
_MUNICIPALITY: Final = re.compile(r"0?[1-9]\d\d")


class CvrSearch:
    """Companies with given numbers, in given industries and municipalities; limits of one kind are alternatives."""

    def __init__(
        self,
        fetcher: Fetcher,
        user: str,
        password: str,
        *,
        numbers: Sequence[str] = (),
        industries: Sequence[str] = (),
        municipalities: Sequence[str] = (),
        changed_since: dt.date | None = None,
        address: str = ADDRESS,
        page_size: int = PAGE_SIZE,
    ) -> None:
        """`industries` are codes of the Danish nomenclature of economic activities (DB), of six digits, or the two to
        five with which those of a group begin, as the main industry; `municipalities` the three digits of the
        address; `changed_since` leaves out companies of which nothing has changed since a day. Raises ValueError.
        """
        _check(numbers, _NUMBER, "a CVR number has eight digits")
        _check(industries, _INDUSTRY, "an industry is given by the two to six digits of its code")
        _check(municipalities, _MUNICIPALITY, "a municipality is given by the three digits of its code")
        if not (numbers or industries or municipalities):
            raise ValueError("give CVR numbers, industries or municipalities")
        if not 1 <= page_size <= MOST:
            raise ValueError("pages have 1 to 3,000 companies")
        self._fetcher = fetcher
        self._secret = base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
        self._numbers = sorted({int(one) for one in numbers})
        self._industries = sorted(set(industries))
        self._municipalities = sorted({int(one) for one in municipalities})
        self._since = changed_since.isoformat() if changed_since else ""
        self._address = address
        self._page_size = page_size

    @property
    def key(self) -> str:
        """What is harvested."""
        return key_of("cvr", self._numbers, self._industries, self._municipalities, self._since)

    def pages(self, cursor: Cursor | None = None) -> Iterator[Page]:
        """Pages of JSON objects with a company each, by number. Raises FetchError."""
        state = opened(cursor, self.key, {"after": 0, "given": 0})
        while not state["done"]:
            found = self._ask(state["after"])
            hits, left = found["hits"], _total(found)
            last = max(map(_number, hits), default=0)
            if hits and last <= state["after"]:
                raise HarvestError("The company register gives the same page again and again. Try later.")
            total = None if left is None else state["given"] + left
            # A page that is not full says nothing: the service may give fewer at once than it is asked for.
            done = not hits or left == len(hits)
            given = state["given"] + len(hits)
            state = {**state, "after": last or state["after"], "given": given, "done": done}
            yield Page(tuple(orjson.dumps(_kept(hit)) for hit in hits), dict(state), total=total)

    def _ask(self, after: int) -> dict[str, Any]:
        request = Request(
            self._address,
            headers={"Accept": "application/json"},
            secrets={"Authorization": f"Basic {self._secret}"},
            document=self._query(after),
            check=_hits,
            cached=False,
        )
        found: dict[str, Any] = self._fetcher.fetch(request).value
        return found

    def _query(self, after: int) -> dict[str, Any]:
        number = f"{_ROOT}.cvrNummer"
        must: list[dict[str, Any]] = [{"range": {number: {"gt": after}}}]
        if self._numbers:
            must.append({"terms": {number: self._numbers}})
        if self._industries:
            must.append({"bool": {"should": [_industry(one) for one in self._industries]}})
        if self._municipalities:
            place = f"{_NEWEST}.nyesteBeliggenhedsadresse.kommune.kommuneKode"
            must.append({"terms": {place: self._municipalities}})
        if self._since:
            must.append({"range": {f"{_ROOT}.sidstOpdateret": {"gte": self._since}}})
        return {
            "query": {"bool": {"must": must}},
            "sort": [{number: {"order": "asc"}}],
            "size": self._page_size,
            "_source": [f"{_ROOT}.{name}" for name in COLUMNS],
        }


def _check(given: Sequence[str], form: re.Pattern[str], told: str) -> None:
    for one in given:
        if not form.fullmatch(one):
            raise ValueError(f"{told}: “{one}”")


def _industry(code: str) -> dict[str, Any]:
    column = f"{_NEWEST}.nyesteHovedbranche.branchekode"
    return {"term" if len(code) == 6 else "prefix": {column: code}}


def _hits(body: bytes) -> dict[str, Any]:
    """The "hits" of an answer that is whole. Raises ValueError."""
    answer = json_object(body)
    found = inner(answer, "hits")
    hits = found.get("hits")
    if not isinstance(hits, list) or not all(isinstance(hit, dict) for hit in hits):
        raise ValueError("there are no “hits” in it")
    if answer.get("timed_out") is True or inner(answer, "_shards").get("failed"):
        raise ValueError("the service tells that a part of the answer is missing")
    return found


def _company(hit: dict[str, Any]) -> dict[str, Any]:
    return inner(inner(hit, "_source"), _ROOT)


def _number(hit: dict[str, Any]) -> int:
    return whole(_company(hit).get("cvrNummer")) or 0


def _kept(hit: dict[str, Any]) -> dict[str, Any]:
    """What is read of a company, also where the service sends more than it was asked for."""
    company = _company(hit)
    return {_ROOT: {name: company[name] for name in COLUMNS if name in company}}


def _total(found: dict[str, Any]) -> int | None:
    """How many there are: a number in older versions of the service, an object in later ones."""
    total = found.get("total")
    return whole(total.get("value") if isinstance(total, dict) else total)
