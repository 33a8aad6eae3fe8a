"""Keeping views of the desk under a name."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.http import QueryDict

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.audit.services import record
from vidensbro.hub.common.errors import Denied, Invalid
from vidensbro.hub.common.text import storable
from vidensbro.hub.common.validation import check_row
from vidensbro.hub.desk import queries
from vidensbro.hub.desk.models import SavedView
from vidensbro.hub.desk.rules import remove_view, require_broker

NAMES = ("q", "kind", "state", "assignee", "office", "field", "age", "sort")
"""What of an address is kept."""
MOST_VIEWS = 50


@transaction.atomic
def save_view(actor: Actor, name: str, query: str, *, shared: bool = False) -> SavedView:
    """Keep the filters in `query` under a name. One's own view of the same name is replaced.

    Raises:
        Denied; Invalid: no name, too long, or too many views.
    """
    require_broker(actor)
    if actor.user_id is None:
        raise Denied("users_only")
    name = storable(" ".join(name.split()))
    row = SavedView.objects.select_for_update().filter(owner_id=actor.user_id, name=name).first()
    if row is None and SavedView.objects.filter(owner_id=actor.user_id).count() >= MOST_VIEWS:
        raise Invalid({"name": ("too_many",)})
    row = row or SavedView(owner_id=actor.user_id, name=name)
    row.query, row.shared = cleaned(query), shared
    check_row(row, unique=False)
    row.save()
    record(actor, "desk.view_saved", "desk_view", row.pk, {"shared": shared})
    return row


@transaction.atomic
def delete_view(actor: Actor, view_id: uuid.UUID | str) -> None:
    """Remove a view: one's own, or one that is left without an owner. Raises NotFound, Denied."""
    row = queries.view(actor, view_id)
    remove_view.require(actor, row)
    record(actor, "desk.view_removed", "desk_view", row.pk)
    row.delete()


def cleaned(query: str) -> str:
    """The filters of a query string, and nothing else of it."""
    given, kept = QueryDict(storable(query)), QueryDict(mutable=True)
    for name in NAMES:
        if value := given.get(name, "").strip()[:200]:
            kept[name] = value
    return kept.urlencode()
