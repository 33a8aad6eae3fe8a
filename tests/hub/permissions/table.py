"""What everybody may do at every address: the table that the tests, and docs/how-it-works/permissions.md, come from.

A row is an address, what it is about, and one letter for each of the nine of `MEMBERS`, in that order:

    v n o c k r x s a   visitor, newcomer, owner, colleague, coordinator, researcher, outsider, secretariat, admin

| letter | answer |
|---|---|
| o | yes: a page, or the way on to one (200, 302) |
| s | sign in first (302 to the page for it) |
| d | known, but not to be done by this one (403) |
| n | as if it were not there (404) |
| m | not in this way: a page that is only read, or an act that is no page (405) |
| b | would be let in; what the test sends is not complete (400) |
| c | would be let in; but not in the state that it is in (409) |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MEMBERS = (
    "visitor",
    "newcomer",
    "owner",
    "colleague",
    "coordinator",
    "researcher",
    "outsider",
    "secretariat",
    "administrator",
)
"""Everybody, in the order in which the table names them."""

ALL = "ooooooooo"
OWN = "soooooooo"
"""Everybody who is signed in: a page about oneself, or a list of what one may see."""
STAFF = "sddddddoo"
BROKERS = "sddddddod"
NOT = "mmmmmmmmm"
"""Nobody in this way."""
NOT_IN = "smmmmmmmm"
"""Nobody in this way, and visitors are asked to sign in before they are told."""
GONE = "nnnnnnnnn"


@dataclass(frozen=True, slots=True)
class Row:
    """One line: the letters for GET and for POST, and what a POST sends."""

    name: str
    about: str
    get: str
    post: str
    body: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """For messages and for the names of tests."""
        return f"{self.name}-{self.about}" if self.about else self.name


def row(name: str, about: str = "", /, *, get: str, post: str, **body: str) -> Row:
    """One line of the table."""
    return Row(name, about, get, post, body)


def read(name: str, about: str = "", /, *, get: str = ALL) -> Row:
    """An address that is only read. Where visitors must sign in, they must for whatever they try."""
    return Row(name, about, get, NOT_IN if get[0] == "s" else NOT)


def act(name: str, about: str = "", /, *, post: str, **body: str) -> Row:
    """An address that is no page: it takes a POST."""
    return Row(name, about, NOT_IN if post[0] == "s" else NOT, post, body)
