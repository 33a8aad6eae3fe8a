"""The tests themselves."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidensbro.kit.matching.conformance.material import (
    EVERYTHING,
    SECRET,
    VOCABULARY,
    HashingEmbedder,
    document,
    documents,
    query,
    seen,
    slow_setup,
)
from vidensbro.kit.matching.errors import IndexLocked, IndexReadOnly
from vidensbro.kit.matching.model import PUBLIC, Document, Filters, Place
from vidensbro.kit.matching.protocols import Index, IndexQuery, QueryTerm
from vidensbro.kit.text.terms import index_terms


class IndexConformance:
    """The tests. `tmp_path` names an index; implementations without files may take it as a name only."""

    def make_index(self, folder: Path, *, writable: bool = True) -> Index:
        """An index with `HashingEmbedder` and the usual analysis; empty for a folder not used before."""
        raise NotImplementedError

    def filled(self, folder: Path, given_documents: Iterable[Document]) -> Index:
        """An index with these documents committed."""
        index = self.make_index(folder)
        index.add(given_documents)
        index.commit()
        return index

    def test_an_empty_index_answers(self, tmp_path: Path) -> None:
        """Nothing is found, nothing fails."""
        snapshot = self.make_index(tmp_path).snapshot()
        figures = snapshot.statistics()
        assert (figures.documents, figures.public_documents, figures.average_length) == (0, 0, 0.0)
        assert snapshot.search(query("sensor"), Filters()).keys == ()
        assert snapshot.documents(["publication:1"]) == [None]
        assert list(snapshot.keys()) == []
        assert snapshot.document_frequency(["en:sensor"]).tolist() == [0]
        assert set(map(len, snapshot.facets(Filters()).values())) == {0}
        assert isinstance(snapshot.version, str)

    def test_documents_come_back_as_they_were(self, tmp_path: Path) -> None:
        """Every attribute is stored; unknown keys give None."""
        full = document(
            1,
            fields=("medtech", "welfare"),
            place=Place("DK", "Odense", 55.4, 10.4),
            date=date(2020, 2, 29),
            until=date(2026, 1, 1),
            facets=(("trl", "4"), ("trl", "5")),
            audience=frozenset({PUBLIC, SECRET}),
        )
        snapshot = self.filled(tmp_path, [full, document(2)]).snapshot()
        assert snapshot.documents(["publication:2", "nothing:0", full.key]) == [document(2), None, full]

    def test_changes_are_seen_after_commit_only(self, tmp_path: Path) -> None:
        """Snapshots are isolated from what comes after them."""
        index = self.filled(tmp_path, [document(1), document(2)])
        before = index.snapshot()
        known = seen(before, Filters())
        index.add([document(1, "laser"), document(3)])
        index.remove(["publication:2"])
        assert seen(index.snapshot(), Filters()) == known
        version = index.commit()
        after = index.snapshot()
        assert after.version == version != before.version
        assert list(after.keys()) == ["publication:1", "publication:3"]
        assert seen(before, Filters()) == known
        assert before.documents(["publication:2"]) == [document(2)]

    def test_replacing_leaves_nothing_of_the_old(self, tmp_path: Path) -> None:
        """Terms of a replaced document are not found and not counted."""
        index = self.filled(tmp_path, [document(1, "sensor"), document(2, "wound")])
        index.add([document(1, "laser")])
        index.commit()
        snapshot = index.snapshot()
        assert snapshot.document_frequency(["en:sensor", "en:laser"]).tolist() == [0, 1]
        assert snapshot.search(query("sensor", dense=False), Filters()).keys == ()
        assert snapshot.search(query("laser", dense=False), Filters()).keys == ("publication:1",)
        assert snapshot.statistics().documents == 2

    def test_removing_counts_what_was_there(self, tmp_path: Path) -> None:
        """Unknown and repeated keys are passed over; a removed document can come back."""
        index = self.filled(tmp_path, [document(1), document(2)])
        assert index.remove(["publication:1", "publication:1", "publication:9"]) == 1
        index.commit()
        assert list(index.snapshot().keys()) == ["publication:2"]
        index.add([document(1)])
        assert index.remove(["publication:1"]) == 1
        index.commit()
        assert list(index.snapshot().keys()) == ["publication:2"]

    def test_a_change_of_mind_before_the_commit(self, tmp_path: Path) -> None:
        """Removing twice counts once, and what is given again after that is there."""
        one, two = document(1, "robot"), document(2, "laser")
        index = self.make_index(tmp_path)
        index.add([one, two])
        assert [index.remove([one.key]), index.remove([one.key]), index.remove([two.key])] == [1, 0, 1]
        index.add([one])
        index.commit()
        changed = seen(index.snapshot(), EVERYTHING)
        index.remove([one.key])
        index.add([one])
        index.commit()
        assert seen(index.snapshot(), EVERYTHING) == changed
        assert index.snapshot().documents([one.key, two.key]) == [one, None]

    def test_rollback_forgets(self, tmp_path: Path) -> None:
        """Added, replaced and removed documents are as they were."""
        index = self.filled(tmp_path, [document(1)])
        version = index.snapshot().version
        index.add([document(2), document(1, "laser")])
        index.remove(["publication:1"])
        index.rollback()
        assert index.commit() == version
        index.add([document(3, "robot")])
        index.commit()
        assert list(index.snapshot().keys()) == ["publication:1", "publication:3"]
        assert index.snapshot().documents(["publication:1"]) == [document(1)]

    def test_adding_the_same_again_changes_nothing(self, tmp_path: Path) -> None:
        """Importing twice is harmless."""
        index = self.filled(tmp_path, [document(1), document(2)])
        before = seen(index.snapshot(), Filters())
        assert index.add([document(2), document(1)]) == 2
        index.commit()
        assert seen(index.snapshot(), Filters()) == before

    def test_of_equal_keys_the_last_counts(self, tmp_path: Path) -> None:
        """Within one batch too."""
        index = self.filled(tmp_path, [document(1, "sensor"), document(1, "laser"), document(1, "robot")])
        assert index.snapshot().documents(["publication:1"]) == [document(1, "robot")]
        assert index.snapshot().statistics().documents == 1
        assert index.snapshot().document_frequency(["en:laser", "en:robot"]).tolist() == [0, 1]

    def test_candidates_carry_what_scoring_needs(self, tmp_path: Path) -> None:
        """Frequencies, lengths and cosines against those counted here."""
        given_documents = [document(1, "sensor sensor wound"), document(2, "laser"), document(3, "wound gel")]
        snapshot = self.filled(tmp_path, given_documents).snapshot()
        found = snapshot.search(query("wound sensor"), Filters())
        assert found.keys == tuple(sorted(d.key for d in given_documents))
        assert found.terms == ("en:wound", "en:sensor")
        for row, item in enumerate(given_documents):
            title, body = Counter(index_terms(item.title, "en")), Counter(index_terms(item.body, "en"))
            assert found.title[row].tolist() == [title[term] for term in found.terms]
            assert found.body[row].tolist() == [body[term] for term in found.terms]
            assert found.length[row] == title.total() + body.total()
        kinds = [array.dtype.str for array in (found.title, found.length, found.cosine)]
        assert kinds == ["|u1", "<f4", "<f4"]
        stored = snapshot.vectors(found.keys)
        assert np.allclose(np.linalg.norm(stored, axis=1), 1, atol=2e-3)
        assert np.allclose(found.cosine, stored @ HashingEmbedder().embed(["wound sensor"])[0], atol=1e-5)

    def test_without_a_vector_or_without_terms(self, tmp_path: Path) -> None:
        """Each half of the search works alone."""
        snapshot = self.filled(tmp_path, [document(1, "sensor"), document(2, "laser")]).snapshot()
        lexical = snapshot.search(query("sensor", dense=False), Filters())
        assert lexical.keys == ("publication:1",)
        assert np.isnan(lexical.cosine).all()
        dense = snapshot.search(IndexQuery((), query("sensor").vector), Filters(), per_kind=1)
        assert dense.keys == ("publication:1",)
        assert dense.title.shape == (1, 0)

    def test_vectors_of_unknown_keys_are_not_numbers(self, tmp_path: Path) -> None:
        """Known keys have finite vectors, others NaN."""
        vectors = self.filled(tmp_path, [document(1)]).snapshot().vectors(["x:1", "publication:1"])
        assert np.isnan(vectors[0]).all()
        assert np.isfinite(vectors[1]).all()

    def test_terms_never_seen(self, tmp_path: Path) -> None:
        """They find nothing and have a column all the same."""
        snapshot = self.filled(tmp_path, [document(1)]).snapshot()
        found = snapshot.search(query("zygote zymurgy", dense=False), Filters())
        assert found.keys == ()
        assert found.title.shape == (0, 2)

    def test_kinds_are_ranked_apart(self, tmp_path: Path) -> None:
        """Many publications do not crowd out one of another kind."""
        many = [document(number, "sensor sensor sensor") for number in range(40)]
        snapshot = self.filled(tmp_path, [*many, document(99, "sensor", kind="premises")]).snapshot()
        found = snapshot.search(query("sensor", dense=False), Filters(), per_kind=5)
        assert len(found.keys) == 6
        assert "premises:99" in found.keys

    @pytest.mark.parametrize(
        ("changes", "filters"),
        [
            ({"kind": "person"}, Filters(kinds=("person", "premises"))),
            ({"language": "da"}, Filters(languages=("da",))),
            ({"place": Place("SE")}, Filters(countries=("SE", "NO"))),
            ({"fields": ("biotech", "x")}, Filters(fields=("biotech", "pharma"))),
            (
                {"facets": (("trl", "4"), ("use", "a"))},
                Filters(facets=(("trl", "4"), ("trl", "5"), ("use", "a"))),
            ),
            ({"date": date(2024, 5, 1)}, Filters(since=date(2024, 5, 1))),
        ],
    )
    def test_filters_apply_before_ranking(
        self, tmp_path: Path, changes: dict[str, Any], filters: Filters
    ) -> None:
        """The only document that passes is found behind any number of better ones."""
        better = [document(number, "sensor sensor", date=date(2001, 1, 1)) for number in range(30)]
        wanted = document(50, "laser robot gel sensor", **{"date": date(2001, 1, 1), **changes})
        snapshot = self.filled(tmp_path, [*better, wanted]).snapshot()
        either = QueryTerm("sensor", (("en:sensor", 1.0), ("da:sensor", 0.9)))
        for vector in (query("sensor").vector, None):
            assert snapshot.search(IndexQuery((either,), vector), filters, 2).keys == (wanted.key,)
        assert sum(snapshot.facets(filters)["kind"].values()) == 1

    def test_excluded_documents_make_room_for_others(self, tmp_path: Path) -> None:
        """They are left out before the best are counted off."""
        snapshot = self.filled(tmp_path, [document(n, "sensor") for n in range(4)]).snapshot()
        filters = Filters(excluded=frozenset({"publication:0", "publication:1", "x:y"}))
        assert snapshot.search(query("sensor"), filters, 2).keys == ("publication:2", "publication:3")

    def test_an_audience_sees_its_own(self, tmp_path: Path) -> None:
        """And nobody else does; public figures count public documents only."""
        hidden = document(1, "sensor", audience=frozenset({SECRET}))
        nobody = document(2, "sensor", audience=frozenset())
        snapshot = self.filled(tmp_path, [hidden, nobody, document(3, "sensor")]).snapshot()
        assert snapshot.search(query("sensor"), Filters()).keys == ("publication:3",)
        assert snapshot.search(query("sensor"), EVERYTHING).keys == ("publication:1", "publication:3")
        only = Filters(audience=frozenset({SECRET}))
        assert snapshot.search(query("sensor"), only).keys == ("publication:1",)
        assert snapshot.document_frequency(["en:sensor"]).tolist() == [1]

    @slow_setup
    @given(st.lists(documents, max_size=20), st.lists(documents, min_size=1, max_size=10), st.booleans())
    def test_what_is_hidden_changes_nothing(
        self, public: list[Document], hidden: list[Document], removed: bool
    ) -> None:
        """Scores, averages, frequencies and facets of others stay the same to the bit."""
        hidden = [
            replace(item, id=f"h{item.id}", audience=frozenset({SECRET}), fields=("hidden",))
            for item in hidden
        ]
        with tempfile.TemporaryDirectory() as name:
            index = self.filled(Path(name), public)
            before = seen(index.snapshot(), Filters())
            index.add(hidden)
            index.commit()
            assert seen(index.snapshot(), Filters()) == before
            if removed:
                index.remove([item.key for item in hidden])
                index.commit()
                assert seen(index.snapshot(), Filters()) == before
            index.close()

    @slow_setup
    @given(st.lists(documents, max_size=25), st.randoms(use_true_random=False), st.integers(1, 8))
    def test_the_order_of_insertion_changes_no_bit(
        self, items: list[Document], random: Any, size: int
    ) -> None:
        """Nor do the cuts into commits, nor replaced and removed documents."""
        final = list({item.key: item for item in items}.values())
        shuffled = random.sample(final, len(final))
        with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
            straight = self.filled(Path(first), final)
            devious = self.make_index(Path(second))
            for start in range(0, len(shuffled), size):
                part = shuffled[start : start + size]
                devious.add([replace(item, body="gel laser") for item in part])
                devious.add([document(1000 + start, "wound")])
                devious.commit()
                devious.add(part)
                devious.remove([f"publication:{1000 + start}"])
            devious.commit()
            assert seen(straight.snapshot(), EVERYTHING) == seen(devious.snapshot(), EVERYTHING)
            assert list(straight.snapshot().keys()) == list(devious.snapshot().keys())
            straight.close()
            devious.close()

    def test_it_is_there_after_reopening(self, tmp_path: Path) -> None:
        """Committed changes are, others are not."""
        index = self.filled(tmp_path, [document(n, VOCABULARY[n % 10]) for n in range(20)])
        before, version = seen(index.snapshot(), Filters()), index.snapshot().version
        index.add([document(77)])
        index.close()
        again = self.make_index(tmp_path)
        assert seen(again.snapshot(), Filters()) == before
        assert again.snapshot().version == version
        again.add([document(78)])
        again.commit()
        assert again.snapshot().statistics().documents == 21
        again.close()

    def test_readers_see_what_another_handle_commits(self, tmp_path: Path) -> None:
        """In a new snapshot; the old one stays as it was."""
        writer = self.filled(tmp_path, [document(1)])
        reader = self.make_index(tmp_path, writable=False)
        old = reader.snapshot()
        writer.add([document(2)])
        writer.commit()
        assert list(reader.snapshot().keys()) == ["publication:1", "publication:2"]
        assert list(old.keys()) == ["publication:1"]

    def test_one_writer_at_a_time(self, tmp_path: Path) -> None:
        """The second one is told which process has the lock."""
        first = self.make_index(tmp_path)
        with pytest.raises(IndexLocked) as caught:
            self.make_index(tmp_path)
        assert caught.value.values["process"].isdigit()
        first.close()
        self.make_index(tmp_path).close()

    def test_a_reader_cannot_write(self, tmp_path: Path) -> None:
        """It is told so."""
        self.filled(tmp_path, [document(1)]).close()
        reader = self.make_index(tmp_path, writable=False)
        with pytest.raises(IndexReadOnly):
            reader.add([document(2)])

    @pytest.mark.parametrize(
        "text",
        [
            "",
            " ",
            "\x00",
            "𝕬𝖇𝖈 🧬",
            "a" * 10_000,
            "Ω≈ç√∫",
            "' OR 1=1 --",
            "=1+1",
            "\u202etext",
            "رعاية",
            "{}:[]",
        ],
    )
    def test_nasty_strings(self, tmp_path: Path, text: str) -> None:
        """As title, body, key, field and facet."""
        nasty = document(1, f"{text} sensor", id=text, fields=(text,), facets=((text, text),), body=text)
        snapshot = self.filled(tmp_path, [nasty, document(2)]).snapshot()
        assert snapshot.documents([nasty.key]) == [nasty]
        assert snapshot.search(query("sensor"), Filters(facets=((text, text),))).keys == (nasty.key,)

    def test_what_no_file_can_hold_is_replaced(self, tmp_path: Path) -> None:
        """Lone surrogates become U+FFFD, in keys too."""
        snapshot = self.filled(tmp_path, [document(1, "broken \ud800 sensor", id="x\udfff")]).snapshot()
        (found,) = snapshot.documents(["publication:x\udfff"])
        assert found is not None
        assert found.title == "broken \ufffd sensor"
        assert snapshot.search(query("sensor", dense=False), Filters()).keys == ("publication:x\ufffd",)

    def test_a_megabyte_of_text(self, tmp_path: Path) -> None:
        """Frequencies are capped at 255; the text comes back whole."""
        body = "sensor " * 150_000
        snapshot = self.filled(tmp_path, [document(1, body=body), document(2)]).snapshot()
        found = snapshot.search(query("sensor"), Filters())
        assert found.body.tolist() == [[255], [1]]
        assert snapshot.documents(["publication:1"]) == [document(1, body=body)]
