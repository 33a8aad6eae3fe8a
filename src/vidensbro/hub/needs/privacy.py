"""What needs say about their owner, and teasers about who answered them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.accounts.models import Role
from vidensbro.hub.audit.privacy import Part, Subject, Traces
from vidensbro.hub.audit.purposes import (
    COLLEAGUES,
    CONTACTS,
    NONE,
    SECRETARIAT,
    THEMSELVES,
    USERS,
    Purpose,
    days,
)
from vidensbro.hub.audit.traces import scrub
from vidensbro.hub.common.rows import NO_ID
from vidensbro.hub.needs.models import CLOSED_CIRCLES, Need, NeedAudience, NeedTeaser, State, TeaserInterest


class NeedsPart:
    """The owner's needs with their circle and teaser; what somebody wrote to a teaser."""

    name = "needs"

    def traces(self, subject: Subject) -> Traces:
        """How the owner said to be reached, in needs that stay. Nobody vouches for what a visitor says."""
        mine = Need.objects.filter(owner_id=subject.user_id, owner__isnull=False).exclude(contact="")
        told = mine.values_list("contact", "owner__role").distinct()
        # "the reception" names nobody; what holds a number or an address does.
        named = {(one, role) for one, role in told if "@" in one or sum(map(str.isdigit, one)) > 4}
        return Traces(
            words=frozenset(one for one, role in named if role != Role.VISITOR),
            claims=frozenset(one for one, role in named if role == Role.VISITOR),
        )

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
                    "outcome": row.outcome,
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
        gone += mine.update(owner=None, contact="")
        gone += scrub(Need.objects.all(), subject.words, ("contact", "text", "title", "outcome"))
        gone += scrub(NeedTeaser.objects.all(), subject.words, ("text",))
        return gone + scrub(TeaserInterest.objects.all(), subject.words, ("message",))

    def merge(self, kind: str, kept: uuid.UUID, gone: uuid.UUID) -> int:
        if kind != "organisation":
            return 0
        there = NeedAudience.objects.filter(organisation_id=kept)
        circles = NeedAudience.objects.filter(organisation_id=gone)
        circles.filter(need__in=list(there.values_list("need", flat=True))).delete()
        moved = circles.update(organisation_id=kept)
        return moved + Need.objects.filter(organisation_id=gone).update(organisation_id=kept)


def _expire(before: datetime) -> int:
    """What was written to teasers of needs that are closed."""
    over = TeaserInterest.objects.filter(teaser__need__closed__lt=before, at__lt=before)
    return int(over.delete()[0])


PARTS: tuple[Part, ...] = (NeedsPart(),)
PURPOSES = (
    Purpose(
        code="needs",
        label=_("Needs"),
        legal_basis=("6(1)(b)",),
        why=_("The owner asks to have the need answered, and says who may see it."),
        subjects=(USERS, CONTACTS),
        data=(
            _("the need in the owner's words, who owns it, how the owner is reached"),
            _("what somebody wrote to a teaser"),
        ),
        sources=(THEMSELVES,),
        recipients=(
            _(
                "whoever the owner has chosen: everybody, members, named organisations or the secretariat alone"
            ),
            COLLEAGUES,
            SECRETARIAT,
        ),
        kept=_(
            "needs as long as their owner or organisation is here; messages to a teaser from the closing of the need on"
        ),
        retention=days(settings.VIDENSBRO_RETENTION_TEXT_DAYS),
        expire=_expire,
    ),
)
MODELS = {
    "needs.Need": "needs",
    "needs.NeedTeaser": "needs",
    "needs.TeaserInterest": "needs",
    "needs.NeedField": f"{NONE}: fields of needs",
    "needs.NeedAudience": f"{NONE}: organisations that may see a need",
}
