"""Works from OpenAlex, in the schema of 2023 and today's, and its lists of merged identifiers.

OpenAlex data are CC0; the schema is documented at docs.openalex.org.
"""

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
    InstitutionMention,
    MergedRecord,
    Provenance,
    Record,
    Topic,
    WorkRecord,
)
from vidensbro.kit.sources.problems import Problem, problem
from vidensbro.kit.sources.ror import KINDS_OF_TYPES
from vidensbro.kit.sources.shapes import is_there, mappings

SOURCE: Final = "openalex"
LICENCE: Final = "CC0-1.0"

MAX_ABSTRACT_WORDS: Final = 20_000
MAX_AUTHORS: Final = 300
"""Bylines are cut here (the last author is kept): in longer ones nobody stands for the work alone."""

# Identifiers that stand for nobody and nothing: authors without one, and what was deleted.
_NOBODY: Final = frozenset({"A9999999999", "A5317838346"})
_NOTHING: Final = frozenset({"W4285719527"})
_KINDS: Final = {"dataset": "dataset", "grant": "project"}
_MERGED_KINDS: Final = {"W": "works", "A": "people", "I": "organisations"}
_LOW_SCORE: Final = 0.3
# Affiliation strings often end in the author's address, which is none of what we are here to keep.
_MAIL: Final = re.compile(r"(?:e-?mail:?\s*)?\S+@\S+\.\w{2,}", re.IGNORECASE)


def fields(row: Row) -> Iterator[tuple[str, bool]]:
    """For the guard: what every work has, although its list of authors may be empty."""
    results = row.data.get("results")
    for entry in mappings(results) if isinstance(results, list) and "id" not in row.data else [row.data]:
        yield "id", is_there(entry, "id")
        yield "title", "title" in entry or "display_name" in entry
        yield "authorships", "authorships" in entry


def merged_fields(row: Row) -> Iterator[tuple[str, bool]]:
    """For the guard: of a list of merged identifiers."""
    yield "id", is_there(row.data, "id")
    yield "merge_into_id", "merge_into_id" in row.data


def records(row: Row, file: str, retrieved: date | None) -> Iterator[Record | Problem]:
    """The work in a row, or the works in a page of answers from the API, after what was wrong."""
    results = row.data.get("results")
    if isinstance(results, list) and "id" not in row.data:
        for entry in results:
            if isinstance(entry, dict):
                yield from records(Row(row.line, entry), file, retrieved)
        return
    data = row.data
    key = identifiers.openalex(str(data.get("id") or ""), "W")
    if not key:
        yield problem(file, row.line, "missing", "id", data.get("id") or "")
        return
    if data.get("is_paratext") is True:
        yield problem(file, row.line, "not_knowledge", "is_paratext", key)
        return
    title = without_markup(_text(data.get("title") or data.get("display_name")))
    if not title:
        yield problem(file, row.line, "missing", "title", key)
        return
    provenance = Provenance(SOURCE, key, LICENCE, retrieved, f"https://openalex.org/{key}", file, row.line)
    yield from _doubts(data, file, row.line)
    yield _work(data, title, provenance)


def merged(row: Row, file: str, retrieved: date | None) -> Iterator[Record | Problem]:
    """One row of a list of merged identifiers (columns merge_date, id, merge_into_id)."""
    old, new = str(row.data.get("id") or ""), str(row.data.get("merge_into_id") or "")
    kind = _MERGED_KINDS.get(old.rsplit("/", 1)[-1][:1].upper(), "")
    letter = {"works": "W", "people": "A", "organisations": "I"}.get(kind, "")
    gone, into = identifiers.openalex(old, letter), identifiers.openalex(new, letter)
    if not letter or not gone or (new and not into):
        yield problem(file, row.line, "identifier", "id" if not gone else "merge_into_id", f"{old} {new}")
        return
    into = "" if into in _NOTHING | _NOBODY else into
    yield MergedRecord(Provenance(SOURCE, gone, LICENCE, retrieved, "", file, row.line), kind, into)


def _doubts(data: Data, file: str, line: int) -> Iterator[Problem]:
    """What is wrong with identifiers and dates of a work that is kept all the same."""
    if (found := data.get("doi")) and not identifiers.doi(str(found)):
        yield problem(file, line, "identifier", "doi", found)
    if (day := data.get("publication_date")) and _date(day) is None:
        yield problem(file, line, "date", "publication_date", day)
    for place, entry in enumerate(_mappings(data.get("authorships"))):
        found = _mapping(entry.get("author")).get("orcid")
        if found and not identifiers.orcid(str(found)):
            yield problem(file, line, "identifier", f"authorships.{place}.author.orcid", found)


def _work(data: Data, title: str, provenance: Provenance) -> WorkRecord:
    kind = clean(_text(data.get("type"))).lower()
    location = _location(data)
    language = _text(data.get("language")).lower()
    doi = identifiers.doi(_text(data.get("doi")))
    cited = data.get("cited_by_count")
    return WorkRecord(
        provenance=provenance,
        kind=_KINDS.get(kind, "publication"),
        title=title,
        abstract=abstract(data.get("abstract_inverted_index")),
        language=language if len(language) == 2 and language.isalpha() else "",
        date=_date(data.get("publication_date")) or _date(data.get("publication_year")),
        venue=clean(_text((_mapping(location.get("source")) or location).get("display_name"))),
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
    entries = list(_mappings(found))
    if len(entries) > MAX_AUTHORS:
        entries = [*entries[: MAX_AUTHORS - 1], entries[-1]]
    sole = len(entries) == 1
    authorships = []
    for entry in entries:
        author = _mapping(entry.get("author"))
        name = clean(_text(author.get("display_name") or entry.get("raw_author_name")))
        key = identifiers.openalex(_text(author.get("id")), "A")
        if not name:
            continue
        position = _text(entry.get("author_position"))
        authorships.append(
            AuthorshipRecord(
                person="" if key in _NOBODY else key,
                name=name,
                orcid=identifiers.orcid(_text(author.get("orcid"))),
                role="sole" if sole else position if position in {"first", "last"} else "middle",
                corresponding=entry.get("is_corresponding") is True,
                affiliations=_raw_affiliations(entry),
                institutions=tuple(_institution(place) for place in _mappings(entry.get("institutions"))),
            )
        )
    return tuple(authorships)


def _raw_affiliations(entry: Data) -> tuple[str, ...]:
    many = entry.get("raw_affiliation_strings")
    found = many if isinstance(many, list) else [entry.get("raw_affiliation_string")]
    texts = (without_markup(_MAIL.sub("", _text(raw))) for raw in found)
    return tuple(text for text in texts if text)


def _institution(entry: Data) -> InstitutionMention:
    return InstitutionMention(
        id=identifiers.openalex(_text(entry.get("id")), "I"),
        name=clean(_text(entry.get("display_name"))),
        ror=identifiers.ror(_text(entry.get("ror"))),
        country=_country(entry.get("country_code")),
        kind=KINDS_OF_TYPES.get(_text(entry.get("type")).lower(), "other"),
    )


def _location(data: Data) -> Data:
    """Where it appeared: today's primary location, or the host venue of 2023."""
    primary = data.get("primary_location")
    if isinstance(primary, dict) and (primary.get("source") or primary.get("landing_page_url")):
        return primary
    venue = data.get("host_venue")
    if isinstance(venue, dict) and (venue.get("display_name") or venue.get("url")):
        return venue
    return next(_mappings(data.get("locations")), {})


def _topics(data: Data) -> tuple[Topic, ...]:
    """Topics and keywords; concepts only in records that have no topics, which came in their place."""
    topics: list[Topic] = []
    for kind, name in (("topic", "topics"), ("keyword", "keywords")):
        for entry in _mappings(data.get(name)):
            topics.append(_topic(kind, entry))
    if not any(topic.kind == "topic" for topic in topics):
        concepts = (
            _topic("concept", entry) for entry in _mappings(data.get("concepts") or data.get("x_concepts"))
        )
        topics += [topic for topic in concepts if topic.score >= _LOW_SCORE]
    return tuple(topic for topic in topics if topic.name)


def _topic(kind: str, entry: Data) -> Topic:
    name = clean(_text(entry.get("display_name") or entry.get("keyword")))
    return Topic(clean(_text(entry.get("id"))).rsplit("/", 1)[-1], name, kind, _score(entry.get("score")))


def _awards(data: Data) -> tuple[Award, ...]:
    """Awards of today's schema, or the grants that it had before."""
    found = []
    for entry in _mappings(data.get("awards") or data.get("grants")):
        funder = entry.get("funder_id") or entry.get("funder")
        name = clean(_text(entry.get("funder_display_name")))
        number = clean(_text(entry.get("funder_award_id") or entry.get("award_id")))
        if key := identifiers.openalex(_text(funder), "F"):
            found.append(Award(key, name, number))
    return tuple(found)


def _country(value: Any) -> str:
    code = _text(value).upper()
    return code if len(code) == 2 and code.isalpha() and code.isascii() else ""


def _score(value: Any) -> float:
    """A score of 0..1; the schema of 2023 writes them as text."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return 1.0
    return min(1.0, max(0.0, number)) if number == number else 0.0


def _date(value: Any) -> date | None:
    try:
        return date(value, 1, 1) if isinstance(value, int) else date.fromisoformat(_text(value))
    except (ValueError, OverflowError):
        return None


def _web(value: Any) -> str:
    text = clean(_text(value))
    return text if text.lower().startswith(("http://", "https://")) and len(text) <= 1000 else ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _mapping(value: Any) -> Data:
    return value if isinstance(value, dict) else {}


def _mappings(value: Any) -> Iterator[Data]:
    return (entry for entry in value if isinstance(entry, dict)) if isinstance(value, list) else iter(())
