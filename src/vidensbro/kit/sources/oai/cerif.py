"""The CERIF profile of OpenAIRE's guidelines for managers of research information systems (1.1 and 1.2).

Electronic addresses of persons are not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from vidensbro.kit.sources import identifiers
from vidensbro.kit.sources.cleaning import clean_lines
from vidensbro.kit.sources.mentions import named
from vidensbro.kit.sources.model import (
    AffiliationRecord,
    AuthorshipRecord,
    InstitutionMention,
    Name,
    OfferRecord,
    OrganisationRecord,
    PersonRecord,
    Record,
    Topic,
    WorkRecord,
)
from vidensbro.kit.sources.oai.dublin_core import licence
from vidensbro.kit.sources.oai.header import Context
from vidensbro.kit.sources.problems import Problem, problem
from vidensbro.kit.sources.shapes import day, language, text, web
from vidensbro.kit.sources.xmlrows import attribute, child, children, content, local, whole_text

_WORKS: Final = {"Publication": "publication", "Product": "dataset", "Patent": "patent", "Project": "project"}
_OFFERS: Final = {"Equipment": "equipment", "Service": "service"}
ENTITIES: Final = (*_WORKS, *_OFFERS, "Person", "OrgUnit")
_SECTIONS: Final = (
    ("Authors", "Author", ""),
    ("Editors", "Editor", "editor"),
    ("Inventors", "Inventor", "inventor"),
)
_PARTIES: Final = ("Coordinator", "Partner", "Contractor", "InKindContributor", "Member")


def expected(element: etree._Element) -> Iterator[tuple[str, bool]]:
    """For the guard."""
    name = local(element)
    yield f"{name}.id", bool(attribute(element, "id"))
    if name in _WORKS:
        yield f"{name}.Title", bool(children(element, "Title"))
    elif name == "Person":
        yield "Person.PersonName", bool(children(element, "PersonName"))
    else:
        yield f"{name}.Name", bool(children(element, "Name") or children(element, "Acronym"))


def records(element: etree._Element, context: Context) -> Iterator[Record | Problem]:
    """What a record describes, and before it the organisations that it names."""
    name = local(element)
    if name == "Person":
        yield from _person(element, context)
    elif name == "OrgUnit":
        yield from _organisation(element, context)
    elif name in _OFFERS:
        yield from _offer(element, context, _OFFERS[name])
    else:
        yield from _work(element, context, _WORKS[name])


def _missing(context: Context, field: str) -> Problem:
    return problem(context.file, context.line, "missing", field, context.head.identifier)


def _best(element: etree._Element, name: str, first: str = "da") -> tuple[str, str]:
    """(text, language) of a field that may be given in several languages."""
    found = [
        (clean_lines(whole_text(one)), language(attribute(one, "lang"))) for one in children(element, name)
    ]
    found = [one for one in found if one[0]]
    own = [one for one in found if one[1] == first]
    return (own or found or [("", "")])[0]


def _key(unit: etree._Element) -> str:
    """The identifier of a unit in its repository, as its own record has it, or one from its name."""
    inner = attribute(unit, "id").rpartition("/")[2]
    return f"OrgUnits/{inner}" if inner else named(_best(unit, "Name")[0] or text(content(unit, "Acronym")))


def _units(element: etree._Element | None) -> list[etree._Element]:
    return [] if element is None else list(element.iter("{*}OrgUnit"))


def _mentions(element: etree._Element, context: Context) -> Iterator[OrganisationRecord]:
    for unit in _units(element):
        name = text(_best(unit, "Name")[0] or content(unit, "Acronym"))
        above = child(unit, "PartOf", "OrgUnit")
        yield from context.mention(_key(unit), name, _key(above) if above is not None else "")


def _ror(element: etree._Element) -> str:
    found = (content(element, name) for name in ("RORID", "ROR", "Identifier"))
    return next((one for one in map(identifiers.ror, found) if one), "")


def _organisation(element: etree._Element, context: Context) -> Iterator[Record | Problem]:
    name, written = _best(element, "Name")
    acronym = text(content(element, "Acronym"))
    if not (name or acronym):
        yield _missing(context, "OrgUnit.Name")
        return
    above, part_of = child(element, "PartOf", "OrgUnit"), child(element, "PartOf")
    if part_of is not None:
        yield from _mentions(part_of, context)
    key = _key(element)
    if not context.once.first(key):
        return
    pages = (text(one.text) for one in children(element, "ElectronicAddress"))
    yield OrganisationRecord(
        provenance=context.where(key),
        name=text(name) or acronym,
        name_en=_english(element, written),
        short_name=acronym,
        names=tuple(
            Name(text(one.text), language(attribute(one, "lang")))
            for one in children(element, "Name")
            if text(one.text)
        ),
        parent=_key(above) if above is not None else "",
        website=next((one for one in map(web, pages) if one), ""),
        ror=_ror(element),
    )


def _english(element: etree._Element, written: str) -> str:
    name, code = _best(element, "Name", "en")
    return text(name) if code == "en" and written != "en" else ""


def _person(element: etree._Element, context: Context) -> Iterator[Record | Problem]:
    names = child(element, "PersonName")
    family, given = text(content(names, "FamilyNames")), text(content(names, "FirstNames"))
    if not family:
        yield _missing(context, "Person.PersonName.FamilyNames")
        return
    orcid = identifiers.orcid(text(content(element, "ORCID")))
    if content(element, "ORCID") and not orcid:
        yield problem(context.file, context.line, "identifier", "Person.ORCID", content(element, "ORCID"))
    yield from _mentions(element, context)
    yield PersonRecord(
        provenance=context.where(f"Persons/{attribute(element, 'id').rpartition('/')[2]}"),
        given_name=given,
        family_name=family,
        orcid=orcid,
        affiliations=tuple(
            AffiliationRecord(
                _key(unit), "", day(attribute(one, "startDate")), day(attribute(one, "endDate"))
            )
            for one in children(element, "Affiliation")
            for unit in _units(one)[:1]
        ),
    )


def _offer(element: etree._Element, context: Context, kind: str) -> Iterator[Record | Problem]:
    name, written = _best(element, "Name")
    if not name:
        yield _missing(context, f"{local(element)}.Name")
        return
    yield from _mentions(element, context)
    owners = [unit for one in children(element, "Owner") for unit in _units(one)[:1]]
    pages = (content(element, field) for field in ("URL", "Identifier"))
    yield OfferRecord(
        provenance=context.where(context.head.identifier),
        kind=kind,
        title=text(name),
        body=_best(element, "Description", written or "da")[0],
        language=written,
        organisation=_key(owners[0]) if owners else "",
        url=next((one for one in map(web, pages) if one), ""),
    )


def _work(element: etree._Element, context: Context, kind: str) -> Iterator[Record | Problem]:
    title, written = _best(element, "Title")
    if not title:
        yield _missing(context, f"{local(element)}.Title")
        return
    written = language(content(element, "Language")) or written
    yield from _mentions(element, context)
    doi = identifiers.doi(text(content(element, "DOI")))
    if content(element, "DOI") and not doi:
        yield problem(context.file, context.line, "identifier", "DOI", content(element, "DOI"))
    page = f"https://doi.org/{doi}" if doi else web(content(element, "URL"))
    rights = tuple(text(one.text) for one in children(element, "License"))
    begun = content(element, "PublicationDate") or content(element, "StartDate")
    subtype = text(content(element, "Type")).rpartition("/")[2]
    yield WorkRecord(
        provenance=context.where(context.head.identifier, page, licence(rights)),
        kind=kind,
        title=text(title),
        abstract=_best(element, "Abstract", written)[0] or _best(element, "Description", written)[0],
        language=written,
        date=day(begun or content(element, "RegistrationDate") or content(element, "ApprovalDate")),
        until=day(content(element, "EndDate")),
        venue=text(content(element, "PublishedIn", "Publication", "Title")),
        doi=doi,
        url=page,
        subtype=subtype,
        authorships=tuple(_authorships(element)),
        organisations=tuple(_parties(element)),
        topics=tuple(
            Topic("", text(one.text), "keyword") for one in children(element, "Keyword") if text(one.text)
        ),
    )


def _authorships(element: etree._Element) -> Iterator[AuthorshipRecord]:
    for section, part, role in _SECTIONS:
        entries = children(child(element, section), part)
        for place, entry in enumerate(entries):
            if (found := _authorship(entry, role or _place(place, len(entries)))) is not None:
                yield found
    for entry in children(child(element, "Team"), "PrincipalInvestigator"):
        if (found := _authorship(entry, "investigator")) is not None:
            yield found


def _place(place: int, count: int) -> str:
    if count == 1:
        return "sole"
    return "first" if place == 0 else "last" if place == count - 1 else "middle"


def _authorship(entry: etree._Element, role: str) -> AuthorshipRecord | None:
    person = child(entry, "Person")
    names = child(person, "PersonName")
    spoken = f"{content(names, 'FirstNames')} {content(names, 'FamilyNames')}"
    name = text(content(entry, "DisplayName")) or text(spoken)
    if not name:
        return None
    inner = attribute(person, "id").rpartition("/")[2]
    units = [unit for one in children(entry, "Affiliation") for unit in _units(one)[:1]]
    named_units = [(unit, text(_best(unit, "Name")[0] or content(unit, "Acronym"))) for unit in units]
    return AuthorshipRecord(
        person=f"Persons/{inner}" if inner else "",
        name=name,
        orcid=identifiers.orcid(text(content(person, "ORCID"))),
        role=role,
        affiliations=tuple(label for _, label in named_units if label),
        institutions=tuple(InstitutionMention(_key(unit), label) for unit, label in named_units if label),
    )


def _parties(element: etree._Element) -> Iterator[tuple[str, str]]:
    for role in _PARTIES:
        for entry in children(child(element, "Consortium"), role):
            for unit in _units(entry)[:1]:
                yield _key(unit), role.lower()
