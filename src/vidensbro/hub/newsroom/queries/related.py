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
LONGEST: Final = 1200
"""How many characters of a text are asked with, where there is no lead."""
MOST_WORDS: Final = 3
LEAST_SHARE: Final = 0.5
"""How much of what the strongest word carries another must carry to be told."""
SECONDS: Final = 600
"""For how long is kept what the engine said."""
SECONDS_OF_PATIENCE: Final = 60
"""For how long an engine that is out of order is not asked again."""
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
    question = ("related", row.pk, row.number, _index())
    found = remembered(("lately", *question), lambda: _lately(question, row), SECONDS_OF_PATIENCE)
    return _once(found, row, most)


def _index() -> str:
    """What is in the index; "" while it cannot be read."""
    try:
        return index_version()
    except Unavailable:
        return ""


def _lately(question: tuple[object, ...], row: Version) -> tuple[_Found, ...]:
    """What the engine says, or said; nothing if it is out of order."""
    try:
        return remembered(question, lambda: _found(row), SECONDS)
    except Unavailable as error:
        log.warning("newsroom.no_related", error=str(error))
        return ()


def _found(row: Version) -> tuple[_Found, ...]:
    """What the engine finds. Raises Unavailable."""
    tags = ReleaseField.objects.filter(release=row.release_id).values_list("notation", flat=True)
    own = Version.objects.filter(release=row.release_id).values_list("pk", flat=True)
    asked = Need(
        # The lead says what a release is about; of a whole text, what everybody says would count as well.
        text=row.lead or as_text(row.body)[:LONGEST],
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
        _Found(key, strongest_words(one.evidence), _fields(one.evidence))
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


def strongest_words(evidence: Evidence) -> tuple[str, ...]:
    """The words that carry most, each in one form; a text as long as a release shares many that say little."""
    terms = sorted((one for one in evidence.contributions if one.code == "term"), key=lambda one: -one.value)
    told: list[str] = []
    for one in terms:
        if one.value >= LEAST_SHARE * terms[0].value and not any(_same(one.detail, other) for other in told):
            told.append(one.detail)
    return tuple(told[:MOST_WORDS])


def _same(word: str, other: str) -> bool:
    """Whether two words are forms of one: they are alike, or the longer begins with the other."""
    short, long = sorted((word.casefold(), other.casefold()), key=len)
    return short == long or (len(short) > 3 and long.startswith(short))


def _fields(evidence: Evidence) -> tuple[str, ...]:
    found = (one for one in evidence.contributions if one.code == "field" and one.value > 0)
    return tuple(dict.fromkeys(one.detail for one in found if one.detail))[:MOST_WORDS]
