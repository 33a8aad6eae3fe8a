"""Putting words together as the page's language does."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext, pgettext


def and_list(items: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return gettext("%(first)s and %(last)s") % {"first": ", ".join(items[:-1]), "last": items[-1]}


def quoted(text: str) -> str:
    """The text in quotation marks."""
    return pgettext("quotation marks", "“%(text)s”") % {"text": text}


def quoted_list(items: Sequence[str]) -> str:
    """Each in quotation marks, as a list."""
    return and_list([quoted(item) for item in items])
