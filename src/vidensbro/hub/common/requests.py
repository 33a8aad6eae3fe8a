"""What belongs to one request: its identifier."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextvars import ContextVar

import structlog
from django.http import HttpRequest, HttpResponseBase

from vidensbro.hub.common.ids import new_id

_request_id: ContextVar[str] = ContextVar("vidensbro_request_id", default="")
_ALLOWED = re.compile(r"[A-Za-z0-9._-]{8,64}\Z")


def request_id() -> str:
    """The identifier of the request being answered, or "" outside a request."""
    return _request_id.get()


class RequestIdMiddleware:
    """Gives every request an identifier (the proxy's, if it sent a sound one) for logs, audit and answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        name = given if _ALLOWED.match(given) else str(new_id())
        # For lines that are written after the answer has left us, such as Django's own about a 404.
        request.request_id = name  # type: ignore[attr-defined]
        token = _request_id.set(name)
        try:
            with structlog.contextvars.bound_contextvars(request_id=name):
                response = self.get_response(request)
        finally:
            _request_id.reset(token)
        response.headers["X-Request-ID"] = name
        return response
