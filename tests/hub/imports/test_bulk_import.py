"""The fast way for new works writes the same rows as the ordinary one."""

from __future__ import annotations

import copy
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from benchmarks.national.works import Works, changed
from tests.hub.imports.conftest import RORS, SYSTEM, author, lines, organisation, work
from tests.hub.imports.snapshot import snapshot
from vidensbro.hub.directory.models import Identifier, Organisation, Person
from vidensbro.hub.imports.bulk import loading
from vidensbro.hub.imports.models import ImportChange, ImportRun, WorkKey
from vidensbro.hub.imports.services import batches, run_import, running, undo_import
from vidensbro.hub.knowledge.models import Work
from vidensbro.hub.outbox.models import Entry

pytestmark = pytest.mark.django_db

ORCID, OTHER_ORCID = "0000-0002-1825-0097", "0000-0001-5109-3700"


def awkward() -> list[dict[str, Any]]:
    """Works about whose people or organisations there is doubt, each for another reason, among plain ones."""
    two_names = author(21, "Other Name")
    bare = author(22, "No Places", place=None)
    nameless = author(23, "At Nowhere")
    nameless["institutions"] = [{"id": "https://openalex.org/I99", "display_name": "", "ror": None}]
    only_ror = author(24, "By Ror")
    only_ror["institutions"] = [
        {"id": None, "display_name": "Institute 3", "ror": f"https://ror.org/{RORS[3]}"}
    ]
    renamed = author(25, "Renamed Place", place=2)
    renamed["institutions"][0]["display_name"] = "Institute 2, formerly 1"
    return [
        work(901, author(11, "Claims First", orcid=ORCID), author(12, "Claims Too", orcid=ORCID)),
        work(902, author(13, "Learns Later"), author(21, "One Name")),
        work(903, author(13, "Learns Later", orcid=OTHER_ORCID), two_names),
        work(904, author(0, "Nobody At All"), bare),
        work(905, nameless, author(22, "No Places", place=1)),
        work(906, only_ror, renamed, author(26, "Same Place", place=2)),
        work(907, author(26, "Same Place", place=1), publication_date=None),
        work(908, title="Word " * 3, venue="V", primary_location={"source": {"display_name": "V" * 600}}),
        work(909),
        work(910, author(26, "Same Place", place=1), publication_date="2001-01-01", type="grant"),
        work(901, author(11, "Twice")),
        {"id": "W999", "title": "", "authorships": []},
    ]


def corpus() -> list[dict[str, Any]]:
    made = list(Works().records(400))
    return [*made[:150], *awkward(), *made[150:], work(911, author(26, "Same Place", place=0))]


def known_before(folder: Path) -> None:
    """What is there already: organisations of the registry, one withdrawn, and a work with a DOI of the dump."""
    registry = [organisation(0), organisation(1, status="withdrawn")]
    run_import(SYSTEM, "ror", [lines(folder / "ror.json", *registry)])
    Work.objects.create(title="Elsewhere", source="cordis", source_id="x", doi="10.5555/905")
    Person.objects.create(name="", openalex="A22", source="openalex", source_id="A22")


def everything() -> dict[str, Any]:
    """All rows that an import writes, and what it says of itself."""
    keys = Entry.objects.filter(topic="index.update").values_list("key", flat=True)
    changes = ImportChange.objects.values_list("kind", "made", "before", "after")
    run = ImportRun.objects.filter(source="openalex").latest("started")
    return snapshot() | {
        "announced": sorted(Counter(key.partition(":")[0] for key in keys).items()),
        "changes": sorted(
            (kind, made, _names(before), _names(after)) for kind, made, before, after in changes
        ),
        "keys": sorted(WorkKey.objects.values_list("work__source_id", "key")),
        "named": sorted(Person.objects.values_list("name_key", "given", "family", "licence", "source_url")),
        "placed": sorted(Organisation.objects.values_list("name_key", "licence", "source_url")),
        "columns": sorted(
            Work.objects.values_list("source_id", "language", "venue", "url", "type", "newest")
        ),
        "counts": run.counts,
    }


def _names(told: dict[str, Any]) -> tuple[tuple[str, int], ...]:
    """What a change is about, without the identifiers that every database makes anew."""
    return tuple(
        sorted((name, len(value) if isinstance(value, list) else -1) for name, value in told.items())
    )


def imported(
    folder: Path, records: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, *, bulk: bool
) -> Any:
    monkeypatch.setattr(batches, "IN_BULK", bulk)
    return run_import(SYSTEM, "openalex", [lines(folder / "works.jsonl", *copy.deepcopy(records))])


def clear() -> None:
    for model in (ImportRun, Work, Person, Identifier, Organisation, Entry, batches.SourceRecord):
        model.objects.all().delete()
    batches.ImportProblem.objects.all().delete()


@pytest.mark.parametrize("size", [40, 1000])
def test_both_ways_write_the_same_rows(tmp_path, monkeypatch, size):
    monkeypatch.setattr(running, "BATCH", size)
    known_before(tmp_path)
    imported(tmp_path, corpus(), monkeypatch, bulk=False)
    expected = everything()
    clear()
    known_before(tmp_path)
    imported(tmp_path, corpus(), monkeypatch, bulk=True)
    found = everything()
    for name, rows in expected.items():
        assert found[name] == rows, name
    assert len(found["works"]) > 400


def test_new_works_do_go_the_fast_way(tmp_path, monkeypatch):
    loaded: list[int] = []
    load = loading.load_new_works

    def watched(*given: Any) -> loading.Loaded:
        found = load(*given)
        loaded.append(found.count)
        return found

    monkeypatch.setattr(loading, "load_new_works", watched)
    run = imported(tmp_path, list(Works().records(300)), monkeypatch, bulk=True)
    assert sum(loaded) == run.counts["new"] == 300


def test_a_change_goes_the_ordinary_way(tmp_path, monkeypatch):
    records = list(Works().records(60))
    imported(tmp_path, records, monkeypatch, bulk=True)
    again = imported(
        tmp_path, [changed(one, 1) for one in records[:50]] + records[50:], monkeypatch, bulk=True
    )
    assert again.counts == {"new": 0, "changed": 50, "unchanged": 10, "bad": 0, "notices": 0}


def test_what_came_the_fast_way_can_be_taken_back(tmp_path, monkeypatch):
    run = imported(tmp_path, list(Works().records(50)), monkeypatch, bulk=True)
    undo_import(SYSTEM, run.pk)
    assert not Work.objects.filter(withdrawn=False).exists()


def test_an_import_that_was_killed_goes_on_and_ends_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "BATCH", 40)
    imported(tmp_path, corpus(), monkeypatch, bulk=True)
    expected = everything()
    clear()
    write, calls = running.write_batch, []

    def killed(*given: Any) -> None:
        calls.append(1)
        if len(calls) == 4:
            raise KeyboardInterrupt
        write(*given)

    monkeypatch.setattr(running, "write_batch", killed)
    with pytest.raises(KeyboardInterrupt):
        imported(tmp_path, corpus(), monkeypatch, bulk=True)
    assert 0 < Work.objects.count() < len(expected["works"])
    run = run_import(SYSTEM, "openalex", [tmp_path / "works.jsonl"])
    assert run.state == ImportRun.State.DONE
    assert everything() == expected
