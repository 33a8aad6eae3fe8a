"""The level on a small collection of our own does not fall: invented documents and needs, in Danish and English."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.collections import load
from evals.measure import measure
from vidensbro.kit.matching.embedding import open_embedder

FROZEN = Path(__file__).parents[2] / "evals" / "frozen"
FLOOR = json.loads((FROZEN / "floor.json").read_text(encoding="utf-8"))
ROUNDING = 0.0005
"""The floor is written with three decimals."""

LOWER_IS_BETTER = {"pairwise loss"}


def silent(_phase: str, _done: int, _of: int) -> None: ...


@pytest.mark.parametrize("embedder", ["none", "minilm"])
@pytest.mark.parametrize("name", ["needs", "experts"])
def test_the_figures_do_not_fall(name: str, embedder: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    model = open_embedder(embedder, tmp_path_factory.getbasetemp() / "model")
    report = measure(load(FROZEN / name), model, silent)
    for what, floor in FLOOR[name][embedder].items():
        value = report.engine[what].value
        if what in LOWER_IS_BETTER:
            assert value <= floor + ROUNDING, f"{what} rose from {floor} to {value:.4f}"
        else:
            assert value >= floor - ROUNDING, f"{what} fell from {floor} to {value:.4f}"


def test_the_collection_is_big_enough_to_tell_and_in_both_languages() -> None:
    needs, experts = load(FROZEN / "needs"), load(FROZEN / "experts")
    assert len(needs.queries) >= 30
    assert len(experts.queries) >= 15
    danish = [text for text in needs.queries.values() if set("æøå") & set(text.lower())]
    assert 10 <= len(danish) <= len(needs.queries) - 10
