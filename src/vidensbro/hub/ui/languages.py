"""Names of languages, and remembering the one that somebody chose."""

from __future__ import annotations

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.http.response import HttpResponseBase
from django.utils.translation import gettext


def language_name(code: str) -> str:
    """The name of a language in the page's language; the code of one that is not known."""
    if code not in LANG_INFO or "name" not in LANG_INFO[code]:
        return code or gettext("Not known")
    return gettext(str(LANG_INFO[code]["name"]))


def remember(response: HttpResponseBase, code: str) -> None:
    """Keep a language in the visitor's cookie for a year."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=60 * 60 * 24 * 365,
        samesite="Lax",
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        secure=settings.LANGUAGE_COOKIE_SECURE,
    )
