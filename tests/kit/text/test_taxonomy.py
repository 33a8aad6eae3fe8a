from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidensbro.kit.text.taxonomy import Taxonomy, TaxonomyError

TOP = (
    "biotech",
    "pharma",
    "medtech",
    "assistive-devices",
    "welfare-technology",
    "digital-health",
    "quantum-technology",
)
SECOND = {
    "biotech": "industrial-biotechnology cell-and-gene-therapy proteins-and-enzymes genomics "
    "synthetic-biology microbiome",
    "pharma": "drug-discovery clinical-trials drug-delivery vaccines pharmaceutical-manufacturing drug-safety",
    "medtech": "diagnostics imaging implants surgical-technology wound-care monitoring-and-sensors",
    "assistive-devices": "mobility-aids communication-aids hearing-and-vision-aids prosthetics-and-orthotics "
    "daily-living-aids",
    "welfare-technology": "elder-care rehabilitation fall-prevention care-robotics smart-home-care",
    "digital-health": "telemedicine health-data clinical-decision-support health-apps health-it-systems",
    "quantum-technology": "quantum-sensing quantum-computing quantum-communication quantum-materials",
}
HEAD = """
@prefix : <https://example.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""


@pytest.fixture(scope="module")
def fields() -> Taxonomy:
    return Taxonomy.bundled()


def written(folder: Path, body: str) -> Path:
    path = folder / "own.ttl"
    path.write_text(HEAD + body, encoding="utf-8")
    return path


def test_the_fields_of_the_mission_are_there(fields: Taxonomy) -> None:
    assert tuple(concept.notation for concept in fields.top()) == TOP
    for notation, below in SECOND.items():
        assert {concept.notation for concept in fields.narrower(notation)} >= set(below.split())


def test_every_concept_is_complete_in_both_languages(fields: Taxonomy) -> None:
    for concept in fields:
        assert concept.uri == f"https://vidensbro.example/fields/{concept.notation}"
        for language in ("da", "en"):
            assert concept.labels[language], concept.notation
            assert concept.definitions[language].endswith("."), concept.notation
            assert len(concept.alternatives.get(language, ())) >= 2, (concept.notation, language)


def test_there_are_three_levels_with_three_to_six_at_the_lowest(fields: Taxonomy) -> None:
    for top in fields.top():
        for second in fields.narrower(top.notation):
            assert 3 <= len(fields.narrower(second.notation)) <= 6, second.notation
    assert {concept.level for concept in fields} == {1, 2, 3}


def test_the_tree_is_walked_both_ways(fields: Taxonomy) -> None:
    assert [concept.notation for concept in fields.broader("pressure-ulcers")] == ["wound-care", "medtech"]
    assert fields.label("pressure-ulcers", "da") == "Tryksår"
    assert fields.label("pressure-ulcers", "sv") == "Pressure ulcers"
    assert "pressure-ulcers" in fields
    with pytest.raises(KeyError):
        fields.concept("astrology")


@pytest.mark.parametrize(
    ("text", "language", "notation", "reason"),
    [
        (
            "Vi udvikler en sensor, der opdager tryksår hos plejehjemsbeboere",
            "da",
            "pressure-ulcers",
            "tryksår",
        ),
        ("We look for a clean room for aseptic filling", "en", "sterile-production", "clean room"),
        ("Robot der kan løfte borgere i hjemmeplejen", "da", "home-care", "hjemmeplejen"),
        ("quantum sensors for magnetic fields", "en", "quantum-sensing", "quantum sensors"),
        ("Ny høreapparatteknologi", "da", "hearing-aids", "høreapparatteknologi"),
        ("Tolkning af mammografier med maskinlæring", "da", "x-ray-and-ct", "mammografier"),
        ("sensor för robot", "sv", "care-robotics", "robot"),
    ],
)
def test_fields_are_suggested_with_the_words_that_led_there(
    fields: Taxonomy, text: str, language: str, notation: str, reason: str
) -> None:
    found = {suggestion.notation: suggestion for suggestion in fields.suggest(text, language, limit=6)}
    assert notation in found
    assert reason in found[notation].reasons


def test_a_field_above_gets_part_of_the_score_with_the_reasons(fields: Taxonomy) -> None:
    found = {item.notation: item for item in fields.suggest("tryksår", "da")}
    assert found["pressure-ulcers"].score > found["wound-care"].score > found["medtech"].score > 0
    assert found["medtech"].reasons == ("tryksår",)


@given(st.text(max_size=200), st.sampled_from(["da", "en", "sv", "fi"]), st.integers(0, 8))
def test_suggestions_are_bounded_and_quote_the_text(text: str, language: str, limit: int) -> None:
    found = Taxonomy.bundled().suggest(text, language, limit)
    assert len(found) <= limit
    assert [item.score for item in found] == sorted((item.score for item in found), reverse=True)
    for item in found:
        assert 0 < item.score < 1
        assert item.reasons
        assert all(reason in text for reason in item.reasons)


def test_a_word_is_widened_by_the_other_names_of_its_field(fields: Taxonomy) -> None:
    found = fields.expansions("tryksåret", "da")
    assert ("bedsore", "en") in {(item.text, item.language) for item in found}
    assert ("liggesår", "da") in {(item.text, item.language) for item in found}
    assert all(0 < item.weight < 1 and item.notation == "pressure-ulcers" for item in found)
    assert fields.expansions("hvidvin", "da") == ()


def test_an_operators_scheme_is_read(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        ':b a skos:Concept ; skos:prefLabel "Bier"@en ; skos:broader :a .\n'
        ':a a skos:Concept ; skos:prefLabel "Øl"@da, "Beer"@en ; skos:narrower :c .\n'
        ':c a skos:Concept ; skos:prefLabel "Ale" .\n',
    )
    own = Taxonomy.load(path)
    assert len(own) == 3
    assert {concept.notation for concept in own.narrower("a")} == {"b", "c"}
    assert own.label("c", "da") == "Ale"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (":a a skos:Concept .", "no skos:prefLabel"),
        (':a a skos:Concept ; skos:prefLabel "A"@en ; skos:broader :x .', "is no concept there"),
        (
            ':a a skos:Concept ; skos:prefLabel "A"@en ; skos:broader :b .\n'
            ':b a skos:Concept ; skos:prefLabel "B"@en ; skos:broader :a .',
            "below itself",
        ),
        (
            ':a a skos:Concept ; skos:notation "x" ; skos:prefLabel "A"@en .\n'
            ':b a skos:Concept ; skos:notation "x" ; skos:prefLabel "B"@en .',
            "two concepts",
        ),
        (":a a skos:Concept ; ; ] .", "not valid Turtle"),
    ],
)
def test_a_scheme_that_does_not_hang_together_is_refused(tmp_path: Path, body: str, problem: str) -> None:
    with pytest.raises(TaxonomyError, match=problem):
        Taxonomy.load(written(tmp_path, body))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TaxonomyError, match=r"absent\.ttl"):
        Taxonomy.load(tmp_path / "absent.ttl")
