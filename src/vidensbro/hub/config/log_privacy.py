"""What must not come into a log: who somebody is, what somebody wrote, and links that open something.

A log is copied, searched and kept by others than those who may read the database. So lines about a request name its
route and never its address, exceptions say their kind and place, and their message only where it speaks of the
program or the machine.
"""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Iterator, Mapping, MutableMapping
from logging import LogRecord
from smtplib import SMTPException
from typing import Any, Final

from django.core.exceptions import ImproperlyConfigured
from django.db import InterfaceError, OperationalError

from vidensbro.hub.common.errors import HubError

Event = MutableMapping[str, Any]

SPEAKS_OF_THE_PROGRAM: Final = (
    AttributeError,
    HubError,
    ImportError,
    ImproperlyConfigured,
    InterfaceError,
    MemoryError,
    NameError,
    OperationalError,
    OSError,
    RecursionError,
    TypeError,
)
"""Kinds of exceptions whose message holds nothing that a user has given."""

QUOTES_USERS: Final = (SMTPException,)
"""Kinds below those that do: a mail server's answer repeats the address."""

_ADDRESS: Final = re.compile(r"[^\s@<>\"'(),:;=\[\]]+@[^\s@<>\"'(),:;=\[\]]+")
_MASK: Final = "[address]"


def speak_of_routes(logger: Any, method: str, event: Event) -> Event:
    """Say of what Django tells about a request its route and status, never its address, which can hold a token."""
    record: LogRecord | None = event.get("_record")
    request = getattr(record, "request", None)
    # Of a plain socket, which the development server gives, nothing is told either.
    if record is None or request is None:
        return event
    event["event"] = "request.refused"
    event["status"] = getattr(record, "status_code", None)
    match = getattr(request, "resolver_match", None)
    event["route"] = match.view_name if match is not None else "unresolved"
    if record.name == "django.security.csrf" and isinstance(record.args, tuple) and record.args:
        event["reason"] = record.args[0]
    # Django writes this line after the middleware has been left, and the context with it.
    if name := getattr(request, "request_id", ""):
        event.setdefault("request_id", name)
    return event


def without_clients(logger: Any, method: str, event: Event) -> Event:
    """Leave out what gunicorn tells of a client: its address on the net, and what it asked for."""
    record: LogRecord | None = event.get("_record")
    if record is not None and record.name.startswith("gunicorn"):
        told = str(record.msg)
        if told.startswith(("Error handling request", "Invalid request from")):
            event["event"] = told.split("%", 1)[0].split(" from ip", 1)[0].strip()
    return event


def tell_exceptions(logger: Any, method: str, event: Event) -> Event:
    """Put an exception into words: its places, its kind, its message only where that is about the program."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["exception"] = "\n".join(_told(error))
    return event


def without_addresses(logger: Any, method: str, event: Event) -> Event:
    """Mask whatever looks like an e-mail address, in every value."""
    for name, value in event.items():
        if not name.startswith("_"):
            event[name] = _masked(value)
    return event


def _told(error: BaseException) -> Iterator[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _told(before)
        yield "and then:"
    yield "".join(traceback.format_tb(error.__traceback__)).rstrip()
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    safe = isinstance(error, SPEAKS_OF_THE_PROGRAM) and not isinstance(error, QUOTES_USERS)
    yield f"{name}: {error}" if safe else name


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return _ADDRESS.sub(_MASK, value)
    if isinstance(value, Mapping):
        return {name: _masked(one) for name, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_masked(one) for one in value]
    return value
