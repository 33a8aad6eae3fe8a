"""Who is asking: a value that is made once per request or command and handed to every service and query."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from vidensbro.hub.accounts.models import Role, User
from vidensbro.kit.matching.model import PUBLIC

MEMBERS = "members"
SECRETARIAT = "secretariat"


def organisation_token(organisation_id: uuid.UUID | str) -> str:
    """The audience token of those who act for an organisation."""
    return f"org:{organisation_id}"


def user_token(user_id: uuid.UUID | str) -> str:
    """The audience token of one user."""
    return f"user:{user_id}"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is asking, with everything that a permission can depend on.

    `organisations` are those the user acts for, `coordinates` those among them that the user decides for.
    `system` names the command or job when it is no person.
    """

    user_id: uuid.UUID | None = None
    roles: frozenset[str] = field(default_factory=frozenset)
    organisations: frozenset[uuid.UUID] = field(default_factory=frozenset)
    coordinates: frozenset[uuid.UUID] = field(default_factory=frozenset)
    name: str = ""
    system: str = ""

    @property
    def reference(self) -> str:
        """How the audit log names this actor."""
        if self.system:
            return f"system:{self.system}"
        return user_token(self.user_id) if self.user_id else "visitor"

    @property
    def signed_in(self) -> bool:
        """Is this a user or the system, rather than a passer-by?"""
        return self.user_id is not None or bool(self.system)

    @property
    def is_member(self) -> bool:
        """A member, or somebody whose role includes what members may."""
        return Role.MEMBER in self.roles

    @property
    def is_secretariat(self) -> bool:
        """Does this actor broker? Administrators run the installation, which lets them into no need."""
        return Role.SECRETARIAT in self.roles

    @property
    def is_administrator(self) -> bool:
        """Does this actor run the installation?"""
        return Role.ADMINISTRATOR in self.roles

    @property
    def tokens(self) -> frozenset[str]:
        """The audience tokens that this actor holds."""
        held = {PUBLIC, *(organisation_token(one) for one in self.organisations)}
        if self.is_member:
            held.add(MEMBERS)
        if self.is_secretariat:
            held.add(SECRETARIAT)
        if self.user_id:
            held.add(user_token(self.user_id))
        return frozenset(held)


VISITOR = Actor()

_INCLUDED: dict[str, frozenset[str]] = {
    Role.VISITOR: frozenset(),
    Role.MEMBER: frozenset({Role.MEMBER}),
    Role.SECRETARIAT: frozenset({Role.MEMBER, Role.SECRETARIAT}),
    Role.ADMINISTRATOR: frozenset({Role.MEMBER, Role.ADMINISTRATOR}),
}


def system_actor(name: str) -> Actor:
    """The actor of a command or job, which may do and see everything. `name` goes into the audit log."""
    return Actor(system=name, roles=frozenset({Role.MEMBER, Role.SECRETARIAT, Role.ADMINISTRATOR}), name=name)


def user_actor(
    user: User,
    organisations: frozenset[uuid.UUID] = frozenset(),
    coordinates: frozenset[uuid.UUID] = frozenset(),
) -> Actor:
    """The actor that a user is. `directory.actors.actor_of` knows the organisations; call that one."""
    if not user.is_active:
        return VISITOR
    return Actor(
        user_id=user.pk,
        roles=_INCLUDED[user.role],
        organisations=organisations,
        coordinates=coordinates,
        name=str(user),
    )
