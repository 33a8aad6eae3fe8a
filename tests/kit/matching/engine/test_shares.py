"""What terms and vectors each have of a score, worked by hand."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from vidensbro.kit.matching import Document, EmbeddedIndex, EngineConfig, Need
from vidensbro.kit.matching.analysis import Idea, Wording, analyse, carry
from vidensbro.kit.matching.protocols import Candidates, QueryTerm
from vidensbro.kit.matching.scoring import Scores, score, weigh
from vidensbro.kit.text import Bridge

TERM = "en:sensor"
IDEA = Idea(
    "sensor", 1, (Wording("sensor", "same", 1.0, (((TERM, 1.0),),)),), QueryTerm("sensor", ((TERM, 1.0),))
)
SAID, NEAR = 1 / (1 + 1.2), (0.55 - 0.1) / 0.9
"""Once in a text of average length with k1 1.2; a cosine of .55 above a floor of .1."""


def scored(config: EngineConfig, carried: bool = False) -> Scores:
    """Two candidates: one says the word, the other does not; both are equally near."""
    found = Candidates(
        keys=("publication:a", "publication:b"),
        terms=(TERM,),
        title=np.zeros((2, 1), np.uint8),
        body=np.array([[1], [0]], np.uint8),
        length=np.full(2, 10, np.float32),
        cosine=np.full(2, 0.55, np.float32),
    )
    return score(found, [IDEA], weigh([IDEA], {TERM: 1}, 2, 12), 10.0, config, carried)


def test_a_need_that_was_carried_over_trusts_its_vector_less() -> None:
    config = EngineConfig(lexical_weight=0.4, carried_lexical_weight=0.7, k1=1.2)
    assert scored(config).total.tolist() == pytest.approx([0.4 * SAID + 0.6 * NEAR, 0.6 * NEAR])
    assert scored(config, carried=True).total.tolist() == pytest.approx([0.7 * SAID + 0.3 * NEAR, 0.3 * NEAR])


def test_vectors_alone_and_terms_alone() -> None:
    alone = EngineConfig(lexical_weight=0.0, k1=1.2)
    with np.errstate(all="raise"):
        assert scored(alone).total.tolist() == pytest.approx([NEAR, NEAR])
    assert scored(EngineConfig(lexical_weight=1.0, k1=1.2)).total.tolist() == pytest.approx([SAID, 0.0])


def test_only_what_the_model_cannot_read_is_carried_over() -> None:
    class English:
        languages = frozenset({"en"})

    class Both:
        languages = frozenset({"da", "en"})

    render = Bridge().render
    assert carry("tryksår", "da", English(), render) == "pressure ulcer"  # type: ignore[arg-type]
    assert carry("tryksår", "da", Both(), render) == "tryksår"  # type: ignore[arg-type]
    assert carry("pressure ulcer", "en", English(), render) == "pressure ulcer"  # type: ignore[arg-type]


def test_a_need_is_carried_where_the_model_does_not_know_its_language(tmp_path: Path) -> None:
    class English:
        name, dimensions, languages = "english", 1, frozenset({"en"})

        def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
            return np.ones((len(texts), 1), np.float32)

    with EmbeddedIndex.open(tmp_path / "index", embedder=English(), writable=True) as index:
        index.add([Document("publication", "1", "en", "Sensors")])
        index.commit()
        snapshot = index.snapshot()
        for language, carried in (("en", False), ("da", True), ("sv", True)):
            need = Need("sensors", language=language)
            assert analyse(need, snapshot, Bridge(), English()).carried is carried
            assert analyse(need, snapshot, Bridge(), None).carried is False
