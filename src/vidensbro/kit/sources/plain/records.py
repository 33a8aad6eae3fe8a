"""Rows of the plain format made into records, field by field; what does not fit is reported and left out."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from datetime import date
from typing import Any, Final

from vidensbro.kit.sources.cleaning import clean
from vidensbro.kit.sources.jsonrows import Data, Row
from vidensbro.kit.sources.model import (
    AffiliationRecord,
    AuthorshipRecord,
    FactsRecord,
    NeedRecord,
    OfferRecord,
    OrganisationRecord,
    PersonRecord,
    Provenance,
    QuoteRecord,
    Record,
    ReleaseContact,
    ReleaseRecord,
    ReleaseText,
    Translation,
    WorkRecord,
)
from vidensbro.kit.sources.plain.spec import FIELDS, PART_TYPES, Field
from vidensbro.kit.sources.plain.values import PROBLEM_CODES, READERS
from vidensbro.kit.sources.problems import Problem, problem

SOURCE: Final = "plain"
_LONG: Final = frozenset({"text", "markdown"})
MAX_VALUES: Final = 2000
"""How many values a list may have."""


class RowReader:
    """Reads rows of one kind from one file."""

    def __init__(self, kind: str, file: str, retrieved: date | None) -> None:
        self.kind = kind
        self._file = file
        self._retrieved = retrieved
        self._known = {field.name: field for field in FIELDS[kind]}
        self._unknown: set[str] = set()

    def records(self, row: Row) -> Iterator[Record | Problem]:
        """The record of a row, after what was wrong with it; only problems when it cannot be kept."""
        values: Data = {}
        unread: list[str] = []
        for name, raw in joined(row.data).items():
            field = self._known.get(name)
            if field is None:
                if name not in self._unknown and len(self._unknown) < 100:
                    self._unknown.add(name)
                    yield self._problem(row, "unknown_field", name)
                continue
            yield from self._read(row, field, raw, values)
            if field.vital and raw not in (None, "") and field.name not in values:
                unread.append(name)
        missing = [field.name for field in FIELDS[self.kind] if field.required and not values.get(field.name)]
        missing += unread
        for name in missing:
            yield self._problem(row, "missing", name)
        if not missing:
            yield _BUILDERS[self.kind](values, self._provenance(row, values))

    def _provenance(self, row: Row, values: Data) -> Provenance:
        return Provenance(
            source=SOURCE,
            source_id=values["id"],
            licence=values.get("licence", ""),
            retrieved=self._retrieved,
            url=values.get("source_url", ""),
            file=self._file,
            line=row.line,
        )

    def _problem(self, row: Row, code: str, name: str, value: object = "") -> Problem:
        return problem(self._file, row.line, code, name, value)

    def _read(self, row: Row, field: Field, raw: Any, values: Data) -> Iterator[Problem]:
        if raw is None or raw == "":
            return
        if not field.many:
            if isinstance(raw, dict | list):
                yield self._problem(row, "invalid", field.name, raw)
                return
            value = yield from self._scalar(row, field.name, field, str(raw))
            if value is not None and value != "":
                values[field.name] = value
            return
        found: list[Any] = []
        for entry in listed(raw)[:MAX_VALUES]:
            if isinstance(entry, dict) and field.nested:
                parts = yield from self._parts(row, field, entry)
                found += [parts] if parts else []
            elif isinstance(entry, dict | list) or (field.nested and field.type != "id"):
                yield self._problem(row, "invalid", field.name, entry)
            else:
                value = yield from self._scalar(row, field.name, field, str(entry))
                found += [] if value in (None, "") else [value]
        values[field.name] = found

    def _parts(self, row: Row, field: Field, entry: Data) -> Generator[Problem, None, Any]:
        parts: Data = {}
        for name, raw in entry.items():
            if name not in field.nested:
                yield self._problem(row, "unknown_field", f"{field.name}.{name}")
            elif raw not in (None, ""):
                part = Field(name, PART_TYPES.get(name, "line"))
                value = yield from self._scalar(row, f"{field.name}.{name}", part, str(raw))
                if value not in (None, ""):
                    parts[name] = value
        if field.nested[0] not in parts:
            yield self._problem(row, "invalid", f"{field.name}.{field.nested[0]}", entry)
            return None
        return parts

    def _scalar(self, row: Row, name: str, field: Field, raw: str) -> Generator[Problem, None, Any]:
        text = raw if field.type in _LONG else clean(raw)
        if not text:
            return None
        if field.choices:
            choice = text.lower().replace(" ", "_").replace("-", "_")
            if choice in field.choices:
                return choice
            yield self._problem(row, "choice", name, text)
            return None
        try:
            return READERS[field.type](text)
        except ValueError:
            code = PROBLEM_CODES.get(field.type, "invalid")
            yield self._problem(row, code, name, raw)
            return None


def listed(raw: Any) -> list[Any]:
    """A list as it stands; text split at semicolons; anything else alone."""
    if isinstance(raw, list):
        return raw
    return [part for part in str(raw).split(";") if part.strip()] if isinstance(raw, str) else [raw]


def joined(data: Data) -> Data:
    """Dotted columns as lists of mappings: `a.1.x` and `a.2.x`, or `a.x` with values split at `;`."""
    plain: Data = {}
    gathered: dict[str, dict[int, Data]] = {}
    for key, value in data.items():
        name, dot, rest = str(key).partition(".")
        if not dot:
            plain[str(key).strip().lower()] = value
            continue
        number, dot, part = rest.partition(".")
        entries = gathered.setdefault(name, {})
        if dot and number.isdecimal():
            entries.setdefault(int(number), {})[part] = value
        else:
            for place, piece in enumerate(str(value).split(";")):
                entries.setdefault(place, {})[rest] = piece
    for name, entries in gathered.items():
        plain[name] = [entries[place] for place in sorted(entries)]
    return plain


def _common(values: Data, *names: str) -> Data:
    """Values of fields that the record calls the same; lists as tuples."""
    picked = {name: values[name] for name in names if name in values}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in picked.items()}


def _place(values: Data) -> Data:
    return {
        **_common(values, "street", "postcode", "city"),
        "latitude": values.get("lat"),
        "longitude": values.get("lon"),
        "country": values.get("country", "DK"),
    }


def _organisation(values: Data, provenance: Provenance) -> Record:
    names = (
        "name",
        "name_en",
        "short_name",
        "kind",
        "parent",
        "roles",
        "summary_da",
        "summary_en",
        "website",
    )
    same = _common(values, *names, "ror", "cvr", "gln", "fields", "invented")
    return OrganisationRecord(provenance=provenance, **same, **_place(values))


def _person(values: Data, provenance: Provenance) -> Record:
    places = [
        AffiliationRecord(entry["organisation"], entry.get("role", ""), entry.get("from"), entry.get("to"))
        for entry in values.get("affiliations", [])
    ]
    if "organisation" in values:
        places.insert(
            0, AffiliationRecord(values["organisation"], values.get("role", ""), values.get("from"))
        )
    same = _common(values, "family_name", "title", "orcid", "summary_da", "summary_en", "fields", "invented")
    given = values.get("given_name", "")
    return PersonRecord(provenance=provenance, given_name=given, affiliations=tuple(places), **same)


def _author_role(place: int, count: int) -> str:
    if count == 1:
        return "sole"
    return "first" if place == 0 else "last" if place == count - 1 else "middle"


def _work(values: Data, provenance: Provenance) -> Record:
    authors = values.get("authors", [])
    authorships: list[AuthorshipRecord] = []
    for place, author in enumerate(authors):
        entry = author if isinstance(author, dict) else {"person": author}
        role = entry.get("role", "").lower() or _author_role(place, len(authors))
        authorships.append(AuthorshipRecord(entry["person"], role=role))
    organisations = tuple(
        (entry["organisation"], entry.get("role", "").lower()) if isinstance(entry, dict) else (entry, "")
        for entry in values.get("organisations", [])
    )
    same = _common(
        values, "title", "abstract", "language", "date", "until", "venue", "doi", "url", "fields", "invented"
    )
    return WorkRecord(
        provenance=provenance,
        kind=values.get("kind", "publication"),
        authorships=tuple(authorships),
        organisations=organisations,
        **same,
    )


def _offer(values: Data, provenance: Provenance) -> Record:
    names = ("kind", "title", "body", "language", "organisation", "contact", "fields", "available_from")
    more = ("available_to", "deadline", "amount", "currency", "capacity", "trl_from", "trl_to", "url")
    translations = tuple(
        Translation(language, values[f"title_{language}"], values.get(f"body_{language}", ""))
        for language in ("da", "en")
        if values.get(f"title_{language}") and language != values.get("language")
    )
    same = _common(values, *names, *more, "audience", "invented")
    return OfferRecord(provenance=provenance, translations=translations, **same, **_place(values))


def _need(values: Data, provenance: Provenance) -> Record:
    names = ("title", "text", "language", "owner", "sought", "fields", "city", "readiness", "deadline")
    return NeedRecord(provenance=provenance, **_common(values, *names, "visibility", "invented"))


def _release(values: Data, provenance: Provenance) -> Record:
    texts = (_release_text(values, language) for language in ("da", "en"))
    return ReleaseRecord(
        provenance=provenance,
        texts=tuple(one for one in texts if one is not None),
        contacts=tuple(ReleaseContact(**one) for one in values.get("contacts", [])),
        **_common(values, "issuers", "published", "embargo", "fields", "invented"),
    )


def _release_text(values: Data, language: str) -> ReleaseText | None:
    """The words in a language, None if there are none; without a headline they are nobody's to mend."""
    names = ("headline", "lead", "body", "place", "facts", "quotes")
    given = {name: values[f"{name}_{language}"] for name in names if values.get(f"{name}_{language}")}
    if not given.keys() - {"place"}:
        return None
    return ReleaseText(
        language=language,
        headline=given.pop("headline", ""),
        facts=tuple(FactsRecord(one["heading"], one.get("body", "")) for one in given.pop("facts", [])),
        quotes=tuple(QuoteRecord(**{"speaker": "", **one}) for one in given.pop("quotes", [])),
        **given,
    )


_BUILDERS: Final[dict[str, Callable[[Data, Provenance], Record]]] = {
    "organisations": _organisation,
    "people": _person,
    "works": _work,
    "offers": _offer,
    "needs": _need,
    "releases": _release,
}
