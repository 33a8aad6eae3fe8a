"""Answering with a document, or with the word that nothing has changed (RFC 9110, section 13; RFC 9111)."""

from __future__ import annotations

from calendar import timegm

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from vidensbro.hub.common import clock
from vidensbro.hub.newsroom.feeds.keeping import Document


def answer(request: HttpRequest, document: Document, content_type: str, links: str = "") -> HttpResponse:
    """200 with the document, or 304, or 412, as the request's preconditions ask for.

    `links` is the value of the Link header (RFC 8288), if there is one.
    """
    response = HttpResponse(document.content, content_type=content_type)
    response["Content-Length"] = str(len(document.content))
    response["ETag"] = document.etag
    response["Cache-Control"] = f"public, max-age={fresh_seconds()}, must-revalidate"
    seconds = None
    if document.modified is not None:
        seconds = timegm(document.modified.utctimetuple())
        response["Last-Modified"] = http_date(seconds)
    if links:
        response["Link"] = links
    if _malformed(request):
        # A reader that sends a tag without its quotes has one: dates no longer count (RFC 9110, section 13.1.3).
        return response
    found = get_conditional_response(request, document.etag, seconds, response)
    if not isinstance(found, HttpResponse):
        return response
    if found.status_code == 304:
        # Of what would have been sent, if at all (RFC 9110, section 8.6).
        found["Content-Length"] = response["Content-Length"]
    return found


def fresh_seconds() -> int:
    """For how long a cache may keep what it is given: until the next full minute.

    Hours of releases are full minutes, so no cache shows a feed beyond one; and since the end is the same whether or
    not anything is to appear then, it tells nobody that something is.
    """
    moment = clock.now()
    return 60 - moment.second - (1 if moment.microsecond else 0)


def _malformed(request: HttpRequest) -> bool:
    given = request.headers.get("If-None-Match", "").strip()
    return bool(given) and given != "*" and '"' not in given
