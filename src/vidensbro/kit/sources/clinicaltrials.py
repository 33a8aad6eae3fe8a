"""Trials from ClinicalTrials.gov, records of the API's version 2, as pages, files or the whole archive.

The register's terms of use ask to name it and the day of the data; the records are in the public domain in
the United States. Contact persons' telephone numbers and addresses are not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from vidensbro.kit.sources.jsonrows import Data, Row
from vidensbro.kit.sources.mentions import Once, named
from vidensbro.kit.sources.model import (
    AuthorshipRecord,
    InstitutionMention,
    OrganisationRecord,
    Provenance,
    Record,
    Topic,
    WorkRecord,
)
from vidensbro.kit.sources.problems import Problem, problem
from vidensbro.kit.sources.shapes import day, inside, is_there, lines, mapping, mappings, text, texts

SOURCE: Final = "clinicaltrials"
LICENCE: Final = ""
TERMS: Final = "https://clinicaltrials.gov/about-site/terms-conditions"

EXPECTED: Final = (
    "protocolSection.identificationModule.nctId",
    "protocolSection.identificationModule.briefTitle|protocolSection.identificationModule.officialTitle",
    "protocolSection.descriptionModule.briefSummary",
    "protocolSection.sponsorCollaboratorsModule.leadSponsor.name",
)

_NUMBER: Final = re.compile(r"NCT\d{8}$")
_KINDS: Final = {
    "INDUSTRY": "company",
    "NIH": "agency",
    "FED": "agency",
    "OTHER_GOV": "agency",
    "NETWORK": "association",
}
_ROLES: Final = {
    "PRINCIPAL_INVESTIGATOR": "investigator",
    "SUB_INVESTIGATOR": "investigator",
    "STUDY_CHAIR": "chair",
    "STUDY_DIRECTOR": "director",
}


def studies(data: Data) -> Iterator[Data]:
    """The studies in an answer: one study, or a page of them."""
    if "studies" in data and "protocolSection" not in data:
        yield from mappings(data["studies"])
    else:
        yield data


def fields(row: Row) -> Iterator[tuple[str, bool]]:
    """For the guard: what nearly every study has."""
    for study in studies(row.data):
        for path in EXPECTED:
            yield path.split("|")[0], is_there(study, path)


def mapper(retrieved: date | None) -> Callable[[Row, str], Iterator[Record | Problem]]:
    """A mapper for one file: trials, and before them the organisations behind them, each once."""
    once = Once()

    def records(row: Row, file: str) -> Iterator[Record | Problem]:
        for study in studies(row.data):
            yield from _study(study, row.line, file, retrieved, once)

    return records


def _study(
    study: Data, line: int, file: str, retrieved: date | None, once: Once
) -> Iterator[Record | Problem]:
    protocol = mapping(study.get("protocolSection"))
    key = text(inside(protocol, "identificationModule", "nctId"))
    if not _NUMBER.match(key):
        yield problem(file, line, "missing", "protocolSection.identificationModule.nctId", key)
        return
    identification = mapping(protocol.get("identificationModule"))
    title = text(identification.get("briefTitle")) or text(identification.get("officialTitle"))
    if not title:
        yield problem(file, line, "missing", "protocolSection.identificationModule.briefTitle", key)
        return
    for name in ("startDateStruct", "completionDateStruct"):
        written = inside(protocol, "statusModule", name, "date")
        if written and day(written) is None:
            yield problem(file, line, "date", f"protocolSection.statusModule.{name}.date", written)
    behind = list(_behind(protocol))
    for name, kind, _ in behind:
        if once.first(named(name)):
            where = Provenance(SOURCE, named(name), LICENCE, retrieved, TERMS, file, line)
            yield OrganisationRecord(where, name, kind=kind, kinds=(kind,))
    page = f"https://clinicaltrials.gov/study/{key}"
    where = Provenance(SOURCE, key, LICENCE, retrieved, page, file, line)
    yield _work(protocol, mapping(study.get("derivedSection")), title, where, behind)


def _behind(protocol: Data) -> Iterator[tuple[str, str, str]]:
    """(name, kind, role) of sponsor and collaborators."""
    module = mapping(protocol.get("sponsorCollaboratorsModule"))
    lead = mapping(module.get("leadSponsor"))
    for role, entry in [
        ("sponsor", lead),
        *(("collaborator", one) for one in mappings(module.get("collaborators"))),
    ]:
        # A sponsor of class INDIV is a person.
        if (name := text(entry.get("name"))) and entry.get("class") != "INDIV":
            yield name, _KINDS.get(text(entry.get("class")), "other"), role


def _work(
    protocol: Data, derived: Data, title: str, where: Provenance, behind: list[tuple[str, str, str]]
) -> WorkRecord:
    status = mapping(protocol.get("statusModule"))
    description = mapping(protocol.get("descriptionModule"))
    parts = (lines(description.get("briefSummary")), lines(description.get("detailedDescription")))
    design = mapping(protocol.get("designModule"))
    return WorkRecord(
        provenance=where,
        kind="trial",
        title=title,
        abstract="\n\n".join(part for part in parts if part),
        language="en",
        date=day(inside(status, "startDateStruct", "date")),
        until=day(inside(status, "completionDateStruct", "date")),
        venue="ClinicalTrials.gov",
        url=where.url,
        subtype=" ".join([text(design.get("studyType")).lower(), *texts(design.get("phases"))]).strip(),
        authorships=tuple(_officials(protocol)),
        organisations=tuple((named(name), role) for name, _, role in behind),
        topics=tuple(_topics(protocol, derived)),
    )


def _officials(protocol: Data) -> Iterator[AuthorshipRecord]:
    for entry in mappings(inside(protocol, "contactsLocationsModule", "overallOfficials")):
        affiliation = text(entry.get("affiliation"))
        # "Clinical Trials" or "Medical Director" of a sponsor is nobody's name.
        name = text(entry.get("name")).split(",")[0]
        if len(name.split()) < 2 or not name[0].isupper():
            continue
        yield AuthorshipRecord(
            person="",
            name=name,
            role=_ROLES.get(text(entry.get("role")), "contact"),
            affiliations=(affiliation,) if affiliation else (),
            institutions=(InstitutionMention(named(affiliation), affiliation),) if affiliation else (),
        )


def _topics(protocol: Data, derived: Data) -> Iterator[Topic]:
    conditions = mapping(protocol.get("conditionsModule"))
    for kind in ("conditions", "keywords"):
        for name in texts(conditions.get(kind)):
            yield Topic("", name, kind.removesuffix("s"))
    for entry in mappings(inside(protocol, "armsInterventionsModule", "interventions")):
        if name := text(entry.get("name")):
            yield Topic("", name, "intervention")
    for module in ("conditionBrowseModule", "interventionBrowseModule"):
        for entry in mappings(inside(derived, module, "meshes")):
            if name := text(entry.get("term")):
                yield Topic(text(entry.get("id")), name, "mesh")
