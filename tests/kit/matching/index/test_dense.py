"""Nearest vectors: exact figures, and no dependence on where a row lies."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vidensbro.kit.matching.embedded import choosing, dense
from vidensbro.kit.matching.embedded.choosing import best_of_each, promising, take_best

RNG = np.random.default_rng(7)


def unit_vectors(count: int, dimensions: int, seed: int = 1) -> npt.NDArray[np.float32]:
    vectors = np.random.default_rng(seed).standard_normal((count, dimensions))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def head(
    vectors: npt.NDArray[np.float32], kinds: npt.NDArray[np.intp], per_kind: int
) -> npt.NDArray[np.intp]:
    stored = dense.pack(vectors)
    reachable = np.ones(len(vectors), np.bool_)
    tie = np.arange(len(vectors)).astype(np.uint64)
    wanted = unit_vectors(1, vectors.shape[1], 99)[0]
    return np.sort(dense.dense_head(stored, dense.sketch(stored), wanted, reachable, kinds, tie, per_kind))


def test_stored_vectors_are_near_enough() -> None:
    vectors = unit_vectors(50, 384)
    assert np.abs(dense.unpack(dense.pack(vectors)) - vectors).max() < 2e-5
    wanted = unit_vectors(1, 384, 3)[0]
    rows = np.arange(50, dtype=np.uint32)
    assert np.allclose(dense.cosines(dense.pack(vectors), rows, wanted), vectors @ wanted, atol=5e-5)


@pytest.mark.parametrize("dimensions", [5, 64, 96, 384])
def test_hamming_counts_differing_signs(dimensions: int) -> None:
    vectors = unit_vectors(40_000, dimensions)
    wanted = unit_vectors(1, dimensions, 3)
    expected = ((vectors > 0) != (wanted > 0)).sum(axis=1)
    found = dense.hamming(dense.sketch(vectors), dense.sketch(wanted)[0])
    assert found.tolist() == expected.tolist()


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.integers(1, 700), st.randoms(use_true_random=False))
def test_a_cosine_does_not_depend_on_its_neighbours(count: int, random: object) -> None:
    stored = dense.pack(unit_vectors(700, 384))
    wanted = unit_vectors(1, 384, 3)[0]
    alone = np.array([dense.cosines(stored, np.array([row], np.uint32), wanted)[0] for row in range(700)])
    rows = np.array(random.sample(range(700), count), np.uint32)  # type: ignore[attr-defined]
    assert dense.cosines(stored, rows, wanted).tobytes() == alone[rows].tobytes()


def test_few_rows_are_compared_exactly() -> None:
    vectors = unit_vectors(3000, 64)
    kinds = (np.arange(3000) % 3).astype(np.intp)
    score = dense.cosines(dense.pack(vectors), np.arange(3000, dtype=np.uint32), unit_vectors(1, 64, 99)[0])
    expected = [
        row for kind in range(3) for row in sorted(range(kind, 3000, 3), key=lambda r: -score[r])[:20]
    ]
    assert head(vectors, kinds, 20).tolist() == sorted(expected)


def test_many_rows_are_found_by_their_sketches() -> None:
    # Half of them near the query, as documents on one subject are: sketches must tell which are nearest.
    vectors = unit_vectors(dense.EXACT_BELOW + 5000, 384)
    vectors[::50] += unit_vectors(1, 384, 99) * RNG.uniform(0.5, 2, (len(vectors[::50]), 1)).astype(
        np.float32
    )
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    exact = set(np.argsort(-(vectors @ unit_vectors(1, 384, 99)[0]))[:100].tolist())
    found = head(vectors, np.zeros(len(vectors), np.intp), 100)
    assert len(exact & set(found.tolist())) >= 95


def test_many_rows_in_another_order_give_the_same() -> None:
    count = dense.EXACT_BELOW + 1000
    stored = dense.pack(np.repeat(unit_vectors(count // 3, 64), 3, axis=0))
    kinds = RNG.integers(0, 3, len(stored)).astype(np.intp)
    tie = RNG.permutation(len(stored)).astype(np.uint64)
    wanted = unit_vectors(1, 64, 99)[0]
    answers = []
    for order in (np.arange(len(stored)), RNG.permutation(len(stored))):
        moved = stored[order]
        reachable = np.ones(len(stored), np.bool_)
        sketches = dense.sketch(moved)
        found = dense.dense_head(moved, sketches, wanted, reachable, kinds[order], tie[order], 30)
        answers.append(sorted(tie[order][found].tolist()))
    assert answers[0] == answers[1]
    assert len(answers[0]) == 90


def test_ties_are_cut_by_the_tie_breaker() -> None:
    score = np.array([1.0, 2.0, 1.0, 1.0, 3.0], np.float32)
    tie = np.array([50, 40, 10, 30, 20], np.uint64)
    chosen = take_best(np.arange(5, dtype=np.uint32), score, tie, 3)
    assert sorted(chosen.tolist()) == [1, 2, 4]


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(1, 2000), st.integers(1, 5), st.integers(1, 40), st.booleans())
def test_the_best_of_each_kind_are_those_of_a_full_sort(
    count: int, kinds: int, wanted: int, few_scores: bool
) -> None:
    rng = np.random.default_rng(count)
    score = np.maximum(rng.standard_normal(count).astype(np.float32) * 10, 0)
    if few_scores:
        score = np.round(score)
    kind = rng.integers(0, kinds, count).astype(np.intp) * 3
    tie = rng.permutation(count).astype(np.uint64)
    full = sorted(np.flatnonzero(score).tolist(), key=lambda row: (kind[row], -score[row], tie[row]))
    expected = [row for k in range(kinds) for row in [r for r in full if kind[r] == 3 * k][:wanted]]
    for many in (0, 10_000):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(choosing, "MANY", many)
            rows = promising(score, kind, wanted)
            assert sorted(best_of_each(rows, score[rows], kind, tie, wanted).tolist()) == sorted(expected)
