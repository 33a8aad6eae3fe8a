"""What is quoted, what speaks against, what is advised, and needs that are anything but well written."""

from datetime import date

import pytest

from tests.kit.matching.engine.conftest import DAY, Asking, text
from vidensbro.kit.matching import Document, Filters, Need, Place
from vidensbro.kit.matching.advice import ADVICE_CODES
from vidensbro.kit.matching.engine import CONTRIBUTION_CODES
from vidensbro.kit.matching.reservations import RESERVATION_CODES
from vidensbro.kit.text.need_talk import is_need_talk

ABSTRACT = (
    "Wounds are costly. Subepidermal moisture predicts pressure ulcers in nursing home residents. "
    "The weather was not studied. We thank the municipality."
)


def test_the_best_passage_is_quoted_with_its_words_marked(engine_for: Asking) -> None:
    engine = engine_for([text("a", ABSTRACT)])
    match = engine.match(
        Need("Tidlig opdagelse af tryksår hos plejehjemsbeboere", language="da"), as_of=DAY
    ).matches[0]
    passage = match.evidence.passages[0]
    assert passage.text == "Subepidermal moisture predicts pressure ulcers in nursing home residents."
    marked = [passage.text[start:end] for start, end in passage.marks]
    assert marked == ["pressure", "ulcers", "nursing", "home", "residents"]
    pairs = {(pair.need, pair.found, pair.method) for pair in match.evidence.terms}
    assert ("tryksår", "pressure ulcer", "glossary") in pairs
    assert {part.code for part in match.evidence.contributions} <= set(CONTRIBUTION_CODES)


def test_an_english_need_finds_a_danish_text(engine_for: Asking) -> None:
    danish = Document(
        "test_site", "t", "da", "Testplads", "Plejehjemmet afprøver madrasser, der forebygger tryksår."
    )
    other = Document("test_site", "u", "da", "Testplads", "Værkstedet afprøver maskiner.")
    found = engine_for([danish, other]).match(Need("pressure ulcers", language="en"), as_of=DAY).matches
    assert [m.document.id for m in found] == ["t"]
    assert found[0].evidence.passages[0].text == danish.body


def test_half_a_translated_phrase_is_not_marked(engine_for: Asking) -> None:
    found = engine_for([text("a", "Home ownership. A sensor.")]).match(
        Need("plejehjem sensor", language="da"), as_of=DAY
    )
    assert all(pair.need != "plejehjem" for m in found.matches for pair in m.evidence.terms)


@pytest.mark.parametrize(
    ("document", "need", "reservation"),
    [
        ({"place": Place("SE", "Lund")}, {"place": Place("DK")}, ("not_in_country", ("DK", "SE"))),
        ({"until": date(2026, 5, 31)}, {}, ("deadline_passed", ("2026-05-31",))),
        (
            {"until": date(2026, 7, 1)},
            {"deadline": date(2027, 1, 1)},
            ("deadline_before_need", ("2026-07-01",)),
        ),
        ({"date": date(2010, 1, 1)}, {}, ("published_long_ago", ("2010",))),
        ({"facets": (("trl", "1"), ("trl", "3"))}, {"readiness": 6}, ("readiness_outside", ("1", "3"))),
    ],
)
def test_what_speaks_against(
    engine_for: Asking,
    document: dict[str, object],
    need: dict[str, object],
    reservation: tuple[str, tuple[str, ...]],
) -> None:
    match = engine_for([text("a", "sensor", **document)]).match(Need("sensor", **need), as_of=DAY).matches[0]  # type: ignore[arg-type]
    assert [(r.code, r.values) for r in match.evidence.reservations] == [reservation]
    assert reservation[0] in RESERVATION_CODES


def test_nothing_speaks_against_what_fits(engine_for: Asking) -> None:
    fits = text("a", "sensor", place=Place("DK"), date=date(2025, 1, 1), facets=(("trl", "5"), ("trl", "7")))
    need = Need("sensor", place=Place("DK"), readiness=6)
    assert engine_for([fits]).match(need, as_of=DAY).matches[0].evidence.reservations == ()


def test_the_weightiest_words_that_are_missing_are_named(engine_for: Asking) -> None:
    engine = engine_for([text("a", "sensor"), text("b", "sensor"), text("c", "hydrogel")])
    match = engine.match(Need("hydrogel sensor", language="en"), as_of=DAY).matches
    reservations = {m.document.id: m.evidence.reservations for m in match}
    assert [(r.code, r.values) for r in reservations["a"]] == [("missing_terms", ("hydrogel",))]


@pytest.mark.parametrize(
    ("words", "filters", "codes"),
    [
        ("", Filters(), ["empty_need"]),
        ("   \n\t ", Filters(), ["empty_need"]),
        ("xylofonspiller", Filters(), ["nothing_found", "few_words", "unknown_words", "no_model"]),
        ("sensor", Filters(countries=("SE",)), ["nothing_found", "filters_exclude", "few_words", "no_model"]),
        ("sensor", Filters(), ["no_model"]),
    ],
)
def test_advice(engine_for: Asking, words: str, filters: Filters, codes: list[str]) -> None:
    result = engine_for([text("a", "A sensor.")]).match(Need(words, language="da"), filters, as_of=DAY)
    assert [advice.code for advice in result.advice] == codes
    assert set(codes) <= set(ADVICE_CODES)


def test_kinds_that_nothing_answers_are_named(engine_for: Asking) -> None:
    result = engine_for([text("a", "A sensor.")]).match(
        Need("sensor", sought=("publication", "premises")), as_of=DAY
    )
    assert ("kinds_without_answer", ("premises",)) in [(a.code, a.values) for a in result.advice]


def test_a_very_long_need_is_read_up_to_a_limit_and_says_so(engine_for: Asking) -> None:
    engine = engine_for([text("a", "A sensor for wounds.")])
    result = engine.match(Need("sensor til sår og meget andet " * 4000), as_of=DAY)
    assert result.matches[0].document.id == "a"
    assert "shortened" in [advice.code for advice in result.advice]


@pytest.mark.parametrize(
    "words",
    ["sensor", "Vi søger a sensor for wounds and pressure ulcers hos patienter",
     "<script>alert(1)</script> sensor",
     "=cmd|' /C calc'!A0 sensor", "sensor\x00\u202e\ufeff", "ｓｅｎｓｏｒ sensor",
     "sensor " + "\U0001f9ea" * 500,
     "'; DROP TABLE needs; -- sensor", "(((sensor", "sensor AND OR NOT *:*",
     "e\u0301" * 3000 + " sensor"],
)  # fmt: skip
def test_odd_needs_are_answered(engine_for: Asking, words: str) -> None:
    engine = engine_for([text("a", "A sensor for wounds."), text("b", "<b>sensor</b> =1+1")])
    assert {m.document.id for m in engine.match(Need(words), as_of=DAY).matches} >= {"a"}


def test_words_without_any_letter_find_nothing(engine_for: Asking) -> None:
    assert engine_for([text("a", "A sensor.")]).match(Need("?!… —"), as_of=DAY).matches == ()


def test_an_empty_index_answers_with_advice(engine_for: Asking) -> None:
    result = engine_for([]).match(Need("sensor"), as_of=DAY)
    assert result.matches == ()
    assert result.advice[0].code == "nothing_found"


def test_need_talk_weighs_little_and_is_never_missed(engine_for: Asking) -> None:
    documents = [text("about", "hydrogel"), text("talk", "knowledge"), text("other", "pump")]
    need = Need("We are looking for knowledge about hydrogel", language="en")
    found = {m.document.id: m for m in engine_for(documents).match(need, as_of=DAY).matches}
    assert found["about"].score > 2 * found["talk"].score
    assert found["about"].evidence.reservations == ()


def test_need_talk_in_any_form() -> None:
    assert all(
        is_need_talk(word, "da") for word in ("søger", "Viden", "samarbejdspartnere", "udvikler", "løsninger")
    )
    assert all(is_need_talk(word, "en") for word in ("looking", "partners", "needs", "developing"))
    assert not any(is_need_talk(word, "da") for word in ("sensor", "tryksår", "afprøvning", "plejehjem"))
    assert not is_need_talk("sucht", "de")
