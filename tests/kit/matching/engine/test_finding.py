"""Searching a list by words: what is found, what is not, and in which order."""

from __future__ import annotations

import pytest

from tests.kit.matching.engine.conftest import DAY, Asking, text
from vidensbro.kit.matching import Document, Filters, Standing


def danish(id: str, body: str, **more: object) -> Document:
    return text(id, body, language="da", **more)


LIBRARY = [
    text("ulcer", "Sensors that see pressure ulcers in nursing homes early."),
    danish("bed", "En madras mod tryksår hos beboere på plejehjem."),
    danish("wound", "Behandling af sår, der ikke heler."),
    text("qubit", "Coherence times of qubits on sapphire."),
    text("brewing", "Yeast for brewing beer at low temperature."),
]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("tryksår", {"ulcer", "bed"}),
        ("pressure ulcers", {"ulcer", "bed"}),
        ("sår", {"wound", "bed", "ulcer"}),
        ("qubits", {"qubit"}),
        ("QUBIT", {"qubit"}),
        ("sensor tryksår", {"ulcer"}),
        ("tryksår qubits", set()),
        ("tryksår zzqx", set()),
        ("zzqx", set()),
        ("", set()),
        ("   ", set()),
        ("til og for", set()),
        ("sensors for qubits and yeast", set()),
        ("pressure ulcers in nursing homes, sapphire", {"ulcer", "bed"}),
    ],
)
def test_what_says_the_words_in_either_language_is_found(
    engine_for: Asking, words: str, found: set[str]
) -> None:
    hits = engine_for(LIBRARY).search(words)
    assert {hit.key.partition(":")[2] for hit in hits} == found


def test_the_number_in_a_name_is_not_the_name(engine_for: Asking) -> None:
    engine = engine_for([text("cytokine", "Levels of IL-6 in blood."), text("count", "We saw 6 mice.")])
    assert [hit.key for hit in engine.search("il-6")] == ["publication:cytokine"]


def test_titles_come_before_texts_and_equals_by_key(engine_for: Asking) -> None:
    engine = engine_for(
        [
            text("b", "About yeast and other things."),
            text("a", "About yeast and other things."),
            text("z", "About many other things.", title="Yeast"),
        ]
    )
    hits = engine.search("yeast")
    assert [hit.key for hit in hits] == ["publication:z", "publication:a", "publication:b"]
    assert hits[1].score == hits[2].score
    assert all(0 < hit.score <= 1 for hit in hits)


def test_filters_come_before_ranking(engine_for: Asking) -> None:
    secret = [text(f"secret-{n}", "yeast yeast yeast", audience=frozenset({"members"})) for n in range(4)]
    engine = engine_for([*LIBRARY, *secret])
    assert [hit.key for hit in engine.search("yeast", per_kind=1)] == ["publication:brewing"]
    alone = engine_for(LIBRARY).search("yeast")
    assert engine.search("yeast") == alone
    members = engine.search("yeast", Filters(audience=frozenset({"public", "members"})))
    assert len(members) == 5
    assert engine.search("yeast", Filters(kinds=("patent",))) == ()


def test_each_kind_has_its_own_best(engine_for: Asking) -> None:
    many = [text(f"p{n}", "yeast yeast") for n in range(6)]
    engine = engine_for([*many, text("site", "a place with yeast and much else", kind="test_site")])
    found = [hit.key.partition(":")[0] for hit in engine.search("yeast", per_kind=2)]
    assert found == ["publication", "publication", "test_site"]


def test_an_empty_index_finds_nothing(engine_for: Asking) -> None:
    assert engine_for([]).search("yeast") == ()


def test_who_stands_behind_more_of_what_was_found_comes_first(engine_for: Asking) -> None:
    def behind(*people: str) -> tuple[Standing, ...]:
        return tuple(Standing("person", one, "first") for one in people)

    engine = engine_for(
        [
            text("one", "About yeast.", stands_behind=behind("ida", "bo")),
            text("two", "About yeast.", stands_behind=behind("ida")),
            text("other", "About qubits.", stands_behind=behind("eva")),
            text("secret", "About yeast.", stands_behind=behind("eva"), audience=frozenset({"members"})),
            text("place", "About yeast.", stands_behind=(Standing("organisation", "lab", "owner"),)),
        ]
    )
    found = engine.search_experts("gær", "person", as_of=DAY)
    assert [hit.key for hit in found] == ["person:ida", "person:bo"]
    members = Filters(audience=frozenset({"public", "members"}))
    assert len(engine.search_experts("gær", "person", members, as_of=DAY)) == 3
    assert [hit.key for hit in engine.search_experts("yeast", "organisation", as_of=DAY)] == [
        "organisation:lab"
    ]


def test_words_that_are_for_members_only_find_something_for_members_only(engine_for: Asking) -> None:
    engine = engine_for([*LIBRARY, text("secret", "A cryostat.", audience=frozenset({"members"}))])
    members = Filters(audience=frozenset({"public", "members"}))
    assert engine.search("cryostat") == ()
    assert [hit.key for hit in engine.search("cryostat", members)] == ["publication:secret"]
