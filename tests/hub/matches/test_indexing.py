"""The index follows the database and can be checked against it."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from django.db import connection, transaction

from tests.hub.cast import SYSTEM, Cast
from tests.hub.matches.conftest import Corpus
from vidensbro.hub.accounts.privacy import account_over
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Unavailable
from vidensbro.hub.common.targets import targets
from vidensbro.hub.directory import services as directory
from vidensbro.hub.directory.models import Person
from vidensbro.hub.knowledge import services as knowledge
from vidensbro.hub.knowledge.models import Work
from vidensbro.hub.matches import engine, indexing, jobs
from vidensbro.hub.outbox.models import Entry
from vidensbro.hub.outbox.services import drain
from vidensbro.kit.matching import Document, EmbeddedIndex
from vidensbro.kit.matching.errors import IndexStorageError

KINDS = {
    *("organisation", "person", "publication", "project", "patent", "trial", "dataset"),
    *("test_site", "equipment", "premises", "funding", "service", "technology"),
    "release",
}


def test_every_kind_of_the_mission_is_a_target() -> None:
    assert set(targets()) == KINDS


def test_the_index_is_what_the_database_says(cast: Cast, corpus: Corpus) -> None:
    drain()
    assert indexing.index_verify().agrees
    status = indexing.index_status()
    assert status.in_step
    assert {kind: one.indexed for kind, one in status.kinds.items() if one.indexed} == {
        "organisation": 2,
        "person": 1,
        "publication": 2,
        "test_site": 1,
        "funding": 1,
    }


def stored() -> dict[str, Document | None]:
    """Everything in the index."""
    view = engine.snapshot()
    keys = list(view.keys(""))
    return dict(zip(keys, view.documents(keys), strict=True))


def test_building_gives_the_same_index_as_following(cast: Cast, corpus: Corpus) -> None:
    indexing.index_build()
    built = stored()
    for key in built:
        indexing.update_index([key])
    assert stored() == built
    assert indexing.index_verify().agrees


def test_changes_and_deletions_reach_the_index(cast: Cast, corpus: Corpus) -> None:
    drain()
    knowledge.edit_work(SYSTEM, corpus.paper.pk, title="Pressure injuries found early")
    knowledge.edit_work(SYSTEM, corpus.other_paper.pk, withdrawn=True)
    drain()
    changed, gone = engine.snapshot().documents(
        [f"publication:{corpus.paper.pk}", f"publication:{corpus.other_paper.pk}"]
    )
    assert changed is not None
    assert changed.title == "Pressure injuries found early"
    assert gone is None


def test_a_work_that_changes_its_kind_moves(cast: Cast, corpus: Corpus) -> None:
    drain()
    knowledge.edit_work(SYSTEM, corpus.paper.pk, kind="project")
    drain()
    old, new = engine.snapshot().documents([f"publication:{corpus.paper.pk}", f"project:{corpus.paper.pk}"])
    assert old is None
    assert new is not None


def test_verify_finds_and_mends_every_difference(cast: Cast, corpus: Corpus) -> None:
    indexing.index_build()
    Work.objects.filter(pk=corpus.paper.pk).update(title="Changed behind our back")
    with engine.writable_index() as index:
        index.remove([f"test_site:{corpus.clinic.pk}"])
        index.add(
            [Document("publication", "ghost", "en", "Ghost"), Document("unicorn", "1", "en", "Unicorn")]
        )
        index.commit()
    found = indexing.index_verify(repair=True)
    assert found.missing == (f"test_site:{corpus.clinic.pk}",)
    assert found.stale == (f"publication:{corpus.paper.pk}",)
    assert set(found.superfluous) == {"publication:ghost", "unicorn:1"}
    drain()
    assert indexing.index_verify().agrees


def test_while_another_writes_updates_wait(cast: Cast, corpus: Corpus) -> None:
    indexing.index_build()
    knowledge.edit_work(SYSTEM, corpus.paper.pk, title="Later")
    with engine.writable_index():
        assert drain(["index.update"]).done == 0
        with pytest.raises(Unavailable) as caught:
            indexing.index_build()
        assert caught.value.reason == "index_locked"
    entry = Entry.objects.get(topic="index.update")
    assert (entry.attempts, entry.key) == (0, f"publication:{corpus.paper.pk}")
    Entry.objects.update(next_attempt=entry.created)
    assert drain(["index.update"]).done == 1
    assert indexing.index_verify().agrees


def test_a_full_disk_gives_nothing_up(cast: Cast, corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: EmbeddedIndex) -> str:
        raise IndexStorageError("No space left on device", folder="index")

    with monkeypatch.context() as broken:
        broken.setattr(EmbeddedIndex, "commit", full)
        assert drain(["index.update"]).died == 0
    waiting = Entry.objects.filter(topic="index.update")
    assert {(one.attempts, one.last_error) for one in waiting} == {(0, "No space left on device")}
    Entry.objects.update(next_attempt=clock.now())
    drain(["index.update"])
    assert indexing.index_verify().agrees


def test_a_build_does_what_was_waiting_and_nothing_else(cast: Cast, corpus: Corpus) -> None:
    assert Entry.objects.filter(topic="index.update").exists()
    told: list[tuple[int, int]] = []
    indexing.index_build(lambda done, total: told.append((done, total)))
    assert not Entry.objects.filter(topic="index.update").exists()
    assert told[-1][0] == told[-1][1] == engine.snapshot().statistics().documents


def test_catching_up_builds_or_follows(cast: Cast, corpus: Corpus) -> None:
    assert indexing.catch_up()
    assert indexing.index_verify().agrees
    assert not indexing.catch_up()
    directory.edit_organisation(SYSTEM, cast.company.pk, summary_en="Makes sensors.")
    assert indexing.catch_up()
    assert indexing.index_verify().agrees


def test_a_renewed_corpus_asks_once_for_each_open_need(cast: Cast, corpus: Corpus) -> None:
    rows = [cast.need(), cast.need("sealed")]
    drain()
    for number in range(3):
        knowledge.edit_work(SYSTEM, corpus.paper.pk, title=f"Version {number}")
        drain(["index.update"])
    waiting = list(Entry.objects.filter(topic="matches.refresh").values_list("key", flat=True))
    assert sorted(waiting) == sorted(str(row.pk) for row in rows)


def test_what_is_rolled_back_leaves_no_trace(cast: Cast, corpus: Corpus) -> None:
    drain()
    with transaction.atomic():
        knowledge.edit_work(SYSTEM, corpus.paper.pk, title="Never")
        transaction.set_rollback(True)
    assert not Entry.objects.exists()
    assert connection.in_atomic_block


def test_many_rows_come_in_order_and_all(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    Work.objects.bulk_create(Work(title=f"Work {number}", language="en") for number in range(1203))
    target = targets()["publication"]
    ids = [document.id for document in target.documents()]
    assert len(ids) == target.count() == 1203
    assert ids == sorted(ids)
    asked = [*ids[:700], "not-an-id", ids[0]]
    assert [document.id for document in target.documents(asked)] == ids[:700]


def test_one_that_fails_holds_up_neither_the_others_nor_the_needs(
    cast: Cast, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    need = cast.need()
    drain()
    bad = f"test_site:{corpus.clinic.pk}"

    def update(keys: Iterable[str]) -> str:
        if bad in (wanted := list(keys)):
            raise ValueError("a row that cannot be read")
        return indexing.update_index(wanted)

    monkeypatch.setattr(jobs, "update_index", update)
    knowledge.edit_offer(SYSTEM, corpus.clinic.pk, title="Another title")
    knowledge.edit_work(SYSTEM, corpus.paper.pk, title="Pressure ulcers in nursing homes, found early")
    before = need.runs.count()
    drain()
    assert [one.key for one in Entry.objects.filter(topic="index.update")] == [bad]
    assert need.runs.count() == before + 1


def test_who_gets_or_loses_an_account_is_indexed_anew(cast: Cast, corpus: Corpus) -> None:
    person = corpus.researcher
    directory.set_person_visibility(SYSTEM, person.pk, "members")
    Person.objects.filter(pk=person.pk).update(source="openalex", source_id="A1")
    directory.link_person(SYSTEM, person.pk, cast.users["outsider"].pk)
    drain()
    assert indexing.index_verify().agrees
    account_over.send(sender=None, user_id=cast.users["outsider"].pk)
    drain()
    assert indexing.index_verify().agrees
    assert not any("user:" in token for one in stored().values() if one for token in one.audience)
