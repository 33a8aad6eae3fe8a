"""From a match to those who can be asked: the people and organisations that stand behind it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.common.errors import Invalid, NotFound
from vidensbro.hub.common.rows import key_of
from vidensbro.hub.directory.models import Organisation, Person
from vidensbro.hub.directory.rules import see_organisation, see_person
from vidensbro.hub.introductions.protection import availability
from vidensbro.hub.knowledge.models import Authorship, Offer, Work
from vidensbro.hub.knowledge.rules import see_offer, see_work


@dataclass(frozen=True, slots=True)
class Counterpart:
    """Somebody who can be asked: a person or an organisation, and what it is to the match.

    `role`: "self", "contact", "owner" (of an offer), "corresponding", "first", "author" or another role of an
    authorship, "affiliation". `reason` is why it cannot be asked now (a code of `protection.availability`), or "".
    """

    row: Person | Organisation
    role: str
    reason: str = ""

    @property
    def key(self) -> str:
        """ "person:<id>" or "organisation:<id>"."""
        return f"{'person' if isinstance(self.row, Person) else 'organisation'}:{self.row.pk}"

    @property
    def person_id(self) -> uuid.UUID | None:
        """The person's id, if it is one."""
        return self.row.pk if isinstance(self.row, Person) else None

    @property
    def organisation_id(self) -> uuid.UUID | None:
        """The organisation's id, if it is one."""
        return self.row.pk if isinstance(self.row, Organisation) else None


def counterparts(actor: Actor, match_key: str) -> list[Counterpart]:
    """Who can be asked about a match ("kind:id"), the most fitting first; those who cannot now, with the reason.

    Of a person or organisation itself; of an offer its contact person, then its organisation; of a work its
    corresponding author, the first one, the others in order, then the organisations behind it. People who are
    hidden, or whom the actor may not see, are left out.

    Raises:
        NotFound: there is no such thing for the actor.
    """
    kind, _, key = match_key.partition(":")
    found = _behind(actor, kind, key_of(key))
    if found is None:
        raise NotFound(kind, key)
    reasons = availability([one.row.pk for one in found if isinstance(one.row, Person)])
    return [replace(one, reason=reasons.get(one.row.pk, "")) for one in found]


def choose(
    actor: Actor,
    match_key: str = "",
    *,
    person_id: uuid.UUID | str | None = None,
    organisation_id: uuid.UUID | str | None = None,
) -> Counterpart:
    """The one counterpart that is meant.

    Raises:
        NotFound: it, or the match, is not there for the actor.
        Invalid: nobody or two are named ("introduction_one_counterpart"), several stand behind the match
        ("choose_counterpart"), nobody does ("nobody_behind"), or not the one who is named ("not_behind").
    """
    if person_id and organisation_id:
        raise Invalid({"": ("introduction_one_counterpart",)})
    named = _named(actor, person_id, organisation_id)
    if not match_key:
        if named is None:
            raise Invalid({"": ("introduction_one_counterpart",)})
        return named
    behind = counterparts(actor, match_key)
    if named is not None:
        found = next((one for one in behind if one.key == named.key), None)
        if found is None:
            raise Invalid({"counterpart": ("not_behind",)})
        return found
    if len(behind) != 1:
        raise Invalid({"counterpart": ("choose_counterpart" if behind else "nobody_behind",)})
    return behind[0]


def _named(
    actor: Actor, person_id: uuid.UUID | str | None, organisation_id: uuid.UUID | str | None
) -> Counterpart | None:
    if person_id:
        person = _people(actor, [key_of(person_id)]).get(key_of(person_id))
        if person is None:
            raise NotFound("person", person_id)
        return Counterpart(person, "self")
    if organisation_id:
        place = _places(actor, [key_of(organisation_id)]).get(key_of(organisation_id))
        if place is None:
            raise NotFound("organisation", organisation_id)
        return Counterpart(place, "self")
    return None


def _behind(actor: Actor, kind: str, key: uuid.UUID) -> list[Counterpart] | None:
    """Who stands behind; None if there is no such thing."""
    if kind == "person":
        return [Counterpart(person, "self") for person in _people(actor, [key]).values()] or None
    if kind == "organisation":
        return [Counterpart(place, "self") for place in _places(actor, [key]).values()] or None
    if kind in Offer.Kind.values:
        offer = (
            see_offer.visible(actor, Offer.objects.filter(withdrawn=False)).filter(pk=key, kind=kind).first()
        )
        return None if offer is None else _behind_offer(actor, offer)
    if kind in Work.Kind.values:
        work = see_work.visible(actor, Work.objects.all()).filter(pk=key, kind=kind).first()
        return None if work is None else _behind_work(actor, work)
    return None


def _behind_offer(actor: Actor, offer: Offer) -> list[Counterpart]:
    contact = [offer.contact_id] if offer.contact_id else []
    people = [Counterpart(person, "contact") for person in _people(actor, contact).values()]
    places = _places(actor, [offer.organisation_id]).values()
    return [*people, *(Counterpart(place, "owner") for place in places)]


def _behind_work(actor: Actor, work: Work) -> list[Counterpart]:
    lines = list(Authorship.objects.filter(work=work).order_by("position", "pk"))
    first = min((one.position for one in lines if one.role == Authorship.Role.AUTHOR), default=0)
    roles: dict[uuid.UUID, str] = {}
    for line in sorted(lines, key=lambda one: (not one.corresponding, one.position, one.pk)):
        if line.person_id is not None:
            roles.setdefault(line.person_id, _role(line, first))
    people = _people(actor, list(roles))
    wanted = dict.fromkeys(one.organisation_id for one in lines if one.organisation_id is not None)
    places = _places(actor, list(wanted))
    return [
        *(Counterpart(people[one], role) for one, role in roles.items() if one in people),
        *(Counterpart(places[one], "affiliation") for one in wanted if one in places),
    ]


def _role(line: Authorship, first: int) -> str:
    if line.corresponding:
        return "corresponding"
    return "first" if line.role == Authorship.Role.AUTHOR and line.position == first else str(line.role)


def _people(actor: Actor, ids: list[uuid.UUID]) -> dict[uuid.UUID, Person]:
    """Those of them whom the actor may see and who can be found; staff see hidden people, but ask none."""
    shown = Person.objects.current().exclude(visibility=Person.Visibility.HIDDEN)
    return see_person.visible(actor, shown).in_bulk(ids)


def _places(actor: Actor, ids: list[uuid.UUID]) -> dict[uuid.UUID, Organisation]:
    return see_organisation.visible(actor, Organisation.objects.current()).in_bulk(ids)
