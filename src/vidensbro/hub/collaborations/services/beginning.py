"""Beginning a collaboration, and describing it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date as Date
from typing import Any

from django.db import transaction

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.policies import is_member, require
from vidensbro.hub.audit.services import record
from vidensbro.hub.collaborations import notifications
from vidensbro.hub.collaborations.facts import Begun, Evidence, ReadinessChange
from vidensbro.hub.collaborations.models import Collaboration, Party, PartyPerson, PartyRole, Stage
from vidensbro.hub.collaborations.services.parties import organisation_named
from vidensbro.hub.collaborations.services.steps import locked, settle, write_step
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, Denied, Invalid, Problems
from vidensbro.hub.common.text import storable
from vidensbro.hub.common.validation import apply_changes, check_row
from vidensbro.hub.directory.models import Organisation, Person
from vidensbro.hub.directory.queries.people import current
from vidensbro.hub.directory.services.rows import replace_fields
from vidensbro.hub.introductions import queries as introductions
from vidensbro.hub.introductions.models import Introduction, Outcome
from vidensbro.hub.introductions.models import State as IntroductionState
from vidensbro.hub.needs.models import Need, Visibility
from vidensbro.kit.text.language import detect

COLUMNS = frozenset({"title", "purpose"})
OPEN_NEEDS = (Visibility.PUBLIC, Visibility.MEMBERS)
ROLE_OF_KIND = {
    Organisation.Kind.COMPANY: PartyRole.COMPANY,
    Organisation.Kind.UNIVERSITY: PartyRole.RESEARCH,
    Organisation.Kind.COLLEGE: PartyRole.RESEARCH,
    Organisation.Kind.GTS: PartyRole.RESEARCH,
    Organisation.Kind.RESEARCH_INFRASTRUCTURE: PartyRole.RESEARCH,
    Organisation.Kind.HOSPITAL: PartyRole.TEST_HOST,
    Organisation.Kind.MUNICIPALITY: PartyRole.TEST_HOST,
    Organisation.Kind.REGION: PartyRole.PUBLIC,
    Organisation.Kind.FOUNDATION: PartyRole.FUNDER,
    Organisation.Kind.INVESTOR: PartyRole.FUNDER,
}


@dataclass(frozen=True, slots=True)
class PartyGiven:
    """A party as it is handed in: an organisation of the directory, or another one by name."""

    role: str
    organisation_id: uuid.UUID | None = None
    name: str = ""
    shared: bool = True
    user_ids: tuple[uuid.UUID, ...] = ()
    person_ids: tuple[uuid.UUID, ...] = ()


@transaction.atomic
def begin(
    actor: Actor,
    *,
    title: str,
    parties: Sequence[PartyGiven],
    purpose: str = "",
    fields: Iterable[str] = (),
    date: Date | None = None,
    stage: str = Stage.DIALOGUE,
    readiness: int | None = None,
    evidence: Evidence | None = None,
    introduction: Introduction | None = None,
) -> Collaboration:
    """Enter a collaboration that began on `date` (today if none is given) between at least two parties.

    A member must act for one of them, and takes part by name; the secretariat enters any.

    Raises:
        Denied: a visitor, or one who acts for none of the parties ("not_yours").
        Invalid: no title, fewer than two parties ("parties_two"), one organisation twice ("unique").
    """
    require(actor, is_member, "members_only")
    given = [_with_actor(actor, one) for one in parties]
    _check_parties(actor, given)
    row = Collaboration(
        title=storable(title).strip(), purpose=storable(purpose).strip(), introduction=introduction
    )
    row.began, row.language = date or clock.today(), detect(f"{title}\n{purpose}", fallback="da")
    check_row(row)
    row.save()
    replace_fields(row.field_tags, fields)
    for one in given:
        _add(row, one)
    rests_on = evidence or Evidence(by=actor.name)
    step = write_step(actor, row, Begun(stage), date=row.began, evidence=rests_on)
    if readiness is not None:
        write_step(actor, row, ReadinessChange(readiness), date=row.began, evidence=Evidence(by=actor.name))
    settle(row)
    record(actor, "collaboration.begun", "collaboration", row.pk, {"parties": len(given)})
    notifications.recorded(actor, row, step)
    return row


@transaction.atomic
def begin_between(
    actor: Actor,
    first: tuple[str, uuid.UUID | None, str],
    second: tuple[str, uuid.UUID | None, str],
    **given: Any,
) -> Collaboration:
    """`begin` with two parties as a form has them: name, id where it is known, and role.

    A name that the directory has is that organisation.
    """
    return begin(actor, parties=[_named(*first), _named(*second)], **given)


@transaction.atomic
def begin_from(
    actor: Actor, introduction_id: uuid.UUID | str, *, title: str = "", purpose: str = ""
) -> Collaboration:
    """Begin the collaboration that an introduction led to, with its two sides as parties.

    Of a need that not all members may see nothing is carried over, and only those who were introduced take part.

    Raises:
        NotFound: the actor may not know of the introduction.
        Denied: the actor is of neither side ("not_yours").
        Conflict: they have not been introduced ("introduction_not_made"), or it has begun ("collaboration_begun").
    """
    row = introductions.introduction(actor, introduction_id)
    if row.state != IntroductionState.INTRODUCED and row.outcome != Outcome.MET:
        raise Conflict("introduction_not_made")
    if Collaboration.objects.filter(introduction=row).exists():
        raise Conflict("collaboration_begun")
    need = row.need
    parties = (_owner_side(need), _other_side(row))
    is_open = need.visibility in OPEN_NEEDS
    return begin(
        actor,
        title=title or " – ".join(_called(one) for one in parties)[:200],
        purpose=purpose,
        parties=parties,
        fields=[tag.notation for tag in need.field_tags.all()] if is_open else (),
        readiness=need.readiness if is_open else None,
        introduction=row,
    )


@transaction.atomic
def edit(
    actor: Actor, collaboration_id: uuid.UUID | str, *, fields: Iterable[str] | None = None, **changes: Any
) -> Collaboration:
    """Change title, purpose or fields: what it is about, not what happened. Raises NotFound, Denied, Invalid."""
    row = locked(actor, collaboration_id)
    clean = {name: storable(value).strip() for name, value in changes.items()}
    changed = apply_changes(row, clean, COLUMNS)
    check_row(row)
    retagged = fields is not None and replace_fields(row.field_tags, fields)
    if changed:
        row.language = detect(f"{row.title}\n{row.purpose}", fallback="da")
        row.save()
    if changed or retagged:
        columns = [*changed, *(["fields"] if retagged else [])]
        record(actor, "collaboration.edited", "collaboration", row.pk, {"columns": columns})
    return row


def _named(name: str, organisation_id: uuid.UUID | None, role: str) -> PartyGiven:
    if organisation_id is not None:
        return PartyGiven(role, organisation_id)
    found = organisation_named(name)
    return PartyGiven(role, found.pk) if found else PartyGiven(role, name=name, shared=False)


def _with_actor(actor: Actor, given: PartyGiven) -> PartyGiven:
    """The actor takes part by name for an organisation that he or she acts for."""
    if (
        actor.user_id is None
        or given.organisation_id not in actor.organisations
        or actor.user_id in given.user_ids
    ):
        return given
    people = (*given.user_ids, actor.user_id)
    return PartyGiven(given.role, given.organisation_id, given.name, given.shared, people, given.person_ids)


def _check_parties(actor: Actor, given: Sequence[PartyGiven]) -> None:
    problems = Problems()
    organisations = [one.organisation_id for one in given if one.organisation_id]
    problems.check(len(given) > 1, "parties", "parties_two")
    problems.check(len(organisations) == len(set(organisations)), "parties", "unique")
    known = Organisation.objects.filter(pk__in=organisations).count()
    problems.check(known == len(set(organisations)), "parties", "invalid_choice")
    problems.raise_if_any()
    if actor.is_secretariat or actor.system:
        return
    named = any(actor.user_id in one.user_ids for one in given) or any(
        Person.objects.filter(pk__in=one.person_ids, user=actor.user_id).exists() for one in given
    )
    if not named and not set(organisations) & actor.organisations:
        raise Denied("not_yours")


def _add(row: Collaboration, given: PartyGiven) -> Party:
    party = Party(
        collaboration=row,
        organisation_id=given.organisation_id,
        name="" if given.organisation_id else storable(given.name).strip(),
        role=given.role,
        shared=given.shared and given.organisation_id is not None,
        since=row.began,
    )
    if not party.organisation_id and not party.name:
        raise Invalid({"parties": ("required",)})
    check_row(party)
    party.save()
    for user_id in given.user_ids:
        PartyPerson.objects.create(party=party, user_id=user_id)
    for person_id in given.person_ids:
        PartyPerson.objects.create(party=party, person_id=person_id)
    return party


def _owner_side(need: Need) -> PartyGiven:
    people = (need.owner_id,) if need.owner_id else ()
    if need.organisation is not None:
        shared = need.visibility in OPEN_NEEDS or need.owner_id is None
        role = ROLE_OF_KIND.get(Organisation.Kind(need.organisation.kind), PartyRole.OTHER)
        return PartyGiven(role, need.organisation.pk, shared=shared, user_ids=people)
    return PartyGiven(PartyRole.OTHER, name=str(need.owner), shared=False, user_ids=people)


def _other_side(row: Introduction) -> PartyGiven:
    if row.organisation is not None:
        role = ROLE_OF_KIND.get(Organisation.Kind(row.organisation.kind), PartyRole.OTHER)
        return PartyGiven(role, row.organisation.pk)
    person = row.person
    assert person is not None
    places = person.affiliations.filter(current()).select_related("organisation").order_by("-since", "pk")
    place = next(
        (one.organisation for one in places if one.organisation_id != row.need.organisation_id), None
    )
    if place is None:
        return PartyGiven(PartyRole.OTHER, name=person.name, shared=False, person_ids=(person.pk,))
    role = ROLE_OF_KIND.get(Organisation.Kind(place.kind), PartyRole.OTHER)
    return PartyGiven(role, place.pk, shared=False, person_ids=(person.pk,))


def _called(given: PartyGiven) -> str:
    if given.organisation_id is None:
        return given.name
    return str(Organisation.objects.only("name").get(pk=given.organisation_id))
