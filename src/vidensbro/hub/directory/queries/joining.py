"""Reads about who acts for an organisation, who is invited and who asks."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.policies import Answer, is_staff, require
from vidensbro.hub.common.errors import NotFound
from vidensbro.hub.common.rows import key_of
from vidensbro.hub.directory.models import (
    Invitation,
    JoinRequest,
    Membership,
    Organisation,
    Person,
    PersonClaim,
    RequestState,
)
from vidensbro.hub.directory.queries.addresses import confirmed_address
from vidensbro.hub.directory.rules import edit_organisation, edit_person, knows_members, manage_members


@dataclass(frozen=True, slots=True)
class Place:
    """What an actor is to an organisation: the role held ("" for none), the request that waits, what may be done."""

    role: str = ""
    asked: JoinRequest | None = None
    may_join: bool = False
    may_manage: bool = False


@dataclass(frozen=True, slots=True)
class Mine:
    """A user's organisations, what waits, and the person in the directory who the user is."""

    memberships: tuple[Membership, ...]
    requests: tuple[JoinRequest, ...]
    invitations: tuple[Invitation, ...]
    person: Person | None
    claim: PersonClaim | None


def digest_of(token: str) -> str:
    """What is kept of a link's token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def managed_organisation(actor: Actor, organisation_id: uuid.UUID | str) -> Organisation:
    """An organisation whose members the actor decides on.

    Raises:
        NotFound: none, or the actor does not act for it. Denied: the actor acts for it but decides nothing.
    """
    row = Organisation.objects.filter(pk=key_of(organisation_id)).first()
    if row is None:
        raise NotFound("organisation", organisation_id)
    manage_members.require(actor, row, see=knows_members if actor.signed_in else None)
    return row


def members(actor: Actor, organisation: Organisation) -> QuerySet[Membership]:
    """Who acts for an organisation that the actor manages, coordinators first."""
    manage_members.require(actor, organisation, see=knows_members)
    rows = Membership.objects.filter(organisation=organisation).select_related("user")
    return rows.order_by("role", "user__name", "user__email")


def open_invitations(actor: Actor, organisation: Organisation | None = None) -> QuerySet[Invitation]:
    """Invitations that nobody has accepted or withdrawn, to an organisation or to the installation (for staff)."""
    if organisation is None:
        require(actor, is_staff, "staff_only")
    else:
        manage_members.require(actor, organisation, see=knows_members)
    rows = Invitation.objects.open().filter(organisation=organisation)
    return rows.select_related("invited_by").order_by("-created", "-pk")


def join_requests(actor: Actor, organisation: Organisation) -> QuerySet[JoinRequest]:
    """Requests to join an organisation that wait, the oldest first."""
    manage_members.require(actor, organisation, see=knows_members)
    return _waiting_requests().filter(organisation=organisation)


def unattended_requests(actor: Actor) -> QuerySet[JoinRequest]:
    """Requests that wait for the secretariat, because the organisation has no coordinator. For staff."""
    require(actor, is_staff, "staff_only")
    deciding = Membership.objects.filter(
        organisation=OuterRef("organisation"), role=Membership.Role.COORDINATOR, user__is_active=True
    )
    return _waiting_requests().filter(~Exists(deciding))


def open_claims(actor: Actor) -> QuerySet[PersonClaim]:
    """Claims that wait for a decision, the oldest first. For staff."""
    require(actor, is_staff, "staff_only")
    rows = PersonClaim.objects.filter(state=RequestState.ASKED).select_related("user", "person")
    return rows.prefetch_related("person__contact_points").order_by("created", "pk")


def invitation_by_token(token: str) -> Invitation:
    """The invitation that a link leads to, while it holds. Raises NotFound for every other link alike."""
    rows = Invitation.objects.usable().select_related("organisation", "invited_by")
    row = rows.filter(digest=digest_of(token)).first()
    gone = row is not None and row.organisation is not None and row.organisation.status == "withdrawn"
    if row is None or gone:
        raise NotFound("invitation")
    return row


def place_in(actor: Actor, organisation: Organisation) -> Place:
    """What the actor is to the organisation. At most one query, none for visitors and members."""
    if actor.user_id is None:
        return Place()
    role = "coordinator" if organisation.pk in actor.coordinates else ""
    role = role or ("member" if organisation.pk in actor.organisations else "")
    asked = (
        None if role else _waiting_requests().filter(user_id=actor.user_id, organisation=organisation).first()
    )
    return Place(
        role=role,
        asked=asked,
        may_join=not role and asked is None and organisation.status != Organisation.Status.WITHDRAWN,
        may_manage=bool(manage_members.allows(actor, organisation)),
    )


def mine(actor: Actor) -> Mine:
    """What the account page tells about organisations. Five queries."""
    if actor.user_id is None:
        return Mine((), (), (), None, None)
    held = Membership.objects.filter(user_id=actor.user_id).select_related("organisation")
    address = confirmed_address(actor.user_id)
    waiting = Invitation.objects.usable().filter(email=address).exclude(organisation__status="withdrawn")
    return Mine(
        memberships=tuple(held.order_by("organisation__name_key")),
        requests=tuple(_waiting_requests().filter(user_id=actor.user_id)),
        invitations=tuple(waiting.select_related("organisation", "invited_by")) if address else (),
        person=Person.objects.current().filter(user_id=actor.user_id).first(),
        claim=PersonClaim.objects.filter(user_id=actor.user_id, state=RequestState.ASKED)
        .select_related("person")
        .first(),
    )


def may_claim(actor: Actor, person: Person) -> bool:
    """Is it worth asking whether the actor is this person? One query, none for visitors."""
    if actor.user_id is None or person.user_id is not None or person.successor_id is not None:
        return False
    return not Person.objects.filter(user_id=actor.user_id).exists()


def may_edit_organisation(actor: Actor, organisation: Organisation) -> Answer:
    """May the actor correct what is told of the organisation, and why (not)?"""
    return edit_organisation.allows(actor, organisation)


def may_edit_person(actor: Actor, person: Person) -> Answer:
    """May the actor correct what is told of the person, and why (not)?"""
    return edit_person.allows(actor, person)


def _waiting_requests() -> QuerySet[JoinRequest]:
    rows = JoinRequest.objects.filter(state=RequestState.ASKED).select_related("user", "organisation")
    return rows.order_by("created", "pk")
