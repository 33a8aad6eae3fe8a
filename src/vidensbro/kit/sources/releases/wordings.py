"""The words by which Danish and English press releases mark their parts."""

from __future__ import annotations

import re
from typing import Final

from vidensbro.kit.sources.releases.hours import hours_in

_I: Final = re.IGNORECASE
LONGEST_HEADING: Final = 120

RELEASE_MARK: Final = re.compile(
    r"(?:dansk )?pressemeddelelse|pressemelding|(?:press|news|media) release|nyhed(?:sbrev)?|pressematerial[e]?",
    _I,
)
IMMEDIATE: Final = re.compile(
    r"^\W*(?:for immediate release|til (?:øjeblikkelig|fri|straks|omgående) "
    r"(?:offentliggørelse|udsendelse|frigivelse|afbenyttelse|brug)|(?:kan|må) (?:bringes|offentliggøres) straks)\W*$",
    _I,
)
EMBARGO: Final = re.compile(
    r"^\W*(?:klausuler(?:et|ing)|klausul|embargo(?:ed)?|under embargo|strictly embargoed|spærret|"
    r"not for (?:release|publication) (?:before|until)|frigives|"
    r"må (?:først|ikke) (?:offentliggøres|bringes|omtales|publiceres))\b",
    _I,
)
END_MARK: Final = re.compile(r"^\W*(?:#\s*#\s*#|-?\s*30\s*-|[-–—*\s]+(?:ends?|slut)[-–—*\s.]*|ENDS|SLUT)\W*$")

RULE: Final = re.compile(r"^(?:[*_=~•·+–—-]\s*){3,}$")
"""A line that is drawn with characters."""

FACTS: Final = re.compile(
    r"^(?:fakta(?:boks|ark)?|(?:key |quick |the )?facts?(?: ?box| sheet)?|kort om|kort fortalt|blå bog)\b", _I
)
_FACTS_HEADING: Final = re.compile(
    r"^(?:(?:fakta(?:boks|ark)?|(?:key |quick |the )?facts?(?: ?box| sheet)?)"
    r"(?:\s+(?:om|about|on)\b[^.!?]*)?|kort om\b[^.!?]*|kort fortalt|blå bog)\s*:?\s*$",
    _I,
)
_FACTS_INLINE: Final = re.compile(
    r"^(?:fakta(?:boks|ark)?|(?:key |quick )?facts?(?: ?box)?)\s*[:–—]\s+(?=\S)", _I
)

_CONTACT_WORD: Final = re.compile(
    r"^(?:(?:presse|medie)?kontakt(?:er|personer|person|oplysninger|information|info)?|"
    r"(?:(?:press|media) )?contacts?(?: (?:information|details|person|persons))?|"
    r"(?:press|media) (?:inquiries|enquiries)|presse(?:henvendelser|ansvarlig)|notes? til pressen)\b",
    _I,
)
_CONTACT_PHRASE: Final = re.compile(
    r"^(?:(?:kontakt )?(?:for )?(?:flere|yderligere|mere|nærmere) "
    r"(?:oplysninger|information(?:er)?|info)|(?:please contact )?for (?:further|more|additional) information|"
    r"further information|for (?:media|press) (?:inquiries|enquiries)|kontakt (?:venligst|gerne)|"
    r"vil du vide mere)\b",
    _I,
)
DETAIL: Final = re.compile(
    r"@|\b(?:tlf|telefon|mobil|phone|tel|mob)\b|(?<!\d)(?:\d{2} ?){4}(?!\d)|\+\d{2}", _I
)

ABOUT: Final = re.compile(
    r"^(?:(?:(?:[Ii]nformation )?[Oo]m|OM|[Aa]bout|ABOUT)(?: the)? [A-ZÆØÅ\d][^.!?]*|"
    r"[Oo]m (?:foreningen|fonden|virksomheden|selskabet|os|klyngen)|"
    r"[Aa]bout us|(?:[Nn]ote[rs]?|[Nn]oter) (?:til|to) (?:the )?"
    r"(?:redaktion\w*|redaktør\w*|editors?)|[Bb]oilerplate)\s*:?$",
)
ABOUT_INLINE: Final = re.compile(r"^(?:Om|OM|About|ABOUT)(?: the)? [A-ZÆØÅ\d][^.!?:\n]{1,80}(?::\s|\n)(?=\S)")
LONGEST_PUBLISHER: Final = 200
_PUBLISHER: Final = re.compile(
    r"^\W*(?:følg (?:pressemeddelelser|nyheder)\b|skriv dig op|flere (?:pressemeddelelser|nyheder) fra|"
    r"i vores (?:nyheds|presse)rum kan du|besøg vores (?:nyheds|presse)rum|tilmeld dig (?:vores )?nyhedsbrev|"
    r"abonn[eé]r? på|subscribe to|more (?:press )?(?:releases|news) from|visit our (?:press|news) ?room|"
    r"in our (?:press|news) ?room you|follow (?:press )?releases from|"
    r"relaterede? (?:nyheder|artikler|pressemeddelelser)|related (?:news|articles|releases)|"
    r"(?:vi|denne side) bruger cookies|©|copyright\b|alle rettigheder forbehold|all rights reserved)",
    _I,
)
_SHARING: Final = re.compile(
    r"^\W*(?:(?:del|share)(?: (?:artiklen|nyheden|siden|denne (?:side|artikel|nyhed)|this (?:page|article|story)))?"
    r"(?: (?:på|via|on) [\w /,-]{2,40})?|(?:følg os|follow us)\b[^.!?]{0,60}|print denne\b[^.!?]{0,40}|"
    r"udskriv(?: siden)?)[\s:.]*$",
    _I,
)
ISSUERS: Final = re.compile(
    r"^(?:pressemeddelelse(?:n)?\s+|(?:this )?press release (?:is )?(?:issued )?|udsendt\s+|udsendes\s+|issued\s+)?"
    r"(?:på vegne af|on behalf of)\b[^.!?]{0,80}?\s*(?::\s*|$)",
    _I,
)
_GROUP: Final = (
    r"(?:medlemmer(?:ne)?|deltager(?:e|ne)|partner(?:e|ne)|partnerkreds(?:en)?|parter(?:ne)?|members?|partners|"
    r"participants|member organi[sz]ations)"
)
_BODIES: Final = (
    r"(?:organisationer|virksomheder|partnere|medlemmer|deltagere|institutioner|universiteter|organi[sz]ations|"
    r"partners|companies|members|participants|institutions|universities)"
)
MEMBERS: Final = re.compile(
    rf"^(?:(?:(?:de|the|vores|our)\s+|[\w-]+(?:s|['’]s?)\s+)?(?:(?:stiftende|founding|nye|new|øvrige|other)\s+)?{_GROUP}"
    r"(?:\s+(?:af|i|bag|er|of|in|behind|are)\b[^.!?:]{0,100})?|"
    rf"(?:følgende|the following|deltagende|participating)\s+(?:[\w-]+\s+){{0,2}}?{_BODIES}[^.!?:]{{0,80}}|"
    r"(?:[\w-]+\s+){1,6}(?:består af|consists of)(?=\s*:)|bag\s[^.!?:]{1,80}\sstår(?=\s*:))\s*(?::\s*|$)",
    _I,
)
_TIMED: Final = re.compile(
    r"(?P<verb>(?:\s*\b(?:kan|please|venligst|kontakt(?:es)?|contact)\b)*)\s*(?:[,–—-]\s*)?"
    r"(?P<hours>\([^()]{1,120}\):?|[^:]{1,80}(?<=\d):(?!\d)|[^:]{1,80}$)",
    _I,
)
PAGE_NUMBER: Final = re.compile(r"^(?:(?:side|page)\s+)?\d{1,3}(?:\s*(?:/|af|of|\|)\s*\d{1,3})?$", _I)


def facts_heading(text: str) -> tuple[str, str] | None:
    """Heading and what follows it in the same text, if that begins a fact box."""
    if len(text) <= LONGEST_HEADING and _FACTS_HEADING.match(text):
        return text.rstrip(": "), ""
    first, _, rest = text.partition("\n")
    if rest and len(first) <= LONGEST_HEADING and _FACTS_HEADING.match(first):
        return first.rstrip(": "), rest
    if match := _FACTS_INLINE.match(text):
        return match.group().rstrip(" :–—"), text[match.end() :]
    return None


def contacts_heading(text: str) -> tuple[str, str] | None:
    """Heading and what follows it in the same text, if that begins the contacts."""
    first, _, rest = text.partition("\n")
    match = _CONTACT_WORD.match(first) or _CONTACT_PHRASE.match(first)
    if match is None:
        return None
    after = first[match.end() :]
    head, colon, tail = after.partition(":")
    if timed := _timed(after):
        said = first[: match.end() + timed.end("verb")]
        return said, _lines(timed["hours"].strip(), after[timed.end() :].strip(), rest)
    if not after.strip(" :.–—-") or (colon and len(head) <= 60 and not DETAIL.search(head)):
        return first[: len(first) - len(after)] + head.rstrip(), _lines(tail.strip(), rest)
    if DETAIL.search(after):
        return match.group(), _lines(_without_verb(after), rest)
    phrase = bool(_CONTACT_PHRASE.match(first))
    if phrase and len(first) <= LONGEST_HEADING and not first.endswith((".", "!", ",")):
        return first.rstrip("? "), rest
    return None


def _lines(*texts: str) -> str:
    return "\n".join(one for one in texts if one)


def _timed(text: str) -> re.Match[str] | None:
    """Hours at the beginning of what follows a word for contacts."""
    match = _TIMED.match(text)
    if match is None:
        return None
    found = hours_in(match["hours"])
    return match if found.said and not found.rest.strip(" :()\n") else None


_VERB: Final = re.compile(
    r"^\W*(?:(?:kan|please|venligst|henvendelse|til|kontakt(?:es)?|contact|fås|hos|ved|at)\b[\s,:]*)+", _I
)


def _without_verb(text: str) -> str:
    return _VERB.sub("", text).strip(" ,:–—-") or text.strip()


def is_publishers(text: str) -> bool:
    """Does the publisher's own matter begin with this line, which stands below the release?"""
    return len(text) <= LONGEST_PUBLISHER and bool(_PUBLISHER.match(text))


def is_sharing(text: str) -> bool:
    """Is this a button for sharing, printing or following, which may stand anywhere?"""
    return len(text) <= LONGEST_HEADING and bool(_SHARING.match(text))


def opens_part(text: str) -> bool:
    """Is this line a heading or a mark that stands by itself, whatever comes before and after?"""
    if len(text) > LONGEST_HEADING or (text[:1].islower() and not _FACTS_HEADING.match(text)):
        return False
    return bool(
        _FACTS_HEADING.match(text)
        or IMMEDIATE.match(text)
        or EMBARGO.match(text)
        or END_MARK.match(text)
        or RULE.match(text)
        or is_publishers(text)
        or is_sharing(text)
        or RELEASE_MARK.fullmatch(text.strip(" :|–-"))
        or (ISSUERS.match(text) and text.endswith(":"))
        or contacts_heading(text) is not None
    )
