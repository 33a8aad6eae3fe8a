"""A small reverse proxy that behaves as the ones in `deploy/` are told to: two upstreams, probes, careful retries.

- Every upstream is asked for /readyz five times a second, and left alone while it does not say 200 (Caddy's
  `health_uri`).
- A request is tried at the next upstream if no connection could be had, or, when it changes nothing (GET, HEAD), if
  the answer broke off before its first byte (nginx's `proxy_next_upstream error`; Caddy's `lb_try_duration`).
- Every connection carries one request.
- Pages take turns apart from static files: a page comes from another server than the page before it, however many
  pictures and scripts it names.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass
class Upstream:
    """One web server."""

    port: int
    ready: bool = True
    answered: int = 0


@dataclass
class Proxy:
    """A proxy before some upstreams."""

    upstreams: Sequence[Upstream]
    probing: bool = True
    retried: Counter[str] = field(default_factory=Counter)

    async def serve(self, port: int) -> asyncio.Server:
        """Listen, and probe."""
        self._turns = {True: itertools.count(), False: itertools.count()}
        self._probes = asyncio.ensure_future(self._probe()) if self.probing else None
        return await asyncio.start_server(self._handle, "127.0.0.1", port)

    async def _probe(self) -> None:
        while True:
            for one in self.upstreams:
                answer = await _ask(
                    one.port, b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                )
                one.ready = answer.startswith(b"HTTP/1.1 200")
            await asyncio.sleep(0.2)

    def _order(self, request: bytes) -> Iterator[Upstream]:
        """Those that are ready in turn; when none is, all of them."""
        able = [one for one in self.upstreams if one.ready] or list(self.upstreams)
        first = next(self._turns[request.split(b" ", 2)[1].startswith(b"/static/")])
        for number in range(len(able)):
            yield able[(first + number) % len(able)]

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            request = await _request(reader)
            writer.write(await self._answer(request))
            await writer.drain()
        writer.close()

    async def _answer(self, request: bytes) -> bytes:
        changes_nothing = request.startswith((b"GET", b"HEAD"))
        for one in self._order(request):
            try:
                channel = await asyncio.open_connection("127.0.0.1", one.port)
            except OSError:
                self.retried["refused"] += 1
                continue
            answer = await _exchange(*channel, request)
            if answer or not changes_nothing:
                one.answered += bool(answer)
                return answer or b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            self.retried["broken off"] += 1
        return b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


async def _request(reader: asyncio.StreamReader) -> bytes:
    """A whole request, with the headers that the real ones set."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.split(b"\r\n")[:-2]
    length = next((int(line[15:]) for line in lines if line.lower().startswith(b"content-length:")), 0)
    kept = [line for line in lines if not line.lower().startswith((b"connection:", b"x-forwarded"))]
    kept += [b"Connection: close", b"X-Forwarded-For: 192.0.2.7", b"X-Forwarded-Proto: http"]
    return b"\r\n".join(kept) + b"\r\n\r\n" + await reader.readexactly(length)


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bytes:
    """The whole answer; nothing if it broke off."""
    try:
        writer.write(request)
        await writer.drain()
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def _ask(port: int, request: bytes) -> bytes:
    try:
        return await asyncio.wait_for(
            _exchange(*await asyncio.open_connection("127.0.0.1", port), request), 5
        )
    except (OSError, TimeoutError):
        return b""
