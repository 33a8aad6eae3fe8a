"""Pages for what Django itself refuses or cannot do."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, and 413 for what is larger than the site takes."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        most = getattr(exception, "megabytes", settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20)
        too_large = _("What was sent is too large: at most %(megabytes)d MB.") % {"megabytes": most}
        return _page(request, 413, _("Something is not right"), too_large)
    sentence = _("The request could not be read. Go back, load the page again and try once more.")
    return _page(request, 400, _("Something is not right"), sentence)


def denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return _page(
        request, 403, _("You may not do this"), _("If you think that you should, write to the secretariat.")
    )


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without a valid token."""
    sentence = _(
        "The form was open for too long, or cookies are turned off. Load the page again and resend it."
    )
    return _page(request, 403, _("The form could not be accepted"), sentence)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    sentence = _("The page may have been moved, or it is not open to you.")
    return _page(request, 404, _("There is nothing here"), sentence)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a page that needs neither the database nor who is asking."""
    return render(request, "500.html", status=500)


def _page(request: HttpRequest, status: int, heading: str, sentence: str) -> HttpResponse:
    context = {"status": status, "heading": heading, "sentence": sentence}
    return render(request, "web/error.html", context, status=status)
