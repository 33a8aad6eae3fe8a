"""Turns what services refuse into pages."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from vidensbro.hub.common.errors import Conflict, Denied, HubError, Invalid, NotFound, Unavailable
from vidensbro.hub.common.messages import words_for


class HubErrorMiddleware:
    """A page for every error that a service raises on purpose."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page for a `HubError`; other errors go on to be server errors."""
        if not isinstance(error, HubError):
            return None
        if (
            isinstance(error, Denied)
            and error.reason == "sign_in_needed"
            and request.method in {"GET", "HEAD"}
        ):
            return redirect_to_login(request.get_full_path())
        status, heading, sentence = _told(error)
        context = {"status": status, "heading": heading, "sentence": sentence}
        response = render(request, "web/error.html", context, status=status)
        if isinstance(error, Unavailable) and error.seconds:
            response["Retry-After"] = str(error.seconds)
        return response


def _told(error: HubError) -> tuple[int, str, str]:
    if isinstance(error, NotFound):
        return 404, _("There is nothing here"), _("The page may have been moved, or it is not open to you.")
    if isinstance(error, Denied):
        return 403, _("You may not do this"), str(words_for(error.reason))
    if isinstance(error, Conflict):
        return 409, _("This cannot be done now"), str(words_for(error.reason))
    if isinstance(error, Unavailable):
        return 503, _("Out of order for the moment"), str(words_for(error.reason))
    if isinstance(error, Invalid):
        codes = [code for codes in error.problems.values() for code in codes]
        return (
            400,
            _("Something is not right"),
            " ".join(str(words_for(code)) for code in dict.fromkeys(codes)),
        )
    return 500, _("Something went wrong"), str(words_for(error.code))
