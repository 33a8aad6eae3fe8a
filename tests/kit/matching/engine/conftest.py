from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import pytest

from vidensbro.kit.matching import Document, EmbeddedIndex, Engine, EngineConfig

DAY = date(2026, 6, 1)

Asking = Callable[..., Engine]


@pytest.fixture
def engine_for(tmp_path: Path) -> Asking:
    """An engine without a model over the given documents, in a fresh index each time; it lists everything."""
    number = iter(range(1000))

    def make(documents: Iterable[Document], config: EngineConfig | None = None) -> Engine:
        folder = tmp_path / f"index-{next(number)}"
        with EmbeddedIndex.open(folder, writable=True) as index:
            index.add(documents)
            index.commit()
        return Engine(
            EmbeddedIndex.open(folder).snapshot,
            config=config or EngineConfig(least_score=0.0, least_expert_score=0.0),
        )

    return make


def text(id: str, body: str, **more: object) -> Document:
    """An English publication."""
    return Document(**{"kind": "publication", "id": id, "language": "en", "title": "", "body": body, **more})
