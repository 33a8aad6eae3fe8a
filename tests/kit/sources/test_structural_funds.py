"""The list of structural-funds projects in the form it is published in; the projects do not exist."""

import datetime as dt

import pytest

from vidensbro.kit.sources import Problem, open_source
from vidensbro.kit.sources.model import OrganisationRecord, WorkRecord
from vidensbro.kit.sources.streams import Position
from vidensbro.kit.sources.structuralfunds import partners
from vidensbro.kit.sources.utm import degrees_of

HEAD = (
    '"Projektitel / Operation name";"Startdato / Operation start date";"Slutdato / Operation end date";'
    '"Prioritetsakse / Priority axis";"Budget / Budget";"EU-medfinansiering / Union co-financing";'
    '"EU-medfinansieringssats / Union co-financing rate";"Projektbeskrivelse";"Fond / Fund";"Region / Region";'
    '"Land / Country";"Kontraktansvarlig partner / Beneficiary name";"Vejnavn / Street name";'
    '"Postnr / Operation postcode";"Bynavn / City name";"Koordinat east / Coordinates east";'
    '"Koordinat north / Coordinates north";"Kontaktperson / Contacts";"Partere / Project partners"\r\n'
)
ROW = (
    '"Grøn tang – fase 2";"24.04.2014";"28.02.2017";"2 Flere virksomheder.\r\nNye planer";"15.414.794";'
    '"7.707.397";"50%";'
    '"Tang dyrkes i fjorden.\r\n\r\n- Høst\r\n- Tørring";"R";"Nordjylland";"Denmark";"Tanghuset Ærø";"Havnen 1";"9220";'
    '"Aalborg Øst";"560016.186";"6319238.093";"Opdigtet Person, 12345678";"Fjordskolen A/S.\r\nÅbo Kommune"\r\n'
)


def read(path, text, encoding="cp1252"):
    path.write_bytes(text.encode(encoding))
    return list(open_source("structural_funds", path))


def test_a_project_as_published(tmp_path):
    *organisations, work = read(tmp_path / "eu-projekt-eksport.csv", HEAD + ROW)
    assert isinstance(work, WorkRecord)
    assert (work.title, work.date, work.until) == (
        "Grøn tang – fase 2",
        dt.date(2014, 4, 24),
        dt.date(2017, 2, 28),
    )
    assert work.abstract == "Tang dyrkes i fjorden.\n\n- Høst\n- Tørring"
    (award,) = work.awards
    assert (award.name, award.amount, award.total, award.currency) == (
        "European Regional Development Fund",
        7_707_397,
        15_414_794,
        "DKK",
    )
    assert [one.name for one in organisations] == ["Tanghuset Ærø", "Fjordskolen A/S", "Åbo Kommune"]
    assert [role for _, role in work.organisations] == ["coordinator", "participant", "participant"]
    assert [key for key, _ in work.organisations] == [one.provenance.source_id for one in organisations]
    assert (
        organisations[0].street,
        organisations[0].postcode,
        organisations[0].city,
        organisations[0].country,
    ) == ("Havnen 1", "9220", "Aalborg Øst", "DK")
    # Aalborg Øst lies at 57.01 N, 9.99 E.
    assert organisations[0].latitude == pytest.approx(57.0127, abs=1e-3)
    assert organisations[0].longitude == pytest.approx(9.9883, abs=1e-3)
    assert "Opdigtet" not in repr([*organisations, work])


def test_the_older_list_with_company_numbers(tmp_path):
    text = (
        "projekttitel,start_dato,slut_dato,ordning,Indsatsområde,budget,eu,tas_projekt_besk,region,"
        "cvr,navn,vejnavn,postnr,bynavn,parter\n"
        'Skaldyrhuset,18.07.2007,31.12.2011,ERDFN,Innovation,"32467,02","16233,51",Om skaldyr,Nordjylland,'
        "10000009,Fonden Skaldyr,Vejen 1,7900,Nykøbing M,VUC Fjord. Å. B. Hansen ApS.\n"
    )
    *organisations, work = read(tmp_path / "old.csv", text, "utf-8")
    assert [(one.name, one.cvr) for one in organisations] == [
        ("Fonden Skaldyr", "10000009"),
        ("VUC Fjord", ""),
        ("Å. B. Hansen ApS", ""),
    ]
    assert (work.awards[0].amount, work.awards[0].total, work.awards[0].currency) == (16234, 32467, "")


def test_two_rows_of_one_project_and_the_same_row_twice(tmp_path):
    other = ROW.replace('"R"', '"S"')
    items = read(tmp_path / "a.csv", HEAD + ROW + other + ROW)
    works = [item for item in items if isinstance(item, WorkRecord)]
    assert len({work.provenance.source_id for work in works}) == len(works) == 2
    assert [item.code for item in items if isinstance(item, Problem)] == ["duplicate"]
    assert sum(isinstance(item, OrganisationRecord) for item in items) == 3


def test_rows_of_one_project_are_known_whatever_their_order_and_where_reading_began(tmp_path):
    other = ROW.replace('"R"', '"S"')

    def ids(text, start=None):
        path = tmp_path / "a.csv"
        path.write_bytes(text.encode("cp1252"))
        works = (
            item for item in open_source("structural_funds", path, start) if isinstance(item, WorkRecord)
        )
        return {work.venue: work.provenance.source_id for work in works}

    both = ids(HEAD + ROW + other)
    assert ids(HEAD + other + ROW) == both
    first_row = Position(line=1 + ROW.count("\n"))
    (rest,) = ids(HEAD + ROW + other, first_row).items()
    assert rest in both.items()
    assert rest[0] == "European Social Fund"


def test_what_is_wrong_is_told_and_the_rest_is_kept(tmp_path):
    broken = ROW.replace("24.04.2014", "31.02.2014").replace("7.707.397", "mange")
    items = read(tmp_path / "a.csv", HEAD + broken + ROW.replace("Grøn tang – fase 2", ""))
    assert [(item.line, item.field, item.code) for item in items if isinstance(item, Problem)] == [
        (2, "start", "date"),
        (2, "amount", "invalid"),
        (8, "title", "missing"),
    ]
    assert sum(isinstance(item, WorkRecord) for item in items) == 1


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("A/S Fjord.\nB Kommune", ["A/S Fjord", "B Kommune"]),
        ("VUC Nord. EUC Syd. Gl. Estrup Museum.", ["VUC Nord", "EUC Syd", "Gl. Estrup Museum"]),
        ("Erhverv Fjordby.", ["Erhverv Fjordby"]),
        ("", []),
    ],
)
def test_partners(cell, names):
    assert partners(cell) == names


def test_the_grid_is_turned_into_degrees():
    """On the central meridian, and a point that geodesists publish: Round Tower, 55.681 N 12.576 E."""
    latitude, longitude = degrees_of(500_000, 6_200_000)
    assert longitude == pytest.approx(9.0)
    assert 55.9 < latitude < 56.0
    latitude, longitude = degrees_of(724_820, 6_176_450)
    assert latitude == pytest.approx(55.681, abs=0.01)
    assert longitude == pytest.approx(12.576, abs=0.01)
