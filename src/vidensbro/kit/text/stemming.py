"""Stems (short, fast, for an index) and lemmas (dictionary forms, for people and look-ups).

Stems are Snowball's (Porter 2001) through PyStemmer; lemmas come from simplemma's dictionaries, loaded when
the first one is asked for (about half a second and 100 MB for Danish).
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import Stemmer

from vidensbro.kit.text.inflection import IRREGULAR
from vidensbro.kit.text.normalise import fold
from vidensbro.kit.text.stop_words import STOP_WORDS

__all__ = ["STOP_WORDS", "lemma", "stem"]

_ALGORITHMS: Final = {"da": "danish", "en": "english", "no": "norwegian", "sv": "swedish", "de": "german"}
_DICTIONARIES: Final = {"da": "da", "en": "en", "no": "nb", "sv": "sv", "de": "de"}
_NO_IRREGULAR: Final[Mapping[str, str]] = {}
_local = threading.local()


def stem(word: str, language: str) -> str:
    """The stem of a word, folded; irregular Danish and English forms come out with their regular ones.

    Words of a language without a stemmer are folded only.
    """
    return _stem(word, language)


def lemma(word: str, language: str) -> str:
    """The dictionary form of a word, folded; the folded word itself if it is not in the dictionary."""
    return _lemma(word, language)


@lru_cache(maxsize=131072)
def _stem(word: str, language: str) -> str:
    folded = fold(word)
    folded = IRREGULAR.get(language, _NO_IRREGULAR).get(folded, folded)
    algorithm = _ALGORITHMS.get(language)
    if algorithm is None or not folded.isalpha():
        return folded
    return str(_stemmer(algorithm).stemWord(folded))


@lru_cache(maxsize=131072)
def _lemma(word: str, language: str) -> str:
    folded = fold(word)
    irregular = IRREGULAR.get(language, _NO_IRREGULAR).get(folded)
    if irregular is not None:
        return irregular
    if language not in _DICTIONARIES:
        return folded
    return fold(dictionary(language).get(folded, folded))


@lru_cache(maxsize=8)
def dictionary(language: str) -> Mapping[str, str]:
    """simplemma's table from inflected forms to lemmas for one of the five languages."""
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

    return DefaultDictionaryFactory(cache_max_size=1).get_dictionary(_DICTIONARIES[language])


def _stemmer(algorithm: str) -> Any:
    """A stemmer of this thread's own: PyStemmer's are not safe to share."""
    stemmers: dict[str, Any] | None = getattr(_local, "stemmers", None)
    if stemmers is None:
        stemmers = _local.stemmers = {}
    if algorithm not in stemmers:
        stemmers[algorithm] = Stemmer.Stemmer(algorithm, 0)
    return stemmers[algorithm]
