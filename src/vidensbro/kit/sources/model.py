"""What a source says, as typed and frozen records, each with where it comes from.

Records hold cleaned text and validated identifiers; what could not be kept was reported as a
`vidensbro.kit.sources.problems.Problem` by the reader that made them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, fields
from typing import Final, get_args

import orjson

KINDS: Final = ("organisations", "people", "works", "offers", "needs", "releases")
"""The kinds of record of the plain format, in the order in which they refer to each other."""

ORGANISATION_KINDS: Final = (
    "company",
    "university",
    "hospital",
    "region",
    "municipality",
    "gts",
    "cluster",
    "association",
    "foundation",
    "investor",
    "incubator",
    "ministry",
    "agency",
    "trade_association",
    "college",
    "research_infrastructure",
    "other",
)
WORK_KINDS: Final = ("publication", "project", "patent", "trial", "dataset")
OFFER_KINDS: Final = ("test_site", "equipment", "premises", "funding", "service", "technology")
SOUGHT: Final = ("research", "people", "test_site", "equipment", "premises", "funding", "partner")


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a record comes from. `licence` is an SPDX identifier where there is one; `line` counts from 1."""

    source: str
    source_id: str
    licence: str = ""
    retrieved: dt.date | None = None
    url: str = ""
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Name:
    """One name of an organisation. `kind` is label, alias or acronym; `language` ISO 639-1 or empty."""

    value: str
    language: str = ""
    kind: str = "label"


@dataclass(frozen=True, slots=True)
class Relation:
    """A link between organisations, read as "`target` is this one's `kind`".

    `kind` is parent, child, related, predecessor or successor; `target` an identifier of the same source.
    """

    kind: str
    target: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class OrganisationRecord:
    """An organisation. Coordinates are WGS 84 degrees; `country` ISO 3166-1 alpha-2; `status` is active,
    inactive or withdrawn, and `successors` say who took over. `protected`: it must not be sent advertising
    (reklamebeskyttelse, the Danish act on the company register, section 19)."""

    provenance: Provenance
    name: str
    name_en: str = ""
    short_name: str = ""
    names: tuple[Name, ...] = ()
    kind: str = "other"
    kinds: tuple[str, ...] = ()
    parent: str = ""
    roles: tuple[str, ...] = ()
    summary_da: str = ""
    summary_en: str = ""
    website: str = ""
    ror: str = ""
    cvr: str = ""
    gln: str = ""
    external_ids: tuple[tuple[str, str], ...] = ()
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    latitude: float | None = None
    longitude: float | None = None
    geonames: int | None = None
    fields: tuple[str, ...] = ()
    relations: tuple[Relation, ...] = ()
    status: str = "active"
    successors: tuple[str, ...] = ()
    established: int | None = None
    protected: bool = False
    invented: bool = False


@dataclass(frozen=True, slots=True)
class AffiliationRecord:
    """A person's place at an organisation (an identifier of the same source) from `start` to `end`.

    `mention` is what the record itself says of the organisation, where that is enough to know it by.
    """

    organisation: str
    role: str = ""
    start: dt.date | None = None
    end: dt.date | None = None
    mention: InstitutionMention | None = None


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """A person. `orcid` is the sixteen characters in four groups, without the address."""

    provenance: Provenance
    given_name: str
    family_name: str
    title: str = ""
    orcid: str = ""
    affiliations: tuple[AffiliationRecord, ...] = ()
    summary_da: str = ""
    summary_en: str = ""
    fields: tuple[str, ...] = ()
    invented: bool = False


@dataclass(frozen=True, slots=True)
class InstitutionMention:
    """An organisation as an authorship names it. `id` is the source's identifier, empty when it has none."""

    id: str
    name: str
    ror: str = ""
    country: str = ""
    kind: str = "other"


@dataclass(frozen=True, slots=True)
class AuthorshipRecord:
    """Somebody's part in a work, in the order of the byline.

    `person` is the author's identifier in the source (empty: only a name is known). `role` is first,
    middle, last or sole for publications, or what the source says (inventor, investigator, ...).
    """

    person: str
    name: str = ""
    orcid: str = ""
    role: str = "middle"
    corresponding: bool = False
    affiliations: tuple[str, ...] = ()
    institutions: tuple[InstitutionMention, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """What a source says a work is about. `score` is 0..1, the source's own confidence."""

    id: str
    name: str
    kind: str
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Award:
    """Money behind a work: the funder's identifier and name, and the grant number.

    `amount` is what the funder gives, `total` what the whole costs, in whole units of `currency` (ISO 4217).
    With an `organisation` (an identifier of the same source) it is that organisation's part of the grant, and
    `total` what its own part costs.
    """

    funder: str
    name: str = ""
    number: str = ""
    amount: int | None = None
    total: int | None = None
    currency: str = ""
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class WorkRecord:
    """A publication, project, patent, trial or dataset. `doi` is bare and in lower case ("10.1000/182")."""

    provenance: Provenance
    kind: str
    title: str
    abstract: str = ""
    language: str = ""
    date: dt.date | None = None
    until: dt.date | None = None
    venue: str = ""
    doi: str = ""
    url: str = ""
    subtype: str = ""
    authorships: tuple[AuthorshipRecord, ...] = ()
    organisations: tuple[tuple[str, str], ...] = ()
    fields: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    awards: tuple[Award, ...] = ()
    cited_by: int = 0
    retracted: bool = False
    invented: bool = False


@dataclass(frozen=True, slots=True)
class Translation:
    """The same text in another language."""

    language: str
    title: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class OfferRecord:
    """Something an organisation offers. `amount` is in whole units of `currency` (ISO 4217).

    `deadline` is the day by which one must have applied; where there are several, all are in `deadlines`.
    """

    provenance: Provenance
    kind: str
    title: str
    body: str = ""
    language: str = ""
    translations: tuple[Translation, ...] = ()
    organisation: str = ""
    contact: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    latitude: float | None = None
    longitude: float | None = None
    fields: tuple[str, ...] = ()
    available_from: dt.date | None = None
    available_to: dt.date | None = None
    deadline: dt.date | None = None
    deadlines: tuple[dt.date, ...] = ()
    amount: int | None = None
    currency: str = ""
    capacity: str = ""
    trl_from: int | None = None
    trl_to: int | None = None
    url: str = ""
    audience: str = "public"
    invented: bool = False


@dataclass(frozen=True, slots=True)
class NeedRecord:
    """A need in its owner's words. `readiness` is a technology readiness level, 1 to 9."""

    provenance: Provenance
    title: str
    text: str
    language: str = ""
    owner: str = ""
    sought: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    city: str = ""
    readiness: int | None = None
    deadline: dt.date | None = None
    visibility: str = "public"
    invented: bool = False


@dataclass(frozen=True, slots=True)
class FactsRecord:
    """A fact box of a release; `body` is Markdown."""

    heading: str
    body: str


@dataclass(frozen=True, slots=True)
class QuoteRecord:
    """What somebody says in a release; `person` is an identifier of the same source, or empty."""

    text: str
    speaker: str
    title: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class ReleaseText:
    """A release in one language. `body` is Markdown, `place` that of the date line."""

    language: str
    headline: str
    lead: str = ""
    body: str = ""
    place: str = ""
    facts: tuple[FactsRecord, ...] = ()
    quotes: tuple[QuoteRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class ReleaseContact:
    """Whom the press may call; `organisation` is one of the issuers, the first where it is empty."""

    name: str
    organisation: str = ""
    title_da: str = ""
    title_en: str = ""
    email: str = ""
    phone: str = ""
    hours_da: str = ""
    hours_en: str = ""


@dataclass(frozen=True, slots=True)
class ReleaseRecord:
    """A press release. `published` and `embargo` without a time zone are on the clock of whoever reads them in; it is
    out from the later of the two on."""

    provenance: Provenance
    issuers: tuple[str, ...]
    published: dt.datetime
    embargo: dt.datetime | None = None
    texts: tuple[ReleaseText, ...] = ()
    contacts: tuple[ReleaseContact, ...] = ()
    fields: tuple[str, ...] = ()
    invented: bool = False


@dataclass(frozen=True, slots=True)
class MergedRecord:
    """The source says that one of its identifiers now means another, or (`into` empty) nothing at all.

    `kind` is organisations, people, works, offers or topics.
    """

    provenance: Provenance
    kind: str
    into: str


@dataclass(frozen=True, slots=True)
class TopicRecord:
    """A subject that a source sorts works by. `above` are those that it lies in, the narrowest first."""

    provenance: Provenance
    name: str
    summary: str = ""
    keywords: tuple[str, ...] = ()
    above: tuple[Topic, ...] = ()


Record = (
    OrganisationRecord
    | PersonRecord
    | WorkRecord
    | OfferRecord
    | NeedRecord
    | ReleaseRecord
    | MergedRecord
    | TopicRecord
)


_CONTENT_FIELDS: Final = {
    kind: tuple(field.name for field in fields(kind) if field.name != "provenance")
    for kind in get_args(Record)
}


def digest(record: Record) -> str:
    """Thirty-two hexadecimal characters that change exactly when what the record says changes.

    Where it was read from (file, line, day) does not count: BLAKE2b over the other fields.
    """
    content = [type(record).__name__, *(getattr(record, name) for name in _CONTENT_FIELDS[type(record)])]
    return hashlib.blake2b(orjson.dumps(content), digest_size=16).hexdigest()
