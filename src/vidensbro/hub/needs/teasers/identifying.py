"""Words of a text that tell whose it is, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from vidensbro.hub.common.text import name_key
from vidensbro.hub.needs.models import Need
from vidensbro.hub.needs.teasers.crowd import place_names
from vidensbro.hub.needs.teasers.frequency import Frequencies
from vidensbro.hub.needs.teasers.names import Phrase, known_identifiers, phrases
from vidensbro.kit.text.normalise import sentences, words
from vidensbro.kit.text.terms import is_stop_word

CODES: Final = (
    "email",
    "web",
    "identifier",
    "organisation_name",
    "address",
    "person_name",
    "contact",
    "telephone",
    "figure",
    "name_like",
    "rare",
)
"""What a finding can be, the surest first: of findings that overlap the first one stays."""

PIECE: Final = re.compile(r"[^\W_]+")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ENDINGS = "dk|com|org|net|eu|io|se|no|de|uk|info|nu|health|tech|bio|ai|app|dev"
_WEB = re.compile(rf"(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:{_ENDINGS})\b(?:/\S*)?", re.I)
_REGISTERED = re.compile(
    r"\b(?:CVR|SE|CPR|EAN|GLN|ROR|P)[-\s]*(?:nr|no|nummer|number)?[.:\s]*\d[\d\s-]{5,}\d", re.I
)
_LONG_NUMBER = re.compile(r"(?<!\d)\d{13}(?!\d)")
_TELEPHONE = re.compile(
    r"(?<!\w)(?:\+|00)\d[\d\s().-]{6,}\d|(?<![\d.,])\d{2}(?:[ .]?\d{2}){3}(?![\d,])|(?<![\d.,])\d{4} \d{4}(?!\d)"
)
_FIGURE = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?:\s?%)?(?!\w)")
_READINESS = re.compile(r"\b(?:TRL|readiness level|niveau)\s*\d(?:\s*[-–]\s*\d)?", re.I)
_SHORTEST_RARE: Final = 4
_SHORTEST_STEM: Final = 6
_COMMON_NAMES: Final = frozenset(
    """i de dem deres dig din europe european europa europæisk denmark danmark danish dansk danske english engelsk
    norden nordic nordisk scandinavia scandinavian skandinavien sweden sverige norway norge germany tyskland eu
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december trl""".split()
)


class Finding(NamedTuple):
    """A word or phrase that may tell whose the text is; `text == source[start:end]`, offsets in characters."""

    code: str
    text: str
    start: int
    end: int


def identifying(need: Need, text: str, frequencies: Frequencies) -> tuple[Finding, ...]:
    """What in the text points to the owner of the need, in the order of the text; no two overlap."""
    found = [
        *_by_pattern(text),
        *_known_numbers(need, text),
        *_named(phrases(need), text),
        *_by_look(need, text, frequencies),
    ]
    kept: list[Finding] = []
    for one in sorted(found, key=lambda one: (CODES.index(one.code), one.start, -one.end)):
        if all(one.end <= other.start or one.start >= other.end for other in kept):
            kept.append(one)
    return tuple(sorted(kept, key=lambda one: one.start))


def _by_pattern(text: str) -> Iterator[Finding]:
    for code, pattern in (
        ("email", _EMAIL),
        ("web", _WEB),
        ("identifier", _REGISTERED),
        ("identifier", _LONG_NUMBER),
        ("telephone", _TELEPHONE),
    ):
        for match in pattern.finditer(text):
            yield Finding(code, match.group(), match.start(), match.end())
    spared = [match.span() for match in _READINESS.finditer(text)]
    for match in _FIGURE.finditer(text):
        exact = sum(letter.isdigit() for letter in match.group()) > 1 or "%" in match.group()
        if exact and not any(start <= match.start() < end for start, end in spared):
            yield Finding("figure", match.group(), match.start(), match.end())


def _known_numbers(need: Need, text: str) -> Iterator[Finding]:
    """Identifiers that registers give the owner, however they are spaced."""
    for value in known_identifiers(need):
        spaced = r"[\s.-]*".join(re.escape(letter) for letter in value)
        for match in re.finditer(rf"(?<![^\W_]){spaced}(?![^\W_])", text, re.I):
            yield Finding("identifier", match.group(), match.start(), match.end())


def _named(known: list[Phrase], text: str) -> Iterator[Finding]:
    """Places where the text says one of these names: inflected, in a compound, with or without hyphens."""
    pieces = [(name_key(one.group()), one.start(), one.end()) for one in PIECE.finditer(text)]
    for place, (_, start, _) in enumerate(pieces):
        for phrase in known:
            length = len(phrase.pieces)
            said = pieces[place : place + length]
            if len(said) < length or (phrase.capital and not text[start].isupper()):
                continue
            if all(one[0] == wanted for one, wanted in zip(said[:-1], phrase.pieces[:-1], strict=True)) and (
                _says(said[-1][0], phrase.pieces[-1])
            ):
                end = said[-1][2]
                yield Finding(phrase.code, text[start:end], start, end)


def _says(said: str, wanted: str) -> bool:
    return said in (wanted, wanted + "s") or (len(wanted) >= _SHORTEST_STEM and said.startswith(wanted))


def _by_look(need: Need, text: str, frequencies: Frequencies) -> Iterator[Finding]:
    """Words that look like a name or a product, and words of the need that few documents use."""
    openings = {sentence.start for sentence in sentences(text)}
    places = place_names(text)
    of_need = {name_key(word.text) for word in words(f"{need.title}\n{need.text}")}
    for word in words(text):
        key = name_key(word.text)
        if key.removesuffix("s") in places or key in places or key in _COMMON_NAMES:
            continue
        if is_stop_word(word.text, "da") or is_stop_word(word.text, "en"):
            continue
        if _looks_like_a_name(word.text, word.start in openings):
            if not frequencies.is_common(word.text):
                yield Finding("name_like", word.text, word.start, word.end)
        elif (
            len(word.text) >= _SHORTEST_RARE
            and word.text.isalpha()
            and key in of_need
            and frequencies.is_rare(word.text)
        ):
            yield Finding("rare", word.text, word.start, word.end)


def _looks_like_a_name(word: str, opens: bool) -> bool:
    """Letters with digits, a capital inside a word, or a capital where no sentence begins."""
    letters = any(letter.isalpha() for letter in word)
    if not letters or (word.isupper() and word.isalpha() and len(word) <= 5):
        return False
    if any(letter.isdigit() for letter in word):
        return True
    inner = any(one.isupper() for one in word[1:]) and any(one.islower() for one in word)
    return inner or (word[0].isupper() and not opens)
