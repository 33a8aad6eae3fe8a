"""Word by word: nothing is lost and nothing is made up."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from vidensbro.hub.newsroom.differences import Piece, changed_parts, compared, differences
from vidensbro.hub.newsroom.services.wording import Facts, Said, Wording

LINES = st.lists(
    st.lists(st.sampled_from(["to", "tre", "plejehjem", "på", ",", ".", "**"]), max_size=6).map(" ".join),
    max_size=6,
).map("\n".join)


@settings(deadline=None)
@given(LINES | st.text(max_size=60), LINES | st.text(max_size=60))
def test_the_pieces_make_up_both_texts(before: str, after: str) -> None:
    found = differences(before, after)
    assert "".join(one.text for one in found if one.kind != "in") == before
    assert "".join(one.text for one in found if one.kind != "out") == after
    assert all(one.text for one in found)


@settings(deadline=None)
@given(LINES)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert {one.kind for one in differences(text, text)} <= {"same"}


def test_only_the_words_that_were_changed_are_marked() -> None:
    found = differences(
        "Prøvet på to plejehjem.\nNæste til foråret.", "Prøvet på tre plejehjem.\nNæste til foråret."
    )
    assert found == (
        Piece("same", "Prøvet på "),
        Piece("out", "to "),
        Piece("in", "tre "),
        Piece("same", "plejehjem.\nNæste til foråret."),
    )


def test_every_part_of_a_wording_is_compared() -> None:
    before = Wording("A", "B", "C", (Facts("Fakta", "D"),), (Said("E", "F", "G"),))
    after = Wording("A", "B", "C", (Facts("Fakta", "d"),), (Said("E", "F", "g"),))
    assert [one.part for one in changed_parts(before, after)] == ["fact_boxes", "quotes"]
    assert [one.part for one in compared(before, before) if one.changed] == []


def test_the_longest_texts_are_compared_in_a_moment() -> None:
    began = time.process_time()
    for one, other in (
        ("\n" * 50_000, "x\n" * 25_000),
        ("a " * 25_000, "a b " * 12_000),
        ("a," * 25_000, "b" * 9),
    ):
        differences(one, other)
    assert time.process_time() - began < 20


def test_a_long_text_does_not_differ_from_itself_and_a_word_in_it_is_found() -> None:
    text = "og så i det at og som en af de " * 300
    assert {one.kind for one in differences(text, text)} == {"same"}
    found = differences(text + "to plejehjem", text + "tre plejehjem")
    assert [one.text for one in found if one.kind != "same"] == ["to ", "tre "]


def test_many_long_stretches_are_compared_in_a_moment_as_well() -> None:
    kept = "En linje, der bliver.\n"
    before = kept.join("a b " * 400 + "\n" for _ in range(200))
    after = kept.join("b c " * 400 + "\n" for _ in range(200))
    began = time.process_time()
    found = differences(before, after)
    assert time.process_time() - began < 10
    assert "".join(one.text for one in found if one.kind != "in") == before
