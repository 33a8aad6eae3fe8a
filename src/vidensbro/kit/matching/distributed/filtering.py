"""Filters as conditions on payloads. The engine applies them before anything is ranked."""

from __future__ import annotations

from vidensbro.kit.matching.distributed.schema import (
    AUDIENCE,
    COUNTRY,
    DATE,
    FIELDS,
    KIND,
    LANGUAGE,
    NAME,
    facet_values,
    key_name,
    live_at,
)
from vidensbro.kit.matching.distributed.store import Condition, Where
from vidensbro.kit.matching.embedded import codec
from vidensbro.kit.matching.model import Filters


def passing(filters: Filters, commit: int, kind: str = "") -> Where:
    """What passes at a commit, of one kind if given."""
    must = [*live_at(commit), Condition(AUDIENCE, tuple(sorted(filters.audience)))]
    if kind:
        must.append(Condition(KIND, (kind,)))
    elif filters.kinds:
        must.append(Condition(KIND, tuple(filters.kinds)))
    for key, wanted in (
        (LANGUAGE, filters.languages),
        (COUNTRY, filters.countries),
        (FIELDS, filters.fields),
    ):
        if wanted:
            must.append(Condition(key, tuple(wanted)))
    must += facet_values(filters)
    never: tuple[Condition, ...] = ()
    if filters.excluded:
        never = (Condition(NAME, tuple(sorted(key_name(codec.clean(key)) for key in filters.excluded))),)
    either: tuple[tuple[Condition, ...], ...] = ()
    if filters.since is not None:
        # What has no date passes: people and premises are not dated.
        day = filters.since.toordinal()
        either = ((Condition(DATE, (0,)), Condition(DATE, least=day)),)
    return Where(tuple(must), never, either)
