"""Objecting to being found (GDPR article 21), and taking it back."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.db.models import QuerySet

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.audit.services import HasReference, record
from vidensbro.hub.common import clock
from vidensbro.hub.directory import notifications
from vidensbro.hub.directory.announcements import announce_standing, index_changed
from vidensbro.hub.directory.models import Person, PersonObjection
from vidensbro.hub.directory.rules import edit_person as may_edit
from vidensbro.hub.directory.services.rows import locked_person
from vidensbro.hub.directory.services.texts import short

KIND = "person"


@transaction.atomic
def object_to_being_found(actor: Actor, person_id: uuid.UUID | str, note: str = "") -> PersonObjection:
    """The person is hidden at once, and no import or other hand makes it visible again. The secretariat is told.

    For the person, and for staff to whom the person has said so. Saying it twice is no error.

    Raises:
        NotFound, Denied; Invalid: too long a note.
    """
    return note_objection(actor, locked_person(actor, person_id, may_edit), note)


@transaction.atomic
def withdraw_objection(actor: Actor, person_id: uuid.UUID | str) -> int:
    """Take the objection back: the person may be shown again, and stays hidden until somebody does so."""
    row = locked_person(actor, person_id, may_edit)
    gone = standing(row).update(withdrawn_at=clock.now())
    if gone:
        record(actor, "person.objection_withdrawn", KIND, row.pk)
    return gone


def note_objection(by: HasReference, row: Person, note: str = "") -> PersonObjection:
    """Keep the objection of a locked person whose word has been checked, and hide the person."""
    there = standing(row).first()
    if there is not None:
        return there
    made = PersonObjection.objects.create(person=row, note=short(note, "note"))
    hide(row)
    record(by, "person.objected", KIND, row.pk)
    notifications.objected(made)
    return made


def hide(row: Person) -> None:
    """Hide a person for good: the next import leaves the column as it is, whatever the row's source."""
    row.visibility = Person.Visibility.HIDDEN
    row.edited = sorted({*row.edited, "visibility"})
    row.save()
    index_changed(KIND, [row.pk])
    announce_standing(KIND, [row.pk])


def standing(row: Person) -> QuerySet[PersonObjection]:
    """The objection that stands, if any."""
    return PersonObjection.objects.filter(person=row, withdrawn_at__isnull=True)
