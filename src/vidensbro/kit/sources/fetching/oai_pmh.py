"""OAI-PMH 2.0 (Open Archives Initiative, 2002): records or headers of a repository, also after its tokens
have expired."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree
from oaipmh_scythe import BadResumptionToken, OAIPMHException, models

from vidensbro.kit.sources.fetching.errors import HarvestError
from vidensbro.kit.sources.fetching.harvesting import Cursor, Page, Recent, key_of, opened
from vidensbro.kit.sources.fetching.oai_client import Answer, Client
from vidensbro.kit.sources.fetching.protocol import Fetcher
from vidensbro.kit.sources.fetching.xml_answers import text_of

RESTARTS: Final = 3
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_SECOND: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_ADVICE: Final = {
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
        client = self._client()
        try:
            found = client.harvest({"verb": "Identify"}).xml.find("{*}Identify")
        except OAIPMHException as error:
            raise client.refused(_ADVICE) from error
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
        client = self._client()
        while not state["done"]:
            try:
                for answer in client.answers(self._verb, self._arguments(state), state["token"]):
                    state["began"] = state["began"] or answer.responded
                    yield self._page(answer, state, recent)
            except BadResumptionToken as error:
                if not state["token"] or state["restarts"] >= RESTARTS:
                    raise client.refused(_ADVICE) from error
                state = self._begun_again(state)
            except OAIPMHException as error:
                raise client.refused(_ADVICE) from error

    def _page(self, answer: Answer, state: Cursor, recent: Recent) -> Page:
        """The new records of an answer; brings the state up to date."""
        following = answer.following
        if following and following == state["token"]:
            raise HarvestError(f"{self._address} gives the same page again and again.", url=self._address)
        items, gone = [], []
        for element in answer.listed(self._verb):
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
        return Page(tuple(items), dict(state), tuple(gone), answer.size)

    def _client(self) -> Client:
        return Client(self._fetcher, self._address)

    def _arguments(self, state: Cursor) -> dict[str, str]:
        return {
            "metadataPrefix": self._prefix,
            "set": self._set,
            "from": state["since"],
            "until": _cut(self._until, state["days"]),
        }

    def _begun_again(self, state: Cursor) -> Cursor:
        since = _cut(state["last"], state["days"]) if state["sorted"] and state["last"] else state["since"]
        # From the beginning the order of the list is judged anew.
        return {**state, "token": "", "since": since, "restarts": state["restarts"] + 1, "last": ""}


def header_of(item: bytes) -> Header:
    """The header of an item of a page. Raises ValueError."""
    root = etree.fromstring(item, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    found = _header(root)
    if found is None:
        raise ValueError("it has no header")
    return found


def _header(element: etree._Element) -> Header | None:
    name = etree.QName(element).localname if isinstance(element.tag, str) else ""
    found = element if name == "header" else element.find("{*}header") if name == "record" else None
    if found is None:
        return None
    said = models.Header(found)
    sets = tuple((one or "").strip() for one in said.setSpecs)
    return Header((said.identifier or "").strip(), (said.datestamp or "").strip(), sets, said.deleted)


def _cut(moment: str, days: bool) -> str:
    """A moment as the repository counts: a day alone, or with the time where it has none."""
    return moment[:10] if days else moment
