"""Danish and English words that are one word spelt twice: hæmatologi - haematology, kvantificere - quantify.

Rules propose spellings; a vocabulary, such as that of an index, keeps the ones that are really used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain, product
from typing import Final, Protocol

from vidensbro.kit.text.cognate_rules import (
    DANISH_ENDINGS,
    DANISH_LETTERS,
    DANISH_SECOND_THOUGHTS,
    ENGLISH_ENDINGS,
    ENGLISH_LETTERS,
    ROOTS,
)
from vidensbro.kit.text.inflection import dictionary_forms
from vidensbro.kit.text.normalise import fold
from vidensbro.kit.text.stop_words import listed


class Vocabulary(Protocol):
    """Words that are in use somewhere, such as in an index."""

    def contains(self, word: str, language: str) -> bool:
        """Whether the word, in any inflection, is used in texts of that language (ISO 639-1)."""


_PLAIN: Final = re.compile(r"[a-zæøåéüöä]+")
_SHORTEST: Final = 4
_MOST: Final = 48
_MOST_READINGS: Final = 12
_LONGEST_ENDING: Final = 12
_DANISH_ROOTS: Final = re.compile("|".join(sorted(ROOTS, key=len, reverse=True)))


def _inverse_roots() -> dict[str, tuple[str, ...]]:
    table: dict[str, dict[str, None]] = {}
    for danish, forms in ROOTS.items():
        for english in forms:
            if english != danish and len(english) > 3:
                table.setdefault(english, {})[danish] = None
    return {english: tuple(found) for english, found in table.items()}


_FROM_ENGLISH: Final = _inverse_roots()
_ENGLISH_ROOTS: Final = re.compile("|".join(sorted(_FROM_ENGLISH, key=len, reverse=True)))


def proposals(word: str, source: str, target: str) -> tuple[str, ...]:
    """How the word may be spelt in the other language, likeliest first, at most 48 other spellings.

    Danish and English only (either direction); () for other pairs, for short words and for what is no plain
    word. Inflected words are taken back to their possible dictionary forms.
    """
    folded = fold(word)
    if len(folded) < _SHORTEST or _PLAIN.fullmatch(folded) is None:
        return ()
    if (source, target) == ("da", "en"):
        return _collected(folded, source, _english_spellings)
    if (source, target) == ("en", "da"):
        return _collected(folded, source, _danish_spellings)
    return ()


def grounded(word: str, source: str, target: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The proposals, and the word itself, that the vocabulary of the target language has, in their order."""
    folded = fold(word)
    tried = chain((folded,), proposals(word, source, target))
    return tuple(dict.fromkeys(spelling for spelling in tried if vocabulary.contains(spelling, target)))


def plausible(word: str, source: str, target: str) -> str:
    """The likeliest spelling if the word ends as only loan words do; "" if it looks home-grown."""
    marked = _LOAN_ENDINGS.get(source, ())
    if not any(base.endswith(marked) for base in dictionary_forms(fold(word), source)):
        return ""
    return next(iter(proposals(word, source, target)), "")


_LOAN_ENDINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "da": listed("""
        ologi ologisk grafi skopi terapi ificere isere isering itet isme metri ektomi patisk tiv ionel tion
        sion æmi ose itis omi lyse tese ikere ulere stik mik atisk itisk skop cyt ika
    """),
    "en": listed("""
        ology ological graphy scopy therapy ify ise ize isation ization ity ism metry ectomy pathic tive
        ional tion sion aemia emia osis itis omics lysis thesis icate ulate atic
    """),
}


def _collected(folded: str, source: str, spell: Callable[[str], tuple[str, ...]]) -> tuple[str, ...]:
    """The spellings of every dictionary form, the first form's first, without the word itself."""
    found: dict[str, None] = {}
    for base in dictionary_forms(folded, source):
        if len(base) < _SHORTEST - 1:
            continue
        found.update(dict.fromkeys(item for item in spell(base) if item != folded and len(item) > 2))
        if len(found) >= _MOST:
            break
    return tuple(found)[:_MOST]


@lru_cache(maxsize=8192)
def _english_spellings(word: str) -> tuple[str, ...]:
    first: list[str] = []
    later: list[str] = []
    for body, ending in _with_endings(word, DANISH_ENDINGS):
        for reading in _readings(body, _DANISH_ROOTS, ROOTS, DANISH_LETTERS):
            first.append(reading + ending)
            later.extend(other + ending for other in _second_thoughts(reading))
    return tuple(dict.fromkeys([*first, *later]))


@lru_cache(maxsize=8192)
def _danish_spellings(word: str) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            reading + ending
            for body, ending in _with_endings(word, ENGLISH_ENDINGS)
            for reading in _readings(body, _ENGLISH_ROOTS, _FROM_ENGLISH, ENGLISH_LETTERS)
        )
    )


def _with_endings(word: str, table: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """(body, new ending) by the longest ending in the table, then by the next shorter one."""
    used = 0
    for size in range(min(len(word), _LONGEST_ENDING), -1, -1):
        endings = table.get(word[len(word) - size :] if size else "")
        if endings is None:
            continue
        yield from ((word[: len(word) - size], ending) for ending in endings)
        used += 1
        if used == 2:
            return


def _readings(
    body: str,
    roots: re.Pattern[str],
    root_table: Mapping[str, tuple[str, ...]],
    letters: Iterable[tuple[str, tuple[str, ...]]],
) -> list[str]:
    """The spellings of a word body: known roots by the table, what is between them letter by letter."""
    choices: list[tuple[str, ...]] = []
    done = 0
    for match in roots.finditer(body):
        choices.append(tuple(_respelt(body[done : match.start()], letters)))
        choices.append(root_table[match.group()])
        done = match.end()
    choices.append(tuple(_respelt(body[done:], letters)))
    combined = ("".join(pieces) for pieces in product(*choices))
    return [reading for reading, _ in zip(combined, range(_MOST_READINGS), strict=False)]


def _respelt(piece: str, letters: Iterable[tuple[str, tuple[str, ...]]]) -> list[str]:
    readings = [piece]
    for pattern, replacements in letters:
        if re.search(pattern, piece) is not None:
            changed = (re.sub(pattern, new, reading) for new in replacements for reading in readings)
            readings = list(dict.fromkeys(changed))[:_MOST_READINGS]
    return readings


def _second_thoughts(reading: str) -> Iterator[str]:
    """Readings with one kind of letter taken otherwise, then with two kinds (f and t: ophthalmo)."""
    for pattern, replacement in DANISH_SECOND_THOUGHTS:
        changed = re.sub(pattern, replacement, reading)
        if changed != reading:
            yield changed


_COMBINING_FORMS: Final = {
    "makro": "macro",
    "mikro": "micro",
    "elektro": "electro",
    "foto": "photo",
    "termo": "thermo",
    "psyko": "psycho",
    "kardio": "cardio",
    "farmako": "pharmaco",
    "øko": "eco",
    "hæmo": "haemo",
    "onko": "onco",
    "pato": "patho",
    "spektro": "spectro",
    "kemo": "chemo",
    "ekstra": "extra",
    "agro": "agri",
    "immun": "immuno",
}


def combining_form(part: str, source: str) -> str:
    """The English spelling of a Danish combining form (mikro -> micro); other parts as they are."""
    return _COMBINING_FORMS.get(part, part) if source == "da" else part
