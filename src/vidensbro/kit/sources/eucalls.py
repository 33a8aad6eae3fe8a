"""Calls of the EU's Funding & Tenders portal: answers of its search service, and flat files made of them.

Such files are dirty: objects one after the other without a line break, and letters that were decoded
wrongly; both are put right, the letters only where it is certain and never silently.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Final

import orjson

from vidensbro.kit.sources.jsonrows import Data, Row
from vidensbro.kit.sources.mentions import Once
from vidensbro.kit.sources.model import OfferRecord, OrganisationRecord, Provenance, Record
from vidensbro.kit.sources.mojibake import repair
from vidensbro.kit.sources.problems import Problem, problem
from vidensbro.kit.sources.shapes import (
    amount,
    day,
    inside,
    language,
    mapping,
    mappings,
    paragraphs,
    text,
    texts,
    web,
)

SOURCE: Final = "eu_calls"
LICENCE: Final = "CC-BY-4.0"
COMMISSION: Final = "european-commission"
EXPECTED: Final = ("id", "title", "text", "deadlines")

_PORTAL: Final = (
    "https://ec.europa.eu/info/funding-tenders/opportunities/portal/screen/opportunities/topic-details/"
)
_MENTIONED: Final = re.compile(
    r"start(?:ed|ing)? (?:at|from|with) TRL\s*(?P<start>[1-9])|"
    r"(?:achieve|reach|attain)(?:ing)? (?:at least )?TRL\s*(?P<end>[1-9])(?:\s*(?:-|–|to|and)\s*(?P<up>[1-9]))?",
    re.IGNORECASE,
)


def entries(data: Data) -> Iterator[Data]:
    """The calls in an answer, under common names: one call of a flat file or of the service, or a
    page of the service."""
    results = data.get("results")
    if not isinstance(results, list):
        yield _from_service(data) if isinstance(data.get("metadata"), dict) else _flat(data)
        return
    for entry in mappings(results):
        yield _from_service(entry)


def _flat(data: Data) -> Data:
    procedure = text(mapping(data.get("submissionProcedure")).get("abbreviation"))
    return {
        "id": data.get("topicId") or data.get("identifier") or data.get("callIdentifier"),
        "language": text(data.get("reference"))[-2:],
        "title": data.get("title"),
        "text": data.get("description") or data.get("objectives"),
        "opening": data.get("startDate") or data.get("openingDate"),
        "deadlines": data.get("deadline"),
        # The column "stage" says two-stage of every call; the model is what the portal shows.
        "model": text(data.get("deadlineModel")) or procedure,
        "most": data.get("budgetMax"),
        "grants": data.get("expectedGrants"),
        "keywords": re.split(r"\s*,\s*", text(data.get("keywords"))),
        "action": data.get("typesOfAction") or data.get("actionType"),
        "url": data.get("portalUrl") or data.get("url"),
    }


def _from_service(entry: Data) -> Data:
    meta = mapping(entry.get("metadata"))
    key = _first(meta, "identifier") or _first(meta, "callIdentifier")
    action = _action(meta, text(key))
    return {
        "id": key,
        "language": entry.get("language") or "en",
        "title": _first(meta, "title") or _first(meta, "callTitle") or entry.get("summary"),
        "text": "\n".join(
            str(_first(meta, name) or "") for name in ("descriptionByte", "furtherInformation")
        ),
        "opening": _first(meta, "startDate") or action.get("plannedOpeningDate"),
        "deadlines": meta.get("deadlineDate") or action.get("deadlineDates"),
        "model": action.get("deadlineModel") or _first(meta, "deadlineModel"),
        "most": action.get("maxContribution"),
        "budget": _sum(action.get("budgetYearMap")),
        "grants": action.get("expectedGrants"),
        "keywords": [*texts(meta.get("keywords")), *texts(meta.get("tags"))],
        "action": _first(meta, "typesOfAction"),
        "url": f"{_PORTAL}{text(key)}" if key else "",
    }


def _first(meta: Data, name: str) -> Any:
    """The service gives every value as a list of one."""
    value = meta.get(name)
    return value[0] if isinstance(value, list) and value else None if isinstance(value, list) else value


def _action(meta: Data, key: str) -> Data:
    """The line of the call's budget that is this topic's: the table covers all topics of the call."""
    raw = _first(meta, "budgetOverview")
    try:
        table = orjson.loads(raw) if isinstance(raw, str) else raw
    except orjson.JSONDecodeError:
        return {}
    by_topic = mapping(inside(mapping(table), "budgetTopicActionMap"))
    actions = [action for entries in by_topic.values() for action in mappings(entries)]
    own = [action for action in actions if key and text(action.get("action")).upper().startswith(key.upper())]
    chosen = own or (actions if len(actions) == 1 else [])
    return chosen[0] if chosen else {}


def _sum(years: Any) -> int | None:
    amounts = [amount(value) for value in mapping(years).values()]
    return sum(found for found in amounts if found) or None


def fields(row: Row) -> Iterator[tuple[str, bool]]:
    """For the guard: what nearly every call has."""
    for entry in entries(row.data):
        for name in EXPECTED:
            value = entry.get(name)
            yield name, bool(value.strip() if isinstance(value, str) else value)


def mapper(retrieved: date | None) -> Callable[[Row, str], Iterator[Record | Problem]]:
    """A mapper for one file: calls, and before the first the Commission that makes them."""
    once = Once()

    def records(row: Row, file: str) -> Iterator[Record | Problem]:
        for entry in entries(row.data):
            repaired, doubts = _repaired(entry)
            for code, name in doubts:
                yield problem(file, row.line, code, name, text(repaired.get("id")))
            yield from _call(repaired, row.line, file, retrieved, once)

    return records


def _repaired(entry: Data) -> tuple[Data, list[tuple[str, str]]]:
    """The call with its letters put right, and (code, field) of what was or could not be."""
    result: Data = {}
    doubts = []
    for name, value in entry.items():
        if isinstance(value, str):
            result[name], changed, left = repair(value)
        elif isinstance(value, list):
            done = [repair(part) if isinstance(part, str) else (part, False, False) for part in value]
            result[name] = [part for part, _, _ in done]
            changed, left = any(part[1] for part in done), any(part[2] for part in done)
        else:
            result[name], changed, left = value, False, False
        if changed:
            doubts.append(("mojibake", name))
        if left:
            doubts.append(("mojibake_left", name))
    return result, doubts


def _call(
    entry: Data, line: int, file: str, retrieved: date | None, once: Once
) -> Iterator[Record | Problem]:
    key, title = text(entry.get("id")), text(entry.get("title"))
    if not key or not title:
        yield problem(file, line, "missing", "title" if key else "id", key)
        return
    deadlines, wrong = _days(entry.get("deadlines"))
    for value in wrong:
        yield problem(file, line, "date", "deadlines", value)
    if once.first(COMMISSION):
        where = Provenance(
            SOURCE, COMMISSION, LICENCE, retrieved, "https://commission.europa.eu/", file, line
        )
        yield OrganisationRecord(
            where, "Europa-Kommissionen", "European Commission", "EC", kind="agency", ror="00k4n6c32"
        )
    where = Provenance(SOURCE, key, LICENCE, retrieved, web(entry.get("url")), file, line)
    yield _offer(entry, title, deadlines, where)


def _days(found: Any) -> tuple[tuple[date, ...], list[str]]:
    written = texts(found)
    days = {value: day(value) for value in written}
    return tuple(sorted({one for one in days.values() if one})), [
        value for value, one in days.items() if one is None
    ]


def _offer(entry: Data, title: str, deadlines: tuple[date, ...], where: Provenance) -> OfferRecord:
    body = paragraphs(entry.get("text"))
    words = [word for word in texts(entry.get("keywords")) if word != where.source_id]
    start, end = levels(body)
    # In two stages one must have applied by the first day; at several cut-offs the last is still in time.
    two_stage = "two-stage" in text(entry.get("model")).lower()
    grants = text(entry.get("grants"))
    return OfferRecord(
        provenance=where,
        kind="funding",
        title=title,
        body="\n\n".join(part for part in (body, "; ".join(words)) if part),
        language=language(entry.get("language")) or "en",
        organisation=COMMISSION,
        available_from=day(entry.get("opening")),
        available_to=deadlines[-1] if deadlines else None,
        deadline=(deadlines[0] if two_stage else deadlines[-1]) if deadlines else None,
        deadlines=deadlines,
        amount=amount(entry.get("most")) or amount(entry.get("budget")),
        currency="EUR" if entry.get("most") or entry.get("budget") else "",
        capacity=f"{grants} × {text(entry.get('action'))}".strip(" ×") if grants not in {"", "0"} else "",
        trl_from=start,
        trl_to=end,
        url=where.url,
    )


def levels(body: str) -> tuple[int | None, int | None]:
    """The technology readiness levels at which work begins and that it is to reach, where a call says so."""
    start = end = None
    for found in _MENTIONED.finditer(body):
        if found["start"] and start is None:
            start = int(found["start"])
        if found["end"] and end is None:
            end = int(found["up"] or found["end"])
    return start, end if end is None or start is None or end >= start else None
