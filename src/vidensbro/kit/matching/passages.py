"""The passages of a document that answer a need, with the words that do marked in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from vidensbro.kit.matching.analysis import Idea
from vidensbro.kit.matching.model import Document, Passage, TermPair
from vidensbro.kit.text import index_terms, sentences, words

MOST_CHARACTERS = 30_000
"""Passages are looked for in the first part of a very long document."""

LONGEST_QUOTE = 420
"""Characters of a quotation; a longer sentence is cut around its marks."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in one document: `coverage` in 0..1 is the share of the need that its best passage answers."""

    coverage: float
    passages: tuple[Passage, ...]
    terms: tuple[TermPair, ...]
    ideas: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Sentence:
    start: int
    end: int
    marks: tuple[tuple[int, int], ...]
    ideas: frozenset[int]


class Reader:
    """Reads documents for one need; `weights` are the ideas' shares of the need and add up to 1."""

    def __init__(self, ideas: Sequence[Idea], weights: Sequence[float]) -> None:
        self._ideas = tuple(ideas)
        self._weights = tuple(weights)
        self._groups: dict[str, list[int]] = {}
        for number, idea in enumerate(ideas):
            for term, _ in idea.query.alternatives:
                self._groups.setdefault(term, []).append(number)

    def read(self, document: Document, most: int) -> Reading:
        """Passages of at most two sentences, best first, at most `most`; the title is read but not quoted."""
        pairs: dict[tuple[str, str], TermPair] = {}
        title = self._mark(document.title, 0, document.language, pairs)
        body = document.body[:MOST_CHARACTERS]
        found = [
            self._mark(sentence.text, sentence.start, document.language, pairs)
            for sentence in sentences(body)
        ]
        windows = self._windows(found)
        coverage = max([self._value(title.ideas), *(value for value, _, _ in windows)], default=0.0)
        every = title.ideas.union(*(sentence.ideas for sentence in found))
        return Reading(
            coverage,
            tuple(self._quote(document, body, found[first : last + 1]) for _, first, last in windows[:most]),
            tuple(pairs[key] for key in sorted(pairs)),
            every,
        )

    def _mark(
        self, text: str, offset: int, language: str, pairs: dict[tuple[str, str], TermPair]
    ) -> _Sentence:
        marks: list[tuple[int, int]] = []
        seen: set[int] = set()
        for word in words(text):
            for term in word_terms(word.text, language):
                for group in self._groups.get(term, ()):
                    if (offset + word.start, offset + word.end) not in marks[-1:]:
                        marks.append((offset + word.start, offset + word.end))
                    seen.add(group)
                    idea = self._ideas[group]
                    pair = TermPair(idea.word, word.text, idea.methods[term])
                    pairs.setdefault((idea.word.casefold(), word.text.casefold()), pair)
        return _Sentence(offset, offset + len(text), tuple(marks), frozenset(seen))

    def _value(self, ideas: frozenset[int]) -> float:
        return sum(self._weights[number] for number in sorted(ideas))

    def _windows(self, found: Sequence[_Sentence]) -> list[tuple[float, int, int]]:
        """Windows of one or two sentences by value, none overlapping a better one; a second must add something."""
        candidates = []
        for first in range(len(found)):
            for last in (first, first + 1):
                if last < len(found):
                    ideas = frozenset[int]().union(*(found[i].ideas for i in range(first, last + 1)))
                    candidates.append((self._value(ideas), first, last))
        chosen: list[tuple[float, int, int]] = []
        for value, first, last in sorted(candidates, key=lambda c: (-c[0], c[2] - c[1], c[1])):
            if value > 0 and all(last < other[1] or first > other[2] for other in chosen):
                chosen.append((value, first, last))
        return chosen

    @staticmethod
    def _quote(document: Document, body: str, window: Sequence[_Sentence]) -> Passage:
        start, end = window[0].start, window[-1].end
        marks = [mark for sentence in window for mark in sentence.marks]
        if end - start > LONGEST_QUOTE and marks:
            start = max(start, min(marks[0][0] - 60, end - LONGEST_QUOTE))
            start = start if start == window[0].start else body.find(" ", start) + 1
            end = min(end, start + LONGEST_QUOTE)
            end = end if end == window[-1].end else max(body.rfind(" ", start, end), start + 1)
        inside = tuple((a - start, b - start) for a, b in marks if a >= start and b <= end)
        return Passage(document.key, body[start:end], inside)


@lru_cache(maxsize=200_000)
def word_terms(word: str, language: str) -> tuple[str, ...]:
    """The index terms of one word, remembered: the same words come back in every document."""
    return tuple(index_terms(word, language))
