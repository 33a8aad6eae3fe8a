from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidensbro.kit.text.language import SERVED, detect

NEEDS = {
    "da": """
        Vi udvikler en sensor, der opdager tryksår tidligt hos plejehjemsbeboere
        Søger klinisk viden om sårpleje
        Hvem ved noget om nyresvigt?
        Ny metode til genoptræning efter hofteoperation
        Vi leder efter et sted at teste vores robot
        Laboratorium til leje i København
        Forebyggelse af fald hos ældre
        kvantesensor til måling af hjernen
        Hjælp til ansøgning om EU-midler
        kunstig intelligens i røntgenafdelingen
        app til borgere med diabetes
        Har I et renrum?
        Vi vil gerne teste en app på patienter
        Samarbejde med hospital
        Hvad koster en klinisk afprøvning
        Vi har brug for lokaler
        Robotter i plejen
        mRNA-vaccine mod kræft
        Hvem kan hjælpe med CE-mærkning af software?
        Enzymer til vaskepulver
        digital sundhed for børn og unge
        Billig proteinanalyse
        CRISPR i planter
    """,
    "en": """
        We develop a sensor for early detection of pressure ulcers in nursing homes
        Looking for wound care expertise
        Who knows about kidney failure?
        New rehabilitation method after hip surgery
        We need a test site for our robot
        Laboratory space in Copenhagen
        Fall prevention among the elderly
        quantum sensor for brain imaging
        Help with EU funding applications
        artificial intelligence in radiology
        Clean room available?
        pressure ulcer prevention
        machine learning for drug discovery
        CRISPR in plants
        glucose monitor
        CE marking of software
    """,
    "no": """
        Vi utvikler en sensor som oppdager trykksår tidlig hos sykehjemsbeboere
        Søker klinisk kunnskap om sårbehandling
        Hvem vet noe om nyresvikt?
        Ny metode for rehabilitering etter hofteoperasjon
        Vi leter etter et sted å teste roboten vår
        Laboratorium til leie i Oslo
        Forebygging av fall hos eldre
        kunstig intelligens på sykehus
        Hjelp til søknad om EU-midler
        Hva koster en klinisk utprøving
        Vi ønsker samarbeid med et sykehus
        Vi trenger lokaler
        mRNA-vaksine mot kreft
        digital helse for barn og unge
    """,
    "sv": """
        Vi utvecklar en sensor som upptäcker trycksår tidigt på äldreboenden
        Söker klinisk kunskap om sårvård
        Vem vet något om njursvikt?
        Ny metod för rehabilitering efter höftoperation
        Vi letar efter en plats att testa vår robot
        Förebyggande av fall hos äldre
        artificiell intelligens inom sjukvården
        Hjälp med ansökan om EU-medel
        app för patienter med diabetes
        Samarbete med sjukhus och universitet
        CE-märkning av mjukvara
    """,
    "de": """
        Wir entwickeln einen Sensor zur Früherkennung von Druckgeschwüren im Pflegeheim
        Suche klinisches Wissen über Wundversorgung
        Wer kennt sich mit Nierenversagen aus?
        Neue Methode zur Rehabilitation nach Hüftoperation
        Wir suchen einen Ort, um unseren Roboter zu testen
        Labor zu mieten in Kopenhagen
        Sturzprävention bei älteren Menschen
        künstliche Intelligenz in der Radiologie
        Hilfe beim Antrag auf EU-Förderung
        Zusammenarbeit mit einem Krankenhaus
    """,
}
CASES = [(code, line.strip()) for code, block in NEEDS.items() for line in block.strip().splitlines()]


def test_there_are_enough_needs_to_say_anything() -> None:
    assert len(CASES) >= 60


@pytest.mark.parametrize("fallback", ["da", "en"])
@pytest.mark.parametrize(("code", "need"), CASES)
def test_short_needs_are_told_apart_whatever_the_page_language(code: str, need: str, fallback: str) -> None:
    assert detect(need, fallback) == code


@pytest.mark.parametrize(
    ("danish", "norwegian"),
    [
        ("Hvad gør vi ved smerter i ryggen?", "Hva gjør vi med smerter i ryggen?"),
        ("Behandling af kræft", "Behandling av kreft"),
        ("Vi mangler en læge til os selv", "Vi mangler en lege til oss selv"),
        ("Sundhed og sikkerhed på arbejdet", "Helse og sikkerhet på arbeidet"),
    ],
)
def test_danish_and_norwegian_are_told_apart_by_the_words_in_which_they_differ(
    danish: str, norwegian: str
) -> None:
    assert detect(danish) == "da"
    assert detect(norwegian) == "no"


def test_what_is_the_same_in_both_is_danish() -> None:
    assert detect("Vi vil teste en ny metode i to uker på laboratorium", among=("da", "no")) in ("da", "no")
    assert detect("teste metode", "da", among=("da", "no")) == "da"


@pytest.mark.parametrize("text", ["", "   ", "12 345", "!!! ???", "\x00\u200b"])
@pytest.mark.parametrize("fallback", ["da", "en", "sv"])
def test_without_letters_the_fallback_is_given_back(text: str, fallback: str) -> None:
    assert detect(text, fallback) == fallback


@pytest.mark.parametrize("fallback", ["da", "en"])
def test_one_word_that_could_be_anything_falls_back(fallback: str) -> None:
    assert detect("sensor", fallback) == fallback
    assert detect("XR", fallback) == fallback


def test_only_the_languages_asked_for_are_given_back() -> None:
    assert detect("Wir suchen einen Ort, um unseren Roboter zu testen", among=("da", "en")) in ("da", "en")


@pytest.mark.parametrize("among", [(), ("da", "fi")])
def test_a_language_that_is_not_served_is_refused(among: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="languages must be some of"):
        detect("hej", among=among)


@given(st.text(max_size=300))
def test_any_text_gets_one_of_the_languages(text: str) -> None:
    assert detect(text) in SERVED
