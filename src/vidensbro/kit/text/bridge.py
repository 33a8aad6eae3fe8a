"""Danish carried over to English and back, word by word: what is known first, then what can be built."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product
from typing import Final, Literal, NamedTuple

from vidensbro.kit.text import cognates
from vidensbro.kit.text.cognates import Vocabulary
from vidensbro.kit.text.compounds import COMBINING, Splitter, default_splitter
from vidensbro.kit.text.glossary import Glossary
from vidensbro.kit.text.normalise import WORD, Word, fold, words
from vidensbro.kit.text.stemming import STOP_WORDS, stem

TranslationMethod = Literal["glossary", "lexicon", "compound", "cognate", "same"]

_GLOSSARY_WEIGHT: Final = 1.0
_LEXICON_WEIGHT: Final = 0.75
_COMPOUND_WEIGHT: Final = 0.8
_GROUNDED_COGNATE_WEIGHT: Final = 0.7
_COGNATE_WEIGHT: Final = 0.4
_VERB_WEIGHT: Final = 0.85
_SUBJECTS: Final = frozenset({"jeg", "vi", "der", "som", "han", "hun", "det", "den", "de", "i", "man", "og"})
_SAME_WEIGHT: Final = 0.5
_NEXT_TERM: Final = 0.9
_LEAST: Final = 0.1
_MOST_TERMS: Final = 6
_MOST_VARIANTS: Final = 4
_SERVED: Final = (("da", "en"), ("en", "da"))


class Translation(NamedTuple):
    """One way to say a word in the other language.

    `weight` (0..1] says how far it is trusted; `parts` are the (part, its translation) pairs of a compound.
    """

    source: str
    target: str
    method: TranslationMethod
    weight: float
    parts: tuple[tuple[str, str], ...] = ()


class Span(NamedTuple):
    """Consecutive words of a text that are carried over as one: number of the first word, and how many."""

    first: int
    words: int


class Bridge:
    """Translates words and phrases between Danish and English, by methods in order of trust.

    `glossary` is the bundled one if not given. `vocabulary` (such as an index's) keeps only compounds and
    cognates whose words are really used. `lexica` are further glossaries of less trust, such as imported
    ones. `without` leaves methods of translation out, to measure what each is worth.
    """

    def __init__(
        self,
        glossary: Glossary | None = None,
        vocabulary: Vocabulary | None = None,
        lexica: Iterable[Glossary] = (),
        without: Collection[TranslationMethod] = (),
    ) -> None:
        self.glossary = Glossary.bundled() if glossary is None else glossary
        self.vocabulary = vocabulary
        self.lexica = tuple(lexica)
        self._without = frozenset(without)
        self._splitter = default_splitter() if glossary is None else Splitter(glossary)
        self._cached = lru_cache(maxsize=131072)(self._translate)
        self._rendered = lru_cache(maxsize=131072)(self._render_word)

    def translate(self, word: str, source: str, target: str) -> tuple[Translation, ...]:
        """The translations of a word or phrase, best first; the word as it is where nothing better is known.

        Pairs other than da-en and en-da give the word as it is.
        """
        return self._cached(word, source, target)

    def _translate(self, word: str, source: str, target: str) -> tuple[Translation, ...]:
        if (source, target) not in _SERVED:
            return (Translation(word, word, "same", _SAME_WEIGHT),)
        known = self._allowed([*self._from_glossary(word, source), *self._from_lexica(word, source)])
        if known and any(self._in_use(item.target, target) for item in known):
            return _distinct(known)
        built = self._allowed(self._from_parts(word, source, target, partly=not known))
        spelt = self._allowed(self._from_cognates(word, source, target))
        return _distinct([*known, *built, *spelt, *self._unchanged(word, target, [*known, *built])])

    def _allowed(self, found: Iterable[Translation]) -> list[Translation]:
        return [item for item in found if item.method not in self._without]

    def _from_glossary(self, word: str, source: str) -> Iterator[Translation]:
        for rank, term in enumerate(self.glossary.lookup(word, source)[:_MOST_TERMS]):
            yield Translation(word, term, "glossary", _falling(_GLOSSARY_WEIGHT, rank))
        for rank, term in enumerate(self._as_verb(word, source)):
            yield Translation(word, term, "glossary", _falling(_VERB_WEIGHT, rank))

    def _as_verb(self, word: str, source: str) -> tuple[str, ...]:
        """The translations of a Danish present tense that is an agent noun too (måler: meter, or measures)."""
        folded = fold(word)
        if source != "da" or not folded.endswith("er") or folded not in self.glossary:
            return ()
        infinitive = folded[:-1]
        return self.glossary.lookup(infinitive, source) if infinitive in self.glossary else ()

    def _from_lexica(self, word: str, source: str) -> Iterator[Translation]:
        for lexicon in self.lexica:
            for rank, term in enumerate(lexicon.lookup(word, source)[:_MOST_TERMS]):
                yield Translation(word, term, "lexicon", _falling(_LEXICON_WEIGHT, rank))

    def _from_parts(self, word: str, source: str, target: str, partly: bool) -> Iterator[Translation]:
        """The translations of a compound's parts put together; only those in use if there is a vocabulary.

        With `partly`, what remains of it counts where some parts have no word in use.
        """
        parts = self._splitter.split(word) if source == "da" else _hyphenated(word)
        if not parts or len(parts) > 4:
            return
        options = [self._part_terms(part, source, target) for part in parts]
        variants: list[Translation] = []
        for rank, chosen in enumerate(product(*options)):
            pairs = tuple(zip(parts, (term for term, _ in chosen), strict=True))
            weight = _COMPOUND_WEIGHT * min(trust for _, trust in chosen)
            built = _put_together(pairs, source)
            if self.vocabulary is None or self._in_use(built, target):
                variants.append(Translation(word, built, "compound", _falling(weight, rank), pairs))
        if not variants and partly and self.vocabulary is not None:
            variants.extend(self._partly(word, parts, options, target))
        variants.sort(key=lambda variant: -variant.weight)
        yield from variants[:_MOST_VARIANTS]

    def _partly(
        self, word: str, parts: Sequence[str], options: Sequence[Sequence[tuple[str, float]]], target: str
    ) -> Iterator[Translation]:
        """What remains of a compound when only some of its parts have a word that is in use."""
        used = [[choice for choice in terms if self._in_use(choice[0], target)] for terms in options]
        pairs = tuple((part, found[0][0]) for part, found in zip(parts, used, strict=True) if found)
        if pairs:
            trust = min(found[0][1] for found in used if found)
            built = " ".join(term for _, term in pairs)
            share = len(pairs) / len(parts)
            yield Translation(word, built, "compound", round(_COMPOUND_WEIGHT * trust * share, 4), pairs)

    def _part_terms(self, part: str, source: str, target: str) -> list[tuple[str, float]]:
        """Up to three translations of one part with the trust in each; the part itself if there is none."""
        if part in COMBINING:
            return [(cognates.combining_form(part, source), 0.9)]
        found = self._cached(part, source, target)
        return [(item.target, item.weight if item.method != "same" else 0.3) for item in found[:3]]

    def _in_use(self, phrase: str, language: str) -> bool:
        vocabulary = self.vocabulary
        return vocabulary is None or all(vocabulary.contains(word, language) for word in WORD.findall(phrase))

    def _from_cognates(self, word: str, source: str, target: str) -> Iterator[Translation]:
        if self.vocabulary is not None:
            for rank, spelling in enumerate(cognates.grounded(word, source, target, self.vocabulary)[:3]):
                method: TranslationMethod = "same" if spelling == fold(word) else "cognate"
                yield Translation(word, spelling, method, _falling(_GROUNDED_COGNATE_WEIGHT, rank))
            return
        spelling = cognates.plausible(word, source, target)
        if spelling:
            yield Translation(word, spelling, "cognate", _COGNATE_WEIGHT)

    def _unchanged(self, word: str, target: str, built: Sequence[Translation]) -> Iterator[Translation]:
        """The word as it is: names, numbers, acronyms, words that both languages share."""
        if built and word.islower():
            return
        foreign = word.islower() or (target == "en" and not fold(word).isascii())
        yield Translation(word, word, "same", _SAME_WEIGHT / 2 if foreign else _SAME_WEIGHT)

    def spans(self, text: str, tokens: Sequence[Word], source: str) -> list[Span]:
        """A text's words grouped into the longest multi-word headwords and single words, without gaps."""
        stems = [stem(token.text, source) for token in tokens]
        found: list[Span] = []
        position = 0
        while position < len(tokens):
            length = 0
            for glossary in (self.glossary, *self.lexica):
                length = max(length, glossary.phrase_length(text, tokens, stems, position, source))
            found.append(Span(position, max(length, 1)))
            position += max(length, 1)
        return found

    def phrases(self, text: str, source: str, target: str) -> list[tuple[Word, tuple[Translation, ...]]]:
        """The words and known multi-word terms of a running text with their translations, in order."""
        tokens = words(text)
        found: list[tuple[Word, tuple[Translation, ...]]] = []
        for span in self.spans(text, tokens, source) if (source, target) in _SERVED else ():
            start, end = tokens[span.first].start, tokens[span.first + span.words - 1].end
            phrase = text[start:end]
            found.append((Word(phrase, start, end), self.translate(phrase, source, target)))
        return found

    def render(self, text: str, source: str = "da", target: str = "en") -> str:
        """The whole text carried over word by word, best translation only; what is between the words stays.

        Made to be read by an embedding model, not by people. Function words without a translation are left
        out, unknown words are built from their parts or from their spelling, or left as they are.
        """
        if (source, target) not in _SERVED:
            return text
        tokens = words(text)
        pieces: list[str] = []
        done = 0
        for first, count in self.spans(text, tokens, source):
            start, end = tokens[first].start, tokens[first + count - 1].end
            acting = first > 0 and tokens[first - 1].text.lower() in _SUBJECTS
            rendered = self._rendered(text[start:end], source, target, acting)
            gap = text[done:start]
            pieces.append(gap if rendered or gap.strip() else "")
            pieces.append(rendered)
            done = end
        pieces.append(text[done:])
        return "".join(pieces)

    def _render_word(self, word: str, source: str, target: str, acting: bool) -> str:
        """One word or term in the other language; `acting` says that a subject stands before it."""
        if word.isupper() and 2 <= len(word) <= 5 and word.isalpha():
            known = self.glossary.lookup(word, source) if "glossary" not in self._without else ()
            return known[0] if known else word
        verbs = self._as_verb(word, source) if acting and "glossary" not in self._without else ()
        if verbs:
            return verbs[0]
        best = self.translate(word, source, target)[0]
        if best.method == "same" and word.lower() in STOP_WORDS[source]:
            return ""
        capital = word[:1].isupper() and best.target[:1].islower()
        return best.target[:1].upper() + best.target[1:] if capital else best.target


def _falling(weight: float, rank: int) -> float:
    return round(max(weight * _NEXT_TERM**rank, _LEAST), 4)


def _hyphenated(word: str) -> tuple[str, ...]:
    pieces = tuple(piece for piece in word.split("-") if piece)
    return pieces if len(pieces) > 1 else ()


def _put_together(pairs: Sequence[tuple[str, str]], source: str) -> str:
    """English sets parts apart (quantum sensor) unless the first is only a combining form (biosensor)."""
    if source != "da":
        return "-".join(term for _, term in pairs)
    built = ""
    for part, term in pairs:
        built += term if part in COMBINING else f"{term} "
    return built.strip()


def _distinct(found: Iterable[Translation]) -> tuple[Translation, ...]:
    """The best of each target, best first; equal weights keep their order."""
    best: dict[str, Translation] = {}
    for item in found:
        key = fold(item.target)
        if key not in best or item.weight > best[key].weight:
            best[key] = item
    return tuple(sorted(best.values(), key=lambda item: -item.weight))
