"""What the desk has decided about things, read and written as one value each, so that it can be put back."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.models import Role, User
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import NotFound
from vidensbro.hub.common.rows import key_of
from vidensbro.hub.common.validation import check_row
from vidensbro.hub.desk.models import OF_INTRODUCTIONS, DeskItem
from vidensbro.hub.directory.models import Office
from vidensbro.hub.introductions import queries as introductions
from vidensbro.hub.introductions import services as introducing

Ref = tuple[str, uuid.UUID]
"""An item by its kind and key."""


@dataclass(frozen=True, slots=True)
class Decided:
    """Who has it, until when it sleeps, the office that it went to, the note, when it was dealt with.

    Everything as JSON can hold it: ids as text, days and moments in ISO 8601, "" for nothing.
    """

    assignee: str = ""
    snoozed: str = ""
    office: str = ""
    note: str = ""
    done: str = ""


NOTHING = Decided()


def as_json(value: Decided) -> dict[str, str]:
    """For keeping."""
    return asdict(value)


def from_json(value: Mapping[str, Any]) -> Decided:
    """What was kept."""
    return Decided(**{name: str(value.get(name, "")) for name in asdict(NOTHING)})


def moment_text(moment: datetime | None) -> str:
    """A moment as `Decided` holds it."""
    return moment.isoformat() if moment else ""


def read(actor: Actor, refs: Collection[Ref], *, lock: bool = False) -> dict[Ref, Decided]:
    """What is decided about each of these. Two queries. `lock` keeps the rows until the transaction ends."""
    keys = {key for _, key in refs}
    rows = DeskItem.objects.filter(key__in=keys)
    held = {(row.kind, row.key): row for row in (rows.select_for_update() if lock else rows)}
    brokers = dict(
        introductions.introductions(actor).filter(pk__in=keys).order_by().values_list("pk", "broker_id")
    )
    return {ref: _of_row(held.get(ref), brokers.get(ref[1])) for ref in refs}


def _of_row(row: DeskItem | None, broker: uuid.UUID | None) -> Decided:
    assignee = broker or (row.assignee_id if row else None)
    if row is None:
        return Decided(assignee=str(assignee or ""))
    return Decided(
        str(assignee or ""),
        row.snoozed_until.isoformat() if row.snoozed_until else "",
        str(row.office_id or ""),
        row.note,
        moment_text(row.done_at),
    )


def write(actor: Actor, ref: Ref, before: Decided, after: Decided) -> None:
    """Let `after` be what is decided; `before` is what is. Whoever has gone meanwhile is left out. Raises Invalid."""
    kind, key = ref
    users = User.objects.filter(pk=key_of(after.assignee), is_active=True, role=Role.SECRETARIAT)
    assignee = users.first() if after.assignee else None
    if kind in OF_INTRODUCTIONS:
        if before.assignee != after.assignee:
            _hand_over(actor, key, assignee)
        assignee = None
    office = Office.objects.filter(pk=after.office).first() if after.office else None
    if not (assignee or office or after.snoozed or after.note or after.done):
        DeskItem.objects.filter(kind=kind, key=key).delete()
        return
    # Two brokers may decide about the same thing for the first time at once.
    row, _ = DeskItem.objects.get_or_create(kind=kind, key=key)
    row.assignee, row.office, row.note = assignee, office, after.note
    row.snoozed_until = date.fromisoformat(after.snoozed) if after.snoozed else None
    row.done_at = datetime.fromisoformat(after.done) if after.done else None
    row.changed = clock.now()
    check_row(row, unique=False)
    row.save()


def _hand_over(actor: Actor, introduction_id: uuid.UUID, broker: User | None) -> None:
    try:
        introducing.assign_broker(actor, introduction_id, broker.pk if broker else None)
    except NotFound:
        # Undoing what was done with an introduction that has gone with its need: nothing is left to hand over.
        return
