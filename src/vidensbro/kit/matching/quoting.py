"""Which parts of a text are quoted for a need: those that carry most of what its score rests on.

The first quotation is the passage that answers most of the need, the one that a score's passage part comes from. Each
further one adds most to what is quoted already, where a word that was quoted before adds less the more often it was,
as in the score itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vidensbro.kit.text import Sentence, sentences

LONGEST_QUOTE = 420
"""Characters of a quotation. Longer sentences are cut."""

SATURATION = 1.2
"""Mentions of an idea after which half of all that mentions can add is reached: the k1 of BM25."""

_STOP = re.compile(r"(?<=[.!?;])\s+")
_BLANK = re.compile(r"\s+")

Run = tuple[int, int]
"""The first and the last of neighbouring units."""


@dataclass(frozen=True, slots=True)
class Said:
    """A stretch of text. `values` is how well each idea is said in it, 0..1; `marks` are the words that say them."""

    start: int
    end: int
    marks: tuple[tuple[int, int], ...]
    values: dict[int, float]


def units(text: str) -> Iterator[Sentence]:
    """The sentences of a text, those too long to be quoted cut at stops, and where there is none between words.

    A stop before a small letter ends no sentence, so that a text without capitals is a single one.
    """
    for sentence in sentences(text):
        if len(sentence.text) <= LONGEST_QUOTE:
            yield sentence
        else:
            yield from _cut(sentence)


def best(said: Sequence[Said], weights: Sequence[float], most: int) -> list[Run]:
    """Up to `most` runs of one or two units of `said`, no two overlapping; `weights` are the ideas' worth."""
    runs = [run for run in _runs(said) if answered(said, run, weights) > 0]
    chosen: list[Run] = []
    while runs and len(chosen) < most:
        if chosen:
            before = _mentions(said, chosen)
            worth = {run: _added(before, _mentions(said, [run]), weights) for run in runs}
        else:
            worth = {run: answered(said, run, weights) for run in runs}
        taken = min(runs, key=lambda run: (-worth[run], run[1] - run[0], run[0]))
        chosen.append(taken)
        runs = [run for run in runs if run[1] < taken[0] or run[0] > taken[1]]
    return chosen


def answered(said: Sequence[Said], run: Run, weights: Sequence[float]) -> float:
    """How much of the need a run answers: each idea as well as the best of its units says it."""
    found: dict[int, float] = {}
    for one in said[run[0] : run[1] + 1]:
        for number, value in one.values.items():
            found[number] = max(found.get(number, 0.0), value)
    return sum(weights[number] * found[number] for number in sorted(found))


def _runs(said: Sequence[Said]) -> Iterator[Run]:
    for first, one in enumerate(said):
        yield first, first
        if first + 1 < len(said) and said[first + 1].end - one.start <= LONGEST_QUOTE:
            yield first, first + 1


def _mentions(said: Sequence[Said], runs: Sequence[Run]) -> dict[int, float]:
    """How often each idea is said in all of the runs, each mention as well as it says it."""
    found: dict[int, float] = {}
    for first, last in runs:
        for one in said[first : last + 1]:
            for number, value in one.values.items():
                found[number] = found.get(number, 0.0) + value
    return found


def _added(before: dict[int, float], new: dict[int, float], weights: Sequence[float]) -> float:
    """What further mentions add to what was said before."""
    return sum(
        weights[number]
        * (_saturated(before.get(number, 0.0) + new[number]) - _saturated(before.get(number, 0.0)))
        for number in sorted(new)
    )


def _saturated(mentions: float) -> float:
    return mentions / (mentions + SATURATION)


def _cut(sentence: Sentence) -> Iterator[Sentence]:
    """A long sentence in parts that can be quoted, two together where they are cut between words."""
    for part in _parts(sentence, _STOP):
        if len(part.text) <= LONGEST_QUOTE:
            yield part
        else:
            yield from _packed(part)


def _parts(sentence: Sentence, breaks: re.Pattern[str]) -> Iterator[Sentence]:
    """The parts between breaks, with their places in the whole text."""
    begin = 0
    for found in breaks.finditer(sentence.text):
        if found.start() > begin:
            yield _part(sentence, begin, found.start())
        begin = found.end()
    if begin < len(sentence.text):
        yield _part(sentence, begin, len(sentence.text))


def _packed(sentence: Sentence) -> Iterator[Sentence]:
    """As many words at a time as fit in half of a quotation; a word longer than that alone."""
    begin = end = 0
    for word in _parts(sentence, _BLANK):
        stop = word.end - sentence.start
        if stop - begin > LONGEST_QUOTE // 2 and end > begin:
            yield _part(sentence, begin, end)
            begin = word.start - sentence.start
        end = stop
    yield _part(sentence, begin, end)


def _part(sentence: Sentence, begin: int, end: int) -> Sentence:
    return Sentence(sentence.text[begin:end], sentence.start + begin, sentence.start + end)
