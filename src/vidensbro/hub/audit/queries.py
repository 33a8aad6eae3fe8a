"""Reading the record."""

from __future__ import annotations

from django.db import connection
from django.db.models import QuerySet

from vidensbro.hub.audit.models import Event

NEWEST = 32
"""So many events tell states apart: more than are written by all processes within one transaction's time."""

# For every page and feed that is kept: to put the same query together anew takes ten times as long as to answer it.
_NEWEST = f"SELECT id FROM {Event._meta.db_table} WHERE kind <> %s ORDER BY id DESC LIMIT %s"


def newest() -> str:
    """Ids of the newest events, "" where there is none: it changes with every change of what pages show.

    The newest alone would not do. An id is given when an event is written; one that another process wrote a moment
    before, but committed after, has a smaller one. Events about accounts (somebody signed in) are passed over: no page
    of a visitor shows an account.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, ["user", NEWEST])
        return " ".join(str(key) for (key,) in cursor.fetchall())


def history(kind: str, object_id: object) -> QuerySet[Event]:
    """What was done to an object, the newest first. The caller has checked that the actor may know."""
    return Event.objects.filter(kind=kind, object_id=str(object_id)).order_by("-at", "-id")
