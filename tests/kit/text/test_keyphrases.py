from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidensbro.kit.text.keyphrases import key_phrases

DANISH = """Tryksår er en hyppig komplikation hos plejehjemsbeboere. Formålet med dette studie var at undersøge, om
en trykaflastende madras med sensorer kan forebygge tryksår. Vi fulgte 212 plejehjemsbeboere på seks plejehjem i et
år. Resultaterne viser, at trykaflastende madrasser med kontinuerlig trykmåling reducerede forekomsten af tryksår."""
ENGLISH = """Pressure ulcers are a frequent complication in nursing homes. We investigated whether a
pressure-relieving mattress with embedded sensors can prevent pressure ulcers among nursing home residents. A cluster
randomised trial was conducted in six nursing homes. Embedded sensors were well accepted."""


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        (DANISH, "da", {"plejehjemsbeboere", "tryksår", "trykaflastende madras"}),
        (
            ENGLISH,
            "en",
            {"pressure ulcers", "pressure-relieving mattress", "embedded sensors", "nursing homes"},
        ),
    ],
)
def test_the_subject_comes_out(text: str, language: str, expected: set[str]) -> None:
    found = {phrase.text.lower() for phrase in key_phrases(text, language, limit=8)}
    assert expected <= found


@pytest.mark.parametrize("text", [DANISH, ENGLISH])
def test_empty_words_of_abstracts_do_not(text: str) -> None:
    found = {phrase.text.lower() for phrase in key_phrases(text, "da" if text is DANISH else "en", limit=20)}
    assert not {"formålet", "studie", "resultaterne viser", "viser", "conducted", "we", "whether"} & found


def test_the_best_phrase_scores_one_and_the_rest_less() -> None:
    scores = [phrase.score for phrase in key_phrases(ENGLISH, "en")]
    assert scores[0] == 1.0
    assert scores == sorted(scores, reverse=True)


@given(st.text(max_size=400), st.sampled_from(["da", "en", "sv", "fi"]), st.integers(0, 6))
def test_any_text_gives_few_phrases_and_always_the_same(text: str, language: str, limit: int) -> None:
    found = key_phrases(text, language, limit)
    assert found == key_phrases(text, language, limit)
    assert len(found) <= limit
    assert all(0 < phrase.score <= 1 and phrase.text.strip() for phrase in found)


def test_nothing_comes_of_nothing() -> None:
    assert key_phrases("", "da") == []
    assert key_phrases("og det er at på", "da") == []
