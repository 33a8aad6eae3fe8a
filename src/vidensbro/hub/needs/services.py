"""Changing needs: one function per change."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import transaction

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.policies import is_member, require
from vidensbro.hub.audit.services import record
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, Denied, NotFound, Problems
from vidensbro.hub.common.rows import NO_ID, key_of
from vidensbro.hub.common.targets import sought_kinds
from vidensbro.hub.common.text import storable
from vidensbro.hub.common.validation import apply_changes, check_row
from vidensbro.hub.directory.models import Organisation
from vidensbro.hub.directory.services.rows import replace_fields
from vidensbro.hub.needs import queries, teasers
from vidensbro.hub.needs.announcements import matches_outdated
from vidensbro.hub.needs.models import (
    CLOSED_CIRCLES,
    Need,
    NeedAudience,
    NeedTeaser,
    State,
    TeaserInterest,
    Visibility,
)
from vidensbro.hub.needs.notifications import interest_told
from vidensbro.hub.needs.rules import edit_need, see_need
from vidensbro.kit.text.language import detect

LONGEST_TEXT = 20_000
SHORTEST_TEXT = 10
LONGEST_TEASER = 1000
LONGEST_MESSAGE = 2000
MOST_ORGANISATIONS = 50
COLUMNS = frozenset(
    {
        "title",
        "text",
        "language",
        "sought",
        "city",
        "country",
        "latitude",
        "longitude",
        "readiness",
        "deadline",
        "contact",
        "visibility",
    }
)
PROVENANCE = frozenset({"example", "source", "source_id"})
_MATCHING = frozenset(COLUMNS - {"contact", "visibility"})


@transaction.atomic
def create_draft(
    actor: Actor,
    *,
    organisation_id: uuid.UUID | str | None = None,
    owner_id: uuid.UUID | str | None = None,
    fields: Iterable[str] = (),
    audience: Iterable[uuid.UUID | str] = (),
    **columns: Any,
) -> Need:
    """Begin a need. It is the actor's own, on behalf of an organisation if one is given.

    The system may name another owner, or only an organisation. `audience` are the ids of the organisations that a
    need for named organisations is for. A draft may be unfinished: only its form is checked.

    Raises:
        Denied: a visitor ("sign_in_needed"), or one who does not act for the organisation ("not_yours").
        Invalid: a value that could never be stored.
    """
    require(actor, is_member, "members_only")
    organisation = _organisation(actor, organisation_id)
    row = Need(owner_id=owner_id if actor.system else actor.user_id, organisation=organisation)
    allowed = COLUMNS | PROVENANCE if actor.system else COLUMNS
    apply_changes(row, _clean(columns), allowed)
    named = _named(row, audience)
    _check(row, finished=False)
    row.save()
    replace_fields(row.field_tags, fields)
    _replace_audience(row, named)
    record(actor, "need.drafted", "need", row.pk, _named_details(named))
    return row


@transaction.atomic
def edit(
    actor: Actor,
    need_id: uuid.UUID | str,
    *,
    fields: Iterable[str] | None = None,
    audience: Iterable[uuid.UUID | str] | None = None,
    **changes: Any,
) -> Need:
    """Change a need. Once it is posted it must stay complete; its matches are found anew.

    `audience` as in `create_draft`; None leaves it as it is. Another visibility voids the approval of a teaser.

    Raises:
        NotFound, Denied, Invalid; Conflict: it is closed ("need_closed").
    """
    row = _locked(actor, need_id)
    if row.state == State.CLOSED:
        raise Conflict("need_closed")
    changed = apply_changes(row, _clean(changes), COLUMNS)
    named = _named(row, _audience_ids(row) if audience is None else audience)
    _check(row, finished=row.state != State.DRAFT, named=named)
    retagged = fields is not None and replace_fields(row.field_tags, fields)
    readdressed = _replace_audience(row, named)
    if not changed and not retagged and not readdressed:
        return row
    row.changed = clock.now()
    row.save()
    columns = [*changed, *(["fields"] if retagged else []), *(["audience"] if readdressed else [])]
    details = {"columns": columns, **(_named_details(named) if readdressed else {})}
    record(actor, "need.edited", "need", row.pk, details)
    if "visibility" in changed:
        _void(actor, row)
    if row.state != State.DRAFT and (retagged or _MATCHING & set(changed)):
        matches_outdated(row)
    return row


@transaction.atomic
def post(actor: Actor, need_id: uuid.UUID | str) -> Need:
    """Let those see the need whom its visibility names, and find matches for it.

    Raises:
        NotFound, Denied; Invalid: it is not complete; Conflict: it is no draft ("need_not_draft").
    """
    row = _locked(actor, need_id)
    if row.state != State.DRAFT:
        raise Conflict("need_not_draft")
    named = _audience_ids(row)
    _check(row, finished=True, named=named)
    row.state, row.posted = State.POSTED, clock.now()
    _save(actor, row, "need.posted", {"visibility": row.visibility, **_named_details(named)})
    matches_outdated(row)
    return row


@transaction.atomic
def answer(actor: Actor, need_id: uuid.UUID | str) -> Need:
    """Mark a posted need as answered: help was found, and it may still go on. Raises Conflict otherwise."""
    row = _locked(actor, need_id)
    if row.state != State.POSTED:
        raise Conflict("need_not_posted")
    row.state = State.ANSWERED
    _save(actor, row, "need.answered")
    return row


@transaction.atomic
def close(actor: Actor, need_id: uuid.UUID | str, outcome: str = "") -> Need:
    """End a posted or answered need, with what came of it in words. Raises Conflict if it is neither."""
    row = _locked(actor, need_id)
    if row.state not in {State.POSTED, State.ANSWERED}:
        raise Conflict("need_not_posted")
    row.state, row.closed, row.outcome = State.CLOSED, clock.now(), storable(outcome).strip()
    _save(actor, row, "need.closed")
    return row


@transaction.atomic
def reopen(actor: Actor, need_id: uuid.UUID | str) -> Need:
    """Take up a closed or answered need again; matches are found anew. Raises Conflict otherwise."""
    row = _locked(actor, need_id)
    if row.state not in {State.CLOSED, State.ANSWERED}:
        raise Conflict("need_not_closed")
    row.state, row.closed = State.POSTED, None
    _save(actor, row, "need.reopened")
    matches_outdated(row)
    return row


@transaction.atomic
def delete_draft(actor: Actor, need_id: uuid.UUID | str) -> None:
    """Throw a draft away. Raises Conflict for what has been posted: that is closed instead."""
    row = _locked(actor, need_id)
    if row.state != State.DRAFT:
        raise Conflict("need_not_draft")
    record(actor, "need.draft_deleted", "need", row.pk)
    row.delete()


@transaction.atomic
def write_teaser(
    actor: Actor,
    need_id: uuid.UUID | str,
    text: str,
    *,
    audience: str = NeedTeaser.Audience.MEMBERS,
    language: str = "",
) -> NeedTeaser:
    """Say what others may be told of a need that they may not see. Whatever changes voids the approval.

    Raises:
        NotFound, Denied, Invalid; Conflict: the need is not sealed or for named organisations
        ("teaser_not_needed"), or is closed ("need_closed").
    """
    need = _with_teaser(actor, need_id)
    row = NeedTeaser.objects.select_for_update().filter(need=need).first()
    made = row is None
    row = row or NeedTeaser(need=need)
    said = _said(text)
    columns = {"text": said, "audience": audience, "language": language or detect(said, fallback="da")}
    problems = Problems()
    problems.check(len(said) <= LONGEST_TEASER, "text", "max_length")
    problems.raise_if_any()
    changed = apply_changes(row, columns, columns.keys())
    if not changed:
        return row
    row.approved_at, row.approved_by, row.changed = None, None, clock.now()
    check_row(row)
    row.save()
    record(actor, "teaser.written" if made else "teaser.edited", "need", need.pk, {"columns": changed})
    return row


@transaction.atomic
def approve_teaser(
    actor: Actor, need_id: uuid.UUID | str, text: str, *, warnings_seen: bool = False
) -> NeedTeaser:
    """Let the others see a teaser that reads `text`, which is what the actor has looked at.

    Raises:
        NotFound, Denied; Conflict: there is none ("teaser_missing"), it reads otherwise by now ("teaser_changed").
        Invalid: there are warnings, and the actor does not say that they were seen ("teaser_warnings").
    """
    need = _with_teaser(actor, need_id)
    row = NeedTeaser.objects.select_for_update().filter(need=need).first()
    if row is None:
        raise Conflict("teaser_missing")
    if row.text != _said(text):
        raise Conflict("teaser_changed")
    checked = teasers.check(need, row.text)
    problems = Problems()
    problems.check(warnings_seen or not checked.warns, "warnings_seen", "teaser_warnings")
    problems.raise_if_any()
    row.approved_at, row.approved_by_id = clock.now(), actor.user_id
    row.save()
    codes = sorted({one.code for one in checked.findings} | ({"few"} if checked.crowd.few else set()))
    record(actor, "teaser.approved", "need", need.pk, {"audience": row.audience, "warnings": codes})
    return row


@transaction.atomic
def withdraw_teaser(actor: Actor, need_id: uuid.UUID | str) -> None:
    """Show a teaser no longer. Its text stays. Raises NotFound, Denied."""
    _void(actor, _locked(actor, need_id))


@transaction.atomic
def offer_help(actor: Actor, teaser_id: uuid.UUID | str, message: str) -> TeaserInterest:
    """Tell the owner's side of a teaser's need, and the secretariat, that the actor can help, and how.

    Raises:
        NotFound: there is no such teaser for the actor.
        Denied: a visitor ("sign_in_needed"), one who is no member ("members_only"), no person ("users_only").
        Invalid: no message, or one that is too long.
        Conflict: the actor has told it before ("interest_told"), or sees the need itself ("need_seen").
    """
    teaser = queries.teaser(actor, teaser_id)
    require(actor, is_member, "members_only")
    require(actor, lambda one: one.user_id is not None, "users_only")
    if queries.may_see(actor, teaser.need):
        raise Conflict("need_seen")
    said = _said(message)
    problems = Problems()
    problems.check(bool(said), "message", "required")
    problems.check(len(said) <= LONGEST_MESSAGE, "message", "max_length")
    problems.raise_if_any()
    row, made = TeaserInterest.objects.get_or_create(
        teaser=teaser, user_id=actor.user_id or NO_ID, defaults={"message": said}
    )
    if not made:
        raise Conflict("interest_told")
    record(actor, "teaser.interest", "teaser", teaser.pk)
    interest_told(row)
    return row


def _said(text: str) -> str:
    """A text as it is kept: browsers end lines in two characters."""
    return storable(text).replace("\r\n", "\n").strip()


def _with_teaser(actor: Actor, need_id: uuid.UUID | str) -> Need:
    need = _locked(actor, need_id)
    if need.visibility not in CLOSED_CIRCLES:
        raise Conflict("teaser_not_needed")
    if need.state == State.CLOSED:
        raise Conflict("need_closed")
    return need


def _void(actor: Actor, need: Need) -> None:
    shown = NeedTeaser.objects.filter(need=need, approved_at__isnull=False)
    if shown.update(approved_at=None, approved_by=None, changed=clock.now()):
        record(actor, "teaser.withdrawn", "need", need.pk)


def _named(row: Need, audience: Iterable[uuid.UUID | str]) -> frozenset[uuid.UUID]:
    """The organisations that the need is for; none where its visibility names none. Raises Invalid."""
    if row.visibility != Visibility.ORGANISATIONS:
        return frozenset()
    wanted = {key_of(one) for one in audience}
    there = set(Organisation.objects.current().filter(pk__in=wanted).values_list("pk", flat=True))
    kept = there | (wanted & _audience_ids(row))
    problems = Problems()
    problems.check(wanted <= kept, "audience", "invalid_choice")
    problems.check(len(wanted) <= MOST_ORGANISATIONS, "audience", "audience_too_many")
    problems.raise_if_any()
    return frozenset(wanted)


def _audience_ids(row: Need) -> frozenset[uuid.UUID]:
    return frozenset(NeedAudience.objects.filter(need=row).values_list("organisation_id", flat=True))


def _replace_audience(row: Need, named: frozenset[uuid.UUID]) -> bool:
    before = _audience_ids(row)
    NeedAudience.objects.filter(need=row, organisation_id__in=before - named).delete()
    NeedAudience.objects.bulk_create(
        NeedAudience(need=row, organisation_id=one) for one in sorted(named - before)
    )
    return before != named


def _named_details(named: frozenset[uuid.UUID]) -> dict[str, Any]:
    return {"organisations": sorted(str(one) for one in named)} if named else {}


def _locked(actor: Actor, need_id: uuid.UUID | str) -> Need:
    row = Need.objects.select_for_update().filter(pk=need_id).first()
    if row is None:
        raise NotFound("need", need_id)
    edit_need.require(actor, row, see=see_need)
    return row


def _save(actor: Actor, row: Need, action: str, details: Mapping[str, Any] | None = None) -> None:
    row.changed = clock.now()
    row.save()
    record(actor, action, "need", row.pk, details)


def _organisation(actor: Actor, organisation_id: uuid.UUID | str | None) -> Organisation | None:
    if not organisation_id:
        return None
    row = Organisation.objects.filter(pk=organisation_id).first()
    if row is None:
        raise NotFound("organisation", organisation_id)
    if not actor.system and row.pk not in actor.organisations:
        raise Denied("not_yours")
    return row


def _clean(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Texts without the spaces around them and without what no database can hold."""
    return {
        name: storable(value).strip() if isinstance(value, str) else value for name, value in columns.items()
    }


def _check(row: Need, *, finished: bool, named: Collection[uuid.UUID] = ()) -> None:
    problems = Problems()
    problems.check(len(row.text) <= LONGEST_TEXT, "text", "max_length")
    problems.check(
        isinstance(row.sought, list) and set(row.sought) <= set(sought_kinds()), "sought", "invalid_choice"
    )
    if finished:
        problems.check(len(row.text) >= SHORTEST_TEXT, "text", "too_short")
        problems.check(bool(row.owner_id or row.organisation_id), "", "owner_missing")
        open_circle = row.visibility != Visibility.ORGANISATIONS
        problems.check(open_circle or bool(named), "audience", "audience_missing")
    problems.raise_if_any()
    check_row(row, unfinished=() if row.text or finished else ("text",))
