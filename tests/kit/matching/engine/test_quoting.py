"""What is quoted: what the score rests on, from texts of any shape, and never at the cost of the order."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kit.matching.engine.conftest import DAY, Asking, text
from vidensbro.kit.matching import Document, Need
from vidensbro.kit.matching.quoting import LONGEST_QUOTE, Said, answered, best, units

FILLER = "the river was measured at nine stations in spring and in autumn of each year . "
"""A text without capitals: stops end no sentence there, and all of it is one."""


def said(start: int, end: int, **values: float) -> Said:
    return Said(start, end, (), {int(name[1:]): value for name, value in values.items()})


def test_a_text_without_capitals_is_quoted_where_it_answers_and_not_from_its_first_word(
    engine_for: Asking,
) -> None:
    answer = "subepidermal moisture predicts pressure ulcers in nursing home residents ."
    # The first word of the need is far from the passage that answers it.
    body = f"nursing was not measured . {FILLER * 6}{answer} {FILLER * 6}".strip()
    found = engine_for([text("a", body)]).match(
        Need("pressure ulcers moisture nursing", language="en"), as_of=DAY
    )
    first, second = found.matches[0].evidence.passages
    assert first.text == answer
    assert second.text == "nursing was not measured ."
    assert [first.text[start:end] for start, end in first.marks] == [
        "moisture",
        "pressure",
        "ulcers",
        "nursing",
    ]


def test_a_second_quotation_says_what_the_first_does_not(engine_for: Asking) -> None:
    repeats = "Moisture and pressure are words that come again."
    adds = "Mattresses are turned by robots."
    body = f"Moisture and pressure are measured by robots. Nobody came. {repeats} Nothing else. {adds}"
    need = Need("moisture pressure robots mattresses", language="en")
    passages = engine_for([text("a", body)]).match(need, as_of=DAY).matches[0].evidence.passages
    assert [one.text for one in passages] == ["Moisture and pressure are measured by robots.", adds]


def test_words_of_the_title_that_answer_are_marked(engine_for: Asking) -> None:
    paper = Document("publication", "p", "en", "Pressure ulcers in winter", "Mattresses were compared.")
    found = engine_for([paper]).match(Need("tryksår", language="da"), as_of=DAY).matches[0]
    assert [paper.title[start:end] for start, end in found.evidence.title_marks] == ["Pressure", "ulcers"]
    assert found.evidence.passages == ()


def test_a_title_that_says_nothing_of_the_need_has_no_marks(engine_for: Asking) -> None:
    paper = Document("publication", "p", "en", "Winter", "Pressure ulcers were compared.")
    found = engine_for([paper]).match(Need("pressure ulcers", language="en"), as_of=DAY).matches[0]
    assert found.evidence.title_marks == ()
    assert [one.text for one in found.evidence.passages] == [paper.body]


def test_the_first_run_answers_most_and_the_next_adds_most() -> None:
    given = [
        said(0, 10, i0=1.0, i1=1.0),
        said(11, 20),
        said(21, 30, i0=1.0),
        said(31, 40),
        said(41, 50, i2=1.0),
    ]
    # Idea 2 is worth less than idea 0, but idea 0 is quoted already: 1.0 · (2/3.2 - 1/2.2) < 0.9 · 1/2.2.
    assert best(given, [1.0, 1.0, 0.9], 2) == [(0, 0), (4, 4)]
    # Where it is worth very little, what says the same again comes before it.
    assert best(given, [1.0, 1.0, 0.1], 2) == [(0, 0), (2, 2)]
    assert best(given, [1.0, 1.0, 0.9], 9) == [(0, 0), (4, 4), (2, 2)]
    assert best(given, [0.0, 0.0, 0.0], 2) == []
    assert answered(given, (0, 2), [1.0, 1.0, 0.9]) == 2.0


def test_two_sentences_are_quoted_together_only_where_both_fit() -> None:
    near = [said(0, 200, i0=1.0), said(201, 420, i1=1.0)]
    far = [said(0, 200, i0=1.0), said(201, 421 + 1, i1=1.0)]
    assert best(near, [1.0, 1.0], 2) == [(0, 1)]
    assert best(far, [1.0, 1.0], 2) == [(0, 0), (1, 1)]


WORDS = st.sampled_from(
    ["pressure", "ulcers", "moisture", "river", "at", "nine", ".", ";", "x" * 30, "\n", "Fig."]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, max_size=400), st.integers(0, 3))
def test_units_are_the_whole_text_in_pieces_that_can_be_quoted(words: list[str], blanks: int) -> None:
    body = (" " * (blanks + 1)).join(words)
    found = list(units(body))
    assert "".join("".join(one.text for one in found).split()) == "".join(body.split())
    assert all(body[one.start : one.end] == one.text for one in found)
    assert all(0 < len(one.text) <= LONGEST_QUOTE for one in found)
    assert all(one.end <= after.start for one, after in pairwise(found))


def test_a_word_longer_than_a_quotation_stays_whole() -> None:
    body = "a " * 300 + "y" * 1000 + " b" * 300
    assert "y" * 1000 in [one.text for one in units(body)]
