"""The one fetcher: HTTP with limits, patience, turns, a cache and downloads that can be resumed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Final

import httpx

from vidensbro.kit.sources.fetching import addresses
from vidensbro.kit.sources.fetching.bodies import BodyTooLarge, at_most, decoded, within
from vidensbro.kit.sources.fetching.cache import FolderCache, Kept
from vidensbro.kit.sources.fetching.checksums import Checksum
from vidensbro.kit.sources.fetching.downloading import Downloading, Limits
from vidensbro.kit.sources.fetching.errors import Refused, StorageFailed, TooLarge, WrongContent
from vidensbro.kit.sources.fetching.line import Later, Line, Manners, excerpt_of, refused
from vidensbro.kit.sources.fetching.patience import Patience, Rate, Surroundings, Turns
from vidensbro.kit.sources.fetching.protocol import Download, Reply, Request

_CONTACT: Final = re.compile(r"https?://[^\s()<>]+|(?:mailto:)?[^\s()<>@]+@[^\s()<>@]+\.[^\s()<>@]+")
MAX_BYTES: Final = 64 << 20
MAX_FILE: Final = 32 << 30


class HttpFetcher:
    """A `Fetcher` over HTTP. Threads may share it; close it, or use it in a `with` block."""

    def __init__(
        self,
        contact: str,
        *,
        product: str = "Vidensbro",
        cache: Path | None = None,
        rates: Mapping[str, Rate] | None = None,
        rate: Rate = Rate(),  # noqa: B008 - frozen
        patience: Patience = Patience(),  # noqa: B008 - frozen
        timeout: float = 30.0,
        deadline: float = 300.0,
        max_bytes: int = MAX_BYTES,
        max_file: int = MAX_FILE,
        allow: Callable[[str], bool] | None = None,
        environment: bool = True,
        progress: Callable[[Path, int, int | None], None] | None = None,
        around: Surroundings = Surroundings(),  # noqa: B008 - frozen
    ) -> None:
        """`contact` is a mail address or web page at which the operator is reached; every request says it.

        `rates` are by host ("api.ror.org"), `rate` holds for the others. `timeout` is in seconds for each
        read, `deadline` for a whole answer in memory. `max_bytes` and `max_file` are in bytes. `allow` says
        of a host whether it may be asked, also after a redirect. `environment` lets the proxies of the
        environment be used. `progress` hears of downloads: where to, bytes so far, bytes in all. Raises
        ValueError without a contact.
        """
        if not _CONTACT.fullmatch(contact):
            raise ValueError("Give a mail address or web page as contact, such as mail@example.org.")
        reach = contact if contact.startswith(("http", "mailto:")) else f"mailto:{contact}"
        manners = Manners(f"{product} (+{reach})", timeout, environment=environment, allow=allow)
        self._line = Line(manners, patience, Turns(dict(rates or {}), rate), around)
        self._around = around
        self._cache = FolderCache(cache) if cache is not None else None
        self._deadline = deadline
        self._max_bytes = max_bytes
        self._limits = Limits(max_file, progress=progress)

    def __enter__(self) -> HttpFetcher:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close connections."""
        self._line.close()

    def now(self) -> dt.datetime:
        """The time in UTC."""
        return dt.datetime.fromtimestamp(self._around.clock(), dt.UTC)

    def fetch(self, request: Request) -> Reply:
        """The answer, whole and in memory. Raises FetchError."""
        url = addresses.checked(addresses.with_params(request.url, request.params))
        accept = request.headers.get("Accept", "*/*")
        cache = self._cache if request.cached and not request.posts else None
        kept = cache.find(url, accept) if cache is not None else None
        reply = self._line.patiently(lambda: self._once(request, kept))
        if cache is not None and reply.status == httpx.codes.OK and not reply.from_cache:
            try:
                cache.keep(url, accept, reply.headers, reply.body)
            except OSError as error:
                raise StorageFailed(
                    f"The cache cannot be written ({error}). Make room, or fetch without it.", url=reply.url
                ) from error
        return reply

    def download(
        self, request: Request, to: Path, *, checksum: Checksum | None = None, size: int | None = None
    ) -> Download:
        """The answer as a file at `to`, which is there whole or not at all.

        What was fetched before a break, a kill or an error lies beside it and is resumed, if the server can
        and the file has not changed meanwhile. `checksum` and `size` (bytes) are what the source promises.
        Raises FetchError.
        """
        limits = self._limits if request.max_bytes is None else self._limits.with_most(request.max_bytes)
        return Downloading(self._line, request, to, limits, checksum, size).run()

    def _once(self, request: Request, kept: Kept | None) -> Reply:
        headers = kept.conditions if kept is not None else {}
        with self._line.exchange(request, headers) as (response, url):
            if response.status_code == httpx.codes.NOT_MODIFIED and kept is not None:
                merged = {**kept.headers, **_headers(response)}
                return self._checked(request, Reply(kept.url, 200, merged, kept.body, from_cache=True))
            if not response.is_success and response.status_code not in request.said:
                shown = addresses.shown(url)
                status = response.status_code
                raise Refused(f"{shown} answered {status} unasked.", url=shown, status=status)
            body = self._body(response, request, url)
            reply = Reply(addresses.shown(url), response.status_code, _headers(response), body)
        return self._checked(request, reply)

    def _body(self, response: httpx.Response, request: Request, url: str) -> bytes:
        limit = request.max_bytes if request.max_bytes is not None else self._max_bytes
        pieces = within(response.iter_raw(), self._deadline, self._around.monotonic)
        encoding = response.headers.get("content-encoding", "")
        try:
            return b"".join(at_most(decoded(pieces, encoding), limit))
        except BodyTooLarge as error:
            shown = addresses.shown(url)
            raise TooLarge(f"{shown} sends more than the {limit:,} bytes allowed.", url=shown) from error

    def _checked(self, request: Request, reply: Reply) -> Reply:
        if request.check is None:
            return reply
        try:
            value = request.check(reply.body)
        except ValueError as error:
            if reply.status in request.said:
                raise refused(reply.url, reply.status, excerpt_of(reply.body)) from error
            raise Later(WrongContent(_unexpected(reply, error), url=reply.url)) from error
        return Reply(reply.url, reply.status, reply.headers, reply.body, value, reply.from_cache)


def _headers(response: httpx.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


def _unexpected(reply: Reply, error: ValueError) -> str:
    if reply.body[:200].lstrip()[:14].lower().startswith((b"<!doctype html", b"<html")):
        return f"{reply.url} answered with a web page instead of data. Look at it in a browser."
    return f"What {reply.url} answered cannot be read ({error})."
