"""The money behind works, from records."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from vidensbro.hub.common.text import name_key
from vidensbro.hub.directory.importers import Context, Outcome
from vidensbro.hub.directory.importers.bulk import insert_rows
from vidensbro.hub.knowledge.models import Grant, Work
from vidensbro.kit.sources.model import WorkRecord

Line = tuple[uuid.UUID | None, str, str, str, str, int | None, int | None, str]
"""The columns below."""

COLUMNS: Final = (
    "organisation_id",
    "source",
    "funder",
    "funder_key",
    "number",
    "amount",
    "total",
    "currency",
)

COMMISSION: Final = "ec"
"""Key of the European Commission, whatever a source calls it or its programmes."""

_COMMISSION: Final = re.compile(
    r"ec|erc|european (?:commission|union|research council)|(?:h2020|horizon 2020|horizon europe|fp7)\b.*"
    r"|marie sk.{1,3}odowska.*|seventh framework programme.*",
    re.IGNORECASE | re.DOTALL,
)


def funder_key(name: str, identifier: str = "") -> str:
    """What is the same for names of the same funder, as sources write them."""
    if _COMMISSION.fullmatch(name.strip()):
        return COMMISSION
    return (name_key(name) or identifier)[:300]


def grant_lines(record: WorkRecord, source: str, organisations: Mapping[str, uuid.UUID]) -> Iterator[Line]:
    """The grants of a record, each once; parts of organisations that are not known are left out."""
    lines: dict[Line, None] = {}
    for one in record.awards:
        if not (one.name or one.number) or (one.organisation and one.organisation not in organisations):
            continue
        place = organisations[one.organisation] if one.organisation else None
        key = funder_key(one.name, one.funder)
        money = (one.amount, one.total, one.currency[:3])
        lines[(place, source, one.name[:300], key, one.number[:100], *money)] = None
    yield from lines


def put_grants(
    records: Sequence[WorkRecord], rows: Mapping[str, Work], context: Context, outcome: Outcome
) -> None:
    """Let each work have exactly the grants that the source tells of; those of other sources stay."""
    named = {one.organisation for record in records for one in record.awards if one.organisation}
    organisations = context.resolve("organisation", named) if named else {}
    wanted: dict[uuid.UUID, dict[Line, None]] = {}
    for record in records:
        lines = wanted.setdefault(rows[record.provenance.source_id].pk, {})
        lines.update(dict.fromkeys(grant_lines(record, context.source, organisations)))
    there = _there(rows, context.source, outcome)
    keys: dict[uuid.UUID, list[str]] = {}
    for key, row in rows.items():
        keys.setdefault(row.pk, []).append(key)
    stale: list[uuid.UUID] = []
    added: list[tuple[object, ...]] = []
    for work, lines in wanted.items():
        before = there.get(work, set())
        if set(lines) == before:
            continue
        if before:
            stale.append(work)
        outcome.changed.update(key for key in keys[work] if key not in outcome.new)
        added += [(work, *line) for line in lines]
    Grant.objects.filter(work__in=stale, source=context.source).delete()
    insert_rows(Grant, ("work_id", *COLUMNS), added)


def _there(rows: Mapping[str, Work], source: str, outcome: Outcome) -> dict[uuid.UUID, set[Line]]:
    old = {work.pk for key, work in rows.items() if key not in outcome.new}
    found: dict[uuid.UUID, set[Line]] = {}
    if old:
        for work, *line in Grant.objects.filter(work__in=old, source=source).values_list("work_id", *COLUMNS):
            found.setdefault(work, set()).add(tuple(line))
    return found
