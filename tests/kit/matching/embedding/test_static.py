"""The first-stage model: whitened token vectors, weighted, averaged."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from vidensbro.kit.matching.config import FIRST_STAGE, EngineConfig
from vidensbro.kit.matching.embedding import open_embedder, static
from vidensbro.kit.matching.embedding.session import open_tokenizer
from vidensbro.kit.matching.embedding.static import StaticEmbedder, distilled, token_weights
from vidensbro.kit.matching.errors import EmbeddingModelError

WORDS = ["the", "of", "sensor", "wound", "ulcer", "loan", "bank", "rate"]
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", ".", "a", *WORDS, "##s"]


@pytest.fixture(scope="module")
def embedder(tmp_path_factory: pytest.TempPathFactory) -> StaticEmbedder:
    """A table made by hand on a small vocabulary: care on the first axis, money on the second."""
    folder = tmp_path_factory.mktemp("static")
    model = {
        "type": "WordPiece",
        "unk_token": "[UNK]",
        "continuing_subword_prefix": "##",
        "max_input_chars_per_word": 100,
    }
    model["vocab"] = {token: number for number, token in enumerate(VOCABULARY)}
    described = {
        "version": "1.0",
        "added_tokens": [],
        "normalizer": {
            "type": "BertNormalizer",
            "clean_text": True,
            "handle_chinese_chars": True,
            "lowercase": True,
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "model": model,
    }
    (folder / "tokenizer.json").write_text(json.dumps(described), encoding="utf-8")
    table = np.zeros((len(VOCABULARY), 2), np.float32)
    for word in ("sensor", "wound", "ulcer"):
        table[VOCABULARY.index(word), 0] = 1
    for word in ("loan", "bank", "rate"):
        table[VOCABULARY.index(word), 1] = 1
    return StaticEmbedder(table, open_tokenizer(folder / "tokenizer.json", static.MAX_TOKENS))


def test_a_text_is_the_mean_of_its_tokens_at_length_one(embedder):
    found = embedder.embed(["wound sensor", "bank", "Wound, bank."])
    assert np.allclose(found, [[1, 0], [0, 1], [0.5**0.5, 0.5**0.5]])


def test_the_order_of_words_and_the_company_of_texts_change_no_bit(embedder):
    texts = ["wound sensor loan", "rate", "", "the of", "ulcers \ud800 bank", "loan sensor wound"]
    together = embedder.embed(texts)
    for text, vector in zip(texts, together, strict=True):
        assert embedder.embed([text])[0].tobytes() == vector.tobytes()
    assert together[0].tobytes() == together[-1].tobytes()
    assert np.allclose(np.linalg.norm(together, axis=1), 1)


def test_frequent_tokens_count_less_and_filling_hardly_at_all():
    vocabulary = ["[PAD]", "!", "b", "the", "wound", *[f"w{number}" for number in range(2_000)]]
    weights = dict(zip(vocabulary, token_weights(vocabulary), strict=True))
    assert 0 < weights["the"] < weights["wound"] / 10
    assert weights["[PAD]"] == weights["!"] == weights["the"]
    assert weights["wound"] < weights["w10"] < weights["w1999"] < 1
    # a / (a + p) with p by Zipf's law over 2,002 words: the last has p = 1 / (2002 · H(2002)).
    share = 1 / 2002 / sum(1 / rank for rank in range(1, 2003))
    assert weights["w1999"] == pytest.approx(3e-5 / (3e-5 + share))


def test_whitening_takes_away_what_all_tokens_have_in_common():
    rng = np.random.default_rng(3)
    common = np.array([50.0, 0, 0, 0])
    vectors = (rng.standard_normal((400, 4)) * [5, 1, 1, 0.5] + common).astype(np.float32)
    vocabulary = ["the", *[f"w{number}" for number in range(399)]]
    table = distilled(vectors, vocabulary) / token_weights(vocabulary)[:, None]
    assert np.allclose(table.mean(axis=0), 0, atol=1e-4)
    # SPREAD keeps the variances a little below one.
    spread = np.cov(table, rowvar=False)
    assert np.allclose(np.diag(spread), 1, atol=0.3)
    assert np.abs(spread - np.diag(np.diag(spread))).max() < 0.05


def test_the_table_does_not_depend_on_the_signs_of_axes():
    rng = np.random.default_rng(4)
    vectors = rng.standard_normal((300, 5)).astype(np.float32)
    vocabulary = ["the", *[f"w{number}" for number in range(299)]]
    nudged = vectors + rng.standard_normal(vectors.shape).astype(np.float32) * 1e-6
    assert np.allclose(distilled(vectors, vocabulary), distilled(nudged, vocabulary), atol=1e-4)


def test_it_is_made_once_and_made_anew_when_half_there(tmp_path, monkeypatch):
    made: list[int] = []

    def alone(teacher: object, count: int) -> np.ndarray:
        made.append(count)
        return np.random.default_rng(1).standard_normal((count, 384)).astype(np.float32)

    monkeypatch.setattr(static, "_alone", alone)
    first = open_embedder("static", tmp_path)
    assert first is not None
    assert first.name.endswith("/static/1")
    assert first.dimensions == 384
    again = open_embedder("static", tmp_path)
    assert again is not None
    assert made == [30_522]
    assert np.array_equal(first.embed(["wound care"]), again.embed(["wound care"]))
    (tmp_path / static.RECORD).unlink()
    open_embedder("static", tmp_path)
    assert len(made) == 2


def test_a_specification_that_says_more_is_refused(tmp_path: Path):
    with pytest.raises(EmbeddingModelError, match="static"):
        open_embedder("static:x", tmp_path)


def test_vectors_of_a_first_stage_count_less_unless_somebody_has_set_it_otherwise():
    assert EngineConfig().suited_to("all-minilm-l6-v2/int8/1") == EngineConfig()
    suited = EngineConfig(cosine_floor=0.2).suited_to(static.NAME)
    assert suited.lexical_weight == FIRST_STAGE["lexical_weight"] > EngineConfig().lexical_weight
    assert suited.cosine_floor == 0.2
