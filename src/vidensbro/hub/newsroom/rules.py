"""Who may write, approve and read releases; the hour is part of the rule.

A release belongs to those who issue it. Until its hour a version is known to them, to the secretariat, and to trusted
journalists who have accepted the embargo of that release. From its hour on it is everybody's, whether or not a worker
has noted that: the condition compares the clock, in the database and in memory alike.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.policies import Grant, Policy, Values, among, filled, is_secretariat, where
from vidensbro.hub.common import clock
from vidensbro.hub.newsroom.models import OUT, EmbargoAcceptance, Issuer, Journalist, Release, State
from vidensbro.hub.newsroom.terms import TERMS


@dataclass(frozen=True, slots=True)
class Reached:
    """A moment that the object names has come."""

    column: str

    def holds(self, actor: Actor, obj: Model) -> bool:
        """Has it?"""
        moment = getattr(obj, self.column)
        return moment is not None and moment <= clock.now()

    def query(self, actor: Actor, model: type[Model]) -> Q:
        """The same as a condition on rows."""
        return Q(**{f"{self.column}__lte": clock.now()})


@dataclass(frozen=True, slots=True)
class IssuedBy:
    """One of the organisations that `values` gives for the actor issues the release, whose key is in `release`."""

    release: str
    values: Values

    def holds(self, actor: Actor, obj: Model) -> bool:
        """Does one?"""
        return self._rows(self.values(actor)).filter(release_id=getattr(obj, self.release)).exists()

    def query(self, actor: Actor, model: type[Model]) -> Q:
        """The same as a condition on rows."""
        return Q(Exists(self._rows(self.values(actor)).filter(release=OuterRef(self.release))))

    @staticmethod
    def _rows(organisations: Collection[Any]) -> QuerySet[Issuer]:
        return Issuer.objects.filter(organisation_id__in=[*organisations])


@dataclass(frozen=True, slots=True)
class AcceptedEmbargo:
    """The actor is a trusted journalist and has accepted the embargo of this release, which is open to the press, under
    the terms that hold now."""

    release: str

    def holds(self, actor: Actor, obj: Model) -> bool:
        """Has she?"""
        return self._rows(actor).filter(release_id=getattr(obj, self.release)).exists()

    def query(self, actor: Actor, model: type[Model]) -> Q:
        """The same as a condition on rows."""
        return Q(Exists(self._rows(actor).filter(release=OuterRef(self.release))))

    @staticmethod
    def _rows(actor: Actor) -> QuerySet[EmbargoAcceptance]:
        if actor.user_id is None:
            return EmbargoAcceptance.objects.none()
        return EmbargoAcceptance.objects.filter(
            user_id=actor.user_id,
            user__is_active=True,
            user__journalist__ended__isnull=True,
            user__journalist__isnull=False,
            lapsed__isnull=True,
            terms=TERMS,
            release__embargo_for_press=True,
        )


def _acts(actor: Actor) -> bool:
    return bool(actor.organisations)


def _decides(actor: Actor) -> bool:
    return bool(actor.coordinates)


_system = Grant("system", when=lambda actor: bool(actor.system))
_secretariat = Grant("secretariat", when=is_secretariat)

see_version = Policy(
    Grant("public", where("state", State.SCHEDULED, *OUT), Reached("publish_at")),
    Grant("issuer", IssuedBy("release_id", lambda actor: actor.organisations), when=_acts),
    Grant(
        "journalist",
        where("state", State.SCHEDULED),
        AcceptedEmbargo("release_id"),
        when=lambda actor: actor.user_id is not None,
    ),
    _secretariat,
    _system,
)
"""Versions. A withdrawn one is seen as a tombstone: its words are shown to nobody but those who wrote it."""

write_release = Policy(
    Grant("issuer", IssuedBy("pk", lambda actor: actor.organisations), when=_acts),
    _secretariat,
    _system,
    refusal=lambda actor: "not_yours",
)
"""Releases: changing words and material, handing in for review."""

publish_release = Policy(
    Grant("issuer", IssuedBy("pk", lambda actor: actor.coordinates), when=_decides),
    _secretariat,
    _system,
    refusal=lambda actor: "coordinator_only",
)
"""Releases: the hour, corrections, withdrawal."""


keep_list = Policy(
    Grant("issuer", among("organisation_id", lambda actor: actor.organisations), when=_acts),
    _secretariat,
    _system,
)
"""Lists of addresses: the secretariat keeps those of all and its own, an organisation's people theirs."""


def approves_for(actor: Actor, organisation_id: object) -> bool:
    """May the actor approve for this organisation? Those who decide for it; nobody in its stead."""
    return bool(actor.system) or organisation_id in actor.coordinates


def keeps_desk(actor: Actor) -> bool:
    """Has the actor a press desk: does she act for an organisation, or for all?"""
    return bool(actor.system) or is_secretariat(actor) or bool(actor.organisations)


_desk = Grant(
    "desk", filled("proven"), among("organisation_id", lambda actor: actor.organisations), when=_acts
)

see_inquiry = Policy(
    _desk,
    Grant(
        "asker", among("user_id", lambda actor: {actor.user_id}), when=lambda actor: actor.user_id is not None
    ),
    Grant("secretariat", filled("proven"), when=is_secretariat),
    _system,
)
"""Inquiries: those at the desk that is asked, once the address is proven, and whoever asked with an account."""

handle_inquiry = Policy(_desk, Grant("secretariat", filled("proven"), when=is_secretariat), _system)
"""Inquiries: saying that they are dealt with."""

trust_journalist = Policy(_secretariat, _system, refusal=lambda actor: "secretariat_only")
"""Journalists: who is trusted to read before the hour, and who is no longer."""


def trusts(actor: Actor) -> bool:
    """Does the actor decide who is trusted?"""
    return any(grant.applies(actor) for grant in trust_journalist.grants)


@dataclass(frozen=True, slots=True)
class Ahead:
    """A moment that the object names has not come."""

    column: str

    def holds(self, actor: Actor, obj: Model) -> bool:
        """Is it still ahead?"""
        moment = getattr(obj, self.column)
        return moment is not None and moment > clock.now()

    def query(self, actor: Actor, model: type[Model]) -> Q:
        """The same as a condition on rows."""
        return Q(**{f"{self.column}__gt": clock.now()})


@dataclass(frozen=True, slots=True)
class OpenToPress:
    """The release, whose key is in `release`, may be shown to journalists under embargo, and the actor is trusted."""

    release: str

    def holds(self, actor: Actor, obj: Model) -> bool:
        """Is it so?"""
        return self._rows(actor).filter(pk=getattr(obj, self.release)).exists()

    def query(self, actor: Actor, model: type[Model]) -> Q:
        """The same as a condition on rows."""
        return Q(Exists(self._rows(actor).filter(pk=OuterRef(self.release))))

    @staticmethod
    def _rows(actor: Actor) -> QuerySet[Release]:
        if actor.user_id is None:
            return Release.objects.none()
        trusted = Journalist.objects.filter(user_id=actor.user_id, user__is_active=True, ended=None)
        return Release.objects.filter(Exists(trusted), embargo_for_press=True)


accept_embargo = Policy(
    Grant(
        "journalist",
        where("state", State.SCHEDULED),
        Ahead("publish_at"),
        OpenToPress("release_id"),
        when=lambda actor: actor.user_id is not None,
    ),
)
"""Versions: being told that there is one, when and from whom, and accepting its terms; not a word of what it says."""
