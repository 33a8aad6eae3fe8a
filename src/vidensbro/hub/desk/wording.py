"""What is on the desk, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from vidensbro.hub.desk.models import Kind
from vidensbro.hub.desk.places import Suggestion
from vidensbro.hub.directory.models import Office
from vidensbro.hub.directory.presenters import organisation_name
from vidensbro.hub.ui.words import and_list

PARTS: dict[str, str | Promise] = {
    "assigned": gettext_lazy("assigned"),
    "snoozed": gettext_lazy("snoozed"),
    "noted": gettext_lazy("note written"),
    "routed": gettext_lazy("routed"),
    "finished": gettext_lazy("dealt with"),
    "reopened": gettext_lazy("back on the desk"),
}
"""What can be done with an item."""

STATES: dict[str, str | Promise] = {
    "open": gettext_lazy("open"),
    "snoozed": gettext_lazy("snoozed"),
    "done": gettext_lazy("dealt with"),
}

SORTS: dict[str, str | Promise] = {
    "urgent": gettext_lazy("most urgent first"),
    "oldest": gettext_lazy("oldest first"),
    "newest": gettext_lazy("newest first"),
    "title": gettext_lazy("by title"),
    "assignee": gettext_lazy("by assignee"),
}


def kind_label(kind: str) -> str:
    """Why something is on the desk."""
    return str(Kind(kind).label)


def parts_line(parts: Sequence[str]) -> str:
    """What was done, as a list in words."""
    return and_list([str(PARTS.get(one, one)) for one in parts])


def office_name(office: Office) -> str:
    """An office in a word or two: its name or city, and the organisation where that is not the name itself."""
    return office.name or ", ".join(
        one for one in (office.city, organisation_name(office.organisation)) if one
    )


def suggestion_line(suggestion: Suggestion) -> str:
    """Why this office: how far it is, and that it works with the field."""
    parts = []
    if suggestion.kilometres is not None:
        far = number_format(round(suggestion.kilometres), 0)
        parts.append(_("%(kilometres)s km away") % {"kilometres": far})
    if suggestion.shares_field:
        parts.append(_("works with the field"))
    return ", ".join(parts)


def age(days: int) -> str:
    """For how long something has been on the desk."""
    if days < 1:
        return _("today")
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}


def until(day: date) -> str:
    """Until when something sleeps."""
    return _("snoozed until %(day)s") % {"day": date_format(day, "DATE_FORMAT")}
