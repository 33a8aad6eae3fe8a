"""Every code that the engine and the imports give has words, in both languages."""

from __future__ import annotations

import pytest
from django.utils import translation

from vidensbro.hub.imports import wording as imports
from vidensbro.hub.imports.errors import ImportStopped
from vidensbro.hub.imports.problem_words import PROBLEMS
from vidensbro.hub.matches import wording
from vidensbro.hub.matches.presenters import view
from vidensbro.hub.matches.queries import ShownMatch
from vidensbro.hub.newsroom import recognition_words as recognition
from vidensbro.kit.matching.advice import ADVICE_CODES
from vidensbro.kit.matching.config import EngineConfig
from vidensbro.kit.matching.engine import CONTRIBUTION_CODES
from vidensbro.kit.matching.model import Advice, Contribution, Evidence, Passage, Reservation, TermPair
from vidensbro.kit.matching.reservations import RESERVATION_CODES
from vidensbro.kit.sources import releases
from vidensbro.kit.sources.problems import DESCRIPTIONS

VALUES = {
    "not_in_country": ("DK", "SE"),
    "last_active": ("2016",),
    "deadline_passed": ("2026-01-31",),
    "deadline_before_need": ("2026-01-31",),
    "single_document": (),
    "readiness_outside": ("4", "6"),
    "published_long_ago": ("2009",),
    "meaning_only": (),
    "missing_terms": ("sensor", "plejehjem"),
}


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_code_has_words(language: str) -> None:
    with translation.override(language):
        for code in RESERVATION_CODES:
            assert wording.reservation(Reservation(code, VALUES[code])).endswith(".")
        for code in ADVICE_CODES:
            assert wording.advice(Advice(code, ("3",))).endswith(".")
        for code in CONTRIBUTION_CODES:
            assert wording.contribution(Contribution(code, 0.1, "3"), "A title")
        for method in ("same", "compound", "glossary", "cognate", "lexicon", "taxonomy"):
            assert wording.method(method)


def test_danish_sentences_are_danish() -> None:
    with translation.override("da"):
        said = [wording.reservation(Reservation(code, VALUES[code])) for code in RESERVATION_CODES]
    assert said[0] == "Ligger i SE, og du søger i DK."
    assert said[2] == "Tiden for dette løb ud den 31. januar 2026."
    assert said[8] == "Siger intet om »sensor« og »plejehjem«."


def test_import_problems_say_what_the_kit_says() -> None:
    assert set(PROBLEMS) >= set(DESCRIPTIONS)
    with translation.override("en"):
        assert {code: imports.problem(code) for code in DESCRIPTIONS} == dict(DESCRIPTIONS)


def test_what_is_recognised_of_a_release_says_what_the_kit_says() -> None:
    with translation.override("en"):
        said = {code: (str(what), str(advice)) for code, (what, advice) in recognition.PROBLEMS.items()}
        assert said == dict(releases.DESCRIPTIONS)
        assert {code: str(one) for code, one in recognition.REASONS.items()} == dict(releases.REASONS)


def test_why_an_import_stopped_has_words() -> None:
    documented = (ImportStopped.__doc__ or "").split('"')[1::2]
    assert set(imports.STOPPED) == set(documented)


def test_a_weak_match_is_what_the_engine_calls_weak() -> None:
    limits = [least for least, _ in wording.STRENGTHS]
    assert EngineConfig().weak_score in limits
    with translation.override("en"):
        assert wording.strength(EngineConfig().weak_score) == "possible match"
        assert wording.strength(EngineConfig().weak_score - 0.001) == "weak match"
        assert wording.strength(1.0) == "strong match"
        assert wording.strength(0.0) == "weak match"


def test_sums_add_up_to_what_is_shown() -> None:
    parts = (
        Contribution("term", 0.31, "tryksår"),
        Contribution("meaning", 0.2),
        Contribution("term", 0.004, "og"),
        Contribution("passage", 0.003),
    )
    match = ShownMatch("publication", "1", "T", 0.517, Evidence(contributions=parts), target=None)
    with translation.override("en"):
        shown = view(match, {})
    assert shown.points == "51.7"
    assert sum(float(one.points) for one in shown.sums) == pytest.approx(51.7)
    assert [one.label for one in shown.sums] == [
        "The word “tryksår”",
        "Likeness in meaning",
        "Small parts together",
    ]


def test_the_surest_way_of_each_word_is_shown() -> None:
    terms = (
        TermPair("tryksår", "tryk", "compound"),
        TermPair("tryksår", "pressure ulcer", "glossary"),
        TermPair("sensor", "Sensor", "same"),
    )
    evidence = Evidence(terms=terms, passages=(Passage("publication:1", "A pressure ulcer", ((2, 16),)),))
    with translation.override("da"):
        shown = view(ShownMatch("publication", "1", "T", 0.5, evidence, target=None), {})
    assert [(one.need, one.found, one.method) for one in shown.pairs] == [
        ("tryksår", "pressure ulcer", "fagordliste")
    ]
    assert shown.quotes[0].source is None
