"""Answers feeds before anything looks at who is asking."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import Resolver404, resolve

from vidensbro.hub.common.errors import HubError
from vidensbro.hub.newsroom.feeds import limits


class FeedsMiddleware:
    """Feeds and the sitemap for news are the same whoever asks, and readers ask for them all day long.

    So it stands in front of sessions, accounts and languages, and whoever asks too often is refused before anything is
    looked up. What there is not is told by a page, which needs all of them: such a request goes on its ordinary way.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            match = resolve(request.path_info, "vidensbro.hub.newsroom.urls.feeds")
        except Resolver404:
            return self._get_response(request)
        request.resolver_match = match
        if limits.too_often(request):
            return _whole(request, limits.refusal(request))
        try:
            request.get_host()
            return _whole(request, match.func(request, *match.args, **match.kwargs))
        except (DisallowedHost, HubError):
            return self._get_response(request)


def _whole(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """With its length, so that the connection stays open; without a content where only its headers are asked for."""
    response.headers.setdefault("Content-Length", str(len(response.content)))
    if request.method == "HEAD":
        response.content = b""
    return response
