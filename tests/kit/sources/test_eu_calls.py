"""Calls as the portal's search service answers and as flat files have them; they do not exist."""

import datetime as dt
import json

import pytest

from vidensbro.kit.sources import Problem, open_source
from vidensbro.kit.sources.eucalls import levels
from vidensbro.kit.sources.model import OfferRecord

FLAT = {
    "reference": "1TOPICSen",
    "topicId": "HORIZON-TANG-2026-01",
    "title": "Seaweed and peopleâ€™s food",
    "callIdentifier": "HORIZON-TANG-2026",
    "deadline": "2026-10-15",
    "stage": "two-stage",
    "callStatus": "open",
    "budgetMin": 1000000,
    "budgetMax": 4000000,
    "expectedGrants": 3,
    "keywords": "HORIZON-TANG-2026-01, Seaweed, Food",
    "portalUrl": "https://portal.example/horizon-tang-2026-01",
    "description": "Work is expected to start at TRL 4 and achieve TRL 6-7. COâ‚‚ and Marie SkÅ‚odowska.",
    "submissionProcedure": {"abbreviation": "single-stage"},
    "deadlineModel": "single-stage",
    "typesOfAction": "HORIZON Innovation Actions",
}
BUDGET = {
    "budgetTopicActionMap": {
        "1": [
            {"action": "HORIZON-OTHER-2026-01 - RIA", "maxContribution": 1, "budgetYearMap": {"2026": "9"}}
        ],
        "2": [
            {
                "action": "HORIZON-TANG-2026-01 - IA",
                "maxContribution": 0,
                "expectedGrants": 2,
                "deadlineModel": "two-stage",
                "budgetYearMap": {"2026": "5000000", "2027": 3000000},
            }
        ],
    }
}
ANSWER = {
    "totalResults": 1,
    "results": [
        {
            "reference": "1TOPICSen",
            "language": "en",
            "url": "https://portal.example/x.json",
            "metadata": {
                "identifier": ["HORIZON-TANG-2026-01"],
                "title": ["Seaweed"],
                "startDate": ["2026-03-04T00:00:00.000+0000"],
                "deadlineDate": ["2026-09-17T00:00:00.000+0000", "2026-04-29T00:00:00.000+0000"],
                "descriptionByte": ["<p>Expected <b>outcome</b>:</p><ul><li>Food</li></ul>"],
                "keywords": ["Seaweed"],
                "typesOfAction": ["HORIZON Innovation Actions"],
                "budgetOverview": [json.dumps(BUDGET)],
            },
        }
    ],
}


def read(path, text):
    path.write_text(text, encoding="utf-8-sig")
    return list(open_source("eu_calls", path))


def test_objects_without_anything_between_them_and_spoilt_letters(tmp_path):
    second = {**FLAT, "topicId": "B", "title": "Plain", "description": "Plain"}
    items = read(tmp_path / "calls.jsonl", json.dumps(FLAT) + json.dumps(second))
    told = [(item.field, item.code, item.value, item.skipped) for item in items if isinstance(item, Problem)]
    assert told == [
        ("title", "mojibake", "HORIZON-TANG-2026-01", False),
        ("text", "mojibake", "HORIZON-TANG-2026-01", False),
    ]
    commission, first, other = [item for item in items if not isinstance(item, Problem)]
    assert (commission.name_en, commission.ror) == ("European Commission", "00k4n6c32")
    assert first.title == "Seaweed and people’s food"
    assert "CO₂ and Marie Skłodowska" in first.body
    assert first.body.endswith("Seaweed; Food")
    assert (first.kind, first.organisation, first.language) == ("funding", "european-commission", "en")
    assert (first.deadline, first.deadlines) == (dt.date(2026, 10, 15), (dt.date(2026, 10, 15),))
    assert (first.amount, first.currency, first.capacity) == (
        4_000_000,
        "EUR",
        "3 × HORIZON Innovation Actions",
    )
    assert (first.trl_from, first.trl_to) == (4, 7)
    assert other.provenance.source_id == "B"


def test_an_answer_of_the_search_service(tmp_path):
    _, call = read(tmp_path / "page1.json", json.dumps(ANSWER))
    assert call.body == "Expected outcome:\nFood\n\nSeaweed"
    assert call.available_from == dt.date(2026, 3, 4)
    assert call.deadlines == (dt.date(2026, 4, 29), dt.date(2026, 9, 17))
    # In two stages the first day is the one that counts.
    assert (call.deadline, call.available_to) == (dt.date(2026, 4, 29), dt.date(2026, 9, 17))
    # The table covers the whole call: only the line of this topic is taken.
    assert (call.amount, call.capacity) == (8_000_000, "2 × HORIZON Innovation Actions")
    assert call.url.endswith("/topic-details/HORIZON-TANG-2026-01")


def test_bad_records_are_told_and_the_rest_is_kept(tmp_path):
    text = "".join(map(json.dumps, [{**FLAT, "title": ""}, {**FLAT, "topicId": None, "callIdentifier": ""}]))
    text += '{"topicId": "broken", "title": }' + json.dumps(
        {**FLAT, "deadline": "soon", "title": "T", "description": ""}
    )
    items = read(tmp_path / "a.json", text)
    told = [(item.field, item.code) for item in items if isinstance(item, Problem) if item.code != "mojibake"]
    assert told == [("title", "missing"), ("id", "missing"), ("", "json"), ("deadlines", "date")]
    assert [item.deadline for item in items if isinstance(item, OfferRecord)] == [None]


def test_a_renamed_field_stops_the_reading(tmp_path):
    calls = [{**FLAT, "topicId": str(number), "descriptionHtml": "x"} for number in range(25)]
    for call in calls:
        del call["description"]
    (stopped,) = read(tmp_path / "a.json", json.dumps(calls))
    assert (stopped.code, stopped.field) == ("schema_changed", "text")


@pytest.mark.parametrize("field", sorted({*FLAT, *ANSWER["results"][0]["metadata"]}))
@pytest.mark.parametrize("value", [None, 7, "x", [], {}, [None], [7], [{}], {"x": 7}])
def test_no_value_of_any_field_makes_the_reader_fail(tmp_path, field, value):
    answer = json.loads(json.dumps(ANSWER))
    answer["results"][0]["metadata"][field] = value
    for record in ({**FLAT, field: value}, answer):
        for item in read(tmp_path / "a.json", json.dumps(record)):
            assert isinstance(item, Problem) or item.provenance.source_id


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Activities are expected to start at TRL 3 and achieve TRL 5 by the end", (3, 5)),
        ("to achieve TRL 6-8 by the end", (None, 8)),
        ("nothing", (None, None)),
        ("start at TRL 7 and reach TRL 3", (7, None)),
    ],
)
def test_readiness(said, found):
    assert levels(said) == found
