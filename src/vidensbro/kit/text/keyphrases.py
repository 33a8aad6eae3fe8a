"""The phrases that say what a text is about, found in the text alone.

Candidates are runs of content words between function words and punctuation (RAKE; Rose et al. 2010),
weighed by how often they come back, how early they come (YAKE; Campos et al. 2020), and how much their
words say. No randomness: the same text gives the same phrases.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from vidensbro.kit.text.compounds import split
from vidensbro.kit.text.normalise import Word, fold, normalise, sentences, words
from vidensbro.kit.text.stemming import stem
from vidensbro.kit.text.stop_words import listed
from vidensbro.kit.text.terms import danish_stem, is_stop_word

_LONGEST_PHRASE: Final = 4
_MOST_CHARACTERS: Final = 50_000
_INNER: Final = 0.6
_BREAKS: Final = frozenset(',.;:!?()[]{}"“”»«–—/|•\n=<>')

# Words that every abstract and every need has: they say nothing about the subject.
_EMPTY: Final = {
    "da": frozenset(
        listed("""
        undersøge undersøgte undersøgt undersøger undersøgelse undersøgelsen studie studiet studier resultat
        resultater resultaterne resultatet formål formålet metode metoder metoden konklusion baggrund
        artikel artiklen projekt projektet projekter vise viser viste vist finde finder fandt fundet bruge
        bruger brugt brugte bruges anvende anvender anvendes anvendt anvendte betyde betyder ligge ligger
        give giver gav givet gives forskellige forskellig vigtig vigtige ny nye nyt stor store stort større
        største lille god gode godt høj høje højt lav lave lavt søge søger ønske ønsker arbejde arbejder
        udvikle udvikler udviklet udvikles hjælpe hjælper hjælp mulighed muligheder tage tager sætte sætter
        række del dele hel hele tid tiden år antal brug behov særlig særlige samlet første anden tredje to
        tre fire fem vores opdage opdager opdages måle måler undersøges sammenligne sammenlignet
        sammenlignede beskrive beskriver beskrevet vurdere vurderet tidligt tidlig teste tester viden sted
        hurtig lave laver lavet gøre står stå mindske mindsker reducere reducerer reducerede procent
        forbedre forbedrer
        """)
    ),
    "en": frozenset(
        listed("""
        study studies studied result results method methods methodology conclusion conclusions background
        objective aim aims aimed purpose paper article project projects show shows showed shown find finds
        found finding findings use uses used using investigate investigated investigates present presents
        presented propose proposed proposes report reported reports include includes included including
        provide provides provided suggest suggests suggested demonstrate demonstrated demonstrates indicate
        indicates compare compared comparison increase increased increasing decrease decreased reduce
        reduced significant significantly high higher low lower large larger small new novel important
        different various based well known able potential possible development develop developed developing
        approach approaches analysis analyses analysed analyzed evaluate evaluated assess assessed group
        groups year years day days number use need needs look looking help work works working one two three
        four first second respectively spent less allow allows allowed discussed discuss percent observed
        associated among further improve improved improving better good best main total however performed
        conducted identify identified determine determined describe described obtained available role effect
        effects early detect detects place test testing
        """)
    ),
}


class KeyPhrase(NamedTuple):
    """A phrase as it first stands in the text, and its score: 1.0 for the best of the text, others below."""

    text: str
    score: float


class _Candidate:
    """A phrase with all that counts for it."""

    __slots__ = ("count", "first", "stems", "text", "value")

    def __init__(self, text: str, stems: tuple[str, ...], first: int, value: float) -> None:
        self.text = text
        self.stems = stems
        self.first = first
        self.value = value
        self.count = 0.0


def key_phrases(text: str, language: str, limit: int = 10) -> list[KeyPhrase]:
    """The phrases that a text is about, best first; at most `limit`. `language` is an ISO 639-1 code.

    Only the first 50,000 characters are read. A phrase that is part of a better one is left out unless it
    also stands alone.
    """
    text = normalise(text[:_MOST_CHARACTERS])
    candidates: dict[tuple[str, ...], _Candidate] = {}
    for number, sentence in enumerate(sentences(text)):
        for run in _runs(sentence.text, language):
            _count(candidates, sentence.text, run, number, language)
    ranked = sorted(candidates.values(), key=lambda item: (-_score(item), item.first, item.stems))
    chosen = _without_overlap(ranked, limit)
    best = _score(chosen[0]) if chosen else 1.0
    return [KeyPhrase(item.text, round(_score(item) / best, 4)) for item in chosen]


def _runs(sentence: str, language: str) -> Iterator[list[Word]]:
    """Consecutive content words with nothing but blanks between them."""
    run: list[Word] = []
    for token in words(sentence):
        gap = sentence[run[-1].end : token.start] if run else ""
        broken = not _BREAKS.isdisjoint(gap)
        content = _is_content(token.text, language)
        if run and (broken or not content):
            yield run
            run = []
        if content:
            run.append(token)
    if run:
        yield run


def _is_content(word: str, language: str) -> bool:
    folded = fold(word)
    if len(folded) < 3 and not word.isupper():
        return False
    if not any(map(str.isalpha, folded)) or is_stop_word(word, language):
        return False
    return folded not in _EMPTY.get(language, ())


def _count(
    candidates: dict[tuple[str, ...], _Candidate],
    sentence: str,
    run: Sequence[Word],
    number: int,
    language: str,
) -> None:
    """Count every phrase of up to four words in a run."""
    stems = [_key(token.text, language) for token in run]
    values = [_value(token.text, language) for token in run]
    for start in range(len(run)):
        for end in range(start + 1, min(start + _LONGEST_PHRASE, len(run)) + 1):
            key = tuple(stems[start:end])
            found = candidates.get(key)
            if found is None:
                shown = sentence[run[start].start : run[end - 1].end]
                value = sum(values[start:end]) / (end - start) ** 0.45
                found = candidates[key] = _Candidate(shown, key, number, value)
            whole = start == 0 and end == len(run)
            found.count += 2.0 if whole else _INNER


def _key(word: str, language: str) -> str:
    return danish_stem(fold(word)) if language == "da" else stem(word, language)


def _value(word: str, language: str) -> float:
    """How much one word says: long words, Danish compounds, names and acronyms say more."""
    value = min(len(word), 16) / 8
    if language == "da" and split(word):
        value += 0.6
    if word[0].isupper() and not word.islower() and any(map(str.isupper, word[1:])):
        value += 0.4
    return value


def _score(candidate: _Candidate) -> float:
    early = 1 + 1 / (2 + candidate.first)
    return round(candidate.value * math.log2(1 + candidate.count) * early, 6)


def _without_overlap(ranked: Sequence[_Candidate], limit: int) -> list[_Candidate]:
    """The best phrases, none of which lies within another that was chosen before it or encloses one."""
    chosen: list[_Candidate] = []
    for candidate in ranked:
        if len(chosen) >= limit:
            break
        own = set(candidate.stems)
        if not any(own <= set(other.stems) or own >= set(other.stems) for other in chosen):
            chosen.append(candidate)
    return chosen
