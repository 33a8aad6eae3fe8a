"""Public records of ORCID in XML and JSON; the person does not exist (the iD is ORCID's own example)."""

import datetime as dt
import io
import json
import tarfile

import pytest

from vidensbro.kit.sources import Problem, open_source
from vidensbro.kit.sources.model import PersonRecord, WorkRecord

ORCID = "0000-0002-1825-0097"
XML = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<record:record path="/{ORCID}" xmlns:record="http://www.orcid.org/ns/record" xmlns:common="http://www.orcid.org/ns/common"
 xmlns:person="http://www.orcid.org/ns/person" xmlns:personal-details="http://www.orcid.org/ns/personal-details"
 xmlns:email="http://www.orcid.org/ns/email" xmlns:activities="http://www.orcid.org/ns/activities"
 xmlns:employment="http://www.orcid.org/ns/employment" xmlns:work="http://www.orcid.org/ns/work">
<common:orcid-identifier><common:uri>https://orcid.org/{ORCID}</common:uri><common:path>{ORCID}</common:path>
</common:orcid-identifier>
<person:person><person:name path="{ORCID}"><personal-details:given-names>Anna</personal-details:given-names>
<personal-details:family-name>Opdigtet</personal-details:family-name></person:name>
<person:biography visibility="public"><personal-details:content>Works on seaweed.</personal-details:content>
</person:biography>
<email:emails><email:email><email:email>a@x.example</email:email></email:email></email:emails></person:person>
<activities:activities-summary><activities:employments><activities:affiliation-group>
<employment:employment-summary put-code="1"><common:role-title>Lektor</common:role-title>
<common:start-date><common:year>2015</common:year><common:month>09</common:month></common:start-date>
<common:organization><common:name>Fjordlab</common:name><common:address><common:city>Aarhus</common:city>
<common:country>DK</common:country></common:address>
<common:disambiguated-organization>
<common:disambiguated-organization-identifier>https://ror.org/035b05819</common:disambiguated-organization-identifier>
<common:disambiguation-source>ROR</common:disambiguation-source></common:disambiguated-organization>
</common:organization>
</employment:employment-summary></activities:affiliation-group></activities:employments>
<activities:works><activities:group><common:external-ids/>
<work:work-summary put-code="42"><work:title><common:title>On tang</common:title></work:title>
<common:external-ids><common:external-id><common:external-id-type>doi</common:external-id-type>
<common:external-id-value>10.1234/TANG</common:external-id-value></common:external-id></common:external-ids>
<work:type>journal-article</work:type><common:publication-date><common:year>2024</common:year>
</common:publication-date><work:journal-title>Tang</work:journal-title></work:work-summary>
</activities:group></activities:works></activities:activities-summary></record:record>"""
JSON = {
    "orcid-identifier": {"uri": f"https://orcid.org/{ORCID}", "path": ORCID},
    "person": {
        "name": {"given-names": {"value": "Anna"}, "family-name": {"value": "Opdigtet"}},
        "biography": {"content": "Works on seaweed."},
        "emails": {"email": [{"email": "a@x.example"}]},
    },
    "activities-summary": {
        "employments": {
            "affiliation-group": [
                {
                    "summaries": [
                        {
                            "employment-summary": {
                                "put-code": 1,
                                "role-title": "Lektor",
                                "start-date": {
                                    "year": {"value": "2015"},
                                    "month": {"value": "09"},
                                    "day": None,
                                },
                                "end-date": None,
                                "organization": {
                                    "name": "Fjordlab",
                                    "address": {"city": "Aarhus", "country": "DK"},
                                    "disambiguated-organization": {
                                        "disambiguated-organization-identifier": "https://ror.org/035b05819",
                                        "disambiguation-source": "ROR",
                                    },
                                },
                            }
                        }
                    ]
                }
            ]
        },
        "works": {
            "group": [
                {
                    "work-summary": [
                        {
                            "put-code": 42,
                            "title": {"title": {"value": "On tang"}},
                            "external-ids": {
                                "external-id": [
                                    {"external-id-type": "doi", "external-id-value": "10.1234/TANG"}
                                ]
                            },
                            "type": "journal-article",
                            "publication-date": {"year": {"value": "2024"}, "month": None, "day": None},
                            "journal-title": {"value": "Tang"},
                        }
                    ]
                }
            ]
        },
    },
}


def read(path, text):
    path.write_text(text)
    return list(open_source("orcid", path))


def test_both_forms_say_the_same(tmp_path):
    for items in (read(tmp_path / "a.xml", XML), read(tmp_path / "a.json", json.dumps(JSON))):
        place, person, work = items
        assert (place.name, place.ror, place.city, place.country) == ("Fjordlab", "035b05819", "Aarhus", "DK")
        assert isinstance(person, PersonRecord)
        assert (person.given_name, person.family_name, person.orcid) == ("Anna", "Opdigtet", ORCID)
        assert person.summary_en == "Works on seaweed."
        (affiliation,) = person.affiliations
        assert (affiliation.organisation, affiliation.role, affiliation.start, affiliation.end) == (
            "035b05819",
            "Lektor",
            dt.date(2015, 9, 1),
            None,
        )
        assert isinstance(work, WorkRecord)
        assert (work.title, work.doi, work.date, work.venue) == (
            "On tang",
            "10.1234/tang",
            dt.date(2024, 1, 1),
            "Tang",
        )
        assert (work.authorships[0].person, work.authorships[0].name) == (ORCID, "Anna Opdigtet")
        assert work.provenance.source_id == f"{ORCID}/42"
        assert "@" not in repr(items)


def test_the_yearly_archive(tmp_path):
    with tarfile.open(tmp_path / "ORCID_summaries.tar.gz", "w:gz") as archive:
        for name, text in [
            ("097/a.xml", XML),
            ("098/b.xml", "<broken"),
            ("098/c.xml", '<!DOCTYPE x [<!ENTITY a "b">]>' + XML[55:]),
        ]:
            info = tarfile.TarInfo(f"ORCID_summaries/{name}")
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
    items = list(open_source("orcid", tmp_path / "ORCID_summaries.tar.gz"))
    assert [(item.code, item.file) for item in items if isinstance(item, Problem)] == [
        ("xml", "ORCID_summaries.tar.gz: ORCID_summaries/098/b.xml"),
        ("doctype", "ORCID_summaries.tar.gz: ORCID_summaries/098/c.xml"),
    ]
    assert sum(isinstance(item, PersonRecord) for item in items) == 1
    data = (tmp_path / "ORCID_summaries.tar.gz").read_bytes()
    (tmp_path / "cut.tar.gz").write_bytes(data[: len(data) // 2])
    assert [item.code for item in open_source("orcid", tmp_path / "cut.tar.gz")][-1] in {
        "truncated",
        "corrupt",
    }


def test_a_hidden_name_and_a_wrong_identifier(tmp_path):
    hidden = {**JSON, "person": {"name": None}}
    wrong = {**JSON, "orcid-identifier": {"path": "0000-0002-1825-0098"}}
    items = read(tmp_path / "a.json", json.dumps([hidden, wrong]))
    assert [(item.code, item.field) for item in items] == [
        ("missing", "person.name"),
        ("missing", "orcid-identifier"),
    ]


@pytest.mark.parametrize("value", [None, 7, "x", [], {}, [None], [{}], {"x": 7}])
def test_no_value_makes_the_reader_fail(tmp_path, value):
    def spoilt(data):
        for key, inner in data.items():
            yield {**data, key: value}
            if isinstance(inner, dict):
                for one in spoilt(inner):
                    yield {**data, key: one}
            if isinstance(inner, list) and inner and isinstance(inner[0], dict):
                for one in spoilt(inner[0]):
                    yield {**data, key: [one]}

    for item in read(tmp_path / "a.jsonl", "\n".join(json.dumps(one) for one in list(spoilt(JSON))[:15])):
        assert isinstance(item, Problem) or item.provenance.source_id
    for number, one in enumerate(spoilt(JSON)):
        for item in read(tmp_path / f"{number}.json", json.dumps(one)):
            assert isinstance(item, Problem) or item.provenance.source_id
