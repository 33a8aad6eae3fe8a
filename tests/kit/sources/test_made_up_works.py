"""The corpus of the national benchmark looks like a bibliography, and is the same everywhere."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from benchmarks.national.people import author_of, place_of
from benchmarks.national.words import words
from benchmarks.national.works import Json, Works, changed, write
from vidensbro.kit.sources import Problem, open_source
from vidensbro.kit.sources.model import WorkRecord
from vidensbro.kit.text import detect


@pytest.fixture(scope="module")
def works() -> list[Json]:
    return list(Works().records(4_000))


def test_the_beginning_does_not_depend_on_how_many_follow(works):
    assert list(Works().records(150)) == works[:150]
    assert list(islice(Works().records(10_000), 1_500)) == works[:1_500]


def test_the_reader_finds_nothing_wrong(works, tmp_path: Path):
    paths = write(tmp_path, iter(works), per_file=1_500)
    assert [path.name for path in paths] == [f"works-0000{number}.jsonl.gz" for number in range(3)]
    read = [item for path in paths for item in open_source("openalex", path)]
    assert not [item for item in read if isinstance(item, Problem)]
    assert [item.provenance.source_id for item in read if isinstance(item, WorkRecord)] == [
        one["id"].rsplit("/", 1)[1] for one in works
    ]


def test_few_write_much_and_most_write_once(works):
    written = Counter(one["author"]["id"] for work in works for one in work["authorships"])
    authors = Counter(written.values())
    # Lotka: with an exponent of 2 six in ten authors have one work, and a quarter as many have two.
    assert 0.45 < authors[1] / len(written) < 0.7
    assert 0.2 < authors[2] / authors[1] < 0.45
    assert max(written.values()) > 15


def test_teams_are_a_few_people_and_now_and_then_many(works):
    sizes = [len(work["authorships"]) for work in works]
    assert 4 < np.mean(sizes) < 6.5
    assert max(sizes) > 20
    assert all(
        len({one["author"]["id"] for one in work["authorships"]}) == len(work["authorships"])
        for work in works
    )


def test_words_follow_zipf(works):
    seen = Counter(
        word.rstrip(".")
        for work in works
        if work["language"] == "en"
        for word, places in (work["abstract_inverted_index"] or {}).items()
        for _ in places
    )
    counts = np.array(sorted(seen.values(), reverse=True)[:2_000], float)
    ranks = np.arange(1, len(counts) + 1)
    slope = np.polyfit(np.log(ranks[20:]), np.log(counts[20:]), 1)[0]
    assert -1.3 < slope < -0.7


def test_lengths_are_log_normal(works):
    lengths = [
        sum(map(len, work["abstract_inverted_index"].values()))
        for work in works
        if work["abstract_inverted_index"]
    ]
    assert 0.75 < len(lengths) / len(works) < 0.85
    logs = np.log(lengths)
    assert abs(np.exp(np.median(logs)) - 150) < 10
    assert abs(logs.std() - 0.45) < 0.05
    assert abs(((logs - logs.mean()) ** 3).mean() / logs.std() ** 3) < 0.3


def test_danish_is_taken_for_danish():
    rng = np.random.default_rng(5)
    for language in ("da", "en"):
        texts = [" ".join(words(language).text(rng, 150, topic)) for topic in range(30)]
        assert sum(detect(text) == language for text in texts) >= 27


def test_organisations_differ_in_size_by_hundreds():
    homes = Counter(place for number in range(1, 20_001) for place in author_of(number).places)
    assert homes.most_common(1)[0][1] > 300
    assert sum(1 for count in homes.values() if count <= 3) > 1_000
    assert place_of(7) == place_of(7)


def test_a_changed_work_is_the_same_work(works):
    after = [changed(one, 1) for one in works[:20]]
    assert [one["id"] for one in after] == [one["id"] for one in works[:20]]
    assert all(new["cited_by_count"] > old["cited_by_count"] for new, old in zip(after, works, strict=False))
    texts = [
        (one["abstract_inverted_index"], other["abstract_inverted_index"])
        for one, other in zip(after, works, strict=False)
    ]
    assert sum(new != old for new, old in texts) == 2
