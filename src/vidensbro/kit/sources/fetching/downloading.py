"""Files from the network: whole or not at all, resumed where they broke off, with the bytes promised.

Resuming is by Range with If-Range (RFC 9110 §13.1.5, §14): only with a strong ETag or a date of change, so
that two versions of a file are never glued together; a server that ignores it, or whose file has changed,
sends the whole, and we begin again.
"""

from __future__ import annotations

import errno
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import httpx

from vidensbro.kit.sources.fetching import addresses
from vidensbro.kit.sources.fetching.bodies import GZIP, PLAIN, at_least
from vidensbro.kit.sources.fetching.checksums import Checksum
from vidensbro.kit.sources.fetching.errors import StorageFailed, TooLarge, WrongChecksum, WrongContent
from vidensbro.kit.sources.fetching.line import Later, Line
from vidensbro.kit.sources.fetching.partial import Known, Partial
from vidensbro.kit.sources.fetching.protocol import Download, Request

_RANGE: Final = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)$")
_WORTH: Final = 1 << 20  # an attempt that brought less than this counts as one that failed
_TRIES: Final = 2


@dataclass(frozen=True, slots=True)
class Limits:
    """`most` bytes; at least `slowest` bytes a second over every `window` seconds."""

    most: int
    slowest: float = 1024.0
    window: float = 60.0
    progress: Callable[[Path, int, int | None], None] | None = None

    def with_most(self, most: int) -> Limits:
        """The same with another size."""
        return replace(self, most=most)


class Downloading:
    """One file on its way."""

    def __init__(
        self,
        line: Line,
        request: Request,
        to: Path,
        limits: Limits,
        checksum: Checksum | None,
        size: int | None,
    ) -> None:
        self._line = line
        self._request = request
        self._to = to
        self._limits = limits
        self._checksum = checksum
        self._size = size
        self._shown = addresses.shown(addresses.with_params(request.url, request.params))
        self._wrong = 0

    def run(self) -> Download:
        """Fetch it. Raises FetchError."""
        try:
            with Partial(self._to, self._shown) as part:
                self._resumed = part.size
                return self._line.patiently(lambda: self._step(part))
        except OSError as error:
            full = error.errno in {errno.ENOSPC, errno.EDQUOT}
            advice = "Make room on the disk" if full else "Check the folder"
            raise StorageFailed(
                f"{self._to.name} cannot be written ({error.strerror}). {advice}, then run it again: "
                "what has been fetched is kept.",
                url=self._shown,
            ) from error

    def _step(self, part: Partial) -> Download:
        before = part.size
        headers = {"Accept-Encoding": "identity", **self._conditions(part)}
        try:
            with self._line.exchange(self._request, headers) as (response, _):
                if response.status_code == httpx.codes.NOT_MODIFIED:
                    return self._unchanged(part)
                if self._begin(response, part):
                    self._receive(response, part)
        except Later as later:
            later.progress = part.size - before >= _WORTH
            raise
        return self._finish(part)

    def _conditions(self, part: Partial) -> dict[str, str]:
        if part.size and part.known.validator:
            return {"Range": f"bytes={part.size}-", "If-Range": part.known.validator}
        part.restart(Known())
        self._resumed = 0
        finished = part.finished()
        if finished is None or (self._checksum and not self._fits(finished)):
            return {}
        return finished.conditions

    def _fits(self, known: Known) -> bool:
        checksum = self._checksum
        return checksum is None or checksum.digest in {known.md5, known.sha256}

    def _unchanged(self, part: Partial) -> Download:
        known = part.finished()
        if known is None:
            raise Later(WrongContent(f"{self._shown} answered 304 unasked.", url=self._shown))
        part.give_up()
        return Download(
            self._to,
            known.total or 0,
            known.md5,
            known.sha256,
            known.etag,
            known.last_modified,
            unchanged=True,
        )

    def _begin(self, response: httpx.Response, part: Partial) -> bool:
        """Make the part ready for the body that follows; false when there is nothing more to come."""
        if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            found = _RANGE.fullmatch(response.headers.get("content-range", ""))
            if found and found.group(3) == str(part.size) and part.size:
                return False
            raise self._again(part, "has no such part of the file")
        self._refuse_pages(response)
        known = _known(response)
        if response.status_code == httpx.codes.PARTIAL_CONTENT:
            found = _RANGE.fullmatch(response.headers.get("content-range", ""))
            if not found or found.group(1) != str(part.size) or not part.size:
                raise self._again(part, "sends another part than was asked for")
            total = int(found.group(3)) if found.group(3) != "*" else None
            if known.etag and part.known.etag and known.etag != part.known.etag:
                raise self._again(part, "has changed the file meanwhile")
            known = replace(known, total=total) if known.validator else replace(part.known, total=total)
        else:
            part.restart(known)
            self._resumed = 0
        self._judge(known.total, part)
        part.note(known)
        return True

    def _again(self, part: Partial, what: str) -> Later:
        part.restart(Known())
        self._resumed = 0
        return Later(WrongContent(f"{self._shown} {what}.", url=self._shown))

    def _refuse_pages(self, response: httpx.Response) -> None:
        kind = response.headers.get("content-type", "").lower()
        if kind.startswith("text/html") and self._to.suffix.lower() not in {".html", ".htm"}:
            raise Later(
                WrongContent(
                    f"{self._shown} answered with a web page instead of the file. Look at it in a browser.",
                    url=self._shown,
                )
            )
        encoding = response.headers.get("content-encoding", "").strip().lower()
        packed = encoding in GZIP and self._to.suffix.lower() in {".gz", ".tgz"}
        if encoding not in PLAIN and not packed:
            raise WrongContent(f"{self._shown} packs the file as “{encoding[:40]}” unasked.", url=self._shown)

    def _judge(self, total: int | None, part: Partial) -> None:
        """Refuse a file that is known to be too large, of another size than promised, or without room."""
        if total is None:
            return
        if total > self._limits.most:
            raise self._too_large(part)
        if self._size is not None and total != self._size:
            part.give_up()
            raise WrongContent(
                f"{self._shown} has {total:,} bytes where {self._size:,} were promised. "
                "The source has changed: read its list again.",
                url=self._shown,
            )
        free = shutil.disk_usage(self._to.parent).free
        if total - part.size > free:
            raise StorageFailed(
                f"{self._to.name} needs {total - part.size:,} bytes more, {free:,} are free. "
                "Make room on the disk, then run it again: what has been fetched is kept.",
                url=self._shown,
            )

    def _too_large(self, part: Partial) -> TooLarge:
        part.give_up()
        return TooLarge(
            f"{self._shown} has more than the {self._limits.most:,} bytes allowed.", url=self._shown
        )

    def _receive(self, response: httpx.Response, part: Partial) -> None:
        limits, around = self._limits, self._line.around
        for piece in at_least(response.iter_raw(), limits.slowest, limits.window, around.monotonic):
            if part.size + len(piece) > limits.most:
                raise self._too_large(part)
            part.write(piece)
            if limits.progress is not None:
                limits.progress(self._to, part.size, part.known.total)

    def _finish(self, part: Partial) -> Download:
        expected = self._size if self._size is not None else part.known.total
        if expected is not None and part.size != expected:
            short = part.size < expected and part.known.total in {None, expected}
            what = f"sent {part.size:,} of {expected:,} bytes"
            if short and part.known.validator:
                raise Later(WrongContent(f"{self._shown} {what}.", url=self._shown))
            raise self._again(part, what)
        if self._checksum is not None and not part.digests.fits(self._checksum):
            self._wrong += 1
            later = self._again(part, f"does not have the checksum {self._checksum}")
            later.error = WrongChecksum(
                f"{self._shown} does not have the checksum {self._checksum} that its source promises. "
                "Fetch the list of checksums again; if it is the same, tell the source.",
                url=self._shown,
            )
            if self._wrong >= _TRIES:
                raise later.error
            raise later
        return part.finish(self._resumed)


def _known(response: httpx.Response) -> Known:
    length = response.headers.get("content-length", "")
    return Known(
        etag=response.headers.get("etag", ""),
        last_modified=response.headers.get("last-modified", ""),
        total=int(length) if length.isdigit() else None,
    )
