"""The pieces of the distributed index, each against figures from elsewhere."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from math import log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kit.matching_distributed.conftest import MEMORY
from vidensbro.kit.matching import Document, Filters
from vidensbro.kit.matching.conformance import HashingEmbedder, query
from vidensbro.kit.matching.conformance.material import VOCABULARY, bits, documents, slow_setup
from vidensbro.kit.matching.distributed import DistributedIndex, EdgeStore, Reading, Spread, connect, features
from vidensbro.kit.matching.distributed.terms import count_at
from vidensbro.kit.matching.distributed.weights import document_words, query_words
from vidensbro.kit.matching.embedded import EmbeddedIndex
from vidensbro.kit.matching.embedded.lexical import Lookup
from vidensbro.kit.matching.errors import IndexStorageError
from vidensbro.kit.matching.protocols import IndexQuery, QueryTerm

NO_VECTOR = np.empty(0, "<i2")
counted = st.dictionaries(st.text(min_size=1, max_size=8), st.integers(1, 400), max_size=12)


@given(counted, counted, st.integers(0, 2**32 - 1), st.lists(st.integers(-32767, 32767), max_size=9))
def test_features_come_back_as_they_were(
    title: dict[str, int], body: dict[str, int], length: int, vector: list[int]
) -> None:
    made = features.make(title, body, length, 7, np.array(vector, "<i2"))
    back = features.unpack(made.pack())
    assert (back.length, back.text_name, back.vector.tolist()) == (length, 7, vector)
    names = [features.term_name(term) for term in (*title, *body)]
    found = features.columns([back, back], names)
    assert found.shape == (2, len(names), 2)
    for column, term in enumerate((*title, *body)):
        expected = [min(title.get(term, 0), 255), min(body.get(term, 0), 255)]
        assert found[1, column].tolist() == expected


@pytest.mark.parametrize("stored", ["", "AAAA", "not base64!", "A" * 40])
def test_damaged_features_are_told(stored: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        features.unpack(stored)


def test_the_inner_product_is_bm25() -> None:
    """Worked out by hand from the formula of Robertson & Zaragoza (2009), k1 0.9, b 0.4, title counting double."""
    found = features.make({"en:ulcer": 1}, {"en:ulcer": 2, "en:skin": 1}, 60, 0, NO_VECTOR)
    words = document_words(found, pivot=120.0)
    assert words is not None
    lookup = Lookup({}, {"en:ulcer": 3, "da:sår": 0}, 100)
    terms = [QueryTerm("sår", (("en:ulcer", 0.8), ("da:sår", 1.0)))]
    names = {name: features.term_name(name) for name in ("en:ulcer", "da:sår")}
    asked = query_words(terms, lookup, names)
    assert asked is not None
    here, there = (
        dict(zip(words.indices, words.values, strict=True)),
        zip(asked.indices, asked.values, strict=True),
    )
    product = sum(here.get(index, 0.0) * value for index, value in there)
    saturated = 4 / (4 + 0.9 * (1 - 0.4 + 0.4 * 60 / 120))
    assert product == pytest.approx(0.8 * log(1 + (100 - 3 + 0.5) / (3 + 0.5)) * saturated, rel=1e-5)


def test_nothing_to_look_up() -> None:
    assert document_words(features.make({}, {}, 0, 0, NO_VECTOR), 120.0) is None
    assert query_words([], Lookup({}, {}, 0), {}) is None


def test_figures_as_of_a_commit() -> None:
    history = [[2, 5], [4, 7], [9, 1]]
    assert [count_at(history, commit) for commit in (1, 2, 3, 4, 8, 9, 10)] == [0, 5, 5, 7, 7, 1, 1]


@slow_setup
@given(
    st.lists(documents, min_size=1, max_size=25),
    st.lists(st.tuples(st.sampled_from(VOCABULARY), st.floats(0.1, 1.0)), min_size=1, max_size=6),
    st.integers(1, 8),
)
def test_it_finds_what_the_embedded_index_finds(
    items: list[Document], alternatives: list[tuple[str, float]], per_kind: int
) -> None:
    """To the bit, with ideas that have alternatives, in both languages."""
    pytest.importorskip("qdrant_edge", reason="the distributed edition is not installed")
    half = len(alternatives) // 2
    asked = IndexQuery(
        tuple(
            QueryTerm(word, ((f"en:{word}", weight), (f"da:{other}", weight / 2)))
            for (word, weight), (other, _) in zip(alternatives, alternatives[half:], strict=False)
        ),
        query("wound sensor").vector,
    )
    with tempfile.TemporaryDirectory(dir=MEMORY) as name:
        folder = Path(name)
        store = EdgeStore(folder / "engine", log=False)
        reading = Reading(HashingEmbedder())
        with (
            DistributedIndex.open(store, "test", reading=reading, writable=True) as index,
            EmbeddedIndex.open(folder / "embedded", embedder=HashingEmbedder(), writable=True) as other,
        ):
            for one in (index, other):
                one.add(items)
                one.commit()
            for filters in (Filters(), Filters(languages=("da",)), Filters(fields=("medtech",))):
                found = index.snapshot().search(asked, filters, per_kind)
                assert bits(found) == bits(other.snapshot().search(asked, filters, per_kind))
                assert index.snapshot().facets(filters) == other.snapshot().facets(filters)
        store.close()


@pytest.mark.filterwarnings("ignore:Failed to obtain server version")
def test_an_engine_that_does_not_answer_is_told() -> None:
    pytest.importorskip("qdrant_client", reason="the distributed edition is not installed")
    store = connect("http://127.0.0.1:9", grpc_port=0)
    with pytest.raises(IndexStorageError, match=r"http://127\.0\.0\.1:9"):
        DistributedIndex.open(store, "test").snapshot()


def test_the_ordinary_edition_works_without_the_packages() -> None:
    """Importing names none of them; asking for a cluster says what is missing."""
    program = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"qdrant_client", "qdrant_edge", "distributed", "dask", "grpc"}:
            raise ImportError(name)
sys.meta_path.insert(0, Missing())
import vidensbro.kit.matching.distributed.filling
from vidensbro.kit.matching.distributed import connect
from vidensbro.kit.matching.errors import IndexStorageError
try:
    connect("http://localhost:6333")
except IndexStorageError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "needs qdrant-client" in done.stdout


@pytest.mark.filterwarnings("ignore:Failed to obtain server version")
def test_what_a_server_is_told_of_the_layout() -> None:
    """Shards, copies and indexes of what is filtered by, as they go over the wire."""
    pytest.importorskip("qdrant_client", reason="the distributed edition is not installed")
    from tests.kit.matching_distributed.loopback import Loopback

    server = Loopback()
    store = connect("http://127.0.0.1:9", grpc_port=server.port)
    reading, spread = Reading(HashingEmbedder()), Spread(shards=6, replicas=3)
    with DistributedIndex.open(store, "bro", reading=reading, spread=spread, writable=True):
        made = server.collections.made["bro-000001-documents"]
    assert (made.shard_number, made.replication_factor, made.write_consistency_factor) == (6, 3, 2)
    assert made.on_disk_payload
    assert server.collections.made["bro-state"].shard_number == 1
    filtered = {name for collection, name in server.points.indexed if collection.endswith("documents")}
    assert filtered >= {"audience", "kind", "fields", "facets", "language", "country", "date", "born", "died"}
    store.close()
    server.close()
