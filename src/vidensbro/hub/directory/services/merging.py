"""Joining two rows that turned out to be one. Every app moves its own rows (`privacy.Part.merge`)."""

from __future__ import annotations

import uuid

from django.db import transaction

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.policies import is_staff, require
from vidensbro.hub.audit import privacy
from vidensbro.hub.audit.services import record
from vidensbro.hub.common.errors import Invalid
from vidensbro.hub.directory.announcements import announce_standing, index_changed
from vidensbro.hub.directory.models import Organisation, Person
from vidensbro.hub.directory.rules import edit_organisation, edit_person
from vidensbro.hub.directory.services.rows import locked_organisation, locked_person

_STRICTNESS: list[str] = [Person.Visibility.PUBLIC, Person.Visibility.MEMBERS, Person.Visibility.HIDDEN]
_PERSON_GAPS = ("given", "family", "title", "summary_da", "summary_en")
_ORGANISATION_GAPS = ("name_da", "name_en", "summary_da", "summary_en", "website", "country", "founded")


@transaction.atomic
def merge_people(actor: Actor, kept_id: uuid.UUID | str, gone_id: uuid.UUID | str) -> Person:
    """Let `gone` become `kept`: its rows move, its gaps are filled, its address leads on. For staff."""
    require(actor, is_staff, "staff_only")
    kept, gone = (locked_person(actor, one, edit_person) for one in _two(kept_id, gone_id))
    announce_standing("person", [gone.pk])
    privacy.merge("person", kept.pk, gone.pk)
    orcid, openalex, user = gone.orcid, gone.openalex, gone.user
    gone.orcid = gone.openalex = ""
    gone.user = None
    gone.successor = kept
    gone.save()
    Person.objects.filter(successor=gone).update(successor=kept)
    kept.orcid, kept.openalex = kept.orcid or orcid, kept.openalex or openalex
    kept.user = kept.user or user
    # Whoever asked not to be found stays so, whichever of the two rows it was said about.
    kept.visibility = max((kept.visibility, gone.visibility), key=_STRICTNESS.index)
    _fill(kept, gone, _PERSON_GAPS)
    kept.save()
    record(actor, "person.merged", "person", kept.pk, {"gone": str(gone.pk)})
    index_changed("person", [kept.pk, gone.pk])
    return kept


@transaction.atomic
def merge_organisations(actor: Actor, kept_id: uuid.UUID | str, gone_id: uuid.UUID | str) -> Organisation:
    """Let `gone` become `kept`: its rows move, its gaps are filled, its address leads on. For staff."""
    require(actor, is_staff, "staff_only")
    kept, gone = (locked_organisation(actor, one, edit_organisation) for one in _two(kept_id, gone_id))
    announce_standing("organisation", [gone.pk])
    privacy.merge("organisation", kept.pk, gone.pk)
    kept.refresh_from_db()
    gone.refresh_from_db()
    gone.successor, gone.status, gone.parent = kept, Organisation.Status.WITHDRAWN, None
    gone.save()
    Organisation.objects.filter(successor=gone).update(successor=kept)
    if kept.successor_id == gone.pk:
        kept.successor = None
    _fill(kept, gone, _ORGANISATION_GAPS)
    kept.advertising_protected = kept.advertising_protected or gone.advertising_protected
    kept.save()
    record(actor, "organisation.merged", "organisation", kept.pk, {"gone": str(gone.pk)})
    index_changed("organisation", [kept.pk, gone.pk])
    return kept


def _two(kept_id: uuid.UUID | str, gone_id: uuid.UUID | str) -> tuple[uuid.UUID | str, uuid.UUID | str]:
    if str(kept_id) == str(gone_id):
        raise Invalid({"": ("same",)})
    return kept_id, gone_id


def _fill(kept: Organisation | Person, gone: Organisation | Person, columns: tuple[str, ...]) -> None:
    for column in columns:
        if not getattr(kept, column):
            setattr(kept, column, getattr(gone, column))
