"""Authors, institutions and topics, written by hand as OpenAlex publishes them; neither of the people exists."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from vidensbro.kit.sources import Problem, open_source, openalex
from vidensbro.kit.sources.model import (
    AffiliationRecord,
    InstitutionMention,
    MergedRecord,
    Name,
    OrganisationRecord,
    PersonRecord,
    Relation,
    Topic,
    TopicRecord,
    WorkRecord,
)

PLACE = {
    "id": "https://openalex.org/I11",
    "ror": "https://ror.org/035b05819",
    "display_name": "University of the Fjord",
    "country_code": "DK",
    "type": "education",
    "lineage": ["https://openalex.org/I11"],
}
OTHER = {
    "id": "https://openalex.org/I12",
    "display_name": "Fjordlab",
    "country_code": "SE",
    "type": "facility",
}
AUTHOR = {
    "id": "https://openalex.org/A7",
    "orcid": "https://orcid.org/0000-0002-1825-0097",
    "display_name": "Asta van Eksempelsen",
    "display_name_alternatives": ["A. Eksempelsen"],
    "works_count": 4,
    "ids": {"openalex": "https://openalex.org/A7", "scopus": "http://www.scopus.com/x"},
    "affiliations": [
        {"institution": PLACE, "years": [2024, 2021, 2022]},
        {"institution": OTHER, "years": [2019]},
        {"institution": {"id": None, "display_name": "Somewhere"}, "years": [2001]},
    ],
    "last_known_institutions": [PLACE],
    "topics": [{"id": "https://openalex.org/T77", "display_name": "Wound healing", "count": 4}],
}
INSTITUTION = {
    **PLACE,
    "homepage_url": "https://fjord.example",
    "display_name_acronyms": ["UF"],
    "display_name_alternatives": ["Fjord University", "Fjord University"],
    "ids": {"grid": "grid.1234.5", "wikidata": "https://www.wikidata.org/wiki/Q42", "mag": 7},
    "geo": {
        "city": "Aalborg",
        "country_code": "DK",
        "latitude": 57.05,
        "longitude": 9.92,
        "geonames_city_id": "1",
    },
    "international": {
        "display_name": {"da": "Fjordens Universitet", "en": "University of the Fjord", "fr": "U"}
    },
    "associated_institutions": [
        {**OTHER, "relationship": "child"},
        {"id": "https://openalex.org/I13", "display_name": "Fjordfonden", "relationship": "parent"},
        {"id": "https://openalex.org/I14", "display_name": "X", "relationship": "cousin"},
    ],
}
TOPIC = {
    "id": "https://openalex.org/T77",
    "display_name": "Wound healing",
    "description": "Papers about wounds.",
    "keywords": ["Pressure ulcer", "Wound dressing", 7],
    "subfield": {"id": "https://openalex.org/subfields/2746", "display_name": "Surgery"},
    "field": {"id": 27, "display_name": "Medicine"},
    "domain": {"id": 4, "display_name": "Health Sciences"},
    "works_count": 9,
}


def read(path: Path, *records: Any) -> list[Any]:
    if records:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    return list(open_source("openalex", path))


def test_an_author_is_a_person_with_places_and_their_first_years(tmp_path: Path) -> None:
    (person,) = read(tmp_path / "authors.jsonl", AUTHOR)
    assert isinstance(person, PersonRecord)
    assert (person.given_name, person.family_name, person.orcid) == (
        "Asta",
        "van Eksempelsen",
        "0000-0002-1825-0097",
    )
    assert (person.provenance.source_id, person.provenance.licence) == ("A7", "CC0-1.0")
    university = InstitutionMention("I11", "University of the Fjord", "035b05819", "DK", "university")
    laboratory = InstitutionMention("I12", "Fjordlab", "", "SE", "research_infrastructure")
    assert person.affiliations == (
        AffiliationRecord("I11", start=date(2021, 1, 1), mention=university),
        AffiliationRecord("I12", start=date(2019, 1, 1), mention=laboratory),
    )
    assert (person.fields, person.summary_en) == ((), "")  # no profile is made of what somebody writes about


def test_an_author_of_the_schema_of_2023_is_where_they_were_last(tmp_path: Path) -> None:
    old = {**AUTHOR, "last_known_institution": OTHER}
    del old["affiliations"], old["last_known_institutions"]
    (person,) = read(tmp_path / "part_000.jsonl", old)
    assert [(place.organisation, place.start) for place in person.affiliations] == [("I12", None)]


def test_authors_who_are_nobody_and_what_is_wrong_with_the_others(tmp_path: Path) -> None:
    found = read(
        tmp_path / "authors.jsonl",
        {**AUTHOR, "id": "https://openalex.org/A9999999999"},
        {**AUTHOR, "id": "https://openalex.org/A8", "display_name": None},
        {**AUTHOR, "orcid": "https://orcid.org/0000-0002-1825-009"},
    )
    assert [(one.line, one.field, one.code) for one in found if isinstance(one, Problem)] == [
        (2, "display_name", "missing"),
        (3, "orcid", "identifier"),
    ]
    assert [one.orcid for one in found if isinstance(one, PersonRecord)] == [""]


def test_of_very_many_places_the_latest_are_kept(tmp_path: Path) -> None:
    places = [
        {"institution": {"id": f"https://openalex.org/I{year}", "display_name": "P"}, "years": [year]}
        for year in range(1900, 2020)
    ]
    (person,) = read(
        tmp_path / "authors.jsonl", {**AUTHOR, "affiliations": places, "last_known_institutions": []}
    )
    assert {place.organisation for place in person.affiliations} == {f"I{year}" for year in range(1970, 2020)}


def test_an_institution_is_an_organisation(tmp_path: Path) -> None:
    (one,) = read(tmp_path / "institutions.jsonl", INSTITUTION)
    assert isinstance(one, OrganisationRecord)
    assert (one.name, one.name_en, one.short_name, one.kind) == (
        "Fjordens Universitet",
        "University of the Fjord",
        "UF",
        "university",
    )
    assert one.names == (
        Name("Fjordens Universitet", "da"),
        Name("University of the Fjord", "en"),
        Name("Fjord University", "", "alias"),
        Name("UF", "", "acronym"),
    )
    assert (one.ror, one.website, one.city, one.country) == (
        "035b05819",
        "https://fjord.example",
        "Aalborg",
        "DK",
    )
    assert (one.latitude, one.longitude, one.geonames) == (57.05, 9.92, 1)
    assert one.external_ids == (
        ("openalex", "I11"),
        ("grid", "grid.1234.5"),
        ("wikidata", "https://www.wikidata.org/wiki/Q42"),
    )
    assert one.parent == "I13"
    assert one.relations == (Relation("child", "I12", "Fjordlab"), Relation("parent", "I13", "Fjordfonden"))


def test_abroad_the_own_name_is_not_the_danish_one(tmp_path: Path) -> None:
    (one,) = read(tmp_path / "x.jsonl", {**INSTITUTION, "country_code": "SE"})
    assert (one.name, one.name_en) == ("University of the Fjord", "")
    assert Name("Fjordens Universitet", "da") in one.names


def test_a_topic_with_the_levels_above_it(tmp_path: Path) -> None:
    (one,) = read(tmp_path / "topics.jsonl", TOPIC)
    assert isinstance(one, TopicRecord)
    assert (one.name, one.summary, one.keywords) == (
        "Wound healing",
        "Papers about wounds.",
        ("Pressure ulcer", "Wound dressing", "7"),
    )
    assert one.above == (
        Topic("2746", "Surgery", "subfield"),
        Topic("27", "Medicine", "field"),
        Topic("4", "Health Sciences", "domain"),
    )


def test_a_page_of_the_api_may_hold_any_of_them(tmp_path: Path) -> None:
    work = {"id": "https://openalex.org/W1", "title": "T", "authorships": []}
    path = tmp_path / "page.json"
    path.write_text(json.dumps({"meta": {}, "results": [AUTHOR, INSTITUTION, TOPIC, work]}), encoding="utf-8")
    kinds = [type(record) for record in read(path)]
    assert kinds == [PersonRecord, OrganisationRecord, TopicRecord, WorkRecord]


@pytest.mark.parametrize("record", [AUTHOR, INSTITUTION, TOPIC])
@pytest.mark.parametrize(
    "value", [None, 7, -1.5, "x", [], {}, [None], [{}], {"x": 7}, [{"institution": 7}], True]
)
def test_no_value_of_any_field_makes_the_readers_fail(
    tmp_path: Path, record: dict[str, Any], value: Any
) -> None:
    for field in sorted(record):
        for item in read(tmp_path / "x.jsonl", {**record, field: value}):
            assert isinstance(item, Problem) or item.provenance.source_id


@pytest.mark.parametrize("record", [AUTHOR, INSTITUTION, TOPIC])
def test_a_field_that_has_vanished_stops_the_reading(tmp_path: Path, record: dict[str, Any]) -> None:
    letter = record["id"].rpartition("/")[2][0]
    many = [{**record, "id": f"https://openalex.org/{letter}{number}"} for number in range(1, 31)]
    for one in many:
        one["name"] = one.pop("display_name")
    (found,) = read(tmp_path / "x.jsonl", *many)
    assert (found.code, found.field) == ("schema_changed", "display_name")


def test_records_without_identifiers_are_judged_by_their_folder(tmp_path: Path) -> None:
    many = [{**AUTHOR, "id": None, "display_name": "N"} for _ in range(30)]
    (found,) = read(tmp_path / "authors" / "updated_date=2026-01-01" / "part_0000.jsonl", *many)
    assert (found.code, found.field) == ("schema_changed", "id")


def test_merged_and_deleted_identifiers_of_every_kind(tmp_path: Path) -> None:
    merged, gone = tmp_path / "merged.csv", tmp_path / "deleted_ids.csv.gz"
    merged.write_text("merge_date,id,merge_into_id\n2026-01-01,A1,A2\n2026-01-01,I1,I2\n2026-01-01,T1,T2\n")
    gone.write_bytes(gzip.compress(b"work_id,deleted_date\nhttps://openalex.org/W5,2026-01-01\n"))
    found = [*read(merged), *read(gone)]
    assert [
        (one.kind, one.provenance.source_id, one.into) for one in found if isinstance(one, MergedRecord)
    ] == [
        ("people", "A1", "A2"),
        ("organisations", "I1", "I2"),
        ("topics", "T1", "T2"),
        ("works", "W5", ""),
    ]


def test_the_files_of_a_snapshot_are_read_in_the_order_in_which_they_name_each_other(tmp_path: Path) -> None:
    wanted = [
        "data/jsonl/topics/updated_date=2026-01-01/part_0000.gz",
        "data/jsonl/institutions/updated_date=2026-01-01/part_0000.gz",
        "data/jsonl/authors/updated_date=2025-12-01/part_0000.gz",
        "data/jsonl/authors/updated_date=2026-01-01/part_0000.gz",
        "data/jsonl/works/updated_date=2026-01-01/part_0000.gz",
        "legacy-data/merged_ids/authors/2026-01-01.csv.gz",
        "data/jsonl/works/deleted_ids.csv.gz",
    ]
    others = [
        "data/jsonl/works/manifest.json",
        "data/works/manifest",
        "data/jsonl/sources/updated_date=2026-01-01/part_0000.gz",
        "legacy-data/merged_ids/sources/2026-01-01.csv.gz",
        "data/parquet/works/part_0000.parquet",
        "RELEASE_NOTES.txt",
    ]
    for name in [*reversed(wanted), *others]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert [path.relative_to(tmp_path).as_posix() for path in openalex.files_in(tmp_path)] == wanted
    assert openalex.entity_of(tmp_path / wanted[2]) == "authors"
    assert openalex.entity_of(tmp_path / "authors-2026-01-01-part_0000.gz") == "authors"
