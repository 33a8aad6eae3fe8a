"""Changing needs: one function per change."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.policies import is_member, require
from vidensbro.hub.audit.services import record
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, Denied, NotFound, Problems
from vidensbro.hub.common.targets import kinds
from vidensbro.hub.common.text import storable
from vidensbro.hub.common.validation import apply_changes, check_row
from vidensbro.hub.directory.models import Organisation
from vidensbro.hub.directory.services.rows import replace_fields
from vidensbro.hub.needs.announcements import matches_outdated
from vidensbro.hub.needs.models import Need, State
from vidensbro.hub.needs.rules import edit_need, see_need

LONGEST_TEXT = 20_000
SHORTEST_TEXT = 10
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
    **columns: Any,
) -> Need:
    """Begin a need. It is the actor's own, on behalf of an organisation if one is given.

    The system may name another owner, or only an organisation. A draft may be unfinished: only its form is
    checked.

    Raises:
        Denied: a visitor ("sign_in_needed"), or one who does not act for the organisation ("not_yours").
        Invalid: a value that could never be stored.
    """
    require(actor, is_member, "members_only")
    organisation = _organisation(actor, organisation_id)
    row = Need(owner_id=owner_id if actor.system else actor.user_id, organisation=organisation)
    allowed = COLUMNS | PROVENANCE if actor.system else COLUMNS
    apply_changes(row, _clean(columns), allowed)
    _check(row, finished=False)
    row.save()
    replace_fields(row.field_tags, fields)
    record(actor, "need.drafted", "need", row.pk)
    return row


@transaction.atomic
def edit(
    actor: Actor, need_id: uuid.UUID | str, *, fields: Iterable[str] | None = None, **changes: Any
) -> Need:
    """Change a need. Once it is posted it must stay complete; its matches are found anew.

    Raises:
        NotFound, Denied, Invalid; Conflict: it is closed ("need_closed").
    """
    row = _locked(actor, need_id)
    if row.state == State.CLOSED:
        raise Conflict("need_closed")
    changed = apply_changes(row, _clean(changes), COLUMNS)
    _check(row, finished=row.state != State.DRAFT)
    retagged = fields is not None and replace_fields(row.field_tags, fields)
    if not changed and not retagged:
        return row
    row.changed = clock.now()
    row.save()
    record(actor, "need.edited", "need", row.pk, {"columns": [*changed, *(["fields"] if retagged else [])]})
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
    _check(row, finished=True)
    row.state, row.posted = State.POSTED, clock.now()
    _save(actor, row, "need.posted", {"visibility": row.visibility})
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


def _check(row: Need, *, finished: bool) -> None:
    problems = Problems()
    problems.check(len(row.text) <= LONGEST_TEXT, "text", "max_length")
    problems.check(
        isinstance(row.sought, list) and set(row.sought) <= set(kinds()), "sought", "invalid_choice"
    )
    if finished:
        problems.check(len(row.text) >= SHORTEST_TEXT, "text", "too_short")
        problems.check(bool(row.owner_id or row.organisation_id), "", "owner_missing")
    problems.raise_if_any()
    check_row(row, unfinished=() if row.text or finished else ("text",))
