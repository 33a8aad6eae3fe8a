"""The learned ranker: finds weights that made the feedback, keeps to the default without them, and can be off."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kit.matching.engine.conftest import DAY, Asking, text
from vidensbro.kit.matching import Contribution, Document, Evidence, Match, Need
from vidensbro.kit.matching.engine import CONTRIBUTION_CODES
from vidensbro.kit.matching.learning import LEAST, MOST, Judgement, Ranker, choose, features, learn

TERM, MEANING = CONTRIBUTION_CODES.index("term"), CONTRIBUTION_CODES.index("meaning")


def feedback(needs: int, seed: int, *, meaning_tells: bool) -> list[Judgement]:
    """Ten answers a need with chance parts of terms and meaning. What is good goes by meaning alone, or by both."""
    chance = random.Random(seed)
    found = []
    for need in range(needs):
        rows = []
        for _ in range(10):
            values = [0.0] * len(CONTRIBUTION_CODES)
            values[TERM], values[MEANING] = chance.uniform(0, 0.4), chance.uniform(0, 0.3)
            rows.append(tuple(values))
        rows.sort(key=lambda row: -(row[MEANING] if meaning_tells else sum(row)))
        found += [Judgement(f"need {need}", row, place < 3) for place, row in enumerate(rows)]
    return found


def match(key: str, **parts: float) -> Match:
    contributions = tuple(Contribution(code, value) for code, value in parts.items())
    evidence = Evidence(contributions=contributions)
    return Match(Document("publication", key, "en", ""), sum(parts.values()), evidence)


def test_what_the_feedback_goes_by_gets_more_weight_and_is_used() -> None:
    learned = learn(feedback(150, 1, meaning_tells=True))
    weights = learned.ranker.weights
    assert weights["meaning"] > 1 > weights["term"]
    assert weights["place"] == 1.0  # nothing was learned about it
    assert learned.comparison.learned > learned.comparison.default + 0.1
    assert learned.comparison.convincing
    assert choose(learned) is learned.ranker
    ranked = choose(learned).apply([match("terms", term=0.3), match("meaning", meaning=0.25)])
    assert [one.document.id for one in ranked] == ["meaning", "terms"]


def test_it_can_be_switched_off_and_is_off_without_feedback() -> None:
    learned = learn(feedback(150, 1, meaning_tells=True))
    assert choose(learned, enabled=False) == choose(None) == Ranker()
    nothing = learn([])
    assert set(nothing.ranker.weights.values()) == {1.0}
    assert choose(nothing) == Ranker()


def test_where_the_default_is_right_already_it_stays() -> None:
    learned = learn(feedback(150, 2, meaning_tells=False))
    assert learned.comparison.default == 1.0
    assert choose(learned) == Ranker()


def test_feedback_by_chance_is_not_believed() -> None:
    chance = random.Random(9)
    rows = [
        Judgement(one.need, one.features, chance.random() < 0.3)
        for one in feedback(200, 3, meaning_tells=True)
    ]
    assert choose(learn(rows)) == Ranker()


def test_a_few_needs_are_too_few_however_clear() -> None:
    learned = learn(feedback(20, 1, meaning_tells=True))
    assert learned.comparison.better + learned.comparison.worse < 20
    assert not learned.comparison.convincing


def test_the_order_of_the_feedback_changes_no_bit() -> None:
    rows = feedback(60, 4, meaning_tells=True)
    shuffled = rows[:]
    random.Random(0).shuffle(shuffled)
    assert learn(rows) == learn(shuffled)


def test_the_default_ranker_changes_no_bit_of_an_answer(engine_for: Asking) -> None:
    engine = engine_for([text("a", "enzyme and yeast"), text("b", "enzyme")])
    matches = engine.match(Need("enzyme from yeast", language="en"), as_of=DAY).matches
    assert Ranker().apply(matches) == matches
    assert sum(features(matches[0])) == pytest.approx(matches[0].score)


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(st.sampled_from(CONTRIBUTION_CODES), st.floats(LEAST, MOST)),
    st.lists(
        st.dictionaries(st.sampled_from(CONTRIBUTION_CODES), st.floats(0, 1 / 7), min_size=1), max_size=6
    ),
)
def test_scores_stay_sums_of_their_contributions_and_in_range(
    weights: dict[str, float], answers: list[dict[str, float]]
) -> None:
    ranked = Ranker(weights).apply([match(str(n), **parts) for n, parts in enumerate(answers)])
    assert [one.score for one in ranked] == sorted((one.score for one in ranked), reverse=True)
    for one in ranked:
        assert 0 <= one.score <= 1
        assert sum(part.value for part in one.evidence.contributions) == pytest.approx(one.score)


def test_answers_are_compared_with_those_of_their_own_kind_only() -> None:
    person, site = (0.0,) * 5 + (0.2, 0.0), (0.4, *(0.0,) * 6)
    mixed = [
        one
        for n in range(90)
        for one in (
            Judgement(f"need {n}", person, True, "person"),
            Judgement(f"need {n}", site, False, "test_site"),
        )
    ]
    learned = learn(mixed)
    assert (learned.needs, learned.comparison.needs) == (0, 0)
    assert set(learned.ranker.weights.values()) == {1.0}
    alike = learn([Judgement(one.need, one.features, one.good) for one in mixed])
    assert alike.needs + alike.comparison.needs == 90


def test_learning_leaves_scores_as_high_as_they_were_and_kinds_in_balance() -> None:
    documents = feedback(150, 1, meaning_tells=True)
    chance = random.Random(3)
    people = [
        Judgement(f"need {n}", (0.0,) * 5 + (chance.uniform(0, 0.4), chance.uniform(0, 0.2)), good, "person")
        for n in range(150)
        for good in (True, False)
    ]
    weights = learn([*documents, *people]).ranker.weights
    both = [weights[code] for code in CONTRIBUTION_CODES]
    for rows in (documents, people):
        before = sum(sum(one.features) for one in rows)
        after = sum(part * weight for one in rows for part, weight in zip(one.features, both, strict=True))
        assert after == pytest.approx(before, rel=0.05)
    assert weights == {code: round(weight, 3) for code, weight in weights.items()}


def test_what_comes_to_more_than_one_is_cut_and_keeps_its_place() -> None:
    ranked = Ranker({"term": 3.0}).apply([match("a", term=0.5), match("b", term=0.6), match("c", term=0.2)])
    assert [one.document.id for one in ranked] == ["b", "a", "c"]
    assert [one.score for one in ranked] == pytest.approx([1.0, 1.0, 0.6])
