"""Lists of equipment in both forms of the UNIQUIP schema, and how they are found."""

import datetime as dt

import pytest

from vidensbro.kit.sources import Problem, open_source
from vidensbro.kit.sources.uniquip import Dataset, datasets, profile_address

OLD = (
    "Type,ID,Name,Description,Related Facility ID,Technique:N8,Location,Contact Name,Contact Telephone,Contact Email,"
    "Department,Site Location,Building,Service Level,Web Address,Institution Name\n"
    'equipment,E1,Wave tank,"Makes waves, 2 m.",F1,Hydraulics,,Opdigtet Person,12345678,p@fjordby.example,'
    "Institut for Tang,Aarhus,Bygning 3,With operator,http://fjordby.example/e1,Fjordby Universitet\n"
    "facility,F1,Wave hall,,,,,,,,,,,,,Fjordby Universitet\n"
    ",,,,,,,,,,,,,Full service,,\n"
)
NEW = (
    "type,institutionID,doi,name,description,manufacturer,model,commissionedDate,measuredVariables,contactEmail\n"
    "equipment,77,10.1234/XYZ,Microscope,Sees,Optikfirma,M2,2021-03-01,light,p@fjordby.example\n"
)
PROFILE = """@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix oo: <http://purl.org/openorg/> .
<> a oo:OrganizationProfileDocument .
<equipment.csv> dcterms:conformsTo <http://equipment.data.ac.uk/uniquip> ;
  dcterms:license <http://creativecommons.org/publicdomain/zero/1.0/> ;
  dcterms:subject <http://purl.org/openorg/theme/equipment>, <http://purl.org/openorg/theme/facilities> .
<news.rss> dcterms:subject <http://purl.org/openorg/theme/news> .
"""


def read(path, text):
    path.write_text(text, encoding="utf-8")
    return list(open_source("uniquip", path))


def test_the_older_columns(tmp_path):
    owner, unit, tank, hall, nameless = read(tmp_path / "e.csv", OLD)
    assert (owner.name, unit.name, unit.parent) == (
        "Fjordby Universitet",
        "Institut for Tang",
        owner.provenance.source_id,
    )
    assert (tank.kind, tank.title, tank.body) == ("equipment", "Wave tank", "Makes waves, 2 m.\nHydraulics")
    assert (tank.organisation, tank.city, tank.street) == (unit.provenance.source_id, "Aarhus", "Bygning 3")
    assert (tank.capacity, tank.url) == ("With operator", "http://fjordby.example/e1")
    assert (hall.kind, hall.organisation) == ("test_site", owner.provenance.source_id)
    assert (nameless.code, nameless.field, nameless.line) == ("missing", "name", 4)
    assert "12345678" not in repr([tank, hall])
    assert "Opdigtet" not in repr([tank, hall])


def test_the_newer_columns(tmp_path):
    (microscope,) = read(tmp_path / "e.csv", NEW)
    assert microscope.body == "Sees\nOptikfirma M2\nlight"
    assert (microscope.url, microscope.available_from) == ("https://doi.org/10.1234/xyz", dt.date(2021, 3, 1))
    assert microscope.provenance.source_id == ":77"


def test_a_list_is_found_from_the_home_page():
    page = '<html><head><LINK href="/data/profile.ttl" rel="alternate openorg"></head></html>'
    assert profile_address(page, "https://fjordby.example/da/") == "https://fjordby.example/data/profile.ttl"
    assert (
        profile_address("<p>", "https://fjordby.example/da/") == "https://fjordby.example/.well-known/openorg"
    )


def test_the_lists_of_a_profile():
    assert datasets(PROFILE, "https://fjordby.example/data/profile.ttl") == [
        Dataset("https://fjordby.example/data/equipment.csv", "CC0-1.0", True)
    ]
    with pytest.raises(ValueError, match="line 1"):
        datasets("<html>this is no Turtle", "https://fjordby.example/")


def test_a_renamed_column_stops_the_reading(tmp_path):
    text = "Item,ID\n" + "".join(f"thing,{number}\n" for number in range(25))
    (stopped,) = read(tmp_path / "e.csv", text)
    assert isinstance(stopped, Problem)
    assert (stopped.code, stopped.field) == ("schema_changed", "name")
