"""What follows when a provider says that a user belongs to an organisation (`accounts.federation`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import Q
from django.dispatch import receiver

from vidensbro.hub.accounts.actors import system_actor
from vidensbro.hub.accounts.federation.announcements import Belonging, Outcome, belonging_told
from vidensbro.hub.accounts.models import User
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, Invalid
from vidensbro.hub.directory.actors import actor_of
from vidensbro.hub.directory.identifiers import normal
from vidensbro.hub.directory.models import JoinRequest, Membership, Organisation, RequestState
from vidensbro.hub.directory.services.joining import ask_to_join
from vidensbro.hub.directory.services.memberships import hold


@receiver(belonging_told, dispatch_uid="directory.belonging_told")
def belongs(belonging: Belonging, **_: Any) -> Outcome:
    """Ask for a membership in the user's name, or confirm it, once: what people decided afterwards stands."""
    organisation = find(belonging.named)
    if organisation is None:
        return "unknown"
    if Membership.objects.filter(user_id=belonging.user_id, organisation=organisation).exists():
        return "member"
    if JoinRequest.objects.filter(user_id=belonging.user_id, organisation=organisation).exists():
        return "nothing"
    if belonging.join == "ask":
        return _ask(belonging, organisation)
    return _confirm(belonging, organisation)


def find(named: Sequence[tuple[str, str]]) -> Organisation | None:
    """The organisation that is meant, or None where none or more than one fits. The first name that fits counts."""
    for scheme, value in named:
        found = _by_domain(value) if scheme == "domain" else _by_identifier(scheme, value)
        if found is not None:
            return found
    return None


def _by_identifier(scheme: str, value: str) -> Organisation | None:
    try:
        known = normal(scheme, value)
    except Invalid:
        return None
    return (
        Organisation.objects.current()
        .filter(identifiers__scheme=scheme, identifiers__value=known, successor__isnull=True)
        .first()
    )


def _by_domain(domain: str) -> Organisation | None:
    """By its web address. Parts of an organisation share its domain, so the one that is part of no other is meant."""
    near = Q(website__icontains=f"//{domain}") | Q(website__icontains=f".{domain}")
    rows = Organisation.objects.current().filter(near, successor__isnull=True)[:200]
    meant = [row for row in rows if _host(row.website) == domain]
    whole = [row for row in meant if row.parent_id not in {other.pk for other in meant}]
    return whole[0] if len(whole) == 1 else None


def _host(website: str) -> str:
    return (urlsplit(website).hostname or "").removeprefix("www.")


def _ask(belonging: Belonging, organisation: Organisation) -> Outcome:
    user = User.objects.get(pk=belonging.user_id)
    try:
        ask_to_join(actor_of(user), organisation.pk)
    except Conflict:
        return "nothing"
    return "asked"


@transaction.atomic
def _confirm(belonging: Belonging, organisation: Organisation) -> Outcome:
    """The provider's word is the decision: it is kept as a request that was confirmed by nobody in particular."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    now = clock.now()
    JoinRequest.objects.create(
        user_id=belonging.user_id,
        organisation=organisation,
        state=RequestState.CONFIRMED,
        decided_at=now,
        note=belonging.provider,
    )
    hold(
        system_actor(f"sign-in:{belonging.provider}"), belonging.user_id, organisation, Membership.Role.MEMBER
    )
    return "joined"
