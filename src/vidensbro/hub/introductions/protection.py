"""The time of those who are asked: how often, when, and who comes next."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q, Sum

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.audit.services import record
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, Invalid, NotFound
from vidensbro.hub.common.rows import as_uuid, key_of
from vidensbro.hub.common.text import storable
from vidensbro.hub.common.validation import apply_changes, check_row
from vidensbro.hub.directory.models import ContactPoint, Organisation, Person
from vidensbro.hub.directory.rules import edit_person, see_organisation, see_person
from vidensbro.hub.introductions import conflicts
from vidensbro.hub.introductions.models import AskPreference, DeclaredConflict, Introduction
from vidensbro.hub.matches.queries import ShownMatch
from vidensbro.hub.needs.models import Need

FULL: Final = "person_full"
QUIET: Final = "person_quiet"
HIDDEN: Final = "person_hidden"
NO_ADDRESS: Final = "no_address"
MONTH = timedelta(days=30)
"""The limit holds in any thirty days: with calendar months somebody could be asked twice as much around the first."""
PREFERENCES = frozenset({"per_month", "quiet_from", "quiet_until", "digest"})


@dataclass(frozen=True, slots=True)
class Turn:
    """A match in the order in which one should ask: those with a `reason` are passed over and come after the others.

    `reason` is a code of availability or of a hard conflict, "" if there is none.
    """

    match: ShownMatch
    reason: str = ""
    conflicts: tuple[conflicts.ConflictFound, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Load:
    """What a person was asked in a calendar year: requests, and minutes asked for in all."""

    requests: int = 0
    minutes: int = 0


def availability(person_ids: Iterable[uuid.UUID | str]) -> dict[uuid.UUID, str]:
    """Why a person cannot be asked now, "" for those who can. Three queries, however many people.

    Codes: "person_hidden" (or not there), "no_address", "person_quiet", "person_full".
    """
    ids = [key for one in person_ids if (key := as_uuid(one)) is not None]
    rows = Person.objects.select_related("user", "ask_preference").in_bulk(ids)
    mailed = _with_address(ids)
    asked = asked_lately(ids)
    today = clock.today()
    return {
        one: _reason(rows[one], one in mailed, asked.get(one, 0), today) if one in rows else HIDDEN
        for one in ids
    }


def passed_over(need: Need, matches: Sequence[ShownMatch]) -> list[Turn]:
    """Matches in the order in which one should ask: who is full, quiet or in conflict gives way to the next.

    Within both groups the order stays. Only people and organisations can be passed over; works and offers stay
    where they are, since there may be several to choose from behind them.
    """
    people = [key_of(one.id) for one in matches if one.kind == "person"]
    places = [key_of(one.id) for one in matches if one.kind == "organisation"]
    reasons = availability(people)
    found = conflicts.between(need, people, places)
    turns = [_turn(one, reasons, found) for one in matches]
    return sorted(turns, key=lambda turn: bool(turn.reason))


def take_turn(row: Introduction) -> bool:
    """See that the counterpart of a request can be asked now; does it get a digest instead of a mail of its own?

    Call inside the transaction that asks: the person's row is locked, so that two requests at the same moment count
    one after the other.

    Raises:
        Conflict: with the reason's code.
    """
    if row.person_id is None:
        if not _organisation_can_be_reached(row.organisation):
            raise Conflict(NO_ADDRESS)
        return False
    Person.objects.select_for_update().get(pk=row.person_id)
    if reason := availability([row.person_id])[row.person_id]:
        raise Conflict(reason)
    return AskPreference.objects.filter(person_id=row.person_id, digest=True).exists()


def may_be_written_to(person_id: uuid.UUID) -> bool:
    """May a person get a single mail now: neither quiet, nor gathering them in a digest?"""
    preference = AskPreference.objects.filter(person_id=person_id).first()
    return preference is None or not (preference.digest or is_quiet(preference, clock.today()))


def is_quiet(preference: AskPreference, day: date) -> bool:
    """Does the person want to be asked nothing on this day?"""
    start, end = preference.quiet_from, preference.quiet_until
    return start is not None and end is not None and start <= day <= end


def load(person_ids: Iterable[uuid.UUID], year: int | None = None) -> dict[uuid.UUID, Load]:
    """What people were asked in a calendar year (this one). One query; who was asked nothing has zeros."""
    wanted = list(person_ids)
    rows = Introduction.objects.filter(
        person_id__in=wanted, asked_at__year=year if year is not None else clock.today().year
    )
    counted = rows.order_by().values_list("person_id").annotate(count=Count("pk"), sum=Sum("minutes"))
    found = {person: Load(count, total or 0) for person, count, total in counted}
    return {one: found.get(one, Load()) for one in wanted}


def preference_of(actor: Actor, person_id: uuid.UUID | str) -> AskPreference:
    """What a person wishes, as an unsaved row if nothing was ever said. For the person and staff.

    Raises NotFound, Denied.
    """
    person = _person(actor, person_id)
    return AskPreference.objects.filter(person=person).first() or AskPreference(person=person)


@transaction.atomic
def set_preference(actor: Actor, person_id: uuid.UUID | str, **changes: Any) -> AskPreference:
    """Say how often and when one may be asked: `per_month` (None: as everybody), `quiet_from`, `quiet_until`,
    `digest`. For the person and staff. Raises NotFound, Denied, Invalid."""
    person = _person(actor, person_id)
    row = AskPreference.objects.select_for_update().filter(person=person).first() or AskPreference(
        person=person
    )
    changed = apply_changes(row, changes, PREFERENCES)
    if row.pk and not changed:
        return row
    row.changed = clock.now()
    check_row(row)
    row.save()
    record(actor, "introduction.preference", "person", person.pk, {"columns": changed})
    return row


@transaction.atomic
def declare(
    actor: Actor,
    person_id: uuid.UUID | str,
    *,
    organisation_id: uuid.UUID | str | None = None,
    other_id: uuid.UUID | str | None = None,
    note: str = "",
) -> DeclaredConflict:
    """Declare a conflict of interest of a person with an organisation or another person. For the person and staff.

    Raises:
        NotFound, Denied; Invalid: neither or both are named, or it is the person's own row.
    """
    person = _person(actor, person_id)
    if bool(organisation_id) == bool(other_id):
        raise Invalid({"": ("declared_conflict_with_one",)})
    row = DeclaredConflict(person=person, note=storable(note).strip())
    if organisation_id:
        places = see_organisation.visible(actor, Organisation.objects.current())
        row.organisation = places.filter(pk=key_of(organisation_id)).first()
        if row.organisation is None:
            raise NotFound("organisation", organisation_id)
    else:
        row.other = see_person.visible(actor, Person.objects.current()).filter(pk=key_of(other_id)).first()
        if row.other is None:
            raise NotFound("person", other_id)
        if row.other == person:
            raise Invalid({"other": ("same",)})
    there = DeclaredConflict.objects.filter(person=person, organisation=row.organisation, other=row.other)
    if same := there.first():
        return same
    check_row(row)
    row.save()
    record(actor, "introduction.conflict_declared", "person", person.pk)
    return row


@transaction.atomic
def take_back_conflict(actor: Actor, conflict_id: int) -> None:
    """Take back a conflict that was declared. For the person and staff. Raises NotFound."""
    row = DeclaredConflict.objects.select_for_update().filter(pk=conflict_id).first()
    # What somebody has declared is nobody else's to know, not even that there is something.
    if row is None or not edit_person.allows(actor, row.person):
        raise NotFound("conflict", conflict_id)
    record(actor, "introduction.conflict_taken_back", "person", row.person_id)
    row.delete()


def declared(actor: Actor, person_id: uuid.UUID | str) -> list[DeclaredConflict]:
    """The conflicts that a person has declared. For the person and staff. Raises NotFound, Denied."""
    person = _person(actor, person_id)
    rows = DeclaredConflict.objects.filter(person=person).select_related("organisation", "other")
    return list(rows.order_by("pk"))


def _person(actor: Actor, person_id: uuid.UUID | str) -> Person:
    person = Person.objects.filter(pk=key_of(person_id)).first()
    if person is None:
        raise NotFound("person", person_id)
    edit_person.require(actor, person, see=see_person)
    return person


def _reason(person: Person, mailed: bool, asked: int, today: date) -> str:
    if person.visibility == Person.Visibility.HIDDEN or person.successor_id is not None:
        return HIDDEN
    if not mailed and not (person.user is not None and person.user.is_active):
        return NO_ADDRESS
    preference: AskPreference | None = getattr(person, "ask_preference", None)
    if preference is not None and is_quiet(preference, today):
        return QUIET
    own = preference.per_month if preference is not None else None
    limit = settings.VIDENSBRO_ASKS_PER_MONTH if own is None else own
    return FULL if asked >= limit else ""


def _with_address(ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    rows = ContactPoint.objects.filter(person_id__in=ids, kind=ContactPoint.Kind.EMAIL)
    return set(rows.values_list("person_id", flat=True))


def asked_lately(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How often each was asked in the last thirty days; who was not is not in it. One query."""
    rows = Introduction.objects.filter(person_id__in=ids, asked_at__gt=clock.now() - MONTH)
    return dict(rows.order_by().values_list("person_id").annotate(count=Count("pk")))


def _organisation_can_be_reached(place: Organisation | None) -> bool:
    if place is None:
        return False
    coordinated = Q(memberships__role="coordinator", memberships__user__is_active=True)
    mailed = Q(contact_points__kind=ContactPoint.Kind.EMAIL)
    return Organisation.objects.current().filter(mailed | coordinated, pk=place.pk).exists()


def _turn(
    match: ShownMatch,
    reasons: Mapping[uuid.UUID, str],
    found: Mapping[str, list[conflicts.ConflictFound]],
) -> Turn:
    between = tuple(found.get(f"{match.kind}:{match.id}", ()))
    reason = reasons.get(key_of(match.id), "") if match.kind == "person" else ""
    hard = next((one.code for one in between if one.hard), "")
    return Turn(match, reason or hard, between)
