"""An import that is taken back: what it made goes out of sight, what it changed says again what it said before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.hub.imports.conftest import SYSTEM, author, lines, organisation, relation, work, world
from tests.hub.imports.snapshot import snapshot
from tests.hub.imports.test_public_sources import file_of
from vidensbro.hub.common.errors import Conflict, Denied, NotFound
from vidensbro.hub.directory import services as directory
from vidensbro.hub.directory.models import Affiliation, Identifier, Organisation, Person
from vidensbro.hub.imports.models import ImportChange, ImportRun
from vidensbro.hub.imports.services import resume_import, run_import, undo_import, undoing
from vidensbro.hub.knowledge.models import Offer, Work
from vidensbro.hub.needs.models import Need
from vidensbro.hub.outbox.models import Entry
from vidensbro.kit.sources import SOURCES

pytestmark = pytest.mark.django_db

CONTENT = (
    "organisations",
    "identifiers",
    "aliases",
    "offices",
    "people",
    "affiliations",
    "works",
    "authorships",
)
"""What is compared: all but what remembers the runs."""


def content() -> dict[str, Any]:
    return {name: rows for name, rows in snapshot().items() if name in (*CONTENT, "work_fields", "offers")}


def visible() -> tuple[int, int, int, int]:
    """Organisations, people, works and offers that are shown."""
    return (
        Organisation.objects.current().count(),
        Person.objects.current().exclude(visibility="hidden").count(),
        Work.objects.filter(withdrawn=False).count(),
        Offer.objects.filter(withdrawn=False).count(),
    )


@pytest.mark.parametrize("source", [one for one in SOURCES if one not in {"ror", "openalex", "plain"}])
def test_a_public_source_goes_out_of_sight_and_comes_back_as_it_was(source: str, tmp_path: Path) -> None:
    path = file_of(source, tmp_path)
    run = run_import(SYSTEM, source, [path])
    shown, said = visible(), content()
    undone = undo_import(SYSTEM, run.pk)
    assert visible() == (0, 0, 0, 0)
    assert set(undone.undoing) <= {"withdrawn", "restored"}
    again = run_import(SYSTEM, source, [path])
    assert again.pk != run.pk
    assert (visible(), content()) == (shown, said)
    undo_import(SYSTEM, again.pk)
    assert visible() == (0, 0, 0, 0)


def test_own_lists_too_with_their_needs(tmp_path: Path) -> None:
    paths = world(tmp_path)
    run = run_import(SYSTEM, "plain", paths)
    said = content()
    undo_import(SYSTEM, run.pk)
    assert visible() == (0, 0, 0, 0)
    assert Need.objects.get().state == "closed"
    run_import(SYSTEM, "plain", paths)
    assert content() == said
    assert Need.objects.get().state == "posted"


def test_what_was_changed_says_again_what_it_said(tmp_path: Path) -> None:
    run_import(SYSTEM, "ror", [lines(tmp_path / "r.jsonl", organisation(0), organisation(1))])
    run_import(
        SYSTEM,
        "openalex",
        [lines(tmp_path / "w.jsonl", work(1, author(1, "Asta E"), author(2, "Bo P", place=1)))],
    )
    said = content()
    new_names = [{"lang": "da", "types": ["label", "ror_display"], "value": "Instituttet"}]
    changed = organisation(0, names=new_names, status="inactive", relationships=[relation("parent", 1)])
    changed["locations"][0]["geonames_details"]["name"] = "Odense"
    other = work(1, author(2, "Bo P", place=1, orcid="0000-0002-1825-0097"), title="Another title")
    runs = [
        run_import(SYSTEM, "ror", [lines(tmp_path / "r2.jsonl", changed)]),
        run_import(SYSTEM, "openalex", [lines(tmp_path / "w2.jsonl", other)]),
    ]
    assert content() != said
    for run in reversed(runs):
        assert set(undo_import(SYSTEM, run.pk).undoing) == {"restored"}
    assert content() == said


def test_what_an_import_learnt_about_others_is_forgotten(tmp_path: Path) -> None:
    run_import(SYSTEM, "ror", [lines(tmp_path / "r.jsonl", organisation(0))])
    run_import(SYSTEM, "openalex", [lines(tmp_path / "w.jsonl", work(1, author(1, "Asta E", place=None)))])
    asta = Person.objects.get()
    said = content()
    more = work(2, author(1, "Asta E", orcid="0000-0002-1825-0097"))
    run = run_import(SYSTEM, "openalex", [lines(tmp_path / "w2.jsonl", more)])
    asta.refresh_from_db()
    assert (asta.orcid, Affiliation.objects.count()) == ("0000-0002-1825-0097", 1)
    assert Identifier.objects.filter(scheme="openalex").exists()
    undo_import(SYSTEM, run.pk)
    kept = content()
    kept["works"] = [row for row in kept["works"] if row[1] != "W2"]
    kept["authorships"] = [row for row in kept["authorships"] if row[0] != "W2"]
    assert kept == said


def test_what_somebody_has_worked_on_stays(tmp_path: Path, cast: Any) -> None:
    run = run_import(SYSTEM, "plain", world(tmp_path))
    clinic = Organisation.objects.get(source_id="clinic")
    directory.edit_organisation(cast["secretariat"], clinic.pk, summary_en="Corrected by hand")
    undone = undo_import(cast["secretariat"], run.pk)
    clinic.refresh_from_db()
    assert (clinic.status, clinic.summary_en) == ("active", "Corrected by hand")
    assert undone.undoing["touched"] == 1
    whole = Organisation.objects.get(source_id="nord")
    assert whole.status == "withdrawn"


def test_what_another_source_or_a_later_import_says_stays(tmp_path: Path) -> None:
    first = run_import(SYSTEM, "openalex", [lines(tmp_path / "a.jsonl", work(1, author(1, "Asta E")))])
    run_import(SYSTEM, "openalex", [lines(tmp_path / "b.jsonl", work(2, author(1, "Asta E")))])
    run_import(SYSTEM, "ror", [lines(tmp_path / "r.jsonl", organisation(0))])
    undone = undo_import(SYSTEM, first.pk)
    assert visible() == (1, 1, 1, 0)
    assert undone.undoing == {"said": 2, "withdrawn": 1}
    assert Work.objects.get(withdrawn=True).source_id == "W1"


def test_a_column_that_has_changed_since_is_left(tmp_path: Path, cast: Any) -> None:
    csv = tmp_path / "organisations.csv"
    csv.write_text("id,name,summary_en,website\na,Alpha,One,https://one.example\n")
    run_import(SYSTEM, "plain", [csv])
    csv.write_text("id,name,summary_en,website\na,Alpha,Two,https://two.example\n")
    run = run_import(SYSTEM, "plain", [csv])
    row = Organisation.objects.get(source_id="a")
    directory.edit_organisation(cast["secretariat"], row.pk, summary_en="By hand")
    assert undo_import(SYSTEM, run.pk).undoing == {"partly": 1}
    row.refresh_from_db()
    assert (row.summary_en, row.website) == ("By hand", "https://one.example")


def test_an_undo_that_is_cut_short_is_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = run_import(SYSTEM, "plain", world(tmp_path))
    monkeypatch.setattr(undoing, "BATCH", 1)

    def interrupt(done: int, total: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        undo_import(SYSTEM, run.pk, interrupt)
    assert ImportRun.objects.get().undone is None
    told: list[tuple[int, int]] = []
    undo_import(SYSTEM, run.pk, lambda done, total: told.append((done, total)))
    assert visible() == (0, 0, 0, 0)
    assert (told[0][0], told[-1]) == (5, (ImportChange.objects.count(),) * 2)


def test_documents_follow(tmp_path: Path) -> None:
    run = run_import(SYSTEM, "openalex", [lines(tmp_path / "a.jsonl", work(1, author(1, "Asta E")))])
    Entry.objects.all().delete()
    undo_import(SYSTEM, run.pk)
    waiting = set(Entry.objects.filter(topic="index.update").values_list("key", flat=True))
    assert waiting == {
        f"publication:{Work.objects.get().pk}",
        f"person:{Person.objects.get().pk}",
        f"organisation:{Organisation.objects.get().pk}",
    }


def test_who_may_and_only_once(tmp_path: Path, cast: Any) -> None:
    path = lines(tmp_path / "a.jsonl", work(1))
    run = run_import(SYSTEM, "openalex", [path])
    for name in ("visitor", "member", "coordinator"):
        with pytest.raises(Denied):
            undo_import(cast[name], run.pk)
    undo_import(cast["administrator"], run.pk)
    with pytest.raises(Conflict, match="import_undone"):
        undo_import(SYSTEM, run.pk)
    with pytest.raises(Conflict):
        resume_import(SYSTEM, run.pk)
    with pytest.raises(NotFound):
        undo_import(SYSTEM, cast.company.pk)
    run_import(SYSTEM, "openalex", [path])
    assert ImportRun.objects.count() == 2


def test_a_run_that_stopped_half_way_can_be_undone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from vidensbro.hub.imports.services import running

    monkeypatch.setattr(running, "BATCH", 1)

    def interrupt(done: int, total: int, counts: dict[str, int]) -> None:
        raise KeyboardInterrupt

    path = lines(tmp_path / "a.jsonl", work(1), work(2))
    with pytest.raises(KeyboardInterrupt):
        run_import(SYSTEM, "openalex", [path], interrupt)
    run = ImportRun.objects.get()
    assert undo_import(SYSTEM, run.pk).undoing == {"withdrawn": 1}
    assert run_import(SYSTEM, "openalex", [path]).pk != run.pk
    assert visible()[2] == 2
