"""Explanations measured anew: into results that still hold, and into no others."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from evals.collections import Retrieval, Text
from evals.measure import measure
from evals.renewing import OutdatedResults, index_folder, renew

BODIES = {
    "1": "The weather was noted. Moisture sensors warn of pressure ulcers. Rain fell on many days.",
    "2": "The weather was noted. Valves of wind turbines wear out. Rain fell on many days.",
}


def silent(_phase: str, _done: int, _of: int) -> None: ...


def collection(name: str = "small") -> Retrieval:
    texts = tuple(Text(key, "", body) for key, body in BODIES.items())
    queries = {"a": "sensors against pressure ulcers", "b": "worn valves of turbines"}
    return Retrieval(name, texts, queries, {"a": {"1": 1}, "b": {"2": 1}})


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """Results of this collection without its explanations, and of another one."""
    path = tmp_path / "results.json"
    path.write_text(
        json.dumps([asdict(measure(collection(name), None, silent)) for name in ("other", "small")])
    )
    return path


def read(results: Path) -> dict[str, Any]:
    return {one["name"]: one for one in json.loads(results.read_text("utf-8"))}


def test_only_the_explanations_of_that_collection_are_new(results: Path, tmp_path: Path) -> None:
    before = read(results)
    given = renew(results, collection(), None, silent)
    after = read(results)
    assert given == after["small"]
    assert (given["faithfulness"]["cases"], given["faithfulness"]["fell"]) == (2, 1.0)
    assert {**given, "faithfulness": None} == before["small"]
    assert after["other"] == before["other"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["results.json"]


@pytest.mark.parametrize(
    ("part", "value", "words"),
    [
        ("name", "big", "nothing of small in it"),
        ("embedder", "minilm", "another model, engine or size"),
        ("engine_version", "1-abc", "another model, engine or size"),
        ("documents", 3, "another model, engine or size"),
        ("engine", {"nDCG@10": {"value": 0.9}}, "nDCG@10 is 1.0000 and was 0.9000: another ranking"),
    ],
)
def test_results_of_another_ranking_are_left_as_they_are(
    results: Path, part: str, value: object, words: str
) -> None:
    held = json.loads(results.read_text("utf-8"))
    held[1][part] = value
    results.write_text(json.dumps(held))
    with pytest.raises(OutdatedResults, match=words):
        renew(results, collection(), None, silent)
    assert json.loads(results.read_text("utf-8")) == held


def test_kept_indexes_are_used_again(results: Path, tmp_path: Path) -> None:
    indexes = tmp_path / "indexes"
    first = renew(results, collection(), None, silent, indexes)
    folder = index_folder(indexes, collection(), None)
    made = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.suffix not in ("", ".lock")}
    assert made
    assert renew(results, collection(), None, silent, indexes) == first
    assert {path: path.stat().st_mtime_ns for path in made} == made
