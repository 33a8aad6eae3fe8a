"""The words that needs are wrapped in: "vi søger viden om", "we are looking for a partner who can help".

They say that something is sought, not what. They are not stop words, for a document may well be about knowledge or
partners; but they weigh less, and nobody is told that a match says nothing about them.
"""

from __future__ import annotations

from typing import Final

from vidensbro.kit.text.stemming import stem
from vidensbro.kit.text.terms import danish_stem

_DANISH: Final = """
    behov behøve brug bruge deltage ekspert ekspertise erfaring finde firma forsker forskning forslag gerne
    god hjælp hjælpe idé interesse interesseret kende kendskab kompetence kontakt lede løse løsning mangle mulighed
    ny nogen opgave partner projekt råd samarbejde samarbejdspartner spørgsmål sted svar søge udfordring udvikle
    undersøge viden vide vigtig virksomhed ønske
"""
_ENGLISH: Final = """
    answer challenge collaborate collaboration company competence contact develop experience expert expertise find firm
    good help idea important interest interested knowledge know look need new opportunity participate partner place
    project question research researcher search seek solution solve suggestion task want use
"""

_STEMS: Final = {
    "da": frozenset(danish_stem(word) for word in _DANISH.split()),
    "en": frozenset(stem(word, "en") for word in _ENGLISH.split()),
}


def is_need_talk(word: str, language: str) -> bool:
    """Whether a single word, in any form, says only that something is sought. False in other languages."""
    folded = word.casefold()
    stemmed = danish_stem(folded) if language == "da" else stem(folded, language)
    return stemmed in _STEMS.get(language, frozenset())
