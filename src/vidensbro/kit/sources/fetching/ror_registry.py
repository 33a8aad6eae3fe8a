"""The Research Organization Registry: its dump, as Zenodo lists it, and its API."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from vidensbro.kit.sources.fetching.checksums import Checksum
from vidensbro.kit.sources.fetching.errors import HarvestError
from vidensbro.kit.sources.fetching.harvesting import (
    Cursor,
    Page,
    inner,
    json_object,
    key_of,
    named,
    opened,
    page_with,
    whole,
)
from vidensbro.kit.sources.fetching.protocol import Download, Fetcher, Request

RECORD: Final = "https://zenodo.org/api/records/6347574"
"""The record of all versions; Zenodo redirects it to the newest."""
API: Final = "https://api.ror.org/v2/organizations"
MOST: Final = 10_000
ROUNDS: Final = 3
"""How often a list is gone through for what is missing. The registry sorts by nothing when all that is asked for
fits equally well, and says that pages may then repeat some organisations and leave out others."""
_NAME: Final = re.compile(r"[\w.-]+\.zip")


@dataclass(frozen=True, slots=True)
class RorRelease:
    """A version of the dump: `version` ("v2.10"), the day it was `released` (ISO 8601) and its zip file."""

    version: str
    released: str
    name: str
    url: str
    size: int | None
    checksum: Checksum


class RorDump:
    """The dump of the whole registry."""

    def __init__(self, fetcher: Fetcher, *, record: str = RECORD, token: str = "") -> None:
        """`token` is one of Zenodo, for higher limits; none is needed."""
        self._fetcher = fetcher
        self._record = record
        self._secrets = {"Authorization": f"Bearer {token}"} if token else {}

    def latest(self) -> RorRelease:
        """The newest version. Raises FetchError."""
        headers = {"Accept": "application/json"}
        reply = self._fetcher.fetch(
            Request(self._record, headers=headers, secrets=self._secrets, check=page_with("files"))
        )
        files = [entry for entry in reply.value["files"] if _NAME.fullmatch(str(entry.get("key", "")))]
        if len(files) != 1:
            raise HarvestError(
                f"{reply.url} lists {len(files)} zip files where one was expected.", url=reply.url
            )
        meta = inner(reply.value, "metadata")
        return _release(files[0], meta, reply.url)

    def fetch(self, release: RorRelease, folder: Path) -> Download:
        """The zip file of a version, checked against its checksum. Raises FetchError.

        `vidensbro.kit.sources.open_source("ror", …)` reads it as it is.
        """
        request = Request(release.url, secrets=self._secrets)
        download = self._fetcher.download(
            request, folder / release.name, checksum=release.checksum, size=release.size
        )
        if not zipfile.is_zipfile(download.path):
            raise HarvestError(
                f"{release.name} is not a zip file. Look at it at its source.", url=release.url
            )
        return download


def _release(entry: dict[str, Any], meta: dict[str, Any], url: str) -> RorRelease:
    link = str(inner(entry, "links").get("self") or "")
    try:
        checksum = Checksum.parse(str(entry.get("checksum", "")))
    except ValueError as error:
        raise HarvestError(f"{url} gives no checksum of the dump ({error}).", url=url) from error
    if not link:
        raise HarvestError(f"{url} does not say where the dump is.", url=url)
    return RorRelease(
        str(meta.get("version") or ""),
        str(meta.get("publication_date") or ""),
        str(entry["key"]),
        link,
        whole(entry.get("size")),
        checksum,
    )


class RorApi:
    """Organisations of a country, or those changed since a day, twenty at a time and at most 10,000."""

    def __init__(
        self,
        fetcher: Fetcher,
        client_id: str,
        *,
        country: str = "",
        changed_since: str = "",
        address: str = API,
    ) -> None:
        """`client_id` is the one that ROR gives for the asking; `country` is ISO 3166-1 alpha-2,
        `changed_since` a day as year-month-day. Raises ValueError."""
        if country and not re.fullmatch(r"[A-Za-z]{2}", country):
            raise ValueError("a country is two letters, such as DK")
        if changed_since and not re.fullmatch(r"\d{4}-\d\d-\d\d", changed_since):
            raise ValueError("a day is written as 2026-03-31")
        self._fetcher = fetcher
        self._client_id = client_id.strip()
        self._params = {"all_status": "true"}
        if country:
            self._params["filter"] = f"locations.geonames_details.country_code:{country.upper()}"
        if changed_since:
            self._params["query.advanced"] = f"admin.last_modified.date:[{changed_since} TO *]"
        self._address = address

    @property
    def key(self) -> str:
        """What is harvested."""
        return key_of("ror-api", "in rounds", sorted(self._params.items()))

    def pages(self, cursor: Cursor | None = None) -> Iterator[Page]:
        """Pages of JSON objects. Raises FetchError, also when there is more than the API gives, or when some
        are missing still after the list was gone through again and again."""
        state = opened(cursor, self.key, {"page": 1, "got": 0, "seen": [], "round": 1})
        while not state["done"]:
            answer = self._ask(state["page"])
            total = whole(answer.get("number_of_results"))
            if total is not None and total > MOST:
                raise HarvestError(
                    f"ROR's API gives at most {MOST:,} of {total:,} organisations; use the dump."
                )
            fresh = _not_among(set(state["seen"]), answer["items"])
            got = state["got"] + len(answer["items"])
            state = {**state, "page": state["page"] + 1, "got": got, "seen": [*state["seen"], *fresh]}
            if not answer["items"] or (total is not None and max(got, len(state["seen"])) >= total):
                state = self._round_over(state, total)
            yield Page(tuple(fresh.values()), dict(state), total=total)

    def _round_over(self, state: Cursor, total: int | None) -> Cursor:
        missing = (total or 0) - len(state["seen"])
        if missing <= 0:
            return {**state, "done": True}
        if state["round"] >= ROUNDS:
            raise HarvestError(
                f"ROR's API left out {missing:,} of {total:,} organisations, whatever page was asked for; use the dump."
            )
        return {**state, "page": 1, "got": 0, "round": state["round"] + 1}

    def one(self, identifier: str) -> bytes:
        """One organisation. Raises FetchError."""
        request = Request(
            f"{self._address}/{identifier}",
            headers=self._headers(),
            secrets=self._secrets(),
            check=json_object,
        )
        return self._fetcher.fetch(request).body

    def _headers(self) -> dict[str, str]:
        return {"Accept": "application/json"}

    def _secrets(self) -> dict[str, str]:
        return {"Client-Id": self._client_id} if self._client_id else {}

    def _ask(self, page: int) -> dict[str, Any]:
        params = {**self._params, "page": str(page)}
        request = Request(
            self._address, params, self._headers(), self._secrets(), check=page_with("items"), cached=False
        )
        answer: dict[str, Any] = self._fetcher.fetch(request).value
        return answer


def _not_among(seen: set[str], items: list[dict[str, Any]]) -> dict[str, bytes]:
    """The items by their identifiers, without those that were seen."""
    return {name: item for name, item in named(items, "id") if name not in seen}
