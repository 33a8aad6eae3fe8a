"""Asking for an address as somebody, and telling in one letter what became of it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db import connection, transaction
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.urls import reverse

from tests.hub.newsroom.rendering import PANGO
from tests.hub.permissions.table import Row
from tests.hub.permissions.world import Thing, World

LETTERS = {403: "d", 404: "n", 405: "m", 400: "b", 409: "c"}
WRITING = re.compile(r'\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE)
OF_EACH_REQUEST = frozenset({"X-Request-ID", "Content-Security-Policy", "Date", "Expires"})
"""Headers that differ from one request to the next: an identifier, a nonce, the time on the machine's own clock."""
TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value=|nonce=|"X-CSRFToken": ?)"[^"]*"')
ABSENT = {uuid.UUID: uuid.UUID(int=2**127 + 1), int: 10**9, str: "absent"}


class Wrote(AssertionError):
    """A request that must only read has written."""


def letter(response: HttpResponse) -> str:
    """The letter of the table for an answer."""
    if response.status_code in LETTERS:
        return LETTERS[response.status_code]
    if response.status_code in {301, 302, 303}:
        there = str(response.headers["Location"])
        return "s" if there.startswith(resolve_url(settings.LOGIN_URL) + "?") else "o"
    if response.status_code == 503 and not PANGO:
        return "o"
    return "o" if response.status_code in {200, 204} else f"?{response.status_code}?"


def address(row: Row, thing: Thing) -> str:
    """Where the row's thing is found."""
    found = reverse(row.name, kwargs=dict(thing.arguments))
    return f"{found}?{thing.query}" if thing.query else found


def absent(thing: Thing) -> Thing:
    """The same kind of thing, that there is not. There is no third language to ask for."""
    arguments = {
        name: value if name == "language" else ABSENT[type(value)] for name, value in thing.arguments.items()
    }
    return Thing(arguments, thing.query)


def body_of(row: Row, world: World) -> dict[str, Any]:
    """What a POST of the row sends; words in braces are the world's. A form that was sent is never quite empty."""
    return {"sent": "1", **{name: value.format(**world.words) for name, value in row.body.items()}}


def ask(
    world: World, who: str, method: str, path: str, body: Mapping[str, Any] | None = None
) -> HttpResponse:
    """One request. Nothing that it changes outlasts it."""
    client = world.client(who)
    with transaction.atomic():
        response: HttpResponse = client.generic(method, path) if body is None else client.post(path, body)
        if response.streaming:
            # Read to the end it closes its file; closed by hand it would end the connection to the database.
            response.getvalue()
        transaction.set_rollback(True)
    if method != "GET":
        caches["pages"].clear()
    return response


def told(response: HttpResponse, path: str) -> tuple[object, ...]:
    """Everything that an answer tells, but for the address that was asked for and what each request has its own of."""
    content = TOKEN.sub(rb'\1""', response.content)
    for name in (path, path.partition("?")[0]):
        content = content.replace(name.encode(), b"HERE").replace(name.replace("/", "%2F").encode(), b"HERE")
    headers = {
        key: value.replace(path, "HERE")
        for key, value in response.headers.items()
        if key not in OF_EACH_REQUEST and key != "Content-Length"
    }
    return response.status_code, headers, sorted(response.cookies), content


@contextmanager
def reading_only(allowed: frozenset[str]) -> Iterator[None]:
    """Fail on whatever is written to another table than those allowed."""

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = WRITING.match(sql)
        if found and found[1].lower() not in allowed:
            raise Wrote(sql[:200])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield
