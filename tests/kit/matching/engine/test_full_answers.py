"""A need that a document answers word for word: long, with field and place, and still within 0..1."""

from __future__ import annotations

import random

import pytest

from tests.kit.matching.engine.conftest import DAY, Asking, text
from vidensbro.kit.matching import Need, Place


def invented_words(count: int, chance: random.Random) -> list[str]:
    """Words that no dictionary knows."""
    return [
        "".join(chance.choice("bdfgklmnprst") + chance.choice("aeiou") for _ in range(4))
        for _ in range(count)
    ]


@pytest.mark.parametrize("count", [13, 14, 19, 25, 33, 40])
def test_a_need_copied_from_a_document_scores_no_more_than_1(engine_for: Asking, count: int) -> None:
    said = " ".join(invented_words(count, random.Random(count)))
    place = Place("DK", "Aarhus")
    documents = [
        text(f"d{times}", f"{said}. " * times, title=said, fields=("medtech",), place=place)
        for times in (2, 5, 20, 50)
    ]
    need = Need(said, language="en", fields=("medtech",), place=place)
    found = engine_for([*documents, text("other", "something else")]).match(need, as_of=DAY)
    assert len(found.matches) == 4
    for match in found.matches:
        assert 0.9 < match.score <= 1.0
        assert match.score == pytest.approx(sum(part.value for part in match.evidence.contributions))
