"""A plain BM25 to stand beside the engine: one language, no translation, no vectors (k1 0.9, b 0.4, Snowball)."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping

import Stemmer

STEMMERS = {"da": "danish", "en": "english", "no": "norwegian", "sv": "swedish", "de": "german"}
STOP_WORDS = frozenset(
    (
        "a an and are as at be but by for if in into is it no not of on or such that the their then there these "
        "they this to was will with"
    ).split()
)
"""Lucene's classic English list, as BM25 baselines are usually run with."""


class PlainBM25:
    """Ranks texts for a query (Robertson & Zaragoza 2009)."""

    def __init__(self, texts: Mapping[str, str], language: str, k1: float = 0.9, b: float = 0.4) -> None:
        self._stemmer = Stemmer.Stemmer(STEMMERS.get(language, "english"))
        self._k1, self._b = k1, b
        self._postings: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self._lengths: dict[str, int] = {}
        for key, text in texts.items():
            counts = Counter(self._tokens(text))
            self._lengths[key] = sum(counts.values())
            for token, count in counts.items():
                self._postings[token].append((key, count))
        self._average = sum(self._lengths.values()) / max(len(self._lengths), 1)

    def search(self, query: str, depth: int = 1000) -> list[str]:
        """Keys of the best texts, ties by key."""
        scores: dict[str, float] = defaultdict(float)
        for token, wanted in Counter(self._tokens(query)).items():
            postings = self._postings.get(token, [])
            idf = math.log(1 + (len(self._lengths) - len(postings) + 0.5) / (len(postings) + 0.5))
            for key, count in postings:
                pivot = self._k1 * (1 - self._b + self._b * self._lengths[key] / self._average)
                scores[key] += wanted * idf * count / (count + pivot)
        return sorted(scores, key=lambda key: (-scores[key], key))[:depth]

    def _tokens(self, text: str) -> list[str]:
        return [
            self._stemmer.stemWord(word)
            for word in re.findall(r"\w+", text.lower())
            if word not in STOP_WORDS
        ]
