"""The fields of the plain format: one table that reading, the template and the documentation share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vidensbro.kit.sources.model import OFFER_KINDS, ORGANISATION_KINDS, SOUGHT, WORK_KINDS


@dataclass(frozen=True, slots=True)
class Field:
    """One column. `type` names a reader of `plain.values`; `many` allows several values, split at `;`.

    `nested` names the parts of a list of mappings; such a column is written in CSV as `name.part`. A record whose
    `vital` field is there and cannot be read is left out: without it, it would say something else.
    """

    name: str
    type: str = "line"
    help: str = ""
    example: str = ""
    required: bool = False
    many: bool = False
    choices: tuple[str, ...] = ()
    nested: tuple[str, ...] = ()
    vital: bool = False


_PLACE: Final = (
    Field("street", help="Street and number", example="Havnevej 2"),
    Field("postcode", help="Postcode", example="9000"),
    Field("city", help="Town", example="Aalborg"),
    Field("country", "country", "Two-letter code; DK when empty", "DK"),
    Field("lat", "latitude", "Latitude in degrees (WGS 84)", "57.05"),
    Field("lon", "longitude", "Longitude in degrees (WGS 84)", "9.92"),
)
_FIELDS: Final = Field("fields", "notation", "Fields of the taxonomy, by notation", "medtech", many=True)
_INVENTED: Final = Field("invented", "truth", "true when this is an invented example", "false")
_LICENCE: Final = Field("licence", help="Under what licence this may be used, such as CC-BY-4.0", example="")
_SOURCE_URL: Final = Field("source_url", "web", "Where this was taken from")


_EXAMPLES: Final = {
    "da": (
        "Ny sensor mærker begyndende sår",
        "Sensoren prøves på to plejehjem.",
        "Prøven varer i **et år**.",
    ),
    "en": (
        "New sensor feels ulcers begin",
        "Two nursing homes test the sensor.",
        "The test takes **a year**.",
    ),
}
"""Headline, lead and text of the example in the template."""


def _words(language: str, name: str) -> tuple[Field, ...]:
    """The words of a release in one language."""
    return (
        Field(f"headline_{language}", help=f"Headline in {name}", example=_EXAMPLES[language][0]),
        Field(f"lead_{language}", "text", f"Lead in {name}", _EXAMPLES[language][1]),
        Field(f"body_{language}", "markdown", f"Text in {name}, as Markdown", _EXAMPLES[language][2]),
        Field(f"place_{language}", help=f"Place of the date line, in {name}"),
        Field(
            f"facts_{language}",
            help=f"Fact boxes in {name}: heading, and body as Markdown",
            nested=("heading", "body"),
            many=True,
        ),
        Field(
            f"quotes_{language}",
            help=f"Who says what in {name}: text, speaker, title, and the id of the person",
            nested=("text", "speaker", "title", "person"),
            many=True,
        ),
    )


FIELDS: Final[dict[str, tuple[Field, ...]]] = {
    "organisations": (
        Field("id", "id", "Your own identifier, the same every time", "nordklinik", required=True),
        Field("name", help="The organisation's own name", example="Nordklinik ApS", required=True),
        Field("name_en", help="Its name in English", example="Nordklinik Ltd"),
        Field("short_name", help="Its short name", example="NK"),
        Field("kind", help="What kind of organisation", example="company", choices=ORGANISATION_KINDS),
        Field("parent", "id", "The id of the organisation it is part of"),
        Field("roles", help="Its roles here", example="member", many=True),
        Field("summary_da", "text", "What it does, in Danish", "Udvikler sensorer til sårpleje."),
        Field("summary_en", "text", "What it does, in English", "Develops sensors for wound care."),
        Field("website", "web", "Web address", "https://nordklinik.example"),
        Field("ror", "ror", "ROR identifier"),
        Field("cvr", "cvr", "Danish company-register number, eight digits"),
        Field("gln", "gln", "Global Location Number, thirteen digits"),
        *_PLACE,
        _FIELDS,
        _INVENTED,
        _LICENCE,
        _SOURCE_URL,
    ),
    "people": (
        Field("id", "id", "Your own identifier, the same every time", "p1", required=True),
        Field("given_name", help="Given names", example="Asta"),
        Field("family_name", help="Family name", example="Eksempelsen", required=True),
        Field("title", help="Title", example="Chief physician"),
        Field("orcid", "orcid", "ORCID iD"),
        Field("organisation", "id", "The id of the organisation where the person is", "nordklinik"),
        Field("role", help="The person's role there", example="head of research"),
        Field("from", "date", "Since when: a year or a date", "2021"),
        Field(
            "affiliations",
            help="Several places: organisation, role, from, to",
            nested=("organisation", "role", "from", "to"),
            many=True,
        ),
        Field("summary_da", "text", "What the person knows, in Danish"),
        Field("summary_en", "text", "What the person knows, in English"),
        _FIELDS,
        _INVENTED,
        _LICENCE,
        _SOURCE_URL,
    ),
    "works": (
        Field("id", "id", "Your own identifier, the same every time", "w1", required=True),
        Field("kind", help="What kind of work", example="publication", choices=WORK_KINDS),
        Field("title", help="Title", example="Early detection of pressure ulcers", required=True),
        Field("abstract", "text", "What it is about"),
        Field("language", "language", "Two-letter code of the language", "en"),
        Field("date", "date", "Published or begun: year or date", "2024-05-01"),
        Field("until", "last_date", "Ended or ends"),
        Field("venue", help="Journal, programme or register"),
        Field("doi", "doi", "DOI"),
        Field("url", "web", "Web address"),
        Field("authors", "id", "Ids of people, in order", "p1", many=True, nested=("person", "role")),
        Field(
            "organisations",
            "id",
            "Ids of organisations",
            "nordklinik",
            many=True,
            nested=("organisation", "role"),
        ),
        _FIELDS,
        _INVENTED,
        _LICENCE,
        _SOURCE_URL,
    ),
    "offers": (
        Field("id", "id", "Your own identifier, the same every time", "o1", required=True),
        Field("kind", help="What is offered", example="test_site", choices=OFFER_KINDS, required=True),
        Field("title", help="Title", example="Testlejlighed til velfærdsteknologi", required=True),
        Field("body", "text", "Description"),
        Field("language", "language", "Two-letter code of the language", "da"),
        Field("title_da", help="Title in Danish, when the main text is in English"),
        Field("body_da", "text", "Description in Danish"),
        Field("title_en", help="Title in English, when the main text is in Danish"),
        Field("body_en", "text", "Description in English"),
        Field("organisation", "id", "The id of the organisation that offers it", "nordklinik"),
        Field("contact", "id", "The id of the person to ask", "p1"),
        *_PLACE,
        _FIELDS,
        Field("available_from", "date", "From when"),
        Field("available_to", "last_date", "Until when"),
        Field("deadline", "last_date", "Last day to apply"),
        Field("amount", "amount", "Money, in whole units"),
        Field("currency", "currency", "Three-letter code of the currency", "DKK"),
        Field("capacity", help="How many or how much"),
        Field("trl_from", "level", "Lowest technology readiness level, 1 to 9"),
        Field("trl_to", "level", "Highest technology readiness level, 1 to 9"),
        Field("url", "web", "Web address"),
        Field("audience", help="Who may see it", example="public", choices=("public", "members")),
        _INVENTED,
        _LICENCE,
        _SOURCE_URL,
    ),
    "needs": (
        Field("id", "id", "Your own identifier, the same every time", "n1", required=True),
        Field("title", help="Title", example="Søger klinisk viden om tryksår", required=True),
        Field("text", "text", "The need in its owner's words", "Vi udvikler en sensor …", required=True),
        Field("language", "language", "Two-letter code of the language", "da"),
        Field("owner", "id", "The id of the organisation that has the need", "nordklinik"),
        Field("sought", help="What is sought", example="research", many=True, choices=SOUGHT),
        _FIELDS,
        Field("city", help="Where"),
        Field("readiness", "level", "Technology readiness level, 1 to 9"),
        Field("deadline", "last_date", "By when"),
        Field("visibility", help="Who may see it", example="public", choices=("public", "members", "sealed")),
        _INVENTED,
        _LICENCE,
        _SOURCE_URL,
    ),
    "releases": (
        Field("id", "id", "Your own identifier, the same every time", "r1", required=True),
        Field(
            "issuers",
            "id",
            "Ids of the organisations that issue it, the first one first",
            "nordklinik",
            required=True,
            many=True,
        ),
        Field("published", "moment", "When it is out: day, or day and time", "2026-03-31", required=True),
        Field("embargo", "moment", "Not before this day, or day and time", vital=True),
        *_words("da", "Danish"),
        *_words("en", "English"),
        Field(
            "contacts",
            help="Whom the press may call: name, the id of the issuer, title, address or number, hours",
            nested=(
                *("name", "organisation", "title_da", "title_en", "email", "phone", "hours_da", "hours_en"),
            ),
            many=True,
        ),
        _FIELDS,
        _INVENTED,
        _LICENCE,
        _SOURCE_URL,
    ),
}
"""For each kind of record, its fields in the order of the template."""

PART_TYPES: Final = {
    "organisation": "id",
    "person": "id",
    "from": "date",
    "to": "last_date",
    "body": "markdown",
}
"""The type of each part of a nested field that is not just a line."""
