"""The fields: a bilingual SKOS concept scheme to browse, to tag with, and to widen a need by.

SKOS Reference, W3C Recommendation 18 August 2009. Labels are matched by stem, in any inflection, and inside
Danish compounds; what is suggested always comes with the words that led to it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from vidensbro.kit.text.compounds import parts
from vidensbro.kit.text.normalise import Word, fold, words
from vidensbro.kit.text.stemming import stem
from vidensbro.kit.text.terms import is_stop_word

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

LANGUAGES: Final = ("da", "en")

_PREFERRED: Final = 1.0
_ALTERNATIVE: Final = 0.8
_IN_COMPOUND: Final = 0.5
_TO_BROADER: Final = 0.4
_SATURATION: Final = 1.6
_MOST_WORDS: Final = 3000


class TaxonomyError(ValueError):
    """A concept scheme that cannot be used; says which file and concept, what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Concept:
    """One field. `labels` and `definitions` are by language; `broader` is a notation, "" at the top."""

    notation: str
    uri: str
    labels: Mapping[str, str]
    alternatives: Mapping[str, tuple[str, ...]]
    definitions: Mapping[str, str]
    broader: str
    narrower: tuple[str, ...] = field(default=())
    level: int = 1


class Suggestion(NamedTuple):
    """A field that fits a text. `score` lies in 0..1; `reasons` are the words of the text that led there."""

    notation: str
    score: float
    reasons: tuple[str, ...]


class Expansion(NamedTuple):
    """Another wording for a word of a need. `weight` (0..1] says how near it is."""

    text: str
    language: str
    weight: float
    notation: str


class _Label(NamedTuple):
    notation: str
    weight: float


class Taxonomy:
    """Concepts by notation, with their tree and an index of their labels. Unchanging."""

    def __init__(self, concepts: Sequence[Concept]) -> None:
        self._concepts = {concept.notation: concept for concept in concepts}

    @classmethod
    def bundled(cls) -> Taxonomy:
        """The fields that come with the package; read once per process."""
        return _bundled()

    @classmethod
    def load(cls, path: Path | str) -> Taxonomy:
        """From a SKOS file in Turtle. TaxonomyError if it cannot be read or does not hang together."""
        try:
            text = Path(path).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise TaxonomyError(f"{path}: cannot be read ({error}). Give a Turtle file in UTF-8.") from error
        return cls(_read(text, str(path)))

    def __len__(self) -> int:
        return len(self._concepts)

    def __iter__(self) -> Iterator[Concept]:
        return iter(self._concepts.values())

    def __contains__(self, notation: object) -> bool:
        return notation in self._concepts

    def concept(self, notation: str) -> Concept:
        """The concept of a notation; KeyError if there is none."""
        return self._concepts[notation]

    def top(self) -> tuple[Concept, ...]:
        """The fields at the top, in the order of the file."""
        return tuple(concept for concept in self if not concept.broader)

    def narrower(self, notation: str) -> tuple[Concept, ...]:
        """The concepts one level below, in the order of the file."""
        return tuple(self._concepts[item] for item in self._concepts[notation].narrower)

    def broader(self, notation: str) -> tuple[Concept, ...]:
        """The concepts above, the nearest first."""
        found: list[Concept] = []
        above = self._concepts[notation].broader
        while above:
            found.append(self._concepts[above])
            above = self._concepts[above].broader
        return tuple(found)

    def label(self, notation: str, language: str) -> str:
        """The name of a field in a language; in English, else the notation, where there is none."""
        labels = self._concepts[notation].labels
        return labels.get(language) or labels.get("en") or notation

    def suggest(self, text: str, language: str, limit: int = 5) -> list[Suggestion]:
        """The fields that a text speaks of, best first, with the words of the text that led there.

        A label in the text counts in any inflection; one inside a Danish compound counts half; a field gives
        part of its score to the one above it. Labels that many fields share count less. Words of languages
        other than Danish and English are compared with the labels of both as they are.
        """
        if language not in LANGUAGES:
            language = ""
        scores: dict[str, float] = {}
        reasons: dict[str, dict[str, None]] = {}
        for word, labels in self._found(text, language):
            for notation, weight in labels:
                scores[notation] = scores.get(notation, 0.0) + weight
                reasons.setdefault(notation, {})[word] = None
        self._lift(scores, reasons)
        ranked = sorted(scores.items(), key=lambda item: (-item[1], -self._concepts[item[0]].level, item[0]))
        return [
            Suggestion(notation, round(1 - math.exp(-score / _SATURATION), 4), tuple(reasons[notation]))
            for notation, score in ranked[:limit]
        ]

    def _lift(self, scores: dict[str, float], reasons: dict[str, dict[str, None]]) -> None:
        """Give each field above part of the scores of those below, deepest level first."""
        for level in (3, 2):
            for notation in [item for item in scores if self._concepts[item].level == level]:
                above = self._concepts[notation].broader
                if above:
                    scores[above] = scores.get(above, 0.0) + _TO_BROADER * scores[notation]
                    reasons.setdefault(above, {}).update(reasons[notation])

    def expansions(self, word: str, language: str) -> tuple[Expansion, ...]:
        """Other wordings of the fields that a word or phrase names, in Danish and English, nearest first.

        () if the word names no field, or more than three. Only names and alternative names of the same
        field are given; `language` is that of the word.
        """
        if language not in LANGUAGES:
            language = ""
        key = tuple(stem(token.text, language) for token in words(word))
        labels = self._tables[language].get(key, ())
        if not labels or len(labels) > 3:
            return ()
        found: dict[tuple[str, str], Expansion] = {}
        for notation, weight in labels:
            for text, other in self._wordings(notation):
                if fold(text) != fold(word):
                    near = round(0.6 * weight / len(labels), 4)
                    found.setdefault((fold(text), other), Expansion(text, other, near, notation))
        return tuple(sorted(found.values(), key=lambda item: -item.weight))

    def _wordings(self, notation: str) -> Iterator[tuple[str, str]]:
        concept = self._concepts[notation]
        for language in LANGUAGES:
            for text in (concept.labels.get(language, ""), *concept.alternatives.get(language, ())):
                if text:
                    yield text, language

    def _found(self, text: str, language: str) -> Iterator[tuple[str, list[_Label]]]:
        """Labels in a text: the longest at each word, else labels that are parts of the word."""
        tokens = words(text)[:_MOST_WORDS]
        stems = [stem(token.text, language) for token in tokens]
        table = self._tables[language]
        position = 0
        while position < len(tokens):
            length = self._longest(stems, position, table)
            if length:
                key = tuple(stems[position : position + length])
                end = tokens[position + length - 1].end
                yield text[tokens[position].start : end], _shared(table[key], math.sqrt(length))
            elif language == "da":
                yield from self._inside(tokens[position])
            position += max(length, 1)

    def _longest(
        self, stems: Sequence[str], position: int, table: Mapping[tuple[str, ...], tuple[_Label, ...]]
    ) -> int:
        for length in range(min(self._longest_label, len(stems) - position), 0, -1):
            if tuple(stems[position : position + length]) in table:
                return length
        return 0

    def _inside(self, token: Word) -> Iterator[tuple[str, list[_Label]]]:
        if is_stop_word(token.text, "da"):
            return
        table = self._tables["da"]
        for part in parts(fold(token.text)):
            labels = table.get((stem(part, "da"),))
            if labels:
                yield token.text, _shared(labels, _IN_COMPOUND)

    @cached_property
    def _tables(self) -> Mapping[str, Mapping[tuple[str, ...], tuple[_Label, ...]]]:
        """Labels by their stems for each language, and by the folded words for all others (key "")."""
        found: dict[str, dict[tuple[str, ...], dict[str, float]]] = {"da": {}, "en": {}, "": {}}
        for concept in self:
            for text, language in self._wordings(concept.notation):
                weight = _PREFERRED if text in concept.labels.values() else _ALTERNATIVE
                tokens = [token.text for token in words(text)]
                for table, key in ((language, language), ("", "")):
                    stems = tuple(stem(token, key) for token in tokens)
                    known = found[table].setdefault(stems, {})
                    known[concept.notation] = max(weight, known.get(concept.notation, 0.0))
        return {
            language: {key: tuple(_Label(*item) for item in labels.items()) for key, labels in table.items()}
            for language, table in found.items()
        }

    @cached_property
    def _longest_label(self) -> int:
        return max((len(key) for table in self._tables.values() for key in table), default=0)


def _shared(labels: Sequence[_Label], factor: float) -> list[_Label]:
    """The labels with weights that fall as more fields share the wording."""
    share = factor / math.sqrt(len(labels))
    return [_Label(notation, weight * share) for notation, weight in labels]


@lru_cache(maxsize=1)
def _bundled() -> Taxonomy:
    text = resources.files("vidensbro.kit.text").joinpath("fields.ttl").read_text(encoding="utf-8")
    return Taxonomy(_read(text, "fields.ttl"))


def _read(text: str, name: str) -> list[Concept]:
    """The concepts of a Turtle text in the order in which they stand there."""
    from rdflib import Graph
    from rdflib.namespace import RDF, SKOS
    from rdflib.plugins.parsers.notation3 import BadSyntax

    graph = Graph()
    try:
        graph.parse(data=text, format="turtle")
    except BadSyntax as error:
        raise TaxonomyError(f"{name}: is not valid Turtle ({error.message}). Mend it there.") from error
    nodes = sorted(graph.subjects(RDF.type, SKOS.Concept), key=lambda node: _place(text, graph, node))
    parents = {node: _parent(graph, node) for node in nodes}
    concepts = [_concept(graph, node, parents, name) for node in nodes]
    return _with_tree(concepts, name)


def _place(text: str, graph: Graph, node: Node) -> tuple[int, str]:
    """Where a concept stands in the file; a Turtle graph itself has no order."""
    return text.find(f'notation "{_notation(graph, node)}"'), str(node)


def _notation(graph: Graph, node: Node) -> str:
    from rdflib.namespace import SKOS

    value = graph.value(node, SKOS.notation)
    return str(value) if value is not None else str(node).rstrip("/").rsplit("/", 1)[-1].rsplit("#", 1)[-1]


def _parent(graph: Graph, node: Node) -> Node | None:
    from rdflib.namespace import SKOS

    found = sorted({*graph.objects(node, SKOS.broader), *graph.subjects(SKOS.narrower, node)}, key=str)
    return found[0] if found else None


def _concept(graph: Graph, node: Node, parents: Mapping[Node, Node | None], name: str) -> Concept:
    from rdflib.namespace import SKOS

    notation = _notation(graph, node)
    labels = {language: found[0] for language, found in _texts(graph, node, SKOS.prefLabel).items()}
    if not labels:
        raise TaxonomyError(f"{name}: {notation} has no skos:prefLabel. Add one with a language tag.")
    parent = parents[node]
    if parent is not None and parent not in parents:
        raise TaxonomyError(f"{name}: {notation} stands below {parent}, which is no concept there. Add it.")
    definitions = {language: found[0] for language, found in _texts(graph, node, SKOS.definition).items()}
    above = "" if parent is None else _notation(graph, parent)
    return Concept(notation, str(node), labels, _texts(graph, node, SKOS.altLabel), definitions, above)


def _texts(graph: Graph, node: Node, predicate: Node) -> dict[str, tuple[str, ...]]:
    """Literals by language, sorted (Turtle keeps no order); without a language tag they count as English."""
    found: dict[str, list[str]] = {}
    for value in graph.objects(node, predicate):
        found.setdefault(getattr(value, "language", None) or "en", []).append(str(value))
    return {language: tuple(sorted(texts)) for language, texts in sorted(found.items())}


def _with_tree(concepts: Sequence[Concept], name: str) -> list[Concept]:
    """The concepts with their children and levels. TaxonomyError for a notation used twice or a circle."""
    by_notation = {concept.notation: concept for concept in concepts}
    if len(by_notation) < len(concepts):
        twice = sorted({c.notation for c in concepts if by_notation[c.notation] is not c})
        raise TaxonomyError(f"{name}: {twice[0]} is the notation of two concepts. Rename one.")
    children: dict[str, list[str]] = {}
    for concept in concepts:
        children.setdefault(concept.broader, []).append(concept.notation)
    return [
        Concept(
            concept.notation,
            concept.uri,
            concept.labels,
            concept.alternatives,
            concept.definitions,
            concept.broader,
            tuple(children.get(concept.notation, ())),
            _level(concept, by_notation, name),
        )
        for concept in concepts
    ]


def _level(concept: Concept, by_notation: Mapping[str, Concept], name: str) -> int:
    seen = {concept.notation}
    above = concept.broader
    while above:
        if above in seen:
            raise TaxonomyError(f"{name}: {concept.notation} stands below itself. Break the circle.")
        seen.add(above)
        above = by_notation[above].broader
    return len(seen)
