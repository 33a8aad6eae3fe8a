"""Whom the press may call about a release."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.audit.services import record
from vidensbro.hub.common.errors import Conflict, Invalid, NotFound
from vidensbro.hub.common.rows import key_of
from vidensbro.hub.common.text import storable
from vidensbro.hub.common.validation import apply_changes, check_row
from vidensbro.hub.newsroom.models import Contact, Release
from vidensbro.hub.newsroom.services.late_changes import Change, Texts, texts_changed, texts_of
from vidensbro.hub.newsroom.services.material import held_release, material_changed

MOST = 100
COLUMNS = frozenset({"name", "title_da", "title_en", "email", "phone", "hours_da", "hours_en"})


@transaction.atomic
def add(
    actor: Actor, release_id: uuid.UUID | str, organisation_id: uuid.UUID | str, **columns: Any
) -> Contact:
    """Name somebody who answers for one of the issuers. `columns` are those of `COLUMNS`.

    Raises:
        NotFound, Denied: see `material.held_release`; Conflict: it has `MOST` already ("too_many").
        Invalid: the organisation does not issue the release ("organisation": "not_issuer"); there is neither an address
            nor a number ("email": "contact_has_way"); or the column, with the code of what is wrong.
    """
    release = held_release(actor, release_id)
    there = release.contacts.count()
    if there >= MOST:
        raise Conflict("too_many")
    row = Contact(release=release, position=there)
    apply_changes(row, _tidy(columns), COLUMNS)
    _set_organisation(row, release, organisation_id)
    _check(row)
    row.save()
    record(actor, "release.contact_added", "release", release.pk, {"contact": str(row.pk)})
    material_changed(actor, release, _change("added", row))
    return row


@transaction.atomic
def edit(
    actor: Actor,
    contact_id: uuid.UUID | str,
    *,
    organisation_id: uuid.UUID | str | None = None,
    **changes: Any,
) -> Contact:
    """Change what is said of a contact. Raises NotFound, Denied, Invalid as `add`."""
    row = _held(actor, contact_id)
    before = texts_of(row, {*COLUMNS, "organisation"})
    answered_for = row.organisation_id
    changed = apply_changes(row, _tidy(changes), COLUMNS)
    if organisation_id is not None:
        _set_organisation(row, row.release, organisation_id)
    if row.organisation_id != answered_for:
        changed.append("organisation")
    if changed:
        _check(row)
        row.save()
        told = {"contact": str(row.pk), "columns": changed}
        record(actor, "release.contact_changed", "release", row.release_id, told)
        material_changed(actor, row.release, _change("changed", row, texts_changed(before, row, changed)))
    return row


@transaction.atomic
def remove(actor: Actor, contact_id: uuid.UUID | str) -> None:
    """Name somebody no longer. Raises NotFound, Denied."""
    row = _held(actor, contact_id)
    record(actor, "release.contact_removed", "release", row.release_id, {"contact": str(row.pk)})
    removed = _change("removed", row)
    row.delete()
    material_changed(actor, row.release, removed)


def _held(actor: Actor, contact_id: uuid.UUID | str) -> Contact:
    row = Contact.objects.select_for_update().filter(pk=key_of(contact_id)).first()
    if row is None:
        raise NotFound("contact", contact_id)
    row.release = held_release(actor, row.release_id)
    return row


def _change(done: str, row: Contact, texts: Texts = ()) -> Change:
    return Change("contact", done, str(row.pk), row.name, row.name, texts)


def _set_organisation(row: Contact, release: Release, organisation_id: uuid.UUID | str) -> None:
    key = key_of(organisation_id)
    if not release.issuers.filter(organisation_id=key).exists():
        raise Invalid({"organisation": ("not_issuer",)})
    row.organisation_id = key


def _check(row: Contact) -> None:
    if not (row.email or row.phone):
        raise Invalid({"email": ("contact_has_way",)})
    check_row(row)


def _tidy(columns: dict[str, Any]) -> dict[str, Any]:
    """Texts in one line, without what no database holds: names end up in headers of mail."""
    return {name: " ".join(storable(str(value)).split()) for name, value in columns.items()}
