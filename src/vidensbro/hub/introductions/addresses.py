"""How both sides and the broker are reached, and what of it both are told once they have said yes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from vidensbro.hub.accounts.models import Role, User
from vidensbro.hub.directory.models import Affiliation, ContactPoint, Membership, Organisation, Person
from vidensbro.hub.directory.presenters import organisation_name
from vidensbro.hub.directory.queries.people import current
from vidensbro.hub.introductions.models import Introduction
from vidensbro.hub.mail.content import Recipient, is_address


@dataclass(frozen=True, slots=True)
class Contact:
    """One who is introduced: name, where he or she works, addresses, and what else was said about reaching him."""

    name: str
    places: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


def owner_recipients(row: Introduction) -> list[Recipient]:
    """Where mail to the owner's side of the need goes: the owner, or who decides for the organisation; and whoever
    of them asked."""
    users = _owner_users(row)
    if users:
        return [_of_user(one) for one in users]
    return _of_organisation(row.need.organisation)


def counterpart_recipients(row: Introduction) -> list[Recipient]:
    """Where mail to the counterpart goes: the account, else an address in the directory."""
    if row.person is None:
        return _of_organisation(row.organisation)
    return person_recipients(row.person)


def person_recipients(person: Person) -> list[Recipient]:
    """Where mail to somebody in the directory goes; empty if no address is known."""
    if person.user is not None and person.user.is_active:
        return [_of_user(person.user, person)]
    points = _mailboxes(ContactPoint.objects.filter(person=person))
    return [
        Recipient(value, _fitting(person.name), settings.LANGUAGE_CODE, person_id=person.pk)
        for value in points[:1]
    ]


def broker_recipients(row: Introduction) -> list[Recipient]:
    """The broker of an introduction; everybody in the secretariat where it has none."""
    if row.broker is not None and row.broker.is_active:
        return [_of_user(row.broker)]
    rows = User.objects.filter(role=Role.SECRETARIAT, is_active=True).order_by("email")
    return [_of_user(one) for one in rows]


def owner_contact(row: Introduction) -> Contact:
    """The owner's side, as the counterpart is told once both have said yes."""
    users, need = _owner_users(row), row.need
    place = organisation_name(need.organisation) if need.organisation else ""
    name = ", ".join(str(one) for one in users) or place
    return Contact(
        name=name,
        places=(place,) if place and place != name else (),
        addresses=tuple(one.address for one in owner_recipients(row)),
        lines=(need.contact,) if need.contact else (),
    )


def counterpart_contact(row: Introduction) -> Contact:
    """The counterpart, as the owner's side is told once both have said yes."""
    addresses = tuple(one.address for one in counterpart_recipients(row))
    if row.person is None:
        if row.organisation is None:  # the person has been erased since
            return Contact("")
        points = ContactPoint.objects.filter(
            organisation=row.organisation, organisation__advertising_protected=False
        )
        return Contact(organisation_name(row.organisation), (), addresses, _phones(points))
    held = Affiliation.objects.filter(current(), person=row.person).select_related("organisation")
    places = dict.fromkeys(organisation_name(one.organisation) for one in held.order_by("-since", "pk"))
    points = ContactPoint.objects.filter(person=row.person)
    return Contact(row.person.name, tuple(places), addresses, _phones(points))


def counterpart_name(row: Introduction) -> str:
    """What the counterpart is called, in the page's language."""
    if row.person is not None:
        return row.person.name
    return organisation_name(row.organisation) if row.organisation is not None else ""


def _owner_users(row: Introduction) -> list[User]:
    owner = row.need.owner
    if owner is not None and owner.is_active:
        found = [owner]
    else:
        found = _coordinators(row.need.organisation) if row.need.owner_id is None else []
    asker = row.requested_by
    if asker is not None and asker.is_active and not row.on_behalf and asker not in found:
        found.append(asker)
    return found


def _coordinators(organisation: Organisation | None) -> list[User]:
    if organisation is None:
        return []
    rows = Membership.objects.filter(
        organisation=organisation, role=Membership.Role.COORDINATOR, user__is_active=True
    )
    return [one.user for one in rows.select_related("user").order_by("user__email")]


def _of_organisation(organisation: Organisation | None) -> list[Recipient]:
    if organisation is None:
        return []
    if users := _coordinators(organisation):
        return [_of_user(one) for one in users]
    if organisation.advertising_protected:
        return []
    points = _mailboxes(ContactPoint.objects.filter(organisation=organisation))
    name = _fitting(organisation.name_in(settings.LANGUAGE_CODE))
    return [Recipient(value, name, settings.LANGUAGE_CODE) for value in points[:1]]


def _of_user(user: User, person: Person | None = None) -> Recipient:
    return Recipient(user.email, _fitting(user.name), user.language, user.pk, person.pk if person else None)


def _mailboxes(points: Iterable[ContactPoint]) -> list[str]:
    """Addresses that mail can be sent to, the first entered first."""
    mails = [one for one in sorted(points, key=lambda one: one.pk) if one.kind == ContactPoint.Kind.EMAIL]
    return [one.value for one in mails if is_address(one.value)]


def _phones(points: Iterable[ContactPoint]) -> tuple[str, ...]:
    rows = sorted(points, key=lambda one: one.pk)
    return tuple(one.value for one in rows if one.kind == ContactPoint.Kind.PHONE)


def _fitting(name: str) -> str:
    """A name as the header of a mail can hold it."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())
