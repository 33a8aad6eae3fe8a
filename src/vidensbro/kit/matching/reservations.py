"""What speaks against a match, as codes and values that a presenter puts into words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from vidensbro.kit.matching.config import EngineConfig
from vidensbro.kit.matching.experts import DAYS_A_YEAR, Vote
from vidensbro.kit.matching.model import Document, Need, Reservation

RESERVATION_CODES = (
    "not_in_country",
    "last_active",
    "deadline_passed",
    "deadline_before_need",
    "single_document",
    "readiness_outside",
    "published_long_ago",
    "meaning_only",
    "missing_terms",
)
"""Every code of a reservation. Values: wanted and actual country; year; date; date; none; the range; year; none;
the words."""

OLD_YEARS = 12.0


def of_document(
    document: Document, need: Need, today: date, missing: tuple[str, ...]
) -> tuple[Reservation, ...]:
    """Reservations about something that is not a person or organisation found through documents."""
    found = [*_place(document, need), *_dates(document, need, today), *_readiness(document, need)]
    if missing:
        found.append(Reservation("missing_terms", missing))
    return tuple(found)


def of_expert(
    document: Document, need: Need, today: date, ballots: Iterable[Vote], config: EngineConfig
) -> tuple[Reservation, ...]:
    """Reservations about a person or organisation, from the documents that voted for it."""
    others = [vote for vote in ballots if vote.key != document.key]
    found = _place(document, need)
    dated = [vote.date for vote in others if vote.date]
    if dated and _years(max(dated), today) > config.inactive_years:
        found.append(Reservation("last_active", (str(max(dated).year),)))
    if len(others) == 1:
        found.append(Reservation("single_document"))
    return tuple(found)


def _place(document: Document, need: Need) -> list[Reservation]:
    wanted = need.place.country if need.place else ""
    actual = document.place.country if document.place else ""
    if wanted and actual and wanted != actual:
        return [Reservation("not_in_country", (wanted, actual))]
    return []


def _dates(document: Document, need: Need, today: date) -> list[Reservation]:
    if document.until and document.until < today:
        return [Reservation("deadline_passed", (document.until.isoformat(),))]
    if document.until and need.deadline and document.until < need.deadline:
        return [Reservation("deadline_before_need", (document.until.isoformat(),))]
    if document.date and not document.until and _years(document.date, today) > OLD_YEARS:
        return [Reservation("published_long_ago", (str(document.date.year),))]
    return []


def _readiness(document: Document, need: Need) -> list[Reservation]:
    levels = [int(value) for name, value in document.facets if name == "trl" and value.isdigit()]
    if need.readiness is None or not levels or min(levels) <= need.readiness <= max(levels):
        return []
    return [Reservation("readiness_outside", (str(min(levels)), str(max(levels))))]


def _years(earlier: date, later: date) -> float:
    return (later - earlier).days / DAYS_A_YEAR
