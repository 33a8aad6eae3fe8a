"""Scores: worked by hand, adding up, and the same whatever the order and whatever is hidden."""

import math
import random
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.kit.matching.engine.conftest import DAY, Asking, text
from vidensbro.kit.matching import Document, EngineConfig, Filters, Need, Place, Result, Standing

WORDS = [
    "sensor",
    "ulcer",
    "nurse",
    "laser",
    "enzyme",
    "valve",
    "tryksår",
    "sygeplejerske",
    "måling",
    "kvantesensor",
]
RELAXED = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@st.composite
def corpora(draw: st.DrawFn) -> list[Document]:
    bodies = draw(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8), min_size=1, max_size=12))
    return [
        Document(
            kind=draw(st.sampled_from(["publication", "test_site", "project"])),
            id=str(number),
            language=draw(st.sampled_from(["da", "en"])),
            title=words[0],
            body=" ".join(words) + ".",
            date=date(2010 + number, 1, 1),
            stands_behind=(
                Standing("person", f"p{number % 3}", "first"),
                Standing("organisation", "o", "owner"),
            ),
        )
        for number, words in enumerate(bodies)
    ] + [
        *(Document("person", f"p{n}", "en", f"Person {n}", "Knows about " + WORDS[n]) for n in range(3)),
        Document("organisation", "o", "da", "Organisationen", "Arbejder med måling"),
    ]


def asked(engine: object, words: list[str], **more: object) -> Result:
    return engine.match(Need(" ".join(words), language="da", **more), as_of=DAY)  # type: ignore[attr-defined]


def test_a_score_worked_by_hand(engine_for: Asking) -> None:
    engine = engine_for(
        [text("a", "sensor"), text("b", "pump")], EngineConfig(k1=1.2, b=0.75, passage_weight=0.1)
    )
    result = engine.match(Need("sensor", language="en"), as_of=DAY)
    # tf / (tf + k1 * (1 - b + b * 1)) = 1 / 2.2 of the only idea; the best passage answers all of it.
    assert [match.document.id for match in result.matches] == ["a"]
    assert result.matches[0].score == pytest.approx(0.9 * 1 / 2.2 + 0.1)


def test_a_rarer_word_is_worth_more_by_its_inverse_document_frequency(engine_for: Asking) -> None:
    documents = [text("rare", "enzyme"), text("common", "valve"), text("other", "valve")]
    engine = engine_for(documents, EngineConfig(passage_weight=0.0))
    scores = {
        m.document.id: m.score for m in engine.match(Need("enzyme valve", language="en"), as_of=DAY).matches
    }
    rare, common = math.log(1 + 2.5 / 1.5), math.log(1 + 1.5 / 2.5)
    assert scores["rare"] / scores["common"] == pytest.approx(rare / common)


@RELAXED
@given(corpora(), st.lists(st.sampled_from(WORDS), min_size=1, max_size=5))
def test_contributions_add_up_to_the_score_and_lie_in_range(
    engine_for: Asking, documents: list[Document], words: list[str]
) -> None:
    for match in asked(engine_for(documents), words).matches:
        assert sum(part.value for part in match.evidence.contributions) == match.score
        assert 0 < match.score <= 1
        assert all(part.value > 0 for part in match.evidence.contributions)


@RELAXED
@given(corpora(), st.lists(st.sampled_from(WORDS), min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_insertion_changes_no_bit(
    engine_for: Asking, documents: list[Document], words: list[str], chance: random.Random
) -> None:
    shuffled = documents[:]
    chance.shuffle(shuffled)
    one, other = asked(engine_for(documents), words), asked(engine_for(shuffled), words)
    assert replace(one, index_version="") == replace(other, index_version="")


@RELAXED
@given(corpora(), corpora(), st.lists(st.sampled_from(WORDS), min_size=1, max_size=5))
def test_what_is_hidden_changes_no_bit(
    engine_for: Asking, seen: list[Document], hidden: list[Document], words: list[str]
) -> None:
    secret = [replace(d, id=f"secret-{d.id}", audience=frozenset({"members"})) for d in hidden]
    one, other = asked(engine_for(seen), words), asked(engine_for(seen + secret), words)
    assert replace(one, index_version="") == replace(other, index_version="")


def test_members_see_what_is_theirs(engine_for: Asking) -> None:
    engine = engine_for([text("open", "sensor"), text("theirs", "sensor", audience=frozenset({"members"}))])
    members = engine.match(Need("sensor"), Filters(audience=frozenset({"public", "members"})), as_of=DAY)
    public = engine.match(Need("sensor"), as_of=DAY)
    assert {m.document.id for m in members.matches} == {"open", "theirs"}
    assert {m.document.id for m in public.matches} == {"open"}


def test_fields_and_places_count_only_when_the_need_names_them(engine_for: Asking) -> None:
    here = text("here", "sensor", place=Place("DK", "Odense"), fields=("diagnostics",))
    engine = engine_for([here, text("abroad", "sensor", place=Place("SE", "Lund")), text("dummy", "pump")])
    plain = engine.match(Need("sensor", language="en"), as_of=DAY).matches
    assert plain[0].score == plain[1].score
    need = Need("sensor", language="en", fields=("diagnostics",), place=Place("DK", "Odense"))
    near = engine.match(need, as_of=DAY).matches
    assert [m.document.id for m in near] == ["here", "abroad"]
    codes = {part.code: part.value for part in near[0].evidence.contributions}
    assert codes["field"] == pytest.approx(0.05)
    assert codes["place"] == pytest.approx(0.05)


def test_kinds_sought_and_filtered(engine_for: Asking) -> None:
    engine = engine_for([text("a", "sensor"), text("b", "sensor", kind="test_site")])
    assert {m.document.kind for m in engine.match(Need("sensor", sought=("test_site",))).matches} == {
        "test_site"
    }
    only = engine.match(Need("sensor"), Filters(kinds=("publication",)))
    assert {m.document.kind for m in only.matches} == {"publication"}


def test_what_hardly_answers_is_not_listed(engine_for: Asking) -> None:
    documents = [text("answers", "sensor"), text("mentions", "sensor " + "and quite other things " * 40)]
    need = Need("sensor", language="en")
    every = (
        engine_for(documents, EngineConfig(least_score=0.0, passage_weight=0.0))
        .match(need, as_of=DAY)
        .matches
    )
    scores = {m.document.id: m.score for m in every}
    between = (scores["answers"] + scores["mentions"]) / 2
    listed = engine_for(documents, EngineConfig(least_score=between, passage_weight=0.0)).match(
        need, as_of=DAY
    )
    assert [m.document.id for m in listed.matches] == ["answers"]
