from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidensbro.kit.text.bridge import Bridge
from vidensbro.kit.text.glossary import Glossary


class Words:
    """A vocabulary of a few words."""

    def __init__(self, *found: str) -> None:
        self.found = frozenset(found)

    def contains(self, word: str, language: str) -> bool:
        return word.lower() in self.found


def glossary(folder: Path, *lines: str) -> Glossary:
    path = folder / "terms.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    return Glossary.load(path)


@pytest.fixture(scope="module")
def bridge() -> Bridge:
    return Bridge()


def targets(bridge: Bridge, word: str, source: str = "da", target: str = "en") -> list[str]:
    return [item.target for item in bridge.translate(word, source, target)]


def test_the_glossary_comes_first(bridge: Bridge) -> None:
    best = bridge.translate("tryksår", "da", "en")[0]
    assert (best.target, best.method, best.weight) == ("pressure ulcer", "glossary", 1.0)


def test_compounds_are_put_together_from_their_parts(tmp_path: Path) -> None:
    bridge = Bridge(glossary(tmp_path, "kvante = quantum", "sensor = sensor; detector"))
    found = bridge.translate("kvantesensorer", "da", "en")
    assert [(item.target, item.method) for item in found] == [
        ("quantum sensor", "compound"),
        ("quantum detector", "compound"),
    ]
    assert found[0].parts == (("kvante", "quantum"), ("sensor", "sensor"))
    assert found[0].weight > found[1].weight


def test_a_vocabulary_keeps_only_what_is_in_use(tmp_path: Path) -> None:
    terms = glossary(tmp_path, "kvante = quantum", "sensor = sensor; detector")
    bridge = Bridge(terms, vocabulary=Words("quantum", "detector"))
    assert targets(bridge, "kvantesensor") == ["quantum detector"]


def test_combining_forms_are_written_in_one(tmp_path: Path) -> None:
    bridge = Bridge(glossary(tmp_path, "sensor = sensor"))
    assert targets(bridge, "mikrosensor")[0] == "microsensor"


def test_cognates_are_grounded_in_the_vocabulary(tmp_path: Path) -> None:
    bridge = Bridge(glossary(tmp_path, "og = and"), vocabulary=Words("hematology", "glykomics"))
    assert [(item.target, item.method) for item in bridge.translate("hæmatologi", "da", "en")][0] == (
        "hematology",
        "cognate",
    )


def test_lexica_count_less_than_the_glossary(tmp_path: Path) -> None:
    own = glossary(tmp_path, "sår = wound")
    lexicon = glossary(tmp_path, "sår = sore", "gryde = pot")
    bridge = Bridge(own, lexica=[lexicon])
    found = bridge.translate("sår", "da", "en")
    assert [(item.target, item.method) for item in found] == [("wound", "glossary"), ("sore", "lexicon")]
    assert found[0].weight > found[1].weight
    assert bridge.translate("gryder", "da", "en")[0].method == "lexicon"


def test_names_and_acronyms_stay_as_they_are(bridge: Bridge) -> None:
    assert targets(bridge, "Rigshospitalet")[-1:] == ["Rigshospitalet"] or targets(bridge, "Rigshospitalet")
    assert "XQ7" in targets(bridge, "XQ7")


def test_pairs_without_a_bridge_give_the_word_back(bridge: Bridge) -> None:
    (item,) = bridge.translate("trycksår", "sv", "en")
    assert (item.target, item.method) == ("trycksår", "same")
    assert bridge.render("förebyggande av trycksår", "sv", "en") == "förebyggande av trycksår"


def test_english_is_carried_over_to_danish(bridge: Bridge) -> None:
    assert targets(bridge, "pressure ulcers", "en", "da")[0] == "tryksår"


def test_phrases_are_found_in_running_text(bridge: Bridge) -> None:
    text = "Vi arbejder med kroniske sygdomme."
    found = {word.text: translations[0].target for word, translations in bridge.phrases(text, "da", "en")}
    assert found["kroniske sygdomme"] == "chronic disease"


def test_rendering_keeps_what_stands_between_the_words(tmp_path: Path) -> None:
    bridge = Bridge(
        glossary(tmp_path, "sår = wound", "hos = in", "patient = patient", "kronisk sår = chronic wound")
    )
    assert (
        bridge.render("Sår hos patienter (2024), kroniske sår!") == "Wound in patient (2024), chronic wound!"
    )


def test_rendering_drops_untranslated_function_words(tmp_path: Path) -> None:
    bridge = Bridge(glossary(tmp_path, "sår = wound"))
    assert bridge.render("et sår som XQ7").split() == ["wound", "XQ7"]


def test_a_need_is_rendered_for_an_english_model(bridge: Bridge) -> None:
    rendered = bridge.render("sensor, der opdager tryksår hos plejehjemsbeboere").lower()
    for word in ("sensor", "pressure ulcer", "nursing home resident"):
        assert word in rendered
    assert "plejehjem" not in rendered


@given(st.text(max_size=300))
def test_rendering_anything_never_fails(text: str) -> None:
    bridge = Bridge()
    assert isinstance(bridge.render(text), str)
    assert isinstance(bridge.render(text, "en", "da"), str)


@given(st.text(min_size=1, max_size=40))
def test_translations_are_distinct_and_ordered_by_weight(word: str) -> None:
    found = Bridge().translate(word, "da", "en")
    weights = [item.weight for item in found]
    assert weights == sorted(weights, reverse=True)
    assert len({item.target.lower() for item in found}) == len(found)
    assert all(0 < weight <= 1 for weight in weights)
