"""One work, written by hand in the schema of 2023 and today's; neither it nor its authors exist."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidensbro.kit.sources import Problem, open_source
from vidensbro.kit.sources.model import Award, InstitutionMention, MergedRecord, Topic
from vidensbro.kit.sources.openalex import MAX_AUTHORS, abstract

INSTITUTION = {
    "id": "https://openalex.org/I11",
    "display_name": "Fjordlab",
    "ror": "https://ror.org/035b05819",
    "country_code": "DK",
    "type": "facility",
}
COMMON = {
    "id": "https://openalex.org/W101",
    "doi": "https://doi.org/10.5555/ABC",
    "title": "Early <i>signs</i> of pressure ulcers",
    "publication_year": 2021,
    "publication_date": "2021-03-04",
    "cited_by_count": 12,
    "is_retracted": False,
    "is_paratext": False,
    "abstract_inverted_index": {"Sensors": [0], "find": [1], "ulcers": [2, 4], "before": [3]},
}
OLD = {
    **COMMON,
    "type": "journal-article",
    "host_venue": {"display_name": "Journal of Examples", "url": "https://example.org/w101"},
    "authorships": [
        {
            "author_position": "first",
            "author": {
                "id": "https://openalex.org/A1",
                "display_name": "Asta Eksempelsen",
                "orcid": "https://orcid.org/0000-0002-1825-0097",
            },
            "institutions": [INSTITUTION],
            "is_corresponding": None,
            "raw_affiliation_string": "Fjordlab, Aarhus, Denmark. asta@fjordlab.example",
        },
        {
            "author_position": "last",
            "author": {
                "id": None,
                "display_name": "B. Prøve",
                "orcid": "https://orcid.org/0000-0002-1825-009",
            },
            "institutions": [
                {"id": None, "display_name": "Somewhere", "ror": None, "country_code": None, "type": None}
            ],
            "raw_affiliation_string": "",
        },
    ],
    "concepts": [
        {"id": "https://openalex.org/C5", "display_name": "Wound care", "score": "0.9"},
        {"id": "https://openalex.org/C6", "display_name": "Philosophy", "score": "0.05"},
    ],
}
NEW = {
    **COMMON,
    "type": "article",
    "language": "en",
    "primary_location": {
        "landing_page_url": "https://doi.org/10.5555/abc",
        "source": {"display_name": "Journal of Examples"},
    },
    "authorships": [
        {
            "author_position": "first",
            "author": {
                "id": "https://openalex.org/A1",
                "display_name": "Asta Eksempelsen",
                "orcid": "https://orcid.org/0000-0002-1825-0097",
            },
            "institutions": [INSTITUTION],
            "is_corresponding": True,
            "raw_affiliation_strings": ["Fjordlab, Aarhus", "Ward 7"],
        },
        {
            "author_position": "middle",
            "author": {"id": "https://openalex.org/A9999999999", "display_name": "B. Prøve"},
        },
    ],
    "topics": [{"id": "https://openalex.org/T77", "display_name": "Wound healing", "score": 0.99}],
    "keywords": [
        {"id": "https://openalex.org/keywords/pressure-ulcer", "display_name": "Pressure ulcer", "score": 0.5}
    ],
    "concepts": [{"id": "https://openalex.org/C5", "display_name": "Wound care", "score": 0.9}],
    "awards": [
        {
            "id": "https://openalex.org/G1",
            "funder_award_id": "AB-12",
            "funder_id": "https://openalex.org/F3",
            "funder_display_name": "Example Foundation",
        }
    ],
}


def read(path):
    return list(open_source("openalex", path))


def write(path, *records):
    path.write_text("\n".join(json.dumps(record) for record in records))
    return path


def test_the_schema_of_2023(tmp_path):
    problem, work = read(write(tmp_path / "w.jsonl", OLD))
    assert (problem.field, problem.code, problem.skipped) == (
        "authorships.1.author.orcid",
        "identifier",
        False,
    )
    assert work.title == "Early signs of pressure ulcers"
    assert work.abstract == "Sensors find ulcers before ulcers"
    assert (work.kind, work.subtype, work.language) == ("publication", "journal-article", "")
    assert (work.venue, work.doi, work.url) == (
        "Journal of Examples",
        "10.5555/abc",
        "https://doi.org/10.5555/abc",
    )
    assert (work.date, work.cited_by, work.retracted) == (date(2021, 3, 4), 12, False)
    first, last = work.authorships
    assert (first.person, first.name, first.orcid, first.role) == (
        "A1",
        "Asta Eksempelsen",
        "0000-0002-1825-0097",
        "first",
    )
    assert first.institutions == (
        InstitutionMention("I11", "Fjordlab", "035b05819", "DK", "research_infrastructure"),
    )
    assert first.affiliations == ("Fjordlab, Aarhus, Denmark.",)  # an author's address is not kept
    assert (last.person, last.orcid, last.role, last.affiliations) == ("", "", "last", ())
    assert last.institutions == (InstitutionMention("", "Somewhere"),)
    assert work.topics == (Topic("C5", "Wound care", "concept", 0.9),)


def test_the_schema_of_today(tmp_path):
    (work,) = read(write(tmp_path / "w.jsonl", NEW))
    assert (work.venue, work.language, work.subtype) == ("Journal of Examples", "en", "article")
    assert [author.person for author in work.authorships] == ["A1", ""]
    assert work.authorships[0].corresponding is True
    assert work.authorships[0].affiliations == ("Fjordlab, Aarhus", "Ward 7")
    assert work.topics == (
        Topic("T77", "Wound healing", "topic", 0.99),
        Topic("pressure-ulcer", "Pressure ulcer", "keyword", 0.5),
    )
    assert work.awards == (Award("F3", "Example Foundation", "AB-12"),)


def test_a_page_of_answers_from_the_api(tmp_path):
    path = tmp_path / "page.json"
    path.write_text(json.dumps({"meta": {"count": 1}, "results": [NEW]}, indent=1))
    (work,) = read(path)
    assert work.provenance.source_id == "W101"


def test_what_cannot_be_kept(tmp_path):
    found = read(
        write(
            tmp_path / "w.jsonl",
            {**NEW, "id": "https://openalex.org/S1"},
            {**NEW, "title": None},
            {**NEW, "is_paratext": True},
            {**NEW, "doi": "n/a", "publication_date": "2021-02-31"},
            NEW,
        )
    )
    assert [(item.line, item.field, item.code) for item in found if isinstance(item, Problem)] == [
        (1, "id", "missing"),
        (2, "title", "missing"),
        (3, "is_paratext", "not_knowledge"),
        (4, "doi", "identifier"),
        (4, "publication_date", "date"),
        (5, "id", "duplicate"),
    ]
    (work,) = [item for item in found if not isinstance(item, Problem)]
    assert (work.doi, work.date) == ("", date(2021, 1, 1))


def test_a_byline_of_thousands_keeps_its_last_author(tmp_path):
    entry = {"author_position": "middle", "author": {"display_name": "Many"}}
    byline = [entry] * 3000 + [{"author_position": "last", "author": {"display_name": "Final"}}]
    (work,) = read(write(tmp_path / "w.jsonl", {**NEW, "authorships": byline}))
    assert len(work.authorships) == MAX_AUTHORS
    assert work.authorships[-1].name == "Final"


def test_merged_identifiers(tmp_path):
    path = tmp_path / "merged.csv"
    path.write_text(
        "merge_date,id,merge_into_id\n2024-01-01,W1,W2\n2024-01-01,A1,\n2024-01-01,X1,X2\n2024-01-01,W3,W4285719527\n"
    )
    found = read(path)
    merged = [
        (item.kind, item.provenance.source_id, item.into) for item in found if isinstance(item, MergedRecord)
    ]
    assert merged == [("works", "W1", "W2"), ("people", "A1", ""), ("works", "W3", "")]
    assert [(item.line, item.code) for item in found if isinstance(item, Problem)] == [(4, "identifier")]


@pytest.mark.parametrize("field", sorted({*OLD, *NEW}))
@pytest.mark.parametrize(
    "value", [None, 7, -1, "x", [], {}, [None], [7], [{}], {"x": 7}, [{"author": 7}], True]
)
def test_no_value_of_any_field_makes_the_reader_fail(tmp_path, field, value):
    for item in read(write(tmp_path / "w.jsonl", {**OLD, **NEW, field: value})):
        assert isinstance(item, Problem) or item.title


def test_a_year_beyond_any_calendar_is_told_and_the_work_kept(tmp_path):
    work = {**NEW, "publication_date": 10**30, "publication_year": 10**30}
    *problems, record = read(write(tmp_path / "w.jsonl", work))
    assert ("publication_date", "date") in {(found.field, found.code) for found in problems}
    assert (record.title != "", record.date) == (True, None)


@given(st.lists(st.text("abcæøå.,-", min_size=1, max_size=8), max_size=60))
def test_an_inverted_index_gives_its_text_back(words):
    index = {}
    for place, word in enumerate(words):
        index.setdefault(word, []).append(place)
    assert abstract(index) == " ".join(words)
