import pytest

from tests.hub.imports.conftest import RORS, SYSTEM, lines, organisation, relation
from tests.hub.imports.snapshot import snapshot
from vidensbro.hub.directory.models import Alias, Identifier, Organisation
from vidensbro.hub.imports.models import ImportProblem, OpenLink
from vidensbro.hub.imports.services import run_import
from vidensbro.hub.outbox.models import Entry

pytestmark = pytest.mark.django_db


def found(number):
    return Organisation.objects.get(identifiers__scheme="ror", identifiers__value=RORS[number])


def test_organisations_with_their_names_identifiers_and_places(tmp_path):
    names = [
        {"lang": "en", "types": ["label", "ror_display"], "value": "Institute 0"},
        {"lang": "da", "types": ["label"], "value": "Institut 0"},
        {"lang": None, "types": ["acronym"], "value": "I0"},
    ]
    ids = [{"type": "grid", "preferred": "grid.5170.3", "all": ["grid.5170.3"]}]
    path = lines(tmp_path / "ror.jsonl", organisation(0, names=names, external_ids=ids, established=1990))
    run = run_import(SYSTEM, "ror", [path])
    row = found(0)
    assert (run.state, run.counts["new"], run.counts["bad"]) == ("done", 1, 0)
    assert (row.name, row.name_da, row.name_en, row.kind) == (
        "Institut 0",
        "Institut 0",
        "Institute 0",
        "research_infrastructure",
    )
    assert (row.source, row.source_id, row.licence) == ("ror", RORS[0], "CC0-1.0")
    assert row.source_url == f"https://ror.org/{RORS[0]}"
    assert row.retrieved is not None
    assert set(row.identifiers.values_list("scheme", "value")) == {("ror", RORS[0]), ("grid", "grid.5170.3")}
    assert list(row.aliases.values_list("name", flat=True)) == ["I0"]
    assert list(row.offices.values_list("city", "country", "head")) == [("Aarhus", "DK", True)]
    assert Entry.objects.filter(topic="index.update", key=f"organisation:{row.pk}").exists()


def test_importing_twice_changes_nothing(tmp_path):
    records = [organisation(0), organisation(1, relationships=[relation("parent", 0)])]
    path = lines(tmp_path / "ror.jsonl", *records)
    run_import(SYSTEM, "ror", [path])
    before = snapshot()
    Entry.objects.all().delete()
    again = run_import(SYSTEM, "ror", [path])
    assert again.counts == {"new": 0, "changed": 0, "unchanged": 2, "bad": 0, "notices": 0}
    assert snapshot() == before
    assert not Entry.objects.exists()


def test_a_changed_record_changes_its_row_and_leaves_what_a_person_edited(tmp_path):
    run_import(SYSTEM, "ror", [lines(tmp_path / "a.jsonl", organisation(0, established=1990))])
    row = found(0)
    Organisation.objects.filter(pk=row.pk).update(website="https://kept.example", edited=["website"])
    changed = organisation(0, established=1991, links=[{"type": "website", "value": "https://new.example"}])
    run = run_import(SYSTEM, "ror", [lines(tmp_path / "b.jsonl", changed)])
    row = found(0)
    assert run.counts["changed"] == 1
    assert (row.founded, row.website) == (1991, "https://kept.example")


def test_parents_may_come_later_even_in_another_import(tmp_path):
    child = organisation(0, relationships=[relation("parent", 1)])
    run_import(SYSTEM, "ror", [lines(tmp_path / "child.jsonl", child)])
    assert found(0).parent is None
    run_import(SYSTEM, "ror", [lines(tmp_path / "parent.jsonl", organisation(1))])
    assert found(0).parent == found(1)
    assert not OpenLink.objects.exists()


def test_a_circle_of_parents_is_reported_and_broken(tmp_path):
    records = [
        organisation(0, relationships=[relation("parent", 1)]),
        organisation(1, relationships=[relation("parent", 2)]),
        organisation(2, relationships=[relation("parent", 0)]),
        organisation(3, relationships=[relation("parent", 0)]),
    ]
    run = run_import(SYSTEM, "ror", [lines(tmp_path / "ror.jsonl", *records)])
    assert (run.state, run.counts["new"]) == ("done", 4)
    assert [found(number).parent for number in range(4)] == [found(1), found(2), None, found(0)]
    problem = ImportProblem.objects.get()
    assert (problem.code, problem.line, problem.value) == ("cycle", 3, RORS[0])


def test_a_record_that_was_joined_with_its_successor_is_no_circle_when_it_comes_again(tmp_path):
    gone = [relation("successor", 1)]
    both = [organisation(0, status="withdrawn", relationships=gone), organisation(1)]
    run_import(SYSTEM, "ror", [lines(tmp_path / "a.jsonl", *both)])
    both[0] = organisation(0, status="withdrawn", relationships=gone, established=1950)
    run_import(SYSTEM, "ror", [lines(tmp_path / "b.jsonl", *both)])
    assert found(1).status == "active"
    assert not ImportProblem.objects.exists()
    assert not OpenLink.objects.exists()


def test_an_inactive_organisation_points_to_its_successor(tmp_path):
    records = [organisation(0, status="inactive", relationships=[relation("successor", 1)]), organisation(1)]
    run_import(SYSTEM, "ror", [lines(tmp_path / "ror.jsonl", *records)])
    assert (found(0).status, found(0).successor) == ("inactive", found(1))


def test_a_withdrawn_organisation_becomes_its_successor(tmp_path):
    run_import(SYSTEM, "ror", [lines(tmp_path / "a.jsonl", organisation(0), organisation(1))])
    gone = found(0)
    withdrawn = organisation(0, status="withdrawn", relationships=[relation("successor", 1)])
    path = lines(tmp_path / "b.jsonl", withdrawn)
    run_import(SYSTEM, "ror", [path])
    gone.refresh_from_db()
    kept = Organisation.objects.get(name="Institute 1")
    assert (gone.status, gone.successor) == ("withdrawn", kept)
    assert set(Identifier.objects.filter(organisation=kept).values_list("value", flat=True)) == {
        RORS[0],
        RORS[1],
    }
    assert Alias.objects.filter(organisation=kept, name="Institute 0").exists()
    before = snapshot()
    path.touch()
    run_import(SYSTEM, "ror", [path])
    assert snapshot() == before


def test_problems_are_kept_with_file_line_and_field(tmp_path):
    path = lines(tmp_path / "ror.jsonl", organisation(0), organisation(1, status="asleep"))
    path.write_text(path.read_text() + "\n{broken\n" + path.read_text().splitlines()[0])
    run = run_import(SYSTEM, "ror", [path])
    kept = list(ImportProblem.objects.values_list("file", "line", "field", "code", "skipped"))
    assert kept == [
        ("ror.jsonl", 2, "status", "choice", False),
        ("ror.jsonl", 3, "", "json", True),
        ("ror.jsonl", 4, "id", "duplicate", True),
    ]
    assert run.counts == {"new": 2, "changed": 0, "unchanged": 0, "bad": 2, "notices": 1}
