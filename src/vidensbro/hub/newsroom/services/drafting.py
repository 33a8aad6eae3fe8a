"""Writing releases: beginning one, its versions, their words."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.policies import require
from vidensbro.hub.audit.services import record
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, Denied, Invalid, NotFound
from vidensbro.hub.common.rows import key_of
from vidensbro.hub.common.validation import apply_changes, check_row
from vidensbro.hub.directory.models import Organisation
from vidensbro.hub.directory.services.rows import replace_fields
from vidensbro.hub.files import services as files
from vidensbro.hub.newsroom.models import OUT, Issuer, PictureSize, Release, Revision, State, Version
from vidensbro.hub.newsroom.rules import see_version, write_release
from vidensbro.hub.newsroom.services.late_changes import follow_changes
from vidensbro.hub.newsroom.services.slugs import slug_of
from vidensbro.hub.newsroom.services.wording import Wording, cleaned, store, with_known_people

COLUMNS = frozenset({"place_da", "place_en", "text_licence", "embargo_for_press"})
MOST_ISSUERS = 100


@transaction.atomic
def create_release(
    actor: Actor,
    issuers: Sequence[uuid.UUID | str],
    language: str,
    words: Wording,
    *,
    fields: Iterable[str] = (),
    example: bool = False,
    **columns: Any,
) -> Version:
    """Begin a release on behalf of organisations, the first named first, with its first version.

    Raises:
        Denied: the actor acts for none of them ("not_yours").
        Invalid: see `wording.cleaned`; no organisation, or one that there is not.
    """
    require(actor, lambda one: one.is_member, "members_only")
    organisations = issuing(actor, issuers)
    row = Release(created_by_id=actor.user_id, example=example and bool(actor.system))
    apply_changes(row, columns, COLUMNS)
    check_row(row)
    row.save()
    Issuer.objects.bulk_create(
        Issuer(release=row, organisation=one, position=place) for place, one in enumerate(organisations)
    )
    replace_fields(row.field_tags, fields)
    record(actor, "release.drafted", "release", row.pk)
    return _new_version(actor, row, language, words)


@transaction.atomic
def add_version(actor: Actor, release_id: uuid.UUID | str, language: str, words: Wording) -> Version:
    """Begin a release's version in another language.

    Raises:
        NotFound, Denied, Invalid; Conflict: it has one in that language ("version_there").
    """
    row = locked_release(actor, release_id)
    if row.versions.filter(language=language).exists():
        raise Conflict("version_there")
    return _new_version(actor, row, language, words)


@transaction.atomic
def edit(actor: Actor, version_id: uuid.UUID | str, number: int, words: Wording) -> Version:
    """Change the words of a version that is not out. `number` is that of the version that was read.

    A version that was in review, approved or scheduled is a draft again: nobody has approved these words.

    Raises:
        NotFound, Denied, Invalid
        Conflict: somebody changed it meanwhile ("version_changed"); it is out ("version_out").
    """
    row = locked_version(actor, version_id, number)
    if row.state in OUT or hour_has_come(row):
        raise Conflict("version_out")
    if not write(actor, row, words):
        return row
    waited = row.state != State.DRAFT
    if waited:
        row.state, row.publish_at = State.DRAFT, None
        row.approvals.all().delete()
    row.slug = slug_of(row)
    row.save()
    if waited:
        follow_changes(row.release)
    record(actor, "release.edited", "release_version", row.pk, {"number": row.number})
    return row


@transaction.atomic
def remove_draft(actor: Actor, version_id: uuid.UUID | str, number: int | None = None) -> None:
    """Remove a version that was never out, and its release if it was the last. `number` is that of the version that
    was read, None for whatever it says by now.

    Raises:
        NotFound, Denied; Conflict: it is out ("version_out"), or somebody changed it meanwhile ("version_changed").
    """
    row = locked_version(actor, version_id, number)
    if row.state in OUT or hour_has_come(row):
        raise Conflict("version_out")
    release = row.release
    record(actor, "release.removed", "release_version", row.pk)
    row.delete()
    if release.versions.exists():
        follow_changes(release)
        return
    stored = _files_of(release)
    release.delete()
    for file_id in stored:
        files.check_later(file_id)


def _files_of(release: Release) -> list[uuid.UUID]:
    """Files of the release's pictures, their sizes, and documents."""
    pictures, documents = release.pictures.all(), release.documents.all()
    sizes = PictureSize.objects.filter(picture__in=pictures)
    return [key for rows in (pictures, sizes, documents) for key in rows.values_list("file_id", flat=True)]


def locked_version(actor: Actor, version_id: uuid.UUID | str, number: int | None = None) -> Version:
    """A version that the actor may write, locked with its release, as it was read (`number`), if that is given.

    Raises:
        NotFound, Denied; Conflict("version_changed").
    """
    key = key_of(version_id)
    # Whoever changes what all versions share locks in this order, too.
    release = Release.objects.select_for_update(of=("self",)).filter(versions=key).first()
    row = Version.objects.select_for_update().filter(pk=key).first()
    if release is None or row is None or not see_version.allows(actor, row):
        raise NotFound("release_version", version_id)
    row.release = release
    write_release.require(actor, row.release)
    if number is not None and number != row.number:
        raise Conflict("version_changed")
    return row


@contextmanager
def alone_with(version_id: uuid.UUID | str) -> Iterator[None]:
    """Nobody else changes what belongs to the version's release within the block: what a form is held against there is
    what is stored when it is saved."""
    with transaction.atomic():
        Release.objects.select_for_update(of=("self",)).filter(versions=key_of(version_id)).first()
        yield


def locked_release(actor: Actor, release_id: uuid.UUID | str) -> Release:
    """A release that the actor may write, locked. To others it is as if it were not there. Raises NotFound."""
    row = Release.objects.select_for_update().filter(pk=key_of(release_id)).first()
    if row is None or not write_release.allows(actor, row):
        raise NotFound("release", release_id)
    return row


def write(actor: Actor, row: Version, words: Wording) -> bool:
    """Let a locked version say these words, one number higher, and keep them as a revision; False if it does already.

    The version is changed in memory and its parts in the database; the caller saves it. Raises Invalid.
    """
    given = with_known_people(cleaned(words))
    latest = row.revisions.order_by("-number").first()
    if latest is not None and Wording.from_json(latest.content) == given:
        return False
    row.number = latest.number + 1 if latest else row.number
    row.changed, row.changed_by_id = clock.now(), actor.user_id
    store(row, given)
    Revision.objects.create(
        version=row, number=row.number, at=row.changed, by_id=actor.user_id, content=given.as_json()
    )
    return True


def _new_version(actor: Actor, release: Release, language: str, words: Wording) -> Version:
    given = cleaned(words)
    row = Version(release=release, language=language, headline=given.headline, changed_by_id=actor.user_id)
    row.slug = slug_of(row)
    check_row(row)
    row.save()
    write(actor, row, given)
    row.save()
    record(actor, "release.version_begun", "release_version", row.pk, {"language": language})
    return row


def hour_has_come(row: Version) -> bool:
    """Does everybody see the version, though nobody has noted it yet?"""
    return row.state == State.SCHEDULED and row.publish_at is not None and row.publish_at <= clock.now()


def issuing(actor: Actor, ids: Sequence[uuid.UUID | str]) -> list[Organisation]:
    """The organisations on whose behalf a release is to be issued, the first named first.

    Raises:
        Denied: the actor acts for none of them ("not_yours").
        Invalid: there are none, too many, or one that there is not ("issuers").
    """
    keys = list(dict.fromkeys(key_of(one) for one in ids))
    found = Organisation.objects.current().in_bulk(keys)
    if not keys:
        raise Invalid({"issuers": ("required",)})
    if len(keys) > MOST_ISSUERS:
        raise Invalid({"issuers": ("too_many",)})
    if len(found) < len(keys):
        raise Invalid({"issuers": ("unknown",)})
    if not (actor.is_secretariat or actor.organisations & set(keys)):
        raise Denied("not_yours")
    return [found[key] for key in keys]
