"""What needs say about their owner, and teasers about who answered them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from vidensbro.hub.audit.privacy import Part, Subject
from vidensbro.hub.common.rows import NO_ID
from vidensbro.hub.needs.models import CLOSED_CIRCLES, Need, NeedAudience, NeedTeaser, State, TeaserInterest


class NeedsPart:
    """The owner's needs with their circle and teaser; what somebody wrote to a teaser."""

    name = "needs"

    def export(self, subject: Subject) -> Mapping[str, Any]:
        rows = Need.objects.filter(owner_id=subject.user_id, owner__isnull=False).order_by("created")
        rows = rows.select_related("teaser").prefetch_related("audiences__organisation")
        written = TeaserInterest.objects.filter(user_id=subject.user_id or NO_ID).order_by("at")
        return {
            "needs": [
                {
                    "id": str(row.pk),
                    "title": row.title,
                    "text": row.text,
                    "contact": row.contact,
                    "state": row.state,
                    "visibility": row.visibility,
                    "created": row.created.isoformat(),
                    "organisations": sorted(one.organisation.name for one in row.audiences.all()),
                    "teaser": row.teaser.text if hasattr(row, "teaser") else "",
                }
                for row in rows
            ],
            "interests": [
                {"teaser": one.teaser.text, "message": one.message, "at": one.at.isoformat()}
                for one in written.select_related("teaser")
            ],
        }

    def erase(self, subject: Subject) -> int:
        """Needs of the person alone go; those on behalf of an organisation stay with it, without contact.

        One that is sealed or for named organisations goes as well: colleagues were promised never to see it. So do
        messages to teasers; an approval no longer says whose it was.
        """
        mine = Need.objects.filter(owner_id=subject.user_id, owner__isnull=False)
        private = Q(organisation__isnull=True) | Q(state=State.DRAFT) | Q(visibility__in=CLOSED_CIRCLES)
        gone, _ = mine.filter(private).delete()
        gone += TeaserInterest.objects.filter(user_id=subject.user_id or NO_ID).delete()[0]
        gone += NeedTeaser.objects.filter(approved_by_id=subject.user_id or NO_ID).update(approved_by=None)
        return gone + mine.update(owner=None, contact="")

    def merge(self, kind: str, kept: uuid.UUID, gone: uuid.UUID) -> int:
        if kind != "organisation":
            return 0
        there = NeedAudience.objects.filter(organisation_id=kept)
        circles = NeedAudience.objects.filter(organisation_id=gone)
        circles.filter(need__in=list(there.values_list("need", flat=True))).delete()
        moved = circles.update(organisation_id=kept)
        return moved + Need.objects.filter(organisation_id=gone).update(organisation_id=kept)


PARTS: tuple[Part, ...] = (NeedsPart(),)
