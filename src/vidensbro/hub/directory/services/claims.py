"""A user says to be a person in the directory, and is believed or not."""

from __future__ import annotations

import uuid

from django.db import transaction

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.models import User
from vidensbro.hub.accounts.policies import is_staff, require
from vidensbro.hub.audit.services import record
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, Denied, NotFound
from vidensbro.hub.common.validation import check_row
from vidensbro.hub.directory import notifications
from vidensbro.hub.directory.announcements import index_changed
from vidensbro.hub.directory.models import ContactPoint, Person, PersonClaim, RequestState
from vidensbro.hub.directory.queries.addresses import confirmed_address
from vidensbro.hub.directory.rules import see_claim, see_person
from vidensbro.hub.directory.services.joining import WAIT_AFTER_REFUSAL, asking_user, repeats
from vidensbro.hub.directory.services.texts import short

KIND = "person_claim"


@transaction.atomic
def claim_person(actor: Actor, person_id: uuid.UUID | str, message: str = "") -> PersonClaim:
    """Say that a person in the directory is oneself.

    Believed at once when an e-mail address that the directory has for the person is the account's own, confirmed
    one; else the secretariat decides.

    Raises:
        Denied: nobody is signed in. NotFound: the actor may not know of the person. Invalid: too long a message.
        Conflict: the person has an account ("person_taken"), the account a person ("user_taken"), or an earlier
            claim of the account waits ("already_asked"); "claimed_recently": for this person it was refused within a
            month, or the account has withdrawn three claims in one.
    """
    user = asking_user(actor)
    person = Person.objects.current().select_for_update().filter(pk=person_id).first()
    if person is None or not see_person.allows(actor, person):
        raise NotFound("person", person_id)
    _refuse_taken(user, person)
    if PersonClaim.objects.filter(user=user, state=RequestState.ASKED).exists():
        raise Conflict("already_asked")
    _refuse_repeated(user, person)
    row = PersonClaim(user=user, person=person, message=short(message, "message"))
    check_row(row)
    row.save()
    record(actor, "claim.asked", KIND, row.pk, {"person": str(person.pk)})
    if _same_address(user, person):
        _confirm(actor, row, person)
    else:
        notifications.claimed(row)
    return row


@transaction.atomic
def confirm_claim(actor: Actor, claim_id: uuid.UUID | str) -> PersonClaim:
    """Link the account to the person. For staff, who have made sure.

    Raises:
        NotFound, Denied; Conflict: "request_over", "person_taken", "user_taken".
    """
    row, person = _locked(actor, claim_id)
    require(actor, is_staff, "staff_only")
    _refuse_taken(row.user, person)
    _confirm(actor, row, person)
    notifications.claim_decided(row)
    return row


@transaction.atomic
def refuse_claim(actor: Actor, claim_id: uuid.UUID | str, note: str = "") -> PersonClaim:
    """Say no, with a note to the one who asked. For staff. Raises as `confirm_claim`, and Invalid."""
    row, _ = _locked(actor, claim_id)
    require(actor, is_staff, "staff_only")
    _decide(actor, row, RequestState.REFUSED, short(note, "note"))
    notifications.claim_decided(row)
    return row


@transaction.atomic
def withdraw_claim(actor: Actor, claim_id: uuid.UUID | str) -> PersonClaim:
    """Take back one's own claim. Raises NotFound, Denied; Conflict: it is over already ("request_over")."""
    row, _ = _locked(actor, claim_id)
    if row.user_id != actor.user_id:
        raise Denied("only_self")
    _decide(actor, row, RequestState.WITHDRAWN)
    return row


def _confirm(actor: Actor, row: PersonClaim, person: Person) -> None:
    _decide(actor, row, RequestState.CONFIRMED)
    person.user = row.user
    person.save(update_fields=["user"])
    record(actor, "person.linked", "person", person.pk, {"user": str(row.user_id)})
    # Whoever is shown to members only is found by himself, too: the document's audience has changed.
    index_changed("person", [person.pk])


def _refuse_taken(user: User, person: Person) -> None:
    if person.user_id is not None:
        raise Conflict("person_taken")
    if Person.objects.filter(user=user).exists():
        raise Conflict("user_taken")


def _refuse_repeated(user: User, person: Person) -> None:
    since = clock.now() - WAIT_AFTER_REFUSAL
    mine = PersonClaim.objects.filter(user=user)
    if repeats(mine.filter(person=person), since) or repeats(
        mine.filter(state=RequestState.WITHDRAWN), since
    ):
        raise Conflict("claimed_recently")


def _same_address(user: User, person: Person) -> bool:
    address = confirmed_address(user.pk)
    points = ContactPoint.objects.filter(person=person, kind=ContactPoint.Kind.EMAIL)
    return bool(address) and points.filter(value__iexact=address).exists()


def _locked(actor: Actor, claim_id: uuid.UUID | str) -> tuple[PersonClaim, Person]:
    """The claim and its person, locked, the person first as everywhere."""
    found = PersonClaim.objects.filter(pk=claim_id).first()
    if found is None or not see_claim.allows(actor, found):
        raise NotFound(KIND, claim_id)
    person = Person.objects.select_for_update().get(pk=found.person_id)
    row = (
        PersonClaim.objects.select_for_update(of=("self",)).select_related("user").filter(pk=claim_id).first()
    )
    if row is None or row.person_id != person.pk:
        raise NotFound(KIND, claim_id)
    row.person = person
    return row, person


def _decide(actor: Actor, row: PersonClaim, state: RequestState, note: str = "") -> None:
    if row.state != RequestState.ASKED:
        raise Conflict("request_over")
    row.state, row.note = state, note
    row.decided_by_id, row.decided_at = actor.user_id, clock.now()
    row.save(update_fields=["state", "note", "decided_by", "decided_at"])
    record(actor, f"claim.{state}", KIND, row.pk, {"person": str(row.person_id)})
