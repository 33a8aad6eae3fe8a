"""Deciding: who has something, until when it sleeps, where it goes, that it is dealt with; and undoing that."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db import transaction

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.audit.services import record
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, Problems
from vidensbro.hub.common.text import storable
from vidensbro.hub.desk import queries
from vidensbro.hub.desk.decided import Decided, Ref, as_json, from_json, moment_text, read, write
from vidensbro.hub.desk.models import KEPT_FOR, DeskAction, Kind
from vidensbro.hub.desk.places import offices
from vidensbro.hub.desk.queries import Item
from vidensbro.hub.desk.rules import require_broker

LONGEST_NOTE = 2000
MOST_AT_ONCE = 500
SNOOZED_AT_MOST = timedelta(days=366)
NEAREST = "nearest"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done with items; what is None or "" stays as it is.

    `assignee` is a user's id or "nobody", `note` "" takes the note away, `office` is an id or "nearest". `done`: dealt
    with, or (False) back on the desk, which also wakes it.
    """

    assignee: str = ""
    until: date | None = None
    note: str | None = None
    office: str = ""
    done: bool | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it: items that were changed, that had gone, and that are not about a need to route."""

    changed: int
    gone: int = 0
    not_routable: int = 0
    parts: tuple[str, ...] = ()


@transaction.atomic
def act(actor: Actor, refs: Collection[Ref], wish: Wish) -> Outcome:
    """Do with these items what is wished; all of it is one action that can be undone.

    Raises:
        Denied; Invalid: a value, or nothing chosen; Conflict: everything chosen has gone ("desk_gone"), or nothing of
        it can be routed ("desk_not_routable").
    """
    require_broker(actor)
    _check(actor, refs, wish)
    items = queries.chosen(actor, refs)
    if not items:
        raise Conflict("desk_gone")
    parts = _parts(wish)
    targets, unroutable = _targets(items, wish)
    before = read(actor, list(targets), lock=True)
    changes = []
    for ref, item in targets.items():
        after = _wished(_shown(before[ref], item) if ref == item.ref else before[ref], item, ref, wish)
        if after == before[ref]:
            continue
        write(actor, ref, before[ref], after)
        changes.append(_change(ref, before[ref], after))
        _note_down(actor, ref, parts, after)
    touched = len({item.ref for item in items}) - (unroutable if parts == ("routed",) else 0)
    if not touched:
        raise Conflict("desk_not_routable")
    _keep(actor, parts, changes)
    return Outcome(touched, len(set(refs)) - len(items), unroutable, parts)


@transaction.atomic
def undo(actor: Actor, action_id: uuid.UUID | str) -> Outcome:
    """Put back what the actor's last action replaced. What somebody has changed since is left as it is (`gone`).

    Raises:
        Denied; Conflict: it is not the last, has been undone, or is a day old ("desk_nothing_to_undo").
    """
    require_broker(actor)
    last = queries.last_action(actor)
    row = (
        DeskAction.objects.select_for_update().filter(pk=last.pk, undone_at__isnull=True).first()
        if last
        else None
    )
    if row is None or str(row.pk) != str(action_id):
        raise Conflict("desk_nothing_to_undo")
    changes = {(one["kind"], uuid.UUID(one["key"])): one for one in row.changes}
    now = read(actor, list(changes), lock=True)
    put_back = 0
    for ref, change in changes.items():
        if now[ref] != from_json(change["after"]):
            continue
        write(actor, ref, now[ref], from_json(change["before"]))
        record(actor, "desk.undone", _subject(ref), ref[1], {"item": ref[0], "parts": row.parts})
        put_back += 1
    row.undone_at = clock.now()
    row.save(update_fields=["undone_at"])
    return Outcome(put_back, len(changes) - put_back, parts=tuple(row.parts))


def _check(actor: Actor, refs: Collection[Ref], wish: Wish) -> None:
    problems = Problems()
    problems.check(bool(refs), "items", "desk_nothing_chosen")
    problems.check(len(refs) <= MOST_AT_ONCE, "items", "too_many")
    problems.check(wish != Wish(), "", "desk_nothing_wished")
    if wish.assignee and wish.assignee != queries.NOBODY:
        there = {str(one.pk) for one in queries.brokers(actor)}
        problems.check(wish.assignee in there, "assignee", "invalid_choice")
    if wish.until is not None:
        problems.check(wish.until > clock.today(), "until", "not_future")
        problems.check(wish.until <= clock.today() + SNOOZED_AT_MOST, "until", "too_late")
    if wish.note is not None:
        problems.check(len(wish.note) <= LONGEST_NOTE, "note", "max_length")
        problems.check(storable(wish.note) == wish.note, "note", "unstorable")
    if wish.office:
        known = {str(one.pk) for one in offices(actor)}
        problems.check(
            wish.office in known or (wish.office == NEAREST and bool(known)), "office", "invalid_choice"
        )
    problems.raise_if_any()


def _parts(wish: Wish) -> tuple[str, ...]:
    done = () if wish.done is None else ("finished",) if wish.done else ("reopened",)
    named = (
        ("assigned", bool(wish.assignee)),
        ("snoozed", wish.until is not None),
        ("noted", wish.note is not None),
        ("routed", bool(wish.office)),
    )
    return (*(name for name, is_wished in named if is_wished), *done)


def _targets(items: Iterable[Item], wish: Wish) -> tuple[dict[Ref, Item], int]:
    """The rows to write, each with an item it is about: routing anything about a need is written to the need's own row.

    Also how many are not about a need.
    """
    found: dict[Ref, Item] = {}
    unroutable = 0
    only_routing = _parts(wish) == ("routed",)
    for item in items:
        if not only_routing:
            found.setdefault(item.ref, item)
        if wish.office and item.matter.need is not None:
            found.setdefault((Kind.ROUTE.value, item.matter.need.pk), item)
        unroutable += bool(wish.office) and item.matter.need is None
    return found, unroutable


def _wished(before: Decided, item: Item, ref: Ref, wish: Wish) -> Decided:
    after = before
    if ref == item.ref:
        if wish.assignee:
            after = replace(after, assignee="" if wish.assignee == queries.NOBODY else wish.assignee)
        if wish.until is not None:
            after = replace(after, snoozed=wish.until.isoformat(), done="")
        if wish.note is not None:
            after = replace(after, note=wish.note.strip())
        if wish.done is not None:
            after = replace(after, snoozed="", done=moment_text(clock.now()) if wish.done else "")
        if wish.done is False and ref[0] == Kind.ROUTE:
            after = replace(after, office="")
    if wish.office and ref[0] == Kind.ROUTE:
        office = _office(item, wish.office)
        after = replace(after, office=office, done=moment_text(clock.now()), snoozed="")
    return after


def _office(item: Item, wanted: str) -> str:
    if wanted != NEAREST:
        return wanted
    if item.suggestion is not None:
        return str(item.suggestion.office.pk)
    # It has an office already, which was the choice of somebody who knew more.
    return str(item.office.pk) if item.office else ""


def _shown(before: Decided, item: Item) -> Decided:
    """What was decided and, where nothing was, the assignee and note of the same thing's other item."""
    return replace(before, assignee=str(item.assignee.pk) if item.assignee else "", note=item.note)


def _change(ref: Ref, before: Decided, after: Decided) -> dict[str, object]:
    return {"kind": ref[0], "key": str(ref[1]), "before": as_json(before), "after": as_json(after)}


def _note_down(actor: Actor, ref: Ref, parts: tuple[str, ...], after: Decided) -> None:
    """Into the record: codes and ids, never what the note says."""
    details = {"item": ref[0], "assignee": after.assignee, "until": after.snoozed, "office": after.office}
    told = {name: value for name, value in details.items() if value}
    for part in parts:
        record(actor, f"desk.{part}", _subject(ref), ref[1], told)


def _keep(actor: Actor, parts: tuple[str, ...], changes: list[dict[str, object]]) -> None:
    DeskAction.objects.filter(at__lt=clock.now() - KEPT_FOR).delete()
    if changes:
        DeskAction.objects.create(actor_id=actor.user_id, parts=list(parts), changes=changes, at=clock.now())


def _subject(ref: Ref) -> str:
    """What the record calls the thing that an item is about."""
    return {
        Kind.ROUTE.value: "need",
        Kind.WEAK.value: "need",
        Kind.QUIET.value: "collaboration",
        Kind.JOIN.value: "join_request",
        Kind.CLAIM.value: "person_claim",
        Kind.MAIL.value: "mail",
    }.get(ref[0], "introduction")
