"""Releases that are about the same, found by the matching engine, with what it goes by."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import structlog

from vidensbro.hub.accounts.actors import VISITOR
from vidensbro.hub.common.errors import Unavailable
from vidensbro.hub.common.rows import as_uuid
from vidensbro.hub.matches import services as matches
from vidensbro.hub.matches.engine import index_version
from vidensbro.hub.matches.queries import WEAK
from vidensbro.hub.newsroom.models import ReleaseField, Version
from vidensbro.hub.newsroom.queries.reading import KIND
from vidensbro.hub.newsroom.queries.versions import out
from vidensbro.hub.newsroom.text import as_text
from vidensbro.hub.ui.remembering import remembered
from vidensbro.kit.matching import Evidence, Filters, Need

MOST: Final = 3
LONGEST: Final = 4000
"""How many characters of a text say what it is about."""
MOST_WORDS: Final = 3
SECONDS: Final = 600
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Related:
    """A version that is out, and why it is shown beside another one: `words` that both say, `fields` (notations) that
    both are about; neither: they are close in meaning."""

    version: Version
    words: tuple[str, ...]
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    id: uuid.UUID
    words: tuple[str, ...]
    fields: tuple[str, ...]


def related(row: Version, most: int = MOST) -> list[Related]:
    """Other releases that are about the same, best first, each once; none while there is no index to ask.

    What is kept for a while is what the engine said; that everybody may read it is asked of the database each time.
    """
    try:
        question = ("related", row.pk, row.number, index_version())
        found = remembered(question, lambda: _found(row), SECONDS)
    except Unavailable as error:
        log.warning("newsroom.no_related", error=str(error))
        return []
    return _once(found, row, most)


def _found(row: Version) -> tuple[_Found, ...]:
    """What the engine finds. Raises Unavailable."""
    tags = ReleaseField.objects.filter(release=row.release_id).values_list("notation", flat=True)
    own = Version.objects.filter(release=row.release_id).values_list("pk", flat=True)
    asked = Need(
        text=f"{row.lead}\n\n{as_text(row.body)[:LONGEST]}",
        title=row.headline,
        language=row.language,
        fields=tuple(sorted(tags)),
    )
    said = matches.match(
        VISITOR,
        asked,
        limit=3 * MOST,
        kinds=(KIND,),
        filters=Filters(excluded=frozenset(f"{KIND}:{key}" for key in own)),
    )
    return tuple(
        _Found(key, _words(one.evidence), _fields(one.evidence))
        for one in said.matches
        if one.score >= WEAK and (key := as_uuid(one.document.id)) is not None
    )


def _once(found: Iterable[_Found], row: Version, most: int) -> list[Related]:
    """Each release once, in the language of `row` where it is out in it."""
    said = list(found)
    if not said:
        return []
    there = {one.pk: one for one in out().defer("body").filter(pk__in=[one.id for one in said])}
    releases = {one.release_id for one in there.values()}
    same = {
        one.release_id: one for one in out().defer("body").filter(release__in=releases, language=row.language)
    }
    shown: dict[uuid.UUID, Related] = {}
    for one in said:
        version = there.get(one.id)
        if version is not None and version.release_id != row.release_id:
            best = same.get(version.release_id, version)
            shown.setdefault(version.release_id, Related(best, one.words, one.fields))
    return list(shown.values())[:most]


def _words(evidence: Evidence) -> tuple[str, ...]:
    terms = sorted((one for one in evidence.contributions if one.code == "term"), key=lambda one: -one.value)
    return tuple(dict.fromkeys(one.detail for one in terms if one.value > 0))[:MOST_WORDS]


def _fields(evidence: Evidence) -> tuple[str, ...]:
    found = (one for one in evidence.contributions if one.code == "field" and one.value > 0)
    return tuple(dict.fromkeys(one.detail for one in found if one.detail))[:MOST_WORDS]
