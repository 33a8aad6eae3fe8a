"""Who may see and change a collaboration: its parties and the secretariat, and nobody else.

A party's people are those named, and, where the party is shared, everybody who acts for the organisation. One that
has left sees nothing any more; one that only observes may read. Administrators are not the secretariat.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Model, Q

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.policies import Grant, Policy, is_secretariat
from vidensbro.hub.collaborations.models import Collaboration, Party, PartyPerson, PartyRole


def parties_of(actor: Actor) -> Q:
    """The parties that the actor takes part for, as a condition on `Party`."""
    named = PartyPerson.objects.filter(Q(user_id=actor.user_id) | Q(person__user_id=actor.user_id))
    ours = Q(shared=True, organisation_id__in=list(actor.organisations))
    return Q(until__isnull=True) & (ours | Q(pk__in=named.values("party_id")))


@dataclass(frozen=True, slots=True)
class TakesPart:
    """The actor is of one of the collaboration's parties; of observers too unless `observers` is false."""

    observers: bool = True

    def holds(self, actor: Actor, obj: Model) -> bool:
        """Asked of the database by the very condition that lists use."""
        rows = Collaboration.objects.filter(pk=obj.pk) if isinstance(obj, Collaboration) else None
        return rows is not None and rows.filter(self.query(actor, Collaboration)).exists()

    def query(self, actor: Actor, model: type[Model]) -> Q:
        """The collaborations that have such a party."""
        parties = Party.objects.filter(parties_of(actor))
        if not self.observers:
            parties = parties.exclude(role=PartyRole.OBSERVER)
        return Q(pk__in=parties.values("collaboration_id"))


def _is_user(actor: Actor) -> bool:
    return actor.user_id is not None


_broker = Grant("secretariat", when=is_secretariat)
_system = Grant("system", when=lambda actor: bool(actor.system))

see_collaboration = Policy(Grant("party", TakesPart(), when=_is_user), _broker, _system)

edit_collaboration = Policy(
    Grant("party", TakesPart(observers=False), when=_is_user),
    _broker,
    _system,
    refusal=lambda actor: "party_observes",
)
