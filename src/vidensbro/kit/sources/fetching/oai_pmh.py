"""OAI-PMH 2.0 (Open Archives Initiative, 2002): records or headers of a repository, also after its tokens
have expired."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from vidensbro.kit.sources.fetching.errors import HarvestError
from vidensbro.kit.sources.fetching.harvesting import Cursor, Page, Recent, key_of, opened
from vidensbro.kit.sources.fetching.protocol import Fetcher, Request
from vidensbro.kit.sources.fetching.xml_answers import parsed, text_of

RESTARTS: Final = 3
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_SECOND: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_ERRORS: Final = {
    "cannotDisseminateFormat": "The repository does not have this format: ask it with ListMetadataFormats.",
    "noSetHierarchy": "The repository has no sets: leave the set out.",
    "badArgument": "Check the format, the set and the dates.",
}


@dataclass(frozen=True, slots=True)
class Repository:
    """What a repository says of itself. `granularity` is YYYY-MM-DD, or that with the time; `deleted` is no,
    transient or persistent: only with the last is nothing missed by harvesting what has changed."""

    name: str
    granularity: str
    earliest: str
    deleted: str


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a record: its identifier, the date or time of its last change, its sets."""

    identifier: str
    datestamp: str
    sets: tuple[str, ...]
    deleted: bool


class OaiPmh:
    """A repository's records in one format.

    The pages of a list carry resumption tokens, which expire. When one is refused, the harvest begins again:
    at the last datestamp, if the list was in the order of its datestamps so far, else at its beginning,
    since the protocol promises no order. Either way, what has been given is not given again.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        address: str,
        *,
        prefix: str = "oai_dc",
        set_name: str = "",
        since: str = "",
        until: str = "",
        headers_only: bool = False,
        with_deleted: bool = False,
    ) -> None:
        """`prefix` is the format (metadataPrefix), such as oai_dc, ddf-mxd or oai_cerif_openaire; `since` and
        `until` are days, or times in UTC (2026-03-31T12:00:00Z), and cut to days where the repository counts
        in days. With `headers_only` items are headers (ListIdentifiers); `with_deleted`, the records that
        say that something is gone are items too, for whoever keeps them in a file. Raises ValueError."""
        for moment in (since, until):
            if moment and not _DAY.fullmatch(moment) and not _SECOND.fullmatch(moment):
                raise ValueError("dates are written as 2026-03-31 or 2026-03-31T12:00:00Z")
        self._fetcher = fetcher
        self._address = address
        self._prefix = prefix
        self._set = set_name
        self._since = since
        self._until = until
        self._with_deleted = with_deleted
        self._verb = "ListIdentifiers" if headers_only else "ListRecords"

    @property
    def key(self) -> str:
        """What is harvested."""
        return key_of("oai-pmh", self._address, self._verb, self._prefix, self._set, self._since, self._until)

    def identify(self) -> Repository:
        """What the repository says of itself. Raises FetchError."""
        found = self._fetcher.fetch(
            Request(self._address, {"verb": "Identify"}, check=_answer, cached=False)
        ).value.find("{*}Identify")
        if found is None:
            raise HarvestError(f"{self._address} does not say what it is.", url=self._address)
        return Repository(
            text_of(found, "repositoryName"),
            text_of(found, "granularity"),
            text_of(found, "earliestDatestamp"),
            text_of(found, "deletedRecord"),
        )

    def pages(self, cursor: Cursor | None = None) -> Iterator[Page]:
        """Pages of XML elements, and the identifiers of what is deleted. Raises FetchError.

        The cursor's "began" is the time of the repository at which the first page was made: the `since` of
        the next harvest.
        """
        begin = {
            "token": "",
            "since": "",
            "last": "",
            "sorted": True,
            "began": "",
            "restarts": 0,
            "days": False,
        }
        state, recent = opened(cursor, self.key, begin), Recent()
        if not state["began"]:
            days = self.identify().granularity == "YYYY-MM-DD"
            state |= {"days": days, "since": _cut(self._since, days)}
        while not state["done"]:
            root = self._fetcher.fetch(self._request(state)).value
            state["began"] = state["began"] or text_of(root, "responseDate")
            error = root.find("{*}error")
            if error is not None and error.get("code") == "badResumptionToken" and state["token"]:
                state = self._begun_again(state, error)
                continue
            if error is not None and error.get("code") != "noRecordsMatch":
                raise self._said(error)
            yield self._page(root, state, recent)

    def _page(self, root: etree._Element, state: Cursor, recent: Recent) -> Page:
        """The new records of an answer; brings the state up to date."""
        listed = root.find(f"{{*}}{self._verb}")
        token = listed.find("{*}resumptionToken") if listed is not None else None
        following = (token.text or "").strip() if token is not None else ""
        if following and following == state["token"]:
            raise HarvestError(f"{self._address} gives the same page again and again.", url=self._address)
        items, gone = [], []
        for element in () if listed is None else listed:
            if (header := _header(element)) is None:
                continue
            state["sorted"] = state["sorted"] and header.datestamp >= state["last"]
            state["last"] = max(state["last"], header.datestamp)
            if not recent.new(f"{header.identifier} {header.datestamp}"):
                continue
            if header.deleted:
                gone.append(header.identifier)
            if not header.deleted or self._with_deleted:
                items.append(etree.tostring(element, encoding="utf-8", with_tail=False))
        state["restarts"] = 0 if items or gone else state["restarts"]
        state |= {"token": following, "done": not following}
        size = token.get("completeListSize", "") if token is not None else ""
        return Page(tuple(items), dict(state), tuple(gone), int(size) if size.isdigit() else None)

    def _request(self, state: Cursor) -> Request:
        params = {"verb": self._verb}
        if state["token"]:
            params["resumptionToken"] = state["token"]  # which excludes every other argument
        else:
            named = {
                "metadataPrefix": self._prefix,
                "set": self._set,
                "from": state["since"],
                "until": _cut(self._until, state["days"]),
            }
            params |= {name: value for name, value in named.items() if value}
        return Request(self._address, params, check=_answer, cached=False)

    def _begun_again(self, state: Cursor, error: etree._Element) -> Cursor:
        if state["restarts"] >= RESTARTS:
            raise self._said(error)
        since = _cut(state["last"], state["days"]) if state["sorted"] and state["last"] else state["since"]
        # From the beginning the order of the list is judged anew.
        return {**state, "token": "", "since": since, "restarts": state["restarts"] + 1, "last": ""}

    def _said(self, error: etree._Element) -> HarvestError:
        code = error.get("code", "")
        text = " ".join((error.text or "").split())[:200]
        advice = _ERRORS.get(code, "")
        return HarvestError(f"{self._address} says {code}: {text} {advice}".rstrip(), url=self._address)


def header_of(item: bytes) -> Header:
    """The header of an item of a page. Raises ValueError."""
    root = etree.fromstring(item, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    found = _header(root)
    if found is None:
        raise ValueError("it has no header")
    return found


def _header(element: etree._Element) -> Header | None:
    name = etree.QName(element).localname if isinstance(element.tag, str) else ""
    header = element if name == "header" else element.find("{*}header") if name == "record" else None
    if header is None:
        return None
    sets = tuple((one.text or "").strip() for one in header.iterfind("{*}setSpec"))
    return Header(
        text_of(header, "identifier"), text_of(header, "datestamp"), sets, header.get("status") == "deleted"
    )


def _answer(body: bytes) -> etree._Element:
    return parsed(body, "OAI-PMH")


def _cut(moment: str, days: bool) -> str:
    """A moment as the repository counts: a day alone, or with the time where it has none."""
    return moment[:10] if days else moment
