"""The passages of a document that answer a need, with the words that do marked in them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from vidensbro.kit.matching.analysis import Idea
from vidensbro.kit.matching.model import Document, Passage, TermPair
from vidensbro.kit.matching.quoting import LONGEST_QUOTE, Said, answered, best, units
from vidensbro.kit.text import Word, index_terms, sentences
from vidensbro.kit.text.normalise import WORD

MOST_CHARACTERS = 30_000
"""Passages are looked for in the first part of a very long document."""

LEAST_TRUST = 0.3
"""Wordings that mean an idea less than this are not marked: the far parts of a compound say too little."""

WORDS_AN_IDEA = 2
"""Pairs that are shown for each idea."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in one document: `coverage` in 0..1 is the share of the need that its best passage answers;
    `title` are the words of its title that answer, as (start, end)."""

    coverage: float
    title: tuple[tuple[int, int], ...]
    passages: tuple[Passage, ...]
    terms: tuple[TermPair, ...]
    ideas: frozenset[int]


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
        """Passages of at most two sentences, at most `most`; the title is read, and its words marked."""
        pairs: Pairs = {}
        title = self._mark(document.title, 0, document.language, pairs)
        body = document.body[:MOST_CHARACTERS]
        found = [
            self._mark(sentence.text, sentence.start, document.language, pairs)
            for sentence in sentences(body)
        ]
        every = frozenset(title.values).union(*(sentence.values for sentence in found))
        return Reading(
            min(1.0, max(answered([title], (0, 0), self._weights), self._coverage(found))),
            title.marks,
            self._passages(document, body, found, most),
            _weightiest(pairs),
            every,
        )

    def _coverage(self, found: Sequence[Said]) -> float:
        """What the best one or two neighbouring sentences answer, however long they are."""
        last = len(found) - 1
        runs = ((first, min(first + more, last)) for first in range(len(found)) for more in (0, 1))
        return max((answered(found, run, self._weights) for run in runs), default=0.0)

    def _passages(
        self, document: Document, body: str, found: Sequence[Said], most: int
    ) -> tuple[Passage, ...]:
        """The quotations. Sentences that are too long to be quoted are read again in parts."""
        if not any(sentence.values for sentence in found) or not most:
            return ()
        said = found
        if any(sentence.end - sentence.start > LONGEST_QUOTE for sentence in found):
            said = [self._mark(unit.text, unit.start, document.language, {}) for unit in units(body)]
        runs = best(said, self._weights, most)
        return tuple(_quote(document, body, said[first : last + 1]) for first, last in runs)

    def _mark(self, text: str, offset: int, language: str, pairs: Pairs) -> Said:
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
        return Said(offset, offset + len(text), tuple(sorted(marks)), values)

    def _places_of(self, word: str, language: str) -> tuple[_Place, ...]:
        """Where a word belongs in the need, worked out once for each word: most belong nowhere."""
        known = self._seen.get((word, language))
        if known is None:
            places = [place for term in word_terms(word, language) for place in self._places.get(term, ())]
            known = tuple(dict.fromkeys(places))
            self._seen[word, language] = known
        return known


def _quote(document: Document, body: str, said: Sequence[Said]) -> Passage:
    start, end = said[0].start, said[-1].end
    marks = tuple((a - start, b - start) for one in said for a, b in one.marks)
    return Passage(document.key, body[start:end], marks)


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
