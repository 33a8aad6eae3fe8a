"""The passages of a document that answer a need, with the words that do marked in them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from vidensbro.kit.matching.analysis import Idea
from vidensbro.kit.matching.model import Document, Passage, TermPair
from vidensbro.kit.text import Word, index_terms, sentences
from vidensbro.kit.text.normalise import WORD

MOST_CHARACTERS = 30_000
"""Passages are looked for in the first part of a very long document."""

LEAST_TRUST = 0.3
"""Wordings that mean an idea less than this are not marked: the far parts of a compound say too little."""

WORDS_AN_IDEA = 2
"""Pairs that are shown for each idea."""

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
    """`values` is how well each idea is said in it, 0..1; `marks` are the words that say them."""

    start: int
    end: int
    marks: tuple[tuple[int, int], ...]
    values: dict[int, float]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a need an index term belongs: which idea, which wording of it, which word of that."""

    idea: int
    wording: int
    slot: int


Pairs = dict[tuple[str, str], tuple[float, TermPair]]
"""Pairs found, by their words, with what they are worth."""


class Reader:
    """Reads documents for one need; `weights` are the ideas' shares of a full answer. In a long need they add up to
    more than 1."""

    def __init__(self, ideas: Sequence[Idea], weights: Sequence[float]) -> None:
        self._ideas = tuple(ideas)
        self._weights = tuple(weights)
        self._places: dict[str, list[_Place]] = defaultdict(list)
        self._seen: dict[tuple[str, str], tuple[_Place, ...]] = {}
        for number, idea in enumerate(ideas):
            for which, wording in enumerate(idea.wordings):
                for slot, terms in enumerate(wording.slots):
                    for term, weight in terms:
                        if wording.weight * weight >= LEAST_TRUST:
                            self._places[term].append(_Place(number, which, slot))

    def read(self, document: Document, most: int) -> Reading:
        """Passages of at most two sentences, best first, at most `most`; the title is read but not quoted."""
        pairs: Pairs = {}
        title = self._mark(document.title, 0, document.language, pairs)
        body = document.body[:MOST_CHARACTERS]
        found = [
            self._mark(sentence.text, sentence.start, document.language, pairs)
            for sentence in sentences(body)
        ]
        windows = self._windows(found)
        coverage = min(1.0, max([self._value([title]), *(value for value, _, _ in windows)], default=0.0))
        every = frozenset(title.values).union(*(sentence.values for sentence in found))
        return Reading(
            coverage,
            tuple(self._quote(document, body, found[first : last + 1]) for _, first, last in windows[:most]),
            _weightiest(pairs),
            every,
        )

    def _mark(self, text: str, offset: int, language: str, pairs: Pairs) -> _Sentence:
        """Find the wordings in a sentence. Of a translated phrase all words must be there, so that "home" alone does
        not pass for "nursing home"."""
        hits: dict[tuple[int, int], dict[int, list[Word]]] = defaultdict(lambda: defaultdict(list))
        for found in WORD.finditer(text):
            for place in self._places_of(found[0], language):
                hits[place.idea, place.wording][place.slot].append(Word(found[0], found.start(), found.end()))
        marks: set[tuple[int, int]] = set()
        values: dict[int, float] = {}
        for (number, which), slots in hits.items():
            idea, wording = self._ideas[number], self._ideas[number].wordings[which]
            share = len(slots) / len(wording.slots)
            if share < 1 and wording.method != "same":
                continue
            values[number] = max(values.get(number, 0.0), wording.weight * share)
            said = sorted({word for group in slots.values() for word in group}, key=lambda word: word.start)
            marks.update((offset + word.start, offset + word.end) for word in said)
            shown = wording.text if len(wording.slots) > 1 and share == 1 else said[0].text
            worth = self._weights[number] * wording.weight
            pair = TermPair(idea.word, shown, wording.method)
            known = pairs.setdefault((idea.word.casefold(), shown.casefold()), (worth, pair))
            if worth > known[0]:
                pairs[idea.word.casefold(), shown.casefold()] = (worth, pair)
        return _Sentence(offset, offset + len(text), tuple(sorted(marks)), values)

    def _places_of(self, word: str, language: str) -> tuple[_Place, ...]:
        """Where a word belongs in the need, worked out once for each word: most belong nowhere."""
        known = self._seen.get((word, language))
        if known is None:
            places = [place for term in word_terms(word, language) for place in self._places.get(term, ())]
            known = tuple(dict.fromkeys(places))
            self._seen[word, language] = known
        return known

    def _value(self, window: Sequence[_Sentence]) -> float:
        best: dict[int, float] = {}
        for sentence in window:
            for number, value in sentence.values.items():
                best[number] = max(best.get(number, 0.0), value)
        return sum(self._weights[number] * best[number] for number in sorted(best))

    def _windows(self, found: Sequence[_Sentence]) -> list[tuple[float, int, int]]:
        """Windows of one or two sentences by value, none overlapping a better one; a second must add something."""
        candidates = []
        for first in range(len(found)):
            for last in (first, first + 1):
                if last < len(found):
                    candidates.append((self._value(found[first : last + 1]), first, last))
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


def _weightiest(pairs: Pairs) -> tuple[TermPair, ...]:
    """Pairs by what they are worth, ties by their words; at most `WORDS_AN_IDEA` for each idea."""
    shown: Counter[str] = Counter()
    found: list[TermPair] = []
    for (need, _), (_, pair) in sorted(pairs.items(), key=lambda item: (-item[1][0], item[0])):
        if shown[need] < WORDS_AN_IDEA:
            shown[need] += 1
            found.append(pair)
    return tuple(found)


@lru_cache(maxsize=200_000)
def word_terms(word: str, language: str) -> tuple[str, ...]:
    """The index terms of one word, remembered: the same words come back in every document."""
    return tuple(index_terms(word, language))
