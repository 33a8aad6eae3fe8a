"""The bilingual glossary: Danish to English and back, in any inflection and in running text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from vidensbro.kit.text.glossary_files import (
    Entry,
    GlossaryError,
    bundled_files,
    entries,
    extend,
    folder_files,
)
from vidensbro.kit.text.inflection import dictionary_forms
from vidensbro.kit.text.normalise import WORD, Word, fold, words
from vidensbro.kit.text.stemming import stem

__all__ = ["Glossary", "GlossaryError", "Hit"]

_Table = dict[str, tuple[str, ...]]
_ARTICLES = ("to ", "a ", "an ", "the ")


class Hit(NamedTuple):
    """A headword found in running text: the words it covers, its place, and its translations."""

    text: str
    start: int
    end: int
    words: int
    terms: tuple[str, ...]


class _PhraseTable(NamedTuple):
    """Multi-word headwords by their stems, and for each first stem their lengths in words, longest first."""

    terms: Mapping[tuple[str, ...], tuple[str, ...]]
    lengths: Mapping[str, tuple[int, ...]]


class Glossary:
    """An unchanging table of Danish headwords and their English terms; use `merged` to make a larger one."""

    def __init__(
        self, table: Mapping[str, tuple[str, ...]], overridden: frozenset[str] = frozenset()
    ) -> None:
        self._danish: Mapping[str, tuple[str, ...]] = MappingProxyType(dict(table))
        self._overridden = overridden
        self._cached_lookup = lru_cache(maxsize=65536)(self._find)

    @classmethod
    def bundled(cls) -> Glossary:
        """The glossary that comes with the package; read once per process."""
        return _bundled()

    @classmethod
    def load(cls, source: Path | str | Iterable[Path | str]) -> Glossary:
        """From a file, a folder of *.txt files, or several of these. GlossaryError where a line is wrong."""
        return cls._from_entries(
            entry for name, text in folder_files(source) for entry in entries(name, text)
        )

    @classmethod
    def _from_entries(cls, found: Iterable[Entry]) -> Glossary:
        table: _Table = {}
        overridden: set[str] = set()
        for headword, terms, override in found:
            key = fold(headword)
            extend(table, key, terms, override)
            if override:
                overridden.add(key)
        return cls(table, frozenset(overridden))

    def merged(self, other: Glossary) -> Glossary:
        """This glossary extended by another, whose terms come after; its `!word` lines replace instead."""
        table = dict(self._danish)
        for key, terms in other._danish.items():
            extend(table, key, terms, key in other._overridden)
        return Glossary(table, self._overridden | other._overridden)

    def __len__(self) -> int:
        return len(self._danish)

    def __contains__(self, headword: object) -> bool:
        return isinstance(headword, str) and fold(headword) in self._danish

    def headwords(self, source: str = "da") -> Iterator[str]:
        """Every headword in one language ("da" or "en"), folded, in file order."""
        return iter(self._table(source))

    def lookup(self, word: str, source: str = "da") -> tuple[str, ...]:
        """The translations of a word or phrase in any inflection; () if it is not in the glossary.

        `source` is the language of the word, "da" or "en"; ValueError for another.
        """
        return self._cached_lookup(word, source)

    def headword(self, word: str, source: str = "da") -> str:
        """The headword that an inflected single word belongs to; "" if there is none."""
        table = self._table(source)
        return next((form for form in dictionary_forms(word, source) if form in table), "")

    def _find(self, word: str, source: str) -> tuple[str, ...]:
        table = self._table(source)
        folded = fold(word).strip()
        exact = table.get(folded)
        if exact is not None and (source == "da" or " " in folded):
            return exact
        tokens = WORD.findall(folded)
        if len(tokens) > 1:
            return self._phrases(source).terms.get(tuple(stem(token, source) for token in tokens), ())
        found = (table[form] for form in dictionary_forms(folded, source) if form in table)
        if source == "da":
            return next(found, ())
        # English plurals are headwords now and then (glasses): what belongs to the singular comes after.
        return tuple(dict.fromkeys(chain.from_iterable(found)))

    def find(self, text: str, source: str = "da", tokens: Sequence[Word] | None = None) -> list[Hit]:
        """The longest headwords in a running text from left to right, multi-word ones in any inflection.

        `tokens` are the text's words if they are already at hand.
        """
        found = words(text) if tokens is None else tokens
        stems = [stem(token.text, source) for token in found]
        hits: list[Hit] = []
        position = 0
        while position < len(found):
            hit = self.longest_at(text, found, stems, position, source)
            if hit is None:
                position += 1
            else:
                hits.append(hit)
                position += hit.words
        return hits

    def longest_at(
        self, text: str, tokens: Sequence[Word], stems: Sequence[str], position: int, source: str
    ) -> Hit | None:
        """The longest headword that begins at the word number `position`; `stems` are those of the tokens."""
        length = self.phrase_length(text, tokens, stems, position, source)
        start, end = tokens[position].start, tokens[position + max(length, 1) - 1].end
        if length:
            terms = self._phrases(source).terms[tuple(stems[position : position + length])]
            return Hit(text[start:end], start, end, length, terms)
        terms = self.lookup(tokens[position].text, source)
        return Hit(tokens[position].text, start, end, 1, terms) if terms else None

    def phrase_length(
        self, text: str, tokens: Sequence[Word], stems: Sequence[str], position: int, source: str
    ) -> int:
        """How many words the longest multi-word headword at a word number has; 0 if none begins there."""
        phrases = self._phrases(source)
        for length in phrases.lengths.get(stems[position], ()):
            last = position + length - 1
            if (
                last < len(tokens)
                and tuple(stems[position : last + 1]) in phrases.terms
                and _unbroken(text, tokens, position, last)
            ):
                return length
        return 0

    def _table(self, source: str) -> Mapping[str, tuple[str, ...]]:
        if source == "da":
            return self._danish
        if source == "en":
            return self._english
        raise ValueError(f"the glossary knows da and en, not {source!r}")

    @cached_property
    def _english(self) -> Mapping[str, tuple[str, ...]]:
        """English terms to Danish headwords; a headword whose first term it is comes before others."""
        ranked: dict[str, dict[str, int]] = {}
        for headword, terms in self._danish.items():
            for rank, term in enumerate(terms):
                folded = _bare(fold(term))
                ranked.setdefault(folded, {}).setdefault(headword, rank)
        return {term: tuple(sorted(found, key=found.__getitem__)) for term, found in ranked.items()}

    def _phrases(self, source: str) -> _PhraseTable:
        return self._danish_phrases if source == "da" else self._english_phrases

    @cached_property
    def _danish_phrases(self) -> _PhraseTable:
        return _phrase_table(self._danish, "da")

    @cached_property
    def _english_phrases(self) -> _PhraseTable:
        return _phrase_table(self._english, "en")


def _bare(term: str) -> str:
    """An English term without the article or the "to" of an infinitive."""
    for article in _ARTICLES:
        if term.startswith(article):
            return term[len(article) :]
    return term


def _unbroken(text: str, tokens: Sequence[Word], first: int, last: int) -> bool:
    """Whether nothing but blanks (or one hyphen or slash) stands between the words."""
    return all(
        text[tokens[i].end : tokens[i + 1].start].strip() in ("", "-", "/") for i in range(first, last)
    )


def _phrase_table(table: Mapping[str, tuple[str, ...]], language: str) -> _PhraseTable:
    terms: dict[tuple[str, ...], tuple[str, ...]] = {}
    lengths: dict[str, set[int]] = {}
    for headword, translations in table.items():
        if headword.isalpha():
            continue
        tokens = WORD.findall(headword)
        if len(tokens) < 2:
            continue
        key = tuple(stem(token, language) for token in tokens)
        terms[key] = tuple(dict.fromkeys(terms.get(key, ()) + translations))
        lengths.setdefault(key[0], set()).add(len(key))
    longest_first = {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()}
    return _PhraseTable(terms, longest_first)


@lru_cache(maxsize=1)
def _bundled() -> Glossary:
    return Glossary._from_entries(entry for name, text in bundled_files() for entry in entries(name, text))
