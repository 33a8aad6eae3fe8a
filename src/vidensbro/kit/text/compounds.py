"""Danish compounds taken apart: plejehjemsbeboer -> plejehjem + beboer.

A compound is split where both sides are words: headwords of the glossary (trusted) or of simplemma's Danish
dictionary (loaded on the first Danish word, half a second). Between them may stand a linking s, e, er or n.
The cheapest split wins: fewest parts, trusted parts, no link, long first part. After the longest-match
splitters of Koehn and Knight (EACL 2003), with a dictionary in the place of corpus frequencies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from vidensbro.kit.text.glossary import Glossary
from vidensbro.kit.text.inflection import IRREGULAR, dictionary_forms
from vidensbro.kit.text.normalise import fold
from vidensbro.kit.text.stemming import dictionary
from vidensbro.kit.text.stop_words import STOP_WORDS, listed

COMBINING: Final = frozenset(
    listed("""
    bio nano anti immun mikro makro neuro immuno elektro tele foto termo hydro psyko kardio farmako cyto
    radio ultra video auto multi poly geo agro øko cyber hæmo gastro dermato onko patho pato spektro kemo
    magneto opto piezo sono thermo endo exo intra ekstra hyper hypo super nær
    """)
)
"""First parts that are no words of their own (biosensor, mikrofluidik)."""

_NOT_FIRST: Final = (
    frozenset(
        listed("""
        af an be bi er for fore fra før gen hen her hos ind ikke kom lig mellem mod med mis ned ny ny når om
        op over på sam se til ud under ufor ved vel vær van år man hver sig gik par pas pro sen man del ret
        kan tal mer del bar rat kat rang sta kar tra kon kom res dis pat int ant art gar form mis ter per
        por pre bel bal kor kur
        """)
    )
    | STOP_WORDS["da"]
) - {"ret", "tal", "kar", "kat"}
_NOT_LAST: Final = (
    frozenset(
        listed("""
        gørelse hed heder ning inger ing ling else elser skab dom bar lig som vis mæssig løs fuld agtig tion sion
        ende inde eri isme ist itet tet ør sel ere ede ene ens ske sk tor tør rende hen ter ner ler mer ser
        ger der rer ver ion ere ans ent ant era ing rat sat lag bele
        """)
    )
    | STOP_WORDS["da"]
) - {"lag"}
_SIMPLE: Final = frozenset(
    listed("""
    transport platform standard patent import eksport behandling undersøgelse afdeling udvikling forskning
    overvågning vejledning virksomhed erhverv erfaring forbindelse partner sensor motor generator kommune
    region hospital medicin sikkerhed sundhed kontrakt materiale material program protein vaccine kvalitet
    kapacitet universitet kandidat svangerskab venskab fællesskab partnerskab ejerskab lederskab medlemskab
    vandret lodret tilstand bestand afstand modstand genstand omstand indhold forhold ophold opgave udgave
    fremtid samtid fortid nutid varetage foretage deltage modtage iagttage vedtage samarbejde samfund område
    omsorg fordel bagdel fremskridt vidensbro telefon kolonne balkon person september oktober november
    december februar hormon karbon betalning kassere organisere standarder katalog dialog kataloger
    finansiel kanaler redskab værktøj beskæftigelse
    """)
) - {"værktøj"}

_SIMPLE_ENDINGS: Final = ("isering", "iseret", "isation")
_SHORTEST_WORD: Final = 6
_LONGEST_WORD: Final = 60
_SHORTEST_PART: Final = 3
_SHORTEST_WEAK: Final = 4
_TINY: Final = frozenset({"el", "is", "øl", "it", "ir", "uv", "mr", "ct"})
_FIRST_FORMS: Final = {
    "hjemme": "hjem",
    "arbejds": "arbejde",
    "medicinal": "medicin",
    "stam": "stamme",
    "laboratorie": "laboratorium",
    "studie": "studie",
}
_GENITIVES: Final = ("s", "ens", "ets", "ns", "ts")
_LINKS: Final = (("s", 0.4), ("e", 2.5), ("er", 3.5), ("n", 3.0))
_DROPPED_E_COST: Final = 2.0
# "gen" is a gene before these and "again" before all others.
_GENE_HEADS: Final = frozenset(
    listed("""
    terapi teknologi splejsning sekventering redigering ekspression variant test analyse mutation panel
    profil bank regulering materiale fejl pool variation
    """)
)
_PART_COST: Final = 10.0
_WEAK_COST: Final = 2.0
_INFLECTED_COST: Final = 2.2


class _Part(NamedTuple):
    form: str
    cost: float


class _Split(NamedTuple):
    cost: float
    parts: tuple[str, ...]


class Splitter:
    """Takes compounds apart by the headwords of a glossary and, if wanted, simplemma's dictionary."""

    def __init__(self, glossary: Glossary, dictionary_too: bool = True) -> None:
        self._dictionary_too = dictionary_too
        self._glossary = glossary
        self._strong = frozenset(
            word
            for word in glossary.headwords("da")
            if (len(word) >= _SHORTEST_PART or word in _TINY) and word.isalpha()
        )
        self._first = lru_cache(maxsize=65536)(self._first_part)
        self.split = lru_cache(maxsize=131072)(self._split_word)
        self.parts = lru_cache(maxsize=65536)(self._all_parts)

    def _split_word(self, word: str) -> tuple[str, ...]:
        """The parts of a compound in dictionary form, head last; () for a word that is none."""
        folded = fold(word)
        if "-" in folded:
            return self._hyphenated(folded)
        if not _SHORTEST_WORD <= len(folded) <= _LONGEST_WORD or not folded.isalpha():
            return ()
        found = self._best(folded, depth=0)
        return found.parts if found is not None else ()

    def _all_parts(self, word: str) -> tuple[str, ...]:
        """Every part of a compound and the parts of the parts, each once, in order; () for other words."""
        found: dict[str, None] = {}
        for part in self.split(word):
            found[part] = None
            found.update(dict.fromkeys(self.parts(part)))
        return tuple(found)

    def _hyphenated(self, word: str) -> tuple[str, ...]:
        pieces = [piece for piece in word.split("-") if piece]
        if len(pieces) < 2:
            return ()
        head = self._glossary.headword(pieces[-1], "da") or pieces[-1]
        return (*pieces[:-1], head)

    def _best(self, word: str, depth: int) -> _Split | None:
        """The cheapest split of a word in any inflection, None if there is none."""
        known = self._headword(word)
        if known != word:
            return _as_split(self.split(known))
        if self._is_simple(word):
            return None
        prefixes = [(end, first) for end in _cuts(word) if (first := self._first(word[:end])) is not None]
        best: _Split | None = None
        if prefixes:
            for rank, form in enumerate(dictionary_forms(word, "da")):
                if rank and self._is_simple(form):
                    return None
                for end, first in prefixes:
                    last = self._last_part(form[end:]) if form[:end] == word[:end] else None
                    if last is None:
                        continue
                    cost = 2 * _PART_COST + first.cost + last.cost - 0.05 * end
                    cost += _INFLECTED_COST + 0.3 * rank if rank else 0.0
                    if best is None or cost < best.cost:
                        best = _Split(cost, (first.form, last.form))
        if best is None and word.startswith("gen"):
            best = self._gene_compound(word)
        if best is None and depth < 2 and word not in self._strong:
            best = self._nested(word, prefixes, depth)
        return best

    def _gene_compound(self, word: str) -> _Split | None:
        head = next((form for form in dictionary_forms(word[3:], "da") if form in _GENE_HEADS), "")
        return _as_split(("gen", head)) if head else None

    def _headword(self, word: str) -> str:
        """The headword that an inflected word belongs to, or the word itself."""
        if word in self._strong:
            return word
        return next((form for form in dictionary_forms(word, "da") if form in self._strong), word)

    def _nested(self, word: str, prefixes: list[tuple[int, _Part]], depth: int) -> _Split | None:
        """A split into three or more parts, each of them a word."""
        best: _Split | None = None
        for end, first in prefixes:
            rest = word[end:]
            if len(rest) < _SHORTEST_WORD:
                continue
            tail = self._best(rest, depth + 1)
            if tail is None or not _long_enough(first.form, tail.parts):
                continue
            cost = _PART_COST + first.cost + tail.cost
            if best is None or cost < best.cost:
                best = _Split(cost, (first.form, *tail.parts))
        return best

    def _is_simple(self, word: str) -> bool:
        """A word that only looks like a compound: listed, or the same word in English (platform)."""
        if word in _SIMPLE or word.endswith(_SIMPLE_ENDINGS):
            return True
        return word in self._strong and word in self._glossary.lookup(word, "da") and not _combining(word)

    def _first_part(self, piece: str) -> _Part | None:
        """A piece as a first part, its linking letters taken off; None if it is no word."""
        if piece in COMBINING:
            return _Part(piece, 0.5)
        if piece in _FIRST_FORMS:
            return _Part(_FIRST_FORMS[piece], 0.5)
        best = self._word(piece) if piece not in _NOT_FIRST else None
        for link, cost in _LINKS:
            if not piece.endswith(link):
                continue
            bare = piece[: -len(link)]
            if bare in _NOT_FIRST or (link == "n" and not bare.endswith("e")):
                continue
            known = self._word(bare)
            if known is not None and (best is None or known.cost + cost < best.cost):
                best = _Part(known.form, known.cost + cost)
        if best is None and len(piece) >= 5 and f"{piece}e" in self._strong:
            best = _Part(f"{piece}e", _DROPPED_E_COST)
        return best

    def _last_part(self, piece: str) -> _Part | None:
        return None if piece in _NOT_LAST or len(piece) < _SHORTEST_PART else self._word(piece)

    def _word(self, piece: str) -> _Part | None:
        """A piece that is a word in dictionary form (or an irregular form of one), with what it costs."""
        length = len(piece)
        if piece in self._strong:
            return _Part(piece, 0.0 if length > 3 else 1.5)
        regular = IRREGULAR["da"].get(piece)
        if regular is not None and regular in self._strong and length >= _SHORTEST_PART:
            return _Part(regular, 0.5)
        if length >= _SHORTEST_WEAK and self._dictionary_too and _in_dictionary(piece):
            return _Part(piece, _WEAK_COST if length > 4 else _WEAK_COST + 2)
        return None


def _long_enough(first: str, rest: Sequence[str]) -> bool:
    """Whether three or more parts are words to rely on: mellemstor is no flour-limb-large."""
    return (len(first) > _SHORTEST_PART or first in _TINY) and all(
        len(part) > _SHORTEST_PART for part in rest
    )


def _as_split(parts: tuple[str, ...]) -> _Split | None:
    return _Split(_PART_COST * len(parts), parts) if parts else None


def _cuts(word: str) -> Iterator[int]:
    return iter(range(2, len(word) - _SHORTEST_PART + 1))


def _combining(word: str) -> bool:
    return any(word.startswith(prefix) for prefix in COMBINING)


def _in_dictionary(piece: str) -> bool:
    """Whether simplemma knows the piece as a noun (it has a genitive) or an infinitive."""
    table = dictionary("da")
    if piece not in table:
        return False
    return any(table.get(piece + ending) == piece for ending in _GENITIVES)


@lru_cache(maxsize=1)
def default_splitter() -> Splitter:
    """The splitter that knows the bundled glossary; the one that indexes are made with."""
    return Splitter(Glossary.bundled())


def split(word: str) -> tuple[str, ...]:
    """The parts of a Danish compound in dictionary form where possible, head last; () for other words."""
    return default_splitter().split(word)


def parts(word: str) -> tuple[str, ...]:
    """All useful parts, nested ones included: plejehjemsbeboer -> plejehjem, pleje, hjem, beboer."""
    return default_splitter().parts(word)
