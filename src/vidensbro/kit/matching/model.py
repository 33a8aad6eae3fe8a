"""What the engine takes in and gives out: documents, needs, filters, matches and their evidence.

Everything here is frozen and holds codes and values, never prose: whoever shows a match to a
person puts it into words in that person's language.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

PUBLIC = "public"
"""The audience token that everybody holds."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is. `country` is an ISO 3166-1 alpha-2 code; coordinates are WGS 84 degrees."""

    country: str = ""
    city: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody who stands behind a document.

    `kind` is "person" or "organisation" and `id` that document's id. `role` is one of
    `vidensbro.kit.matching.experts.ROLES`: first, last, middle, sole, inventor, investigator, coordinator,
    partner, owner, contact, self.
    """

    kind: str
    id: str
    role: str


@dataclass(frozen=True, slots=True)
class Document:
    """One thing that can be matched: a publication, project, person, organisation, test site, premises ...

    `language` is an ISO 639-1 code. `date` is when it was published or became valid, `until` its deadline or
    end. `audience` holds the tokens of those who may see it: an actor sees it who holds at least one of them.
    `facets` are further (name, value) pairs to filter on, such as ("trl", "4").
    """

    kind: str
    id: str
    language: str
    title: str
    body: str = ""
    fields: tuple[str, ...] = ()
    place: Place | None = None
    date: dt.date | None = None
    until: dt.date | None = None
    stands_behind: tuple[Standing, ...] = ()
    audience: frozenset[str] = frozenset({PUBLIC})
    facets: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """The identity in an index, "kind:id"."""
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True)
class Need:
    """What somebody looks for, in their own words.

    `language` is found from the text when empty. `sought` names the document kinds wanted (empty: all).
    `readiness` is a technology readiness level, 1 to 9 (EN 16603-11:2019).
    """

    text: str
    title: str = ""
    language: str = ""
    sought: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    place: Place | None = None
    readiness: int | None = None
    deadline: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """What may be found. Applied before ranking, so nothing that is filtered out can change a score.

    `audience` are the tokens that the actor holds. Empty tuples mean "any". `excluded` are document keys. Values of
    one facet are alternatives, different facets must all be met. What has no date passes `since`.
    """

    audience: frozenset[str] = frozenset({PUBLIC})
    kinds: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    facets: tuple[tuple[str, str], ...] = ()
    since: dt.date | None = None
    excluded: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Passage:
    """A quotation from a document. `marks` are (start, end) character offsets within `text`."""

    key: str
    text: str
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class TermPair:
    """A word of the need that was found in a document, perhaps in another language or as part of a compound.

    `method` says how the one became the other: same, compound, glossary, cognate, lexicon, taxonomy.
    """

    need: str
    found: str
    method: str


@dataclass(frozen=True, slots=True)
class Contribution:
    """A part of a score. The values of a match's contributions add up to its score.

    `code` is one of `vidensbro.kit.matching.engine.CONTRIBUTION_CODES`; `detail` names the term, document or
    field that it comes from.
    """

    code: str
    value: float
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Reservation:
    """What speaks against a match, as a code and values: ("not_in_country", ("DK",)), ("last_active", ("2016",))."""

    code: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why something was matched: quoted passages, term pairs, the documents that speak for it, and the sums.

    `title_marks` are (start, end) character offsets of the words of the document's own title that answer the need.
    """

    passages: tuple[Passage, ...] = ()
    terms: tuple[TermPair, ...] = ()
    contributions: tuple[Contribution, ...] = ()
    reservations: tuple[Reservation, ...] = ()
    supporting: tuple[str, ...] = ()
    title_marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """One ranked answer. `score` lies in 0..1 and is comparable between kinds and between needs."""

    document: Document
    score: float
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Advice:
    """What to change in a need to get better answers, as a code and values."""

    code: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to one need, with everything needed to give it again."""

    matches: tuple[Match, ...]
    advice: tuple[Advice, ...] = ()
    language: str = ""
    dense: bool = True
    index_version: str = ""
    engine_version: str = ""
    as_of: dt.date | None = None
