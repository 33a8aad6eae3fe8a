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
from typing import Any, Protocol, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

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


class Clause(Protocol):
    """What a grant is made of: it can be asked of one object and be put to the database alike."""

    def holds(self, actor: Actor, obj: Model) -> bool:
        """Does it hold for this object?"""

    def query(self, actor: Actor, model: type[Model]) -> Q:
        """The same as a condition on rows of `model`."""


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

    def query(self, actor: Actor, model: type[Model]) -> Q:
        """The same as a condition on rows."""
        values = self.values(actor)
        found = Q(**{f"{self.path}__in": [value for value in values if value is not None]})
        return found | Q(**{f"{self.path}__isnull": True}) if None in values else found


@dataclass(frozen=True, slots=True)
class Related:
    """At least one row that points to the object fulfils a condition. `relation` is the name of the way back."""

    relation: str
    condition: Condition

    def holds(self, actor: Actor, obj: Model) -> bool:
        """Is there such a row?"""
        rows = getattr(obj, self.relation).all()
        return any(self.condition.holds(actor, row) for row in rows)

    def query(self, actor: Actor, model: type[Model]) -> Q:
        """The same as a condition on rows; a subquery, so that no row is given twice."""
        pointer: Any = model._meta.get_field(self.relation)
        rows = pointer.related_model._default_manager.filter(**{pointer.field.name: OuterRef("pk")})
        return Q(Exists(rows.filter(self.condition.query(actor, pointer.related_model))))


@dataclass(frozen=True, slots=True)
class Filled:
    """A column of the object itself has a value."""

    column: str

    def holds(self, actor: Actor, obj: Model) -> bool:
        """Has it?"""
        return getattr(obj, self.column) is not None

    def query(self, actor: Actor, model: type[Model]) -> Q:
        """The same as a condition on rows."""
        return Q(**{f"{self.column}__isnull": False})


def where(path: str, *values: Any) -> Condition:
    """The column has one of these values."""
    return Condition(path, lambda actor: values)


def among(path: str, values: Values) -> Condition:
    """The column has one of the values that `values` gives for the actor."""
    return Condition(path, values)


def through(path: str, values: Values) -> Related:
    """A row that points to the object has one of the values: "audiences__organisation_id" follows `audiences`."""
    relation, _, column = path.partition("__")
    return Related(relation, Condition(column, values))


def filled(column: str) -> Filled:
    """The column has a value at all."""
    return Filled(column)


class Grant:
    """Lets actors in for whom `when` is true, to objects for which every condition holds."""

    def __init__(self, reason: str, *conditions: Clause, when: When | None = None) -> None:
        self.reason = reason
        self.conditions = conditions
        self.when = when

    def applies(self, actor: Actor) -> bool:
        """Is this a grant for the actor at all?"""
        return self.when is None or self.when(actor)

    def holds(self, actor: Actor, obj: Model) -> bool:
        """Does it let the actor in to the object?"""
        return self.applies(actor) and all(condition.holds(actor, obj) for condition in self.conditions)

    def query(self, actor: Actor, model: type[Model]) -> Q:
        """The objects that it lets an actor in to for whom it applies."""
        query = Q()
        for condition in self.conditions:
            query &= condition.query(actor, model)
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
            query |= grant.query(actor, rows.model)
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
