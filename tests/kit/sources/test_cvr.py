"""Companies of the Danish register, written by hand in its form; they do not exist."""

import copy
import json

import pytest

from vidensbro.kit.sources import Problem, open_source
from vidensbro.kit.sources.model import Name


def period(begun, ended=None):
    return {"periode": {"gyldigFra": begun, "gyldigTil": ended}}


COMPANY = {
    "cvrNummer": 10000009,
    "reklamebeskyttet": True,
    "navne": [
        {"navn": "Fjordteknik ApS", **period("2001-05-01", "2010-01-01")},
        {"navn": "Fjordteknik A/S", **period("2010-01-02")},
    ],
    "binavne": [
        {"navn": "Fjordlys A/S", **period("2012-01-01")},
        {"navn": "Gammel A/S", **period("2001-01-01", "2002-01-01")},
    ],
    "beliggenhedsadresse": [
        {
            "landekode": "DK",
            "vejnavn": "Gammelvej",
            "husnummerFra": 1,
            "postnummer": 1000,
            "postdistrikt": "København K",
            **period("2001-05-01", "2005-01-01"),
        },
        {
            "landekode": "DK",
            "vejnavn": "Ny Vej",
            "husnummerFra": 4,
            "bogstavFra": "B",
            "husnummerTil": 6,
            "etage": "2",
            "sidedoer": "tv",
            "postnummer": 8000,
            "postdistrikt": "Aarhus C",
            **period("2005-01-02"),
        },
    ],
    "telefonNummer": [{"kontaktoplysning": "12345678", "hemmelig": False, **period("2001-05-01")}],
    "elektroniskPost": [{"kontaktoplysning": "post@fjordteknik.example", **period("2001-05-01")}],
    "hjemmeside": [
        {"kontaktoplysning": "www.fjordteknik.example", "hemmelig": False, **period("2003-01-01")}
    ],
    "livsforloeb": [period("2001-05-01")],
    "hovedbranche": [{"branchekode": "721900", "branchetekst": "Forskning", **period("2008-01-01")}],
    "virksomhedsform": [
        {"virksomhedsformkode": 60, "langBeskrivelse": "Aktieselskab", **period("2010-01-02")}
    ],
    "deltagerRelation": [{"deltager": {"navne": [{"navn": "Opdigtet Ejer"}]}}],
}
OLD = {
    "cvrnr": "10000009",
    "reklamebeskyttelse": "1",
    "livsforloeb": {"livsforloeb": {"startdato": "01-06-1988", "ophoersdato": "03-09-2008"}},
    "navn": {"navn": {"gyldigFra": "01-06-1988", "gyldigTil": "03-09-2008", "tekst": "Fjordfrugt ApS"}},
    "beliggenhedsadresse": {
        "beliggenhedsadresse": [
            {
                "gyldigFra": "01-06-1988",
                "gyldigTil": "10-05-2007",
                "vejnavn": "Torvet",
                "husnummerFra": "12",
                "postnr": "2500",
                "postdistrikt": "Valby",
            }
        ]
    },
    "virksomhedsform": {"virksomhedsform": {"kode": "80", "tekst": "Anpartsselskab"}},
}


def read(path, data):
    path.write_text(json.dumps(data))
    return list(open_source("cvr", path))


@pytest.mark.parametrize(
    "form",
    [
        lambda one: {"Vrvirksomhed": one},
        lambda one: [{"Vrvirksomhed": one}],
        lambda one: {"hits": {"total": 1, "hits": [{"_source": {"Vrvirksomhed": one}}]}},
    ],
)
def test_what_holds_now_is_taken(tmp_path, form):
    (record,) = read(tmp_path / "a.json", form(COMPANY))
    assert (record.name, record.cvr, record.kind, record.status) == (
        "Fjordteknik A/S",
        "10000009",
        "company",
        "active",
    )
    assert record.names == (
        Name("Fjordteknik A/S", "da"),
        Name("Fjordteknik ApS", "", "alias"),
        Name("Fjordlys A/S", "", "alias"),
    )
    assert (record.street, record.postcode, record.city) == ("Ny Vej 4B-6, 2 tv", "8000", "Aarhus C")
    assert (record.website, record.established) == ("https://www.fjordteknik.example", 2001)
    assert record.external_ids == (("db07", "721900"),)
    assert record.protected is True


def test_no_person_and_no_contact_is_taken(tmp_path):
    (record,) = read(tmp_path / "a.json", COMPANY)
    shown = repr(record)
    assert "Opdigtet" not in shown
    assert "12345678" not in shown
    assert "post@" not in shown


def test_the_older_form(tmp_path):
    (record,) = read(tmp_path / "a.json", OLD)
    assert (record.name, record.status, record.established, record.protected) == (
        "Fjordfrugt ApS",
        "inactive",
        1988,
        True,
    )
    assert (record.street, record.postcode) == ("Torvet 12", "2500")


def test_protection_that_is_not_stated_counts_as_protection(tmp_path):
    silent = {name: value for name, value in COMPANY.items() if name != "reklamebeskyttet"}
    doubt, record = read(tmp_path / "a.json", silent)
    assert (doubt.code, doubt.field, doubt.skipped) == ("invalid", "reklamebeskyttet", False)
    assert record.protected is True
    (free,) = read(tmp_path / "b.json", {**COMPANY, "reklamebeskyttet": False})
    assert free.protected is False


def test_the_home_of_a_one_person_firm_is_not_taken(tmp_path):
    one = copy.deepcopy(COMPANY)
    one["virksomhedsform"] = [{"virksomhedsformkode": 10, "langBeskrivelse": "Enkeltmandsvirksomhed"}]
    (record,) = read(tmp_path / "a.json", one)
    assert (record.street, record.city) == ("", "Aarhus C")


def test_a_number_with_a_wrong_check_digit_is_told_and_not_kept(tmp_path):
    doubt, record = read(tmp_path / "a.json", {**COMPANY, "cvrNummer": 10000008})
    assert (doubt.code, doubt.field) == ("identifier", "cvrNummer")
    assert (record.cvr, record.provenance.source_id) == ("", "10000008")


@pytest.mark.parametrize("field", sorted({*COMPANY, *OLD}))
@pytest.mark.parametrize("value", [None, 7, "x", [], {}, [None], [7], [{}], {"x": 7}])
def test_no_value_of_any_field_makes_the_reader_fail(tmp_path, field, value):
    for record in (COMPANY, OLD):
        for item in read(tmp_path / "a.json", {**record, field: value}):
            assert isinstance(item, Problem) or item.name
