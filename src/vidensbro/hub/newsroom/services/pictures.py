"""Pictures of releases and of press kits."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.policies import Grant, Policy, among, is_secretariat
from vidensbro.hub.audit.services import record
from vidensbro.hub.common.errors import Conflict, Invalid, NotFound
from vidensbro.hub.common.rows import key_of
from vidensbro.hub.common.text import storable
from vidensbro.hub.common.validation import apply_changes, check_row
from vidensbro.hub.directory.models import Organisation
from vidensbro.hub.files import services as files
from vidensbro.hub.newsroom.imaging import Refused, measured
from vidensbro.hub.newsroom.models import Picture
from vidensbro.hub.newsroom.services.late_changes import Change, Texts, texts_changed, texts_of
from vidensbro.hub.newsroom.services.material import held_release, material_changed
from vidensbro.hub.newsroom.services.sizes import MADE_FOR, SIZES
from vidensbro.hub.outbox import services as outbox

KINDS = ("jpeg", "png", "webp")
"""Codes of `files.kinds`. SVG is a page with scripts, not a picture."""
MOST = 30
FIELD = "file"
COLUMNS = frozenset(
    {
        "alt_da",
        "alt_en",
        "caption_da",
        "caption_en",
        "credit",
        "licence",
        "focal_x",
        "focal_y",
        "position",
    }
)

keep_press_kit = Policy(
    Grant("coordinator", among("pk", lambda actor: actor.coordinates), when=lambda a: bool(a.coordinates)),
    Grant("secretariat", when=is_secretariat),
    Grant("system", when=lambda actor: bool(actor.system)),
    refusal=lambda actor: "coordinator_only",
)
"""Organisations: what is in the press kit is everybody's at once, so those who decide put it there."""


@transaction.atomic
def add_to_release(
    actor: Actor, release_id: uuid.UUID | str, upload: UploadedFile[bytes], **columns: Any
) -> Picture:
    """Let a release have a picture. `columns` are those of `COLUMNS`; alternative texts and credit must be there.

    Raises:
        NotFound, Denied: see `material.held_release`; Conflict: it has `MOST` already ("too_many").
        Invalid: under the column, or under "file", the code of what is wrong.
    """
    release = held_release(actor, release_id)
    row = Picture(release=release, position=release.pictures.count())
    _fill(actor, row, upload, columns, there=release.pictures.count())
    _record(actor, row, "added", {})
    return row


@transaction.atomic
def add_to_press_kit(
    actor: Actor, organisation_id: uuid.UUID | str, upload: UploadedFile[bytes], **columns: Any
) -> Picture:
    """Let an organisation's press kit have a picture; everybody sees it at once. Raises as `add_to_release`."""
    organisation = Organisation.objects.current().filter(pk=key_of(organisation_id)).first()
    if organisation is None:
        raise NotFound("organisation", organisation_id)
    keep_press_kit.require(actor, organisation)
    there = organisation.press_pictures.count()
    row = Picture(organisation=organisation, position=there)
    _fill(actor, row, upload, columns, there=there)
    _record(actor, row, "added", {})
    return row


@transaction.atomic
def edit(actor: Actor, picture_id: uuid.UUID | str, **changes: Any) -> Picture:
    """Change what is said of a picture, or its focal point. Its sizes are made anew where they depend on that.

    Raises:
        NotFound, Denied, Invalid.
    """
    row = _held(actor, picture_id)
    before = texts_of(row, COLUMNS)
    changed = apply_changes(row, _storable(changes), COLUMNS)
    if not changed:
        return row
    check_row(row)
    row.save()
    if set(MADE_FOR) & set(changed):
        outbox.put(SIZES, str(row.pk))
    _record(actor, row, "changed", {"columns": changed}, texts_changed(before, row, changed))
    return row


@transaction.atomic
def remove(actor: Actor, picture_id: uuid.UUID | str) -> None:
    """Take a picture and its sizes away. Raises NotFound, Denied."""
    row = _held(actor, picture_id)
    used = [row.file_id, *row.sizes.values_list("file_id", flat=True)]
    _record(actor, row, "removed", {})
    row.delete()
    for file_id in used:
        files.check_later(file_id)


def _fill(
    actor: Actor, row: Picture, upload: UploadedFile[bytes], columns: dict[str, Any], *, there: int
) -> None:
    if there >= MOST:
        raise Conflict("too_many")
    apply_changes(row, _storable(columns), COLUMNS)
    try:
        row.file = files.store(actor, upload, allowed=KINDS, field=FIELD)
        row.width, row.height = measured(upload)
    except Invalid as error:
        codes = tuple(
            "picture_type" if code == "file_type_unknown" else code for code in error.problems[FIELD]
        )
        raise Invalid({FIELD: codes}) from error
    except Refused as refused:
        raise Invalid({FIELD: (refused.code,)}) from refused
    check_row(row)
    row.save()
    outbox.put(SIZES, str(row.pk))


def _storable(columns: dict[str, Any]) -> dict[str, Any]:
    """Texts in one line, without what no database holds: names of photographers end up in headers."""
    return {
        name: " ".join(storable(value).split()) if isinstance(value, str) else value
        for name, value in columns.items()
    }


def _held(actor: Actor, picture_id: uuid.UUID | str) -> Picture:
    """A picture that the actor may change, locked."""
    row = Picture.objects.select_for_update().filter(pk=key_of(picture_id)).first()
    if row is None:
        raise NotFound("picture", picture_id)
    if row.organisation is not None:
        keep_press_kit.require(actor, row.organisation)
    else:
        held_release(actor, row.release_id or "")
    return row


def _record(actor: Actor, row: Picture, done: str, details: dict[str, Any], texts: Texts = ()) -> None:
    told = {"picture": str(row.pk), **details}
    if row.release is not None:
        record(actor, f"release.picture_{done}", "release", row.release.pk, told)
        change = Change("picture", done, str(row.pk), row.alt_da, row.alt_en, texts)
        material_changed(actor, row.release, change)
    else:
        record(actor, f"press_kit.picture_{done}", "organisation", row.organisation_id, told)
