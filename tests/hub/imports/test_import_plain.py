from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from tests.hub.imports.conftest import ORGANISATION_CSV, SYSTEM, world
from tests.hub.imports.snapshot import snapshot
from vidensbro.hub.audit.privacy import Subject, erase
from vidensbro.hub.common.errors import Conflict, Denied, Invalid
from vidensbro.hub.directory.models import Affiliation, Organisation, Person
from vidensbro.hub.imports.models import ImportProblem, ImportRun, MergeProposal
from vidensbro.hub.imports.privacy import PURPOSES
from vidensbro.hub.imports.services import run_import
from vidensbro.hub.imports.services.locking import only_import
from vidensbro.hub.knowledge.models import Offer, Work
from vidensbro.hub.needs.models import Need
from vidensbro.hub.outbox.models import Entry

pytestmark = pytest.mark.django_db


def test_a_whole_world_whatever_the_order_of_its_files(tmp_path):
    run = run_import(SYSTEM, "plain", list(reversed(world(tmp_path))))
    assert (run.state, run.counts) == (
        "done",
        {"new": 8, "changed": 0, "unchanged": 0, "bad": 0, "notices": 0},
    )
    nord = Organisation.objects.get(source_id="nord")
    clinic = Organisation.objects.get(source_id="clinic")
    assert (clinic.parent, clinic.kind, clinic.example) == (nord, "hospital", True)
    assert list(nord.roles.values_list("role", flat=True)) == ["member"]
    assert list(clinic.field_tags.values_list("notation", "origin")) == [("medtech", "given")]
    asta = Person.objects.get(source_id="asta")
    assert (asta.name, asta.title) == ("Asta Eksempelsen", "Chief physician")
    place = Affiliation.objects.get(person=asta)
    assert (place.organisation, place.role, place.since) == (clinic, "head", date(2021, 1, 1))
    project = Work.objects.get(source_id="w1")
    assert (project.kind, project.start, project.end, project.language) == (
        "project",
        date(2024, 1, 1),
        date(2025, 12, 31),
        "da",
    )
    assert list(
        project.authorships.values_list("position", "person__source_id", "organisation__source_id", "role")
    ) == [
        (1, "asta", "clinic", "author"),
        (2, "bo", None, "author"),
        (3, None, "nord", "coordinator"),
    ]
    offer = Offer.objects.get()
    assert (offer.organisation, offer.contact, offer.amount) == (clinic, asta, Decimal(250000))
    assert (offer.title_other, offer.readiness_from, offer.readiness_to) == ("Test flat", 4, 7)
    need = Need.objects.get()
    assert (need.state, need.organisation, need.visibility) == ("posted", nord, "sealed")
    assert need.sought == ["publication", "project", "patent", "trial", "dataset", "test_site"]
    assert Entry.objects.filter(topic="matches.refresh", key=str(need.pk)).exists()
    assert Entry.objects.filter(topic="index.update", key=f"test_site:{offer.pk}").exists()


def test_one_yaml_file_may_refer_ahead(tmp_path):
    path = tmp_path / "world.yaml"
    path.write_text(
        "needs:\n- {id: n, title: Need, text: We look for a test site, owner: late, language: en}\n"
        "works:\n- {id: w, title: Work, authors: [p], language: en}\n"
        "people:\n- {id: p, family_name: Prøve, organisation: late}\n"
        "organisations:\n- {id: late, name: Late}\n",
        encoding="utf-8",
    )
    run = run_import(SYSTEM, "plain", [path])
    assert run.counts == {"new": 4, "changed": 0, "unchanged": 0, "bad": 0, "notices": 0}
    assert Work.objects.get().authorships.get().person == Person.objects.get()
    assert Need.objects.get().organisation == Organisation.objects.get()
    assert not ImportProblem.objects.exists()


def test_importing_twice_changes_nothing(tmp_path):
    paths = world(tmp_path)
    run_import(SYSTEM, "plain", paths)
    before = snapshot()
    Entry.objects.all().delete()
    again = run_import(SYSTEM, "plain", paths)
    assert again.counts == {"new": 0, "changed": 0, "unchanged": 8, "bad": 0, "notices": 0}
    assert snapshot() == before
    assert not Entry.objects.exists()


def test_what_refers_to_nothing_is_reported_once_and_set_when_it_comes(tmp_path):
    people = tmp_path / "people.csv"
    people.write_text("id,family_name,organisation\np,Prøve,later\n")
    organisations = tmp_path / "organisations.csv"
    organisations.write_text("id,name,parent\no,O,above\n")
    offers = tmp_path / "offers.csv"
    offers.write_text("id,kind,title,organisation,language\nx,premises,Lab,nowhere,en\n")
    run = run_import(SYSTEM, "plain", [people, organisations, offers])
    kept = ImportProblem.objects.order_by("file").values_list("file", "line", "field", "code", "value")
    assert list(kept) == [
        ("offers.csv", 2, "organisation", "unknown_owner", "nowhere"),
        ("organisations.csv", 2, "parent", "unknown_reference", "above"),
        ("people.csv", 2, "organisation", "unknown_reference", "later"),
    ]
    assert run.counts == {"new": 2, "changed": 0, "unchanged": 0, "bad": 1, "notices": 2}
    more = tmp_path / "more-organisations.csv"
    more.write_text("id,name\nlater,Later\nabove,Above\n")
    run_import(SYSTEM, "plain", [more, people])
    assert Affiliation.objects.get().organisation.name == "Later"
    assert Organisation.objects.get(source_id="o").parent.name == "Above"


def test_a_circle_of_parents_is_reported_and_broken(tmp_path):
    path = tmp_path / "organisations.csv"
    path.write_text("id,name,parent\na,A,b\nb,B,a\nc,C,c\n")
    run = run_import(SYSTEM, "plain", [path])
    assert run.counts["new"] == 3
    assert dict(Organisation.objects.values_list("source_id", "parent__source_id")) == {
        "a": "b",
        "b": None,
        "c": None,
    }
    assert ImportProblem.objects.filter(code="cycle").count() == 2


def test_a_plain_file_and_an_account_count_more_than_a_register(tmp_path):
    path = tmp_path / "organisations.csv"
    path.write_text(ORGANISATION_CSV)
    run_import(SYSTEM, "plain", [path])
    row = Organisation.objects.get()
    assert (row.source, row.name, row.summary_en) == ("plain", "Vores navn", "Ours")


def test_two_records_with_one_register_number_are_proposed_to_be_one(tmp_path):
    path = tmp_path / "organisations.csv"
    path.write_text("id,name,cvr\na,A,24256790\nb,B,24256790\n")
    run_import(SYSTEM, "plain", [path])
    proposal = MergeProposal.objects.get()
    assert (proposal.kind, proposal.reasons) == ("organisation", [["same_identifier", "cvr:24256790"]])


def test_only_staff_may_import_and_only_what_there_is(tmp_path, cast):
    path = tmp_path / "organisations.csv"
    path.write_text("id,name\na,A\n")
    for name in ("visitor", "member", "coordinator", "owner"):
        with pytest.raises(Denied):
            run_import(cast[name], "plain", [path])
    assert run_import(cast["secretariat"], "plain", [path]).counts["new"] == 1
    with pytest.raises(Invalid):
        run_import(SYSTEM, "gopher", [path])
    with pytest.raises(Invalid):
        run_import(SYSTEM, "plain", [])


def test_one_import_at_a_time(tmp_path):
    path = tmp_path / "organisations.csv"
    path.write_text("id,name\na,A\n")
    with only_import(), pytest.raises(Conflict, match="import_running"):
        run_import(SYSTEM, "plain", [path])
    assert run_import(SYSTEM, "plain", [path]).state == "done"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lies in the data folder itself")
def test_one_import_at_a_time_of_a_database_that_two_machines_share(tmp_path, settings):
    path = tmp_path / "organisations.csv"
    path.write_text("id,name\na,A\n")
    with only_import():
        settings.VIDENSBRO_DATA = tmp_path / "elsewhere"
        with pytest.raises(Conflict, match="import_running"):
            run_import(SYSTEM, "plain", [path])
    assert run_import(SYSTEM, "plain", [path]).state == "done"


def test_a_folder_stands_for_its_files(tmp_path):
    folder = tmp_path / "seed"
    folder.mkdir()
    world(folder)
    (folder / "README.md").write_text("not a record")
    (folder / "notes.csv").write_text("a,b\n1,2\n")
    assert run_import(SYSTEM, "plain", [folder]).counts["new"] == 8


def test_a_file_that_is_not_there_is_a_problem(tmp_path):
    run = run_import(SYSTEM, "plain", [tmp_path / "organisations.csv"])
    assert (run.state, run.counts["bad"]) == ("done", 1)
    assert ImportProblem.objects.get().code == "not_found"


def test_fields_that_the_taxonomy_does_not_know_are_reported(tmp_path):
    path = tmp_path / "organisations.csv"
    path.write_text("id,name,fields\na,A,medtech;alchemy\n")
    run = run_import(SYSTEM, "plain", [path])
    assert list(Organisation.objects.get().field_tags.values_list("notation", flat=True)) == ["medtech"]
    problem = ImportProblem.objects.get()
    assert (problem.field, problem.code, problem.value, run.counts["notices"]) == (
        "fields",
        "choice",
        "alchemy",
        1,
    )


def test_who_was_erased_is_not_brought_back_by_a_changed_file(tmp_path):
    files = world(tmp_path)
    run_import(SYSTEM, "plain", files)
    asta = Person.objects.get(source_id="asta")
    erase(SYSTEM, Subject(person_id=asta.pk))
    people = tmp_path / "people.yaml"
    people.write_text(people.read_text().replace("Chief physician", "Professor, fields: [medtech]"))
    run_import(SYSTEM, "plain", files)
    asta.refresh_from_db()
    assert (asta.name, asta.title, asta.visibility) == ("", "", "hidden")
    assert not Affiliation.objects.filter(person=asta).exists()
    assert not asta.field_tags.exists()
    assert Person.objects.count() == 2


def test_lines_of_an_import_that_never_ended_go_as_well(tmp_path):
    run = ImportRun.objects.create(source="plain", actor="system:tests", state="interrupted")
    ImportProblem.objects.create(run=run, file="people.csv", line=2, code="invalid", value="Asta Eksempelsen")
    (purpose,) = [one for one in PURPOSES if one.code == "imports"]
    assert purpose.expire(run.heartbeat) == 0
    assert purpose.expire(run.heartbeat + timedelta(seconds=1)) == 1
    assert not ImportProblem.objects.exists()
