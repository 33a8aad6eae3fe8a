"""What is wrong in imported files, and why two rows may be one, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.imports.problem_words import PROBLEMS, Words
from vidensbro.hub.imports.wishes import LAST

REASONS: dict[str, Words] = {
    "same_identifier": _("the same identifier: %(value)s"),
    "same_orcid": _("the same ORCID iD: %(value)s"),
    "same_author_id": _("the same identifier in the source: %(value)s"),
    "same_name": _("the same name: %(value)s"),
    "same_first_name": _("the same first and last name: %(value)s"),
    "initials": _("initials that fit: %(value)s"),
    "shared_organisation": _("both at %(value)s"),
    "shared_coauthors": _("co-authors in common: %(value)s"),
    "only_two_of_the_name": _("nobody else of that name at %(value)s"),
    "same_title_and_author": _("the same title and first author: %(value)s"),
    "same_year": _("the same year: %(value)s"),
    "next_year": _("the year before or after: %(value)s"),
    "several_of_the_title": _("but one source has several works of that title: %(value)s"),
    "two_dois": _("but with two DOIs: %(value)s"),
    "same_place": _("both in %(value)s"),
    "source_tells_apart": _("but the source keeps them apart: %(value)s"),
}
"""Why two rows may be one."""

SOURCES: dict[str, Words] = {
    "ror": "ROR",
    "openalex": "OpenAlex",
    "cordis": "CORDIS",
    "eu_calls": _("EU Funding & Tenders"),
    "oai": "OAI-PMH",
    "orcid": "ORCID",
    "uniquip": "UNIQUIP",
    "clinicaltrials": "ClinicalTrials.gov",
    "cvr": "CVR",
    "structural_funds": _("Structural funds"),
    "plain": _("Own files"),
}
"""What sources are called."""

RHYTHMS: dict[int, Words] = {
    1: _("every hour"),
    24: _("every day"),
    168: _("every week"),
    730: _("every month"),
}
"""How often a source is fetched, by hours."""

ENTITIES: dict[str, Words] = {
    "works": _("Works"),
    "authors": _("People"),
    "institutions": _("Organisations"),
    "topics": _("Topics"),
}
"""What the kinds of record of OpenAlex are called."""

LIMITS: dict[str, Words] = {
    "entity": _("Kind of record"),
    "country": _("Country"),
    "institution": _("Institutions"),
    "topic": _("Topics"),
    "years": _("Years"),
    "format": _("Format"),
    "set": _("Set"),
    "ror": _("Organisations"),
    "orcid": _("People"),
    "industry": _("Industries"),
    "municipality": _("Municipalities"),
    "cvr": _("CVR numbers"),
    "since": _("Only what has changed since the last time"),
    "snapshot": _("From the files, not the API"),
    "address": _("Web addresses"),
}
"""What limits of a fetch are called, in the order in which they are asked for."""

VERDICTS: dict[str, Words] = {
    "withdrawn": _("withdrawn"),
    "restored": _("put back as they were"),
    "partly": _("put back in part: the rest has been changed since"),
    "touched": _("left: somebody has worked on them since"),
    "said": _("left: another source or a later import says them too"),
    "gone": _("gone already"),
}
"""What became of the rows of an import that was undone."""

ROWS: dict[str, Words] = {
    "organisation": _("Organisations"),
    "person": _("People"),
    "work": _("Works"),
    "offer": _("Offers"),
    "need": _("Needs"),
}
"""What kinds of rows are called."""

COLUMNS: dict[str, Words] = {
    "abstract": _("abstract"),
    "advertising_protected": _("advertising protection"),
    "affiliations": _("affiliations"),
    "aliases": _("other names"),
    "amount": _("amount"),
    "audience": _("who may see it"),
    "authorships": _("authors"),
    "available_from": _("available from"),
    "available_to": _("available until"),
    "body": _("description"),
    "body_other": _("description in the other language"),
    "capacity": _("capacity"),
    "cited_by": _("citations"),
    "city": _("city"),
    "closed": _("day of closing"),
    "contact": _("contact"),
    "contact_id": _("contact"),
    "country": _("country"),
    "currency": _("currency"),
    "date": _("date"),
    "deadline": _("deadline"),
    "doi": _("DOI"),
    "employees": _("number of employees"),
    "end": _("end"),
    "example": _("invented example"),
    "family": _("last name"),
    "fields": _("fields"),
    "founded": _("founded"),
    "given": _("first name"),
    "grants": _("grants"),
    "identifiers": _("identifiers"),
    "kind": _("kind"),
    "language": _("language"),
    "latitude": _("place on the map"),
    "licence": _("licence"),
    "longitude": _("place on the map"),
    "name": _("name"),
    "name_da": _("Danish name"),
    "name_en": _("English name"),
    "name_key": _("name"),
    "offices": _("offices"),
    "open_access": _("open access"),
    "openalex": _("identifier in OpenAlex"),
    "orcid": _("ORCID iD"),
    "organisation_id": _("organisation"),
    "outcome": _("outcome"),
    "owner_id": _("owner"),
    "parent_id": _("parent organisation"),
    "posted": _("day of posting"),
    "readiness": _("technology readiness"),
    "readiness_from": _("technology readiness"),
    "readiness_to": _("technology readiness"),
    "retracted": _("retraction"),
    "retrieved": _("day of retrieval"),
    "roles": _("roles"),
    "sought": _("what is sought"),
    "source": _("source"),
    "source_id": _("identifier in the source"),
    "source_url": _("address at the source"),
    "start": _("start"),
    "state": _("state"),
    "status": _("status"),
    "successor_id": _("successor"),
    "summary_da": _("Danish summary"),
    "summary_en": _("English summary"),
    "text": _("text"),
    "title": _("title"),
    "title_other": _("title in the other language"),
    "type": _("type"),
    "url": _("web address"),
    "user_id": _("account"),
    "venue": _("journal or publisher"),
    "visibility": _("who may see it"),
    "website": _("website"),
    "withdrawn": _("withdrawal"),
}
"""What columns and lists of rows are called, where it is told what an import changed in them."""

STOPPED: dict[str, Words] = {
    "disk_full": _("The disk is full."),
    "file_unreadable": _("A file could not be read."),
    "database": _("The database could not be written."),
    "schema_changed": _(
        "The source has changed its form: a field is missing in most records. Nothing of the file was taken in."
    ),
}
"""Why an import stopped."""


def source(code: str) -> str:
    """What a source is called."""
    return str(SOURCES.get(code, code))


def rhythm(hours: int) -> str:
    """How often, in words."""
    if hours in RHYTHMS:
        return str(RHYTHMS[hours])
    return ngettext("every %(count)d hour", "every %(count)d hours", hours) % {"count": hours}


def wish(given: Mapping[str, Any]) -> tuple[str, ...]:
    """The limits of a fetch, each in words."""
    told = []
    for name, label in LIMITS.items():
        value = given.get(name)
        if name == "since" and value and value != LAST:
            told.append(gettext("What has changed since %(day)s") % {"day": value})
        elif value is True or name == "since":
            told += [str(label)] if value else []
        elif name == "entity" and value:
            told.append(str(ENTITIES.get(str(value), value)))
        elif value:
            shown = ", ".join(value) if isinstance(value, list) else str(value)
            told.append(f"{label}: {shown}")
    return tuple(told)


def verdict(code: str) -> str:
    """What became of rows when an import was undone."""
    return str(VERDICTS.get(code, code))


def rows(kind: str) -> str:
    """What rows of a kind are called."""
    return str(ROWS.get(kind, kind))


def columns(names: Iterable[str]) -> str:
    """What changed in a row, from the names of columns and lists; those called the same are named once."""
    return ", ".join(sorted({str(COLUMNS.get(name, name)) for name in names}))


def problem(code: str) -> tuple[str, str]:
    """What is wrong with a record, and what to do."""
    said = PROBLEMS.get(code, (code, ""))
    return str(said[0]), str(said[1])


def reason(code: str, value: str) -> str:
    """Why two rows may be one."""
    words = REASONS.get(code)
    return str(words) % {"value": value} if words else f"{code}: {value}"
