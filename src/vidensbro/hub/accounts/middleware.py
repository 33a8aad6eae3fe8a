"""What is looked at on every request of somebody who is signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from vidensbro.hub.accounts.queries import has_second_factor
from vidensbro.hub.accounts.services import note_use

READING = frozenset({"GET", "HEAD", "OPTIONS"})
OPEN_WITHOUT_FACTOR = frozenset(
    {
        "second-factor",
        "authenticator-app",
        "add-passkey",
        "recovery-codes",
        "confirm-password",
        "confirm-with-code",
        "confirm-with-passkey",
        "sign-out",
        "sign-in",
        "language",
        "theme",
        "logo",
        "health",
        "ready",
        "about",
        "privacy",
        "accessibility",
    }
)
"""Names of the addresses that somebody may open who has yet to add a second factor."""


class SecondFactorMiddleware:
    """Whose role must have a second factor is led to adding one before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """The way to the page of second factors, or None."""
        if not settings.VIDENSBRO_SECOND_FACTOR:
            return None
        match = request.resolver_match
        if match is not None and match.url_name in OPEN_WITHOUT_FACTOR:
            return None
        user = request.user
        if not user.is_authenticated or user.role not in settings.VIDENSBRO_SECOND_FACTOR:
            return None
        return None if has_second_factor(user.pk) else redirect("second-factor")


class LastUsedMiddleware:
    """Keeps when a session was last used for more than reading: reading writes nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method not in READING and request.user.is_authenticated:
            note_use(request.session.session_key or "")
        return response
