"""Dublin Core (oai_dc), the one format that every OAI-PMH repository has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from vidensbro.kit.sources import identifiers
from vidensbro.kit.sources.model import AuthorshipRecord, Award, Record, Topic, WorkRecord
from vidensbro.kit.sources.oai.header import Context
from vidensbro.kit.sources.problems import Problem, problem
from vidensbro.kit.sources.shapes import day, language, paragraphs, person_name, texts, web
from vidensbro.kit.sources.xmlrows import children, whole_text

_LICENCE: Final = re.compile(
    r"creativecommons\.org/(?:licenses/([a-z-]+)/(\d\.\d)|publicdomain/(zero|mark)/(\d\.\d))"
)
# OpenAIRE's guidelines for literature repositories: info:eu-repo/grantAgreement/funder/programme/number.
_GRANT: Final = re.compile(r"info:eu-repo/grantAgreement/([^/]*)/([^/]*)/([^/]+)", re.IGNORECASE)
_KINDS: Final = (("dataset", "dataset"), ("patent", "patent"))


def expected(element: etree._Element) -> Iterator[tuple[str, bool]]:
    """For the guard."""
    yield "dc:title", bool(children(element, "title"))
    yield "dc:creator", bool(children(element, "creator") or children(element, "contributor"))


def records(element: etree._Element, context: Context) -> Iterator[Record | Problem]:
    """The work in a record."""
    titles = _all(element, "title")
    if not titles:
        yield problem(context.file, context.line, "missing", "dc:title", context.head.identifier)
        return
    written = _all(element, "date")
    days = [found for found in map(day, written) if found]
    if written and not days:
        yield problem(context.file, context.line, "date", "dc:date", written[0])
    addresses = [*_all(element, "identifier"), *_all(element, "relation")]
    doi = next((found for found in map(identifiers.doi, addresses) if found), "")
    page = next((found for found in map(web, _all(element, "identifier")) if found), "")
    types = " ".join(_all(element, "type"))
    yield WorkRecord(
        provenance=context.where(context.head.identifier, page, licence(_all(element, "rights"))),
        kind=next((kind for word, kind in _KINDS if word in types.lower()), "publication"),
        title=titles[0],
        abstract="\n\n".join(
            text for text in (paragraphs(one.text) for one in children(element, "description")) if text
        ),
        language=next((code for code in map(language, _all(element, "language")) if code), ""),
        date=min(days, default=None),
        venue=next(iter(_all(element, "publisher")), ""),
        doi=doi,
        url=page or (f"https://doi.org/{doi}" if doi else ""),
        subtype=types.removeprefix("info:eu-repo/semantics/")[:200],
        authorships=tuple(_authorships(element)),
        topics=tuple(Topic("", name, "subject") for name in _all(element, "subject")),
        awards=tuple(
            Award("", found.group(1), found.group(3))
            for found in map(_GRANT.match, _all(element, "relation"))
            if found
        ),
    )


def licence(rights: tuple[str, ...]) -> str:
    """The SPDX identifier of the first Creative Commons address among the rights."""
    for statement in rights:
        if found := _LICENCE.search(statement.lower()):
            terms, version, public, edition = found.groups()
            return f"CC-{terms.upper()}-{version}" if terms else f"{_PUBLIC[public]}-{edition}"
    return ""


_PUBLIC: Final = {"zero": "CC0", "mark": "CC-PDM"}


def _all(element: etree._Element, name: str) -> tuple[str, ...]:
    return texts([whole_text(one) for one in children(element, name)])


def _authorships(element: etree._Element) -> Iterator[AuthorshipRecord]:
    names = [person_name(name) for name in _all(element, "creator")]
    for place, name in enumerate(names):
        role = "first" if place == 0 else "last" if place == len(names) - 1 else "middle"
        yield AuthorshipRecord("", name, role="sole" if len(names) == 1 else role)
    for name in _all(element, "contributor"):
        yield AuthorshipRecord("", person_name(name), role="contributor")
