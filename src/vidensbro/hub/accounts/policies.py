"""Permissions: one source that gives a predicate, a queryset and a reason.

A policy is a list of grants. Each grant says under which code it lets whom in, and is made of conditions that
can be asked of one object and be put to the database alike, so the two cannot disagree:

    see_offer = Policy(
        Grant("public", where("audience", "public")),
        Grant("member", where("audience", "members"), when=is_member),
        refusal=lambda actor: "secretariat_only",
    )
    see_offer.allows(actor, offer)       # Answer(allowed=True, reason="public")
    see_offer.visible(actor, queryset)   # the offers that `allows` says yes to
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.common.errors import Denied, NotFound

M = TypeVar("M", bound=Model)
When = Callable[[Actor], bool]
Values = Callable[[Actor], Collection[Any]]


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes or no, and the code of the reason."""

    allowed: bool
    reason: str

    def __bool__(self) -> bool:
        return self.allowed


@dataclass(frozen=True, slots=True)
class Condition:
    """A column (a path over foreign keys with "__") has one of the values that depend on the actor."""

    path: str
    values: Values

    def holds(self, actor: Actor, obj: Model) -> bool:
        """Does it hold for this object? Follows the path as the database would."""
        value: Any = obj
        for step in self.path.split("__"):
            if value is None:
                break
            value = getattr(value, step)
        return value in self.values(actor)

    def query(self, actor: Actor) -> Q:
        """The same as a condition on rows."""
        values = self.values(actor)
        found = Q(**{f"{self.path}__in": [value for value in values if value is not None]})
        return found | Q(**{f"{self.path}__isnull": True}) if None in values else found


def where(path: str, *values: Any) -> Condition:
    """The column has one of these values."""
    return Condition(path, lambda actor: values)


def among(path: str, values: Values) -> Condition:
    """The column has one of the values that `values` gives for the actor."""
    return Condition(path, values)


class Grant:
    """Lets actors in for whom `when` is true, to objects for which every condition holds."""

    def __init__(self, reason: str, *conditions: Condition, when: When | None = None) -> None:
        self.reason = reason
        self.conditions = conditions
        self.when = when

    def applies(self, actor: Actor) -> bool:
        """Is this a grant for the actor at all?"""
        return self.when is None or self.when(actor)

    def holds(self, actor: Actor, obj: Model) -> bool:
        """Does it let the actor in to the object?"""
        return self.applies(actor) and all(condition.holds(actor, obj) for condition in self.conditions)

    def query(self, actor: Actor) -> Q:
        """The objects that it lets an actor in to for whom it applies."""
        query = Q()
        for condition in self.conditions:
            query &= condition.query(actor)
        return query


class Policy:
    """Who may do one thing. The first grant that holds gives the reason of a yes."""

    def __init__(self, *grants: Grant, refusal: Callable[[Actor], str] | None = None) -> None:
        self.grants = grants
        self._refusal = refusal

    def allows(self, actor: Actor, obj: Model) -> Answer:
        """May the actor do it to this object, and why (not)?"""
        for grant in self.grants:
            if grant.holds(actor, obj):
                return Answer(True, grant.reason)
        return Answer(False, self.refusal(actor))

    def visible(self, actor: Actor, rows: QuerySet[M]) -> QuerySet[M]:
        """The rows for which `allows` says yes."""
        query = Q(pk__in=[])
        for grant in self.grants:
            if not grant.applies(actor):
                continue
            if not grant.conditions:
                return rows
            query |= grant.query(actor)
        return rows.filter(query)

    def refusal(self, actor: Actor) -> str:
        """The code of the reason of a no."""
        if not actor.signed_in:
            return "sign_in_needed"
        return self._refusal(actor) if self._refusal else "not_yours"

    def require(self, actor: Actor, obj: Model, *, see: Policy | None = None) -> None:
        """Do nothing if the actor may.

        Raises:
            NotFound: the actor may not even see it (by `see`): it is as if it were not there.
            Denied: the actor may see it but not do this.
        """
        if see is not None and not see.allows(actor, obj):
            raise NotFound(obj._meta.model_name or "", obj.pk)
        answer = self.allows(actor, obj)
        if not answer:
            raise Denied(answer.reason)


def everybody(actor: Actor) -> bool:
    """Anybody at all."""
    return True


def is_member(actor: Actor) -> bool:
    """Members, and those whose role includes it."""
    return actor.is_member


def is_secretariat(actor: Actor) -> bool:
    """The secretariat."""
    return actor.is_secretariat


def is_administrator(actor: Actor) -> bool:
    """Administrators."""
    return actor.is_administrator


def is_staff(actor: Actor) -> bool:
    """The secretariat and administrators."""
    return actor.is_secretariat or actor.is_administrator


def require(actor: Actor, who: When, refusal: str) -> None:
    """For what is not about one object: do nothing if the actor is such a one.

    Raises:
        Denied: with `refusal`, or "sign_in_needed" to a visitor.
    """
    if not who(actor):
        raise Denied(refusal if actor.signed_in else "sign_in_needed")
