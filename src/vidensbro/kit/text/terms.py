"""What goes into an index, and what a need is looked up by.

An index term carries its language: "da:tryksår" is a Danish stem, "da+:sår" a stem of a part of a Danish
compound, "en:ulcer" an English stem. Words of languages without a stemmer are kept whole as "xx:...".
Numbers and acronyms stay as they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from vidensbro.kit.text.compounds import parts, split
from vidensbro.kit.text.glossary import Glossary
from vidensbro.kit.text.normalise import WORD, Word, fold, is_plain, normalise, words
from vidensbro.kit.text.stemming import STOP_WORDS, lemma, stem

if TYPE_CHECKING:
    from vidensbro.kit.text.bridge import Bridge
    from vidensbro.kit.text.taxonomy import Taxonomy

Method = Literal["same", "compound", "glossary", "cognate", "lexicon", "taxonomy"]

ANALYSIS: Final = "1"
"""Raised whenever the same text may give other index terms."""

_CACHE_LIMIT: Final = 400_000
_LONGEST_WORD: Final = 64
_OTHER: Final = {"da": "en", "en": "da"}
_HEAD_WEIGHT: Final = 0.45
_MODIFIER_WEIGHT: Final = 0.25
_INSIDE_ANOTHER: Final = 0.7
_WHOLE_IN_COMPOUND_WEIGHT: Final = 0.6
_IDENTITY_WEIGHT: Final = 0.7


class Form(NamedTuple):
    """One way in which a word of a need may stand in a document.

    `term` is the index term, `text` the word or phrase to show, `weight` (0..1] how far a hit counts beside
    the word itself. Forms with the same text and method are one wording; of a phrase, `slot` says which
    word a form stands for.
    """

    term: str
    text: str
    method: Method
    weight: float
    slot: int = 0


class QueryIdea(NamedTuple):
    """A content word or phrase of a need with its place there, and its forms, the word itself first."""

    word: str
    start: int
    end: int
    forms: tuple[Form, ...]


class _Analyser(dict[str, tuple[str, ...]]):
    """Word as it stands -> its index terms, worked out once; emptied when it has grown too large."""

    def __init__(self, analyse: Callable[[str], tuple[str, ...]]) -> None:
        super().__init__()
        self._analyse = analyse

    def __missing__(self, word: str) -> tuple[str, ...]:
        if len(self) >= _CACHE_LIMIT:
            self.clear()
        terms = self[word] = self._analyse(word)
        return terms


def index_terms(text: str, language: str) -> list[str]:
    """The index terms of a text in order, with repeats. `language` is an ISO 639-1 code.

    Stop words are dropped; Danish compounds are followed by the terms of their parts ("da+:...");
    hyphenated words give their pieces, and themselves where they hold a figure or an initial (covid-19).
    """
    analyser = _ANALYSERS.get(language, _OTHER_ANALYSER)
    if not is_plain(text):
        text = normalise(text)
    if text.isupper():
        text = text.lower()
    return list(chain.from_iterable(map(analyser.__getitem__, WORD.findall(text))))


@lru_cache(maxsize=1)
def analysis_version() -> str:
    """Name of the rules by which `index_terms` works, with the bundled glossary, which decides how words split."""
    headwords = "\n".join(sorted(Glossary.bundled().headwords("da")))
    return f"{ANALYSIS}-{hashlib.sha256(headwords.encode()).hexdigest()[:12]}"


def _analyser(language: str) -> _Analyser:
    return _Analyser(lambda word: _word_terms(word, language))


def _word_terms(word: str, language: str) -> tuple[str, ...]:
    """The index terms of one word as it stands."""
    folded = fold(word)[:_LONGEST_WORD]
    if is_stop_word(word, language):
        return ()
    pieces = folded.split("-") if "-" in folded else None
    if pieces is None:
        return tuple(_plain_terms(folded, language))
    found = [f"{language}:{folded}"] if _is_name_like(pieces) else []
    for piece in pieces:
        if piece and piece not in STOP_WORDS.get(language, ()):
            found.extend(_plain_terms(piece, language))
    return tuple(dict.fromkeys(found))


def _plain_terms(folded: str, language: str) -> list[str]:
    """Terms of a folded word without hyphens."""
    if language not in STOP_WORDS:
        return [f"xx:{folded}"]
    if folded.endswith("'s"):
        folded = folded[:-2]
    if len(folded) == 1 and not folded.isdigit():
        return []
    if language != "da":
        return [f"{language}:{stem(folded, language)}"]
    own = f"da:{danish_stem(folded)}"
    return [own, *dict.fromkeys(f"da+:{danish_stem(part)}" for part in parts(folded))]


@lru_cache(maxsize=131072)
def danish_stem(folded: str) -> str:
    """The stem of a Danish word's dictionary form.

    Snowball alone gives the forms of one word different stems now and then (proces: proc, processer: proces).
    """
    return stem(Glossary.bundled().headword(folded, "da") or lemma(folded, "da"), "da")


def _is_name_like(pieces: Sequence[str]) -> bool:
    """covid-19, il-6, x-ray: a hyphenated word that is more than its pieces."""
    return any(len(piece) == 1 or any(map(str.isdigit, piece)) for piece in pieces if piece)


def is_stop_word(word: str, language: str) -> bool:
    """Whether a word carries no subject matter; acronyms in capitals (IT, WHO, AIDS) always do."""
    stops = STOP_WORDS.get(language)
    if stops is None:
        return False
    return word.lower() in stops and not (word.isupper() and 2 <= len(word) <= 5)


_ANALYSERS: Final = {code: _analyser(code) for code in STOP_WORDS}
_OTHER_ANALYSER: Final = _analyser("xx")


def query_terms(
    text: str, language: str, bridge: Bridge, limit: int = 64, taxonomy: Taxonomy | None = None
) -> list[QueryIdea]:
    """The content words and phrases of a need, in order of first appearance, each with the forms to look up.

    A word gives its own stem, for Danish the parts of a compound (and the same word inside other
    compounds), and its forms in the other of Danish and English through the bridge; Norwegian, Swedish and
    German words are looked up as they are in every language served. A word that names a field of `taxonomy`
    is also looked up by the field's other names. Words repeated in the need make one idea. At most `limit` ideas.
    """
    if text.isupper():
        text = text.lower()
    tokens = words(text)
    ideas: dict[str, QueryIdea] = {}
    position = 0
    phrases = _phrase_lengths(text, tokens, language, bridge)
    while position < len(tokens) and len(ideas) < limit:
        length = phrases.get(position, 1)
        idea = _idea(text, tokens[position : position + length], language, bridge, taxonomy)
        if idea is not None:
            ideas.setdefault(fold(idea.word), idea)
        position += length
    return list(ideas.values())


def _phrase_lengths(text: str, tokens: list[Word], language: str, bridge: Bridge) -> dict[int, int]:
    """Where multi-word headwords begin (word numbers) and how many words they cover."""
    if language not in _OTHER:
        return {}
    return {span.first: span.words for span in bridge.spans(text, tokens, language) if span.words > 1}


def _idea(
    text: str, tokens: Sequence[Word], language: str, bridge: Bridge, taxonomy: Taxonomy | None
) -> QueryIdea | None:
    start, end = tokens[0].start, tokens[-1].end
    content = [token.text for token in tokens if not is_stop_word(token.text, language)]
    if len(tokens) == 1 and not content:
        return None
    forms: dict[tuple[str, str, int], Form] = {}
    shown = text[start:end]
    for slot, word in enumerate(content):
        for form in _own_forms(word, language):
            whole = len(content) == 1 or form.text != word
            _keep(forms, form if whole else form._replace(text=shown, slot=slot))
    if language in _OTHER:
        for form in _foreign_forms(shown, language, _OTHER[language], bridge):
            _keep(forms, form)
    else:
        for form in _identity_forms(content, language):
            _keep(forms, form)
    for expansion in taxonomy.expansions(shown, language) if taxonomy else ():
        for form in _phrase_forms(expansion.text, expansion.language, "taxonomy", expansion.weight):
            _keep(forms, form)
    return QueryIdea(shown, start, end, tuple(forms.values())) if forms else None


def _keep(forms: dict[tuple[str, str, int], Form], form: Form) -> None:
    key = (form.term, form.text, form.slot)
    known = forms.get(key)
    if known is None or form.weight > known.weight:
        forms[key] = form


def _own_forms(word: str, language: str) -> list[Form]:
    """Forms in the need's own language."""
    folded = fold(word)
    terms = [term for term in _word_terms(word, language) if not term.startswith("da+:")]
    forms = [Form(term, word, "same", 1.0 if index == 0 else 0.8) for index, term in enumerate(terms)]
    if language == "da" and folded.isalpha():
        forms.append(Form(f"da+:{danish_stem(folded)}", word, "compound", _WHOLE_IN_COMPOUND_WEIGHT))
    if language == "da":
        forms.extend(_part_forms(folded))
    return forms


def _part_forms(folded: str) -> list[Form]:
    """Parts of a Danish compound, as words and inside other compounds.

    The head says what a thing is (a tryksår is a sår) and counts more than what modifies it; nested parts count less.
    """
    direct = split(folded)
    forms: list[Form] = []
    for part in parts(folded):
        weight = _HEAD_WEIGHT if part == direct[-1] else _MODIFIER_WEIGHT
        weight = weight if part in direct else weight / 2
        stemmed = danish_stem(part)
        forms.append(Form(f"da:{stemmed}", part, "compound", weight))
        forms.append(Form(f"da+:{stemmed}", part, "compound", round(weight * _INSIDE_ANOTHER, 4)))
    return forms


def _foreign_forms(word: str, source: str, target: str, bridge: Bridge) -> list[Form]:
    """Forms in the other language: the words of each translation, sharing the translation's weight."""
    return [
        form
        for translation in bridge.translate(word, source, target)
        for form in _phrase_forms(translation.target, target, translation.method, translation.weight)
    ]


def _phrase_forms(phrase: str, language: str, method: Method, weight: float) -> list[Form]:
    """The content words of a wording, each in its slot, with the forms of each."""
    pieces = WORD.findall(phrase)
    content = [piece for piece in pieces if not is_stop_word(piece, language)]
    # "i stand til" is no "prøvestand", and what a field is called has no bearing on the parts of its name.
    exact = len(content) < len(pieces) or method == "taxonomy"
    return [
        Form(form.term, phrase, method, round(weight * form.weight, 4), slot)
        for slot, piece in enumerate(content)
        for form in _own_forms(piece, language)
        if not (exact and form.method == "compound")
    ]


def _identity_forms(content: Sequence[str], language: str) -> list[Form]:
    """The words as they are in the other languages served: names, acronyms, international words."""
    return [
        Form(term, word, "same", _IDENTITY_WEIGHT)
        for word in content
        for other in STOP_WORDS
        if other != language
        for term in _word_terms(word, other)
        if not term.startswith("da+:")
    ]
