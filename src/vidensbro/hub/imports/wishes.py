"""What is to be fetched from a public source: the limits that an operator can give, and which source knows which."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from vidensbro.hub.common.errors import Invalid

LAST: Final = "last"
"""As `since`: what has changed since the last import with the same limits."""

KNOWN: Final[Mapping[str, frozenset[str]]] = {
    "ror": frozenset({"country", "since", "address"}),
    "openalex": frozenset(
        {"country", "institution", "topic", "years", "since", "snapshot", "address"},
    ),
    "cordis": frozenset({"address"}),
    "eu_calls": frozenset({"address"}),
    "oai": frozenset({"address", "format", "set", "since"}),
    "orcid": frozenset({"ror", "orcid", "address"}),
    "uniquip": frozenset({"address"}),
    "clinicaltrials": frozenset({"country", "since", "address"}),
    "cvr": frozenset({"address"}),
    "structural_funds": frozenset({"address"}),
}
"""The limits that each source knows."""

NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "oai": ("address",),
    "orcid": ("ror", "orcid"),
    "uniquip": ("address",),
    "cvr": ("address",),
    "structural_funds": ("address",),
}
"""Of these limits at least one must be given."""

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_YEARS: Final = re.compile(r"(\d{4})(?:-(\d{4}))?")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class Wish:
    """The limits of a fetch; what is empty does not limit.

    `address` are web addresses: a repository, a home page or files, as the source's page in the docs says.
    `country` is ISO 3166-1 alpha-2; `years` "2020-2026"; `since` a day or `LAST`; `format` and `set` are those
    of OAI-PMH; `ror` organisations whose people are wanted from ORCID, `orcid` people. `snapshot` takes OpenAlex
    from its files instead of its API.
    """

    address: tuple[str, ...] = ()
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
        if self.since and self.since != LAST and not _DAY.fullmatch(self.since):
            wrong["since"] = ("day",)
        if self.years and not _YEARS.fullmatch(self.years):
            wrong["years"] = ("years",)
        if self.country and not _COUNTRY.fullmatch(self.country):
            wrong["country"] = ("country_code",)
        if wrong:
            raise Invalid(wrong)

    @property
    def first_and_last_year(self) -> tuple[int, int] | None:
        """The years as numbers."""
        found = _YEARS.fullmatch(self.years)
        return (int(found[1]), int(found[2] or found[1])) if found else None


def wish_of(given: Mapping[str, Any]) -> Wish:
    """A wish from what `given` gave."""
    tuples = {one.name for one in fields(Wish) if isinstance(one.default, tuple)}
    values: dict[str, Any] = {
        name: tuple(value) if name in tuples else value for name, value in given.items()
    }
    return Wish(**values)
