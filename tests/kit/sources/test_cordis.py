"""CORDIS's archives in both forms; projects and organisations do not exist."""

import csv
import datetime as dt
import io
import json
import zipfile

import pytest

from vidensbro.kit.sources import Problem, open_source
from vidensbro.kit.sources.cordis.records import authors
from vidensbro.kit.sources.model import OrganisationRecord, Topic, WorkRecord

PROJECTS = [
    {
        "id": "101000001",
        "acronym": "TANG",
        "status": "SIGNED",
        "title": "Seaweed for the Baltic",
        "startDate": "2022-09-01",
        "endDate": "2025-08-31",
        "totalCost": "2500000,5",
        "ecMaxContribution": "2073781,25",
        "frameworkProgramme": "HORIZON",
        "fundingScheme": "HORIZON-RIA",
        "objective": "We grow;\nseaweed.",
        "grantDoi": "10.3030/101000001",
        "keywords": "seaweed, Baltic Sea",
    },
    {"id": "101000002", "title": "Second project", "objective": "x", "startDate": "2023-01-01"},
]
ORGANISATIONS = [
    {
        "projectID": "101000001",
        "organisationID": "900000002",
        "name": "PARTNER LTD",
        "country": "EL",
        "activityType": "PRC",
        "role": "participant",
        "order": "2",
        "contactForm": "https://x.example",
    },
    {
        "projectID": "101000001",
        "organisationID": "900000001",
        "vatNumber": "DK10000009",
        "name": "FJORDBY UNIVERSITET",
        "shortName": "FU",
        "country": "DK",
        "activityType": "HES",
        "street": "Vej 1",
        "postCode": "8000",
        "city": "Aarhus",
        "geolocation": "(56.1,10.2)",
        "organizationURL": "http://www.fjordby.example",
        "role": "coordinator",
        "order": "1",
    },
    {
        "projectID": "101000002",
        "organisationID": "900000001",
        "name": "FJORDBY UNIVERSITET",
        "country": "DK",
        "activityType": "HES",
        "role": "coordinator",
        "order": "1",
    },
]
VOCABULARY = [
    {
        "projectID": "101000001",
        "euroSciVocCode": "/23/1",
        "euroSciVocPath": "/a/phycology",
        "euroSciVocTitle": "phycology",
    }
]
TOPICS = [{"projectID": "101000001", "topic": "HORIZON-CL6-2021-01", "title": "Blue economy"}]


def table(rows, separator=";"):
    out = io.StringIO()
    columns = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(out, columns, delimiter=separator, quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def archive(path, form, tables):
    with zipfile.ZipFile(path, "w") as held:
        for name, rows in tables.items():
            held.writestr(f"{name}.{form}", json.dumps(rows) if form == "json" else table(rows))
    return path


ALL = {"euroSciVoc": VOCABULARY, "organization": ORGANISATIONS, "project": PROJECTS, "topics": TOPICS}


def read(path, start=None):
    return list(open_source("cordis", path, start))


@pytest.mark.parametrize("form", ["csv", "json"])
def test_projects_with_their_organisations(tmp_path, form):
    partner, university, tang, second = read(archive(tmp_path / "cordis-HORIZONprojects.zip", form, ALL))
    assert (partner.name, partner.country, partner.kind) == ("PARTNER LTD", "GR", "company")
    assert (university.cvr, university.short_name, university.kind) == ("10000009", "FU", "university")
    assert (university.latitude, university.longitude) == (56.1, 10.2)
    assert university.website == "http://www.fjordby.example"
    assert tang.title == "Seaweed for the Baltic (TANG)"
    assert (tang.date, tang.until) == (dt.date(2022, 9, 1), dt.date(2025, 8, 31))
    assert tang.organisations == (("900000001", "coordinator"), ("900000002", "participant"))
    assert second.organisations == (("900000001", "coordinator"),)
    (award,) = tang.awards
    assert (award.number, award.amount, award.total, award.currency) == (
        "101000001",
        2_073_781,
        2_500_000,
        "EUR",
    )
    assert tang.topics == (
        Topic("/23/1", "phycology", "euroscivoc"),
        Topic("HORIZON-CL6-2021-01", "Blue economy", "call"),
        Topic("", "seaweed", "keyword"),
        Topic("", "Baltic Sea", "keyword"),
    )
    assert (tang.doi, tang.provenance.licence) == ("10.3030/101000001", "CC-BY-4.0")
    assert tang.provenance.url == "https://cordis.europa.eu/project/id/101000001"


@pytest.mark.parametrize("acronym", ["TANG", ""])
def test_cells_that_begin_with_a_quotation_mark_as_cordis_writes_them(tmp_path, acronym):
    said = '"Kelp; wine" and "salt;\nbread" are the aims.'
    project = {"id": "101000003", "acronym": acronym, "title": '"Kelp" again', "objective": said}
    project |= {"startDate": "2023-01-01", "keywords": '"kelp", wine'}
    right = table([*PROJECTS, project])
    wrong = right.replace(';"""', ';""')
    assert wrong.count(';""Kelp') == 2
    for text in (right, wrong):
        path = tmp_path / "cordis-HORIZONprojects.zip"
        with zipfile.ZipFile(path, "w") as held:
            held.writestr("project.csv", text)
        found = read(path)[-1]
        assert found.title.startswith('"Kelp" again')
        assert found.abstract.startswith('"Kelp; wine" and "salt;')
        assert found.date == dt.date(2023, 1, 1)
        assert '"kelp"' in [topic.name for topic in found.topics]


PARTS = [
    {"organisationID": "900000001", "role": "coordinator", "order": "1"}
    | {"netEcContribution": "1200000,5", "ecContribution": "1700000", "totalCost": "1500000.25"},
    # Its linked third party has a row of its own, in two roles; each row is counted once.
    {"organisationID": "900000002", "role": "thirdParty", "order": "2", "ecContribution": "400000"},
    {"organisationID": "900000002", "role": "participant", "order": "3", "netEcContribution": "100000"},
    {"organisationID": "900000002", "role": "participant", "order": "3", "netEcContribution": "100000"},
    {"organisationID": "900000003", "role": "associatedPartner", "order": "4", "netEcContribution": "0"}
    | {"ecContribution": "0", "totalCost": "0"},
    {"organisationID": "900000004", "role": "participant", "order": "5", "ecContribution": "soon"},
]


@pytest.mark.parametrize("form", ["csv", "json"])
def test_what_each_organisation_gets(tmp_path, form):
    rows = [
        {"projectID": "101000001", "name": f"N{row['organisationID']}", "country": "DK"} | row
        for row in PARTS
    ]
    tables = {"project": PROJECTS, "organization": rows}
    *_, tang, second = read(archive(tmp_path / "a.zip", form, tables))
    whole, *parts = tang.awards
    assert (whole.organisation, whole.amount) == ("", 2_073_781)
    assert [(one.organisation, one.amount, one.total) for one in parts] == [
        ("900000001", 1_200_000, 1_500_000),
        ("900000002", 500_000, None),
        ("900000003", 0, None),
    ]
    assert {(one.number, one.name, one.currency) for one in parts} == {
        ("101000001", "European Commission", "EUR")
    }
    assert [one.organisation for one in second.awards] == [""]


def test_results(tmp_path):
    publications = [
        {
            "id": "p1",
            "title": "On seaweed",
            "isPublishedAs": "Peer reviewed articles",
            "authors": "A. Opdigtet; Hansen, B.",
            "journalTitle": "Tang",
            "publishedYear": "2023",
            "doi": "10.1234/ABC",
            "projectID": "101000001",
        },
        {"id": "p2", "title": "No doi", "doi": "none", "projectID": "101000001"},
    ]
    paper, doubt, other = read(archive(tmp_path / "a.zip", "csv", {"projectPublications": publications}))
    assert [(one.name, one.role) for one in paper.authorships] == [
        ("A. Opdigtet", "first"),
        ("B. Hansen", "last"),
    ]
    assert (paper.doi, paper.venue, paper.date, paper.awards[0].number) == (
        "10.1234/abc",
        "Tang",
        dt.date(2023, 1, 1),
        "101000001",
    )
    assert (doubt.code, doubt.field, doubt.file) == ("identifier", "doi", "a.zip: projectPublications.csv")
    assert other.doi == ""
    (tmp_path / "projectDeliverables.csv").write_text(
        table([{"id": "d1", "title": "Plan", "description": "How", "projectID": "101000001"}], ",")
    )
    (deliverable,) = read(tmp_path / "projectDeliverables.csv")
    assert (deliverable.subtype, deliverable.abstract) == ("deliverable", "How")


def test_reading_goes_on_after_any_record(tmp_path):
    path = archive(tmp_path / "a.zip", "json", ALL)
    items, reader = [], open_source("cordis", path)
    positions = []
    for item in reader:
        items.append(item.provenance.source_id)
        positions.append(reader.position())
    for place, at in enumerate(positions):
        rest = [item.provenance.source_id for item in read(path, at)]
        # An organisation that takes part in a later row may come again: the hub knows it.
        assert [key for key in rest if key not in items[: place + 1]] == items[place + 1 :]


def test_broken_rows_and_files_are_told(tmp_path):
    rows = [{"id": "", "title": "x"}, {**PROJECTS[0], "startDate": "soon"}, {"id": "3", "title": ""}]
    items = read(archive(tmp_path / "a.zip", "csv", {"project": rows}))
    assert [(item.line, item.field, item.code) for item in items if isinstance(item, Problem)] == [
        (2, "id", "missing"),
        (3, "startdate", "date"),
        (5, "title", "missing"),
    ]
    (tmp_path / "b.zip").write_bytes(b"PK no archive")
    assert [item.code for item in read(tmp_path / "b.zip")] == ["corrupt"]
    assert [item.code for item in read(archive(tmp_path / "c.zip", "csv", {"other": rows}))] == [
        "unknown_format"
    ]


def test_a_renamed_column_stops_the_reading(tmp_path):
    rows = [
        {"id": str(number), "title": "t", "startDate": "2022-01-01", "summary": "x"} for number in range(30)
    ]
    (stopped,) = read(archive(tmp_path / "a.zip", "json", {"project": rows}))
    assert (stopped.code, stopped.field) == ("schema_changed", "project.objective")


@pytest.mark.parametrize("form", ["csv", "json"])
@pytest.mark.parametrize("field", sorted({*PROJECTS[0], *ORGANISATIONS[1]}))
def test_no_value_makes_the_reader_fail(tmp_path, form, field):
    for value in ("", "x", "ø" * 300, None, 7, ["x"], {"x": 1}):
        tables = {
            "organization": [{**ORGANISATIONS[1], field: value}],
            "project": [{**PROJECTS[0], field: value}],
        }
        for item in read(archive(tmp_path / "a.zip", form, tables)):
            assert isinstance(item, Problem | WorkRecord | OrganisationRecord)


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Ann Opdigtet, Bo Hansen", ["Ann Opdigtet", "Bo Hansen"]),
        ("Opdigtet, A., Hansen, B.-C.", ["A. Opdigtet", "B.-C. Hansen"]),
        ("Opdigtet, Ann; Hansen, Bo; et al.", ["Ann Opdigtet", "Bo Hansen"]),
        ("", []),
    ],
)
def test_bylines(written, names):
    assert authors(written) == names
