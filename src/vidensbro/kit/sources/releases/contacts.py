"""Who may be asked: names, titles, organisations, addresses and telephones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

from vidensbro.kit.sources.releases.blocks import Block
from vidensbro.kit.sources.releases.hours import LONGEST_LINE, hours_in
from vidensbro.kit.sources.releases.model import Contact, Evidence, Piece, Place, Sure

EMAIL: Final = re.compile(
    r"[\w.+-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+(?:[a-z]{2,24}|[A-Z]{2,24})"
)
_PHONE: Final = re.compile(
    r"(?<![\w@.+-])(?:(?:\+|00)45[ -]?)?\d{2}[ .-]?\d{2}[ .-]?\d{2}[ .-]?\d{2}(?!\d)"
    r"|(?<![\w@])\+\d{1,3}[\d ()-]{6,16}\d(?!\d)"
)
_REACHED: Final = re.compile(rf"(?:{EMAIL.pattern}|{_PHONE.pattern})[\s.;)]*$")
_REACH: Final = 200
_LABEL: Final = re.compile(
    r"\b(?:tlf|telefon(?:nr)?|direkte|mobil(?:telefon)?|mob|phone|tel|cell|(?:e-?)?mail|m|t|e|p)\b\s*[.:]+\s*|"
    r"\b(?:tlf|telefon|mobil|phone|e-?mail)\b",
    re.IGNORECASE,
)
_FIELD: Final = re.compile(
    r"^(?:navn|stilling|titel|rolle|organisation|virksomhed|firma|name|title|position|role|company)\s*:\s*",
    re.IGNORECASE,
)
_GLUE: Final = re.compile(r"(?<=[a-zæøåéöäü]{3})(?=[A-ZÆØÅ])(?<!\bMac)")
_NAME: Final = re.compile(
    r"^(?:(?:dr|prof|ph\.?d|cand)\.?\s+)?[A-ZÆØÅÉÖÄÜ][\w'’-]*\.?"
    r"(?:\s+(?:(?:af|von|van|de|der|den|la|el|bin|ibn|da|dos)\s+)*[A-ZÆØÅÉÖÄÜ][\w'’-]*\.?){1,5}$"
)
ORGANISATION: Final = re.compile(
    r"\b(?:A/S|ApS|P/S|I/S|Inc|Ltd|GmbH|AB|Universitet\w*|University|Region|Kommune|Institut\w*|Institute|"
    r"Fond(?:en)?|Foundation|Hospital\w*|Styrelse\w*|Ministeri\w*|Ministry|Forening\w*|Association|Cluster|"
    r"Klynge\w*|Klinik|Clinic|Company|Group|Centre|Center|Akademi\w*|College|Skole\w*|School|Agency)\b|styrelsen\b|"
    r"ministeriet\b|fonden\b|foreningen\b|universitet\b"
)
TITLE: Final = re.compile(
    r"(?:chef|direktør|leder|rektor|dekan|professor|lektor|adjunkt|forsker|formand|rådgiver|konsulent|redaktør|"
    r"ansvarlig|medarbejder|sekretær|specialist|journalist|minister|ordfører|borgmester|koordinator|læge|director|manager|officer|head|chair\w*|advisor|adviser|lead|"
    r"researcher|lecturer|dean|editor|coordinator|partner|ceo|cfo|cto|cso|president|secretary|consultant|fellow)\b",
    re.IGNORECASE,
)
_SEPARATOR: Final = re.compile(r"\s*(?:[,;|•·\n]|\s[–—-]\s|(?<=[a-zæøå])\.\s(?=[A-ZÆØÅ]))\s*")
_DESK: Final = re.compile(
    r"^(?:presse(?:vagt|telefon|kontor|tjeneste|afdeling|sekretariat)\w*|kommunikationsafdeling\w*|sekretariatet|"
    r"press (?:office|desk)|communications department)\b",
    re.IGNORECASE,
)
_GLUE_WORDS: Final = re.compile(
    r"(?:(?:og|and|eller|or|på|at|via|kl|bedst|best|by|on|er|is|hos|til|to|direkte)\b\s*)+", re.IGNORECASE
)
_GLUE_ENDS: Final = re.compile(
    r"^(?:(?:og|and|eller|or|samt)\s+)+|(?:\s+(?:og|and|eller|or|samt|på|via|on|at|by))+$"
)
_NEXT: Final = re.compile(
    r"(?:[,;|•·)]|(?<=[a-zæøå\d])\.)\s*(?:(?:og|eller|samt|and|or)\s+)?|\s(?:og|eller|samt|and|or)\s+"
)
_NAME_ENDS: Final = re.compile(
    rf"{_SEPARATOR.pattern}|\s(?:på|on|at|via|fra|kan|can)\s|[(\d:+]|\b(?:tlf|telefon|mobil|phone|tel|mob)\b",
    re.IGNORECASE,
)
_LONGEST_ROW: Final = 3_000
"""In characters: a longer line names no people, and parting it would take long."""
_FRAME: Final = " .:()<>/*_–—-"
_MOST_TITLE_WORDS: Final = 5
LONGEST_PART: Final = 100
_MOST_PARTS: Final = 3


@dataclass(slots=True)
class _Gathered:
    """What has been seen of one contact."""

    parts: list[str] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    hours: list[str] = field(default_factory=list)
    hours_at: Place = field(default_factory=Place)
    hours_last: bool = False
    hours_first: bool = False
    lines: list[str] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    run_together: bool = False

    @property
    def has_details(self) -> bool:
        return bool(self.emails or self.phones)

    @property
    def only_hours(self) -> bool:
        """Has nothing been seen but hours, which then stand before the contacts?"""
        return bool(self.hours) and not (self.parts or self.has_details)

    def take(self, line: str, taken: _Taken, place: Place) -> None:
        """Add what a line holds."""
        if taken.hours:
            self.hours_first = self.hours_first or not (
                taken.parts or taken.has_details or self.parts or self.has_details
            )
            self.hours_at = self.hours_at if self.hours else place
        self.hours_last = bool(taken.hours) and not (taken.parts or taken.has_details)
        self.parts += taken.parts
        self.emails += taken.emails
        self.phones += taken.phones
        self.hours += taken.hours
        self.lines.append(line)
        self.places.append(place)
        self.run_together |= taken.run_together


_SAYS: Final = re.compile(
    r"\b(?:er|kan|skal|vil|må|har|findes|hentes|ses|fås|bringes|se|læs|hent|find|"
    r"is|are|can|may|will|has|have|see|read|find|download)\b|https?://|\bwww\."
)


@dataclass(frozen=True, slots=True)
class _Taken:
    """A line taken apart: `parts` are neither address, number nor hours; had they run together?"""

    parts: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    hours: tuple[str, ...] = ()
    run_together: bool = False

    @property
    def has_details(self) -> bool:
        return bool(self.emails or self.phones)


def belongs(text: str) -> bool:
    """Can this text be a line of a contact? Without an address or number, prose and what says something cannot.

    Hours that are not the contact's, such as those of a meeting, say something, too.
    """
    taken = _taken_apart(text)
    if taken.has_details or taken.hours:
        return len(text) <= LONGEST_LINE
    if _SAYS.search(text[:1].lower() + text[1:]) or hours_in(text).said:
        return False
    return len(text) <= LONGEST_PART and not text.endswith((".", "!", "?")) and text.count(" ") <= 12


def tells_hours(text: str) -> bool:
    """Is this a line that says when a telephone is answered, and nothing else?"""
    taken = _taken_apart(text)
    return bool(taken.hours) and not taken.parts and not taken.has_details


def contacts(blocks: Sequence[Block]) -> list[Contact]:
    """The contacts that a section of the release names, in its order."""
    done: list[_Gathered] = []
    for block in blocks:
        lines = (piece for line in block.text.split("\n") for piece in _by_person(line))
        for number, line in enumerate(lines):
            taken = _taken_apart(line)
            bullet = block.kind == "item" and number == 0 and not (done and done[-1].only_hours)
            if not done or bullet or _begins(done[-1], taken):
                done.append(_Gathered())
            done[-1].take(line, taken, block.place)
    return _with_hours(done)


def _by_person(line: str) -> list[str]:
    """A line as the pieces that are each about somebody else: there a name follows, and the same ways to reach it."""
    if len(line) > _LONGEST_ROW:
        return [line]
    ways = [
        (match.start(), way)
        for way, form in (("email", EMAIL), ("phone", _PHONE))
        for match in form.finditer(line)
    ]
    starts = [0]
    for match in _NEXT.finditer(line) if len(ways) > 1 else ():
        at = match.end()
        before = {way for place, way in ways if starts[-1] <= place < at}
        if not before & {way for place, way in ways if place >= at}:
            continue
        name = _NAME_ENDS.split(line[at : at + LONGEST_PART], maxsplit=1)[0].strip(_FRAME)
        if _person(name)[0]:
            starts.append(at)
    return [line[begin:end].strip() for begin, end in pairwise([*starts, len(line)])]


def _begins(current: _Gathered, taken: _Taken) -> bool:
    """Does a line begin another contact?"""
    if not taken.parts or not current.has_details:
        return False
    if _person(taken.parts[0])[0] or _DESK.match(taken.parts[0]):
        return bool(current.parts)
    return bool(taken.emails) and bool(current.emails)


def _with_hours(seen: Sequence[_Gathered]) -> list[Contact]:
    """The contacts, each with its hours; those that stand before all of them are meant for each without its own."""
    first = seen[0] if seen else None
    shared = first if first is not None and first.hours_first else None
    own = sum(bool(one.hours) for one in seen)
    done = []
    for one in seen:
        source = one if one.hours else shared
        if source is None:
            done.append(_contact(one, Piece()))
            continue
        reason, sure = _whose(source, seen, own)
        evidence = Evidence(reason, sure, source.hours_at)
        done.append(_contact(one, Piece(", ".join(source.hours), evidence)))
    return done


def _whose(source: _Gathered, seen: Sequence[_Gathered], own: int) -> tuple[str, Sure]:
    if len(seen) > 1 and source.hours_first:
        return "hours_for_all", "unsure"
    if source is seen[-1] and source.hours_last and own < len(seen):
        return "hours_below", "unsure"
    return "hours_with", "likely"


def ways_in(text: str) -> list[str]:
    """Addresses and numbers in a text, each once, line by line."""
    taken = [_taken_apart(line) for line in text.split("\n")]
    return list(dict.fromkeys(way for one in taken for way in (*one.emails, *one.phones)))


def next_begins(text: str, line: str) -> bool:
    """Does a text end as a contact does, and the line below it begin with a name?"""
    return bool(_REACHED.search(text[-_REACH:])) and is_name(_SEPARATOR.split(line, maxsplit=1)[0])


def is_name(text: str) -> bool:
    """Does a text look like a person's name?"""
    return bool(_NAME.match(text)) and not ORGANISATION.search(text) and not TITLE.search(text)


def _taken_apart(line: str) -> _Taken:
    """What a line holds."""
    found = hours_in(_FIELD.sub("", line))
    taken = _parted(found.rest)
    if not found.said:
        return taken
    named = bool(taken.parts) and bool(_person(taken.parts[0])[0])
    few = len(taken.parts) <= _MOST_PARTS and sum(len(one) for one in taken.parts) <= LONGEST_PART
    if taken.has_details or not taken.parts or (few and (named or found.opened)):
        return replace(taken, hours=found.said)
    # The hours of something else, such as a meeting: they are neither the contact's nor a number.
    return _Taken((line.strip(_FRAME),))


def _parted(line: str) -> _Taken:
    phones: list[str] = []

    def phone(match: re.Match[str]) -> str:
        phones.append(match.group().strip())
        return "\n"

    labelled = _LABEL.sub("\n", _PHONE.sub(phone, line))
    emails = [match.group() for match in EMAIL.finditer(labelled)]
    rest = EMAIL.sub("\n", labelled)
    glued = bool(_GLUE.search(rest)) and not _SEPARATOR.search(rest.strip())
    if glued:
        rest = _GLUE.sub("\n", rest)
    parts = (_GLUE_ENDS.sub("", part.strip(_FRAME)) for part in _SEPARATOR.split(rest))
    kept = tuple(part for part in parts if part and not _GLUE_WORDS.fullmatch(part))
    return _Taken(kept, tuple(emails), tuple(phones), (), glued)


def _person(part: str) -> tuple[str, str]:
    """Name and title of a part that is a name, alone or after a title ("Rektor Asta Prøvesen"); "" if there is none."""
    if is_name(part):
        return part, ""
    words = part.split()
    for at in range(1, min(len(words) - 1, _MOST_TITLE_WORDS + 1)):
        title, name = " ".join(words[:at]), " ".join(words[at:])
        if is_name(name) and TITLE.search(title):
            return name, title
    return "", ""


def _contact(seen: _Gathered, hours: Piece) -> Contact:
    parts = list(seen.parts)
    named = next((part for part in parts if _person(part)[0] or _DESK.match(part)), "")
    name, title = _person(named)
    name = name or named
    if named:
        at = parts.index(named)
        parts[at : at + 1] = [title] if title else []
    titles, organisations = _sorted(parts, bool(name))
    reason, sure = _how(seen, name)
    first, last = seen.places[0], seen.places[-1]
    return Contact(
        name=name,
        title=", ".join(titles),
        organisation=", ".join(organisations),
        email=seen.emails[0] if seen.emails else "",
        phone=seen.phones[0] if seen.phones else "",
        text="\n".join(seen.lines),
        evidence=Evidence(reason, sure, Place(first.first, last.last, first.page, first.unit)),
        hours=hours,
    )


def _sorted(parts: Sequence[str], named: bool) -> tuple[list[str], list[str]]:
    """Which parts are titles, which organisations: by their words, else a title comes first."""
    titles: list[str] = []
    organisations: list[str] = []
    for part in parts:
        if part[:1].islower() or TITLE.search(part):
            titles.append(part)
        elif ORGANISATION.search(part) or titles or not named:
            organisations.append(part)
        else:
            (organisations if part.isupper() else titles).append(part)
    return titles, list(dict.fromkeys(organisations))


def _how(seen: _Gathered, name: str) -> tuple[str, Sure]:
    if not name:
        return "no_name", "unsure"
    if seen.run_together:
        return "run_together", "unsure"
    return "fields", "likely" if seen.has_details else "unsure"
