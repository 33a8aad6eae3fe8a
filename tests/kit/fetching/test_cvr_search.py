"""The company register's search, on a server that filters, sorts and limits as Elasticsearch does."""

from __future__ import annotations

import base64
import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.kit.sources.test_cvr import COMPANY
from vidensbro.kit.sources.fetching import CvrSearch, HarvestError, Refused, WrongContent, WrongCursor


def company(number: int, **more: Any) -> dict[str, Any]:
    return {**COMPANY, "cvrNummer": number, **more}


@dataclass
class Register:
    """Says of each question which companies it means, by `fits`, and gives at most `most` of them."""

    companies: list[dict[str, Any]]
    most: int = 3000
    new: bool = False
    asked: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, handler: Any) -> None:
        question = json.loads(handler.asked.body)
        self.asked.append(question)
        found = [one for one in self.companies if self.fits(one, question["query"]["bool"]["must"])]
        found.sort(key=lambda one: one["cvrNummer"])
        # Everything is sent, whatever "_source" asks for: the harvester must not rely on it.
        hits = [{"_source": {"Vrvirksomhed": one}} for one in found[: min(question["size"], self.most)]]
        total = {"value": len(found), "relation": "eq"} if self.new else len(found)
        answer = {"timed_out": False, "_shards": {"failed": 0}, "hits": {"total": total, "hits": hits}}
        handler.reply(200, json.dumps(answer).encode())

    def fits(self, one: dict[str, Any], must: list[dict[str, Any]]) -> bool:
        for clause in must:
            after = clause.get("range", {}).get("Vrvirksomhed.cvrNummer")
            if after and not one["cvrNummer"] > after["gt"]:
                return False
            numbers = clause.get("terms", {}).get("Vrvirksomhed.cvrNummer")
            if numbers and one["cvrNummer"] not in numbers:
                return False
        return True


NUMBERS = [10000009, 10000017, 10000025, 10000033, 10000041]


def numbers(pages: Any) -> list[int]:
    return [json.loads(item)["Vrvirksomhed"]["cvrNummer"] for page in pages for item in page.items]


@pytest.fixture
def register() -> Register:
    return Register([company(number) for number in reversed(NUMBERS)])


@pytest.mark.parametrize("new", [False, True])
def test_pages_come_in_order_and_are_gone_on_with(site, fetcher, register, new):
    register.new = new
    where = site.on("/search", register)
    harvest = CvrSearch(fetcher, "anna", "s3cret", municipalities=["751"], address=where, page_size=2)
    pages = list(harvest.pages())
    assert numbers(pages) == NUMBERS
    assert [page.total for page in pages] == [5, 5, 5]
    assert [asked["query"]["bool"]["must"][0]["range"] for asked in register.asked] == [
        {"Vrvirksomhed.cvrNummer": {"gt": after}} for after in (0, 10000017, 10000033)
    ]
    assert numbers(harvest.pages(pages[0].cursor)) == NUMBERS[2:]
    assert pages[-1].cursor["done"] is True
    other = CvrSearch(fetcher, "anna", "s3cret", municipalities=["101"], address=where)
    with pytest.raises(WrongCursor):
        list(other.pages(pages[0].cursor))


def test_a_server_that_gives_fewer_at_once_is_read_to_its_end(site, fetcher, register):
    register.most = 2
    where = site.on("/search", register)
    harvest = CvrSearch(fetcher, "a", "b", numbers=[str(number) for number in NUMBERS], address=where)
    assert numbers(harvest.pages()) == NUMBERS


def test_an_answer_that_breaks_is_asked_for_again_and_nothing_is_left_out(site, fetcher, register):
    def broken(handler: Any) -> None:
        handler.begin(1000)
        handler.wfile.write(b'{"hits"')
        handler.reset()

    where = site.on("/search", lambda h: h.reply(503), register, broken, register)
    harvest = CvrSearch(fetcher, "a", "b", industries=["72"], address=where, page_size=2)
    assert numbers(harvest.pages()) == NUMBERS


def test_what_is_asked(site, fetcher, register):
    where = site.on("/search", register)
    harvest = CvrSearch(
        fetcher,
        "anna",
        "s3cret",
        numbers=["10000017", "10000009"],
        industries=["72", "721900"],
        municipalities=["0751", "101"],
        changed_since=dt.date(2026, 5, 1),
        address=where,
    )
    list(harvest.pages())
    (asked,) = site.log
    assert asked.method == "POST"
    assert asked.headers["authorization"] == "Basic " + base64.b64encode(b"anna:s3cret").decode()
    must = register.asked[0]["query"]["bool"]["must"]
    meta = "Vrvirksomhed.virksomhedMetadata"
    assert must[1:] == [
        {"terms": {"Vrvirksomhed.cvrNummer": [10000009, 10000017]}},
        {
            "bool": {
                "should": [
                    {"prefix": {f"{meta}.nyesteHovedbranche.branchekode": "72"}},
                    {"term": {f"{meta}.nyesteHovedbranche.branchekode": "721900"}},
                ]
            }
        },
        {"terms": {f"{meta}.nyesteBeliggenhedsadresse.kommune.kommuneKode": [101, 751]}},
        {"range": {"Vrvirksomhed.sidstOpdateret": {"gte": "2026-05-01"}}},
    ]
    assert "s3cret" not in harvest.key


def test_no_person_and_no_way_to_reach_one_is_kept_and_protection_is(site, fetcher):
    where = site.on("/search", Register([company(10000009, reklamebeskyttet=True)]))
    (page,) = CvrSearch(fetcher, "a", "b", numbers=["10000009"], address=where).pages()
    (item,) = page.items
    for private in ("Opdigtet", "12345678", "post@"):
        assert private in json.dumps(COMPANY)
        assert private.encode() not in item
    kept = json.loads(item)["Vrvirksomhed"]
    assert kept["reklamebeskyttet"] is True
    assert kept["navne"] == COMPANY["navne"]


@pytest.mark.parametrize(
    "answer",
    [
        b"<html>",
        b"{}",
        b'{"hits": {"hits": [1]}}',
        b'{"timed_out": true, "hits": {"hits": []}}',
        b'{"_shards": {"failed": 1}, "hits": {"hits": []}}',
    ],
)
def test_an_answer_that_is_not_whole_is_not_taken(site, fetcher, answer):
    where = site.on("/search", lambda h: h.reply(200, answer))
    with pytest.raises(WrongContent):
        next(CvrSearch(fetcher, "a", "b", industries=["72"], address=where).pages())


def test_a_server_that_goes_in_circles_is_left(site, fetcher):
    hits = [{"_source": {"Vrvirksomhed": company(10000009)}}]
    body = json.dumps({"hits": {"total": 9, "hits": hits}}).encode()
    where = site.on("/search", lambda h: h.reply(200, body))
    with pytest.raises(HarvestError, match="same page"):
        list(CvrSearch(fetcher, "a", "b", industries=["72"], address=where).pages())


def test_a_wrong_password_is_told_without_it(site, fetcher):
    where = site.on("/search", lambda h: h.reply(401, b"no"))
    with pytest.raises(Refused) as caught:
        next(CvrSearch(fetcher, "anna", "s3cret", numbers=["10000009"], address=where).pages())
    assert caught.value.status == 401
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"numbers": ["1000000"]},
        {"numbers": ["0" * 8]},
        {"industries": ["7"]},
        {"industries": ["72.19"]},
        {"municipalities": ["Aarhus"]},
        {"industries": ["72"], "page_size": 3001},
    ],
)
def test_limits_that_make_no_sense_are_refused(fetcher, given):
    with pytest.raises(ValueError, match=r"give|digits|pages"):
        CvrSearch(fetcher, "a", "b", **given)
