"""What is to be fetched from a public source: the limits that an operator can give, and which source knows which."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final

from vidensbro.hub.common.errors import Invalid

LAST: Final = "last"
"""As `since`: what has changed since the last import with the same limits."""

KNOWN: Final[Mapping[str, frozenset[str]]] = {
    "ror": frozenset({"country", "since", "address"}),
    "openalex": frozenset(
        {"entity", "country", "institution", "topic", "years", "since", "snapshot", "address"},
    ),
    "cordis": frozenset({"address"}),
    "eu_calls": frozenset({"address"}),
    "oai": frozenset({"address", "format", "set", "since"}),
    "orcid": frozenset({"ror", "orcid", "address"}),
    "uniquip": frozenset({"address"}),
    "clinicaltrials": frozenset({"country", "since", "address"}),
    "cvr": frozenset({"address", "industry", "municipality", "cvr", "since"}),
    "structural_funds": frozenset({"address"}),
}
"""The limits that each source knows."""

ENTITIES: Final[Mapping[str, frozenset[str]]] = {
    "works": frozenset(),
    "authors": frozenset({"years"}),
    "institutions": frozenset({"years"}),
    "topics": frozenset({"country", "institution", "years"}),
}
"""The kinds of record of OpenAlex, works where none is given, and the limits that each does not know."""

NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "oai": ("address",),
    "orcid": ("ror", "orcid"),
    "uniquip": ("address",),
    "cvr": ("cvr", "industry", "municipality", "address"),
    "structural_funds": ("address",),
}
"""Of these limits at least one must be given."""

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_YEARS: Final = re.compile(r"(\d{4})(?:-(\d{4}))?")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_CODES: Final[Mapping[str, tuple[re.Pattern[str], str]]] = {
    "industry": (re.compile(r"\d{2,6}"), "industry_code"),
    "municipality": (re.compile(r"0?[1-9]\d\d"), "municipality_code"),
    "cvr": (re.compile(r"[1-9]\d{7}"), "cvr_number"),
}
"""How the codes of the company register are written."""


COUNTRIES: Final[Mapping[str, str]] = {
    "DK": "Denmark",
    "SE": "Sweden",
    "NO": "Norway",
    "FI": "Finland",
    "IS": "Iceland",
    "DE": "Germany",
    "NL": "Netherlands",
    "GB": "United Kingdom",
}
"""The countries that ClinicalTrials.gov is asked for, by the names that it has for them."""


@dataclass(frozen=True, slots=True)
class Wish:
    """The limits of a fetch; what is empty does not limit.

    `address` are web addresses: a repository, a home page or files, as the source's page in the docs says.
    `country` is ISO 3166-1 alpha-2; `years` "2020-2026"; `since` a day or `LAST`; `format` and `set` are those
    of OAI-PMH; `ror` organisations whose people are wanted from ORCID, `orcid` people. `snapshot` takes OpenAlex
    from its files instead of its API, `entity` is which of its `ENTITIES`. `industry` are codes of
    main industries or their first digits, `municipality` and `cvr` numbers: companies that the Danish register is
    asked for.
    """

    address: tuple[str, ...] = ()
    entity: str = ""
    country: str = ""
    institution: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    years: str = ""
    since: str = ""
    format: str = ""
    set: str = ""
    ror: tuple[str, ...] = ()
    orcid: tuple[str, ...] = ()
    snapshot: bool = False
    industry: tuple[str, ...] = ()
    municipality: tuple[str, ...] = ()
    cvr: tuple[str, ...] = ()

    def given(self) -> dict[str, Any]:
        """What is not empty, as JSON holds it."""
        found = {one.name: getattr(self, one.name) for one in fields(self)}
        return {
            name: list(value) if isinstance(value, tuple) else value for name, value in found.items() if value
        }

    def check(self, source: str) -> None:
        """Raises Invalid: an unknown source, a limit that it does not know or that is badly written, or one missing."""
        if source not in KNOWN:
            raise Invalid({"source": ("invalid_choice",)})
        wrong = {name: ("not_for_source",) for name in self.given() if name not in KNOWN[source]}
        needed = NEEDED.get(source, ())
        if needed and not any(getattr(self, name) for name in needed):
            wrong[needed[0]] = ("required",)
        if self.since and self.since != LAST and not _is_day(self.since):
            wrong["since"] = ("day",)
        years = self.first_and_last_year
        if self.years and (years is None or years[0] > years[1]):
            wrong["years"] = ("years",)
        known = COUNTRIES if source == "clinicaltrials" else {self.country}
        if self.country and not (_COUNTRY.fullmatch(self.country) and self.country in known):
            wrong["country"] = ("country_code",)
        if self.entity and self.entity not in ENTITIES:
            wrong["entity"] = ("entity",)
        for name in ENTITIES.get(self.entity, frozenset()) & self.given().keys():
            wrong[name] = ("not_for_entity",)
        for name, (form, code) in _CODES.items():
            if not all(form.fullmatch(one) for one in getattr(self, name)):
                wrong[name] = (code,)
        if source == "cvr" and self.since and not self.asks_register:
            wrong["since"] = ("not_for_files",)
        if wrong:
            raise Invalid(wrong)

    @property
    def asks_register(self) -> bool:
        """Whether the company register's search is to be asked; otherwise addresses are those of files."""
        return bool(self.industry or self.municipality or self.cvr)

    @property
    def first_and_last_year(self) -> tuple[int, int] | None:
        """The years as numbers."""
        found = _YEARS.fullmatch(self.years)
        return (int(found[1]), int(found[2] or found[1])) if found else None


def _is_day(written: str) -> bool:
    try:
        return bool(_DAY.fullmatch(written) and date.fromisoformat(written))
    except ValueError:
        return False


def wish_of(given: Mapping[str, Any]) -> Wish:
    """A wish from what `given` gave."""
    tuples = {one.name for one in fields(Wish) if isinstance(one.default, tuple)}
    values: dict[str, Any] = {
        name: tuple(value) if name in tuples else value for name, value in given.items()
    }
    return Wish(**values)
