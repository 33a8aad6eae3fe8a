"""Works and offers as pages show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import formats
from django.utils.translation import get_language, gettext

from vidensbro.hub.common import clock
from vidensbro.hub.directory.models import Organisation, Person
from vidensbro.hub.directory.presenters import Prose, organisation_href, organisation_name
from vidensbro.hub.knowledge.models import Authorship, Grant, Offer, Work
from vidensbro.hub.ui.fields import FieldLink, field_links
from vidensbro.hub.ui.linked_data import without_blanks
from vidensbro.kit.text.keyphrases import key_phrases

FEWEST_TITLES = 2
"""Of fewer titles, phrases would only repeat what stands below."""

WORK_TYPES = {
    Work.Kind.PUBLICATION: "ScholarlyArticle",
    Work.Kind.PROJECT: "ResearchProject",
    Work.Kind.PATENT: "CreativeWork",
    Work.Kind.TRIAL: "MedicalTrial",
    Work.Kind.DATASET: "Dataset",
}
OFFER_TYPES = {
    Offer.Kind.TEST_SITE: "Place",
    Offer.Kind.PREMISES: "Place",
    Offer.Kind.EQUIPMENT: "Product",
    Offer.Kind.FUNDING: "Grant",
    Offer.Kind.SERVICE: "Service",
    Offer.Kind.TECHNOLOGY: "Product",
}


@dataclass(frozen=True, slots=True)
class Contributor:
    """One who stands behind a work, with the places that the work names. `person` is None where not known."""

    name: str
    person: Person | None
    places: tuple[Organisation, ...]


@dataclass(frozen=True, slots=True)
class GrantView:
    """Money behind a work. `project` is the one that it is the grant of, if another work comes of it."""

    funder: str
    number: str
    amount: str
    total: str
    project: Work | None


@dataclass(frozen=True, slots=True)
class ShareView:
    """What one organisation gets, and what its part costs, in `currency`; `role` in words."""

    organisation: Organisation
    role: str
    amount: str
    total: str
    currency: str


def work_href(row: Work) -> str:
    """The address of a work's page."""
    return reverse("work", args=[row.pk])


def offer_href(row: Offer) -> str:
    """The address of an offer's page."""
    return reverse("offer", args=[row.pk])


def contributors(row: Work) -> list[Contributor]:
    """People behind a work in its order, each once with all places."""
    found: dict[int, list[Authorship]] = {}
    for one in row.authorships.all():
        if one.person is not None or one.raw_name:
            found.setdefault(one.position, []).append(one)
    return [_contributor(rows) for rows in found.values()]


def taking_part(row: Work) -> list[Organisation]:
    """Organisations that stand behind a work, each once, in its order."""
    rows = [one.organisation for one in row.authorships.all() if one.organisation is not None]
    return list({organisation.pk: organisation for organisation in rows}.values())


def whole_grants(row: Work) -> list[Grant]:
    """The grants behind a work, each once, as the source tells it that knows the amount."""
    found: dict[tuple[str, str], Grant] = {}
    for one in row.grants.all():
        key = (one.funder_key, one.number)
        known = found.get(key)
        if one.organisation_id is None and (
            known is None or (known.amount is None and one.amount is not None)
        ):
            found[key] = one
    return list(found.values())


def grants_of(row: Work, projects: Mapping[tuple[str, str], Work]) -> list[GrantView]:
    """The money behind a work, in words."""
    return [
        GrantView(
            one.funder,
            one.number,
            money(one.amount, one.currency),
            money(one.total, one.currency),
            projects.get((one.funder_key, one.number)),
        )
        for one in whole_grants(row)
    ]


def shares_of(row: Work) -> list[ShareView]:
    """What each organisation gets of the money behind a work, the most first; as the first source tells it."""
    parts = [one for one in row.grants.all() if one.organisation is not None]
    sums: dict[Organisation, list[int | None]] = {}
    for one in parts:
        if one.source == parts[0].source and one.organisation is not None:
            held = sums.setdefault(one.organisation, [None, None])
            for place, value in enumerate((one.amount, one.total)):
                if value is not None:
                    held[place] = (held[place] or 0) + value
    roles = {one.organisation_id: one.get_role_display() for one in reversed(list(row.authorships.all()))}
    ordered = sorted(sums.items(), key=lambda one: (-(one[1][0] or 0), one[0].name, str(one[0].pk)))
    return [
        ShareView(
            organisation,
            str(roles.get(organisation.pk, "")),
            money(amount, ""),
            money(total, ""),
            parts[0].currency,
        )
        for organisation, (amount, total) in ordered
    ]


def _contributor(rows: list[Authorship]) -> Contributor:
    person = next((one.person for one in rows if one.person is not None), None)
    places = tuple(one.organisation for one in rows if one.organisation is not None)
    return Contributor(person.name if person else rows[0].raw_name, person, places)


def names_line(row: Work, most: int = 4) -> str:
    """The names behind a work on one line, the first few of them."""
    names = [one.name for one in contributors(row)]
    if not names:
        names = [organisation_name(one) for one in taking_part(row)]
    shown = ", ".join(names[:most])
    if len(names) <= most:
        return shown
    return gettext("%(names)s and %(count)d more") % {"names": shown, "count": len(names) - most}


def subjects(rows: Sequence[Work], most: int = 6) -> list[Prose]:
    """What works are about: phrases of their titles, best first, in the page's language where most speak it."""
    titles: dict[str, list[str]] = {}
    for row in rows:
        titles.setdefault(row.language, []).append(row.title)
    own = get_language() or "en"
    language = max(titles, key=lambda code: (len(titles[code]) + 2 * (code == own), code), default="")
    if len(titles.get(language, ())) < FEWEST_TITLES:
        return []
    found = key_phrases(". ".join(titles[language]), language, most)
    return [Prose(phrase.text, language) for phrase in found]


def work_tags(row: Work | Offer) -> list[FieldLink]:
    """The fields that it is about."""
    return field_links(sorted(tag.notation for tag in row.field_tags.all()))


def work_period(row: Work) -> str:
    """When it ran or came out, in few words."""
    if row.start or row.end:
        return f"{row.start.year if row.start else ''}–{row.end.year if row.end else ''}"
    return str(row.date.year) if row.date else ""


def offer_title(row: Offer) -> Prose:
    """The title in the page's language where there is one."""
    return _in_language(row, row.title, row.title_other)


def offer_body(row: Offer) -> Prose:
    """The text in the page's language where there is one."""
    return _in_language(row, row.body, row.body_other)


def _in_language(row: Offer, own: str, other: str) -> Prose:
    if other and get_language() != row.language:
        return Prose(other, "en" if row.language == "da" else "da")
    return Prose(own, row.language)


def readiness_line(row: Offer) -> str:
    """The readiness levels that it suits, or nothing."""
    low, high = row.readiness_from, row.readiness_to
    if not low and not high:
        return ""
    if low == high:
        return f"TRL {low}"
    return f"TRL {low or 1}–{high or 9}"


def amount_line(row: Offer) -> str:
    """Money on offer, or nothing."""
    return money(row.amount, row.currency)


def money(amount: Decimal | int | None, currency: str) -> str:
    """An amount as the reader's language writes it, or nothing."""
    if amount is None:
        return ""
    places = 0 if amount == int(amount) else 2
    return f"{formats.number_format(amount, places, force_grouping=True)} {currency}".strip()


def is_over(row: Offer) -> bool:
    """Has its deadline or its time passed?"""
    today = clock.today()
    return any(day is not None and day < today for day in (row.deadline, row.available_to))


def work_data(row: Work) -> dict[str, Any]:
    """Linked data about a work (schema.org)."""
    doi = f"https://doi.org/{row.doi}" if row.doi else ""
    return without_blanks(
        {
            "@type": WORK_TYPES[Work.Kind(row.kind)],
            "@id": settings.VIDENSBRO_BASE_URL + work_href(row),
            "name": row.title,
            "abstract": row.abstract,
            "inLanguage": row.language,
            "datePublished": row.date.isoformat() if row.date else "",
            "sameAs": [address for address in (doi, row.url) if address],
            "isPartOf": {"@type": "Periodical", "name": row.venue} if row.venue else None,
            "author": [_author(one) for one in contributors(row)],
            "sourceOrganization": [_organisation(one) for one in taking_part(row)],
            "about": [tag.label for tag in work_tags(row)],
            "funding": [_grant(one) for one in whole_grants(row)],
        }
    )


def _grant(one: Grant) -> dict[str, Any]:
    amount = {"@type": "MonetaryAmount", "value": one.amount, "currency": one.currency}
    return without_blanks(
        {
            "@type": "MonetaryGrant",
            "identifier": one.number,
            "funder": {"@type": "Organization", "name": one.funder} if one.funder else None,
            "amount": amount if one.amount is not None else None,
        }
    )


def offer_data(row: Offer) -> dict[str, Any]:
    """Linked data about an offer (schema.org Offer)."""
    return without_blanks(
        {
            "@type": "Offer",
            "@id": settings.VIDENSBRO_BASE_URL + offer_href(row),
            "name": offer_title(row).text,
            "description": offer_body(row).text,
            "itemOffered": {"@type": OFFER_TYPES[Offer.Kind(row.kind)], "name": offer_title(row).text},
            "offeredBy": _organisation(row.organisation),
            "availabilityStarts": row.available_from.isoformat() if row.available_from else "",
            "availabilityEnds": row.available_to.isoformat() if row.available_to else "",
            "validThrough": row.deadline.isoformat() if row.deadline else "",
            "url": row.url,
        }
    )


def _author(one: Contributor) -> dict[str, Any]:
    address = settings.VIDENSBRO_BASE_URL + reverse("person", args=[one.person.pk]) if one.person else ""
    return without_blanks({"@type": "Person", "name": one.name, "@id": address})


def _organisation(row: Organisation) -> dict[str, str]:
    return {
        "@type": "Organization",
        "@id": settings.VIDENSBRO_BASE_URL + organisation_href(row),
        "name": row.name,
    }
