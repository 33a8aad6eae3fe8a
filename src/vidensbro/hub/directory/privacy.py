"""What the directory keeps about a person."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from vidensbro.hub.audit.privacy import Part, Subject
from vidensbro.hub.common.rows import NO_ID
from vidensbro.hub.directory.announcements import announce_standing, index_changed
from vidensbro.hub.directory.joining_privacy import JoiningPart
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
from vidensbro.hub.directory.services.standing import settle_organisation


class DirectoryPart:
    """People with affiliations and contact points; memberships of accounts."""

    name = "directory"

    def export(self, subject: Subject) -> Mapping[str, Any]:
        return {
            "people": [_exported(person) for person in _people(subject)],
            "memberships": [
                {"organisation": str(row.organisation_id), "role": row.role}
                for row in Membership.objects.filter(user_id=subject.user_id or NO_ID)
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
        return gone

    def merge(self, kind: str, kept: uuid.UUID, gone: uuid.UUID) -> int:
        if kind == "person":
            return _merge_person(kept, gone)
        return _merge_organisation(kept, gone)


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


# Joining is erased first: it finds invitations by the contact points that the directory is about to delete.
PARTS: tuple[Part, ...] = (DirectoryPart(), JoiningPart())
