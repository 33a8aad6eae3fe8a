"""A press release as it was read: its parts, where each came from, and how sure that is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Final, Literal

Sure = Literal["certain", "likely", "unsure"]
"""How sure the recogniser is: by a word or mark that means it, by its place and form, or by guess."""

REASONS: Final[dict[str, str]] = {
    "no_such_part": "The release has none that could be recognised.",
    "marked": "The file marks it as such.",
    "heading_word": "It stands under a heading that says so.",
    "first_line": "It is the first line that can be a headline.",
    "largest_heading": "It is the first heading.",
    "after_headline": "It is the paragraph below the headline.",
    "strong_after_headline": "It is the bold paragraph below the headline.",
    "rest": "It is what remained between the other parts.",
    "after_contacts": "It stands after the contacts and has no heading.",
    "dateline": "It has the form of a place and date line.",
    "embargo_line": "The line speaks of an embargo.",
    "embargo_day_only": "The line names a day and no hour: midnight at its beginning is meant, or is it?",
    "embargo_unreadable": "The line speaks of an embargo, but no date was recognised.",
    "immediate": "The line says that the release may be used at once.",
    "list": "It is a list under a heading that says so.",
    "short_lines": "They are short lines without bullets under a line that speaks of them.",
    "names_in_a_row": "They are names with commas between them.",
    "named_after": "The quotation is followed by who says it.",
    "named_before": "The quotation is preceded by who says it.",
    "same_speaker": "The speaker is that of the quotation before.",
    "no_speaker": "There are quotation marks, but nobody is named.",
    "fields": "Name and details are set off from each other.",
    "run_together": "Name, title and organisation had run together and were parted at capital letters.",
    "hours_with": "It stands with the contact, and says days or hours.",
    "hours_below": "It stands in a line of its own, and may be meant for others, too.",
    "hours_for_all": "It stands before the contacts, and was taken to be meant for each of them.",
    "no_name": "There are details, but no name.",
    "release_mark": "It only says that this is a press release.",
    "part_heading": "It only says which part follows.",
    "rule": "It is only a line that parts what stands above from what stands below.",
    "end_mark": "It only says that the release ends here.",
    "publisher": "It is what the publisher puts around every release.",
    "about_issuer": "It tells about the issuer, not the news.",
    "page_furniture": "It is repeated on every page, or is the page's menu, foot or form.",
    "caption": "It stands under a picture, and pictures are added after the draft has been saved.",
    "hidden": "The page does not show it.",
}
"""For each code of a reason: what it means."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stood: `unit`s `first` to `last`, counted from 1, on `page` (0 where there are none).

    `first` is 0 for what has no place, such as a part that is missing.
    """

    first: int = 0
    last: int = 0
    page: int = 0
    unit: Literal["line", "paragraph"] = "line"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why something was taken for what it is: a code of `REASONS`, how sure, and where it stood."""

    reason: str
    sure: Sure
    place: Place = field(default_factory=Place)


NOTHING: Final = Evidence("no_such_part", "certain")


@dataclass(frozen=True, slots=True)
class Piece:
    """A text of the release. Headline and lead are plain text, the body is Markdown (CommonMark 0.31)."""

    text: str = ""
    evidence: Evidence = NOTHING


@dataclass(frozen=True, slots=True)
class FactBox:
    """Facts beside the text. `body` is Markdown; `heading` as it stood ("Fakta om …")."""

    heading: str
    body: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody says, without quotation marks. It stands in the body, too; `speaker` may be empty."""

    text: str
    speaker: str
    title: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class MemberList:
    """Names of organisations. `role` is "issuers" (on whose behalf) or "members"; `text` as it stood.

    Issuers are no longer in the body; members, and issuers that a fact box names, also stand where they stood.
    """

    role: Literal["issuers", "members"]
    heading: str
    names: tuple[str, ...]
    text: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask. What was not recognised is empty; `text` is everything as it stood.

    `hours` say when the telephone is answered, in the words of the release.
    """

    name: str
    title: str
    organisation: str
    email: str
    phone: str
    text: str
    evidence: Evidence
    hours: Piece = field(default_factory=Piece)


@dataclass(frozen=True, slots=True)
class DateLine:
    """Place and date of the release, as far as it names them; `text` as it stood."""

    place: str = ""
    date: dt.date | None = None
    text: str = ""
    evidence: Evidence = NOTHING


@dataclass(frozen=True, slots=True)
class Embargo:
    """Until when the release must not be used; None if the line names no hour that was understood.

    `until` has a time zone: the one named, else Europe/Copenhagen.
    """

    text: str
    until: dt.datetime | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Cut:
    """What was left out of the release, and why (`evidence.reason`)."""

    text: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class ReleaseDraft:
    """A press release, taken apart for a person to confirm. `language` is ISO 639-1, "" where unclear.

    Every word of the file is in one of the parts, `cut` among them.
    """

    file: str
    format: Literal["html", "docx", "pdf", "text"]
    language: str
    headline: Piece
    lead: Piece
    body: Piece
    date_line: DateLine = field(default_factory=DateLine)
    embargo: Embargo | None = None
    fact_boxes: tuple[FactBox, ...] = ()
    quotes: tuple[Quote, ...] = ()
    members: tuple[MemberList, ...] = ()
    contacts: tuple[Contact, ...] = ()
    cut: tuple[Cut, ...] = ()
