"""A collection as documents of the engine, and an index of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from evals.collections import Collection, Text
from evals.progress import Progress
from evals.variants import Variant
from vidensbro.kit.matching import Document, EmbeddedIndex, Standing, carrier
from vidensbro.kit.matching.protocols import Embedder
from vidensbro.kit.text import detect

SAMPLE = 200
"""Texts read to learn a collection's language, which very short texts cannot tell themselves."""

SHORT = 6
"""Words below which a text is taken to be in the collection's language."""


@contextmanager
def indexed(
    documents: Iterable[Document], model: Embedder | None, variant: Variant, folder: Path
) -> Iterator[EmbeddedIndex]:
    """An index of `documents` in `folder`, as `variant` reads them; closed at the end."""
    index = EmbeddedIndex.open(
        folder, embedder=model, carry=carrier(variant.plain_bridge, model), writable=True
    )
    try:
        index.add(documents)
        index.commit()
        yield index
    finally:
        index.close()


def documents(collection: Collection) -> Iterator[Document]:
    """The texts as publications, and a bare document for each author."""
    common = corpus_language(collection)
    for text in collection.texts:
        behind = tuple(
            Standing("person", author, _role(place, len(text.authors)))
            for place, author in enumerate(text.authors)
        )
        language = language_of(text, common)
        yield Document("publication", text.id, language, text.title, text.body, stands_behind=behind)
    for person in sorted({author for text in collection.texts for author in text.authors}):
        yield Document("person", person, common, f"#{person}")


def counted(found: Iterable[Document], expected: int, progress: Progress) -> Iterator[Document]:
    """The same documents, telling how far they have come."""
    for number, document in enumerate(found, 1):
        yield document
        if number % 50 == 0 or number == expected:
            progress("documents", min(number, expected), expected)


def language_of(text: Text, common: str) -> str:
    """A text's own language if it is long enough to tell, else that of its collection."""
    whole = f"{text.title} {text.body}".strip()
    return common if len(whole.split()) < SHORT else detect(whole, fallback=common)


def common_language(texts: Iterable[str]) -> str:
    """The language that most of the first texts together are in."""
    sample = [text for text, _ in zip(texts, range(SAMPLE), strict=False)]
    blocks = (" ".join(sample[start : start + 20]) for start in range(0, len(sample), 20))
    return Counter(detect(block) for block in blocks).most_common(1)[0][0] if sample else "en"


def corpus_language(collection: Collection) -> str:
    """The language that most of the collection's texts are in."""
    return common_language(f"{text.title} {text.body}" for text in collection.texts)


def _role(place: int, authors: int) -> str:
    if place == 0:
        return "first"
    return "last" if place == authors - 1 else "middle"
