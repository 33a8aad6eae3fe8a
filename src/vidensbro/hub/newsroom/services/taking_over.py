"""Taking over releases that were written, approved and dated elsewhere; taking that back.

For imports alone: nobody is asked to approve, and nobody is told. A release whose hour has passed is out at once, with
that hour; it is put into no mail, and no hub is told of it. One whose hour is ahead waits for it like any other.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.policies import require
from vidensbro.hub.audit.models import Event
from vidensbro.hub.audit.services import record
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Invalid
from vidensbro.hub.directory.announcements import index_changed
from vidensbro.hub.newsroom.models import OUT, Inquiry, Release, State, Version
from vidensbro.hub.newsroom.services import contacts
from vidensbro.hub.newsroom.services.drafting import add_version, create_release, hour_has_come, remove_draft
from vidensbro.hub.newsroom.services.steps import require_whole, schedule, withdraw
from vidensbro.hub.newsroom.services.wording import Wording


@dataclass(frozen=True, slots=True)
class Answering:
    """Somebody who answers for an issuer; the columns are those of `contacts.COLUMNS`."""

    organisation_id: uuid.UUID
    name: str
    title_da: str = ""
    title_en: str = ""
    email: str = ""
    phone: str = ""
    hours_da: str = ""
    hours_en: str = ""


@transaction.atomic
def take_over(
    actor: Actor,
    issuers: Sequence[uuid.UUID],
    texts: Mapping[str, Wording],
    at: datetime,
    *,
    people: Iterable[Answering] = (),
    fields: Iterable[str] = (),
    example: bool = False,
    **columns: Any,
) -> Release:
    """Make a release with its versions by language, out from the minute `at` on. For the system.

    Raises:
        Denied: the actor is not the system ("staff_only").
        Invalid: see `drafting.create_release` and `contacts.add`; no language ("headline"), or a version without lead
            or text; of the contact that was given as number n, the problem is under "contacts-n".
    """
    require(actor, lambda one: bool(one.system), "staff_only")
    if not texts:
        raise Invalid({"headline": ("required",)})
    versions: list[Version] = []
    for language, words in texts.items():
        if versions:
            versions.append(add_version(actor, versions[0].release_id, language, words))
        else:
            first = create_release(actor, issuers, language, words, fields=fields, example=example, **columns)
            versions.append(first)
    release = versions[0].release
    for number, one in enumerate(people):
        _add(actor, release, number, one)
    for row in versions:
        _let_out(actor, row, at.replace(second=0, microsecond=0))
    return release


def touched(ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the releases that people have changed, decided on or asked about."""
    versions = Version.objects.filter(release__in=ids)
    moved = versions.exclude(changed_by=None, state__in=[State.SCHEDULED, State.PUBLISHED])
    of = {str(key): release for key, release in versions.values_list("pk", "release")}
    of |= {str(one): one for one in ids}
    noted = Event.objects.filter(kind__in=["release", "release_version"], object_id__in=list(of))
    by_people = noted.exclude(actor__startswith="system:").values_list("object_id", flat=True)
    asked = Inquiry.objects.filter(release__in=ids).values_list("release", flat=True)
    about = {one for one in asked if one is not None}
    return {*moved.values_list("release", flat=True), *(of[one] for one in by_people), *about}


@transaction.atomic
def take_away(actor: Actor, ids: Collection[uuid.UUID]) -> None:
    """Withdraw what is out of these releases, and remove what waits for its hour. For the system. Raises Denied."""
    require(actor, lambda one: bool(one.system), "staff_only")
    for row in Version.objects.filter(release__in=ids).order_by("pk"):
        if row.state in OUT or hour_has_come(row):
            with translation.override(row.language):
                withdraw(actor, row.pk, gettext("The import that brought this release in was undone."))
        else:
            remove_draft(actor, row.pk)


@transaction.atomic
def show_again(actor: Actor, ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
    """Have those of the releases out again that `take_away` withdrew; which ones. For the system. Raises Denied."""
    require(actor, lambda one: bool(one.system), "staff_only")
    rows = Version.objects.select_for_update().filter(release__in=ids, state=State.WITHDRAWN)
    back = list(rows.order_by("pk"))
    for row in back:
        row.state, row.withdrawn, row.withdrawal_note = State.PUBLISHED, None, ""
        row.save()
        record(actor, "release.shown_again", "release_version", row.pk)
    index_changed("release", [row.pk for row in back])
    return list(dict.fromkeys(row.release_id for row in back))


def _add(actor: Actor, release: Release, number: int, one: Answering) -> None:
    given = asdict(one)
    try:
        contacts.add(actor, release.pk, given.pop("organisation_id"), **given)
    except Invalid as error:
        codes = tuple(code for found in error.problems.values() for code in found)
        raise Invalid({f"contacts-{number}": codes}) from error


def _let_out(actor: Actor, row: Version, at: datetime) -> None:
    require_whole(row)
    row.state = State.APPROVED
    if at > clock.now():
        row.save()
        schedule(actor, row.pk, at)
        return
    row.state, row.publish_at, row.published = State.PUBLISHED, at, at
    row.save()
    record(actor, "release.taken_over", "release_version", row.pk, {"at": at.isoformat()})
