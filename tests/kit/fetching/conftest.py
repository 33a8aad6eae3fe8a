"""A real HTTP server on loopback that does what each test says, and a fetcher whose time is the test's."""

from __future__ import annotations

import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from vidensbro.kit.sources.fetching import HttpFetcher, Patience, Rate, Surroundings


@dataclass
class Asked:
    """A request as it came in."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.asked = Asked(self.command, parts.path, query, headers, body)
        self.server.site.log.append(self.asked)
        self.server.site.answer(self)

    do_POST = do_GET

    def reply(self, status: int, body: bytes = b"", **headers: str) -> None:
        """A well-behaved answer."""
        self.send_response(status)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in {"Content-Length": str(len(body)), **named}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def begin(self, length: int | None, status: int = 200, **headers: str) -> None:
        """The head of an answer whose body the test writes."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if length is not None:
            self.send_header("Content-Length", str(length))
        else:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()

    def cut(self) -> None:
        """Close the connection in an orderly way, in the middle."""
        self.wfile.flush()
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def reset(self) -> None:
        """Close the connection with a reset."""
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def ranged(self, body: bytes, etag: str, **headers: str) -> None:
        """An answer as a server gives that knows Range and If-Range."""
        found = re.fullmatch(r"bytes=(\d+)-", self.asked.headers.get("range", ""))
        if found and self.asked.headers.get("if-range", etag) == etag:
            start = int(found.group(1))
            if start >= len(body):
                self.reply(416, Content_Range=f"bytes */{len(body)}")
                return
            part = f"bytes {start}-{len(body) - 1}/{len(body)}"
            self.reply(206, body[start:], ETag=etag, Content_Range=part, **headers)
        else:
            self.reply(200, body, ETag=etag, **headers)

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def finish(self) -> None:
        try:
            super().finish()
        except (OSError, ValueError):
            self.close_connection = True  # what the test broke off


class Server(ThreadingHTTPServer):
    daemon_threads = True
    site: Site

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


Behaviour = Callable[[Handler], None]


@dataclass
class Site:
    """The server as tests see it: `on` says what a path does, `log` what was asked."""

    url: str = ""
    log: list[Asked] = field(default_factory=list)
    paths: dict[str, Behaviour] = field(default_factory=dict)
    stop: threading.Event = field(default_factory=threading.Event)

    def on(self, path: str, *behaviours: Behaviour) -> str:
        """Let a path behave so: one after the other, the last one again and again. Gives the address."""
        queue = list(behaviours)

        def behave(handler: Handler) -> None:
            (queue.pop(0) if len(queue) > 1 else queue[0])(handler)

        self.paths[path] = behave
        return self.url + path

    def answer(self, handler: Handler) -> None:
        known = self.paths.get(handler.asked.path)
        if known is None:
            handler.reply(404, b"nothing here")
        else:
            known(handler)


@pytest.fixture
def site() -> Iterator[Site]:
    server = Server(("127.0.0.1", 0), Handler)
    server.site = Site(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server.site
    server.site.stop.set()
    server.shutdown()
    server.server_close()
    thread.join(5)


@dataclass
class Time:
    """A clock that only sleeping moves; `slept` is what was slept."""

    now: float = 1_780_000_000.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def around(self, chance: float = 0.5) -> Surroundings:
        return Surroundings(lambda: self.now, lambda: self.now, self.sleep, lambda: chance)


@pytest.fixture
def moments() -> Time:
    return Time()


FetcherMaker = Callable[..., HttpFetcher]


@pytest.fixture
def fetchers(moments: Time) -> Iterator[FetcherMaker]:
    """Makes fetchers in the test's time, without limits on rates unless they are given."""
    made: list[HttpFetcher] = []

    def make(**options: Any) -> HttpFetcher:
        given = {
            "rate": Rate(1e6, 1e6),
            "around": moments.around(),
            "timeout": 2.0,
            "patience": Patience(attempts=4),
            "environment": False,
            **options,
        }
        made.append(HttpFetcher("ops@example.org", **given))
        return made[-1]

    yield make
    for fetcher in made:
        fetcher.close()


@pytest.fixture
def fetcher(fetchers: FetcherMaker) -> HttpFetcher:
    return fetchers()
