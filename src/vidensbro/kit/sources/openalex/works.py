"""Works from OpenAlex, in the schema of 2023 and today's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from vidensbro.kit.sources import identifiers
from vidensbro.kit.sources.cleaning import clean, without_markup
from vidensbro.kit.sources.jsonrows import Data, Row
from vidensbro.kit.sources.model import (
    AuthorshipRecord,
    Award,
    Provenance,
    Record,
    Topic,
    WorkRecord,
)
from vidensbro.kit.sources.openalex.values import (
    NOBODY,
    mention,
    provenance,
    score,
    string,
)
from vidensbro.kit.sources.problems import Problem, problem
from vidensbro.kit.sources.shapes import mapping, mappings

MAX_ABSTRACT_WORDS: Final = 20_000
MAX_AUTHORS: Final = 300
"""Bylines are cut here (the last author is kept): in longer ones nobody stands for the work alone."""

_KINDS: Final = {"dataset": "dataset", "grant": "project"}
_LOW_SCORE: Final = 0.3
# Affiliation strings often end in the author's address, which is none of what we are here to keep.
_MAIL: Final = re.compile(r"(?:e-?mail:?\s*)?\S+@\S+\.\w{2,}", re.IGNORECASE)


def work(row: Row, file: str, retrieved: date | None) -> Iterator[Record | Problem]:
    """The work of a row, after what was wrong with it."""
    data = row.data
    key = identifiers.openalex(str(data.get("id") or ""), "W")
    if not key:
        yield problem(file, row.line, "missing", "id", data.get("id") or "")
        return
    if data.get("is_paratext") is True:
        yield problem(file, row.line, "not_knowledge", "is_paratext", key)
        return
    title = without_markup(string(data.get("title") or data.get("display_name")))
    if not title:
        yield problem(file, row.line, "missing", "title", key)
        return
    yield from _doubts(data, file, row.line)
    yield _work(data, title, provenance(key, file, row.line, retrieved))


def _doubts(data: Data, file: str, line: int) -> Iterator[Problem]:
    """What is wrong with identifiers and dates of a work that is kept all the same."""
    if (found := data.get("doi")) and not identifiers.doi(str(found)):
        yield problem(file, line, "identifier", "doi", found)
    if (day := data.get("publication_date")) and _date(day) is None:
        yield problem(file, line, "date", "publication_date", day)
    for place, entry in enumerate(mappings(data.get("authorships"))):
        found = mapping(entry.get("author")).get("orcid")
        if found and not identifiers.orcid(str(found)):
            yield problem(file, line, "identifier", f"authorships.{place}.author.orcid", found)


def _work(data: Data, title: str, where: Provenance) -> WorkRecord:
    kind = clean(string(data.get("type"))).lower()
    location = _location(data)
    language = string(data.get("language")).lower()
    doi = identifiers.doi(string(data.get("doi")))
    cited = data.get("cited_by_count")
    return WorkRecord(
        provenance=where,
        kind=_KINDS.get(kind, "publication"),
        title=title,
        abstract=abstract(data.get("abstract_inverted_index")),
        language=language if len(language) == 2 and language.isalpha() else "",
        date=_date(data.get("publication_date")) or _date(data.get("publication_year")),
        venue=clean(string((mapping(location.get("source")) or location).get("display_name"))),
        doi=doi,
        url=f"https://doi.org/{doi}"
        if doi
        else _web(location.get("landing_page_url") or location.get("url")),
        subtype=kind,
        authorships=_authorships(data.get("authorships")),
        topics=_topics(data),
        awards=_awards(data),
        cited_by=cited if isinstance(cited, int) and cited > 0 else 0,
        retracted=data.get("is_retracted") is True,
    )


def abstract(index: Any) -> str:
    """The text of an inverted index, which maps each word to the places where it stands.

    Places may be missing or claimed twice; the words are taken in order of place, the first claim first.
    """
    if not isinstance(index, dict):
        return ""
    nested = index.get("InvertedIndex")
    if isinstance(nested, dict):
        index = nested
    places: list[tuple[int, str]] = []
    for word, positions in index.items():
        if isinstance(positions, list) and isinstance(word, str):
            places += [(place, word) for place in positions if type(place) is int]
    places.sort(key=lambda entry: entry[0])
    text = without_markup(" ".join(word for _, word in places[:MAX_ABSTRACT_WORDS]))
    return text[9:] if text.startswith(("Abstract ", "ABSTRACT ")) else text


def _authorships(found: Any) -> tuple[AuthorshipRecord, ...]:
    entries = list(mappings(found))
    if len(entries) > MAX_AUTHORS:
        entries = [*entries[: MAX_AUTHORS - 1], entries[-1]]
    sole = len(entries) == 1
    authorships = []
    for entry in entries:
        author = mapping(entry.get("author"))
        name = clean(string(author.get("display_name") or entry.get("raw_author_name")))
        key = identifiers.openalex(string(author.get("id")), "A")
        if not name:
            continue
        position = string(entry.get("author_position"))
        authorships.append(
            AuthorshipRecord(
                person="" if key in NOBODY else key,
                name=name,
                orcid=identifiers.orcid(string(author.get("orcid"))),
                role="sole" if sole else position if position in {"first", "last"} else "middle",
                corresponding=entry.get("is_corresponding") is True,
                affiliations=_raw_affiliations(entry),
                institutions=tuple(mention(place) for place in mappings(entry.get("institutions"))),
            )
        )
    return tuple(authorships)


def _raw_affiliations(entry: Data) -> tuple[str, ...]:
    many = entry.get("raw_affiliation_strings")
    found = many if isinstance(many, list) else [entry.get("raw_affiliation_string")]
    texts = (without_markup(_MAIL.sub("", string(raw))) for raw in found)
    return tuple(text for text in texts if text)


def _location(data: Data) -> Data:
    """Where it appeared: today's primary location, or the host venue of 2023."""
    primary = data.get("primary_location")
    if isinstance(primary, dict) and (primary.get("source") or primary.get("landing_page_url")):
        return primary
    venue = data.get("host_venue")
    if isinstance(venue, dict) and (venue.get("display_name") or venue.get("url")):
        return venue
    return next(mappings(data.get("locations")), {})


def _topics(data: Data) -> tuple[Topic, ...]:
    """Topics and keywords; concepts only in records that have no topics, which came in their place."""
    topics: list[Topic] = []
    for kind, name in (("topic", "topics"), ("keyword", "keywords")):
        for entry in mappings(data.get(name)):
            topics.append(_topic(kind, entry))
    if not any(topic.kind == "topic" for topic in topics):
        concepts = (
            _topic("concept", entry) for entry in mappings(data.get("concepts") or data.get("x_concepts"))
        )
        topics += [topic for topic in concepts if topic.score >= _LOW_SCORE]
    return tuple(topic for topic in topics if topic.name)


def _topic(kind: str, entry: Data) -> Topic:
    name = clean(string(entry.get("display_name") or entry.get("keyword")))
    return Topic(clean(string(entry.get("id"))).rsplit("/", 1)[-1], name, kind, score(entry.get("score")))


def _awards(data: Data) -> tuple[Award, ...]:
    """Awards of today's schema, or the grants that it had before."""
    found = []
    for entry in mappings(data.get("awards") or data.get("grants")):
        funder = entry.get("funder_id") or entry.get("funder")
        name = clean(string(entry.get("funder_display_name")))
        number = clean(string(entry.get("funder_award_id") or entry.get("award_id")))
        if key := identifiers.openalex(string(funder), "F"):
            found.append(Award(key, name, number))
    return tuple(found)


def _date(value: Any) -> date | None:
    try:
        return date(value, 1, 1) if isinstance(value, int) else date.fromisoformat(string(value))
    except (ValueError, OverflowError):
        return None


def _web(value: Any) -> str:
    text = clean(string(value))
    return text if text.lower().startswith(("http://", "https://")) and len(text) <= 1000 else ""
