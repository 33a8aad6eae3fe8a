"""Choosing the language of the pages."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from vidensbro.hub.ui.languages import remember

LANGUAGES = tuple(code for code, _ in settings.LANGUAGES)


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language in a cookie and go back to the page."""
    response: HttpResponse = set_language(request)
    return response


class LanguageMiddleware:
    """A POST that names a language is answered in it, and the choice is kept.

    So the page that answers a POST, such as the matches for a text, can be shown again in the other language.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        chosen = request.POST.get("language", "") if request.method == "POST" else ""
        if chosen not in LANGUAGES:
            return self.get_response(request)
        with translation.override(chosen):
            response = self.get_response(request)
        # The outer middleware would name the language that the request came in.
        response.headers.setdefault("Content-Language", chosen)
        remember(response, chosen)
        return response
