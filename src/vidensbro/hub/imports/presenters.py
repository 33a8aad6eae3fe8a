"""Imports and merge proposals as the secretariat sees them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from vidensbro.hub.directory.models import Organisation, Person
from vidensbro.hub.directory.presenters import (
    affiliation_line,
    organisation_href,
    organisation_name,
    person_href,
    place_line,
)
from vidensbro.hub.imports import wording
from vidensbro.hub.imports.models import ImportProblem, ImportRun
from vidensbro.hub.imports.queries import Pair


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


def counted(counts: Iterable[tuple[str, int]]) -> list[tuple[str, str, int]]:
    """(what is wrong, what to do, how often) for each code."""
    return [(*wording.problem(code), count) for code, count in counts]


def proposal_view(pair: Pair) -> ProposalView:
    """A merge proposal in words."""
    row = pair.proposal
    reasons = tuple(wording.reason(str(code), str(value)) for code, value in row.reasons)
    return ProposalView(str(row.pk), round(row.score * 100), (_side(pair.left), _side(pair.right)), reasons)


def _side(row: Person | Organisation) -> ProposalSide:
    if isinstance(row, Person):
        facts: tuple[str, ...] = (affiliation_line(row.affiliations.all()), row.orcid)
        return ProposalSide(str(row.pk), row.name, person_href(row), tuple(fact for fact in facts if fact))
    numbers = ", ".join(f"{one.get_scheme_display()} {one.value}" for one in row.identifiers.all())
    facts = (str(row.get_kind_display()), place_line(row), numbers)
    return ProposalSide(
        str(row.pk), organisation_name(row), organisation_href(row), tuple(fact for fact in facts if fact)
    )
