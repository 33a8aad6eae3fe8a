"""Names of languages."""

from __future__ import annotations

from django.conf.locale import LANG_INFO
from django.utils.translation import gettext


def language_name(code: str) -> str:
    """The name of a language in the page's language; the code of one that is not known."""
    if code not in LANG_INFO or "name" not in LANG_INFO[code]:
        return code or gettext("Not known")
    return gettext(str(LANG_INFO[code]["name"]))
