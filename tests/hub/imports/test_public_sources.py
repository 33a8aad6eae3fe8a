"""Every public source from its published form to rows, with where each comes from; read again, nothing changes.

The files are those of the readers' own tests: nobody and nothing in them exists.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.hub.imports.conftest import SYSTEM, author, lines, work
from tests.hub.imports.snapshot import snapshot
from tests.kit.sources import (
    test_clinical_trials,
    test_cordis,
    test_cvr,
    test_eu_calls,
    test_oai,
    test_orcid,
    test_structural_funds,
    test_uniquip,
)
from tests.kit.sources.test_schema import valid
from vidensbro.hub.directory.models import Affiliation, Identifier, Organisation, Person
from vidensbro.hub.imports.errors import ImportStopped
from vidensbro.hub.imports.models import ImportProblem, ImportRun
from vidensbro.hub.imports.services import run_import
from vidensbro.hub.knowledge.models import Authorship, Offer, Work
from vidensbro.kit.sources import SOURCES

pytestmark = pytest.mark.django_db


def oai_page(*records: str) -> str:
    return test_oai.HEAD + "".join(records) + test_oai.TAIL


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def file_of(source: str, folder: Path) -> Path:
    """A small file of a source, as it is published."""
    record = test_oai.record
    files: dict[str, tuple[str, str | bytes]] = {
        "eu_calls": ("calls.json", json.dumps(test_eu_calls.ANSWER)),
        "oai": (
            "page.xml",
            oai_page(
                record("OrgUnits/3", test_oai.UNIT),
                record("Persons/7", test_oai.PERSON),
                record("Publications/9", test_oai.PAPER),
                record("Equipments/5", test_oai.MACHINE),
                record("publications/1", test_oai.DC),
                record("publications/2", test_oai.MXD),
            ),
        ),
        "orcid": ("person.json", json.dumps(test_orcid.JSON)),
        "uniquip": ("equipment.csv", test_uniquip.OLD),
        "clinicaltrials": ("studies.json", json.dumps({"studies": [test_clinical_trials.STUDY]})),
        "cvr": ("companies.json", json.dumps({"Vrvirksomhed": test_cvr.COMPANY})),
        "structural_funds": (
            "list.csv",
            (test_structural_funds.HEAD + test_structural_funds.ROW).encode("cp1252"),
        ),
    }
    if source == "cordis":
        return test_cordis.archive(folder / "cordis-HORIZONprojects.zip", "csv", test_cordis.ALL)
    return written(folder, *files[source])


@pytest.mark.parametrize("source", [one for one in SOURCES if one not in {"ror", "openalex", "plain"}])
def test_every_row_says_where_it_is_from_and_a_second_reading_changes_nothing(
    source: str, tmp_path: Path
) -> None:
    path = file_of(source, tmp_path)
    first = run_import(SYSTEM, source, [path])
    assert first.counts["new"] > 0
    before = {**snapshot(), "problems": []}
    for model in (Organisation, Person, Work, Offer):
        for row in model.objects.all():
            assert (row.source, bool(row.source_id), bool(row.retrieved)) == (source, True, True), row
    again = run_import(SYSTEM, source, [path])
    assert (again.counts["new"], again.counts["changed"]) == (0, 0)
    assert {**snapshot(), "problems": []} == before


def test_a_project_of_cordis_has_its_consortium(tmp_path: Path) -> None:
    run_import(SYSTEM, "cordis", [file_of("cordis", tmp_path)])
    project = Work.objects.get(source_id="101000001")
    assert (project.kind, project.licence, str(project.start), str(project.end)) == (
        "project",
        "CC-BY-4.0",
        "2022-09-01",
        "2025-08-31",
    )
    named = project.authorships.values_list("organisation__name", "role")
    assert list(named) == [("FJORDBY UNIVERSITET", "coordinator"), ("PARTNER LTD", "partner")]
    assert Identifier.objects.get(scheme="cvr").value == "10000009"


def test_calls_are_offers_of_funding_by_the_commission(tmp_path: Path) -> None:
    run_import(SYSTEM, "eu_calls", [file_of("eu_calls", tmp_path)])
    call = Offer.objects.get()
    assert (call.kind, call.source_id, str(call.deadline)) == (
        "funding",
        "HORIZON-TANG-2026-01",
        "2026-04-29",
    )
    assert (call.organisation.name_en, call.currency) == ("European Commission", "EUR")


def test_a_call_by_itself_as_harvests_keep_it(tmp_path: Path) -> None:
    path = lines(tmp_path / "calls.jsonl", *test_eu_calls.ANSWER["results"])
    run_import(SYSTEM, "eu_calls", [path])
    assert Offer.objects.get().source_id == "HORIZON-TANG-2026-01"


def test_repositories_in_three_formats_agree_on_who_is_who(tmp_path: Path) -> None:
    run_import(SYSTEM, "oai", [file_of("oai", tmp_path)])
    anna = Person.objects.get(orcid="0000-0002-1825-0097")
    works = Authorship.objects.filter(person=anna).values("work").distinct()
    assert works.count() == 2  # MXD by her ORCID iD, CERIF by the identifier
    paper = Authorship.objects.get(work__doi="10.1234/cerif")
    assert paper.organisation is not None
    assert Identifier.objects.get(scheme="ror").organisation == paper.organisation
    assert Offer.objects.get().organisation == paper.organisation
    loose = Work.objects.get(doi="10.1234/tang").authorships.values_list("raw_name", "person")
    assert list(loose) == [("Anna Opdigtet", None), ("Bo Hansen", None)]


def test_a_deleted_record_takes_its_work_out_of_sight(tmp_path: Path) -> None:
    run_import(
        SYSTEM, "oai", [written(tmp_path, "a.xml", oai_page(test_oai.record("publications/1", test_oai.DC)))]
    )
    gone = test_oai.record("publications/1", "", status=' status="deleted"')
    run = run_import(SYSTEM, "oai", [written(tmp_path, "b.xml", oai_page(gone))])
    assert run.counts["changed"] == 1
    assert Work.objects.get().withdrawn


def test_what_others_refer_to_may_come_later_in_the_same_file(tmp_path: Path) -> None:
    first = test_oai.record("publications/1", test_oai.DC)
    second = test_oai.record("publications/2", test_oai.MXD)
    run = run_import(SYSTEM, "oai", [written(tmp_path, "a.xml", oai_page(first, second))])
    assert not ImportProblem.objects.filter(run=run).exists()
    assert Work.objects.get(doi="10.1234/mxd").authorships.filter(organisation__isnull=False).exists()


def test_a_person_of_orcid_is_the_author_that_openalex_knows(tmp_path: Path) -> None:
    run_import(SYSTEM, "orcid", [file_of("orcid", tmp_path)])
    anna = Person.objects.get()
    assert (anna.name, Affiliation.objects.get().organisation.identifiers.get().value) == (
        "Anna Opdigtet",
        "035b05819",
    )
    other = work(
        1,
        author(1, "Anna Opdigtet", orcid=anna.orcid),
        author(2, "Bo Hansen"),
        doi="https://doi.org/10.1234/tang",
    )
    run_import(SYSTEM, "openalex", [lines(tmp_path / "w.jsonl", other)])
    tang = Work.objects.get(doi="10.1234/tang")
    assert (tang.source, tang.authorships.count()) == ("openalex", 2)
    assert tang.authorships.filter(person=anna).exists()
    run_import(SYSTEM, "orcid", [file_of("orcid", tmp_path)])
    assert tang.authorships.count() == 2


def test_two_people_of_orcid_share_a_work(tmp_path: Path) -> None:
    other = json.loads(json.dumps(test_orcid.JSON).replace("0000-0002-1825-0097", "0000-0001-5109-3700"))
    other["person"]["name"]["given-names"]["value"] = "Bodil"
    for name, records in (("one", [test_orcid.JSON, other]), ("two", [other])):
        run_import(SYSTEM, "orcid", [lines(tmp_path / f"{name}.jsonl", *records)])
    tang = Work.objects.get(doi="10.1234/tang")
    assert list(tang.authorships.values_list("position", "person__given")) == [(1, "Anna"), (2, "Bodil")]


def test_trials_have_sponsors_and_no_contact_details(tmp_path: Path) -> None:
    run_import(SYSTEM, "clinicaltrials", [file_of("clinicaltrials", tmp_path)])
    trial = Work.objects.get(kind="trial")
    rows = trial.authorships.values_list("raw_name", "organisation__name", "role")
    assert list(rows) == [
        ("Anna Opdigtet", "Fjordby Hospital", "investigator"),
        ("", "Fjordby Hospital", "coordinator"),
        ("", "Sensorfirma A/S", "partner"),
    ]
    assert "12345678" not in json.dumps(snapshot(), default=str)


def test_equipment_is_offered_by_its_department(tmp_path: Path) -> None:
    run_import(SYSTEM, "uniquip", [file_of("uniquip", tmp_path)])
    tank = Offer.objects.get(title="Wave tank")
    assert (tank.kind, tank.organisation.name, tank.organisation.parent.name) == (
        "equipment",
        "Institut for Tang",
        "Fjordby Universitet",
    )


def test_danish_amounts_and_letters_of_the_structural_funds(tmp_path: Path) -> None:
    run_import(SYSTEM, "structural_funds", [file_of("structural_funds", tmp_path)])
    project = Work.objects.get(kind="project")
    assert (project.title, str(project.date)) == ("Grøn tang – fase 2", "2014-04-24")
    places = project.authorships.values_list("organisation__name", "role")
    assert list(places) == [
        ("Tanghuset Ærø", "coordinator"),
        ("Fjordskolen A/S", "partner"),
        ("Åbo Kommune", "partner"),
    ]


def test_identifiers_of_two_sources_that_collide_are_two_things(tmp_path: Path) -> None:
    row = "kind,id,title\npublication,101000001,Something else\n"
    run_import(SYSTEM, "plain", [written(tmp_path, "works.csv", row)])
    run_import(SYSTEM, "cordis", [file_of("cordis", tmp_path)])
    assert set(Work.objects.filter(source_id="101000001").values_list("source", "title")) == {
        ("plain", "Something else"),
        ("cordis", "Seaweed for the Baltic (TANG)"),
    }


def changed_form(folder: Path) -> Path:
    """Companies whose protection is suddenly called something else."""
    companies = [
        {"Vrvirksomhed": {**test_cvr.COMPANY, "cvrNummer": number, "beskyttet": True}} for number in valid(25)
    ]
    for one in companies:
        one["Vrvirksomhed"].pop("reklamebeskyttet")
    return lines(folder / "z-changed.jsonl", *companies)


def test_a_source_that_changed_its_form_stops_before_anything_is_written(tmp_path: Path) -> None:
    good, bad = file_of("cvr", tmp_path), changed_form(tmp_path)
    with pytest.raises(ImportStopped) as stopped:
        run_import(SYSTEM, "cvr", [good, bad])
    assert stopped.value.reason == "schema_changed"
    assert "z-changed.jsonl: reklamebeskyttet" in stopped.value.detail
    run = ImportRun.objects.get()
    assert (run.state, run.counts["new"], Organisation.objects.count()) == ("failed", 0, 0)
    assert "reklamebeskyttet" in run.error
    assert ImportProblem.objects.get(run=run).field == "reklamebeskyttet"


@pytest.mark.parametrize(
    ("source", "record", "field"),
    [
        (
            "ror",
            {"id": "https://ror.org/035b05819", "title": "x", "types": ["x"], "status": "active"},
            "names",
        ),
        ("openalex", {"id": "https://openalex.org/W1", "title": "x", "authors": []}, "authorships"),
    ],
)
def test_the_older_sources_are_guarded_too(source: str, record: dict, field: str, tmp_path: Path) -> None:
    with pytest.raises(ImportStopped, match=field):
        run_import(SYSTEM, source, [lines(tmp_path / "x.jsonl", *[record] * 30)])


def test_a_table_of_cordis_that_changed_is_named(tmp_path: Path) -> None:
    projects = [{**test_cordis.PROJECTS[1], "id": str(number)} for number in range(30)]
    for one in projects:
        one["summary"] = one.pop("objective")
    path = test_cordis.archive(
        tmp_path / "cordis-HORIZONprojects.zip", "csv", {**test_cordis.ALL, "project": projects}
    )
    with pytest.raises(ImportStopped, match=r"project\.objective"):
        run_import(SYSTEM, "cordis", [path])
    assert not Work.objects.exists()
