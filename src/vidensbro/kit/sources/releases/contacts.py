"""Who may be asked: names, titles, organisations, addresses and telephones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from vidensbro.kit.sources.releases.blocks import Block
from vidensbro.kit.sources.releases.model import Contact, Evidence, Place, Sure

EMAIL: Final = re.compile(
    r"[\w.+-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+(?:[a-z]{2,24}|[A-Z]{2,24})"
)
_PHONE: Final = re.compile(
    r"(?<![\w@.+-])(?:(?:\+|00)45[ -]?)?\d{2}[ .-]?\d{2}[ .-]?\d{2}[ .-]?\d{2}(?!\d)"
    r"|(?<![\w@])\+\d{1,3}[\d ()-]{6,16}\d(?!\d)"
)
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
_ORGANISATION: Final = re.compile(
    r"\b(?:A/S|ApS|P/S|I/S|Inc|Ltd|GmbH|AB|Universitet\w*|University|Region|Kommune|Institut\w*|Institute|"
    r"Fond(?:en)?|Foundation|Hospital\w*|Styrelse\w*|Ministeri\w*|Ministry|Forening\w*|Association|Cluster|"
    r"Klynge\w*|Klinik|Clinic|Company|Group|Centre|Center|Akademi\w*|College|Skole\w*|School|Agency)\b|styrelsen\b|"
    r"ministeriet\b|fonden\b|foreningen\b|universitet\b"
)
TITLE: Final = re.compile(
    r"(?:chef|direktør|leder|rektor|dekan|professor|lektor|adjunkt|forsker|formand|rådgiver|konsulent|redaktør|"
    r"ansvarlig|medarbejder|koordinator|læge|director|manager|officer|head|chair\w*|advisor|adviser|lead|"
    r"researcher|lecturer|dean|editor|coordinator|partner|ceo|cfo|cto|cso|president|secretary|consultant|fellow)\b",
    re.IGNORECASE,
)
_SEPARATOR: Final = re.compile(r"\s*(?:[,;|•·\n]|\s[–—-]\s|(?<=[a-zæøå])\.\s(?=[A-ZÆØÅ]))\s*")
LONGEST_PART: Final = 100


@dataclass(slots=True)
class _Gathered:
    """What has been seen of one contact."""

    parts: list[str] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    run_together: bool = False

    @property
    def has_details(self) -> bool:
        return bool(self.emails or self.phones)


_SAYS: Final = re.compile(
    r"\b(?:er|kan|skal|vil|må|har|findes|hentes|ses|fås|bringes|se|læs|hent|find|"
    r"is|are|can|may|will|has|have|see|read|find|download)\b|https?://|\bwww\."
)


def belongs(text: str) -> bool:
    """Can this text be a line of a contact? Without an address or number, prose and what says something cannot."""
    if EMAIL.search(text) or _PHONE.search(text):
        return len(text) <= 600
    if _SAYS.search(text[:1].lower() + text[1:]):
        return False
    return len(text) <= LONGEST_PART and not text.endswith((".", "!", "?")) and text.count(" ") <= 12


def contacts(blocks: Sequence[Block]) -> list[Contact]:
    """The contacts that a section of the release names, in its order."""
    done: list[_Gathered] = []
    for block in blocks:
        for number, line in enumerate(block.text.split("\n")):
            parts, emails, phones, glued = _taken_apart(line)
            fresh = not done or (block.kind == "item" and number == 0) or _begins(done[-1], parts, emails)
            if fresh:
                done.append(_Gathered())
            one = done[-1]
            one.parts += parts
            one.emails += emails
            one.phones += phones
            one.lines.append(line)
            one.places.append(block.place)
            one.run_together |= glued
    return [_contact(one) for one in done]


def _begins(current: _Gathered, parts: Sequence[str], emails: Sequence[str]) -> bool:
    """Does a line begin another contact?"""
    if not parts or not current.has_details:
        return False
    if is_name(parts[0]):
        return any(is_name(part) for part in current.parts) or bool(current.parts)
    return bool(emails) and bool(current.emails)


def ways_in(text: str) -> list[str]:
    """Addresses and numbers in a text, each once, line by line."""
    taken = [_taken_apart(line) for line in text.split("\n")]
    return list(dict.fromkeys(way for _, emails, phones, _ in taken for way in (*emails, *phones)))


def is_name(text: str) -> bool:
    """Does a text look like a person's name?"""
    return bool(_NAME.match(text)) and not _ORGANISATION.search(text) and not TITLE.search(text)


def _taken_apart(line: str) -> tuple[list[str], list[str], list[str], bool]:
    """Of a line: the parts that are neither address nor number, addresses, numbers; had parts run together?"""
    phones: list[str] = []

    def phone(match: re.Match[str]) -> str:
        phones.append(match.group().strip())
        return "\n"

    labelled = _LABEL.sub("\n", _PHONE.sub(phone, _FIELD.sub("", line)))
    emails = [match.group() for match in EMAIL.finditer(labelled)]
    rest = EMAIL.sub("\n", labelled)
    glued = bool(_GLUE.search(rest)) and not _SEPARATOR.search(rest.strip())
    if glued:
        rest = _GLUE.sub("\n", rest)
    parts = [part.strip(" .:()<>/*_") for part in _SEPARATOR.split(rest)]
    return [part for part in parts if part and part.casefold() not in _EMPTY], emails, phones, glued


_EMPTY: Final = {"og", "and", "eller", "or", "på", "at", "via", "kl"}


def _contact(seen: _Gathered) -> Contact:
    parts = list(seen.parts)
    name = next((part for part in parts if is_name(part)), "")
    if name:
        parts.remove(name)
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
    )


def _sorted(parts: Sequence[str], named: bool) -> tuple[list[str], list[str]]:
    """Which parts are titles, which organisations: by their words, else a title comes first."""
    titles: list[str] = []
    organisations: list[str] = []
    for part in parts:
        if part[:1].islower() or TITLE.search(part):
            titles.append(part)
        elif _ORGANISATION.search(part) or titles or not named:
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
