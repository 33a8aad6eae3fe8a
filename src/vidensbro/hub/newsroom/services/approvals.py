"""Telling those who decide for the issuers of a version that their approval is asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import transaction
from django.urls import reverse

from vidensbro.hub.accounts.models import User
from vidensbro.hub.common.rows import key_of
from vidensbro.hub.directory.models import Membership, Organisation
from vidensbro.hub.mail import services as mail
from vidensbro.hub.newsroom.models import State, Version
from vidensbro.hub.newsroom.notifications import APPROVAL, reader


@transaction.atomic
def ask_for_approval(key: str, only: Collection[str] | None = None) -> int:
    """Write to those who decide for an issuer that has not approved these words; how many mails.

    For jobs. `key` and `only` are as in `announcements.APPROVAL`. Nobody is asked about words that are in review no
    longer. Idempotent: each is asked once each time that the words are handed in.
    """
    version_id, number, *_ = f"{key}:".split(":")
    waiting = Version.objects.filter(pk=key_of(version_id), state=State.IN_REVIEW)
    row = waiting.select_related("release").first()
    if row is None or str(row.number) != number:
        return 0
    asked = _asked(row, only)
    path = reverse("release-desk", args=[row.pk])
    sent = 0
    for user, organisations in asked.items():
        context = {
            "headline": row.headline,
            "version_language": row.language,
            "organisations": [one.name_in(user.language) for one in organisations],
            "path": path,
        }
        told = mail.send(
            APPROVAL.code,
            reader(user),
            "newsroom/mail/approval",
            context,
            key=f"{APPROVAL.code}:{key}:{user.pk}",
            thread=f"newsroom.version:{row.pk}",
        )
        sent += told is not None
    return sent


def _asked(row: Version, only: Collection[str] | None) -> Mapping[User, list[Organisation]]:
    """Who decides for which of the issuers that are still to approve, of all or of `only` these."""
    approved = row.approvals.filter(number=row.number).values("organisation")
    issuers = row.release.issuers.exclude(organisation__in=approved).values("organisation")
    if only is not None:
        issuers = issuers.filter(organisation__in=[key_of(one) for one in only])
    rows = Membership.objects.filter(
        organisation__in=issuers, role=Membership.Role.COORDINATOR, user__is_active=True
    )
    found: dict[User, list[Organisation]] = {}
    for one in rows.select_related("user", "organisation").order_by("user_id", "organisation__name_key"):
        found.setdefault(one.user, []).append(one.organisation)
    return found
