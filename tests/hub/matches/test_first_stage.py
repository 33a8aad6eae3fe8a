"""An index of the quick model first, of the whole model later; nothing else need be told."""

from __future__ import annotations

import pytest

from tests.hub.cast import SYSTEM, Cast
from tests.hub.matches.conftest import Corpus
from vidensbro.hub.knowledge import services as knowledge
from vidensbro.hub.matches import engine, indexing
from vidensbro.hub.matches.indexing import Stage
from vidensbro.hub.outbox.services import drain
from vidensbro.kit.matching import Need
from vidensbro.kit.matching.conformance.material import HashingEmbedder


class Quick(HashingEmbedder):
    """Stands where the distilled model stands."""

    name = engine.STATIC


@pytest.fixture(autouse=True)
def quick_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "open_static", lambda folder, *, threads: Quick())


def asked() -> tuple[bool, float]:
    """Whether meaning counted, and how much words count."""
    running = engine.engine()
    return running.match(Need("pressure ulcers", language="en")).dense, running.config.lexical_weight


def test_the_index_says_which_model_answers(cast: Cast, corpus: Corpus) -> None:
    drain()
    assert asked() == (False, 0.45)
    indexing.index_build(stage=Stage.FIRST)
    assert indexing.index_status().embedder == engine.STATIC
    assert asked() == (True, 0.85)
    indexing.index_build()
    assert indexing.index_status().embedder == ""
    assert asked() == (False, 0.45)


def test_changes_go_into_an_index_of_the_first_stage(cast: Cast, corpus: Corpus) -> None:
    drain()
    indexing.index_build(stage=Stage.FIRST)
    work = knowledge.create_work(SYSTEM, title="Moisture sensors for mattresses", language="en")
    drain()
    assert indexing.index_status().embedder == engine.STATIC
    assert indexing.index_verify().agrees
    view = engine.snapshot()
    stored = view.vectors([f"publication:{work.pk}"])[0]
    assert stored @ Quick().embed(["Moisture sensors for mattresses"])[0] == pytest.approx(1, abs=1e-3)


def test_catching_up_by_a_build_keeps_the_model(cast: Cast, corpus: Corpus) -> None:
    drain()
    indexing.index_build(stage=Stage.FIRST)
    for number in range(30):
        knowledge.create_work(SYSTEM, title=f"Another work about wounds {number}", language="en")
    assert indexing.catch_up()
    assert indexing.index_status().embedder == engine.STATIC
