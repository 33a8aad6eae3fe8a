"""The public figures: how good matches turn out to be, and whom the cluster recommends, asks and introduces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.directory.models import Organisation
from vidensbro.hub.introductions.models import DeclineReason
from vidensbro.hub.introductions.queries import Figures, Neutrality

STEPS: dict[str, str | Promise] = {
    "asked": _("asked"),
    "answered": _("answered"),
    "accepted": _("said yes"),
    "introduced": _("introduced"),
    "met": _("met"),
}

GROUPINGS: dict[str, str | Promise] = {
    "size": _("By size"),
    "kind": _("By kind"),
    "region": _("By region"),
    "membership": _("By membership"),
}

LABELS: dict[str, str | Promise] = {
    "micro": _("Fewer than 10 people"),
    "small": _("10–49 people"),
    "medium": _("50–249 people"),
    "large": _("250 people or more"),
    "member": _("Members and partners"),
    "not_member": _("Others than members and partners"),
    "unknown": _("Not known"),
    "others": _("Groups too small to be shown by themselves"),
}


FEWEST = 5
"""Smaller numbers are shown as a range: one introduction in a quiet month would tell that there was a need."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A number with its share of the largest, in percent."""

    label: str
    count: int
    percent: int

    @property
    def shown(self) -> str:
        """The number as the public sees it."""
        return blurred(self.count)


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One month of the table."""

    label: str
    counts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FiguresView:
    """How matches turned out."""

    since: date
    until: date
    steps: tuple[Bar, ...]
    headings: tuple[str, ...]
    months: tuple[MonthLine, ...]
    reasons: tuple[Bar, ...]
    median_days: float | None

    @property
    def any(self) -> bool:
        """Has anything happened?"""
        return any(one.count for one in self.steps)


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One group of organisations, with the number and its percentage of the column for each of the three."""

    label: str
    organisations: int
    cells: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One way of grouping."""

    code: str
    label: str
    lines: tuple[GroupLine, ...]


@dataclass(frozen=True, slots=True)
class NeutralityView:
    """Who was recommended, asked and introduced."""

    since: date
    until: date
    tables: tuple[Table, ...]


def figures_view(found: Figures) -> FiguresView:
    """The figures in words."""
    most = max([getattr(found, name) for name in STEPS], default=0)
    return FiguresView(
        found.since,
        found.until,
        tuple(_bar(str(label), getattr(found, name), most) for name, label in STEPS.items()),
        tuple(str(label).capitalize() for label in STEPS.values()),
        tuple(
            MonthLine(
                formats.date_format(month.first, "YEAR_MONTH_FORMAT"),
                tuple(blurred(getattr(month, name)) for name in STEPS),
            )
            for month in reversed(found.months)
        ),
        tuple(
            _bar(str(DeclineReason(code).label), count, sum(one for _code, one in found.reasons))
            for code, count in found.reasons
        ),
        found.median_days if found.answered >= FEWEST else None,
    )


def neutrality_view(found: Neutrality) -> NeutralityView:
    """The groups in words, each with its share of those recommended, asked and introduced."""
    tables = []
    for code, label in GROUPINGS.items():
        groups = found.groups.get(code, ())
        totals = [
            sum(getattr(one, name) for one in groups) for name in ("recommended", "asked", "introduced")
        ]
        lines = tuple(
            GroupLine(
                _label(code, one.code),
                one.organisations,
                tuple(
                    (count, _percent(count, total))
                    for count, total in zip((one.recommended, one.asked, one.introduced), totals, strict=True)
                ),
            )
            for one in groups
        )
        tables.append(Table(code, str(label), lines))
    return NeutralityView(found.since, found.until, tuple(tables))


def _label(grouping: str, code: str) -> str:
    if code in LABELS:
        return str(LABELS[code])
    if grouping == "kind" and code in Organisation.Kind.values:
        return str(Organisation.Kind(code).label)
    return code


def blurred(count: int) -> str:
    """A number for the public: none, few as a range, or how many."""
    return f"1–{FEWEST - 1}" if 0 < count < FEWEST else formats.number_format(count, force_grouping=True)


def _bar(label: str, count: int, most: int) -> Bar:
    # The bar of a small number is as long for one as for four, so that it does not tell either.
    return Bar(label, count, _percent(max(count, FEWEST - 1) if count else 0, max(most, FEWEST - 1)))


def _percent(count: int, most: int) -> int:
    return round(100 * count / most) if most else 0
