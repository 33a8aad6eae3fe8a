"""Reading the record."""

from __future__ import annotations

from django.db.models import QuerySet

from vidensbro.hub.audit.models import Event


def newest() -> str:
    """Id of the newest event, "" where there is none: it changes with every change of what pages show.

    Events about accounts (somebody signed in) are passed over: no page of a visitor shows an account.
    """
    shown = Event.objects.exclude(kind="user")
    return str(shown.order_by("-id").values_list("id", flat=True).first() or "")


def history(kind: str, object_id: object) -> QuerySet[Event]:
    """What was done to an object, the newest first. The caller has checked that the actor may know."""
    return Event.objects.filter(kind=kind, object_id=str(object_id)).order_by("-at", "-id")
