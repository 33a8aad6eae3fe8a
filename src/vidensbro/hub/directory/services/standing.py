"""The role that organisations bring their people: who joins one of the cluster becomes a member.

`settle` puts a user's role in step with the organisations that the user acts for. It is called after whatever can
change that, and once a day for what the days change (`directory.jobs`); doing it twice changes nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db.models import Q

from vidensbro.hub.accounts import services as accounts
from vidensbro.hub.accounts.actors import system_actor
from vidensbro.hub.accounts.models import Role, User
from vidensbro.hub.common import clock
from vidensbro.hub.directory.models import Membership, OrganisationRole, RoleLift

LIFTING = (OrganisationRole.Role.MEMBER, OrganisationRole.Role.FOUNDER, OrganisationRole.Role.PARTNER)
SYSTEM = system_actor("membership")


def settle(user_ids: Iterable[uuid.UUID]) -> None:
    """Lift visitors who act for an organisation of the cluster; lower those whose lift has lost its reason.

    A role that somebody was given by hand is left alone. Call inside a transaction.
    """
    for user_id in sorted(set(user_ids)):
        user = User.objects.select_for_update().filter(pk=user_id).first()
        if user is not None:
            _settle(user)


def settle_organisation(organisation_id: uuid.UUID) -> None:
    """`settle` everybody who acts for an organisation: what it is to the cluster has changed."""
    settle(Membership.objects.filter(organisation_id=organisation_id).values_list("user_id", flat=True))


def movable() -> list[uuid.UUID]:
    """Everybody whose role a day can change: who was lifted, and visitors who act for an organisation."""
    visitors = Q(role=Role.VISITOR, pk__in=Membership.objects.values("user"))
    lifted = Q(pk__in=RoleLift.objects.values("user"))
    return list(User.objects.filter(visitors | lifted).order_by("pk").values_list("pk", flat=True))


def _settle(user: User) -> None:
    lifted = RoleLift.objects.filter(user=user).exists()
    belongs = _belongs(user)
    if belongs and user.role == Role.VISITOR:
        RoleLift.objects.get_or_create(user=user)
        accounts.set_role(SYSTEM, user.pk, Role.MEMBER)
    elif lifted and not belongs:
        RoleLift.objects.filter(user=user).delete()
        if user.role == Role.MEMBER:
            accounts.set_role(SYSTEM, user.pk, Role.VISITOR)


def _belongs(user: User) -> bool:
    today = clock.today()
    begun = Q(organisation__roles__since__isnull=True) | Q(organisation__roles__since__lte=today)
    lasting = Q(organisation__roles__until__isnull=True) | Q(organisation__roles__until__gte=today)
    standing = Q(organisation__roles__role__in=LIFTING) & begun & lasting
    return Membership.objects.filter(standing, user=user).exists()
