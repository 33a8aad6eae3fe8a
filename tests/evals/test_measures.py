"""Measures against figures worked by hand."""

import gzip
import json
import math
from pathlib import Path

import pytest

from evals import metrics, table
from evals.__main__ import DRAWINGS, stale
from evals.bm25 import PlainBM25
from evals.collections import CollectionError, Expertise, Retrieval, load
from evals.measure import measure
from evals.variants import DEFAULT


def silent(stage: str, done: int, of: int) -> None:
    assert 0 < done <= of


def test_ndcg_by_hand() -> None:
    # Gains 3 at rank 1 and 2 at rank 3; ideal 3 then 2.
    expected = (3 + 2 / math.log2(4)) / (3 + 2 / math.log2(3))
    assert metrics.ndcg(["a", "x", "b"], {"a": 3, "b": 2}) == pytest.approx(expected)
    assert metrics.ndcg([], {"a": 1}) == 0
    assert metrics.ndcg(["x"] * 10 + ["a"], {"a": 1}) == 0


def test_average_precision_by_hand() -> None:
    assert metrics.average_precision(["a", "x", "b"], frozenset("abc")) == pytest.approx((1 + 2 / 3) / 3)


def test_reciprocal_rank_recall_and_precision_by_hand() -> None:
    assert metrics.reciprocal_rank(["x", "a"], {"a": 1}) == 0.5
    assert metrics.recall(["x", "a"], {"a": 1, "b": 1}, 2) == 0.5
    assert metrics.precision(["x", "a"], {"a": 1}, 2) == 0.5


def test_pairwise_loss_by_hand() -> None:
    # Relevant a and b, irrelevant x and y: of the four pairs x stands before b, and b ties with y, who is not ranked.
    judged = ["a", "b", "x", "y"]
    assert metrics.pairwise_loss(["a", "x"], frozenset("ab"), judged) == (1 + 0.5) / 4
    assert metrics.pairwise_loss(["a", "b", "x", "y"], frozenset("ab"), judged) == 0
    assert metrics.pairwise_loss([], frozenset("ab"), judged) == 0.5
    assert metrics.pairwise_loss(["a"], frozenset("a"), ["a"]) == 0


def test_percentiles_are_values_that_were_measured() -> None:
    assert metrics.percentile([3.0, 1.0, 2.0, 4.0], 0.5) == 2.0
    assert metrics.percentile([3.0, 1.0, 2.0, 4.0], 0.95) == 4.0
    assert metrics.percentile([], 0.5) == 0


def test_bm25_by_hand() -> None:
    # One word of two, equal lengths: ln(1 + 1.5/1.5) / (1 + 0.9) for the one document that has it.
    ranked = PlainBM25({"a": "sensor", "b": "valve"}, "en")
    assert ranked.search("sensors") == ["a"]
    assert ranked.search("nothing") == []


def collection(folder: Path) -> Path:
    corpus = [
        {"_id": "1", "title": "Pressure ulcers", "text": "Early signs of pressure ulcers in nursing homes."},
        {"_id": "2", "title": "Valves", "text": "Valves for wind turbines."},
        {"_id": "3", "title": "Enzymes", "text": "Enzymes from yeast."},
    ]
    queries = [{"_id": "q1", "text": "tryksår på plejehjem"}, {"_id": "q2", "text": "ventiler"}]
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, corpus)))
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)))
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\t1\t1\nq2\t2\t1\n")
    return folder


def test_a_collection_is_measured_beside_plain_bm25(tmp_path: Path) -> None:
    found = load(collection(tmp_path))
    assert isinstance(found, Retrieval)
    report = measure(found, None, silent)
    assert report.queries == 2
    assert report.engine["MRR"].value == 1.0
    assert report.plain["MRR"].value == 0.0  # nothing is translated there
    assert report.embedder == "none"


def test_experts_are_measured_without_the_query_itself(tmp_path: Path) -> None:
    docs = [
        {"_id": 1, "text": "kernel machines for text", "authors": [7]},
        {"_id": 2, "text": "kernel machines and margins", "authors": [8]},
        {"_id": 3, "text": "planning for robots", "authors": [9]},
    ]
    gold = {
        "candidates_evaluated": [7, 8, 9],
        "experts_by_topic": {"svm": [7, 8], "planning": [9]},
        "query_docs": [{"doc": 1, "labels": ["svm"]}],
    }
    (tmp_path / "docs.jsonl").write_text("\n".join(map(json.dumps, docs)))
    (tmp_path / "gold.json").write_text(json.dumps(gold))
    found = load(tmp_path)
    assert isinstance(found, Expertise)
    assert found.experts["1"] == {"7", "8"}
    # Person 8 is found through document 2; 7 and 9 follow by id: precision 1 at rank 1, 2/2 at rank 2.
    assert measure(found, None, silent).engine["AP"].value == 1.0


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("corpus.jsonl", "{broken", "line 1: not JSON"),
        ("corpus.jsonl", "[1, 2]", "line 1: not an object with _id"),
        ("corpus.jsonl", '{"_id": "1"}\n{"title": "x"}', "line 2: not an object with _id"),
        ("queries.jsonl", '{"_id": "q1"}', "line 1: not an object with _id, text"),
        ("qrels.tsv", "q1\t1\t1\nq2 3\n", "line 2: wants query, document and grade"),
        ("qrels.tsv", "1\tq1\t1\n", "no query of queries.jsonl has a relevant document"),
    ],
)
def test_broken_collections_say_where(tmp_path: Path, name: str, content: str, words: str) -> None:
    (collection(tmp_path) / name).write_text(content)
    with pytest.raises(CollectionError, match=words):
        load(tmp_path)


def test_a_collection_that_was_cut_short_says_where(tmp_path: Path) -> None:
    packed = gzip.compress(((collection(tmp_path) / "corpus.jsonl").read_bytes() + b"\n") * 200)
    (tmp_path / "corpus.jsonl").unlink()
    (tmp_path / "corpus.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    with pytest.raises(
        CollectionError, match=r"corpus\.jsonl\.gz, line \d+: the gzip file is broken or cut short"
    ):
        load(tmp_path)


@pytest.mark.parametrize(
    ("gold", "words"),
    [
        ("{broken", "gold.json: wants candidates_evaluated"),
        ("[]", "gold.json: wants candidates_evaluated"),
        ('{"candidates_evaluated": [7]}', "gold.json: wants candidates_evaluated"),
        (
            '{"candidates_evaluated": [7], "experts_by_topic": {"svm": [7]}, "query_docs": [{"doc": 9, "labels": []}]}',
            "query_docs names 9",
        ),
    ],
)
def test_broken_expert_collections_say_where(tmp_path: Path, gold: str, words: str) -> None:
    (tmp_path / "docs.jsonl").write_text('{"_id": 1, "text": "kernels", "authors": [7]}')
    (tmp_path / "gold.json").write_text(gold)
    with pytest.raises(CollectionError, match=words):
        load(tmp_path)


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(CollectionError, match=r"no corpus\.jsonl or docs\.jsonl"):
        load(tmp_path)
    (collection(tmp_path) / "qrels.tsv").unlink()
    with pytest.raises(CollectionError, match=r"qrels\.tsv is missing"):
        load(tmp_path)


def test_the_tables_and_drawings_in_the_docs_are_those_of_the_results() -> None:
    assert stale() == []
    page = table.PAGE.read_text(encoding="utf-8")
    for place in table.PLACES:
        assert f"<!-- {place} -->" in page
    assert "| scifact |" in page
    for drawing in DRAWINGS.glob("*.svg"):
        assert f"(quality/{drawing.name})" in page


def test_the_results_are_those_of_the_engine_as_it_is() -> None:
    assert {result["engine_version"] for result in table.read()} == {DEFAULT.config(people=False).digest}
