"""What the directory keeps about a person."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.accounts.privacy import account_over
from vidensbro.hub.audit.privacy import Part, Subject, Traces
from vidensbro.hub.audit.purposes import (
    ADMINISTRATORS,
    COLLEAGUES,
    EVERYBODY,
    LISTED,
    NONE,
    PUBLIC_SOURCES,
    SECRETARIAT,
    THEMSELVES,
    USERS,
    Purpose,
    days,
)
from vidensbro.hub.audit.traces import mentions, scrub
from vidensbro.hub.common.rows import NO_ID
from vidensbro.hub.directory.announcements import announce_standing, index_changed
from vidensbro.hub.directory.joining_privacy import JoiningPart, expire_joining
from vidensbro.hub.directory.models import (
    Affiliation,
    Alias,
    ContactPoint,
    Identifier,
    Membership,
    Office,
    Organisation,
    OrganisationRole,
    Person,
)
from vidensbro.hub.directory.rights_privacy import RightsPart, expire_requests
from vidensbro.hub.directory.services.standing import settle_organisation


class DirectoryPart:
    """People with affiliations and contact points; memberships of accounts."""

    name = "directory"

    def traces(self, subject: Subject) -> Traces:
        """The person's name, addresses and telephone numbers. Web addresses name a place more than somebody."""
        addresses: set[str] = set()
        words: set[str] = set()
        proven: set[str] = set()
        for person in _people(subject):
            words |= {person.name, f"{person.given} {person.family}".strip()}
            for kind, value in person.contact_points.values_list("kind", "value"):
                if kind == ContactPoint.Kind.EMAIL:
                    addresses.add(value)
                elif kind == ContactPoint.Kind.PHONE:
                    words.add(value)
            if person.user_id is None:
                # Whoever has an account may write down any address here; else the secretariat or a source gave it.
                proven |= addresses
        return Traces(frozenset(addresses), frozenset(words), frozenset(proven))

    def export(self, subject: Subject) -> Mapping[str, Any]:
        return {
            "people": [_exported(person) for person in _people(subject)],
            "memberships": [
                {"organisation": row.organisation.name, "role": row.role}
                for row in Membership.objects.filter(user_id=subject.user_id or NO_ID).select_related(
                    "organisation"
                )
            ],
        }

    def erase(self, subject: Subject) -> int:
        """Empty the person's row and hide it.

        The identifiers in public registers stay, so that the next import knows whom to leave out.
        """
        gone, _ = Membership.objects.filter(user_id=subject.user_id or NO_ID).delete()
        for person in _people(subject):
            gone += person.affiliations.all().delete()[0] + person.contact_points.all().delete()[0]
            gone += person.field_tags.all().delete()[0]
            columns = ["name", "given", "family", "title", "summary_da", "summary_en"]
            for column in columns:
                setattr(person, column, "")
            person.user, person.visibility = None, Person.Visibility.HIDDEN
            person.edited = sorted([*columns, "visibility"])
            person.save()
            gone += 1
            index_changed("person", [person.pk])
            announce_standing("person", [person.pk])
        return gone + _scrub_organisations(subject)

    def merge(self, kind: str, kept: uuid.UUID, gone: uuid.UUID) -> int:
        if kind == "person":
            return _merge_person(kept, gone)
        return _merge_organisation(kept, gone)


def _scrub_organisations(subject: Subject) -> int:
    """Names and addresses in what organisations say of themselves, and how they are reached."""
    gone = ContactPoint.objects.filter(organisation__isnull=False, value__in=subject.words).delete()[0]
    gone += scrub(ContactPoint.objects.all(), subject.words, ("value", "label"))
    columns = ("summary_da", "summary_en")
    named = Organisation.objects.filter(mentions(Organisation.objects.all(), subject.words, columns))
    found = list(named.values_list("pk", flat=True))
    gone += scrub(Organisation.objects.all(), subject.words, columns)
    index_changed("organisation", found)
    return int(gone)


@receiver(account_over)
def part_from_account(user_id: uuid.UUID, **_kwargs: Any) -> None:
    """A person whom a public source tells of stays in the directory when only the account's time is over."""
    parted = Person.objects.filter(user_id=user_id).exclude(source="")
    # The account is named in the audience of the person's document.
    index_changed("person", list(parted.values_list("pk", flat=True)))
    parted.update(user=None)


def _people(subject: Subject) -> list[Person]:
    rows = Person.objects.none()
    if subject.person_id:
        rows |= Person.objects.filter(pk=subject.person_id)
    if subject.user_id:
        rows |= Person.objects.filter(user_id=subject.user_id or NO_ID)
    return list(rows)


def _exported(person: Person) -> dict[str, Any]:
    columns = (
        "name",
        "given",
        "family",
        "title",
        "orcid",
        "openalex",
        "summary_da",
        "summary_en",
        "visibility",
    )
    provenance = ("source", "source_id", "source_url", "licence")
    return {
        "id": str(person.pk),
        **{column: getattr(person, column) for column in (*columns, *provenance)},
        "retrieved": person.retrieved.isoformat() if person.retrieved else None,
        "fields": [tag.notation for tag in person.field_tags.all()],
        "affiliations": [
            {
                "organisation": row.organisation.name,
                "role": row.role,
                "since": row.since.isoformat() if row.since else None,
                "until": row.until.isoformat() if row.until else None,
            }
            for row in person.affiliations.select_related("organisation")
        ],
        "contact_points": list(person.contact_points.values("kind", "value", "label", "audience")),
    }


def _merge_person(kept: uuid.UUID, gone: uuid.UUID) -> int:
    moved = ContactPoint.objects.filter(person_id=gone).update(person_id=kept)
    there = set(Affiliation.objects.filter(person_id=kept).values_list("organisation_id", "role", "since"))
    for row in Affiliation.objects.filter(person_id=gone):
        if (row.organisation_id, row.role, row.since) in there:
            row.delete()
            continue
        row.person_id = kept
        row.save()
        moved += 1
    return moved + _move_tags(Person, kept, gone)


def _merge_organisation(kept: uuid.UUID, gone: uuid.UUID) -> int:
    moved = Identifier.objects.filter(organisation_id=gone).update(organisation_id=kept)
    moved += ContactPoint.objects.filter(organisation_id=gone).update(organisation_id=kept)
    moved += Organisation.objects.filter(parent_id=gone).exclude(pk=kept).update(parent_id=kept)
    Organisation.objects.filter(pk=kept, parent_id=gone).update(parent_id=None)
    has_head = Office.objects.filter(organisation_id=kept, head=True).exists()
    offices = Office.objects.filter(organisation_id=gone)
    moved += (
        offices.update(organisation_id=kept, head=False) if has_head else offices.update(organisation_id=kept)
    )
    moved += _move_once(Affiliation, kept, gone, ("person_id", "role", "since"))
    moved += _move_memberships(kept, gone)
    moved += _move_once(Alias, kept, gone, ("name",))
    moved += _move_once(OrganisationRole, kept, gone, ("role",))
    settle_organisation(kept)
    name = Organisation.objects.values_list("name", flat=True).get(pk=gone)
    _, added = Alias.objects.get_or_create(organisation_id=kept, name=name)
    return moved + int(added) + _move_tags(Organisation, kept, gone)


def _move_memberships(kept: uuid.UUID, gone: uuid.UUID) -> int:
    """Whoever decided for either organisation decides for the one that stays."""
    role = Membership.Role.COORDINATOR
    deciding = list(
        Membership.objects.filter(organisation_id=gone, role=role).values_list("user_id", flat=True)
    )
    Membership.objects.filter(organisation_id=kept, user_id__in=deciding).update(role=role)
    return _move_once(Membership, kept, gone, ("user_id",))


def _move_once(model: Any, kept: uuid.UUID, gone: uuid.UUID, columns: tuple[str, ...]) -> int:
    """Move rows of an organisation unless the kept one has such a row already."""
    there = set(model.objects.filter(organisation_id=kept).values_list(*columns))
    moved = 0
    for row in model.objects.filter(organisation_id=gone):
        if tuple(getattr(row, column) for column in columns) in there:
            row.delete()
        else:
            row.organisation_id = kept
            row.save()
            moved += 1
    return moved


def _move_tags(model: Any, kept: uuid.UUID, gone: uuid.UUID) -> int:
    wanted = model.objects.get(pk=gone).field_tags
    there = set(model.objects.get(pk=kept).field_tags.values_list("notation", flat=True))
    wanted.filter(notation__in=there).delete()
    owner = model._meta.model_name
    return int(wanted.all().update(**{f"{owner}_id": kept}))


def _expire(before: datetime) -> int:
    return expire_joining(before)


# The last is erased first: requests are found by the account, from which the directory is about to part the person.
PARTS: tuple[Part, ...] = (DirectoryPart(), JoiningPart(), RightsPart())
PURPOSES = (
    Purpose(
        code="directory",
        label=_("The directory of people"),
        legal_basis=("6(1)(f)",),
        why=_(
            "Companies and public bodies must find those who have knowledge they need; what is shown is what "
            "researchers publish about their work, and anybody can object."
        ),
        subjects=(LISTED,),
        data=(
            _("name, title, where somebody works or has worked, ORCID iD, fields, a summary of the work"),
            _("how somebody can be reached, and who may know"),
        ),
        sources=(PUBLIC_SOURCES, THEMSELVES, COLLEAGUES),
        recipients=(EVERYBODY, SECRETARIAT),
        kept=_(
            "as long as the source tells of the person, or until he or she objects or asks for erasure; then the "
            "row is empty but for the identifiers that keep the next import from bringing it back"
        ),
    ),
    Purpose(
        code="joining",
        label=_("Acting for an organisation: invitations, requests, memberships"),
        legal_basis=("6(1)(b)", "6(1)(f)"),
        why=_("An organisation decides who speaks for it."),
        subjects=(USERS, _("those who are invited")),
        data=(_("address, role, message, who decided and when"),),
        sources=(THEMSELVES, COLLEAGUES),
        recipients=(_("the coordinators of the organisation"), SECRETARIAT),
        kept=_("memberships until somebody leaves; invitations and requests from their end on"),
        retention=days(settings.VIDENSBRO_RETENTION_TEXT_DAYS),
        expire=_expire,
    ),
    Purpose(
        code="rights",
        label=_("What people ask about what is stored about them"),
        legal_basis=("6(1)(c)",),
        why=_("Articles 15 to 21 of the GDPR must be followed, and that they were must be shown."),
        subjects=(LISTED,),
        data=(
            _("name, address, what was asked, what became of it"),
            _("that somebody objects to being found"),
        ),
        sources=(THEMSELVES,),
        recipients=(SECRETARIAT, ADMINISTRATORS),
        kept=_("requests from their end on; an objection for good, since it is what keeps the person hidden"),
        retention=days(settings.VIDENSBRO_RETENTION_TEXT_DAYS),
        expire=expire_requests,
    ),
)
_OF_ORGANISATIONS = f"{NONE}: of organisations, not of people"
MODELS = {
    "directory.Person": "directory",
    "directory.Affiliation": "directory",
    "directory.PersonField": "directory",
    "directory.ContactPoint": "directory",
    "directory.Organisation": _OF_ORGANISATIONS,
    "directory.Alias": _OF_ORGANISATIONS,
    "directory.Identifier": _OF_ORGANISATIONS,
    "directory.Office": _OF_ORGANISATIONS,
    "directory.OrganisationRole": _OF_ORGANISATIONS,
    "directory.OrganisationField": _OF_ORGANISATIONS,
    "directory.Membership": "joining",
    "directory.Invitation": "joining",
    "directory.JoinRequest": "joining",
    "directory.PersonClaim": "joining",
    "directory.RoleLift": "joining",
    "directory.PersonObjection": "rights",
    "directory.PersonRequest": "rights",
}
