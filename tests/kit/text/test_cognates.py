from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidensbro.kit.text.cognates import combining_form, grounded, plausible, proposals

PAIRS = """
    hæmatologi haematology
    hæmatologi hematology
    pædiatri paediatrics
    psykologi psychology
    psykiatrisk psychiatric
    syntese synthesis
    protese prosthesis
    kemoterapi chemotherapy
    fysioterapi physiotherapy
    farmakologi pharmacology
    kromatografi chromatography
    oftalmologi ophthalmology
    antibiotika antibiotics
    kvantificere quantify
    kapacitet capacity
    validering validation
    visualisering visualization
    visualisering visualisation
    regulatorisk regulatory
    akustisk acoustic
    leukæmi leukemia
    osteoporose osteoporosis
    reumatoid rheumatoid
    epilepsi epilepsy
    kolesterol cholesterol
    fosfat phosphate
    katalyse catalysis
    fluorescens fluorescence
    doktor doctor
    sponsor sponsor
    strategi strategy
    innovativ innovative
    funktionel functional
    fleksibel flexible
    kompleks complex
    mikroskop microscope
    termometer thermometer
    laboratorium laboratory
    nanopartikel nanoparticle
    molekyle molecule
    logistik logistics
    metabolisme metabolism
    certificering certification
    infektion infection
    kardiologi cardiology
    lymfom lymphoma
    sklerose sclerosis
    astma asthma
    migræne migraine
    algoritme algorithm
    kryptografi cryptography
    kohærens coherence
    hæmatologiske haematological
    enzymerne enzyme
"""
BACK = """
    cardiology kardiologi
    chemotherapy kemoterapi
    capacity kapacitet
    innovative innovativ
    microscope mikroskop
    infection infektion
    strategy strategi
    metabolism metabolisme
    quality kvalitet
    neurological neurologisk
"""


class Words:
    def __init__(self, *found: str) -> None:
        self.found = frozenset(found)

    def contains(self, word: str, language: str) -> bool:
        return word in self.found


@pytest.mark.parametrize("line", PAIRS.strip().splitlines())
def test_danish_words_are_respelt_in_english(line: str) -> None:
    danish, english = line.split()
    assert english in (danish, *proposals(danish, "da", "en"))


@pytest.mark.parametrize("line", BACK.strip().splitlines())
def test_english_words_are_respelt_in_danish(line: str) -> None:
    english, danish = line.split()
    assert danish in proposals(english, "en", "da")


def test_only_what_is_in_use_is_kept_in_order() -> None:
    assert grounded("hæmatologi", "da", "en", Words("hematology", "haematology")) == (
        "haematology",
        "hematology",
    )
    assert grounded("hæmatologi", "da", "en", Words("cardiology")) == ()
    assert grounded("robot", "da", "en", Words("robot")) == ("robot",)


def test_home_grown_words_are_not_respelt_without_a_vocabulary() -> None:
    assert plausible("spektrometri", "da", "en") == "spectrometry"
    assert plausible("sygepleje", "da", "en") == ""


@pytest.mark.parametrize("word", ["", "el", "p53", "COVID-19", "a b", "1234"])
def test_what_is_no_plain_word_has_no_cognates(word: str) -> None:
    assert proposals(word, "da", "en") == ()


def test_other_pairs_have_none() -> None:
    assert proposals("kardiologi", "sv", "en") == ()


def test_combining_forms() -> None:
    assert combining_form("mikro", "da") == "micro"
    assert combining_form("bio", "da") == "bio"
    assert combining_form("mikro", "en") == "mikro"


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzæøå", max_size=40), st.booleans())
def test_proposals_are_few_distinct_and_new(word: str, back: bool) -> None:
    source, target = ("en", "da") if back else ("da", "en")
    found = proposals(word, source, target)
    assert len(found) == len(set(found)) <= 48
    assert word not in found
