"""The kit's engine on this installation's index, opened when first needed and kept for the process."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from django.conf import settings

from vidensbro import __version__
from vidensbro.hub.common.errors import Unavailable
from vidensbro.hub.matches import opening
from vidensbro.hub.matches.opening import OpenIndex, forget_connection, open_index
from vidensbro.kit.matching import Embedder, Engine, Filters, Need, Snapshot, carrier
from vidensbro.kit.matching.analysis import SnapshotVocabulary
from vidensbro.kit.matching.embedding import open_embedder
from vidensbro.kit.matching.embedding.static import NAME as STATIC
from vidensbro.kit.matching.embedding.static import open_static
from vidensbro.kit.matching.errors import MatchingError
from vidensbro.kit.text import Bridge, Glossary
from vidensbro.kit.text.glossary_files import bundled_files, folder_files

WARMING = (Need(text="sensor til tryksår", language="da"), Need(text="wound care sensor", language="en"))
"""Small needs that touch everything an answer touches."""

_opening = threading.Lock()


def index_folder() -> Path:
    """Where the embedded index lies."""
    return opening.index_folder()


def engine() -> Engine:
    """The engine. Safe to call from many threads.

    Raises:
        Unavailable: the index cannot be used as it is, or the model cannot be opened.
    """
    with unavailable_if_broken(), _opening:
        return _engine(_built_with())


def embedder() -> Embedder | None:
    """The embedder that VIDENSBRO_EMBEDDER names; None when it names none. Raises Unavailable."""
    with unavailable_if_broken(), _opening:
        return _embedder()


def first_stage_embedder() -> Embedder:
    """The model distilled from the bundled one, made when first asked for. Raises Unavailable."""
    with unavailable_if_broken(), _opening:
        return _first_stage()


def index_embedder() -> Embedder | None:
    """The model that the index was built with, as far as it is one that can be opened here; else the one that is set,
    which the index then refuses. Raises Unavailable."""
    with unavailable_if_broken(), _opening:
        return _embedder_named(_built_with())


def embedder_named(name: str) -> Embedder | None:
    """The model of this name, as far as it is one that can be opened here; else the one that is set. Raises the kit's
    errors."""
    with _opening:
        return _embedder_named(name)


def writable_index() -> OpenIndex:
    """The index, open for changes; use it as a context manager. Raises the kit's errors (IndexLocked ...)."""
    model = index_embedder()
    return open_index(model, carrier(plain_bridge(), model), writable=True)


def snapshot() -> Snapshot:
    """What is in the index now. Raises Unavailable."""
    with unavailable_if_broken():
        return open_index().snapshot()


def finder() -> Engine:
    """An engine without the model, for searching lists by words. Raises Unavailable, also while the index is empty."""
    with unavailable_if_broken(), _opening:
        if not _reading().snapshot().statistics().documents:
            raise Unavailable("index_empty")
        return _finder()


def warm_up() -> None:
    """Read in beforehand what the first answers of a process would wait for: the model, both directions of the bridge,
    the index's files. Writes nothing and asks no database. Raises Unavailable."""
    running, allowed = engine(), Filters()
    with unavailable_if_broken():
        for need in WARMING:
            running.match(need, allowed, limit=1)
        for need in WARMING:
            finder().search(need.text, allowed)


def index_version() -> str:
    """Name of what is in the index now; cheap enough to ask for at every request. Raises Unavailable."""
    with unavailable_if_broken():
        return _reading().snapshot().version


@cache
def _reading() -> OpenIndex:
    return open_index()


@cache
def plain_bridge() -> Bridge:
    """Danish and English from the glossaries alone, as documents are carried over when they are indexed."""
    glossary, lexica = _words()
    return Bridge(glossary, lexica=lexica)


def reading_revision() -> str:
    """Name of what decides how texts are read beside model and analysis: this release, and every word list."""
    digest = hashlib.sha256(__version__.encode())
    for name, text in [*bundled_files(), *folder_files(_own_words()), *folder_files(_lexica())]:
        digest.update(f"{Path(name).name}\0{text}\0".encode())
    return digest.hexdigest()[:16]


def forget() -> None:
    """Open everything anew when next needed: after an index was restored, or the data folder is another."""
    for kept in (_engine, _finder, _reading, _embedder, _first_stage, plain_bridge, _words):
        kept.cache_clear()
    forget_connection()


@contextmanager
def unavailable_if_broken() -> Iterator[None]:
    """Turn the kit's errors into one that every door knows how to tell."""
    try:
        yield
    except MatchingError as error:
        raise Unavailable(error.code, str(error)) from error


def _built_with() -> str:
    """The name of the model whose vectors the index holds now; "" for none, or when nothing is in it yet."""
    return _reading().snapshot().statistics().embedder


def _embedder_named(name: str) -> Embedder | None:
    return _first_stage() if name == STATIC else _embedder()


@cache
def _engine(built_with: str) -> Engine:
    """An engine for each model that an index had: after a build with another model the next need gets another."""
    model = _embedder_named(built_with)
    index = open_index(model)
    return Engine(index.snapshot, embedder=model, bridge=_grounded)


@cache
def _finder() -> Engine:
    return Engine(_reading().snapshot, bridge=_grounded)


def _grounded(view: Snapshot) -> Bridge:
    glossary, lexica = _words()
    return Bridge(glossary, vocabulary=SnapshotVocabulary(view), lexica=lexica)


@cache
def _embedder() -> Embedder | None:
    return open_embedder(
        settings.VIDENSBRO_EMBEDDER,
        Path(settings.VIDENSBRO_DATA) / "model",
        key=settings.VIDENSBRO_EMBEDDER_KEY,
        threads=settings.VIDENSBRO_EMBEDDER_THREADS,
    )


@cache
def _first_stage() -> Embedder:
    threads = settings.VIDENSBRO_EMBEDDER_THREADS
    return open_static(Path(settings.VIDENSBRO_DATA) / "model", threads=threads)


@cache
def _words() -> tuple[Glossary | None, tuple[Glossary, ...]]:
    """The glossary with the operator's additions (None: as it is bundled), and the imported lexica."""
    own = _own_words()
    glossary = Glossary.bundled().merged(Glossary.load(own)) if own else None
    return glossary, tuple(Glossary.load(path) for path in _lexica())


def _own_words() -> list[Path]:
    return sorted((Path(settings.VIDENSBRO_DATA) / "glossary").glob("*.txt"))


def _lexica() -> list[Path]:
    return sorted((Path(settings.VIDENSBRO_DATA) / "lexica").glob("*.txt"))
