from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidensbro.kit.text.bridge import Bridge
from vidensbro.kit.text.terms import QueryIdea, index_terms, is_stop_word, query_terms


@pytest.fixture(scope="module")
def bridge() -> Bridge:
    return Bridge()


def by_word(ideas: list[QueryIdea]) -> dict[str, QueryIdea]:
    return {idea.word: idea for idea in ideas}


def terms_of(idea: QueryIdea) -> set[str]:
    return {form.term for form in idea.forms}


def test_danish_terms_hold_stems_and_compound_parts() -> None:
    assert index_terms("Tryksår hos beboere", "da") == ["da:tryksår", "da+:tryk", "da+:sår", "da:bebo"]


def test_english_terms_are_stems_without_stop_words() -> None:
    assert index_terms("The wounds of the patients", "en") == ["en:wound", "en:patient"]


def test_inflected_words_meet_in_one_term() -> None:
    assert index_terms("hænderne", "da") == index_terms("hånd", "da") == ["da:hånd"]
    assert index_terms("children", "en") == index_terms("child", "en")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("COVID-19", ["en:covid-19", "en:covid", "en:19"]),
        ("p53", ["en:p53"]),
        ("evidence-based", ["en:evid", "en:base"]),
        ("WHO who", ["en:who"]),
        ("patient's", ["en:patient"]),
        ("a b c 7", ["en:7"]),
        ("", []),
    ],
)
def test_acronyms_numbers_and_hyphens(text: str, expected: list[str]) -> None:
    assert index_terms(text, "en") == expected


def test_languages_without_a_stemmer_keep_whole_words() -> None:
    assert index_terms("Sairaalat ja potilas", "fi") == ["xx:sairaalat", "xx:ja", "xx:potilas"]


def test_a_text_in_capitals_is_read_as_words_not_acronyms() -> None:
    assert index_terms("THE WOUND AND IT", "en") == ["en:wound"]


def test_unseen_characters_and_decomposed_letters_change_no_term() -> None:
    assert index_terms("tryk\u00adsa\u030ar", "da") == index_terms("tryksår", "da")


@given(st.text(), st.sampled_from(["da", "en", "no", "sv", "de", "fi", ""]))
def test_terms_carry_their_language_and_are_always_the_same(text: str, language: str) -> None:
    first = index_terms(text, language)
    assert index_terms(text, language) == first
    prefix = language if language in ("da", "en", "no", "sv", "de") else "xx"
    assert all(term.startswith((f"{prefix}:", f"{prefix}+:")) and not term.endswith(":") for term in first)


def test_a_danish_need_reaches_english_documents(bridge: Bridge) -> None:
    ideas = by_word(query_terms("Vi søger viden om tryksår hos plejehjemsbeboere", "da", bridge))
    ulcer = ideas["tryksår"]
    assert ulcer.forms[0].term == "da:tryksår"
    assert ulcer.forms[0].method == "same"
    assert ulcer.forms[0].weight == 1.0
    assert {"en:pressur", "en:ulcer", "da+:tryksår", "da:sår"} <= terms_of(ulcer)
    assert {form.text for form in ulcer.forms if form.term == "en:ulcer"} >= {"pressure ulcer"}
    assert {form.method for form in ulcer.forms if form.term == "en:ulcer"} == {"glossary"}
    assert {"en:nurs", "en:home", "en:resid"} <= terms_of(ideas["plejehjemsbeboere"])
    assert "om" not in ideas
    assert "Vi" not in ideas


def test_an_english_need_reaches_danish_documents(bridge: Bridge) -> None:
    ideas = by_word(query_terms("Prevention of pressure ulcers", "en", bridge))
    assert {"en:pressur", "en:ulcer", "da:tryksår", "da+:tryksår"} <= terms_of(ideas["pressure ulcers"])


@pytest.mark.parametrize("language", ["no", "sv", "de"])
def test_other_languages_are_looked_up_as_they_are(bridge: Bridge, language: str) -> None:
    (idea,) = query_terms("sensor", language, bridge)
    assert idea.forms[0].term.startswith(f"{language}:")
    assert {"da:sensor", "en:sensor"} <= terms_of(idea)
    assert {form.method for form in idea.forms} == {"same"}


def test_parts_count_less_than_the_word_and_nested_parts_least(bridge: Bridge) -> None:
    (idea,) = query_terms("plejehjemsbeboer", "da", bridge)
    weight = {form.term: form.weight for form in idea.forms}
    assert weight["da:plejehjemsbebo"] > weight["da:plejehjem"] > weight["da:hjem"] > 0


def test_ideas_are_bounded_distinct_and_in_order(bridge: Bridge) -> None:
    ideas = query_terms("sår sår robot sensor måling robot enzym", "da", bridge, limit=3)
    assert [idea.word for idea in ideas] == ["sår", "robot", "sensor"]


@given(st.text(max_size=200), st.sampled_from(["da", "en", "sv", "fi"]))
def test_any_need_gives_sound_ideas(text: str, language: str) -> None:
    shared = Bridge()
    if text.isupper():
        text = text.lower()
    for idea in query_terms(text, language, shared):
        assert text[idea.start : idea.end] == idea.word
        assert idea.forms
        assert all(0 < form.weight <= 1 and form.term.partition(":")[2] for form in idea.forms)


def test_acronyms_are_never_stop_words() -> None:
    assert is_stop_word("it", "en")
    assert not is_stop_word("IT", "en")
    assert not is_stop_word("the", "fi")
