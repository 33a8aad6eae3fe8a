"""What crawlers are asked to leave alone, and where the sitemaps lie (RFC 9309; sitemaps.org 0.9)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

ENTRANCES: Final = ("sign-in", "sign-up", "sign-out", "reset-password", "my-needs", "new-need", "match")
"""Names of forms, of pages that lead to signing in, and of that whose answer is computed for whoever asks."""
CLOSED: Final = ("account", "secretariat", "collaborations", "press-desk", "for-the-press")
"""Names of addresses below which there is nothing for everybody."""
LINKS: Final = (
    "/answer/",
    "/confirm-email/",
    "/confirm-new-email/",
    "/files/",
    "/mail/",
    "/newsroom/leave/",
    "/newsroom/press/ask/",
    "/newsroom/read/",
    "/newsroom/subscribe/confirm/",
    "/newsroom/subscription/",
    "/privacy/request/",
)
"""Beginnings of addresses that somebody was given in a mail, or that are counted."""
NARROWED: Final = ("needs", "teasers", "directory", "people", "knowledge", "offers", "newsroom-archive")
"""Names of lists that can be searched, narrowed and leafed through without end. Each first page may be read, and by
`page` alone those behind it."""
SITEMAPS: Final = ("news-sitemap",)
SECONDS: Final = 3600


@require_safe
@cache_control(public=True, max_age=SECONDS)
def robots(request: HttpRequest) -> HttpResponse:
    """The file robots.txt: the same for everybody, whatever is on the site, so that it tells of nothing that waits."""
    return HttpResponse("\n".join(_lines()) + "\n", content_type="text/plain; charset=utf-8")


def _lines() -> Iterator[str]:
    yield "User-agent: *"
    for name in ENTRANCES + CLOSED:
        yield f"Disallow: {reverse(name)}"
    for path in LINKS:
        yield f"Disallow: {path}"
    for name in NARROWED:
        yield f"Disallow: {reverse(name)}?"
        yield f"Allow: {reverse(name)}?page="
    yield ""
    for name in SITEMAPS:
        yield f"Sitemap: {settings.VIDENSBRO_BASE_URL}{reverse(name)}"
