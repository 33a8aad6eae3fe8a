"""People and organisations by the documents they stand behind."""

import math
from dataclasses import replace
from datetime import date

import pytest

from tests.kit.matching.engine.conftest import DAY, Asking, text
from vidensbro.kit.matching import Document, EngineConfig, Filters, Need, Standing
from vidensbro.kit.matching.experts import Vote, expert_score, recency, role_weight, votes

CONFIG = EngineConfig(vote_power=2.0, vote_scale=0.35, vote_decay=1.0, half_life=12.0)


def by(person: str, role: str = "first") -> tuple[Standing, ...]:
    return (Standing("person", person, role),)


def person(id: str, **more: object) -> Document:
    return Document("person", id, "en", f"Person {id}", **more)  # type: ignore[arg-type]


def test_a_vote_is_score_role_and_age() -> None:
    today, old = date(2026, 1, 1), date(2014, 1, 1)
    ballots = votes(
        [(text("new", "", date=today, stands_behind=by("a", "middle")), 0.5),
         (text("old", "", date=old, stands_behind=by("a")), 0.5)],
        today, CONFIG,
    )  # fmt: skip
    values = [vote.value for vote in ballots["person:a"]]
    # 0.5 squared times 0.7 for a middle author; 0.5 squared times one half after twelve years.
    assert values == pytest.approx([0.25 * 0.7, 0.25 * 0.5], rel=1e-3)


def test_the_curve_is_one_half_at_its_scale() -> None:
    assert expert_score([Vote("k", 0.35, None)], CONFIG) == pytest.approx(0.5)
    assert expert_score([Vote("k", 0.35, None), Vote("l", 0.7, None)], CONFIG) == pytest.approx(0.75)


def test_recency_and_roles() -> None:
    assert recency(DAY, DAY, 12) == 1.0
    assert recency(None, DAY, 12) == 0.5
    assert recency(date(2030, 1, 1), DAY, 12) == 1.0
    assert role_weight("nobody knows", CONFIG) == role_weight("middle", CONFIG)
    assert role_weight("first", EngineConfig(roles={"first": 0.2})) == 0.2


def test_somebody_named_twice_on_a_document_has_one_vote() -> None:
    twice = text("a", "", date=DAY, stands_behind=by("p", "middle") + by("p", "last"))
    assert len(votes([(twice, 0.5)], DAY, CONFIG)["person:p"]) == 1


def together(*people: str) -> tuple[Standing, ...]:
    return tuple(Standing("person", one, "first") for one in people)


def test_a_vote_is_shared_with_those_of_the_same_kind() -> None:
    institute = (Standing("organisation", "o", "owner"),)
    alone = text("alone", "", date=DAY, stands_behind=together("a") + institute)
    four = text("four", "", date=DAY, stands_behind=together("b", "c", "d", "e") + institute)
    config = EngineConfig(vote_power=1.0, vote_decay=1.0, vote_sharing=0.5)
    ballots = votes([(alone, 0.5), (four, 0.5)], DAY, config)
    assert ballots["person:a"][0].value == 0.5
    assert ballots["person:b"][0].value == 0.25  # one over the root of four
    assert [vote.value for vote in ballots["organisation:o"]] == [0.5, 0.5]
    whole = votes([(four, 0.5)], DAY, replace(config, vote_sharing=0.0))
    assert whole["person:b"][0].value == 0.5


@pytest.mark.parametrize(
    ("voting", "expected"),
    [
        ("sum", 0.8 + 0.4 + 0.2),
        ("mnz", 3 * (0.8 + 0.4 + 0.2)),
        ("exp_mnz", 3 * (math.exp(0.8) + math.exp(0.4) + math.exp(0.2))),
        ("rank", 1 + 1 / 2 + 1 / 4),
        ("best", 0.8),
        ("power", 0.8**2 + 0.5 * 0.4**2 + 0.25 * 0.2**2),
    ],
)
def test_ways_of_voting_by_hand(voting: str, expected: float) -> None:
    scores = {"w": 0.2, "x": 0.4, "y": 0.8}
    mine = [(text(key, "", date=DAY, stands_behind=by("a")), score) for key, score in scores.items()]
    other = (text("other", "", date=DAY, stands_behind=by("b")), 0.3)
    config = EngineConfig(voting=voting, vote_power=2.0, vote_decay=0.5)
    ballots = votes([*mine, other], DAY, config)["person:a"]
    assert sum(vote.value for vote in ballots) == pytest.approx(expected)
    assert ballots[0].key == "publication:y"


def test_an_unknown_way_of_voting_is_refused() -> None:
    with pytest.raises(ValueError, match="'loudest' is no way of voting; take one of power"):
        votes([], DAY, EngineConfig(voting="loudest"))


def test_more_newer_and_leading_documents_win(engine_for: Asking) -> None:
    documents = [
        *(
            text(f"many{n}", "pressure ulcer sensor", date=date(2024, 1, 1), stands_behind=by("many"))
            for n in range(3)
        ),
        text("one", "pressure ulcer sensor", date=date(2024, 1, 1), stands_behind=by("one")),
        text("old", "pressure ulcer sensor", date=date(2004, 1, 1), stands_behind=by("old")),
        text("middle", "pressure ulcer sensor", date=date(2024, 1, 1), stands_behind=by("middle", "middle")),
        *(person(p) for p in ("many", "one", "old", "middle")),
    ]
    found = engine_for(documents).match(Need("pressure ulcer", sought=("person",)), as_of=DAY).matches
    assert [m.document.id for m in found] == ["many", "one", "middle", "old"]
    assert found[0].evidence.supporting == ("publication:many0", "publication:many1", "publication:many2")
    assert [r.code for r in found[-1].evidence.reservations] == ["last_active", "single_document"]
    assert found[-1].evidence.reservations[0].values == ("2004",)


def test_experts_are_filtered_themselves_but_judged_by_all_their_documents(engine_for: Asking) -> None:
    documents = [
        text("a", "laser", fields=("imaging",), stands_behind=by("inside") + by("outside")),
        person("inside", fields=("wound-care",)),
        person("outside", fields=("imaging",)),
    ]
    found = engine_for(documents).match(Need("laser"), Filters(fields=("wound-care",)), as_of=DAY).matches
    assert [m.document.key for m in found] == ["person:inside"]


def test_hidden_documents_speak_for_nobody(engine_for: Asking) -> None:
    documents = [text("a", "laser", audience=frozenset({"members"}), stands_behind=by("p")), person("p")]
    assert engine_for(documents).match(Need("laser"), as_of=DAY).matches == ()


def test_one_organisation_takes_no_more_than_its_share(engine_for: Asking) -> None:
    big = [
        text(f"big{n}", "enzyme enzyme", stands_behind=(Standing("organisation", "big", "owner"),))
        for n in range(9)
    ]
    small = [
        text(f"s{n}", "enzyme and more", stands_behind=(Standing("organisation", f"s{n}", "owner"),))
        for n in range(9)
    ]
    organisations = [Document("organisation", "big", "da", "Store Institut")]
    engine = engine_for(big + small + organisations)
    kinds = Filters(kinds=("publication",))
    listed = engine.match(Need("enzyme", language="en"), kinds, limit=6, as_of=DAY).matches
    assert sum(m.document.id.startswith("big") for m in listed) == int(0.34 * 6)
    named = engine.match(Need("enzyme Store Institut", language="en"), kinds, limit=6, as_of=DAY).matches
    assert sum(m.document.id.startswith("big") for m in named) == 6


def test_where_nobody_else_is_left_the_share_is_filled_up(engine_for: Asking) -> None:
    only = [
        text(f"a{n}", "enzyme", stands_behind=(Standing("organisation", "o", "owner"),)) for n in range(5)
    ]
    assert len(engine_for(only).match(Need("enzyme"), limit=5, as_of=DAY).matches) == 5
