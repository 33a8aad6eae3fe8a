"""Invented words in two languages, as frequent as words are.

The rank of a word decides how often it stands in a text: Zipf's law with Mandelbrot's offset (Mandelbrot 1953),
p ~ 1 / (rank + 2.7). The first ranks are real function words, because stop words and the recognition of languages must
have something to work on; among the ranks from a hundred to five thousand stand the glossary's terms, so that a Danish
need and an English abstract can mean the same; everything else is made of syllables and endings.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from vidensbro.kit.text import Glossary
from vidensbro.kit.text.stop_words import STOP_WORDS

Numbers = npt.NDArray[np.int64]

SIZE = {"en": 300_000, "da": 300_000}
"""Word forms of a language."""

OFFSET = 2.7
TERMS_FROM, TERMS_TO = 100, 5_000
TERMS = 2_500
"""Terms of the glossary among the ranks from `TERMS_FROM` to `TERMS_TO`."""

SHARE_OF_TOPIC = 0.3
TOPICS, TOPIC_WORDS = 400, 1_500

_ONSETS = "b bl br d dr f fl fr g gl gr h j k kl kr l m n p pl pr r s sk sl sm sn sp st t tr v".split()
_VOWELS = {"en": "a e i o u ea ou ai".split(), "da": "a e i o u y æ ø å".split()}
_CODAS = ["", "", "", "", "", "n", "r", "l", "s", "t", "m", "nd"]
_ENDINGS = {
    "en": ["", "", "", "s", "ing", "ed", "ation", "ity", "al", "ic", "ive", "er"],
    "da": ["", "", "", "er", "en", "erne", "ing", "else", "hed", "ske", "et", "s"],
}
_SEED = {"en": 20_260_101, "da": 20_260_102}


class Words:
    """The words of one language and how they fall."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.forms = np.array(_forms(language), dtype=object)
        weights = 1 / (np.arange(1, len(self.forms) + 1) + OFFSET)
        self._cumulative = np.cumsum(weights) / weights.sum()
        rng = np.random.default_rng(_SEED[language])
        # What a field talks about is neither its function words nor words that stand once in a library.
        self._of_topic = np.sort(
            rng.integers(TERMS_FROM, len(self.forms) // 4, (TOPICS, TOPIC_WORDS)), axis=1
        )

    def text(self, rng: np.random.Generator, count: int, topic: int) -> list[str]:
        """`count` words of a text about a topic."""
        numbers: Numbers = np.searchsorted(self._cumulative, rng.random(count))
        own = rng.random(count) < SHARE_OF_TOPIC
        # Within a topic the words are Zipfian too: the square of a uniform number favours the frequent ones.
        places = (rng.random(int(own.sum())) ** 2 * TOPIC_WORDS).astype(np.int64)
        numbers[own] = self._of_topic[topic][places]
        found: list[str] = self.forms[numbers].tolist()
        return found


@cache
def words(language: str) -> Words:
    """The words of "en" or "da"; made once in a process, in about a second."""
    return Words(language)


@cache
def pairs() -> tuple[tuple[str, str], ...]:
    """Danish and English single words that mean the same, from the bundled glossary."""
    glossary = Glossary.bundled()
    found = ((danish, glossary.lookup(danish)[0]) for danish in sorted(glossary.headwords()))
    return tuple(
        pair for pair in found if all(word.isalpha() and word.islower() and len(word) > 4 for word in pair)
    )


def _forms(language: str) -> list[str]:
    rng = np.random.default_rng(_SEED[language] + 1)
    known = sorted(STOP_WORDS[language], key=lambda word: (len(word), word))
    terms = list(dict.fromkeys(pair[language == "en"] for pair in pairs()))
    chosen = sorted(rng.choice(len(terms), min(TERMS, len(terms)), replace=False).tolist())
    there = {*known, *terms}
    made: dict[str, None] = {}
    while len(made) < SIZE[language]:
        made.update((word, None) for word in _invented(rng, language, 100_000) if word not in there)
    common = [*[terms[one] for one in chosen], *list(made)[: TERMS_TO - TERMS_FROM - len(chosen)]]
    rare = list(made)[TERMS_TO - TERMS_FROM - len(chosen) : SIZE[language]]
    spread = [common[place] for place in rng.permutation(len(common)).tolist()]
    return [*known[:TERMS_FROM], *spread, *known[TERMS_FROM:], *rare]


def _invented(rng: np.random.Generator, language: str, count: int) -> list[str]:
    """Words of one to three syllables; two are the most common."""
    syllables = rng.choice([1, 2, 2, 3], count).tolist()
    parts = (_ONSETS, _VOWELS[language], _CODAS)
    chosen = [rng.integers(0, len(part), (count, 3)).tolist() for part in parts]
    endings = rng.integers(0, len(_ENDINGS[language]), count).tolist()
    return [
        "".join(part[row[i][k]] for k in range(syllables[i]) for part, row in zip(parts, chosen, strict=True))
        + _ENDINGS[language][endings[i]]
        for i in range(count)
    ]
