"""The desk as pages, files and commands show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from vidensbro.hub.desk import wording
from vidensbro.hub.desk.models import SavedView
from vidensbro.hub.desk.queries import OPEN, Item
from vidensbro.hub.directory.models import Office
from vidensbro.hub.ui.fields import field_label


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the desk. `far` says why `suggested` is the office; both empty once it is routed."""

    item: Item
    kind: str
    age: str
    state: str
    office: str
    suggested: Office | None
    suggested_name: str
    far: str


@dataclass(frozen=True, slots=True)
class Tab:
    """A kind or view to choose; `count` is None where it is not counted."""

    label: str
    href: str
    count: int | None = None
    chosen: bool = False


def rows(items: Iterable[Item]) -> list[Row]:
    """Items as lines."""
    return [_row(item) for item in items]


def _row(item: Item) -> Row:
    suggestion = item.suggestion if item.matter.need is not None and item.office is None else None
    return Row(
        item,
        wording.kind_label(item.matter.kind),
        wording.age(item.days),
        _state(item),
        wording.office_name(item.office) if item.office else "",
        suggestion.office if suggestion else None,
        wording.office_name(suggestion.office) if suggestion else "",
        wording.suggestion_line(suggestion) if suggestion else "",
    )


def kind_tabs(counts: Mapping[str, int], chosen: str, query: Mapping[str, str]) -> list[Tab]:
    """Kinds with how many there are, and all of them together."""
    kinds = dict(counts) if not chosen or chosen in counts else {**counts, chosen: 0}
    every = Tab(_("all"), _href(query, ""), sum(counts.values()), not chosen)
    one_each = [
        Tab(wording.kind_label(kind), _href(query, kind), count, kind == chosen)
        for kind, count in kinds.items()
    ]
    return [every, *one_each]


def view_tabs(views: Iterable[SavedView], query: str) -> list[Tab]:
    """Views to choose."""
    desk = reverse("desk")
    return [
        Tab(row.name, f"{desk}?{row.query}" if row.query else desk, None, row.query == query) for row in views
    ]


def export_headers() -> list[str]:
    """The columns of an export."""
    return [
        _("Why"),
        _("Title"),
        _("About"),
        _("Since"),
        _("Days"),
        _("Due"),
        _("Assigned to"),
        _("State"),
        _("Snoozed until"),
        _("Office"),
        _("Nearest office"),
        _("Fields"),
        _("Note"),
        _("Address"),
    ]


def export_rows(items: Iterable[Item], base_url: str) -> list[Sequence[object]]:
    """Items as the rows of an export."""
    return [
        (
            row.kind,
            row.item.matter.title,
            "; ".join(row.item.matter.facts),
            row.item.matter.since,
            row.item.days,
            row.item.matter.due,
            str(row.item.assignee or ""),
            str(wording.STATES[row.item.state]),
            row.item.snoozed_until,
            row.office,
            row.suggested_name,
            "; ".join(field_label(one) for one in sorted(row.item.matter.fields)),
            row.item.note,
            base_url + row.item.matter.href,
        )
        for row in rows(items)
    ]


def as_json(item: Item) -> dict[str, Any]:
    """An item for programs."""
    matter = item.matter
    return {
        "kind": matter.kind.value,
        "key": str(matter.key),
        "title": matter.title,
        "facts": list(matter.facts),
        "fields": sorted(matter.fields),
        "since": matter.since,
        "due": matter.due,
        "days": item.days,
        "assignee": item.assignee.email if item.assignee else None,
        "note": item.note,
        "nearest_office": wording.office_name(item.suggestion.office) if item.suggestion else None,
        "path": matter.href,
    }


def _state(item: Item) -> str:
    if item.state == OPEN:
        return ""
    if item.snoozed_until is not None and item.state == "snoozed":
        return wording.until(item.snoozed_until)
    return str(wording.STATES[item.state])


def _href(query: Mapping[str, str], kind: str) -> str:
    kept = {name: value for name, value in query.items() if value and name not in {"kind", "page"}}
    return "?" + urlencode({**kept, **({"kind": kind} if kind else {})})
