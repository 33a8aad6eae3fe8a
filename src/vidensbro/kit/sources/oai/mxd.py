"""The exchange format of the Danish National Research Database (DDF-MXD, versions 1.0 to 1.4).

The database was closed in 2020; the universities' Pure systems still give the format. Mail addresses and
pages of persons are not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from vidensbro.kit.sources import identifiers
from vidensbro.kit.sources.mentions import named
from vidensbro.kit.sources.model import AuthorshipRecord, InstitutionMention, Record, Topic, WorkRecord
from vidensbro.kit.sources.oai.header import Context
from vidensbro.kit.sources.problems import Problem, problem
from vidensbro.kit.sources.shapes import country, day, language, paragraphs, text, web
from vidensbro.kit.sources.xmlrows import attribute, child, children, content, whole_text

_KINDS: Final = {"dpa": "patent", "dd": "dataset", "dda": "dataset"}
_ROLES: Final = {"ped": "editor", "sup": "supervisor", "inv": "inventor", "ptr": "translator"}
_VENUES: Final = ("in_journal", "in_book", "book", "in_report", "report", "thesis", "other", "patent")
_LEVELS: Final = tuple(f"level{number}" for number in range(1, 6))


@dataclass(frozen=True, slots=True)
class _Unit:
    """An organisation as its levels name it, from the whole to the part."""

    names: tuple[str, ...]
    country: str

    def key(self, depth: int) -> str:
        return named(*self.names[:depth])


def expected(element: etree._Element) -> Iterator[tuple[str, bool]]:
    """For the guard."""
    yield "title.original.main", bool(content(element, "title", "original", "main").strip())
    yield "person", bool(children(element, "person"))
    yield "organisation", bool(children(element, "organisation"))
    yield "doc_type", bool(attribute(element, "doc_type"))


def records(element: etree._Element, context: Context) -> Iterator[Record | Problem]:
    """The work in a record, and before it the organisations that it names, from the whole to the part."""
    title = text(content(element, "title", "original", "main"))
    if not title:
        yield problem(context.file, context.line, "missing", "title.original.main", context.head.identifier)
        return
    units: dict[str, _Unit] = {}
    for organisation in children(element, "organisation"):
        unit = _unit(organisation)
        for depth in range(1, len(unit.names) + 1):
            parent = unit.key(depth - 1) if depth > 1 else ""
            yield from context.mention(unit.key(depth), unit.names[depth - 1], parent, unit.country)
        for number in attribute(organisation, "aff_no").split():
            if unit.names:
                units[number] = unit
    doi = next((found for found in map(identifiers.doi, _dois(element)) if found), "")
    yield _work(element, context, title, doi, units)


def _work(
    element: etree._Element, context: Context, title: str, doi: str, units: dict[str, _Unit]
) -> WorkRecord:
    sub = text(content(element, "title", "original", "sub"))
    venue = next(
        (one for one in (child(element, "publication", name) for name in _VENUES) if one is not None), None
    )
    written = language(attribute(element, "doc_lang"))
    year = text(content(venue, "year")) or attribute(element, "doc_year")
    pages = [web(content(venue, "uri")), *(web(one) for one in _uris(element))]
    page = f"https://doi.org/{doi}" if doi else next((one for one in pages if one), "")
    leaves = dict.fromkeys(unit.key(len(unit.names)) for unit in units.values())
    return WorkRecord(
        provenance=context.where(context.head.identifier, page),
        kind=_KINDS.get(attribute(element, "doc_type"), "publication"),
        title=f"{title}: {sub}" if sub else title,
        abstract=_abstract(element, written),
        language=written,
        date=day(year),
        venue=text(content(venue, "title")),
        doi=doi,
        url=page,
        subtype=attribute(element, "doc_type"),
        authorships=tuple(_authorships(element, units)),
        organisations=tuple((key, "affiliation") for key in leaves),
        topics=tuple(_topics(element)),
    )


def _dois(element: etree._Element) -> Iterator[str]:
    for one in element.iter("{*}doi"):
        yield text(one.text)


def _uris(element: etree._Element) -> Iterator[str]:
    for publication in children(element, "publication"):
        for one in publication.iter("{*}uri"):
            yield text(one.text)


def _abstract(element: etree._Element, written: str) -> str:
    """The abstract in the language of the document, or else the first."""
    found = children(child(element, "description"), "abstract")
    own = [one for one in found if language(attribute(one, "lang")) == written]
    return next((said for said in (paragraphs(whole_text(one)) for one in [*own, *found]) if said), "")


def _topics(element: etree._Element) -> Iterator[Topic]:
    for subject in children(child(element, "description"), "subject"):
        for keyword in children(subject, "keyword"):
            if name := text(keyword.text):
                yield Topic("", name, "keyword")


def _unit(organisation: etree._Element) -> _Unit:
    """The names of an organisation's levels: in Danish where they are given in several languages."""
    found = children(organisation, "name")
    found.sort(key=lambda one: language(attribute(one, "lang")) != "da")
    names = [text(content(found[0], level)) for level in _LEVELS] if found else []
    return _Unit(tuple(name for name in names if name), country(content(organisation, "country")))


def _authorships(element: etree._Element, units: dict[str, _Unit]) -> Iterator[AuthorshipRecord]:
    persons = children(element, "person")
    authors = [one for one in persons if attribute(one, "pers_role") in {"pau", ""}]
    for person in persons:
        name = _name(person)
        if not name:
            continue
        ids = {attribute(one, "id_type"): text(one.text) for one in children(person, "id")}
        own = [units[number] for number in attribute(person, "aff_no").split() if number in units]
        yield AuthorshipRecord(
            person="",
            name=name,
            orcid=next((found for found in map(identifiers.orcid, ids.values()) if found), ""),
            role=_role(person, authors),
            affiliations=tuple(", ".join(reversed(unit.names)) for unit in own),
            institutions=tuple(
                InstitutionMention(unit.key(len(unit.names)), unit.names[-1], country=unit.country)
                for unit in own
            ),
        )


def _name(person: etree._Element) -> str:
    name = child(person, "name")
    return text(f"{content(name, 'first')} {content(name, 'last')}")


def _role(person: etree._Element, authors: list[etree._Element]) -> str:
    if person not in authors:
        code = attribute(person, "pers_role")
        return _ROLES.get(code, "contributor")
    if len(authors) == 1:
        return "sole"
    return "first" if person is authors[0] else "last" if person is authors[-1] else "middle"
