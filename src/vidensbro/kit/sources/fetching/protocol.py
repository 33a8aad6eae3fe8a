"""What a harvester asks of the network, and what it gets: the only door through which the kit fetches."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from vidensbro.kit.sources.fetching.checksums import Checksum

Check = Callable[[bytes], Any]
"""Reads a body; raises ValueError for one that is not what was asked for."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for.

    `form` makes it a POST with URL-encoded fields, `parts` one with JSON documents as parts of a form
    (multipart/form-data), `document` one with a JSON document; all are repeated like a GET when the server is
    busy, so they are for searches and tokens only. `secrets` are headers that no other server may see; parameters
    that hold keys are known by their names. `check` reads the body, and its failure is met by asking again. `busy`
    are statuses that mean "later" at this source beyond those that always do; `said` are statuses that refuse, but
    whose body is an answer all the same if `check` can read it. `max_bytes` counts after decompression.
    """

    url: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    parts: Mapping[str, Any] | None = None
    document: Any = None
    check: Check | None = None
    busy: frozenset[int] = frozenset()
    said: frozenset[int] = frozenset()
    max_bytes: int | None = None
    cached: bool = True

    @property
    def posts(self) -> bool:
        """Whether it is a POST."""
        return self.form is not None or self.parts is not None or self.document is not None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of status 2xx, or one of the request's `said`. `headers` have lower-case names; `url` is where it
    came from in the end, without secrets; `value` is what the request's check made of the body; `from_cache`
    tells that the server confirmed what we had."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    value: Any = None
    from_cache: bool = False


@dataclass(frozen=True, slots=True)
class Download:
    """A file that lies at `path`, whole. `resumed` counts the bytes that were there already; `unchanged`
    tells that the server confirmed the file of last time."""

    path: Path
    size: int
    md5: str
    sha256: str
    etag: str = ""
    last_modified: str = ""
    resumed: int = 0
    unchanged: bool = False


class Fetcher(Protocol):
    """The network, as harvesters see it."""

    def fetch(self, request: Request) -> Reply:
        """The answer, whole and in memory. Raises FetchError."""
        ...

    def download(
        self,
        request: Request,
        to: Path,
        *,
        checksum: Checksum | None = None,
        size: int | None = None,
    ) -> Download:
        """The answer as a file, resumed where it broke off. Raises FetchError."""
        ...

    def now(self) -> dt.datetime:
        """The time in UTC, as the fetcher's clock tells it."""
        ...
