from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidensbro.kit.text.normalise import fold, is_plain, normalise, sentences, words


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("A\u030arhus", "Århus"),
        ("tryk\u00adsår", "tryksår"),
        ("e\ufb03cient", "efficient"),
        ("  to \t mellemrum\u00a0her ", "to mellemrum her"),
        ("nul\u200bbredde\ufeff", "nulbredde"),
        ("COVID\u201119", "COVID-19"),
        ("patient\u2019s", "patient's"),
        ("linje 1 \r\n linje 2", "linje 1\nlinje 2"),
        ("afsnit\n\n\n\nafsnit", "afsnit\n\nafsnit"),
        ("ren\x07gøring\ud800", "rengøring"),
    ],
)
def test_what_cannot_be_seen_goes_and_the_rest_stays(raw: str, clean: str) -> None:
    assert normalise(raw) == clean


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert is_plain(once)


def test_fold_compares_words_in_any_case_and_form() -> None:
    assert fold("SA\u030aR") == fold("sår") == "sår"
    assert fold("Don\u2019t") == "don't"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("COVID-19 og p53", ["COVID-19", "og", "p53"]),
        ("3,5 mg/ml ved 37°C", ["3,5", "mg", "ml", "ved", "37", "C"]),
        ("patient's wound, don't", ["patient's", "wound", "don't"]),
        ("1.000.000 kr.", ["1.000.000", "kr"]),
        ("hjerte-kar-sygdom – nu", ["hjerte-kar-sygdom", "nu"]),
        ("10mg (IL-6)", ["10mg", "IL-6"]),
        ("", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert [word.text for word in words(text)] == expected


@given(st.text())
def test_words_and_sentences_stand_where_they_say(text: str) -> None:
    for piece in (*words(text), *sentences(text)):
        assert text[piece.start : piece.end] == piece.text
        assert piece.text


@given(st.text())
def test_sentences_come_in_order_and_do_not_overlap(text: str) -> None:
    found = sentences(text)
    assert all(left.end <= right.start for left, right in pairwise(found))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Vi søger bl.a. læger. De skal teste.", ["Vi søger bl.a. læger.", "De skal teste."]),
        ("Det er ca. 5 mio. kr. Nyt!", ["Det er ca. 5 mio. kr. Nyt!"]),
        ("See Fig. 2 and Dr. Hansen. It works.", ["See Fig. 2 and Dr. Hansen.", "It works."]),
        ("Is it? Yes! Good.", ["Is it?", "Yes!", "Good."]),
        ("Overskrift\n\nTekst her.", ["Overskrift", "Tekst her."]),
        ("Vi har:\n- en robot\n- en sensor", ["Vi har:", "en robot", "en sensor"]),
        ("pH 7.4 was used. J. Smith did it.", ["pH 7.4 was used.", "J. Smith did it."]),
    ],
)
def test_sentences_know_abbreviations(text: str, expected: list[str]) -> None:
    assert [sentence.text for sentence in sentences(text)] == expected
