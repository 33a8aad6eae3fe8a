"""Who takes part."""

from __future__ import annotations

import uuid
from datetime import date as Date

from django.db import transaction
from django.db.models import Q

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.models import User
from vidensbro.hub.audit.services import record
from vidensbro.hub.collaborations import notifications
from vidensbro.hub.collaborations.facts import Evidence, PartyJoined, PartyLeft
from vidensbro.hub.collaborations.models import Collaboration, Party, PartyPerson
from vidensbro.hub.collaborations.services.steps import locked, settle, write_step
from vidensbro.hub.common.errors import Conflict, Invalid, NotFound
from vidensbro.hub.common.text import name_key, storable
from vidensbro.hub.common.validation import check_row
from vidensbro.hub.directory.models import Affiliation, Organisation, Person
from vidensbro.hub.directory.queries.people import current
from vidensbro.hub.directory.rules import see_person


def organisation_named(name: str) -> Organisation | None:
    """The one organisation of the directory that is called so, whatever the case; None if none is, or several are."""
    key = name_key(name)
    if not key:
        return None
    rows = Organisation.objects.current()
    called = Q(name_key=key) | Q(aliases__name_key=key) | Q(name_da__iexact=name) | Q(name_en__iexact=name)
    found = list(rows.filter(called).distinct()[:2])
    return found[0] if len(found) == 1 else None


@transaction.atomic
def add_party(
    actor: Actor,
    collaboration_id: uuid.UUID | str,
    *,
    name: str,
    role: str,
    date: Date,
    evidence: Evidence,
    shared: bool = True,
) -> Party:
    """Let an organisation take part from a date. One that the directory does not have is kept by name.

    Raises:
        NotFound, Denied, Invalid; Conflict: it takes part already ("party_once").
    """
    row = locked(actor, collaboration_id)
    organisation = organisation_named(name)
    if organisation and row.parties.filter(organisation=organisation, until__isnull=True).exists():
        raise Conflict("party_once")
    party = Party(
        collaboration=row,
        organisation=organisation,
        name="" if organisation else storable(name).strip(),
        role=role,
        shared=shared and organisation is not None,
        since=date,
    )
    if not party.name and organisation is None:
        raise Invalid({"name": ("required",)})
    check_row(party)
    party.save()
    step = write_step(actor, row, PartyJoined(party), date=date, evidence=evidence)
    settle(row)
    record(actor, "collaboration.party_added", "collaboration", row.pk, {"party": party.pk, "role": role})
    notifications.recorded(actor, row, step)
    return party


@transaction.atomic
def end_party(
    actor: Actor, collaboration_id: uuid.UUID | str, party_id: int, *, date: Date, evidence: Evidence
) -> Party:
    """Let a party leave on a date; its people see nothing any more.

    Raises:
        NotFound, Denied, Invalid; Conflict: it has left ("party_left"), or only two are left ("parties_two").
    """
    row = locked(actor, collaboration_id)
    party = _party(row, party_id)
    if row.parties.filter(until__isnull=True).count() < 3:
        raise Conflict("parties_two")
    party.until = date
    check_row(party)
    party.save()
    step = write_step(actor, row, PartyLeft(party), date=date, evidence=evidence)
    settle(row)
    record(actor, "collaboration.party_left", "collaboration", row.pk, {"party": party.pk})
    notifications.recorded(actor, row, step)
    return party


@transaction.atomic
def set_shared(actor: Actor, collaboration_id: uuid.UUID | str, party_id: int, shared: bool) -> Party:
    """Let everybody who acts for the organisation take part, or only those named. Raises NotFound, Denied."""
    row = locked(actor, collaboration_id)
    party = _party(row, party_id)
    party.shared = shared and party.organisation_id is not None
    party.save(update_fields=["shared"])
    record(
        actor, "collaboration.party_shared", "collaboration", row.pk, {"party": party.pk, "shared": shared}
    )
    return party


@transaction.atomic
def name_person(
    actor: Actor, collaboration_id: uuid.UUID | str, party_id: int, who: str, role: str = ""
) -> PartyPerson:
    """Name somebody who takes part for a party: by the name of a person who works there or, where the actor acts for
    the organisation too, by the address of an account that does.

    Raises:
        NotFound, Denied; Invalid: nobody of the organisation is called so ("person_unknown"), or more than one is
        ("person_ambiguous"); Conflict: named already ("party_person_once").
    """
    row = locked(actor, collaboration_id)
    party = _party(row, party_id)
    found = _somebody(actor, party, storable(who).strip())
    if PartyPerson.objects.filter(party=party, **found).exists():
        raise Conflict("party_person_once")
    named = PartyPerson(party=party, role=storable(role).strip(), **found)
    check_row(named)
    named.save()
    record(actor, "collaboration.person_named", "collaboration", row.pk, {"party": party.pk})
    return named


@transaction.atomic
def remove_person(actor: Actor, collaboration_id: uuid.UUID | str, named_id: int) -> None:
    """Let somebody no longer take part by name. Raises NotFound, Denied."""
    row = locked(actor, collaboration_id)
    named = PartyPerson.objects.filter(pk=named_id, party__collaboration=row).first()
    if named is None:
        raise NotFound("party_person", named_id)
    record(actor, "collaboration.person_removed", "collaboration", row.pk, {"party": named.party_id})
    named.delete()


def _party(row: Collaboration, party_id: int) -> Party:
    party = row.parties.select_for_update().filter(pk=party_id).first()
    if party is None:
        raise NotFound("party", party_id)
    if party.until is not None:
        raise Conflict("party_left")
    return party


def _somebody(actor: Actor, party: Party, who: str) -> dict[str, Person | User]:
    """The account or person that is meant, as columns of a `PartyPerson`."""
    if party.organisation is None:
        raise Conflict("party_without_organisation")
    # Nobody else is told which addresses have an account, and who acts for an organisation.
    if "@" in who:
        if not (party.organisation_id in actor.organisations or actor.is_secretariat):
            raise Invalid({"who": ("person_unknown",)})
        user = User.objects.filter(
            email=who.lower(), is_active=True, memberships__organisation=party.organisation
        ).first()
        if user is None:
            raise Invalid({"who": ("person_unknown",)})
        return {"user": user}
    people = see_person.visible(actor, Person.objects.current()).filter(name_key=name_key(who))
    there = Affiliation.objects.filter(current(), organisation=party.organisation)
    found = list(people.filter(pk__in=there.values("person_id"))[:2])
    if len(found) != 1:
        raise Invalid({"who": ("person_ambiguous" if found else "person_unknown",)})
    return {"person": found[0]}
