"""Clean text, and text cut into words and sentences, each with its place in the text."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from vidensbro.kit.text.stop_words import listed

_LIGATURES = {
    "ﬀ": "ff",
    "ﬁ": "fi",
    "ﬂ": "fl",
    "ﬃ": "ffi",
    "ﬄ": "ffl",
    "ﬅ": "ft",
    "ﬆ": "st",
    "ĳ": "ij",
    "Ĳ": "IJ",
}
_HYPHENS = dict.fromkeys("‐‑", "-")
_APOSTROPHES = dict.fromkeys("’‘ʼ′", "'")
_REPLACED = str.maketrans({**_LIGATURES, **_HYPHENS, **_APOSTROPHES})
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" *\n *")
_MANY_LINES = re.compile(r"\n{3,}")
_UNSEEN_CHARACTERS = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
)
_BREAK_CHARACTERS = "\x0b\x0c\x1c-\x1e\x85\u2028\u2029"
_UNSEEN = re.compile(f"[{_UNSEEN_CHARACTERS}]")
_BREAKS = re.compile(f"\r\n?|[{_BREAK_CHARACTERS}]")
_ODD = re.compile(
    f"[\r{_UNSEEN_CHARACTERS}{_BREAK_CHARACTERS}{''.join((*_LIGATURES, *_HYPHENS, *_APOSTROPHES))}]"
)
_ODD_SPACE = re.compile(r"[^\S\n ]|  |\n\n\n| \n|\n ")

WORD = re.compile(r"\d+(?:[.,]\d+)+(?![^\W_])|[^\W_]+(?:[-'’‐‑][^\W_]+)*")
"""A word: letters and digits with inner hyphens and apostrophes (COVID-19, p53, don't), or a number."""

_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s)|\n\s*\n|\n(?=\s*(?:[-*•–]|\d+[.)])\s)")
_BULLET = re.compile(r"[-*•–]\s+")
_LAST_TOKEN = re.compile(r"[^\s(\[\"“»]+$")
_ABBREVIATIONS = frozenset(
    listed("""
    abs. adr. afd. afs. aht. alm. ang. anm. ant. apr. ass. att. aug. bd. bil. bl.a. bla. ca. cand. cirk.
    d.d. d.v.s. dec. diam. dir. dr. dvs. e.lign. e.l. eks. ekskl. el. enk. etc. evt. f.eks. fx. f. feb. fec.
    fig. fl. forb. forf. fr. frk. ggr. gl. gns. hr. hhv. ifm. ift. iht. inkl. int. ing. isl. istf. jan. jf.
    jr. jul. jvf. kap. kl. kr. kgl. lign. lic. m.fl. m.h.t. m.m. m.v. mag. maks. mar. mdr. mia. mio. min.
    mht. mr. mrs. ms. nr. nov. o.a. o.l. obs. okt. omr. osv. pga. pct. pkt. pl. prof. pr. p.t. red. ref.
    resp. rom. s. s.u. sept. sep. sek. sml. spm. st. stk. str. stud. tab. tel. tidl. tlf. ttl. u. ugtl.
    vedr. vejl. vol. a.m. al. approx. assoc. ave. cf. co. corp. dept. e.g. ed. eds. eq. eqs. est. et. figs.
    gen. gov. i.e. i.v. inc. incl. jun. lab. lt. ltd. max. no. nos. op. p. ph.d. p.m. pp. ref. refs. rep.
    rev. sec. sen. sp. spp. sr. subsp. univ. v. vs. viz. bzw. z.b. d.h. u.a. usw.
    """)
)


class Word(NamedTuple):
    """A word as it stands; `text == source[start:end]`, offsets in characters."""

    text: str
    start: int
    end: int


class Sentence(NamedTuple):
    """A sentence without surrounding white space; `text == source[start:end]`, offsets in characters."""

    text: str
    start: int
    end: int


def normalise(text: str) -> str:
    """The text in Unicode form NFC without what cannot be seen; case and paragraphs are kept.

    Ligatures are taken apart, typographic hyphens and apostrophes become plain, soft hyphens, zero-width
    and control characters go, runs of blanks become one. Normalising twice changes nothing.
    """
    if is_plain(text) and _ODD_SPACE.search(text) is None:
        return text.strip()
    text = _UNSEEN.sub("", _BREAKS.sub("\n", text))
    text = unicodedata.normalize("NFC", text).translate(_REPLACED)
    text = _LINES.sub("\n", _SPACES.sub(" ", text))
    return _MANY_LINES.sub("\n\n", text).strip()


def is_plain(text: str) -> bool:
    """Whether normalising would change nothing but white space; much faster than doing it."""
    return _ODD.search(text) is None and unicodedata.is_normalized("NFC", text)


def fold(word: str) -> str:
    """The form in which words are compared: NFC, lower-case, plain apostrophe and hyphen."""
    if word.isascii():
        return word.lower()
    return unicodedata.normalize("NFC", word).translate(_REPLACED).lower()


def words(text: str) -> list[Word]:
    """The words of a text in order. Numbers keep their decimals (3,5); a unit set apart is a word too."""
    return [Word(m.group(), m.start(), m.end()) for m in WORD.finditer(text)]


def sentences(text: str) -> list[Sentence]:
    """The sentences of a text in order; headings and list items on lines of their own count as sentences."""
    found: list[Sentence] = []
    begin = 0
    for match in _SENTENCE_END.finditer(text):
        if match.group()[0] == "." and not _ends_sentence(text, begin, match):
            continue
        _keep(found, text, begin, match.end())
        begin = match.end()
    _keep(found, text, begin, len(text))
    return found


def _ends_sentence(text: str, begin: int, stop: re.Match[str]) -> bool:
    """Whether a full stop closes a sentence: not after an abbreviation, an initial or an ordinal number."""
    rest = text[stop.end() : stop.end() + 40].lstrip()
    if not rest:
        return True
    if rest[0].islower():
        return False
    token = _LAST_TOKEN.search(text, max(begin, stop.start() - 30), stop.start())
    if token is None:
        return True
    last = token.group()
    if last.isdigit():
        return not (len(last) <= 2 and rest[0].islower())
    if len(last) == 1 and last.isalpha() and last.isupper():
        return False
    return f"{last.lower()}." not in _ABBREVIATIONS


def _keep(found: list[Sentence], text: str, begin: int, end: int) -> None:
    part = text[begin:end]
    start = begin + len(part) - len(part.lstrip())
    bullet = _BULLET.match(text, start, end)
    if bullet is not None:
        start = bullet.end()
    stripped = text[start:end].strip()
    if stripped:
        found.append(Sentence(stripped, start, start + len(stripped)))
