"""Putting words together as the page's language does."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext, ngettext, pgettext

DAYS_OF_YEAR = 365


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


def how_long(days: int) -> str:
    """A length of time in days, or in years where it is whole years."""
    years, rest = divmod(days, DAYS_OF_YEAR)
    if years and not rest:
        return ngettext("%(years)d year", "%(years)d years", years) % {"years": years}
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
