"""The desk: everything that waits, with what was decided about it, for the secretariat alone."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.accounts.models import Role, User
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import NotFound
from vidensbro.hub.common.rows import as_uuid, key_of
from vidensbro.hub.common.text import name_key
from vidensbro.hub.desk.decided import Ref
from vidensbro.hub.desk.models import OF_INTRODUCTIONS, DeskAction, DeskItem, Kind, SavedView
from vidensbro.hub.desk.places import Map, Suggestion, offices
from vidensbro.hub.desk.rules import remove_view, require_broker, see_view
from vidensbro.hub.desk.sources import MOST, SOURCES, Matter, Wanted
from vidensbro.hub.directory.fields import with_narrower
from vidensbro.hub.directory.models import Office

UNDO_WITHIN = timedelta(days=1)
ME, NOBODY, NONE = "me", "nobody", "none"
OPEN, SNOOZED, DONE, ALL = "open", "snoozed", "done", "all"
_AT_ONCE = 5000
"""Values of one IN list: SQLite takes 32766."""


@dataclass(frozen=True, slots=True)
class DeskSearch:
    """What the desk is narrowed to; empty means any, for `state` open.

    `assignee` is "me", "nobody" or a user's id; `office` an id or "none"; `age` a number of days; `text` words of the
    title, the facts and the note; `sort` a key of `wording.SORTS`.
    """

    text: str = ""
    kind: str = ""
    state: str = ""
    assignee: str = ""
    office: str = ""
    field: str = ""
    age: str = ""
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A matter with what was decided. `office` is where its need went, `suggestion` where it could go."""

    matter: Matter
    assignee: User | None = None
    snoozed_until: date | None = None
    note: str = ""
    done_at: datetime | None = None
    office: Office | None = None
    suggestion: Suggestion | None = None

    @property
    def ref(self) -> Ref:
        """Kind and key."""
        return (self.matter.kind.value, self.matter.key)

    @property
    def name(self) -> str:
        """How a form names it."""
        return f"{self.matter.kind.value}:{self.matter.key}"

    @property
    def state(self) -> str:
        """ "done", "snoozed" or "open"."""
        if self.done_at is not None and self.done_at >= self.matter.since:
            return DONE
        return SNOOZED if self.snoozed_until is not None and self.snoozed_until > clock.today() else OPEN

    @property
    def days(self) -> int:
        """For how many whole days it has been on the desk."""
        return max(0, (clock.now() - self.matter.since).days)


@dataclass(frozen=True, slots=True)
class Desk:
    """What was found, in order; how many of each kind there are without the choice of a kind; what can be chosen.

    `cut`: a source has more than are looked at.
    """

    items: tuple[Item, ...]
    counts: Mapping[str, int]
    brokers: tuple[User, ...]
    offices: tuple[Office, ...]
    cut: bool = False


def desk(actor: Actor, search: DeskSearch | None = None) -> Desk:
    """The queue. About 25 statements, however long it is. Raises Denied."""
    require_broker(actor)
    search = search or DeskSearch()
    state = search.state if search.state in {SNOOZED, DONE, ALL} else OPEN
    matters, cut = _matters(actor, Wanted(state != DONE, state in {DONE, ALL}))
    to = offices(actor)
    found = [item for item in _items(matters, to) if _fits(actor, item, search, state)]
    counts = Counter(item.matter.kind.value for item in found)
    kept = [item for item in found if search.kind in {"", item.matter.kind.value}]
    in_order = {kind.value: counts[kind.value] for kind in Kind if counts[kind.value]}
    return Desk(tuple(_sorted(kept, search.sort)), in_order, tuple(brokers(actor)), tuple(to), cut)


def chosen(actor: Actor, refs: Collection[Ref]) -> list[Item]:
    """Those of these items that are there still, dealt with or not. Raises Denied."""
    require_broker(actor)
    matters, _ = _matters(actor, Wanted(True, True, {key for _, key in refs}))
    wanted = set(refs)
    return [item for item in _items(matters, offices(actor)) if item.ref in wanted]


def brokers(actor: Actor) -> list[User]:
    """Everybody in the secretariat, by name. Raises Denied."""
    require_broker(actor)
    return list(User.objects.filter(role=Role.SECRETARIAT, is_active=True).order_by("name", "email"))


def last_action(actor: Actor) -> DeskAction | None:
    """What the actor did last and can still undo. Raises Denied."""
    require_broker(actor)
    if actor.user_id is None:
        return None
    rows = DeskAction.objects.filter(actor_id=actor.user_id, undone_at__isnull=True)
    return rows.filter(at__gte=clock.now() - UNDO_WITHIN).order_by("-at", "-pk").first()


def views(actor: Actor) -> list[SavedView]:
    """The actor's own views and those that are shared, by name; `may_remove` is on each. Raises Denied."""
    require_broker(actor)
    rows = list(see_view.visible(actor, SavedView.objects.select_related("owner")))
    for row in rows:
        row.may_remove = bool(remove_view.allows(actor, row))  # type: ignore[attr-defined]
    return rows


def view(actor: Actor, view_id: uuid.UUID | str) -> SavedView:
    """One view that the actor may see. Raises NotFound, Denied."""
    require_broker(actor)
    found = see_view.visible(actor, SavedView.objects.all()).filter(pk=key_of(view_id)).first()
    if found is None:
        raise NotFound("view", view_id)
    return found


def refs_of(names: Iterable[str]) -> list[Ref]:
    """The items that a form names, each once; what names none is passed over."""
    parts = (name.partition(":") for name in names)
    found = [(kind, as_uuid(key)) for kind, _, key in parts if kind in Kind.values]
    return list(dict.fromkeys((kind, key) for kind, key in found if key is not None))


def _matters(actor: Actor, wanted: Wanted) -> tuple[list[Matter], bool]:
    found: list[Matter] = []
    cut = False
    for source in SOURCES:
        some = list(source(actor, wanted))
        cut = cut or len(some) > MOST
        found += some[:MOST]
    return found, cut


def _items(matters: Sequence[Matter], to: Sequence[Office]) -> Iterable[Item]:
    rows = _rows({one.key for one in matters} | {one.need.pk for one in matters if one.need})
    kept = {(row.kind, row.key): row for row in rows}
    latest: dict[uuid.UUID, DeskItem] = {row.key: row for row in rows}
    routed = {row.key: row.office for row in rows if row.office is not None}
    needs = {one.need.pk: one.need for one in matters if one.need is not None and one.need.pk not in routed}
    places = Map(list(needs.values()), to)
    suggested = {key: places.nearest(need) for key, need in needs.items()}
    for matter in matters:
        item = _item(matter, kept.get((matter.kind.value, matter.key)), latest.get(matter.key))
        about = matter.need.pk if matter.need else None
        yield replace(item, office=routed.get(about), suggestion=suggested.get(about)) if about else item


def _item(matter: Matter, own: DeskItem | None, kindred: DeskItem | None) -> Item:
    """Nothing decided yet: whoever has the same thing for another reason has it, and the note stays with it."""
    of = own or kindred
    assignee = _at_work(matter.broker if matter.kind in OF_INTRODUCTIONS else (of.assignee if of else None))
    note = of.note if of else ""
    if own is None:
        return Item(matter, assignee, note=note)
    return Item(matter, assignee, own.snoozed_until, note, own.done_at)


def _at_work(user: User | None) -> User | None:
    """Nobody has what somebody had who has left the secretariat."""
    return user if user is not None and user.is_active and user.role == Role.SECRETARIAT else None


def _rows(keys: Iterable[uuid.UUID]) -> list[DeskItem]:
    """What was decided about these, the last decided last."""
    found: list[DeskItem] = []
    wanted = sorted(keys)
    for start in range(0, len(wanted), _AT_ONCE):
        rows = DeskItem.objects.filter(key__in=wanted[start : start + _AT_ONCE])
        found += rows.select_related("assignee", "office__organisation").order_by("changed", "pk")
    return found


def _fits(actor: Actor, item: Item, search: DeskSearch, state: str) -> bool:
    return (
        state in {ALL, item.state}
        and _fits_assignee(actor, item, search.assignee)
        and _fits_office(item, search.office)
        and (not search.field or not item.matter.fields.isdisjoint(with_narrower(search.field)))
        and (not search.age.isdecimal() or item.days >= int(search.age[:6]))
        and _fits_text(item, search.text)
    )


def _fits_assignee(actor: Actor, item: Item, wanted: str) -> bool:
    if not wanted:
        return True
    if wanted == NOBODY:
        return item.assignee is None
    whose = actor.user_id if wanted == ME else as_uuid(wanted)
    return item.assignee is not None and item.assignee.pk == whose


def _fits_office(item: Item, wanted: str) -> bool:
    """Where the need went or, while it has not been routed, where it could go."""
    if not wanted:
        return True
    office = item.office or (item.suggestion.office if item.suggestion and wanted != NONE else None)
    return office is None if wanted == NONE else office is not None and str(office.pk) == wanted


def _fits_text(item: Item, text: str) -> bool:
    said = name_key(" ".join((item.matter.title, *item.matter.facts, item.note)))
    return all(word in said for word in name_key(text).split()[:8])


def _sorted(items: Iterable[Item], sort: str) -> list[Item]:
    oldest = sorted(items, key=lambda item: (item.matter.since, item.matter.key))
    if sort == "oldest":
        return oldest
    if sort == "newest":
        return oldest[::-1]
    if sort == "title":
        return sorted(oldest, key=lambda item: name_key(item.matter.title))
    if sort == "assignee":
        return sorted(oldest, key=lambda item: (item.assignee is None, name_key(str(item.assignee or ""))))
    urgency = {kind: place for place, kind in enumerate(Kind)}
    return sorted(oldest, key=lambda item: (urgency[item.matter.kind], item.matter.due or date.max))
