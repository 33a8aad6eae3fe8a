"""One organisation, written by hand in every schema of the registry; it does not exist."""

import copy
import gzip
import json
import os
import zipfile
from pathlib import Path

import pytest

from vidensbro.kit.sources import Problem, digest, open_source
from vidensbro.kit.sources.model import Name, Relation

V2 = {
    "admin": {"created": {"date": "2024-01-01", "schema_version": "2.0"}},
    "domains": ["fjordlab.example"],
    "established": 1999,
    "external_ids": [
        {"type": "isni", "all": ["0000 0000 0000 0001"], "preferred": None},
        {"type": "fundref", "all": ["100", "200"], "preferred": "200"},
    ],
    "id": "https://ror.org/035b05819",
    "links": [
        {"type": "wikipedia", "value": "https://da.example.org/Fjordlab"},
        {"type": "website", "value": "https://fjordlab.example"},
    ],
    "locations": [
        {
            "geonames_id": 2624652,
            "geonames_details": {"country_code": "DK", "lat": 56.2, "lng": 10.2, "name": "Aarhus"},
        }
    ],
    "names": [
        {"lang": "en", "types": ["label", "ror_display"], "value": "Fjordlab Institute"},
        {"lang": "da", "types": ["label"], "value": "Fjordlab Institut"},
        {"lang": None, "types": ["acronym"], "value": "FLI"},
        {"lang": "da", "types": ["alias"], "value": "Fjordlaboratoriet"},
    ],
    "relationships": [
        {"label": "Mother", "type": "parent", "id": "https://ror.org/03mchdq19"},
        {"label": "Heir", "type": "successor", "id": "https://ror.org/05bpbnx46"},
    ],
    "status": "inactive",
    "types": ["funder", "facility"],
}
V1 = {
    "id": "https://ror.org/035b05819",
    "name": "Fjordlab Institute",
    "established": 1999,
    "types": ["Facility"],
    "relationships": [
        {"label": "Mother", "type": "Parent", "id": "https://ror.org/03mchdq19"},
        {"label": "Heir", "type": "Successor", "id": "https://ror.org/05bpbnx46"},
    ],
    "addresses": [{"lat": 56.2, "lng": 10.2, "city": "Aarhus", "geonames_city": {"id": 2624652}}],
    "links": ["https://fjordlab.example"],
    "aliases": ["Fjordlaboratoriet"],
    "acronyms": ["FLI"],
    "status": "inactive",
    "wikipedia_url": "",
    "labels": [{"label": "Fjordlab Institut", "iso639": "da"}],
    "country": {"country_name": "Denmark", "country_code": "DK"},
    "external_ids": {
        "ISNI": {"preferred": None, "all": ["0000 0000 0000 0001"]},
        "FundRef": {"preferred": "200", "all": ["100", "200"]},
    },
}


def read(path):
    return list(open_source("ror", path))


def write(path, *records):
    path.write_text("\n".join(json.dumps(record) for record in records))
    return path


def test_schema_2(tmp_path):
    (record,) = read(write(tmp_path / "a.jsonl", V2))
    assert (record.name, record.name_en, record.short_name) == (
        "Fjordlab Institut",
        "Fjordlab Institute",
        "FLI",
    )
    assert record.names == (
        Name("Fjordlab Institute", "en", "label"),
        Name("Fjordlab Institut", "da", "label"),
        Name("FLI", "", "acronym"),
        Name("Fjordlaboratoriet", "da", "alias"),
    )
    assert (record.kind, record.kinds) == (
        "research_infrastructure",
        ("research_infrastructure", "foundation"),
    )
    assert (record.city, record.country, record.latitude, record.longitude) == ("Aarhus", "DK", 56.2, 10.2)
    assert record.geonames == 2624652
    assert record.website == "https://fjordlab.example"
    assert record.external_ids == (("fundref", "200"), ("isni", "0000 0000 0000 0001"))
    assert record.relations == (
        Relation("parent", "03mchdq19", "Mother"),
        Relation("successor", "05bpbnx46", "Heir"),
    )
    assert (record.parent, record.status, record.successors) == ("03mchdq19", "inactive", ("05bpbnx46",))
    assert record.provenance.source_id == "035b05819"
    assert record.provenance.licence == "CC0-1.0"
    assert record.provenance.url == "https://ror.org/035b05819"
    assert (record.provenance.file, record.provenance.line) == ("a.jsonl", 1)


def test_schema_1_says_the_same(tmp_path):
    (old,) = read(write(tmp_path / "a.jsonl", V1))
    (new,) = read(write(tmp_path / "b.jsonl", V2))
    same = ["name", "name_en", "short_name", "kind", "city", "country", "latitude", "longitude", "geonames"]
    same += ["website", "external_ids", "relations", "parent", "status", "successors", "established", "ror"]
    for name in same:
        assert getattr(old, name) == getattr(new, name), name


@pytest.mark.parametrize("form", ["lines", "array", "indented", "gz", "zip"])
def test_every_form_of_file(tmp_path, form):
    lines = json.dumps(V2).encode()
    content = {"array": json.dumps([V2]), "indented": json.dumps([V2], indent=4)}.get(
        form, ""
    ).encode() or lines
    names = {"lines": "d.jsonl", "array": "d.json", "indented": "d.json", "gz": "d.jsonl.gz", "zip": "d.zip"}
    path = tmp_path / names[form]
    if form == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("v1.50-ror-data.csv", "id\n1")
            archive.writestr("v1.50-ror-data.json", json.dumps([V1]))
            archive.writestr("v1.50-ror-data_schema_v2.json", json.dumps([V2]))
    else:
        path.write_bytes(gzip.compress(content) if form == "gz" else content)
    (record,) = read(path)
    assert record.kinds == ("research_infrastructure", "foundation")


def test_broken_parts_are_reported_and_the_rest_is_kept(tmp_path):
    broken = copy.deepcopy(V2)
    broken["status"] = "asleep"
    broken["relationships"].append({"type": "cousin", "id": "https://ror.org/03mchdq19"})
    broken["locations"] = [{"geonames_details": {"lat": 1234, "lng": "x", "name": "A\x00arhus"}}]
    broken["established"] = "long ago"
    nameless = {**V2, "names": []}
    numbered = {**V2, "id": "https://ror.org/035b05818"}
    *problems, record = read(write(tmp_path / "a.jsonl", nameless, numbered, V1 | {"id": None}, broken))
    assert [(found.line, found.field, found.code, found.skipped) for found in problems] == [
        (1, "names", "missing", True),
        (2, "id", "missing", True),
        (3, "id", "missing", True),
        (4, "status", "choice", False),
        (4, "relationships", "invalid", False),
    ]
    assert (record.latitude, record.longitude, record.established, record.city) == (
        None,
        None,
        None,
        "Aarhus",
    )


@pytest.mark.parametrize("field", sorted({*V1, *V2}))
@pytest.mark.parametrize("value", [None, 7, "x", [], {}, [None], [7], [{}], {"x": 7}])
def test_no_value_of_any_field_makes_the_reader_fail(tmp_path, field, value):
    for record in (V1, V2):
        if field in record:
            for item in read(write(tmp_path / "a.jsonl", {**record, field: value})):
                assert isinstance(item, Problem) or item.name


@pytest.mark.parametrize("types", [[[]], [{}], [7, None], {"label": True}, "label"])
def test_types_that_are_none_leave_the_other_names(tmp_path, types):
    names = [{"lang": "da", "types": types, "value": "Skæv"}, *V2["names"]]
    *_, record = read(write(tmp_path / "a.jsonl", {**V2, "names": names}))
    assert record.name == "Fjordlab Institut"


def test_a_second_record_with_the_same_identifier_is_left_out(tmp_path):
    first, second = read(write(tmp_path / "a.jsonl", V2, V1))
    assert first.kinds == ("research_infrastructure", "foundation")
    assert (second.line, second.code, second.value) == (2, "duplicate", "035b05819")


def test_the_digest_changes_with_what_is_said_and_not_with_where(tmp_path):
    (first,) = read(write(tmp_path / "a.jsonl", V2))
    _, again = read(write(tmp_path / "b.jsonl", {}, V2))
    (changed,) = read(write(tmp_path / "c.jsonl", {**V2, "established": 2000}))
    assert digest(first) == digest(again) != digest(changed)


@pytest.mark.data
@pytest.mark.skipif("VIDENSBRO_TEST_DATA" not in os.environ, reason="VIDENSBRO_TEST_DATA names no folder")
def test_real_records_of_both_schemas_agree(tmp_path):
    folder = Path(os.environ["VIDENSBRO_TEST_DATA"]) / "ror"
    with gzip.open(folder / "pairs_v1_v2.jsonl.gz") as file:
        pairs = [json.loads(line) for line in file]
    old = read(write(tmp_path / "old.jsonl", *(pair["v1"] for pair in pairs)))
    new = read(write(tmp_path / "new.jsonl", *(pair["v2"] for pair in pairs)))
    assert len(old) == len(new) == len(pairs)
    # Years lie between the two releases, so a few of the records were edited in between.
    for name in ("ror", "country", "city", "kind", "name"):
        same = sum(getattr(one, name) == getattr(two, name) for one, two in zip(old, new, strict=True))
        assert same >= 0.97 * len(pairs), name
