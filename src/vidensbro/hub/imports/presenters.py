"""Imports and merge proposals as the secretariat sees them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from vidensbro.hub.accounts.actors import Actor
from vidensbro.hub.common import clock
from vidensbro.hub.directory.models import Organisation, Person
from vidensbro.hub.directory.presenters import (
    affiliation_line,
    organisation_href,
    organisation_name,
    person_href,
    place_line,
)
from vidensbro.hub.imports import wording
from vidensbro.hub.imports.kinds import KINDS, Kind
from vidensbro.hub.imports.models import ImportChange, ImportProblem, ImportRun, ImportSchedule
from vidensbro.hub.imports.queries import Joined, Pair, Row
from vidensbro.hub.imports.services.journal import LIST, MODELS
from vidensbro.hub.knowledge.models import Work
from vidensbro.hub.knowledge.presenters import offer_href, work_href
from vidensbro.hub.needs.presenters import need_href


@dataclass(frozen=True, slots=True)
class ProblemView:
    """A problem: where, what, and what to do."""

    place: str
    field: str
    value: str
    what: str
    cure: str
    skipped: bool


@dataclass(frozen=True, slots=True)
class ProposalSide:
    """One of two rows that may be one."""

    id: str
    name: str
    href: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProposalView:
    """Two rows that may be one, and why."""

    id: str
    percent: int
    sides: tuple[ProposalSide, ProposalSide]
    reasons: tuple[str, ...]


def progress(run: ImportRun) -> int:
    """How far a run has come, in percent of the bytes of its files; 100 when it is done."""
    return run.percent


def problem_view(row: ImportProblem) -> ProblemView:
    """One problem in words."""
    what, cure = wording.problem(row.code)
    place = f"{row.file}:{row.line}" if row.line else row.file
    return ProblemView(place, row.field, row.value, what, cure, row.skipped)


def counted(
    counts: Mapping[str, int], examples: Mapping[str, Sequence[ImportProblem]]
) -> list[tuple[str, str, int, list[ProblemView]]]:
    """(what is wrong, what to do, how often, where for example) for each code, the most frequent first."""
    return [
        (*wording.problem(code), count, [problem_view(one) for one in examples.get(code, ())])
        for code, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    ]


def proposal_view(pair: Pair) -> ProposalView:
    """A merge proposal in words."""
    row = pair.proposal
    reasons = tuple(wording.reason(str(code), str(value)) for code, value in row.reasons)
    return ProposalView(str(row.pk), round(row.score * 100), (_side(pair.left), _side(pair.right)), reasons)


def _side(row: Row) -> ProposalSide:
    if isinstance(row, Work):
        facts: tuple[str, ...] = (wording.source(row.source), str(row.date or ""), row.doi, row.venue)
        return ProposalSide(str(row.pk), row.title, work_href(row), tuple(fact for fact in facts if fact))
    if isinstance(row, Person):
        facts = (affiliation_line(row.affiliations.all()), row.orcid)
        return ProposalSide(str(row.pk), row.name, person_href(row), tuple(fact for fact in facts if fact))
    numbers = ", ".join(f"{one.get_scheme_display()} {one.value}" for one in row.identifiers.all())
    facts = (str(row.get_kind_display()), place_line(row), numbers)
    return ProposalSide(
        str(row.pk), organisation_name(row), organisation_href(row), tuple(fact for fact in facts if fact)
    )


@dataclass(frozen=True, slots=True)
class MergeView:
    """Two rows that were joined. `told` says what came of an undo; empty if there was none."""

    id: str
    kept: str
    href: str
    gone: str
    when: str
    by_itself: bool
    told: str


def merge_view(joined: Joined) -> MergeView:
    """A merge in words."""
    merge, kept = joined.merge, joined.kept
    told = ""
    if merge.undone is not None:
        told = gettext("Undone: they are two again.")
        if merge.left:
            told += " " + ngettext(
                "%(count)d row has been changed since and stays as it is.",
                "%(count)d rows have been changed since and stay as they are.",
                merge.left,
            ) % {"count": merge.left}
    return MergeView(
        id=str(merge.pk),
        kept=_name(kept),
        href=_side(kept).href if kept is not None else "",
        gone=_name(joined.gone),
        when=date_format(timezone.localtime(merge.at), "SHORT_DATETIME_FORMAT"),
        by_itself=merge.automatic or not merge.actor.startswith("user:"),
        told=told,
    )


def _name(row: Row | None) -> str:
    if row is None:
        return gettext("(gone)")
    if isinstance(row, Organisation):
        return organisation_name(row)
    return row.name if isinstance(row, Person) else row.title


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A row that a run made or changed. `columns` names what changed in it; `fate` what an undo did to it."""

    name: str
    href: str
    made: bool
    columns: str
    fate: str


@dataclass(frozen=True, slots=True)
class ChangesView:
    """What a run did to rows of one kind."""

    label: str
    new: int
    changed: int
    rows: tuple[ChangeView, ...]


_NAMES: Mapping[str, tuple[str, Callable[[Any], str]]] = {
    "organisation": ("name", organisation_href),
    "person": ("name", person_href),
    "work": ("title", work_href),
    "offer": ("title", offer_href),
    "need": ("title", need_href),
}


def changes_view(
    actor: Actor, kind: str, new: int, changed: int, first: Sequence[ImportChange]
) -> ChangesView:
    """What a run did to rows of one kind, in words, with the first of them. One query."""
    if kind in KINDS:
        return ChangesView(str(KINDS[kind].plural), new, changed, _of_above(actor, KINDS[kind], first))
    column, href = _NAMES[kind]
    rows = MODELS[kind]._default_manager.in_bulk([one.row for one in first])
    shown = [
        ChangeView(
            name=str(getattr(rows[one.row], column)) or str(one.row),
            href=href(rows[one.row]),
            made=one.made,
            columns=wording.columns(name.removeprefix(LIST) for name in one.after),
            fate=wording.verdict(one.undone) if one.undone else "",
        )
        for one in first
        if one.row in rows
    ]
    return ChangesView(wording.rows(kind), new, changed, tuple(shown))


def _of_above(actor: Actor, kind: Kind, first: Sequence[ImportChange]) -> tuple[ChangeView, ...]:
    """The same of a kind that an app above takes in, whose rows imports only make, as far as the actor may see them."""
    told = kind.told(actor, [one.row for one in first])
    return tuple(
        ChangeView(*told[one.row], one.made, "", wording.verdict(one.undone) if one.undone else "")
        for one in first
        if one.row in told
    )


@dataclass(frozen=True, slots=True)
class ScheduleView:
    """A source that is fetched again and again. `due` is None while it is paused, `error` what went wrong last."""

    id: str
    source: str
    rhythm: str
    limits: tuple[str, ...]
    due: datetime | None
    overdue: bool
    running: bool
    paused: bool
    last_end: datetime | None
    last_run: ImportRun | None
    failures: int
    error: str


def schedule_view(row: ImportSchedule) -> ScheduleView:
    """A schedule in words."""
    moment = clock.now()
    return ScheduleView(
        id=str(row.pk),
        source=wording.source(row.source),
        rhythm=wording.rhythm(row.hours),
        limits=wording.wish(row.wish),
        due=None if row.paused else row.next_run,
        overdue=row.next_run <= moment,
        running=row.busy_until is not None and row.busy_until > moment,
        paused=row.paused,
        last_end=row.last_end,
        last_run=row.last_run,
        failures=row.failures,
        error=row.error,
    )


def time_left(run: ImportRun) -> str:
    """How long a run will take yet, in words; empty if it does not run or that cannot be told."""
    seconds = run.seconds_left
    if seconds is None:
        return ""
    minutes = round(seconds / 60)
    if minutes < 1:
        return gettext("less than a minute left")
    if minutes < 90:
        return ngettext("%(count)d minute left", "%(count)d minutes left", minutes) % {"count": minutes}
    hours = round(minutes / 60)
    return ngettext("%(count)d hour left", "%(count)d hours left", hours) % {"count": hours}


def fates(run: ImportRun) -> list[tuple[str, int]]:
    """What came of undoing a run: (in words, how many rows)."""
    return [
        (wording.verdict(code), int(count)) for code, count in run.undoing.items() if code in wording.VERDICTS
    ]
