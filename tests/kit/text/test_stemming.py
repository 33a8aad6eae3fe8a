from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidensbro.kit.text.inflection import dictionary_forms
from vidensbro.kit.text.stemming import STOP_WORDS, lemma, stem


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("da", ["sensor", "sensoren", "sensorer", "sensorernes"]),
        ("da", ["hånd", "hænder", "hænderne"]),
        ("da", ["barn", "børn", "børnene"]),
        ("en", ["patient", "patients", "Patients"]),
        ("en", ["child", "children"]),
        ("en", ["diagnosis", "diagnoses"]),
        ("no", ["sykehus", "sykehuset"]),
        ("sv", ["robot", "robotar", "robotarna"]),
        ("de", ["patient", "patienten"]),
    ],
)
def test_inflected_forms_share_a_stem(language: str, forms: list[str]) -> None:
    assert len({stem(form, language) for form in forms}) == 1


def test_words_of_other_languages_and_mixed_words_are_only_folded() -> None:
    assert stem("Sairaalat", "fi") == "sairaalat"
    assert stem("COVID-19", "en") == "covid-19"
    assert stem("P53", "da") == "p53"


def test_stems_are_the_same_in_every_thread() -> None:
    tried = [f"måling{n % 7}er" if n % 2 else "behandlinger" for n in range(400)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda word: stem(word, "da"), tried))
    assert together == [stem(word, "da") for word in tried]


@pytest.mark.parametrize(
    ("word", "language", "expected"),
    [
        ("sensorerne", "da", "sensor"),
        ("gik", "da", "gå"),
        ("hænder", "da", "hånd"),
        ("wounds", "en", "wound"),
        ("ukendtordxyz", "da", "ukendtordxyz"),
        ("Sana", "fi", "sana"),
    ],
)
def test_lemmas(word: str, language: str, expected: str) -> None:
    assert lemma(word, language) == expected


@pytest.mark.parametrize(
    ("word", "language", "expected"),
    [
        ("tryksårene", "da", "tryksår"),
        ("musklernes", "da", "muskel"),
        ("hjemmet", "da", "hjem"),
        ("laboratorier", "da", "laboratorium"),
        ("udviklede", "da", "udvikle"),
        ("midlerne", "da", "middel"),
        ("gamle", "da", "gammel"),
        ("billigere", "da", "billig"),
        ("studies", "en", "study"),
        ("developing", "en", "develop"),
        ("stopped", "en", "stop"),
        ("women", "en", "woman"),
        ("patient's", "en", "patient"),
    ],
)
def test_the_dictionary_form_is_among_the_proposals(word: str, language: str, expected: str) -> None:
    forms = dictionary_forms(word, language)
    assert forms[0] == word
    assert expected in forms


@given(st.text(max_size=30), st.sampled_from(["da", "en", "no", "fi"]))
def test_dictionary_forms_are_few_and_distinct(word: str, language: str) -> None:
    forms = dictionary_forms(word, language)
    assert len(forms) == len(set(forms)) <= 24


def test_stop_words_are_lower_case_and_of_every_language() -> None:
    assert set(STOP_WORDS) == {"da", "en", "no", "sv", "de"}
    assert all(word == word.lower() for found in STOP_WORDS.values() for word in found)
    assert {"og", "ikke", "hvad"} <= STOP_WORDS["da"]
    assert {"the", "and", "of"} <= STOP_WORDS["en"]
    assert not {"patient", "viden", "søger"} & STOP_WORDS["da"]
