"""What happens in the database when somebody signs in through others: one function per change."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import IntegrityError, transaction

from vidensbro.hub.accounts.actors import VISITOR, user_actor
from vidensbro.hub.accounts.federation.announcements import Belonging, Outcome, tell
from vidensbro.hub.accounts.federation.configuration import Provider
from vidensbro.hub.accounts.federation.models import UsedAssertion
from vidensbro.hub.accounts.federation.notifications import connection_changed
from vidensbro.hub.accounts.federation.refusals import Refused
from vidensbro.hub.accounts.models import User
from vidensbro.hub.audit.services import record
from vidensbro.hub.common import clock

DRIFT = timedelta(minutes=5)
"""Clocks may differ by this much, so an assertion counts for so much longer than it says."""


def use_assertion(provider: Provider, assertion_id: str, until: datetime) -> None:
    """Use an assertion up.

    Raises:
        Refused: "replayed": it has been used.
    """
    named = f"{provider.id}\n{assertion_id}".encode()
    UsedAssertion.objects.filter(until__lt=clock.now()).delete()
    try:
        with transaction.atomic():
            UsedAssertion.objects.create(digest=hashlib.sha256(named).hexdigest(), until=until + DRIFT)
    except IntegrityError as error:
        raise Refused("replayed") from error


@transaction.atomic
def signed_in(user: User, provider: Provider, kept: Mapping[str, Any]) -> Outcome:
    """Note a sign-in, and let the apps above do what follows from where the user belongs."""
    details = {"provider": provider.id, "assurance": list(kept.get("assurance", []))}
    record(user_actor(user), "user.signed_in_through", "user", user.pk, details)
    return belonging(user, provider, kept)


@transaction.atomic
def connected(user: User, provider: Provider, kept: Mapping[str, Any]) -> Outcome:
    """Note that an account can now be signed in to through a provider."""
    record(user_actor(user), "user.connected", "user", user.pk, {"provider": provider.id})
    return belonging(user, provider, kept)


@transaction.atomic
def disconnect(user: User, link: SocialAccount) -> None:
    """Unlink a provider from the account of `user`. The caller has checked that another way in is left."""
    provider_id = link.provider
    link.delete()
    record(user_actor(user), "user.disconnected", "user", user.pk, {"provider": provider_id})
    names = {one.id: one.name for one in settings.VIDENSBRO_SIGN_IN}
    connection_changed(user, "disconnected", names.get(provider_id, provider_id))


def created(user: User, provider: Provider) -> None:
    """Note that a provider's word made an account. Call inside the transaction that makes it."""
    record(user_actor(user), "user.created", "user", user.pk, {"role": user.role, "provider": provider.id})


def refused(provider_id: str, refusal: Refused) -> None:
    """Note that an answer which a provider did give was not taken; never who was named in it."""
    record(VISITOR, "user.refused_through", "provider", provider_id, {"reason": refusal.code})


def belonging(user: User, provider: Provider, kept: Mapping[str, Any]) -> Outcome:
    """Announce where the user belongs, if anything is to follow from it. Call inside a transaction."""
    named = _named(provider, kept)
    join = provider.organisations.join
    wanted = provider.organisations.affiliations
    if join == "never" or not named or (wanted and not set(wanted) & set(kept.get("affiliations", []))):
        return "nothing"
    return tell(Belonging(user.pk, provider.id, join, named))


def _named(provider: Provider, kept: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    told = [(scheme, str(kept.get(scheme, ""))) for scheme in ("cvr", "domain") if kept.get(scheme)]
    for _, value in told:
        if known := provider.organisations.known.get(value.lower()):
            scheme, _, name = known.partition(":")
            return ((scheme, name),)
    return tuple(told)
