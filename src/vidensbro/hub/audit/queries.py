"""Reading the record."""

from __future__ import annotations

from django.db.models import QuerySet

from vidensbro.hub.audit.models import Event

NEWEST = 32
"""So many events tell states apart: more than are written by all processes within one transaction's time."""


def newest() -> str:
    """Ids of the newest events, "" where there is none: it changes with every change of what pages show.

    The newest alone would not do. An id is given when an event is written; one that another process wrote a moment
    before, but committed after, has a smaller one. Events about accounts (somebody signed in) are passed over: no page
    of a visitor shows an account.
    """
    shown = Event.objects.exclude(kind="user")
    return " ".join(map(str, shown.order_by("-id").values_list("id", flat=True)[:NEWEST]))


def history(kind: str, object_id: object) -> QuerySet[Event]:
    """What was done to an object, the newest first. The caller has checked that the actor may know."""
    return Event.objects.filter(kind=kind, object_id=str(object_id)).order_by("-at", "-id")
