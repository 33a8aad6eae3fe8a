"""The OpenAlex snapshot: gzipped JSON lines in partitions by date of change, listed in manifests."""

from __future__ import annotations

import datetime as dt
import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import orjson

from vidensbro.kit.sources.fetching.errors import HarvestError, Refused
from vidensbro.kit.sources.fetching.harvesting import Cursor, Page, inner, json_object, key_of, opened, whole
from vidensbro.kit.sources.fetching.openalex_limits import Limits
from vidensbro.kit.sources.fetching.protocol import Download, Fetcher, Request
from vidensbro.kit.sources.fetching.s3_listing import listing

ADDRESS: Final = "https://openalex.s3.amazonaws.com"
LAYOUTS: Final = ("data/jsonl/{entity}/manifest.json", "data/{entity}/manifest")
"""Where manifests lie: since June 2026, and before."""
MERGED: Final = ("legacy-data/merged_ids/{entity}/", "data/merged_ids/{entity}/")
BATCH: Final = 1000
_MAX_MANIFEST: Final = 256 << 20
_PART: Final = re.compile(r"^s3://[a-z0-9.-]+/(.+/updated_date=(\d{4}-\d\d-\d\d)/([\w.-]+\.gz))$")


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the snapshot. `key` is its place in the bucket, `updated` the date of its partition;
    `size` is in bytes, `records` counts its lines; either is None where the manifest does not say."""

    key: str
    updated: dt.date
    name: str
    size: int | None
    records: int | None


class OpenAlexSnapshot:
    """One kind of record from the snapshot, part by part, in the order of the dates of change.

    A part is fetched, read and removed again, so that the disk needs room for one part (under 2 GB) only.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        folder: Path,
        *,
        entity: str = "works",
        limits: Limits = Limits(),  # noqa: B008 - frozen
        address: str = ADDRESS,
        keep: bool = False,
    ) -> None:
        """Parts lie in `folder` while they are read, and stay there with `keep`. Raises ValueError."""
        limits.check(entity)
        self._fetcher = fetcher
        self._folder = folder
        self._entity = entity
        self._limits = limits
        self._address = address.rstrip("/")
        self._keep = keep

    @property
    def key(self) -> str:
        """What is harvested."""
        return key_of("openalex-snapshot", self._entity, self._limits)

    def parts(self) -> tuple[Part, ...]:
        """The parts by date and name, from the manifest; those before `updated_since` are left out."""
        since = self._limits.updated_since or dt.date.min
        found = [part for part in self._manifest() if part.updated >= since]
        return tuple(sorted(found, key=lambda part: (part.updated, part.key)))

    def pages(self, cursor: Cursor | None = None) -> Iterator[Page]:
        """Pages of wanted lines. Raises FetchError; HarvestError when the snapshot is replaced meanwhile."""
        state = opened(cursor, self.key, {"date": "", "part": "", "line": 0, "size": 0})
        if state["done"]:
            return
        for part in self.parts():
            here, at = (part.updated.isoformat(), part.key), (state["date"], state["part"])
            if here < at:
                continue
            # A part of the same name in a newer snapshot is another file, to be read from its beginning.
            same = here == at and state["size"] == (part.size or 0)
            start = int(state["line"]) if same else 0
            for items, line in self._read(part, start):
                state = {**state, "date": here[0], "part": here[1], "line": line, "size": part.size or 0}
                yield Page(items, dict(state))
        yield Page((), {**state, "done": True})

    def fetch_part(self, part: Part) -> Download:
        """One part as a file. Raises FetchError."""
        name = f"{self._entity}-{part.updated.isoformat()}-{part.name}"
        request = Request(f"{self._address}/{quote(part.key, safe='/=')}")
        return self._fetcher.download(request, self._folder / name, size=part.size)

    def merged(self) -> tuple[Download, ...]:
        """The lists of merged identifiers (CSV: merge_date, id, merge_into_id), fetched; maybe none."""
        return tuple(
            self._fetcher.download(
                Request(f"{self._address}/{quote(entry.key, safe='/=')}"),
                self._folder / f"merged_ids-{self._entity}-{entry.key.rpartition('/')[2]}",
                size=entry.size,
            )
            for prefix in MERGED
            for entry in listing(self._fetcher, self._address, prefix.format(entity=self._entity))
            if entry.key.endswith(".csv.gz")
        )

    def withdrawn(self) -> Download | None:
        """The list of deleted records (CSV: work_id, deleted_date), fetched; None if there is none."""
        key = f"data/jsonl/{self._entity}/deleted_ids.csv.gz"
        to = self._folder / f"deleted_ids-{self._entity}.csv.gz"
        try:
            return self._fetcher.download(Request(f"{self._address}/{key}"), to)
        except Refused as error:
            if error.status in {403, 404}:
                return None
            raise

    def _manifest(self) -> list[Part]:
        for layout in LAYOUTS:
            url = f"{self._address}/{layout.format(entity=self._entity)}"
            try:
                reply = self._fetcher.fetch(Request(url, check=json_object, max_bytes=_MAX_MANIFEST))
            except Refused as error:
                if error.status not in {403, 404}:  # S3 says 403 of what is not there to whoever may not list
                    raise
                continue
            return _parts(reply.value, reply.url)
        raise HarvestError(
            f"There is no manifest of {self._entity} at {self._address}. The layout may have changed."
        )

    def _read(self, part: Part, start: int) -> Iterator[tuple[tuple[bytes, ...], int]]:
        """Wanted lines in batches, each with the number of lines read so far."""
        if part.records is not None and start >= part.records:
            return
        download = self.fetch_part(part)
        items: list[bytes] = []
        line = 0
        try:
            with gzip.open(download.path, "rb") as lines:
                for line, text in enumerate(lines, start=1):
                    if line <= start:
                        continue
                    if self._wanted(text, part, line):
                        items.append(text.rstrip())
                    if len(items) >= BATCH:
                        yield tuple(items), line
                        items = []
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            download.path.unlink(missing_ok=True)
            raise HarvestError(f"{part.key} is damaged ({error}). Run it again to fetch it anew.") from error
        if part.records is not None and line != part.records:
            download.path.unlink(missing_ok=True)
            raise HarvestError(f"{part.key} holds {line:,} records, its manifest says {part.records:,}.")
        yield tuple(items), line
        if not self._keep:
            _remove(download.path)

    def _wanted(self, text: bytes, part: Part, line: int) -> bool:
        try:
            return self._limits.fit(self._entity, json_object(text))
        except ValueError as error:
            raise HarvestError(
                f"{part.key}, line {line}: not a JSON object. The snapshot may be damaged or have changed."
            ) from error


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.with_name(f".{path.name}.fetched.json").unlink(missing_ok=True)


def _parts(manifest: dict[str, Any], url: str) -> list[Part]:
    """Parts from a manifest in either layout ("files" of today, "entries" of before). Raises FetchError."""
    entries = manifest.get("files", manifest.get("entries"))
    if not isinstance(entries, list):
        raise HarvestError(f"{url} has neither “files” nor “entries”: the format has changed.", url=url)
    return [_part(entry, url) for entry in entries]


def _part(entry: object, url: str) -> Part:
    address = str(entry.get("url", "")) if isinstance(entry, dict) else ""
    found = _PART.match(address)
    if not isinstance(entry, dict) or not found or ".." in address.split("/"):
        shown = orjson.dumps(entry, default=str)[:120].decode("utf-8", "replace")
        raise HarvestError(f"{url} lists what is no part of a snapshot: {shown}", url=url)
    meta = inner(entry, "meta")
    try:
        updated = dt.date.fromisoformat(found.group(2))
    except ValueError as error:
        raise HarvestError(f"{url} lists a partition that is no date: {address}", url=url) from error
    return Part(
        found.group(1),
        updated,
        found.group(3),
        whole(meta.get("content_length")),
        whole(meta.get("record_count")),
    )
