"""When a telephone is answered: days and hours in the lines of a contact, in Danish and English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from vidensbro.kit.sources.releases.dates import MONTH

LONGEST_LINE: Final = 600
"""In longer lines, in characters, nothing is looked for: they are no lines of a contact."""
_MOST_PIECES: Final = 7
_DAY_MINUTES: Final = 24 * 60

_DAY: Final = (
    r"(?:(?:alle|hver|every|på|on|i|om)\s+)*(?:"
    r"(?:man|tirs|ons|tors|fre|lør|søn)dag(?:ene|e|s)?|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|"
    r"hverdag(?:ene|e)?|ugedage|helligdage|weekend(?:en|er|s)?|alle\s+dage|hver\s+dag|every\s+day|daglig(?:t)?|daily|"
    r"week-?days|working\s+days|(?:man|tirs?|ons|tors?|fre|lør|søn|mon|tues?|wed|thurs?|thu|fri|sat|sun)\.?)"
    rf"(?!\w)(?:,?\s+(?:den\s+)?\d{{1,2}}\.\s*(?:{MONTH})\b)?"
)
_TO: Final = r"(?:\s*[-–—/&,]\s*|\s+(?:til|to|og|and|through)\s+)"
_DAYS: Final = rf"{_DAY}(?:{_TO}{_DAY}){{0,{_MOST_PIECES}}}"
_AT: Final = r"(?:(?:kl(?:okken)?\.?|at)\s*)"
_HOUR: Final = r"(?:2[0-4]|[01]?\d)(?:[.:][0-5]\d)?(?:\s*[ap]\.?m\b\.?)?"
_END: Final = (
    r"(?!\d|[.:/-]\d|(?:\ \d{2}){2}(?!\ ?\d)|\s*%|\s+(?:år|timer|dage|uger|kr|mio|years?)\b|"
    rf"\.?\s*(?:{MONTH})\b)"
)
_SPAN: Final = (
    rf"(?<![\w.:/+@-])(?:{_AT}\d{{4}}\s*[-–—]\s*\d{{4}}|"
    rf"{_AT}?{_HOUR}\s*(?:[-–—]|til|to|og|and|until)\s*{_AT}?{_HOUR}){_END}"
)
_FROM: Final = (
    rf"(?:fra|efter|før|indtil|til|from|after|before|until)\s+(?:{_AT}{_HOUR}|"
    rf"(?:1[0-2]|0?\d)(?:[.:][0-5]\d)?\s*[ap]\.?m\b\.?){_END}"
)
_ROUND: Final = (
    r"(?:hele\s+)?døgnet\s+rundt|hele\s+døgnet|døgnåben\w*|(?<![\w/])24/7(?![\w/])|around\s+the\s+clock|"
    r"24\s+hours\s+a\s+day"
)
_ZONE: Final = r"(?:\s*(?:CES?T|GMT|UTC|dansk\s+tid|local\s+time)\b)?"
_PIECE: Final = (
    rf"(?:{_DAYS}[,:]?\s+(?:dog\s+|kun\s+|only\s+)?)?(?:(?:mellem|ml\.|between|fra|from)\s+(?={_AT}?\d))?"
    rf"(?:{_SPAN}|{_FROM}|{_ROUND}){_ZONE}(?:,?\s+{_DAYS}(?!\s+(?:dog|kun|only)\b))?"
)
_PHRASE: Final = rf"\b{_PIECE}(?:\s*(?:[,;/]|\b(?:og|and|samt)\b)?\s*{_PIECE}){{0,{_MOST_PIECES}}}"
_BUT: Final = (
    r"(?:,?\s+\(?(?:undtagen|undtaget|bortset\s+fra|dog\s+ikke|men\s+ikke|except|excluding)"
    r"\s[^.;,()\n@\d]{1,60}\)?)?"
)
_OPENER: Final = (
    r"(?:(?:telefon|træffe|åbnings|kontor)tid(?:en|erne|er)?|(?:telephone|phone|opening|office|business)\s+hours|"
    r"(?:(?:presse)?telefonen|pressevagten|kontoret|(?:the\s+|our\s+)?(?:(?:tele)?phone|press\s+(?:desk|office|phone)))"
    r"\s+(?:er|is)\s+(?:normalt\s+|normally\s+)?(?:åbent?|bemandet|open|answered|staffed)|"
    r"(?:(?:kan|can|may)\s+)?(?:bedst\s+|best\s+)?(?:træffes|kontaktes|nås|be\s+(?:best\s+)?(?:reached|contacted|called))|"
    r"(?:is\s+)?available)(?!\w)(?:\s+(?:bedst|best|telefonisk|(?:på|pr\.|over|by|on|via)\s+(?:tele)?(?:fon(?:en)?|phone)))*"
)
_SAID: Final = re.compile(
    rf"(?<![^\W\d_]){_OPENER}(?:\s+(?:er|is|are))?[\s:,(–—-]{{0,4}}(?P<opened>{_PHRASE}|{_DAYS}){_BUT}|(?P<bare>{_PHRASE}){_BUT}",
    re.IGNORECASE,
)
_OPENERS: Final = re.compile(rf"(?<![^\W\d_]){_OPENER}", re.IGNORECASE)
_SPANS: Final = re.compile(_SPAN, re.IGNORECASE)
_WHOLE_DAY: Final = re.compile(r"dag|day|weekend", re.IGNORECASE)
_MARKED: Final = re.compile(
    rf"\bkl(?:okken)?\b|\d\s*[ap]\.?m\b|\bat\s+\d|\b(?:mellem|ml\.|between|fra|from)\s|{_ROUND}|\b{_DAYS}",
    re.IGNORECASE,
)
_TIME: Final = re.compile(
    r"(?P<hour>2[0-4]|[01]?\d)(?:[.:]?(?P<minute>[0-5]\d))?(?:\s*(?P<half>[ap])\.?m\b)?", re.IGNORECASE
)
_QUARTERS: Final = frozenset({"00", "15", "30", "45"})


@dataclass(frozen=True, slots=True)
class Hours:
    """A line less the hours that it names. `opened` if words such as "telefontid" or "kan træffes" stand in it."""

    rest: str
    said: tuple[str, ...]
    opened: bool


def hours_in(line: str) -> Hours:
    """The hours in a line of a contact, as they stand there, and the line with line feeds where they stood.

    A span of numbers is one of hours only where a day, "kl.", "am", "mellem" or the like stands with it, or where both
    its ends are full quarters in order ("10.00-12.00"). A telephone number is none.
    """
    if len(line) > LONGEST_LINE:
        return Hours(line, (), opened=False)
    said: list[str] = []

    def taken(match: re.Match[str]) -> str:
        phrase = match["opened"] or match["bare"]
        if not _are_hours(phrase, opened=match["opened"] is not None):
            return match.group()
        begin = match.start("opened" if match["opened"] else "bare")
        text = line[begin : match.end()]
        said.append(" ".join(text.split()).strip(" ,;:"))
        return "\n"

    rest = _SAID.sub(taken, line)
    bare = _OPENERS.sub("\n", rest)
    return Hours(bare if said or bare != rest else line, tuple(said), opened=bool(_OPENERS.search(line)))


def _are_hours(phrase: str, *, opened: bool) -> bool:
    spans = [one.group() for one in _SPANS.finditer(phrase)]
    if not re.search(r"\d|døgn|clock", phrase):
        return bool(_WHOLE_DAY.search(phrase))
    marked = opened or bool(_MARKED.search(phrase))
    return all(_is_span(one, marked=marked) for one in spans) and (marked or bool(spans))


def _is_span(text: str, *, marked: bool) -> bool:
    """Does one hour follow the other? Over midnight only where the text says that they are hours."""
    times = [*_TIME.finditer(text)]
    if len(times) != 2:
        return False
    begin, end = (_minutes(one) for one in times)
    if not marked:
        return begin < end and all(one["minute"] in _QUARTERS for one in times)
    clear = re.search(r"kl|[ap]\.?m\b|[.:]\d\d", text, re.IGNORECASE)
    return begin < end or (begin > end and clear is not None)


def _minutes(time: re.Match[str]) -> int:
    hour, half = int(time["hour"]), (time["half"] or "").casefold()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    return (hour * 60 + int(time["minute"] or 0)) % (_DAY_MINUTES + 1)
