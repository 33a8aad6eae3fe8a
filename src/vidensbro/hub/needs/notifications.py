"""Mail about needs."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.accounts.models import Role, User
from vidensbro.hub.directory.models import Membership
from vidensbro.hub.mail import services as mail
from vidensbro.hub.mail.content import Recipient
from vidensbro.hub.mail.kinds import MailKind
from vidensbro.hub.needs.models import Need, TeaserInterest

INTEREST = MailKind(
    "needs.interest", _("Somebody can help with a need of which they saw the teaser"), optional=True
)
KINDS = (INTEREST,)


def interest_told(row: TeaserInterest) -> None:
    """Tell the owner's side and the secretariat that somebody can help. Call inside the transaction."""
    need, sender = row.teaser.need, row.user
    context = {
        "need": need,
        "interest": row,
        "sender": sender,
        "organisations": [one.organisation for one in _memberships(sender)],
        "path": reverse("need-teaser", args=[need.pk]),
    }
    for user in _told(need):
        recipient = Recipient(user.email, user.name, user.language, user_id=user.pk)
        key = f"needs.interest:{row.pk}:{user.pk}"
        mail.send(
            INTEREST.code,
            recipient,
            "needs/mail/interest",
            context,
            key=key,
            thread=f"teaser:{row.pk}",
            reply_to=sender.email,
        )


def _told(need: Need) -> list[User]:
    """The owner, or the coordinators of the owning organisation; and the secretariat."""
    found = {user.pk: user for user in User.objects.filter(role=Role.SECRETARIAT, is_active=True)}
    if need.owner is not None:
        found |= {need.owner.pk: need.owner} if need.owner.is_active else {}
    elif need.organisation_id:
        rows = Membership.objects.filter(
            organisation_id=need.organisation_id, role=Membership.Role.COORDINATOR, user__is_active=True
        )
        found |= {row.user.pk: row.user for row in rows.select_related("user")}
    return [found[key] for key in sorted(found)]


def _memberships(user: User) -> list[Membership]:
    rows = Membership.objects.filter(user=user).select_related("organisation")
    return list(rows.order_by("organisation__name_key"))
