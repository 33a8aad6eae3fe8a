"""A corpus of any size with lifelike statistics, the same on every machine.

Words are Zipf-distributed (s = 1.05) over made-up words and the glossary's English terms; three words in ten come from
one of 500 topics, so that documents have something in common. Of every hundred documents 80 are publications, 15
people and 5 test sites. Authors have a heavy tail as in real bibliographies. Vectors are clustered unit vectors: the
time for embedding documents is measured apart, with the real model.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from vidensbro.kit.matching import Document, Standing
from vidensbro.kit.text import Glossary

SEED = 20261122
VOCABULARY = 200_000
TOPICS, TOPIC_WORDS = 500, 2_000
BODY_WORDS, TITLE_WORDS = 150, 9
DIMENSIONS, CLUSTERS = 384, 2_000
SYLLABLES = [c + v for c in "bcdfghjklmnprstvwz" for v in "aeiouy"]
FILLERS_DA = [
    "vi",
    "søger",
    "nogen",
    "der",
    "kan",
    "hjælpe",
    "os",
    "med",
    "at",
    "finde",
    "en",
    "løsning",
    "på",
    "det",
    "her",
    "og",
    "det",
    "skal",
    "være",
    "til",
]
FILLERS_EN = [
    "we",
    "are",
    "looking",
    "for",
    "somebody",
    "who",
    "can",
    "help",
    "us",
    "to",
    "find",
    "a",
    "solution",
    "for",
    "this",
    "and",
    "it",
    "should",
    "be",
]


@dataclass(frozen=True, slots=True)
class Asked:
    """A need. `words` are its content words in English, for engines that neither translate nor leave out filling."""

    language: str
    text: str
    words: tuple[str, ...]


class Corpus:
    """Documents, their vectors and needs; `size` documents in all."""

    def __init__(self, size: int) -> None:
        self.size = size
        rng = np.random.default_rng(SEED)
        self._pairs = _glossary_pairs()
        self._words = _vocabulary(rng, [english for _, english in self._pairs])
        ranks = np.arange(1, len(self._words) + 1, dtype=np.float64)
        self._cumulative = np.cumsum(ranks**-1.05)
        self._cumulative /= self._cumulative[-1]
        self._topics = rng.integers(200, len(self._words), (TOPICS, TOPIC_WORDS))
        self._centres = rng.standard_normal((CLUSTERS, DIMENSIONS)).astype(np.float32)
        self.people = max(size * 15 // 100, 1)

    def documents(self) -> Iterator[Document]:
        """The documents in order of their number."""
        rng = np.random.default_rng(SEED + 1)
        person = 0
        for number in range(self.size):
            place = number % 100
            if place < 80:
                yield self._publication(number, rng)
            elif place < 95:
                yield Document("person", str(person), "en", f"Person {person}", self._text(rng, 12))
                person += 1
            else:
                yield Document("test_site", str(number), "en", self._text(rng, 5), self._text(rng, 60))

    def _publication(self, number: int, rng: np.random.Generator) -> Document:
        # Few people write much: the square of a uniform number favours low ones.
        authors = (rng.random(3) ** 2 * self.people).astype(int).tolist()
        roles = ("first", "middle", "last")
        behind = tuple(
            Standing("person", str(author), role)
            for author, role in zip(dict.fromkeys(authors), roles, strict=False)
        )
        length = int(rng.integers(BODY_WORDS * 2 // 3, BODY_WORDS * 4 // 3))
        title, body = self._text(rng, TITLE_WORDS), self._text(rng, length)
        day = date(2005 + int(rng.integers(0, 21)), 1, 1)
        return Document("publication", str(number), "en", title, body, date=day, stands_behind=behind)

    def _text(self, rng: np.random.Generator, count: int) -> str:
        numbers = np.searchsorted(self._cumulative, rng.random(count))
        of_topic = rng.random(count) < 0.3
        topic = self._topics[int(rng.integers(TOPICS))]
        numbers[of_topic] = topic[rng.integers(0, TOPIC_WORDS, int(of_topic.sum()))]
        words = [self._words[i] for i in numbers]
        for end in range(14, count, 15):
            words[end] += "."
        return " ".join(words).capitalize()

    def vectors(self, count: int, start: int) -> npt.NDArray[np.float32]:
        """Unit vectors (count, 384) for documents `start` and on, in clusters as real embeddings are."""
        rng = np.random.default_rng((SEED, start))
        centres = self._centres[rng.integers(0, CLUSTERS, count)]
        vectors = centres + rng.standard_normal((count, DIMENSIONS)).astype(np.float32)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    def vector_of(self, text: str) -> npt.NDArray[np.float32]:
        """The unit vector (384,) of a text, always the same one, in the clusters of `vectors`."""
        rng = np.random.default_rng(int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big"))
        vector = self._centres[int(rng.integers(CLUSTERS))] + rng.standard_normal(
            DIMENSIONS, dtype=np.float32
        )
        return np.asarray(vector / np.linalg.norm(vector), np.float32)

    def needs(self, count: int) -> list[Asked]:
        """Every other one Danish: 12 glossary words, 12 words as the documents use them, and filling around them."""
        rng = np.random.default_rng(SEED + 2)
        return [self._need(rng, danish=number % 2 == 0) for number in range(count)]

    def _need(self, rng: np.random.Generator, *, danish: bool) -> Asked:
        chosen = [self._pairs[i] for i in rng.integers(0, len(self._pairs), 12)]
        common = [self._words[i] for i in np.searchsorted(self._cumulative, rng.random(12))]
        fillers = FILLERS_DA if danish else FILLERS_EN
        words = [pair[0] if danish else pair[1] for pair in chosen] + common + fillers
        text = " ".join(words[i] for i in rng.permutation(len(words)))
        return Asked("da" if danish else "en", text, (*(english for _, english in chosen), *common))


def _glossary_pairs() -> list[tuple[str, str]]:
    """Danish and English single words that mean the same."""
    glossary = Glossary.bundled()
    found = ((danish, glossary.lookup(danish)[0]) for danish in sorted(glossary.headwords()))
    return [
        pair for pair in found if all(word.isalpha() and word.islower() and len(word) > 4 for word in pair)
    ]


def _vocabulary(rng: np.random.Generator, real: Sequence[str]) -> list[str]:
    """Made-up and real words, the real ones spread over all ranks."""
    made: dict[str, None] = {}
    while len(made) < VOCABULARY - len(real):
        made["".join(rng.choice(SYLLABLES, int(rng.integers(2, 5))).tolist())] = None
    words = [*made, *real]
    return [words[i] for i in rng.permutation(len(words))]
