"""Filters to the set of rows that may be found. Everything else works on those rows only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from vidensbro.kit.matching.embedded.hashing import AUDIENCE, FACET, FIELD, KEY, facet_text, short_hash
from vidensbro.kit.matching.embedded.postings import Dictionary
from vidensbro.kit.matching.embedded.table import Bits, Rows
from vidensbro.kit.matching.model import PUBLIC, Filters


def allowed_rows(
    filters: Filters, rows: Rows, dictionary: Dictionary, names: Mapping[str, Sequence[str]]
) -> Bits:
    """(rows,) which live rows pass.

    The values of one facet are alternatives, different facets must all fit. A document without a date passes
    `since`: people and premises are not dated.
    """
    mask = _seen(filters.audience, rows, dictionary)
    for column, wanted, kind in (
        (rows.kind, filters.kinds, "kind"),
        (rows.language, filters.languages, "language"),
        (rows.country, filters.countries, "country"),
    ):
        if wanted:
            numbers = [number for number, name in enumerate(names.get(kind, ())) if name in wanted]
            mask &= np.isin(column, numbers)
    if filters.fields:
        mask &= _having(FIELD, filters.fields, dictionary, len(rows))
    for alternatives in _by_name(filters.facets).values():
        mask &= _having(FACET, alternatives, dictionary, len(rows))
    if filters.since is not None:
        mask &= (rows.date == 0) | (rows.date >= filters.since.toordinal())
    if filters.excluded:
        mask &= ~_having(KEY, filters.excluded, dictionary, len(rows))
    return mask


def _seen(audience: frozenset[str], rows: Rows, dictionary: Dictionary) -> Bits:
    mask = rows.visible.copy() if PUBLIC in audience else np.zeros(len(rows), np.bool_)
    tokens = audience - {PUBLIC}
    if tokens:
        mask |= _having(AUDIENCE, tokens, dictionary, len(rows)) & rows.live
    return mask


def _having(space: bytes, texts: Iterable[str], dictionary: Dictionary, size: int) -> Bits:
    mask = np.zeros(size, np.bool_)
    for postings in dictionary.find([short_hash(space, text) for text in sorted(texts)]):
        mask[postings.rows] = True
    return mask


def _by_name(facets: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = defaultdict(list)
    for name, value in facets:
        grouped[name].append(facet_text(name, value))
    return grouped
