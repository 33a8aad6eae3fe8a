"""Nothing is lost: the real command killed at awkward moments, and given again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from tests.hub.bad_input.killing import Commands, Moment, documents, matches, release, rows, waiting
from tests.hub.cast import SYSTEM, Cast
from tests.hub.matches.conftest import Corpus
from vidensbro.hub.cli import indexing as cli_indexing
from vidensbro.hub.common import clock
from vidensbro.hub.knowledge import services as knowledge
from vidensbro.hub.matches import indexing
from vidensbro.hub.outbox import services as outbox
from vidensbro.hub.outbox.models import Entry
from vidensbro.kit.matching import EmbeddedIndex
from vidensbro.kit.matching.errors import IndexStorageError

# One process makes all the others: they belong on one worker.
pytestmark = pytest.mark.xdist_group("kills")
WARDS = ("nursing home", "home care", "day hospital", "rehabilitation centre", "intensive care unit")


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    """Where processes come from."""
    made = Commands(tmp_path_factory.mktemp("commands"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is imported."""
    return district(tmp_path_factory.mktemp("district") / "files")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, commands: Commands, files: Path) -> Path:
    """The data folder after an undisturbed import."""
    data = tmp_path_factory.mktemp("whole") / "data"
    done = commands.run(data, "import", "plain", files)
    assert done.code == 0, done.err
    return data


def numbers(seed: int) -> str:
    """Some hundred words that take their place on a disk."""
    return " ".join(f"bed {seed * 7919 + one * 104729}" for one in range(60))


def district(folder: Path) -> Path:
    """Some organisations below one another, people, works, an offer, needs, and one record that is wrong."""
    folder.mkdir(parents=True)
    organisations = [
        {"id": f"o{n}", "name": f"Institute {n}", "kind": "hospital", "parent": f"o{n + 1}" if n < 9 else ""}
        for n in range(10)
    ]
    people = [
        {"id": f"p{n}", "given_name": "Asta", "family_name": f"Eksempel {n}", "organisation": f"o{n % 10}"}
        for n in range(12)
    ]
    works = [
        {
            "id": f"w{n}",
            "title": f"Pressure ulcers in the {WARDS[n % 5]}, part {n}",
            "abstract": "A sensor mattress found pressure ulcers before the nurses did. " + numbers(n),
            "language": "en",
            "authors": [f"p{n % 12}", f"p{(n + 5) % 12}"],
            "fields": ["wound-care"],
        }
        for n in range(40)
    ]
    offers = [{"id": "f1", "kind": "test_site", "title": "Testafdeling for tryksår", "language": "da"}]
    needs = [
        {"id": f"n{n}", "title": "Tryksår", "language": "da", "owner": "o1", "visibility": "public"}
        | {"text": f"Vi udvikler en sensor mod tryksår og søger viden, udgave {n}."}
        for n in range(3)
    ]
    offers[0]["organisation"] = "o3"
    for name, records in (
        ("organisations", [*organisations, {"id": "bad"}]),
        ("people", people),
        ("works", works),
        ("offers", offers),
        ("needs", needs),
    ):
        lines = "\n".join(json.dumps(record) for record in records)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    return folder


DURING_AN_IMPORT = (
    Moment('sql INSERT INTO "django_migrations"', nth=9),
    Moment('sql UPDATE "imports_importrun" SET "counts"', nth=4),
    Moment('sql UPDATE "imports_importrun" SET "state" = .*"finished"', after=True),
    Moment("os.rename .*manifest"),
    Moment('sql DELETE FROM "outbox_entry"', after=True),
)


def test_an_import_killed_again_and_again_ends_like_an_undisturbed_one(
    tmp_path: Path, commands: Commands, files: Path, whole: Path
) -> None:
    broken = tmp_path / "broken"
    for moment in DURING_AN_IMPORT:
        commands.kill(broken, moment, "import", "plain", files)
    last = commands.run(broken, "import", "plain", files)
    assert last.code == 0, last.err
    assert rows(broken) == rows(whole)
    assert documents(broken) == documents(whole)
    assert waiting(broken) == waiting(whole)


def test_what_a_killed_command_had_in_hand_is_done_by_the_next(
    tmp_path: Path, commands: Commands, whole: Path
) -> None:
    """A few updates are done one by one, each held by who does it; nobody waits until the dead one's time is up."""
    data, more = tmp_path / "data", tmp_path / "works.jsonl"
    shutil.copytree(whole, data)
    more.write_text(
        '{"id": "late", "title": "Late news of pressure ulcers", "language": "en"}', encoding="utf-8"
    )
    commands.kill(data, Moment("os.rename .*manifest"), "import", "plain", more)
    assert documents(data) == documents(whole)
    again = commands.run(data, "import", "plain", more)
    assert again.code == 0, again.err
    (added,) = documents(data) - documents(whole)
    assert "Late news of pressure ulcers" in added


def test_a_full_disk_stops_an_import_in_words_and_loses_nothing(
    tmp_path: Path, commands: Commands, files: Path, whole: Path
) -> None:
    data = tmp_path / "data"
    assert commands.run(data, "import", "status").code == 0
    stopped = commands.run(data, "import", "plain", files, room=120_000)
    assert stopped.code == 5
    assert "The database could not be written." in stopped.err
    assert "Give the same command again: it goes on from there." in stopped.err
    assert "Traceback" not in stopped.err
    again = commands.run(data, "import", "plain", files)
    assert again.code == 0, again.err
    assert (rows(data), documents(data)) == (rows(whole), documents(whole))


def test_a_full_disk_stops_a_build_in_words_and_leaves_the_old_index(
    tmp_path: Path, commands: Commands, whole: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(whole, data)
    stopped = commands.run(data, "index", "build", room=36_000)
    assert stopped.code == 5
    assert "The search index cannot be written: the disk is full or read-only." in stopped.err
    assert "Traceback" not in stopped.err
    assert documents(data) == documents(whole)


DURING_WORK = (
    Moment("os.rename .*manifest"),
    Moment('sql DELETE FROM "outbox_entry"'),
    Moment('sql INSERT INTO "matches_matchrow"'),
)


def test_a_worker_killed_again_and_again_does_all_there_is_to_do(
    tmp_path: Path, commands: Commands, files: Path
) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    assert commands.run(whole, "import", "plain", files, "--no-index").code == 0
    shutil.copytree(whole, broken)
    undisturbed = commands.run(whole, "worker", "--once", "--json")
    assert undisturbed.code == 0, undisturbed.err
    assert waiting(whole) == set()
    for moment in DURING_WORK:
        commands.kill(broken, moment, "worker", "--once")
        assert waiting(broken)
        release(broken)
    last = commands.run(broken, "worker", "--once", "--json")
    assert (last.code, last.json["failed"], last.json["died"]) == (0, 0, 0), last.err
    assert waiting(broken) == set()
    assert documents(broken) == documents(whole)
    assert matches(broken) == matches(whole)
    assert set(matches(whole)) == {"n0", "n1", "n2"}


@pytest.mark.django_db
def test_a_build_that_ends_before_the_needs_are_asked_for_again_is_repeated(
    cast: Cast, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed() -> int:
        raise KeyboardInterrupt

    before = set(Entry.objects.filter(topic="index.update").values_list("key", flat=True))
    monkeypatch.setattr(indexing, "refresh_open_needs", killed)
    with pytest.raises(KeyboardInterrupt):
        indexing.index_build()
    assert before
    assert set(Entry.objects.filter(topic="index.update").values_list("key", flat=True)) == before


@pytest.mark.django_db
def test_what_two_dead_workers_held_waits_once_with_what_was_said_last() -> None:
    for version in (1, 2):
        with transaction.atomic():
            outbox.put("t", "a", {"version": version})
        Entry.objects.update(slot=None, claimed_until=clock.now() + timedelta(hours=1))
    with transaction.atomic():
        outbox.put("t", "b", {"version": 3})

    def broken() -> None:
        with outbox.all_at_once("t", timedelta(hours=1)):
            raise OSError("disk full")

    with pytest.raises(OSError, match="full"):
        broken()
    held = [("a", {"version": 2}, "t a"), ("b", {"version": 3}, "t b")]
    assert sorted(Entry.objects.values_list("key", "payload", "slot")) == held
    Entry.objects.filter(key="a").update(slot=None, claimed_until=clock.now() + timedelta(hours=1))
    assert outbox.take_over("t") == 1
    assert sorted(Entry.objects.values_list("key", "payload", "slot")) == held


@pytest.mark.django_db
def test_an_update_that_is_put_off_is_told(
    cast: Cast, corpus: Corpus, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(self: EmbeddedIndex) -> str:
        raise IndexStorageError("No space left on device", folder="index")

    indexing.index_build()
    knowledge.edit_work(SYSTEM, corpus.paper.pk, title="Later")
    with monkeypatch.context() as broken:
        broken.setattr(EmbeddedIndex, "commit", full)
        assert not cli_indexing.catch_up()
    told = capsys.readouterr().err
    assert "1 changes are not in the index yet: No space left on device" in told
    assert "They are kept" in told
    Entry.objects.update(next_attempt=clock.now())
    assert cli_indexing.catch_up()
    assert indexing.index_verify().agrees
