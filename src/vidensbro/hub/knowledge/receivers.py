"""What changes below mean for works and offers."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from vidensbro.hub.directory.announcements import index_changed, standing_changed
from vidensbro.hub.knowledge.models import Offer, Work


@receiver(standing_changed, dispatch_uid="knowledge.standing_changed")
def index_what_they_stand_behind(kind: str, ids: list[str], **_: Any) -> None:
    """Somebody is hidden, shown, withdrawn or merged: the documents that name them change.

    Runs inside the transaction of the change, so that the outbox entries stand or fall with it.
    """
    works = Work.objects.filter(**{f"authorships__{kind}_id__in": ids}).values_list("kind", "pk").distinct()
    owner = "contact_id" if kind == "person" else "organisation_id"
    offers = Offer.objects.filter(**{f"{owner}__in": ids}).values_list("kind", "pk")
    by_kind: dict[str, list[object]] = {}
    for found, key in [*works, *offers]:
        by_kind.setdefault(found, []).append(key)
    for found in sorted(by_kind):
        index_changed(found, by_kind[found])
