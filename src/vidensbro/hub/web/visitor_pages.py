"""Pages for visitors are kept for a moment: rendering an answer with all its evidence costs more than finding it.

Kept only for those who are not signed in and have no session, so that a page holds nothing of anybody's; only until
something changes, because the newest audit events and the index's version are part of its name; and never longer than
`SECONDS`. The CSRF token in it is each visitor's own.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.urls import ResolverMatch
from django.utils.translation import get_language

from vidensbro.hub.audit import queries as audit
from vidensbro.hub.common import clock
from vidensbro.hub.common.caching import pages
from vidensbro.hub.common.errors import Unavailable
from vidensbro.hub.matches.engine import index_version

SECONDS = 60
PAGES = frozenset(
    {
        "home",
        "match",
        "needs",
        "need",
        "directory",
        "people",
        "organisation",
        "person",
        "knowledge",
        "offers",
        "work",
        "offer",
        "fields",
        "field",
        "about",
        "privacy",
        "accessibility",
        "introduction-figures",
        "neutrality",
        "newsroom",
        "newsroom-archive",
        "release",
    }
)
"""Names of the addresses whose pages are kept. A need that is posted to "match" is computed, not stored."""

TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]*"')
KEPT_HEADERS = ("Content-Type", "Content-Language", "Cache-Control", "Expires", "Vary", "Link")

Kept = tuple[bytes, dict[str, str]]


class VisitorPagesMiddleware:
    """Stands behind the CSRF middleware: a posted need is checked before its answer is taken from memory."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        name = getattr(request, "visitor_page", "")
        if name and response.status_code == 200 and not response.streaming and not _has_cookies(response):
            headers = {key: response[key] for key in KEPT_HEADERS if key in response}
            pages.set(name, (response.content, headers), SECONDS)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """The kept page, if there is one."""
        if not _may_be_kept(request):
            return None
        try:
            name = _name(request)
        except Unavailable:
            # No index, no name to keep a page under. Pages that need it say so; the others do without.
            return None
        kept: Kept | None = pages.get(name)
        if kept is None:
            request.visitor_page = name  # type: ignore[attr-defined]
            return None
        content, headers = kept
        return HttpResponse(_with_token(request, content), headers=headers)


def _may_be_kept(request: HttpRequest) -> bool:
    match: ResolverMatch | None = request.resolver_match
    return (
        settings.VIDENSBRO_VISITOR_PAGES
        and match is not None
        and match.url_name in PAGES
        and (request.method == "GET" or (request.method == "POST" and match.url_name == "match"))
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and "messages" not in request.COOKIES
    )


def _name(request: HttpRequest) -> str:
    """Everything that a visitor's page depends on. Raises Unavailable: the index cannot be read."""
    posted = sorted(
        (key, tuple(values)) for key, values in request.POST.lists() if key != "csrfmiddlewaretoken"
    )
    parts = (
        request.method,
        request.get_host(),
        request.get_full_path(),
        posted,
        get_language(),
        [request.headers.get(name) for name in ("HX-Request", "HX-Target", "HX-Request-Type")],
        audit.newest(),
        index_version(),
        # What waits for its minute is not on a page that was kept before it.
        clock.now().replace(second=0, microsecond=0),
    )
    return "visitor:" + hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _with_token(request: HttpRequest, content: bytes) -> bytes:
    if TOKEN.search(content) is None:
        return content
    token = get_token(request).encode()
    return TOKEN.sub(lambda found: found[1] + token + b'"', content)


def _has_cookies(response: HttpResponse) -> bool:
    return any(name != settings.CSRF_COOKIE_NAME for name in response.cookies)
