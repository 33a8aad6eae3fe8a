"""Reading objections and requests."""

from __future__ import annotations

from django.db.models import QuerySet

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.policies import is_staff, require
from vidensbro.hub.directory.models import Person, PersonObjection, PersonRequest


def standing_objection(person: Person) -> PersonObjection | None:
    """The objection of a person whom the asker may edit, if one stands."""
    return PersonObjection.objects.filter(person=person, withdrawn_at__isnull=True).first()


def objections(actor: Actor) -> QuerySet[PersonObjection]:
    """Objections that stand, the newest first. For staff. Raises Denied."""
    require(actor, is_staff, "staff_only")
    rows = PersonObjection.objects.filter(withdrawn_at__isnull=True).exclude(person__name="")
    return rows.select_related("person").order_by("-at")


def person_requests(actor: Actor) -> QuerySet[PersonRequest]:
    """Requests that wait for the secretariat, the oldest first. For staff. Raises Denied."""
    require(actor, is_staff, "staff_only")
    rows = PersonRequest.objects.filter(state=PersonRequest.State.WAITING)
    return rows.select_related("person").order_by("created")
