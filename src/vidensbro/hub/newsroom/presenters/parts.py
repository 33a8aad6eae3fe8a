"""The parts that a shown release is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString

from vidensbro.hub.newsroom.models import Licence

LICENCE_PAGES = {
    Licence.CC_BY: "https://creativecommons.org/licenses/by/4.0/",
    Licence.CC_BY_SA: "https://creativecommons.org/licenses/by-sa/4.0/",
    Licence.CC0: "https://creativecommons.org/publicdomain/zero/1.0/",
}


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms something may be used; `href` is the licence's own page, "" where it has none."""

    code: str

    @property
    def label(self) -> str:
        """The terms in words of the page's language."""
        return str(Licence(self.code).label)

    @property
    def href(self) -> str:
        """Where the terms stand."""
        return LICENCE_PAGES.get(Licence(self.code), "")


@dataclass(frozen=True, slots=True)
class ShownFacts:
    """A fact box; `body` is safe HTML whose headings lie below the box's own."""

    heading: str
    body: SafeString
    markdown: str


@dataclass(frozen=True, slots=True)
class ShownQuote:
    """A quotation; `href` leads to the speaker, where the reader may see who it is."""

    text: str
    speaker: str
    title: str
    href: str


@dataclass(frozen=True, slots=True)
class ShownIssuer:
    """An organisation that issues the release, by its name in the release's language."""

    id: str
    name: str
    href: str


@dataclass(frozen=True, slots=True)
class ShownContact:
    """Whom to call, in which role, and when the telephone is answered."""

    name: str
    title: str
    email: str
    phone: str
    hours: str

    @property
    def dial(self) -> str:
        """The number as a `tel:` address takes it (RFC 3966, without visual separators)."""
        return "".join(one for one in self.phone if one.isdigit() or one == "+")


@dataclass(frozen=True, slots=True)
class ContactsOf:
    """Those whom one organisation names."""

    issuer: ShownIssuer
    people: tuple[ShownContact, ...]


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture with its words in the release's language. Addresses are paths; `width` and `height` are those of `src`.

    `card` is cut to 1200 by 630 for cards of other sites; `download` is the whole picture, with the credit in its name.
    """

    id: str
    src: str
    source_set: str
    width: int
    height: int
    alt: str
    caption: str
    credit: str
    terms: Terms
    card: str
    download: str
    full_width: int
    full_height: int


@dataclass(frozen=True, slots=True)
class ShownDocument:
    """A document that goes with the version; `size` is in bytes."""

    title: str
    name: str
    content_type: str
    size: int
    language: str
    href: str


@dataclass(frozen=True, slots=True)
class ShownSubject:
    """What the release is about and the reader may see: `kind` is need, collaboration, work or person."""

    kind: str
    title: str
    language: str
    href: str
    public: bool


@dataclass(frozen=True, slots=True)
class ShownCorrection:
    """What was wrong, and when that was told."""

    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class Tombstone:
    """When and why a version was withdrawn."""

    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class Other:
    """The same release in another language, as far as the reader may see it; `out`: so may everybody."""

    language: str
    url: str
    headline: str
    out: bool
