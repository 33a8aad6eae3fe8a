"""Postings: written, merged and looked up as a plain dictionary would."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vidensbro.kit.matching.embedded import merging
from vidensbro.kit.matching.embedded.buffering import SegmentBuffer
from vidensbro.kit.matching.embedded.hashing import KEY, TERM, facet_text, short_hash
from vidensbro.kit.matching.embedded.intake import Analysed
from vidensbro.kit.matching.embedded.postings import Dictionary, Segment

WORDS = "abcdefgh"
texts = st.lists(st.sampled_from(WORDS), max_size=8)
rows = st.lists(st.tuples(texts, texts, st.booleans(), st.booleans()), min_size=1, max_size=30)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(rows, st.integers(1, 10), st.booleans(), st.integers(1, 40))
def test_lookup_equals_a_plain_dictionary(
    given_rows: list[tuple[list[str], list[str], bool, bool]], size: int, merged: bool, portion: int
) -> None:
    live = np.array([alive for _, _, alive, _ in given_rows])
    visible = live & np.array([public for _, _, _, public in given_rows])
    everything = np.ones(len(live), np.bool_)
    with TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(merging, "PORTION", portion)
        folder = Path(name)
        records = []
        for first in range(0, len(given_rows), size):
            buffer = SegmentBuffer(first)
            last = min(first + size, len(given_rows))
            for row in range(first, last):
                title, body, _, _ = given_rows[row]
                buffer.add(row, Analysed(Counter(title), Counter(body), {(KEY, str(row)): 1}))
            records.append(buffer.write(folder, f"s{first}", last, everything, visible))
        segments = [Segment(folder, record) for record in records]
        if merged:
            record = merging.merge_segments(folder, "merged", segments, live, visible)
            assert record.dead == int((~live).sum())
            segments = [Segment(folder, record)]
        dictionary = Dictionary(segments, live)
        found = dictionary.find([short_hash(TERM, word) for word in WORDS])
        counts = dictionary.count_public([short_hash(TERM, word) for word in WORDS], visible)
        for word, postings, count in zip(WORDS, found, counts.tolist(), strict=True):
            expected = {
                row: [title.count(word), body.count(word)]
                for row, (title, body, _, _) in enumerate(given_rows)
                if (word in title or word in body) and (live[row] or not merged)
            }
            assert dict(zip(postings.rows.tolist(), postings.frequency.tolist(), strict=True)) == expected
            assert postings.rows.tolist() == sorted(expected)
            assert count == sum(bool(visible[row]) for row in expected)
        keys = dictionary.find([short_hash(KEY, str(row)) for row in range(len(live))])
        assert [k.rows.tolist() for k in keys] == [
            [r] if live[r] or not merged else [] for r in range(len(live))
        ]


@pytest.mark.parametrize(
    ("sizes", "start"),
    [
        ([], 0),
        ([100], 1),
        ([10_000_000, 100], 2),
        ([10_000_000, 100, 100], 1),
        ([8_000_000] * 3, 3),
        ([8_000_000] * 4, 0),
        ([40_000_000, 8_000_000, 8_000_000, 8_000_000, 8_000_000], 1),
    ],
)
def test_neighbours_of_like_size_are_merged(sizes: list[int], start: int) -> None:
    assert merging.merge_from(sizes) == start


def test_segments_stay_few_and_are_seldom_rewritten() -> None:
    segments: list[int] = []
    written = most = 0
    for _ in range(2000):
        segments.append(50_000)
        start = merging.merge_from(segments)
        if len(segments) - start > 1:
            segments[start:] = [sum(segments[start:])]
            written += segments[-1]
        most = max(most, len(segments))
    assert most <= 20
    assert written < 8 * 2000 * 50_000


def test_names_in_different_spaces_differ() -> None:
    assert short_hash(TERM, "a") != short_hash(KEY, "a")
    assert facet_text("a", "b=c") != facet_text("a=b", "c")
