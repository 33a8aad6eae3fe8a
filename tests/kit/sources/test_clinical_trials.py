"""Trials in the form of ClinicalTrials.gov's API, version 2; they do not exist."""

import copy
import datetime as dt
import io
import json
import zipfile

import pytest

from vidensbro.kit.sources import Problem, open_source
from vidensbro.kit.sources.model import OrganisationRecord, WorkRecord

STUDY = {
    "protocolSection": {
        "identificationModule": {
            "nctId": "NCT00000001",
            "briefTitle": "Sensors against pressure ulcers",
            "officialTitle": "A long title",
        },
        "statusModule": {
            "overallStatus": "RECRUITING",
            "startDateStruct": {"date": "2024-03", "type": "ACTUAL"},
            "completionDateStruct": {"date": "2026-12-31"},
        },
        "sponsorCollaboratorsModule": {
            "leadSponsor": {"name": "Fjordby Hospital", "class": "OTHER"},
            "collaborators": [
                {"name": "Sensorfirma A/S", "class": "INDUSTRY"},
                {"name": "Opdigtet Læge", "class": "INDIV"},
            ],
        },
        "descriptionModule": {
            "briefSummary": "Whether sensors help.\n\nIn nursing homes.",
            "detailedDescription": "More.",
        },
        "conditionsModule": {"conditions": ["Pressure Ulcer"], "keywords": ["sensor"]},
        "designModule": {"studyType": "INTERVENTIONAL", "phases": ["NA"]},
        "armsInterventionsModule": {"interventions": [{"type": "DEVICE", "name": "Mat"}]},
        "contactsLocationsModule": {
            "centralContacts": [
                {"name": "Opdigtet Kontakt", "phone": "12345678", "email": "k@fjordby.example"}
            ],
            "overallOfficials": [
                {
                    "name": "Anna Opdigtet, MD",
                    "affiliation": "Fjordby Hospital",
                    "role": "PRINCIPAL_INVESTIGATOR",
                }
            ],
        },
    },
    "derivedSection": {"conditionBrowseModule": {"meshes": [{"id": "D003668", "term": "Pressure Ulcer"}]}},
    "hasResults": False,
}


def read(path, data):
    path.write_text(json.dumps(data))
    return list(open_source("clinicaltrials", path))


def test_a_study(tmp_path):
    sponsor, firm, work = read(tmp_path / "a.json", STUDY)
    assert [(one.name, one.kind) for one in (sponsor, firm)] == [
        ("Fjordby Hospital", "other"),
        ("Sensorfirma A/S", "company"),
    ]
    assert (work.kind, work.title, work.date, work.until) == (
        "trial",
        "Sensors against pressure ulcers",
        dt.date(2024, 3, 1),
        dt.date(2026, 12, 31),
    )
    assert work.abstract == "Whether sensors help.\n\nIn nursing homes.\n\nMore."
    assert [role for _, role in work.organisations] == ["sponsor", "collaborator"]
    (official,) = work.authorships
    assert (official.name, official.role, official.institutions[0].id) == (
        "Anna Opdigtet",
        "investigator",
        sponsor.provenance.source_id,
    )
    assert {(topic.kind, topic.name) for topic in work.topics} == {
        ("condition", "Pressure Ulcer"),
        ("keyword", "sensor"),
        ("intervention", "Mat"),
        ("mesh", "Pressure Ulcer"),
    }
    assert work.provenance.url == "https://clinicaltrials.gov/study/NCT00000001"
    assert "Kontakt" not in repr(work)


def test_pages_and_archives_say_the_same(tmp_path):
    second = copy.deepcopy(STUDY)
    second["protocolSection"]["identificationModule"]["nctId"] = "NCT00000002"
    page = read(tmp_path / "p.json", {"studies": [STUDY, second], "nextPageToken": "abc"})
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("NCT00000001.json", json.dumps(STUDY))
        archive.writestr("README.txt", "x")
        archive.writestr("broken.json", "{")
        archive.writestr("NCT00000002.json", json.dumps(second))
    (tmp_path / "all.zip").write_bytes(held.getvalue())
    items = list(open_source("clinicaltrials", tmp_path / "all.zip"))
    (broken,) = [item for item in items if isinstance(item, Problem)]
    assert (broken.code, broken.file) == ("json", "all.zip: broken.json")
    works = [item.provenance.source_id for item in items if isinstance(item, WorkRecord)]
    assert (
        works
        == [item.provenance.source_id for item in page if isinstance(item, WorkRecord)]
        == ["NCT00000001", "NCT00000002"]
    )
    assert sum(isinstance(item, OrganisationRecord) for item in page) == 2


def test_what_is_missing_is_named(tmp_path):
    nameless, numberless = copy.deepcopy(STUDY), copy.deepcopy(STUDY)
    nameless["protocolSection"]["identificationModule"] = {"nctId": "NCT00000003"}
    numberless["protocolSection"]["identificationModule"]["nctId"] = "12"
    items = read(tmp_path / "a.json", [nameless, numberless])
    assert [(item.code, item.field.rpartition(".")[2]) for item in items] == [
        ("missing", "briefTitle"),
        ("missing", "nctId"),
    ]


@pytest.mark.parametrize("module", sorted(STUDY["protocolSection"]))
@pytest.mark.parametrize("value", [None, 7, "x", [], {}, [None], [{}], {"x": 7}])
def test_no_value_of_any_module_makes_the_reader_fail(tmp_path, module, value):
    study = copy.deepcopy(STUDY)
    study["protocolSection"][module] = value
    for item in read(tmp_path / "a.json", study):
        assert isinstance(item, Problem) or item.provenance.source_id
