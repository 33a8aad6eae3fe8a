"""The way of a version: review, approval by each issuer, the hour, corrections, withdrawal."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.audit.services import record
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, Denied, Invalid
from vidensbro.hub.common.rows import key_of
from vidensbro.hub.common.text import storable
from vidensbro.hub.newsroom.announcements import approval_asked, published, scheduled, shown_anew
from vidensbro.hub.newsroom.models import OUT, WRITTEN, Approval, Correction, State, Version
from vidensbro.hub.newsroom.rules import approves_for, publish_release
from vidensbro.hub.newsroom.services.drafting import hour_has_come, locked_version, write
from vidensbro.hub.newsroom.services.late_changes import follow_changes, last_change
from vidensbro.hub.newsroom.services.wording import Wording

LONGEST_NOTE = 2000


@transaction.atomic
def hand_in(actor: Actor, version_id: uuid.UUID | str, number: int) -> Version:
    """Ask each issuer for its approval. A draft needs a lead and a text by now.

    Raises:
        NotFound, Denied, Invalid; Conflict: "version_changed", "version_not_draft".
    """
    row = locked_version(actor, version_id, number)
    _in_state(row, State.DRAFT, otherwise="version_not_draft")
    require_whole(row)
    row.state = State.IN_REVIEW
    row.save()
    record(actor, "release.handed_in", "release_version", row.pk, {"number": row.number})
    approval_asked(row)
    return row


@transaction.atomic
def take_back(actor: Actor, version_id: uuid.UUID | str) -> Version:
    """Make a draft again of what is in review, approved or waits for its hour; approvals fall.

    Raises:
        NotFound, Denied; Conflict: it is a draft or out ("version_not_waiting").
    """
    row = locked_version(actor, version_id)
    _in_state(row, State.IN_REVIEW, State.APPROVED, State.SCHEDULED, otherwise="version_not_waiting")
    _not_out(row)
    row.state, row.publish_at = State.DRAFT, None
    row.save()
    row.approvals.all().delete()
    follow_changes(row.release)
    record(actor, "release.taken_back", "release_version", row.pk)
    return row


@transaction.atomic
def approve(
    actor: Actor,
    version_id: uuid.UUID | str,
    organisation_id: uuid.UUID | str,
    number: int,
    *,
    seen: str | None = None,
) -> Version:
    """Say yes to these words for one issuer. When all have, the version is approved.

    `seen` is what `late_changes.last_change` gave when the release was read, None if that is not known.

    Raises:
        NotFound
        Denied: the actor does not decide for that organisation ("coordinator_only").
        Conflict: "version_changed", "version_not_in_review"; the organisation does not issue it ("not_issuer");
            something beside the words was changed after it was read ("material_changed").
    """
    row = locked_version(actor, version_id, number)
    organisation = key_of(organisation_id)
    if not approves_for(actor, organisation):
        raise Denied("coordinator_only")
    _in_state(row, State.IN_REVIEW, otherwise="version_not_in_review")
    issuers = set(row.release.issuers.values_list("organisation_id", flat=True))
    if organisation not in issuers:
        raise Conflict("not_issuer")
    if seen is not None and seen != last_change(row.release):
        raise Conflict("material_changed")
    Approval.objects.update_or_create(
        version=row,
        organisation_id=organisation,
        defaults={"number": row.number, "at": clock.now(), "by_id": actor.user_id},
    )
    record(actor, "release.approved", "release_version", row.pk, {"organisation": str(organisation)})
    approved = set(row.approvals.filter(number=row.number).values_list("organisation_id", flat=True))
    if issuers <= approved:
        row.state = State.APPROVED
        row.save()
    return row


@transaction.atomic
def schedule(actor: Actor, version_id: uuid.UUID | str, at: datetime) -> Version:
    """Let everybody see an approved version from this minute on. May be set anew until then.

    Raises:
        NotFound, Denied; Invalid: it lies in the past or names no time zone ("publish_at").
        Conflict: it is not approved ("version_not_approved"), or out ("version_out").
    """
    row = _decided(actor, version_id)
    _in_state(row, State.APPROVED, State.SCHEDULED, otherwise="version_not_approved")
    _not_out(row)
    if at.tzinfo is None:
        raise Invalid({"publish_at": ("no_time_zone",)})
    moment = at.replace(second=0, microsecond=0)
    if moment < clock.now().replace(second=0, microsecond=0):
        raise Invalid({"publish_at": ("past",)})
    row.state, row.publish_at = State.SCHEDULED, moment
    row.save()
    record(actor, "release.scheduled", "release_version", row.pk, {"at": moment.isoformat()})
    scheduled(row)
    follow_changes(row.release)
    return row


@transaction.atomic
def unschedule(actor: Actor, version_id: uuid.UUID | str) -> Version:
    """Take the hour back; the version stays approved.

    Raises:
        NotFound, Denied; Conflict: it waits for no hour ("version_not_scheduled"), or it is out ("version_out").
    """
    row = _decided(actor, version_id)
    _in_state(row, State.SCHEDULED, otherwise="version_not_scheduled")
    _not_out(row)
    row.state, row.publish_at = State.APPROVED, None
    row.save()
    record(actor, "release.unscheduled", "release_version", row.pk)
    return row


@transaction.atomic
def note_published(version_id: uuid.UUID | str) -> bool:
    """Note that a version's hour has come, and have it mailed, fed and indexed; False if it has not, or is noted.

    For jobs. Everybody sees the version from its hour on, noted or not. Idempotent.
    """
    row = Version.objects.select_for_update().filter(pk=key_of(version_id), state=State.SCHEDULED).first()
    if row is None or row.publish_at is None or row.publish_at > clock.now():
        return False
    row.state, row.published = State.PUBLISHED, row.publish_at
    row.save()
    published(row)
    follow_changes(row.release)
    return True


def note_all_published() -> int:
    """Note every version whose hour has come; how many. For jobs."""
    due = Version.objects.filter(state=State.SCHEDULED, publish_at__lte=clock.now())
    return sum(note_published(one) for one in due.order_by("publish_at", "pk").values_list("pk", flat=True))


@transaction.atomic
def correct(actor: Actor, version_id: uuid.UUID | str, number: int, words: Wording, note: str) -> Version:
    """Change what is out, with a note for everybody on what was wrong. The address stays.

    Raises:
        NotFound, Denied; Invalid: the note is missing or too long, lead or text is missing, or see `wording.cleaned`.
        Conflict: "version_changed"; it is not out ("version_not_out"); nothing was changed ("nothing_changed").
    """
    row = _noted(_decided(actor, version_id, number))
    _in_state(row, State.PUBLISHED, State.CORRECTED, otherwise="version_not_out")
    told = _note(note)
    if not write(actor, row, words):
        raise Conflict("nothing_changed")
    require_whole(row)
    row.state = State.CORRECTED
    row.save()
    Correction.objects.create(version=row, number=row.number, at=row.changed, note=told, by_id=actor.user_id)
    record(actor, "release.corrected", "release_version", row.pk, {"number": row.number})
    shown_anew(row)
    return row


@transaction.atomic
def withdraw(actor: Actor, version_id: uuid.UUID | str, note: str) -> Version:
    """Take what is out away; its address then tells that, when and why.

    Raises:
        NotFound, Denied, Invalid; Conflict: it is not out, or withdrawn already ("version_not_out").
    """
    row = _noted(_decided(actor, version_id))
    _in_state(row, State.PUBLISHED, State.CORRECTED, otherwise="version_not_out")
    row.state, row.withdrawn, row.withdrawal_note = State.WITHDRAWN, clock.now(), _note(note)
    row.save()
    record(actor, "release.withdrawn", "release_version", row.pk)
    shown_anew(row)
    return row


def require_whole(row: Version) -> None:
    """Has the version a lead and a text? Raises Invalid."""
    if missing := {name: ("required",) for name in ("lead", "body") if not getattr(row, name)}:
        raise Invalid(missing)


def _decided(actor: Actor, version_id: uuid.UUID | str, number: int | None = None) -> Version:
    row = locked_version(actor, version_id, number)
    publish_release.require(actor, row.release)
    return row


def _noted(row: Version) -> Version:
    """The version, published if its hour has come and no worker has noted that yet."""
    if hour_has_come(row) and note_published(row.pk):
        row.refresh_from_db(fields=["state", "published"])
    return row


def _in_state(row: Version, *states: State, otherwise: str) -> None:
    if row.state not in states:
        raise Conflict("version_out" if row.state in OUT and states[0] in WRITTEN else otherwise)


def _not_out(row: Version) -> None:
    if hour_has_come(row):
        raise Conflict("version_out")


def _note(text: str) -> str:
    told = storable(text).strip()
    if not told or len(told) > LONGEST_NOTE:
        raise Invalid({"note": ("max_length" if told else "required",)})
    return told
