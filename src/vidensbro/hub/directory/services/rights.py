"""What people ask about what is stored about them, with an account or without."""

from __future__ import annotations

import secrets
import uuid
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q

from vidensbro.hub.accounts.actors import Actor, system_actor
from vidensbro.hub.accounts.models import User
from vidensbro.hub.accounts.policies import is_staff, require
from vidensbro.hub.accounts.services.users import refuse_last_administrator
from vidensbro.hub.audit import privacy
from vidensbro.hub.audit.privacy import Subject
from vidensbro.hub.audit.services import record
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, Denied, Invalid, NotFound
from vidensbro.hub.common.rows import NO_ID, as_uuid, key_of
from vidensbro.hub.directory import notifications
from vidensbro.hub.directory.models import ContactPoint, Person, PersonRequest
from vidensbro.hub.directory.queries.joining import digest_of
from vidensbro.hub.directory.services.objections import note_objection
from vidensbro.hub.directory.services.texts import short
from vidensbro.hub.mail.content import address_key, fits_a_header, is_address

KIND = "person_request"
LASTS = timedelta(days=7)
PERSON = system_actor("person")
"""Who acts when somebody without an account has used the link sent to a known address."""


def subject_of(actor: Actor) -> Subject:
    """The actor's account and the person in the directory that it belongs to. Raises Denied: no account."""
    if actor.user_id is None:
        raise Denied("users_only" if actor.signed_in else "sign_in_needed")
    person = Person.objects.filter(user_id=actor.user_id).values_list("pk", flat=True).first()
    return Subject(user_id=actor.user_id, person_id=person)


def subject_named(actor: Actor, who: str) -> Subject:
    """The subject that an address of mail or an identifier names: an account, a person, or both. For staff.

    Raises:
        Denied; NotFound: nobody; Conflict: the address is that of several people ("several_people").
    """
    require(actor, is_staff, "staff_only")
    address, key = address_key(who), as_uuid(who)
    if key is None and not is_address(address):
        raise NotFound("subject", who)
    users = User.objects.filter(pk=key) if key else User.objects.filter(email=address)
    user = users.first()
    people = _people(user, key, address)
    if user is None and not people:
        raise NotFound("subject", who)
    if len(people) > 1:
        raise Conflict("several_people")
    person = people[0] if people else None
    return Subject(
        user_id=user.pk if user else person.user_id if person else None,
        person_id=person.pk if person else None,
        addresses=frozenset() if key else frozenset({address}),
    )


def export_own(actor: Actor) -> dict[str, Any]:
    """Everything that is stored about the actor (GDPR articles 15 and 20), by app. Writes nothing."""
    return privacy.export(subject_of(actor))


@transaction.atomic
def export_named(actor: Actor, who: str) -> dict[str, Any]:
    """Everything stored about whom `who` names. For staff, who have checked who asks; it is recorded. Raises as
    `subject_named`."""
    subject = subject_named(actor, who)
    told = privacy.export(subject)
    record(actor, "privacy.exported", "person" if subject.person_id else "user", _number(subject))
    return told


@transaction.atomic
def erase_own(actor: Actor, typed: str) -> dict[str, int]:
    """Erase the actor's account and everything about the actor (GDPR article 17); rows touched by app.

    Raises:
        Denied; Invalid: `typed` is not the account's address ("not_same").
        Conflict: nobody would remain administrator ("last_administrator").
    """
    subject = subject_of(actor)
    user = User.objects.select_for_update().get(pk=subject.user_id or NO_ID)
    if address_key(typed) != user.email:
        raise Invalid({"typed": ("not_same",)})
    refuse_last_administrator(user)
    return privacy.erase(actor, subject)


@transaction.atomic
def erase_named(actor: Actor, who: str) -> dict[str, int]:
    """Erase whom `who` names. For staff, who have checked who asks. Raises as `subject_named` and `erase_own`."""
    subject = subject_named(actor, who)
    user = User.objects.select_for_update().filter(pk=subject.user_id).first() if subject.user_id else None
    if user is not None:
        require(actor, lambda one: one.is_administrator, "administrator_only")
        refuse_last_administrator(user)
    return privacy.erase(actor, subject, checked=True)


@transaction.atomic
def ask_about_person(
    actor: Actor,
    kind: str,
    email: str,
    *,
    person_id: uuid.UUID | None = None,
    name: str = "",
    message: str = "",
    language: str = "da",
) -> None:
    """Ask, without an account, that what is stored about oneself be corrected, hidden or erased.

    From an address that is known for one person a link is sent there; anything else waits for the secretariat.
    Nothing that is returned or raised tells which.

    Raises:
        Invalid: a kind or address that is none, too long a text.
    """
    if kind not in PersonRequest.Kind.values:
        raise Invalid({"kind": ("invalid_choice",)})
    row = PersonRequest(
        kind=kind,
        email=_address(email),
        name=name.strip()[:200] if fits_a_header(name.strip()) else "",
        message=short(message, "message"),
        language=language,
    )
    person = _known_by(row.email, person_id)
    if person is None:
        row.person = Person.objects.current().filter(pk=person_id).first() if person_id else None
        row.save()
        notifications.person_asked(row)
    elif not PersonRequest.objects.filter(person=person, kind=kind, expires__gt=clock.now()).exists():
        token = secrets.token_urlsafe(32)
        row.person, row.state = person, PersonRequest.State.SENT
        row.digest, row.expires = digest_of(token), clock.now() + LASTS
        row.save()
        notifications.confirm_person_request(row, token)
    record(actor, "person_request.asked", KIND, row.pk, {"kind": kind})


def request_by_token(token: str) -> PersonRequest:
    """The request whose link this is. Raises NotFound: forged, used or too old, all alike."""
    rows = PersonRequest.objects.select_related("person").filter(state=PersonRequest.State.SENT)
    row = rows.filter(digest=digest_of(token), expires__gt=clock.now()).first()
    if row is None or row.person is None:
        raise NotFound(KIND)
    return row


@transaction.atomic
def confirm_person_request(token: str) -> str:
    """Do what the holder of the link asked for; the kind. A correction waits for the secretariat from now on.

    Raises:
        NotFound: as `request_by_token`.
    """
    found = request_by_token(token)
    person = Person.objects.select_for_update().get(pk=found.person_id or NO_ID)
    row = PersonRequest.objects.select_for_update().filter(pk=found.pk, digest=found.digest).first()
    if row is None:
        raise NotFound(KIND)
    row.digest, row.confirmed_at, row.state = None, clock.now(), PersonRequest.State.WAITING
    row.save()
    if row.kind == PersonRequest.Kind.CORRECT:
        notifications.person_asked(row)
    elif row.kind == PersonRequest.Kind.HIDE:
        note_objection(PERSON, person, row.message)
        _decide(PERSON, row, PersonRequest.State.DONE)
    elif person.user_id is not None:
        # An account goes only by its owner's own hand, who is signed in.
        notifications.person_asked(row)
    else:
        privacy.erase(PERSON, Subject(person_id=person.pk, addresses=frozenset({row.email})))
    return row.kind


@transaction.atomic
def decide_person_request(actor: Actor, request_id: uuid.UUID | str, done: bool) -> PersonRequest:
    """Say that a request is done or declined, and tell the one who asked. For staff.

    Raises:
        Denied, NotFound; Conflict: it is over ("request_over").
    """
    require(actor, is_staff, "staff_only")
    row = PersonRequest.objects.select_for_update().filter(pk=key_of(request_id)).first()
    if row is None:
        raise NotFound(KIND, request_id)
    if row.state != PersonRequest.State.WAITING:
        raise Conflict("request_over")
    _decide(actor, row, PersonRequest.State.DONE if done else PersonRequest.State.REFUSED)
    notifications.person_request_decided(row)
    return row


def _decide(actor: Actor, row: PersonRequest, state: PersonRequest.State) -> None:
    row.state, row.decided_at, row.decided_by_id = state, clock.now(), actor.user_id
    row.save(update_fields=["state", "decided_at", "decided_by"])
    record(actor, f"person_request.{state}", KIND, row.pk, {"kind": row.kind})


def _known_by(address: str, person_id: uuid.UUID | None) -> Person | None:
    """The one person whose address this is; None if it is nobody's, several people's, or not the named one's."""
    points = Q(contact_points__kind=ContactPoint.Kind.EMAIL, contact_points__value__iexact=address)
    found = list(Person.objects.current().filter(points | Q(user__email=address)).distinct()[:2])
    if len(found) != 1 or (person_id is not None and found[0].pk != person_id):
        return None
    return found[0]


def _people(user: User | None, key: uuid.UUID | None, address: str) -> list[Person]:
    if key is not None:
        return list(Person.objects.filter(Q(pk=key) | Q(user_id=key)))
    if user is not None:
        return list(Person.objects.filter(user=user))
    points = Q(contact_points__kind=ContactPoint.Kind.EMAIL, contact_points__value__iexact=address)
    return list(Person.objects.current().filter(points).distinct())


def _address(email: str) -> str:
    address = address_key(email)
    try:
        validate_email(address)
    except ValidationError as error:
        raise Invalid({"email": ("email_invalid",)}) from error
    if not is_address(address):
        raise Invalid({"email": ("email_invalid",)})
    return address


def _number(subject: Subject) -> str:
    return str(subject.person_id or subject.user_id)
