"""Organisations and people as pages show them: words in the page's language, links and linked data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.accounts.models import Role
from vidensbro.hub.directory.models import (
    Affiliation,
    Identifier,
    Invitation,
    Membership,
    Office,
    Organisation,
    Person,
)
from vidensbro.hub.directory.models.provenance import Provenance
from vidensbro.hub.ui.fields import FieldLink, field_links
from vidensbro.hub.ui.linked_data import without_blanks

REGISTERS = {
    Identifier.Scheme.ROR: "https://ror.org/{}",
    Identifier.Scheme.CVR: "https://datacvr.virk.dk/enhed/virksomhed/{}",
    Identifier.Scheme.WIKIDATA: "https://www.wikidata.org/wiki/{}",
    Identifier.Scheme.FUNDREF: "https://doi.org/10.13039/{}",
    Identifier.Scheme.ISNI: "https://isni.org/isni/{}",
    Identifier.Scheme.OPENALEX: "https://openalex.org/{}",
}
"""Where a register shows what it knows; the others have no page for one entry."""

SOURCES = {
    "ror": ("Research Organization Registry (ROR)", "https://ror.org/"),
    "openalex": ("OpenAlex", "https://openalex.org/"),
    "cordis": ("CORDIS", "https://cordis.europa.eu/"),
}

SCHEMA_TYPES = {
    Organisation.Kind.UNIVERSITY: "CollegeOrUniversity",
    Organisation.Kind.COLLEGE: "CollegeOrUniversity",
    Organisation.Kind.HOSPITAL: "Hospital",
    Organisation.Kind.COMPANY: "Corporation",
    Organisation.Kind.MINISTRY: "GovernmentOrganization",
    Organisation.Kind.AGENCY: "GovernmentOrganization",
    Organisation.Kind.REGION: "GovernmentOrganization",
    Organisation.Kind.MUNICIPALITY: "GovernmentOrganization",
}


@dataclass(frozen=True, slots=True)
class Prose:
    """A text and the language that it is in ("" when that is not known)."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a record is from: name and address of the source, the record there, licence and date."""

    name: str
    href: str
    licence: str
    retrieved: date | None
    example: bool


@dataclass(frozen=True, slots=True)
class Number:
    """What a register calls an organisation; `href` is empty where it has no page for it."""

    register: str
    value: str
    href: str


def summary(row: Organisation | Person) -> Prose:
    """The summary in the page's language, or else in the other one."""
    both = {"da": row.summary_da, "en": row.summary_en}
    preferred = get_language() or "en"
    for language in (preferred, *both):
        if both.get(language):
            return Prose(both[language], language)
    return Prose("", "")


def organisation_name(row: Organisation) -> str:
    """The name in the page's language."""
    return row.name_in(get_language() or "en")


def organisation_href(row: Organisation) -> str:
    """The address of an organisation's page."""
    return reverse("organisation", args=[row.pk])


def person_href(row: Person) -> str:
    """The address of a person's page."""
    return reverse("person", args=[row.pk])


def invited_as(row: Invitation) -> str:
    """What an invitation makes its reader: a role in the organisation, or in the installation."""
    roles = Membership.Role if row.organisation_id else Role
    return str(roles(row.role).label)


def place_line(row: Organisation) -> str:
    """Where it is, in few words: the city of its head office, and the country where that is another one."""
    offices = sorted(row.offices.all(), key=lambda office: (not office.head, office.pk))
    city = offices[0].city if offices else ""
    country = offices[0].country if offices else row.country
    foreign = country if country and country != settings.VIDENSBRO_HOME_COUNTRY else ""
    return ", ".join(part for part in (city, foreign) if part)


def address_line(office: Office) -> str:
    """An office on one line; without the street if its organisation is protected from advertising."""
    town = " ".join(part for part in (office.postcode, office.city) if part)
    return ", ".join(part for part in (_street(office), town, office.country) if part)


def _street(office: Office) -> str:
    return "" if office.organisation.advertising_protected else office.address


def numbers(row: Organisation) -> list[Number]:
    """Identifiers with the registers' own pages, in the order of `Identifier.Scheme`."""
    order = list(Identifier.Scheme)
    rows = sorted(
        row.identifiers.all(), key=lambda one: (order.index(Identifier.Scheme(one.scheme)), one.value)
    )
    return [
        Number(
            one.get_scheme_display(),
            one.value,
            REGISTERS.get(Identifier.Scheme(one.scheme), "").format(one.value),
        )
        for one in rows
    ]


def source_of(row: Provenance) -> Source:
    """Where a record is from."""
    name, home = SOURCES.get(row.source, ("", ""))
    if not name:
        name = gettext("A file that the operator loaded") if row.source else gettext("Entered by hand")
    return Source(name, row.source_url or home, row.licence, row.retrieved, row.example)


def tags(row: Organisation | Person) -> list[FieldLink]:
    """The fields that a row is tagged with, as links."""
    return field_links(sorted(tag.notation for tag in row.field_tags.all()))


def period(affiliation: Affiliation) -> str:
    """From when to when, in years: "2019–", "2012–2016", or nothing."""
    since = str(affiliation.since.year) if affiliation.since else ""
    until = str(affiliation.until.year) if affiliation.until else ""
    return f"{since}–{until}" if since or until else ""


def affiliation_line(affiliations: Iterable[Affiliation]) -> str:
    """Where a person works, in few words: the first role and organisation."""
    for affiliation in affiliations:
        parts = (affiliation.role, organisation_name(affiliation.organisation))
        return ", ".join(part for part in parts if part)
    return ""


def organisation_data(row: Organisation) -> dict[str, Any]:
    """Linked data about an organisation (schema.org Organization)."""
    offices = list(row.offices.all())
    return without_blanks(
        {
            "@type": SCHEMA_TYPES.get(Organisation.Kind(row.kind), "Organization"),
            "@id": settings.VIDENSBRO_BASE_URL + organisation_href(row),
            "name": row.name,
            "alternateName": sorted({alias.name for alias in row.aliases.all()}),
            "description": summary(row).text,
            "url": "" if row.advertising_protected else row.website,
            "foundingDate": str(row.founded or ""),
            "sameAs": [number.href for number in numbers(row) if number.href],
            "identifier": [
                {"@type": "PropertyValue", "propertyID": number.register, "value": number.value}
                for number in numbers(row)
            ],
            "address": [_address(office) for office in offices],
            "parentOrganization": _reference(row.parent) if row.parent else None,
        }
    )


def person_data(row: Person) -> dict[str, Any]:
    """Linked data about a person (schema.org Person)."""
    return without_blanks(
        {
            "@type": "Person",
            "@id": settings.VIDENSBRO_BASE_URL + person_href(row),
            "name": row.name,
            "givenName": row.given,
            "familyName": row.family,
            "jobTitle": row.title,
            "description": summary(row).text,
            "sameAs": [f"https://orcid.org/{row.orcid}"] if row.orcid else [],
            "knowsAbout": [tag.label for tag in tags(row)],
            "affiliation": [
                _reference(one.organisation) for one in row.affiliations.all() if one.until is None
            ],
        }
    )


def _reference(row: Organisation) -> dict[str, str]:
    return {
        "@type": "Organization",
        "@id": settings.VIDENSBRO_BASE_URL + organisation_href(row),
        "name": row.name,
    }


def _address(office: Office) -> dict[str, Any]:
    return without_blanks(
        {
            "@type": "PostalAddress",
            "streetAddress": _street(office),
            "postalCode": office.postcode,
            "addressLocality": office.city,
            "addressCountry": office.country,
        }
    )


ROLE_LABELS = {
    "member": _("Members"),
    "founder": _("Founders"),
    "partner": _("Partners"),
    "host": _("Hosts"),
}
